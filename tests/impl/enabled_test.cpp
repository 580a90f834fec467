// When a step of the node is possible: each condition by itself.
#include <catch2/catch.hpp>
#include <functional>
#include <variant>
#include <vector>

#include "impl/node.h"

using namespace takeover::impl;

namespace {

Rules all_rules() {
  Rules rules;
  rules.guards.set();
  return rules;
}

constexpr DispatcherId kId{1};

// A published manager with one dispatcher that is to be cleaned up.
DispatcherOrchestrator removing() {
  DispatcherOrchestrator node;
  node.manager.emplace();
  node.manager->owner = NodeId{1};
  node.manager->epoch = 1;
  node.manager->dispatchers.insert({.id = kId, .try_removing = true, .removing = true, .span = {.table = 1}});
  return node;
}

// A published manager that was closed as far as its streams.
DispatcherOrchestrator closing() {
  DispatcherOrchestrator node = removing();
  node.manager->closing = true;
  node.manager->write_path_closed = true;
  node.manager->registered = false;
  return node;
}

// A published manager whose trigger waits for its first event.
DispatcherOrchestrator waiting() {
  DispatcherOrchestrator node;
  node.manager.emplace();
  node.manager->dispatchers.insert({.id = kId, .status = Status::kInitializing, .span = kDdlSpan});
  node.manager->registered_triggers.insert(kId);
  return node;
}

// A published manager with one dispatcher that works.
DispatcherOrchestrator working() {
  DispatcherOrchestrator node;
  node.manager.emplace();
  node.manager->dispatchers.insert({.id = kId, .span = {.table = 1}});
  return node;
}

struct Case {
  const char* what;
  NodeActionKind kind;
  DispatcherOrchestrator node;  // where the step is possible
  std::function<void(DispatcherOrchestrator&)> change;
  bool possible = false;  // after the change
};

const std::vector<Case>& cases() {
  using Kind = NodeActionKind;
  using Node = DispatcherOrchestrator;
  static const auto kDispatcher = [](Node& node) -> Dispatcher& { return *node.manager->find(kId, {}); };
  static const std::vector<Case> kCases{
      {"not flushed", Kind::kCleanUp, removing(), [](Node& n) { kDispatcher(n).removing = false; }},
      {"about to merge", Kind::kCleanUp, removing(),
       [](Node& n) { kDispatcher(n).status = Status::kPreparing; }},
      {"ready to merge", Kind::kCleanUp, removing(),
       [](Node& n) { kDispatcher(n).status = Status::kMergeReady; }},
      {"an aborted merge's", Kind::kCleanUp, removing(),
       [](Node& n) { kDispatcher(n).status = Status::kInitializing; }, true},
      {"no heartbeats", Kind::kCleanUp, removing(), [](Node& n) { n.manager->registered = false; }},
      {"the fence is held", Kind::kCleanUp, removing(),
       [](Node& n) { n.manager->fence = FenceHolder::kSchedule; }},
      {"the fence is held while closing", Kind::kCleanUp, removing(),
       [](Node& n) {
         n.manager->fence = FenceHolder::kSchedule;
         n.manager->closing = true;
       },
       true},
      {"another is under way", Kind::kCleanUp, removing(),
       [](Node& n) {
         n.manager->clean_up = {CleanUpStep::kEnqueueReport, Mode::kDefault, DispatcherId{2}};
       }},
      {"one of the other mode is under way", Kind::kCleanUp, removing(),
       [](Node& n) {
         n.manager->clean_up = {CleanUpStep::kEnqueueReport, Mode::kRedo, kId};
       }},
      {"clean-up is under way", Kind::kFinishClose, closing(),
       [](Node& n) {
         n.manager->clean_up = {CleanUpStep::kEnqueueReport, Mode::kDefault, kId};
       }},
      {"still registered", Kind::kFinishClose, closing(), [](Node& n) { n.manager->registered = true; }},
      {"not closing", Kind::kFinishClose, closing(), [](Node& n) { n.manager->closing = false; }},
      {"the write path is open", Kind::kFinishClose, closing(),
       [](Node& n) { n.manager->write_path_closed = false; }},
      {"its first event has come", Kind::kFirstEvent, waiting(),
       [](Node& n) { kDispatcher(n).status = Status::kWorking; }},
      {"a table's", Kind::kFirstEvent, waiting(), [](Node& n) { kDispatcher(n).span = {.table = 1}; }},
      {"asked to go", Kind::kFirstEvent, waiting(), [](Node& n) { kDispatcher(n).try_removing = true; },
       true},
      {"flushed", Kind::kFirstEvent, waiting(), [](Node& n) { kDispatcher(n).removing = true; }},
      {"not registered", Kind::kFirstEvent, waiting(), [](Node& n) { n.manager->registered_triggers = {}; }},
      {"another is registered", Kind::kFirstEvent, waiting(),
       [](Node& n) { n.manager->registered_triggers = {DispatcherId{2}}; }},
      {"not here", Kind::kFirstEvent, waiting(), [](Node& n) { n.manager->dispatchers = {}; }},
      {"no streams", Kind::kFirstEvent, waiting(), [](Node& n) { n.manager->registered = false; }},
      {"a closed write path", Kind::kFirstEvent, waiting(),
       [](Node& n) { n.manager->write_path_closed = true; }},
      {"nobody is here", Kind::kCompleteHeartbeat, working(), [](Node& n) { n.manager->dispatchers = {}; }},
      {"one before its first event", Kind::kCompleteHeartbeat, working(),
       [](Node& n) { kDispatcher(n).status = Status::kInitializing; }},
      {"about to merge", Kind::kCompleteHeartbeat, working(),
       [](Node& n) { kDispatcher(n).status = Status::kPreparing; }},
      {"ready to merge", Kind::kCompleteHeartbeat, working(),
       [](Node& n) { kDispatcher(n).status = Status::kMergeReady; }},
      {"waiting for a merge", Kind::kCompleteHeartbeat, working(),
       [](Node& n) { kDispatcher(n).status = Status::kWaitingMerge; }},
      {"flushed", Kind::kCompleteHeartbeat, working(), [](Node& n) { kDispatcher(n).removing = true; }, true},
      {"no heartbeats", Kind::kCompleteHeartbeat, working(), [](Node& n) { n.manager->registered = false; }},
      {"clean-up is under way", Kind::kCompleteHeartbeat, working(),
       [](Node& n) {
         n.manager->clean_up = {CleanUpStep::kEnqueueReport, Mode::kDefault, DispatcherId{2}};
       }},
      {"the fence is held", Kind::kCompleteHeartbeat, working(),
       [](Node& n) { n.manager->fence = FenceHolder::kSchedule; }, true},
  };
  return kCases;
}

}  // namespace

