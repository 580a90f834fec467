// The form of a recorder within TiCDC: topics, and the fields of heartbeat.proto as its code names them.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "checker/logs/message_log.h"
#include "impl/message.h"

namespace takeover::logs {
namespace {

using impl::MessageType;
using spec::InputError;

constexpr std::array<std::string_view, 2> kTopicsOfNode{"dispatcher-manager-manager", "heartbeat-collector"};
constexpr std::string_view kOperatorPrefix = "O_";

[[noreturn]] void refuse(std::string pointer, const Json& value, std::string expected) {
  std::string text = value.dump(-1, ' ', false, Json::error_handler_t::replace);
  if (text.size() > 60) text = text.substr(0, 57) + "...";
  throw InputError{"", std::move(pointer), fmt::format("the value {}", text), std::move(expected)};
}

// Null if there is none.
const Json& member(const Json& json, const char* key) {
  static const Json kNull;
  const auto found = json.find(key);
  return found == json.end() ? kNull : *found;
}

std::string text_in(const Json& json, const char* key) {
  const Json& value = member(json, key);
  if (!value.is_string() || value.get_ref<const std::string&>().empty())
    refuse(spec::pointer_token(key), value, "text");
  return value.get<std::string>();
}

// A number, or its digits: above 2^53 some write them so. 0 if there is none.
std::uint64_t number_in(const Json& json, const char* key) {
  const Json& value = member(json, key);
  if (value.is_null()) return 0;
  if (value.is_number_unsigned()) return value.get<std::uint64_t>();
  if (value.is_string()) {
    const auto& digits = value.get_ref<const std::string&>();
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    if (!digits.empty() && error == std::errc{} && end == digits.data() + digits.size()) return number;
  }
  refuse(fmt::format("/msg{}", spec::pointer_token(key)), value,
         "an integer from 0 to 18446744073709551615, or its digits");
}

std::uint64_t time_in(const Json& line) {
  const std::uint64_t time = number_in(line, "t");
  if (time > kLatestUs) refuse("/t", member(line, "t"), "microseconds since 1970, before the year 10000");
  return time;
}

bool flag_in(const Json& json, const char* key) {
  const Json& value = member(json, key);
  if (value.is_null()) return false;
  if (!value.is_boolean()) refuse(fmt::format("/msg{}", spec::pointer_token(key)), value, "true or false");
  return value.get<bool>();
}

// An id, or null.
Json id_in(const Json& json, const char* key) {
  const Json& value = member(json, key);
  if (value.is_null() || (value.is_string() && !value.get_ref<const std::string&>().empty())) return value;
  refuse(fmt::format("/msg{}", spec::pointer_token(key)), value, "a dispatcher's short id, or null");
}

const Json& list_in(const Json& json, const char* key) {
  static const Json kNothing = Json::array();
  const Json& value = member(json, key);
  if (value.is_null()) return kNothing;
  if (!value.is_array()) refuse(fmt::format("/msg{}", spec::pointer_token(key)), value, "an array");
  return value;
}

Json ids_in(const Json& json, const char* key) {
  Json ids = list_in(json, key);
  for (const Json& id : ids) {
    if (!id.is_string() || id.get_ref<const std::string&>().empty())
      refuse(fmt::format("/msg{}", spec::pointer_token(key)), id, "a dispatcher's short id");
  }
  return ids;
}

std::string_view mode_in(const Json& json) {
  const std::uint64_t mode = number_in(json, "mode");
  if (mode > 1) refuse("/msg/mode", member(json, "mode"), "0, or 1 of redo");
  return name_of(mode == 1 ? impl::Mode::kRedo : impl::Mode::kDefault);
}

// "t0" is the triggers', "t7" a table's.
std::string span_in(const Json& json) {
  const Json& value = member(json, "span");
  const std::string text = value.is_string() ? value.get<std::string>() : "";
  if (text == "t0") return "ddl";
  std::string span = text.starts_with('t') ? "table-" + text.substr(1) : "";
  if (!impl::span_named(span)) refuse("/msg/span", value, "\"t0\", or a table's \"tN\"");
  return span;
}

std::string operator_in(const Json& json) {
  const Json& value = member(json, "operatorType");
  if (value.is_null()) return "Add";
  const std::string text = value.is_string() ? value.get<std::string>() : "";
  std::string word = text.starts_with(kOperatorPrefix) ? text.substr(kOperatorPrefix.size()) : text;
  if (!impl::named<impl::OperatorType>(word))
    refuse("/msg/operatorType", value, "O_Add, O_Remove, O_Move, O_Split or O_Merge");
  return word;
}

// An error of ours; one that is none of them says of a manager's report that a dispatcher failed, and of an
// answer no more than that it is a refusal: has_unnamed_error.
void add_error(const Json& msg, bool is_report, Json& out) {
  const Json& value = member(msg, "err");
  if (value.is_null()) {
    out["error"] = nullptr;
    return;
  }
  const std::string text = value.dump(-1, ' ', false, Json::error_handler_t::replace);
  for (const impl::ErrorCode code : impl::kAllOf<impl::ErrorCode>) {
    const std::string_view name = name_of(code);
    if (!name.empty() && text.find(name) != std::string::npos) {
      out["error"] = name;
      return;
    }
  }
  if (is_report) out["error"] = name_of(impl::ErrorCode::kErrDispatcherFailed);
}

// Of a request within a Schedule, and of an entry of the journal, which has an epoch.
Json scheduled(const Json& json) {
  const Json& config = member(json, "config");
  if (!config.is_object()) refuse("/msg/config", config, "an object");
  Json out{{"action", text_in(json, "scheduleAction")},
           {"operator", operator_in(json)},
           {"id", id_in(config, "dispatcherID")},
           {"mode", mode_in(config)},
           {"start_ts", number_in(config, "startTs")}};
  // A Remove is of an id.
  const Json& span = member(config, "span");
  const auto* text = span.get_ptr<const std::string*>();
  const bool has_span = !span.is_null() && (text == nullptr || !text->empty());
  if (has_span || out["action"] != name_of(impl::ScheduleAction::kRemove)) out["span"] = span_in(config);
  if (out["id"].is_null()) refuse("/msg/config/dispatcherID", out["id"], "a dispatcher's short id");
  if (!impl::named<impl::ScheduleAction>(out["action"].get_ref<const std::string&>()))
    refuse("/msg/scheduleAction", out["action"], "Create or Remove");
  return out;
}

Json bootstrap(const Json& msg) {
  Json out{{"event_trigger", id_in(msg, "table_trigger_event_dispatcher_id")},
           {"redo_trigger", id_in(msg, "table_trigger_redo_dispatcher_id")},
           {"start_ts", number_in(msg, "start_ts")},
           {"is_new_changefeed", flag_in(msg, "is_new_changefeed")}};
  if (const Json& config = member(msg, "config"); config.is_object())
    out["config_epoch"] = number_in(config, "epoch");
  if (msg.contains("redo_enabled")) out["redo_enabled"] = flag_in(msg, "redo_enabled");
  return out;
}

Json bootstrap_response(const Json& msg) {
  Json out = Json::object();
  add_error(msg, false, out);
  if (!member(msg, "err").is_null()) return out;
  out["checkpoint_ts"] = number_in(msg, "checkpoint_ts");
  out["redo_checkpoint_ts"] = number_in(msg, "redo_checkpoint_ts");
  out["spans"] = Json::array();
  // A span's checkpoint ts is left out: it moves, and ours does not.
  for (const Json& span : list_in(msg, "spans")) {
    out["spans"].push_back({{"id", id_in(span, "ID")},
                            {"span", span_in(span)},
                            {"mode", mode_in(span)},
                            {"status", text_in(span, "component_status")}});
  }
  out["operators"] = Json::array();
  for (const Json& entry : list_in(msg, "operators")) {
    Json& last = out["operators"].emplace_back(scheduled(entry));
    last["epoch"] = number_in(entry, "maintainer_epoch");
  }
  return out;
}

Json heartbeat(const Json& msg) {
  Json out{{"statuses", Json::array()}, {"complete", flag_in(msg, "compeleteStatus")}};
  for (const Json& status : list_in(msg, "statuses")) {
    out["statuses"].push_back({{"id", id_in(status, "ID")},
                               {"status", text_in(status, "component_status")},
                               {"mode", mode_in(status)}});
  }
  add_error(msg, true, out);
  return out;
}

// An answer has either what it answers with, or an error.
bool has_unnamed_error(const Json& msg, const Json& message) {
  return !member(msg, "err").is_null() && !message.contains("error");
}

// What it asks dispatchers to do, each by itself; a status that only acknowledges asks nothing.
std::vector<Json> heartbeat_responses(const Json& msg) {
  std::vector<Json> out;
  for (const Json& status : list_in(msg, "dispatcherStatuses")) {
    const Json& action = member(status, "action");
    if (action.is_object() && action.contains("action"))
      out.push_back({{"action", text_in(action, "action")}});
  }
  return out;
}

Json body_of(MessageType type, const Json& msg) {
  switch (type) {
    case MessageType::kBootstrap: return bootstrap(msg);
    case MessageType::kPostBootstrap:
      return {{"event_trigger", id_in(msg, "table_trigger_event_dispatcher_id")}};
    case MessageType::kClose: return {{"removed", flag_in(msg, "removed")}};
    case MessageType::kSchedule: return scheduled(msg);
    case MessageType::kMerge:
      return {{"ids", ids_in(msg, "dispatcherIDs")},
              {"merged_id", id_in(msg, "mergedDispatcherID")},
              {"mode", mode_in(msg)}};
    case MessageType::kHeartBeatResponse: break;  // several: bodies_of
    case MessageType::kRedoMeta:
      return {{"checkpoint_ts", number_in(msg, "checkpointTs")},
              {"resolved_ts", number_in(msg, "resolvedTs")}};
    case MessageType::kRedoResolvedTsForward: return {{"resolved_ts", number_in(msg, "resolvedTs")}};
    case MessageType::kCheckpointTs: return {{"checkpoint_ts", number_in(msg, "checkpointTs")}};
    case MessageType::kBootstrapResponse: return bootstrap_response(msg);
    case MessageType::kPostBootstrapResponse: {
      Json out = Json::object();
      add_error(msg, false, out);
      if (member(msg, "err").is_null())
        out["event_trigger"] = id_in(msg, "table_trigger_event_dispatcher_id");
      return out;
    }
    case MessageType::kCloseResponse: return {{"success", flag_in(msg, "success")}};
    case MessageType::kHeartBeat: return heartbeat(msg);
  }
  impl::unreachable();
}

std::vector<Json> bodies_of(MessageType type, const Json& msg) {
  if (type == MessageType::kHeartBeatResponse) return heartbeat_responses(msg);
  return {body_of(type, msg)};
}

bool is_for_node(const Json& line) {
  return line["dir"] == "recv" &&
         std::ranges::find(kTopicsOfNode, text_in(line, "topic")) != kTopicsOfNode.end();
}

}  // namespace

bool is_of_foreign_type(const Json& line) {
  return is_for_node(line) && !impl::named<MessageType>(text_in(line, "type"));
}

std::vector<Json> in_our_form(const Json& line) {
  const bool is_recv = line["dir"] == "recv";
  static_cast<void>(text_in(line, "topic"));
  if (is_recv && !is_for_node(line)) return {};
  const std::string name = text_in(line, "type");
  const auto type = impl::named<MessageType>(name);
  const auto receiver = is_recv ? impl::Party::kNode : impl::Party::kMaintainer;
  if (!type || info(*type).receiver != receiver) return {};
  const Json& msg = member(line, "msg");
  if (!msg.is_object()) refuse("/msg", msg, "an object");
  std::vector<Json> out;
  for (const Json& body : bodies_of(*type, msg)) {
    Json message{{"type", name}};
    if (info(*type).carries_epoch) message["epoch"] = number_in(msg, "maintainer_epoch");
    message.update(body);
    Json& ours = out.emplace_back(Json{{"t", time_in(line)},
                                       {"node", text_in(line, "node")},
                                       {"dir", line["dir"]},
                                       {"peer", text_in(line, is_recv ? "from" : "to")},
                                       {"changefeed", text_in(msg, "changefeedID")}});
    if (!is_recv && has_unnamed_error(msg, message)) ours["has_error"] = true;
    ours["message"] = std::move(message);
  }
  return out;
}

}  // namespace takeover::logs
