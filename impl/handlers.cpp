#include "impl/handlers.h"

namespace takeover::impl {
namespace {

void end(DispatcherOrchestrator& orchestrator, const Ending& ending, bool answered, Reason why, Outbox& out) {
  const Message& request = orchestrator.handler->request;
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

}  // namespace

void end_silently(DispatcherOrchestrator& orchestrator, const Ending& ending, Reason why, Outbox& out) {
  end(orchestrator, ending, false, why, out);
}

void end_with(DispatcherOrchestrator& orchestrator, const Ending& ending, const MessageBody& reply,
              Outbox& out) {
  const Message& request = orchestrator.handler->request;
  out.send(request.from, ending.epoch.value_or(request.epoch), reply);
  end(orchestrator, ending, true, Reason::kNone, out);
}

void end_with_error(DispatcherOrchestrator& orchestrator, const Rules& rules, const Ending& ending,
                    const MessageBody& reply, Outbox& out) {
  if (orchestrator.is_leaving() && rules(Guard::kLeavingIsSilent)) {
    end_silently(orchestrator, ending, Reason::kNodeLeavingIsSilent, out);
  } else {
    end_with(orchestrator, ending, reply, out);
  }
}

void take_fence(DispatcherManager& manager, const Rules& rules) {
  if (rules.variants.fence_mutex) manager.fence = FenceHolder::kOrchestrator;
}

bool is_silent(const DispatcherOrchestrator& orchestrator, const Rules& rules, ErrorCode error) {
  if (!rules(Guard::kWritePathClosedSilent)) return false;
  if (error == ErrorCode::kErrWritePathClosed) {
    return orchestrator.is_leaving() || !rules(Guard::kClosedWritePathAnswered);
  }
  return orchestrator.is_leaving() && !rules.variants.loud_leaving_trigger_errors;
}

}  // namespace takeover::impl
