#include "checker/model/check.h"

#include <algorithm>
#include <array>

#include "checker/engine/explore.h"
#include "checker/engine/liveness.h"

namespace takeover::model {
namespace {

Verdict verdict_of(bool listed, bool complete, const engine::PropertyReport<NodeModel>& report) {
  if (!listed) return Verdict::kNotApplicable;
  if (report.counterexample) return Verdict::kViolated;
  return complete && report.premise_met > 0 ? Verdict::kHolds : Verdict::kInconclusive;
}

PropertyResult deadlock_result(const engine::Report<NodeModel>& report) {
  PropertyResult result{.id = std::string(kDeadlockFree), .premise_met = report.states};
  result.verdict = report.complete ? Verdict::kHolds : Verdict::kInconclusive;
  if (report.deadlock) {
    result.verdict = Verdict::kViolated;
    result.counterexample = report.deadlock;
  }
  return result;
}

// Of the claims for several owners the one with the shortest run is shown.
void add_claim(PropertyResult& result, const engine::LiveResult<NodeModel>& claim) {
  result.premise_met += claim.premise_met;
  if (claim.counterexample) {
    const auto& run = *claim.counterexample;
    if (!result.counterexample || run.trace.steps.size() < result.counterexample->steps.size()) {
      const bool stays = run.loop_start == run.trace.steps.size();
      result.counterexample = run.trace;
      result.loop_start = stays ? std::nullopt : std::optional(run.loop_start);
    }
    result.verdict = Verdict::kViolated;
  } else if (result.verdict != Verdict::kViolated) {
    result.verdict = claim.judged && result.premise_met > 0 ? Verdict::kHolds : Verdict::kInconclusive;
  }
}

void add_liveness(const NodeModel& model, const engine::Options& options, CheckResult& result) {
  const std::size_t first = result.properties.size();
  for (const spec::LivePropertyInfo& property : spec::all_live_properties()) {
    result.properties.push_back({.id = std::string(property.id), .kind = Kind::kLiveness});
  }
  if (model.claims().empty()) return;
  engine::LiveReport<NodeModel> report;
  report.properties.resize(model.claims().size());
  // A graph that was not explored to its end is not built either.
  if (result.report.complete) {
    engine::Options rest = options;
    rest.max_seconds -= result.report.own_seconds;
    const std::uint32_t strong = spec::strongly_fair_actions();
    report = engine::check_liveness(model, {.weak = ~strong, .strong = strong}, rest);
  }
  result.liveness_seconds = report.seconds;
  for (std::size_t i = 0; i < report.properties.size(); ++i) {
    const auto property = static_cast<std::size_t>(model.claims()[i].property);
    add_claim(result.properties[first + property], report.properties[i]);
  }
}

}  // namespace

std::string_view to_string(Kind kind) {
  return kind == Kind::kSafety ? "safety" : "liveness";
}

std::string_view to_string(Verdict verdict) {
  constexpr std::array<std::string_view, 4> kNames{"holds", "violated", "inconclusive", "not-applicable"};
  return kNames.at(static_cast<std::size_t>(verdict));
}

bool CheckResult::has(Verdict verdict) const {
  return std::ranges::any_of(properties, [&](const PropertyResult& p) { return p.verdict == verdict; });
}

CheckResult check(const NodeModel& model, const engine::Options& options) {
  CheckResult result{.report = engine::explore(model, options)};
  const spec::Scenario& scenario = model.scenario();
  for (std::size_t i = 0; i < spec::kPropertyCount; ++i) {
    auto& report = result.report.properties[i];
    result.properties.push_back(
        {.id = model.properties()[i],
         .verdict = verdict_of(scenario.properties[i], result.report.complete, report),
         .premise_met = report.premise_met,
         .counterexample = std::move(report.counterexample)});
  }
  result.properties.push_back(deadlock_result(result.report));
  if (model.is_cross_checked()) {
    auto& report = result.report.properties[spec::kPropertyCount];
    result.properties.push_back({.id = std::string(kCrossCheck),
                                 .verdict = verdict_of(true, result.report.complete, report),
                                 .premise_met = report.premise_met,
                                 .counterexample = std::move(report.counterexample)});
  }
  add_liveness(model, options, result);
  const auto possible = spec::possible_kinds(scenario);
  for (std::size_t i = 0; i < possible.size(); ++i) {
    if (possible[i] && result.report.actions[i] == 0) result.never_fired.push_back(model.action_kinds()[i]);
  }
  for (std::size_t i = 0; i < spec::kWitnessCount; ++i) {
    if (scenario.witnesses[i] && result.report.witnesses[i] == 0)
      result.unreached.push_back(model.witnesses()[i]);
  }
  return result;
}

}  // namespace takeover::model
