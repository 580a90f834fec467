// A random run: at each state one of the enabled steps, all equally likely. The same seed gives the same run.
// It ends after max_steps, in a state without enabled step, or when `stop` is set. Throws
// std::invalid_argument if there is no initial state, std::logic_error if an enabled step is of a kind that
// the model has not named.
#pragma once

#include <atomic>
#include <cstdint>
#include <random>
#include <stdexcept>
#include <utility>
#include <vector>

#include "checker/engine/report.h"

namespace takeover::engine {

template <Model M>
[[nodiscard]] Trace<M> random_walk(const M& model, std::uint64_t seed, std::size_t max_steps,
                                   const std::atomic<bool>* stop = nullptr) {
  std::mt19937_64 random(seed);
  const std::size_t kinds = model.action_kinds().size();
  typename M::Scratch scratch;
  std::vector<typename M::State> initial;
  model.for_each_initial([&](const typename M::State& state) { initial.push_back(state); });
  if (initial.empty()) throw std::invalid_argument("a model without initial state has no runs");
  Trace<M> trace{initial[random() % initial.size()], {}};
  while (trace.steps.size() < max_steps && (stop == nullptr || !stop->load())) {
    const typename M::State before = trace.steps.empty() ? trace.initial : trace.steps.back().state;
    std::vector<typename M::Step> steps;
    model.for_each_step(before, scratch, [&](typename M::Step& step) { steps.push_back(step); });
    if (steps.empty()) break;
    for (const typename M::Step& step : steps) {
      if (model.kind(step) < kinds) continue;
      throw std::logic_error("the model speaks of a kind of action that it has not named");
    }
    trace.steps.push_back(std::move(steps[random() % steps.size()]));
  }
  return trace;
}

}  // namespace takeover::engine
