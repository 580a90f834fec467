// One scenario checked under one set of rules: the verdict of every property, and what was explored to earn
// it.
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

// Absence of deadlock is judged in every scenario, under this id.
inline constexpr std::string_view kDeadlockFree = "deadlock-free";

enum class Kind : std::uint8_t { kSafety, kLiveness };
[[nodiscard]] std::string_view to_string(Kind kind);

struct PropertyResult {
  std::string id;
  Kind kind = Kind::kSafety;
  Verdict verdict = Verdict::kNotApplicable;
  std::uint64_t premise_met = 0;
  std::optional<engine::Trace<NodeModel>> counterexample{};  // a shortest one
  std::optional<std::size_t> loop_start{};                   // it goes on with this step for ever
};

struct CheckResult {
  engine::Report<NodeModel> report{};
  std::vector<PropertyResult>
      properties{};  // all properties, then kDeadlockFree, kCrossCheck if asked for, and liveness
  double liveness_seconds = 0;
  std::vector<std::string>
      never_fired{};                     // kinds of actions that the scenario allows and that never happened
  std::vector<std::string> unreached{};  // witnesses of the scenario that no run reached

  [[nodiscard]] bool has(Verdict verdict) const;
};

// holds: the premise was met and the exploration is complete; violated: there is a counterexample;
// not-applicable: the scenario is not about it, or it was not asked for; inconclusive: anything else.
[[nodiscard]] CheckResult check(const NodeModel& model, const engine::Options& options);

}  // namespace takeover::model
