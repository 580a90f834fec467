#include "checker/model/check.h"

#include <algorithm>
#include <array>

#include "checker/engine/explore.h"

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

}  // namespace

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
    result.properties.push_back({model.properties()[i],
                                 verdict_of(scenario.properties[i], result.report.complete, report),
                                 report.premise_met, std::move(report.counterexample)});
  }
  result.properties.push_back(deadlock_result(result.report));
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
