// The rules of the protocol that can be taken out by name, one at a time.
//
// A guard is consulted where its rule stands: in one place, or, where a rule has two sides (both modes,
// storing and looking up), at each of them. Taking it out re-creates a mistake that TiCDC had, or that its
// reviewers found while the rule was written. A guard marked "finding" is in no TiCDC profile: it repairs a
// violation that the checker found in TiCDC as merged (docs/findings.md). All that is said of a guard is its
// row in kGuards, below.
#pragma once

#include <array>
#include <bitset>
#include <cstdint>
#include <span>
#include <string_view>

#include "impl/named.h"

namespace takeover::impl {

enum class Guard : std::uint8_t {
  kScheduleAdmission,
  kMergeAdmission,
  kHeartbeatResponseAdmission,
  kRedoAdmission,
  kPostBootstrapAdmission,
  kCloseAdmission,
  kCloseAckStale,
  kBootstrapEpochOrder,
  kBootstrapSameEpochOwner,
  kEpochZeroStrict,
  kRequestEpochOnly,
  kTombstone,
  kTombstoneEpochZero,
  kQueueNewerEpoch,
  kQueueRemovedUpgrade,
  kQueueReleaseAtPop,
  kRemovedSticky,
  kTriggerIdMatch,
  kTriggerNotReplaced,
  kTriggerNilCheck,
  kTriggerCreateMissing,
  kValidateBeforeOwner,
  kStaleRemoveRestored,
  kStaleRemoveSameSnapshot,
  kStaleCreateDropped,
  kJournal,
  kJournalReplacesStale,
  kJournalSkipsMissing,
  kCreateIdempotent,
  kBootstrapIdempotent,
  kPostBootstrapIdempotent,
  kPostBootstrapMissingTrigger,
  kFenceRelease,
  kWritePathClosedSilent,
  kLocalFence,
  kLocalFenceInitializing,
  // Findings.
  kBootstrapRefusesClosing,
  kCloseNewerEpoch,
  kCloseAckTombstone,
  kCleanUpUnderFence,
  kFailedCreateUnjournalled,
  kLeavingIsSilent,
  kClosedWritePathAnswered,
  kOwnerAfterTriggers,
  kTriggerNotRecreated,
  kMergeAfterSchedules,
  kRefusedCreateKeepsJournal,
  kAnswerChecksWritePath,
  kTriggerCreationUndone,
  kCloseAckCleanUp,
  kAbortedTargetCleanedUp,
  kDyingTriggerNotRegistered,
  kBuiltManagerStaysListed,
  kErrorKeepsItsOwner,
  kNilChecked,
  kWaitingMergeUntold,
  kCount
};

inline constexpr std::size_t kGuardCount = static_cast<std::size_t>(Guard::kCount);

// The version of TiCDC that brought a rule, from the oldest to the newest; the profiles follow from it
// (spec/profiles.h).
enum class Since : std::uint8_t {
  kBefore,  // the stack of pull requests that begins with #5434
  k5435,
  k5436,
  kFinding,  // no version has it
};

struct GuardInfo {
  struct Origin {
    Since since;
    std::string_view pulls;  // the pull requests, or "finding"
  };

  Guard guard;
  std::string_view name;  // as on the command line
  Origin origin;
  std::string_view rule;
  std::string_view mistake;   // what goes wrong when it is taken out
  std::string_view violates;  // the property whose violation is the mistake; others may be violated sooner,
                              // and say less: that a message was let in, and not what came of it
  std::string_view why_not_encoded{};  // why the relation of spec/smt does not have the rule; empty: it does

