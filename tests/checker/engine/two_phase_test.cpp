// Two-phase commit against the published numbers of states, and a broken variant.
#include "checker/examples/two_phase.h"

#include <algorithm>
#include <array>
#include <catch2/catch.hpp>
#include <numeric>
#include <set>
#include <utility>
#include <vector>

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

// All states, by the plainest search there is.
std::vector<TwoPhase::State> all_states(const TwoPhase& model) {
  std::set<std::array<std::uint64_t, 2>> seen;
  std::vector<TwoPhase::State> states;
  const auto add = [&](const TwoPhase::State& state) {
    if (seen.insert(model.words(state)).second) states.push_back(state);
  };
  model.for_each_initial(add);
  TwoPhase::Scratch scratch;
  for (std::size_t i = 0; i < states.size(); ++i) {
    const TwoPhase::State state = states[i];
    model.for_each_step(state, scratch, [&](const TwoPhase::Step& step) { add(step.state); });
  }
  return states;
}

// The state with resource manager i in the place of order[i].
TwoPhase::State renamed(const TwoPhase::State& state, const std::vector<unsigned>& order) {
  const auto move = [&](TwoPhase::Set set) {
    std::uint64_t moved = 0;
    for (std::size_t i = 0; i < order.size(); ++i) moved |= (std::uint64_t{set} >> i & 1U) << order[i];
    return moved;
  };
  TwoPhase::State result = state;
  result.managers >>= 32U;  // what is not of the resource managers
  result.managers <<= 32U;
  result.managers |= move(state.rms_low()) | move(state.rms_high()) << 16U;
  result.prepared = move(state.tm_prepared()) | move(state.prepared_msgs()) << 16U;
  return result;
}

TEST_CASE(
    "80 and 314 are what is left when all renamings of all states are tried, and the representative is one") {
  const auto [size, classes] = GENERATE(std::pair{3U, 80U}, std::pair{5U, 314U});
  const TwoPhase model(size);
  std::set<std::array<std::uint64_t, 2>> least_of;
  std::set<std::array<std::uint64_t, 2>> representatives;
  for (const TwoPhase::State& state : all_states(model)) {
    TwoPhase::State representative = state;
    model.canonicalize(representative);
    representatives.insert(model.words(representative));
    auto least = model.words(state);
    bool renames = false;
    std::vector<unsigned> order(size);
    std::iota(order.begin(), order.end(), 0U);
    do {
      const TwoPhase::State other = renamed(state, order);
      least = std::min(least, model.words(other));
      renames = renames || other == representative;
    } while (std::ranges::next_permutation(order).found);
    REQUIRE(renames);
    least_of.insert(least);
  }
  CHECK(least_of.size() == classes);
  CHECK(representatives.size() == classes);
}

TEST_CASE("Under symmetry two-phase commit has one state for each way to count its resource managers") {
  const auto [size, states] = GENERATE(std::pair{3U, 80U}, std::pair{5U, 314U});
  Options options;
  options.symmetry = true;
  options.workers = GENERATE(1U, 2U);
  options.store = GENERATE(Store::kFingerprint, Store::kExact);
  const auto report = explore(TwoPhase(size), options);
  CHECK(report.complete);
  CHECK(report.states == states);
  CHECK(report.deadlocks == 0);
  CHECK(report.depth == 3 * size + 1);
  CHECK_FALSE(report.properties[0].counterexample);
}

TEST_CASE("Under symmetry the verdict is the same, and the counterexample is a run of the model as short") {
  const TwoPhase model(GENERATE(2U, 3U, 6U), true);
  Options options;
  options.symmetry = true;
  options.workers = GENERATE(1U, 2U);
  const auto trace = explore(model, options).properties[0].counterexample;
  REQUIRE(trace);
  CHECK(trace->steps.size() == 3);
  Judgement judgement;
  model.judge_state(end_of(model, *trace), judgement);
  CHECK(judgement.violated == 1);
}

TEST_CASE("A hasty transaction manager with one resource manager has nobody to be inconsistent with") {
  CHECK_FALSE(explore(TwoPhase(1, true), {}).properties[0].counterexample);
}

}  // namespace
}  // namespace takeover::engine::tests
