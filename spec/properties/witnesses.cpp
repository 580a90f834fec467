#include "spec/properties/witnesses.h"

#include <algorithm>
#include <array>
#include <variant>

#include "spec/properties/judge.h"

namespace takeover::spec {
namespace {

using impl::MessageType;
using impl::Note;
using impl::NoteKind;
using impl::OrchestratorStep;

constexpr std::array<WitnessInfo, kWitnessCount> kWitnesses{{
    {Witness::kManagerCreated, "manager-created", "a manager is built and published"},
    {Witness::kTakeoverAccepted, "takeover-accepted", "the owner of a manager changes and is answered"},
    {Witness::kTakeoverRejected, "takeover-rejected", "a Bootstrap is answered with an error"},
    {Witness::kBootstrapDropped, "bootstrap-dropped",
     "a Bootstrap is refused under the fence without an answer"},
    {Witness::kBootstrapRepeated, "bootstrap-repeated", "the owner's Bootstrap is answered once more"},
    {Witness::kTriggerCreatedOnReuse, "trigger-created-on-reuse", "a manager without trigger gets one"},
    {Witness::kTriggerTakenBack, "trigger-taken-back",
     "a Bootstrap that fails takes back the event trigger that it created"},
    {Witness::kStaleRemoveRestored, "stale-remove-restored", "a response carries a Remove of another owner"},
    {Witness::kOwnOperatorReported, "own-operator-reported",
     "a response carries an operator of its own owner"},
    {Witness::kCreateDropped, "create-dropped", "a Create that is not the owner's is dropped"},
    {Witness::kDispatcherCreated, "dispatcher-created", "a table's dispatcher is created"},
    {Witness::kDispatcherRemoved, "dispatcher-removed", "clean-up forgets a dispatcher"},
    {Witness::kRemoveMissing, "remove-missing", "a Remove finds no dispatcher"},
    {Witness::kTriggerRemoved, "trigger-removed", "a table trigger is gone"},
    {Witness::kPostBootstrapped, "post-bootstrapped", "a trigger is registered with the event collector"},
    {Witness::kPostBootstrapRefused, "post-bootstrap-refused", "a PostBootstrap is answered with an error"},
    {Witness::kCloseAcknowledged, "close-acknowledged", "a Close deletes the manager"},
    {Witness::kCloseRefused, "close-refused", "a Close is answered with success = false"},
    {Witness::kStaleCloseAcknowledged, "stale-close-acknowledged",
     "a Close leaves the manager alone and succeeds"},
    {Witness::kTombstoneDropsBootstrap, "tombstone-drops-bootstrap",
     "a Bootstrap of a closed epoch is dropped"},
    {Witness::kPendingReplaced, "pending-replaced", "a pending message gives way to a stronger one"},
    {Witness::kActionAdmitted, "action-admitted", "a barrier action is admitted"},
    {Witness::kActionExecutedAfterTakeover, "action-executed-after-takeover",
     "an admitted barrier action is executed under the next owner"},
    {Witness::kRedoMarkSet, "redo-mark-set", "a redo message is admitted"},
    {Witness::kMergeDone, "merge-done", "a merge ends"},
    {Witness::kMergeAborted, "merge-aborted", "a merge is aborted"},
    {Witness::kTakeoverDuringMerge, "takeover-during-merge", "the owner changes while a merge is under way"},
    {Witness::kFencedWhileBuilding, "fenced-while-building", "the local fence strikes a manager being built"},
    {Witness::kFencedWhileHandling, "fenced-while-handling",
     "the local fence strikes while a handler is under way"},
    {Witness::kCreationFailed, "creation-failed", "a creation fails"},
    {Witness::kRemovedCleanUp, "removed-clean-up", "the remove-only clean-up runs"},
    {Witness::kCleanUpFailed, "clean-up-failed", "the remove-only clean-up fails"},
    {Witness::kCleanedUpAgain, "cleaned-up-again", "the remove-only clean-up succeeds after it had failed"},
}};

constexpr bool in_order() {
  for (std::size_t i = 0; i < kWitnesses.size(); ++i) {
    if (static_cast<std::size_t>(kWitnesses[i].witness) != i) return false;
  }
  return true;
}
static_assert(in_order(), "the table is indexed by the enumeration");

bool has_redo_mark(MessageType type) {
  return type == MessageType::kRedoMeta || type == MessageType::kRedoResolvedTsForward;
}

// The step is a Bootstrap's own, and the manager was here before it.
bool ensures_trigger(const Observation& step) {
  const auto& before = step.before.handler;
  return before && step.after.handler != before &&
         (before->next == OrchestratorStep::kEnsureEventTrigger ||
          before->next == OrchestratorStep::kEnsureRedoTrigger);
}

void witness_note(const Observation& step, const Note& note, Findings& findings) {
  const bool bootstrap = note.type == MessageType::kBootstrap;
  switch (note.kind) {
    case NoteKind::kManagerPublished:
      return findings.reach(Witness::kManagerCreated);
    case NoteKind::kHandlerEnded:
      if (bootstrap && !note.answered && !note.admitted) findings.reach(Witness::kBootstrapDropped);
      return;
    case NoteKind::kMessageDropped:
      if (bootstrap && note.why == "its epoch was closed here")
        findings.reach(Witness::kTombstoneDropsBootstrap);
      if (note.type == MessageType::kSchedule && note.why == "not from the owner and its epoch") {
        findings.reach(Witness::kCreateDropped);
      }
      return;
    case NoteKind::kMessageAdmitted:
      if (note.type == MessageType::kHeartBeatResponse) findings.reach(Witness::kActionAdmitted);
      if (has_redo_mark(note.type)) findings.reach(Witness::kRedoMarkSet);
      return;
    case NoteKind::kDispatcherCreated:
      return findings.reach(ensures_trigger(step) ? Witness::kTriggerCreatedOnReuse
                                                  : Witness::kDispatcherCreated);
    case NoteKind::kDispatcherDeleted:
      return findings.reach(ensures_trigger(step) ? Witness::kTriggerTakenBack : Witness::kDispatcherRemoved);
    case NoteKind::kRemoveMissing:
      return findings.reach(Witness::kRemoveMissing);
    case NoteKind::kTriggerRegistered:
      return findings.reach(Witness::kPostBootstrapped);
    case NoteKind::kActionExecuted: {
      const auto& manager = step.before.manager;
      const bool later = manager && !manager->is_request_allowed(note.from, note.epoch);
      if (later) findings.reach(Witness::kActionExecutedAfterTakeover);
      return;
    }
    case NoteKind::kMergeDone:
      return findings.reach(Witness::kMergeDone);
    case NoteKind::kMergeAborted:
      return findings.reach(Witness::kMergeAborted);
    case NoteKind::kOwnerChanged:
      if (step.before.manager && !step.before.manager->merges.empty()) {
        findings.reach(Witness::kTakeoverDuringMerge);
      }
      return;
    case NoteKind::kCreateFailed:
      return findings.reach(Witness::kCreationFailed);
    case NoteKind::kRemovedCleanUp: {
      findings.reach(Witness::kRemovedCleanUp);
      // A closed manager owes it only when a try has failed.
      const auto& manager = step.before.manager;
      if (manager && manager->closed && manager->owes_clean_up()) findings.reach(Witness::kCleanedUpAgain);
      return;
    }
    case NoteKind::kRemovedCleanUpFailed:
      return findings.reach(Witness::kCleanUpFailed);
    default:
      return;
  }
}

void witness_bootstrap(const Observation& step, const impl::MaintainerBootstrapResponse& response,
                       Findings& findings) {
  if (response.error != impl::ErrorCode::kNone) return findings.reach(Witness::kTakeoverRejected);
  const impl::DispatcherManager& manager = *step.before.manager;
  findings.reach(step.before.handler->existed ? Witness::kBootstrapRepeated : Witness::kManagerCreated);
  for (const impl::JournalEntry& entry : response.operators) {
    findings.reach(is_stale_operator(manager, entry) ? Witness::kStaleRemoveRestored
                                                     : Witness::kOwnOperatorReported);
  }
}

void witness_reply(const Observation& step, const impl::Message& reply, Findings& findings) {
  if (const auto* response = reply.as<impl::MaintainerBootstrapResponse>()) {
    witness_bootstrap(step, *response, findings);
  } else if (const auto* posted = reply.as<impl::MaintainerPostBootstrapResponse>()) {
    if (posted->error != impl::ErrorCode::kNone) findings.reach(Witness::kPostBootstrapRefused);
  } else if (const auto* closed = reply.as<impl::MaintainerCloseResponse>()) {
    if (!closed->success) findings.reach(Witness::kCloseRefused);
    if (closed->success && step.after.manager) findings.reach(Witness::kStaleCloseAcknowledged);
    if (closed->success && step.before.manager && !step.after.manager)
      findings.reach(Witness::kCloseAcknowledged);
  }
}

}  // namespace

std::span<const WitnessInfo> all_witnesses() {
  return kWitnesses;
}

std::optional<Witness> witness_named(std::string_view id) {
  const auto* it = std::ranges::find(kWitnesses, id, &WitnessInfo::id);
  if (it == kWitnesses.end()) return std::nullopt;
  return it->witness;
}

void witness_step(const Observation& step, Findings& findings) {
  for (const Note& note : step.out.notes) witness_note(step, note, findings);
  for (const impl::Message& reply : step.out.sent) witness_reply(step, reply, findings);
  const auto& before = step.before.manager;
  const auto& after = step.after.manager;
  if (before && after) {
    if (before->owner != after->owner || before->epoch != after->epoch)
      findings.reach(Witness::kTakeoverAccepted);
    if (before->event_trigger != after->event_trigger && after->event_trigger == impl::DispatcherId::kNone) {
      findings.reach(Witness::kTriggerRemoved);
    }
  }
  if (step.after.fenced && !step.before.fenced) {
    if (step.before.initializing) findings.reach(Witness::kFencedWhileBuilding);
    if (step.before.handler) findings.reach(Witness::kFencedWhileHandling);
  }
  if (step.received == nullptr || step.before.pending.size() != step.after.pending.size()) return;
  if (step.received->is_for_orchestrator() && !(step.before.pending == step.after.pending)) {
    findings.reach(Witness::kPendingReplaced);
  }
}

}  // namespace takeover::spec
