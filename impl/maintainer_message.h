// What a maintainer and its manager hear and say, beyond the node's messages (impl/message.h).
//
// clang-format off
//   coordinator --- Order ---> manager --- Message ---> node        Bootstrap, PostBootstrap, Close, Schedule, CheckpointTs
//   coordinator <-- Report --- manager <-- Message ---- node        the three responses
//                                      <-- SpanHeartBeat -- node    a HeartBeatRequest as a maintainer reads it
// clang-format on
//
// Left out, since no rule here looks at them: configuration (but whether it can be read, and whether tables
// are split), keyspaces, schema ids, addresses and texts of errors, resolved ts.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>
#include <variant>

#include "impl/fields.h"
#include "impl/ids.h"
#include "impl/lists.h"
#include "impl/message.h"
#include "impl/named.h"

namespace takeover::impl {

// heartbeatpb.ComponentState of a maintainer: TiCDC gives it these two.
enum class ScheduleState : std::uint8_t { kWorking, kStopped };
constexpr std::string_view name_of(ScheduleState state) {
  switch (state) {
    case ScheduleState::kWorking: return "Working";
    case ScheduleState::kStopped: return "Stopped";
  }
  return kNoName;
}

// Of a node, in the order in which it can change.
enum class Liveness : std::uint8_t { kAlive, kDraining, kStopping };
constexpr std::string_view name_of(Liveness liveness) {
  switch (liveness) {
    case Liveness::kAlive: return "Alive";
    case Liveness::kDraining: return "Draining";
    case Liveness::kStopping: return "Stopping";
  }
  return kNoName;
}

// An error that a maintainer passes on, once.
struct RunningError {
  NodeId node = NodeId::kNone;
  ErrorCode code = ErrorCode::kNone;  // kNone: of the maintainer itself, whose bootstrap failed

  static constexpr auto fields(auto& self, auto&& take) {
    auto& [node, code] = self;
    return take(field("node", node), field("code", code));
  }
  friend bool operator==(const RunningError&, const RunningError&) = default;
};
using RunningErrors = Sorted<RunningError, 1, &RunningError::node>;

// ------------------------------------------------------------------------------- from the coordinator

struct CoordinatorBootstrapRequest {
  std::uint64_t version = 0;  // of the coordinator's term

  static constexpr auto fields(auto& self, auto&& take) {
    auto& [version] = self;
    return take(field("version", version));
  }
  friend bool operator==(const CoordinatorBootstrapRequest&, const CoordinatorBootstrapRequest&) = default;
};

struct AddMaintainerRequest {
  Ts checkpoint_ts = 0;
  bool is_new_changefeed = false;
  bool config_valid = true;
  bool table_across_nodes = false;  // a table may be in pieces, on several nodes

  static constexpr auto fields(auto& self, auto&& take) {
    auto& [checkpoint_ts, is_new_changefeed, config_valid, table_across_nodes] = self;
    return take(field("checkpoint_ts", checkpoint_ts), field("is_new_changefeed", is_new_changefeed),
                field("config_valid", config_valid), field("table_across_nodes", table_across_nodes));
  }
  friend bool operator==(const AddMaintainerRequest&, const AddMaintainerRequest&) = default;
};

struct RemoveMaintainerRequest {
  bool cascade = false;  // the changefeed is to run nowhere: every node closes it
  bool removed = false;  // and it is removed, not only paused

  static constexpr auto fields(auto& self, auto&& take) {
    auto& [cascade, removed] = self;
    return take(field("cascade", cascade), field("removed", removed));
  }
  friend bool operator==(const RemoveMaintainerRequest&, const RemoveMaintainerRequest&) = default;
};

struct SetNodeLivenessRequest {
  Liveness target = Liveness::kAlive;
  bool for_this_process = true;  // it names the epoch of the process that runs here

  static constexpr auto fields(auto& self, auto&& take) {
    auto& [target, for_this_process] = self;
    return take(field("target", target), field("for_this_process", for_this_process));
  }
  friend bool operator==(const SetNodeLivenessRequest&, const SetNodeLivenessRequest&) = default;
};

struct Order {
  using Body = std::variant<CoordinatorBootstrapRequest, AddMaintainerRequest, RemoveMaintainerRequest,
                            SetNodeLivenessRequest>;
  NodeId from = NodeId::kNone;
  Epoch epoch = 0;  // of the maintainer that an Add or a Remove is about
  Body body{};

