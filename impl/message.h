// Messages: requests that a maintainer sends to a node, replies and reports that the node sends back.
// Names follow heartbeatpb of TiCDC; fields that the protocol never looks at are left out.
//
// A message is one envelope, whichever way it travels, and a body. What is said of a type of message is one
// row below (kMessages).
#pragma once

#include <algorithm>
#include <array>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <type_traits>
#include <variant>

#include "impl/boxed.h"
#include "impl/fields.h"
#include "impl/guards.h"
#include "impl/ids.h"
#include "impl/lists.h"
#include "impl/named.h"
#include "impl/reason.h"

namespace takeover::impl {

enum class ErrorCode : std::uint8_t {
  kNone,
  kErrChangefeedInitTableTriggerDispatcherFailed,
  kErrDispatcherFailed,  // a table's dispatcher could not be created
  kErrWritePathClosed,   // the changefeed is closing on this node
};
constexpr std::string_view name_of(ErrorCode code) {
  switch (code) {
    case ErrorCode::kNone: return "";
    case ErrorCode::kErrChangefeedInitTableTriggerDispatcherFailed:
      return "ErrChangefeedInitTableTriggerDispatcherFailed";
    case ErrorCode::kErrDispatcherFailed: return "ErrDispatcherFailed";
    case ErrorCode::kErrWritePathClosed: return "ErrWritePathClosed";
  }
  return kNoName;
}

enum class ScheduleAction : std::uint8_t { kCreate, kRemove };
constexpr std::string_view name_of(ScheduleAction action) {
  switch (action) {
    case ScheduleAction::kCreate: return "Create";
    case ScheduleAction::kRemove: return "Remove";
  }
  return kNoName;
}

enum class OperatorType : std::uint8_t { kAdd, kRemove, kMove, kSplit, kMerge };
constexpr std::string_view name_of(OperatorType type) {
  switch (type) {
    case OperatorType::kAdd: return "Add";
    case OperatorType::kRemove: return "Remove";
    case OperatorType::kMove: return "Move";
    case OperatorType::kSplit: return "Split";
    case OperatorType::kMerge: return "Merge";
  }
  return kNoName;
}

// heartbeatpb.ComponentState. kStopped and kRemoved occur only in reports.
enum class Status : std::uint8_t {
  kInitializing,
  kWorking,
  kPreparing,
  kMergeReady,
  kWaitingMerge,
  kStopped,
  kRemoved
};
constexpr std::string_view name_of(Status status) {
  switch (status) {
    case Status::kInitializing: return "Initializing";
    case Status::kWorking: return "Working";
    case Status::kPreparing: return "Preparing";
    case Status::kMergeReady: return "MergeReady";
    case Status::kWaitingMerge: return "WaitingMerge";
    case Status::kStopped: return "Stopped";
    case Status::kRemoved: return "Removed";
  }
  return kNoName;
}

enum class BarrierAction : std::uint8_t { kWrite, kPass };
constexpr std::string_view name_of(BarrierAction action) {
  switch (action) {
    case BarrierAction::kWrite: return "Write";
    case BarrierAction::kPass: return "Pass";
  }
  return kNoName;
}

// ---------------------------------------------------------------------------------------------- requests

struct MaintainerBootstrapRequest {
  DispatcherId event_trigger = DispatcherId::kNone;  // kNone: the trigger lives elsewhere
  DispatcherId redo_trigger = DispatcherId::kNone;
  Ts start_ts = 0;
  Epoch config_epoch = 0;  // the epoch inside the changefeed's config, which is not the maintainer's
  bool is_new_changefeed = false;
  bool redo_enabled = false;

