#include "impl/node.h"

namespace takeover::impl {
namespace {

std::string_view clean_up_step_name(const DispatcherManager& manager) {
  switch (manager.clean_up.step) {
    case CleanUpStep::kIdle: return manager.closing ? "enqueue-report" : "delete-dispatcher";
    case CleanUpStep::kDeleteJournalEntry: return "delete-journal-entry";
    case CleanUpStep::kClearTrigger: return "clear-trigger";
    case CleanUpStep::kEnqueueReport: return "enqueue-report";
  }
  unreachable();
}

std::string_view merge_step_name(const DispatcherManager& manager, DispatcherId id) {
  const Dispatcher* target = nullptr;
  for (const MergeTask& task : manager.merges) {
    if (task.merged_id == id) target = manager.find(id, task.mode);
  }
  if (target == nullptr) return "check";
  if (target->status == Status::kPreparing) return "check";
  return target->status == Status::kInitializing ? "start-merged" : "close-sources";
}

std::string_view handle_step_name(const DispatcherOrchestrator& node, Path path) {
  if (path == Path::kOrchestrator)
    return name_of(node.handler ? node.handler->next : OrchestratorStep::kLookUp);
  const DispatcherManager* manager = node.manager_here();
  if (path != Path::kSchedule || manager == nullptr) return "admit";
  switch (manager->schedule.step) {
    case ScheduleStep::kIdle: return "admit-and-store";
    case ScheduleStep::kCreate: return "create";
    case ScheduleStep::kDeleteEntry: return "delete-entry";
  }
  unreachable();
}

}  // namespace

bool is_enabled(const Rules& rules, const DispatcherOrchestrator& node, const NodeAction& action) {
  const DispatcherManager* manager = node.manager_here();
  switch (action.kind) {
    case NodeActionKind::kHandle:
      if (action.path == Path::kOrchestrator) return node.can_handle(rules);
      return manager != nullptr && manager->can_handle(rules, message_of(action.path));
    case NodeActionKind::kRemoveTask: return manager != nullptr && manager->can_flush(action.id, action.mode);
    case NodeActionKind::kCleanUp:
      return manager != nullptr && manager->can_clean_up(rules, action.id, action.mode);
    case NodeActionKind::kReport: return manager != nullptr && !manager->statuses.empty();
    case NodeActionKind::kExecute: return manager != nullptr && !manager->actions.empty();
    case NodeActionKind::kMergeTask: return manager != nullptr && manager->can_merge(action.id);
    case NodeActionKind::kStopWritePath:
      return manager != nullptr && manager->closing && !manager->write_path_closed;
    case NodeActionKind::kUnregister:
      return manager != nullptr && manager->closing && manager->write_path_closed && manager->registered;
    case NodeActionKind::kFinishClose: return manager != nullptr && manager->can_finish_close();
    case NodeActionKind::kReportError: return manager != nullptr && manager->error != ErrorReport::kNone;
    case NodeActionKind::kFirstEvent:
      return manager != nullptr && manager->can_take_first_event(rules, action.id, action.mode);
    case NodeActionKind::kCompleteHeartbeat:
      return manager != nullptr && manager->can_complete_heartbeat(rules);
    case NodeActionKind::kLocalFence: return !node.fenced;
    case NodeActionKind::kCloseOrchestrator: return node.can_close();
    case NodeActionKind::kFailCreate: return !node.fail_create;
    case NodeActionKind::kFailCleanUp: return !node.fail_clean_up;
  }
  unreachable();
}

std::string_view step_name(const DispatcherOrchestrator& node, const NodeAction& action) {
  const DispatcherManager* manager = node.manager_here();
  const auto kind = action.kind;
  if (kind == NodeActionKind::kHandle) return handle_step_name(node, action.path);
  if (kind == NodeActionKind::kRemoveTask) return "flushed";
  if (kind == NodeActionKind::kCleanUp) {
    return manager == nullptr ? "delete-dispatcher" : clean_up_step_name(*manager);
  }
  if (kind == NodeActionKind::kMergeTask) {
    return manager == nullptr ? "check" : merge_step_name(*manager, action.id);
  }
  if (kind == NodeActionKind::kCloseOrchestrator) {
    if (!node.closed) return "close-queue";
    return node.manager && node.manager->closed ? "delete-manager" : "close-manager";
  }
  return name_of(kind);
}

void apply(const Rules& rules, DispatcherOrchestrator& node, const NodeAction& action, Outbox& out) {
  DispatcherManager* manager = node.manager_here();
  const Faults faults{node.fail_create, node.fail_clean_up, node.is_leaving()};
  switch (action.kind) {
    case NodeActionKind::kHandle:
      if (action.path == Path::kOrchestrator) {
        node.handle_step(rules, out);
      } else {
        manager->handle_step(rules, message_of(action.path), faults, out);
      }
      break;
    case NodeActionKind::kRemoveTask: manager->flush(action.id, action.mode); break;
    case NodeActionKind::kCleanUp: manager->clean_up_step(rules, action.id, action.mode, out); break;
    case NodeActionKind::kReport: manager->report(out); break;
    case NodeActionKind::kExecute: manager->execute(out); break;
    case NodeActionKind::kMergeTask: manager->merge_step(rules, action.id, out); break;
    case NodeActionKind::kStopWritePath: manager->stop_write_path(out); break;
    case NodeActionKind::kUnregister: manager->unregister(); break;
    case NodeActionKind::kFinishClose: manager->finish_close(node.fail_clean_up, out); break;
    case NodeActionKind::kReportError: manager->report_error(out); break;
    case NodeActionKind::kFirstEvent: manager->take_first_event(action.id, action.mode); break;
    case NodeActionKind::kCompleteHeartbeat: manager->complete_heartbeat(rules, out); break;
    case NodeActionKind::kLocalFence: node.local_fence(rules, out); break;
    case NodeActionKind::kCloseOrchestrator: node.close_step(rules, out); break;
    case NodeActionKind::kFailCreate: node.fail_create = true; break;
    case NodeActionKind::kFailCleanUp: node.fail_clean_up = true; break;
  }
  // TiCDC's workers recover from nothing. Its process is started again, and remembers nothing.
  if (out.dies) {
    node = {};
    out.dies = false;
  }
}

void receive(const Rules& rules, DispatcherOrchestrator& node, const Message& request, Outbox& out) {
  if (request.is_for_orchestrator()) {
    node.try_enqueue(rules, request, out);
    return;
  }
  DispatcherManager* manager = node.registered_manager();
  if (manager != nullptr && manager->receive(rules, request)) return;
  out.note({.kind = NoteKind::kMessageDropped,
            .type = request.type(),
            .from = request.from,
            .epoch = request.epoch,
            .why = Reason::kNoStream});
}

bool is_under_way(const DispatcherOrchestrator& node, Path path) {
  if (path == Path::kOrchestrator) return node.handler.has_value();
  const DispatcherManager* manager = node.manager_here();
  return path == Path::kSchedule && manager != nullptr && manager->schedule.step != ScheduleStep::kIdle;
}

bool handle(const Rules& rules, DispatcherOrchestrator& node, Path path, Outbox& out) {
  const NodeAction action{.kind = NodeActionKind::kHandle, .path = path};
  do {
    if (!is_enabled(rules, node, action)) return false;
    apply(rules, node, action, out);
  } while (is_under_way(node, path));
  return true;
}

}  // namespace takeover::impl
