// A node as the outside sees it: what can happen next, and making it happen.
//
// Every choice (which message arrives, who comes in between, which fault strikes) is the caller's:
//
//   impl::DispatcherOrchestrator node;
//   impl::Outbox out;
//   impl::receive(rules, node, bootstrap, out);
//   impl::handle(rules, node, impl::Path::kOrchestrator, out);   // to the end: the fold of its steps
//   for (const impl::Reply& reply : out.sent) ...
//
// A checker calls for_each_action and apply instead, one atomic step at a time.
#pragma once

#include <cstdint>
#include <string_view>

#include "impl/dispatcher_orchestrator.h"

namespace takeover::impl {

enum class NodeActionKind : std::uint8_t {
  kHandle,         // path: one atomic step of the next message
  kRemoveTask,     // id, mode: the asynchronous removal has flushed
  kCleanUp,        // id, mode: one atomic step of heartbeat aggregation
  kReport,         // what waits on the status channel goes to the owner of this moment
  kExecute,        // the oldest admitted barrier action is executed
  kMergeTask,      // id: one step of the merge into this dispatcher
  kStopWritePath,  // the stages of a close
  kUnregister,
  kFinishClose,
  kReportError,        // the manager's first error goes to the owner of this moment
  kFirstEvent,         // id, mode: of a trigger, which begins to work
  kCompleteHeartbeat,  // what every dispatcher is goes to the owner of this moment
  kLocalFence,         // faults
  kCloseOrchestrator,
  kFailCreate,
  kFailCleanUp,
};
inline constexpr std::size_t kNodeActionKindCount = 16;

struct NodeAction {
  NodeActionKind kind = NodeActionKind::kHandle;
  Path path = Path::kOrchestrator;
  Mode mode = Mode::kDefault;
  DispatcherId id = DispatcherId::kNone;
  friend bool operator==(const NodeAction&, const NodeAction&) = default;
};

[[nodiscard]] bool is_enabled(const Rules& rules, const DispatcherOrchestrator& node,
                              const NodeAction& action);

// The name of the atomic step that the action would take, such as "take-over".
[[nodiscard]] std::string_view step_name(const DispatcherOrchestrator& node, const NodeAction& action);

// One atomic step. The action must be enabled. A step that kills the process (NoteKind::kProcessDied) leaves
// a node that begins anew: no manager, no tombstone, nothing pending, not fenced.
void apply(const Rules& rules, DispatcherOrchestrator& node, const NodeAction& action, Outbox& out);

// Puts a message into its queue or stream; notes what is dropped.
void receive(const Rules& rules, DispatcherOrchestrator& node, const Message& request, Outbox& out);

// Handles the next message of the path to the end, or as far as it comes; false when a step was not possible.
bool handle(const Rules& rules, DispatcherOrchestrator& node, Path path, Outbox& out);

// Whether a handler of the path stands between two of its steps.
[[nodiscard]] bool is_under_way(const DispatcherOrchestrator& node, Path path);

// Calls visit(NodeAction) for every enabled action but the faults, first events and complete heartbeats, in a
// fixed order; and not for an error that its owner was told of already, which could be told again.
template <class Visit>
void for_each_action(const Rules& rules, const DispatcherOrchestrator& node, Visit&& visit) {
  const auto offer = [&](const NodeAction& action) {
    if (is_enabled(rules, node, action)) visit(action);
  };
  offer({.kind = NodeActionKind::kHandle});
  const DispatcherManager* manager = node.manager_here();
  if (manager == nullptr) return;
  for (std::size_t path = 1; path < kPathCount; ++path) {
    offer({.kind = NodeActionKind::kHandle, .path = static_cast<Path>(path)});
  }
  for (const Dispatcher& dispatcher : manager->dispatchers) {
    offer({.kind = NodeActionKind::kRemoveTask, .mode = dispatcher.mode, .id = dispatcher.id});
    offer({.kind = NodeActionKind::kCleanUp, .mode = dispatcher.mode, .id = dispatcher.id});
  }
  if (const CleanUp& clean_up = manager->clean_up;
      clean_up.step != CleanUpStep::kIdle && manager->find(clean_up.id, clean_up.mode) == nullptr) {
    offer({.kind = NodeActionKind::kCleanUp, .mode = clean_up.mode, .id = clean_up.id});
  }
  for (const MergeTask& task : manager->merges) {
    offer({.kind = NodeActionKind::kMergeTask, .mode = task.mode, .id = task.merged_id});
  }
  for (const auto kind : {NodeActionKind::kReport, NodeActionKind::kExecute, NodeActionKind::kStopWritePath,
                          NodeActionKind::kUnregister, NodeActionKind::kFinishClose}) {
    offer({.kind = kind});
  }
  if (manager->error == ErrorReport::kDue) offer({.kind = NodeActionKind::kReportError});
}

}  // namespace takeover::impl
