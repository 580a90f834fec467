#include "spec/properties/consequences.h"

#include <array>
#include <utility>

#include "spec/properties/properties.h"

namespace takeover::spec {
namespace {

using impl::Guard;

constexpr std::array<std::pair<Guard, std::string_view>, impl::kGuardCount> kConsequences{{
    {Guard::kScheduleAdmission, "one-writer"},
    {Guard::kMergeAdmission, "owner-effects"},
    {Guard::kHeartbeatResponseAdmission, "owner-effects"},
    {Guard::kRedoAdmission, "owner-effects"},
    {Guard::kPostBootstrapAdmission, "owner-effects"},
    {Guard::kCloseAdmission, "owner-effects"},
    {Guard::kCloseAckStale, "close-succeeds"},
    {Guard::kBootstrapEpochOrder, "owner-monotonic"},
    {Guard::kBootstrapSameEpochOwner, "owner-monotonic"},
    {Guard::kEpochZeroStrict, "owner-monotonic"},
    {Guard::kRequestEpochOnly, "owner-from-request"},
    {Guard::kTombstone, "no-stale-recreate"},
    {Guard::kTombstoneEpochZero, "no-stale-recreate"},
    {Guard::kQueueNewerEpoch, "strongest-pending"},
    {Guard::kQueueRemovedUpgrade, "strongest-pending"},
    {Guard::kQueueReleaseAtPop, "strongest-pending"},
    {Guard::kRemovedSticky, "removed-kept"},
    {Guard::kTriggerIdMatch, "trigger-agreed"},
    {Guard::kTriggerNotReplaced, "trigger-unique"},
    {Guard::kTriggerNilCheck, "trigger-agreed"},
    {Guard::kTriggerCreateMissing, "trigger-agreed"},
    {Guard::kValidateBeforeOwner, "atomic-takeover"},
    {Guard::kStaleRemoveRestored, "remove-restored"},
    {Guard::kStaleRemoveSameSnapshot, "remove-restored"},
    {Guard::kStaleCreateDropped, "remove-restored"},
    {Guard::kJournal, "remove-restored"},
    {Guard::kJournalReplacesStale, "create-accepted"},
    {Guard::kJournalSkipsMissing, "journal-drains"},
    {Guard::kCreateIdempotent, "remove-restored"},
    {Guard::kBootstrapIdempotent, "start-ts-reported"},
    {Guard::kPostBootstrapIdempotent, "registered-once"},
    {Guard::kPostBootstrapMissingTrigger, "answered"},
    {Guard::kFenceRelease, kDeadlockFree},
    {Guard::kWritePathClosedSilent, "shutdown-is-no-error"},
    {Guard::kLocalFence, "fenced-writes-nothing"},
    {Guard::kLocalFenceInitializing, "fenced-is-silent"},
    {Guard::kBootstrapRefusesClosing, "no-dead-takeover"},
    {Guard::kCloseNewerEpoch, "close-ack-sound"},
    {Guard::kCloseAckTombstone, "no-stale-recreate"},
    {Guard::kCleanUpUnderFence, "remove-restored"},
    {Guard::kFailedCreateUnjournalled, "create-tried"},
    {Guard::kLeavingIsSilent, "shutdown-is-no-error"},
    {Guard::kClosedWritePathAnswered, "answered"},
    {Guard::kOwnerAfterTriggers, "atomic-takeover"},
    {Guard::kTriggerNotRecreated, "no-resurrection"},
    {Guard::kMergeAfterSchedules, "one-writer"},
    {Guard::kRefusedCreateKeepsJournal, "remove-restored"},
    {Guard::kAnswerChecksWritePath, "no-dead-takeover"},
    {Guard::kTriggerCreationUndone, "atomic-takeover"},
    {Guard::kCloseAckCleanUp, "removed-completed"},
    {Guard::kAbortedTargetCleanedUp, "removal-ends"},
    {Guard::kDyingTriggerNotRegistered, "registration-ends"},
    {Guard::kBuiltManagerStaysListed, "fenced-is-silent"},
    {Guard::kErrorKeepsItsOwner, "error-attributed"},
    {Guard::kNilChecked, "process-lives"},
    {Guard::kWaitingMergeUntold, "writer-told-working"},
}};

constexpr bool in_order() {
  for (std::size_t i = 0; i < kConsequences.size(); ++i) {
    if (static_cast<std::size_t>(kConsequences[i].first) != i) return false;
  }
  return true;
}
static_assert(in_order(), "the table is indexed by the enumeration");

}  // namespace

std::string_view consequence_of(Guard guard) {
  return kConsequences[static_cast<std::size_t>(guard)].second;
}

}  // namespace takeover::spec
