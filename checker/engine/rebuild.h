// Traces: from the fingerprints along a path back to states and steps, by taking the steps again.
#pragma once

#include <optional>
#include <vector>

#include "checker/engine/encoder.h"
#include "checker/engine/report.h"

namespace takeover::engine {

template <Model M>
[[nodiscard]] Fingerprint fingerprint_of(const M& model, const typename M::State& state, Encoder& encoder) {
  encoder.clear();
  model.encode(state, encoder);
  return fingerprint(encoder.bytes());
}

// The run along the path; nothing if the path is no run of the model.
template <Model M>
[[nodiscard]] std::optional<Trace<M>> rebuild(const M& model, const std::vector<Fingerprint>& path) {
  Encoder encoder;
  typename M::Scratch scratch;
  std::optional<Trace<M>> trace;
  model.for_each_initial([&](const typename M::State& state) {
    if (!trace && fingerprint_of(model, state, encoder) == path.front()) trace = Trace<M>{state, {}};
  });
  for (std::size_t i = 1; trace && i < path.size(); ++i) {
    std::optional<typename M::Step> found;
    const typename M::State before = trace->steps.empty() ? trace->initial : trace->steps.back().state;
    model.for_each_step(before, scratch, [&](typename M::Step& step) {
      if (!found && fingerprint_of(model, step.state, encoder) == path[i]) found = step;
    });
    if (!found) return std::nullopt;
    trace->steps.push_back(std::move(*found));
  }
  return trace;
}

// Extends the run by its last state's step with this number in the model's order.
template <Model M>
void take_step(const M& model, Trace<M>& trace, std::size_t ordinal) {
  typename M::Scratch scratch;
  const typename M::State before = trace.steps.empty() ? trace.initial : trace.steps.back().state;
  std::size_t i = 0;
  model.for_each_step(before, scratch, [&](typename M::Step& step) {
    if (i++ == ordinal) trace.steps.push_back(step);
  });
}

}  // namespace takeover::engine
