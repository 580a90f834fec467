// A scenario explored breadth-first, with every transition held against the relation.
#pragma once

#include <catch2/catch.hpp>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "checker/engine/encoder.h"
#include "checker/model/node_model.h"
#include "impl/node.h"
#include "spec/smt/cross_check.h"

namespace takeover::tests {

struct Explored {
  Explored(const model::NodeModel& of, const smt::CrossCheck& by) : model(of), cross(by) {}

  const model::NodeModel& model;
  const smt::CrossCheck& cross;
  smt::CrossCheck::Memory memory{};
  std::optional<smt::Divergence> first{};
  std::uint64_t divergences = 0;

  // Stops after so many states, or at the first divergence.
  void run(std::size_t max_states) {
    std::set<std::string> seen;
    std::vector<spec::World> queue;
    model.for_each_initial([&](const spec::World& world) { queue.push_back(world); });
    model::NodeModel::Scratch scratch;
    for (std::size_t i = 0; i < queue.size() && i < max_states && divergences == 0; ++i) {
      const spec::World before = queue[i];
      for (const impl::NodeId id : model.scenario().nodes) {
        note(cross.judge_enabled(model.rules(), before.nodes[id], memory));
      }
      model.for_each_step(before, scratch, [&](const spec::WorldStep& step) {
        judge(before, step);
        if (seen.insert(key_of(step.state)).second) queue.push_back(step.state);
      });
    }
  }

 private:
  void judge(const spec::World& before, const spec::WorldStep& step) {
    const auto taken = smt::impl_step(step.action);
    if (!taken) return;
    const impl::NodeId id = step.action.node;
    note(cross.judge(before.nodes[id], *taken, step.state.nodes[id], step.out, memory));
  }
  std::string key_of(const spec::World& world) {
    encoder_.clear();
    model.encode(world, encoder_);
    return {reinterpret_cast<const char*>(encoder_.bytes().data()), encoder_.bytes().size()};
  }
  void note(const std::optional<smt::Divergence>& divergence) {
    if (!divergence) return;
    ++divergences;
    if (!first) first = divergence;
  }

  engine::Encoder encoder_{};
};

// A CheckpointTs that arrives after the first PostBootstrap.
inline void send_checkpoint(const impl::Rules& rules, const smt::CrossCheck& cross,
                            smt::CrossCheck::Memory& memory) {
  constexpr auto kTrigger = impl::DispatcherId{1};
  impl::DispatcherOrchestrator node;
  const auto deliver = [&](impl::MessageBody body) {
    impl::Message request;
    request.from = impl::NodeId{2};
    request.epoch = 1;
    request.body = std::move(body);
    impl::Outbox arrival;
    impl::receive(rules, node, request, arrival);
    const impl::NodeAction handle{.kind = impl::NodeActionKind::kHandle,
                                  .path = impl::path_of(request.type())};
    do {
      REQUIRE(impl::is_enabled(rules, node, handle));
      const impl::DispatcherOrchestrator before = node;
      impl::Outbox out;
      impl::apply(rules, node, handle, out);
      CHECK_FALSE(cross.judge(before, {.action = handle}, node, out, memory));
    } while (impl::is_under_way(node, handle.path));
  };
  deliver(impl::MaintainerBootstrapRequest{.event_trigger = kTrigger, .start_ts = 10});
  deliver(impl::MaintainerPostBootstrapRequest{.event_trigger = kTrigger});
  deliver(impl::CheckpointTsMessage{.checkpoint_ts = 20});
  CHECK(node.manager->checkpoint_ts == 20);
}

}  // namespace takeover::tests
