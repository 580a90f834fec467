// What the engine does most often: hashing, looking up, and for the node taking and encoding steps.
//
//   ninja -C build/release bench_engine && build/release/tests/benchmarks/bench_engine
#include <benchmark/benchmark.h>

#include <array>
#include <optional>
#include <span>
#include <vector>

#include "checker/engine/explore.h"
#include "checker/engine/random_walk.h"
#include "checker/examples/two_phase.h"
#include "checker/model/node_model.h"
#include "spec/profiles.h"

namespace takeover::engine {
namespace {

Key key_of_number(std::uint64_t number) {
  return key_of(fingerprint(std::array{number}));
}

void fingerprint_two_words(benchmark::State& state) {
  std::uint64_t number = 0;
  for (auto _ : state) benchmark::DoNotOptimize(fingerprint(std::array{++number, number}));
}
BENCHMARK(fingerprint_two_words);

void fingerprint_bytes(benchmark::State& state) {
  std::vector<std::uint8_t> bytes(static_cast<std::size_t>(state.range(0)));
  for (auto _ : state) {
    ++bytes[0];
    benchmark::DoNotOptimize(fingerprint(std::span<const std::uint8_t>(bytes)));
  }
}
BENCHMARK(fingerprint_bytes)->Arg(16)->Arg(100)->Arg(300);

// A table of so many states, grown as the explorer grows it.
void fill(Visited& visited, std::uint64_t states) {
  Untold untold{};
  for (std::uint64_t i = 0; i < states; ++i) {
    while (visited.insert(key_of_number(i), 0, untold) == Insertion::kFull) {
      for (std::size_t p = 0; p < kPartitions; ++p) {
        if (visited.wants_growth(p) && !visited.grow(p)) return;
      }
    }
  }
}

void insert_new(benchmark::State& state) {
  const auto states = static_cast<std::uint64_t>(state.range(0));
  for (auto _ : state) {
    Visited visited(false);
    fill(visited, states);
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations()) * state.range(0));
}
BENCHMARK(insert_new)->Arg(1'000'000)->Unit(benchmark::kMillisecond);

// distance: how far ahead a place is fetched; 0 is not at all.
void insert_known(benchmark::State& state) {
  const auto states = static_cast<std::uint64_t>(state.range(0));
  const auto distance = static_cast<std::uint64_t>(state.range(1));
  Visited visited(false);
  fill(visited, states);
  visited.open_level(1);
  Untold untold{};
  std::uint64_t number = 0;
  const auto next = [&](std::uint64_t n) { return key_of_number(n * 7'919 % states); };
  for (auto _ : state) {
    if (distance != 0) visited.prefetch(next(number + distance).place);
    benchmark::DoNotOptimize(visited.insert(next(number++), 0, untold));
  }
}
BENCHMARK(insert_known)->ArgsProduct({{10'000, 4'000'000}, {0, 16}});

void explore_two_phase(benchmark::State& state) {
  const examples::TwoPhase model(7);
  Options options;
  options.workers = static_cast<std::size_t>(state.range(0));
  for (auto _ : state) benchmark::DoNotOptimize(explore(model, options).states);
  state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations()) * 296'448);
}
BENCHMARK(explore_two_phase)->Arg(1)->Arg(2)->Unit(benchmark::kMillisecond)->UseRealTime();

// ---- the node: states of random runs of one scenario ----

struct Node {
  model::NodeModel model{spec::built_in_scenario("small-takeover"), spec::profile_named("reference")->rules,
                         spec::PropertySet().set()};
  std::vector<spec::World> worlds{};
  Node() {
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
      for (const auto& step : random_walk(model, seed, 60).steps) worlds.push_back(step.state);
    }
  }
};

void node_copy(benchmark::State& state) {
  const Node node;
  std::size_t i = 0;
  spec::World world;
  for (auto _ : state) {
    world = node.worlds[i++ % node.worlds.size()];
    benchmark::DoNotOptimize(world);
  }
}
BENCHMARK(node_copy);

void node_encode(benchmark::State& state) {
  const Node node;
  Encoder encoder;
  std::size_t i = 0;
  for (auto _ : state) {
    encoder.clear();
    node.model.encode(node.worlds[i++ % node.worlds.size()], encoder);
    benchmark::DoNotOptimize(encoder.bytes().data());
  }
}
BENCHMARK(node_encode);

// All steps of a state; judged: the properties as well.
void node_steps(benchmark::State& state) {
  const Node node;
  model::NodeModel::Scratch scratch;
  std::size_t i = 0;
  std::int64_t steps = 0;
  for (auto _ : state) {
    const spec::World& world = node.worlds[i++ % node.worlds.size()];
    node.model.for_each_step(world, scratch, [&](spec::WorldStep& step) {
      Judgement judgement;
      if (state.range(0) != 0) node.model.judge_step(world, step, judgement);
      benchmark::DoNotOptimize(judgement);
      ++steps;
    });
  }
  state.SetItemsProcessed(steps);
}
BENCHMARK(node_steps)->Arg(0)->Arg(1);

}  // namespace
}  // namespace takeover::engine
