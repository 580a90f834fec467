// handlePostBootstrapRequest of TiCDC: one step, under the fence.

#include "impl/handlers.h"

namespace takeover::impl {

void post_bootstrap(DispatcherOrchestrator& orchestrator, const Rules& rules, Outbox& out) {
  const Message request = orchestrator.handler->request;
  const auto& body = *request.as<MaintainerPostBootstrapRequest>();
  if (!orchestrator.manager) {
    end_silently(orchestrator, {}, Reason::kNoManager, out);
    return;
  }
  DispatcherManager& manager = *orchestrator.manager;
  const bool no_trigger = manager.event_trigger == DispatcherId::kNone;
  if (rules.variants.trigger_before_admission && no_trigger) {
    const bool admitted = manager.is_request_allowed(request.from, request.epoch);
    end_silently(orchestrator, {.admitted = admitted}, Reason::kNoTrigger, out);
    return;
  }
  take_fence(manager, rules);
  if (rules(Guard::kPostBootstrapAdmission) && !manager.is_request_allowed(request.from, request.epoch)) {
    end_silently(orchestrator, {}, Reason::kNotOwnersPostBootstrap, out);
    return;
  }
  out.note({.kind = NoteKind::kMessageAdmitted,
            .type = MessageType::kPostBootstrap,
            .from = request.from,
            .epoch = request.epoch});
  MaintainerPostBootstrapResponse response;
  if (no_trigger && !rules(Guard::kPostBootstrapMissingTrigger)) {
    end_silently(orchestrator, {.admitted = true}, Reason::kNoTriggerUnanswered, out);
    return;
  }
  if (!no_trigger && body.event_trigger == DispatcherId::kNone && !rules(Guard::kNilChecked)) {
    out.die(Reason::kNilPostBootstrap);
    return;
  }
  if (no_trigger || manager.event_trigger != body.event_trigger) {
    response.error = ErrorCode::kErrChangefeedInitTableTriggerDispatcherFailed;
    end_with_error(orchestrator, rules, {.admitted = true}, response, out);
    return;
  }
  if (manager.write_path_closed) {
    response.error = ErrorCode::kErrWritePathClosed;
    if (is_silent(orchestrator, rules, response.error)) {
      end_silently(orchestrator, {.admitted = true, .keep_fence = !rules(Guard::kFenceRelease)},
                   Reason::kWritePathClosed, out);
    } else {
      end_with(orchestrator, {.admitted = true}, response, out);
    }
    return;
  }
  manager.initialise_schema_store(rules, Mode::kDefault, out);
  if (manager.redo_ready && manager.redo_trigger != DispatcherId::kNone) {
    manager.initialise_schema_store(rules, Mode::kRedo, out);
  }
  if (orchestrator.fenced) {
    manager.local_fence(out);
    end_silently(orchestrator, {.admitted = true}, Reason::kNodeFenced, out);
    return;
  }
  response.event_trigger = body.event_trigger;
  end_with(orchestrator, {.admitted = true}, response, out);
}

}  // namespace takeover::impl
