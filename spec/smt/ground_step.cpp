// Steps and outboxes of the implementation as those of the relation.
#include <algorithm>

#include "spec/smt/ground.h"

namespace takeover::smt {
namespace {

using impl::Dispatcher;
using impl::DispatcherId;
using impl::DispatcherManager;
using impl::DispatcherOrchestrator;
using impl::Message;
using impl::MessageType;
using impl::Mode;
using impl::NodeActionKind;
using impl::OrchestratorStep;
using impl::Status;

std::uint64_t key(std::int32_t value) {
  return static_cast<std::uint64_t>(static_cast<std::int64_t>(value) - std::int64_t{impl::Span::kMin});
}

void set_id(GroundStep& step, DispatcherId id, Mode mode) {
  step.set(Param::kId, static_cast<std::uint64_t>(id));
  step.set(Param::kInRedo, mode == Mode::kRedo ? 1 : 0);
}

void set_span(GroundStep& step, const impl::Span& span) {
  step.set(Param::kTable, span.table);
  step.set(Param::kBegin, key(span.begin));
  step.set(Param::kEnd, key(span.end));
}

GroundStep of_message(Action action, const Message& request) {
  GroundStep step{.action = action};
  step.set(Param::kFrom, static_cast<std::uint64_t>(request.from));
  step.set(Param::kEpoch, request.epoch);
  if (const auto* bootstrap = request.as<impl::MaintainerBootstrapRequest>()) {
    step.set(Param::kEvent, static_cast<std::uint64_t>(bootstrap->event_trigger));
    step.set(Param::kRedo, static_cast<std::uint64_t>(bootstrap->redo_trigger));
    step.set(Param::kConfigEpoch, bootstrap->config_epoch);
    step.set(Param::kRedoEnabled, bootstrap->redo_enabled ? 1 : 0);
    step.set(Param::kTs, bootstrap->start_ts);
  } else if (const auto* post = request.as<impl::MaintainerPostBootstrapRequest>()) {
    step.set(Param::kEvent, static_cast<std::uint64_t>(post->event_trigger));
  } else if (const auto* close = request.as<impl::MaintainerCloseRequest>()) {
    step.set(Param::kRemoved, close->removed ? 1 : 0);
  } else if (const auto* schedule = request.as<impl::ScheduleDispatcherRequest>()) {
    set_id(step, schedule->id, schedule->mode);
    set_span(step, schedule->span);
  } else if (const auto* merge = request.as<impl::MergeDispatcherRequest>()) {
    set_id(step, merge->merged_id, merge->mode);
  } else if (const auto* meta = request.as<impl::RedoMetaMessage>()) {
    step.set(Param::kTs, meta->checkpoint_ts);
    step.set(Param::kTs2, meta->resolved_ts);
  } else if (const auto* forward = request.as<impl::RedoResolvedTsForwardMessage>()) {
    step.set(Param::kTs, forward->resolved_ts);
  } else if (const auto* checkpoint = request.as<impl::CheckpointTsMessage>()) {
    step.set(Param::kTs, checkpoint->checkpoint_ts);
  }
  return step;
}

// ------------------------------------------------------------------------------------------ the orchestrator

Action look_up_of(MessageType type) {
  if (type == MessageType::kPostBootstrap) return Action::kLookUpPostBootstrap;
  return type == MessageType::kClose ? Action::kLookUpClose : Action::kLookUpBootstrap;
}

Action action_of(OrchestratorStep next) {
  switch (next) {
    case OrchestratorStep::kRegisterInitializing:
      return Action::kRegisterInitializing;
    case OrchestratorStep::kCreateTriggers:
      return Action::kCreateTriggers;
    case OrchestratorStep::kPublish:
      return Action::kPublish;
    case OrchestratorStep::kTakeOver:
      return Action::kTakeOver;
    case OrchestratorStep::kEnsureEventTrigger:
      return Action::kEnsureEventTrigger;
    case OrchestratorStep::kEnsureRedoTrigger:
      return Action::kEnsureRedoTrigger;
    case OrchestratorStep::kReadDefaultSpans:
      return Action::kReadDefaultSpans;
    case OrchestratorStep::kReadRedoSpans:
      return Action::kReadRedoSpans;
    case OrchestratorStep::kReadJournalAndSend:
      return Action::kReadJournalAndSend;
    case OrchestratorStep::kPostBootstrap:
      return Action::kPostBootstrap;
    default:
      return Action::kClose;
  }
}

GroundStep of_orchestrator(const DispatcherOrchestrator& node) {
  if (!node.handler) return {.action = look_up_of(node.pending.front().type())};
  GroundStep step{.action = action_of(node.handler->next)};
  if (step.action == Action::kPostBootstrap && node.manager) {
    const auto dies = [&](Mode mode) {
      const Dispatcher* dispatcher = node.manager->find(node.manager->trigger(mode), mode);
      return dispatcher != nullptr && dispatcher->is_going() ? 1U : 0U;
    };
    step.set(Param::kOther, dies(Mode::kDefault));
    step.set(Param::kOtherRedo, dies(Mode::kRedo));
    return step;
  }
  const auto* body = node.handler->request.as<impl::MaintainerBootstrapRequest>();
  if (step.action != Action::kTakeOver || body == nullptr || !node.manager) return step;
  const auto was_removed = [&](DispatcherId id) {
    const auto& removed = node.manager->removed_triggers;
    return std::find(removed.begin(), removed.end(), id) != removed.end() ? 1U : 0U;
  };
  step.set(Param::kOther, was_removed(body->event_trigger));
  step.set(Param::kOtherRedo, was_removed(body->redo_trigger));
  return step;
}

// ----------------------------------------------------------------------------------------------- the streams

std::vector<GroundStep> of_schedule(const DispatcherManager& manager) {
  const impl::ScheduleHandler& handler = manager.schedule;
  if (handler.step == impl::ScheduleStep::kDeleteEntry) return {{.action = Action::kDeleteEntry}};
  if (handler.step == impl::ScheduleStep::kCreate) {
    const impl::ScheduleDispatcherRequest& body = handler.batch[handler.next];
    GroundStep step{.action = Action::kCreate};
    set_id(step, body.id, body.mode);
    step.set(Param::kOther, manager.find(body.id, body.mode) != nullptr ? 1 : 0);
    return {step};
  }
  // The Schedules that wait, up to the first that is no Create; a Remove goes alone.
  std::vector<GroundStep> steps;
  for (const Message& request : manager.streams) {
    const auto* body = request.as<impl::ScheduleDispatcherRequest>();
    if (body == nullptr) {
      if (request.type() == MessageType::kMerge) break;
      continue;
    }
    if (body->action == impl::ScheduleAction::kRemove) {
      if (!steps.empty()) break;
      steps.push_back(of_message(Action::kRemove, request));
      const Dispatcher* dispatcher = manager.find(body->id, body->mode);
      steps.back().set(Param::kOther, dispatcher != nullptr ? 1 : 0);
      steps.back().set(Param::kOtherRedo, dispatcher != nullptr && dispatcher->try_removing ? 1 : 0);
      return steps;
    }
    steps.push_back(of_message(Action::kTakeCreate, request));
  }
  steps.push_back({.action = Action::kStartBatch});
  return steps;
}

// What the dispatchers that are not tracked say to a merge, and the span that comes of it.
GroundStep of_merge(const DispatcherManager& manager, const Message& request, DispatcherId tracked) {
  const auto& body = *request.as<impl::MergeDispatcherRequest>();
  GroundStep step = of_message(Action::kMerge, request);
  bool allowed = body.ids.size() >= 2;
  if (body.mode == Mode::kRedo && !manager.redo_ready) {
    step.is_source = std::find(body.ids.begin(), body.ids.end(), tracked) != body.ids.end();
    step.set(Param::kOther, allowed ? 1 : 0);
    set_span(step, {.table = 1, .begin = 0, .end = 1});
    return step;
  }
  const Dispatcher* previous = nullptr;
  for (const DispatcherId id : body.ids) {
    if (id == tracked) step.is_source = true;
    const Dispatcher* source = manager.find(id, body.mode);
    if (source == nullptr) {
      allowed = allowed && id == tracked;
      previous = nullptr;
      continue;
    }
    allowed = allowed && (id == tracked || source->status == Status::kWorking);
    if (previous != nullptr) {
      allowed =
          allowed && previous->span.table == source->span.table && previous->span.end == source->span.begin;
    }
    previous = source;
  }
  if (body.merged_id != tracked) allowed = allowed && manager.find(body.merged_id, body.mode) == nullptr;
  step.set(Param::kOther, allowed ? 1 : 0);
  impl::Span span{.table = 1, .begin = 0, .end = 1};
  if (allowed && previous != nullptr) {
    if (const Dispatcher* first = manager.find(body.ids.front(), body.mode)) span = first->span;
    span.end = previous->span.end;
  }
  set_span(step, span);
  return step;
}

GroundStep of_merge_task(const DispatcherManager& manager, DispatcherId merged, DispatcherId tracked) {
  GroundStep step{.action = Action::kMergeTask};
  const auto task = std::find_if(manager.merges.begin(), manager.merges.end(),
                                 [&](const impl::MergeTask& each) { return each.merged_id == merged; });
  set_id(step, merged, task->mode);
  step.is_source = std::find(task->ids.begin(), task->ids.end(), tracked) != task->ids.end();
  const Dispatcher* target = manager.find(merged, task->mode);
  const bool lost = target == nullptr || target->is_going() ||
                    std::any_of(task->ids.begin(), task->ids.end(), [&](DispatcherId id) {
                      const Dispatcher* source = manager.find(id, task->mode);
                      return source == nullptr || source->is_going();
                    });
  if (target != nullptr && target->status == Status::kInitializing) {
    step.set(Param::kStage, stage::kStarted);
  } else if (lost) {
    step.set(Param::kStage, stage::kLost);
  } else {
    step.set(Param::kStage, target->status == Status::kPreparing ? stage::kReady : stage::kClosing);
  }
  return step;
}

MessageType type_of(impl::Path path) {
  constexpr auto kFirst = static_cast<std::uint8_t>(MessageType::kSchedule);
  return static_cast<MessageType>(kFirst + static_cast<std::uint8_t>(path) - 1U);
}

std::vector<GroundStep> of_stream(const DispatcherManager& manager, impl::Path path, DispatcherId tracked) {
  if (path == impl::Path::kSchedule) return of_schedule(manager);
  const auto it = std::find_if(manager.streams.begin(), manager.streams.end(),
                               [&](const Message& request) { return request.type() == type_of(path); });
  switch (path) {
    case impl::Path::kMerge:
      return {of_merge(manager, *it, tracked)};
    case impl::Path::kHeartBeatResponse:
      return {of_message(Action::kHeartBeatResponse, *it)};
    case impl::Path::kRedoMeta:
      return {of_message(Action::kRedoMeta, *it)};
    case impl::Path::kRedoResolvedTsForward:
      return {of_message(Action::kRedoForward, *it)};
    default:
      return {of_message(Action::kCheckpoint, *it)};
  }
}

Action plain_action_of(NodeActionKind kind) {
  switch (kind) {
    case NodeActionKind::kRemoveTask:
      return Action::kRemoveTask;
    case NodeActionKind::kCleanUp:
      return Action::kCleanUp;
    case NodeActionKind::kReport:
      return Action::kReport;
    case NodeActionKind::kExecute:
      return Action::kExecute;
    case NodeActionKind::kStopWritePath:
      return Action::kStopWritePath;
    case NodeActionKind::kUnregister:
      return Action::kUnregister;
    case NodeActionKind::kFinishClose:
      return Action::kFinishClose;
    case NodeActionKind::kReportError:
      return Action::kReportError;
    case NodeActionKind::kFirstEvent:
      return Action::kFirstEvent;
    case NodeActionKind::kCompleteHeartbeat:
      return Action::kCompleteHeartbeat;
    case NodeActionKind::kLocalFence:
      return Action::kLocalFence;
    case NodeActionKind::kCloseOrchestrator:
      return Action::kCloseOrchestrator;
    case NodeActionKind::kFailCreate:
      return Action::kFailCreate;
    default:
      return Action::kFailCleanUp;
  }
}

}  // namespace

std::vector<GroundStep> translate(const DispatcherOrchestrator& before, const ImplStep& step,
                                  DispatcherId tracked) {
  if (step.received != nullptr) {
    if (!step.received->is_for_orchestrator()) return {};
    const auto action = static_cast<Action>(step.received->type());
    return {of_message(action, *step.received)};
  }
  const impl::NodeAction& action = step.action;
  const bool handles = action.kind == NodeActionKind::kHandle;
  if (handles && action.path == impl::Path::kOrchestrator) return {of_orchestrator(before)};
  const DispatcherManager* manager = before.manager_here();
  if (handles) return of_stream(*manager, action.path, tracked);
  if (action.kind == NodeActionKind::kMergeTask) return {of_merge_task(*manager, action.id, tracked)};
  GroundStep plain{.action = plain_action_of(action.kind)};
  set_id(plain, action.id, action.mode);
  if (plain.action == Action::kCompleteHeartbeat) {
    const auto some = [&](Status status) {
      return std::any_of(manager->dispatchers.begin(), manager->dispatchers.end(),
                         [&](const Dispatcher& d) { return d.id != tracked && d.status == status; });
    };
    plain.set(Param::kOther, some(Status::kWorking) ? 1 : 0);
    plain.set(Param::kOtherRedo, some(Status::kWaitingMerge) ? 1 : 0);
  }
  return {plain};
}

GroundOutput ground(const impl::Outbox& out, DispatcherId tracked) {
  bool ended = false;
  bool admitted = false;
  bool answered = false;
  bool created = false;
  bool registered = false;
  bool registered_redo = false;
  bool took_over = false;
  for (const impl::Note& note : out.notes) {
    if (note.kind == impl::NoteKind::kHandlerEnded) {
      ended = true;
      admitted = note.admitted;
      answered = note.answered;
    }
    created = created || note.kind == impl::NoteKind::kManagerCreated;
    took_over = took_over || note.kind == impl::NoteKind::kTookOver;
    if (note.kind == impl::NoteKind::kTriggerRegistered) {
      (note.mode == Mode::kRedo ? registered_redo : registered) = true;
    }
  }
  bool error = false;
  bool close_answered = false;
  bool close_success = false;
  bool included = false;
  for (const impl::Message& reply : out.sent) {
    if (const auto* response = reply.as<impl::MaintainerBootstrapResponse>()) {
      error = error || response->error != impl::ErrorCode::kNone;
      for (const impl::JournalEntry& entry : response->operators) included = included || entry.id == tracked;
    } else if (const auto* post = reply.as<impl::MaintainerPostBootstrapResponse>()) {
      error = error || post->error != impl::ErrorCode::kNone;
    } else if (const auto* close = reply.as<impl::MaintainerCloseResponse>()) {
      close_answered = true;
      close_success = close->success;
    }
  }
  const auto bit = [](bool value) { return value ? std::uint64_t{1} : std::uint64_t{0}; };
  GroundOutput result;
  result.values = {bit(ended),
                   0,
                   0,
                   bit(admitted),
                   bit(answered),
                   bit(error),
                   bit(took_over),
                   bit(created),
                   bit(close_answered),
                   bit(close_success),
                   bit(registered),
                   bit(registered_redo),
                   0,
                   0,
                   0,
                   0,
                   0,
                   bit(included)};
  result.known = {1, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 1};
  return result;
}

}  // namespace takeover::smt
