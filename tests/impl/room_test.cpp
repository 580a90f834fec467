// A closed manager and the Bootstraps that come before its owner's Close is sent again.
#include <catch2/catch.hpp>

#include "impl/node.h"

using namespace takeover::impl;

namespace {

constexpr NodeId kOwner{1};
constexpr NodeId kOther{2};

// The state after the look-up of a Bootstrap that meets a closed manager.
DispatcherOrchestrator looked_up(Epoch manager, bool removed, NodeId sender, Epoch epoch) {
  Rules rules;
  rules.guards.set();
  DispatcherOrchestrator node;
  node.manager.emplace();
  node.manager->owner = kOwner;
  node.manager->epoch = manager;
  node.manager->closed = true;
  node.manager->write_path_closed = true;
  node.manager->registered = false;
  node.manager->remove_requested = removed;
  node.manager->removed_clean_up = removed;
  Outbox out;
  receive(rules, node, {sender, {}, epoch, MaintainerBootstrapRequest{.start_ts = 100}}, out);
  apply(rules, node, {.kind = NodeActionKind::kHandle, .path = Path::kOrchestrator}, out);
  return node;
}

struct Meeting {
  Epoch manager;
  bool removed;
  NodeId sender;
  Epoch epoch;
  bool room;  // the manager is gone, and another is being built
};

}  // namespace

TEST_CASE("a closed manager makes room for whom its tombstone lets in, and stays for anybody else") {
  for (const Meeting& each : {Meeting{2, false, kOther, 3, true}, Meeting{2, false, kOwner, 3, true},
                              Meeting{2, false, kOwner, 2, false}, Meeting{2, false, kOther, 2, false},
                              Meeting{2, false, kOther, 1, false}, Meeting{2, false, kOther, 0, false},
                              // Epoch 0 leaves a tombstone only when it was removed.
                              Meeting{0, false, kOwner, 0, true}, Meeting{0, false, kOther, 0, true},
                              Meeting{0, true, kOwner, 0, false}, Meeting{0, true, kOther, 1, true}}) {
    CAPTURE(each.manager, each.removed, each.epoch);
    const DispatcherOrchestrator node = looked_up(each.manager, each.removed, each.sender, each.epoch);
    REQUIRE(node.handler);
    CHECK(node.manager.has_value() == !each.room);
    CHECK(node.handler->existed == !each.room);
    CHECK(node.handler->next ==
          (each.room ? OrchestratorStep::kRegisterInitializing : OrchestratorStep::kTakeOver));
    const bool leaves_tombstone = each.room && (each.manager != 0 || each.removed);
    CHECK(node.tombstone.has_value() == leaves_tombstone);
  }
}
