#include "checker/model/check.h"

#include <algorithm>
#include <utility>

#include "checker/engine/explore.h"
#include "checker/engine/liveness.h"
#include "impl/named.h"

namespace takeover::model {
namespace {

using Report = engine::Report<NodeModel>;

// Whether a property is to be judged at all.
Judged asked_for(bool listed, bool asked) {
  return {Verdict::kNotApplicable, listed && !asked ? Reason::kNotAsked : Reason::kNotListed};
}

PropertyResult safety_result(const NodeModel& model, std::size_t index, Report& report, Reason cut_short) {
  auto& found = report.properties[index];
  PropertyResult result{.id = model.properties()[index], .premise_met = found.premise_met};
  const bool is_cross_check = index == spec::kPropertyCount;
  if (!is_cross_check && !model.scenario().properties[index]) {
    result.judged = asked_for(model.listed()[index], false);
    return result;
  }
  result.judged = judged_on(report, found.counterexample.has_value(), found.premise_met, cut_short);
  if (result.judged.reason == Reason::kPremiseNeverMet && !is_cross_check && !model.is_named()) {
    result.judged = {Verdict::kNotApplicable, Reason::kPremiseNotMetHere};
  }
  result.counterexample = std::move(found.counterexample);
  return result;
}

PropertyResult deadlock_result(const Report& report, Reason cut_short) {
  return {.id = std::string(spec::kDeadlockFree),
          .judged = judged_on(report, report.deadlock.has_value(), report.states, cut_short),
          .premise_met = report.states,
          .counterexample = report.deadlock};
}

// The verdict on a liveness property is one on all that is claimed of it: of several owners, perhaps.
void add_claim(PropertyResult& result, const engine::LiveResult<NodeModel>& claim) {
  result.premise_met += claim.premise_met;
  if (claim.counterexample) {
    const auto& run = *claim.counterexample;
    // The shortest run is shown.
    if (!result.counterexample || run.trace.steps.size() < result.counterexample->steps.size()) {
      const bool stays = run.loop_start == run.trace.steps.size();
      result.counterexample = run.trace;
      result.loop_start = stays ? std::nullopt : std::optional(run.loop_start);
    }
    result.judged = {Verdict::kViolated, Reason::kJudged};
  }
  if (result.judged.verdict == Verdict::kViolated || result.judged.reason == Reason::kLivenessCutShort)
    return;
  if (!claim.judged) {
    result.judged = {Verdict::kInconclusive, Reason::kLivenessCutShort, claim.stopped};
  } else if (result.premise_met > 0) {
    result.judged = {Verdict::kHolds, Reason::kJudged};
  } else {
    result.judged = {Verdict::kInconclusive, Reason::kPremiseNeverMet};
  }
}

// As it is before any claim is looked at.
PropertyResult live_result(const NodeModel& model, const spec::LivePropertyInfo& property,
                           const Report& report, Reason cut_short) {
  const auto index = static_cast<std::size_t>(property.property);
  PropertyResult result{.id = std::string(property.id), .kind = Kind::kLiveness};
  const bool is_claimed = std::ranges::any_of(
      model.claims(), [&](const spec::LiveClaim& claim) { return claim.property == property.property; });
  const bool listed = model.scenario().live[index];
  if (!listed || !model.live_asked()[index]) {
    result.judged = asked_for(listed, model.live_asked()[index]);
  } else if (!is_claimed) {
    result.judged = {Verdict::kInconclusive, Reason::kNotJudgeable};
  } else {
    result.judged = {Verdict::kInconclusive, cut_short, report.stopped};
  }
  return result;
}

// Judges what is claimed on the whole graph, which is not built unless everything was explored.
void judge_claims(const NodeModel& model, const engine::Options& options, CheckResult& result) {
  const std::size_t first = result.properties.size() - spec::kLivePropertyCount;
  engine::Options rest = options;
  rest.max_seconds -= result.report.own_seconds;
  const engine::FairSet strong = spec::strongly_fair_actions();
  const auto report = engine::check_liveness(model, {.weak = ~strong, .strong = strong}, rest);
  result.liveness = {report.stopped, report.seconds};
  for (std::size_t i = 0; i < report.properties.size(); ++i) {
    PropertyResult& property =
        result.properties[first + static_cast<std::size_t>(model.claims()[i].property)];
    add_claim(property, report.properties[i]);
  }
}

// Everything but what liveness is judged to be.
CheckResult result_of(const NodeModel& model, Report report, Reason cut_short) {
  CheckResult result{.report = std::move(report)};
  Report& found = result.report;
  for (std::size_t i = 0; i < spec::kPropertyCount; ++i) {
    result.properties.push_back(safety_result(model, i, found, cut_short));
  }
  result.properties.push_back(deadlock_result(found, cut_short));
  if (model.is_cross_checked()) {
    result.properties.push_back(safety_result(model, spec::kPropertyCount, found, cut_short));
  }
  for (const spec::LivePropertyInfo& property : spec::all_live_properties()) {
    result.properties.push_back(live_result(model, property, found, cut_short));
  }
  const auto possible = spec::possible_kinds(model.scenario());
  for (std::size_t i = 0; i < possible.size(); ++i) {
    if (possible[i] && found.actions[i] == 0) result.never_fired.push_back(model.action_kinds()[i]);
  }
  for (std::size_t i = 0; i < spec::kWitnessCount; ++i) {
    if (model.scenario().witnesses[i] && found.witnesses[i] == 0)
      result.unreached.push_back(model.witnesses()[i]);
  }
  return result;
}

}  // namespace

std::string_view to_string(Kind kind) {
  switch (kind) {
    case Kind::kSafety: return "safety";
    case Kind::kLiveness: return "liveness";
  }
  impl::unreachable();
}

std::string_view to_string(Verdict verdict) {
  switch (verdict) {
    case Verdict::kHolds: return "holds";
    case Verdict::kViolated: return "violated";
    case Verdict::kInconclusive: return "inconclusive";
    case Verdict::kNotApplicable: return "not-applicable";
  }
  impl::unreachable();
}

std::string_view to_string(Reason reason) {
  switch (reason) {
    case Reason::kJudged: return "judged";
    case Reason::kNotListed: return "not-listed";
    case Reason::kNotAsked: return "not-asked";
    case Reason::kNotStarted: return "not-started";
    case Reason::kNotExplored: return "not-explored";
    case Reason::kLivenessCutShort: return "liveness-cut-short";
    case Reason::kPremiseNeverMet: return "premise-never-met";
    case Reason::kPremiseNotMetHere: return "premise-not-met-here";
    case Reason::kNotJudgeable: return "not-judgeable";
  }
  impl::unreachable();
}

std::string why(const Judged& judged) {
  const std::string stopped(to_string(judged.stopped));
  switch (judged.reason) {
    case Reason::kJudged: return "";
    case Reason::kNotListed: return "the scenario is not about it";
    case Reason::kNotAsked: return "others were asked for by name";
    case Reason::kNotStarted: return "not judged: its run was not started, because of " + stopped;
    case Reason::kNotExplored: return "not judged: the exploration was stopped by " + stopped;
    case Reason::kLivenessCutShort: return "not judged: liveness was stopped by " + stopped;
    case Reason::kPremiseNeverMet: return "its premise was never met";
    case Reason::kPremiseNotMetHere:
      return "its premise is never met here, and the scenario does not name it";
    case Reason::kNotJudgeable: return "not judged: the scenario has no owner that it could be said of";
  }
  return "";
}

bool CheckResult::has(Verdict verdict) const {
  return std::ranges::any_of(properties,
                             [&](const PropertyResult& p) { return p.judged.verdict == verdict; });
}

engine::StopReason CheckResult::stopped() const {
  if (!report.complete) return report.stopped;
  return liveness ? liveness->stopped : engine::StopReason::kNone;
}

CheckResult check(const NodeModel& model, const engine::Options& options) {
  CheckResult result = result_of(model, engine::explore(model, options), Reason::kNotExplored);
  if (result.report.complete && !model.claims().empty()) judge_claims(model, options, result);
  return result;
}

CheckResult not_started(const NodeModel& model, engine::StopReason stopped) {
  Report nothing{.stopped = stopped};
  nothing.actions.resize(model.action_kinds().size());
  nothing.witnesses.resize(model.witnesses().size());
  nothing.properties.resize(model.properties().size());
  return result_of(model, std::move(nothing), Reason::kNotStarted);
}

}  // namespace takeover::model
