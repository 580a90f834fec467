// Why a maintainer or its manager drops a message, or does nothing of what it asks; and the guard that
// decided so, if one did.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "impl/maintainer_rules.h"
#include "impl/named.h"

namespace takeover::impl {

enum class Refusal : std::uint8_t {
  kNone,
  // The manager.
  kNotTheCoordinator,
  kOldCoordinator,
  kNodeStopping,
  kNoCheckpoint,
  kConfigInvalid,
  kSameMaintainer,
  kOlderMaintainer,
  kCompatMaintainer,
  kStillRunning,
  kNotNewer,
  kOtherProcess,
  kNoMaintainer,
  // The maintainer.
  kStopped,
  kNotInitialized,
  kOtherEpoch,
  kOtherResponseEpoch,
  kNotTracked,
  kNotRemoving,
  kRemoving,
  kRemoveBeforeBootstrap,
};

struct RefusalInfo {
  std::string_view text;
  std::optional<MaintainerGuard> guard = std::nullopt;
};

[[nodiscard]] constexpr RefusalInfo info(Refusal refusal) {
  // clang-format off
  switch (refusal) {
    case Refusal::kNone: return {""};
    case Refusal::kNotTheCoordinator: return {"not from the coordinator that bootstrapped this node"};
    case Refusal::kOldCoordinator: return {"of a coordinator of an earlier term"};
    case Refusal::kNodeStopping: return {"the node is stopping"};
    case Refusal::kNoCheckpoint: return {"without a checkpoint"};
    case Refusal::kConfigInvalid: return {"its configuration cannot be read"};
    case Refusal::kSameMaintainer: return {"the maintainer of this epoch is here already"};
    case Refusal::kOlderMaintainer: return {"the maintainer here is of a higher epoch", MaintainerGuard::kAddStrictlyNewer};
    case Refusal::kCompatMaintainer: return {"it has no epoch, and a maintainer is here", MaintainerGuard::kAddStrictlyNewer};
    case Refusal::kStillRunning: return {"the maintainer here is still running", MaintainerGuard::kAddAfterStopped};
    case Refusal::kNotNewer: return {"the stopped maintainer here is of this epoch or a higher one", MaintainerGuard::kAddStrictlyNewer};
    case Refusal::kOtherProcess: return {"it is for another process of this node"};
    case Refusal::kNoMaintainer: return {"no maintainer is here"};
    case Refusal::kStopped: return {"the maintainer has stopped"};
    case Refusal::kNotInitialized: return {"the maintainer has not bootstrapped"};
    case Refusal::kOtherEpoch: return {"for a maintainer of another epoch"};
    case Refusal::kOtherResponseEpoch: return {"a response to a maintainer of another epoch", MaintainerGuard::kResponseEpoch};
    case Refusal::kNotTracked: return {"from a node that is not bootstrapped here"};
    case Refusal::kNotRemoving: return {"the maintainer is not being removed", MaintainerGuard::kCloseResponseRemoving};
    case Refusal::kRemoving: return {"the maintainer is being removed", MaintainerGuard::kRemovingQuiescesBarrier};
    case Refusal::kRemoveBeforeBootstrap: return {"a Remove that does not cascade, before bootstrap", MaintainerGuard::kRemoveBeforeBootstrap};
  }
  // clang-format on
  return {kNoName};
}
constexpr std::string_view name_of(Refusal refusal) {
  return info(refusal).text;
}

}  // namespace takeover::impl
