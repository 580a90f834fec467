// Models that throw or break the rules.
#include <array>
#include <atomic>
#include <catch2/catch.hpp>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "checker/engine/audit.h"
#include "checker/engine/explore.h"
#include "checker/engine/liveness.h"
#include "checker/engine/random_walk.h"
#include "tests/checker/engine/graph_model.h"
#include "tests/checker/engine/grid_model.h"

namespace takeover::engine::tests {
namespace {

struct Refusal : std::runtime_error {
  using std::runtime_error::runtime_error;
};

TEST_CASE("What the model throws ends the run and reaches the caller, from any worker") {
  Options options;
  options.workers = GENERATE(1U, 2U, 4U);
  GridModel model;
  SECTION("from its steps") {
    model.before_steps = [](const GridModel::State& state) {
      if (GridModel::sum(state) == 15) throw Refusal("steps");
    };
    CHECK_THROWS_AS(explore(model, options), Refusal);
  }
  SECTION("from the judgement of a state") {
    model.state_rule = [](const GridModel::State& state, Judgement&) {
      if (GridModel::sum(state) == 15) throw Refusal("state");
    };
    CHECK_THROWS_WITH(explore(model, options), "state");
  }
  SECTION("from the judgement of a step") {
    model.step_rule = [](const GridModel::State& before, const GridModel::Step&, Judgement&) {
      if (GridModel::sum(before) == 15) throw Refusal("step");
    };
    CHECK_THROWS_WITH(explore(model, options), "step");
  }
  SECTION("from the initial state") {
    model.state_rule = [](const GridModel::State&, Judgement&) { throw Refusal("initial"); };
    CHECK_THROWS_WITH(explore(model, options), "initial");
  }
}

TEST_CASE("What the progress callback throws ends the run and reaches the caller") {
  Options options;
  options.workers = GENERATE(1U, 2U);
  options.progress_seconds = 0;
  options.progress = [](const Progress&) { throw Refusal("progress"); };
  CHECK_THROWS_WITH(explore(GridModel{}, options), "progress");
}

TEST_CASE("More properties or witnesses than there is room for are refused, and so many are not") {
  GridModel model;
  model.dimensions = 1;
  model.property_names.assign(kMaxProperties, "p");
  model.witness_names.assign(kMaxWitnesses, "w");
  model.state_rule = [](const GridModel::State&, Judgement& judgement) {
    judgement.met = judgement.violated = judgement.reached = bit(kMaxProperties - 1);
  };
  const auto report = explore(model, {});
  CHECK(report.properties[kMaxProperties - 1].counterexample);
  CHECK(report.properties[kMaxProperties - 1].premise_met == report.states);
  CHECK(report.witnesses[kMaxWitnesses - 1] == report.states);
  CHECK_FALSE(report.deadlock);

  SECTION("properties") {
    model.property_names.emplace_back("p");
  }
  SECTION("witnesses") {
    model.witness_names.emplace_back("w");
  }
  CHECK_THROWS_AS(explore(model, {}), std::invalid_argument);
}

TEST_CASE("A model that judges what it has not named is told so, rather than that all holds") {
  GridModel model;
  model.property_names.assign(3, "p");
  model.witness_names.assign(3, "w");
  const std::uint64_t unnamed = 1U << 3U;
  const auto field = GENERATE(&Judgement::met, &Judgement::violated, &Judgement::reached);
  SECTION("of a state") {
    model.state_rule = [=](const GridModel::State&, Judgement& judgement) { judgement.*field = unnamed; };
  }
  SECTION("of a step") {
    model.step_rule = [=](const GridModel::State&, const GridModel::Step&, Judgement& judgement) {
      judgement.*field = unnamed;
    };
  }
  CHECK_THROWS_AS(explore(model, {}), std::logic_error);
}

struct UnnamedKind : GridModel {
  [[nodiscard]] std::size_t kind(const Step& /*step*/) const { return action_kinds().size(); }
};
TEST_CASE("A model whose kinds of actions are not all named is told so") {
  CHECK_THROWS_AS(explore(UnnamedKind{}, {}), std::logic_error);
}

TEST_CASE("A model whose steps are not the same each time is told so, not given a wrong trace") {
  std::atomic<bool> explored = false;
  GridModel model;
  model.dimensions = 1;
  model.before_steps = [&](const GridModel::State&) {
    if (explored) model.dimensions = 0;
  };
  model.state_rule = [&](const GridModel::State& state, Judgement& judgement) {
    if (state[0] != 3) return;
    judgement.violated |= 1U;
    explored = true;
  };
  Options options;
  options.workers = 1;
  CHECK_THROWS_AS(explore(model, options), std::logic_error);
}

TEST_CASE("A violation that is gone when its run is walked again is told so, not shown") {
  int asked = 0;
  GridModel model;
  model.dimensions = 1;
  SECTION("of a state") {
    model.state_rule = [&](const GridModel::State& state, Judgement& judgement) {
      if (state[0] == 3 && asked++ == 0) judgement.violated = 1U;
    };
  }
  SECTION("of a step") {
    model.step_rule = [&](const GridModel::State& before, const GridModel::Step&, Judgement& judgement) {
      if (before[0] == 3 && asked++ == 0) judgement.violated = 1U;
    };
  }
  Options options;
  options.workers = 1;
  CHECK_THROWS_WITH(explore(model, options),
                    "a counterexample could not be rebuilt: the model is not deterministic");
  CHECK(asked == 2);
}

// Its steps come in another order once something was violated: then the step with the violating one's number
// is another.
struct Shuffled {
  using State = std::uint64_t;
  struct Step {
    State state = 0;
  };
  struct Scratch {};
  mutable bool seen = false;
  void for_each_initial(auto&& visit) const { visit(State{0}); }
  void for_each_step(const State& state, Scratch& /*scratch*/, auto&& visit) const {
    if (state != 0) return;
    const bool turned = seen;
    for (const State next : {turned ? State{2} : State{1}, turned ? State{1} : State{2}}) {
      Step step{next};
      visit(step);
    }
  }
  [[nodiscard]] std::array<std::uint64_t, 1> words(const State& state) const { return {state}; }
  [[nodiscard]] std::vector<std::string> action_kinds() const { return {"step"}; }
  [[nodiscard]] std::vector<std::string> properties() const { return {"step"}; }
  [[nodiscard]] std::vector<std::string> witnesses() const { return {}; }
  [[nodiscard]] std::size_t kind(const Step& /*step*/) const { return 0; }
  void judge_state(const State& /*state*/, Judgement& /*judgement*/) const {}
  void judge_step(const State& /*before*/, const Step& step, Judgement& judgement) const {
    if (step.state == 2) judgement.violated = 1U;
    if (step.state == 2) seen = true;
  }
  [[nodiscard]] bool is_terminal(const State& /*state*/) const { return true; }
};
TEST_CASE("A model whose steps come in another order each time is told so, not given a wrong last step") {
  CHECK_THROWS_AS(explore(Shuffled{}, {}), std::logic_error);
}

// Says of a step that it is of a candidate when it is asked for one, and of no step afterwards.
struct Fickle : Shuffled {
  mutable int asked = 0;
  [[nodiscard]] std::optional<std::uint32_t> candidate(const State& /*state*/, const Step& /*step*/) const {
    return asked++ == 0 ? std::optional(0U) : std::nullopt;
  }
};
TEST_CASE("A candidate that is gone when its steps are taken is told, rather than that there are no steps") {
  Options options;
  options.workers = 1;
  options.partial_order = true;
  CHECK_THROWS_WITH(explore(Fickle{}, options), "a step was of a candidate, and is not when asked again");
}

TEST_CASE("A random run of a model whose kinds of actions are not all named is refused") {
  CHECK_THROWS_AS(random_walk(UnnamedKind{}, 1, 10), std::logic_error);
  CHECK(random_walk(GridModel{}, 1, 10).steps.size() == 10);
}

TEST_CASE("Names that do not tell the steps of a state apart are a fault of the audit, which rests on them") {
  const auto audit = audit_reduction(Fickle{}, [](const Shuffled::Step&) { return 0; });
  CHECK(audit.fault == "two steps of one state have the same name");
}

// ---- liveness ----

// 0, 1, ..., 5, where it stays.
struct Line : Shuffled {
  void for_each_step(const State& state, Scratch& /*scratch*/, auto&& visit) const {
    Step step{state < 5 ? state + 1 : 5};
    visit(step);
  }
  [[nodiscard]] std::vector<std::string> live_properties() const { return {"p", "q"}; }
  [[nodiscard]] LiveJudgement judge_live(const State& state) const { return {state == 0 ? 3U : 0U, 0}; }
  [[nodiscard]] std::uint32_t fair_actions(const Step& /*step*/) const { return 1; }
};

// What changes after so many times that it was asked: six states are expanded, and then walked again.
enum class Change : std::uint8_t { kNothing, kNoSteps, kTwice, kElsewhere, kUnknown, kFair, kGoals };
struct Unsteady : Line {
  Change change = Change::kNothing;
  int visits = 6;
  mutable int visited = 0;
  mutable bool changed = false;
  void for_each_step(const State& state, Scratch& /*scratch*/, auto&& visit) const {
    changed = ++visited > visits && state == 2;
    if (changed && change == Change::kNoSteps) return;
    Step step{state < 5 ? state + 1 : 5};
    if (changed && change == Change::kElsewhere) step.state = 5;
    if (changed && change == Change::kUnknown) step.state = 77;
    visit(step);
    if (changed && change == Change::kTwice) visit(step);
  }
  [[nodiscard]] std::uint32_t fair_actions(const Step& /*step*/) const {
    return changed && change == Change::kFair ? 0 : 1;
  }
  [[nodiscard]] std::uint64_t live_goals(const State& /*before*/, const Step& /*step*/) const {
    return changed && change == Change::kGoals ? 1 : 0;
  }
};
TEST_CASE("Liveness is not shown by a run whose steps are not the same when it is walked again") {
  Unsteady model;
  const auto steady = check_liveness(model, {});
  REQUIRE(steady.properties[0].counterexample);
  CHECK(steady.properties[0].counterexample->trace.steps.size() == 6);
  CHECK(steady.properties[0].counterexample->loop_start == 5);
  model.visited = 0;
  model.change = GENERATE(Change::kNoSteps, Change::kTwice, Change::kElsewhere, Change::kUnknown,
                          Change::kFair, Change::kGoals);
  CHECK_THROWS_WITH(check_liveness(model, {}),
                    "a counterexample could not be rebuilt: the model is not deterministic");
}

struct Unnamed : Line {
  LiveJudgement said{};
  Bits goals = 0;
  Bits fair = 0;
  std::size_t kinds = 0;
  [[nodiscard]] LiveJudgement judge_live(const State& /*state*/) const { return said; }
  [[nodiscard]] Bits live_goals(const State& /*before*/, const Step& /*step*/) const { return goals; }
  [[nodiscard]] Bits fair_actions(const Step& /*step*/) const { return fair; }
  [[nodiscard]] std::size_t kind(const Step& /*step*/) const { return kinds; }
};
TEST_CASE("Liveness of what the model has not named is refused, and of the last that it has named is not") {
  Unnamed model;
  model.said = {2, 2};
  model.goals = 2;
  model.fair = bit(kMaxFairActions - 1);
  CHECK(check_liveness(model, {}).complete);
  SECTION("where it begins") {
    model.said.from = 4;
  }
  SECTION("its goal in a state") {
    model.said.goal = 4;
  }
  SECTION("its goal in a step") {
    model.goals = 4;
  }
  SECTION("a fair action beyond the last") {
    model.fair = bit(kMaxFairActions);
  }
  SECTION("a kind of action") {
    model.kinds = 1;
  }
  CHECK_THROWS_AS(check_liveness(model, {}), std::logic_error);
}

TEST_CASE("Symmetry that the model does not declare is refused") {
  Options options;
  options.symmetry = true;
  CHECK_THROWS_AS(explore(GridModel{}, options), std::invalid_argument);
}

TEST_CASE("A model without initial state has no states, and is explored completely") {
  GraphModel model;
  model.edges.resize(1);
  const auto report = explore(model, {});
  CHECK(report.complete);
  CHECK(report.states == 0);
  CHECK(report.depth == 0);
}

}  // namespace
}  // namespace takeover::engine::tests
