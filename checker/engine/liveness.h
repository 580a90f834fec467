// Liveness: "from P on, Q in the end", under weak and strong fairness of named actions.
//
//   a state where P holds and Q does not  -->  ... no Q ...  -->  a cycle without Q that is fair, or a state
//                                                                  without enabled action
//
// is a counterexample, a lasso. "Always again Q" is the case where P holds everywhere. A run that has come to
// a state without enabled action stays there.
//
//   weak    an action that stays enabled from some point on is taken again and again
//   strong  an action that is enabled again and again is taken again and again
//
// The graph is kept whole (its states, and 8 bytes per transition), and built by one thread: this is for
// models of some millions of states. Fair cycles are found among the strongly connected components of the
// states without Q; a component that is unfair only because of states where a strongly fair action is enabled
// is looked at again without them, until nothing changes.
//
// Symmetry and partial-order reduction have no place here: both can hide an unfair cycle, or make a fair one.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "checker/engine/identify.h"
#include "checker/engine/lasso.h"
#include "checker/engine/report.h"

namespace takeover::engine {

// Of one state: bit i stands for liveness property i.
struct LiveJudgement {
  std::uint64_t from = 0;  // P holds
  std::uint64_t goal = 0;  // Q holds
};

// Which of the model's fair actions (at most 32) are weakly, which strongly fair; bit i stands for action i.
struct FairActions {
  std::uint32_t weak = 0;
  std::uint32_t strong = 0;
};

template <class M>
concept LiveModel = Model<M> &&
    requires(const M& model, const typename M::State& state, const typename M::Step& step) {
  { model.live_properties() } -> std::convertible_to<std::vector<std::string>>;
  { model.judge_live(state) } -> std::convertible_to<LiveJudgement>;
  // The fair actions that this step takes.
  { model.fair_actions(step) } -> std::convertible_to<std::uint32_t>;
};

// A run that goes back, after its last step, to the state that it had after loop_start steps; if that is its
// last state, it stays there.
template <Model M>
struct LassoRun {
  Trace<M> trace;
  std::size_t loop_start = 0;
};

template <Model M>
struct LiveResult {
  std::uint64_t premise_met = 0;  // states where P holds and Q does not
  std::optional<LassoRun<M>> counterexample{};
};

template <Model M>
struct LiveReport {
  bool complete = false;  // the whole graph was built: otherwise nothing was judged
  std::uint64_t states = 0;
  std::uint64_t transitions = 0;
  std::vector<LiveResult<M>> properties{};
};

template <LiveModel M>
class Liveness {
 public:
  Liveness(const M& model, FairActions fair) : model_(model), fair_(fair) {}

  [[nodiscard]] LiveReport<M> run(std::uint64_t max_states) {
    LiveReport<M> report;
    report.complete = build(max_states);
    report.states = states_.size();
    report.transitions = graph_.targets.size();
    report.properties.resize(model_.live_properties().size());
    if (!report.complete) return report;
    for (std::size_t i = 0; i < report.properties.size(); ++i) report.properties[i] = judge(i);
    return report;
  }

 private:
  using State = typename M::State;
  using Step = typename M::Step;
  struct LowHalf {
    std::size_t operator()(const Fingerprint& mark) const { return mark.low; }
  };

  std::uint32_t number_of(const State& state) {
    const auto [place, is_new] = numbers_.try_emplace(identify_(state, identity_).fingerprint,
                                                      static_cast<std::uint32_t>(states_.size()));
    if (is_new) {
      states_.push_back(state);
      judgements_.push_back(model_.judge_live(state));
    }
    return place->second;
  }

  bool build(std::uint64_t max_states) {
    typename M::Scratch scratch;
    model_.for_each_initial([&](const State& state) { number_of(state); });
    initial_ = static_cast<std::uint32_t>(states_.size());
    for (std::size_t i = 0; i < states_.size(); ++i) {
      if (states_.size() > max_states) return false;
      graph_.begin.push_back(graph_.targets.size());
      const State state = states_[i];
      model_.for_each_step(state, scratch, [&](Step& step) {
        graph_.actions.push_back(model_.fair_actions(step));
        graph_.targets.push_back(number_of(step.state));
      });
    }
    graph_.begin.push_back(graph_.targets.size());
    return true;
  }

  LiveResult<M> judge(std::size_t property) {
    const std::uint64_t bit = std::uint64_t{1} << property;
    std::vector<bool> armed(states_.size());
    std::vector<bool> open(states_.size());  // Q does not hold
    LiveResult<M> result;
    for (std::size_t i = 0; i < states_.size(); ++i) {
      open[i] = (judgements_[i].goal & bit) == 0;
      armed[i] = open[i] && (judgements_[i].from & bit) != 0;
      if (armed[i]) ++result.premise_met;
    }
    const FairCycles cycles(graph_, open, fair_.weak, fair_.strong);
    const auto path = find_lasso(graph_, cycles, initial_, armed, open);
    if (path) result.counterexample = run_along(*path);
    return result;
  }

  LassoRun<M> run_along(const Lasso& path) {
    LassoRun<M> run{{states_[path.first], {}}, path.loop_start};
    typename M::Scratch scratch;
    std::uint32_t at = path.first;
    for (const std::size_t edge : path.edges) {
      std::size_t number = graph_.begin[at];
      model_.for_each_step(State(states_[at]), scratch, [&](Step& step) {
        if (number++ == edge) run.trace.steps.push_back(step);
      });
      at = graph_.targets[edge];
    }
    return run;
  }

  const M& model_;
  FairActions fair_;
  Identify<M> identify_{model_, false};
  IdentityScratch identity_{};
  std::unordered_map<Fingerprint, std::uint32_t, LowHalf> numbers_{};
  std::vector<State> states_{};
  std::vector<LiveJudgement> judgements_{};
  std::uint32_t initial_ = 0;  // the first states are the initial ones
  LiveGraph graph_{};
};

// Judges every liveness property of the model. Nothing is judged if there are more than max_states.
template <LiveModel M>
[[nodiscard]] LiveReport<M> check_liveness(const M& model, FairActions fair,
                                           std::uint64_t max_states = 50'000'000) {
  return Liveness<M>(model, fair).run(max_states);
}

}  // namespace takeover::engine
