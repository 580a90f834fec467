// takeover matrix: what each profile, and each guard taken out, violates on the scenarios tagged matrix.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "checker/cli/document.h"
#include "checker/cli/escape.h"
#include "checker/cli/input.h"
#include "checker/cli/options.h"
#include "checker/cli/output.h"
#include "checker/cli/progress.h"
#include "checker/model/check.h"
#include "checker/runs/recording.h"
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
  bool complete = true;  // the exploration that found it came to its end
};
using Violations = std::map<Where, Found>;

// What is not known, since not every run came to its end.
struct Gap {
  std::size_t cut_short = 0;  // runs
  std::size_t not_started = 0;
  std::set<engine::StopReason> stopped{};

  [[nodiscard]] bool empty() const { return cut_short + not_started == 0; }
  void add(const Gap& other) {
    cut_short += other.cut_short;
    not_started += other.not_started;
    stopped.insert(other.stopped.begin(), other.stopped.end());
  }
  // Empty if there is none.
  [[nodiscard]] std::string text() const {
    if (empty()) return "";
    std::string reasons;
    for (const engine::StopReason reason : stopped) {
      reasons += fmt::format("{}{}", reasons.empty() ? "" : " and ", to_string(reason));
    }
    return fmt::format("{} runs cut short and {} not started because of {}", cut_short, not_started, reasons);
  }
};

// What one set of rules shows, on all scenarios.
struct Verdicts {
  Json rows = Json::array();
  Violations violations;
  Gap gap;
  std::size_t inconclusive = 0;  // properties, in runs that came to their end
};

struct Matrix {
  using Clock = std::chrono::steady_clock;
  const Options& options;
  std::vector<spec::Scenario> scenarios;
  Clock::time_point start = Clock::now();
  std::deque<std::pair<impl::Rules, Verdicts>> judged = {};
  Json rows = Json::array();
  bool complete = true;

  // The limit on time is one for all explorations together.
  [[nodiscard]] engine::Options with_what_remains() const {
    engine::Options result = engine_options(options);
    result.max_seconds -= std::chrono::duration<double>(Clock::now() - start).count();
    return result;
  }

  // A run is not started when there is no time left for it.
  [[nodiscard]] model::CheckResult check(const model::NodeModel& model) const {
    engine::Options settings = with_what_remains();
    if (interrupted()) return model::not_started(model, engine::StopReason::kInterrupted);
    if (settings.max_seconds <= 0) return model::not_started(model, engine::StopReason::kTime);
    // A graph of representatives says nothing of liveness: such a scenario is explored in full. (There is
    // no partial-order reduction here, since lengths of shortest runs are compared.)
    settings.symmetry = options.symmetry && model.is_symmetric() && model.claims().empty();
    const ProgressLine line = progress_line(model.scenario().name, options.quiet);
    settings.progress = line.print;
    settings.progress_seconds = line.seconds;
    model::CheckResult result = model::check(model, settings);
    clear_progress_line(options.quiet);
    return result;
  }

  void add(const std::shared_ptr<const model::NodeModel>& model, const model::CheckResult& result,
           Verdicts& verdicts) const {
    const std::string& scenario = model->scenario().name;
    if (!result.complete()) {
      const std::size_t started = result.report.states > 0 ? 1 : 0;
      verdicts.gap.add({started, 1 - started, {result.stopped()}});
    }
    for (const model::PropertyResult& property : result.properties) {
      Json row{{"scenario", scenario}, {"property", property.id}, {"complete", result.complete()}};
      add_judged(row, property.judged, property.premise_met);
      row["length"] = nullptr;
      const bool inconclusive = property.judged.verdict == model::Verdict::kInconclusive;
      if (inconclusive && result.complete()) ++verdicts.inconclusive;
      if (property.counterexample) {
        row["length"] = property.counterexample->steps.size();
        verdicts.violations.insert(
            {{scenario, property.id},
             {model, *property.counterexample, property.loop_start, result.complete()}});
      }
      verdicts.rows.push_back(std::move(row));
    }
  }

  // What all scenarios show under the rules. Profiles may have the same rules: they are checked once.
  const Verdicts& judge(const impl::Rules& rules) {
    const auto known = std::ranges::find(judged, rules, &std::pair<impl::Rules, Verdicts>::first);
    if (known != judged.end()) return known->second;
    Verdicts verdicts;
    for (const spec::Scenario& scenario : scenarios) {
      const auto model = std::make_shared<model::NodeModel>(scenario, rules, spec::PropertySet().set(),
                                                            spec::LivePropertySet().set());
      add(model, check(*model), verdicts);
    }
    complete = complete && verdicts.gap.empty();
    return judged.emplace_back(rules, std::move(verdicts)).second;
  }

