#include "checker/engine/random_walk.h"

#include <atomic>
#include <catch2/catch.hpp>
#include <set>
#include <stdexcept>
#include <vector>

#include "tests/checker/engine/graph_model.h"
#include "tests/checker/engine/grid_model.h"

namespace takeover::engine::tests {
namespace {

std::vector<std::size_t> choices(const Trace<GridModel>& trace) {
  std::vector<std::size_t> result;
  for (const auto& step : trace.steps) result.push_back(step.raised);
  return result;
}

TEST_CASE("A random walk is a run of the model") {
  const auto trace = random_walk(GridModel{}, 7, 20);
  REQUIRE(trace.steps.size() == 20);
  GridModel::State state = trace.initial;
  CHECK(state == GridModel::State{});
  for (const auto& step : trace.steps) {
    ++state[step.raised];
    CHECK(step.state == state);
  }
}

TEST_CASE("The same seed gives the same walk, and another seed another") {
  CHECK(choices(random_walk(GridModel{}, 7, 30)) == choices(random_walk(GridModel{}, 7, 30)));
  CHECK(choices(random_walk(GridModel{}, 7, 30)) != choices(random_walk(GridModel{}, 8, 30)));
}

TEST_CASE("A random walk ends where no step is enabled") {
  CHECK(random_walk(GridModel{}, 1, 1000).steps.size() == 36);
  CHECK(random_walk(GridModel{}, 1, 0).steps.empty());
}

TEST_CASE("A random walk ends when it is told to, with the steps taken until then") {
  const std::atomic<bool> told = true;
  CHECK(random_walk(GridModel{}, 1, 1000, &told).steps.empty());
  const std::atomic<bool> not_told = false;
  CHECK(random_walk(GridModel{}, 1, 1000, &not_told).steps.size() == 36);
}

TEST_CASE("Each enabled step of a random walk is about equally likely") {
  std::vector<int> first(4);
  for (std::uint64_t seed = 0; seed < 4000; ++seed)
    ++first[random_walk(GridModel{}, seed, 1).steps[0].raised];
  for (const int times : first) {
    CHECK(times > 850);
    CHECK(times < 1150);
  }
}

TEST_CASE("A random walk starts in any initial state, and refuses a model without one") {
  GraphModel model;
  model.edges.resize(3);
  CHECK_THROWS_AS(random_walk(model, 1, 1), std::invalid_argument);
  model.initial = {0, 2};
  std::set<GraphModel::State> seen;
  for (std::uint64_t seed = 0; seed < 50; ++seed) seen.insert(random_walk(model, seed, 1).initial);
  CHECK(seen == model.initial);
}

}  // namespace
}  // namespace takeover::engine::tests
