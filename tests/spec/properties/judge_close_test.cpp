// The judges of closes, of what comes back after them, and of the queue, clause by clause.
#include <initializer_list>
#include <vector>

#include "tests/spec/properties/judge_cases.h"

using namespace takeover;
using namespace takeover::judged;

namespace {

using Step = OrchestratorStep;

void acknowledge(Scene& s, impl::Epoch epoch, bool success = true) {
  s.out.send(kA, epoch, impl::MaintainerCloseResponse{.success = success});
}
void note_created(Scene& s, impl::Epoch epoch) {
  s.before.manager.reset();
  s.after.manager.reset();
  s.out.note({.kind = NoteKind::kManagerCreated, .epoch = epoch});
}
void note_dispatcher(Scene& s, DispatcherId id, Mode mode = Mode::kDefault) {
  s.out.note({.kind = NoteKind::kDispatcherCreated, .mode = mode, .id = id});
}
// A message arrives: the queue before the step, and after it.
void arrive(Scene& s, const Message& received, std::initializer_list<Message> before,
            std::initializer_list<Message> after) {
  s.received = received;
  s.before.pending.assign(before);
  keep(s);
  s.after.pending.assign(after);
}

}  // namespace

TEST_CASE("close-ack-sound: what was acknowledged can write no more") {
  const std::vector<Case> cases{
      {"nothing is acknowledged", Found::kNothing, [](Scene& s) { acknowledge(s, 9, false); }},
      {"another reply", Found::kNothing, [](Scene& s) { s.out.send(kA, kEpoch, response()); }},
      {"epoch 0, which gives no order", Found::kNothing,
       [](Scene& s) {
         s.was().epoch = s.is().epoch = 0;
         acknowledge(s, 0);
       }},
      {"epoch 1, and the manager's is 0", Found::kViolated,
       [](Scene& s) {
         s.was().epoch = s.is().epoch = 0;
         acknowledge(s, 1);
       }},
      {"the manager's epoch", Found::kViolated, [](Scene& s) { acknowledge(s, kEpoch); }},
      {"a higher epoch than the manager's", Found::kViolated, [](Scene& s) { acknowledge(s, 6); }},
      {"a lower epoch than the manager's", Found::kHolds, [](Scene& s) { acknowledge(s, 4); }},
      {"the write path is closed", Found::kHolds,
       [](Scene& s) {
         s.is().write_path_closed = true;
         acknowledge(s, kEpoch);
       }},
      {"the manager only closes", Found::kViolated,
       [](Scene& s) {
         s.was().closing = s.is().closing = true;
         acknowledge(s, kEpoch);
       }},
      {"the manager is gone", Found::kHolds,
       [](Scene& s) {
         s.after.manager.reset();
         acknowledge(s, kEpoch);
       }},
      {"one of the epoch is being built", Found::kViolated,
       [](Scene& s) {
         build(s);
         acknowledge(s, kEpoch);
       }},
      {"one of a higher epoch is being built", Found::kHolds,
       [](Scene& s) {
         build(s);
         acknowledge(s, 4);
       }},
      {"one is published, and one of the epoch is being built", Found::kViolated,
       [](Scene& s) {
         s.was().epoch = s.is().epoch = 9;
         s.after.initializing = open_manager();
         acknowledge(s, kEpoch);
       }},
      {"behind another reply", Found::kViolated,
       [](Scene& s) {
         s.out.send(kA, 0, impl::HeartBeatRequest{});
         acknowledge(s, kEpoch);
       }},
  };
  check_steps(Property::kCloseAckSound, cases);
}

