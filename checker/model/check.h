// One scenario checked under one set of rules: the verdict of every property, the reason for it, and what was
// explored to earn it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "checker/engine/report.h"
#include "checker/model/node_model.h"

namespace takeover::model {

enum class Verdict : std::uint8_t { kHolds, kViolated, kInconclusive, kNotApplicable };
[[nodiscard]] std::string_view to_string(Verdict verdict);

// Why a verdict is what it is.
enum class Reason : std::uint8_t {
  kJudged,             // holds or violated: judged to the end
  kNotListed,          // not applicable: the scenario is not about it
  kNotAsked,           // not applicable: others were asked for by name
  kNotStarted,         // inconclusive: nothing was explored
  kNotExplored,        // inconclusive: the exploration was cut short
  kLivenessCutShort,   // inconclusive: all was explored, and liveness was cut short before this was judged
  kPremiseNeverMet,    // inconclusive: all was explored, and it never had anything to say
  kPremiseNotMetHere,  // not applicable: the same, of one that neither the scenario nor the caller names
  kNotJudgeable,       // inconclusive: the scenario lists it, and has nobody whom it could be said of
};
[[nodiscard]] std::string_view to_string(Reason reason);

struct Judged {
  Verdict verdict = Verdict::kNotApplicable;
  Reason reason = Reason::kNotListed;
  engine::StopReason stopped = engine::StopReason::kNone;  // what cut it short
};
// In words; empty for what was judged.
[[nodiscard]] std::string why(const Judged& judged);

// Of a property that is asked for, on what one exploration found.
template <class Report>
[[nodiscard]] Judged judged_on(const Report& report, bool violated, std::uint64_t premise_met,
                               Reason cut_short = Reason::kNotExplored) {
  if (violated) return {Verdict::kViolated, Reason::kJudged};
  if (!report.complete) return {Verdict::kInconclusive, cut_short, report.stopped};
  if (premise_met == 0) return {Verdict::kInconclusive, Reason::kPremiseNeverMet};
  return {Verdict::kHolds, Reason::kJudged};
}

enum class Kind : std::uint8_t { kSafety, kLiveness };
[[nodiscard]] std::string_view to_string(Kind kind);

struct PropertyResult {
  std::string id;
  Kind kind = Kind::kSafety;
  Judged judged{};
  std::uint64_t premise_met = 0;
  std::optional<engine::Trace<NodeModel>> counterexample{};  // a shortest one
  std::optional<std::size_t> loop_start{};                   // it goes on with this step for ever
};

// How the liveness that was asked for was judged, once all was explored.
struct LivenessRun {
  engine::StopReason stopped = engine::StopReason::kNone;  // what left a property unjudged
  double seconds = 0;
};

struct CheckResult {
  engine::Report<NodeModel> report{};
  std::vector<PropertyResult>
      properties{};  // all properties, then deadlock-free, kCrossCheck if asked for, and liveness
  std::optional<LivenessRun> liveness{};
  std::vector<std::string>
      never_fired{};                     // kinds of actions that the scenario allows and that never happened
  std::vector<std::string> unreached{};  // witnesses of the scenario that no run reached

  [[nodiscard]] bool has(Verdict verdict) const;
  // What cut the run short, while exploring or while judging liveness.
  [[nodiscard]] engine::StopReason stopped() const;
  // Everything that was asked for was explored and judged.
  [[nodiscard]] bool complete() const { return report.complete && stopped() == engine::StopReason::kNone; }
};

// holds: the premise was met and the exploration is complete; violated: there is a counterexample;
// not-applicable: the scenario is not about it, or it was not asked for; inconclusive: anything else.
// Liveness is judged within what the exploration, this run's part of it, left of the limit of time.
[[nodiscard]] CheckResult check(const NodeModel& model, const engine::Options& options);

// What is to be said of a run that `stopped` kept from being started.
[[nodiscard]] CheckResult not_started(const NodeModel& model, engine::StopReason stopped);

}  // namespace takeover::model
