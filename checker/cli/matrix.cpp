// takeover matrix: what each profile, and each guard taken out, violates on the scenarios tagged matrix.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <map>
#include <memory>
#include <utility>
#include <vector>

#include "checker/cli/document.h"
#include "checker/cli/escape.h"
#include "checker/cli/input.h"
#include "checker/cli/options.h"
#include "checker/cli/output.h"
#include "checker/cli/progress.h"
#include "checker/cli/recording.h"
#include "checker/model/check.h"
#include "spec/profiles.h"
#include "traces/record.h"

namespace takeover::cli {
namespace {

// Where a property is violated, and by which run.
using Where = std::pair<std::string, std::string>;  // scenario, property
struct Found {
  std::shared_ptr<const model::NodeModel> model;
  engine::Trace<model::NodeModel> run;
  std::optional<std::size_t> loop_start{};
};
using Violations = std::map<Where, Found>;

struct Verdicts {
  Json rows = Json::array();
  Violations violations;
};

struct Matrix {
  using Clock = std::chrono::steady_clock;
  const Options& options;
  std::vector<spec::Scenario> scenarios;
  Clock::time_point start = Clock::now();
  std::vector<std::pair<impl::Rules, Verdicts>> judged = {};
  Json rows = Json::array();
  bool complete = true;

  // The limit on time is one for all explorations together.
  [[nodiscard]] engine::Options with_what_remains() const {
    engine::Options result = engine_options(options);
    result.max_seconds -= std::chrono::duration<double>(Clock::now() - start).count();
    return result;
  }

  // What all scenarios show under the rules. Profiles may have the same rules: they are checked once.
  const Verdicts& judge(const impl::Rules& rules) {
    const auto known = std::ranges::find(judged, rules, &std::pair<impl::Rules, Verdicts>::first);
    if (known != judged.end()) return known->second;
    Verdicts verdicts;
    for (const spec::Scenario& scenario : scenarios) {
      const auto model = std::make_shared<model::NodeModel>(scenario, rules, spec::PropertySet().set(),
                                                            spec::LivePropertySet().set());
      engine::Options settings = with_what_remains();
      // A graph of representatives says nothing of liveness: such a scenario is explored in full. (There is
      // no partial-order reduction here, since lengths of shortest runs are compared.)
      settings.symmetry = options.symmetry && model->is_symmetric() && model->claims().empty();
      const model::CheckResult result = model::check(*model, settings);
      complete = complete && result.report.complete;
      for (const model::PropertyResult& property : result.properties) {
        Json row{{"scenario", scenario.name},
                 {"property", property.id},
                 {"verdict", to_string(property.verdict)},
                 {"length", nullptr}};
        if (property.counterexample) {
          row["length"] = property.counterexample->steps.size();
          verdicts.violations.insert(
              {{scenario.name, property.id}, {model, *property.counterexample, property.loop_start}});
        }
        verdicts.rows.push_back(std::move(row));
      }
    }
    return judged.emplace_back(rules, std::move(verdicts)).second;
  }

