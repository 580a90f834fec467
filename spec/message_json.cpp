#include "spec/message_json.h"

#include <variant>

#include <nlohmann/json.hpp>

namespace takeover::spec {
namespace {

using Json = nlohmann::ordered_json;
using impl::DispatcherId;
using impl::to_string;

Json ids_to_json(const auto& ids, const Names& names) {
  Json array = Json::array();
  for (const DispatcherId id : ids) array.push_back(names.of(id));
  return array;
}

Json error_or_null(impl::ErrorCode error) {
  return error == impl::ErrorCode::kNone ? Json(nullptr) : Json(to_string(error));
}

// Writes the fields of one message.
struct Fields {
  Json& json;
  const Names& names;

  void operator()(const impl::MaintainerBootstrapRequest& m) const {
    json["event_trigger"] = id_or_null(m.event_trigger, names);
    json["redo_trigger"] = id_or_null(m.redo_trigger, names);
    json["start_ts"] = m.start_ts;
    json["is_new_changefeed"] = m.is_new_changefeed;
    json["config_epoch"] = m.config_epoch;
    json["redo_enabled"] = m.redo_enabled;
  }
  void operator()(const impl::MaintainerPostBootstrapRequest& m) const {
    json["event_trigger"] = id_or_null(m.event_trigger, names);
  }
  void operator()(const impl::MaintainerCloseRequest& m) const { json["removed"] = m.removed; }
  void operator()(const impl::ScheduleDispatcherRequest& m) const {
    json["action"] = to_string(m.action);
    json["operator"] = to_string(m.op);
    json["id"] = id_or_null(m.id, names);
    json["span"] = impl::to_string(m.span);
    json["mode"] = to_string(m.mode);
    json["start_ts"] = m.start_ts;
  }
  void operator()(const impl::MergeDispatcherRequest& m) const {
    json["ids"] = ids_to_json(m.ids, names);
    json["merged_id"] = id_or_null(m.merged_id, names);
    json["mode"] = to_string(m.mode);
  }
  void operator()(const impl::HeartBeatResponse& m) const { json["action"] = to_string(m.action); }
  void operator()(const impl::RedoMetaMessage& m) const {
    json["checkpoint_ts"] = m.checkpoint_ts;
    json["resolved_ts"] = m.resolved_ts;
  }
  void operator()(const impl::RedoResolvedTsForwardMessage& m) const { json["resolved_ts"] = m.resolved_ts; }
  void operator()(const impl::CheckpointTsMessage& m) const { json["checkpoint_ts"] = m.checkpoint_ts; }

