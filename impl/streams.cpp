#include "impl/streams.h"

#include <algorithm>

#include "impl/named.h"

namespace takeover::impl {
namespace {

// Marks never move back, and stay once the write path is closed.
void advance(DispatcherManager& manager, const RedoMetaMessage& body) {
  if (manager.write_path_closed) return;
  if (manager.redo_trigger == DispatcherId::kNone) return;  // it is the redo trigger that keeps the redo meta
  manager.redo_checkpoint_ts = std::max(manager.redo_checkpoint_ts, body.checkpoint_ts);
  manager.redo_resolved_ts = std::max(manager.redo_resolved_ts, body.resolved_ts);
}

void advance(DispatcherManager& manager, const RedoResolvedTsForwardMessage& body) {
  if (manager.write_path_closed) return;
  manager.redo_forwarded_resolved_ts = std::max(manager.redo_forwarded_resolved_ts, body.resolved_ts);
}

void advance(DispatcherManager& manager, const CheckpointTsMessage& body) {
  if (manager.write_path_closed) return;
  if (manager.event_trigger == DispatcherId::kNone) return;  // it is for the event trigger
  manager.checkpoint_ts = std::max(manager.checkpoint_ts, body.checkpoint_ts);
}

}  // namespace

void note_dropped(Outbox& out, const Message& request, Reason why) {
  out.note({.kind = NoteKind::kMessageDropped,
            .type = request.type(),
            .from = request.from,
            .epoch = request.epoch,
            .why = why});
}

bool admit(const DispatcherManager& manager, const Rules& rules, const Message& request, Outbox& out) {
  const MessageInfo& row = info(request.type());
  if (rules(*row.admission) && !manager.is_request_allowed(request.from, request.epoch)) {
    note_dropped(out, request, row.refusal);
    return false;
  }
  out.note({.kind = NoteKind::kMessageAdmitted,
            .type = request.type(),
            .from = request.from,
            .epoch = request.epoch});
  return true;
}

bool DispatcherManager::can_handle(const Rules& rules, MessageType type) const {
  if (type == MessageType::kSchedule && schedule.step != ScheduleStep::kIdle) return true;
  if (head(rules, type) == nullptr) return false;
  return type == MessageType::kCheckpointTs || fence_is_free(rules);
}

void DispatcherManager::handle_step(const Rules& rules, MessageType type, const Faults& faults, Outbox& out) {
  if (type == MessageType::kSchedule) {
    schedule_step(*this, rules, faults, out);
    return;
  }
  const Message request = *head(rules, type);
  pop(type);
  if (info(type).admission && !admit(*this, rules, request, out)) return;
  switch (path_of(type)) {
    case Path::kOrchestrator:
    case Path::kSchedule: break;  // handled by the orchestrator; above
    case Path::kMerge: return handle_merge(*this, rules, body_of<Path::kMerge>(request), out);
    case Path::kHeartBeatResponse:
      return actions.push({body_of<Path::kHeartBeatResponse>(request).action, request.from, request.epoch});
    case Path::kRedoMeta: return advance(*this, body_of<Path::kRedoMeta>(request));
    case Path::kRedoResolvedTsForward: return advance(*this, body_of<Path::kRedoResolvedTsForward>(request));
    case Path::kCheckpointTs: return advance(*this, body_of<Path::kCheckpointTs>(request));
  }
  unreachable();
}

}  // namespace takeover::impl
