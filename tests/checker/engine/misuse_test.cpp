// Models that throw or break the rules.
#include <atomic>
#include <catch2/catch.hpp>
#include <stdexcept>

#include "checker/engine/explore.h"
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

TEST_CASE("More than 64 properties or witnesses are refused, and 64 are not") {
  GridModel model;
  model.dimensions = 1;
  model.property_names.assign(64, "p");
  model.witness_names.assign(64, "w");
  model.state_rule = [](const GridModel::State&, Judgement& judgement) {
    judgement.met = judgement.violated = judgement.reached = std::uint64_t{1} << 63U;
  };
  const auto report = explore(model, {});
  CHECK(report.properties[63].counterexample);
  CHECK(report.properties[63].premise_met == report.states);
  CHECK(report.witnesses[63] == report.states);
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
