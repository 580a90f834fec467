// Wrong logs: a history with one line altered. A search has to refuse it, or the alteration is one that a log
// does not tell.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "checker/logs/history.h"

namespace takeover::logs {

enum class Mutation : std::uint8_t {
  kDeleted,
  kSwapped,  // with the next
  kEpochUp,
  kEpochDown,
  kOtherPeer,  // of a message; the sender that a line tells
  kOtherOwner,
  kOwnerEpochUp,
  kOtherId,  // that occurs elsewhere in the log
  kUnknownId,
  kOtherTrigger,
  kOtherSpan,
  kOtherStartTs,
  kOtherCheckpoint,
  kOtherAction,
  kOtherOperator,
  kOtherStatus,
  kFlippedSuccess,
  kFlippedError,
  kFlippedRemoved,
  kFlippedRedo,
  kCount,
};
inline constexpr std::size_t kMutations = static_cast<std::size_t>(Mutation::kCount);
[[nodiscard]] std::string_view name_of(Mutation mutation);

// None if the line has nothing of the kind, or the history would be the same.
[[nodiscard]] std::optional<History> mutated(const History& history, std::size_t line, Mutation mutation);

// What kind of line it is: "recv ScheduleDispatcherRequest", "stale Bootstrap".
[[nodiscard]] std::string kind_of(const Observed& line);

}  // namespace takeover::logs
