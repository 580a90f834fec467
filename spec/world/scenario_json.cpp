#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "spec/json/values.h"
#include "spec/world/renaming.h"
#include "spec/world/scenario.h"
#include "spec/world/scenario_effect.h"

namespace takeover::spec {
namespace {

std::optional<std::size_t> owner_named(const std::vector<Owner>& owners, const std::string& name) {
  const auto it = std::ranges::find(owners, name, &Owner::name);
  if (it == owners.end()) return std::nullopt;
  return static_cast<std::size_t>(it - owners.begin());
}

std::uint8_t count_at(const Cursor& object, std::string_view key) {
  return static_cast<std::uint8_t>(object.number_or(key, 0));  // the schema allows at most 15
}

// An id that nobody else uses: what is created under it is fresh.
impl::DispatcherId fresh_id(const Cursor& id, Names& names) {
  const Names before = names;
  const impl::DispatcherId fresh = names.dispatcher(id.text());
  if (names == before) id.fail("the id '" + id.text() + "' is used already", "a fresh id");
  return fresh;
}

impl::DispatcherId id_at(const Cursor& object, std::string_view key, Names& names) {
  return object.has(key) ? names.dispatcher(object[key].text()) : impl::DispatcherId::kNone;
}

// What an owner may send once, whatever the rules say. A Create never names the DDL span.
impl::Message read_misbehaviour(const Cursor& json, impl::NodeId from, impl::NodeId to, Names& names) {
  impl::Message message{.from = from, .to = to};
  if (auto error = read_message(json.json(), names, message)) {
    error->pointer.insert(0, json.pointer());
    throw InputError(*error);
  }
  const auto* schedule = message.as<impl::ScheduleDispatcherRequest>();
  if (schedule != nullptr || message.as<impl::HeartBeatResponse>() != nullptr) {
    static_cast<void>(
        json["action"]);  // must be there: no default is what somebody means who writes a mistake
  }
  if (schedule != nullptr && schedule->action == impl::ScheduleAction::kCreate && schedule->span.is_ddl()) {
    json.fail("a Create of the DDL span", "a table's span");
  }
  return message;
}

Owner read_owner(const Cursor& json, const std::vector<Owner>& earlier,
                 const std::vector<impl::DispatcherId>& elsewhere, impl::NodeId node, bool redo,
                 Names& names) {
  Owner owner;
  owner.name = json["name"].text();
  if (owner_named(earlier, owner.name)) json["name"].fail("the owner is there twice", "names that differ");
  owner.node = names.node(json["node"].text());
  owner.epoch = json["epoch"].number();
  owner.config_epoch = json.number_or("config_epoch", 0);
  owner.event_trigger = id_at(json, "event_trigger", names);
  owner.redo_trigger = id_at(json, "redo_trigger", names);
  owner.start_ts = json.number_or("start_ts", 1);
  if (json.has("removal_of")) {
    const auto lookup = [&](const std::string& name) { return owner_named(earlier, name); };
    owner.removal_of = json["removal_of"].named(lookup, "an owner listed before");
  }
  json.each("creates", [&](const Cursor& id) {
    const bool moved = std::ranges::any_of(
        elsewhere, [&](impl::DispatcherId known) { return names.of(known) == id.text(); });
    owner.creates.push_back(moved ? names.dispatcher(id.text()) : fresh_id(id, names));
  });
  json.each("merges", [&](const Cursor& id) { owner.merges.push_back(fresh_id(id, names)); });
  for (const Allowances::Row& row : Allowances::kRows) owner.allowed.*row.count = count_at(json, row.name);
  owner.redo = json.flag_or("redo", redo);
  owner.hands_over = json.flag_or("hands_over", false);
  owner.closes = json.flag_or("closes", false);
  owner.closes_removed = json.flag_or("closes_removed", false);
  owner.dies = json.flag_or("dies", false);
  owner.retries = json.flag_or("retries", false);
  json.each("misbehaves", [&](const Cursor& message) {
    owner.misbehaviour.push_back(read_misbehaviour(message, owner.node, node, names));
  });
  return owner;
}

Bounds read_bounds(const Cursor& json) {
  Bounds bounds;
  for (const Bounds::Row& row : Bounds::kRows) bounds.*row.bound = count_at(json, row.name);
  return bounds;
}

std::vector<std::string> read_interchangeable(const Cursor& set, const Scenario& scenario) {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < set.json().size(); ++i) {
    const Cursor name(set.json()[i], fmt::format("{}/{}", set.pointer(), i));
    if (part_named(scenario, name.text()) == PartKind::kNothing)
      name.fail("nothing has this name", "an owner or an id used above, or a table of a span");
    for (const std::vector<std::string>& earlier : scenario.interchangeable) {
      if (std::ranges::find(earlier, name.text()) != earlier.end())
        name.fail("'" + name.text() + "' is in an earlier set", "sets without common names");
    }
    names.push_back(name.text());
  }
  if (!is_interchangeable(scenario, names)) {
    set.fail("the scenario changes when these are interchanged",
             "owners, ids or tables that play the same part");
  }
  return names;
}

Property read_property(const Cursor& id) {
  if (id.text() == kDeadlockFree) {
    id.fail("'deadlock-free' is judged in every scenario, and not listed", "an id of another property");
  }
  return id.named(property_named, "an id of `takeover list properties`");
}

void read_properties(const Cursor& document, Scenario& scenario) {
  const Cursor properties = document["properties"];
  scenario.all_but = properties.json().is_object();
  if (scenario.all_but) {
    scenario.properties.set();
    properties.each("all_but", [&](const Cursor& id) {
      if (live_property_named(id.text())) {
        id.fail("liveness is judged only where it is listed", "a property of states or steps");
      }
      scenario.properties.reset(impl::index_of(read_property(id)));
    });
    return;
  }
  document.each("properties", [&](const Cursor& id) {
    if (const auto live = live_property_named(id.text())) {
      if (scenario.owners.size() > most_live_owners()) {
        id.fail("liveness, and so many owners", fmt::format("at most {} owners", most_live_owners()));
      }
      scenario.live.set(static_cast<std::size_t>(*live));
      return;
    }
    scenario.properties.set(impl::index_of(read_property(id)));
  });
}

Scenario read_document(const Cursor& document) {
  Scenario scenario;
  scenario.name = document["name"].text();
  scenario.title = document["title"].text();
  document.each("tags", [&](const Cursor& tag) { scenario.tags.push_back(tag.text()); });
  // Before anybody else is named: per_node.h.
  const impl::NodeId node = scenario.names.node(document["node"].text());
  scenario.nodes = {node};
  const bool redo = document.flag_or("redo", false);
  document.each("spans", [&](const Cursor& span) {
    scenario.spans.push_back(span.named(impl::span_named, kTableSpan));
    if (scenario.spans.back().is_ddl()) span.fail("the DDL span is no owner's to place", "a table's span");
  });
  document.each("elsewhere",
                [&](const Cursor& id) { scenario.elsewhere.push_back(fresh_id(id, scenario.names)); });
  document.each("owners", [&](const Cursor& owner) {
    scenario.owners.push_back(
        read_owner(owner, scenario.owners, scenario.elsewhere, node, redo, scenario.names));
  });
  if (document.has("bounds")) scenario.bounds = read_bounds(document["bounds"]);
  read_properties(document, scenario);
  scenario.terminal = Terminal::kStopped;
  document.each("terminal", [&](const Cursor& name) {
    scenario.terminal =
        std::min(scenario.terminal, name.named(impl::named<Terminal>, "\"quiet\" or \"stopped\""));
  });
  document.each("witnesses", [&](const Cursor& id) {
    const Witness witness = id.named(witness_named, "an id of `takeover list witnesses`");
    scenario.witnesses.set(static_cast<std::size_t>(witness));
  });
  document.each("interchangeable", [&](const Cursor& set) {
    scenario.interchangeable.push_back(read_interchangeable(set, scenario));
    if (count_renamings(scenario) > kMaxRenamings) {
      set.fail("too many renamings", fmt::format("sets of at most {} orders together", kMaxRenamings));
    }
  });
  expect_effect(document, scenario);
  return scenario;
}

}  // namespace

