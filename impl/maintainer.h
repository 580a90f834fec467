// Maintainer: who owns one changefeed, for one epoch, on one node.
//
// clang-format off
//                  init                  every node answered,
//   created ----------------> bootstrapping -- it succeeded --> running, PostBootstrap pending -- answered --> running
//                              ^         |                            |                                          |
//           a node has joined  |         | it failed                  '----------------------.-------------------'
//                              |         v                                                   |
//                             boot failed                                                    | Remove
//                                                                                            v
//   any of the above -- Remove that cascades --> removing, cascading: every node closes <--> removing: the trigger goes
//                                                                         |                  |
//                                       every node alive has closed       v                  v   it works no longer, and another Remove comes
//                                                                        stopped --- clean-up of the manager --> gone
// clang-format on
//
// Which of the two it is while removing is what the last Remove said. A stopped one drops whatever comes. One
// that a Remove made (remove_only) is created for that alone: it never bootstraps.
//
// Everything here is a plain value, and each member function a step that nobody comes between, or a fold of
// such steps that says so. Which message comes, which timer fires, where a scheduler puts a table is the
// caller's choice: there is no clock here.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <utility>

#include "impl/barrier_event.h"
#include "impl/boxed.h"
#include "impl/fields.h"
#include "impl/ids.h"
#include "impl/lists.h"
#include "impl/maintainer_message.h"
#include "impl/maintainer_operator.h"
#include "impl/maintainer_reason.h"
#include "impl/maintainer_rules.h"
#include "impl/message.h"
#include "impl/span_controller.h"

namespace takeover::impl {

using NodeSet = Sorted<NodeId, 3>;
using Tables = Sorted<SchemaTable, 4, &SchemaTable::table>;

// A table as the schema store has it: part of every snapshot from `created` to before `dropped`.
struct TableLife {
  std::uint32_t table = 0;
  Ts created = 0;
  std::optional<Ts> dropped{};
  std::uint32_t schema = 0;
};

// Where ids of new dispatchers come from.
class FreshIds {
 public:
  virtual ~FreshIds() = default;
  // One that no dispatcher had; kDdlSpan: of a trigger.
  [[nodiscard]] virtual DispatcherId draw(const Span& span) = 0;

 protected:
  FreshIds() = default;
  FreshIds(const FreshIds&) = default;
  FreshIds& operator=(const FreshIds&) = default;
};

// What a step sends, and why it did not do what a message asked for.
struct MaintainerOutbox {
  NodeId self = NodeId::kNone;
  SmallVector<Message, 3> to_nodes{};
  SmallVector<SpanHeartBeatResponse, 1> responses{};
  SmallVector<Report, 1> reports{};
  SmallVector<Refusal, 1> refusals{};

  void send(NodeId to, Epoch epoch, MessageBody body) {
    to_nodes.push_back({self, to, epoch, std::move(body)});
  }
  void report(NodeId to, Report::Body body) { reports.push_back({to, std::move(body)}); }
  void refuse(Refusal why) { refusals.push_back(why); }
  void clear() {
    to_nodes.clear();
    responses.clear();
    reports.clear();
    refusals.clear();
  }
};

// What a step is told of the world around the maintainer.
struct Surroundings {
  const MaintainerRules& rules;
  const NodeSet& alive;  // as this node sees it
  std::span<const TableLife> tables;
  FreshIds& ids;
  bool& fail_load;  // the next read of the schema store fails; taken back when it did
  MaintainerOutbox& out;
};

// A node that the maintainer bootstraps.
struct BootstrapNode {
  NodeId node = NodeId::kNone;
  bool answered = false;
  // What it answered, until bootstrap succeeds. What comes later is kept, too, and nobody reads it: it is
  // empty here.
  Boxed<MaintainerBootstrapResponse> response{};

  static constexpr auto fields(auto& self, auto&& take) {
    auto& [node, answered, response] = self;
    return take(field<role::kKey>("node", node), field("answered", answered), field("response", response));
  }
  friend bool operator==(const BootstrapNode&, const BootstrapNode&) = default;
};

struct NodeWatermark {
  NodeId node = NodeId::kNone;
  Watermark watermark{};

