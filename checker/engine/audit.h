// Tries a model's declaration for partial-order reduction: conditions D1 to D3 of ample.h, in every reachable
// state. For tests, on small models: all states are kept, and all pairs of steps are taken in both orders.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <unordered_set>
#include <utility>
#include <vector>

#include "checker/engine/identify.h"
#include "checker/engine/model.h"

namespace takeover::engine {

struct Audit {
  std::uint64_t states = 0;
  std::uint64_t pairs = 0;             // a step of a candidate, and one beside it
  std::optional<std::string> fault{};  // the first condition that does not hold
};

// name_of(step) tells the steps of a state apart, and is equal for what is the same action in different
// states.
template <ReducibleModel M, class NameOf>
class Auditor {
 public:
  Auditor(const M& model, NameOf name_of) : model_(model), name_of_(std::move(name_of)) {}

  [[nodiscard]] Audit run() {
    model_.for_each_initial([&](const State& state) { reach(state); });
    for (; !waiting_.empty() && !audit_.fault; waiting_.pop_front()) {
      const std::vector<Step> steps = steps_of(waiting_.front());
      for (const Step& step : steps) reach(step.state);
      if (!tells_apart(steps)) fail("two steps of one state have the same name");
      for (const Step& a : steps) {
        const auto candidate = model_.candidate(waiting_.front(), a);
        if (candidate) judge(waiting_.front(), steps, a, *candidate);
      }
    }
    return audit_;
  }

 private:
  using State = typename M::State;
  using Step = typename M::Step;
  struct LowHalf {
    std::size_t operator()(const Fingerprint& mark) const { return mark.low; }
  };

  void reach(const State& state) {
    if (!seen_.insert(identify_.mark(state, identity_)).second) return;
    waiting_.push_back(state);
    ++audit_.states;
  }

  std::vector<Step> steps_of(const State& state) {
    std::vector<Step> steps;
    model_.for_each_step(state, scratch_, [&](const Step& step) { steps.push_back(step); });
    return steps;
  }

  void fail(const char* condition) {
    if (!audit_.fault) audit_.fault = condition;
  }

  Judgement said_of(const State& state) const {
    Judgement judgement;
    model_.judge_state(state, judgement);
    return judgement;
  }
  Judgement said_of(const State& before, const Step& step) const {
    Judgement judgement;
    model_.judge_step(before, step, judgement);
    return judgement;
  }
  static bool is_lost(const Judgement& from, const Judgement& in) {
    return ((from.met & ~in.met) | (from.violated & ~in.violated) | (from.reached & ~in.reached)) != 0;
  }

  auto names_of(std::uint32_t candidate, const State& state, const std::vector<Step>& steps) const {
    std::vector<decltype(name_of_(steps.front()))> names;
    for (const Step& step : steps) {
      if (model_.candidate(state, step) == candidate) names.push_back(name_of_(step));
    }
    return names;
  }
  bool tells_apart(const std::vector<Step>& steps) const {
    return std::ranges::all_of(steps, [&](const Step& step) { return find(steps, step) == &step; });
  }
  const Step* find(const std::vector<Step>& steps, const Step& like) const {
    const auto found =
        std::ranges::find_if(steps, [&](const Step& s) { return name_of_(s) == name_of_(like); });
    return found == steps.end() ? nullptr : &*found;
  }

  void judge(const State& s, const std::vector<Step>& steps, const Step& a, std::uint32_t candidate) {
    if (is_lost(said_of(s), said_of(a.state)))
      fail("D3: a step of a candidate hides what is said of a state");
    const std::vector<Step> after_a = steps_of(a.state);
    for (const Step& b : steps) {
      if (model_.candidate(s, b) == candidate) continue;
      ++audit_.pairs;
      const std::vector<Step> after_b = steps_of(b.state);
      if (names_of(candidate, s, steps) != names_of(candidate, b.state, after_b)) {
        fail("D1: a step beside a candidate changes it");
      }
      judge_order(s, a, b, find(after_b, a), find(after_a, b));
    }
  }

  // b_first: a, from where b led; a_first: b, from where a led.
  void judge_order(const State& s, const Step& a, const Step& b, const Step* b_first, const Step* a_first) {
    if (b_first == nullptr || a_first == nullptr) return fail("D2: a step of a candidate disables another");
    if (identify_.mark(b_first->state, identity_) != identify_.mark(a_first->state, identity_)) {
      fail("D2: the order of a step of a candidate and of another matters");
    }
    if (is_lost(said_of(s, b), said_of(a.state, *a_first))) {
      fail("D3: a step of a candidate hides what is said of another");
    }
    if (is_lost(said_of(b.state, *b_first), said_of(s, a))) {
      fail("D3: of a step of a candidate more is said after another");
    }
  }

  const M& model_;
  NameOf name_of_;
  Identify<M> identify_{model_, false};
  IdentityScratch identity_{};
  typename M::Scratch scratch_{};
  std::unordered_set<Fingerprint, LowHalf> seen_{};
  std::deque<State> waiting_{};
  Audit audit_{};
};

template <ReducibleModel M, class NameOf>
[[nodiscard]] Audit audit_reduction(const M& model, NameOf name_of) {
  return Auditor<M, NameOf>(model, std::move(name_of)).run();
}

}  // namespace takeover::engine
