// Why a step drops a message, ends a handler without an answer, or kills the process; and the guard that
// decided so, if one did, by which its pull request is known.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "impl/guards.h"

namespace takeover::impl {

enum class Reason : std::uint8_t {
  kNone,
  // A message is dropped, or not answered.
  kNodeLeaving,
  kNodeLeavingIsSilent,
  kNodeFenced,
  kTypePending,
  kTypeHandled,
  kEpochClosed,
  kEpochZeroClosed,
  kEpochLower,
  kEpochOwned,
  kEpochZero,
  kNoManager,
  kNoTrigger,
  kNoTriggerUnanswered,
  kWritePathClosed,
  kWritePathClosedMeanwhile,
  kNoStream,
  kNotOwnersSchedule,
  kNotOwnersMerge,
  kNotOwnersAction,
  kNotOwnersRedo,
  kNotOwnersPostBootstrap,
  kRedoNotReady,
  kDispatcherExists,
  kRequestInProgress,
  // What should not happen.
  kRestoredRemoveIsMissing,
  // The process dies.
  kNilRedoTrigger,
  kNilRedoMerge,
  kNilPostBootstrap,
};

struct ReasonInfo {
  std::string_view text;
  std::optional<Guard> guard = std::nullopt;
  bool by_its_loss = false;  // the guard is out, and this is the mistake
};

[[nodiscard]] constexpr ReasonInfo info(Reason reason) {
  constexpr std::string_view kNotOwners = "not from the owner and its epoch";
  constexpr std::string_view kOwned = "another owner has this epoch or a higher one";
  // clang-format off
  switch (reason) {
    case Reason::kNone: return {""};
    case Reason::kNodeLeaving: return {"the node is leaving"};
    case Reason::kNodeLeavingIsSilent: return {"the node is leaving", Guard::kLeavingIsSilent};
    case Reason::kNodeFenced: return {"the node is fenced"};
    case Reason::kTypePending: return {"one of its type is pending"};
    case Reason::kTypeHandled: return {"one of its type is being handled", Guard::kQueueReleaseAtPop, true};
    case Reason::kEpochClosed: return {"its epoch was closed here", Guard::kTombstone};
    case Reason::kEpochZeroClosed: return {"its epoch was closed here", Guard::kTombstoneEpochZero};
    case Reason::kEpochLower: return {kOwned, Guard::kBootstrapEpochOrder};
    case Reason::kEpochOwned: return {kOwned, Guard::kBootstrapSameEpochOwner};
    case Reason::kEpochZero: return {kOwned, Guard::kEpochZeroStrict};
    case Reason::kNoManager: return {"no manager is here"};
    case Reason::kNoTrigger: return {"no event trigger is here"};
    case Reason::kNoTriggerUnanswered:
      return {"no event trigger is here", Guard::kPostBootstrapMissingTrigger, true};
    case Reason::kWritePathClosed: return {"the write path is closed", Guard::kWritePathClosedSilent};
    case Reason::kWritePathClosedMeanwhile:
      return {"the write path is closed", Guard::kAnswerChecksWritePath};
    case Reason::kNoStream: return {"no stream of its type is registered"};
    case Reason::kNotOwnersSchedule: return {kNotOwners, Guard::kScheduleAdmission};
    case Reason::kNotOwnersMerge: return {kNotOwners, Guard::kMergeAdmission};
    case Reason::kNotOwnersAction: return {kNotOwners, Guard::kHeartbeatResponseAdmission};
    case Reason::kNotOwnersRedo: return {kNotOwners, Guard::kRedoAdmission};
    case Reason::kNotOwnersPostBootstrap: return {kNotOwners, Guard::kPostBootstrapAdmission};
    case Reason::kRedoNotReady: return {"redo is not ready"};
    case Reason::kDispatcherExists: return {"the dispatcher exists", Guard::kCreateIdempotent};
    case Reason::kRequestInProgress: return {"a request for it is in progress", Guard::kCreateIdempotent};
    case Reason::kRestoredRemoveIsMissing: return {"a restored Remove names a dispatcher that is not here"};
    case Reason::kNilRedoTrigger:
      return {"a redo trigger is created in a manager without redo", Guard::kNilChecked, true};
    case Reason::kNilRedoMerge:
      return {"a Merge of mode redo finds no redo dispatchers' map", Guard::kNilChecked, true};
    case Reason::kNilPostBootstrap: return {"a PostBootstrap names no trigger", Guard::kNilChecked, true};
  }
  // clang-format on
  return {kNoName};
}

}  // namespace takeover::impl
