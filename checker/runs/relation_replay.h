// The second verdict on a trace: that of the relation which Z3 proves about (spec/smt).
//
// Every step that the implementation takes in the replay is held against the relation. Where the
// implementation does not do what the trace says, the relation is asked about what the trace says: whether
// the action is possible, and whether the step leads to the state that stands there.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "spec/smt/cross_check.h"
#include "traces/replay.h"

namespace takeover::runs {

struct RelationVerdict {
  enum class Kind : std::uint8_t { kConforms, kDiverges, kNotApplicable };
  Kind kind = Kind::kConforms;
  std::size_t step = 0;    // diverges: of the trace
  std::string path{};      // the action of the relation and the variable
  std::string expected{};  // by the relation
  std::string actual{};    // in the trace, or by the implementation
  std::string why{};       // not applicable: because
};

[[nodiscard]] std::string_view to_string(RelationVerdict::Kind kind);

struct BothVerdicts {
  traces::ReplayResult implementation{};
  RelationVerdict relation{};
};

// Under the trace's own rules, or others; then only the steps are judged.
[[nodiscard]] BothVerdicts replay_twice(const traces::Trace& trace,
                                        const std::optional<impl::Rules>& rules = std::nullopt);

// What the relation makes of the one step at which the implementation diverges under the rules, whose guards
// are the relation's, too. `known`: a run of the trace, which makes the way to that step shorter.
[[nodiscard]] RelationVerdict relation_at(const smt::CrossCheck& relation, const traces::Trace& trace,
                                          const traces::Run& known, const impl::Rules& rules,
                                          const traces::ReplayResult& divergence);

}  // namespace takeover::runs
