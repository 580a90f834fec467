// The encoding of worlds, and back.
#include "checker/model/encode.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdint>
#include <map>
#include <span>
#include <stdexcept>
#include <utility>
#include <vector>

#include "checker/engine/random_walk.h"
#include "checker/model/node_model.h"
#include "spec/profiles.h"

using namespace takeover;

TEST_CASE("a world is read back from its encoding") {
  for (const spec::BuiltIn& built_in : spec::built_in_scenarios()) {
    CAPTURE(built_in.name);
    const model::NodeModel model(spec::built_in_scenario(built_in.name),
                                 spec::profile_named("pr-5436")->rules, spec::PropertySet().set());
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
      const auto run = engine::random_walk(model, seed, 120);
      engine::Encoder encoder;
      for (const spec::WorldStep& step : run.steps) {
        encoder.clear();
        model.encode(step.state, encoder);
        const std::vector<std::uint8_t> bytes(encoder.bytes().begin(), encoder.bytes().end());
        const spec::World world = model.decode(bytes);
        CHECK(world == step.state);
        encoder.clear();
        model.encode(world, encoder);
        REQUIRE(std::ranges::equal(bytes, encoder.bytes()));
        for (const std::size_t shorter : {bytes.size() - 1, bytes.size() / 2, std::size_t{0}}) {
          CHECK_THROWS_AS(model.decode(std::span(bytes).first(shorter)), std::invalid_argument);
        }
      }
    }
  }
}

TEST_CASE(
    "a world is read back from its encoding however long its lists are, and whatever stands behind them") {
  const model::NodeModel model(spec::built_in_scenario("small-takeover"),
                               spec::profile_named("reference")->rules, spec::PropertySet().set());
  spec::World world = spec::initial_world(model.scenario());
  impl::MergeDispatcherRequest merge;
  merge.ids.assign(5'000, impl::DispatcherId{0xFFFF});
  impl::DispatcherManager manager;
  for (const std::uint64_t epoch : {std::uint64_t{1}, ~std::uint64_t{0}}) {
    manager.streams.push_back({impl::NodeId{1}, {}, epoch, merge});
    for (int i = 0; i < 2'000; ++i) {
      manager.streams.push_back({impl::NodeId{0xFFFF}, {}, ~epoch, impl::RedoMetaMessage{epoch, ~epoch}});
    }
  }
  manager.merges.assign(3, {});
  manager.merges[1].ids = merge.ids;
  const impl::NodeId id = model.scenario().nodes[0];
  world.nodes[id].manager = manager;
  world.nodes[id].initializing = std::move(manager);
  world.environment.owners.resize(1'000, world.environment.owners.front());
  for (std::uint16_t removed = 0; removed < 3'000; ++removed) {
    world.histories[id].removed.append({static_cast<impl::DispatcherId>(removed), impl::Mode::kRedo});
  }
  engine::Encoder encoder;
  model.encode(world, encoder);
  const spec::World read = model.decode(encoder.bytes());
  CHECK(read == world);
}

namespace {

template <class T>
std::vector<std::uint8_t> bytes_of(const T& value) {
  engine::Encoder encoder;
  model::WorldEncoder(encoder).put(value);
  return {encoder.bytes().begin(), encoder.bytes().end()};
}

}  // namespace

TEST_CASE("parts of a world have one encoding each, too, by themselves and one behind the other") {
  const model::NodeModel model(spec::built_in_scenario("small-takeover"),
                               spec::profile_named("pr-5436")->rules, spec::PropertySet().set());
  const impl::NodeId id = model.scenario().nodes[0];
  std::map<std::vector<std::uint8_t>, impl::DispatcherOrchestrator> nodes;
  std::map<std::vector<std::uint8_t>, impl::Message> messages;
  std::size_t distinct = 0;
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    for (const spec::WorldStep& step : engine::random_walk(model, seed, 120).steps) {
      const impl::DispatcherOrchestrator& node = step.state.nodes[id];
      const auto [at, is_first] = nodes.emplace(bytes_of(node), node);
      CHECK(at->second == node);
      distinct += is_first ? 1 : 0;
      for (const impl::Message& message : node.pending) {
        CHECK(messages.emplace(bytes_of(message), message).first->second == message);
      }
      engine::Encoder encoder;
      model::WorldEncoder(encoder).put(node);
      model::WorldEncoder(encoder).put(step.state.histories[id]);
      auto expected = bytes_of(node);
      const auto behind = bytes_of(step.state.histories[id]);
      expected.insert(expected.end(), behind.begin(), behind.end());
      CHECK(std::ranges::equal(encoder.bytes(), expected));
    }
  }
  CHECK(distinct > 100);
  CHECK(messages.size() > 1);
}
