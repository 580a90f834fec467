// Traces: from the regions along a path back to states and steps, by taking the steps again.
//
// A parent is known by its region, in which there are few states of the level before; all that are there are
// followed. So first come, level by level backwards, all states that the path may lead over; then, forwards,
// those of them that are reached by steps from the region that they name. Nothing but a shortest path comes
// out, and of several the same one for any workers and either store: of the parents in the smallest region,
// the one with the least fingerprint, by its first step.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <tuple>
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
  [[nodiscard]] std::optional<Trace<M>> to(const Fingerprint& target, std::uint32_t level) {
    const std::vector<std::vector<Known>> possible = backwards(target, level);
    std::vector<std::vector<Passed>> passed(level + std::size_t{1});
    model_.for_each_initial([&](const State& state) {
      const Identified id = identify_.of_class(state, identity_);
      if (among(possible[0], id.key()) != nullptr) passed[0].push_back({state, id.fingerprint, 0, 0});
    });
    for (std::uint32_t i = 1; i <= level; ++i) passed[i] = on(passed[i - 1], possible[i]);
    const auto last = std::ranges::find(passed[level], target, &Passed::mark);
    if (last == passed[level].end()) return std::nullopt;
    return along(passed, static_cast<std::size_t>(last - passed[level].begin()));
  }

  // Under symmetry the state that violated stands for others: of the last state's steps, the first that
  // violates the property does it as well.
  void take_violating_step(Trace<M>& trace, Bits property) {
    const State before = trace.steps.empty() ? trace.initial : trace.steps.back().state;
    std::optional<Step> violating;
    model_.for_each_step(before, scratch_, [&](Step& step) {
      Judgement judgement;
      model_.judge_step(before, step, judgement);
      if (!violating && (judgement.violated & property) != 0) violating = step;
    });
    if (!violating) throw std::logic_error("a step violates a property, and its mirror image does not");
    trace.steps.push_back(std::move(*violating));
  }

  // Extends the run by its last state's step with this number in the model's order.
  void take_step(Trace<M>& trace, std::size_t ordinal) {
    const State before = trace.steps.empty() ? trace.initial : trace.steps.back().state;
    std::size_t i = 0;
    model_.for_each_step(before, scratch_, [&](Step& step) {
      if (i++ == ordinal) trace.steps.push_back(step);
    });
  }

 private:
  using State = typename M::State;
  using Step = typename M::Step;
  struct Passed {
    State state;
    Fingerprint mark;
    std::size_t before;   // which of the level before it comes from,
    std::size_t ordinal;  // and by which of its steps
  };

  // The states of each level that the path may lead over, ordered by their keys.
  [[nodiscard]] std::vector<std::vector<Known>> backwards(const Fingerprint& target,
                                                          std::uint32_t level) const {
    std::vector<std::vector<Known>> possible(level + std::size_t{1});
    possible[level] = visited_.in(region_of(place_of(target)), level);
    for (std::uint32_t i = level; i > 0; --i) {
      std::vector<std::uint32_t> regions;
      for (const Known& known : possible[i]) regions.push_back(known.parent);
      std::ranges::sort(regions);
      // Clang 14 does not compile std::ranges::unique of libstdc++ 12.
      regions.erase(std::unique(regions.begin(), regions.end()), regions.end());
      for (const std::uint32_t region : regions) {
        const std::vector<Known> found = visited_.in(region, i - 1);
        possible[i - 1].insert(possible[i - 1].end(), found.begin(), found.end());
      }
      std::ranges::sort(possible[i - 1], {}, &Known::key);
    }
    return possible;
  }

  [[nodiscard]] static const Known* among(const std::vector<Known>& all, const Key& key) {
    const auto found = std::ranges::lower_bound(all, key, {}, &Known::key);
    return found != all.end() && found->key == key ? &*found : nullptr;
  }

  [[nodiscard]] std::vector<Passed> on(const std::vector<Passed>& level, const std::vector<Known>& possible) {
    std::vector<Passed> next;
    for (std::size_t before = 0; before < level.size(); ++before) {
      std::size_t ordinal = 0;
      model_.for_each_step(level[before].state, scratch_, [&](Step& step) {
        const Identified id = identify_.of_class(step.state, identity_);
        const Known* const known = among(possible, id.key());
        if (known != nullptr && known->parent == region_of(place_of(level[before].mark))) {
          propose(next, level, {step.state, id.fingerprint, before, ordinal});
        }
        ++ordinal;
      });
    }
    return next;
  }

  static void propose(std::vector<Passed>& next, const std::vector<Passed>& level, Passed&& passed) {
    const auto rank = [&](const Passed& p) { return std::tie(level[p.before].mark, p.ordinal); };
    const auto known = std::ranges::find(next, passed.mark, &Passed::mark);
    if (known == next.end()) {
      next.push_back(std::move(passed));
    } else if (rank(passed) < rank(*known)) {
      *known = std::move(passed);
    }
  }

  [[nodiscard]] std::optional<Trace<M>> along(const std::vector<std::vector<Passed>>& passed,
                                              std::size_t last) {
    std::vector<const Passed*> path;
    std::size_t at = last;
    for (std::size_t i = passed.size(); i-- > 1; at = passed[i][at].before) path.push_back(&passed[i][at]);
    Trace<M> trace{passed[0][at].state, {}};
    for (; !path.empty(); path.pop_back()) {
      const std::size_t before = trace.steps.size();
      take_step(trace, path.back()->ordinal);
      if (trace.steps.size() == before) return std::nullopt;
      if (identify_.of_class(trace.steps.back().state, identity_).fingerprint != path.back()->mark) {
        return std::nullopt;
      }
    }
    return trace;
  }

  const M& model_;
  const Identify<M>& identify_;
  const Visited& visited_;
  IdentityScratch identity_{};
  typename M::Scratch scratch_{};
};

}  // namespace takeover::engine
