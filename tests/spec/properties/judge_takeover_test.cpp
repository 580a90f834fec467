// The judges of who owns a manager and of how a Bootstrap ends, clause by clause.
#include <optional>
#include <utility>
#include <vector>

#include "tests/spec/properties/judge_cases.h"

using namespace takeover;
using namespace takeover::judged;

namespace {

using Step = OrchestratorStep;

void own(impl::DispatcherManager& manager, NodeId owner, impl::Epoch epoch) {
  manager.owner = owner;
  manager.epoch = epoch;
}
// The owner's Bootstrap ends as it reads its journal: nothing of it is at admission.
void end_bootstrap(Scene& s, bool answered, ErrorCode error = ErrorCode::kNone) {
  handle(s, bootstrap(kA, kEpoch), Step::kReadJournalAndSend);
  note_end(s, MessageType::kBootstrap, true, answered);
  if (answered) s.out.send(kA, kEpoch, response(error));
}
constexpr auto kError = ErrorCode::kErrDispatcherFailed;

}  // namespace

TEST_CASE("owner-monotonic: the epoch goes up, or was 0") {
  const std::vector<Case> cases{
      {"nothing changes", Found::kNothing, [](Scene& /*as it is*/) {}},
      {"a higher epoch", Found::kHolds, [](Scene& s) { own(s.is(), kB, 6); }},
      {"a higher epoch of the same owner", Found::kHolds, [](Scene& s) { own(s.is(), kA, 6); }},
      {"another owner of the same epoch", Found::kViolated, [](Scene& s) { own(s.is(), kB, 5); }},
      {"a lower epoch", Found::kViolated, [](Scene& s) { own(s.is(), kB, 4); }},
      {"a lower epoch of the same owner", Found::kViolated, [](Scene& s) { own(s.is(), kA, 4); }},
      {"epoch 0", Found::kViolated, [](Scene& s) { own(s.is(), kB, 0); }},
      {"another owner of epoch 0", Found::kHolds,
       [](Scene& s) {
         own(s.was(), kA, 0);
         own(s.is(), kB, 0);
       }},
      {"another owner of epoch 1", Found::kViolated,
       [](Scene& s) {
         own(s.was(), kA, 1);
         own(s.is(), kB, 1);
       }},
      {"the manager is gone", Found::kNothing,
       [](Scene& s) {
         own(s.is(), kB, 4);
         s.after.manager.reset();
       }},
      {"it is another manager", Found::kNothing,
       [](Scene& s) {
         s.before.manager.reset();
         own(s.is(), kB, 1);
       }},
  };
  check_steps(Property::kOwnerMonotonic, cases);
}

TEST_CASE("trigger-unique: a trigger's id changes only through none") {
  const auto trigger = [](Mode mode) {
    return [mode](Scene& s, DispatcherId was, DispatcherId is) {
      s.was().set_trigger(mode, was, 100);
      keep(s);
      s.is().set_trigger(mode, is, 100);
    };
  };
  for (const Mode mode : {Mode::kDefault, Mode::kRedo}) {
    CAPTURE(mode);
    const auto found = [&](DispatcherId was, DispatcherId is) {
      Scene s;
      trigger(mode)(s, was, is);
      spec::Findings findings;
      spec::judge_step(s.observation(), s.history, spec::every_property(), findings);
      return findings;
    };
    expect(Property::kTriggerUnique, Found::kNothing, found(kTrigger, kTrigger));
    expect(Property::kTriggerUnique, Found::kHolds, found(DispatcherId::kNone, kTrigger));
    expect(Property::kTriggerUnique, Found::kHolds, found(kTrigger, DispatcherId::kNone));
    expect(Property::kTriggerUnique, Found::kViolated, found(kTrigger, kOther));
  }
}

