// A node as the outside sees it: what can happen next, and making it happen.
//
// Every choice (which message arrives, who comes in between, which fault strikes) is the caller's:
//
//   impl::DispatcherOrchestrator node;
//   impl::Outbox out;
//   impl::receive(rules, node, bootstrap, out);
//   impl::handle(rules, node, impl::Path::kOrchestrator, out);   // to the end: the fold of its steps
//   for (const impl::Message& reply : out.sent) ...
//
// A checker calls for_each_action and apply instead, one atomic step at a time.
#pragma once

#include <string_view>

#include "impl/dispatcher_orchestrator.h"
#include "impl/named.h"
#include "impl/node_action.h"

namespace takeover::impl {

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

// Calls visit(NodeAction) for every enabled action but those that somebody bounds, in a fixed order; and not
// for an error that its owner was told of already, which could be told again.
template <class Visit>
void for_each_action(const Rules& rules, const DispatcherOrchestrator& node, Visit&& visit) {
  const auto offer = [&](const NodeAction& action) {
    if (is_enabled(rules, node, action)) visit(action);
  };
  offer({.kind = NodeActionKind::kHandle});
  const DispatcherManager* manager = node.manager_here();
  if (manager == nullptr) return;
  for (const Path path : kAllOf<Path>) {
    if (path != Path::kOrchestrator) offer({.kind = NodeActionKind::kHandle, .path = path});
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
  for (const NodeActionKind kind : kAllThat<NodeActionKind, is_plain>) {
    if (kind != NodeActionKind::kReportError || manager->error == ErrorReport::kDue) offer({.kind = kind});
  }
}

}  // namespace takeover::impl
