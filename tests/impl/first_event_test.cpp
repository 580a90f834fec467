// The first event of a table's dispatcher, by Variants::table_first_event.
#include <catch2/catch.hpp>

#include "impl/node.h"

using namespace takeover::impl;

namespace {

constexpr NodeId kItsOwner{1};
constexpr DispatcherId kTableHere{5};
constexpr NodeAction kItsFirstEvent{.kind = NodeActionKind::kFirstEvent, .id = kTableHere};

Rules rules_of_variant(bool variant) {
  Rules rules;
  rules.guards.set();
  rules.variants.table_first_event = variant;
  return rules;
}

DispatcherOrchestrator owned_node() {
  DispatcherOrchestrator node;
  node.manager.emplace();
  node.manager->owner = kItsOwner;
  node.manager->epoch = 1;
  return node;
}

void schedule(const Rules& rules, DispatcherOrchestrator& node, ScheduleAction action) {
  Outbox out;
  const ScheduleDispatcherRequest request{.action = action,
                                          .op = OperatorType::kAdd,
                                          .mode = Mode::kDefault,
                                          .id = kTableHere,
                                          .span = {.table = 1},
                                          .start_ts = 100};
  receive(rules, node, {kItsOwner, {}, 1, request}, out);
  REQUIRE(handle(rules, node, Path::kSchedule, out));
}

}  // namespace

TEST_CASE("a table's dispatcher works from its creation, unless a variant makes it wait") {
  for (const bool waits : {false, true}) {
    CAPTURE(waits);
    DispatcherOrchestrator node = owned_node();
    schedule(rules_of_variant(waits), node, ScheduleAction::kCreate);
    CHECK(node.manager->find(kTableHere, {})->status == (waits ? Status::kInitializing : Status::kWorking));
    CHECK(node.manager->find(kTableHere, {})->can_write() == !waits);
    CHECK(node.manager->statuses.empty() == waits);
    CHECK(node.manager->journal.empty());
    CHECK(is_enabled(rules_of_variant(waits), node, kItsFirstEvent) == waits);
    CHECK_FALSE(is_enabled(rules_of_variant(false), node, kItsFirstEvent));
  }
}

TEST_CASE("a table's dispatcher that waits is told of when its first event has come, and not before") {
  const Rules rules = rules_of_variant(true);
  DispatcherOrchestrator node = owned_node();
  schedule(rules, node, ScheduleAction::kCreate);
  CHECK_FALSE(is_enabled(rules, node, {.kind = NodeActionKind::kReport}));
  CHECK_FALSE(is_enabled(rules, node, {.kind = NodeActionKind::kCompleteHeartbeat}));
  Outbox out;
  apply(rules, node, kItsFirstEvent, out);
  CHECK(node.manager->find(kTableHere, {})->can_write());
  CHECK_FALSE(is_enabled(rules, node, kItsFirstEvent));
  apply(rules, node, {.kind = NodeActionKind::kReport}, out);
  REQUIRE(out.sent.size() == 1);
  const auto& statuses = out.sent.front().as<HeartBeatRequest>()->statuses;
  REQUIRE(statuses.size() == 1);
  CHECK(statuses.front().id == kTableHere);
  CHECK(statuses.front().status == Status::kWorking);
}

TEST_CASE("a table's dispatcher that is asked to go, or closed, gets no first event") {
  const Rules rules = rules_of_variant(true);
  DispatcherOrchestrator created = owned_node();
  schedule(rules, created, ScheduleAction::kCreate);
  REQUIRE(is_enabled(rules, created, kItsFirstEvent));
  DispatcherOrchestrator removed = created;
  schedule(rules, removed, ScheduleAction::kRemove);
  CHECK_FALSE(is_enabled(rules, removed, kItsFirstEvent));
  DispatcherOrchestrator closed = created;
  Outbox out;
  closed.local_fence(rules, out);
  CHECK_FALSE(is_enabled(rules, closed, kItsFirstEvent));
  DispatcherOrchestrator unregistered = created;
  unregistered.manager->registered = false;
  CHECK_FALSE(is_enabled(rules, unregistered, kItsFirstEvent));
}

TEST_CASE("the first event of a merged dispatcher is a step of its merge") {
  const Rules rules = rules_of_variant(true);
  DispatcherOrchestrator node = owned_node();
  node.manager->dispatchers.insert({.id = kTableHere, .status = Status::kInitializing, .span = {.table = 1}});
  REQUIRE(is_enabled(rules, node, kItsFirstEvent));
  node.manager->merges.push_back({{DispatcherId{6}, DispatcherId{7}}, kTableHere, Mode::kDefault});
  CHECK_FALSE(is_enabled(rules, node, kItsFirstEvent));
  CHECK(is_enabled(rules, node, {.kind = NodeActionKind::kMergeTask, .id = kTableHere}));
}
