// The orchestrator's handlers: how they end, PostBootstrap and Close.
#include "spec/smt/step_orchestrator.h"

#include <array>

namespace takeover::smt {
namespace {

using impl::Guard;

// The first time, the trigger's id is registered; whether its removal was requested is looked at only with a
// guard. `other`: it was, of a trigger that is not tracked.
void initialise_schema_store(Builder& b, std::size_t m, Term other) {
  const Scalar store = m == 0 ? Scalar::kSchemaStore : Scalar::kRedoSchemaStore;
  const Term trigger = b[m == 0 ? Scalar::kEventTrigger : Scalar::kRedoTrigger];
  const Term dies = b.of(trigger, other, [m](const Record& record) { return record.is_going(m); });
  b.when(!b[store] || !b.on(Guard::kPostBootstrapIdempotent), [&] {
    b.set(store, true);
    b.when(!(dies && b.on(Guard::kDyingTriggerNotRegistered)), [&] {
      for (Record& record : b.t.next.records) {
        b.when(trigger == record.id, [&] { b.set(record, Own::kCollected, b.yes()); });
      }
      if (m == 0) b.set(Scalar::kCheckpointStream, true);
      b.emit(m == 0 ? b.t.out.registered : b.t.out.registered_redo);
    });
  });
}

void initialise_schema_stores(Builder& b) {
  initialise_schema_store(b, 0, b[Param::kOther]);
  b.when(b[Scalar::kRedoReady] && b[Scalar::kRedoTrigger] != 0,
         [&] { initialise_schema_store(b, 1, b[Param::kOtherRedo]); });
}

void post_bootstrap_admitted(Builder& b) {
  const Term missing = b[Scalar::kEventTrigger] == 0;
  const Term unanswered = missing && !b.on(Guard::kPostBootstrapMissingTrigger);
  const Term dies = !missing && b[Scalar::kRequestEvent] == 0 && !b.on(Guard::kNilChecked);
  const Term wrong =
      !unanswered && !dies && (missing || b[Scalar::kEventTrigger] != b[Scalar::kRequestEvent]);
  const Term closed = !unanswered && !dies && !wrong && b[Scalar::kWritePathClosed];
  const Term goes_on = !unanswered && !dies && !wrong && !closed;
  b.when(goes_on, [&] { initialise_schema_stores(b); });
  const Term fenced = b[Scalar::kFenced];
  b.when(goes_on && fenced, [&] { b.local_fence(); });
  const Term silent =
      b.on(Guard::kWritePathClosedSilent) && (b.is_leaving() || !b.on(Guard::kClosedWritePathAnswered));
  // The cases exclude each other; ending makes the handler's variables forget which it was.
  b.when(goes_on && fenced, [&] { end_silently(b, b.yes()); });
  b.when(goes_on && !fenced, [&] { end_with_answer(b, b.yes()); });
  b.when(closed, [&] { end(b, b.yes(), !silent, !silent, silent && !b.on(Guard::kFenceRelease)); });
  b.when(wrong, [&] { end_with_error(b); });
  b.when(unanswered, [&] { end_silently(b, b.yes()); });
  b.when(dies, [&] { b.die(); });
}

void post_bootstrap(Builder& b) {
  const Term here = b[Scalar::kManager] == manager::kPublished;
  b.require(b[Scalar::kStep] == step::kPostBootstrap && (!here || b.fence_is_free()));
  const Term from = b[Scalar::kFrom];
  const Term epoch = b[Scalar::kRequestEpoch];
  const Term admitted = is_request_allowed(b.t.next, from, epoch) || !b.on(Guard::kPostBootstrapAdmission);
  b.when(!here, [&] { end_silently(b, b.no()); });
  b.when(here, [&] {
    control(b, from, epoch);
    b.set(Scalar::kFence, fence::kOrchestrator);
    b.choose(
        admitted, [&] { post_bootstrap_admitted(b); }, [&] { end_silently(b, b.no()); });
  });
}

void acknowledge(Builder& b, Term epoch, Term removed) {
  b.emit(b.t.out.close_success);
  b.when(epoch != 0, [&] { b.set(Scalar::kAcknowledged, max(b[Scalar::kAcknowledged], epoch)); });
  b.when(epoch == 0 && removed, [&] { b.set(Scalar::kAcknowledgedZero, true); });
}

void close_of_manager(Builder& b, Term from, Term epoch, Term removed) {
  const Term newer = epoch != 0 && b[Scalar::kEpoch] <= epoch && b.on(Guard::kCloseNewerEpoch);
  const Term admitted = newer || is_request_allowed(b.t.next, from, epoch) || !b.on(Guard::kCloseAdmission);
  const Term acknowledged = !admitted && b.on(Guard::kCloseAckStale);
  b.when(acknowledged, [&] {
    acknowledge(b, epoch, removed);
    b.when(b.on(Guard::kCloseAckTombstone), [&] { b.bury(epoch, removed); });
  });
  b.when(admitted, [&] {
    const Term has_closed = b.try_close(removed);
    b.when(has_closed, [&] {
      b.forget_manager();
      b.bury(epoch, removed);
      acknowledge(b, epoch, removed);
    });
  });
  end_with_answer(b, admitted);
}

void close(Builder& b) {
  const Term here = b[Scalar::kManager] == manager::kPublished;
  b.require(b[Scalar::kStep] == step::kClose && (!here || b.fence_is_free()));
  const Term from = b[Scalar::kFrom];
  const Term epoch = b[Scalar::kRequestEpoch];
  const Term removed = b[Scalar::kRequestRemoved];
  b.emit(b.t.out.close_answered);
  b.when(!here, [&] {
    b.bury(epoch, removed);
    acknowledge(b, epoch, removed);
    end_with_answer(b, b.no());
  });
  b.when(here, [&] {
    control(b, from, epoch);
    b.emit(b.t.out.control_closes);
    b.set(Scalar::kFence, fence::kOrchestrator);
    close_of_manager(b, from, epoch, removed);
  });
}

}  // namespace

// The handler ends. Who held the fence lets it go, unless the mistake is made of keeping it.
void end(Builder& b, Term admitted, Term answered, Term error, Term keeps_fence) {
  b.emit(b.t.out.ended);
  b.emit(b.t.out.admitted, admitted);
  b.emit(b.t.out.answered, answered);
  b.emit(b.t.out.error, error);
  b.when(b[Scalar::kFence] == fence::kOrchestrator && !keeps_fence,
         [&] { b.set(Scalar::kFence, fence::kNobody); });
  b.clear(Part::kHandler);
  b.for_each([&](Record& record, std::size_t m) {
    b.set(record, m, InMode::kReported, b.no());
    b.set(record, m, InMode::kOwed, b.no());
  });
}

void end_silently(Builder& b, Term admitted) {
  end(b, admitted, b.no(), b.no(), b.no());
}
void end_with_answer(Builder& b, Term admitted) {
  end(b, admitted, b.yes(), b.no(), b.no());
}
// An error found before anything was tried: a leaving node does not tell.
void end_with_error(Builder& b) {
  const Term told = !(b.is_leaving() && b.on(Guard::kLeavingIsSilent));
  end(b, b.yes(), told, told, b.no());
}

void control(Builder& b, Term from, Term epoch) {
  b.emit(b.t.out.control);
  b.emit(b.t.out.control_from, from);
  b.emit(b.t.out.control_epoch, epoch);
}

void handler_step(Builder& b, Action action) {
  static constexpr std::array kSteps{
      StepRow{Action::kPostBootstrap, post_bootstrap},
      StepRow{Action::kClose, close},
  };
  static_assert(are_all_of(Stage::kHandler, kSteps));
  take(b, kSteps, action);
}

}  // namespace takeover::smt