  [[nodiscard]] constexpr bool is_finding() const { return origin.since == Since::kFinding; }
};

namespace detail {

inline constexpr GuardInfo::Origin k5435{Since::k5435, "#5435"};
inline constexpr GuardInfo::Origin k5436{Since::k5436, "#5436"};
inline constexpr GuardInfo::Origin kFinding{Since::kFinding, "finding"};
constexpr GuardInfo::Origin before(std::string_view pulls) {
  return {Since::kBefore, pulls};
}

inline constexpr std::array<GuardInfo, kGuardCount> kGuards{{
    {Guard::kScheduleAdmission, "schedule-admission", k5435,
     "a Schedule is taken only from the manager's owner and epoch",
     "a delayed Create of epoch 1 makes a second writer for a table that epoch 2 has placed (issue #5083)",
     "one-writer"},
    {Guard::kMergeAdmission, "merge-admission", k5435, "a Merge is taken only from the owner and epoch",
     "an old owner merges dispatchers of the new one", "owner-effects"},
    {Guard::kHeartbeatResponseAdmission, "heartbeat-response-admission", k5435,
     "a HeartBeatResponse is taken in only from the owner and epoch",
     "a late Write action of the old barrier makes the new owner's dispatcher execute a DDL",
     "owner-effects"},
    {Guard::kRedoAdmission, "redo-admission", k5436,
     "RedoMeta and RedoResolvedTsForward are taken only from the owner and epoch",
     "a delayed forward of epoch 1 unblocks events of epoch 2 before their redo log is persisted",
     "owner-effects"},
    {Guard::kPostBootstrapAdmission, "post-bootstrap-admission", k5435,
     "a PostBootstrap is taken only from the owner and epoch",
     "an old owner initialises the new owner's trigger", "owner-effects"},
    {Guard::kCloseAdmission, "close-admission", k5435, "a Close of a lower epoch does not close the manager",
     "an old owner closes the new owner's manager", "owner-effects"},
    {Guard::kCloseAckStale, "close-ack-stale", k5435, "a Close that is not admitted is answered with success",
     "a removal-only maintainer of an old epoch retries for ever", "close-succeeds"},
    {Guard::kBootstrapEpochOrder, "bootstrap-epoch-order", k5435, "a Bootstrap of a lower epoch is dropped",
     "ownership goes back to an old epoch", "owner-monotonic"},
    {Guard::kBootstrapSameEpochOwner, "bootstrap-same-epoch-owner", k5435,
     "a Bootstrap of the same epoch by another sender is dropped", "two owners of one epoch",
     "owner-monotonic"},
    {Guard::kEpochZeroStrict, "epoch-zero-strict", k5435,
     "a Bootstrap of epoch 0 never takes over a manager that has an epoch",
     "an old node's request downgrades the manager", "owner-monotonic"},
    {Guard::kRequestEpochOnly, "request-epoch-only", k5435,
     "the manager's epoch is the request's, never the one inside its config",
     "a newer config makes an old maintainer's request look current", "owner-from-request"},
    {Guard::kTombstone, "tombstone", k5435, "a closed epoch cannot create the manager again",
     "a delayed Bootstrap of a closed epoch re-creates the manager, and nobody closes it",
     "no-stale-recreate"},
    {Guard::kTombstoneEpochZero, "tombstone-epoch-zero", k5435,
     "a tombstone counts by its presence, so that one of epoch 0 counts",
     "a removed changefeed of epoch 0 is re-created", "no-stale-recreate"},
    {Guard::kQueueNewerEpoch, "queue-newer-epoch", k5435, "a newer epoch replaces the pending message",
     "the newer Bootstrap is dropped as a duplicate", "strongest-pending"},
    {Guard::kQueueRemovedUpgrade, "queue-removed-upgrade", before("#4815, #5435"),
     "a pending Close is upgraded to removed, unless the new one is of a lower epoch",
     "the stronger Close is lost", "strongest-pending"},
    {Guard::kQueueReleaseAtPop, "queue-release-at-pop", before("#4815"),
     "a key leaves the pending set when it is popped",
     "what arrives while another of its type is handled is lost, a Close(removed) behind a Close, too",
     "strongest-pending"},
    {Guard::kRemovedSticky, "removed-sticky", before("#4815"),
     "removed = true stays asked for while the manager closes", "the remove-only clean-up never runs",
     "removed-kept"},
    {Guard::kTriggerIdMatch, "trigger-id-match", k5436,
     "a manager with another trigger id rejects the Bootstrap",
     "the other trigger is left in place, silently, and the new owner counts on one that is not there",
     "trigger-agreed"},
    {Guard::kTriggerNotReplaced, "trigger-not-replaced", before("#5182, #5436"),
     "a mismatched trigger is never replaced in place",
     "the old trigger may still be writing when its successor starts: DDL has two owners", "trigger-unique"},
    {Guard::kTriggerNilCheck, "trigger-nil-check", k5436,
     "a Bootstrap without trigger id is rejected while a trigger is here",
     "the old trigger stays here while the new owner starts its own elsewhere", "trigger-agreed"},
    {Guard::kTriggerCreateMissing, "trigger-create-missing", before("before #5434"),
     "a manager without trigger creates the requested one", "bootstrapped, and nobody executes DDL",
     "trigger-agreed"},
    {Guard::kValidateBeforeOwner, "validate-before-owner", k5436,
     "triggers are validated before the owner changes",
     "the owner changes, and its Bootstrap is rejected: no working owner", "atomic-takeover"},
    {Guard::kStaleRemoveRestored, "stale-remove-restored", k5436,
     "stale Removes of reported dispatchers are reported",
     "the new owner adopts a dispatcher that is about to stop", "remove-restored"},
    {Guard::kStaleRemoveSameSnapshot, "stale-remove-same-snapshot", k5436,
     "whether a stale Remove is reported is judged by the spans of the same response",
     "clean-up takes the dispatcher out of the live map meanwhile: its span is reported without its Remove",
     "remove-restored"},
    {Guard::kStaleCreateDropped, "stale-create-dropped", k5436, "stale Creates are not reported",
     "the new owner replays a placement that it never made", "remove-restored"},
    {Guard::kJournal, "journal", before("#3691"), "requests in progress are journalled",
     "the new owner is not told of a Remove that completes after the takeover, and the span is lost",
     "remove-restored"},
    {Guard::kJournalReplacesStale, "journal-replaces-stale", k5435,
     "a stale journal entry gives way to the current owner's request",
     "the current owner's Create is dropped as a duplicate, for ever", "create-accepted"},
    {Guard::kJournalSkipsMissing, "journal-skips-missing", before("#3691"),
     "a Remove of a missing dispatcher is not journalled", "a journal entry that nothing ever deletes",
     "journal-drains"},
    {Guard::kCreateIdempotent, "create-idempotent", before("#3691"),
     "a Create for a dispatcher that exists or is being created is dropped",
     "the Create overwrites, then deletes, the journalled Remove of that dispatcher", "remove-restored"},
    {Guard::kBootstrapIdempotent, "bootstrap-idempotent", before("#962"),
     "a repeated Bootstrap is answered with the trigger's start ts", "the maintainer sees start ts 0",
     "start-ts-reported"},
    {Guard::kPostBootstrapIdempotent, "post-bootstrap-idempotent", before("#1100"),
     "a repeated PostBootstrap does not register the trigger again", "its stream is reset",
     "registered-once"},
    {Guard::kPostBootstrapMissingTrigger, "post-bootstrap-missing-trigger", k5436,
     "a PostBootstrap without trigger is answered with an error", "the maintainer waits for ever",
     "answered"},
    {Guard::kFenceRelease, "fence-release", k5436, "every early return releases the fence",
     "the next request of the changefeed blocks, and with it the worker", "deadlock-free"},
    {Guard::kWritePathClosedSilent, "write-path-closed-silent", before("#5106, #5436"),
     "on a leaving node a closed write path, or a trigger that cannot be created, is no error",
     "a leaving node puts a healthy changefeed into warning", "shutdown-is-no-error"},
    {Guard::kLocalFence, "local-fence", before("#5106"), "losing the lease closes all write paths",
     "a capture that others took over from keeps writing", "fenced-writes-nothing"},
    {Guard::kLocalFenceInitializing, "local-fence-initializing", before("#5106"),
     "also that of a manager that is being built", "its write path is open until building ends",
     "fenced-is-silent"},
    {Guard::kBootstrapRefusesClosing, "bootstrap-refuses-closing", kFinding,
     "a Bootstrap does not take over a closing manager, and replaces a closed one",
     "the new owner is told that all is well by a manager that cannot write", "no-dead-takeover"},
    {Guard::kCloseNewerEpoch, "close-newer-epoch", kFinding,
     "a Close of an epoch, not 0, that is at least the manager's closes it, whoever sends it",
     "the close is acknowledged while the manager goes on writing", "close-ack-sound"},
    {Guard::kCloseAckTombstone, "close-ack-tombstone", kFinding,
     "an acknowledged Close leaves its tombstone also when it is not admitted",
     "a changefeed that was acknowledged as removed is created again", "no-stale-recreate"},
    {Guard::kCleanUpUnderFence, "clean-up-under-fence", kFinding,
     "clean-up forgets a dispatcher, its journal entry and its trigger in one step under the fence",
     "a response reports a dispatcher without the Remove that is completing", "remove-restored"},
    {Guard::kFailedCreateUnjournalled, "failed-create-unjournalled", kFinding,
     "a Create that failed leaves the journal", "an entry that nothing ever deletes blocks the retry",
     "create-tried"},
    {Guard::kLeavingIsSilent, "leaving-is-silent", kFinding,
     "a handler that ends on a leaving node sends no error",
     "an error that a leaving node sends, of a trigger mismatch, too, puts a healthy changefeed into warning",
     "shutdown-is-no-error"},
    {Guard::kClosedWritePathAnswered, "closed-write-path-answered", kFinding,
     "a closed write path on a node that is not leaving is answered with an error",
     "the maintainer waits for an answer that never comes", "answered"},
    {Guard::kOwnerAfterTriggers, "owner-after-triggers", kFinding,
     "the owner changes only after its triggers were created",
     "the owner changes, and its Bootstrap is answered with an error", "atomic-takeover"},
    {Guard::kTriggerNotRecreated, "trigger-not-recreated", kFinding,
     "a trigger that its owner removed is not created again",
     "a late duplicate of the Bootstrap brings the trigger back, and blocks every later owner",
     "no-resurrection"},
    {Guard::kMergeAfterSchedules, "merge-after-schedules", kFinding,
     "a Merge waits for the Schedules that arrived before it",
     "a Create that was sent twice is handled after the merge, and makes a second writer for a merged span",
     "one-writer", "it orders two streams, and the encoding's messages come in any order"},
    {Guard::kRefusedCreateKeepsJournal, "refused-create-keeps-journal", kFinding,
     "a Create that is dropped because its dispatcher exists leaves the journal alone",
     "a stale Remove is forgotten by a Create that is dropped, and the dispatcher is reported without it",
     "remove-restored"},
    {Guard::kAnswerChecksWritePath, "answer-checks-write-path", kFinding,
     "a Bootstrap is answered without error only while the write path is open",
     "a local fence comes between reading and sending, and the owner is told that all is well",
     "no-dead-takeover"},
    {Guard::kTriggerCreationUndone, "trigger-creation-undone", kFinding,
     "a Bootstrap whose redo trigger cannot be created takes back the event trigger that it created",
     "the Bootstrap is answered with an error, and its event trigger stays behind", "atomic-takeover"},
    {Guard::kCloseAckCleanUp, "close-ack-clean-up", kFinding,
     "a closed manager goes only once the remove-only clean-up that was asked for has succeeded",
     "a removal is acknowledged whose clean-up failed, and nobody tries it again", "removed-completed"},
    {Guard::kAbortedTargetCleanedUp, "aborted-target-cleaned-up", kFinding,
     "an aborted merge leaves its target in a status that clean-up does not pass over",
     "the target stays until the manager closes, and with it the journal entry of a Remove of it",
     "removal-ends"},
    {Guard::kDyingTriggerNotRegistered, "dying-trigger-not-registered", kFinding,
     "a PostBootstrap does not register a trigger whose removal was requested",
     "a trigger that is gone stays registered with the event collector, and its CheckpointTs stream stays",
     "registration-ends"},
    {Guard::kBuiltManagerStaysListed, "built-manager-stays-listed", kFinding,
     "a manager that was built stays among those being built until it is published",
     "a local fence finds it in neither table: its write path is open until its publication is checked",
     "fenced-is-silent"},
    {Guard::kErrorKeepsItsOwner, "error-keeps-its-owner", kFinding,
     "each error of a creation is told once, to who owns the manager when it happens",
     "an error of an old owner reaches the new one, again and again, and hides its own", "error-attributed"},
    {Guard::kNilChecked, "nil-checked", kFinding,
     "a Bootstrap with a redo trigger, or a Merge of mode redo, for a manager without redo, and a PostBootstrap without an id are refused",
     "the request dereferences nil in a worker that recovers from nothing: the process dies",
     "process-lives"},
    {Guard::kWaitingMergeUntold, "waiting-merge-untold", kFinding,
     "a complete heartbeat says nothing of a dispatcher that waits for a merge",
     "a Move of it ends while it still writes, and another dispatcher is placed over its range",
     "writer-told-working"},
}};
static_assert(is_indexed(kGuards, &GuardInfo::guard));

}  // namespace detail

// All guards in the order of the enumeration.
[[nodiscard]] constexpr std::span<const GuardInfo> all_guards() {
  return detail::kGuards;
}
[[nodiscard]] constexpr const GuardInfo& info(Guard guard) {
  return detail::kGuards[static_cast<std::size_t>(guard)];
}
[[nodiscard]] constexpr std::string_view name_of(Guard guard) {
  return guard < Guard::kCount ? info(guard).name : kNoName;
}

// What a version of TiCDC does differently, or the node here may, and no guard names.
struct Variants {
  bool fence_mutex = true;             // handlers exclude each other by MaintainerFenceMu (since #5435)
  bool report_every_operator = false;  // a response carries the whole journal, whoever sent it (until #5435).
  // PostBootstrap without trigger is logged before admission (until #5435).
  bool trigger_before_admission = false;
  // A trigger that cannot be created is an error also on a leaving node.
  bool loud_leaving_trigger_errors = false;
  bool epochs_on_wire = true;  // messages carry their sender's epoch; without, they say 0 (until #5435).
  // A table's dispatcher works from its first event, not from its creation. No profile has it: what it adds
  // to a check is runs in which less is written.
  bool table_first_event = false;
  friend bool operator==(const Variants&, const Variants&) = default;
};

struct VariantInfo {
  std::string_view name;
  bool Variants::*value;
};

// All variants in the order of the members.
inline constexpr std::array kVariants{
    VariantInfo{"fence-mutex", &Variants::fence_mutex},
    VariantInfo{"report-every-operator", &Variants::report_every_operator},
    VariantInfo{"trigger-before-admission", &Variants::trigger_before_admission},
    VariantInfo{"loud-leaving-trigger-errors", &Variants::loud_leaving_trigger_errors},
    VariantInfo{"epochs-on-wire", &Variants::epochs_on_wire},
    VariantInfo{"table-first-event", &Variants::table_first_event},
};
static_assert(sizeof(Variants) == kVariants.size() * sizeof(bool), "each has its row");

// The configuration that is handed to every step of the protocol.
struct Rules {
  std::bitset<kGuardCount> guards;
  Variants variants;

  [[nodiscard]] bool operator()(Guard guard) const { return guards[static_cast<std::size_t>(guard)]; }
  void set(Guard guard, bool on) { guards[static_cast<std::size_t>(guard)] = on; }
  friend bool operator==(const Rules&, const Rules&) = default;
};

}  // namespace takeover::impl