  Violations add(std::string_view profile, const impl::Rules& rules, std::string_view guard_off) {
    const Verdicts& verdicts = judge(rules);
    for (Json row : verdicts.rows) {
      row["profile"] = profile;
      row["guard_off"] = guard_off.empty() ? Json(nullptr) : Json(guard_off);
      rows.push_back(std::move(row));
    }
    return verdicts.violations;
  }
};

// For each property the shortest run that the baseline does not violate.
std::map<std::string, const Violations::value_type*> shortest(const Violations& violations,
                                                              const Violations& baseline) {
  std::map<std::string, const Violations::value_type*> best;
  for (const auto& violation : violations) {
    const std::size_t length = violation.second.run.steps.size();
    // A shorter run than the profile's own shortest is one that the profile does not have.
    const auto own = baseline.find(violation.first);
    if (own != baseline.end() && own->second.run.steps.size() <= length) continue;
    auto& entry = best[violation.first.second];
    if (entry == nullptr || length < entry->second.run.steps.size()) entry = &violation;
  }
  return best;
}

std::string summary_of(const std::map<std::string, const Violations::value_type*>& best) {
  std::string text;
  for (const auto& [property, violation] : best) {
    text += fmt::format("{}{} ({} steps, {})", text.empty() ? "" : ", ", property,
                        violation->second.run.steps.size(), violation->first.first);
  }
  return text;
}

void record(Json& document, const std::string& path, std::string_view profile, std::string_view guard_off,
            const Violations::value_type& violation) {
  const auto property = spec::property_named(violation.first.second);
  const auto live = spec::live_property_named(violation.first.second);
  const traces::Header header{
      .profile = std::string(profile),
      .guards_off = guard_off.empty() ? std::vector<std::string>{} : std::vector{std::string(guard_off)},
      .scenario = violation.first.first,
      .property = violation.first.second,
      .verdict = "violated",
      .why = std::string(property ? spec::info(*property).violation
                         : live   ? spec::info(*live).violation
                                  : std::string_view()),
      .tool_version = TAKEOVER_VERSION};
  leave_file(document, path,
             traces::to_text(record_run(*violation.second.model, violation.second.run, header,
                                        violation.second.loop_start)));
}

}  // namespace

constexpr std::string_view kNone = "no property";
// Nothing was found, and not everything was looked at.
constexpr std::string_view kCutShort = "inconclusive: a run was cut short";

int run_matrix(const Options& options) {
  expect_out_place(options.out);
  Matrix matrix{options, scenarios_of(options, "matrix")};
  Json document = document_head("matrix");
  std::string text;
  std::map<std::string_view, Violations> of_profile;
  for (const spec::Profile& profile : spec::all_profiles()) {
    of_profile[profile.name] = matrix.add(profile.name, profile.rules, "");
    const auto best = shortest(of_profile[profile.name], {});
    for (const auto& [property, violation] : best) {
      record(document, fmt::format("{}/{}.{}.trace.json", options.out, profile.name, property), profile.name,
             "", *violation);
    }
    const std::string none(matrix.complete ? "every property holds" : kCutShort);
    text += fmt::format("{:<30} {}\n", profile.name, best.empty() ? none : summary_of(best));
  }
  for (const impl::GuardInfo& guard : impl::all_guards()) {
    std::string found(kNone);
    // A repair may mask a guard: what reference does not show is looked for in pr-5436.
    for (const std::string_view name : {"reference", "pr-5436"}) {
      const spec::Profile& profile = *spec::profile_named(name);
      if (interrupted() || !profile.rules(guard.guard)) continue;
      impl::Rules rules = profile.rules;
      rules.set(guard.guard, false);
      const Violations violations = matrix.add(name, rules, guard.name);
      const auto best = shortest(violations, of_profile[name]);
      if (best.empty()) continue;
      found = summary_of(best) + (name == "reference" ? "" : fmt::format(" [out of {}]", name));
      const auto first =
          std::ranges::min_element(best, {}, [](const auto& b) { return b.second->second.run.steps.size(); });
      record(document, fmt::format("{}/{}.trace.json", options.out, guard.name), name, guard.name,
             *first->second);
      break;
    }
    if (found == kNone && (!matrix.complete || interrupted())) found = kCutShort;
    text += fmt::format("{:<30} {}\n", guard.name, found);
  }
  matrix.complete = matrix.complete && !interrupted();
  if (options.format == Format::kJson) {
    document["complete"] = matrix.complete;
    document["rows"] = std::move(matrix.rows);
    print_document(json_text(document));
  } else {
    print_text(fmt::format("{}matrix: {}\n", text, matrix.complete ? "complete" : "INCOMPLETE"));
  }
  return tell_not_written(document, matrix.complete ? kAllHolds : kInconclusive);
}

}  // namespace takeover::cli
