#include <array>

#include "checker/logs/table_rows.h"

namespace takeover::logs::detail {
namespace of_streams {
namespace {

using enum Level;
using impl::MessageType;
using impl::Mode;
using impl::ScheduleAction;

constexpr Fields kStale{kChangefeedId,      kFrom,        kRequestEpoch, kCurrentEpoch,
                        kCurrentMaintainer, kDispatcherId};
constexpr Fields kStaleResponse{
    kChangefeedId,      kFrom,        {"responseMaintainerEpoch", FieldIs::kEpoch}, kCurrentEpoch,
    kCurrentMaintainer, kDispatcherId};
constexpr FieldSpec kOperator{"operator", FieldIs::kRequest};
constexpr FieldSpec kCount{"count", FieldIs::kCount};

constexpr Row stale(LineId id, std::string_view message, Thread thread, MessageType type,
                    const Fields& fields) {
  return {id, message, "helper.go:872", kWarn, thread, Use::kStep, {.type = type}, fields};
}
constexpr Row schedules(LineId id, std::string_view message, std::string_view caller, const Facts& implied) {
  return {id,
          message,
          caller,
          kDebug,
          Thread::kSchedule,
          Use::kStep,
          implied,
          {kChangefeedId, kDispatcherId, kOperator}};
}
constexpr Facts of(Mode mode, ScheduleAction action) {
  return {.mode = mode, .action = action, .type = MessageType::kSchedule};
}

constexpr std::array kRows{
    stale(LineId::kStaleSchedule, "drop stale schedule dispatcher request", Thread::kSchedule,
          MessageType::kSchedule, kStale),
    stale(LineId::kStaleAction, "drop stale heartbeat response", Thread::kHeartBeatResponse,
          MessageType::kHeartBeatResponse, kStaleResponse),
    stale(LineId::kStaleRedo, "drop stale redo resolved ts forward message", Thread::kRedo,
          MessageType::kRedoResolvedTsForward, kStale),
    stale(LineId::kStaleRedo, "drop stale redo meta message", Thread::kRedo, MessageType::kRedoMeta, kStale),
    stale(LineId::kStaleMerge, "drop stale merge dispatcher request", Thread::kMerge, MessageType::kMerge,
          kStale),
    schedules(LineId::kStoresAdd, "store current working add operator", "helper.go:357",
              of(Mode::kDefault, ScheduleAction::kCreate)),
    schedules(LineId::kStoresAdd, "store current working add operator for redo dispatcher", "helper.go:349",
              of(Mode::kRedo, ScheduleAction::kCreate)),
    Row{LineId::kDeletesAdd,
        "delete current working add operator",
        "helper.go:470",
        kDebug,
        Thread::kSchedule,
        Use::kStep,
        {.action = ScheduleAction::kCreate, .type = MessageType::kSchedule},
        {kChangefeedId, kDispatcherId, {"dispatcherKind", FieldIs::kMode}, kOperator}},
    Row{LineId::kKeepsAdds,
        "dispatcher manager write path closed, keep add operators",
        "helper.go:442",
        kInfo,
        Thread::kSchedule,
        Use::kStep,
        {.mode = Mode::kDefault},
        {kChangefeedId, kCount}},
    Row{LineId::kKeepsAdds,
        "dispatcher manager write path closed, keep add operators for redo dispatchers",
        "helper.go:427",
        kInfo,
        Thread::kSchedule,
        Use::kStep,
        {.mode = Mode::kRedo},
        {kChangefeedId, kCount}},
    schedules(LineId::kStoresRemove, "store current working remove operator", "helper.go:400",
              of(Mode::kDefault, ScheduleAction::kRemove)),
    schedules(LineId::kStoresRemove, "store current working remove operator for redo dispatcher",
              "helper.go:380", of(Mode::kRedo, ScheduleAction::kRemove)),
    schedules(LineId::kRemoveNotFound, "dispatcher not found, skip remove operator store", "helper.go:406",
              of(Mode::kDefault, ScheduleAction::kRemove)),
    schedules(LineId::kRemoveNotFound, "redo dispatcher not found, skip remove operator store",
              "helper.go:386", of(Mode::kRedo, ScheduleAction::kRemove)),
    Row{LineId::kRemovesDispatcher,
        "submitted async remove task",
        "dispatcher_manager_helper.go:273",
        kInfo,
        Thread::kSchedule,
        Use::kStep,
        {},
        {kChangefeedId, kDispatcherId}},
    Row{LineId::kRemovedBefore,
        "dispatcher is already in removing state, skip repeated remove request",
        "dispatcher_manager_helper.go:248",
        kInfo,
        Thread::kSchedule,
        Use::kStep,
        {},
        {kChangefeedId, kDispatcherId}},
    Row{LineId::kMergeRefused,
        "merge dispatcher failed, the dispatcher is not found",
        "dispatcher_manager_helper.go:153",
        kError,
        Thread::kMerge,
        Use::kStep,
        {},
        {kChangefeedId, kDispatcherId}},
    Row{LineId::kMergeRefused,
        "merge dispatcher failed, ",
        "dispatcher_manager_helper.go:116",
        kError,
        Thread::kMerge,
        Use::kStep,
        {},
        {kChangefeedId, kDispatcherId},
        true},
};

}  // namespace
}  // namespace of_streams

std::span<const Row> stream_rows() {
  return of_streams::kRows;
}

}  // namespace takeover::logs::detail
