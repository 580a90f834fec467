// What has to end: removals, registrations, what is told of errors; and what may not: the process.
#include <utility>
#include <vector>

#include "tests/spec/properties/judge_cases.h"

using namespace takeover;
using namespace takeover::judged;

namespace {

using Step = OrchestratorStep;

// A dispatcher that has stopped.
impl::Dispatcher& stop(Scene& s, DispatcherId id, Status status, Mode mode = Mode::kDefault) {
  write(s.is(), id, kTable, mode);
  impl::Dispatcher& stopped = *s.is().find(id, mode);
  stopped.status = status;
  stopped.try_removing = stopped.removing = true;
  return stopped;
}

// A heartbeat that tells the owner of an error.
void tell(Scene& s, ErrorCode error = ErrorCode::kErrDispatcherFailed) {
  impl::HeartBeatRequest heartbeat;
  heartbeat.error = error;
  s.out.send(kA, kEpoch, heartbeat);
}

void die(Scene& s) {
  s.after = {};
  s.out.note({.kind = NoteKind::kProcessDied});
}

// The message waits in its stream before this step, which takes it off.
void take(Scene& s, impl::MessageBody body) {
  s.was().streams.push_back(request(kA, kEpoch, std::move(body)));
}

}  // namespace

TEST_CASE("removal-ends: what has stopped is passed over by clean-up only while a merge takes notice") {
  const std::vector<Case> cases{
      {"nothing has stopped", Found::kNothing, [](Scene& s) { write(s.is(), kX, kTable); }},
      {"it works", Found::kHolds, [](Scene& s) { stop(s, kX, Status::kWorking); }},
      {"its merge has not begun with the sources", Found::kViolated,
       [](Scene& s) { stop(s, kX, Status::kPreparing); }},
      {"its merge is ready", Found::kViolated, [](Scene& s) { stop(s, kX, Status::kMergeReady); }},
      {"of mode redo", Found::kViolated, [](Scene& s) { stop(s, kX, Status::kMergeReady, Mode::kRedo); }},
      {"it is merged", Found::kHolds, [](Scene& s) { stop(s, kX, Status::kInitializing); }},
      {"closed without having been asked to go", Found::kViolated,
       [](Scene& s) { stop(s, kX, Status::kPreparing).try_removing = false; }},
      {"its sink has not flushed", Found::kNothing,
       [](Scene& s) { stop(s, kX, Status::kPreparing).removing = false; }},
      {"its merge is under way", Found::kNothing,
       [](Scene& s) {
         stop(s, kX, Status::kPreparing);
         s.is().merges.push_back({{kY, kZ}, kX, Mode::kDefault});
       }},
      {"another merge is under way", Found::kViolated,
       [](Scene& s) {
         stop(s, kX, Status::kPreparing);
         s.is().merges.push_back({{kX, kZ}, kY, Mode::kDefault});
       }},
      {"the manager closes", Found::kNothing,
       [](Scene& s) {
         stop(s, kX, Status::kPreparing);
         s.is().closing = true;
       }},
      {"nobody aggregates heartbeats", Found::kNothing,
       [](Scene& s) {
         stop(s, kX, Status::kPreparing);
         s.is().registered = false;
       }},
  };
  check_states(Property::kRemovalEnds, cases);
}