  friend bool operator==(const Order&, const Order&) = default;
};

// --------------------------------------------------------------------------------- to the coordinator

struct MaintainerStatus {
  Epoch epoch = 0;
  ScheduleState state = ScheduleState::kWorking;
  bool bootstrap_done = false;
  Ts checkpoint_ts = 0;
  RunningErrors errors{};

  static constexpr auto fields(auto& self, auto&& take) {
    auto& [epoch, state, bootstrap_done, checkpoint_ts, errors] = self;
    return take(field("epoch", epoch), field("state", state), field("bootstrap_done", bootstrap_done),
                field("checkpoint_ts", checkpoint_ts), field("errors", errors));
  }
  friend bool operator==(const MaintainerStatus&, const MaintainerStatus&) = default;
};

struct MaintainerHeartbeat {
  MaintainerStatus status{};

  static constexpr auto fields(auto& self, auto&& take) {
    auto& [status] = self;
    return take(field("status", status));
  }
  friend bool operator==(const MaintainerHeartbeat&, const MaintainerHeartbeat&) = default;
};

struct CoordinatorBootstrapResponse {
  std::optional<MaintainerStatus> status{};  // of the maintainer here, if there is one

  static constexpr auto fields(auto& self, auto&& take) {
    auto& [status] = self;
    return take(field("status", status));
  }
  friend bool operator==(const CoordinatorBootstrapResponse&, const CoordinatorBootstrapResponse&) = default;
};

struct SetNodeLivenessResponse {
  Liveness applied = Liveness::kAlive;

  static constexpr auto fields(auto& self, auto&& take) {
    auto& [applied] = self;
    return take(field("applied", applied));
  }
  friend bool operator==(const SetNodeLivenessResponse&, const SetNodeLivenessResponse&) = default;
};

struct Report {
  using Body = std::variant<MaintainerHeartbeat, CoordinatorBootstrapResponse, SetNodeLivenessResponse>;
  NodeId to = NodeId::kNone;
  Body body{};

  friend bool operator==(const Report&, const Report&) = default;
};

// ----------------------------------------------------------------------------------------- from nodes

// Of a Remove that names a dispatcher and nothing else: TiCDC sends none.
inline constexpr Span kNoSpan{.table = 0, .begin = 0, .end = 0};

// heartbeatpb.TableSpanStatus.
struct SpanStatus {
  DispatcherId id = DispatcherId::kNone;
  Status status = Status::kWorking;
  Ts checkpoint_ts = 0;  // 0 of a dispatcher that a Remove did not find

  static constexpr auto fields(auto& self, auto&& take) {
    auto& [id, status, checkpoint_ts] = self;
    return take(field<role::kRequired>("id", id), field("status", status),
                field("checkpoint_ts", checkpoint_ts));
  }
  friend bool operator==(const SpanStatus&, const SpanStatus&) = default;
};

// How far a dispatcher has come with a DDL that it meets.
enum class BlockStage : std::uint8_t { kNone, kWaiting, kWriting, kDone };
constexpr std::string_view name_of(BlockStage stage) {
  switch (stage) {
    case BlockStage::kNone: return "NONE";
    case BlockStage::kWaiting: return "WAITING";
    case BlockStage::kWriting: return "WRITING";
    case BlockStage::kDone: return "DONE";
  }
  return kNoName;
}

// What a dispatcher said last of a DDL.
struct BlockState {
  Ts block_ts = 0;
  bool is_blocked = false;  // it waits for others; if not, the DDL is executed, and it tells of tables only
  BlockStage stage = BlockStage::kNone;

  static constexpr auto fields(auto& self, auto&& take) {
    auto& [block_ts, is_blocked, stage] = self;
    return take(field("block_ts", block_ts), field("is_blocked", is_blocked), field("stage", stage));
  }
  friend bool operator==(const BlockState&, const BlockState&) = default;
};

struct SchemaTable {
  std::uint32_t schema = 0;
  std::uint32_t table = 0;

