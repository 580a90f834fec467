#include "spec/json/request_json.h"

namespace takeover::spec {
namespace {

using impl::DispatcherId;

impl::Span span_at(const Cursor& object, std::string_view key) {
  if (!object.has(key)) return impl::kDdlSpan;
  return object[key].named(impl::span_named, kAnySpan);
}

impl::Mode mode_at(const Cursor& object, std::string_view key) {
  if (!object.has(key)) return impl::Mode::kDefault;
  return object[key].named(impl::mode_named, "\"default\" or \"redo\"");
}

impl::ScheduleDispatcherRequest read_schedule(const Cursor& message, Names& names) {
  impl::ScheduleDispatcherRequest body;
  body.action = message["action"].named(impl::schedule_action_named, "\"Create\" or \"Remove\"");
  if (message.has("operator")) {
    body.op =
        message["operator"].named(impl::operator_type_named, "\"Add\", \"Remove\", \"Move\" or \"Split\"");
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
  if (body.merged_id == DispatcherId::kNone)
    message.fail("a Merge without merged_id", "the merged dispatcher's id");
  body.mode = mode_at(message, "mode");
  return body;
}

impl::RequestBody read_body(const Cursor& message, Names& names) {
  switch (message["type"].named(impl::request_type_named, "the name of a request")) {
    case impl::RequestType::kBootstrap:
      return impl::MaintainerBootstrapRequest{
          .event_trigger = id_at(message, "event_trigger", names),
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
      return impl::RedoMetaMessage{message.number_or("checkpoint_ts", 0),
                                   message.number_or("resolved_ts", 0)};
    case impl::RequestType::kRedoResolvedTsForward:
      return impl::RedoResolvedTsForwardMessage{message.number_or("resolved_ts", 0)};
    default:
      return impl::CheckpointTsMessage{message.number_or("checkpoint_ts", 0)};
  }
}

}  // namespace

DispatcherId id_at(const Cursor& object, std::string_view key, Names& names) {
  return object.has(key) ? names.dispatcher(object[key].text()) : DispatcherId::kNone;
}

impl::Request read_request(const Cursor& message, impl::NodeId from, Names& names) {
  return {.from = from, .epoch = message.number_or("epoch", 0), .body = read_body(message, names)};
}

}  // namespace takeover::spec
