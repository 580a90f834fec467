#include "impl/node.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <random>
#include <set>
#include <string_view>
#include <vector>

using namespace takeover::impl;

namespace {

constexpr NodeId kA{1};
constexpr NodeId kB{2};
constexpr DispatcherId kTrigger{1};
constexpr DispatcherId kTable{2};

Rules rules() {
  Rules all;
  all.guards.set();
  return all;
}

Message bootstrap(NodeId from, Epoch epoch, DispatcherId trigger) {
  return {.from = from,
          .epoch = epoch,
          .body = MaintainerBootstrapRequest{.event_trigger = trigger, .start_ts = 100}};
}

Message schedule(NodeId from, Epoch epoch, ScheduleAction action) {
  return {.from = from,
          .epoch = epoch,
          .body = ScheduleDispatcherRequest{
              .action = action, .id = kTable, .span = Span{.table = 1}, .start_ts = 100}};
}

std::vector<Message> messages() {
  std::vector<Message> all;
  for (const NodeId from : {kA, kB}) {
    const Epoch epoch = from == kA ? 1 : 2;
    all.push_back(bootstrap(from, epoch, from == kA ? kTrigger : DispatcherId::kNone));
    all.push_back({from, {}, epoch, MaintainerPostBootstrapRequest{kTrigger}});
    all.push_back({from, {}, epoch, MaintainerCloseRequest{from == kB}});
    all.push_back(schedule(from, epoch, ScheduleAction::kCreate));
    all.push_back(schedule(from, epoch, ScheduleAction::kRemove));
    all.push_back({from, {}, epoch, HeartBeatResponse{}});
  }
  return all;
}

// Takes random actions, so that a state in the midst of everything is reached.
DispatcherOrchestrator random_node(std::mt19937& random, std::size_t steps) {
  DispatcherOrchestrator node;
  Outbox out;
  const auto all = messages();
  for (std::size_t i = 0; i < steps; ++i) {
    std::vector<NodeAction> actions;
    for_each_action(rules(), node, [&](const NodeAction& action) { actions.push_back(action); });
    if (actions.empty() || random() % 3 == 0) {
      receive(rules(), node, all[random() % all.size()], out);
    } else {
      apply(rules(), node, actions[random() % actions.size()], out);
    }
  }
  return node;
}

}  // namespace

TEST_CASE("handling a message to the end is the fold of its steps") {
  std::mt19937 random(7);
  std::size_t compared = 0;
  for (int run = 0; run < 3000; ++run) {
    const DispatcherOrchestrator node = random_node(random, random() % 60);
    for (const Path path : kAllOf<Path>) {
      const NodeAction action{.kind = NodeActionKind::kHandle, .path = path};
      if (!is_enabled(rules(), node, action)) continue;
      DispatcherOrchestrator whole = node;
      Outbox whole_out;
      const bool finished = handle(rules(), whole, path, whole_out);
      DispatcherOrchestrator stepped = node;
      SmallVector<Message, 1> sent;
      bool possible = true;
      do {
        Outbox out;
        possible = is_enabled(rules(), stepped, action);
        if (possible) apply(rules(), stepped, action, out);
        sent.insert(sent.end(), out.sent.begin(), out.sent.end());
      } while (possible && is_under_way(stepped, path));
      CHECK(finished == possible);
      CHECK(whole == stepped);
      CHECK(whole_out.sent == sent);
      ++compared;
    }
  }
  CHECK(compared > 1000);
}

TEST_CASE("a node that is fed by hand answers a Bootstrap and drops what its owner did not send") {
  DispatcherOrchestrator node;
  Outbox out;
  receive(rules(), node, bootstrap(kA, 1, kTrigger), out);
  REQUIRE(handle(rules(), node, Path::kOrchestrator, out));
  REQUIRE(out.sent.size() == 1);
  const auto& response = *out.sent.front().as<MaintainerBootstrapResponse>();
  CHECK(out.sent.front().to == kA);
  CHECK(response.checkpoint_ts == 100);
  CHECK(response.spans.size() == 1);
  receive(rules(), node, schedule(kB, 1, ScheduleAction::kCreate), out);
  REQUIRE(handle(rules(), node, Path::kSchedule, out));
  CHECK(node.manager->find(kTable, Mode::kDefault) == nullptr);
  receive(rules(), node, schedule(kA, 1, ScheduleAction::kCreate), out);
  REQUIRE(handle(rules(), node, Path::kSchedule, out));
  CHECK(node.manager->find(kTable, Mode::kDefault) != nullptr);
}

TEST_CASE("a close goes through its stages and deletes the manager when it is asked again") {
  DispatcherOrchestrator node;
  Outbox out;
  receive(rules(), node, bootstrap(kA, 1, DispatcherId::kNone), out);
  REQUIRE(handle(rules(), node, Path::kOrchestrator, out));
  const Message close{kA, {}, 1, MaintainerCloseRequest{true}};
  out.clear();
  receive(rules(), node, close, out);
  REQUIRE(handle(rules(), node, Path::kOrchestrator, out));
  CHECK_FALSE(out.sent.front().as<MaintainerCloseResponse>()->success);
  for (const auto kind :
       {NodeActionKind::kStopWritePath, NodeActionKind::kUnregister, NodeActionKind::kFinishClose}) {
    REQUIRE(is_enabled(rules(), node, {.kind = kind}));
    apply(rules(), node, {.kind = kind}, out);
  }
  CHECK(node.manager->closed);
  CHECK(node.manager->removed_clean_up);
  out.clear();
  receive(rules(), node, close, out);
  REQUIRE(handle(rules(), node, Path::kOrchestrator, out));
  CHECK(out.sent.front().as<MaintainerCloseResponse>()->success);
  CHECK_FALSE(node.manager);
  CHECK(node.tombstone == 1);
}

