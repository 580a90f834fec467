// Liveness: "from P on, Q in the end", under weak and strong fairness of named actions.
//
// clang-format off
//   a state where P holds and Q does not  -->  ... no Q ...  -->  a cycle without Q that is fair,
//                                                                 or a state without enabled action
// clang-format on
//
// is a counterexample, a lasso. "Always again Q" is the case where P holds everywhere. A run that has come to
// a state without enabled action stays there. Q is said of states, and may also be said of steps.
//
//   weak    an action that stays enabled from some point on is taken again and again
//   strong  an action that is enabled again and again is taken again and again
//
// The graph is kept whole (8 bytes per transition, and some 24 more while a property is judged; states are
// kept only until their steps are taken), and built by one thread: this is for models of some millions of
// states. Limits are looked at while it is built, and before each property. Fair cycles are found among the
// strongly connected components of the states without Q; a component that is unfair only because of states
// where a strongly fair action is enabled is looked at again without them, until nothing changes.
//
// Symmetry and partial-order reduction have no place here: both can hide an unfair cycle, or make a fair one.
#pragma once

#include <concepts>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "checker/engine/identify.h"
#include "checker/engine/lasso.h"
#include "checker/engine/limits.h"
#include "checker/engine/report.h"

namespace takeover::engine {

// Of one state: bit i stands for liveness property i.
struct LiveJudgement {
  Bits from = 0;  // P holds
  Bits goal = 0;  // Q holds
  friend bool operator==(const LiveJudgement&, const LiveJudgement&) = default;
};

// Which of the model's fair actions are weakly, which strongly fair.
struct FairActions {
  FairSet weak = 0;
  FairSet strong = 0;
};

template <class M>
concept LiveModel = Model<M> &&
    requires(const M& model, const typename M::State& state, const typename M::Step& step) {
  { model.live_properties() } -> std::convertible_to<std::vector<std::string>>;
  { model.judge_live(state) } -> std::convertible_to<LiveJudgement>;
  // The fair actions that this step takes.
  { model.fair_actions(step) } -> std::convertible_to<FairSet>;
};
// The properties whose Q this step is, from this state.
template <class M>
concept LiveSteps = requires(const M& model, const typename M::State& state, const typename M::Step& step) {
  { model.live_goals(state, step) } -> std::convertible_to<Bits>;
};

// A run that goes back, after its last step, to the state that it had after loop_start steps; if that is its
// last state, it stays there.
template <Model M>
struct LassoRun {
  Trace<M> trace;
  std::size_t loop_start = 0;
};

// One property. Without being judged it neither holds nor is violated.
template <Model M>
struct LiveResult {
  bool judged = false;                     // to the end, on the whole graph
  StopReason stopped = StopReason::kNone;  // why it was not
  std::uint64_t premise_met = 0;           // states where P holds and Q does not
  std::optional<LassoRun<M>> counterexample{};
};

template <Model M>
struct LiveReport {
  bool complete = false;                   // every property was judged
  StopReason stopped = StopReason::kNone;  // why not every property was judged
  std::uint64_t states = 0;
  std::uint64_t transitions = 0;
  double seconds = 0;
  std::vector<LiveResult<M>> properties{};
};

template <LiveModel M>
class Liveness {
 public:
  Liveness(const M& model, FairActions fair) : model_(model), fair_(fair) {}

  [[nodiscard]] LiveReport<M> run(const Options& options) {
    if (options.symmetry || options.partial_order) {
      throw std::invalid_argument("liveness cannot be judged under a reduction");
    }
    const std::size_t count = model_.live_properties().size();
    if (count > kMaxProperties) {
      throw std::invalid_argument("a model has at most " + std::to_string(kMaxProperties) +
                                  " properties of liveness");
    }
    named_ = first_bits(count);
    Limits limits(options);
    LiveReport<M> report;
    build(limits);
    report.states = judgements_.size();
    report.transitions = graph_.targets.size();
    report.properties.resize(count);
    const std::uint64_t bytes = kBytesToJudge * report.transitions;
    for (std::size_t i = 0; i < report.properties.size(); ++i) {
      limits.watch();
      if (!limits.stopped() && limits.reserve(bytes)) {
        report.properties[i] = judge(i);
        limits.settle(bytes);
      } else {
        report.properties[i].stopped = limits.reason();
      }
    }
    report.stopped = limits.reason();
    report.complete = report.stopped == StopReason::kNone;
    report.seconds = limits.seconds();
    return report;
  }

 private:
  using State = typename M::State;
  using Step = typename M::Step;
  // For each transition, while components are found: both its ends, twice.
  static constexpr std::uint64_t kBytesToJudge = 24;
  struct LowHalf {
    std::size_t operator()(const Fingerprint& mark) const { return mark.low; }
  };

  void expect_named(Bits properties) const {
    if ((properties & ~named_) == 0) return;
    throw std::logic_error("the model judges a property of liveness that it has not named");
  }
  LiveGraph::Label label_of(const State& before, const Step& step) const {
    const auto actions = model_.fair_actions(step);
    LiveGraph::Label label{.actions = static_cast<FairSet>(actions)};
    if (static_cast<decltype(actions)>(label.actions) != actions) {
      throw std::logic_error("the model speaks of more than " + std::to_string(kMaxFairActions) +
                             " fair actions");
    }
    if constexpr (LiveSteps<M>) label.goals = model_.live_goals(before, step);
    expect_named(label.goals);
    return label;
  }
  std::uint32_t number_of(const LiveGraph::Label& label) {
    const auto next = static_cast<std::uint32_t>(graph_.distinct.size());
    const auto [place, is_new] = label_numbers_.try_emplace({label.actions, label.goals}, next);
    if (is_new) graph_.distinct.push_back(label);
    return place->second;
  }