TEST_CASE("registered-once: a trigger is not registered while it is") {
  const auto found = [](Mode mode, bool registered, bool other_registered, bool building) {
    Scene s;
    if (registered) s.was().registered_triggers.insert(kTrigger);
    if (other_registered) s.was().registered_triggers.insert(kOther);
    if (building) build(s);
    handle(s, post_bootstrap(kA, kEpoch), Step::kPostBootstrap);
    s.out.note({.kind = NoteKind::kRemoveMissing});
    s.out.note({.kind = NoteKind::kTriggerRegistered, .mode = mode, .id = kTrigger});
    spec::Findings findings;
    spec::judge_step(s.observation(), s.history, spec::every_property(), findings);
    return findings;
  };
  for (const Mode mode : {Mode::kDefault, Mode::kRedo}) {
    for (const bool building : {false, true}) {
      CAPTURE(mode, building);
      expect(Property::kRegisteredOnce, Found::kHolds, found(mode, false, true, building));
      expect(Property::kRegisteredOnce, Found::kViolated, found(mode, true, false, building));
    }
  }
  const std::vector<Case> cases{
      {"nothing is registered", Found::kNothing,
       [](Scene& s) {
         s.was().registered_triggers.insert(kTrigger);
         keep(s);
         s.out.note({.kind = NoteKind::kRemoveMissing});
       }},
      {"by nobody", Found::kNothing,
       [](Scene& s) {
         s.before.manager.reset();
         keep(s);
         s.out.note({.kind = NoteKind::kTriggerRegistered});
       }},
  };
  check_steps(Property::kRegisteredOnce, cases);
}

TEST_CASE("atomic-takeover: a Bootstrap that is refused leaves owner, epoch and triggers") {
  const std::vector<Case> cases{
      {"it is answered", Found::kNothing,
       [](Scene& s) {
         end_bootstrap(s, true);
         own(s.is(), kB, 6);
       }},
      {"it goes on", Found::kNothing,
       [](Scene& s) {
         handle(s, bootstrap(kA, kEpoch), Step::kEnsureEventTrigger, Step::kEnsureRedoTrigger);
         own(s.is(), kB, 6);
       }},
      {"it is dropped, and all is as it was", Found::kHolds,
       [](Scene& s) {
         handle(s, bootstrap(kB, 4), Step::kTakeOver);
         note_end(s, MessageType::kBootstrap, false, false);
       }},
      {"it is dropped, and there is another owner", Found::kViolated,
       [](Scene& s) {
         handle(s, bootstrap(kB, 4), Step::kTakeOver);
         note_end(s, MessageType::kBootstrap, false, false);
         own(s.is(), kB, 6);
       }},
      {"an error is sent, and all is as it was", Found::kHolds,
       [](Scene& s) { end_bootstrap(s, true, kError); }},
      {"an error is sent, and there is another owner", Found::kViolated,
       [](Scene& s) {
         s.was().epoch = 0;  // which gives no order
         end_bootstrap(s, true, kError);
         s.is().owner = kB;
       }},
      {"an error is sent, and there is another epoch", Found::kViolated,
       [](Scene& s) {
         end_bootstrap(s, true, kError);
         s.is().epoch = 6;
       }},
      {"an error is sent, and there is an event trigger", Found::kViolated,
       [](Scene& s) {
         without_triggers(s.was());
         end_bootstrap(s, true, kError);
         s.is().event_trigger = kTrigger;
       }},
      {"an error is sent, and there is a redo trigger", Found::kViolated,
       [](Scene& s) {
         without_triggers(s.was());
         end_bootstrap(s, true, kError);
         s.is().redo_trigger = kRedoTrigger;
       }},
      {"an error is sent, and something else has changed", Found::kHolds,
       [](Scene& s) {
         end_bootstrap(s, true, kError);
         s.is().checkpoint_ts = 7;
       }},
      {"a PostBootstrap is answered with an error", Found::kNothing,
       [](Scene& s) {
         handle(s, post_bootstrap(kA, kEpoch), Step::kPostBootstrap);
         note_end(s, MessageType::kPostBootstrap, true, true);
         s.out.send(kA, kEpoch, impl::MaintainerPostBootstrapResponse{.error = kError});
         own(s.is(), kB, 6);
       }},
      {"it ends silently on a fenced node", Found::kNothing,
       [](Scene& s) {
         end_bootstrap(s, false);
         s.after.fenced = true;
         s.is().write_path_closed = true;
         own(s.is(), kB, 6);
       }},
      {"it ends silently on a node that shuts down", Found::kNothing,
       [](Scene& s) {
         end_bootstrap(s, false);
         s.after.closed = true;
         own(s.is(), kB, 6);
       }},
      {"the manager is gone", Found::kNothing,
       [](Scene& s) {
         end_bootstrap(s, true, kError);
         s.after.manager.reset();
       }},
      {"there was no manager", Found::kNothing,
       [](Scene& s) {
         const auto manager = std::exchange(s.before.manager, std::nullopt);
         handle(s, bootstrap(kA, kEpoch), Step::kPublish);
         note_end(s, MessageType::kBootstrap, true, true);
         s.out.send(kA, kEpoch, response(kError));
         s.after.manager = manager;
       }},
      {"an error is sent, and it is not as the Bootstrap found it a step ago", Found::kViolated,
       [](Scene& s) {
         end_bootstrap(s, true, kError);
         s.history.taken_over = spec::FoundManager{{kA, kEpoch}, DispatcherId::kNone, kRedoTrigger};
       }},
      {"an error is sent, and it is as the Bootstrap found it, not as it was a step ago", Found::kHolds,
       [](Scene& s) {
         end_bootstrap(s, true, kError);
         s.history.taken_over = spec::FoundManager{{kA, kEpoch}, DispatcherId::kNone, kRedoTrigger};
         s.is().event_trigger = DispatcherId::kNone;
       }},
  };
  check_steps(Property::kAtomicTakeover, cases);
}

