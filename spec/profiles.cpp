#include "spec/profiles.h"

#include <algorithm>
#include <array>
#include <initializer_list>

namespace takeover::spec {
namespace {

using impl::Guard;
using impl::Rules;

// Guards that no TiCDC version has: repairs of what the checker found in pr-5436.
constexpr std::array kFindings{Guard::kBootstrapRefusesClosing,
                               Guard::kCloseNewerEpoch,
                               Guard::kCloseAckTombstone,
                               Guard::kCleanUpUnderFence,
                               Guard::kFailedCreateUnjournalled,
                               Guard::kLeavingIsSilent,
                               Guard::kClosedWritePathAnswered,
                               Guard::kOwnerAfterTriggers,
                               Guard::kTriggerNotRecreated,
                               Guard::kMergeAfterSchedules,
                               Guard::kRefusedCreateKeepsJournal,
                               Guard::kAnswerChecksWritePath,
                               Guard::kTriggerCreationUndone,
                               Guard::kCloseAckCleanUp,
                               Guard::kAbortedTargetCleanedUp,
                               Guard::kDyingTriggerNotRegistered,
                               Guard::kBuiltManagerStaysListed,
                               Guard::kErrorKeepsItsOwner,
                               Guard::kNilChecked,
                               Guard::kWaitingMergeUntold};

// Brought by #5435, and by #5436; what is in neither list nor a finding is older than the stack.
constexpr std::array kSince5435{Guard::kScheduleAdmission,
                                Guard::kMergeAdmission,
                                Guard::kHeartbeatResponseAdmission,
                                Guard::kPostBootstrapAdmission,
                                Guard::kCloseAdmission,
                                Guard::kCloseAckStale,
                                Guard::kBootstrapEpochOrder,
                                Guard::kBootstrapSameEpochOwner,
                                Guard::kEpochZeroStrict,
                                Guard::kRequestEpochOnly,
                                Guard::kTombstone,
                                Guard::kTombstoneEpochZero,
                                Guard::kQueueNewerEpoch,
                                Guard::kJournalReplacesStale};
constexpr std::array kSince5436{Guard::kRedoAdmission,       Guard::kTriggerIdMatch,
                                Guard::kTriggerNilCheck,     Guard::kValidateBeforeOwner,
                                Guard::kStaleRemoveRestored, Guard::kStaleRemoveSameSnapshot,
                                Guard::kStaleCreateDropped,  Guard::kPostBootstrapMissingTrigger,
                                Guard::kFenceRelease};

void take_out(Rules& rules, const auto& guards) {
  for (const Guard guard : guards) rules.set(guard, false);
}

Rules reference() {
  Rules rules;
  rules.guards.set();
  return rules;
}

Rules pr_5436() {
  Rules rules = reference();
  take_out(rules, kFindings);
  return rules;
}

Rules pr_5435() {
  Rules rules = pr_5436();
  take_out(rules, kSince5436);
  rules.variants.report_every_operator = true;
  rules.variants.trigger_before_admission = true;
  rules.variants.loud_leaving_trigger_errors = true;
  return rules;
}

Rules pre_5434() {
  Rules rules = pr_5435();
  take_out(rules, kSince5435);
  // The owner was set after the triggers, so that a creation error kept it; nothing was ever locked, so
  // nothing leaks.
  rules.set(Guard::kValidateBeforeOwner, true);
  rules.set(Guard::kOwnerAfterTriggers, true);
  rules.set(Guard::kFenceRelease, true);
  // Nobody looked at the config's epoch: there was none.
  rules.set(Guard::kRequestEpochOnly, true);
  rules.variants.fence_mutex = false;
  rules.variants.epochs_on_wire = false;
  return rules;
}

const std::array<Profile, 5>& profiles() {
  static const std::array<Profile, 5> kProfiles{{
      {"pre-5434", "TiCDC before the stack: no epochs, no fence", pre_5434()},
      {"pr-5434", "epochs at the coordinator; the node side is that of pre-5434", pre_5434()},
      {"pr-5435", "admission by (owner, epoch), the fence, tombstones", pr_5435()},
      {"pr-5436", "the table-trigger takeover rules: TiCDC as merged at c1fd88c93", pr_5436()},
      {"reference", "pr-5436 and a guard for every violation that the checker found in it", reference()},
  }};
  return kProfiles;
}

}  // namespace

std::span<const Profile> all_profiles() {
  return profiles();
}

const Profile* profile_named(std::string_view name) {
  const auto it = std::ranges::find(profiles(), name, &Profile::name);
  return it == profiles().end() ? nullptr : &*it;
}

}  // namespace takeover::spec
