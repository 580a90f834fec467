#include "impl/streams.h"

#include <algorithm>

namespace takeover::impl {

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
  if (const auto* merge = request.as<MergeDispatcherRequest>()) {
    handle_merge(*this, rules, *merge, out);
  } else if (const auto* response = request.as<HeartBeatResponse>()) {
    actions.push({response->action, request.from, request.epoch});
  } else if (write_path_closed) {
    return;
  } else if (const auto* meta = request.as<RedoMetaMessage>()) {
    if (redo_trigger == DispatcherId::kNone) return;  // it is the redo trigger that keeps the redo meta
    redo_checkpoint_ts = std::max(redo_checkpoint_ts, meta->checkpoint_ts);
    redo_resolved_ts = std::max(redo_resolved_ts, meta->resolved_ts);
  } else if (const auto* forward = request.as<RedoResolvedTsForwardMessage>()) {
    redo_forwarded_resolved_ts = std::max(redo_forwarded_resolved_ts, forward->resolved_ts);
  } else if (const auto* checkpoint = request.as<CheckpointTsMessage>()) {
    if (event_trigger == DispatcherId::kNone) return;  // it is for the event trigger
    checkpoint_ts = std::max(checkpoint_ts, checkpoint->checkpoint_ts);
  }
}

}  // namespace takeover::impl
