// What a manager's streams write, and what becomes of its dispatchers.
#include <algorithm>

#include "checker/logs/emit_steps.h"

namespace takeover::logs::detail {
namespace of_manager_steps {
namespace {

using impl::DispatcherManager;
using impl::Mode;
using impl::NodeActionKind;
using impl::Note;
using impl::NoteKind;
using impl::Reason;
using impl::ScheduleAction;
using impl::ScheduleDispatcherRequest;
using impl::ScheduleStep;

// Of a request, or of the journal's entry for it.
Facts whole(const auto& body, impl::Epoch epoch) {
  return {.epoch = epoch,
          .id = body.id,
          .mode = body.mode,
          .span = body.span,
          .start_ts = body.start_ts,
          .action = body.action,
          .operator_type = body.op,
          .type = impl::MessageType::kSchedule};
}

void removes(const Emission& emission, const DispatcherManager& before, const DispatcherManager& after,
             const impl::Message& request, const ScheduleDispatcherRequest& body) {
  const impl::Dispatcher* dispatcher = before.find(body.id, body.mode);
  const bool is_stored = emission.rules(impl::Guard::kJournal) && after.journal.find(body.id) != nullptr;
  if (dispatcher == nullptr) {
    if (emission.note(NoteKind::kRemoveMissing) != nullptr) {
      emission.line(LineId::kRemoveNotFound, whole(body, request.epoch));
    }
    return;
  }
  if (emission.note(NoteKind::kRemoveAdmitted) == nullptr) return;
  if (is_stored) emission.line(LineId::kStoresRemove, whole(body, request.epoch));
  if (dispatcher->try_removing) {
    emission.line(LineId::kRemovedBefore, {.id = body.id});
  } else {
    emission.line(LineId::kEventCollectorRemoves, {.id = body.id});
    emission.line(LineId::kRemovesDispatcher, {.id = body.id});
  }
}

// The requests that the step took from the stream; each was refused, or admitted and then perhaps dropped.
void takes_requests(const Emission& emission, const DispatcherManager& before,
                    const DispatcherManager& after) {
  // A request's notes begin with whether it was admitted; what came of it stands behind, up to the next
  // one's.
  const auto begins = [](const Note& note) {
    return note.kind == NoteKind::kMessageAdmitted || note.why == Reason::kNotOwnersSchedule;
  };
  const auto& notes = emission.step.out.notes;
  auto first = std::find_if(notes.begin(), notes.end(), begins);
  for (const impl::Message& request : before.streams) {
    if (first == notes.end()) return;
    const auto* body = request.as<ScheduleDispatcherRequest>();
    if (body == nullptr) continue;
    const bool refused = first->kind == NoteKind::kMessageDropped;
    const auto next = std::find_if(first + 1, notes.end(), begins);
    const bool dropped =
        std::any_of(first, next, [](const Note& note) { return note.kind == NoteKind::kMessageDropped; });
    first = next;
    if (refused) {
      Facts facts = stale(request, before);
      facts.id = body->id;
      emission.line(LineId::kStaleSchedule, facts);
    } else if (body->action == ScheduleAction::kRemove) {
      if (!dropped) removes(emission, before, after, request, *body);
    } else if (!dropped && emission.rules(impl::Guard::kJournal)) {
      emission.line(LineId::kStoresAdd, whole(*body, request.epoch));
    }
  }
}

// The entries of what the batch has created, which TiCDC deletes as soon as those of their mode are created.
void deletes_entries(const Emission& emission, const DispatcherManager& manager, Mode mode) {
  for (const ScheduleDispatcherRequest& body : manager.schedule.batch) {
    if (body.mode != mode || manager.find(body.id, mode) == nullptr) continue;
    const impl::JournalEntry* entry = manager.journal.find(body.id);
    if (entry == nullptr || entry->action != ScheduleAction::kCreate) continue;
    emission.line(LineId::kDeletesAdd, whole(*entry, entry->epoch));
  }
}

void creates(const Emission& emission, const DispatcherManager& before, const DispatcherManager& after) {
  const impl::ScheduleHandler& handler = before.schedule;
  const ScheduleDispatcherRequest& body = handler.batch[handler.next];
  const std::size_t behind = handler.next + std::size_t{1};
  const bool is_last = behind == handler.batch.size() || handler.batch[behind].mode != body.mode;
  if (before.write_path_closed && (is_last || body.mode == Mode::kRedo)) {
    const auto same =
        std::count_if(handler.batch.begin(), handler.batch.end(),
                      [&](const ScheduleDispatcherRequest& other) { return other.mode == body.mode; });
    emission.line(LineId::kKeepsAdds, {.mode = body.mode, .count = static_cast<std::uint64_t>(same)});
  }
  if (emission.note(NoteKind::kCreateFailed) != nullptr && before.error == impl::ErrorReport::kNone) {
    const bool silent = emission.step.before.is_leaving() && emission.rules(impl::Guard::kLeavingIsSilent);
    if (!silent) emission.line(LineId::kMeetsError, {});
  }
  if (emission.note(NoteKind::kDispatcherCreated) != nullptr) {
    const Facts facts{.id = body.id, .mode = body.mode, .span = body.span, .start_ts = body.start_ts};
    emission.line(LineId::kEventCollectorAdds, {.id = body.id});
    emission.line(body.mode == Mode::kRedo ? LineId::kRedoDispatcherCreated : LineId::kDispatcherCreated,
                  facts);
  }
  const bool redo_is_done =
      is_last && body.mode == Mode::kRedo && after.schedule.step == ScheduleStep::kCreate;
  if (redo_is_done) deletes_entries(emission, after, Mode::kRedo);
}

void ends_batch(const Emission& emission, const DispatcherManager& before) {
  const impl::ScheduleHandler& handler = before.schedule;
  const bool came_to_default = handler.batch[handler.next - 1U].mode == Mode::kDefault;
  const bool began_with_redo = handler.batch.front().mode == Mode::kRedo;
  if (!came_to_default) deletes_entries(emission, before, Mode::kRedo);
  if (came_to_default || !began_with_redo) deletes_entries(emission, before, Mode::kDefault);
}

void schedules(const Emission& emission, const DispatcherManager& before, const DispatcherManager& after) {
  switch (before.schedule.step) {
    case ScheduleStep::kIdle: return takes_requests(emission, before, after);
    case ScheduleStep::kCreate: return creates(emission, before, after);
    case ScheduleStep::kDeleteEntry: return ends_batch(emission, before);
  }
}

void merges(const Emission& emission, const DispatcherManager& before, const DispatcherManager& after,
            const impl::MergeDispatcherRequest& body) {
  if (after.merges.size() > before.merges.size()) {
    const impl::Dispatcher* target = after.find(body.merged_id, body.mode);
    emission.line(LineId::kMergeCreated, {.id = body.merged_id, .mode = body.mode, .span = target->span});
    emission.line(LineId::kEventCollectorAdds, {.id = body.merged_id}, Thread::kMerge);
    return;
  }
  if (body.mode == Mode::kRedo && !before.redo_ready) return;
  if (before.find(body.merged_id, body.mode) != nullptr) return;
  const auto missing = std::find_if(body.ids.begin(), body.ids.end(), [&](impl::DispatcherId id) {
    return before.find(id, body.mode) == nullptr;
  });
  Facts facts{};
  if (missing != body.ids.end()) facts.id = *missing;
  emission.line(LineId::kMergeRefused, facts);
}

LineId stale_line(impl::Path path) {
  switch (path) {
    case impl::Path::kMerge: return LineId::kStaleMerge;
    case impl::Path::kHeartBeatResponse: return LineId::kStaleAction;
    case impl::Path::kRedoMeta:
    case impl::Path::kRedoResolvedTsForward: return LineId::kStaleRedo;
    case impl::Path::kSchedule: return LineId::kStaleSchedule;
    case impl::Path::kOrchestrator:
    case impl::Path::kCheckpointTs: break;  // nobody is refused
  }
  return LineId::kNoise;
}

void cleans_up(const Emission& emission, const DispatcherManager& before, const DispatcherManager& after) {
  if (before.clean_up.step == impl::CleanUpStep::kIdle && before.closing) return;  // it only tells
  const impl::NodeAction& action = emission.step.action;
  const Facts facts{.id = action.id, .mode = action.mode};
  if (before.clean_up.step == impl::CleanUpStep::kIdle) emission.line(LineId::kCleanUpBegins, facts);
  if (before.clean_up.step <= impl::CleanUpStep::kDeleteJournalEntry &&
      after.clean_up.step > impl::CleanUpStep::kDeleteJournalEntry) {
    emission.line(LineId::kCleanUpTrigger, facts);
  }
  if (before.clean_up.step == impl::CleanUpStep::kEnqueueReport) emission.line(LineId::kCleanUpEnds, facts);
}

void merges_on(const Emission& emission, const DispatcherManager& before, const DispatcherManager& after) {
  const impl::DispatcherId id = emission.step.action.id;
  if (emission.note(NoteKind::kMergeAborted) != nullptr) {
    emission.line(LineId::kMergeAborted, {.id = id});
    return;
  }
  if (const Note* done = emission.note(NoteKind::kMergeDone)) {
    emission.line(LineId::kWorking, {.id = id, .mode = done->mode});
    return;
  }
  const auto task = std::find_if(before.merges.begin(), before.merges.end(),
                                 [&](const impl::MergeTask& each) { return each.merged_id == id; });
  const impl::Dispatcher* target = after.find(id, task->mode);
  if (target->status == impl::Status::kMergeReady) {
    emission.line(LineId::kMergeBegins, {.id = id});
  } else {
    emission.line(LineId::kMergeStep, {.id = id});
    emission.line(LineId::kMergeDone, {.id = id});
  }
}

}  // namespace
}  // namespace of_manager_steps

void emit_stream(const Emission& emission, impl::Path path) {
  using namespace of_manager_steps;
  const DispatcherManager* before = emission.step.before.manager_here();
  const DispatcherManager* after = emission.step.after.manager_here();
  if (before == nullptr || after == nullptr) return;  // the process died
  if (path == impl::Path::kSchedule) return schedules(emission, *before, *after);
  const impl::Message* request = before->head(emission.rules, impl::message_of(path));
  if (request == nullptr) return;
  if (emission.note(NoteKind::kMessageDropped) != nullptr) {
    emission.line(stale_line(path), stale(*request, *before));
  } else if (const auto* merge = request->as<impl::MergeDispatcherRequest>()) {
    merges(emission, *before, *after, *merge);
  }
}

void emit_dispatcher(const Emission& emission) {
  using namespace of_manager_steps;
  const impl::NodeAction& action = emission.step.action;
  const DispatcherManager& before = *emission.step.before.manager_here();
  const DispatcherManager& after = *emission.step.after.manager_here();
  if (action.kind == NodeActionKind::kRemoveTask) {
    emission.line(LineId::kFlushed, {.id = action.id, .mode = action.mode});
    emission.line(LineId::kFlushedTask, {.id = action.id});
  } else if (action.kind == NodeActionKind::kCleanUp) {
    cleans_up(emission, before, after);
  } else if (action.kind == NodeActionKind::kMergeTask) {
    merges_on(emission, before, after);
  } else if (action.kind == NodeActionKind::kFirstEvent) {
    emission.line(LineId::kWorking, facts_of(*before.find(action.id, action.mode)));
  } else {
    emission.line(LineId::kExecutes, {.barrier_action = before.actions.front().action});
  }
}

}  // namespace takeover::logs::detail
