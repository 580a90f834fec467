// owner-fence, clause by clause: who may change a manager, what counts as a change, and which step is whose.
#include <initializer_list>
#include <optional>
#include <utility>
#include <vector>

#include "tests/spec/properties/judge_cases.h"

using namespace takeover;
using namespace takeover::judged;

namespace {

// Something that no other property looks at.
void change(impl::DispatcherManager& manager) {
  manager.redo_resolved_ts += 1;
}
// The message is taken at admission, and the manager is changed.
void change_by(Scene& s, const Message& handled, OrchestratorStep next) {
  handle(s, handled, next);
  change(s.is());
}
// A stream's messages are there before the step; the first `taken` of them are gone after it.
void take(Scene& s, std::initializer_list<Message> streams, std::size_t taken) {
  s.was().streams.assign(streams);
  keep(s);
  s.is().streams.erase(s.is().streams.begin(), s.is().streams.begin() + static_cast<std::ptrdiff_t>(taken));
}
Message merge(NodeId from, impl::Epoch epoch) {
  return request(from, epoch, impl::MergeDispatcherRequest{.merged_id = kZ});
}

struct Change {
  const char* what;
  void (*make)(impl::DispatcherManager&);
};
const std::vector<Change> kControlState{
    {"a dispatcher", [](auto& m) { m.dispatchers.insert(dispatcher(kX, Mode::kDefault, kTable)); }},
    {"a dispatcher's state", [](auto& m) { m.find(kTrigger, Mode::kDefault)->try_removing = true; }},
    {"the journal", [](auto& m) { m.journal.insert(entry(kX, ScheduleAction::kCreate)); }},
    {"the event trigger", [](auto& m) { m.event_trigger = DispatcherId::kNone; }},
    {"the redo trigger", [](auto& m) { m.redo_trigger = DispatcherId::kNone; }},
    {"the schema store", [](auto& m) { m.schema_store = true; }},
    {"the redo schema store", [](auto& m) { m.redo_schema_store = true; }},
    {"the redo checkpoint ts", [](auto& m) { m.redo_checkpoint_ts = 1; }},
    {"the redo resolved ts", [](auto& m) { m.redo_resolved_ts = 1; }},
    {"the forwarded redo resolved ts", [](auto& m) { m.redo_forwarded_resolved_ts = 1; }},
    {"that it closes", [](auto& m) { m.closing = true; }},
    {"that it is closed", [](auto& m) { m.closed = true; }},
    {"the actions",
     [](auto& m) {
       m.actions.push_back({impl::BarrierAction::kWrite, kB, 9});
     }},
    {"the merges", [](auto& m) { m.merges.push_back({.merged_id = kZ}); }},
    {"the schedule", [](auto& m) { m.schedule.batch.push_back({.id = kX}); }},
    {"that removed is asked for", [](auto& m) { m.remove_requested = true; }},
};
// What is not under the fence, or follows from it.
const std::vector<Change> kNoControlState{
    {"the checkpoint ts", [](auto& m) { m.checkpoint_ts = 1; }},
    {"who holds the fence", [](auto& m) { m.fence = FenceHolder::kOrchestrator; }},
    {"what waits to be reported", [](auto& m) { m.push_status(kX, Status::kStopped, Mode::kDefault); }},
    {"what waits in a stream", [](auto& m) { m.streams.push_back(merge(kA, kEpoch)); }},
};

}  // namespace

TEST_CASE("owner-fence: whatever is under the fence is changed only by right") {
  const auto found = [](const Change& by, const Message& handled, OrchestratorStep next) {
    Scene s;
    handle(s, handled, next);
    by.make(s.is());
    spec::Findings findings;
    spec::judge_step(s.observation(), s.history, spec::every_property(), findings);
    return findings;
  };
  for (const Change& each : kControlState) {
    CAPTURE(each.what);
    expect(Property::kOwnerFence, Found::kViolated,
           found(each, post_bootstrap(kB, 9), OrchestratorStep::kPostBootstrap));
    expect(Property::kOwnerFence, Found::kNothing,
           found(each, post_bootstrap(kA, kEpoch), OrchestratorStep::kPostBootstrap));
    expect(Property::kOwnerFence, Found::kHolds, found(each, close(kB, 9), OrchestratorStep::kClose));
  }
  for (const Change& each : kNoControlState) {
    CAPTURE(each.what);
    expect(Property::kOwnerFence, Found::kHolds,
           found(each, post_bootstrap(kB, 9), OrchestratorStep::kPostBootstrap));
  }
}

