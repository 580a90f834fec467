// Messages: requests that a maintainer sends to a node, replies and reports that the node sends back.
// Names follow heartbeatpb of TiCDC; fields that the protocol never looks at are left out.
#pragma once

#include <boost/container/small_vector.hpp>
#include <cstdint>
#include <optional>
#include <string_view>
#include <variant>

#include "impl/ids.h"

namespace takeover::impl {

// Inline up to N elements, on the heap beyond: nothing that is fed in is too large.
template <class T, std::size_t N>
using SmallVector = boost::container::small_vector<T, N>;

enum class ErrorCode : std::uint8_t {
  kNone,
  kErrChangefeedInitTableTriggerDispatcherFailed,
  kErrDispatcherFailed,  // a table's dispatcher could not be created
  kErrWritePathClosed,   // the changefeed is closing on this node
};
[[nodiscard]] std::string_view to_string(ErrorCode code);
[[nodiscard]] std::optional<ErrorCode> error_code_named(std::string_view name);

enum class ScheduleAction : std::uint8_t { kCreate, kRemove };
enum class OperatorType : std::uint8_t { kAdd, kRemove, kMove, kSplit, kMerge };

// heartbeatpb.ComponentState. kStopped and kRemoved occur only in reports.
enum class Status : std::uint8_t {
  kInitializing,
  kWorking,
  kPreparing,
  kMergeReady,
  kWaitingMerge,
  kStopped,
  kRemoved,
};

enum class BarrierAction : std::uint8_t { kWrite, kPass };

// ---------------------------------------------------------------------------------------------- requests

struct MaintainerBootstrapRequest {
  DispatcherId event_trigger = DispatcherId::kNone;  // kNone: the trigger lives elsewhere
  DispatcherId redo_trigger = DispatcherId::kNone;
  Ts start_ts = 0;
  Epoch config_epoch = 0;  // the epoch inside the changefeed's config, which is not the maintainer's
  bool is_new_changefeed = false;
  bool redo_enabled = false;
  friend bool operator==(const MaintainerBootstrapRequest&, const MaintainerBootstrapRequest&) = default;
};

struct MaintainerPostBootstrapRequest {
  DispatcherId event_trigger = DispatcherId::kNone;
  friend bool operator==(const MaintainerPostBootstrapRequest&,
                         const MaintainerPostBootstrapRequest&) = default;
};

struct MaintainerCloseRequest {
  bool removed = false;  // the changefeed itself is removed, not only paused or moved
  friend bool operator==(const MaintainerCloseRequest&, const MaintainerCloseRequest&) = default;
};

struct ScheduleDispatcherRequest {
  ScheduleAction action = ScheduleAction::kCreate;
  OperatorType op = OperatorType::kAdd;
  Mode mode = Mode::kDefault;
  DispatcherId id = DispatcherId::kNone;
  Span span{};
  Ts start_ts = 0;
  friend bool operator==(const ScheduleDispatcherRequest&, const ScheduleDispatcherRequest&) = default;
};

struct MergeDispatcherRequest {
  SmallVector<DispatcherId, 2> ids{};
  DispatcherId merged_id = DispatcherId::kNone;
  Mode mode = Mode::kDefault;
  friend bool operator==(const MergeDispatcherRequest&, const MergeDispatcherRequest&) = default;
};

struct HeartBeatResponse {
  BarrierAction action = BarrierAction::kWrite;
  friend bool operator==(const HeartBeatResponse&, const HeartBeatResponse&) = default;
};

struct RedoMetaMessage {
  Ts checkpoint_ts = 0;
  Ts resolved_ts = 0;
  friend bool operator==(const RedoMetaMessage&, const RedoMetaMessage&) = default;
};

struct RedoResolvedTsForwardMessage {
  Ts resolved_ts = 0;
  friend bool operator==(const RedoResolvedTsForwardMessage&, const RedoResolvedTsForwardMessage&) = default;
};

struct CheckpointTsMessage {
  Ts checkpoint_ts = 0;
  friend bool operator==(const CheckpointTsMessage&, const CheckpointTsMessage&) = default;
};

// The first three go to the DispatcherOrchestrator, the others to a stream of the HeartBeatCollector each.
// The order is that of RequestType.
using RequestBody =
    std::variant<MaintainerBootstrapRequest, MaintainerPostBootstrapRequest, MaintainerCloseRequest,
                 ScheduleDispatcherRequest, MergeDispatcherRequest, HeartBeatResponse, RedoMetaMessage,
                 RedoResolvedTsForwardMessage, CheckpointTsMessage>;

enum class RequestType : std::uint8_t {
  kBootstrap,
  kPostBootstrap,
  kClose,
  kSchedule,
  kMerge,
  kHeartBeatResponse,
  kRedoMeta,
  kRedoResolvedTsForward,
  kCheckpointTs,
};
inline constexpr std::size_t kRequestTypeCount = std::variant_size_v<RequestBody>;

struct Request {
  NodeId from = NodeId::kNone;
  Epoch epoch = 0;
  RequestBody body{};

