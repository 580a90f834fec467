// The barrier of a maintainer: DDLs that dispatchers wait for, and tables that come and go with them.
#include <algorithm>
#include <map>
#include <vector>

#include "impl/maintainer.h"

namespace takeover::impl {
namespace {

// Whether the pieces that have reported make up the whole table.
bool is_covered(const SpanController& spans, const BarrierEvent& event, std::uint32_t table) {
  if (event.done_tables.contains(table)) return true;
  if (table == 0) return event.reported.contains(spans.trigger.id);
  std::map<std::int32_t, std::int32_t> ends;
  for (const SpanReplication& task : spans.spans) {
    if (task.span.table == table && event.reported.contains(task.id)) ends[task.span.begin] = task.span.end;
  }
  std::int32_t reached = Span::kMin;
  for (const auto& [begin, end] : ends) {
    if (begin > reached) return false;
    reached = std::max(reached, end);
  }
  return !ends.empty() && reached == Span::kMax;
}

}  // namespace

bool BarrierEvent::all_reported(const SpanController& spans) const {
  return !range.empty() && std::all_of(range.begin(), range.end(),
                                       [&](std::uint32_t table) { return is_covered(spans, *this, table); });
}

void Maintainer::on_block_status(Surroundings& world, const BlockStatusRequest& request) {
  if (!initialized) return world.out.refuse(Refusal::kNotInitialized);
  if (removing && world.rules(MaintainerGuard::kRemovingQuiescesBarrier)) {
    return world.out.refuse(Refusal::kRemoving);
  }
  SpanHeartBeatResponse response{.to = request.from, .epoch = epoch};
  for (const BlockStatus& status : request.statuses) {
    const SpanReplication* task = spans.find_task(status.id);
    if (task == nullptr) continue;
    if (!task->span.is_ddl() && !task->replicating) {
      response.replies.push_back({BarrierWord::kIgnored, status.state.block_ts, {status.id}});
      continue;
    }
    take_block_state(world, status, response);
  }
  world.out.responses.push_back(response);
}

void Maintainer::take_block_state(Surroundings& world, const BlockStatus& status,
                                  SpanHeartBeatResponse& response) {
  const Ts ts = status.state.block_ts;
  SpanReplication& task = *spans.find_task(status.id);
  task.update({status.id, Status::kWorking, ts - 1});  // what it meets it has reached
  task.block = status.state;
  const auto acknowledge = [&] {
    for (BarrierReply& reply : response.replies) {
      if (reply.word != BarrierWord::kAck || reply.block_ts != ts) continue;
      const bool is_there = std::find(reply.ids.begin(), reply.ids.end(), status.id) != reply.ids.end();
      if (!is_there) reply.ids.push_back(status.id);
      return;
    }
    response.replies.push_back({BarrierWord::kAck, ts, {status.id}});
  };
  BarrierEvent* event = events.find(ts);
  if (status.state.stage == BlockStage::kDone) {
    if (event == nullptr) return;
    acknowledge();
    if (event->writer == status.id && !event->advanced) {
      event->advanced = true;
      const BarrierEvent executed = *event;
      execute_ddl(world, executed.drops, executed.adds, ts);
      event = events.find(ts);
    }
    event->reported.insert(status.id);
    if (event->selected && event->all_reported(spans)) events.erase(ts);
    return;
  }
  if (!status.state.is_blocked) {
    execute_ddl(world, status.drops, status.adds, ts);
    acknowledge();
    return;
  }
  if (event == nullptr) {
    BarrierEvent made{.block_ts = ts, .blocks = status.blocks, .drops = status.drops, .adds = status.adds};
    for (const std::uint32_t table : status.blocks.tables) made.range.insert(table);
    events.insert(made);
    event = events.find(ts);
  }
  acknowledge();
  if (status.id == spans.trigger.id && !event->of_trigger) {
    event->of_trigger = true;
    if (event->blocks.schema) take_range_of_schema(*event);
  }
  if (event->selected) return;
  event->reported.insert(status.id);
  if (!event->all_reported(spans)) return;
  send_reply(world, response, select_writer(*event, status.id));
}

// Which tables a schema has is known once the trigger waits: it has executed every DDL before.
void Maintainer::take_range_of_schema(BarrierEvent& event) const {
  event.range.insert(0);
  for (const SpanReplication& task : spans.spans) {
    if (event.is_about(task)) event.range.insert(task.span.table);
  }
}

BarrierReply Maintainer::select_writer(BarrierEvent& event, DispatcherId last) const {
  event.writer = event.blocks.schema || event.of_trigger ? spans.trigger.id : last;
  event.selected = true;
  event.reported.clear();
  return {BarrierWord::kWrite, event.block_ts, {event.writer}};
}

// To the node of its first dispatcher: with what that node is told anyway, if it is the same.
void Maintainer::send_reply(Surroundings& world, SpanHeartBeatResponse& response,
                            const BarrierReply& reply) const {
  const SpanReplication* task = spans.find_task(reply.ids.front());
  if (task == nullptr || task->node == NodeId::kNone) return;
  if (task->node == response.to) {
    response.replies.push_back(reply);
  } else {
    world.out.responses.push_back({.to = task->node, .epoch = epoch, .replies = {reply}});
  }
}

void Maintainer::execute_ddl(Surroundings& world, const Influence& drops,
                             const SmallVector<SchemaTable, 1>& adds, Ts ts) {
  std::vector<DispatcherId> dropped;
  for (const SpanReplication& task : spans.spans) {
    const bool of_schema = drops.schema && task.schema == *drops.schema;
    if (of_schema || drops.tables.contains(task.span.table)) dropped.push_back(task.id);
  }
  for (const DispatcherId id : dropped) remove_task(world, id);
  for (const SchemaTable& added : adds) {
    if (spans.has_table(added.table)) continue;
    const Span whole{.table = added.table};
    spans.spans.insert({.id = world.ids.draw(whole),
                        .span = whole,
                        .checkpoint_ts = ts,
                        .absent = true,
                        .schema = added.schema});
  }
}

bool Maintainer::can_resend_events(const MaintainerRules& rules) const {
  return !removing || !rules(MaintainerGuard::kRemovingQuiescesBarrier);
}

void Maintainer::resend_event(Surroundings& world, Ts block_ts) {
  BarrierEvent& event = *events.find(block_ts);
  if (!event.selected) {
    const auto is_passed = [&](const SpanReplication& task) {
      return task.in_all_tasks && event.is_about(task) && event.is_behind(task);
    };
    const bool passed =
        is_passed(spans.trigger) || std::any_of(spans.spans.begin(), spans.spans.end(), is_passed);
    if (passed) event.selected = event.advanced = true;
    return;
  }
  if (!event.advanced) {
    SpanHeartBeatResponse none;
    send_reply(world, none, {BarrierWord::kWrite, block_ts, {event.writer}});
    return;
  }
  send_pass(world, event);
  if (event.all_reported(spans)) events.erase(block_ts);
}

void Maintainer::send_pass(Surroundings& world, BarrierEvent& event) {
  const bool any = std::any_of(spans.spans.begin(), spans.spans.end(),
                               [&](const SpanReplication& task) { return event.is_about(task); });
  for (const std::uint32_t table : event.range) {
    if (event.blocks.schema ? !any : table != 0 && !spans.has_table(table)) event.done_tables.insert(table);
  }
  if (event.blocks.schema && !any) return;  // nobody is left to be told
  const auto pass = [&](const SpanReplication& task) {
    if (!task.in_all_tasks || !event.is_about(task)) return;
    SpanHeartBeatResponse none;
    send_reply(world, none, {BarrierWord::kPass, event.block_ts, {task.id}});
  };
  pass(spans.trigger);
  for (const SpanReplication& task : spans.spans) pass(task);
}

}  // namespace takeover::impl