  static constexpr auto fields(auto& self, auto&& take) {
    auto& [node, watermark] = self;
    return take(field<role::kKey>("node", node), field("watermark", watermark));
  }
  friend bool operator==(const NodeWatermark&, const NodeWatermark&) = default;
};

struct Maintainer {
  NodeId self = NodeId::kNone;
  Epoch epoch = 0;
  Ts start_ts = 0;  // the checkpoint of the Add
  Ts committed_checkpoint_ts = 0;
  bool remove_only = false;
  bool table_across_nodes = false;
  bool watches_nodes = false;  // init has run
  bool initialized = false;
  bool new_changefeed = false;
  bool post_pending = false;  // a PostBootstrap is not answered yet
  bool all_nodes_ready = false;
  bool node_changed = false;  // the node's view of who is alive has changed, and nobody looked yet
  bool removing = false;
  bool cascade_removing = false;
  bool changefeed_removed = false;
  bool quiesced = false;  // no operator but the trigger's goes on
  bool removed = false;
  ScheduleState state = ScheduleState::kWorking;
  Sorted<BootstrapNode, 3, &BootstrapNode::node> nodes{};
  NodeSet closed_nodes{};
  RunningErrors errors{};
  Sorted<NodeWatermark, 3, &NodeWatermark::node> watermarks{};
  SpanController spans{};
  Operators operators{};
  Sorted<BarrierEvent, 1, &BarrierEvent::block_ts> events{};

  static constexpr auto fields(auto& self, auto&& take) {
    auto& [node, epoch, start_ts, committed_checkpoint_ts, remove_only, table_across_nodes, watches_nodes,
           initialized, new_changefeed, post_pending, all_nodes_ready, node_changed, removing,
           cascade_removing, changefeed_removed, quiesced, removed, state, nodes, closed_nodes, errors,
           watermarks, spans, operators, events] = self;
    return take(field("self", node), field("epoch", epoch), field("state", state), field("removed", removed),
                field("start_ts", start_ts), field("committed_checkpoint_ts", committed_checkpoint_ts),
                field("remove_only", remove_only), field("table_across_nodes", table_across_nodes),
                field("watches_nodes", watches_nodes), field("initialized", initialized),
                field("new_changefeed", new_changefeed), field("post_pending", post_pending),
                field("all_nodes_ready", all_nodes_ready), field("node_changed", node_changed),
                field("removing", removing), field("cascade_removing", cascade_removing),
                field("changefeed_removed", changefeed_removed), field("quiesced", quiesced),
                field<role::kKeyed | role::kSecondPart>("nodes", nodes), field("closed_nodes", closed_nodes),
                field("errors", errors), field<role::kKeyed>("watermarks", watermarks),
                field<role::kInlined | role::kThirdPart>("spans", spans),
                field<role::kThirdPart>("operators", operators), field<role::kThirdPart>("events", events));
  }
  friend bool operator==(const Maintainer&, const Maintainer&) = default;

  // ---- its life ----

  // Begins to look at nodes, and bootstraps those that are there.
  [[nodiscard]] bool can_init() const { return !watches_nodes && !remove_only; }
  void init(Surroundings& world);
  // What each event, and each round of the checkpoint, begins with: false if it is dropped.
  bool begin_event(Surroundings& world);
  [[nodiscard]] bool has_stopped() const { return removed && state == ScheduleState::kStopped; }
  // What it says of itself. Its errors are said once, whoever asks.
  [[nodiscard]] MaintainerStatus take_status();

  // ---- events ----

  void on_bootstrap_response(Surroundings& world, const Message& response);
  void on_post_bootstrap_response(Surroundings& world, const Message& response);
  void on_close_response(Surroundings& world, const Message& response);
  void on_remove(Surroundings& world, Epoch request, const RemoveMaintainerRequest& body);
  void on_checkpoint_ts(Surroundings& world, const CheckpointTsMessage& body) const;
  void on_block_status(Surroundings& world, const BlockStatusRequest& request);
  // The fold of its steps, below.
  void on_heartbeat(Surroundings& world, const SpanHeartBeat& heartbeat);

