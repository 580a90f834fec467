// Which keys an action has, by its kind. Of the node's actions this is read off their rows.
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "traces/action.h"

namespace takeover::traces {
namespace {

using impl::NodeActionFields;
using impl::NodeActionKind;

struct Keys {
  std::vector<std::string_view> required{};
  std::vector<std::string_view> optional{};
  std::string_view description{};
};

Keys keys_of(ActionKind kind) {
  switch (kind) {
    case ActionKind::kDeliver:
    case ActionKind::kReceive: return {{"node", "from", "message"}, {"message_id"}};
    case ActionKind::kNode: return {{"node"}, {}};
    case ActionKind::kSend: return {{"from", "message"}, {"node", "owner", "row", "message_id"}};
    case ActionKind::kLose:
      return {
          {},
          {"node", "from", "to", "message", "message_id"},
          "with from and message: the next message from this sender, to a node, is lost; else: the next message that node sends is lost, which goes to an owner at to"};
    case ActionKind::kDie:
    case ActionKind::kStart:
    case ActionKind::kStop: return {{"owner"}, {}};
  }
  impl::unreachable();
}

Keys keys_of(NodeActionKind kind) {
  const impl::NodeActionRow row = row_of(kind);
  Keys keys = keys_of(ActionKind::kNode);
  switch (row.fields) {
    case NodeActionFields::kNone: break;
    case NodeActionFields::kPath: keys.required.emplace_back("path"); break;
    case NodeActionFields::kDispatcher:
      keys.required.emplace_back("id");
      keys.optional.emplace_back("mode");
      break;
  }
  if (row.can_be_fine) keys.optional.emplace_back("fine");
  keys.optional.emplace_back("step");
  return keys;
}

Json refers_to(std::string_view definition) {
  return {{"$ref", "#/definitions/" + std::string(definition)}};
}

Json schema_of(std::string_view key) {
  if (key == "fine") return {{"type", "boolean"}};
  if (key == "message") return refers_to("whole_request");
  return refers_to(key == "path" || key == "mode" ? key : "name");
}

// Adds a kind: its name, and what such an action must look like.
void add(Json& schema, std::string_view kind, const Keys& keys) {
  schema["properties"]["kind"]["enum"].push_back(kind);
  Json then{{"type", "object"}, {"additionalProperties", false}};
  if (!keys.description.empty()) then["description"] = keys.description;
  if (!keys.required.empty()) then["required"] = keys.required;
  then["properties"]["kind"]["const"] = kind;
  for (const std::string_view key : keys.required) then["properties"][std::string(key)] = schema_of(key);
  for (const std::string_view key : keys.optional) then["properties"][std::string(key)] = schema_of(key);
  Json is_of_kind{{"required", Json::array({"kind"})}};
  is_of_kind["properties"]["kind"]["const"] = kind;
  schema["allOf"].push_back({{"if", std::move(is_of_kind)}, {"then", std::move(then)}});
}

}  // namespace

Json action_schema() {
  Json schema{{"type", "object"}, {"required", Json::array({"kind"})}};
  schema["properties"]["kind"]["enum"] = Json::array();
  schema["allOf"] = Json::array();
  for (const ActionKind kind : impl::kAllOf<ActionKind>) {
    if (kind != ActionKind::kNode) {
      add(schema, name_of(kind), keys_of(kind));
      continue;
    }
    for (const NodeActionKind of_node : impl::kAllOf<NodeActionKind>)
      add(schema, name_of(of_node), keys_of(of_node));
  }
  return schema;
}

}  // namespace takeover::traces
