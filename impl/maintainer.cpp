#include "impl/maintainer.h"

#include <algorithm>

namespace takeover::impl {

// ---------------------------------------------------------------------------------------------- its life

void Maintainer::init(Surroundings& world) {
  watches_nodes = true;
  for (const NodeId node : world.alive) {
    nodes.insert({.node = node});
    send_bootstrap(world, node);
  }
}

bool Maintainer::begin_event(Surroundings& world) {
  if (state == ScheduleState::kStopped) {
    world.out.refuse(Refusal::kStopped);
    return false;
  }
  change_nodes(world);
  return true;
}

MaintainerStatus Maintainer::take_status() {
  MaintainerStatus status{.epoch = epoch,
                          .state = state,
                          .bootstrap_done = initialized,
                          .checkpoint_ts = committed_checkpoint_ts,
                          .errors = errors};
  errors.clear();
  return status;
}

// --------------------------------------------------------------------------------------- nodes come and go

void Maintainer::change_nodes(Surroundings& world) {
  if (removing && world.rules(MaintainerGuard::kRemovingQuiescesNodes)) return;
  if (!node_changed) return;
  node_changed = false;
  NodeSet gone;
  for (const BootstrapNode& each : nodes) {
    if (!world.alive.contains(each.node)) gone.insert(each.node);
  }
  for (const NodeId node : gone) {
    nodes.erase(node);
    remove_node_spans(world, node);
    remove_node_operators(world, node);
    watermarks.erase(node);
  }
  for (const NodeId node : world.alive) {
    if (nodes.contains(node)) continue;
    all_nodes_ready = false;
    nodes.insert({.node = node});
    send_bootstrap(world, node);
  }
  evaluate_responses(world);
}

void Maintainer::remove_node_spans(Surroundings& world, NodeId node) {
  if (quiesced && world.rules(MaintainerGuard::kRemovingQuiescesOperators)) return;
  const auto lose = [&](SpanReplication& task) {
    const bool is_there = task.node == node && (task.scheduling || task.replicating);
    if (is_there && current_operator(task.id) == nullptr) task.mark_absent();
  };
  for (SpanReplication& task : spans.spans) lose(task);
  lose(spans.trigger);
}

void Maintainer::remove_node_operators(Surroundings& world, NodeId node) {
  if (quiesced && world.rules(MaintainerGuard::kRemovingQuiescesOperators)) return;
  for (Operator& each : operators) {
    if (each.current) each.on_node_removed(spans, node);
  }
}

// --------------------------------------------------------------------------------------------- heartbeats

void Maintainer::on_heartbeat(Surroundings& world, const SpanHeartBeat& heartbeat) {
  if (!initialized) {
    world.out.refuse(Refusal::kNotInitialized);
    return;
  }
  take_watermark(world, heartbeat);
  for (const SpanStatus& status : heartbeat.statuses) {
    check_status(world, heartbeat.from, status);
    if (update_task(world, heartbeat.from, status)) heal_task(world, status);
  }
}

void Maintainer::take_watermark(Surroundings& /*world*/, const SpanHeartBeat& heartbeat) {
  if (heartbeat.watermark) {
    const Watermark& reported = *heartbeat.watermark;
    const NodeWatermark* last = watermarks.find(heartbeat.from);
    const bool is_news =
        last == nullptr || reported.seq > last->watermark.seq ||
        (reported.seq == last->watermark.seq && reported.checkpoint_ts > last->watermark.checkpoint_ts);
    if (is_news) watermarks.insert({heartbeat.from, reported});
  }
  if (heartbeat.error != ErrorCode::kNone) add_error(heartbeat.from, heartbeat.error);
}

void Maintainer::check_status(Surroundings& world, NodeId from, const SpanStatus& status) {
  if (!is_allowed(world.rules, status.id)) return;
  if (Operator* current = current_operator(status.id)) current->check(spans, from, status);
}

bool Maintainer::update_task(Surroundings& world, NodeId from, const SpanStatus& status) {
  SpanReplication* task = spans.find_task(status.id);
  if (task == nullptr) {
    const bool heals = !removing || !world.rules(MaintainerGuard::kRemovingQuiescesHealing);
    if (heals && status.status == Status::kWorking && current_operator(status.id) == nullptr) {
      // A dispatcher that nobody here knows is removed, whatever it replicates.
      world.out.send(from, epoch,
                     ScheduleDispatcherRequest{.action = ScheduleAction::kRemove,
                                               .op = OperatorType::kRemove,
                                               .id = status.id,
                                               .span = kNoSpan});
    }
    return false;
  }
  if (task->node != from) return false;
  task->update(status);
  return true;
}

void Maintainer::heal_task(Surroundings& world, const SpanStatus& status) {
  if (removing && world.rules(MaintainerGuard::kRemovingQuiescesHealing)) return;
  if (status.status != Status::kStopped && status.status != Status::kRemoved) return;
  if (current_operator(status.id) != nullptr) return;
  if (SpanReplication* task = spans.find_task(status.id)) task->mark_absent();
}

// --------------------------------------------------------------------------------------------- checkpoints

void Maintainer::on_checkpoint_ts(Surroundings& world, const CheckpointTsMessage& body) const {
  world.out.send(self, 0, body);
}

namespace {

// An operator that holds the checkpoint back to that of its task.
bool blocks_checkpoint(const Operator& each) {
  return each.current && each.kind != OperatorKind::kRemove;
}

}  // namespace

void Maintainer::calculate_checkpoint(Surroundings& world) {
  if (!initialized) return;
  change_nodes(world);
  std::optional<Ts> least;
  const auto bound = [&](Ts ts) { least = least ? std::min(*least, ts) : ts; };
  for (const Operator& each : operators) {
    const SpanReplication* task = spans.find_task(each.id);
    if (blocks_checkpoint(each) && task != nullptr) bound(task->checkpoint_ts);
  }
  const auto bound_by_task = [&](const SpanReplication& task) {
    if (task.absent || task.scheduling) bound(task.checkpoint_ts);
  };
  for (const SpanReplication& task : spans.spans) bound_by_task(task);
  bound_by_task(spans.trigger);
  for (const BarrierEvent& event : events) {
    if (!event.adds.empty()) bound(event.block_ts);
  }
  for (const BootstrapNode& each : nodes) {
    if (each.node != self && spans.tasks_on(each.node) == 0) continue;
    const NodeWatermark* reported = watermarks.find(each.node);
    if (reported == nullptr) return;
    bound(reported->watermark.checkpoint_ts);
  }
  if (least) committed_checkpoint_ts = std::max(committed_checkpoint_ts, *least);
}

// ----------------------------------------------------------------------------------------------- operators

namespace {

auto* find_current(auto& operators, DispatcherId id) {
  const auto it = std::find_if(operators.begin(), operators.end(),
                               [&](const Operator& each) { return each.id == id && each.current; });
  return it != operators.end() ? &*it : nullptr;
}

}  // namespace

const Operator* Maintainer::current_operator(DispatcherId id) const {
  return find_current(operators, id);
}
Operator* Maintainer::current_operator(DispatcherId id) {
  return find_current(operators, id);
}

bool Maintainer::is_allowed(const MaintainerRules& rules, DispatcherId id) const {
  return !quiesced || id == spans.trigger.id || !rules(MaintainerGuard::kRemovingQuiescesOperators);
}

bool Maintainer::insert_operator(Surroundings& world, Operator added) {
  if (!is_allowed(world.rules, added.id)) return false;
  SpanReplication* task = spans.find_task(added.id);
  if (task == nullptr || current_operator(added.id) != nullptr) return false;
  added.start(*task);
  push_operator(world, added);
  return true;
}

// It hears at once of nodes that are gone already.
void Maintainer::push_operator(Surroundings& world, Operator added) {
  for (const NodeId node : {added.origin, added.dest}) {
    if (node != NodeId::kNone && !world.alive.contains(node)) added.on_node_removed(spans, node);
  }
  added.current = added.queued = true;
  operators.push_back(added);
}

void Maintainer::post_finish(std::size_t index) {
  operators[index].queued = false;
  operators[index].post_finish(spans);
}

void Maintainer::forget(std::size_t index) {
  operators[index].current = false;
  operators.erase(operators.begin() + static_cast<std::ptrdiff_t>(index));
}

void Maintainer::poll(Surroundings& world, std::size_t index, bool due) {
  Operator& polled = operators[index];
  if (!polled.current) {
    operators.erase(operators.begin() + static_cast<std::ptrdiff_t>(index));
    return;
  }
  if (!is_allowed(world.rules, polled.id)) {
    polled.queued = false;
    return;
  }
  if (polled.is_finished()) {
    post_finish(index);
    forget(index);
    return;
  }
  if (!due && polled.sent) return;
  polled.sent = true;
  world.out.send(polled.receiver(), epoch,
                 polled.request(spans.find_task(polled.id), committed_checkpoint_ts));
}

}  // namespace takeover::impl
