// The streams of the HeartBeatCollector: what is admitted under the fence, and what it does.
//
// A batch of Creates holds the fence from its first message to the deletion of its entries:
//
// clang-format off
//   idle --take-create...--> collecting --start-batch--> create, one dispatcher a step --> delete-entry --> idle
//                                '--- none of them goes on ------------------------------------------------^
// clang-format on
//
// Collecting is within one atomic step of the node, so that nothing else is enabled there (relation.cpp).
#include <array>

#include "spec/smt/builder.h"

namespace takeover::smt {
namespace {

using impl::Guard;

// A message of a stream that takes the fence comes to admission.
Term admit(Builder& b, Guard guard) {
  b.require(b.is_here() && b[Scalar::kRegistered] && b.fence_is_free());
  b.t.well_formed = b.t.well_formed && b[Param::kFrom] != 0;
  b.emit(b.t.out.control);
  b.emit(b.t.out.control_from, b[Param::kFrom]);
  b.emit(b.t.out.control_epoch, b[Param::kEpoch]);
  return is_request_allowed(b.t.next, b[Param::kFrom], b[Param::kEpoch]) || !b.on(guard);
}

// What every scheduling request goes through. Returns whether it goes on. `admitted`: by (owner, epoch).
Term pre_check(Builder& b, Term admitted, bool creates) {
  const Term possible = admitted && !(b[Param::kInRedo] && !b[Scalar::kRedoReady]);
  Term goes_on = possible && b[Param::kOther];
  for (Record& record : b.t.next.records) {
    const Term mine = b[Param::kId] == record.id;
    const Term exists = ite(b[Param::kInRedo], record.at(1, InMode::kExists), record.at(0, InMode::kExists));
    const Term stale = !is_request_allowed(b.t.next, record[Own::kEntryFrom], record[Own::kEntryEpoch]);
    const Term in_progress = record[Own::kEntry] && (!stale || !b.on(Guard::kJournalReplacesStale));
    const Term keeps = creates ? exists && b.on(Guard::kRefusedCreateKeepsJournal) : b.no();
    const Term dropped = creates ? (in_progress || exists) && b.on(Guard::kCreateIdempotent) : b.no();
    goes_on = ite(mine, possible && !dropped, goes_on);
    b.when(mine && possible && !in_progress && !keeps, [&] { b.clear_entry(record); });
  }
  return goes_on;
}

void journal(Builder& b, bool removes) {
  for (Record& record : b.t.next.records) {
    b.when(b[Param::kId] == record.id, [&] {
      b.set(record, Own::kEntry, b.yes());
      b.set(record, Own::kEntryRemoves, removes ? b.yes() : b.no());
      b.set(record, Own::kEntryRedo, b[Param::kInRedo]);
      b.set(record, Own::kEntryFrom, b[Param::kFrom]);
      b.set(record, Own::kEntryEpoch, b[Param::kEpoch]);
    });
  }
}

// An id is of one mode, and a trigger's or a table's.
Term is_drawn_for(const Builder& b, const Record& record, Term is_trigger) {
  return implies(b[Param::kId] == record.id,
                 b[Param::kInRedo] == record.is_redo && is_trigger == record.is_trigger);
}

// What a sender that has been answered knows: it does not place a span over what it counts on, and uses an id
// once.
Term is_placed_well(const Builder& b) {
  Term well = b[Scalar::kAgreed];
  for (const Record& record : b.t.next.records) {
    for (std::size_t m = 0; m < 2; ++m) {
      const Term here = record.at(m, InMode::kExists);
      const auto field = [&](InMode there, InMode in_batch) {
        return ite(here, record.at(m, there), record.at(m, in_batch));
      };
      const Term same_mode = m == 1 ? b[Param::kInRedo] : !b[Param::kInRedo];
      const Term over = overlaps(
          b[Param::kTable], b[Param::kBegin], b[Param::kEnd], field(InMode::kTable, InMode::kBatchTable),
          field(InMode::kBegin, InMode::kBatchBegin), field(InMode::kEnd, InMode::kBatchEnd));
      const Term mine = b[Param::kId] == record.id;
      well = well && implies(same_mode, ite(mine, !record.at(m, InMode::kUsed),
                                            !(record.at(m, InMode::kKnown) && over)));
    }
  }
  return well;
}

// ------------------------------------------------------------------------------------------------- Creates

void take_create(Builder& b) {
  const Term first = b[Scalar::kSchedule] == schedule::kIdle && b.fence_is_free();
  b.require(b.is_here() && b[Scalar::kRegistered] &&
            (first || b[Scalar::kSchedule] == schedule::kCollecting));
  b.t.well_formed = b[Param::kFrom] != 0 && b[Param::kId] != 0 && b[Param::kTable] != kDdlTable &&
                    b[Param::kBegin] < b[Param::kEnd];
  b.emit(b.t.out.control);
  b.emit(b.t.out.control_from, b[Param::kFrom]);
  b.emit(b.t.out.control_epoch, b[Param::kEpoch]);
  const Term by_owner = is_request_allowed(b.t.next, b[Param::kFrom], b[Param::kEpoch]);
  const Term admitted = by_owner || !b.on(Guard::kScheduleAdmission);
  for (const Record& record : b.t.next.records) {
    b.t.ids_drawn_once = b.t.ids_drawn_once && is_drawn_for(b, record, b.no());
  }
  const Term well = is_placed_well(b);
  const Term goes_on = pre_check(b, admitted, true);
  // Of an owner that is one no more, nothing is assumed.
  b.t.sender_knows = implies(goes_on && by_owner, well);
  b.set(Scalar::kSchedule, schedule::kCollecting);
  b.set(Scalar::kFence, fence::kSchedule);
  b.when(goes_on, [&] {
    b.when(b.on(Guard::kJournal), [&] { journal(b, false); });
    b.when(b[Param::kInRedo], [&] { b.set(Scalar::kRedoLeft, b[Scalar::kRedoLeft] + 1); });
    b.when(!b[Param::kInRedo], [&] { b.set(Scalar::kDefaultLeft, b[Scalar::kDefaultLeft] + 1); });
    b.at_own([&](Record& record, std::size_t m) {
      // One batch names a dispatcher once: a second one only passes without create-idempotent.
      b.require(!(b.is_own(record, m) && goes_on && record.at(m, InMode::kInBatch)));
      b.set(record, m, InMode::kInBatch, b.yes());
      b.set(record, m, InMode::kToDo, b.yes());
      b.set(record, m, InMode::kBatchTable, b[Param::kTable]);
      b.set(record, m, InMode::kBatchBegin, b[Param::kBegin]);
      b.set(record, m, InMode::kBatchEnd, b[Param::kEnd]);
      b.set(record, m, InMode::kKnown, b.yes());
    });
  });
}

void start_batch(Builder& b) {
  b.require(b[Scalar::kSchedule] == schedule::kCollecting);
  const Term empty = b[Scalar::kRedoLeft] == 0 && b[Scalar::kDefaultLeft] == 0;
  b.set(Scalar::kSchedule, ite(empty, b.number(schedule::kIdle), b.number(schedule::kCreate)));
  b.set(Scalar::kFence, ite(empty, b.number(fence::kNobody), b.number(fence::kSchedule)));
}

// Of the Creates in the mode that are left, the tracked ids account for these.
Term tracked_left(Builder& b, std::size_t m) {
  Term left = b.number(0);
  for (const Record& record : b.t.next.records) left = ite(record.at(m, InMode::kToDo), left + 1, left);
  return left;
}

void insert_of_batch(Builder& b, Record& record, std::size_t m) {
  b.set(record, m, InMode::kExists, b.yes());
  b.set(record, m, InMode::kStatus, b.number(status::kWorking));
  b.set(record, m, InMode::kTryRemoving, b.no());
  b.set(record, m, InMode::kRemoving, b.no());
  b.set(record, m, InMode::kTable, record.at(m, InMode::kBatchTable));
  b.set(record, m, InMode::kBegin, record.at(m, InMode::kBatchBegin));
  b.set(record, m, InMode::kEnd, record.at(m, InMode::kBatchEnd));
}

void create(Builder& b) {
  b.require(b.is_here() && b[Scalar::kSchedule] == schedule::kCreate);
  b.require(implies(!b[Param::kInRedo], b[Scalar::kRedoLeft] == 0));
  const Term left = ite(b[Param::kInRedo], b[Scalar::kRedoLeft], b[Scalar::kDefaultLeft]);
  // Somebody else's turn: one is left that is not tracked.
  b.require(b.own(InMode::kToDo, ite(b[Param::kInRedo], tracked_left(b, 1), tracked_left(b, 0)) < left));
  const Term closed = b[Scalar::kWritePathClosed];
  const Term exists = b.own(InMode::kExists, b[Param::kOther]);
  const Term fails = !closed && !exists && b[Scalar::kFailCreate];
  const Term creates = !closed && !exists && !fails;
  const Term told = !(b.is_leaving() && b.on(Guard::kLeavingIsSilent)) && !b.on(Guard::kErrorKeepsItsOwner);
  b.when(fails, [&] { b.set(Scalar::kFailCreate, false); });
  b.when(fails && told && b[Scalar::kError] == error::kNone, [&] { b.set(Scalar::kError, error::kDue); });
  b.at_own([&](Record& record, std::size_t m) {
    b.when(fails && b.on(Guard::kFailedCreateUnjournalled), [&] { b.clear_entry(record); });
    b.when(creates, [&] { insert_of_batch(b, record, m); });
    b.set(record, m, InMode::kToDo, b.no());
  });
  b.when(b[Param::kInRedo], [&] { b.set(Scalar::kRedoLeft, b[Scalar::kRedoLeft] - 1); });
  b.when(!b[Param::kInRedo], [&] { b.set(Scalar::kDefaultLeft, b[Scalar::kDefaultLeft] - 1); });
  const Term all = b[Scalar::kRedoLeft] == 0 && b[Scalar::kDefaultLeft] == 0;
  // A redo Create that finds the write path closed ends the batch.
  b.when(all || (closed && b[Param::kInRedo]), [&] { b.set(Scalar::kSchedule, schedule::kDeleteEntry); });
}

void delete_entry(Builder& b) {
  b.require(b.is_here() && b[Scalar::kSchedule] == schedule::kDeleteEntry);
  b.for_each([&](Record& record, std::size_t m) {
    const Term done = record.at(m, InMode::kInBatch) && record.at(m, InMode::kExists) &&
                      record[Own::kEntry] && !record[Own::kEntryRemoves];
    b.when(done, [&] { b.clear_entry(record); });
    for (const InMode variable :
         {InMode::kInBatch, InMode::kToDo, InMode::kBatchTable, InMode::kBatchBegin, InMode::kBatchEnd}) {
      b.clear(record, m, variable);
    }
  });
  b.clear({Scalar::kSchedule, Scalar::kRedoLeft, Scalar::kDefaultLeft});
  b.set(Scalar::kFence, fence::kNobody);
}

// ------------------------------------------------------------------------------------------------- Removes

// A Remove of what is not here is answered at once, so that its sender does not wait for ever.
void remove(Builder& b) {
  b.require(b[Scalar::kSchedule] == schedule::kIdle);
  b.t.well_formed = b[Param::kId] != 0;
  const Term admitted = admit(b, Guard::kScheduleAdmission);
  for (const Record& record : b.t.next.records) {
    b.t.ids_drawn_once = b.t.ids_drawn_once && is_drawn_for(b, record, record.is_trigger);
  }
  const Term goes_on = pre_check(b, admitted, false);
  const Term exists = b.own(InMode::kExists, b[Param::kOther]);
  // Of a dispatcher that is not tracked, otherRedo says that its removal was requested already.
  const Term first = !b.own(InMode::kTryRemoving, b[Param::kOtherRedo]);
  const Term is_event_trigger = !b[Param::kInRedo] && b[Param::kId] == b[Scalar::kEventTrigger];
  b.when(goes_on && exists && first && is_event_trigger, [&] { b.set(Scalar::kCheckpointStream, false); });
  b.when(goes_on, [&] {
    b.when(b.on(Guard::kJournal) && (exists || !b.on(Guard::kJournalSkipsMissing)),
           [&] { journal(b, true); });
    b.at_own([&](Record& record, std::size_t m) {
      b.set(record, m, InMode::kUsed, b.yes());
      b.choose(
          exists,
          [&] {
            b.when(!record.at(m, InMode::kTryRemoving), [&] { b.set(record, Own::kCollected, b.no()); });
            b.set(record, m, InMode::kTryRemoving, b.yes());
            b.set(record, m, InMode::kAsked, b.yes());
            b.when(record.at(m, InMode::kTable) == kDdlTable,
                   [&] { b.set(record, m, InMode::kTriggerAsked, b.yes()); });
          },
          [&] { b.set(record, m, InMode::kStopped, b.yes()); });
    });
  });
}

// ------------------------------------------------------------------------------------------------ the others

void merge(Builder& b) {
  // What comes of a merge's sources is not tracked: one-writer is proved where nobody merges.
  b.t.sender_knows = b.no();
  const Term admitted = admit(b, Guard::kMergeAdmission);
  b.t.well_formed = b.t.well_formed && b[Param::kId] != 0 && b[Param::kTable] != kDdlTable &&
                    b[Param::kBegin] < b[Param::kEnd];
  // What is tracked is judged here; of the rest, `other` says whether it allows the merge.
  const Term no_redo = b[Param::kInRedo] && !b[Scalar::kRedoReady];
  Term possible = admitted && !no_redo && !b[Scalar::kWritePathClosed] && b[Param::kOther];
  // Of a Merge of mode redo without redo, it says that it names two ids at least.
  const Term dies = admitted && no_redo && b[Param::kOther] && !b.on(Guard::kNilChecked);
  const auto is_source = [&](std::size_t i, std::size_t m) {
    return b.in.source[i] && (m == 1 ? b[Param::kInRedo] : !b[Param::kInRedo]);
  };
  for (std::size_t i = 0; i < b.t.next.records.size(); ++i) {
    const Record& record = b.t.next.records[i];
    for (std::size_t m = 0; m < 2; ++m) {
      const Term exists = record.at(m, InMode::kExists);
      possible = possible && implies(b.is_own(record, m), !exists) &&
                 implies(is_source(i, m), exists && record.at(m, InMode::kStatus) == status::kWorking);
    }
    b.t.ids_drawn_once =
        b.t.ids_drawn_once && is_drawn_for(b, record, b.no()) && implies(b.in.source[i], !record.is_trigger);
  }
  b.when(possible, [&] {
    for (std::size_t i = 0; i < b.t.next.records.size(); ++i) {
      Record& record = b.t.next.records[i];
      for (std::size_t m = 0; m < 2; ++m) {
        b.when(is_source(i, m), [&] {
          b.set(record, m, InMode::kStatus, b.number(status::kWaitingMerge));
          b.set(record, m, InMode::kUsed, b.yes());
        });
      }
    }
    b.at_own([&](Record& record, std::size_t m) {
      b.set(record, m, InMode::kExists, b.yes());
      b.set(record, m, InMode::kStatus, b.number(status::kPreparing));
      b.set(record, m, InMode::kTryRemoving, b.no());
      b.set(record, m, InMode::kRemoving, b.no());
      b.set(record, m, InMode::kTable, b[Param::kTable]);
      b.set(record, m, InMode::kBegin, b[Param::kBegin]);
      b.set(record, m, InMode::kEnd, b[Param::kEnd]);
      b.set(record, m, InMode::kMergeTarget, b.yes());
      b.set(record, m, InMode::kKnown, b.yes());
    });
  });
  b.when(dies, [&] { b.die(); });
}

// The action waits until a dispatcher executes it; whoever owns the manager by then, it was admitted.
void heartbeat_response(Builder& b) {
  const Term admitted = admit(b, Guard::kHeartbeatResponseAdmission);
  b.when(admitted, [&] { b.set(Scalar::kActions, b[Scalar::kActions] + 1); });
}

// Marks only rise, so that a message that comes late changes nothing.
void raise(Builder& b, Scalar mark, Param to) {
  b.set(mark, max(b[mark], b[to]));
}

// A RedoMeta is for the redo trigger.
void redo_meta(Builder& b) {
  const Term admitted = admit(b, Guard::kRedoAdmission);
  b.require(b[Scalar::kRedoReady]);
  const Term taken = b[Scalar::kRedoTrigger] != 0;
  b.when(admitted && taken && !b[Scalar::kWritePathClosed], [&] {
    raise(b, Scalar::kRedoCheckpoint, Param::kTs);
    raise(b, Scalar::kRedoResolved, Param::kTs2);
  });
}

void redo_forward(Builder& b) {
  const Term admitted = admit(b, Guard::kRedoAdmission);
  b.require(b[Scalar::kRedoReady]);
  b.when(admitted && !b[Scalar::kWritePathClosed], [&] { raise(b, Scalar::kRedoForwarded, Param::kTs); });
}

// Neither fenced nor of an epoch.
void checkpoint(Builder& b) {
  b.require(b.is_here() && b[Scalar::kRegistered] && b[Scalar::kCheckpointStream]);
  b.when(!b[Scalar::kWritePathClosed] && b[Scalar::kEventTrigger] != 0,
         [&] { raise(b, Scalar::kCheckpoint, Param::kTs); });
}

}  // namespace

void stream_step(Builder& b, Action action) {
  static constexpr std::array kSteps{
      StepRow{Action::kTakeCreate, take_create},
      StepRow{Action::kStartBatch, start_batch},
      StepRow{Action::kCreate, create},
      StepRow{Action::kDeleteEntry, delete_entry},
      StepRow{Action::kRemove, remove},
      StepRow{Action::kMerge, merge},
      StepRow{Action::kHeartBeatResponse, heartbeat_response},
      StepRow{Action::kRedoMeta, redo_meta},
      StepRow{Action::kRedoForward, redo_forward},
      StepRow{Action::kCheckpoint, checkpoint},
  };
  static_assert(are_all_of(Stage::kStream, kSteps));
  take(b, kSteps, action);
}

}  // namespace takeover::smt
