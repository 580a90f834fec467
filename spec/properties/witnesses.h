// Witnesses: things that must happen in some run of a scenario, so that a scenario that went empty is
// noticed.
#pragma once

#include <bitset>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace takeover::spec {

struct Observation;

enum class Witness : std::uint8_t {
  kManagerCreated,
  kTakeoverAccepted,
  kTakeoverRejected,
  kBootstrapDropped,
  kBootstrapRepeated,
  kTriggerCreatedOnReuse,
  kTriggerTakenBack,
  kStaleRemoveRestored,
  kOwnOperatorReported,
  kCreateDropped,
  kDispatcherCreated,
  kDispatcherRemoved,
  kRemoveMissing,
  kTriggerRemoved,
  kPostBootstrapped,
  kPostBootstrapRefused,
  kCloseAcknowledged,
  kCloseRefused,
  kStaleCloseAcknowledged,
  kTombstoneDropsBootstrap,
  kPendingReplaced,
  kActionAdmitted,
  kActionExecutedAfterTakeover,
  kRedoMarkSet,
  kMergeDone,
  kMergeAborted,
  kTakeoverDuringMerge,
  kFencedWhileBuilding,
  kFencedWhileHandling,
  kCreationFailed,
  kRemovedCleanUp,
  kCleanUpFailed,
  kCleanedUpAgain,
  kCount
};
inline constexpr std::size_t kWitnessCount = static_cast<std::size_t>(Witness::kCount);

struct WitnessInfo {
  Witness witness;
  std::string_view id;
  std::string_view text;
  bool (*is_reached)(const Observation& step);
};
[[nodiscard]] std::span<const WitnessInfo> all_witnesses();
[[nodiscard]] std::optional<Witness> witness_named(std::string_view id);

using WitnessSet = std::bitset<kWitnessCount>;

}  // namespace takeover::spec
