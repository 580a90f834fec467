// A limit ends the run in order: with its reason, as incomplete, and with what was found so far.
#include <atomic>
#include <catch2/catch.hpp>
#include <vector>

#include "checker/engine/explore.h"
#include "checker/examples/two_phase.h"
#include "tests/checker/engine/grid_model.h"

namespace takeover::engine::tests {
namespace {

using examples::TwoPhase;

const TwoPhase& large() {
  static const TwoPhase model(12);  // billions of states
  return model;
}

TEST_CASE("The limit of states ends the run, by a chunk per worker late at most") {
  Options options;
  options.workers = GENERATE(1U, 2U);
  options.store = GENERATE(Store::kFingerprint, Store::kExact);
  options.max_states = 20'000;
  const auto report = explore(large(), options);
  CHECK(report.stopped == StopReason::kStates);
  CHECK_FALSE(report.complete);
  CHECK(report.states >= 20'000);
  CHECK(report.states < 20'000 + 3 * options.workers * Frontier<TwoPhase::State>::kChunk * 40);
}

TEST_CASE("The limit of memory ends the run before much more is taken") {
  Options options;
  options.workers = GENERATE(1U, 2U);
  options.store = GENERATE(Store::kFingerprint, Store::kExact);
  options.max_memory_bytes = resident_memory() + (32U << 20U);
  const auto report = explore(large(), options);
  CHECK(report.stopped == StopReason::kMemory);
  CHECK_FALSE(report.complete);
  CHECK(report.states > 1000);
  CHECK(report.peak_memory_bytes < options.max_memory_bytes + (128U << 20U));
}

TEST_CASE("The limit of time ends the run") {
  Options options;
  options.workers = GENERATE(1U, 2U);
  options.max_seconds = 0.05;
  const auto report = explore(large(), options);
  CHECK(report.stopped == StopReason::kTime);
  CHECK_FALSE(report.complete);
  CHECK(report.seconds >= 0.05);
  CHECK(report.seconds < 5);
}

TEST_CASE("The stop flag ends the run, and progress is reported until then") {
  std::atomic<bool> stop = false;
  Options options;
  options.workers = GENERATE(1U, 2U);
  options.stop = &stop;
  options.progress_seconds = 0.01;
  std::vector<Progress> seen;
  options.progress = [&](const Progress& progress) {
    seen.push_back(progress);
    if (seen.size() == 3) stop = true;
  };
  const auto report = explore(large(), options);
  CHECK(report.stopped == StopReason::kInterrupted);
  CHECK_FALSE(report.complete);
  REQUIRE(seen.size() >= 3);
  for (std::size_t i = 1; i < seen.size(); ++i) {
    CHECK(seen[i].states > seen[i - 1].states);
    CHECK(seen[i].transitions > seen[i - 1].transitions);
    CHECK(seen[i].depth >= seen[i - 1].depth);
    CHECK(seen[i].seconds >= seen[i - 1].seconds + 0.01);
  }
  CHECK(seen.back().frontier > 0);
  CHECK(seen.back().memory_bytes > 0);
  CHECK(seen.back().states <= report.states);
}

TEST_CASE("A violation found before a limit is reported with its trace") {
  Options options;
  options.max_states = 1000;
  const auto report = explore(TwoPhase(12, true), options);
  CHECK(report.stopped == StopReason::kStates);
  REQUIRE(report.properties[0].counterexample);
  CHECK(report.properties[0].counterexample->steps.size() == 3);
}

TEST_CASE("A limit that is met when nothing is left to explore leaves the run complete") {
  GridModel model;
  model.dimensions = 1;
  model.side = 1;
  Options options;
  options.max_states = 2;
  options.workers = 1;
  const auto report = explore(model, options);
  // Both states are known after the first level, but the second is not expanded yet.
  CHECK(report.stopped == StopReason::kStates);
  CHECK_FALSE(report.complete);

  model.side = 0;
  options.max_states = 1;
  const auto whole = explore(model, options);
  CHECK(whole.complete);
  CHECK(whole.stopped == StopReason::kNone);
  CHECK(whole.states == 1);
}

}  // namespace
}  // namespace takeover::engine::tests