  void operator()(const impl::MaintainerBootstrapResponse& m) const {
    json["epoch"] = m.epoch;
    json["checkpoint_ts"] = m.checkpoint_ts;
    json["redo_checkpoint_ts"] = m.redo_checkpoint_ts;
    json["spans"] = Json::array();
    for (const impl::ReportedSpan& span : m.spans) {
      json["spans"].push_back({{"id", names.of(span.id)},
                               {"span", impl::to_string(span.span)},
                               {"mode", to_string(span.mode)},
                               {"status", to_string(span.status)},
                               {"checkpoint_ts", span.checkpoint_ts}});
    }
    json["operators"] = Json::array();
    for (const impl::JournalEntry& entry : m.operators) {
      Json item{{"id", names.of(entry.id)}};
      item.update(to_json(entry, names));
      json["operators"].push_back(item);
    }
    json["error"] = error_or_null(m.error);
  }
  void operator()(const impl::MaintainerPostBootstrapResponse& m) const {
    json["epoch"] = m.epoch;
    json["event_trigger"] = id_or_null(m.event_trigger, names);
    json["error"] = error_or_null(m.error);
  }
  void operator()(const impl::MaintainerCloseResponse& m) const {
    json["epoch"] = m.epoch;
    json["success"] = m.success;
  }
  void operator()(const impl::HeartBeatRequest& m) const {
    json["statuses"] = Json::array();
    for (const impl::DispatcherStatus& status : m.statuses) {
      json["statuses"].push_back({{"id", names.of(status.id)},
                                  {"status", to_string(status.status)},
                                  {"mode", to_string(status.mode)}});
    }
    json["error"] = error_or_null(m.error);
  }
};

impl::ScheduleDispatcherRequest read_schedule(const Cursor& message, Names& names) {
  impl::ScheduleDispatcherRequest body;
  body.action = message["action"].named(impl::schedule_action_named, "\"Create\" or \"Remove\"");
  if (message.has("operator")) {
    body.op = message["operator"].named(impl::operator_type_named, "\"Add\", \"Remove\", \"Move\" or \"Split\"");
  }
  body.mode = mode_at(message, "mode");
  body.id = id_at(message, "id", names);
  if (body.id == DispatcherId::kNone) message.fail("a Schedule without id", "the dispatcher's id");
  body.span = span_at(message, "span");
  if (body.action == impl::ScheduleAction::kCreate && body.span.is_ddl()) {
    message.fail("a Create of the DDL span", "a table's span");
  }
  body.start_ts = message.number_or("start_ts", 0);
  return body;
}

impl::MergeDispatcherRequest read_merge(const Cursor& message, Names& names) {
  impl::MergeDispatcherRequest body;
  message.each("ids", [&](const Cursor& id) { body.ids.push_back(names.dispatcher(id.text())); });
  body.merged_id = id_at(message, "merged_id", names);
  if (body.merged_id == DispatcherId::kNone) message.fail("a Merge without merged_id", "the merged dispatcher's id");
  body.mode = mode_at(message, "mode");
  return body;
}

impl::RequestBody read_body(const Cursor& message, Names& names) {
  switch (message["type"].named(impl::request_type_named, "the name of a request")) {
    case impl::RequestType::kBootstrap:
      return impl::MaintainerBootstrapRequest{.event_trigger = id_at(message, "event_trigger", names),
                                              .redo_trigger = id_at(message, "redo_trigger", names),
                                              .start_ts = message.number_or("start_ts", 0),
                                              .config_epoch = message.number_or("config_epoch", 0),
                                              .is_new_changefeed = message.flag_or("is_new_changefeed", false),
                                              .redo_enabled = message.flag_or("redo_enabled", false)};
    case impl::RequestType::kPostBootstrap:
      return impl::MaintainerPostBootstrapRequest{id_at(message, "event_trigger", names)};
    case impl::RequestType::kClose:
      return impl::MaintainerCloseRequest{message.flag_or("removed", false)};
    case impl::RequestType::kSchedule:
      return read_schedule(message, names);
    case impl::RequestType::kMerge:
      return read_merge(message, names);
    case impl::RequestType::kHeartBeatResponse:
      return impl::HeartBeatResponse{
          message["action"].named(impl::barrier_action_named, "\"Write\" or \"Pass\"")};
    case impl::RequestType::kRedoMeta:
      return impl::RedoMetaMessage{message.number_or("checkpoint_ts", 0), message.number_or("resolved_ts", 0)};
    case impl::RequestType::kRedoResolvedTsForward:
      return impl::RedoResolvedTsForwardMessage{message.number_or("resolved_ts", 0)};
    default:
      return impl::CheckpointTsMessage{message.number_or("checkpoint_ts", 0)};
  }
}

}  // namespace

Json id_or_null(DispatcherId id, const Names& names) {
  return id == DispatcherId::kNone ? Json(nullptr) : Json(names.of(id));
}

DispatcherId id_at(const Cursor& object, std::string_view key, Names& names) {
  return object.has(key) ? names.dispatcher(object[key].text()) : DispatcherId::kNone;
}

impl::Span span_at(const Cursor& object, std::string_view key) {
  if (!object.has(key)) return impl::kDdlSpan;
  return object[key].named(impl::span_named, "\"ddl\", \"table-N\" or \"table-N[a,b)\" with a < b");
}

impl::Mode mode_at(const Cursor& object, std::string_view key) {
  if (!object.has(key)) return impl::Mode::kDefault;
  return object[key].named(impl::mode_named, "\"default\" or \"redo\"");
}

impl::Status status_at(const Cursor& object, std::string_view key) {
  if (!object.has(key)) return impl::Status::kWorking;
  return object[key].named(impl::status_named, "a component status, such as \"Working\"");
}

Json to_json(const impl::Request& request, const Names& names) {
  Json json{{"type", to_string(request.type())}, {"epoch", request.epoch}};
  std::visit(Fields{json, names}, request.body);
  return json;
}

Json to_json(const impl::ReplyBody& reply, const Names& names) {
  Json json{{"type", impl::name_of(reply)}};
  std::visit(Fields{json, names}, reply);
  return json;
}

Json to_json(const impl::JournalEntry& entry, const Names& names) {
  return {{"action", to_string(entry.action)}, {"operator", to_string(entry.op)},
          {"from", names.of(entry.from)},      {"epoch", entry.epoch},
          {"mode", to_string(entry.mode)},     {"span", impl::to_string(entry.span)},
          {"start_ts", entry.start_ts}};
}

impl::Request read_request(const Cursor& message, impl::NodeId from, Names& names) {
  return {.from = from, .epoch = message.number_or("epoch", 0), .body = read_body(message, names)};
}

impl::JournalEntry read_journal_entry(const Cursor& entry, const std::string& id, Names& names) {
  impl::JournalEntry read{.id = names.dispatcher(id)};
  if (entry.has("action")) {
    read.action = entry["action"].named(impl::schedule_action_named, "\"Create\" or \"Remove\"");
  }
  if (entry.has("operator")) {
    read.op = entry["operator"].named(impl::operator_type_named, "\"Add\", \"Remove\", \"Move\" or \"Split\"");
  }
  if (entry.has("from")) read.from = names.node(entry["from"].text());
  read.epoch = entry.number_or("epoch", 0);
  read.mode = mode_at(entry, "mode");
  read.span = span_at(entry, "span");
  read.start_ts = entry.number_or("start_ts", 0);
  return read;
}

impl::MaintainerBootstrapResponse read_response(const Cursor& message, Names& names) {
  impl::MaintainerBootstrapResponse response;
  response.epoch = message.number_or("epoch", 0);
  response.checkpoint_ts = message.number_or("checkpoint_ts", 0);
  response.redo_checkpoint_ts = message.number_or("redo_checkpoint_ts", 0);
  message.each("spans", [&](const Cursor& span) {
    response.spans.push_back({id_at(span, "id", names), mode_at(span, "mode"), status_at(span, "status"),
                              span_at(span, "span"), span.number_or("checkpoint_ts", 0)});
  });
  message.each("operators", [&](const Cursor& entry) {
    response.operators.push_back(read_journal_entry(entry, entry["id"].text(), names));
  });
  if (message.has("error")) {
    response.error = message["error"].named(impl::error_code_named, "an error code");
  }
  return response;
}

}  // namespace takeover::spec
