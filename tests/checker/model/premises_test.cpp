// What the scenarios that judge all properties but some are about: the properties whose premise is met in
// them. Such a scenario may have nothing to say of a property, and no verdict tells; premises.json does. With
// TAKEOVER_REWRITE set in the environment the test writes it instead, from whole explorations.
#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>

#include "checker/engine/explore.h"
#include "checker/model/node_model.h"
#include "spec/profiles.h"

using namespace takeover;
using Json = nlohmann::ordered_json;

namespace {

const std::string kFile = std::string(TAKEOVER_SOURCE_DIR) + "/tests/checker/model/premises.json";

struct Met {
  Json ids = Json::array();
  bool complete = false;
};

Met premises_of(const spec::Scenario& scenario, std::uint64_t max_states) {
  const model::NodeModel model(scenario, spec::profile_named("reference")->rules, spec::every_property());
  engine::Options options;
  options.max_states = max_states;
  const auto report = engine::explore(model, options);
  Met met{.complete = report.complete};
  for (const spec::PropertyInfo& property : spec::all_properties()) {
    if (report.properties[impl::index_of(property.property)].premise_met > 0) met.ids.push_back(property.id);
  }
  return met;
}

bool contains(const Json& all, const Json& some) {
  return std::ranges::all_of(some, [&](const Json& id) { return std::ranges::find(all, id) != all.end(); });
}

}  // namespace

TEST_CASE("a scenario that judges all properties but some is about those that it was about",
          "[premises][repeats]") {
  const bool rewrites = std::getenv("TAKEOVER_REWRITE") != nullptr;
  std::ifstream file(kFile);
  const Json pinned = rewrites ? Json::object() : Json::parse(file);
  Json found = Json::object();
  for (const spec::BuiltIn& built_in : spec::built_in_scenarios()) {
    const spec::Scenario scenario = spec::built_in_scenario(built_in.name);
    if (!scenario.all_but) continue;
    CAPTURE(scenario.name);
    // Most premises are met within few steps; the rest take a longer look.
    Met met;
    for (std::uint64_t states = rewrites ? 1U << 30U : 1000; !met.complete; states *= 8) {
      met = premises_of(scenario, states);
      if (rewrites || (pinned.contains(scenario.name) && contains(met.ids, pinned[scenario.name]))) break;
    }
    found[scenario.name] = met.ids;
    if (!rewrites) CHECK(met.ids == pinned.value(scenario.name, Json::array()));
  }
  if (rewrites) {
    std::ofstream(kFile) << found.dump(1) << "\n";
  } else {
    CHECK(found.size() == pinned.size());
  }
}
