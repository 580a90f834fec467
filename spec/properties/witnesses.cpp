#include "spec/properties/witnesses.h"

#include <algorithm>
#include <array>
#include <bit>

#include "spec/properties/judge.h"

namespace takeover::spec {
namespace {

using impl::ErrorCode;
using impl::MaintainerBootstrapResponse;
using impl::MaintainerCloseResponse;
using impl::MessageType;
using impl::Note;
using impl::NoteKind;
using impl::OrchestratorStep;
using impl::Reason;

// ---- what is noted

bool some_note(const Observation& step, auto&& is_such) {
  return std::ranges::any_of(step.out.notes, is_such);
}

template <NoteKind kKind>
bool has_note(const Observation& step) {
  return find_note(step.out, kKind) != nullptr;
}

template <MessageType kType>
bool admits(const Observation& step) {
  return some_note(
      step, [](const Note& note) { return note.kind == NoteKind::kMessageAdmitted && note.type == kType; });
}

template <Reason kReason>
bool drops(const Observation& step) {
  return some_note(
      step, [](const Note& note) { return note.kind == NoteKind::kMessageDropped && note.why == kReason; });
}

bool drops_buried(const Observation& step) {
  return drops<Reason::kEpochClosed>(step) || drops<Reason::kEpochZeroClosed>(step);
}

bool drops_bootstrap(const Observation& step) {
  const Note* ended = find_note(step.out, NoteKind::kHandlerEnded);
  return ended != nullptr && ended->type == MessageType::kBootstrap && !ended->answered && !ended->admitted;
}

bool sets_redo_mark(const Observation& step) {
  return admits<MessageType::kRedoMeta>(step) || admits<MessageType::kRedoResolvedTsForward>(step);
}

// The step is a Bootstrap's own, and the manager was here before it.
bool ensures_trigger(const Observation& step) {
  const auto& before = step.before.handler;
  return before && step.after.handler != before &&
         (before->next == OrchestratorStep::kEnsureEventTrigger ||
          before->next == OrchestratorStep::kEnsureRedoTrigger);
}

template <bool kEnsured>
bool creates(const Observation& step) {
  return has_note<NoteKind::kDispatcherCreated>(step) && ensures_trigger(step) == kEnsured;
}

template <bool kEnsured>
bool deletes(const Observation& step) {
  return has_note<NoteKind::kDispatcherDeleted>(step) && ensures_trigger(step) == kEnsured;
}

bool executes_late(const Observation& step) {
  const auto& manager = step.before.manager;
  return manager && some_note(step, [&](const Note& note) {
           return note.kind == NoteKind::kActionExecuted &&
                  !manager->is_request_allowed(note.from, note.epoch);
         });
}

bool takes_over_during_merge(const Observation& step) {
  return has_note<NoteKind::kOwnerChanged>(step) && step.before.manager &&
         !step.before.manager->merges.empty();
}

// A closed manager owes it only when a try has failed.
bool cleans_up_again(const Observation& step) {
  const auto& manager = step.before.manager;
  return has_note<NoteKind::kRemovedCleanUp>(step) && manager && manager->closed && manager->owes_clean_up();
}

// ---- what is answered

const MaintainerBootstrapResponse* accepts_bootstrap(const Observation& step) {
  const auto* response = find_reply<MaintainerBootstrapResponse>(step.out);
  return response != nullptr && response->error == ErrorCode::kNone ? response : nullptr;
}

bool rejects_bootstrap(const Observation& step) {
  const auto* response = find_reply<MaintainerBootstrapResponse>(step.out);
  return response != nullptr && response->error != ErrorCode::kNone;
}

bool creates_manager(const Observation& step) {
  return has_note<NoteKind::kManagerPublished>(step) ||
         (accepts_bootstrap(step) != nullptr && !step.before.handler->existed);
}

bool answers_again(const Observation& step) {
  return accepts_bootstrap(step) != nullptr && step.before.handler->existed;
}

template <bool kStale>
bool reports_operator(const Observation& step) {
  const auto* response = accepts_bootstrap(step);
  return response != nullptr && std::ranges::any_of(response->operators, [&](const impl::JournalEntry& op) {
           return is_stale_operator(*step.before.manager, op) == kStale;
         });
}

bool refuses_post_bootstrap(const Observation& step) {
  const auto* response = find_reply<impl::MaintainerPostBootstrapResponse>(step.out);
  return response != nullptr && response->error != ErrorCode::kNone;
}

bool answers_close(const Observation& step, bool success) {
  const auto* response = find_reply<MaintainerCloseResponse>(step.out);
  return response != nullptr && response->success == success;
}

bool refuses_close(const Observation& step) {
  return answers_close(step, false);
}

bool acknowledges_close(const Observation& step) {
  return step.before.manager && !step.after.manager && answers_close(step, true);
}

bool acknowledges_stale_close(const Observation& step) {
  return step.after.manager && answers_close(step, true);
}

// ---- what changes

bool changes_owner(const Observation& step) {
  const auto& before = step.before.manager;
  const auto& after = step.after.manager;
  return before && after && (before->owner != after->owner || before->epoch != after->epoch);
}

bool removes_trigger(const Observation& step) {
  const auto& before = step.before.manager;
  const auto& after = step.after.manager;
  return before && after && before->event_trigger != after->event_trigger &&
         after->event_trigger == impl::DispatcherId::kNone;
}

bool is_fenced_now(const Observation& step) {
  return step.after.fenced && !step.before.fenced;
}

bool fences_building(const Observation& step) {
  return is_fenced_now(step) && step.before.initializing;
}

bool fences_handling(const Observation& step) {
  return is_fenced_now(step) && step.before.handler;
}

bool replaces_pending(const Observation& step) {
  return step.received != nullptr && step.received->is_for_orchestrator() &&
         step.before.pending.size() == step.after.pending.size() &&
         !(step.before.pending == step.after.pending);
}

constexpr std::array<WitnessInfo, kWitnessCount> kWitnesses{{
    {Witness::kManagerCreated, "manager-created", "a manager is built and published", creates_manager},
    {Witness::kTakeoverAccepted, "takeover-accepted", "the owner of a manager changes and is answered",
     changes_owner},
    {Witness::kTakeoverRejected, "takeover-rejected", "a Bootstrap is answered with an error",
     rejects_bootstrap},
    {Witness::kBootstrapDropped, "bootstrap-dropped",
     "a Bootstrap is refused under the fence without an answer", drops_bootstrap},
    {Witness::kBootstrapRepeated, "bootstrap-repeated", "the owner's Bootstrap is answered once more",
     answers_again},
    {Witness::kTriggerCreatedOnReuse, "trigger-created-on-reuse", "a manager without trigger gets one",
     creates<true>},
    {Witness::kTriggerTakenBack, "trigger-taken-back",
     "a Bootstrap that fails takes back the event trigger that it created", deletes<true>},
    {Witness::kStaleRemoveRestored, "stale-remove-restored", "a response carries a Remove of another owner",
     reports_operator<true>},
    {Witness::kOwnOperatorReported, "own-operator-reported",
     "a response carries an operator of its own owner", reports_operator<false>},
    {Witness::kCreateDropped, "create-dropped", "a Create that is not the owner's is dropped",
     drops<Reason::kNotOwnersSchedule>},
    {Witness::kDispatcherCreated, "dispatcher-created", "a table's dispatcher is created", creates<false>},
    {Witness::kDispatcherRemoved, "dispatcher-removed", "clean-up forgets a dispatcher", deletes<false>},
    {Witness::kRemoveMissing, "remove-missing", "a Remove finds no dispatcher",
     has_note<NoteKind::kRemoveMissing>},
    {Witness::kTriggerRemoved, "trigger-removed", "a table trigger is gone", removes_trigger},
    {Witness::kPostBootstrapped, "post-bootstrapped", "a trigger is registered with the event collector",
     has_note<NoteKind::kTriggerRegistered>},
    {Witness::kPostBootstrapRefused, "post-bootstrap-refused", "a PostBootstrap is answered with an error",
     refuses_post_bootstrap},
    {Witness::kCloseAcknowledged, "close-acknowledged", "a Close deletes the manager", acknowledges_close},
    {Witness::kCloseRefused, "close-refused", "a Close is answered with success = false", refuses_close},
    {Witness::kStaleCloseAcknowledged, "stale-close-acknowledged",
     "a Close leaves the manager alone and succeeds", acknowledges_stale_close},
    {Witness::kTombstoneDropsBootstrap, "tombstone-drops-bootstrap",
     "a Bootstrap of a closed epoch is dropped", drops_buried},
    {Witness::kPendingReplaced, "pending-replaced", "a pending message gives way to a stronger one",
     replaces_pending},
    {Witness::kActionAdmitted, "action-admitted", "a barrier action is admitted",
     admits<MessageType::kHeartBeatResponse>},
    {Witness::kActionExecutedAfterTakeover, "action-executed-after-takeover",
     "an admitted barrier action is executed under the next owner", executes_late},
    {Witness::kRedoMarkSet, "redo-mark-set", "a redo message is admitted", sets_redo_mark},
    {Witness::kMergeDone, "merge-done", "a merge ends", has_note<NoteKind::kMergeDone>},
    {Witness::kMergeAborted, "merge-aborted", "a merge is aborted", has_note<NoteKind::kMergeAborted>},
    {Witness::kTakeoverDuringMerge, "takeover-during-merge", "the owner changes while a merge is under way",
     takes_over_during_merge},
    {Witness::kFencedWhileBuilding, "fenced-while-building", "the local fence strikes a manager being built",
     fences_building},
    {Witness::kFencedWhileHandling, "fenced-while-handling",
     "the local fence strikes while a handler is under way", fences_handling},
    {Witness::kCreationFailed, "creation-failed", "a creation fails", has_note<NoteKind::kCreateFailed>},
    {Witness::kRemovedCleanUp, "removed-clean-up", "the remove-only clean-up runs",
     has_note<NoteKind::kRemovedCleanUp>},
    {Witness::kCleanUpFailed, "clean-up-failed", "the remove-only clean-up fails",
     has_note<NoteKind::kRemovedCleanUpFailed>},
    {Witness::kCleanedUpAgain, "cleaned-up-again", "the remove-only clean-up succeeds after it had failed",
     cleans_up_again},
}};
static_assert(impl::is_indexed(kWitnesses, &WitnessInfo::witness));

}  // namespace

std::span<const WitnessInfo> all_witnesses() {
  return kWitnesses;
}

std::optional<Witness> witness_named(std::string_view id) {
  const auto* it = std::ranges::find(kWitnesses, id, &WitnessInfo::id);
  if (it == kWitnesses.end()) return std::nullopt;
  return it->witness;
}

void witness_step(const Observation& step, const WitnessSet& asked, Findings& findings) {
  for (std::size_t i = 0; i * 64 < kWitnessCount; ++i) {
    for (std::uint64_t left = word_of(asked, i); left != 0; left &= left - 1) {
      const std::size_t index = i * 64 + static_cast<std::size_t>(std::countr_zero(left));
      if (kWitnesses[index].is_reached(step)) findings.reached[index] = true;
    }
  }
}

}  // namespace takeover::spec
