// Operators, and what a maintainer makes of the answers to its Bootstrap, row by row.
#include "impl/maintainer_operator.h"

#include <array>
#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "tests/impl/maintainer_world.h"

namespace takeover::impl::testing {

namespace {

// "absent", "scheduling at A", "replicating at A", or what else the bits say.
std::string placed(const SpanReplication* task) {
  if (task == nullptr) return "no task";
  std::string text = task->absent ? "absent" : task->scheduling ? "scheduling" : "";
  if (task->replicating) text += "replicating";
  if (task->node == kA) text += " at A";
  if (task->node == kB) text += " at B";
  return text;
}

// Runs with table 1 on A, as if A had reported it.
World running() {
  World world(Phase::kBootstrapping);
  world.nodes({kM, kA, kB});
  MaintainerBootstrapResponse response;
  response.spans.insert({.id = kTable, .span = Span{.table = 1}, .checkpoint_ts = 110});
  world.answer(kA, response);
  world.answer(kB);
  world.answer(kM);
  world.post_answer();
  static_cast<void>(world.sent());
  return world;
}

std::string placed(World& world) {
  return placed(world.maintainer().spans.find_task(kTable));
}

}  // namespace

// ------------------------------------------------------------------------------------------------------ Add

TEST_CASE("an Add ends when its dispatcher works, is removed, or its node is gone") {
  struct Row {
    const char* event;
    NodeId from;
    Status status;
    bool finished;
    std::string after;
  };
  const std::array rows{
      Row{"works", kB, Status::kWorking, true, "replicating at B"},
      Row{"removed", kB, Status::kRemoved, true, "absent"},
      Row{"stopped, which is of its life before", kB, Status::kStopped, false, "scheduling at B"},
      Row{"works elsewhere", kA, Status::kWorking, false, "scheduling at B"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.event);
    World world = running();
    world.maintainer().spans.find_task(kTable)->mark_absent();
    REQUIRE(world.insert(add_operator(kTable, kB)));
    CHECK(placed(world) == "scheduling at B");
    world.poll();
    CHECK(world.sent() == Sent{"B Create of 40"});
    world.poll();
    CHECK(world.sent().empty());
    world.poll(0, true);
    CHECK(world.sent() == Sent{"B Create of 40"});
    world.heartbeat(row.from, kTable, row.status, 120);
    CHECK(world.maintainer().operators.front().finished == row.finished);
    world.poll();
    CHECK(world.maintainer().operators.empty() == row.finished);
    CHECK(placed(world) == row.after);
  }
  World world = running();
  world.maintainer().spans.find_task(kTable)->mark_absent();
  REQUIRE(world.insert(add_operator(kTable, kB)));
  world.nodes({kM, kA});
  CHECK(world.maintainer().operators.front().removed);
  world.poll();
  CHECK(placed(world) == "absent");
}

TEST_CASE("a Create starts at the task's checkpoint, and not below the committed one") {
  for (const Ts committed : {Ts{100}, Ts{150}}) {
    World world = running();
    world.maintainer().committed_checkpoint_ts = committed;
    world.maintainer().spans.find_task(kTable)->mark_absent();
    REQUIRE(world.insert(add_operator(kTable, kB)));
    world.poll();
    const auto& body = *world.out.to_nodes.front().as<ScheduleDispatcherRequest>();
    CHECK(body.start_ts == std::max(Ts{110}, committed));
    CHECK(world.out.to_nodes.front().epoch == kEpoch);
  }
}

TEST_CASE("an operator is refused for a task that is unknown, or has one; it hears at once of a dead node") {
  World world = running();
  CHECK_FALSE(world.insert(add_operator(DispatcherId{41}, kB)));
  REQUIRE(world.insert(move_operator(*world.maintainer().spans.find_task(kTable), kB)));
  CHECK_FALSE(world.insert(add_operator(kTable, kB)));
  World other = running();
  other.alive = {kM, kA};
  REQUIRE(other.insert(move_operator(*other.maintainer().spans.find_task(kTable), kB)));
  CHECK(other.maintainer().operators.front().move == MoveState::kAbortRemoveOrigin);
}

// --------------------------------------------------------------------------------------------------- Remove

TEST_CASE(
    "a Remove ends with a terminal status of its node, or with the node; its hook marks the task absent") {
  for (const bool hook : {false, true}) {
    World world = running();
    REQUIRE(world.insert(
        remove_operator(*world.maintainer().spans.find_task(kTable), OperatorType::kMove, hook)));
    world.poll();
    CHECK(world.sent() == Sent{"A Remove of 40"});
    world.heartbeat(kA, kTable, Status::kWaitingMerge, 120);
    world.heartbeat(kB, kTable, Status::kStopped, 120);
    CHECK_FALSE(world.maintainer().operators.front().finished);
    world.heartbeat(kA, kTable, Status::kStopped, 130);
    CHECK(world.maintainer().operators.front().finished);
    CHECK(world.maintainer().spans.find_task(kTable)->checkpoint_ts == 130);
    world.poll();
    CHECK(placed(world) == (hook ? "absent" : "replicating at A"));
  }
}

TEST_CASE("a Remove without a hook leaves its task bound to a node that is gone") {
  World world = running();
  REQUIRE(world.insert(
      remove_operator(*world.maintainer().spans.find_task(kTable), OperatorType::kRemove, false)));
  world.nodes({kM, kB});
  world.poll();
  CHECK(world.maintainer().operators.empty());
  CHECK(placed(world) == "replicating at A");
}

// ----------------------------------------------------------------------------------------------------- Move

TEST_CASE("a Move goes through its phases, whoever is lost on the way") {
  const auto origin_says = [](World& w, Status s) { w.heartbeat(kA, kTable, s, 120); };
  const auto dest_says = [](World& w, Status s) { w.heartbeat(kB, kTable, s, 120); };
  const auto moved = [] {
    World world = running();
    REQUIRE(world.insert(move_operator(*world.maintainer().spans.find_task(kTable), kB)));
    world.poll();
    CHECK(world.sent() == Sent{"A Remove of 40"});
    return world;
  };
  const auto is = [](World& w) { return w.maintainer().operators.front().move; };
  SECTION("both do what they are asked") {
    World world = moved();
    origin_says(world, Status::kWorking);
    CHECK(is(world) == MoveState::kRemoveOrigin);
    origin_says(world, Status::kStopped);
    CHECK(is(world) == MoveState::kAddDest);
    CHECK(placed(world) == "scheduling at B");
    world.poll();  // its first message of this phase is due at once
    CHECK(world.sent() == Sent{"B Create of 40"});
    dest_says(world, Status::kWorking);
    CHECK(is(world) == MoveState::kDoneSuccess);
    world.poll();
    CHECK(placed(world) == "replicating at B");
  }
  SECTION("anything but Working of the origin counts as its end") {
    World world = moved();
    origin_says(world, Status::kWaitingMerge);
    CHECK(is(world) == MoveState::kAddDest);
  }
  SECTION("the origin is lost") {
    World world = moved();
    world.nodes({kM, kB});
    CHECK(is(world) == MoveState::kAddDest);
    CHECK(placed(world) == "scheduling at B");
  }
  SECTION("the destination is lost before its turn: the Remove is finished first") {
    World world = moved();
    world.nodes({kM, kA});
    CHECK(is(world) == MoveState::kAbortRemoveOrigin);
    world.poll();
    CHECK(world.sent().empty());
    world.poll(0, true);
    CHECK(world.sent() == Sent{"A Remove of 40"});
    origin_says(world, Status::kStopped);
    CHECK(is(world) == MoveState::kDoneNoPostFinish);
    CHECK(placed(world) == "absent");
  }
  SECTION("the destination is lost in its turn") {
    World world = moved();
    origin_says(world, Status::kStopped);
    world.nodes({kM, kA});
    CHECK(is(world) == MoveState::kDoneNoPostFinish);
    CHECK(placed(world) == "absent");
  }
  SECTION("the destination is lost when the move is done, and nobody finalized it") {
    World world = moved();
    origin_says(world, Status::kStopped);
    dest_says(world, Status::kWorking);
    world.nodes({kM, kA});
    world.poll();
    CHECK(placed(world) == "replicating at B");
  }
  SECTION("to where it is") {
    World world = running();
    REQUIRE(world.insert(move_operator(*world.maintainer().spans.find_task(kTable), kA)));
    CHECK(is(world) == MoveState::kDoneSuccess);
  }
}

// -------------------------------------------------------------------------------------------------- healing

TEST_CASE("what a status does to a task depends on who sends it, its checkpoint, and the task's operator") {
  struct Row {
    const char* what;
    NodeId from;
    Status status;
    Ts checkpoint_ts;
    std::string after;
    Ts after_ts;
  };
  const std::array rows{
      Row{"of its node", kA, Status::kWorking, 120, "replicating at A", 120},
      Row{"of another node", kB, Status::kStopped, 120, "replicating at A", 110},
      Row{"terminal", kA, Status::kStopped, 120, "absent", 120},
      Row{"terminal", kA, Status::kRemoved, 120, "absent", 120},
      Row{"terminal, with a lower checkpoint", kA, Status::kStopped, 0, "absent", 110},
      Row{"not terminal, with a lower checkpoint", kA, Status::kWorking, 109, "replicating at A", 110},
  };
  for (const Row& row : rows) {
    CAPTURE(row.what);
    World world = running();
    world.heartbeat(row.from, kTable, row.status, row.checkpoint_ts);
    CHECK(placed(world) == row.after);
    CHECK(world.maintainer().spans.find_task(kTable)->checkpoint_ts == row.after_ts);
  }
}

TEST_CASE("a task with an operator is not healed, nor lost with its node") {
  World world = running();
  REQUIRE(world.insert(
      remove_operator(*world.maintainer().spans.find_task(kTable), OperatorType::kRemove, false)));
  world.heartbeat(kA, kTable, Status::kStopped, 120);
  CHECK(placed(world) == "replicating at A");
}

TEST_CASE("a node that is gone leaves its tasks absent, and is asked for no watermark") {
  World world = running();
  world.event([&](Surroundings& around) {
    world.maintainer().on_heartbeat(around, {.from = kA, .watermark = Watermark{1, 120}});
  });
  world.nodes({kM, kB});
  CHECK(placed(world) == "absent");
  CHECK(world.maintainer().watermarks.empty());
}

// ------------------------------------------------------------------------------------------------- removing

TEST_CASE("removing freezes every operator but the trigger's: it leaves the queue, and stays in the map") {
  World world = running();
  REQUIRE(world.insert(move_operator(*world.maintainer().spans.find_task(kTable), kB)));
  world.remove(false);
  const auto& operators = world.maintainer().operators;
  world.poll(0);
  CHECK(operators[0].current);
  CHECK_FALSE(operators[0].queued);
  CHECK(world.sent().empty());
  world.heartbeat(kA, kTable, Status::kStopped, 120);
  CHECK(operators[0].move == MoveState::kRemoveOrigin);  // it is told nothing
  CHECK_FALSE(world.insert(add_operator(DispatcherId{41}, kB)));
  world.poll(1);
  CHECK(world.sent() == Sent{"M Remove of 1"});
  world.heartbeat(kM, kTrigger, Status::kStopped, 120);
  CHECK(operators[1].finished);
}

TEST_CASE(
    "an operator that the trigger's removal replaces is current no longer, and goes when it is polled") {
  World world = running();
  world.heartbeat(kM, kTrigger, Status::kStopped, 120);  // nobody waits for it: the trigger is absent
  REQUIRE(world.insert(add_operator(kTrigger, kM)));
  world.remove(false);
  const auto& operators = world.maintainer().operators;
  REQUIRE(operators.size() == 2);
  CHECK_FALSE(operators[0].current);
  CHECK(operators[0].queued);
  CHECK(operators[1].kind == OperatorKind::kRemove);
  world.poll(0);
  REQUIRE(operators.size() == 1);
  CHECK(operators[0].current);
}

// ------------------------------------------------------------------------------------------------ a takeover

namespace {

struct Restored {
  const char* what;
  std::uint32_t table;  // 2 is not in the schema snapshot
  bool reported;
  std::optional<ScheduleAction> action;
  OperatorType type;
  std::string after;      // the task of the dispatcher
  std::size_t operators;  // that are made
  std::string then;       // when the operator has ended well
};

}  // namespace

TEST_CASE("what a maintainer makes of a dispatcher and a request that the one before it left") {
  using A = ScheduleAction;
  using T = OperatorType;
  const std::array rows{
      Restored{"reported", 1, true, {}, T::kAdd, "replicating at A", 0, "replicating at A"},
      Restored{"a Move's Remove", 1, true, A::kRemove, T::kMove, "replicating at A", 1, "absent"},
      Restored{"a Split's Remove", 1, true, A::kRemove, T::kSplit, "replicating at A", 1, "absent"},
      Restored{"a Remove, its table is there", 1, true, A::kRemove, T::kRemove, "replicating at A", 1,
               "replicating at A"},
      Restored{"a Remove, its table is not", 2, true, A::kRemove, T::kRemove, "no task", 1, "no task"},
      Restored{"a Remove of nothing", 1, false, A::kRemove, T::kRemove, "no task", 0, "no task"},
      Restored{"a Create", 1, false, A::kCreate, T::kAdd, "scheduling at A", 1, "replicating at A"},
      Restored{"a Move's Create", 1, false, A::kCreate, T::kMove, "scheduling at A", 1, "replicating at A"},
      Restored{"a Create of what is there", 1, true, A::kCreate, T::kAdd, "replicating at A", 0,
               "replicating at A"},
      Restored{"a Create, its table is not there", 2, false, A::kCreate, T::kAdd, "no task", 0, "no task"},
      Restored{"reported, its table is not there", 2, true, {}, T::kAdd, "no task", 0, "no task"},
  };
  for (const Restored& row : rows) {
    CAPTURE(row.what);
    World world(Phase::kBootstrapping);
    MaintainerBootstrapResponse response;
    const Span span{.table = row.table};
    if (row.reported) response.spans.insert({.id = kTable, .span = span, .checkpoint_ts = 110});
    if (row.action) {
      response.operators.insert(
          {.id = kTable, .action = *row.action, .op = row.type, .span = span, .start_ts = 105});
    }
    world.answer(kA, response);
    world.answer(kM);
    REQUIRE(world.phase() == Phase::kRunningPost);
    CHECK(placed(world) == row.after);
    CHECK(world.maintainer().operators.size() == row.operators);
    if (row.operators > 0) {
      world.heartbeat(kA, kTable, row.action == A::kCreate ? Status::kWorking : Status::kStopped, 120);
      world.poll();
      CHECK(world.maintainer().operators.empty());
    }
    CHECK(placed(world) == row.then);
    // Table 1 has a task in any case: that of the dispatcher, or a fresh one from the checkpoint of the Add.
    CHECK(world.maintainer().spans.has_table(1));
    if (row.after == "no task") {
      CHECK(world.task().id != kTable);
      CHECK(placed(&world.task()) == "absent");
      CHECK(world.task().checkpoint_ts == kStartTs);
    }
  }
}

TEST_CASE("of two reported dispatchers that begin alike the later is taken, the other is nobody's") {
  World world(Phase::kBootstrapping);
  MaintainerBootstrapResponse response;
  response.spans.insert({.id = kTable, .span = Span{.table = 1}, .checkpoint_ts = 110});
  world.nodes({kM, kA, kB});
  world.answer(kA, response);
  response.spans.front().id = DispatcherId{41};
  world.answer(kB, response);
  world.answer(kM);
  CHECK(placed(world) == "no task");
  CHECK(placed(world.maintainer().spans.find_task(DispatcherId{41})) == "replicating at B");
}

TEST_CASE("what nobody replicates of a table in pieces is absent, if tables may be in pieces") {
  for (const bool across : {false, true}) {
    World world;
    world.order(AddMaintainerRequest{.checkpoint_ts = kStartTs, .table_across_nodes = across});
    world.init();
    MaintainerBootstrapResponse response;
    response.spans.insert({.id = kTable, .span = {.table = 1, .begin = 10, .end = 20}, .checkpoint_ts = 110});
    response.spans.insert(
        {.id = DispatcherId{41}, .span = {.table = 1, .begin = 30, .end = 40}, .checkpoint_ts = 110});
    world.answer(kA, response);
    world.answer(kM);
    std::vector<Span> absent;
    for (const SpanReplication& task : world.maintainer().spans.spans) {
      if (task.absent) absent.push_back(task.span);
    }
    const std::vector<Span> holes{{.table = 1, .begin = Span::kMin, .end = 10},
                                  {.table = 1, .begin = 20, .end = 30},
                                  {.table = 1, .begin = 40, .end = Span::kMax}};
    CHECK(absent == (across ? holes : std::vector<Span>{}));
  }
}

TEST_CASE("a request that two nodes left for one dispatcher fails the bootstrap, and what was made stays") {
  World world(Phase::kBootstrapping);
  MaintainerBootstrapResponse response;
  response.spans.insert({.id = kTable, .span = Span{.table = 1}, .checkpoint_ts = 110});
  response.operators.insert({.id = kTable, .action = ScheduleAction::kRemove, .op = OperatorType::kMove});
  world.nodes({kM, kA, kB});
  world.answer(kA, response);
  world.answer(kB, response);
  world.answer(kM);
  CHECK(world.phase() == Phase::kBootFailed);
  CHECK(world.maintainer().operators.size() == 1);
}

TEST_CASE("without restore-create-checks-schema a dropped table comes back") {
  World world;
  world.rules.set(MaintainerGuard::kRestoreCreateChecksSchema, false);
  world.reach(Phase::kBootstrapping);
  MaintainerBootstrapResponse response;
  response.operators.insert({.id = kTable, .span = Span{.table = 2}, .start_ts = 105});
  world.answer(kA, response);
  world.answer(kM);
  CHECK(placed(world) == "scheduling at A");
}

TEST_CASE("without restore-remove-phase a span that was under move is lost") {
  World world;
  world.rules.set(MaintainerGuard::kRestoreRemovePhase, false);
  world.reach(Phase::kBootstrapping);
  MaintainerBootstrapResponse response;
  response.spans.insert({.id = kTable, .span = Span{.table = 1}, .checkpoint_ts = 110});
  response.operators.insert({.id = kTable, .action = ScheduleAction::kRemove, .op = OperatorType::kMove});
  world.answer(kA, response);
  world.answer(kM);
  world.heartbeat(kA, kTable, Status::kStopped, 120);
  world.poll();
  CHECK(placed(world) == "replicating at A");  // where nothing is
}

}  // namespace takeover::impl::testing