TEST_CASE("owner-fence: who is entitled") {
  using Step = OrchestratorStep;
  const std::vector<Case> cases{
      {"the owner", Found::kNothing,
       [](Scene& s) { change_by(s, post_bootstrap(kA, kEpoch), Step::kPostBootstrap); }},
      {"the owner's node with another epoch", Found::kViolated,
       [](Scene& s) { change_by(s, post_bootstrap(kA, 6), Step::kPostBootstrap); }},
      {"another node with the owner's epoch", Found::kViolated,
       [](Scene& s) { change_by(s, post_bootstrap(kB, kEpoch), Step::kPostBootstrap); }},
      {"the owner of epoch 0", Found::kNothing,
       [](Scene& s) {
         s.was().epoch = 0;
         change_by(s, post_bootstrap(kA, 0), Step::kPostBootstrap);
       }},
      {"another node with epoch 0", Found::kViolated,
       [](Scene& s) {
         s.was().epoch = 0;
         change_by(s, post_bootstrap(kB, 0), Step::kPostBootstrap);
       }},
      {"anyone, who changes nothing", Found::kHolds,
       [](Scene& s) { handle(s, post_bootstrap(kB, 9), Step::kPostBootstrap); }},
      {"a Bootstrap that takes over", Found::kHolds,
       [](Scene& s) {
         change_by(s, bootstrap(kB, 6), Step::kTakeOver);
         s.is().owner = kB;
         s.is().epoch = 6;
       }},
      {"a Bootstrap that does not take over", Found::kViolated,
       [](Scene& s) { change_by(s, bootstrap(kB, 6), Step::kTakeOver); }},
      {"a Bootstrap whose epoch alone is taken", Found::kViolated,
       [](Scene& s) {
         change_by(s, bootstrap(kB, 6), Step::kTakeOver);
         s.is().epoch = 6;
       }},
      {"a Bootstrap that takes over with another epoch", Found::kViolated,
       [](Scene& s) {
         change_by(s, bootstrap(kB, 7), Step::kTakeOver);
         s.is().owner = kB;
         s.is().epoch = 6;
       }},
      {"a PostBootstrap that takes over", Found::kViolated,
       [](Scene& s) {
         change_by(s, post_bootstrap(kB, 6), Step::kPostBootstrap);
         s.is().owner = kB;
         s.is().epoch = 6;
       }},
      {"a Bootstrap that deletes the manager", Found::kViolated,
       [](Scene& s) {
         handle(s, bootstrap(kB, 6), Step::kTakeOver);
         s.after.manager.reset();
       }},
      {"a PostBootstrap that deletes the manager", Found::kViolated,
       [](Scene& s) {
         handle(s, post_bootstrap(kB, 6), Step::kPostBootstrap);
         s.after.manager.reset();
       }},
      {"a Close of a higher epoch", Found::kHolds,
       [](Scene& s) { change_by(s, close(kB, 6), Step::kClose); }},
      {"a Close of a higher epoch that deletes the manager", Found::kHolds,
       [](Scene& s) {
         handle(s, close(kB, 6), Step::kClose);
         s.after.manager.reset();
       }},
      {"a Close of the same epoch", Found::kHolds,
       [](Scene& s) { change_by(s, close(kB, kEpoch), Step::kClose); }},
      {"a Close of a lower epoch", Found::kViolated,
       [](Scene& s) { change_by(s, close(kB, 4), Step::kClose); }},
      {"a Close of epoch 0 by another node, where the epoch is 0", Found::kViolated,
       [](Scene& s) {
         s.was().epoch = 0;
         change_by(s, close(kB, 0), Step::kClose);
       }},
      {"a Close of epoch 1, where the epoch is 0", Found::kHolds,
       [](Scene& s) {
         s.was().epoch = 0;
         change_by(s, close(kB, 1), Step::kClose);
       }},
      {"a PostBootstrap of a higher epoch", Found::kViolated,
       [](Scene& s) { change_by(s, post_bootstrap(kB, 9), Step::kPostBootstrap); }},
  };
  check_steps(Property::kOwnerFence, cases);
}

