// One action of a trace: what happened, where, to whom.
//
// clang-format off
// Of a node:
//   deliver             a message arrives and is handled to the end, nobody in between
//   receive             a message arrives in its queue or stream
//   ...                 those of impl/node.h, by their names. One of several atomic steps (handle, clean-up) is
//                       a step when fine, else all of them; a handle to its end besides brings the manager's
//                       first error, if it has it now, to the owner of this moment
// Steps of the environment, which leave every node as it is:
//   send                an owner puts a message on its link (row: why it may)
//   lose                a sender's next message is lost; or the next that a node sends, to whom it may be
//   die, start, stop    of an owner
// clang-format on
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "impl/message.h"
#include "impl/node.h"
#include "spec/json/names.h"
#include "spec/world/environment.h"
#include "traces/json.h"

namespace takeover::traces {

enum class ActionKind : std::uint8_t { kDeliver, kReceive, kNode, kSend, kLose, kDie, kStart, kStop };
constexpr std::string_view name_of(ActionKind kind) {
  switch (kind) {
    case ActionKind::kDeliver: return "deliver";
    case ActionKind::kReceive: return name_of(spec::EnvironmentActionKind::kReceive);
    case ActionKind::kNode: return "node";  // in a trace, the name of the node's action
    case ActionKind::kSend: return name_of(spec::EnvironmentActionKind::kSend);
    case ActionKind::kLose: return name_of(spec::EnvironmentActionKind::kLose);
    case ActionKind::kDie: return name_of(spec::EnvironmentActionKind::kDie);
    case ActionKind::kStart: return "start";
    case ActionKind::kStop: return "stop";
  }
  return impl::kNoName;
}

// What a kind does not use keeps its default.
struct Action {
  ActionKind kind = ActionKind::kNode;
  impl::NodeId node =
      impl::NodeId::kNone;         // that it happens on; of lose: that sends what is lost, when known
  impl::NodeAction node_action{};  // of kNode
  bool fine = false;               // of what can be
  std::string step{};              // the atomic step's name, when known
  std::optional<impl::Message>
      request{};             // of deliver, receive, send, and of lose if the node does not send it
  std::string message_id{};  // of that message, when known
  impl::NodeId to = impl::NodeId::kNone;  // of lose, when known: whom the message goes to
  std::string owner{};                    // of send, die, start, stop
  std::string row{};                      // of send: the environment's row
  friend bool operator==(const Action&, const Action&) = default;

  // The node's action, if it is one of this kind.
  [[nodiscard]] bool is(impl::NodeActionKind of) const {
    return kind == ActionKind::kNode && node_action.kind == of;
  }
  // It leaves every node as it is.
  [[nodiscard]] bool is_environment() const {
    return kind != ActionKind::kDeliver && kind != ActionKind::kReceive && kind != ActionKind::kNode;
  }
};

// Whether two are one message. To whom it goes need not be said.
[[nodiscard]] inline bool is_same_message(const impl::Message& a, const impl::Message& b) {
  const bool same_receiver = a.to == b.to || a.to == impl::NodeId::kNone || b.to == impl::NodeId::kNone;
  return a.from == b.from && a.epoch == b.epoch && a.body == b.body && same_receiver;
}
// As it stands in a trace.
[[nodiscard]] std::string_view kind_name(const Action& action);

// One atomic step of a node.
[[nodiscard]] Action node_step(impl::NodeId node, const impl::NodeAction& action);
// A message that arrives, or (kSend) is put on its link.
[[nodiscard]] Action message_step(ActionKind kind, impl::NodeId node, const impl::Message& request);

// What an action must look like in a trace.
[[nodiscard]] Json action_schema();
[[nodiscard]] Json write_action(const Action& action, const spec::Names& names);
[[nodiscard]] std::optional<InputError> read_action(const Json& json, spec::Names& names, Action& action);

}  // namespace takeover::traces