  // Under this heading.
  const Verdicts& add(std::string_view profile, const impl::Rules& rules, std::string_view guard_off) {
    const Verdicts& verdicts = judge(rules);
    for (Json row : verdicts.rows) {
      row["profile"] = profile;
      row["guard_off"] = guard_off.empty() ? Json(nullptr) : Json(guard_off);
      rows.push_back(std::move(row));
    }
    return verdicts;
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
    text += fmt::format("{}{} ({} steps, {}{})", text.empty() ? "" : ", ", property,
                        violation->second.run.steps.size(), violation->first.first,
                        violation->second.complete ? "" : ", cut short");
  }
  return text;
}

void record(Json& document, const std::string& path, std::string_view profile, std::string_view guard_off,
            const Violations::value_type& violation) {
  const traces::Header header{
      .profile = std::string(profile),
      .guards_off = guard_off.empty() ? std::vector<std::string>{} : std::vector{std::string(guard_off)},
      .property = violation.first.second,
      .verdict = "violated",
      .why = std::string(traces::violation_of(violation.first.second)),
      .tool_version = TAKEOVER_VERSION};
  leave_file(document, path,
             traces::to_text(runs::record_run(*violation.second.model, violation.second.run, header,
                                              violation.second.loop_start)));
}

// One line: what was found, or that nothing was, and what is not known.
std::string told(const std::string& found, const char* none, const std::string& gap) {
  if (gap.empty()) return found.empty() ? none : found;
  return found.empty() ? "inconclusive: " + gap : fmt::format("{} [{}]", found, gap);
}

const char* nothing_in(const Verdicts& verdicts) {
  return verdicts.inconclusive == 0 ? "every property holds"
                                    : "no property is violated, and some had nothing to say";
}

// A repair may mask a guard: what reference does not show is looked for in pr-5436. Recorded is the run that
// shows what the table of guards says goes wrong.
std::string line_without(Matrix& matrix, Json& document,
                         const std::map<std::string_view, const Verdicts*>& of_profile,
                         const impl::GuardInfo& guard) {
  std::string found;
  Gap gap;
  bool lacks_baseline = false;
  for (const std::string_view name : {"reference", "pr-5436"}) {
    const spec::Profile& profile = *spec::profile_named(name);
    if (!profile.rules(guard.guard)) continue;
    impl::Rules rules = profile.rules;
    rules.set(guard.guard, false);
    const Verdicts& verdicts = matrix.add(name, rules, guard.name);
    // What the profile itself shows is not the guard's.
    const Verdicts& baseline = *of_profile.at(name);
    gap.add(verdicts.gap);
    lacks_baseline = lacks_baseline || !baseline.gap.empty();
    const auto best = shortest(verdicts.violations, baseline.violations);
    const auto consequence = best.find(std::string(guard.violates));
    const bool says_less = consequence == best.end();
    if (best.empty() || (says_less && !found.empty())) continue;
    found = summary_of(best) + (name == "reference" ? "" : fmt::format(" [out of {}]", name));
    const auto first =
        std::ranges::min_element(best, {}, [](const auto& b) { return b.second->second.run.steps.size(); });
    record(document, fmt::format("{}/{}.trace.json", matrix.options.out, guard.name), name, guard.name,
           says_less ? *first->second : *consequence->second);
    if (!says_less) break;
  }
  std::string unknown = gap.text();
  if (lacks_baseline) {
    unknown +=
        fmt::format("{}not every run of the profile itself came to its end", unknown.empty() ? "" : "; ");
  }
  return fmt::format("{:<30} {}\n", guard.name, told(found, "no property", unknown));
}

}  // namespace

int run_matrix(const Options& options) {
  if (!options.held_by.empty()) return run_held_by(options);
  expect_out_place(options.out);
  Matrix matrix{options, scenarios_of(options, "matrix")};
  Json document = document_head("matrix");
  std::string text;
  std::map<std::string_view, const Verdicts*> of_profile;
  for (const spec::Profile& profile : spec::all_profiles()) {
    const Verdicts& verdicts = matrix.add(profile.name, profile.rules, "");
    of_profile[profile.name] = &verdicts;
    const auto best = shortest(verdicts.violations, {});
    for (const auto& [property, violation] : best) {
      record(document, fmt::format("{}/{}.{}.trace.json", options.out, profile.name, property), profile.name,
             "", *violation);
    }
    text += fmt::format("{:<30} {}\n", profile.name,
                        told(summary_of(best), nothing_in(verdicts), verdicts.gap.text()));
  }
  for (const impl::GuardInfo& guard : impl::all_guards()) {
    text += line_without(matrix, document, of_profile, guard);
  }
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
