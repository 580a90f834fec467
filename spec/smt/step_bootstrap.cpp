// The handler of a Bootstrap: building a manager, taking it over, and the response.
//
// clang-format off
//   look-up --+-- no manager --> register-initializing --> create-triggers --> publish --.
//             |                                                                          v
//             '-- a manager ----------------------------------------------------> take-over ......... the fence is
//                                                                                   |   |              held from
//                 ensure-event-trigger <--- a manager that was here before ---------'   | just built   here on
//                     '--> ensure-redo-trigger --> (owner) -----------------------------+
//                                                                                       v
//                       read-journal-and-send <-- read-redo-spans <-------- read-default-spans
// clang-format on
//
// kExisted tells the two ways through take-over apart; kStep is where a handler stands between two steps.
#include <array>

#include "spec/smt/step_orchestrator.h"

namespace takeover::smt {
namespace {

using impl::Guard;

// Something could not be created: because the write path is closed, or for another reason.
void end_with_creation_error(Builder& b, Term write_path_closed) {
  const Term silent =
      b.on(Guard::kWritePathClosedSilent) &&
      ite(write_path_closed, b.is_leaving() || !b.on(Guard::kClosedWritePathAnswered), b.is_leaving());
  const Term leaks = silent && write_path_closed && b[Scalar::kExisted] && !b.on(Guard::kFenceRelease);
  end(b, b.yes(), !silent, !silent, leaks);
}

// -------------------------------------------------------------------------------------- building a manager

Term request_epoch(const Builder& b) {
  return speaks_for(b, b[Scalar::kRequestEpoch], b[Scalar::kRequestConfigEpoch]);
}

// From here on the manager admits messages for whoever it is being built for: its owner is set before it is
// published. A node that is leaving builds nothing.
void register_initializing(Builder& b) {
  b.require(b[Scalar::kStep] == step::kRegisterInitializing);
  const Term from = b[Scalar::kFrom];
  const Term epoch = request_epoch(b);
  const Term redo = b[Scalar::kRequestRedoEnabled];
  b.choose(
      b.is_leaving(), [&] { end_with_creation_error(b, b.yes()); },
      [&] {
        b.set(Scalar::kManager, manager::kInitializing);
        b.set(Scalar::kOwner, from);
        b.set(Scalar::kEpoch, epoch);
        b.set(Scalar::kRedoEnabled, redo);
        b.set(Scalar::kRegistered, true);
        b.set(Scalar::kStep, step::kCreateTriggers);
        b.emit(b.t.out.created);
      });
}

// What has gone wrong in a step that creates triggers.
struct Failure {
  Term write_path;  // it is closed
  Term other;
  [[nodiscard]] Term any() const { return write_path || other; }
};

void create_trigger(Builder& b, std::size_t mode, Term id, Failure& failure) {
  b.when(!failure.any(), [&] {
    const Term closed = b[Scalar::kWritePathClosed];
    const Term fails = !closed && b[Scalar::kFailCreate];
    b.emit(failure.write_path, failure.write_path || closed);
    b.emit(failure.other, failure.other || fails);
    b.when(fails, [&] { b.set(Scalar::kFailCreate, false); });
    b.when(!closed && !fails, [&] { b.insert_trigger(mode, id, b[Scalar::kRequestStartTs]); });
  });
}

// One step, since nobody sees a manager with half of its triggers. Redo is ready once its trigger is there,
// or none was named.
void create_triggers(Builder& b) {
  b.require(b[Scalar::kStep] == step::kCreateTriggers);
  Failure failure{b[Scalar::kWritePathClosed], b.no()};
  b.when(b[Scalar::kRequestEvent] != 0, [&] { create_trigger(b, 0, b[Scalar::kRequestEvent], failure); });
  b.when(b[Scalar::kRedoEnabled] && !failure.any(), [&] {
    b.when(b[Scalar::kRequestRedo] != 0, [&] { create_trigger(b, 1, b[Scalar::kRequestRedo], failure); });
    b.set(Scalar::kRedoReady, !failure.any());
  });
  b.choose(
      failure.any(),
      [&] {
        b.forget_manager();
        end_with_creation_error(b, failure.write_path);
      },
      [&] { b.set(Scalar::kStep, step::kPublish); });
}

// A tombstone is of a manager that was closed; the look-up has held this Bootstrap against it. From here on
// the manager's epoch says what is too old.
void publish(Builder& b) {
  b.require(b[Scalar::kStep] == step::kPublish);
  b.choose(
      b.is_leaving(),
      [&] {
        b.forget_manager();
        end_silently(b, b.yes());
      },
      [&] {
        b.set(Scalar::kManager, manager::kPublished);
        b.clear({Scalar::kTombstoneHere, Scalar::kTombstone});
        b.set(Scalar::kStep, step::kTakeOver);
      });
}

// --------------------------------------------------------------------------------------------- taking over

// Whether a trigger of a Bootstrap is refused by what is here.
Term is_mismatch(const Builder& b, std::size_t mode) {
  const Term requested = b[mode == 0 ? Scalar::kRequestEvent : Scalar::kRequestRedo];
  const Term here = b[mode == 0 ? Scalar::kEventTrigger : Scalar::kRedoTrigger];
  const Term removed = b.of(requested, b[mode == 0 ? Param::kOther : Param::kOtherRedo],
                            [](const Record& record) { return record[Own::kRemovedTrigger]; });
  const Term another =
      here != 0 && here != requested && b.on(Guard::kTriggerNotReplaced) && b.on(Guard::kTriggerIdMatch);
  const Term no_redo =
      mode == 0 ? b.t.enabled.pool().truth(false) : !b[Scalar::kRedoEnabled] && b.on(Guard::kNilChecked);
  return ite(requested == 0, here != 0 && b.on(Guard::kTriggerNilCheck), removed || another || no_redo);
}

void update_owner(Builder& b, Term from, Term epoch) {
  b.when(b[Scalar::kOwner] != from || b[Scalar::kEpoch] != epoch, [&] {
    b.set(Scalar::kOwner, from);
    b.set(Scalar::kEpoch, epoch);
    b.when(b[Scalar::kError] == error::kTold, [&] { b.set(Scalar::kError, error::kDue); });
    b.clear({Scalar::kAgreed, Scalar::kAgreedEvent, Scalar::kAgreedRedo});
  });
}

// What atomic-takeover compares with at the end: who owned what before this Bootstrap came to the fence.
void remember_entry(Builder& b) {
  b.set(Scalar::kEntryOwner, b[Scalar::kOwner]);
  b.set(Scalar::kEntryEpoch, b[Scalar::kEpoch]);
  b.set(Scalar::kEntryEvent, b[Scalar::kEventTrigger]);
  b.set(Scalar::kEntryRedo, b[Scalar::kRedoTrigger]);
}

// What comes after a step of the takeover: ensuring a trigger that an existing manager's Bootstrap names, or,
// at last, the owner.
void go_on(Builder& b, Term event_is_next, Term redo_is_next) {
  b.when(event_is_next, [&] { b.set(Scalar::kStep, step::kEnsureEventTrigger); });
  b.when(!event_is_next && redo_is_next, [&] { b.set(Scalar::kStep, step::kEnsureRedoTrigger); });
  b.when(!event_is_next && !redo_is_next, [&] {
    b.set(Scalar::kCreatedTrigger, false);
    update_owner(b, b[Scalar::kFrom], request_epoch(b));
    b.set(Scalar::kStep, step::kReadDefaultSpans);
  });
}

// Two guards are about when the owner is set: after validation, and after the triggers are there. Without
// them a Bootstrap that is refused has changed the owner all the same.
void take_over_admitted(Builder& b, Term from, Term epoch) {
  b.when(!b.on(Guard::kValidateBeforeOwner), [&] { update_owner(b, from, epoch); });
  const Term existed = b[Scalar::kExisted];
  const Term mismatch = existed && (is_mismatch(b, 0) || is_mismatch(b, 1));
  b.choose(
      mismatch, [&] { end_with_error(b); },
      [&] {
        b.when(existed && !b.on(Guard::kOwnerAfterTriggers), [&] { update_owner(b, from, epoch); });
        go_on(b, existed && b[Scalar::kRequestEvent] != 0, existed && b[Scalar::kRequestRedo] != 0);
      });
}

// The trigger that is named is to be created.
Term is_wanted(const Builder& b, std::size_t mode) {
  const Term requested = b[mode == 0 ? Scalar::kRequestEvent : Scalar::kRequestRedo];
  const Term here = b[mode == 0 ? Scalar::kEventTrigger : Scalar::kRedoTrigger];
  return requested != 0 && here != requested &&
         ite(here == 0, b.on(Guard::kTriggerCreateMissing), !b.on(Guard::kTriggerNotReplaced));
}

// Creates the trigger that is named where none is.
Failure ensure_trigger(Builder& b, std::size_t mode) {
  const Term requested = b[mode == 0 ? Scalar::kRequestEvent : Scalar::kRequestRedo];
  const Term wanted = is_wanted(b, mode);
  Failure failure{b.no(), b.no()};
  b.when(wanted, [&] { create_trigger(b, mode, requested, failure); });
  return failure;
}

void ensure_event_trigger(Builder& b) {
  b.require(b[Scalar::kStep] == step::kEnsureEventTrigger);
  const Term was_missing = b[Scalar::kEventTrigger] == 0;
  const Failure failure = ensure_trigger(b, 0);
  b.choose(
      failure.any(), [&] { end_with_creation_error(b, failure.write_path); },
      [&] {
        b.set(Scalar::kCreatedTrigger, was_missing && b[Scalar::kEventTrigger] != 0);
        go_on(b, b.no(), b[Scalar::kRequestRedo] != 0);
      });
}

void ensure_redo_trigger_alive(Builder& b) {
  const Failure failure = ensure_trigger(b, 1);
  // The event trigger was created under the same fence: nobody has registered it, or asked to remove it.
  b.when(failure.any() && b[Scalar::kCreatedTrigger] && b.on(Guard::kTriggerCreationUndone), [&] {
    for (Record& record : b.t.next.records) {
      b.when(b[Scalar::kEventTrigger] == record.id, [&] { b.erase(record, 0); });
    }
    b.set_trigger(0, b.number(0), b.number(0));
  });
  b.choose(
      failure.any(), [&] { end_with_creation_error(b, failure.write_path); },
      [&] { go_on(b, b.no(), b.no()); });
}

// Without redo there is no map that it could be put into: nil is dereferenced, and the process dies.
void ensure_redo_trigger(Builder& b) {
  b.require(b[Scalar::kStep] == step::kEnsureRedoTrigger);
  const Term dies = is_wanted(b, 1) && !b[Scalar::kWritePathClosed] && !b[Scalar::kRedoEnabled];
  b.choose(
      dies, [&] { b.die(); }, [&] { ensure_redo_trigger_alive(b); });
}

// Dropped is what a later owner has overtaken: that one is answered. Refused, with an error, is what the
// manager cannot serve any more since it is closing.
void take_over(Builder& b) {
  b.require(b[Scalar::kStep] == step::kTakeOver && b.fence_is_free());
  const Term from = b[Scalar::kFrom];
  const Term epoch = request_epoch(b);
  remember_entry(b);
  control(b, from, b[Scalar::kRequestEpoch]);
  b.emit(b.t.out.control_bootstraps);
  b.set(Scalar::kFence, fence::kOrchestrator);
  const Term dead = b[Scalar::kClosing] || b[Scalar::kClosed] || b[Scalar::kWritePathClosed];
  const Term dropped = !can_update_maintainer(b.t.next, b.guard, from, epoch);
  const Term refused = !dropped && dead && b.on(Guard::kBootstrapRefusesClosing);
  const Term goes_on = !dropped && !refused;
  b.when(dropped, [&] { end_silently(b, b.no()); });
  b.when(refused, [&] { end_with_error(b); });
  b.when(goes_on, [&] { take_over_admitted(b, from, epoch); });
}

// -------------------------------------------------------------------------------------------- the response

// The response is a snapshot in several steps: what is read here is what a restored Remove must be about. A
// Remove that is admitted later is in the journal by the time that is read, but not owed.
void read_spans(Builder& b, std::size_t mode) {
  for (Record& record : b.t.next.records) {
    const Term here = record.at(mode, InMode::kExists);
    b.set(record, mode, InMode::kReported, here);
    b.set(record, mode, InMode::kOwed, here && record.at(mode, InMode::kAsked));
  }
}

// A lease can be lost while triggers were ensured; what was created since is fenced here.
void read_default_spans(Builder& b) {
  b.require(b[Scalar::kStep] == step::kReadDefaultSpans);
  b.choose(
      b[Scalar::kFenced],
      [&] {
        b.local_fence();
        end_silently(b, b.yes());
      },
      [&] {
        const Term left_out = b[Scalar::kExisted] && !b.on(Guard::kBootstrapIdempotent);
        b.set(Scalar::kResponseEpoch, b[Scalar::kEpoch]);
        b.set(Scalar::kResponseTs, ite(left_out, b.number(0), b[Scalar::kEventStartTs]));
        b.set(Scalar::kResponseRedoTs, ite(left_out, b.number(0), b[Scalar::kRedoStartTs]));
        read_spans(b, 0);
        b.set(Scalar::kStep, ite(b[Scalar::kRedoReady], b.number(step::kReadRedoSpans),
                                 b.number(step::kReadJournalAndSend)));
      });
}

void read_redo_spans(Builder& b) {
  b.require(b[Scalar::kStep] == step::kReadRedoSpans);
  read_spans(b, 1);
  b.set(Scalar::kStep, step::kReadJournalAndSend);
}

// Whether the response carries the record's journal entry.
Term is_restored(const Builder& b, const Record& record) {
  const auto in_its_mode = [&](InMode variable) {
    return ite(record[Own::kEntryRedo], record.at(1, variable), record.at(0, variable));
  };
  const Term here = ite(b.on(Guard::kStaleRemoveSameSnapshot), in_its_mode(InMode::kReported),
                        in_its_mode(InMode::kExists));
  const Term stale = ite(record[Own::kEntryRemoves], b.on(Guard::kStaleRemoveRestored) && here,
                         !b.on(Guard::kStaleCreateDropped));
  return record[Own::kEntry] &&
         (is_request_allowed(b.t.next, record[Own::kEntryFrom], record[Own::kEntryEpoch]) || stale);
}

void read_journal_and_send(Builder& b) {
  b.require(b[Scalar::kStep] == step::kReadJournalAndSend);
  b.choose(
      b[Scalar::kWritePathClosed] && b.on(Guard::kAnswerChecksWritePath), [&] { end_silently(b, b.yes()); },
      [&] {
        for (std::size_t i = 0; i < b.t.next.records.size(); ++i) {
          b.emit(b.t.out.included[i], is_restored(b, b.t.next.records[i]));
        }
        b.emit(b.t.out.took_over);
        b.set(Scalar::kAgreed, true);
        b.set(Scalar::kAgreedEvent, b[Scalar::kRequestEvent]);
        b.set(Scalar::kAgreedRedo, b[Scalar::kRequestRedo]);
        b.for_each([&](Record& record, std::size_t m) {
          b.set(record, m, InMode::kKnown, record.at(m, InMode::kReported));
        });
        end_with_answer(b, b.yes());
      });
}

}  // namespace

void bootstrap_step(Builder& b, Action action) {
  static constexpr std::array kSteps{
      StepRow{Action::kRegisterInitializing, register_initializing},
      StepRow{Action::kCreateTriggers, create_triggers},
      StepRow{Action::kPublish, publish},
      StepRow{Action::kTakeOver, take_over},
      StepRow{Action::kEnsureEventTrigger, ensure_event_trigger},
      StepRow{Action::kEnsureRedoTrigger, ensure_redo_trigger},
      StepRow{Action::kReadDefaultSpans, read_default_spans},
      StepRow{Action::kReadRedoSpans, read_redo_spans},
      StepRow{Action::kReadJournalAndSend, read_journal_and_send},
  };
  static_assert(are_all_of(Stage::kBootstrap, kSteps));
  take(b, kSteps, action);
}

}  // namespace takeover::smt