  static constexpr auto fields(auto& self, auto&& take) {
    auto& [event_trigger, redo_trigger, start_ts, config_epoch, is_new_changefeed, redo_enabled] = self;
    return take(field("event_trigger", event_trigger), field("redo_trigger", redo_trigger),
                field("start_ts", start_ts), field("is_new_changefeed", is_new_changefeed),
                field("config_epoch", config_epoch), field("redo_enabled", redo_enabled));
  }
  friend bool operator==(const MaintainerBootstrapRequest&, const MaintainerBootstrapRequest&) = default;
};

struct MaintainerPostBootstrapRequest {
  DispatcherId event_trigger = DispatcherId::kNone;

  static constexpr auto fields(auto& self, auto&& take) {
    auto& [event_trigger] = self;
    return take(field("event_trigger", event_trigger));
  }
  friend bool operator==(const MaintainerPostBootstrapRequest&,
                         const MaintainerPostBootstrapRequest&) = default;
};

struct MaintainerCloseRequest {
  bool removed = false;  // the changefeed itself is removed, not only paused or moved

  static constexpr auto fields(auto& self, auto&& take) {
    auto& [removed] = self;
    return take(field("removed", removed));
  }
  friend bool operator==(const MaintainerCloseRequest&, const MaintainerCloseRequest&) = default;
};

struct ScheduleDispatcherRequest {
  ScheduleAction action = ScheduleAction::kCreate;
  OperatorType op = OperatorType::kAdd;
  Mode mode = Mode::kDefault;
  DispatcherId id = DispatcherId::kNone;
  Span span{};
  Ts start_ts = 0;

  static constexpr auto fields(auto& self, auto&& take) {
    auto& [action, op, mode, id, span, start_ts] = self;
    return take(field<role::kRequired>("action", action), field("operator", op),
                field<role::kRequired>("id", id), field<role::kRequired>("span", span), field("mode", mode),
                field("start_ts", start_ts));
  }
  friend bool operator==(const ScheduleDispatcherRequest&, const ScheduleDispatcherRequest&) = default;
};

struct MergeDispatcherRequest {
  SmallVector<DispatcherId, 2> ids{};  // neighbours, in the order of their spans
  DispatcherId merged_id = DispatcherId::kNone;
  Mode mode = Mode::kDefault;

  static constexpr auto fields(auto& self, auto&& take) {
    auto& [ids, merged_id, mode] = self;
    return take(field<role::kRequired>("ids", ids), field<role::kRequired>("merged_id", merged_id),
                field("mode", mode));
  }
  friend bool operator==(const MergeDispatcherRequest&, const MergeDispatcherRequest&) = default;
};

struct HeartBeatResponse {
  BarrierAction action = BarrierAction::kWrite;

  static constexpr auto fields(auto& self, auto&& take) {
    auto& [action] = self;
    return take(field("action", action));
  }
  friend bool operator==(const HeartBeatResponse&, const HeartBeatResponse&) = default;
};

struct RedoMetaMessage {
  Ts checkpoint_ts = 0;
  Ts resolved_ts = 0;

  static constexpr auto fields(auto& self, auto&& take) {
    auto& [checkpoint_ts, resolved_ts] = self;
    return take(field("checkpoint_ts", checkpoint_ts), field("resolved_ts", resolved_ts));
  }
  friend bool operator==(const RedoMetaMessage&, const RedoMetaMessage&) = default;
};

struct RedoResolvedTsForwardMessage {
  Ts resolved_ts = 0;

  static constexpr auto fields(auto& self, auto&& take) {
    auto& [resolved_ts] = self;
    return take(field("resolved_ts", resolved_ts));
  }
  friend bool operator==(const RedoResolvedTsForwardMessage&, const RedoResolvedTsForwardMessage&) = default;
};

struct CheckpointTsMessage {
  Ts checkpoint_ts = 0;

  static constexpr auto fields(auto& self, auto&& take) {
    auto& [checkpoint_ts] = self;
    return take(field("checkpoint_ts", checkpoint_ts));
  }
  friend bool operator==(const CheckpointTsMessage&, const CheckpointTsMessage&) = default;
};

// ----------------------------------------------------------------------------------------------- replies

struct ReportedSpan {
  DispatcherId id = DispatcherId::kNone;
  Mode mode = Mode::kDefault;
  Status status = Status::kWorking;
  Span span{};
  Ts checkpoint_ts = 0;

