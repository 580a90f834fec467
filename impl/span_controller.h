// The tasks of a maintainer: one for each part of a table that some dispatcher is to replicate, and one for
// its table trigger.
//
// TiCDC keeps them in four maps (all tasks, absent, scheduling, replicating), and nothing ties these to each
// other: whether a task is in exactly one of the last three is to be checked, not assumed. So each is a bit
// of its own. A mark puts a task into one of the three and takes it out of the others:
//
//   absent ------- an operator starts -------> scheduling ------- it ends well -------> replicating
//     ^                                            |                                         |
//     '-- it ends otherwise -----------------------'---- the node is gone, a terminal status -'
//
// The trigger is created on the maintainer's own node and is in none of the three, unless a terminal status
// of it that no operator waits for marks it absent: from then on a scheduler places it as it does a table.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "impl/fields.h"
#include "impl/ids.h"
#include "impl/lists.h"
#include "impl/maintainer_message.h"
#include "impl/message.h"

namespace takeover::impl {

struct SpanReplication {
  DispatcherId id = DispatcherId::kNone;
  Span span{};
  NodeId node = NodeId::kNone;  // to which it is bound
  Status status = Status::kWorking;
  Ts checkpoint_ts = 0;
  bool in_all_tasks = true;
  bool absent = false;
  bool scheduling = false;
  bool replicating = false;
  std::uint32_t schema = 0;
  std::optional<BlockState> block{};  // what it said last of a DDL

  // A status whose checkpoint is lower is rejected as a whole, what it says of the dispatcher included.
  void update(const SpanStatus& reported) {
    if (reported.checkpoint_ts < checkpoint_ts) return;
    status = reported.status;
    checkpoint_ts = reported.checkpoint_ts;
  }
  void mark_absent() {
    node = NodeId::kNone;
    absent = true;
    scheduling = replicating = false;
  }
  void mark_scheduling() {
    scheduling = true;
    absent = replicating = false;
  }
  void mark_replicating() {
    replicating = true;
    absent = scheduling = false;
  }
  void bind(NodeId to) {
    node = to;
    mark_scheduling();
  }

  static constexpr auto fields(auto& self, auto&& take) {
    auto& [id, span, node, status, checkpoint_ts, in_all_tasks, absent, scheduling, replicating, schema,
           block] = self;
    return take(field<role::kKey>("id", id), field("span", span), field("node", node),
                field("status", status), field("checkpoint_ts", checkpoint_ts),
                field("in_all_tasks", in_all_tasks), field("absent", absent), field("scheduling", scheduling),
                field("replicating", replicating), field("schema", schema), field("block", block));
  }
  friend bool operator==(const SpanReplication&, const SpanReplication&) = default;
};

[[nodiscard]] constexpr auto* if_task(auto* found) {
  return found != nullptr && found->in_all_tasks ? found : nullptr;
}

struct SpanController {
  // Outlives its task: whether the trigger still works is asked of it after its task was removed.
  SpanReplication trigger{};
  Sorted<SpanReplication, 4, &SpanReplication::id> spans{};

  static constexpr auto fields(auto& self, auto&& take) {
    auto& [trigger, spans] = self;
    return take(field("trigger", trigger), field<role::kKeyed | role::kSecondPart>("spans", spans));
  }
  friend bool operator==(const SpanController&, const SpanController&) = default;

  // The task, or null if there is none.
  [[nodiscard]] SpanReplication* find_task(DispatcherId id) { return if_task(find(id)); }
  [[nodiscard]] const SpanReplication* find_task(DispatcherId id) const { return if_task(find(id)); }
  // Also what is a task no longer: who held on to it goes on to write into it.
  [[nodiscard]] SpanReplication* find(DispatcherId id) {
    return id == trigger.id ? &trigger : spans.find(id);
  }
  [[nodiscard]] const SpanReplication* find(DispatcherId id) const {
    return id == trigger.id ? &trigger : spans.find(id);
  }

  [[nodiscard]] bool has_table(std::uint32_t table) const {
    return std::any_of(spans.begin(), spans.end(), [&](const SpanReplication& each) {
      return each.in_all_tasks && each.span.table == table;
    });
  }
  // How many are bound to the node. The trigger counts once something has marked it.
  [[nodiscard]] std::size_t tasks_on(NodeId node) const {
    const auto counts = [&](const SpanReplication& each) {
      return each.node == node && (each.scheduling || each.replicating);
    };
    return static_cast<std::size_t>(std::count_if(spans.begin(), spans.end(), counts)) +
           (counts(trigger) ? 1U : 0U);
  }
  void remove_task(DispatcherId id) {
    if (id == trigger.id) {
      trigger.in_all_tasks = trigger.absent = trigger.scheduling = trigger.replicating = false;
    } else {
      spans.erase(id);
    }
  }
};

}  // namespace takeover::impl
