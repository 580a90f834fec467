#include "impl/message.h"

#include <algorithm>
#include <array>
#include <cstddef>

namespace takeover::impl {
namespace {

constexpr std::array<std::string_view, kRequestTypeCount> kRequestTypes{"MaintainerBootstrapRequest",
                                                                        "MaintainerPostBootstrapRequest",
                                                                        "MaintainerCloseRequest",
                                                                        "ScheduleDispatcherRequest",
                                                                        "MergeDispatcherRequest",
                                                                        "HeartBeatResponse",
                                                                        "RedoMetaMessage",
                                                                        "RedoResolvedTsForwardMessage",
                                                                        "CheckpointTsMessage"};
constexpr std::array<std::string_view, 4> kErrorCodes{"", "ErrChangefeedInitTableTriggerDispatcherFailed",
                                                      "ErrDispatcherFailed", "ErrWritePathClosed"};
constexpr std::array<std::string_view, 7> kStatuses{"Initializing", "Working", "Preparing", "MergeReady",
                                                    "WaitingMerge", "Stopped", "Removed"};
constexpr std::array<std::string_view, 2> kActions{"Create", "Remove"};
constexpr std::array<std::string_view, 2> kBarrierActions{"Write", "Pass"};
constexpr std::array<std::string_view, 2> kModes{"default", "redo"};
constexpr std::array<std::string_view, 5> kOperators{"Add", "Remove", "Move", "Split", "Merge"};
constexpr std::array<std::string_view, 4> kReplies{"MaintainerBootstrapResponse",
                                                   "MaintainerPostBootstrapResponse",
                                                   "MaintainerCloseResponse", "HeartBeatRequest"};

template <class Enum, std::size_t N>
std::optional<Enum> named(const std::array<std::string_view, N>& names, std::string_view name) {
  const auto* it = std::ranges::find(names, name);
  if (it == names.end()) return std::nullopt;
  return static_cast<Enum>(it - names.begin());
}

}  // namespace

std::string_view to_string(ErrorCode code) {
  return kErrorCodes.at(static_cast<std::size_t>(code));
}
std::optional<ErrorCode> error_code_named(std::string_view name) {
  return named<ErrorCode>(kErrorCodes, name);
}
std::string_view to_string(RequestType type) {
  return kRequestTypes.at(static_cast<std::size_t>(type));
}
std::optional<RequestType> request_type_named(std::string_view name) {
  return named<RequestType>(kRequestTypes, name);
}
std::string_view to_string(ScheduleAction action) {
  return kActions.at(static_cast<std::size_t>(action));
}
std::string_view to_string(OperatorType type) {
  return kOperators.at(static_cast<std::size_t>(type));
}
std::string_view to_string(Status status) {
  return kStatuses.at(static_cast<std::size_t>(status));
}
std::string_view to_string(BarrierAction action) {
  return kBarrierActions.at(static_cast<std::size_t>(action));
}
std::string_view to_string(Mode mode) {
  return kModes.at(static_cast<std::size_t>(mode));
}
std::optional<ScheduleAction> schedule_action_named(std::string_view name) {
  return named<ScheduleAction>(kActions, name);
}
std::optional<OperatorType> operator_type_named(std::string_view name) {
  return named<OperatorType>(kOperators, name);
}
std::optional<Status> status_named(std::string_view name) {
  return named<Status>(kStatuses, name);
}
std::optional<BarrierAction> barrier_action_named(std::string_view name) {
  return named<BarrierAction>(kBarrierActions, name);
}
std::optional<Mode> mode_named(std::string_view name) {
  return named<Mode>(kModes, name);
}
std::string_view name_of(const ReplyBody& body) {
  return kReplies.at(body.index());
}

}  // namespace takeover::impl