  static constexpr auto fields(auto& self, auto&& take) {
    auto& [id, mode, status, span, checkpoint_ts] = self;
    return take(field<role::kRequired>("id", id), field("span", span), field("mode", mode),
                field("status", status), field("checkpoint_ts", checkpoint_ts));
  }
  friend bool operator==(const ReportedSpan&, const ReportedSpan&) = default;
};

// One scheduling request in progress, as it stands in the journal and in a response: who asked for what. In a
// response it has no sender.
struct JournalEntry {
  DispatcherId id = DispatcherId::kNone;
  ScheduleAction action = ScheduleAction::kCreate;
  OperatorType op = OperatorType::kAdd;
  Mode mode = Mode::kDefault;
  NodeId from = NodeId::kNone;
  Epoch epoch = 0;
  Span span{};
  Ts start_ts = 0;

  static constexpr auto fields(auto& self, auto&& take) {
    auto& [id, action, op, mode, from, epoch, span, start_ts] = self;
    return take(field<role::kKey | role::kRequired>("id", id), field("action", action), field("operator", op),
                field("from", from), field("epoch", epoch), field("mode", mode), field("span", span),
                field("start_ts", start_ts));
  }
  friend bool operator==(const JournalEntry&, const JournalEntry&) = default;
};

struct DispatcherStatus {
  DispatcherId id = DispatcherId::kNone;
  Status status = Status::kWorking;
  Mode mode = Mode::kDefault;

  static constexpr auto fields(auto& self, auto&& take) {
    auto& [id, status, mode] = self;
    return take(field<role::kRequired>("id", id), field("status", status), field("mode", mode));
  }
  friend bool operator==(const DispatcherStatus&, const DispatcherStatus&) = default;
};

struct MaintainerBootstrapResponse {
  Ts checkpoint_ts = 0;  // start ts of the event trigger, 0 when none is here
  Ts redo_checkpoint_ts = 0;
  Sorted<ReportedSpan, 4, &ReportedSpan::mode, &ReportedSpan::id> spans{};
  Sorted<JournalEntry, 2, &JournalEntry::id> operators{};
  ErrorCode error = ErrorCode::kNone;

  static constexpr auto fields(auto& self, auto&& take) {
    auto& [checkpoint_ts, redo_checkpoint_ts, spans, operators, error] = self;
    return take(field("checkpoint_ts", checkpoint_ts), field("redo_checkpoint_ts", redo_checkpoint_ts),
                field("spans", spans), field("operators", operators), field("error", error));
  }
  friend bool operator==(const MaintainerBootstrapResponse&, const MaintainerBootstrapResponse&) = default;
};

struct MaintainerPostBootstrapResponse {
  DispatcherId event_trigger = DispatcherId::kNone;  // of an error: none
  ErrorCode error = ErrorCode::kNone;

  static constexpr auto fields(auto& self, auto&& take) {
    auto& [event_trigger, error] = self;
    return take(field("event_trigger", event_trigger), field("error", error));
  }
  friend bool operator==(const MaintainerPostBootstrapResponse&,
                         const MaintainerPostBootstrapResponse&) = default;
};

struct MaintainerCloseResponse {
  bool success = false;

  static constexpr auto fields(auto& self, auto&& take) {
    auto& [success] = self;
    return take(field("success", success));
  }
  friend bool operator==(const MaintainerCloseResponse&, const MaintainerCloseResponse&) = default;
};

// Carries no epoch: it goes to whoever owns the manager when it is enqueued.
struct HeartBeatRequest {
  Bag<DispatcherStatus, 2> statuses{};
  bool complete = false;  // of every dispatcher that has anything to say of itself, not of what has changed
  ErrorCode error = ErrorCode::kNone;

