#include <optional>
#include <string>
#include <string_view>

#include "traces/action.h"

namespace takeover::traces {
namespace {

using impl::NodeActionFields;

void write_text(Json& json, const char* key, const std::string& text) {
  if (!text.empty()) json[key] = text;
}

impl::NodeId node_of(const Json& json, const char* key, spec::Names& names) {
  return names.node(text_of(json, key));  // "" is kNone
}

}  // namespace

std::string_view kind_name(const Action& action) {
  return action.kind == ActionKind::kNode ? name_of(action.node_action.kind) : name_of(action.kind);
}

Action node_step(impl::NodeId node, const impl::NodeAction& action) {
  return {.node = node, .node_action = action, .fine = row_of(action.kind).can_be_fine};
}

Action message_step(ActionKind kind, impl::NodeId node, const impl::Message& request) {
  return {.kind = kind, .node = node, .request = request};
}

Json write_action(const Action& action, const spec::Names& names) {
  Json json{{"kind", kind_name(action)}};
  if (!action.is_environment() || action.kind == ActionKind::kLose)
    write_text(json, "node", names.of(action.node));
  write_text(json, "owner", action.owner);
  write_text(json, "row", action.row);
  if (action.kind == ActionKind::kNode) {
    const impl::NodeActionRow row = row_of(action.node_action.kind);
    if (row.fields == NodeActionFields::kPath) json["path"] = spec::name_in_json(action.node_action.path);
    if (row.fields == NodeActionFields::kDispatcher) {
      json["id"] = names.of(action.node_action.id);
      json["mode"] = name_of(action.node_action.mode);
    }
    if (row.can_be_fine) json["fine"] = action.fine;
  }
  write_text(json, "step", action.step);
  write_text(json, "to", names.of(action.to));
  if (action.request) {
    write_text(json, "from", names.of(action.request->from));
    json["message"] = write_message(*action.request, names);
  }
  write_text(json, "message_id", action.message_id);
  return json;
}

std::optional<InputError> read_action(const Json& json, spec::Names& names, Action& action) {
  const auto of_node = impl::named<impl::NodeActionKind>(text_of(json, "kind"));
  const auto kind = impl::named<ActionKind>(text_of(json, "kind"));
  if (!of_node && (!kind || kind == ActionKind::kNode)) {
    return InputError{"", "/kind", "an unknown kind", "a kind of action"};
  }
  action.kind = of_node ? ActionKind::kNode : *kind;
  action.node = node_of(json, "node", names);
  action.owner = text_of(json, "owner");
  action.row = text_of(json, "row");
  action.step = text_of(json, "step");
  action.message_id = text_of(json, "message_id");
  action.to = node_of(json, "to", names);
  action.fine = json.contains("fine") && json["fine"].get<bool>();
  if (of_node) {
    action.node_action.kind = *of_node;
    action.node_action.path = spec::path_in_json(text_of(json, "path")).value_or(impl::Path::kOrchestrator);
    action.node_action.id = names.dispatcher(text_of(json, "id"));
    action.node_action.mode = impl::named<impl::Mode>(text_of(json, "mode")).value_or(impl::Mode::kDefault);
  }
  const bool names_sender = json.contains("from") || json.contains("message");
  if (!names_sender) {
    if (!action.message_id.empty())
      return InputError{"", "", "no key 'message'", "it to be given with 'message_id'"};
    const bool names_nobody = action.node == impl::NodeId::kNone && action.to == impl::NodeId::kNone;
    if (action.kind == ActionKind::kLose && names_nobody) {
      return InputError{"", "", "whose message is lost is not said", "'from', 'node' or 'to'"};
    }
    return std::nullopt;
  }
  impl::Message& request = action.request.emplace();
  request.from = node_of(json, "from", names);
  if (!json.contains("message")) return InputError{"", "", "no key 'message'", "it to be given with 'from'"};
  auto fault = read_message(json["message"], names, request);
  if (fault) fault->pointer = "/message" + fault->pointer;
  return fault;
}

}  // namespace takeover::traces