TEST_CASE("registration-ends: what is registered is here, and the CheckpointTs stream has its trigger") {
  const std::vector<Case> cases{
      {"nothing is registered", Found::kNothing, [](Scene& /*as it is*/) {}},
      {"the event trigger", Found::kHolds, [](Scene& s) { s.is().registered_triggers.insert(kTrigger); }},
      {"the redo trigger", Found::kHolds, [](Scene& s) { s.is().registered_triggers.insert(kRedoTrigger); }},
      {"another", Found::kViolated, [](Scene& s) { s.is().registered_triggers.insert(kOther); }},
      {"another besides", Found::kViolated,
       [](Scene& s) {
         s.is().registered_triggers.insert(kTrigger);
         s.is().registered_triggers.insert(kOther);
       }},
      {"the stream, and a trigger", Found::kHolds, [](Scene& s) { s.is().checkpoint_stream = true; }},
      {"the stream, and the trigger is gone", Found::kViolated,
       [](Scene& s) {
         without_triggers(s.is());
         s.is().checkpoint_stream = true;
       }},
      {"the stream, and the trigger is out of the map", Found::kViolated,
       [](Scene& s) {
         s.is().dispatchers.erase(kTrigger, Mode::kDefault);
         s.is().checkpoint_stream = true;
       }},
      {"the write path is closed", Found::kNothing,
       [](Scene& s) {
         s.is().registered_triggers.insert(kOther);
         s.is().write_path_closed = true;
       }},
      {"the manager has ended", Found::kNothing,
       [](Scene& s) {
         s.is().registered_triggers.insert(kOther);
         s.is().registered = false;
       }},
  };
  check_states(Property::kRegistrationEnds, cases);
}

TEST_CASE("error-attributed: an owner is told of what failed under it") {
  const std::vector<Case> cases{
      {"no error is told", Found::kNothing,
       [](Scene& s) {
         s.history.failed_under = {{kB, 4}};
         tell(s, ErrorCode::kNone);
       }},
      {"another reply", Found::kNothing,
       [](Scene& s) {
         s.history.failed_under = {{kB, 4}};
         s.out.send(kA, kEpoch, impl::MaintainerCloseResponse{.success = false});
       }},
      {"it happens in this step", Found::kHolds, [](Scene& s) { tell(s); }},
      {"it happened under the owner", Found::kHolds,
       [](Scene& s) {
         s.history.failed_under = {{kA, kEpoch}};
         tell(s);
       }},
      {"of the same node, an epoch before", Found::kViolated,
       [](Scene& s) {
         s.history.failed_under = {{kA, kEpoch - 1}};
         tell(s);
       }},
      {"of another node of this epoch", Found::kViolated,
       [](Scene& s) {
         s.history.failed_under = {{kB, kEpoch}};
         tell(s);
       }},
  };
  check_steps(Property::kErrorAttributed, cases);
}

TEST_CASE("error-attributed remembers under whom the first error happened, for as long as it may be told") {
  using impl::ErrorReport;
  check_memory({
      {"nothing fails", [](Scene& /*as it is*/) {}, stays},
      {"the first fails", [](Scene& s) { s.is().error = ErrorReport::kDue; },
       [](spec::History& h) {
         h.failed_under = {{kA, kEpoch}};
       }},
      {"while a manager is built",
       [](Scene& s) {
         build(s);
         s.after.initializing->error = ErrorReport::kDue;
       },
       [](spec::History& h) {
         h.failed_under = {{kA, kEpoch}};
       }},
      {"it is told",
       [](Scene& s) {
         s.history.failed_under = {{kB, 4}};
         s.was().error = ErrorReport::kDue;
         s.is().error = ErrorReport::kTold;
       },
       stays},
      {"the manager's context ends",
       [](Scene& s) {
         s.history.failed_under = {{kB, 4}};
         s.was().error = ErrorReport::kTold;
       },
       [](spec::History& h) { h.failed_under.reset(); }},
      {"the manager is deleted",
       [](Scene& s) {
         s.history.failed_under = {{kB, 4}};
         s.was().error = ErrorReport::kTold;
         s.after.manager.reset();
         s.out.note({.kind = NoteKind::kManagerDeleted});
       },
       [](spec::History& h) { h.failed_under.reset(); }},
      {"the process dies",
       [](Scene& s) {
         s.history.failed_under = {{kB, 4}};
         s.was().error = ErrorReport::kDue;
         die(s);
       },
       [](spec::History& h) {
         h.failed_under.reset();
         h.taken_over.reset();
       }},
  });
}

