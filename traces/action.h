// One action of a trace: what happened, where, to whom.
//
// Actions of a node:
//   deliver             a message arrives and is handled to the end, nobody in between
//   receive             a message arrives in its queue or stream
//   handle              the next message of a path; one atomic step of it when fine, else to its end (and the
//                       manager's first error, if it brings that about, to the owner of this moment)
//   remove-task         the asynchronous removal of (id, mode) has flushed
//   clean-up            heartbeat aggregation forgets (id, mode); one atomic step of it when fine, else all
//   report              what waits on the status channel goes to the owner of this moment
//   execute             the oldest admitted barrier action is executed
//   merge-task          one step of the merge into id
//   stop-write-path, unregister, finish-close     the stages of a close
//   report-error        the manager's first error goes to the owner of this moment
//   first-event         the first event of the trigger (id, mode) comes, and it begins to work
//   complete-heartbeat  what every dispatcher is goes to the owner of this moment
//   local-fence, close-orchestrator, fail-create, fail-clean-up     faults
// Steps of the environment, which leave every node as it is:
//   send                an owner puts a message on its link (row: why it may)
//   lose                a sender's next message is lost; or the next that a node sends, to whom it may be
//   die, start, stop    of an owner
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "impl/message.h"
#include "impl/node.h"
#include "spec/json/names.h"
#include "traces/json.h"

namespace takeover::traces {

// Those of impl::NodeActionKind in its order, after deliver and receive.
enum class ActionKind : std::uint8_t {
  kDeliver,
  kReceive,
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
  kSend,
  kLose,
  kDie,
  kStart,
  kStop,
};
inline constexpr std::size_t kActionKindCount = 23;
[[nodiscard]] std::string_view to_string(ActionKind kind);
[[nodiscard]] ActionKind kind_of(impl::NodeActionKind kind);

// What a kind does not use keeps its default.
struct Action {
  ActionKind kind = ActionKind::kHandle;
  impl::NodeId node =
      impl::NodeId::kNone;         // that it happens on; of lose: that sends what is lost, when known
  impl::NodeAction node_action{};  // of handle ... fail-clean-up
  bool fine = false;               // of handle and clean-up
  std::string step{};              // the atomic step's name, when known
  std::optional<impl::Message>
      request{};             // of deliver, receive, send, and of lose if the node does not send it
  std::string message_id{};  // of that message, when known
  impl::NodeId to = impl::NodeId::kNone;  // of lose, when known: whom the message goes to
  std::string owner{};                    // of send, die, start, stop
  std::string row{};                      // of send: the environment's row
  friend bool operator==(const Action&, const Action&) = default;
};

// One atomic step of a node.
[[nodiscard]] Action node_step(impl::NodeId node, const impl::NodeAction& action);
// A message that arrives, or (kSend) is put on its link.
[[nodiscard]] Action message_step(ActionKind kind, impl::NodeId node, const impl::Message& request);

// Whether the action is one of impl::NodeAction; not deliver and receive, and not the environment's.
[[nodiscard]] bool is_node_action(ActionKind kind);
[[nodiscard]] bool is_environment(ActionKind kind);

[[nodiscard]] Json write_action(const Action& action, const spec::Names& names);
[[nodiscard]] std::optional<InputError> read_action(const Json& json, spec::Names& names, Action& action);

}  // namespace takeover::traces
