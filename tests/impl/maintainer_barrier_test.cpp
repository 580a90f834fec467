// DDLs that dispatchers tell a maintainer of.
#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "impl/maintainer.h"
#include "tests/impl/maintainer_world.h"

namespace takeover::impl::testing {

namespace {

// Runs with table 1, of schema 7, on A.
World replicating() {
  World world(Phase::kBootstrapping);
  MaintainerBootstrapResponse response;
  response.spans.insert({.id = kTable, .span = Span{.table = 1}, .checkpoint_ts = 110});
  world.answer(kA, response);
  world.answer(kM);
  world.post_answer();
  static_cast<void>(world.sent());
  return world;
}

BlockStatus drop_table(DispatcherId id, Ts ts = 150) {
  return {.id = id,
          .state = {.block_ts = ts, .is_blocked = true, .stage = BlockStage::kWaiting},
          .blocks = {.tables = {0, 1}},
          .drops = {.tables = {1}}};
}
BlockStatus drop_schema(DispatcherId id) {
  return {.id = id,
          .state = {.block_ts = 150, .is_blocked = true, .stage = BlockStage::kWaiting},
          .blocks = {.schema = 7},
          .drops = {.schema = 7}};
}
BlockStatus create_table(Ts ts, std::uint32_t table) {
  return {.id = kTrigger, .state = {.block_ts = ts}, .adds = {{7, table}}};
}
BlockStatus done(DispatcherId id, Ts ts = 150) {
  return {.id = id, .state = {.block_ts = ts, .is_blocked = true, .stage = BlockStage::kDone}};
}
void resend(World& world, Ts ts = 150) {
  world.run([&](Surroundings& around) { world.maintainer().resend_event(around, ts); });
}

}  // namespace

TEST_CASE(
    "a table that was created is absent from its DDL on, once, and the trigger is told that it was heard") {
  World world = replicating();
  for (int i = 0; i < 2; ++i) {
    world.block_status(kM, create_table(150, 9));
    CHECK(world.sent() == Sent{"M ack of 150 1"});
    CHECK(world.maintainer().events.empty());
    REQUIRE(world.maintainer().spans.spans.size() == 2);
    const SpanReplication& task = world.task();
    CHECK(task.span == Span{.table = 9});
    CHECK(task.schema == 7);
    CHECK(task.absent);
    CHECK(task.checkpoint_ts == 150);
  }
  CHECK(world.maintainer().spans.trigger.checkpoint_ts == 149);  // it has reached what it tells of
}

TEST_CASE("a DROP TABLE waits for trigger and table; the trigger writes, and the rest is passed on") {
  World world = replicating();
  world.block_status(kM, drop_table(kTrigger));
  CHECK(world.sent() == Sent{"M ack of 150 1"});
  world.block_status(kM, drop_table(kTrigger));  // again: it is heard again, and nothing else
  CHECK(world.sent() == Sent{"M ack of 150 1"});
  world.block_status(kA, drop_table(kTable));
  CHECK(world.sent() == Sent{"M write of 150 1", "A ack of 150 40"});
  CHECK(world.maintainer().spans.find_task(kTable)->checkpoint_ts == 149);
  resend(world);
  CHECK(world.sent() == Sent{"M write of 150 1"});
  world.block_status(kA, drop_table(kTable));  // late
  CHECK(world.sent() == Sent{"A ack of 150 40"});
  world.block_status(kM, done(kTrigger));
  CHECK(world.sent() == Sent{"M ack of 150 1"});
  CHECK(world.maintainer().spans.find_task(kTable) == nullptr);
  world.poll();
  CHECK(world.sent() == Sent{"A Remove of 40"});
  CHECK(world.maintainer().events.size() == 1);  // the table has not been done
  resend(world);
  CHECK(world.sent() == Sent{"M pass of 150 1"});
  CHECK(world.maintainer().events.empty());
}

TEST_CASE("who waits last writes a DDL that is not about the trigger") {
  World world = replicating();
  BlockStatus status = drop_table(kTable);
  status.blocks = {.tables = {1}};
  world.block_status(kA, status);
  CHECK(world.sent() == Sent{"A ack of 150 40; write of 150 40"});
}

TEST_CASE("a DROP SCHEMA waits for the trigger to know its tables, and is over when they are gone") {
  World world = replicating();
  world.block_status(kA, drop_schema(kTable));
  CHECK(world.sent() == Sent{"A ack of 150 40"});
  world.block_status(kM, drop_schema(kTrigger));
  CHECK(world.sent() == Sent{"M ack of 150 1; write of 150 1"});
  world.block_status(kM, done(kTrigger));
  CHECK(world.maintainer().spans.spans.empty());
  CHECK(world.maintainer().spans.trigger.in_all_tasks);
  static_cast<void>(world.sent());
  resend(world);
  CHECK(world.sent().empty());
  CHECK(world.maintainer().events.empty());
}

TEST_CASE("a truncated table comes back under another id when its writer is done") {
  World world = replicating();
  BlockStatus status = drop_table(kTrigger);
  status.adds = {{7, 9}};
  world.block_status(kM, status);
  CHECK_FALSE(world.maintainer().spans.has_table(9));
  status.id = kTable;
  world.block_status(kA, status);
  world.block_status(kM, done(kTrigger));
  world.block_status(kM, done(kTrigger));  // again: nothing is done twice
  CHECK_FALSE(world.maintainer().spans.has_table(1));
  REQUIRE(world.maintainer().spans.spans.size() == 1);
  CHECK(world.task().span == Span{.table = 9});
}

TEST_CASE("what is not replicating is ignored, what is unknown is not answered, the message is") {
  World world = replicating();
  world.maintainer().spans.find_task(kTable)->mark_scheduling();
  world.block_status(kA, drop_table(kTable));
  CHECK(world.sent() == Sent{"A ignored of 150 40"});
  world.block_status(kA, drop_table(DispatcherId{41}));
  CHECK(world.sent() == Sent{"A"});
  world.block_status(kM, done(kTrigger));  // of nothing that is pending
  CHECK(world.sent() == Sent{"M"});
  CHECK(world.maintainer().events.empty());
}

TEST_CASE("an event that somebody has passed counts as written") {
  struct Row {
    const char* what;
    Ts checkpoint_ts;
    Ts waits_for;
    bool passed;
  };
  const std::array rows{Row{"at it", 150, 150, false}, Row{"behind it", 151, 150, true},
                        Row{"waits for a later one", 120, 160, true}};
  for (const Row& row : rows) {
    CAPTURE(row.what);
    World world = replicating();
    world.block_status(kM, drop_table(kTrigger));
    SpanReplication& task = *world.maintainer().spans.find_task(kTable);
    task.checkpoint_ts = row.checkpoint_ts;
    task.block = BlockState{.block_ts = row.waits_for, .is_blocked = true};
    resend(world);
    CHECK(world.maintainer().events.front().selected == row.passed);
    CHECK(world.maintainer().events.front().advanced == row.passed);
  }
}

TEST_CASE("a DDL that adds tables holds the checkpoint") {
  World world = replicating();
  BlockStatus status = drop_table(kTrigger, 120);
  status.adds = {{7, 9}};
  world.block_status(kM, status);
  for (const NodeId from : {kM, kA}) {
    world.event([&](Surroundings& around) {
      world.maintainer().on_heartbeat(around, {.from = from, .watermark = Watermark{1, 200}});
    });
  }
  world.run([&](Surroundings& around) { world.maintainer().calculate_checkpoint(around); });
  CHECK(world.maintainer().committed_checkpoint_ts == 120);
}

TEST_CASE("a maintainer that has not bootstrapped, or is being removed, hears of no DDL") {
  for (const Phase phase : {Phase::kBootstrapping, Phase::kHandoff, Phase::kCascade}) {
    World world(phase);
    static_cast<void>(world.sent());
    static_cast<void>(world.refusal());
    world.block_status(kM, create_table(150, 9));
    CHECK(world.sent().empty());
    CHECK(world.refusal() ==
          (phase == Phase::kBootstrapping ? Refusal::kNotInitialized : Refusal::kRemoving));
    CHECK(world.maintainer().can_resend_events(world.rules) == (phase == Phase::kBootstrapping));
  }
  World without(Phase::kCascade);
  without.rules.set(MaintainerGuard::kRemovingQuiescesBarrier, false);
  static_cast<void>(without.sent());
  without.block_status(kM, create_table(150, 9));
  CHECK(without.sent() == Sent{"M ack of 150 1"});
}

}  // namespace takeover::impl::testing
