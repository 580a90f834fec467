// What must hold on a node: properties of states and of steps, each with the premise that makes it say
// something.
//
// Terms. An incarnation of a manager lasts from its creation to its deletion; what is said of a manager is
// said per incarnation. A dispatcher can write while it is Working or WaitingMerge, has not flushed, and its
// manager's sink is open. A node is leaving when it is fenced or its orchestrator is closed. An entry or
// message is stale when its (sender, epoch) is not admitted by the manager's (owner, epoch). Epoch 0 gives no
// order: properties that speak of order are about epochs above 0.
#pragma once

#include <bitset>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace takeover::spec {

enum class Property : std::uint8_t {
  kTriggerUnique,
  kRemoveRestored,
  kOneWriter,
  kOwnerFence,
  kOwnerFromRequest,
  kOwnerMonotonic,
  kAtomicTakeover,
  kTriggerAgreed,
  kNoDeadTakeover,
  kNoStaleRecreate,
  kCloseAckSound,
  kAnswered,
  kShutdownIsNoError,
  kFencedIsSilent,
  kFenceReleased,
  kStrongestPending,
  kRemovedKept,
  kRemovedCompleted,
  kStartTsReported,
  kRegisteredOnce,
  kJournalDrains,
  kNoResurrection,
  kNoInternalFailure,
  kOwnerEffects,
  kFencedWritesNothing,
  kRemovalEnds,
  kRegistrationEnds,
  kErrorAttributed,
  kProcessLives,
  kWriterToldWorking,
  kCount
};
inline constexpr std::size_t kPropertyCount = static_cast<std::size_t>(Property::kCount);

struct PropertyInfo {
  Property property;
  std::string_view id;
  std::string_view text;
  std::string_view premise;    // what is counted as premise_met
  std::string_view violation;  // what the last step of a counterexample shows
};

[[nodiscard]] std::span<const PropertyInfo> all_properties();
[[nodiscard]] const PropertyInfo& info(Property property);
[[nodiscard]] std::optional<Property> property_named(std::string_view id);

using PropertySet = std::bitset<kPropertyCount>;

// Absence of deadlock: judged in every scenario, under this id, and listed by none.
inline constexpr std::string_view kDeadlockFree = "deadlock-free";

}  // namespace takeover::spec