const Json& scenario_schema() {
  static const Json kWhole = [] {
    Json schema = Json::parse(scenario_schema_text());
    schema["definitions"].update(message_definitions());
    const Json count{{"$ref", "#/definitions/count"}};
    Json& bounds = schema["properties"]["bounds"]["properties"];
    for (const Bounds::Row& row : Bounds::kRows) bounds[row.name] = count;
    Json& owner = schema["definitions"]["owner"]["properties"];
    for (const Allowances::Row& row : Allowances::kRows) owner[row.name] = count;
    return schema;
  }();
  return kWhole;
}

bool Scenario::has_tag(std::string_view tag) const {
  return std::ranges::find(tags, tag) != tags.end();
}

namespace {

enum class Trust : std::uint8_t { kNone, kValid };

Result<Scenario> read(std::string_view text, const std::string& file, Trust trust) {
  const auto document = parse_json(text, file);
  if (!document) return document.error();
  if (trust == Trust::kNone) {
    if (const auto error = validate(*document, scenario_schema(), file)) return *error;
  }
  try {
    return read_document(Cursor(*document));
  } catch (InputError& error) {
    error.file = file;
    return error;
  }
}

}  // namespace

Result<Scenario> read_scenario(std::string_view text, const std::string& file) {
  return read(text, file, Trust::kNone);
}

Result<Scenario> read_scenario_file(const std::string& path) {
  const auto text = read_file(path);
  if (!text) return text.error();
  return read_scenario(*text, path);
}

bool is_built_in(std::string_view name) {
  return std::ranges::find(built_in_scenarios(), name, &BuiltIn::name) != built_in_scenarios().end();
}

Scenario built_in_scenario(std::string_view name) {
  const auto& all = built_in_scenarios();
  const auto it = std::ranges::find(all, name, &BuiltIn::name);
  if (it == all.end()) throw std::out_of_range(fmt::format("no scenario '{}'", name));
  // That all of them are valid is tested, and takes as long as all else before the search.
  const auto scenario = read(it->text, std::string(name), Trust::kValid);
  if (!scenario) throw std::logic_error(scenario.error().to_line());
  return *scenario;
}

}  // namespace takeover::spec
