#include "checker/runs/held_by.h"

#include "checker/runs/relation_replay.h"

namespace takeover::runs {

void HeldBy::add(const TraceWithRun& read) {
  const std::vector<traces::Flip> flips = traces::flips_of(read.trace.rules);
  const std::vector<traces::ReplayResult> results = traces::replay_flipped(read.trace, read.own, flips);
  for (std::size_t i = 0; i < flips.size(); ++i) {
    GuardRow& row = rows_[i];
    (flips[i].put_in ? row.put_in : row.taken_out) = true;
    if (results[i].conforms) continue;
    if (row.diverging == 0 || results[i].step < row.first.step) {
      row.file = read.trace.file;
      row.first = results[i];
    }
    ++row.diverging;
    if (does_relation_diverge(read, flips[i], results[i])) ++row.smt_diverging;
  }
  ++traces_;
}

// Under the trace's own guards the relation does not have a step that the implementation takes with the flip,
// at the divergence or on the way there; or, where the implementation has none, nor has the relation with the
// flip.
bool HeldBy::does_relation_diverge(const TraceWithRun& read, const traces::Flip& flip,
                                   const traces::ReplayResult& result) {
  const impl::Rules& rules = result.path == "/action" ? flip.rules : read.trace.rules;
  if (!smt::CrossCheck::applies_to(rules)) return false;
  const std::string guards = rules.guards.to_string();
  const smt::CrossCheck& relation = relations_.try_emplace(guards, rules.guards).first->second;
  return relation_at(relation, read.trace, read.own, flip.rules, result).kind ==
         RelationVerdict::Kind::kDiverges;
}

}  // namespace takeover::runs