TEST_CASE("no-stale-recreate: no manager of an epoch whose Close was acknowledged") {
  const std::vector<Case> cases{
      {"nothing was acknowledged", Found::kNothing, [](Scene& s) { note_created(s, 0); }},
      {"nothing is created", Found::kNothing, [](Scene& s) { s.history.acknowledged_close = 9; }},
      {"the epoch that was closed", Found::kViolated,
       [](Scene& s) {
         s.history.acknowledged_close = 5;
         note_created(s, 5);
       }},
      {"a lower one", Found::kViolated,
       [](Scene& s) {
         s.history.acknowledged_close = 5;
         note_created(s, 4);
       }},
      {"a higher one", Found::kHolds,
       [](Scene& s) {
         s.history.acknowledged_close = 5;
         note_created(s, 6);
       }},
      {"epoch 0, which was closed for good", Found::kViolated,
       [](Scene& s) {
         s.history.acknowledged_zero_removed = true;
         note_created(s, 0);
       }},
      {"epoch 1, and 0 was closed for good", Found::kHolds,
       [](Scene& s) {
         s.history.acknowledged_zero_removed = true;
         note_created(s, 1);
       }},
      {"epoch 0, and another was closed", Found::kViolated,
       [](Scene& s) {
         s.history.acknowledged_close = 5;
         note_created(s, 0);
       }},
      {"it is published, not created", Found::kNothing,
       [](Scene& s) {
         s.history.acknowledged_close = 9;
         s.out.note({.kind = NoteKind::kManagerPublished, .epoch = 5});
       }},
  };
  check_steps(Property::kNoStaleRecreate, cases);
}

TEST_CASE("removed-kept: a manager that is deleted has had a try of the clean-up that was asked for") {
  const std::vector<Case> cases{
      {"nothing is deleted", Found::kNothing,
       [](Scene& s) { handle(s, close(kA, kEpoch, true), Step::kClose); }},
      {"there was nothing to delete", Found::kNothing,
       [](Scene& s) {
         s.before.manager.reset();
         handle(s, close(kA, kEpoch, true), Step::kClose);
       }},
      {"nobody asked", Found::kNothing,
       [](Scene& s) {
         handle(s, close(kA, kEpoch), Step::kClose);
         s.after.manager.reset();
       }},
      {"this Close asks, and it has not run", Found::kViolated,
       [](Scene& s) {
         handle(s, close(kA, kEpoch, true), Step::kClose);
         s.after.manager.reset();
       }},
      {"an earlier one asked, and it has not run", Found::kViolated,
       [](Scene& s) {
         handle(s, close(kA, kEpoch), Step::kClose);
         s.history.removed_asked = true;
         s.after.manager.reset();
       }},
      {"it has run before", Found::kHolds,
       [](Scene& s) {
         s.was().removed_clean_up = true;
         handle(s, close(kA, kEpoch, true), Step::kClose);
         s.after.manager.reset();
       }},
      {"it runs in this step", Found::kHolds,
       [](Scene& s) {
         handle(s, close(kA, kEpoch, true), Step::kClose);
         s.after.manager.reset();
         s.out.note({.kind = NoteKind::kRemovedCleanUp});
       }},
      {"it makes room for a Bootstrap, once it is closed", Found::kNothing,
       [](Scene& s) {
         handle(s, close(kA, kEpoch, true), Step::kClose);
         s.before.handler.reset();
         s.history.removed_asked = true;
         s.after.manager.reset();
       }},
      {"a Bootstrap is under way", Found::kNothing,
       [](Scene& s) {
         handle(s, bootstrap(kA, kEpoch), Step::kReadDefaultSpans);
         s.history.removed_asked = true;
         s.after.manager.reset();
       }},
  };
  check_steps(Property::kRemovedKept, cases);
}

