// Two-phase commit against the published numbers of states, and a broken variant.
#include "checker/examples/two_phase.h"

#include <catch2/catch.hpp>

#include "checker/engine/explore.h"

namespace takeover::engine::tests {
namespace {

using examples::TwoPhase;

struct Published {
  std::size_t size;
  std::uint64_t states;
  std::uint64_t transitions;
};

TEST_CASE("Two-phase commit has the published numbers of states, with any workers and either store") {
  const auto expected =
      GENERATE(Published{3, 288, 1145}, Published{5, 8832, 58145}, Published{7, 296448, 2744705});
  const std::size_t workers = GENERATE(1U, 2U);
  const Store store = GENERATE(Store::kFingerprint, Store::kExact);
  CAPTURE(expected.size, workers);
  Options options;
  options.workers = workers;
  options.store = store;
  const auto report = explore(TwoPhase(expected.size), options);
  CHECK(report.complete);
  CHECK(report.stopped == StopReason::kNone);
  CHECK(report.states == expected.states);
  CHECK(report.transitions == expected.transitions);
  CHECK(report.deadlocks == 0);
  // Everybody prepares, is heard of, and obeys: three steps each, and the decision.
  CHECK(report.depth == 3 * expected.size + 1);
  CHECK((report.collision_probability == 0) == (store == Store::kExact));
  CHECK(report.collision_probability < 1e-16);
}

TEST_CASE("Two-phase commit is consistent, though its premise is met, and both outcomes occur") {
  const auto report = explore(TwoPhase(4), {});
  CHECK_FALSE(report.properties[0].counterexample);
  CHECK(report.properties[0].premise_met > 0);
  // To commit, four prepare and are heard of; then comes the decision, and one obeys it. To abort, one
  // chooses to.
  CHECK(report.witness_lengths[0] == 10U);
  CHECK(report.witness_lengths[1] == 1U);
}

TEST_CASE("Every count of two-phase commit is the same for any workers and either store") {
  Options options;
  options.workers = 1;
  const auto expected = explore(TwoPhase(6), options);
  options.workers = GENERATE(2U, 3U, 8U);
  options.store = GENERATE(Store::kFingerprint, Store::kExact);
  const auto report = explore(TwoPhase(6), options);
  CHECK(report.states == expected.states);
  CHECK(report.transitions == expected.transitions);
  CHECK(report.depth == expected.depth);
  CHECK(report.actions == expected.actions);
  CHECK(report.witnesses == expected.witnesses);
  CHECK(report.witness_lengths == expected.witness_lengths);
  CHECK(report.properties[0].premise_met == expected.properties[0].premise_met);
}

TEST_CASE("A hasty transaction manager breaks consistency in three steps: commit, obey, and another aborts") {
  Options options;
  options.workers = GENERATE(1U, 2U);
  const auto report = explore(TwoPhase(GENERATE(2U, 3U, 6U), true), options);
  CHECK(report.complete);
  const auto& trace = report.properties[0].counterexample;
  REQUIRE(trace);
  // That no two steps do: to have committed takes the decision and its receipt, to have aborted one step
  // more.
  CHECK(trace->steps.size() == 3);
}

// The last state of the trace; fails if it is no run of the model.
TwoPhase::State end_of(const TwoPhase& model, const Trace<TwoPhase>& trace) {
  TwoPhase::State state = trace.initial;
  CHECK(state == TwoPhase::State{});
  TwoPhase::Scratch scratch;
  for (const auto& taken : trace.steps) {
    bool enabled = false;
    model.for_each_step(state, scratch, [&](const TwoPhase::Step& step) {
      enabled = enabled || (step.kind == taken.kind && step.rm == taken.rm && step.state == taken.state);
    });
    CHECK(enabled);
    state = taken.state;
  }
  return state;
}

TEST_CASE("The hasty counterexample is a run into inconsistency, the same one for any workers") {
  const TwoPhase model(3, true);
  Options options;
  options.workers = 1;
  const auto expected = explore(model, options).properties[0].counterexample;
  REQUIRE(expected);
  Judgement judgement;
  model.judge_state(end_of(model, *expected), judgement);
  CHECK(judgement.violated == 1);

  options.workers = GENERATE(2U, 4U);
  options.store = GENERATE(Store::kFingerprint, Store::kExact);
  const auto trace = explore(model, options).properties[0].counterexample;
  REQUIRE(trace);
  REQUIRE(trace->steps.size() == expected->steps.size());
  for (std::size_t i = 0; i < expected->steps.size(); ++i) {
    CHECK(trace->steps[i].kind == expected->steps[i].kind);
    CHECK(trace->steps[i].state == expected->steps[i].state);
  }
}

TEST_CASE("A hasty transaction manager with one resource manager has nobody to be inconsistent with") {
  CHECK_FALSE(explore(TwoPhase(1, true), {}).properties[0].counterexample);
}

}  // namespace
}  // namespace takeover::engine::tests
