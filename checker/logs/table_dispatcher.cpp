#include <array>

#include "checker/logs/table_rows.h"

namespace takeover::logs::detail {
namespace of_dispatchers {
namespace {

using enum Level;

constexpr FieldSpec kMode{"mode", FieldIs::kMode};
constexpr FieldSpec kTable{"table", FieldIs::kSpan};
constexpr FieldSpec kMergedDispatcher{"mergedDispatcher", FieldIs::kDispatcher};
constexpr FieldSpec kAction{"action", FieldIs::kAction};

constexpr Row merges(LineId id, std::string_view message, std::string_view caller,
                     const FieldSpec& dispatcher) {
  return {id, message, caller, kInfo, Thread::kMergeTask, Use::kStep, {}, {kChangefeedId, dispatcher}};
}

constexpr std::array kRows{
    Row{LineId::kSchemaStoreAgain,
        "tableSchemaStore has already been initialized",
        "basic_dispatcher.go:351",
        kInfo,
        Thread::kOrchestrator,
        Use::kStep,
        {},
        {kDispatcher}},
    // Of a trigger the orchestrator writes it, of a merged one the Merge.
    Row{LineId::kEventCollectorAdds,
        "add dispatcher",
        "event_collector.go:259",
        kInfo,
        Thread::kSchedule,
        Use::kStep,
        {},
        {kChangefeedId, kDispatcher}},
    Row{LineId::kEventCollectorRemoves,
        "remove dispatcher",
        "event_collector.go:309",
        kInfo,
        Thread::kRemoval,
        Use::kValue,
        {},
        {kChangefeedId, kDispatcherId}},
    Row{LineId::kEventCollectorRemoves,
        "remove dispatcher done",
        "event_collector.go:311",
        kInfo,
        Thread::kRemoval,
        Use::kValue,
        {},
        {kChangefeedId, kDispatcherId}},
    // Closing a manager writes it, too.
    Row{LineId::kFlushed,
        "remove dispatcher",
        "basic_dispatcher.go:1393",
        kInfo,
        Thread::kRemoval,
        Use::kValue,
        {},
        {kChangefeedId, kDispatcher, kMode, kTable}},
    Row{LineId::kFlushedTask,
        "dispatcher removed successfully",
        "task.go:501",
        kInfo,
        Thread::kRemoval,
        Use::kStep,
        {},
        {kDispatcherId}},
    Row{LineId::kWorking,
        "update dispatcher status to working",
        "basic_dispatcher.go:539",
        kInfo,
        Thread::kEvents,
        Use::kStep,
        {},
        {kChangefeedId, kDispatcher, kTable}},
    // Only of an event that waits for its action.
    Row{LineId::kExecutes,
        "pending event get the action",
        "basic_dispatcher.go:826",
        kInfo,
        Thread::kEvents,
        Use::kValue,
        {},
        {kDispatcher, kMode, kAction}},
    merges(LineId::kMergeBegins, "merge dispatcher is ready", "dispatcher_manager_helper.go:228",
           kDispatcherId),
    merges(LineId::kMergeStep, "do merge", "task.go:214", kMergedDispatcher),
    merges(LineId::kMergeDone, "merge dispatcher commit", "task.go:284", kMergedDispatcher),
    merges(LineId::kMergeAborted, "abort merge", "task.go:175", kMergedDispatcher),
};

}  // namespace
}  // namespace of_dispatchers

std::span<const Row> dispatcher_rows() {
  return of_dispatchers::kRows;
}

}  // namespace takeover::logs::detail