TEST_CASE("owner-fence: which step of the orchestrator is at admission") {
  using Step = OrchestratorStep;
  const std::vector<Case> cases{
      {"no handler is under way", Found::kNothing, [](Scene& s) { change(s.is()); }},
      {"no manager was here", Found::kNothing,
       [](Scene& s) {
         const auto manager = std::exchange(s.before.manager, std::nullopt);
         handle(s, close(kB, 4), Step::kClose);
         s.after.manager = manager;
       }},
      {"somebody's step comes in between", Found::kNothing,
       [](Scene& s) {
         handle(s, post_bootstrap(kB, 9), Step::kPostBootstrap, Step::kPostBootstrap);
         change(s.is());
       }},
      {"a Bootstrap reads spans", Found::kNothing,
       [](Scene& s) { change_by(s, bootstrap(kB, 9), Step::kReadDefaultSpans); }},
      {"a Bootstrap takes over", Found::kViolated,
       [](Scene& s) { change_by(s, bootstrap(kB, 4), Step::kTakeOver); }},
      {"a Bootstrap takes over and goes on", Found::kViolated,
       [](Scene& s) {
         handle(s, bootstrap(kB, 4), Step::kTakeOver, Step::kReadDefaultSpans);
         change(s.is());
       }},
      {"a PostBootstrap", Found::kViolated,
       [](Scene& s) { change_by(s, post_bootstrap(kB, 4), Step::kPostBootstrap); }},
      {"a Close", Found::kViolated, [](Scene& s) { change_by(s, close(kB, 4), Step::kClose); }},
  };
  check_steps(Property::kOwnerFence, cases);
}

TEST_CASE("owner-fence: what is taken off a stream is at admission") {
  const std::vector<Case> cases{
      {"the owner's Merge", Found::kNothing,
       [](Scene& s) {
         take(s, {merge(kA, kEpoch)}, 1);
         change(s.is());
       }},
      {"another's Merge", Found::kViolated,
       [](Scene& s) {
         take(s, {merge(kB, kEpoch)}, 1);
         change(s.is());
       }},
      {"another's Merge that changes nothing", Found::kHolds,
       [](Scene& s) { take(s, {merge(kB, kEpoch)}, 1); }},
      {"another's Merge waits, and something else goes on", Found::kNothing,
       [](Scene& s) {
         take(s, {merge(kB, kEpoch)}, 0);
         change(s.is());
       }},
      {"another's Merge arrives", Found::kNothing,
       [](Scene& s) {
         s.is().streams.push_back(merge(kB, kEpoch));
         change(s.is());
       }},
      {"another's Merge waits, and the owner's Create arrives before it", Found::kNothing,
       [](Scene& s) {
         s.was().streams = {merge(kB, kEpoch)};
         keep(s);
         s.is().streams = {schedule(kA, kEpoch, kX), merge(kB, kEpoch)};
         change(s.is());
       }},
      {"another's Merge behind the owner's Create, which waits", Found::kViolated,
       [](Scene& s) {
         s.was().streams = {schedule(kA, kEpoch, kX), merge(kB, kEpoch)};
         keep(s);
         s.is().streams.pop_back();
         change(s.is());
       }},
      {"the owner's Create before another's Merge, which waits", Found::kNothing,
       [](Scene& s) {
         take(s, {schedule(kA, kEpoch, kX), merge(kB, kEpoch)}, 1);
         change(s.is());
       }},
      {"the streams are taken down", Found::kNothing,
       [](Scene& s) {
         take(s, {merge(kB, kEpoch)}, 1);
         s.is().registered = false;
         change(s.is());
       }},
      {"a CheckpointTs, which is not fenced", Found::kNothing,
       [](Scene& s) {
         take(s, {request(kB, kEpoch, impl::CheckpointTsMessage{7})}, 1);
         change(s.is());
       }},
      {"another's Merge, in a manager that is being built", Found::kViolated,
       [](Scene& s) {
         s.was().streams = {merge(kB, kEpoch)};
         build(s);
         s.after.initializing->streams.clear();
         change(*s.after.initializing);
       }},
      {"another's Merge, as the manager is published", Found::kViolated,
       [](Scene& s) {
         s.was().streams = {merge(kB, kEpoch)};
         build(s);
         s.after.manager = *s.after.initializing;
         s.after.initializing.reset();
         s.is().streams.clear();
         change(s.is());
       }},
  };
  check_steps(Property::kOwnerFence, cases);
}

