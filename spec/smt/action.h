// The actions of the relation: its own, one row each, and then the kinds of action of a node, one for one.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "impl/message.h"
#include "impl/named.h"
#include "impl/node_action.h"

namespace takeover::smt {

// Whose step it is, and which file says what it does.
enum class Stage : std::uint8_t {
  kArrival,    // in the orchestrator's queue: step_queue.cpp
  kLookUp,     // of the next message there: step_queue.cpp
  kBootstrap,  // what follows the look-up: step_bootstrap.cpp
  kHandler,    // the same of a PostBootstrap, a Close: step_orchestrator.cpp
  kStream,     // of the HeartBeatCollector: step_stream.cpp
  kNode,       // all else that a node does, and faults: step_manager.cpp
};

// Named as the implementation names its step, where there is one.
enum class Action : std::uint8_t {
  kReceiveBootstrap,  // a Bootstrap arrives in the orchestrator's queue
  kReceivePostBootstrap,
  kReceiveClose,
  kLookUpBootstrap,  // the next message there: is a manager here, is its epoch buried?
  kLookUpPostBootstrap,
  kLookUpClose,
  kRegisterInitializing,  // a manager is put among those being built
  kCreateTriggers,        // its triggers are created
  kPublish,               // it is published, and the tombstone deleted
  kTakeOver,  // under the fence: admission and validation; the owner, if no trigger is to be ensured
  kEnsureEventTrigger,  // a missing one is created
  kEnsureRedoTrigger,   // a missing one is created, and the owner set
  kReadDefaultSpans,    // those of the response
  kReadRedoSpans,
  kReadJournalAndSend,  // the response's operators are read, and it is sent
  kPostBootstrap,
  kClose,
  kTakeCreate,         // a Create is admitted and journalled, as one of a batch
  kStartBatch,         // the batch of Creates is complete
  kCreate,             // one dispatcher of the batch
  kDeleteEntry,        // the entries of the batch
  kRemove,             // one is admitted and journalled, and the removal requested
  kMerge,              // one is admitted
  kHeartBeatResponse,  // a barrier action is admitted
  kRedoMeta,           // redo marks are advanced
  kRedoForward,        // the forwarded redo resolved ts is advanced
  kCheckpoint,         // the checkpoint ts is advanced
  kOfNode,             // the last: from here on the kinds of action of a node, but `handle` (action_of)
};

namespace detail {
constexpr bool is_no_handler(impl::NodeActionKind kind) {
  return kind != impl::NodeActionKind::kHandle;
}
// What a handler does are actions of the relation's own.
inline constexpr auto kNodeKinds = impl::kAllThat<impl::NodeActionKind, is_no_handler>;
inline constexpr auto kFirstOfNode = static_cast<std::size_t>(Action::kOfNode);
}  // namespace detail

// Not of `handle`.
constexpr Action action_of(impl::NodeActionKind kind) {
  const auto place =
      static_cast<std::size_t>(std::ranges::find(detail::kNodeKinds, kind) - detail::kNodeKinds.begin());
  if (place == detail::kNodeKinds.size()) impl::unreachable();
  return static_cast<Action>(detail::kFirstOfNode + place);
}
constexpr std::optional<impl::NodeActionKind> node_action_of(Action action) {
  const auto place = static_cast<std::size_t>(action) - detail::kFirstOfNode;  // of one before it: huge
  if (place >= detail::kNodeKinds.size()) return std::nullopt;
  return detail::kNodeKinds[place];
}

struct ActionRow {
  std::string_view name{};
  Stage stage;
  std::optional<impl::MessageType> message{};  // that arrives, is looked up, or is handed out by a stream
};
constexpr ActionRow row_of(Action action) {
  using Type = impl::MessageType;
  switch (action) {
    case Action::kReceiveBootstrap:
      return {.name = "receive-bootstrap", .stage = Stage::kArrival, .message = Type::kBootstrap};
    case Action::kReceivePostBootstrap:
      return {.name = "receive-post-bootstrap", .stage = Stage::kArrival, .message = Type::kPostBootstrap};
    case Action::kReceiveClose:
      return {.name = "receive-close", .stage = Stage::kArrival, .message = Type::kClose};
    case Action::kLookUpBootstrap:
      return {.name = "look-up-bootstrap", .stage = Stage::kLookUp, .message = Type::kBootstrap};
    case Action::kLookUpPostBootstrap:
      return {.name = "look-up-post-bootstrap", .stage = Stage::kLookUp, .message = Type::kPostBootstrap};
    case Action::kLookUpClose:
      return {.name = "look-up-close", .stage = Stage::kLookUp, .message = Type::kClose};
    case Action::kRegisterInitializing: return {.name = "register-initializing", .stage = Stage::kBootstrap};
    case Action::kCreateTriggers: return {.name = "create-triggers", .stage = Stage::kBootstrap};
    case Action::kPublish: return {.name = "publish", .stage = Stage::kBootstrap};
    case Action::kTakeOver: return {.name = "take-over", .stage = Stage::kBootstrap};
    case Action::kEnsureEventTrigger: return {.name = "ensure-event-trigger", .stage = Stage::kBootstrap};
    case Action::kEnsureRedoTrigger: return {.name = "ensure-redo-trigger", .stage = Stage::kBootstrap};
    case Action::kReadDefaultSpans: return {.name = "read-default-spans", .stage = Stage::kBootstrap};
    case Action::kReadRedoSpans: return {.name = "read-redo-spans", .stage = Stage::kBootstrap};
    case Action::kReadJournalAndSend: return {.name = "read-journal-and-send", .stage = Stage::kBootstrap};
    case Action::kPostBootstrap: return {.name = "post-bootstrap", .stage = Stage::kHandler};
    case Action::kClose: return {.name = "close", .stage = Stage::kHandler};
    case Action::kTakeCreate:
      return {.name = "take-create", .stage = Stage::kStream, .message = Type::kSchedule};
    case Action::kStartBatch: return {.name = "start-batch", .stage = Stage::kStream};
    case Action::kCreate: return {.name = "create", .stage = Stage::kStream};
    case Action::kDeleteEntry: return {.name = "delete-entry", .stage = Stage::kStream};
    case Action::kRemove: return {.name = "remove", .stage = Stage::kStream, .message = Type::kSchedule};
    case Action::kMerge: return {.name = "merge", .stage = Stage::kStream, .message = Type::kMerge};
    case Action::kHeartBeatResponse:
      return {.name = "heartbeat-response", .stage = Stage::kStream, .message = Type::kHeartBeatResponse};
    case Action::kRedoMeta: return {.name = "redo-meta", .stage = Stage::kStream, .message = Type::kRedoMeta};
    case Action::kRedoForward:
      return {.name = "redo-forward", .stage = Stage::kStream, .message = Type::kRedoResolvedTsForward};
    case Action::kCheckpoint:
      return {.name = "checkpoint", .stage = Stage::kStream, .message = Type::kCheckpointTs};
    case Action::kOfNode: break;
  }
  if (const auto kind = node_action_of(action)) return {.name = name_of(*kind), .stage = Stage::kNode};
  return {};
}
constexpr std::string_view name_of(Action action) {
  return row_of(action).name;
}
inline constexpr std::size_t kActionCount = impl::kCountOf<Action>;
static_assert(detail::kFirstOfNode + detail::kNodeKinds.size() == kActionCount, "every action has a name");

namespace detail {
// An enumerator behind kOfNode would take a node's place.
constexpr bool has_its_name(impl::NodeActionKind kind) {
  return name_of(action_of(kind)) == name_of(kind);
}
}  // namespace detail
static_assert(std::ranges::all_of(detail::kNodeKinds, detail::has_its_name), "kOfNode is the last");

// The action of a stage that is about messages of a type. A Schedule has several: what it asks for says
// which.
constexpr std::optional<Action> action_of(Stage stage, impl::MessageType type) {
  for (const Action action : impl::kAllOf<Action>) {
    if (row_of(action).stage == stage && row_of(action).message == type) return action;
  }
  return std::nullopt;
}

namespace detail {
constexpr bool has_its_actions(const impl::MessageInfo& message) {
  if (!message.path) return true;
  if (*message.path != impl::Path::kOrchestrator) return action_of(Stage::kStream, message.type).has_value();
  return action_of(Stage::kArrival, message.type) && action_of(Stage::kLookUp, message.type);
}
}  // namespace detail
static_assert(
    std::ranges::all_of(impl::kMessages, detail::has_its_actions),
    "what waits in the orchestrator's queue arrives and is looked up; a stream hands out what waits");

}  // namespace takeover::smt
