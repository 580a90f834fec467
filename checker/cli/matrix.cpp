// takeover matrix: what each profile, and each guard taken out, violates on the scenarios tagged matrix.
#include <fmt/format.h>

#include <map>
#include <set>

#include "checker/cli/document.h"
#include "checker/cli/input.h"
#include "checker/cli/options.h"
#include "checker/cli/progress.h"
#include "checker/model/check.h"
#include "spec/profiles.h"

namespace takeover::cli {
namespace {

struct Matrix {
  const Options& options;
  std::vector<spec::Scenario> scenarios;
  Json rows = Json::array();
  bool complete = true;

  // Checks all scenarios under the rules; returns what is violated, as (scenario, property) -> length.
  std::map<std::pair<std::string, std::string>, std::size_t> add(std::string_view profile,
                                                                 const impl::Rules& rules,
                                                                 std::string_view guard_off) {
    std::map<std::pair<std::string, std::string>, std::size_t> violated;
    for (const spec::Scenario& scenario : scenarios) {
      const model::NodeModel model(scenario, rules, spec::PropertySet().set());
      const model::CheckResult result = model::check(model, engine_options(options));
      complete = complete && result.report.complete;
      for (const model::PropertyResult& property : result.properties) {
        Json row{{"profile", profile},
                 {"guard_off", guard_off.empty() ? Json(nullptr) : Json(guard_off)},
                 {"scenario", scenario.name},
                 {"property", property.id},
                 {"verdict", to_string(property.verdict)},
                 {"length", nullptr}};
        if (property.counterexample) {
          row["length"] = property.counterexample->steps.size();
          violated[{scenario.name, property.id}] = property.counterexample->steps.size();
        }
        rows.push_back(row);
      }
    }
    return violated;
  }
};

std::string summary_of(const auto& violated, const auto& baseline) {
  std::map<std::string, std::pair<std::size_t, std::string>> shortest;  // property -> length, scenario
  for (const auto& [where, length] : violated) {
    // A shorter run than the profile's own shortest is one that the profile does not violate.
    const auto own = baseline.find(where);
    if (own != baseline.end() && own->second <= length) continue;
    auto [it, fresh] = shortest.try_emplace(where.second, length, where.first);
    if (!fresh && length < it->second.first) it->second = {length, where.first};
  }
  std::string text;
  for (const auto& [property, what] : shortest) {
    text += fmt::format("{}{} ({} steps, {})", text.empty() ? "" : ", ", property, what.first, what.second);
  }
  return text;
}

}  // namespace

int run_matrix(const Options& options) {
  Matrix matrix{options, scenarios_of(options, "matrix")};
  std::string text;
  const std::map<std::pair<std::string, std::string>, std::size_t> none;
  std::map<std::string, std::map<std::pair<std::string, std::string>, std::size_t>> of_profile;
  for (const spec::Profile& profile : spec::all_profiles()) {
    of_profile[std::string(profile.name)] = matrix.add(profile.name, profile.rules, "");
    const std::string found = summary_of(of_profile[std::string(profile.name)], none);
    text += fmt::format("{:<30} {}\n", profile.name, found.empty() ? "every property holds" : found);
  }
  for (const impl::GuardInfo& guard : impl::all_guards()) {
    std::string found;
    std::string_view from;
    // A repair may mask a guard: what reference does not show is looked for in pr-5436.
    for (const std::string_view name : {"reference", "pr-5436"}) {
      if (!found.empty() || interrupted()) break;
      const spec::Profile& profile = *spec::profile_named(name);
      if (!profile.rules(guard.guard)) continue;
      impl::Rules rules = profile.rules;
      rules.set(guard.guard, false);
      found = summary_of(matrix.add(name, rules, guard.name), of_profile[std::string(name)]);
      from = name;
    }
    text += fmt::format("{:<30} {}{}\n", guard.name, found.empty() ? "no safety property" : found,
                        found.empty() || from == "reference" ? "" : fmt::format(" [out of {}]", from));
  }
  if (options.format == Format::kJson) {
    Json document = document_head("matrix");
    document["complete"] = matrix.complete;
    document["rows"] = std::move(matrix.rows);
    fmt::print("{}\n", document.dump(1));
  } else {
    fmt::print("{}", text);
  }
  return matrix.complete ? kAllHolds : kInconclusive;
}

}  // namespace takeover::cli
