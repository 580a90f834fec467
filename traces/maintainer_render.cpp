#include <algorithm>
#include <cctype>

#include "impl/named.h"
#include "traces/maintainer_decode.h"
#include "traces/maintainer_instance.h"

namespace takeover::traces {
namespace {

using impl::DispatcherId;
using impl::Maintainer;
using impl::NodeId;
using impl::Operator;
using impl::OperatorKind;

std::string_view move_name(impl::MoveState state) {
  switch (state) {
    case impl::MoveState::kRemoveOrigin: return "moveStateRemoveOrigin";
    case impl::MoveState::kAddDest: return "moveStateAddDest";
    case impl::MoveState::kAbortRemoveOrigin: return "moveStateAbortRemoveOrigin";
    case impl::MoveState::kDoneSuccess: return "moveStateDoneSuccess";
    case impl::MoveState::kDoneNoPostFinish: return "moveStateDoneNoPostFinish";
  }
  impl::unreachable();
}

std::string type_name(impl::OperatorType type) {
  return "O_" + std::string(name_of(type));
}

ScriptJson render_span(const ScriptNames& names, const impl::SpanReplication& span) {
  ScriptJson sets = ScriptJson::array();
  if (span.absent) sets.push_back("absent");
  if (span.scheduling) sets.push_back("scheduling");
  if (span.replicating) sets.push_back("replicating");
  ScriptJson json{{"id", names.of(span.id)},
                  {"span", ScriptNames::of(span.span)},
                  {"schemaID", span.schema},
                  {"node", names.of(span.node)},
                  {"status", name_of(span.status)},
                  {"checkpointTs", span.checkpoint_ts},
                  {"sets", sets},
                  {"task", span.in_all_tasks}};
  if (span.block) {
    json["blockState"] = {{"BlockTs", span.block->block_ts},
                          {"IsBlocked", span.block->is_blocked},
                          {"IsSyncPoint", false},
                          {"stage", name_of(span.block->stage)}};
  }
  return json;
}

ScriptJson render_operator(const ScriptNames& names, const Operator& each, const OperatorClock& clock) {
  ScriptJson json{{"id", names.of(each.id)},     {"type", name_of(each.kind)},
                  {"dest", names.of(each.dest)}, {"finished", each.is_finished()},
                  {"notifyAt", clock.due},       {"lastSendMessageTime", clock.last_sent}};
  if (each.kind == OperatorKind::kMove) {
    json["origin"] = names.of(each.origin);
    json["state"] = move_name(each.move);
  } else {
    json["operatorType"] = type_name(each.type);
    json["removed"] = each.removed;
  }
  return json;
}

void render_operators(const ScriptNames& names, const Instance& instance, ScriptJson& json) {
  const Maintainer& maintainer = *instance.maintainer();
  std::vector<std::size_t> by_id;
  std::vector<std::size_t> queued;
  for (std::size_t i = 0; i < maintainer.operators.size(); ++i) {
    if (maintainer.operators[i].current) by_id.push_back(i);
    if (maintainer.operators[i].queued) queued.push_back(i);
  }
  std::sort(by_id.begin(), by_id.end(), [&](std::size_t a, std::size_t b) {
    return maintainer.operators[a].id < maintainer.operators[b].id;
  });
  std::sort(queued.begin(), queued.end(),
            [&](std::size_t a, std::size_t b) { return instance.clocks[a].is_before(instance.clocks[b]); });
  ScriptJson current = ScriptJson::array();
  for (const std::size_t index : by_id) {
    current.push_back(render_operator(names, maintainer.operators[index], instance.clocks[index]));
  }
  ScriptJson queue = ScriptJson::array();
  for (const std::size_t index : queued) queue.push_back(names.of(maintainer.operators[index].id));
  json["operators"] = current;
  json["runningQueue"] = queue;
  json["allowedOperatorIDs"] = ScriptJson::array();
  if (maintainer.quiesced) json["allowedOperatorIDs"].push_back(names.of(maintainer.spans.trigger.id));
}

void render_events(const ScriptNames& names, const Instance& instance, ScriptJson& json) {
  ScriptJson events = ScriptJson::array();
  for (const impl::BarrierEvent& event : instance.maintainer()->events) {
    ScriptJson reported = ScriptJson::array();
    for (const DispatcherId id : event.reported) reported.push_back(names.of(id));
    events.push_back({{"commitTs", event.block_ts},
                      {"isSyncPoint", false},
                      {"selected", event.selected},
                      {"writerDispatcher", event.writer == DispatcherId::kNone ? "" : names.of(event.writer)},
                      {"writerDispatcherAdvanced", event.advanced},
                      {"reportedDispatchers", reported},
                      {"lastResendTime", instance.events.at(event.block_ts).last_sent.value_or(-1)}});
  }
  json["blockedEvents"] = events;
}

void render_nodes(const ScriptNames& names, const Instance& instance, ScriptJson& json) {
  const Maintainer& maintainer = *instance.maintainer();
  ScriptJson nodes = ScriptJson::object();
  ScriptJson tasks = ScriptJson::object();
  for (const impl::BootstrapNode& each : maintainer.nodes) {
    nodes[names.of(each.node)] = {{"initialized", each.answered},
                                  {"response", each.response.has_value()},
                                  {"lastBootstrapTime", instance.last_bootstrap.at(each.node)}};
  }
  const auto count = [&](const impl::SpanReplication& span) {
    const std::size_t on = maintainer.spans.tasks_on(span.node);
    if (on > 0) tasks[names.of(span.node)] = on;
  };
  for (const impl::SpanReplication& span : maintainer.spans.spans) count(span);
  count(maintainer.spans.trigger);
  json["bootstrapper"] = {{"allNodesReady", maintainer.all_nodes_ready}, {"nodes", nodes}};
  json["nodeTasks"] = tasks;
  json["closedNodes"] = ScriptJson::array();
  for (const NodeId node : maintainer.closed_nodes) json["closedNodes"].push_back(names.of(node));
  json["checkpointTsByCapture"] = ScriptJson::object();
  for (const impl::NodeWatermark& each : maintainer.watermarks) {
    json["checkpointTsByCapture"][names.of(each.node)] = {{"seq", each.watermark.seq},
                                                          {"checkpointTs", each.watermark.checkpoint_ts}};
  }
  json["runningErrors"] = ScriptJson::object();
  for (const impl::RunningError& error : maintainer.errors) {
    json["runningErrors"][names.of(error.node)] = {{"code", code_name(error.code)}};
  }
}

}  // namespace

ScriptJson render_maintainer(const ScriptNames& names, const std::string& changefeed,
                             const Instance& instance) {
  const Maintainer& maintainer = *instance.maintainer();
  ScriptJson json{{"changefeedID", changefeed},
                  {"epoch", maintainer.epoch},
                  {"generation", instance.generation},
                  {"forRemove", maintainer.remove_only},
                  {"scheduleState", name_of(maintainer.state)},
                  {"initialized", maintainer.initialized},
                  {"bootstrapped", maintainer.initialized},
                  {"tasksRunning", maintainer.initialized},
                  {"removing", maintainer.removing},
                  {"cascadeRemoving", maintainer.cascade_removing},
                  {"changefeedRemoved", maintainer.changefeed_removed},
                  {"removed", maintainer.removed},
                  {"newChangefeed", maintainer.new_changefeed},
                  {"nodeChanged", maintainer.node_changed},
                  {"quiescing", maintainer.quiesced},
                  {"postBootstrapMsg", maintainer.post_pending},
                  {"startCheckpointTs", maintainer.start_ts},
                  {"maintainerCommittedCheckpointTs", maintainer.committed_checkpoint_ts},
                  {"lastReportTime", instance.last_report},
                  {"ddlSpan", render_span(names, maintainer.spans.trigger)}};
  if (maintainer.initialized) render_events(names, instance, json);
  json["spans"] = ScriptJson::array();
  for (const impl::SpanReplication& span : maintainer.spans.spans) {
    json["spans"].push_back(render_span(names, span));
  }
  json["eventCh"] = ScriptJson::array();
  for (const WaitingEvent& event : instance.queue) json["eventCh"].push_back(event.type);
  render_operators(names, instance, json);
  render_nodes(names, instance, json);
  return json;
}

namespace {

ScriptJson render_status(const std::string& changefeed, const impl::MaintainerStatus& status) {
  ScriptJson errors = ScriptJson::array();
  for (const impl::RunningError& error : status.errors) errors.push_back({{"code", code_name(error.code)}});
  return {{"changefeedID", changefeed},
          {"maintainer_epoch", status.epoch},
          {"state", name_of(status.state)},
          {"bootstrap_done", status.bootstrap_done},
          {"checkpoint_ts", status.checkpoint_ts},
          {"err", errors}};
}

ScriptJson in_capitals(std::string_view word) {
  std::string text(word);
  for (char& c : text) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return text;
}

}  // namespace

ScriptJson render_response(const ScriptNames& names, const std::string& changefeed,
                           const impl::SpanHeartBeatResponse& response) {
  ScriptJson statuses = ScriptJson::array();
  for (const impl::BarrierReply& reply : response.replies) {
    ScriptJson ids = ScriptJson::array();
    for (const DispatcherId id : reply.ids) ids.push_back(names.of(id));
    ScriptJson said{{"CommitTs", reply.block_ts}, {"IsSyncPoint", false}};
    std::string key = "action";
    if (reply.word == impl::BarrierWord::kAck) key = "ack";
    if (reply.word == impl::BarrierWord::kIgnored) key = "ignoredBlockStatus";
    if (reply.word == impl::BarrierWord::kWrite) said["action"] = "Write";
    if (reply.word == impl::BarrierWord::kPass) said["action"] = "Pass";
    ScriptJson status{
        {"influencedDispatchers", {{"DispatcherIDs", ids}, {"InfluenceType", "Normal"}, {"SchemaID", 0}}}};
    status[key] = said;
    statuses.push_back(status);
  }
  return {{"to", names.of(response.to)},
          {"topic", "heartbeat-collector"},
          {"type", "HeartBeatResponse"},
          {"msg",
           {{"changefeedID", changefeed},
            {"maintainer_epoch", response.epoch},
            {"mode", 0},
            {"dispatcherStatuses", statuses}}}};
}

ScriptJson render_report(const ScriptNames& names, const std::string& changefeed,
                         const impl::Report& report) {
  ScriptJson json{{"to", names.of(report.to)}, {"topic", "coordinator"}};
  if (const auto* heartbeat = std::get_if<impl::MaintainerHeartbeat>(&report.body)) {
    json["type"] = "MaintainerHeartbeat";
    json["msg"]["statuses"] = ScriptJson::array({render_status(changefeed, heartbeat->status)});
  } else if (const auto* bootstrap = std::get_if<impl::CoordinatorBootstrapResponse>(&report.body)) {
    json["type"] = "CoordinatorBootstrapResponse";
    json["msg"]["statuses"] = ScriptJson::array();
    if (bootstrap->status) json["msg"]["statuses"].push_back(render_status(changefeed, *bootstrap->status));
  } else {
    json["type"] = "SetNodeLivenessResponse";
    json["msg"]["applied"] =
        in_capitals(name_of(std::get<impl::SetNodeLivenessResponse>(report.body).applied));
  }
  return json;
}

ScriptJson render_message(const ScriptNames& names, const std::string& changefeed,
                          const impl::Message& message) {
  ScriptJson body{{"changefeedID", changefeed}, {"maintainer_epoch", message.epoch}};
  const auto id_or_null = [&](DispatcherId id) {
    return id == DispatcherId::kNone ? ScriptJson() : ScriptJson(names.of(id));
  };
  std::string_view topic = "dispatcher-manager-manager";
  if (const auto* bootstrap = message.as<impl::MaintainerBootstrapRequest>()) {
    body["start_ts"] = bootstrap->start_ts;
    body["is_new_changefeed"] = bootstrap->is_new_changefeed;
    body["table_trigger_event_dispatcher_id"] = id_or_null(bootstrap->event_trigger);
  } else if (const auto* post = message.as<impl::MaintainerPostBootstrapRequest>()) {
    body["table_trigger_event_dispatcher_id"] = id_or_null(post->event_trigger);
  } else if (const auto* close = message.as<impl::MaintainerCloseRequest>()) {
    body["removed"] = close->removed;
  } else if (const auto* schedule = message.as<impl::ScheduleDispatcherRequest>()) {
    topic = "heartbeat-collector";
    body["scheduleAction"] = name_of(schedule->action);
    body["operatorType"] = type_name(schedule->op);
    body["config"] = {
        {"dispatcherID", names.of(schedule->id)},
        {"startTs", schedule->start_ts},
        {"mode", 0},
        {"span",
         schedule->span == impl::kNoSpan ? ScriptJson() : ScriptJson(ScriptNames::of(schedule->span))}};
  } else if (const auto* checkpoint = message.as<impl::CheckpointTsMessage>()) {
    topic = "heartbeat-collector";
    body = {{"changefeedID", changefeed}, {"checkpointTs", checkpoint->checkpoint_ts}};
  }
  return {{"to", names.of(message.to)}, {"topic", topic}, {"type", name_of(message.type())}, {"msg", body}};
}

}  // namespace takeover::traces
