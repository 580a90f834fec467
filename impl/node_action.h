// The kinds of action of a node: what can happen next. A row each says all that is said of it but what
// happens.
#pragma once

#include <cstdint>
#include <string_view>

#include "impl/ids.h"
#include "impl/message.h"
#include "impl/named.h"

namespace takeover::impl {

// What an action says beside its kind.
enum class NodeActionFields : std::uint8_t { kNone, kPath, kDispatcher /* id, mode */ };

// What must have come before an action can be possible at all.
enum class NodeActionNeeds : std::uint8_t {
  kMessage,
  kRemove,
  kMerge,
  kBarrierAction,
  kNews,          // of a dispatcher: it was created, or had its first event
  kClose,         // or a shutdown
  kCloseOrFence,  // or a shutdown, or a local fence
  kUntoldError,   // there is none with Guard::kErrorKeepsItsOwner: it is told at once
  kBound,         // nothing, but that somebody lets it come: NodeActionRow::bound
};

enum class NodeActionKind : std::uint8_t {
  kHandle,
  kRemoveTask,
  kCleanUp,
  kReport,
  kExecute,
  kMergeTask,
  kStopWritePath,
  kUnregister,
  kFinishClose,
  kReportError,
  kFirstEvent,
  kCompleteHeartbeat,
  kLocalFence,
  kCloseOrchestrator,
  kFailCreate,
  kFailCleanUp,
};

// All that is said of a kind of action. What happens is said where it does.
struct NodeActionRow {
  std::string_view name{};     // in traces and counts
  std::string_view words{};    // what the node does; {}: the dispatcher that the action names
  std::string_view why_not{};  // not enabled, where there is one reason
  NodeActionFields fields = NodeActionFields::kNone;
  NodeActionNeeds needs = NodeActionNeeds::kBound;
  std::string_view bound{};  // how often it comes is up to whoever asks: a scenario, by this name
  bool is_fault = false;
  bool can_be_fine = false;  // a trace may take it as a whole, or one atomic step of it

  // What nobody has to bound is done in the end by whoever can do it for ever.
  [[nodiscard]] constexpr bool is_strongly_fair() const { return bound.empty(); }
};

constexpr NodeActionRow row_of(NodeActionKind kind) {
  using Fields = NodeActionFields;
  using Needs = NodeActionNeeds;
  switch (kind) {
    case NodeActionKind::kHandle:  // one atomic step of the next message of the path
      return {.name = "handle",
              .words = "handles the next message",
              .fields = Fields::kPath,
              .needs = Needs::kMessage,
              .can_be_fine = true};
    case NodeActionKind::kRemoveTask:
      return {.name = "remove-task",
              .words = "the removal of {} has flushed",
              .fields = Fields::kDispatcher,
              .needs = Needs::kRemove};
    case NodeActionKind::kCleanUp:  // one atomic step of heartbeat aggregation
      return {.name = "clean-up",
              .words = "clean-up of {}",
              .fields = Fields::kDispatcher,
              .needs = Needs::kRemove,
              .can_be_fine = true};
    case NodeActionKind::kReport:
      return {.name = "report",
              .words = "reports what waits on the status channel",
              .why_not = "nothing waits on the status channel",
              .needs = Needs::kNews};
    case NodeActionKind::kExecute:
      return {.name = "execute",
              .words = "executes the oldest admitted action",
              .why_not = "no admitted action waits",
              .needs = Needs::kBarrierAction};
    case NodeActionKind::kMergeTask:  // one step
      return {.name = "merge-task",
              .words = "the merge into {} takes a step",
              .why_not = "no merge into this dispatcher is under way",
              .fields = Fields::kDispatcher,
              .needs = Needs::kMerge};
    case NodeActionKind::kStopWritePath:
      return {.name = "stop-write-path",
              .words = "closes the manager: the write path stops",
              .why_not = "the close of the manager does not stand there",
              .needs = Needs::kClose};
    case NodeActionKind::kUnregister:
      return {.name = "unregister",
              .words = "closes the manager: it is unregistered",
              .why_not = "the close of the manager does not stand there",
              .needs = Needs::kClose};
    case NodeActionKind::kFinishClose:
      return {.name = "finish-close",
              .words = "closes the manager: the close has ended",
              .why_not = "the close of the manager does not stand there",
              .needs = Needs::kCloseOrFence};
    case NodeActionKind::kReportError:
      return {.name = "report-error",
              .words = "tells the first error of a creation",
              .why_not = "the manager has no error to tell",
              .needs = Needs::kUntoldError};
    case NodeActionKind::kFirstEvent:  // of a dispatcher that may wait for it for ever
      return {.name = "first-event",
              .words = "the first event of {} comes",
              .fields = Fields::kDispatcher,
              .bound = "first_events"};
    case NodeActionKind::kCompleteHeartbeat:  // every 10 s, which would be any number of times
      return {.name = "complete-heartbeat",
              .words = "tells what every dispatcher is",
              .bound = "complete_heartbeats"};
    case NodeActionKind::kLocalFence:
      return {.name = "local-fence",
              .words = "loses its lease: the local fence",
              .why_not = "the node is fenced already",
              .bound = "local_fences",
              .is_fault = true};
    case NodeActionKind::kCloseOrchestrator:
      return {.name = "close-orchestrator",
              .words = "shuts down",
              .why_not = "the orchestrator is closed, and has nothing to close",
              .bound = "shutdowns",
              .is_fault = true};
    case NodeActionKind::kFailCreate:
      return {.name = "fail-create",
              .words = "the next creation is going to fail",
              .why_not = "a creation is set to fail already",
              .bound = "failed_creations",
              .is_fault = true};
    case NodeActionKind::kFailCleanUp:
      return {.name = "fail-clean-up",
              .words = "the next clean-up of a removed changefeed is going to fail",
              .why_not = "a clean-up is set to fail already",
              .bound = "failed_clean_ups",
              .is_fault = true};
  }
  return {};
}
constexpr std::string_view name_of(NodeActionKind kind) {
  return row_of(kind).name;
}

// One that comes by itself and names nothing: there is one action of its kind.
constexpr bool is_plain(NodeActionKind kind) {
  return row_of(kind).fields == NodeActionFields::kNone && row_of(kind).bound.empty();
}

struct NodeAction {
  NodeActionKind kind = NodeActionKind::kHandle;
  Path path = Path::kOrchestrator;
  Mode mode = Mode::kDefault;
  DispatcherId id = DispatcherId::kNone;
  friend bool operator==(const NodeAction&, const NodeAction&) = default;
};

}  // namespace takeover::impl