  [[nodiscard]] RequestType type() const { return static_cast<RequestType>(body.index()); }
  [[nodiscard]] bool is_for_orchestrator() const { return type() <= RequestType::kClose; }
  friend bool operator==(const Request&, const Request&) = default;
};

// The name of the message in heartbeat.proto.
[[nodiscard]] std::string_view to_string(RequestType type);
[[nodiscard]] std::optional<RequestType> request_type_named(std::string_view name);
[[nodiscard]] std::string_view to_string(ScheduleAction action);
[[nodiscard]] std::string_view to_string(OperatorType type);
[[nodiscard]] std::string_view to_string(Status status);
[[nodiscard]] std::string_view to_string(BarrierAction action);
[[nodiscard]] std::string_view to_string(Mode mode);
[[nodiscard]] std::optional<ScheduleAction> schedule_action_named(std::string_view name);
[[nodiscard]] std::optional<OperatorType> operator_type_named(std::string_view name);
[[nodiscard]] std::optional<Status> status_named(std::string_view name);
[[nodiscard]] std::optional<BarrierAction> barrier_action_named(std::string_view name);
[[nodiscard]] std::optional<Mode> mode_named(std::string_view name);

// ----------------------------------------------------------------------------------------------- replies

struct ReportedSpan {
  DispatcherId id = DispatcherId::kNone;
  Mode mode = Mode::kDefault;
  Status status = Status::kWorking;
  Span span{};
  Ts checkpoint_ts = 0;
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
  friend bool operator==(const JournalEntry&, const JournalEntry&) = default;
};

struct DispatcherStatus {
  DispatcherId id = DispatcherId::kNone;
  Status status = Status::kWorking;
  Mode mode = Mode::kDefault;
  friend bool operator==(const DispatcherStatus&, const DispatcherStatus&) = default;
};

struct MaintainerBootstrapResponse {
  Epoch epoch = 0;
  Ts checkpoint_ts = 0;  // start ts of the event trigger, 0 when none is here
  Ts redo_checkpoint_ts = 0;
  SmallVector<ReportedSpan, 4> spans{};
  SmallVector<JournalEntry, 2> operators{};
  ErrorCode error = ErrorCode::kNone;
  friend bool operator==(const MaintainerBootstrapResponse&, const MaintainerBootstrapResponse&) = default;
};

struct MaintainerPostBootstrapResponse {
  Epoch epoch = 0;
  DispatcherId event_trigger = DispatcherId::kNone;  // of an error: none
  ErrorCode error = ErrorCode::kNone;
  friend bool operator==(const MaintainerPostBootstrapResponse&,
                         const MaintainerPostBootstrapResponse&) = default;
};

struct MaintainerCloseResponse {
  Epoch epoch = 0;  // of the request
  bool success = false;
  friend bool operator==(const MaintainerCloseResponse&, const MaintainerCloseResponse&) = default;
};

// Carries no epoch: it goes to whoever owns the manager when it is enqueued.
struct HeartBeatRequest {
  SmallVector<DispatcherStatus, 2> statuses{};
  bool complete = false;  // of every dispatcher that has anything to say of itself, not of what has changed
  ErrorCode error = ErrorCode::kNone;
  friend bool operator==(const HeartBeatRequest&, const HeartBeatRequest&) = default;
};

using ReplyBody = std::variant<MaintainerBootstrapResponse, MaintainerPostBootstrapResponse,
                               MaintainerCloseResponse, HeartBeatRequest>;

struct Reply {
  NodeId to = NodeId::kNone;
  ReplyBody body{};
  friend bool operator==(const Reply&, const Reply&) = default;
};
[[nodiscard]] std::string_view name_of(const ReplyBody& body);

}  // namespace takeover::impl
