// handleBootstrapRequest of TiCDC, step by step.
#include <algorithm>

#include "impl/handlers.h"
#include "impl/named.h"

namespace takeover::impl {
namespace {

const MaintainerBootstrapRequest& body_of(const OrchestratorHandler& handler) {
  return *handler.request.as<MaintainerBootstrapRequest>();
}

MaintainerBootstrapResponse error_response(ErrorCode error) {
  MaintainerBootstrapResponse response;
  response.error = error;
  return response;
}

void end_with_creation_error(DispatcherOrchestrator& orchestrator, const Rules& rules, bool admitted,
                             ErrorCode error, Outbox& out) {
  const OrchestratorHandler& handler = *orchestrator.handler;
  if (is_silent(orchestrator, rules, error)) {
    const bool leaks =
        error == ErrorCode::kErrWritePathClosed && handler.existed && !rules(Guard::kFenceRelease);
    end_silently(orchestrator, {.admitted = admitted, .keep_fence = leaks}, Reason::kWritePathClosed, out);
  } else {
    // end_with_error would hide it from a leaving node's maintainer, which is what is_silent has decided
    // already.
    end_with(orchestrator, {.admitted = admitted}, error_response(error), out);
  }
}

// ------------------------------------------------------------------------------------- building a manager

void register_initializing(DispatcherOrchestrator& orchestrator, const Rules& rules, Outbox& out) {
  OrchestratorHandler& handler = *orchestrator.handler;
  if (orchestrator.is_leaving()) {
    end_with_creation_error(orchestrator, rules, true, ErrorCode::kErrWritePathClosed, out);
    return;
  }
  DispatcherManager manager;
  manager.owner = handler.request.from;
  manager.epoch = epoch_of(rules, handler.request);
  manager.redo_enabled = body_of(handler).redo_enabled;
  orchestrator.initializing = manager;
  out.note({.kind = NoteKind::kManagerCreated, .from = manager.owner, .epoch = manager.epoch});
  handler.next = OrchestratorStep::kCreateTriggers;
}

void create_triggers(DispatcherOrchestrator& orchestrator, const Rules& rules, Outbox& out) {
  OrchestratorHandler& handler = *orchestrator.handler;
  DispatcherManager& manager = *orchestrator.initializing;
  const MaintainerBootstrapRequest& body = body_of(handler);
  ErrorCode error = manager.write_path_closed ? ErrorCode::kErrWritePathClosed : ErrorCode::kNone;
  if (error == ErrorCode::kNone && body.event_trigger != DispatcherId::kNone) {
    error = manager.create_trigger(Mode::kDefault, body.event_trigger, body.start_ts,
                                   orchestrator.fail_create, out);
  }
  if (error == ErrorCode::kNone && manager.redo_enabled) {
    if (body.redo_trigger != DispatcherId::kNone) {
      error = manager.create_trigger(Mode::kRedo, body.redo_trigger, body.start_ts, orchestrator.fail_create,
                                     out);
    }
    manager.redo_ready = error == ErrorCode::kNone;
  }
  if (error != ErrorCode::kNone) {
    manager.local_fence(out);
    out.note({.kind = NoteKind::kManagerDeleted, .epoch = manager.epoch});
    orchestrator.initializing.reset();
    end_with_creation_error(orchestrator, rules, true, error, out);
    return;
  }
  handler.next = OrchestratorStep::kPublish;
}

void publish(DispatcherOrchestrator& orchestrator, Outbox& out) {
  DispatcherManager& manager = *orchestrator.initializing;
  if (orchestrator.is_leaving()) {
    manager.local_fence(out);
    out.note({.kind = NoteKind::kManagerDeleted, .epoch = manager.epoch});
    orchestrator.initializing.reset();
    end_silently(orchestrator, {.admitted = true}, Reason::kNodeLeaving, out);
    return;
  }
  orchestrator.manager = manager;
  orchestrator.initializing.reset();
  orchestrator.tombstone.reset();
  out.note({.kind = NoteKind::kManagerPublished,
            .from = orchestrator.manager->owner,
            .epoch = orchestrator.manager->epoch});
  orchestrator.handler->next = OrchestratorStep::kTakeOver;
}

// -------------------------------------------------------------------------------------------- taking over

ErrorCode validate_triggers(const DispatcherManager& manager, const Rules& rules,
                            const MaintainerBootstrapRequest& body) {
  const ErrorCode error = manager.validate_trigger(rules, Mode::kDefault, body.event_trigger);
  if (error != ErrorCode::kNone) return error;
  return manager.validate_trigger(rules, Mode::kRedo, body.redo_trigger);
}

// TiCDC: TryUpdateMaintainer.
void update_owner(DispatcherManager& manager, const Rules& rules, const Message& request, Outbox& out) {
  const Epoch epoch = epoch_of(rules, request);
  if (manager.owner == request.from && manager.epoch == epoch) return;
  manager.owner = request.from;
  manager.epoch = epoch;
  if (manager.error == ErrorReport::kTold) manager.error = ErrorReport::kDue;
  out.note({.kind = NoteKind::kOwnerChanged, .from = request.from, .epoch = epoch});
}

// What comes after step `done`, which is take-over or one that ensures a trigger.
void go_on(DispatcherOrchestrator& orchestrator, const Rules& rules, OrchestratorStep done, Outbox& out) {
  OrchestratorHandler& handler = *orchestrator.handler;
  const MaintainerBootstrapRequest& body = body_of(handler);
  if (handler.existed && done < OrchestratorStep::kEnsureEventTrigger &&
      body.event_trigger != DispatcherId::kNone) {
    handler.next = OrchestratorStep::kEnsureEventTrigger;
    return;
  }
  if (handler.existed && done < OrchestratorStep::kEnsureRedoTrigger &&
      body.redo_trigger != DispatcherId::kNone) {
    handler.next = OrchestratorStep::kEnsureRedoTrigger;
    return;
  }
  handler.created_trigger = false;  // there is nothing left that could undo it
  update_owner(*orchestrator.manager, rules, handler.request, out);
  handler.next = OrchestratorStep::kReadDefaultSpans;
}

void take_over(DispatcherOrchestrator& orchestrator, const Rules& rules, Outbox& out) {
  OrchestratorHandler& handler = *orchestrator.handler;
  DispatcherManager& manager = *orchestrator.manager;
  take_fence(manager, rules);
  const Epoch epoch = epoch_of(rules, handler.request);
  if (const Reason why = manager.why_not_updated(rules, handler.request.from, epoch); why != Reason::kNone) {
    end_silently(orchestrator, {}, why, out);
    return;
  }
  out.note(
      {.kind = NoteKind::kMessageAdmitted, .from = handler.request.from, .epoch = handler.request.epoch});
  if (manager.is_dead() && rules(Guard::kBootstrapRefusesClosing)) {
    end_with_error(orchestrator, rules, {.admitted = true}, error_response(ErrorCode::kErrWritePathClosed),
                   out);
    return;
  }
  if (!rules(Guard::kValidateBeforeOwner)) update_owner(manager, rules, handler.request, out);
  if (handler.existed) {
    if (const ErrorCode error = validate_triggers(manager, rules, body_of(handler));
        error != ErrorCode::kNone) {
      end_with_error(orchestrator, rules, {.admitted = true}, error_response(error), out);
      return;
    }
    if (!rules(Guard::kOwnerAfterTriggers)) update_owner(manager, rules, handler.request, out);
  }
  go_on(orchestrator, rules, OrchestratorStep::kTakeOver, out);
}

void ensure_event_trigger(DispatcherOrchestrator& orchestrator, const Rules& rules, Outbox& out) {
  DispatcherManager& manager = *orchestrator.manager;
  const DispatcherId before = manager.event_trigger;
  const MaintainerBootstrapRequest& body = body_of(*orchestrator.handler);
  const ErrorCode error = manager.ensure_trigger(rules, Mode::kDefault, body.event_trigger, body.start_ts,
                                                 orchestrator.fail_create, out);
  if (error != ErrorCode::kNone) {
    end_with_creation_error(orchestrator, rules, true, error, out);
    return;
  }
  orchestrator.handler->created_trigger =
      before == DispatcherId::kNone && manager.event_trigger != DispatcherId::kNone;
  go_on(orchestrator, rules, OrchestratorStep::kEnsureEventTrigger, out);
}

// The event trigger was created a step ago, under the same fence: nobody has registered it or asked to remove
// it.
void undo_event_trigger(DispatcherManager& manager, Outbox& out) {
  out.note({.kind = NoteKind::kDispatcherDeleted, .id = manager.event_trigger});
  manager.dispatchers.erase(manager.event_trigger, Mode::kDefault);
  manager.set_trigger(Mode::kDefault, DispatcherId::kNone, 0);
}

void ensure_redo_trigger(DispatcherOrchestrator& orchestrator, const Rules& rules, Outbox& out) {
  DispatcherManager& manager = *orchestrator.manager;
  const MaintainerBootstrapRequest& body = body_of(*orchestrator.handler);
  const ErrorCode error = manager.ensure_trigger(rules, Mode::kRedo, body.redo_trigger, body.start_ts,
                                                 orchestrator.fail_create, out);
  if (out.dies) return;
  if (error != ErrorCode::kNone) {
    if (orchestrator.handler->created_trigger && rules(Guard::kTriggerCreationUndone)) {
      undo_event_trigger(manager, out);
    }
    end_with_creation_error(orchestrator, rules, true, error, out);
    return;
  }
  go_on(orchestrator, rules, OrchestratorStep::kEnsureRedoTrigger, out);
}

// ------------------------------------------------------------------------------------------- the response

void read_spans(const DispatcherManager& manager, Mode mode, MaintainerBootstrapResponse& response) {
  for (const Dispatcher& dispatcher : manager.dispatchers) {
    if (dispatcher.mode != mode) continue;
    response.spans.insert(
        {dispatcher.id, mode, dispatcher.status, dispatcher.span, dispatcher.checkpoint_ts});
  }
}

Ts start_ts_of(const DispatcherManager& manager, const Rules& rules, const OrchestratorHandler& handler,
               Mode mode) {
  if (handler.existed && !rules(Guard::kBootstrapIdempotent)) return 0;
  return manager.trigger_start_ts(mode);
}

void read_default_spans(DispatcherOrchestrator& orchestrator, const Rules& rules, Outbox& out) {
  OrchestratorHandler& handler = *orchestrator.handler;
  DispatcherManager& manager = *orchestrator.manager;
  if (orchestrator.fenced) {
    manager.local_fence(out);
    end_silently(orchestrator, {.admitted = true}, Reason::kNodeFenced, out);
    return;
  }
  handler.response.epoch = manager.epoch;
  handler.response.body.checkpoint_ts = start_ts_of(manager, rules, handler, Mode::kDefault);
  handler.response.body.redo_checkpoint_ts = start_ts_of(manager, rules, handler, Mode::kRedo);
  read_spans(manager, Mode::kDefault, handler.response.body);
  // Without redo there is nothing to read in between.
  handler.next =
      manager.redo_ready ? OrchestratorStep::kReadRedoSpans : OrchestratorStep::kReadJournalAndSend;
}

bool is_reported(const MaintainerBootstrapResponse& response, const JournalEntry& entry) {
  return std::any_of(response.spans.begin(), response.spans.end(), [&](const ReportedSpan& span) {
    return span.id == entry.id && span.mode == entry.mode;
  });
}

bool is_restored(const DispatcherManager& manager, const Rules& rules, const JournalEntry& entry,
                 const MaintainerBootstrapResponse& response) {
  if (rules.variants.report_every_operator || manager.is_request_allowed(entry.from, entry.epoch))
    return true;
  if (entry.action == ScheduleAction::kCreate) return !rules(Guard::kStaleCreateDropped);
  if (!rules(Guard::kStaleRemoveRestored)) return false;
  return rules(Guard::kStaleRemoveSameSnapshot) ? is_reported(response, entry)
                                                : manager.find(entry.id, entry.mode) != nullptr;
}

void read_journal_and_send(DispatcherOrchestrator& orchestrator, const Rules& rules, Outbox& out) {
  const OrchestratorHandler handler = *orchestrator.handler;
  if (orchestrator.manager->write_path_closed && rules(Guard::kAnswerChecksWritePath)) {
    end_silently(orchestrator, {.admitted = true}, Reason::kWritePathClosedMeanwhile, out);
    return;
  }
  const DispatcherManager& manager = *orchestrator.manager;
  MaintainerBootstrapResponse response = handler.response.body;
  for (const JournalEntry& entry : manager.journal) {
    if (!is_restored(manager, rules, entry, response)) continue;
    if (entry.action == ScheduleAction::kRemove && !is_reported(response, entry)) {
      out.note({.kind = NoteKind::kShouldNotHappen,
                .mode = entry.mode,
                .id = entry.id,
                .why = Reason::kRestoredRemoveIsMissing});
    }
    JournalEntry restored = entry;
    restored.from = NodeId::kNone;
    response.operators.insert(restored);
  }
  const MaintainerBootstrapRequest& body = body_of(handler);
  out.note({.kind = NoteKind::kTookOver,
            .from = handler.request.from,
            .id = body.event_trigger,
            .redo_id = body.redo_trigger,
            .epoch = handler.response.epoch});
  end_with(orchestrator, {.admitted = true, .epoch = handler.response.epoch}, response, out);
}

}  // namespace

Epoch epoch_of(const Rules& rules, const Message& request) {
  const auto& body = *request.as<MaintainerBootstrapRequest>();
  const bool from_config = !rules(Guard::kRequestEpochOnly) && body.config_epoch != 0;
  return from_config ? body.config_epoch : request.epoch;
}

void bootstrap_step(DispatcherOrchestrator& orchestrator, const Rules& rules, Outbox& out) {
  switch (orchestrator.handler->next) {
    case OrchestratorStep::kRegisterInitializing: register_initializing(orchestrator, rules, out); return;
    case OrchestratorStep::kCreateTriggers: create_triggers(orchestrator, rules, out); return;
    case OrchestratorStep::kPublish: publish(orchestrator, out); return;
    case OrchestratorStep::kTakeOver: take_over(orchestrator, rules, out); return;
    case OrchestratorStep::kEnsureEventTrigger: ensure_event_trigger(orchestrator, rules, out); return;
    case OrchestratorStep::kEnsureRedoTrigger: ensure_redo_trigger(orchestrator, rules, out); return;
    case OrchestratorStep::kReadDefaultSpans: read_default_spans(orchestrator, rules, out); return;
    case OrchestratorStep::kReadRedoSpans:
      read_spans(*orchestrator.manager, Mode::kRedo, orchestrator.handler->response.body);
      orchestrator.handler->next = OrchestratorStep::kReadJournalAndSend;
      return;
    case OrchestratorStep::kReadJournalAndSend: read_journal_and_send(orchestrator, rules, out); return;
    case OrchestratorStep::kLookUp:
    case OrchestratorStep::kPostBootstrap:
    case OrchestratorStep::kClose: break;  // of another handler
  }
  unreachable();
}

}  // namespace takeover::impl
