#include <algorithm>
#include <array>

#include "traces/action.h"

namespace takeover::traces {
namespace {

constexpr std::array<std::string_view, kActionKindCount> kKinds{"deliver",
                                                                "receive",
                                                                "handle",
                                                                "remove-task",
                                                                "clean-up",
                                                                "report",
                                                                "execute",
                                                                "merge-task",
                                                                "stop-write-path",
                                                                "unregister",
                                                                "finish-close",
                                                                "report-error",
                                                                "first-event",
                                                                "complete-heartbeat",
                                                                "local-fence",
                                                                "close-orchestrator",
                                                                "fail-create",
                                                                "fail-clean-up",
                                                                "send",
                                                                "lose",
                                                                "die",
                                                                "start",
                                                                "stop"};

constexpr auto kFirstNodeKind = static_cast<std::uint8_t>(ActionKind::kHandle);

bool has_dispatcher(ActionKind kind) {
  return kind == ActionKind::kRemoveTask || kind == ActionKind::kCleanUp || kind == ActionKind::kMergeTask ||
         kind == ActionKind::kFirstEvent;
}

bool can_be_fine(ActionKind kind) {
  return kind == ActionKind::kHandle || kind == ActionKind::kCleanUp;
}

void write_text(Json& json, const char* key, const std::string& text) {
  if (!text.empty()) json[key] = text;
}

std::string text_of(const Json& json, const char* key) {
  const auto it = json.find(key);
  return it == json.end() ? std::string() : it->get<std::string>();
}

impl::NodeId node_of(const Json& json, const char* key, spec::Names& names) {
  return names.node(text_of(json, key));  // "" is kNone
}

}  // namespace

std::string_view to_string(ActionKind kind) {
  return kKinds.at(static_cast<std::size_t>(kind));
}

ActionKind kind_of(impl::NodeActionKind kind) {
  return static_cast<ActionKind>(static_cast<std::uint8_t>(kind) + kFirstNodeKind);
}

bool is_node_action(ActionKind kind) {
  return kind >= ActionKind::kHandle && kind <= ActionKind::kFailCleanUp;
}

bool is_environment(ActionKind kind) {
  return kind >= ActionKind::kSend;
}

Action node_step(impl::NodeId node, const impl::NodeAction& action) {
  const ActionKind kind = kind_of(action.kind);
  return {.kind = kind, .node = node, .node_action = action, .fine = can_be_fine(kind)};
}

Action message_step(ActionKind kind, impl::NodeId node, const impl::Message& request) {
  return {.kind = kind, .node = node, .request = request};
}

Json write_action(const Action& action, const spec::Names& names) {
  Json json{{"kind", to_string(action.kind)}};
  const bool shows_node = action.kind <= ActionKind::kFailCleanUp || action.kind == ActionKind::kLose;
  if (shows_node) write_text(json, "node", names.of(action.node));
  write_text(json, "owner", action.owner);
  write_text(json, "row", action.row);
  if (action.kind == ActionKind::kHandle) json["path"] = spec::name_in_json(action.node_action.path);
  if (has_dispatcher(action.kind)) {
    json["id"] = names.of(action.node_action.id);
    json["mode"] = name_of(action.node_action.mode);
  }
  if (can_be_fine(action.kind)) json["fine"] = action.fine;
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
  const auto kind = std::ranges::find(kKinds, text_of(json, "kind"));
  if (kind == kKinds.end()) return InputError{"", "/kind", "an unknown kind", "a kind of action"};
  action.kind = static_cast<ActionKind>(kind - kKinds.begin());
  action.node = node_of(json, "node", names);
  action.owner = text_of(json, "owner");
  action.row = text_of(json, "row");
  action.step = text_of(json, "step");
  action.message_id = text_of(json, "message_id");
  action.to = node_of(json, "to", names);
  action.fine = json.contains("fine") && json["fine"].get<bool>();
  if (is_node_action(action.kind)) {
    action.node_action.kind =
        static_cast<impl::NodeActionKind>(static_cast<std::uint8_t>(action.kind) - kFirstNodeKind);
    action.node_action.path = spec::path_in_json(text_of(json, "path")).value_or(impl::Path::kOrchestrator);
    action.node_action.id = names.dispatcher(text_of(json, "id"));
    action.node_action.mode = text_of(json, "mode") == "redo" ? impl::Mode::kRedo : impl::Mode::kDefault;
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