TEST_CASE("clean-up, the end of a close and what events and heartbeats do need each of their conditions") {
  for (const Case& each : cases()) {
    CAPTURE(each.what);
    const NodeAction action{.kind = each.kind, .id = kId};
    DispatcherOrchestrator node = each.node;
    REQUIRE(is_enabled(all_rules(), node, action));
    each.change(node);
    CHECK(is_enabled(all_rules(), node, action) == each.possible);
  }
}

// Each stage of a close follows the one before, and begins with a close.
TEST_CASE("the stages of a close are possible in their order, and only while closing") {
  DispatcherOrchestrator node = removing();
  const auto possible = [&](NodeActionKind kind) { return is_enabled(all_rules(), node, {.kind = kind}); };
  const auto stages = [&] {
    return std::vector{possible(NodeActionKind::kStopWritePath), possible(NodeActionKind::kUnregister),
                       possible(NodeActionKind::kFinishClose)};
  };
  CHECK(stages() == std::vector{false, false, false});
  node.manager->closing = true;
  CHECK(stages() == std::vector{true, false, false});
  node.manager->write_path_closed = true;
  CHECK(stages() == std::vector{false, true, false});
  node.manager->registered = false;
  CHECK(stages() == std::vector{false, false, true});
  node.manager->closing = false;
  node.manager->closed = true;
  CHECK(stages() == std::vector{false, false, false});
}

TEST_CASE(
    "a shutdown closes the manager only when nothing is queued or handled, once, and deletes what has closed") {
  const Rules rules = all_rules();
  const NodeAction close{.kind = NodeActionKind::kCloseOrchestrator};
  DispatcherOrchestrator node = removing();
  node.closed = true;
  REQUIRE(is_enabled(rules, node, close));
  DispatcherOrchestrator queued = node;
  queued.pending.push_back(Message{});
  CHECK_FALSE(is_enabled(rules, queued, close));
  DispatcherOrchestrator handling = node;
  handling.handler.emplace();
  CHECK_FALSE(is_enabled(rules, handling, close));
  DispatcherOrchestrator without = node;
  without.manager.reset();
  CHECK_FALSE(is_enabled(rules, without, close));
  DispatcherOrchestrator closed = node;
  closed.manager->closed = true;
  REQUIRE(is_enabled(rules, closed, close));
  Outbox out;
  apply(rules, closed, close, out);
  CHECK_FALSE(closed.manager.has_value());
  CHECK_FALSE(is_enabled(rules, closed, close));
  apply(rules, node, close, out);
  CHECK(node.manager->closing);
  CHECK_FALSE(is_enabled(rules, node, close));
}

TEST_CASE("a complete heartbeat tells of what waits for a merge, unless a guard keeps it from it") {
  const NodeAction action{.kind = NodeActionKind::kCompleteHeartbeat};
  DispatcherOrchestrator node = working();
  node.manager->find(kId, {})->status = Status::kWaitingMerge;
  Rules rules = all_rules();
  CHECK_FALSE(is_enabled(rules, node, action));
  rules.set(Guard::kWaitingMergeUntold, false);
  REQUIRE(is_enabled(rules, node, action));
  Outbox out;
  apply(rules, node, action, out);
  CHECK(out.sent.front().as<HeartBeatRequest>()->statuses.front().status == Status::kWaitingMerge);
}