  static constexpr auto fields(auto& self, auto&& take) {
    auto& [statuses, complete, error] = self;
    return take(field("statuses", statuses), field("complete", complete), field("error", error));
  }
  friend bool operator==(const HeartBeatRequest&, const HeartBeatRequest&) = default;
};

// ---------------------------------------------------------------------------------------------- messages

// First those for the DispatcherOrchestrator, then those for a stream of the HeartBeatCollector each, then
// those for a maintainer: kMessages says which.
using MessageBody =
    std::variant<MaintainerBootstrapRequest, MaintainerPostBootstrapRequest, MaintainerCloseRequest,
                 ScheduleDispatcherRequest, MergeDispatcherRequest, HeartBeatResponse, RedoMetaMessage,
                 RedoResolvedTsForwardMessage, CheckpointTsMessage, Boxed<MaintainerBootstrapResponse>,
                 MaintainerPostBootstrapResponse, MaintainerCloseResponse, HeartBeatRequest>;

namespace detail {
template <class Body, class... Bodies>
consteval std::uint8_t place_in(const std::variant<Bodies...>* /*of*/) {
  constexpr std::array kIsBody{(std::is_same_v<Body, Bodies> || std::is_same_v<Boxed<Body>, Bodies>)...};
  static_assert(std::ranges::count(kIsBody, true) == 1, "a body of a message");
  return static_cast<std::uint8_t>(std::ranges::find(kIsBody, true) - kIsBody.begin());
}
template <class Body>
inline constexpr std::uint8_t kPlaceOf = place_in<Body>(static_cast<const MessageBody*>(nullptr));
}  // namespace detail

enum class MessageType : std::uint8_t {
  kBootstrap = detail::kPlaceOf<MaintainerBootstrapRequest>,
  kPostBootstrap = detail::kPlaceOf<MaintainerPostBootstrapRequest>,
  kClose = detail::kPlaceOf<MaintainerCloseRequest>,
  kSchedule = detail::kPlaceOf<ScheduleDispatcherRequest>,
  kMerge = detail::kPlaceOf<MergeDispatcherRequest>,
  kHeartBeatResponse = detail::kPlaceOf<HeartBeatResponse>,
  kRedoMeta = detail::kPlaceOf<RedoMetaMessage>,
  kRedoResolvedTsForward = detail::kPlaceOf<RedoResolvedTsForwardMessage>,
  kCheckpointTs = detail::kPlaceOf<CheckpointTsMessage>,
  kBootstrapResponse = detail::kPlaceOf<MaintainerBootstrapResponse>,
  kPostBootstrapResponse = detail::kPlaceOf<MaintainerPostBootstrapResponse>,
  kCloseResponse = detail::kPlaceOf<MaintainerCloseResponse>,
  kHeartBeat = detail::kPlaceOf<HeartBeatRequest>,
};
template <class Body>
inline constexpr auto kTypeOf = static_cast<MessageType>(detail::kPlaceOf<Body>);
inline constexpr std::size_t kMessageTypeCount = std::variant_size_v<MessageBody>;

// Where messages wait: the orchestrator's queue, or a stream of the HeartBeatCollector.
enum class Path : std::uint8_t {
  kOrchestrator,
  kSchedule,
  kMerge,
  kHeartBeatResponse,
  kRedoMeta,
  kRedoResolvedTsForward,
  kCheckpointTs,
};
// The word of a path's handler.
constexpr std::string_view name_of(Path path) {
  switch (path) {
    case Path::kOrchestrator: return "orchestrator";
    case Path::kSchedule: return "schedule";
    case Path::kMerge: return "merge";
    case Path::kHeartBeatResponse: return "heartbeat-response";
    case Path::kRedoMeta: return "redo-meta";
    case Path::kRedoResolvedTsForward: return "redo-forward";
    case Path::kCheckpointTs: return "checkpoint";
  }
  return kNoName;
}
inline constexpr std::size_t kPathCount = kCountOf<Path>;

enum class Party : std::uint8_t { kNode, kMaintainer };

// What is said of a type of message.
struct MessageInfo {
  MessageType type;
  std::string_view name;  // in heartbeat.proto
  Party receiver = Party::kNode;
  std::optional<Path> path{};        // where it waits on a node
  bool carries_epoch = true;         // that of its sender, or of the request that it answers
  std::optional<Guard> admission{};  // without this guard it is not asked whether it is the owner's
  Reason refusal = Reason::kNone;    // why it is dropped if it is not
};

inline constexpr std::array<MessageInfo, kMessageTypeCount> kMessages{{
    // A Bootstrap is admitted by can_update_maintainer, which has guards of its own.
    {.type = MessageType::kBootstrap, .name = "MaintainerBootstrapRequest", .path = Path::kOrchestrator},
    {.type = MessageType::kPostBootstrap,
     .name = "MaintainerPostBootstrapRequest",
     .path = Path::kOrchestrator,
     .admission = Guard::kPostBootstrapAdmission,
     .refusal = Reason::kNotOwnersPostBootstrap},
    {.type = MessageType::kClose,
     .name = "MaintainerCloseRequest",
     .path = Path::kOrchestrator,
     .admission = Guard::kCloseAdmission},
    {.type = MessageType::kSchedule,
     .name = "ScheduleDispatcherRequest",
     .path = Path::kSchedule,
     .admission = Guard::kScheduleAdmission,
     .refusal = Reason::kNotOwnersSchedule},
    {.type = MessageType::kMerge,
     .name = "MergeDispatcherRequest",
     .path = Path::kMerge,
     .admission = Guard::kMergeAdmission,
     .refusal = Reason::kNotOwnersMerge},
    {.type = MessageType::kHeartBeatResponse,
     .name = "HeartBeatResponse",
     .path = Path::kHeartBeatResponse,
     .admission = Guard::kHeartbeatResponseAdmission,
     .refusal = Reason::kNotOwnersAction},
    {.type = MessageType::kRedoMeta,
     .name = "RedoMetaMessage",
     .path = Path::kRedoMeta,
     .admission = Guard::kRedoAdmission,
     .refusal = Reason::kNotOwnersRedo},
    {.type = MessageType::kRedoResolvedTsForward,
     .name = "RedoResolvedTsForwardMessage",
     .path = Path::kRedoResolvedTsForward,
     .admission = Guard::kRedoAdmission,
     .refusal = Reason::kNotOwnersRedo},
    // Whoever sends it: it is for the event trigger.
    {.type = MessageType::kCheckpointTs, .name = "CheckpointTsMessage", .path = Path::kCheckpointTs},
    {.type = MessageType::kBootstrapResponse,
     .name = "MaintainerBootstrapResponse",
     .receiver = Party::kMaintainer},
    {.type = MessageType::kPostBootstrapResponse,
     .name = "MaintainerPostBootstrapResponse",
     .receiver = Party::kMaintainer},
    {.type = MessageType::kCloseResponse, .name = "MaintainerCloseResponse", .receiver = Party::kMaintainer},
    // It goes to whoever owns the manager when it is enqueued.
    {.type = MessageType::kHeartBeat,
     .name = "HeartBeatRequest",
     .receiver = Party::kMaintainer,
     .carries_epoch = false},
}};
static_assert(is_indexed(kMessages, &MessageInfo::type));

namespace detail {
constexpr bool waits_if_for_node(const MessageInfo& message) {
  return message.path.has_value() == (message.receiver == Party::kNode);
}
constexpr bool has_own_message(Path path) {
  return path == Path::kOrchestrator || std::ranges::count(kMessages, path, &MessageInfo::path) == 1;
}
// The orchestrator's handlers find reasons of their own.
constexpr bool has_refusal_if_a_stream_asks(const MessageInfo& message) {
  const bool is_asked = message.admission && message.path != Path::kOrchestrator;
  return !is_asked || message.refusal != Reason::kNone;
}
constexpr bool is_refused_by_its_admission(const MessageInfo& message) {
  if (message.refusal == Reason::kNone) return true;
  return message.admission && info(message.refusal).guard == message.admission;
}
}  // namespace detail
static_assert(std::ranges::all_of(kMessages, detail::waits_if_for_node));
static_assert(std::ranges::all_of(kAllOf<Path>, detail::has_own_message), "a stream is of one type");
static_assert(std::ranges::all_of(kMessages, detail::has_refusal_if_a_stream_asks),
              "what is dropped is dropped for a reason");
static_assert(std::ranges::all_of(kMessages, detail::is_refused_by_its_admission),
              "the reason names the guard that decides");

[[nodiscard]] constexpr const MessageInfo& info(MessageType type) {
  return kMessages[static_cast<std::size_t>(type)];
}
constexpr std::string_view name_of(MessageType type) {
  return index_of(type) < kMessageTypeCount ? info(type).name : kNoName;
}
// Of a message to a node.
[[nodiscard]] constexpr Path path_of(MessageType type) {
  return *info(type).path;
}
namespace detail {
inline constexpr auto kMessageOfPath = [] {
  std::array<MessageType, kPathCount> first{};
  for (const Path path : kAllOf<Path>) {
    first[index_of(path)] = std::ranges::find(kMessages, path, &MessageInfo::path)->type;
  }
  return first;
}();
}  // namespace detail
// A stream's message; of the orchestrator's path the first.
[[nodiscard]] constexpr MessageType message_of(Path path) {
  return detail::kMessageOfPath[index_of(path)];
}

struct Message {
  NodeId from = NodeId::kNone;
  NodeId to = NodeId::kNone;
  Epoch epoch = 0;
  MessageBody body{};

