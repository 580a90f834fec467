// The life of a maintainer: the rows T1 to T16 of docs/maintainer.md, and what each message does in each
// phase.
#include "impl/maintainer.h"

#include <catch2/catch.hpp>
#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "impl/fields.h"
#include "impl/maintainer_manager.h"
#include "tests/impl/maintainer_world.h"

namespace takeover::impl::testing {

namespace {

struct Transition {
  const char* row;
  Phase before;
  std::function<void(World&)> event;
  Phase after;
  Sent sent;
};

void resend_close(World& world) {
  world.event([&](Surroundings& around) { world.maintainer().resend_close(around); });
}

std::vector<Transition> transitions() {
  const MaintainerBootstrapResponse failed{.error = ErrorCode::kErrDispatcherFailed};
  return {
      {"T1", Phase::kAbsent, [](World& w) { w.add(); }, Phase::kCreated, {}},
      {"T2",
       Phase::kCreated,
       [](World& w) { w.init(); },
       Phase::kBootstrapping,
       {"M Bootstrap", "A Bootstrap"}},
      {"T3", Phase::kBootstrapping, [](World& w) { w.answer(kA); }, Phase::kBootstrapping, {}},
      {"T4",
       Phase::kBootstrapping,
       [=](World& w) {
         w.answer(kA, failed);
         w.answer(kM);
       },
       Phase::kBootstrapping,
       {}},
      {"T5, the last answer",
       Phase::kBootstrapping,
       [](World& w) {
         w.answer(kA);
         w.answer(kM);
       },
       Phase::kRunningPost,
       {"M PostBootstrap"}},
      {"T5, the last to answer is gone",
       Phase::kBootstrapping,
       [](World& w) {
         w.answer(kM);
         w.nodes({kM});
       },
       Phase::kRunningPost,
       {"M PostBootstrap"}},
      {"T6, the schema store cannot be read",
       Phase::kBootstrapping,
       [](World& w) {
         w.fail_load = true;
         w.answer(kA);
         w.answer(kM);
       },
       Phase::kBootFailed,
       {}},
      {"T6, nobody has a trigger",
       Phase::kBootstrapping,
       [](World& w) {
         w.nodes({kA});
         w.answer(kA);
       },
       Phase::kBootFailed,
       {}},
      {"T7, a node has joined",
       Phase::kBootFailed,
       [](World& w) {
         w.nodes({kM, kA, kB});
       },
       Phase::kBootstrapping,
       {"B Bootstrap"}},
      {"T7, and answered",
       Phase::kBootFailed,
       [](World& w) {
         w.nodes({kM, kA, kB});
         w.answer(kB);
       },
       Phase::kRunningPost,
       {"B Bootstrap", "M PostBootstrap"}},
      {"T7, not when a node is gone",
       Phase::kBootFailed,
       [](World& w) { w.nodes({kM}); },
       Phase::kBootFailed,
       {}},
      {"T8", Phase::kRunningPost, [](World& w) { w.post_answer(); }, Phase::kRunning, {}},
      {"T8, not with an error",
       Phase::kRunningPost,
       [](World& w) { w.post_answer(ErrorCode::kErrDispatcherFailed); },
       Phase::kRunningPost,
       {}},
      {"T9",
       Phase::kRunning,
       [](World& w) {
         w.remove(false);
         w.poll();
       },
       Phase::kHandoff,
       {"M Remove of 1"}},
      {"T10, running",
       Phase::kRunning,
       [](World& w) { w.remove(true); },
       Phase::kCascade,
       {"M Close", "A Close"}},
      {"T10, bootstrapping",
       Phase::kBootstrapping,
       [](World& w) { w.remove(true); },
       Phase::kCascade,
       {"M Close", "A Close"}},
      {"T10, created",
       Phase::kCreated,
       [](World& w) { w.remove(true); },
       Phase::kCascade,
       {"M Close", "A Close"}},
      {"T10, only to be removed",
       Phase::kAbsent,
       [](World& w) { w.remove(true); },
       Phase::kCascade,
       {"M Close", "A Close"}},
      {"T11, to a cascade",
       Phase::kHandoff,
       [](World& w) { w.remove(true); },
       Phase::kCascade,
       {"M Close", "A Close"}},
      {"T11, to a handoff", Phase::kCascade, [](World& w) { w.remove(false); }, Phase::kHandoff, {}},
      {"T12, the trigger has stopped, and nobody asks",
       Phase::kHandoff,
       [](World& w) { w.heartbeat(kM, kTrigger, Status::kStopped); },
       Phase::kHandoff,
       {}},
      {"T12",
       Phase::kHandoff,
       [](World& w) {
         w.heartbeat(kM, kTrigger, Status::kStopped);
         w.remove(false);
       },
       Phase::kStopped,
       {}},
      {"T12, the trigger was not there",
       Phase::kHandoff,
       [](World& w) {
         w.heartbeat(kM, kTrigger, Status::kStopped, 0);
         w.remove(false);
       },
       Phase::kHandoff,
       {}},
      {"T12, its own node is not alive in its view",
       Phase::kRunning,
       [](World& w) {
         w.alive = {kA};
         w.remove(false);
         w.poll();
         w.remove(false);
       },
       Phase::kHandoff,
       {}},
      {"T13, not all",
       Phase::kCascade,
       [](World& w) {
         w.closed(kM);
         w.closed(kA, false);
       },
       Phase::kCascade,
       {"A Close"}},
      {"T13",
       Phase::kCascade,
       [](World& w) {
         w.closed(kM);
         w.closed(kA);
       },
       Phase::kStopped,
       {"A Close"}},
      {"T13, who has not closed is gone, and nobody asks",
       Phase::kCascade,
       [](World& w) {
         w.closed(kM);
         w.alive = {kM};
         resend_close(w);
       },
       Phase::kCascade,
       {"A Close"}},
      {"T13, and somebody asks",
       Phase::kCascade,
       [](World& w) {
         w.closed(kM);
         w.alive = {kM};
         w.remove(true);
       },
       Phase::kStopped,
       {"A Close"}},
      {"T13, a node that has joined has to close, too",
       Phase::kCascade,
       [](World& w) {
         w.alive = {kM, kA, kB};
         w.closed(kM);
         w.closed(kA);
       },
       Phase::kCascade,
       {"A Close", "B Close", "B Close"}},
      {"T14", Phase::kStopped, [](World& w) { w.tick(); }, Phase::kAbsent, {}},
      {"T14, not before", Phase::kCascade, [](World& w) { w.tick(); }, Phase::kCascade, {}},
      {"T15", Phase::kStopped, [](World& w) { w.add(kEpoch + 1); }, Phase::kCreated, {}},
      {"T16", Phase::kRunning, [](World& w) { w.manager.maintainer.reset(); }, Phase::kAbsent, {}},
  };
}

}  // namespace

TEST_CASE("a maintainer goes from phase to phase as its table says") {
  for (const Transition& each : transitions()) {
    CAPTURE(each.row);
    World world(each.before);
    REQUIRE(world.phase() == each.before);
    CHECK(world.sent().size() < 10);  // what led here is of no interest
    each.event(world);
    CHECK(world.phase() == each.after);
    CHECK(world.sent() == each.sent);
  }
}

TEST_CASE("an error of a node's bootstrap is told, and asked for again") {
  World world(Phase::kBootstrapping);
  world.answer(kA, {.error = ErrorCode::kErrDispatcherFailed});
  CHECK(world.maintainer().errors == RunningErrors{{kA, ErrorCode::kErrDispatcherFailed}});
  CHECK(world.maintainer().can_resend_bootstrap(world.rules, kA));
  world.answer(kA);
  CHECK_FALSE(world.maintainer().can_resend_bootstrap(world.rules, kA));
}

TEST_CASE("a failed bootstrap is the maintainer's own error, and every answer is kept for the next try") {
  World world(Phase::kBootFailed);
  CHECK(world.maintainer().errors == RunningErrors{{kM, ErrorCode::kNone}});
  for (const BootstrapNode& node : world.maintainer().nodes) CHECK(node.response.has_value());
  SECTION("without the guard they are not, and the trigger's start ts is lost with them") {
    World without;
    without.rules.set(MaintainerGuard::kResponsesKept, false);
    without.reach(Phase::kBootFailed);
    for (const BootstrapNode& node : without.maintainer().nodes) CHECK_FALSE(node.response.has_value());
    without.nodes({kM, kA, kB});
    without.answer(kB);
    CHECK(without.phase() == Phase::kBootFailed);
  }
}

TEST_CASE("the trigger's id and whether the changefeed is new are for the maintainer's own node only") {
  World world;
  world.order(AddMaintainerRequest{.checkpoint_ts = kStartTs, .is_new_changefeed = true});
  world.init();
  for (const Message& message : world.out.to_nodes) {
    const auto& body = *message.as<MaintainerBootstrapRequest>();
    CHECK(body.start_ts == kStartTs);
    CHECK(body.event_trigger == (message.to == kM ? kTrigger : DispatcherId::kNone));
    CHECK(body.is_new_changefeed == (message.to == kM));
  }
  world.out.clear();
  world.answer(kM);
  world.run([&](Surroundings& around) { world.maintainer().resend_bootstrap(around, kM); });
  CHECK_FALSE(world.out.to_nodes.front().as<MaintainerBootstrapRequest>()->is_new_changefeed);
}

// ------------------------------------------------------------------------------------- messages, phase by
// phase

namespace {

constexpr std::array kAlivePhases{Phase::kCreated,     Phase::kBootstrapping, Phase::kBootFailed,
                                  Phase::kRunningPost, Phase::kRunning,       Phase::kHandoff,
                                  Phase::kCascade,     Phase::kStopped};
bool is_initialized(Phase phase) {
  return phase >= Phase::kRunningPost && phase != Phase::kStopped;
}

}  // namespace

TEST_CASE("a heartbeat is dropped before the bootstrap has ended, terminal statuses and errors included") {
  for (const Phase phase : kAlivePhases) {
    World world(phase);
    CAPTURE(phase);
    const SpanHeartBeat heartbeat{
        .from = kA, .watermark = Watermark{1, 120}, .error = ErrorCode::kErrDispatcherFailed};
    static_cast<void>(world.refusal());
    world.event([&](Surroundings& around) { world.maintainer().on_heartbeat(around, heartbeat); });
    CHECK(world.maintainer().watermarks.contains(kA) == is_initialized(phase));
    CHECK(world.maintainer().errors.contains(kA) == is_initialized(phase));
    const Refusal why = phase == Phase::kStopped ? Refusal::kStopped
                        : is_initialized(phase)  ? Refusal::kNone
                                                 : Refusal::kNotInitialized;
    CHECK(world.refusal() == why);
  }
}

TEST_CASE("an unknown dispatcher that works is removed, unless the maintainer is being removed") {
  for (const Phase phase : kAlivePhases) {
    World world(phase);
    CAPTURE(phase);
    static_cast<void>(world.sent());
    world.heartbeat(kB, DispatcherId{9}, Status::kWorking);
    const bool heals = phase == Phase::kRunning || phase == Phase::kRunningPost;
    CHECK(world.sent() == (heals ? Sent{"B Remove of 9"} : Sent{}));
    world.heartbeat(kB, DispatcherId{9}, Status::kInitializing);
    CHECK(world.sent().empty());
  }
}

TEST_CASE("a response counts in the phases of its table") {
  for (const Phase phase : kAlivePhases) {
    CAPTURE(phase);
    const bool stopped = phase == Phase::kStopped;
    {
      World world(phase);
      world.answer(kB);  // which is not tracked
      CHECK_FALSE(world.maintainer().nodes.contains(kB));
      CHECK(world.refusal() == (stopped ? Refusal::kStopped : Refusal::kNotTracked));
    }
    {
      World world(phase);
      world.closed(kB);
      const bool counts = phase == Phase::kHandoff || phase == Phase::kCascade;
      CHECK(world.maintainer().closed_nodes.contains(kB) == counts);
      CHECK(world.refusal() == (stopped  ? Refusal::kStopped
                                : counts ? Refusal::kNone
                                         : Refusal::kNotRemoving));
    }
    {
      World world(phase);
      static_cast<void>(world.sent());
      world.event([&](Surroundings& around) { world.maintainer().on_checkpoint_ts(around, {120}); });
      CHECK(world.sent() == (stopped ? Sent{} : Sent{"M CheckpointTsMessage"}));
    }
  }
}

TEST_CASE("an answer that completes the bootstrap of a maintainer that is being removed does not end it") {
  World world(Phase::kBootstrapping);
  world.remove(true);
  static_cast<void>(world.sent());
  world.answer(kA);
  world.answer(kM);
  CHECK(world.maintainer().all_nodes_ready);
  CHECK_FALSE(world.maintainer().initialized);
  CHECK(world.sent().empty());
}

TEST_CASE("responses count for their epoch: r = 0, c = 0, or r = c (P1)") {
  struct Row {
    Epoch response;
    Epoch current;
    bool matches;
  };
  constexpr std::array kRows{Row{0, 0, true}, Row{0, 5, true},  Row{5, 0, true},
                             Row{5, 5, true}, Row{4, 5, false}, Row{6, 5, false}};
  for (const Row& row : kRows) {
    CAPTURE(row.response, row.current);
    const Refusal why = row.matches ? Refusal::kNone : Refusal::kOtherResponseEpoch;
    World world;
    world.add(row.current);
    world.init();
    world.answer(kA, {}, row.response);
    CHECK(world.refusal() == why);
    CHECK(world.maintainer().nodes.find(kA)->answered == row.matches);
    world.answer(kA, {}, row.current);
    world.answer(kM, {}, row.current);
    world.post_answer(ErrorCode::kNone, row.response);
    CHECK(world.refusal() == why);
    CHECK(world.maintainer().post_pending != row.matches);
    world.remove(true, row.current);
    world.closed(kA, true, row.response);
    CHECK(world.refusal() == why);
    CHECK(world.maintainer().closed_nodes.contains(kA) == row.matches);
  }
}

TEST_CASE("a removing maintainer sends nothing again but Close, and does not look at nodes") {
  for (const Phase phase : kAlivePhases) {
    CAPTURE(phase);
    World world(phase);
    const bool removing = phase == Phase::kHandoff || phase == Phase::kCascade || phase == Phase::kStopped;
    CHECK(world.maintainer().can_resend_close() == (phase == Phase::kCascade || phase == Phase::kStopped));
    CHECK(world.maintainer().can_resend_bootstrap(world.rules, kA) == (phase == Phase::kBootstrapping));
    CHECK(world.maintainer().can_resend_post_bootstrap(world.rules) == (phase == Phase::kRunningPost));
    if (phase == Phase::kCreated) continue;
    static_cast<void>(world.sent());
    world.nodes({kM, kB});
    CHECK(world.sent() == (removing ? Sent{} : Sent{"B Bootstrap"}));
    CHECK(world.maintainer().nodes.contains(kA) == removing);
  }
}

TEST_CASE("a status tells the errors once, whoever asks") {
  World world(Phase::kRunning);
  world.event([&](Surroundings& around) {
    world.maintainer().on_heartbeat(around, {.from = kA, .error = ErrorCode::kErrDispatcherFailed});
  });
  const MaintainerStatus first = world.maintainer().take_status();
  CHECK(first.errors == RunningErrors{{kA, ErrorCode::kErrDispatcherFailed}});
  CHECK(first.bootstrap_done);
  CHECK(world.maintainer().take_status().errors.empty());
}

TEST_CASE("the committed checkpoint waits for every node that has tasks, and never goes back") {
  World world(Phase::kRunning);
  const auto calculated = [&] {
    world.run([&](Surroundings& around) { world.maintainer().calculate_checkpoint(around); });
    return world.maintainer().committed_checkpoint_ts;
  };
  const auto watermark = [&](NodeId from, std::uint64_t seq, Ts ts) {
    world.event([&](Surroundings& around) {
      world.maintainer().on_heartbeat(around, {.from = from, .watermark = Watermark{seq, ts}});
    });
  };
  watermark(kM, 1, 150);
  CHECK(calculated() == kStartTs);  // the absent task holds it back
  REQUIRE(world.insert(add_operator(world.task().id, kA)));
  world.heartbeat(kA, world.task().id, Status::kWorking, 130);
  world.poll();
  CHECK(calculated() == kStartTs);  // nothing is known of A yet
  watermark(kA, 1, 130);
  CHECK(calculated() == 130);
  watermark(kA, 1, 120);  // lower, of the same sequence: dropped
  CHECK(world.maintainer().watermarks.find(kA)->watermark.checkpoint_ts == 130);
  watermark(kA, 2, 120);  // of a higher one: taken
  CHECK(world.maintainer().watermarks.find(kA)->watermark.checkpoint_ts == 120);
  CHECK(calculated() == 130);
}

namespace {

// All that a value is made of: for_each_field does not compile where a member is not handed on.
template <class T>
std::size_t members_of(T& value) {
  std::size_t count = 1;
  if constexpr (Described<T>) {
    for_each_field(value, [&](const auto& field) { count += members_of(field.value); });
  } else if constexpr (requires { value.begin(); }) {
    for (auto& each : value) count += members_of(each);
  } else if constexpr (requires { value.has_value(); }) {
    if (value) count += members_of(*value);
  }
  return count;
}

}  // namespace

TEST_CASE("every member of a manager and its maintainer is a field, down to the last") {
  World world;
  world.reach(Phase::kRunning);
  MaintainerManager before;
  CHECK(members_of(before) == 7);
  CHECK(members_of(world.manager) > 40);
}

}  // namespace takeover::impl::testing