TEST_CASE("no-dead-takeover: who answers without error is open") {
  const auto answers = [](Scene& s) {
    handle(s, bootstrap(kA, kEpoch), Step::kReadJournalAndSend);
    s.out.send(kA, kEpoch, response());
  };
  const auto found = [&](auto&& change, ErrorCode error = ErrorCode::kNone) {
    Scene s;
    answers(s);
    s.out.sent.front().as<impl::MaintainerBootstrapResponse>()->error = error;
    change(s);
    spec::Findings findings;
    spec::judge_step(s.observation(), s.history, spec::every_property(), findings);
    return findings;
  };
  const auto expect_found = [](Found expected, const spec::Findings& findings) {
    expect(Property::kNoDeadTakeover, expected, findings);
  };
  expect_found(Found::kHolds, found([](Scene& /*as it is*/) {}));
  expect_found(Found::kViolated, found([](Scene& s) { s.is().closing = true; }));
  expect_found(Found::kViolated, found([](Scene& s) { s.is().closed = true; }));
  expect_found(Found::kViolated, found([](Scene& s) { s.is().write_path_closed = true; }));
  expect_found(Found::kViolated, found([](Scene& s) { s.after.manager.reset(); }));
  // As the step leaves it, not as it finds it.
  expect_found(Found::kHolds, found([](Scene& s) { s.was().closing = true; }));
  for (const ErrorCode error : {ErrorCode::kErrWritePathClosed, kError}) {
    expect_found(Found::kNothing, found([](Scene& s) { s.is().write_path_closed = true; }, error));
  }
  expect_found(Found::kNothing, found([](Scene& s) {
                 s.out.sent.clear();
                 s.out.send(kA, kEpoch, impl::MaintainerPostBootstrapResponse{});
                 s.is().write_path_closed = true;
               }));
}

TEST_CASE("no-internal-failure: no branch that TiCDC logs as an error") {
  const std::vector<Case> cases{
      {"nothing is answered", Found::kNothing, [](Scene& /*as it is*/) {}},
      {"a Bootstrap is answered", Found::kHolds, [](Scene& s) { s.out.note({.kind = NoteKind::kTookOver}); }},
      {"a Bootstrap is answered in spite of it", Found::kViolated,
       [](Scene& s) {
         s.out.note({.kind = NoteKind::kTookOver});
         s.out.note({.kind = NoteKind::kShouldNotHappen});
       }},
      {"whatever the step is", Found::kViolated,
       [](Scene& s) { s.out.note({.kind = NoteKind::kShouldNotHappen}); }},
  };
  check_steps(Property::kNoInternalFailure, cases);
}
