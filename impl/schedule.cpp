// The schedule stream: what an admitted request does.
//
// clang-format off
//   Create:  pre-check, journal store | create, one dispatcher a step, redo first | journal delete
//   Remove:  pre-check, journal store, removal requested       (one step: all of it is under the fence)
// clang-format on
//
// Between the steps of a Create the fence is held, but who does not take it can come in: a local fence,
// clean-up.
#include <algorithm>

#include "impl/streams.h"

namespace takeover::impl {
namespace {

JournalEntry entry_of(const Message& request, const ScheduleDispatcherRequest& body) {
  return {.id = body.id,
          .action = body.action,
          .op = body.op,
          .mode = body.mode,
          .from = request.from,
          .epoch = request.epoch,
          .span = body.span,
          .start_ts = body.start_ts};
}

// TiCDC: preCheckForSchedulerHandler.
bool pre_check(DispatcherManager& manager, const Rules& rules, const Message& request,
               const ScheduleDispatcherRequest& body, Outbox& out) {
  if (!admit(manager, rules, request, out)) return false;
  if (body.mode == Mode::kRedo && !manager.redo_ready) {
    note_dropped(out, request, Reason::kRedoNotReady);
    return false;
  }
  const bool creates = body.action == ScheduleAction::kCreate;
  const bool exists = manager.find(body.id, body.mode) != nullptr;
  bool in_progress = false;
  if (const JournalEntry* entry = manager.journal.find(body.id)) {
    const bool stale = !manager.is_request_allowed(entry->from, entry->epoch);
    in_progress = !stale || !rules(Guard::kJournalReplacesStale);
    const bool keeps = creates && exists && rules(Guard::kRefusedCreateKeepsJournal);
    if (!in_progress && !keeps) manager.journal.erase(body.id);
  }
  if (creates && (in_progress || exists) && rules(Guard::kCreateIdempotent)) {
    note_dropped(out, request, exists ? Reason::kDispatcherExists : Reason::kRequestInProgress);
    return false;
  }
  return true;
}

void handle_remove(DispatcherManager& manager, const Rules& rules, const Message& request,
                   const ScheduleDispatcherRequest& body, Outbox& out) {
  if (!pre_check(manager, rules, request, body, out)) return;
  Dispatcher* dispatcher = manager.find(body.id, body.mode);
  if (rules(Guard::kJournal) && (dispatcher != nullptr || !rules(Guard::kJournalSkipsMissing))) {
    manager.journal.insert(entry_of(request, body));
  }
  if (dispatcher == nullptr) {
    manager.push_status(body.id, Status::kStopped, body.mode);
    out.note({.kind = NoteKind::kRemoveMissing, .mode = body.mode, .id = body.id});
    return;
  }
  manager.start_removal(body.id, body.mode);
  out.note({.kind = NoteKind::kRemoveAdmitted,
            .mode = body.mode,
            .from = request.from,
            .id = body.id,
            .epoch = request.epoch});
}

// Takes the Creates that lead the stream as one batch, as TiCDC's dynamic stream hands them over.
void start_creates(DispatcherManager& manager, const Rules& rules, Outbox& out) {
  ScheduleHandler& handler = manager.schedule;
  while (const Message* head = manager.head(rules, MessageType::kSchedule)) {
    const Message request = *head;
    const auto& body = *request.as<ScheduleDispatcherRequest>();
    if (body.action != ScheduleAction::kCreate) break;
    manager.pop(MessageType::kSchedule);
    if (!pre_check(manager, rules, request, body, out)) continue;
    if (rules(Guard::kJournal)) manager.journal.insert(entry_of(request, body));
    handler.batch.push_back(body);
  }
  if (handler.batch.empty()) return;
  std::stable_partition(handler.batch.begin(), handler.batch.end(),
                        [](const ScheduleDispatcherRequest& r) { return r.mode == Mode::kRedo; });
  handler.step = ScheduleStep::kCreate;
}

// What creating one dispatcher came to.
enum class Created : std::uint8_t { kYes, kFailed, kWritePathClosed };

Created create_dispatcher(DispatcherManager& manager, const Rules& rules,
                          const ScheduleDispatcherRequest& body, const Faults& faults, Outbox& out) {
  if (manager.write_path_closed) return Created::kWritePathClosed;
  if (manager.find(body.id, body.mode) != nullptr) return Created::kYes;
  if (faults.fail_create) {
    faults.fail_create = false;
    if (rules(Guard::kFailedCreateUnjournalled)) manager.journal.erase(body.id);
    out.note({.kind = NoteKind::kCreateFailed, .mode = body.mode, .id = body.id});
    if (!faults.leaving || !rules(Guard::kLeavingIsSilent)) manager.take_error(rules, out);
    return Created::kFailed;
  }
  const bool waits = rules.variants.table_first_event;
  manager.dispatchers.insert({.id = body.id,
                              .mode = body.mode,
                              .status = waits ? Status::kInitializing : Status::kWorking,
                              .span = body.span,
                              .start_ts = body.start_ts,
                              .checkpoint_ts = body.start_ts});
  if (!waits) manager.push_status(body.id, Status::kWorking, body.mode);
  out.note({.kind = NoteKind::kDispatcherCreated, .mode = body.mode, .id = body.id});
  return Created::kYes;
}

void continue_creates(DispatcherManager& manager, const Rules& rules, const Faults& faults, Outbox& out) {
  ScheduleHandler& handler = manager.schedule;
  if (handler.step == ScheduleStep::kCreate) {
    const ScheduleDispatcherRequest& body = handler.batch[handler.next++];
    const Created created = create_dispatcher(manager, rules, body, faults, out);
    const bool skip_default = created == Created::kWritePathClosed && body.mode == Mode::kRedo;
    if (handler.next == handler.batch.size() || skip_default) handler.step = ScheduleStep::kDeleteEntry;
    return;
  }
  for (const ScheduleDispatcherRequest& body : handler.batch) {
    const JournalEntry* entry = manager.journal.find(body.id);
    const bool done = manager.find(body.id, body.mode) != nullptr && entry != nullptr &&
                      entry->action == ScheduleAction::kCreate;
    if (done) manager.journal.erase(body.id);
  }
  handler = {};
}

}  // namespace

void schedule_step(DispatcherManager& manager, const Rules& rules, const Faults& faults, Outbox& out) {
  if (manager.schedule.step != ScheduleStep::kIdle) {
    continue_creates(manager, rules, faults, out);
  } else {
    const Message request = *manager.head(rules, MessageType::kSchedule);
    const auto& body = *request.as<ScheduleDispatcherRequest>();
    if (body.action == ScheduleAction::kRemove) {
      manager.pop(MessageType::kSchedule);
      handle_remove(manager, rules, request, body, out);
    } else {
      start_creates(manager, rules, out);
    }
  }
  if (rules.variants.fence_mutex) {
    manager.fence =
        manager.schedule.step == ScheduleStep::kIdle ? FenceHolder::kNobody : FenceHolder::kSchedule;
  }
}

}  // namespace takeover::impl
