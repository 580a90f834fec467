// Steps and outboxes of the implementation as those of the relation.
#include <algorithm>
#include <optional>
#include <vector>

#include "spec/smt/ground.h"
#include "spec/world/world.h"

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
using impl::Status;

GroundStep of_message(Action action, const Message& request) {
  return {.action = action, .in = params_of(request)};
}
GroundStep of_dispatcher(Action action, DispatcherId id, Mode mode) {
  GroundStep step{.action = action};
  step.in.set_dispatcher(id, mode);
  return step;
}

// ------------------------------------------------------------------------------------------ the orchestrator

constexpr bool has_action(impl::OrchestratorStep step) {
  if (step == impl::OrchestratorStep::kLookUp) return true;
  const auto action = impl::named<Action>(name_of(step));
  if (!action) return false;
  const Stage stage = row_of(*action).stage;
  return stage == Stage::kBootstrap || stage == Stage::kHandler;
}
static_assert(std::ranges::all_of(impl::kAllOf<impl::OrchestratorStep>, has_action));

GroundStep of_orchestrator(const DispatcherOrchestrator& node) {
  if (!node.handler) return {.action = *action_of(Stage::kLookUp, node.pending.front().type())};
  GroundStep step{.action = impl::named<Action>(name_of(node.handler->next)).value()};
  if (step.action == Action::kPostBootstrap && node.manager) {
    const auto dies = [&](Mode mode) {
      const Dispatcher* dispatcher = node.manager->find(node.manager->trigger(mode), mode);
      return dispatcher != nullptr && dispatcher->is_going() ? 1U : 0U;
    };
    step.in[Param::kOther] = dies(Mode::kDefault);
    step.in[Param::kOtherRedo] = dies(Mode::kRedo);
    return step;
  }
  const auto* body = node.handler->request.as<impl::MaintainerBootstrapRequest>();
  if (step.action != Action::kTakeOver || body == nullptr || !node.manager) return step;
  const auto was_removed = [&](DispatcherId id) {
    const auto& removed = node.manager->removed_triggers;
    return std::find(removed.begin(), removed.end(), id) != removed.end() ? 1U : 0U;
  };
  step.in[Param::kOther] = was_removed(body->event_trigger);
  step.in[Param::kOtherRedo] = was_removed(body->redo_trigger);
  return step;
}

// ----------------------------------------------------------------------------------------------- the streams

std::vector<GroundStep> of_schedule(const DispatcherManager& manager) {
  const impl::ScheduleHandler& handler = manager.schedule;
  if (handler.step == impl::ScheduleStep::kDeleteEntry) return {{.action = Action::kDeleteEntry}};
  if (handler.step == impl::ScheduleStep::kCreate) {
    const impl::ScheduleDispatcherRequest& body = handler.batch[handler.next];
    GroundStep step = of_dispatcher(Action::kCreate, body.id, body.mode);
    step.in[Param::kOther] = manager.find(body.id, body.mode) != nullptr ? 1 : 0;
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
      steps.back().in[Param::kOther] = dispatcher != nullptr ? 1 : 0;
      steps.back().in[Param::kOtherRedo] = dispatcher != nullptr && dispatcher->try_removing ? 1 : 0;
      return steps;
    }
    steps.push_back(of_message(Action::kTakeCreate, request));
  }
  steps.push_back({.action = Action::kStartBatch});
  return steps;
}

