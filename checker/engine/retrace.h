// Traces: from the places along a path back to states and steps, by taking the steps again.
//
// An entry names its parent by a place, at which there is as a rule one state of the level before. Where
// there are several, a path that is no run of the model is seen when it is walked: it leads to some state,
// but not on from there, so that another parent is tried for the next one.
#pragma once

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "checker/engine/identify.h"
#include "checker/engine/report.h"
#include "checker/engine/visited.h"

namespace takeover::engine {

template <Model M>
class Retrace {
 public:
  Retrace(const M& model, const Identify<M>& identify, const Visited& visited)
      : model_(model), identify_(identify), visited_(visited) {}

  // The shortest run to the state with this fingerprint that was first reached in this level; nothing if the
  // model breaks its rules.
  [[nodiscard]] std::optional<Trace<M>> to(const Fingerprint& key, std::uint32_t level) {
    // options[n] are the entries of level - n that the path may lead over; taken[n] is the one that is tried.
    std::vector<std::vector<const Entry*>> options{visited_.at(place_of(key, identify_.exact()), level)};
    std::vector<std::size_t> taken{0};
    while (!options.empty()) {
      if (taken.back() == options.back().size()) {
        options.pop_back();
        taken.pop_back();
        if (!taken.empty()) ++taken.back();
      } else if (options.size() <= level) {
        const Rest rest(options.back()[taken.back()]->rest);
        options.push_back(visited_.at(rest.parent(), level - static_cast<std::uint32_t>(options.size())));
        taken.push_back(0);
      } else {
        std::vector<const Entry*> path;
        for (std::size_t i = options.size(); i-- > 0;) path.push_back(options[i][taken[i]]);
        std::optional<Trace<M>> trace;
        const std::size_t walked = walk(path, key, trace);
        if (walked == path.size() + 1) return trace;
        options.resize(std::min(options.size(), path.size() + 1 - walked));
        taken.resize(options.size());
        ++taken.back();
      }
    }
    return std::nullopt;
  }

  // Extends the run by its last state's step with this number in the model's order.
  void take_step(Trace<M>& trace, std::size_t ordinal) {
    const typename M::State before = last(trace);
    std::size_t i = 0;
    model_.for_each_step(before, scratch_, [&](typename M::Step& step) {
      if (i++ == ordinal) trace.steps.push_back(step);
    });
  }

 private:
  static const typename M::State& last(const Trace<M>& trace) {
    return trace.steps.empty() ? trace.initial : trace.steps.back().state;
  }

  [[nodiscard]] bool is_at(const Entry* entry, const typename M::State& state) {
    return visited_.find(identify_(state, identity_).key) == entry;
  }

  // How many states of the path the walk came by; one more if the last one is the state that was asked for.
  std::size_t walk(const std::vector<const Entry*>& path, const Fingerprint& key,
                   std::optional<Trace<M>>& trace) {
    model_.for_each_initial([&](const typename M::State& state) {
      if (!trace && is_at(path.front(), state)) trace = Trace<M>{state, {}};
    });
    if (!trace) return 0;
    for (std::size_t i = 1; i < path.size(); ++i) {
      const typename M::State before = last(*trace);
      model_.for_each_step(before, scratch_, [&](typename M::Step& step) {
        if (trace->steps.size() < i && is_at(path[i], step.state)) trace->steps.push_back(step);
      });
      if (trace->steps.size() < i) return i;
    }
    return path.size() + (identify_(last(*trace), identity_).fingerprint == key ? 1 : 0);
  }

  const M& model_;
  const Identify<M>& identify_;
  const Visited& visited_;
  IdentityScratch identity_{};
  typename M::Scratch scratch_{};
};

}  // namespace takeover::engine
