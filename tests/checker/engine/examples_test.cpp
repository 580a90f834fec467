// The examples against the numbers of states that were published for them; their headers name the sources.
#include <catch2/catch.hpp>

#include "checker/engine/explore.h"
#include "checker/examples/eight_puzzle.h"
#include "checker/examples/peterson.h"
#include "checker/examples/philosophers.h"

namespace takeover::engine::tests {
namespace {

using examples::EightPuzzle;
using examples::Peterson;
using examples::Philosophers;

Options any_way() {
  Options options;
  options.workers = GENERATE(1U, 2U);
  options.store = GENERATE(Store::kFingerprint, Store::kExact);
  return options;
}

TEST_CASE("Peterson's algorithm for three processes has BEEM's 12,498 states, and one at most is inside") {
  const auto report = explore(Peterson(3), any_way());
  CHECK(report.complete);
  CHECK(report.states == 12'498);
  CHECK_FALSE(report.properties[0].counterexample);
  CHECK(report.properties[0].premise_met > 0);
  CHECK(report.deadlocks == 0);
}

TEST_CASE("Who does not wait for the one before breaks mutual exclusion") {
  const auto report = explore(Peterson(2, true), any_way());
  REQUIRE(report.properties[0].counterexample);
  // Each wants, announces, comes last, passes and enters.
  CHECK(report.properties[0].counterexample->steps.size() == 10);
}

TEST_CASE("N dining philosophers have 3^N states, two of them deadlocks, N steps away") {
  const Options options = any_way();
  std::uint64_t states = 9;
  for (std::size_t size = 2; size <= 10; ++size, states *= 3) {
    const auto report = explore(Philosophers(size), options);
    CAPTURE(size);
    CHECK(report.complete);
    CHECK(report.states == states);
    CHECK(report.deadlocks == 2);
    REQUIRE(report.deadlock);
    CHECK(report.deadlock->steps.size() == size);
    CHECK_FALSE(report.properties[0].counterexample);
  }
}

TEST_CASE(
    "Where one philosopher takes the other fork first, nobody waits for ever, and all that eat do so apart") {
  const auto report = explore(Philosophers(6, true), any_way());
  CHECK(report.deadlocks == 0);
  CHECK(report.witnesses[0] > 0);
  CHECK_FALSE(report.properties[0].counterexample);
}

TEST_CASE("The eight-puzzle has 9!/2 positions, the farthest 31 moves away") {
  const auto report = explore(EightPuzzle(), any_way());
  CHECK(report.complete);
  CHECK(report.states == 181'440);
  CHECK(report.depth == 31);
  CHECK(report.actions[0] == report.actions[1]);
  CHECK(report.actions[2] == report.actions[3]);
  CHECK_FALSE(report.properties[0].counterexample);
}

}  // namespace
}  // namespace takeover::engine::tests
