// What the orchestrator's handlers write.
#include "checker/logs/emit_steps.h"

namespace takeover::logs::detail {
namespace of_handler {
namespace {

using impl::MaintainerBootstrapRequest;
using impl::Mode;
using impl::NoteKind;
using impl::OrchestratorStep;
using impl::Reason;

Facts of_request(const impl::Message& request) {
  return {.from = request.from, .epoch = request.epoch, .type = request.type()};
}

void looks_up(const Emission& emission) {
  const impl::Note* dropped = emission.note(NoteKind::kMessageDropped);
  if (dropped == nullptr) return;
  const impl::Message& request = emission.step.before.pending.front();
  Facts facts = of_request(request);
  if (dropped->why == Reason::kNodeFenced) {
    emission.line(LineId::kFencedDropPending, facts);
  } else {
    facts.tombstone = emission.step.after.tombstone;
    emission.line(LineId::kStaleAfterClose, facts);
  }
}

// The lines of a trigger that the step created: a batch of one dispatcher, and what it is.
void creates_triggers(const Emission& emission, impl::Ts start_ts) {
  for (const impl::Note& note : emission.step.out.notes) {
    if (note.kind != NoteKind::kDispatcherCreated) continue;
    const bool is_redo = note.mode == Mode::kRedo;
    Facts facts{.id = note.id, .mode = note.mode, .span = impl::kDdlSpan, .start_ts = start_ts};
    emission.line(is_redo ? LineId::kRedoDispatcherCreated : LineId::kDispatcherCreated, facts,
                  Thread::kOrchestrator);
    facts.span.reset();
    emission.line(is_redo ? LineId::kRedoTriggerCreated : LineId::kEventTriggerCreated, facts);
  }
}

// Of a manager that a step of a handler fences.
void fences(const Emission& emission, const impl::DispatcherManager& manager) {
  if (emission.note(NoteKind::kWritePathClosed) == nullptr) return;
  emit_write_path_closed(emission, manager);
  emit_unregistered(emission);
}

void creates_manager(const Emission& emission, const impl::Message& request) {
  const impl::DispatcherOrchestrator& before = emission.step.before;
  const impl::DispatcherOrchestrator& after = emission.step.after;
  const impl::Ts start_ts = request.as<MaintainerBootstrapRequest>()->start_ts;
  creates_triggers(emission, start_ts);
  if (after.initializing) {
    emission.line(LineId::kManagerInitialized, {.owner = after.initializing->owner,
                                                .owner_epoch = after.initializing->epoch,
                                                .start_ts = start_ts,
                                                .redo = after.initializing->redo_enabled});
    return;
  }
  if (after.handler == before.handler) return;  // the process died
  fences(emission, *before.initializing);
  emission.line(LineId::kCannotCreateManager, of_request(request));
}

// Of the first mode that is refused: the other is not looked at.
void refuses_triggers(const Emission& emission, const impl::Message& request) {
  const impl::DispatcherManager& manager = *emission.step.before.manager;
  const auto& body = *request.as<MaintainerBootstrapRequest>();
  for (const Mode mode : {Mode::kDefault, Mode::kRedo}) {
    const impl::DispatcherId asked = mode == Mode::kDefault ? body.event_trigger : body.redo_trigger;
    if (manager.validate_trigger(emission.rules, mode, asked) == impl::ErrorCode::kNone) continue;
    Facts facts = of_request(request);
    facts.mode = mode;
    facts.trigger_here = manager.trigger(mode);
    facts.trigger_asked = asked;
    emission.line(LineId::kTriggerMismatch, facts);
    return;
  }
}

void takes_over(const Emission& emission, const impl::Message& request) {
  const impl::Note* ended = emission.note(NoteKind::kHandlerEnded);
  if (ended == nullptr) return;
  const impl::DispatcherManager& manager = *emission.step.before.manager;
  if (!ended->admitted) {
    emission.line(LineId::kStaleBootstrap, stale(request, manager));
  } else if (!manager.is_dead() || !emission.rules(impl::Guard::kBootstrapRefusesClosing)) {
    refuses_triggers(emission, request);
  }
}

void ensures_trigger(const Emission& emission, const impl::Message& request, Mode mode) {
  const auto& body = *request.as<MaintainerBootstrapRequest>();
  creates_triggers(emission, body.start_ts);
  if (emission.note(NoteKind::kHandlerEnded) == nullptr) return;
  Facts facts = of_request(request);
  facts.mode = mode;
  facts.trigger_asked = mode == Mode::kDefault ? body.event_trigger : body.redo_trigger;
  emission.line(LineId::kCannotCreateTrigger, facts);
}

void restores_removes(const Emission& emission) {
  const impl::DispatcherManager& manager = *emission.step.before.manager;
  for (const impl::Message& sent : emission.step.out.sent) {
    const auto* response = sent.as<impl::MaintainerBootstrapResponse>();
    if (response == nullptr) continue;
    for (const impl::JournalEntry& restored : response->operators) {
      const impl::JournalEntry* entry = manager.journal.find(restored.id);
      if (entry == nullptr || manager.is_request_allowed(entry->from, entry->epoch)) continue;
      if (entry->action != impl::ScheduleAction::kRemove) continue;
      emission.line(LineId::kStaleRemoveRestored, {.from = entry->from,
                                                   .epoch = entry->epoch,
                                                   .owner = manager.owner,
                                                   .owner_epoch = manager.epoch,
                                                   .id = entry->id});
    }
  }
  for (const impl::Note& note : emission.step.out.notes) {
    if (note.kind != NoteKind::kShouldNotHappen) continue;
    emission.line(LineId::kShouldNotHappen, {.id = note.id, .mode = note.mode});
  }
}

void initialises_schema_stores(const Emission& emission, const impl::DispatcherManager& manager) {
  const auto each = [&](Mode mode, bool was_initialised) {
    const impl::DispatcherId id = manager.trigger(mode);
    bool registered = false;
    for (const impl::Note& note : emission.step.out.notes) {
      registered |= note.kind == NoteKind::kTriggerRegistered && note.mode == mode;
    }
    if (registered) {
      emission.line(LineId::kEventCollectorAdds, {.id = id}, Thread::kOrchestrator);
    } else if (was_initialised) {
      emission.line(LineId::kSchemaStoreAgain, {.id = id});
    }
  };
  each(Mode::kDefault, manager.schema_store);
  if (manager.redo_ready && manager.redo_trigger != impl::DispatcherId::kNone) {
    each(Mode::kRedo, manager.redo_schema_store);
  }
}

void refuses_post_bootstrap(const Emission& emission, const impl::Message& request,
                            const impl::DispatcherManager& manager) {
  const impl::DispatcherId asked = request.as<impl::MaintainerPostBootstrapRequest>()->event_trigger;
  Facts facts = of_request(request);
  if (manager.event_trigger == impl::DispatcherId::kNone) {
    emission.line(LineId::kPostBootstrapNoTrigger, facts);
  } else if (manager.event_trigger != asked) {
    facts.trigger_here = manager.event_trigger;
    facts.trigger_asked = asked;
    emission.line(LineId::kPostBootstrapOtherTrigger, facts);
  } else if (manager.write_path_closed) {
    facts.mode = Mode::kDefault;
    emission.line(LineId::kPostBootstrapClosed, facts);
  } else {
    initialises_schema_stores(emission, manager);
    fences(emission, manager);
  }
}

void post_bootstraps(const Emission& emission, const impl::Message& request) {
  const impl::Note* ended = emission.note(NoteKind::kHandlerEnded);
  if (ended == nullptr) return;  // the process died
  if (!emission.step.before.manager) {
    emission.line(LineId::kPostBootstrapNoManager, of_request(request));
    return;
  }
  const impl::DispatcherManager& manager = *emission.step.before.manager;
  if (ended->why == Reason::kNotOwnersPostBootstrap) {
    emission.line(LineId::kStalePostBootstrap, stale(request, manager));
  } else {
    refuses_post_bootstrap(emission, request, manager);
  }
}

void closes(const Emission& emission, const impl::Message& request) {
  const impl::DispatcherOrchestrator& before = emission.step.before;
  const impl::DispatcherOrchestrator& after = emission.step.after;
  if (before.manager && emission.note(NoteKind::kMessageAdmitted) == nullptr) {
    emission.line(LineId::kStaleClose, stale(request, *before.manager));
  }
  Facts facts = of_request(request);
  facts.removed = request.as<impl::MaintainerCloseRequest>()->removed;
  for (const impl::Message& sent : emission.step.out.sent) {
    if (const auto* response = sent.as<impl::MaintainerCloseResponse>()) facts.success = response->success;
  }
  emission.line(LineId::kTryClose, facts);
  if (before.manager)
    emit_closing(emission, *before.manager, after.manager ? *after.manager : *before.manager);
}

}  // namespace
}  // namespace of_handler

void emit_handler(const Emission& emission) {
  using namespace of_handler;
  const impl::DispatcherOrchestrator& before = emission.step.before;
  if (!before.handler) return looks_up(emission);
  const impl::Message& request = before.handler->request;
  switch (before.handler->next) {
    case OrchestratorStep::kRegisterInitializing:
      if (!emission.step.after.initializing) emission.line(LineId::kCannotCreateManager, of_request(request));
      return;
    case OrchestratorStep::kCreateTriggers: return creates_manager(emission, request);
    case OrchestratorStep::kPublish: return fences(emission, *before.initializing);
    case OrchestratorStep::kTakeOver: return takes_over(emission, request);
    case OrchestratorStep::kEnsureEventTrigger: return ensures_trigger(emission, request, Mode::kDefault);
    case OrchestratorStep::kEnsureRedoTrigger: return ensures_trigger(emission, request, Mode::kRedo);
    case OrchestratorStep::kReadDefaultSpans: return fences(emission, *before.manager);
    case OrchestratorStep::kReadRedoSpans: return;
    case OrchestratorStep::kReadJournalAndSend: return restores_removes(emission);
    case OrchestratorStep::kPostBootstrap: return post_bootstraps(emission, request);
    case OrchestratorStep::kClose: return closes(emission, request);
    case OrchestratorStep::kLookUp: return;  // nobody stands before it
  }
}

}  // namespace takeover::logs::detail
