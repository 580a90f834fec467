#include <array>

#include "checker/logs/table_rows.h"

namespace takeover::logs::detail {
namespace of_manager {
namespace {

using enum Level;

constexpr FieldSpec kStartTs{"startTs", FieldIs::kStartTs};
constexpr FieldSpec kTableSpan{"tableSpan", FieldIs::kSpan};
constexpr Facts kOfDefault{.mode = impl::Mode::kDefault};
constexpr Facts kOfRedo{.mode = impl::Mode::kRedo};
constexpr Fields kOfChangefeed{kChangefeedId};
constexpr Fields kOfDispatcher{kChangefeedId, kDispatcherId};
constexpr Fields kOfTrigger{kChangefeedId, kDispatcherId, kStartTs};
constexpr Fields kCreated{kChangefeedId, kDispatcherId, kTableSpan, kStartTs};
constexpr Fields kMerged{kChangefeedId, kDispatcherId, kTableSpan};

constexpr Row closes(LineId id, std::string_view message, std::string_view caller, Use use) {
  return {id, message, caller, kInfo, Thread::kClose, use, {}, kOfChangefeed};
}
constexpr Row cleans(LineId id, std::string_view message, std::string_view caller, Level level,
                     const Facts& implied) {
  return {id, message, caller, level, Thread::kAggregation, Use::kStep, implied, kOfDispatcher};
}

constexpr std::array kRows{
    Row{LineId::kEventTriggerCreated, "table trigger event dispatcher created", "dispatcher_manager.go:474",
        kInfo, Thread::kOrchestrator, Use::kStep, kOfDefault, kOfTrigger},
    Row{LineId::kRedoTriggerCreated, "table trigger redo dispatcher created",
        "dispatcher_manager_redo.go:154", kInfo, Thread::kOrchestrator, Use::kStep, kOfRedo, kOfTrigger},
    // Of a trigger the orchestrator writes it.
    Row{LineId::kDispatcherCreated, "new dispatcher created", "dispatcher_manager.go:657", kInfo,
        Thread::kSchedule, Use::kStep, kOfDefault, kCreated},
    Row{LineId::kRedoDispatcherCreated, "new redo dispatcher created", "dispatcher_manager_redo.go:240",
        kInfo, Thread::kSchedule, Use::kStep, kOfRedo, kCreated},
    Row{LineId::kManagerInitialized,
        "dispatcher manager initialized",
        "dispatcher_manager.go:410",
        kInfo,
        Thread::kOrchestrator,
        Use::kStep,
        {},
        {kChangefeedId, {"maintainerID", FieldIs::kOwner}, kStartTs, {"redoEnable", FieldIs::kRedo}}},
    Row{LineId::kMeetsError,
        "Event Dispatcher Manager Meets Error",
        "dispatcher_manager.go:696",
        kError,
        Thread::kSchedule,
        Use::kStep,
        {},
        kOfChangefeed},
    Row{LineId::kMeetsError,
        "error channel is full, discard error",
        "dispatcher_manager.go:680",
        kError,
        Thread::kSchedule,
        Use::kValue,
        {},
        kOfChangefeed},
    cleans(LineId::kCleanUpBegins, "cancelled remove task for dispatcher", "dispatcher_manager.go:947",
           kDebug, {}),
    cleans(LineId::kCleanUpTrigger, "delete current working remove operator", "dispatcher_manager.go:1234",
           kDebug, kOfDefault),
    cleans(LineId::kCleanUpTrigger, "delete current working remove operator for redo dispatcher",
           "dispatcher_manager_redo.go:308", kDebug, kOfRedo),
    cleans(LineId::kCleanUpEnds,
           "event dispatcher completely stopped, and delete it from event dispatcher manager",
           "dispatcher_manager.go:1245", kInfo, kOfDefault),
    cleans(LineId::kCleanUpEnds,
           "redo dispatcher completely stopped, and delete it from event dispatcher manager",
           "dispatcher_manager_redo.go:319", kInfo, kOfRedo),
    Row{LineId::kMergeCreated, "new dispatcher created(merge dispatcher)", "dispatcher_manager.go:1012",
        kInfo, Thread::kMerge, Use::kStep, kOfDefault, kMerged},
    Row{LineId::kMergeCreated, "new redo dispatcher created(merge dispatcher)",
        "dispatcher_manager_redo.go:288", kInfo, Thread::kMerge, Use::kStep, kOfRedo, kMerged},
    closes(LineId::kManagerClosing, "closing event dispatcher manager", "dispatcher_manager.go:1060",
           Use::kStep),
    closes(LineId::kStopsWritePath, "stopping dispatcher manager write path", "dispatcher_manager.go:1076",
           Use::kStep),
    closes(LineId::kWritePathStopped, "closed all redo dispatchers", "dispatcher_manager.go:1085",
           Use::kValue),
    closes(LineId::kWritePathStopped, "closed all event dispatchers", "dispatcher_manager.go:1105",
           Use::kValue),
    closes(LineId::kUnregisters, "shared info closed", "dispatcher_manager.go:1138", Use::kValue),
    closes(LineId::kUnregisters, "sink closed", "dispatcher_manager.go:1146", Use::kValue),
    closes(LineId::kManagerClosed, "event dispatcher manager closed", "dispatcher_manager.go:1178",
           Use::kStep),
    Row{LineId::kCannotCleanUp,
        "failed to cleanup removed changefeed",
        "dispatcher_manager.go:1197",
        kWarn,
        Thread::kClose,
        Use::kStep,
        {},
        kOfChangefeed},
};

}  // namespace
}  // namespace of_manager

std::span<const Row> manager_rows() {
  return of_manager::kRows;
}

}  // namespace takeover::logs::detail