TEST_CASE("removed-completed: a manager whose clean-up was tried goes only once it has succeeded") {
  static constexpr auto requested = [](Scene& s) {
    s.was().closed = s.was().remove_requested = true;
    handle(s, close(kA, kEpoch), Step::kClose);
  };
  const std::vector<Case> cases{
      {"the manager stays", Found::kNothing, requested},
      {"nobody asked", Found::kNothing,
       [](Scene& s) {
         handle(s, close(kA, kEpoch), Step::kClose);
         s.after.manager.reset();
       }},
      {"it was asked for, and has not succeeded", Found::kViolated,
       [](Scene& s) {
         requested(s);
         s.after.manager.reset();
       }},
      {"it has succeeded before", Found::kHolds,
       [](Scene& s) {
         s.was().removed_clean_up = true;
         requested(s);
         s.after.manager.reset();
       }},
      {"it succeeds in this step", Found::kHolds,
       [](Scene& s) {
         requested(s);
         s.after.manager.reset();
         s.out.note({.kind = NoteKind::kRemovedCleanUp});
       }},
      {"it is tried for the first time, and fails", Found::kViolated,
       [](Scene& s) {
         s.was().closed = true;
         handle(s, close(kA, kEpoch, true), Step::kClose);
         s.after.manager.reset();
         s.out.note({.kind = NoteKind::kRemovedCleanUpFailed});
       }},
      {"it is tried for the first time, and succeeds", Found::kHolds,
       [](Scene& s) {
         s.was().closed = true;
         handle(s, close(kA, kEpoch, true), Step::kClose);
         s.after.manager.reset();
         s.out.note({.kind = NoteKind::kRemovedCleanUp});
       }},
      {"it makes room for a Bootstrap, and owes it", Found::kViolated,
       [](Scene& s) {
         s.was().closed = s.was().remove_requested = true;
         s.after.manager.reset();
       }},
  };
  check_steps(Property::kRemovedCompleted, cases);
}

TEST_CASE("no-resurrection: no id whose removal was completed is created again") {
  const std::vector<Case> cases{
      {"nothing was removed", Found::kNothing, [](Scene& s) { note_dispatcher(s, kX); }},
      {"nothing is created", Found::kNothing,
       [](Scene& s) {
         s.history.removed = {{kX, Mode::kDefault}};
         s.out.note({.kind = NoteKind::kDispatcherDeleted, .id = kX});
       }},
      {"another id", Found::kHolds,
       [](Scene& s) {
         s.history.removed = {{kX, Mode::kDefault}};
         note_dispatcher(s, kY);
       }},
      {"the id", Found::kViolated,
       [](Scene& s) {
         s.history.removed = {{kX, Mode::kDefault}};
         note_dispatcher(s, kX);
       }},
      {"the id in redo", Found::kViolated,
       [](Scene& s) {
         s.history.removed = {{kX, Mode::kRedo}};
         note_dispatcher(s, kX, Mode::kRedo);
       }},
      {"the id in the other mode", Found::kHolds,
       [](Scene& s) {
         s.history.removed = {{kX, Mode::kDefault}};
         note_dispatcher(s, kX, Mode::kRedo);
       }},
      {"the second of two removed", Found::kViolated,
       [](Scene& s) {
         s.history.removed = {{kX, Mode::kDefault}, {kY, Mode::kDefault}};
         note_dispatcher(s, kY);
       }},
      {"the second of two created", Found::kViolated,
       [](Scene& s) {
         s.history.removed = {{kY, Mode::kDefault}};
         note_dispatcher(s, kX);
         note_dispatcher(s, kY);
       }},
      {"its removal is only asked for", Found::kHolds,
       [](Scene& s) {
         s.history.removing = {{kX, Mode::kDefault}};
         s.history.removed = {{kY, Mode::kDefault}};
         note_dispatcher(s, kX);
       }},
  };
  check_steps(Property::kNoResurrection, cases);
}