  // The number of a state; a new one waits for its steps to be taken.
  std::uint32_t number_of(const State& state) {
    const auto [place, is_new] = numbers_.try_emplace(identify_(state, identity_).fingerprint,
                                                      static_cast<std::uint32_t>(judgements_.size()));
    if (is_new) {
      waiting_.push_back(state);
      judgements_.push_back(model_.judge_live(state));
      expect_named(judgements_.back().from | judgements_.back().goal);
    }
    return place->second;
  }

  void build(Limits& limits) {
    typename M::Scratch scratch;
    model_.for_each_initial([&](const State& state) {
      if (number_of(state) == initial_.size()) initial_.push_back(state);
    });
    for (; !waiting_.empty(); waiting_.pop_front()) {
      if (graph_.begin.size() % 1024 == 0) {
        limits.count(judgements_.size() - counted_, 0);
        counted_ = judgements_.size();
        limits.watch();
      }
      if (limits.stopped()) return;
      graph_.begin.push_back(graph_.targets.size());
      model_.for_each_step(waiting_.front(), scratch, [&](Step& step) {
        if (model_.kind(step) >= kinds_) {
          throw std::logic_error("the model speaks of a kind of action that it has not named");
        }
        graph_.labels.push_back(number_of(label_of(waiting_.front(), step)));
        graph_.targets.push_back(number_of(step.state));
      });
    }
    graph_.begin.push_back(graph_.targets.size());
  }

  LiveResult<M> judge(std::size_t property) {
    const Bits bit = engine::bit(property);
    std::vector<bool> armed(judgements_.size());
    std::vector<bool> open(judgements_.size());  // Q does not hold
    LiveResult<M> result{.judged = true};
    for (std::size_t i = 0; i < judgements_.size(); ++i) {
      open[i] = (judgements_[i].goal & bit) == 0;
      armed[i] = open[i] && (judgements_[i].from & bit) != 0;
      if (armed[i]) ++result.premise_met;
    }
    const FairCycles cycles(graph_, open, bit, fair_.weak, fair_.strong);
    const auto path =
        find_lasso(graph_, cycles, bit, static_cast<std::uint32_t>(initial_.size()), armed, open);
    if (path) result.counterexample = run_along(*path);
    return result;
  }

  // Walks the run again from its initial state, since no other is kept; what was seen at first must come
  // again.
  LassoRun<M> run_along(const Lasso& path) {
    LassoRun<M> run{{initial_[path.first], {}}, path.loop_start};
    std::uint32_t at = path.first;
    for (const std::size_t edge : path.edges) {
      const State before = run.trace.steps.empty() ? run.trace.initial : run.trace.steps.back().state;
      take_edge(before, at, edge, run.trace);
      at = graph_.targets[edge];
    }
    return run;
  }

  void take_edge(const State& before, std::uint32_t at, std::size_t edge, Trace<M>& trace) {
    std::size_t number = graph_.begin[at];
    bool same = true;
    typename M::Scratch scratch;
    model_.for_each_step(before, scratch, [&](Step& step) {
      same = same && number < graph_.begin[at + 1] && is_edge(before, step, number);
      if (number++ == edge) trace.steps.push_back(step);
    });
    if (!same || number != graph_.begin[at + 1]) {
      throw std::logic_error("a counterexample could not be rebuilt: the model is not deterministic");
    }
  }
  bool is_edge(const State& before, const Step& step, std::size_t edge) {
    const auto known = numbers_.find(identify_(step.state, identity_).fingerprint);
    return known != numbers_.end() && known->second == graph_.targets[edge] &&
           label_of(before, step) == graph_.label(edge);
  }

  const M& model_;
  FairActions fair_;
  std::size_t kinds_ = model_.action_kinds().size();
  Bits named_ = 0;  // properties
  Identify<M> identify_{model_, false};
  IdentityScratch identity_{};
  std::unordered_map<Fingerprint, std::uint32_t, LowHalf> numbers_{};
  std::vector<State> initial_{};  // the first states
  std::deque<State> waiting_{};
  std::vector<LiveJudgement> judgements_{};
  std::uint64_t counted_ = 0;
  std::map<std::pair<FairSet, Bits>, std::uint32_t> label_numbers_{};
  LiveGraph graph_{};
};

// Judges every liveness property of the model, within the limits of the options (states, memory, time, stop);
// what was judged before one of them is met keeps its verdict, what comes after is not judged. Throws
// std::invalid_argument under a reduction and if there are too many properties, std::logic_error if the model
// breaks the rules of Model: it judges a property, takes a fair action or is of a kind that has no name, or
// its steps are not the same when a counterexample is walked again.
template <LiveModel M>
[[nodiscard]] LiveReport<M> check_liveness(const M& model, FairActions fair, const Options& options = {}) {
  return Liveness<M>(model, fair).run(options);
}

}  // namespace takeover::engine
