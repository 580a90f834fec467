#include "checker/logs/emit.h"

#include <algorithm>

#include "checker/logs/emit_steps.h"

namespace takeover::logs {
namespace {

using detail::Emission;
using impl::NodeActionKind;
using impl::NoteKind;

// Who hands a message to the message centre: an answer its handler, all that a manager tells its one sender.
Thread sender_of(const impl::Message& sent) {
  return sent.as<impl::HeartBeatRequest>() != nullptr ? Thread::kHeartBeatSender : Thread::kOrchestrator;
}

void emit_sends(const Emission& emission) {
  for (const impl::Message& sent : emission.step.out.sent) {
    emission.out.push_back({.thread = sender_of(sent), .what = What::kSend, .message = sent});
  }
}

void emit_arrival(const Emission& emission) {
  const impl::Note* dropped = emission.note(NoteKind::kMessageDropped);
  if (dropped == nullptr || dropped->why != impl::Reason::kNodeLeaving) return;
  const impl::Message& request = *emission.step.received;
  Facts facts{.epoch = request.epoch, .type = request.type()};
  if (const auto* bootstrap = request.as<impl::MaintainerBootstrapRequest>()) {
    facts.trigger_asked = bootstrap->event_trigger;
    facts.start_ts = bootstrap->start_ts;
  } else if (const auto* post_bootstrap = request.as<impl::MaintainerPostBootstrapRequest>()) {
    facts.trigger_asked = post_bootstrap->event_trigger;
  } else if (const auto* close = request.as<impl::MaintainerCloseRequest>()) {
    facts.removed = close->removed;
  }
  emission.line(LineId::kAlreadyClosed, facts);
  emission.out.back().message = request;
}

void emit_local_fence(const Emission& emission) {
  emission.line(LineId::kLocalFenceOrchestrator, {});
  const auto fenced = [&](const impl::DispatcherManager& before, const impl::DispatcherManager& after) {
    if (before.write_path_closed || !after.write_path_closed) return;
    detail::emit_write_path_closed(emission, before);
    detail::emit_unregistered(emission);
  };
  const impl::DispatcherOrchestrator& before = emission.step.before;
  const impl::DispatcherOrchestrator& after = emission.step.after;
  if (before.manager && after.manager) fenced(*before.manager, *after.manager);
  if (before.initializing && after.initializing) fenced(*before.initializing, *after.initializing);
}

void emit_shutdown(const Emission& emission) {
  const impl::DispatcherOrchestrator& before = emission.step.before;
  const impl::DispatcherOrchestrator& after = emission.step.after;
  if (!before.closed) {
    emission.line(LineId::kClosing, {});
  } else if (before.manager && after.manager) {
    detail::emit_closing(emission, *before.manager, *after.manager);
  } else {
    emission.line(LineId::kClosedOrchestrator, {});
  }
}

void emit_lines(const Emission& emission) {
  const impl::NodeAction& action = emission.step.action;
  const impl::DispatcherManager* manager = emission.step.before.manager_here();
  switch (action.kind) {
    case NodeActionKind::kHandle:
      if (action.path == impl::Path::kOrchestrator) return detail::emit_handler(emission);
      return detail::emit_stream(emission, action.path);
    case NodeActionKind::kRemoveTask:
    case NodeActionKind::kCleanUp:
    case NodeActionKind::kMergeTask:
    case NodeActionKind::kFirstEvent:
    case NodeActionKind::kExecute: return detail::emit_dispatcher(emission);
    case NodeActionKind::kStopWritePath: return detail::emit_write_path_closed(emission, *manager);
    case NodeActionKind::kUnregister: return detail::emit_unregistered(emission);
    case NodeActionKind::kFinishClose:
      return detail::emit_closing(emission, *manager, *emission.step.after.manager_here());
    case NodeActionKind::kLocalFence: return emit_local_fence(emission);
    case NodeActionKind::kCloseOrchestrator: return emit_shutdown(emission);
    case NodeActionKind::kReport:
    case NodeActionKind::kReportError:
    case NodeActionKind::kCompleteHeartbeat:
    case NodeActionKind::kFailCreate:
    case NodeActionKind::kFailCleanUp: return;  // nothing is written
  }
}

}  // namespace

namespace detail {

void Emission::line(LineId id, const Facts& facts, std::optional<Thread> thread) const {
  const Row* row = row_for(id, facts);
  if (!thread) thread = row == nullptr ? Thread::kProcess : row->thread;
  out.push_back({.thread = *thread, .what = What::kLine, .line = id, .facts = facts});
}

const impl::Note* Emission::note(NoteKind kind) const {
  const auto found = std::find_if(step.out.notes.begin(), step.out.notes.end(),
                                  [&](const impl::Note& note) { return note.kind == kind; });
  return found == step.out.notes.end() ? nullptr : &*found;
}

Facts facts_of(const impl::Dispatcher& dispatcher) {
  return {
      .id = dispatcher.id, .mode = dispatcher.mode, .span = dispatcher.span, .start_ts = dispatcher.start_ts};
}

Facts stale(const impl::Message& request, const impl::DispatcherManager& manager) {
  return {.from = request.from,
          .epoch = request.epoch,
          .owner = manager.owner,
          .owner_epoch = manager.epoch,
          .type = request.type()};
}

void emit_closing(const Emission& emission, const impl::DispatcherManager& before,
                  const impl::DispatcherManager& after) {
  if (!before.closing && after.closing) emission.line(LineId::kManagerClosing, {});
  if (!before.closed && after.closed) emission.line(LineId::kManagerClosed, {});
  if (emission.note(NoteKind::kRemovedCleanUpFailed) != nullptr) emission.line(LineId::kCannotCleanUp, {});
}

void emit_write_path_closed(const Emission& emission, const impl::DispatcherManager& manager) {
  emission.line(LineId::kStopsWritePath, {});
  for (const impl::Mode mode : {impl::Mode::kRedo, impl::Mode::kDefault}) {
    for (const impl::Dispatcher& dispatcher : manager.dispatchers) {
      if (dispatcher.mode != mode) continue;
      emission.line(LineId::kEventCollectorRemoves, {.id = dispatcher.id});
      emission.line(LineId::kFlushed, {.id = dispatcher.id, .mode = mode, .span = dispatcher.span});
    }
    if (mode == impl::Mode::kDefault || manager.redo_enabled) {
      emission.line(LineId::kWritePathStopped, {.mode = mode});
    }
  }
}

void emit_unregistered(const Emission& emission) {
  emission.line(LineId::kUnregisters, {});
}

}  // namespace detail

void emit(const impl::Rules& rules, const traces::ImplementationStep& step, std::vector<Emitted>& out) {
  const Emission emission{rules, step, out};
  if (step.received != nullptr) {
    emit_arrival(emission);
  } else {
    emit_lines(emission);
  }
  emit_sends(emission);
}

impl::ErrorCode error_of(const impl::Message& message) {
  if (const auto* bootstrap = message.as<impl::MaintainerBootstrapResponse>()) return bootstrap->error;
  if (const auto* post = message.as<impl::MaintainerPostBootstrapResponse>()) return post->error;
  if (const auto* heartbeat = message.as<impl::HeartBeatRequest>()) return heartbeat->error;
  return impl::ErrorCode::kNone;
}

}  // namespace takeover::logs