TEST_CASE("strongest-pending: what waits is the strongest that arrived") {
  const std::vector<Case> cases{
      {"nothing arrives", Found::kNothing, [](Scene& s) { s.before.pending = {bootstrap(kA, 5)}; }},
      {"nothing of its type waits", Found::kNothing,
       [](Scene& s) { arrive(s, bootstrap(kA, 5), {close(kA, 5)}, {close(kA, 5)}); }},
      {"it is for a stream", Found::kNothing,
       [](Scene& s) { arrive(s, schedule(kA, 5, kX), {schedule(kA, 4, kX)}, {}); }},
      {"the node is fenced", Found::kNothing,
       [](Scene& s) {
         arrive(s, bootstrap(kA, 5), {bootstrap(kA, 4)}, {});
         s.before.fenced = true;
       }},
      {"the node shuts down", Found::kNothing,
       [](Scene& s) {
         arrive(s, bootstrap(kA, 5), {bootstrap(kA, 4)}, {});
         s.before.closed = true;
       }},
      {"a higher epoch replaces", Found::kHolds,
       [](Scene& s) { arrive(s, bootstrap(kA, 5), {bootstrap(kA, 4)}, {bootstrap(kA, 5)}); }},
      {"a higher epoch is dropped", Found::kViolated,
       [](Scene& s) { arrive(s, bootstrap(kA, 5), {bootstrap(kA, 4)}, {bootstrap(kA, 4)}); }},
      {"the same epoch is dropped", Found::kHolds,
       [](Scene& s) { arrive(s, bootstrap(kB, 5), {bootstrap(kA, 5)}, {bootstrap(kA, 5)}); }},
      {"a lower epoch is dropped", Found::kHolds,
       [](Scene& s) { arrive(s, bootstrap(kA, 4), {bootstrap(kA, 5)}, {bootstrap(kA, 5)}); }},
      {"a lower epoch replaces", Found::kViolated,
       [](Scene& s) { arrive(s, bootstrap(kA, 4), {bootstrap(kA, 5)}, {bootstrap(kA, 4)}); }},
      {"both are lost", Found::kViolated,
       [](Scene& s) { arrive(s, bootstrap(kA, 5), {bootstrap(kA, 5)}, {}); }},
      {"a PostBootstrap of a higher epoch is dropped", Found::kViolated,
       [](Scene& s) { arrive(s, post_bootstrap(kA, 5), {post_bootstrap(kA, 4)}, {post_bootstrap(kA, 4)}); }},
      {"a Close of a higher epoch replaces one with removed", Found::kHolds,
       [](Scene& s) { arrive(s, close(kA, 5), {close(kA, 4, true)}, {close(kA, 5)}); }},
      {"a Close of a higher epoch is dropped for one with removed", Found::kViolated,
       [](Scene& s) { arrive(s, close(kA, 5), {close(kA, 4, true)}, {close(kA, 4, true)}); }},
      {"removed replaces", Found::kHolds,
       [](Scene& s) { arrive(s, close(kA, 5, true), {close(kA, 5)}, {close(kA, 5, true)}); }},
      {"removed is dropped", Found::kViolated,
       [](Scene& s) { arrive(s, close(kA, 5, true), {close(kA, 5)}, {close(kA, 5)}); }},
      {"removed stays", Found::kHolds,
       [](Scene& s) { arrive(s, close(kA, 5), {close(kA, 5, true)}, {close(kA, 5, true)}); }},
      {"removed is replaced", Found::kViolated,
       [](Scene& s) { arrive(s, close(kA, 5), {close(kA, 5, true)}, {close(kA, 5)}); }},
      {"a Close without removed is dropped for another", Found::kHolds,
       [](Scene& s) { arrive(s, close(kB, 5), {close(kA, 5)}, {close(kA, 5)}); }},
      {"behind one of another type a higher epoch is dropped", Found::kViolated,
       [](Scene& s) {
         arrive(s, bootstrap(kA, 5), {close(kA, 9), bootstrap(kA, 4)}, {close(kA, 9), bootstrap(kA, 4)});
       }},
      {"one of its type is handled, and it waits", Found::kHolds,
       [](Scene& s) {
         s.before.handler = impl::OrchestratorHandler{.request = bootstrap(kA, 9)};
         arrive(s, bootstrap(kA, 5), {}, {bootstrap(kA, 5)});
       }},
      {"one of its type is handled, and it is dropped", Found::kViolated,
       [](Scene& s) {
         s.before.handler = impl::OrchestratorHandler{.request = bootstrap(kA, 9)};
         arrive(s, bootstrap(kA, 5), {}, {});
       }},
      {"one of another type is handled", Found::kNothing,
       [](Scene& s) {
         s.before.handler = impl::OrchestratorHandler{.request = close(kA, 9)};
         arrive(s, bootstrap(kA, 5), {}, {});
       }},
  };
  check_steps(Property::kStrongestPending, cases);
}