TEST_CASE("owner-fence: in a batch each Create is judged by itself") {
  using enum ScheduleAction;
  const std::vector<Case> cases{
      {"the owner's alone", Found::kNothing,
       [](Scene& s) {
         take(s, {schedule(kA, kEpoch, kX), schedule(kA, kEpoch, kY)}, 2);
         s.is().journal.insert(entry(kX, kCreate));
         s.is().journal.insert(entry(kY, kCreate));
       }},
      {"another's is dropped, the owner's journalled", Found::kHolds,
       [](Scene& s) {
         take(s, {schedule(kA, kEpoch, kX), schedule(kB, 9, kY)}, 2);
         s.is().journal.insert(entry(kX, kCreate));
       }},
      {"another's is journalled behind the owner's", Found::kViolated,
       [](Scene& s) {
         take(s, {schedule(kA, kEpoch, kX), schedule(kB, 9, kY)}, 2);
         s.is().journal.insert(entry(kX, kCreate));
         s.is().journal.insert(entry(kY, kCreate, kB, 9));
       }},
      {"another's is journalled before the owner's", Found::kViolated,
       [](Scene& s) {
         take(s, {schedule(kB, 9, kX), schedule(kA, kEpoch, kY)}, 2);
         s.is().journal.insert(entry(kX, kCreate, kB, 9));
         s.is().journal.insert(entry(kY, kCreate));
       }},
      {"another's is the third, and what is behind it waits", Found::kViolated,
       [](Scene& s) {
         take(s, {schedule(kA, kEpoch, kX), schedule(kA, kEpoch, kY), schedule(kB, 9, kZ), merge(kA, kEpoch)},
              3);
         s.is().journal.insert(entry(kZ, kCreate, kB, 9));
       }},
      {"another's waits behind a batch of the owner's", Found::kNothing,
       [](Scene& s) {
         take(s, {schedule(kA, kEpoch, kX), schedule(kA, kEpoch, kY), schedule(kB, 9, kZ)}, 2);
         s.is().journal.insert(entry(kX, kCreate));
       }},
      {"another's was journalled before", Found::kHolds,
       [](Scene& s) {
         s.was().journal.insert(entry(kY, kCreate, kB, 9));
         take(s, {schedule(kA, kEpoch, kX), schedule(kB, 9, kY)}, 2);
       }},
      {"another's id is journalled for the owner", Found::kHolds,
       [](Scene& s) {
         take(s, {schedule(kA, kEpoch, kY), schedule(kB, 9, kY)}, 2);
         s.is().journal.insert(entry(kY, kCreate));
       }},
      {"another's id is journalled for its node, with the owner's epoch", Found::kHolds,
       [](Scene& s) {
         take(s, {schedule(kB, 9, kY), schedule(kB, 6, kX)}, 2);
         s.is().journal.insert(entry(kY, kCreate, kB, kEpoch));
       }},
      {"another's epoch is journalled for the owner's node", Found::kHolds,
       [](Scene& s) {
         take(s, {schedule(kB, 9, kY), schedule(kB, 6, kX)}, 2);
         s.is().journal.insert(entry(kY, kCreate, kC, 9));
       }},
      {"another id is journalled for the other", Found::kHolds,
       [](Scene& s) {
         take(s, {schedule(kB, 9, kX), schedule(kB, 9, kY)}, 2);
         s.is().journal.insert(entry(kZ, kCreate, kB, 9));
       }},
      {"what is no Create is taken for admitted", Found::kViolated,
       [](Scene& s) {
         take(s, {merge(kA, kEpoch), merge(kB, 9)}, 2);
       }},
  };
  check_steps(Property::kOwnerFence, cases);
}
