// takeover list: what there is.
#include <fmt/format.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "checker/cli/document.h"
#include "checker/cli/escape.h"
#include "checker/cli/input.h"
#include "checker/cli/options.h"
#include "checker/cli/output.h"
#include "spec/profiles.h"
#include "spec/properties/witnesses.h"
#include "spec/smt/invariants.h"
#include "spec/world/environment.h"

namespace takeover::cli {
namespace {

using Rows = std::vector<std::pair<std::string, std::string>>;

std::string tags_of(const spec::Scenario& scenario) {
  std::string text;
  for (const std::string& tag : scenario.tags) text += (text.empty() ? " [" : ", ") + tag;
  return text.empty() ? text : text + "]";
}

// Of each guard the profiles that have it.
void add_profiles(Json& guards) {
  for (const impl::GuardInfo& guard : impl::all_guards()) {
    Json& having = guards[impl::index_of(guard.guard)]["profiles"] = Json::array();
    for (const spec::Profile& profile : spec::all_profiles()) {
      if (profile.rules(guard.guard)) having.push_back(profile.name);
    }
  }
}

Rows rows_of(const std::string& what) {
  Rows rows;
  const auto add = [&](std::string_view name, std::string_view meaning) { rows.emplace_back(name, meaning); };
  if (what == "scenarios") {
    for (const spec::BuiltIn& built_in : spec::built_in_scenarios()) {
      const spec::Scenario scenario = spec::built_in_scenario(built_in.name);
      add(scenario.name, scenario.title + tags_of(scenario));
    }
  } else if (what == "profiles") {
    for (const spec::Profile& profile : spec::all_profiles()) add(profile.name, profile.meaning);
  } else if (what == "guards") {
    for (const impl::GuardInfo& guard : impl::all_guards()) {
      add(guard.name, fmt::format("{} ({}); without: {}", guard.rule, guard.origin.pulls, guard.mistake));
    }
  } else if (what == "properties") {
    for (const spec::PropertyInfo& property : spec::all_properties()) add(property.id, property.text);
    for (const spec::LivePropertyInfo& property : spec::all_live_properties())
      add(property.id, property.text);
    add(spec::kDeadlockFree, "Nothing that is under way is ever stuck");
  } else if (what == "invariants") {
    for (const auto all : {smt::auxiliary_invariants(), smt::properties_proved()}) {
      for (const smt::Lemma& lemma : all) {
        add(lemma.id,
            fmt::format("{}{}{}", lemma.meaning, lemma.kind == smt::Kind::kAuxiliary ? " [auxiliary]" : "",
                        lemma.assumes == smt::Assumption::kNone
                            ? ""
                            : fmt::format(" [assumes {}]", name_of(lemma.assumes))));
      }
    }
  } else if (what == "witnesses") {
    for (const spec::WitnessInfo& witness : spec::all_witnesses()) add(witness.id, witness.text);
  } else if (what == "rows") {
    for (const spec::Row row : impl::kAllOf<spec::Row>) add(row_of(row).name, row_of(row).meaning);
  } else if (what == "examples") {
    add("two-phase-commit", "Two-phase commit of Gray and Lamport, --size resource managers (1 to 16)");
    add("peterson", "Peterson's mutual exclusion, --size processes (2 to 4)");
    add("philosophers",
        "Dijkstra's dining philosophers, --size of them (2 to 20); --broken: all take either fork first");
    add("eight-puzzle", "Every position of the eight-puzzle");
    add("leader-election", "Chang and Roberts' election in a ring, --size processes (2 to 8)");
  } else {
    throw BadInput(fmt::format(
        "takeover: command line: nothing to list as '{}'; expected scenarios, profiles, guards, properties, invariants, witnesses, rows or examples",
        one_line(what)));
  }
  return rows;
}

}  // namespace

int run_list(const Options& options) {
  const std::string& what = options.arguments.front();
  const Rows rows = rows_of(what);
  if (options.format == Format::kJson) {
    Json document = document_head("list");
    document[what] = Json::array();
    for (const auto& [name, meaning] : rows) document[what].push_back({{"name", name}, {"meaning", meaning}});
    if (what == "guards") add_profiles(document[what]);
    print_document(json_text(document));
    return kAllHolds;
  }
  std::string text;
  for (const auto& [name, meaning] : rows) text += fmt::format("{:<32} {}\n", name, one_line(meaning));
  print_text(text);
  return kAllHolds;
}

}  // namespace takeover::cli
