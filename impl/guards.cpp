#include "impl/guards.h"

#include <algorithm>
#include <array>

namespace takeover::impl {
namespace {

constexpr std::string_view kFinding = "finding";

constexpr std::array<GuardInfo, kGuardCount> kGuards{{
    {Guard::kScheduleAdmission, "schedule-admission", "#5435",
     "a Schedule is taken only from the manager's owner and epoch",
     "a delayed Create of epoch 1 makes a second writer for a table that epoch 2 has placed (issue #5083)"},
    {Guard::kMergeAdmission, "merge-admission", "#5435", "a Merge is taken only from the owner and epoch",
     "an old owner merges dispatchers of the new one"},
    {Guard::kHeartbeatResponseAdmission, "heartbeat-response-admission", "#5435",
     "a HeartBeatResponse is taken in only from the owner and epoch",
     "a late Write action of the old barrier makes the new owner's dispatcher execute a DDL"},
    {Guard::kRedoAdmission, "redo-admission", "#5436",
     "RedoMeta and RedoResolvedTsForward are taken only from the owner and epoch",
     "a delayed forward of epoch 1 unblocks events of epoch 2 before their redo log is persisted"},
    {Guard::kPostBootstrapAdmission, "post-bootstrap-admission", "#5435",
     "a PostBootstrap is taken only from the owner and epoch",
     "an old owner initialises the new owner's trigger"},
    {Guard::kCloseAdmission, "close-admission", "#5435",
     "a Close of a lower epoch does not close the manager", "an old owner closes the new owner's manager"},
    {Guard::kCloseAckStale, "close-ack-stale", "#5435",
     "a Close that is not admitted is answered with success",
     "a removal-only maintainer of an old epoch retries for ever"},
    {Guard::kBootstrapEpochOrder, "bootstrap-epoch-order", "#5435", "a Bootstrap of a lower epoch is dropped",
     "ownership goes back to an old epoch"},
    {Guard::kBootstrapSameEpochOwner, "bootstrap-same-epoch-owner", "#5435",
     "a Bootstrap of the same epoch by another sender is dropped", "two owners of one epoch"},
    {Guard::kEpochZeroStrict, "epoch-zero-strict", "#5435",
     "a Bootstrap of epoch 0 never takes over a manager that has an epoch",
     "an old node's request downgrades the manager"},
    {Guard::kRequestEpochOnly, "request-epoch-only", "#5435",
     "the manager's epoch is the request's, never the one inside its config",
     "a newer config makes an old maintainer's request look current"},
    {Guard::kTombstone, "tombstone", "#5435", "a closed epoch cannot create the manager again",
     "a delayed Bootstrap of a closed epoch re-creates the manager, and nobody closes it"},
    {Guard::kTombstoneEpochZero, "tombstone-epoch-zero", "#5435",
     "a tombstone counts by its presence, so that one of epoch 0 counts",
     "a removed changefeed of epoch 0 is re-created"},
    {Guard::kQueueNewerEpoch, "queue-newer-epoch", "#5435", "a newer epoch replaces the pending message",
     "the newer Bootstrap is dropped as a duplicate"},
    {Guard::kQueueRemovedUpgrade, "queue-removed-upgrade", "#4815, #5435",
     "a pending Close is upgraded to removed, unless the new one is of a lower epoch",
     "the stronger Close is lost"},
    {Guard::kQueueReleaseAtPop, "queue-release-at-pop", "#4815",
     "a key leaves the pending set when it is popped",
     "what arrives while another of its type is handled is lost, a Close(removed) behind a Close, too"},
    {Guard::kRemovedSticky, "removed-sticky", "#4815",
     "removed = true stays asked for while the manager closes", "the remove-only clean-up never runs"},
    {Guard::kTriggerIdMatch, "trigger-id-match", "#5436",
     "a manager with another trigger id rejects the Bootstrap",
     "the other trigger is left in place, silently, and the new owner counts on one that is not there"},
    {Guard::kTriggerNotReplaced, "trigger-not-replaced", "#5182, #5436",
     "a mismatched trigger is never replaced in place",
     "the old trigger may still be writing when its successor starts: DDL has two owners"},
    {Guard::kTriggerNilCheck, "trigger-nil-check", "#5436",
     "a Bootstrap without trigger id is rejected while a trigger is here",
     "the old trigger stays here while the new owner starts its own elsewhere"},
    {Guard::kTriggerCreateMissing, "trigger-create-missing", "before #5434",
     "a manager without trigger creates the requested one", "bootstrapped, and nobody executes DDL"},
    {Guard::kValidateBeforeOwner, "validate-before-owner", "#5436",
     "triggers are validated before the owner changes",
     "the owner changes, and its Bootstrap is rejected: no working owner"},
    {Guard::kStaleRemoveRestored, "stale-remove-restored", "#5436",
     "stale Removes of reported dispatchers are reported",
     "the new owner adopts a dispatcher that is about to stop"},
    {Guard::kStaleRemoveSameSnapshot, "stale-remove-same-snapshot", "#5436",
     "whether a stale Remove is reported is judged by the spans of the same response",
     "clean-up takes the dispatcher out of the live map meanwhile: its span is reported without its Remove"},
    {Guard::kStaleCreateDropped, "stale-create-dropped", "#5436", "stale Creates are not reported",
     "the new owner replays a placement that it never made"},
    {Guard::kJournal, "journal", "#3691", "requests in progress are journalled",
     "the new owner is not told of a Remove that completes after the takeover, and the span is lost"},
    {Guard::kJournalReplacesStale, "journal-replaces-stale", "#5435",
     "a stale journal entry gives way to the current owner's request",
     "the current owner's Create is dropped as a duplicate, for ever"},
    {Guard::kJournalSkipsMissing, "journal-skips-missing", "#3691",
     "a Remove of a missing dispatcher is not journalled", "a journal entry that nothing ever deletes"},
    {Guard::kCreateIdempotent, "create-idempotent", "#3691",
     "a Create for a dispatcher that exists or is being created is dropped",
     "the Create overwrites, then deletes, the journalled Remove of that dispatcher"},
    {Guard::kBootstrapIdempotent, "bootstrap-idempotent", "#962",
     "a repeated Bootstrap is answered with the trigger's start ts", "the maintainer sees start ts 0"},
    {Guard::kPostBootstrapIdempotent, "post-bootstrap-idempotent", "#1100",
     "a repeated PostBootstrap does not register the trigger again", "its stream is reset"},
    {Guard::kPostBootstrapMissingTrigger, "post-bootstrap-missing-trigger", "#5436",
     "a PostBootstrap without trigger is answered with an error", "the maintainer waits for ever"},
    {Guard::kFenceRelease, "fence-release", "#5436", "every early return releases the fence",
     "the next request of the changefeed blocks, and with it the worker"},
    {Guard::kWritePathClosedSilent, "write-path-closed-silent", "#5106, #5436",
     "on a leaving node a closed write path, or a trigger that cannot be created, is no error",
     "a leaving node puts a healthy changefeed into warning"},
    {Guard::kLocalFence, "local-fence", "#5106", "losing the lease closes all write paths",
     "a capture that others took over from keeps writing"},
    {Guard::kLocalFenceInitializing, "local-fence-initializing", "#5106",
     "also that of a manager that is being built", "its write path is open until building ends"},
    {Guard::kBootstrapRefusesClosing, "bootstrap-refuses-closing", kFinding,
     "a Bootstrap does not take over a closing manager, and replaces a closed one",
     "the new owner is told that all is well by a manager that cannot write"},
    {Guard::kCloseNewerEpoch, "close-newer-epoch", kFinding,
     "a Close of an epoch, not 0, that is at least the manager's closes it, whoever sends it",
     "the close is acknowledged while the manager goes on writing"},
    {Guard::kCloseAckTombstone, "close-ack-tombstone", kFinding,
     "an acknowledged Close leaves its tombstone also when it is not admitted",
     "a changefeed that was acknowledged as removed is created again"},
    {Guard::kCleanUpUnderFence, "clean-up-under-fence", kFinding,
     "clean-up forgets a dispatcher, its journal entry and its trigger in one step under the fence",
     "a response reports a dispatcher without the Remove that is completing"},
    {Guard::kFailedCreateUnjournalled, "failed-create-unjournalled", kFinding,
     "a Create that failed leaves the journal", "an entry that nothing ever deletes blocks the retry"},
    {Guard::kLeavingIsSilent, "leaving-is-silent", kFinding,
     "a handler that ends on a leaving node sends no error",
     "an error that a leaving node sends, of a trigger mismatch, too, puts a healthy changefeed into "
     "warning"},
    {Guard::kClosedWritePathAnswered, "closed-write-path-answered", kFinding,
     "a closed write path on a node that is not leaving is answered with an error",
     "the maintainer waits for an answer that never comes"},
    {Guard::kOwnerAfterTriggers, "owner-after-triggers", kFinding,
     "the owner changes only after its triggers were created",
     "the owner changes, and its Bootstrap is answered with an error"},
    {Guard::kTriggerNotRecreated, "trigger-not-recreated", kFinding,
     "a trigger that its owner removed is not created again",
     "a late duplicate of the Bootstrap brings the trigger back, and blocks every later owner"},
    {Guard::kMergeAfterSchedules, "merge-after-schedules", kFinding,
     "a Merge waits for the Schedules that arrived before it",
     "a Create that was sent twice is handled after the merge, and makes a second writer for a merged span"},
    {Guard::kRefusedCreateKeepsJournal, "refused-create-keeps-journal", kFinding,
     "a Create that is dropped because its dispatcher exists leaves the journal alone",
     "a stale Remove is forgotten by a Create that is dropped, and the dispatcher is reported without it"},
    {Guard::kAnswerChecksWritePath, "answer-checks-write-path", kFinding,
     "a Bootstrap is answered without error only while the write path is open",
     "a local fence comes between reading and sending, and the owner is told that all is well"},
    {Guard::kTriggerCreationUndone, "trigger-creation-undone", kFinding,
     "a Bootstrap whose redo trigger cannot be created takes back the event trigger that it created",
     "the Bootstrap is answered with an error, and its event trigger stays behind"},
    {Guard::kCloseAckCleanUp, "close-ack-clean-up", kFinding,
     "a closed manager goes only once the remove-only clean-up that was asked for has succeeded",
     "a removal is acknowledged whose clean-up failed, and nobody tries it again"},
    {Guard::kAbortedTargetCleanedUp, "aborted-target-cleaned-up", kFinding,
     "an aborted merge leaves its target in a status that clean-up does not pass over",
     "the target stays until the manager closes, and with it the journal entry of a Remove of it"},
    {Guard::kDyingTriggerNotRegistered, "dying-trigger-not-registered", kFinding,
     "a PostBootstrap does not register a trigger whose removal was requested",
     "a trigger that is gone stays registered with the event collector, and its CheckpointTs stream stays"},
    {Guard::kBuiltManagerStaysListed, "built-manager-stays-listed", kFinding,
     "a manager that was built stays among those being built until it is published",
     "a local fence finds it in neither table: its write path is open until its publication is checked"},
    {Guard::kErrorKeepsItsOwner, "error-keeps-its-owner", kFinding,
     "each error of a creation is told once, to who owns the manager when it happens",
     "an error of an old owner reaches the new one, again and again, and hides its own"},
    {Guard::kNilChecked, "nil-checked", kFinding,
     "a Bootstrap with a redo trigger, or a Merge of mode redo, for a manager without redo, and a "
     "PostBootstrap without an id are refused",
     "the request dereferences nil in a worker that recovers from nothing: the process dies"},
    {Guard::kWaitingMergeUntold, "waiting-merge-untold", kFinding,
     "a complete heartbeat says nothing of a dispatcher that waits for a merge",
     "a Move of it ends while it still writes, and another dispatcher is placed over its range"},
}};

constexpr std::array kVariants{
    VariantInfo{"fence-mutex", &Variants::fence_mutex},
    VariantInfo{"report-every-operator", &Variants::report_every_operator},
    VariantInfo{"trigger-before-admission", &Variants::trigger_before_admission},
    VariantInfo{"loud-leaving-trigger-errors", &Variants::loud_leaving_trigger_errors},
    VariantInfo{"epochs-on-wire", &Variants::epochs_on_wire},
};
static_assert(sizeof(Variants) == kVariants.size() * sizeof(bool), "each has its row");

constexpr bool in_order() {
  for (std::size_t i = 0; i < kGuards.size(); ++i) {
    if (static_cast<std::size_t>(kGuards[i].guard) != i) return false;
  }
  return true;
}
static_assert(in_order(), "the table is indexed by the enumeration");

}  // namespace

std::span<const GuardInfo> all_guards() {
  return kGuards;
}

std::span<const VariantInfo> all_variants() {
  return kVariants;
}

const GuardInfo& info(Guard guard) {
  return kGuards[static_cast<std::size_t>(guard)];
}

std::optional<Guard> guard_named(std::string_view name) {
  const auto* it = std::ranges::find(kGuards, name, &GuardInfo::name);
  if (it == kGuards.end()) return std::nullopt;
  return it->guard;
}

}  // namespace takeover::impl
