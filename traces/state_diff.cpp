#include "traces/state_diff.h"

#include <fmt/format.h>

#include <algorithm>

#include "traces/words.h"

namespace takeover::traces {
namespace {

using Lines = std::vector<std::string>;

std::string owner_of(const Json& manager) {
  if (manager["owner"].is_null())
    return manager["epoch"] == 0 ? "nobody" : fmt::format("nobody/{}", manager["epoch"].dump());
  return fmt::format("{}/{}", plain(manager["owner"]), manager["epoch"].dump());
}

// A dispatcher, journal entry or queued message in a few words.
std::string brief(const Json& value) {
  if (value.is_array()) {
    std::string text;
    for (const Json& element : value) text += (text.empty() ? "" : " and ") + brief(element);
    return text;
  }
  if (!value.is_object()) return plain(value);
  if (value.contains("message")) {
    return fmt::format("{} of {}/{}", plain(value["message"]["type"]), plain(value["from"]),
                       value["message"]["epoch"].dump());
  }
  if (value.contains("operator")) {
    return fmt::format("{} ({}) of {}/{}", plain(value["action"]), plain(value["operator"]),
                       plain(value["from"]), value["epoch"].dump());
  }
  if (value.contains("try_removing")) {
    std::string text = plain(value["span"]) + " " + plain(value["status"]);
    if (value["mode"] == "redo") text += " redo";
    if (value["removing"] == true) return text + " removing";
    return value["try_removing"] == true ? text + " to be removed" : text;
  }
  return plain(value);
}

// By key: what came, what went, what is otherwise than before.
void diff_members(const std::string& name, const Json& before, const Json& after, Lines& lines) {
  for (const auto& [id, value] : before.items()) {
    if (!after.contains(id)) lines.push_back(fmt::format("{}: - {}", name, one_line(id)));
  }
  for (const auto& [id, value] : after.items()) {
    const auto it = before.find(id);
    if (it == before.end()) {
      lines.push_back(fmt::format("{}: + {} {}", name, one_line(id), brief(value)));
    } else if (*it != value) {
      const std::string old_text = brief(*it);
      const std::string text = brief(value);
      lines.push_back(old_text == text
                          ? fmt::format("{}: {} {} -> {}", name, one_line(id), plain(*it), plain(value))
                          : fmt::format("{}: {} {} -> {}", name, one_line(id), old_text, text));
    }
  }
}

// Elements that are in one array and not in the other; an order that changed is shown whole.
void diff_elements(const std::string& name, const Json& before, const Json& after, Lines& lines) {
  const auto without = [](const Json& elements, const Json& others) {
    Json rest = others;
    Json result = Json::array();
    for (const Json& element : elements) {
      const auto it = std::find(rest.begin(), rest.end(), element);
      if (it == rest.end()) {
        result.push_back(element);
      } else {
        rest.erase(it);
      }
    }
    return result;
  };
  const Json gone = without(before, after);
  const Json come = without(after, before);
  for (const Json& element : gone) lines.push_back(fmt::format("{}: - {}", name, brief(element)));
  for (const Json& element : come) lines.push_back(fmt::format("{}: + {}", name, brief(element)));
  if (gone.empty() && come.empty()) lines.push_back(fmt::format("{}: in another order", name));
}

void diff_streams(const std::string& prefix, const Json& before, const Json& after, Lines& lines) {
  const auto all = [](const Json& streams) {
    Json requests = Json::array();
    for (const Json& stream : streams) requests.insert(requests.end(), stream.begin(), stream.end());
    return requests;
  };
  diff_elements(prefix + "streams", all(before), all(after), lines);
}

void diff_value(const std::string& name, const Json& before, const Json& after, Lines& lines) {
  if (before.is_boolean() && after.is_boolean()) {
    lines.push_back(after.get<bool>() ? name : "no longer " + name);
  } else if (before.is_null()) {
    lines.push_back(fmt::format("{}: {}", name, brief(after)));
  } else {
    lines.push_back(fmt::format("{}: {} -> {}", name, brief(before), brief(after)));
  }
}

void diff_handler(const Json& before, const Json& after, Lines& lines) {
  const auto at = [](const Json& handler) { return handler.is_null() ? Json() : handler["next"]; };
  if (at(before) != at(after)) lines.push_back(fmt::format("next step: {}", plain(at(after))));
}

void diff_manager(const std::string& prefix, const Json& before, const Json& after, Lines& lines) {
  if (owner_of(before) != owner_of(after)) {
    lines.push_back(fmt::format("{}owner: {} -> {}", prefix, owner_of(before), owner_of(after)));
  }
  for (const auto& [key, value] : after.items()) {
    const Json& old_value = before[key];
    if (old_value == value || key == "owner" || key == "epoch") continue;
    const std::string name = prefix + key;
    if (spec::is_keyed(key)) {
      diff_members(name, old_value, value, lines);
    } else if (key == "streams") {
      diff_streams(prefix, old_value, value, lines);
    } else if (value.is_array()) {
      diff_elements(name, old_value, value, lines);
    } else {
      diff_value(name, old_value, value, lines);
    }
  }
}

void diff_optional_manager(const std::string& name, const Json& before, const Json& after, const Json& none,
                           Lines& lines) {
  const std::string prefix = name == "manager" ? "" : name + " ";
  if (after.is_null()) {
    lines.push_back(fmt::format("{}: gone", name));
    return;
  }
  if (before.is_null()) {
    lines.push_back(fmt::format("{}: owned by {}", name, owner_of(after)));
    Json blank = none;
    blank["owner"] = after["owner"];
    blank["epoch"] = after["epoch"];
    diff_manager(prefix, blank, after, lines);
    return;
  }
  diff_manager(prefix, before, after, lines);
}

Json blank_manager() {
  impl::DispatcherOrchestrator node;
  node.manager.emplace();
  return write_node(node, spec::Names())["manager"];
}

}  // namespace

std::vector<std::string> state_diff(const Json& before, const Json& after) {
  static const Json kBlank = blank_manager();
  Lines lines;
  for (const auto& [key, value] : after.items()) {
    const Json& old_value = before[key];
    if (old_value == value) continue;
    if (key == "handler") {
      diff_handler(old_value, value, lines);
    } else if (key == "manager" || key == "initializing") {
      // A manager that was being built and is published is the same one, not another.
      const bool published = key == "manager" && old_value.is_null() && value == before["initializing"];
      if (published) {
        lines.emplace_back("manager: published");
      } else if (!(key == "initializing" && value.is_null() && after["manager"] == old_value)) {
        diff_optional_manager(key, old_value, value, kBlank, lines);
      }
    } else if (value.is_array()) {
      diff_elements(key, old_value, value, lines);
    } else {
      diff_value(key, old_value, value, lines);
    }
  }
  return lines;
}

}  // namespace takeover::traces
