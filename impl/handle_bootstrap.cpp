// handleBootstrapRequest, handlePostBootstrapRequest and handleCloseRequest of TiCDC, step by step.
#include <algorithm>

#include "impl/handlers.h"

namespace takeover::impl {
namespace {

constexpr auto kTriggerFailed = ErrorCode::kErrChangefeedInitTableTriggerDispatcherFailed;

const MaintainerBootstrapRequest& body_of(const OrchestratorHandler& handler) {
  return std::get<MaintainerBootstrapRequest>(handler.request.body);
}

MaintainerBootstrapResponse error_response(const OrchestratorHandler& handler, ErrorCode error) {
  MaintainerBootstrapResponse response;
  response.epoch = handler.request.epoch;
  response.error = error;
  return response;
}

void end(DispatcherOrchestrator& orchestrator, const Ending& ending, bool answered, std::string_view why,
         Outbox& out) {
  const Request& request = orchestrator.handler->request;
  if (orchestrator.manager && orchestrator.manager->fence == FenceHolder::kOrchestrator &&
      !ending.keep_fence) {
    orchestrator.manager->fence = FenceHolder::kNobody;
  }
  out.note({.kind = NoteKind::kHandlerEnded,
            .type = request.type(),
            .admitted = ending.admitted,
            .answered = answered,
            .from = request.from,
            .epoch = request.epoch,
            .why = why});
  orchestrator.handler.reset();
}

void take_fence(DispatcherManager& manager, const Rules& rules) {
  if (rules.variants.fence_mutex) manager.fence = FenceHolder::kOrchestrator;
}

// Whether a failed creation is hidden from the maintainer: it goes elsewhere, and the changefeed is healthy.
bool is_silent(const DispatcherOrchestrator& orchestrator, const Rules& rules, ErrorCode error) {
  if (!rules(Guard::kWritePathClosedSilent)) return false;
  if (error == ErrorCode::kErrWritePathClosed) {
    return orchestrator.is_leaving() || !rules(Guard::kClosedWritePathAnswered);
  }
  return orchestrator.is_leaving() && !rules.variants.loud_leaving_trigger_errors;
}

void end_with_creation_error(DispatcherOrchestrator& orchestrator, const Rules& rules, bool admitted,
                             ErrorCode error, Outbox& out) {
  const OrchestratorHandler& handler = *orchestrator.handler;
  if (is_silent(orchestrator, rules, error)) {
    const bool leaks =
        error == ErrorCode::kErrWritePathClosed && handler.existed && !rules(Guard::kFenceRelease);
    end_silently(orchestrator, {.admitted = admitted, .keep_fence = leaks}, "the write path is closed", out);
  } else {
    // end_with_error would hide it from a leaving node's maintainer, which is what is_silent has decided
    // already.
    end_with(orchestrator, {.admitted = admitted}, error_response(handler, error), out);
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
    end_silently(orchestrator, {.admitted = true}, "the node is leaving", out);
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

ErrorCode ensure_triggers(DispatcherManager& manager, const Rules& rules,
                          const MaintainerBootstrapRequest& body, bool& fail, Outbox& out) {
  const ErrorCode error =
      manager.ensure_trigger(rules, Mode::kDefault, body.event_trigger, body.start_ts, fail, out);
  if (error != ErrorCode::kNone) return error;
  return manager.ensure_trigger(rules, Mode::kRedo, body.redo_trigger, body.start_ts, fail, out);
}

// TiCDC: TryUpdateMaintainer.
void update_owner(DispatcherManager& manager, const Rules& rules, const Request& request, Outbox& out) {
  const Epoch epoch = epoch_of(rules, request);
  if (manager.owner == request.from && manager.epoch == epoch) return;
  manager.owner = request.from;
  manager.epoch = epoch;
  out.note({.kind = NoteKind::kOwnerChanged, .from = request.from, .epoch = epoch});
}

void take_over(DispatcherOrchestrator& orchestrator, const Rules& rules, Outbox& out) {
  OrchestratorHandler& handler = *orchestrator.handler;
  DispatcherManager& manager = *orchestrator.manager;
  take_fence(manager, rules);
  if (!manager.can_update_maintainer(rules, handler.request.from, epoch_of(rules, handler.request))) {
    end_silently(orchestrator, {}, "another owner has this epoch or a higher one", out);
    return;
  }
  if (manager.is_dead() && rules(Guard::kBootstrapRefusesClosing)) {
    end_silently(orchestrator, {}, "the manager is closing", out);
    return;
  }
  out.note(
      {.kind = NoteKind::kMessageAdmitted, .from = handler.request.from, .epoch = handler.request.epoch});
  const MaintainerBootstrapRequest& body = body_of(handler);
  if (!rules(Guard::kValidateBeforeOwner)) update_owner(manager, rules, handler.request, out);
  if (handler.existed) {
    if (const ErrorCode error = validate_triggers(manager, rules, body); error != ErrorCode::kNone) {
      end_with_error(orchestrator, rules, {.admitted = true}, error_response(handler, error), out);
      return;
    }
    if (!rules(Guard::kOwnerAfterTriggers)) update_owner(manager, rules, handler.request, out);
    const ErrorCode error = ensure_triggers(manager, rules, body, orchestrator.fail_create, out);
    if (error != ErrorCode::kNone) {
      end_with_creation_error(orchestrator, rules, true, error, out);
      return;
    }
  }
  update_owner(manager, rules, handler.request, out);
  handler.next = OrchestratorStep::kReadDefaultSpans;
}

// ------------------------------------------------------------------------------------------- the response

void read_spans(const DispatcherManager& manager, Mode mode, MaintainerBootstrapResponse& response) {
  for (const Dispatcher& dispatcher : manager.dispatchers) {
    if (dispatcher.mode != mode) continue;
    response.spans.push_back(
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
    end_silently(orchestrator, {.admitted = true}, "the node is fenced", out);
    return;
  }
  handler.response.epoch = manager.epoch;
  handler.response.checkpoint_ts = start_ts_of(manager, rules, handler, Mode::kDefault);
  handler.response.redo_checkpoint_ts = start_ts_of(manager, rules, handler, Mode::kRedo);
  read_spans(manager, Mode::kDefault, handler.response);
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
    end_silently(orchestrator, {.admitted = true}, "the write path is closed", out);
    return;
  }
  const DispatcherManager& manager = *orchestrator.manager;
  MaintainerBootstrapResponse response = handler.response;
  for (const JournalEntry& entry : manager.journal) {
    if (!is_restored(manager, rules, entry, response)) continue;
    if (entry.action == ScheduleAction::kRemove && !is_reported(response, entry)) {
      out.note({.kind = NoteKind::kShouldNotHappen,
                .mode = entry.mode,
                .id = entry.id,
                .why = "a restored Remove names a dispatcher that is not here"});
    }
    response.operators.push_back(entry);
  }
  const MaintainerBootstrapRequest& body = body_of(handler);
  out.note({.kind = NoteKind::kTookOver,
            .from = handler.request.from,
            .id = body.event_trigger,
            .redo_id = body.redo_trigger,
            .epoch = response.epoch});
  end_with(orchestrator, {.admitted = true}, response, out);
}

}  // namespace

// ------------------------------------------------------------------------------------------------ endings

void end_silently(DispatcherOrchestrator& orchestrator, const Ending& ending, std::string_view why,
                  Outbox& out) {
  end(orchestrator, ending, false, why, out);
}

void end_with(DispatcherOrchestrator& orchestrator, const Ending& ending, const ReplyBody& reply,
              Outbox& out) {
  const NodeId to = orchestrator.handler->request.from;
  out.send(to, reply);
  end(orchestrator, ending, true, "", out);
}

void end_with_error(DispatcherOrchestrator& orchestrator, const Rules& rules, const Ending& ending,
                    const ReplyBody& reply, Outbox& out) {
  if (orchestrator.is_leaving() && rules(Guard::kLeavingIsSilent)) {
    end_silently(orchestrator, ending, "the node is leaving", out);
  } else {
    end_with(orchestrator, ending, reply, out);
  }
}

Epoch epoch_of(const Rules& rules, const Request& request) {
  const auto& body = std::get<MaintainerBootstrapRequest>(request.body);
  const bool from_config = !rules(Guard::kRequestEpochOnly) && body.config_epoch != 0;
  return from_config ? body.config_epoch : request.epoch;
}

// ----------------------------------------------------------------------------------------------- handlers

void bootstrap_step(DispatcherOrchestrator& orchestrator, const Rules& rules, Outbox& out) {
  switch (orchestrator.handler->next) {
    case OrchestratorStep::kRegisterInitializing:
      register_initializing(orchestrator, rules, out);
      return;
    case OrchestratorStep::kCreateTriggers:
      create_triggers(orchestrator, rules, out);
      return;
    case OrchestratorStep::kPublish:
      publish(orchestrator, out);
      return;
    case OrchestratorStep::kTakeOver:
      take_over(orchestrator, rules, out);
      return;
    case OrchestratorStep::kReadDefaultSpans:
      read_default_spans(orchestrator, rules, out);
      return;
    case OrchestratorStep::kReadRedoSpans:
      read_spans(*orchestrator.manager, Mode::kRedo, orchestrator.handler->response);
      orchestrator.handler->next = OrchestratorStep::kReadJournalAndSend;
      return;
    default:
      read_journal_and_send(orchestrator, rules, out);
      return;
  }
}

void post_bootstrap(DispatcherOrchestrator& orchestrator, const Rules& rules, Outbox& out) {
  const Request request = orchestrator.handler->request;
  const auto& body = std::get<MaintainerPostBootstrapRequest>(request.body);
  if (!orchestrator.manager) {
    end_silently(orchestrator, {}, "no manager is here", out);
    return;
  }
  DispatcherManager& manager = *orchestrator.manager;
  const bool no_trigger = manager.event_trigger == DispatcherId::kNone;
  if (rules.variants.trigger_before_admission && no_trigger) {
    const bool admitted = manager.is_request_allowed(request.from, request.epoch);
    end_silently(orchestrator, {.admitted = admitted}, "no event trigger is here", out);
    return;
  }
  take_fence(manager, rules);
  if (rules(Guard::kPostBootstrapAdmission) && !manager.is_request_allowed(request.from, request.epoch)) {
    end_silently(orchestrator, {}, "not from the owner and its epoch", out);
    return;
  }
  out.note({.kind = NoteKind::kMessageAdmitted,
            .type = RequestType::kPostBootstrap,
            .from = request.from,
            .epoch = request.epoch});
  MaintainerPostBootstrapResponse response{.epoch = request.epoch, .event_trigger = body.event_trigger};
  if (no_trigger && !rules(Guard::kPostBootstrapMissingTrigger)) {
    end_silently(orchestrator, {.admitted = true}, "no event trigger is here", out);
    return;
  }
  if (no_trigger || manager.event_trigger != body.event_trigger) {
    response.error = kTriggerFailed;
    end_with_error(orchestrator, rules, {.admitted = true}, response, out);
    return;
  }
  if (manager.write_path_closed) {
    response.error = ErrorCode::kErrWritePathClosed;
    if (is_silent(orchestrator, rules, response.error)) {
      end_silently(orchestrator, {.admitted = true, .keep_fence = !rules(Guard::kFenceRelease)},
                   "the write path is closed", out);
    } else {
      end_with(orchestrator, {.admitted = true}, response, out);
    }
    return;
  }
  if (!manager.schema_store || !rules(Guard::kPostBootstrapIdempotent)) {
    manager.schema_store = true;
    manager.trigger_registered = true;
    manager.checkpoint_stream = true;
    out.note({.kind = NoteKind::kTriggerRegistered, .id = manager.event_trigger});
  }
  const bool redo = manager.redo_ready && manager.redo_trigger != DispatcherId::kNone;
  if (redo && (!manager.redo_schema_store || !rules(Guard::kPostBootstrapIdempotent))) {
    manager.redo_schema_store = true;
    manager.redo_trigger_registered = true;
    out.note({.kind = NoteKind::kTriggerRegistered, .mode = Mode::kRedo, .id = manager.redo_trigger});
  }
  if (orchestrator.fenced) {
    manager.local_fence(out);
    end_silently(orchestrator, {.admitted = true}, "the node is fenced", out);
    return;
  }
  end_with(orchestrator, {.admitted = true}, response, out);
}

std::optional<Epoch> buried(std::optional<Epoch> tombstone, Epoch epoch, bool removed) {
  if (epoch == 0 && !removed) return tombstone;
  return std::max(tombstone.value_or(0), epoch);
}

bool is_buried(std::optional<Epoch> tombstone, const Rules& rules, Epoch epoch) {
  if (!tombstone || !rules(Guard::kTombstone)) return false;
  if (*tombstone == 0 && !rules(Guard::kTombstoneEpochZero)) return false;
  return epoch == 0 || epoch <= *tombstone;
}

void close(DispatcherOrchestrator& orchestrator, const Rules& rules, Outbox& out) {
  const Request request = orchestrator.handler->request;
  const bool removed = std::get<MaintainerCloseRequest>(request.body).removed;
  MaintainerCloseResponse response{.epoch = request.epoch, .success = true};
  if (!orchestrator.manager) {
    orchestrator.tombstone = buried(orchestrator.tombstone, request.epoch, removed);
    end_with(orchestrator, {}, response, out);
    return;
  }
  DispatcherManager& manager = *orchestrator.manager;
  take_fence(manager, rules);
  const bool newer = request.epoch != 0 && request.epoch >= manager.epoch && rules(Guard::kCloseNewerEpoch);
  const bool admitted =
      newer || manager.is_request_allowed(request.from, request.epoch) || !rules(Guard::kCloseAdmission);
  if (!admitted) {
    response.success = rules(Guard::kCloseAckStale);
    if (response.success && rules(Guard::kCloseAckTombstone)) {
      orchestrator.tombstone = buried(orchestrator.tombstone, request.epoch, removed);
    }
    end_with(orchestrator, {}, response, out);
    return;
  }
  out.note({.kind = NoteKind::kMessageAdmitted,
            .type = RequestType::kClose,
            .from = request.from,
            .epoch = request.epoch});
  response.success = manager.try_close(rules, removed, out);
  if (response.success) {
    out.note({.kind = NoteKind::kManagerDeleted, .epoch = manager.epoch});
    orchestrator.manager.reset();
    orchestrator.tombstone = buried(orchestrator.tombstone, request.epoch, removed);
  }
  end_with(orchestrator, {.admitted = true}, response, out);
}

}  // namespace takeover::impl