namespace {

// Closes the manager of (kA, 1) as far as finish-close, or with it.
DispatcherOrchestrator closing_node(bool removed) {
  DispatcherOrchestrator node;
  Outbox out;
  receive(rules(), node, bootstrap(kA, 1, DispatcherId::kNone), out);
  handle(rules(), node, Path::kOrchestrator, out);
  receive(rules(), node, {kA, {}, 1, MaintainerCloseRequest{removed}}, out);
  handle(rules(), node, Path::kOrchestrator, out);
  apply(rules(), node, {.kind = NodeActionKind::kStopWritePath}, out);
  apply(rules(), node, {.kind = NodeActionKind::kUnregister}, out);
  return node;
}

bool succeeds(const Rules& rules, DispatcherOrchestrator& node, bool removed) {
  Outbox out;
  receive(rules, node, {kA, {}, 1, MaintainerCloseRequest{removed}}, out);
  handle(rules, node, Path::kOrchestrator, out);
  return out.sent.front().as<MaintainerCloseResponse>()->success;
}

constexpr NodeAction kFail{.kind = NodeActionKind::kFailCleanUp};
constexpr NodeAction kFinish{.kind = NodeActionKind::kFinishClose};

}  // namespace

TEST_CASE("a manager stays until its clean-up has succeeded, and any Close tries it again") {
  for (const bool removed : {false, true}) {
    DispatcherOrchestrator node = closing_node(true);
    Outbox out;
    apply(rules(), node, kFail, out);
    CHECK_FALSE(is_enabled(rules(), node, kFail));
    apply(rules(), node, kFinish, out);
    CHECK(node.manager->closed);
    CHECK(node.manager->owes_clean_up());
    CHECK_FALSE(node.fail_clean_up);  // one clean-up has failed, the next need not
    apply(rules(), node, kFail, out);
    CHECK_FALSE(succeeds(rules(), node, removed));
    REQUIRE(node.manager);
    CHECK_FALSE(node.tombstone);
    // A newer owner does not find room meanwhile.
    receive(rules(), node, bootstrap(kB, 2, DispatcherId::kNone), out);
    out.clear();
    REQUIRE(handle(rules(), node, Path::kOrchestrator, out));
    CHECK(out.sent.front().as<MaintainerBootstrapResponse>()->error == ErrorCode::kErrWritePathClosed);
    CHECK(succeeds(rules(), node, removed));
    CHECK_FALSE(node.manager);
    CHECK(node.tombstone == 1);
  }
}

TEST_CASE("without close-ack-clean-up a closed manager goes whatever became of its clean-up") {
  Rules merged = rules();
  merged.set(Guard::kCloseAckCleanUp, false);
  for (const bool removed : {false, true}) {
    DispatcherOrchestrator node = closing_node(!removed);
    Outbox out;
    if (!removed) apply(merged, node, kFail, out);
    apply(merged, node, kFinish, out);
    CHECK_FALSE(node.manager->removed_clean_up);
    apply(merged, node, kFail, out);
    CHECK(succeeds(merged, node, removed));
    CHECK_FALSE(node.manager);
    CHECK(node.fail_clean_up == !removed);  // it is tried only where removed is asked for
  }
}

TEST_CASE("a clean-up that nobody asked for does not fail") {
  DispatcherOrchestrator node = closing_node(false);
  Outbox out;
  apply(rules(), node, kFail, out);
  apply(rules(), node, kFinish, out);
  CHECK(succeeds(rules(), node, false));
  CHECK(node.fail_clean_up);
}

TEST_CASE(
    "a message that changes nothing where it arrives is said to be dropped, unless the same one waits") {
  std::mt19937 random(11);
  std::set<Reason> why;
  for (int run = 0; run < 1000; ++run) {
    DispatcherOrchestrator node = random_node(random, random() % 60);
    node.fenced = random() % 8 == 0;
    for (const Message& request : messages()) {
      const auto is_among = [&](const auto& list) { return std::ranges::find(list, request) != list.end(); };
      const DispatcherManager* manager = node.registered_manager();
      const bool waits = is_among(node.pending) || (manager != nullptr && is_among(manager->streams));
      if (waits) continue;
      DispatcherOrchestrator after = node;
      Outbox out;
      receive(rules(), after, request, out);
      const bool dropped = after == node;
      CHECK(out.notes.size() == (dropped ? 1 : 0));
      for (const Note& note : out.notes) {
        CHECK(note.kind == NoteKind::kMessageDropped);
        CHECK(note.type == request.type());
        CHECK(note.from == request.from);
        CHECK(note.epoch == request.epoch);
        why.insert(note.why);
      }
    }
  }
  CHECK(why == std::set<Reason>{Reason::kNodeLeaving, Reason::kTypePending, Reason::kNoStream});
}