  // ---- timers ----

  [[nodiscard]] bool can_resend_bootstrap(const MaintainerRules& rules, NodeId node) const;
  void resend_bootstrap(Surroundings& world, NodeId node);
  [[nodiscard]] bool can_resend_post_bootstrap(const MaintainerRules& rules) const;
  void resend_post_bootstrap(Surroundings& world) const;
  [[nodiscard]] bool can_resend_close() const { return removing && cascade_removing; }
  void resend_close(Surroundings& world) const;
  // What is due for a DDL: Write, Pass, or a look at whether it was passed already.
  [[nodiscard]] bool can_resend_events(const MaintainerRules& rules) const;
  void resend_event(Surroundings& world, Ts block_ts);
  // Raises the committed checkpoint, if it is known of every node that counts.
  void calculate_checkpoint(Surroundings& world);

  // ---- a heartbeat, step by step ----

  void take_watermark(Surroundings& world, const SpanHeartBeat& heartbeat);
  // Each status: its operator hears of it; its task takes it; what ended without an operator is absent.
  void check_status(Surroundings& world, NodeId from, const SpanStatus& status);
  [[nodiscard]] bool update_task(Surroundings& world, NodeId from, const SpanStatus& status);
  void heal_task(Surroundings& world, const SpanStatus& status);

  // ---- a node that is gone: first its tasks, then every operator ----

  void remove_node_spans(Surroundings& world, NodeId node);
  void remove_node_operators(Surroundings& world, NodeId node);

  // ---- operators ----

  [[nodiscard]] const Operator* current_operator(DispatcherId id) const;
  [[nodiscard]] Operator* current_operator(DispatcherId id);
  // Whether it may be added, told anything, or send.
  [[nodiscard]] bool is_allowed(const MaintainerRules& rules, DispatcherId id) const;
  // Inserts and starts it; false if it is refused.
  bool insert_operator(Surroundings& world, Operator added);
  // The next poll of operators[index], which is queued: what has finished is finalized, what may not go on
  // leaves the queue, what is due sends. due: nothing was sent of this phase, or long enough ago.
  void poll(Surroundings& world, std::size_t index, bool due);
  // In two steps: its task hears of the end; it leaves the map.
  void post_finish(std::size_t index);
  void forget(std::size_t index);

 private:
  [[nodiscard]] bool is_response_of_this_epoch(const MaintainerRules& rules, Epoch response) const;
  void add_error(NodeId node, ErrorCode code) { errors.insert({node, code}); }
  void send_bootstrap(Surroundings& world, NodeId node) const;
  void change_nodes(Surroundings& world);
  // impl/maintainer_bootstrap.cpp
  void evaluate_responses(Surroundings& world);
  [[nodiscard]] bool finish_bootstrap(Surroundings& world);
  void forget_responses();
  // impl/maintainer_restore.cpp: tasks and operators out of the responses; false if an operator is refused.
  [[nodiscard]] bool restore_operators(Surroundings& world, const Tables& tables);
  [[nodiscard]] bool restore_operator(Surroundings& world, const Tables& tables, const BootstrapNode& from,
                                      const JournalEntry& entry);
  void restore_tables(Surroundings& world, const Tables& tables);
  // impl/maintainer_close.cpp
  void push_operator(Surroundings& world, Operator added);
  void remove_task(Surroundings& world, DispatcherId id);
  bool close_round(Surroundings& world) const;
  void stop();
  // impl/maintainer_barrier.cpp
  void take_block_state(Surroundings& world, const BlockStatus& status, SpanHeartBeatResponse& response);
  void execute_ddl(Surroundings& world, const Influence& drops, const SmallVector<SchemaTable, 1>& adds,
                   Ts ts);
  void take_range_of_schema(BarrierEvent& event) const;
  [[nodiscard]] BarrierReply select_writer(BarrierEvent& event, DispatcherId last) const;
  void send_reply(Surroundings& world, SpanHeartBeatResponse& response, const BarrierReply& reply) const;
  void send_pass(Surroundings& world, BarrierEvent& event);
};

}  // namespace takeover::impl
