// Which counterexample is reported, and what a violation does to the run.
#include <catch2/catch.hpp>
#include <vector>

#include "checker/engine/explore.h"
#include "tests/checker/engine/grid_model.h"

namespace takeover::engine::tests {
namespace {

// Every state of a wide level violates the first property; every step into another one violates the second.
GridModel wide_violations() {
  GridModel model;
  model.state_rule = [](const GridModel::State& state, Judgement& judgement) {
    if (GridModel::sum(state) == 18) judgement.violated |= 1U;
  };
  model.step_rule = [](const GridModel::State& before, const GridModel::Step&, Judgement& judgement) {
    if (GridModel::sum(before) == 12) judgement.violated |= 2U;
  };
  return model;
}

std::vector<GridModel::State> states_of(const Trace<GridModel>& trace) {
  std::vector<GridModel::State> states{trace.initial};
  for (const auto& step : trace.steps) states.push_back(step.state);
  return states;
}

TEST_CASE("Counts of a grid are those of its closed form") {
  GridModel model;
  model.side = 7;
  Options options;
  options.workers = GENERATE(1U, 2U, 5U);
  options.store = GENERATE(Store::kFingerprint, Store::kExact);
  const auto report = explore(model, options);
  CHECK(report.states == 8 * 8 * 8 * 8);
  CHECK(report.transitions == 4 * 7 * 8 * 8 * 8);
  CHECK(report.actions == std::vector<std::uint64_t>(4, 7 * 8 * 8 * 8));
  CHECK(report.depth == 28);
  CHECK(report.deadlocks == 0);
}

TEST_CASE(
    "Of the shortest counterexamples the same one is reported for any workers, either store and each run") {
  const GridModel model = wide_violations();
  Options options;
  options.workers = 1;
  const auto expected = explore(model, options);
  REQUIRE(expected.properties[0].counterexample);
  REQUIRE(expected.properties[1].counterexample);
  CHECK(expected.properties[0].counterexample->steps.size() == 18);
  CHECK(expected.properties[1].counterexample->steps.size() == 13);
  options.workers = GENERATE(1U, 2U, 3U, 4U);
  options.store = GENERATE(Store::kFingerprint, Store::kExact);
  for (int run = 0; run < 3; ++run) {
    const auto report = explore(model, options);
    for (std::size_t i = 0; i < 2; ++i) {
      REQUIRE(report.properties[i].counterexample);
      CHECK(states_of(*report.properties[i].counterexample) ==
            states_of(*expected.properties[i].counterexample));
    }
  }
}

TEST_CASE("Exploration goes on behind a violation") {
  const auto report = explore(wide_violations(), {});
  CHECK(report.complete);
  CHECK(report.states == 10 * 10 * 10 * 10);
}

TEST_CASE("A violating initial state has a counterexample without steps") {
  GridModel model;
  model.dimensions = 1;
  model.state_rule = [](const GridModel::State& state, Judgement& judgement) {
    if (state == GridModel::State{}) judgement.violated |= 1U;
  };
  const auto report = explore(model, {});
  REQUIRE(report.properties[0].counterexample);
  CHECK(report.properties[0].counterexample->steps.empty());
}

TEST_CASE("The run ends once all properties that were asked for are violated, after the level") {
  Options options;
  options.workers = GENERATE(1U, 2U);
  options.stop_when_violated = 2;
  const auto second = explore(wide_violations(), options);
  CHECK(second.stopped == StopReason::kViolated);
  CHECK_FALSE(second.complete);
  CHECK(second.depth == 12);
  CHECK(second.properties[1].counterexample);
  CHECK_FALSE(second.properties[0].counterexample);

  options.stop_when_violated = 3;
  const auto both = explore(wide_violations(), options);
  CHECK(both.stopped == StopReason::kViolated);
  CHECK(both.depth == 17);
  CHECK(both.properties[0].counterexample);
  CHECK(both.properties[1].counterexample);
}

TEST_CASE("The run ends before the first step if the initial state violates all that was asked for") {
  GridModel model;
  model.state_rule = [](const GridModel::State&, Judgement& judgement) { judgement.violated |= 1U; };
  Options options;
  options.stop_when_violated = 1;
  const auto report = explore(model, options);
  CHECK(report.stopped == StopReason::kViolated);
  CHECK(report.states == 1);
  CHECK(report.transitions == 0);
}

}  // namespace
}  // namespace takeover::engine::tests
