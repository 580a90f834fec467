// What goes on beside the fence: removal, clean-up, reports, merges, closing; and the faults.
#include "impl/named.h"
#include "impl/node_action.h"
#include "spec/smt/builder.h"

namespace takeover::smt {
namespace {

using impl::Guard;
using impl::NodeActionKind;

// Flushing takes its time, under no fence: any message may come between a Remove and this.
void remove_task(Builder& b) {
  b.require(b.is_here() && b.own(InMode::kExists, b.yes()) && b.own(InMode::kTryRemoving, b.yes()) &&
            !b.own(InMode::kRemoving, b.no()));
  b.at_own([&](Record& record, std::size_t m) { b.set(record, m, InMode::kRemoving, b.yes()); });
}

// ---------------------------------------------------------------------------------------------- clean-up

// Its maintainer hears of it, and counts on it no more.
void tell_stopped(Builder& b) {
  b.at_own([&](Record& record, std::size_t m) { b.set(record, m, InMode::kKnown, b.no()); });
}

void delete_entry(Builder& b) {
  for (Record& record : b.t.next.records) {
    b.when(b[Param::kId] == record.id, [&] { b.clear_entry(record); });
  }
}

// A manager names its triggers: one that is forgotten must not be named by it.
Term is_trigger(const Builder& b) {
  return b[Param::kId] == ite(b[Param::kInRedo], b[Scalar::kRedoTrigger], b[Scalar::kEventTrigger]);
}

void clear_trigger(Builder& b) {
  const Term clears = is_trigger(b);
  for (const std::size_t m : {std::size_t{0}, std::size_t{1}}) {
    b.when(clears && (m == 1 ? b[Param::kInRedo] : !b[Param::kInRedo]), [&] {
      b.set_trigger(m, b.number(0), b.number(0));
      // Not the doing of a Bootstrap that may be under way.
      b.set(m == 1 ? Scalar::kEntryRedo : Scalar::kEntryEvent, b.number(0));
    });
  }
  for (Record& record : b.t.next.records) {
    b.when(clears && b[Param::kId] == record.id && b.on(Guard::kTriggerNotRecreated),
           [&] { b.set(record, Own::kRemovedTrigger, b.yes()); });
  }
}

Term can_start_clean_up(const Builder& b) {
  const Term state = b.own(InMode::kStatus, b.t.next[Scalar::kSchedule].pool().number(status::kWorking));
  const Term yes = b.t.enabled.pool().truth(true);
  return b[Scalar::kRegistered] && b.own(InMode::kExists, yes) && b.own(InMode::kRemoving, yes) &&
         state != status::kPreparing && state != status::kMergeReady &&
         (b[Scalar::kClosing] || !b.on(Guard::kCleanUpUnderFence) || b.fence_is_free());
}

// With Guard::kCleanUpUnderFence the first three are one step, under the fence; else a takeover may come
// between any two of them, and read a dispatcher's entry without the dispatcher. A manager that closes
// forgets nothing.
//
// clang-format off
//   removing --> delete-dispatcher --> delete-journal-entry --> clear-trigger --> enqueue-report
//                                                  '--- no trigger --------------------^
// clang-format on
void start_clean_up(Builder& b) {
  b.choose(
      b[Scalar::kClosing], [&] { tell_stopped(b); },
      [&] {
        b.at_own([&](Record& record, std::size_t m) { b.erase(record, m); });
        b.set(Scalar::kCleanUp, clean_up::kDeleteEntry);
        b.set(Scalar::kCleanUpRedo, b[Param::kInRedo]);
        b.set(Scalar::kCleanUpId, b[Param::kId]);
        b.when(b.on(Guard::kCleanUpUnderFence), [&] {
          delete_entry(b);
          clear_trigger(b);
          b.set(Scalar::kCleanUp, clean_up::kReport);
        });
      });
}

void clean_up_step(Builder& b) {
  const Term at = b[Scalar::kCleanUp];
  const Term its = b[Scalar::kCleanUpId] == b[Param::kId] && b[Scalar::kCleanUpRedo] == b[Param::kInRedo];
  b.require(b.is_here() && b[Param::kId] != 0 && ite(at == clean_up::kIdle, can_start_clean_up(b), its));
  const Term trigger = is_trigger(b);
  b.when(at == clean_up::kIdle, [&] { start_clean_up(b); });
  b.when(at == clean_up::kDeleteEntry, [&] {
    delete_entry(b);
    b.set(Scalar::kCleanUp, ite(trigger, b.number(clean_up::kClearTrigger), b.number(clean_up::kReport)));
  });
  b.when(at == clean_up::kClearTrigger, [&] {
    clear_trigger(b);
    b.set(Scalar::kCleanUp, clean_up::kReport);
  });
  b.when(at == clean_up::kReport, [&] {
    tell_stopped(b);
    b.clear({Scalar::kCleanUp, Scalar::kCleanUpRedo, Scalar::kCleanUpId});
  });
}

// What waits is told to the owner of this moment, whoever asked for it.
void report(Builder& b) {
  b.require(b.is_here());
  b.for_each([&](Record& record, std::size_t m) {
    b.when(record.at(m, InMode::kStopped), [&] { b.set(record, m, InMode::kKnown, b.no()); });
    b.set(record, m, InMode::kStopped, b.no());
  });
}

// ------------------------------------------------------------------------------------------------- merges

// What the task finds, as far as the tracked ids say: the merged dispatcher is one of them, or a source is.
Term finds_stage(const Builder& b, const Record& record, std::size_t m, Term is_source) {
  const Term at = b[Param::kStage];
  const Term exists = record.at(m, InMode::kExists);
  const Term starts = exists && record.at(m, InMode::kStatus) == status::kInitializing;
  const Term lost = !exists || record.is_going(m);
  const Term otherwise =
      ite(record.at(m, InMode::kStatus) == status::kPreparing, at == stage::kReady, at == stage::kClosing);
  const Term as_target =
      ite(starts, at == stage::kStarted, ite(lost, at == stage::kLost, at == stage::kLost || otherwise));
  const Term as_source = implies(lost, at == stage::kStarted || at == stage::kLost);
  return implies(b.is_own(record, m), as_target) && implies(is_source, as_source);
}

// clang-format off
//   Preparing --ready--> MergeReady --closing--> Initializing --started--> Working, and the task is gone
//       '------------------'--lost--> under removal, and its sources work on
// clang-format on
void merge_task_for_target(Builder& b, Record& record, std::size_t m) {
  const Term at = b[Param::kStage];
  b.when(at == stage::kStarted, [&] { b.set(record, m, InMode::kStatus, b.number(status::kWorking)); });
  b.when(at == stage::kReady, [&] { b.set(record, m, InMode::kStatus, b.number(status::kMergeReady)); });
  b.when(at == stage::kClosing, [&] { b.set(record, m, InMode::kStatus, b.number(status::kInitializing)); });
  b.when(at == stage::kLost, [&] {
    b.choose(
        record.at(m, InMode::kExists),
        [&] {
          b.set(record, m, InMode::kTryRemoving, b.yes());
          b.when(b.on(Guard::kAbortedTargetCleanedUp),
                 [&] { b.set(record, m, InMode::kStatus, b.number(status::kInitializing)); });
        },
        [&] { b.set(record, m, InMode::kStopped, b.yes()); });
  });
  b.when(at == stage::kStarted || at == stage::kLost,
         [&] { b.set(record, m, InMode::kMergeTarget, b.no()); });
}

void merge_task(Builder& b) {
  b.t.sender_knows = b.no();
  const Term at = b[Param::kStage];
  b.require(b.is_here() && b[Param::kId] != 0 && at <= b.number(stage::kClosing));
  b.require(b.own(InMode::kMergeTarget, b.yes()));
  b.require(!b[Scalar::kWritePathClosed]);
  const State before = b.t.next;
  for (std::size_t i = 0; i < before.records.size(); ++i) {
    Record& record = b.t.next.records[i];
    b.require(implies(b.in.source[i], b[Param::kId] != record.id));
    b.t.ids_drawn_once = b.t.ids_drawn_once && implies(b.in.source[i], !record.is_trigger) &&
                         implies(b[Param::kId] == record.id, !record.is_trigger);
    for (std::size_t m = 0; m < 2; ++m) {
      const Term is_source = b.in.source[i] && (m == 1 ? b[Param::kInRedo] : !b[Param::kInRedo]);
      b.require(finds_stage(b, before.records[i], m, is_source));
      b.when(is_source && at == stage::kLost && record.at(m, InMode::kExists) && !record.is_going(m) &&
                 record.at(m, InMode::kStatus) == status::kWaitingMerge,
             [&] { b.set(record, m, InMode::kStatus, b.number(status::kWorking)); });
      b.when(is_source && at == stage::kClosing, [&] { b.set(record, m, InMode::kRemoving, b.yes()); });
    }
  }
  b.at_own([&](Record& record, std::size_t m) { merge_task_for_target(b, record, m); });
}

// --------------------------------------------------------------------------------------------- first events

// Of a trigger that is here, is registered with the event collector, and waits for it.
void first_event(Builder& b) {
  b.require(b.is_here() && b[Param::kId] != 0 && b[Scalar::kRegistered] && !b[Scalar::kWritePathClosed]);
  const Term initializing = b.number(status::kInitializing);
  b.require(b.own(InMode::kExists, b.yes()) && b.own(InMode::kTable, b.number(kDdlTable)) == kDdlTable &&
            b.own(InMode::kStatus, initializing) == status::kInitializing &&
            !b.own(InMode::kRemoving, b.no()));
  b.require(b.of(b[Param::kId], b.yes(), [](const Record& record) { return record[Own::kCollected]; }));
  b.at_own(
      [&](Record& record, std::size_t m) { b.set(record, m, InMode::kStatus, b.number(status::kWorking)); });
}

// ------------------------------------------------------------------------------------ complete heartbeats

// What is told is no part of the state: it says Working, or that a merge is awaited, of what is here. Whether
// anybody has something to say the tracked dispatchers answer, or one that is not: `other` if it is Working,
// `other-redo` if it awaits a merge.
void complete_heartbeat(Builder& b) {
  b.require(b.is_here() && b[Scalar::kRegistered] && b[Scalar::kCleanUp] == clean_up::kIdle);
  const Term merges_told = !b.on(Guard::kWaitingMergeUntold);
  Term told = b[Param::kOther] || (b[Param::kOtherRedo] && merges_told);
  b.for_each([&](Record& record, std::size_t m) {
    const Term status = record.at(m, InMode::kStatus);
    told = told || (record.at(m, InMode::kExists) &&
                    (status == status::kWorking || (status == status::kWaitingMerge && merges_told)));
  });
  b.require(told);
}

// ------------------------------------------------------------------------------------- closing and faults

// The last stage waits for what runs beside it: clean-up that is under way goes on to its end.
void finish_close(Builder& b) {
  b.require(b.is_here() && b[Scalar::kClosing] && b[Scalar::kWritePathClosed] && !b[Scalar::kRegistered] &&
            b[Scalar::kCleanUp] == clean_up::kIdle);
  b.set(Scalar::kClosed, true);
  b.set(Scalar::kClosing, false);
  b.run_removed_clean_up();
}

// The queue is emptied; a handler under way goes on, and finds the node fenced at its next look.
void lose_lease(Builder& b) {
  b.require(!b[Scalar::kFenced]);
  b.set(Scalar::kFenced, true);
  for (const Part slot : {Part::kPendingBootstrap, Part::kPendingPostBootstrap, Part::kPendingClose})
    b.clear(slot);
  const Term building = b[Scalar::kManager] == manager::kInitializing;
  // A manager that was built and is not published yet is in neither table.
  const Term listed = b[Scalar::kStep] != step::kPublish || b.on(Guard::kBuiltManagerStaysListed);
  b.when(b.on(Guard::kLocalFence) && b.is_here() &&
             (!building || (listed && b.on(Guard::kLocalFenceInitializing))),
         [&] { b.local_fence(); });
}

// First no more messages are taken. What is pending is handled; only an idle orchestrator closes its manager,
// and deletes it once that has ended.
void close_orchestrator(Builder& b) {
  const Term is_idle = !b[Scalar::kBootstrapHere] && !b[Scalar::kPostHere] && !b[Scalar::kCloseHere] &&
                       b[Scalar::kStep] == step::kNone && b[Scalar::kManager] == manager::kPublished &&
                       !b[Scalar::kClosing];
  const Term again = b[Scalar::kShutDown];
  b.require(!again || is_idle);
  b.set(Scalar::kShutDown, true);
  b.when(again, [&] {
    const Term has_closed = b.try_close(b.no());
    b.when(has_closed, [&] { b.forget_manager(); });
  });
}

void execute(Builder& b) {
  b.require(b.is_here() && b[Scalar::kActions] != 0);
  b.set(Scalar::kActions, b[Scalar::kActions] - 1);
}

void stop_write_path(Builder& b) {
  b.require(b.is_here() && b[Scalar::kClosing] && !b[Scalar::kWritePathClosed]);
  b.stop_write_path();
}

void unregister(Builder& b) {
  b.require(b.is_here() && b[Scalar::kClosing] && b[Scalar::kWritePathClosed] && b[Scalar::kRegistered]);
  b.unregister();
}

void report_error(Builder& b) {
  b.require(b.is_here() && b[Scalar::kError] != error::kNone);
  b.set(Scalar::kError, error::kTold);
}

void fail_create(Builder& b) {
  b.require(!b[Scalar::kFailCreate]);
  b.set(Scalar::kFailCreate, true);
}

void fail_clean_up(Builder& b) {
  b.require(!b[Scalar::kFailCleanUp]);
  b.set(Scalar::kFailCleanUp, true);
}

}  // namespace

void manager_step(Builder& b, impl::NodeActionKind kind) {
  switch (kind) {
    case NodeActionKind::kHandle: break;  // the other stages have its actions
    case NodeActionKind::kRemoveTask: return remove_task(b);
    case NodeActionKind::kCleanUp: return clean_up_step(b);
    case NodeActionKind::kReport: return report(b);
    case NodeActionKind::kExecute: return execute(b);
    case NodeActionKind::kMergeTask: return merge_task(b);
    case NodeActionKind::kStopWritePath: return stop_write_path(b);
    case NodeActionKind::kUnregister: return unregister(b);
    case NodeActionKind::kFinishClose: return finish_close(b);
    case NodeActionKind::kReportError: return report_error(b);
    case NodeActionKind::kFirstEvent: return first_event(b);
    case NodeActionKind::kCompleteHeartbeat: return complete_heartbeat(b);
    case NodeActionKind::kLocalFence: return lose_lease(b);
    case NodeActionKind::kCloseOrchestrator: return close_orchestrator(b);
    case NodeActionKind::kFailCreate: return fail_create(b);
    case NodeActionKind::kFailCleanUp: return fail_clean_up(b);
  }
  impl::unreachable();
}

}  // namespace takeover::smt