// What the dispatchers that are not tracked say to a merge, and the span that comes of it.
GroundStep of_merge(const DispatcherManager& manager, const Message& request, DispatcherId tracked) {
  const auto& body = impl::body_of<impl::Path::kMerge>(request);
  GroundStep step = of_message(Action::kMerge, request);
  bool allowed = body.ids.size() >= 2;
  if (body.mode == Mode::kRedo && !manager.redo_ready) {
    step.is_source = std::find(body.ids.begin(), body.ids.end(), tracked) != body.ids.end();
    step.in[Param::kOther] = allowed ? 1 : 0;
    step.in.set_span({.table = 1, .begin = 0, .end = 1});
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
  step.in[Param::kOther] = allowed ? 1 : 0;
  impl::Span span{.table = 1, .begin = 0, .end = 1};
  if (allowed && previous != nullptr) {
    if (const Dispatcher* first = manager.find(body.ids.front(), body.mode)) span = first->span;
    span.end = previous->span.end;
  }
  step.in.set_span(span);
  return step;
}

GroundStep of_merge_task(const DispatcherManager& manager, DispatcherId merged, DispatcherId tracked) {
  const auto task = std::find_if(manager.merges.begin(), manager.merges.end(),
                                 [&](const impl::MergeTask& each) { return each.merged_id == merged; });
  GroundStep step = of_dispatcher(action_of(NodeActionKind::kMergeTask), merged, task->mode);
  step.is_source = std::find(task->ids.begin(), task->ids.end(), tracked) != task->ids.end();
  const Dispatcher* target = manager.find(merged, task->mode);
  const bool lost = target == nullptr || target->is_going() ||
                    std::any_of(task->ids.begin(), task->ids.end(), [&](DispatcherId id) {
                      const Dispatcher* source = manager.find(id, task->mode);
                      return source == nullptr || source->is_going();
                    });
  if (target != nullptr && target->status == Status::kInitializing) {
    step.in[Param::kStage] = stage::kStarted;
  } else if (lost) {
    step.in[Param::kStage] = stage::kLost;
  } else {
    step.in[Param::kStage] = target->status == Status::kPreparing ? stage::kReady : stage::kClosing;
  }
  return step;
}

std::vector<GroundStep> of_stream(const DispatcherManager& manager, impl::Path path, DispatcherId tracked) {
  if (path == impl::Path::kSchedule) return of_schedule(manager);
  const auto it = std::ranges::find_if(
      manager.streams, [&](const Message& request) { return impl::path_of(request.type()) == path; });
  if (path == impl::Path::kMerge) return {of_merge(manager, *it, tracked)};
  return {of_message(*action_of(Stage::kStream, it->type()), *it)};
}

}  // namespace

std::optional<ImplStep> impl_step(const spec::WorldAction& action) {
  const impl::NodeAction* taken = action.of_node();
  if (taken != nullptr) return ImplStep{.action = *taken};
  const Message* received = spec::received_in(action);
  return received != nullptr ? std::optional(ImplStep{.received = received}) : std::nullopt;
}

std::vector<GroundStep> translate(const DispatcherOrchestrator& before, const ImplStep& step,
                                  DispatcherId tracked) {
  if (step.received != nullptr) {
    // What arrives in a stream is not seen: it is a parameter of the step that hands it out.
    const auto arrives = action_of(Stage::kArrival, step.received->type());
    if (!arrives) return {};
    return {of_message(*arrives, *step.received)};
  }
  const impl::NodeAction& action = step.action;
  const DispatcherManager* manager = before.manager_here();
  if (action.kind == NodeActionKind::kHandle) {
    if (action.path == impl::Path::kOrchestrator) return {of_orchestrator(before)};
    return of_stream(*manager, action.path, tracked);
  }
  if (action.kind == NodeActionKind::kMergeTask) return {of_merge_task(*manager, action.id, tracked)};
  GroundStep plain = of_dispatcher(action_of(action.kind), action.id, action.mode);
  if (action.kind == NodeActionKind::kCompleteHeartbeat) {
    const auto some = [&](Status status) {
      return std::any_of(manager->dispatchers.begin(), manager->dispatchers.end(),
                         [&](const Dispatcher& d) { return d.id != tracked && d.status == status; });
    };
    plain.in[Param::kOther] = some(Status::kWorking) ? 1 : 0;
    plain.in[Param::kOtherRedo] = some(Status::kWaitingMerge) ? 1 : 0;
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