TEST_CASE("writer-told-working: of what can write a heartbeat says nothing but Working") {
  const auto found = [](Status told, Status status, bool stopped, Mode mode) {
    Scene s;
    write(s.was(), kX, kTable);
    s.was().find(kX, Mode::kDefault)->status = status;
    s.was().find(kX, Mode::kDefault)->removing = stopped;
    keep(s);
    impl::HeartBeatRequest heartbeat;
    heartbeat.statuses.push_back({kX, told, mode});
    s.out.send(kA, kEpoch, heartbeat);
    spec::Findings findings;
    spec::judge_step(s.observation(), s.history, spec::every_property(), findings);
    return findings;
  };
  constexpr auto kProperty = Property::kWriterToldWorking;
  for (const Status status : {Status::kWorking, Status::kWaitingMerge}) {
    expect(kProperty, Found::kNothing, found(Status::kWorking, status, false, Mode::kDefault));
    for (const Status told : {Status::kWaitingMerge, Status::kStopped, Status::kRemoved}) {
      CAPTURE(status, told);
      expect(kProperty, Found::kViolated, found(told, status, false, Mode::kDefault));
      expect(kProperty, Found::kHolds, found(told, status, true, Mode::kDefault));
      expect(kProperty, Found::kHolds, found(told, status, false, Mode::kRedo));  // nobody is here
    }
  }
  expect(kProperty, Found::kHolds, found(Status::kStopped, Status::kInitializing, false, Mode::kDefault));
}

TEST_CASE("process-lives: no request for what is not here kills the process") {
  const std::vector<Case> cases{
      {"nothing happens", Found::kNothing, [](Scene& /*as it is*/) {}},
      {"a redo trigger, and redo", Found::kNothing,
       [](Scene& s) { handle(s, bootstrap(kA, kEpoch), Step::kLookUp, Step::kTakeOver); }},
      {"a redo trigger without redo", Found::kHolds,
       [](Scene& s) {
         s.was().redo_enabled = false;
         handle(s, bootstrap(kA, kEpoch), Step::kLookUp, Step::kTakeOver);
       }},
      {"no redo trigger, and no redo", Found::kNothing,
       [](Scene& s) {
         s.was().redo_enabled = false;
         handle(s, request(kA, kEpoch, impl::MaintainerBootstrapRequest{.event_trigger = kTrigger}),
                Step::kLookUp, Step::kTakeOver);
       }},
      {"somebody else takes a step", Found::kNothing,
       [](Scene& s) {
         s.was().redo_enabled = false;
         handle(s, bootstrap(kA, kEpoch), Step::kLookUp, Step::kLookUp);
       }},
      {"a PostBootstrap with an id", Found::kNothing,
       [](Scene& s) { handle(s, post_bootstrap(kA, kEpoch), Step::kPostBootstrap); }},
      {"a PostBootstrap without one", Found::kHolds,
       [](Scene& s) {
         handle(s, request(kA, kEpoch, impl::MaintainerPostBootstrapRequest{}), Step::kPostBootstrap);
       }},
      {"no manager is here", Found::kNothing,
       [](Scene& s) {
         s.before.manager.reset();
         handle(s, request(kA, kEpoch, impl::MaintainerPostBootstrapRequest{}), Step::kPostBootstrap);
       }},
      {"a Merge of mode redo, and redo", Found::kNothing,
       [](Scene& s) {
         take(s, impl::MergeDispatcherRequest{{kX, kY}, kZ, Mode::kRedo});
       }},
      {"a Merge of mode redo without", Found::kHolds,
       [](Scene& s) {
         s.was().redo_ready = s.is().redo_ready = false;
         take(s, impl::MergeDispatcherRequest{{kX, kY}, kZ, Mode::kRedo});
       }},
      {"a Merge without redo", Found::kNothing,
       [](Scene& s) {
         s.was().redo_ready = s.is().redo_ready = false;
         take(s, impl::MergeDispatcherRequest{{kX, kY}, kZ, Mode::kDefault});
       }},
      {"the process dies", Found::kViolated, [](Scene& s) { die(s); }},
  };
  check_steps(Property::kProcessLives, cases);
}
