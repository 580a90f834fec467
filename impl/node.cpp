#include "impl/node.h"

namespace takeover::impl {
namespace {

bool is_enabled_in(const Rules& rules, const DispatcherManager& manager, const NodeAction& action) {
  switch (action.kind) {
    case NodeActionKind::kHandle:
      return manager.can_handle(rules, message_of(action.path));
    case NodeActionKind::kRemoveTask:
      return manager.can_flush(action.id, action.mode);
    case NodeActionKind::kCleanUp:
      return manager.can_clean_up(rules, action.id, action.mode);
    case NodeActionKind::kReport:
      return !manager.statuses.empty();
    case NodeActionKind::kExecute:
      return !manager.actions.empty();
    case NodeActionKind::kMergeTask:
      return manager.can_merge(action.id);
    case NodeActionKind::kStopWritePath:
      return manager.closing && !manager.write_path_closed;
    case NodeActionKind::kUnregister:
      return manager.closing && manager.write_path_closed && manager.registered;
    case NodeActionKind::kFinishClose:
      return manager.can_finish_close();
    case NodeActionKind::kReportError:
      return manager.error != ErrorReport::kNone;
    case NodeActionKind::kFirstEvent:
      return manager.can_take_first_event(action.id, action.mode);
    case NodeActionKind::kCompleteHeartbeat:
      return manager.can_complete_heartbeat(rules);
    default:
      return false;
  }
}

void apply_to(const Rules& rules, DispatcherManager& manager, const NodeAction& action, const Faults& faults,
              Outbox& out) {
  switch (action.kind) {
    case NodeActionKind::kHandle:
      return manager.handle_step(rules, message_of(action.path), faults, out);
    case NodeActionKind::kRemoveTask:
      return manager.flush(action.id, action.mode);
    case NodeActionKind::kCleanUp:
      return manager.clean_up_step(rules, action.id, action.mode, out);
    case NodeActionKind::kReport:
      return manager.report(out);
    case NodeActionKind::kExecute:
      return manager.execute(out);
    case NodeActionKind::kMergeTask:
      return manager.merge_step(rules, action.id, out);
    case NodeActionKind::kStopWritePath:
      return manager.stop_write_path(out);
    case NodeActionKind::kUnregister:
      return manager.unregister();
    case NodeActionKind::kFinishClose:
      return manager.finish_close(faults.fail_clean_up, out);
    case NodeActionKind::kReportError:
      return manager.report_error(out);
    case NodeActionKind::kFirstEvent:
      return manager.take_first_event(action.id, action.mode);
    case NodeActionKind::kCompleteHeartbeat:
      return manager.complete_heartbeat(rules, out);
    default:
      return;
  }
}

std::string_view clean_up_step_name(const DispatcherManager& manager) {
  switch (manager.clean_up.step) {
    case CleanUpStep::kIdle:
      return manager.closing ? "enqueue-report" : "delete-dispatcher";
    case CleanUpStep::kDeleteJournalEntry:
      return "delete-journal-entry";
    case CleanUpStep::kClearTrigger:
      return "clear-trigger";
    default:
      return "enqueue-report";
  }
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
    case ScheduleStep::kIdle:
      return "admit-and-store";
    case ScheduleStep::kCreate:
      return "create";
    default:
      return "delete-entry";
  }
}

}  // namespace

bool is_enabled(const Rules& rules, const DispatcherOrchestrator& node, const NodeAction& action) {
  switch (action.kind) {
    case NodeActionKind::kLocalFence:
      return !node.fenced;
    case NodeActionKind::kCloseOrchestrator:
      return node.can_close();
    case NodeActionKind::kFailCreate:
      return !node.fail_create;
    case NodeActionKind::kFailCleanUp:
      return !node.fail_clean_up;
    default:
      break;
  }
  if (action.kind == NodeActionKind::kHandle && action.path == Path::kOrchestrator)
    return node.can_handle(rules);
  const DispatcherManager* manager = node.manager_here();
  return manager != nullptr && is_enabled_in(rules, *manager, action);
}

std::string_view step_name(const DispatcherOrchestrator& node, const NodeAction& action) {
  switch (action.kind) {
    case NodeActionKind::kHandle:
      return handle_step_name(node, action.path);
    case NodeActionKind::kCleanUp: {
      const DispatcherManager* manager = node.manager_here();
      return manager == nullptr ? "delete-dispatcher" : clean_up_step_name(*manager);
    }
    case NodeActionKind::kMergeTask: {
      const DispatcherManager* manager = node.manager_here();
      return manager == nullptr ? "check" : merge_step_name(*manager, action.id);
    }
    case NodeActionKind::kRemoveTask:
      return "flushed";
    case NodeActionKind::kReport:
      return "report";
    case NodeActionKind::kExecute:
      return "execute";
    case NodeActionKind::kStopWritePath:
      return "stop-write-path";
    case NodeActionKind::kUnregister:
      return "unregister";
    case NodeActionKind::kFinishClose:
      return "finish-close";
    case NodeActionKind::kReportError:
      return "report-error";
    case NodeActionKind::kFirstEvent:
      return "first-event";
    case NodeActionKind::kCompleteHeartbeat:
      return "complete-heartbeat";
    case NodeActionKind::kLocalFence:
      return "local-fence";
    case NodeActionKind::kCloseOrchestrator:
      if (!node.closed) return "close-queue";
      return node.manager && node.manager->closed ? "delete-manager" : "close-manager";
    case NodeActionKind::kFailCreate:
      return "fail-create";
    default:
      return "fail-clean-up";
  }
}

void apply(const Rules& rules, DispatcherOrchestrator& node, const NodeAction& action, Outbox& out) {
  switch (action.kind) {
    case NodeActionKind::kLocalFence:
      return node.local_fence(rules, out);
    case NodeActionKind::kCloseOrchestrator:
      return node.close_step(rules, out);
    case NodeActionKind::kFailCreate:
      node.fail_create = true;
      return;
    case NodeActionKind::kFailCleanUp:
      node.fail_clean_up = true;
      return;
    default:
      break;
  }
  if (action.kind == NodeActionKind::kHandle && action.path == Path::kOrchestrator) {
    node.handle_step(rules, out);
  } else {
    const Faults faults{node.fail_create, node.fail_clean_up, node.is_leaving()};
    apply_to(rules, *node.manager_here(), action, faults, out);
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
            .why = "no stream of its type is registered"});
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