  static constexpr auto fields(auto& self, auto&& take) {
    auto& [schema, table] = self;
    return take(field("schema", schema), field("table", table));
  }
  friend bool operator==(const SchemaTable&, const SchemaTable&) = default;
};

// Which tables a DDL is about: some (0: the trigger's), or those of a schema and the trigger.
struct Influence {
  std::optional<std::uint32_t> schema{};
  Sorted<std::uint32_t, 2> tables{};

  static constexpr auto fields(auto& self, auto&& take) {
    auto& [schema, tables] = self;
    return take(field("schema", schema), field("tables", tables));
  }
  friend bool operator==(const Influence&, const Influence&) = default;
};

struct BlockStatus {
  DispatcherId id = DispatcherId::kNone;
  BlockState state{};
  Influence blocks{};
  Influence drops{};
  SmallVector<SchemaTable, 1> adds{};

  static constexpr auto fields(auto& self, auto&& take) {
    auto& [id, state, blocks, drops, adds] = self;
    return take(field<role::kRequired>("id", id), field("state", state), field("blocks", blocks),
                field("drops", drops), field("adds", adds));
  }
  friend bool operator==(const BlockStatus&, const BlockStatus&) = default;
};

struct BlockStatusRequest {
  NodeId from = NodeId::kNone;
  SmallVector<BlockStatus, 1> statuses{};

  static constexpr auto fields(auto& self, auto&& take) {
    auto& [from, statuses] = self;
    return take(field("from", from), field("statuses", statuses));
  }
  friend bool operator==(const BlockStatusRequest&, const BlockStatusRequest&) = default;
};

// What a maintainer tells dispatchers about a DDL.
enum class BarrierWord : std::uint8_t { kAck, kIgnored, kWrite, kPass };
constexpr std::string_view name_of(BarrierWord word) {
  switch (word) {
    case BarrierWord::kAck: return "ack";
    case BarrierWord::kIgnored: return "ignored";
    case BarrierWord::kWrite: return "write";
    case BarrierWord::kPass: return "pass";
  }
  return kNoName;
}
struct BarrierReply {
  BarrierWord word = BarrierWord::kAck;
  Ts block_ts = 0;
  SmallVector<DispatcherId, 2> ids{};

  static constexpr auto fields(auto& self, auto&& take) {
    auto& [word, block_ts, ids] = self;
    return take(field("word", word), field("block_ts", block_ts), field("ids", ids));
  }
  friend bool operator==(const BarrierReply&, const BarrierReply&) = default;
};

// A HeartBeatResponse, with what the node's does not have: which DDL, and whom it is for.
struct SpanHeartBeatResponse {
  NodeId to = NodeId::kNone;
  Epoch epoch = 0;
  SmallVector<BarrierReply, 2> replies{};  // none: it was heard, and there is nothing to say

  static constexpr auto fields(auto& self, auto&& take) {
    auto& [to, epoch, replies] = self;
    return take(field("to", to), field("epoch", epoch), field("replies", replies));
  }
  friend bool operator==(const SpanHeartBeatResponse&, const SpanHeartBeatResponse&) = default;
};

// How far a node's dispatchers have come.
struct Watermark {
  std::uint64_t seq = 0;  // grows when a dispatcher is created: a checkpoint may then be lower
  Ts checkpoint_ts = 0;

  static constexpr auto fields(auto& self, auto&& take) {
    auto& [seq, checkpoint_ts] = self;
    return take(field("seq", seq), field("checkpoint_ts", checkpoint_ts));
  }
  friend bool operator==(const Watermark&, const Watermark&) = default;
};

// A HeartBeatRequest. Its watermark is looked at first, then its error, then its statuses, one by one.
struct SpanHeartBeat {
  NodeId from = NodeId::kNone;
  std::optional<Watermark> watermark{};
  ErrorCode error = ErrorCode::kNone;
  SmallVector<SpanStatus, 2> statuses{};

  static constexpr auto fields(auto& self, auto&& take) {
    auto& [from, watermark, error, statuses] = self;
    return take(field("from", from), field("watermark", watermark), field("error", error),
                field("statuses", statuses));
  }
  friend bool operator==(const SpanHeartBeat&, const SpanHeartBeat&) = default;
};

}  // namespace takeover::impl
