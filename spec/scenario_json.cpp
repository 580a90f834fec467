#include "spec/scenario.h"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "spec/request_json.h"

namespace takeover::spec {
namespace {

using Json = nlohmann::ordered_json;

// A name in the document that refers to nothing.
struct Dangling {
  std::string pointer;
  std::string what;
  std::string expected;
};

std::string text_or(const Json& object, const char* key) {
  const auto it = object.find(key);
  return it == object.end() || it->is_null() ? std::string() : it->get<std::string>();
}

template <class T>
T value_or(const Json& object, const char* key, T otherwise) {
  const auto it = object.find(key);
  return it == object.end() ? otherwise : it->get<T>();
}

impl::DispatcherId trigger_of(const Json& owner, const char* key, Names& names) {
  const std::string name = text_or(owner, key);
  return name.empty() ? impl::DispatcherId::kNone : names.dispatcher(name);
}

std::vector<impl::DispatcherId> ids_of(const Json& owner, const char* key, Names& names) {
  std::vector<impl::DispatcherId> ids;
  if (!owner.contains(key)) return ids;
  for (const Json& id : owner[key]) ids.push_back(names.dispatcher(id.get<std::string>()));
  return ids;
}

std::optional<std::size_t> owner_named(const std::vector<Owner>& owners, const std::string& name) {
  const auto it = std::ranges::find(owners, name, &Owner::name);
  if (it == owners.end()) return std::nullopt;
  return static_cast<std::size_t>(it - owners.begin());
}

void read_misbehaviour(const Json& json, const std::string& pointer, Names& names, Owner& owner) {
  for (std::size_t i = 0; i < json.size(); ++i) {
    const std::string place = fmt::format("{}/misbehaves/{}", pointer, i);
    auto body = read_request_body(json[i], names);
    if (!body) throw Dangling{place, "not a request", "a message as in a trace, with type, epoch and its fields"};
    owner.misbehaviour.push_back({owner.node, value_or<impl::Epoch>(json[i], "epoch", 0), std::move(*body)});
  }
}

Owner read_owner(const Json& json, const std::string& pointer, const std::vector<Owner>& earlier, Names& names) {
  Owner owner;
  owner.name = json["name"].get<std::string>();
  if (owner_named(earlier, owner.name)) {
    throw Dangling{pointer + "/name", fmt::format("owner '{}' exists already", owner.name), "names that differ"};
  }
  owner.node = names.node(json["node"].get<std::string>());
  owner.epoch = json["epoch"].get<impl::Epoch>();
  owner.config_epoch = value_or<impl::Epoch>(json, "config_epoch", 0);
  owner.event_trigger = trigger_of(json, "event_trigger", names);
  owner.redo_trigger = trigger_of(json, "redo_trigger", names);
  owner.start_ts = value_or<impl::Ts>(json, "start_ts", 1);
  if (const std::string of = text_or(json, "removal_of"); !of.empty()) {
    owner.removal_of = owner_named(earlier, of);
    if (!owner.removal_of) {
      throw Dangling{pointer + "/removal_of", fmt::format("no owner '{}'", of), "an owner listed before"};
    }
  }
  owner.creates = ids_of(json, "creates", names);
  owner.merges = ids_of(json, "merges", names);
  owner.removes = value_or<std::uint8_t>(json, "removes", 0);
  owner.actions = value_or<std::uint8_t>(json, "actions", 0);
  owner.redo_metas = value_or<std::uint8_t>(json, "redo_metas", 0);
  owner.redo_forwards = value_or<std::uint8_t>(json, "redo_forwards", 0);
  owner.checkpoints = value_or<std::uint8_t>(json, "checkpoints", 0);
  owner.hands_over = value_or(json, "hands_over", false);
  owner.closes = value_or(json, "closes", false);
  owner.closes_removed = value_or(json, "closes_removed", false);
  owner.dies = value_or(json, "dies", false);
  if (json.contains("misbehaves")) read_misbehaviour(json["misbehaves"], pointer, names, owner);
  return owner;
}

Bounds read_bounds(const Json& json) {
  const auto bound = [&](const char* key) { return value_or<std::uint8_t>(json, key, 0); };
  return {.losses = bound("losses"),
          .extra_copies = bound("extra_copies"),
          .resends = bound("resends"),
          .deaths = bound("deaths"),
          .local_fences = bound("local_fences"),
          .shutdowns = bound("shutdowns"),
          .failed_creations = bound("failed_creations")};
}

// Every element of the array, through a look-up that may fail.
template <class Lookup, class Take>
void read_names(const Json& document, const char* key, const char* expected, Lookup&& lookup, Take&& take) {
  if (!document.contains(key)) return;
  for (std::size_t i = 0; i < document[key].size(); ++i) {
    const auto name = document[key][i].get<std::string>();
    const auto found = lookup(name);
    if (!found) throw Dangling{fmt::format("/{}/{}", key, i), fmt::format("'{}' is unknown", name), expected};
    take(*found);
  }
}

Scenario read_document(const Json& document) {
  Scenario scenario;
  scenario.name = document["name"].get<std::string>();
  scenario.title = document["title"].get<std::string>();
  scenario.tags = document["tags"].get<std::vector<std::string>>();
  scenario.node = scenario.names.node(document["node"].get<std::string>());
  scenario.redo = value_or(document, "redo", false);
  read_names(document, "spans", "\"table-N\" or \"table-N[a,b)\"", impl::span_named,
             [&](const impl::Span& span) { scenario.spans.push_back(span); });
  for (std::size_t i = 0; i < document["owners"].size(); ++i) {
    scenario.owners.push_back(
        read_owner(document["owners"][i], fmt::format("/owners/{}", i), scenario.owners, scenario.names));
  }
  if (document.contains("bounds")) scenario.bounds = read_bounds(document["bounds"]);
  read_names(document, "properties", "an id of `takeover list properties`", property_named,
             [&](Property p) { scenario.properties.set(static_cast<std::size_t>(p)); });
  read_names(document, "witnesses", "an id of `takeover list witnesses`", witness_named,
             [&](Witness w) { scenario.witnesses.set(static_cast<std::size_t>(w)); });
  if (document.contains("interchangeable")) {
    scenario.interchangeable = document["interchangeable"].get<std::vector<std::vector<std::string>>>();
  }
  return scenario;
}

}  // namespace

bool Scenario::has_tag(std::string_view tag) const { return std::ranges::find(tags, tag) != tags.end(); }

Result<Scenario> read_scenario(std::string_view text, const std::string& file) {
  auto document = parse_json(text, file);
  if (!document) return document.error();
  if (auto error = validate(*document, scenario_schema(), file)) return *error;
  try {
    return read_document(*document);
  } catch (const Dangling& dangling) {
    return InputError{file, dangling.pointer, dangling.what, dangling.expected};
  }
}

}  // namespace takeover::spec
