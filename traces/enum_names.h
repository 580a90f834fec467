// Names of the enumerations in a trace, where impl has none of its own. Internal to traces.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string_view>

#include "impl/dispatcher_orchestrator.h"

namespace takeover::traces {

inline constexpr std::array<std::string_view, 3> kFenceHolders{"", "orchestrator", "schedule"};
inline constexpr std::array<std::string_view, 3> kErrorReports{"", "due", "told"};
inline constexpr std::array<std::string_view, 3> kScheduleSteps{"idle", "create", "delete-entry"};
inline constexpr std::array<std::string_view, 4> kCleanUpSteps{"idle", "delete-journal-entry",
                                                               "clear-trigger", "enqueue-report"};

// How many values of each enumeration there are, for reading one by trying the names of all.
template <class Enum>
inline constexpr std::size_t kCountOf = 0;
template <>
inline constexpr std::size_t kCountOf<impl::FenceHolder> = kFenceHolders.size();
template <>
inline constexpr std::size_t kCountOf<impl::ErrorReport> = kErrorReports.size();
template <>
inline constexpr std::size_t kCountOf<impl::ScheduleStep> = kScheduleSteps.size();
template <>
inline constexpr std::size_t kCountOf<impl::CleanUpStep> = kCleanUpSteps.size();
template <>
inline constexpr std::size_t kCountOf<impl::ErrorCode> = 4;
template <>
inline constexpr std::size_t kCountOf<impl::ScheduleAction> = 2;
template <>
inline constexpr std::size_t kCountOf<impl::OperatorType> = 5;
template <>
inline constexpr std::size_t kCountOf<impl::Status> = 7;
template <>
inline constexpr std::size_t kCountOf<impl::BarrierAction> = 2;
template <>
inline constexpr std::size_t kCountOf<impl::Mode> = 2;
template <>
inline constexpr std::size_t kCountOf<impl::OrchestratorStep> = impl::kOrchestratorStepCount;

template <class Enum>
concept NamedEnum = kCountOf<Enum>
!= 0;

// "" is null in a trace.
template <NamedEnum Enum>
[[nodiscard]] std::string_view name_of_value(Enum value) {
  const auto index = static_cast<std::size_t>(value);
  if constexpr (std::is_same_v<Enum, impl::FenceHolder>) {
    return kFenceHolders.at(index);
  } else if constexpr (std::is_same_v<Enum, impl::ErrorReport>) {
    return kErrorReports.at(index);
  } else if constexpr (std::is_same_v<Enum, impl::ScheduleStep>) {
    return kScheduleSteps.at(index);
  } else if constexpr (std::is_same_v<Enum, impl::CleanUpStep>) {
    return kCleanUpSteps.at(index);
  } else {
    return to_string(value);
  }
}

template <NamedEnum Enum>
[[nodiscard]] std::optional<Enum> value_named(std::string_view name) {
  for (std::size_t index = 0; index < kCountOf<Enum>; ++index) {
    if (name_of_value(static_cast<Enum>(index)) == name) return static_cast<Enum>(index);
  }
  return std::nullopt;
}

}  // namespace takeover::traces
