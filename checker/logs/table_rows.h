// The rows of table.h, by the part of TiCDC that writes them. Internal to the table.
#pragma once

#include <span>

#include "checker/logs/table.h"

namespace takeover::logs::detail {

[[nodiscard]] std::span<const Row> orchestrator_rows();
[[nodiscard]] std::span<const Row> manager_rows();
[[nodiscard]] std::span<const Row> stream_rows();      // what the manager's streams handle
[[nodiscard]] std::span<const Row> dispatcher_rows();  // what becomes of a dispatcher
[[nodiscard]] std::span<const Row> process_rows();     // the process, and other roles
[[nodiscard]] std::span<const Row> noise_rows();

inline constexpr FieldSpec kChangefeedId{"changefeedID", FieldIs::kChangefeed};
inline constexpr FieldSpec kDispatcherId{"dispatcherID", FieldIs::kDispatcher};
inline constexpr FieldSpec kDispatcher{"dispatcher", FieldIs::kDispatcher};
inline constexpr FieldSpec kFrom{"from", FieldIs::kSender};
inline constexpr FieldSpec kRequestEpoch{"requestMaintainerEpoch", FieldIs::kEpoch};
inline constexpr FieldSpec kCurrentEpoch{"currentMaintainerEpoch", FieldIs::kOwnerEpoch};
inline constexpr FieldSpec kCurrentMaintainer{"currentMaintainer", FieldIs::kOwner};

}  // namespace takeover::logs::detail
