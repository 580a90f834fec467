// The rules of the protocol that can be taken out by name, one at a time.
//
// A guard is consulted where its rule stands: in one place, or, where a rule has two sides (both modes,
// storing and looking up), at each of them. Taking it out re-creates a mistake that TiCDC had, or that its
// reviewers found while the rule was written; the pull request that brought the rule is named in the table in
// guards.cpp. A guard marked "finding" is in no TiCDC profile: it repairs a violation that the checker found
// in TiCDC as merged (docs/findings.md).
#pragma once

#include <bitset>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

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

struct GuardInfo {
  Guard guard;
  std::string_view name;   // as on the command line
  std::string_view since;  // pull requests that brought the rule, or "finding"
  std::string_view rule;
  std::string_view mistake;  // what goes wrong when it is taken out
};

// All guards in the order of the enumeration.
[[nodiscard]] std::span<const GuardInfo> all_guards();
[[nodiscard]] const GuardInfo& info(Guard guard);
[[nodiscard]] std::optional<Guard> guard_named(std::string_view name);

// What a version of TiCDC does differently and no guard names. Only a profile switches these.
struct Variants {
  bool fence_mutex = true;             // handlers exclude each other by MaintainerFenceMu (since #5435)
  bool report_every_operator = false;  // a response carries the whole journal, whoever sent it (until #5435).
  // PostBootstrap without trigger is logged before admission (until #5435).
  bool trigger_before_admission = false;
  // A trigger that cannot be created is an error also on a leaving node.
  bool loud_leaving_trigger_errors = false;
  bool epochs_on_wire = true;  // messages carry their sender's epoch; without, they say 0 (until #5435).
  friend bool operator==(const Variants&, const Variants&) = default;
};

struct VariantInfo {
  std::string_view name;
  bool Variants::*value;
};

// All variants in the order of the members.
[[nodiscard]] std::span<const VariantInfo> all_variants();

// The configuration that is handed to every step of the protocol.
struct Rules {
  std::bitset<kGuardCount> guards;
  Variants variants;

  [[nodiscard]] bool operator()(Guard guard) const { return guards[static_cast<std::size_t>(guard)]; }
  void set(Guard guard, bool on) { guards[static_cast<std::size_t>(guard)] = on; }
  friend bool operator==(const Rules&, const Rules&) = default;
};

}  // namespace takeover::impl
