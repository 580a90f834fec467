// What the manager does with orders: its two tables, row by row, and the coordinator's fence.
#include "impl/maintainer_manager.h"

#include <array>
#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "tests/impl/maintainer_world.h"

namespace takeover::impl::testing {

namespace {

// A maintainer of this epoch that runs, or has stopped.
World with(Epoch epoch, bool stopped) {
  World world;
  world.add(epoch);
  if (stopped) {
    world.remove(true, epoch);
    world.closed(kM, true, epoch);
    world.closed(kA, true, epoch);
  }
  static_cast<void>(world.sent());
  static_cast<void>(world.refusal());
  return world;
}

struct AddRow {
  Epoch here;
  bool stopped;
  Epoch request;
  Refusal why;  // kNone: a maintainer of the request's epoch takes its place
};

constexpr std::array kAddRows{
    AddRow{5, false, 0, Refusal::kOlderMaintainer}, AddRow{5, false, 4, Refusal::kOlderMaintainer},
    AddRow{5, false, 5, Refusal::kSameMaintainer},  AddRow{5, false, 6, Refusal::kStillRunning},
    AddRow{0, false, 0, Refusal::kSameMaintainer},  AddRow{0, false, 1, Refusal::kStillRunning},
    AddRow{5, true, 0, Refusal::kCompatMaintainer}, AddRow{5, true, 4, Refusal::kNotNewer},
    AddRow{5, true, 5, Refusal::kNotNewer},         AddRow{5, true, 6, Refusal::kNone},
    AddRow{0, true, 0, Refusal::kCompatMaintainer}, AddRow{0, true, 1, Refusal::kNone},
};

}  // namespace

TEST_CASE("an Add takes the place of a maintainer that has stopped, and is of a lower epoch (P3)") {
  for (const AddRow& row : kAddRows) {
    CAPTURE(row.here, row.stopped, row.request);
    World world = with(row.here, row.stopped);
    const DispatcherId before = world.maintainer().spans.trigger.id;
    world.add(row.request);
    CHECK(world.refusal() == row.why);
    CHECK((world.maintainer().spans.trigger.id != before) == (row.why == Refusal::kNone));
    CHECK(world.maintainer().epoch == (row.why == Refusal::kNone ? row.request : row.here));
    CHECK(world.sent().empty());  // an Add is never answered
  }
}

TEST_CASE("where no maintainer is, an Add of any epoch makes one: there is no tombstone") {
  for (const Epoch epoch : {Epoch{0}, Epoch{4}, Epoch{5}, Epoch{6}}) {
    World world = with(5, true);
    world.tick();
    REQUIRE(world.phase() == Phase::kAbsent);
    world.add(epoch);
    CHECK(world.phase() == Phase::kCreated);
    CHECK(world.maintainer().epoch == epoch);
    CHECK_FALSE(world.maintainer().remove_only);
  }
}

TEST_CASE("each instance has a trigger of its own, also on the same node, of the same changefeed") {
  World world = with(5, true);
  const DispatcherId before = world.maintainer().spans.trigger.id;
  world.add(6);
  CHECK(world.maintainer().spans.trigger.id != before);
}

TEST_CASE("an Add is dropped for the first of its reasons") {
  struct Row {
    Order order;
    Liveness liveness;
    Refusal why;
  };
  const AddMaintainerRequest good{.checkpoint_ts = kStartTs};
  const AddMaintainerRequest no_checkpoint{};
  const AddMaintainerRequest no_config{.checkpoint_ts = kStartTs, .config_valid = false};
  const std::array rows{
      Row{{kC2, kEpoch, good}, Liveness::kStopping, Refusal::kNotTheCoordinator},
      Row{{kC, kEpoch, no_checkpoint}, Liveness::kStopping, Refusal::kNodeStopping},
      Row{{kC, kEpoch, no_checkpoint}, Liveness::kDraining, Refusal::kNoCheckpoint},
      Row{{kC, kEpoch, no_config}, Liveness::kDraining, Refusal::kConfigInvalid},
      Row{{kC, kEpoch, good}, Liveness::kDraining, Refusal::kNone},
  };
  for (const Row& row : rows) {
    World world;
    world.manager.liveness = row.liveness;
    CHECK(world.manager.why_not_added(world.rules, row.order) == row.why);
  }
  World world(Phase::kRunning);
  CHECK(world.manager.why_not_added(world.rules, {kC, kEpoch, no_config}) == Refusal::kSameMaintainer);
  CHECK(MaintainerManager{.self = kM}.why_not_added(world.rules, {kC, kEpoch, good}) ==
        Refusal::kNotTheCoordinator);
}

TEST_CASE("without add-after-stopped a newer Add replaces a maintainer that runs") {
  World world = with(5, false);
  world.rules.set(MaintainerGuard::kAddAfterStopped, false);
  world.add(5);
  CHECK(world.refusal() == Refusal::kSameMaintainer);
  world.add(6);
  CHECK(world.maintainer().epoch == 6);
}

TEST_CASE("without add-strictly-newer a late Add replaces a maintainer that has stopped") {
  World world = with(5, true);
  world.rules.set(MaintainerGuard::kAddStrictlyNewer, false);
  world.add(4);
  CHECK(world.maintainer().epoch == 4);
}

namespace {

struct RemoveRow {
  Phase before;
  bool cascade;
  Epoch request;
  Phase after;
  Sent sent;
  Refusal why;
};

std::vector<RemoveRow> remove_rows() {
  const Sent close{"M Close", "A Close"};
  return {
      {Phase::kAbsent, false, 7, Phase::kAbsent, {"C Stopped of 7"}, Refusal::kNoMaintainer},
      {Phase::kAbsent, false, 0, Phase::kAbsent, {"C Stopped of 0"}, Refusal::kNoMaintainer},
      {Phase::kAbsent, true, 7, Phase::kCascade, close, Refusal::kNone},
      {Phase::kRunning, false, 4, Phase::kRunning, {}, Refusal::kOtherEpoch},
      {Phase::kRunning, true, 6, Phase::kRunning, {}, Refusal::kOtherEpoch},
      {Phase::kRunning, true, 0, Phase::kRunning, {}, Refusal::kOtherEpoch},
      {Phase::kCreated, false, 5, Phase::kCreated, {}, Refusal::kRemoveBeforeBootstrap},
      {Phase::kBootstrapping, false, 5, Phase::kBootstrapping, {}, Refusal::kRemoveBeforeBootstrap},
      {Phase::kBootFailed, false, 5, Phase::kBootFailed, {}, Refusal::kRemoveBeforeBootstrap},
      {Phase::kBootFailed, true, 5, Phase::kCascade, close, Refusal::kNone},
      {Phase::kRunningPost, false, 5, Phase::kHandoff, {}, Refusal::kNone},
      {Phase::kRunning, true, 5, Phase::kCascade, close, Refusal::kNone},
      {Phase::kHandoff, false, 5, Phase::kHandoff, {}, Refusal::kNone},
      {Phase::kCascade, true, 5, Phase::kCascade, close, Refusal::kNone},
      {Phase::kStopped, true, 5, Phase::kStopped, {}, Refusal::kStopped},
      {Phase::kStopped, false, 5, Phase::kStopped, {}, Refusal::kStopped},
  };
}

}  // namespace

TEST_CASE("a Remove does what its table says, and is dropped for its reason") {
  for (const RemoveRow& row : remove_rows()) {
    CAPTURE(row.before, row.cascade, row.request);
    World world(row.before);
    static_cast<void>(world.sent());
    static_cast<void>(world.refusal());
    world.remove(row.cascade, row.request);
    CHECK(world.phase() == row.after);
    CHECK(world.sent() == row.sent);
    CHECK(world.refusal() == row.why);
  }
}

TEST_CASE("a Remove is for the maintainer of its epoch: both 0, or c = 0, or r = c (P2)") {
  struct Row {
    Epoch request;
    Epoch current;
    bool allowed;
  };
  constexpr std::array kRows{Row{0, 0, true}, Row{0, 5, false}, Row{5, 0, true},
                             Row{5, 5, true}, Row{4, 5, false}, Row{6, 5, false}};
  for (const Row& row : kRows) {
    CAPTURE(row.request, row.current);
    World world = with(row.current, false);
    world.remove(true, row.request);
    CHECK(world.maintainer().removing == row.allowed);
  }
}

TEST_CASE("a Remove that says removed and does not cascade is taken before bootstrap, and does not cascade") {
  World world(Phase::kBootstrapping);
  static_cast<void>(world.sent());
  world.order(RemoveMaintainerRequest{.cascade = false, .removed = true});
  CHECK(world.phase() == Phase::kHandoff);
  CHECK(world.maintainer().changefeed_removed);
  CHECK(world.sent().empty());
}

TEST_CASE("what the last Remove says of removal is what Close says") {
  World world(Phase::kRunning);
  static_cast<void>(world.sent());
  world.order(RemoveMaintainerRequest{.cascade = true, .removed = true});
  CHECK(world.sent() == Sent{"M Close, removed", "A Close, removed"});
  world.remove(true);
  CHECK(world.sent() == Sent{"M Close", "A Close"});
}

TEST_CASE("one that is there only to be removed never bootstraps, and says Working until it has stopped") {
  World world;
  world.remove(true, 7);
  CHECK(world.maintainer().remove_only);
  CHECK_FALSE(world.maintainer().can_init());
  const MaintainerStatus status = world.maintainer().take_status();
  CHECK(status.epoch == 7);
  CHECK(status.state == ScheduleState::kWorking);
  CHECK(status.checkpoint_ts == 1);
  CHECK_FALSE(status.bootstrap_done);
}

TEST_CASE("without ack-echoes-epoch \"no such maintainer\" is told of epoch 0") {
  World world;
  world.rules.set(MaintainerGuard::kAckEchoesEpoch, false);
  world.remove(false, 7);
  CHECK(world.sent() == Sent{"C Stopped of 0"});
}

TEST_CASE("without remove-before-bootstrap a maintainer that has not bootstrapped is handed over") {
  World world;
  world.rules.set(MaintainerGuard::kRemoveBeforeBootstrap, false);
  world.reach(Phase::kBootstrapping);
  world.remove(false);
  CHECK(world.phase() == Phase::kHandoff);
}

// ------------------------------------------------------------------------------------- the coordinator's
// fence

TEST_CASE("a coordinator is taken if its term is not an earlier one, and others are not heard (P7)") {
  World world(Phase::kRunning);
  static_cast<void>(world.refusal());
  world.order(CoordinatorBootstrapRequest{2}, 0, kC2);
  CHECK(world.manager.coordinator == kC2);
  world.order(CoordinatorBootstrapRequest{1}, 0, kC);
  CHECK(world.refusal() == Refusal::kOldCoordinator);
  CHECK(world.manager.coordinator == kC2);
  for (const Order::Body& body : {Order::Body(AddMaintainerRequest{.checkpoint_ts = kStartTs}),
                                  Order::Body(RemoveMaintainerRequest{.cascade = true}),
                                  Order::Body(SetNodeLivenessRequest{Liveness::kDraining})}) {
    world.order(body, kEpoch, kC);
    CHECK(world.refusal() == Refusal::kNotTheCoordinator);
  }
  CHECK(world.phase() == Phase::kRunning);
  CHECK(world.manager.liveness == Liveness::kAlive);
  world.order(CoordinatorBootstrapRequest{2}, 0, kC);  // the same term: whoever comes last
  CHECK(world.manager.coordinator == kC);
}

TEST_CASE("a coordinator's bootstrap is answered with the status, which takes the errors with it") {
  World world(Phase::kRunning);
  world.maintainer().errors.insert({kA, ErrorCode::kErrDispatcherFailed});
  world.out.clear();
  world.order(CoordinatorBootstrapRequest{2});
  const auto& response = std::get<CoordinatorBootstrapResponse>(world.out.reports.front().body);
  REQUIRE(response.status);
  CHECK(response.status->errors.size() == 1);
  CHECK(world.maintainer().errors.empty());
}

TEST_CASE("there is no report before a coordinator has come, nor without a maintainer") {
  MaintainerManager manager{.self = kM};
  CHECK_FALSE(manager.can_report());
  manager.coordinator_version = 1;
  CHECK_FALSE(manager.can_report());
  manager.maintainer.emplace();
  CHECK(manager.can_report());
}

TEST_CASE("liveness goes from Alive by Draining to Stopping, one step at a time, and never back") {
  struct Row {
    Liveness before;
    Liveness target;
    Liveness after;
  };
  using L = Liveness;
  constexpr std::array kRows{
      Row{L::kAlive, L::kAlive, L::kAlive},          Row{L::kAlive, L::kDraining, L::kDraining},
      Row{L::kAlive, L::kStopping, L::kAlive},       Row{L::kDraining, L::kAlive, L::kDraining},
      Row{L::kDraining, L::kDraining, L::kDraining}, Row{L::kDraining, L::kStopping, L::kStopping},
      Row{L::kStopping, L::kAlive, L::kStopping},    Row{L::kStopping, L::kDraining, L::kStopping}};
  for (const Row& row : kRows) {
    World world;
    world.manager.liveness = row.before;
    world.out.clear();
    world.order(SetNodeLivenessRequest{row.target});
    CHECK(world.manager.liveness == row.after);
    CHECK(std::get<SetNodeLivenessResponse>(world.out.reports.front().body).applied == row.after);
    world.manager.liveness = row.before;
    world.order(SetNodeLivenessRequest{row.target, false});
    CHECK(world.manager.liveness == row.before);
  }
}

// ------------------------------------------------------------------------------------------------- clean-up

TEST_CASE("clean-up takes out the maintainer that it found stopped, not its successor") {
  World world = with(5, true);
  world.manager.find_stopped();
  world.add(6);
  world.manager.clean_up(world.rules);
  REQUIRE(world.manager.maintainer);
  CHECK(world.maintainer().epoch == 6);
  SECTION("without the guard the successor goes") {
    World without = with(5, true);
    without.rules.set(MaintainerGuard::kCleanupByIdentity, false);
    without.manager.find_stopped();
    without.add(6);
    without.manager.clean_up(without.rules);
    CHECK_FALSE(without.manager.maintainer);
  }
}

}  // namespace takeover::impl::testing