  [[nodiscard]] MessageType type() const { return static_cast<MessageType>(body.index()); }
  [[nodiscard]] bool is_for_orchestrator() const { return info(type()).path == Path::kOrchestrator; }
  // The body, or null if it is another.
  template <class Body>
  [[nodiscard]] const Body* as() const {
    return body_in<Body>(body);
  }
  template <class Body>
  [[nodiscard]] Body* as() {
    return body_in<Body>(body);
  }
  friend bool operator==(const Message&, const Message&) = default;

 private:
  template <class Body>
  static auto body_in(auto& any) {
    if constexpr (std::is_same_v<Body, MaintainerBootstrapResponse>) {
      auto* boxed = std::get_if<Boxed<Body>>(&any);
      return boxed != nullptr ? &**boxed : nullptr;
    } else {
      return std::get_if<Body>(&any);
    }
  }
};

// visit(body) with the body as what it is. A chain of comparisons, which becomes a switch: std::visit calls
// through a table when there are more than eleven alternatives.
template <std::size_t kFrom = 0, class Body, class Visit>
[[gnu::always_inline]] inline decltype(auto) visit_body(Body& body, Visit&& visit) {
  if constexpr (kFrom + 1 < kMessageTypeCount) {
    if (body.index() != kFrom) return visit_body<kFrom + 1>(body, visit);
  }
  auto& each = *std::get_if<kFrom>(&body);
  if constexpr (requires { each.has_value(); }) {
    return visit(*each);
  } else {
    return visit(each);
  }
}
// Of a message that waits in this stream: what its type carries.
template <Path stream>
[[nodiscard]] const auto& body_of(const Message& request) {
  static_assert(stream != Path::kOrchestrator, "which has messages of several types");
  constexpr MessageType kType = message_of(stream);
  assert(request.type() == kType);
  return *std::get_if<index_of(kType)>(&request.body);
}
// A body of the type that says nothing.
[[nodiscard]] MessageBody empty_body(MessageType type);

}  // namespace takeover::impl
