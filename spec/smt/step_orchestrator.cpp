// The orchestrator: its queue, and the handlers of Bootstrap, PostBootstrap and Close.
#include "spec/smt/builder.h"

namespace takeover::smt {
namespace {

using impl::Guard;

// ----------------------------------------------------------------------------------------------- the queue

struct Slot {
  Scalar here;
  Scalar rank;
  Scalar epoch;
  Scalar last;  // its variables stand in a row: here ... last
};
constexpr Slot kBootstraps{Scalar::kBootstrapHere, Scalar::kBootstrapRank, Scalar::kBootstrapEpoch,
                           Scalar::kBootstrapStartTs};
constexpr Slot kPosts{Scalar::kPostHere, Scalar::kPostRank, Scalar::kPostEpoch, Scalar::kPostEvent};
constexpr Slot kCloses{Scalar::kCloseHere, Scalar::kCloseRank, Scalar::kCloseEpoch, Scalar::kCloseRemoved};
constexpr std::array kSlots{kBootstraps, kPosts, kCloses};

void fill(Builder& b, Action action) {
  switch (action) {
    case Action::kReceiveBootstrap:
      b.set(Scalar::kBootstrapFrom, b[Param::kFrom]);
      b.set(Scalar::kBootstrapEpoch, b[Param::kEpoch]);
      b.set(Scalar::kBootstrapEvent, b[Param::kEvent]);
      b.set(Scalar::kBootstrapRedo, b[Param::kRedo]);
      b.set(Scalar::kBootstrapConfigEpoch, b[Param::kConfigEpoch]);
      b.set(Scalar::kBootstrapRedoEnabled, b[Param::kRedoEnabled]);
      b.set(Scalar::kBootstrapStartTs, b[Param::kTs]);
      return;
    case Action::kReceivePostBootstrap:
      b.set(Scalar::kPostFrom, b[Param::kFrom]);
      b.set(Scalar::kPostEpoch, b[Param::kEpoch]);
      b.set(Scalar::kPostEvent, b[Param::kEvent]);
      return;
    default:
      b.set(Scalar::kCloseFrom, b[Param::kFrom]);
      b.set(Scalar::kCloseEpoch, b[Param::kEpoch]);
      b.set(Scalar::kCloseRemoved, b[Param::kRemoved]);
  }
}

// Whether the handler under way handles a message of this type.
Term handles(const Builder& b, Action action) {
  const Term now = b[Scalar::kStep];
  if (action == Action::kReceivePostBootstrap) return now == step::kPostBootstrap;
  if (action == Action::kReceiveClose) return now == step::kClose;
  return now != step::kNone && now != step::kPostBootstrap && now != step::kClose;
}

Term place_at_the_end(Builder& b) {
  Term place = b.number(0);
  for (const Slot& slot : kSlots) place = ite(b[slot.here], place + 1, place);
  return place;
}

void look_up(Builder& b, const Slot& slot) {
  b.require(b[Scalar::kStep] == step::kNone && b[slot.here] && b[slot.rank] == 0);
  const State before = b.t.next;
  b.clear(slot.here, slot.last);
  for (const Slot& other : kSlots) {
    if (other.here == slot.here) continue;
    b.when(b[other.here], [&] { b.set(other.rank, b[other.rank] - 1); });
  }
  b.when(!b[Scalar::kFenced], [&] {
    b.set(Scalar::kExisted, b[Scalar::kManager] == manager::kPublished);
    if (slot.here == Scalar::kPostHere) {
      b.set(Scalar::kStep, step::kPostBootstrap);
      b.set(Scalar::kFrom, before[Scalar::kPostFrom]);
      b.set(Scalar::kRequestEpoch, before[Scalar::kPostEpoch]);
      b.set(Scalar::kRequestEvent, before[Scalar::kPostEvent]);
    } else if (slot.here == Scalar::kCloseHere) {
      b.set(Scalar::kStep, step::kClose);
      b.set(Scalar::kFrom, before[Scalar::kCloseFrom]);
      b.set(Scalar::kRequestEpoch, before[Scalar::kCloseEpoch]);
      b.set(Scalar::kRequestRemoved, before[Scalar::kCloseRemoved]);
    }
  });
}

// The epoch that a Bootstrap speaks for.
Term speaks_for(const Builder& b, Term epoch, Term config_epoch) {
  return ite(!b.on(Guard::kRequestEpochOnly) && config_epoch != 0, config_epoch, epoch);
}

void look_up_bootstrap(Builder& b) {
  const State before = b.t.next;
  const Term from = before[Scalar::kBootstrapFrom];
  const Term epoch = speaks_for(b, before[Scalar::kBootstrapEpoch], before[Scalar::kBootstrapConfigEpoch]);
  look_up(b, kBootstraps);
  b.when(!b[Scalar::kFenced], [&] {
    // A closed manager makes room for a newer owner, as if its close had been retried.
    const Tombstone here{b[Scalar::kTombstoneHere], b[Scalar::kTombstone]};
    const Tombstone after = buried(here, b[Scalar::kEpoch], b[Scalar::kRemoveRequested]);
    const Term makes_room = b.on(Guard::kBootstrapRefusesClosing) &&
                            b[Scalar::kManager] == manager::kPublished && b[Scalar::kClosed] &&
                            can_update_maintainer(b.t.next, b.guard, from, epoch) &&
                            !is_buried(after, b.guard, epoch);
    b.when(makes_room, [&] {
      b.set(Scalar::kTombstoneHere, after.here);
      b.set(Scalar::kTombstone, after.epoch);
      b.forget_manager();
      b.set(Scalar::kExisted, false);
    });
    const Term here_now = b[Scalar::kManager] == manager::kPublished;
    const Term dropped =
        !here_now && is_buried({b[Scalar::kTombstoneHere], b[Scalar::kTombstone]}, b.guard, epoch);
    b.choose(
        dropped, [&] { b.set(Scalar::kExisted, false); },
        [&] {
          b.set(Scalar::kStep,
                ite(here_now, b.number(step::kTakeOver), b.number(step::kRegisterInitializing)));
          b.set(Scalar::kFrom, from);
          b.set(Scalar::kRequestEpoch, before[Scalar::kBootstrapEpoch]);
          b.set(Scalar::kRequestEvent, before[Scalar::kBootstrapEvent]);
          b.set(Scalar::kRequestRedo, before[Scalar::kBootstrapRedo]);
          b.set(Scalar::kRequestConfigEpoch, before[Scalar::kBootstrapConfigEpoch]);
          b.set(Scalar::kRequestRedoEnabled, before[Scalar::kBootstrapRedoEnabled]);
          b.set(Scalar::kRequestStartTs, before[Scalar::kBootstrapStartTs]);
        });
  });
}

// ------------------------------------------------------------------------------------------------- endings

// The handler ends. Who held the fence lets it go, unless the mistake is made of keeping it.
void end(Builder& b, Term admitted, Term answered, Term error, Term keeps_fence) {
  b.emit(b.t.out.ended);
  b.emit(b.t.out.admitted, admitted);
  b.emit(b.t.out.answered, answered);
  b.emit(b.t.out.error, error);
  b.when(b[Scalar::kFence] == fence::kOrchestrator && !keeps_fence,
         [&] { b.set(Scalar::kFence, fence::kNobody); });
  b.clear(Scalar::kStep, Scalar::kResponseRedoTs);
  b.for_each([&](Record& record, std::size_t m) {
    b.set(record, m, InMode::kReported, b.no());
    b.set(record, m, InMode::kOwed, b.no());
  });
}

void end_silently(Builder& b, Term admitted) {
  end(b, admitted, b.no(), b.no(), b.no());
}
void end_with_answer(Builder& b, Term admitted) {
  end(b, admitted, b.yes(), b.no(), b.no());
}
// An error found before anything was tried: a leaving node does not tell.
void end_with_error(Builder& b) {
  const Term told = !(b.is_leaving() && b.on(Guard::kLeavingIsSilent));
  end(b, b.yes(), told, told, b.no());
}
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
        b.clear(Scalar::kTombstoneHere, Scalar::kTombstone);
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
  return ite(requested == 0, here != 0 && b.on(Guard::kTriggerNilCheck), removed || another);
}

void update_owner(Builder& b, Term from, Term epoch) {
  b.when(b[Scalar::kOwner] != from || b[Scalar::kEpoch] != epoch, [&] {
    b.set(Scalar::kOwner, from);
    b.set(Scalar::kEpoch, epoch);
    b.clear(Scalar::kAgreed, Scalar::kAgreedRedo);
  });
}

void remember_entry(Builder& b) {
  b.set(Scalar::kEntryOwner, b[Scalar::kOwner]);
  b.set(Scalar::kEntryEpoch, b[Scalar::kEpoch]);
  b.set(Scalar::kEntryEvent, b[Scalar::kEventTrigger]);
  b.set(Scalar::kEntryRedo, b[Scalar::kRedoTrigger]);
}

void control(Builder& b, Term from, Term epoch) {
  b.emit(b.t.out.control);
  b.emit(b.t.out.control_from, from);
  b.emit(b.t.out.control_epoch, epoch);
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

// Creates the trigger that is named where none is.
Failure ensure_trigger(Builder& b, std::size_t mode) {
  const Term requested = b[mode == 0 ? Scalar::kRequestEvent : Scalar::kRequestRedo];
  const Term here = b[mode == 0 ? Scalar::kEventTrigger : Scalar::kRedoTrigger];
  const Term wanted = requested != 0 && here != requested &&
                      ite(here == 0, b.on(Guard::kTriggerCreateMissing), !b.on(Guard::kTriggerNotReplaced));
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

void ensure_redo_trigger(Builder& b) {
  b.require(b[Scalar::kStep] == step::kEnsureRedoTrigger);
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

void read_spans(Builder& b, std::size_t mode) {
  for (Record& record : b.t.next.records) {
    const Term here = record.at(mode, InMode::kExists);
    b.set(record, mode, InMode::kReported, here);
    b.set(record, mode, InMode::kOwed, here && record.at(mode, InMode::kAsked));
  }
}

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

// ---------------------------------------------------------------------------------- PostBootstrap and Close

void initialise_schema_stores(Builder& b) {
  const Term again = !b.on(Guard::kPostBootstrapIdempotent);
  b.when(!b[Scalar::kSchemaStore] || again, [&] {
    b.set(Scalar::kSchemaStore, true);
    b.set(Scalar::kTriggerRegistered, true);
    b.set(Scalar::kCheckpointStream, true);
    b.emit(b.t.out.registered);
  });
  const Term redo = b[Scalar::kRedoReady] && b[Scalar::kRedoTrigger] != 0;
  b.when(redo && (!b[Scalar::kRedoSchemaStore] || again), [&] {
    b.set(Scalar::kRedoSchemaStore, true);
    b.set(Scalar::kRedoTriggerRegistered, true);
    b.emit(b.t.out.registered_redo);
  });
}

void post_bootstrap_admitted(Builder& b) {
  const Term missing = b[Scalar::kEventTrigger] == 0;
  const Term unanswered = missing && !b.on(Guard::kPostBootstrapMissingTrigger);
  const Term wrong = !unanswered && (missing || b[Scalar::kEventTrigger] != b[Scalar::kRequestEvent]);
  const Term closed = !unanswered && !wrong && b[Scalar::kWritePathClosed];
  const Term goes_on = !unanswered && !wrong && !closed;
  b.when(goes_on, [&] { initialise_schema_stores(b); });
  const Term fenced = b[Scalar::kFenced];
  b.when(goes_on && fenced, [&] { b.local_fence(); });
  const Term silent =
      b.on(Guard::kWritePathClosedSilent) && (b.is_leaving() || !b.on(Guard::kClosedWritePathAnswered));
  // The cases exclude each other; ending makes the handler's variables forget which it was.
  b.when(goes_on && fenced, [&] { end_silently(b, b.yes()); });
  b.when(goes_on && !fenced, [&] { end_with_answer(b, b.yes()); });
  b.when(closed, [&] { end(b, b.yes(), !silent, !silent, silent && !b.on(Guard::kFenceRelease)); });
  b.when(wrong, [&] { end_with_error(b); });
  b.when(unanswered, [&] { end_silently(b, b.yes()); });
}

void post_bootstrap(Builder& b) {
  const Term here = b[Scalar::kManager] == manager::kPublished;
  b.require(b[Scalar::kStep] == step::kPostBootstrap && (!here || b.fence_is_free()));
  const Term from = b[Scalar::kFrom];
  const Term epoch = b[Scalar::kRequestEpoch];
  const Term admitted = is_request_allowed(b.t.next, from, epoch) || !b.on(Guard::kPostBootstrapAdmission);
  b.when(!here, [&] { end_silently(b, b.no()); });
  b.when(here, [&] {
    control(b, from, epoch);
    b.set(Scalar::kFence, fence::kOrchestrator);
    b.choose(
        admitted, [&] { post_bootstrap_admitted(b); }, [&] { end_silently(b, b.no()); });
  });
}

void acknowledge(Builder& b, Term epoch, Term removed) {
  b.emit(b.t.out.close_success);
  b.when(epoch != 0, [&] { b.set(Scalar::kAcknowledged, max(b[Scalar::kAcknowledged], epoch)); });
  b.when(epoch == 0 && removed, [&] { b.set(Scalar::kAcknowledgedZero, true); });
}

void close_of_manager(Builder& b, Term from, Term epoch, Term removed) {
  const Term newer = epoch != 0 && b[Scalar::kEpoch] <= epoch && b.on(Guard::kCloseNewerEpoch);
  const Term admitted = newer || is_request_allowed(b.t.next, from, epoch) || !b.on(Guard::kCloseAdmission);
  const Term acknowledged = !admitted && b.on(Guard::kCloseAckStale);
  b.when(acknowledged, [&] {
    acknowledge(b, epoch, removed);
    b.when(b.on(Guard::kCloseAckTombstone), [&] { b.bury(epoch, removed); });
  });
  b.when(admitted, [&] {
    const Term has_closed = b.try_close(removed);
    b.when(has_closed, [&] {
      b.forget_manager();
      b.bury(epoch, removed);
      acknowledge(b, epoch, removed);
    });
  });
  end_with_answer(b, admitted);
}

void close(Builder& b) {
  const Term here = b[Scalar::kManager] == manager::kPublished;
  b.require(b[Scalar::kStep] == step::kClose && (!here || b.fence_is_free()));
  const Term from = b[Scalar::kFrom];
  const Term epoch = b[Scalar::kRequestEpoch];
  const Term removed = b[Scalar::kRequestRemoved];
  b.emit(b.t.out.close_answered);
  b.when(!here, [&] {
    b.bury(epoch, removed);
    acknowledge(b, epoch, removed);
    end_with_answer(b, b.no());
  });
  b.when(here, [&] {
    control(b, from, epoch);
    b.emit(b.t.out.control_closes);
    b.set(Scalar::kFence, fence::kOrchestrator);
    close_of_manager(b, from, epoch, removed);
  });
}

}  // namespace

void receive(Builder& b, Action action) {
  const Slot& slot = kSlots[static_cast<std::size_t>(action)];
  b.t.well_formed = b[Param::kFrom] != 0;
  if (action == Action::kReceiveBootstrap) {
    // A redo trigger is named only where redo is enabled.
    b.t.well_formed = b.t.well_formed && implies(b[Param::kRedo] != 0, b[Param::kRedoEnabled]);
    b.t.names_one_trigger =
        implies(b[Param::kFrom] == b.t.next.tracked_owner && b[Param::kEpoch] == b.t.next.tracked_epoch,
                b[Param::kEvent] == b.t.next.tracked_event && b[Param::kRedo] == b.t.next.tracked_redo);
    b.when(b[Param::kFrom] == b.t.next.tracked_owner && b[Param::kEpoch] == b.t.next.tracked_epoch,
           [&] { b.set(Scalar::kSeen, true); });
    for (const Record& record : b.t.next.records) {
      b.t.ids_drawn_once = b.t.ids_drawn_once &&
                           implies(b[Param::kEvent] == record.id, record.is_trigger && !record.is_redo) &&
                           implies(b[Param::kRedo] == record.id, record.is_trigger && record.is_redo);
    }
  }
  const Term newer = b[slot.epoch] < b[Param::kEpoch] && b.on(Guard::kQueueNewerEpoch);
  Term upgrade = b.no();
  if (action == Action::kReceiveClose) {
    upgrade = b.on(Guard::kQueueRemovedUpgrade) && !b[Scalar::kCloseRemoved] && b[Param::kRemoved] &&
              b[Scalar::kCloseEpoch] <= b[Param::kEpoch];
  }
  const Term taken = !b[slot.here] && (b.on(Guard::kQueueReleaseAtPop) || !handles(b, action));
  const Term place = place_at_the_end(b);
  b.when(!b.is_leaving() && ite(b[slot.here], newer || upgrade, taken), [&] {
    b.set(slot.rank, ite(b[slot.here], b[slot.rank], place));
    fill(b, action);
    b.set(slot.here, true);
  });
}

void orchestrator_step(Builder& b, Action action) {
  switch (action) {
    case Action::kLookUpBootstrap:
      return look_up_bootstrap(b);
    case Action::kLookUpPostBootstrap:
      return look_up(b, kPosts);
    case Action::kLookUpClose:
      return look_up(b, kCloses);
    case Action::kRegisterInitializing:
      return register_initializing(b);
    case Action::kCreateTriggers:
      return create_triggers(b);
    case Action::kPublish:
      return publish(b);
    case Action::kTakeOver:
      return take_over(b);
    case Action::kEnsureEventTrigger:
      return ensure_event_trigger(b);
    case Action::kEnsureRedoTrigger:
      return ensure_redo_trigger(b);
    case Action::kReadDefaultSpans:
      return read_default_spans(b);
    case Action::kReadRedoSpans:
      return read_redo_spans(b);
    case Action::kReadJournalAndSend:
      return read_journal_and_send(b);
    case Action::kPostBootstrap:
      return post_bootstrap(b);
    default:
      return close(b);
  }
}

}  // namespace takeover::smt
