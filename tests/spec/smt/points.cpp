#include "tests/spec/smt/points.h"

#include <algorithm>
#include <cstdint>
#include <string_view>
#include <utility>

#include "spec/properties/properties.h"
#include "tests/spec/smt/mutants.h"

namespace takeover::tests {

void Points::note(const Point& point) {
  const auto& formula =
      (point.of_step ? point.formulas->of_step() : point.formulas->of_state())[point.formula];
  if (!spec::property_named(formula.lemma->id)) return;
  Of& of = lemmas_[formula.lemma];
  if (of.variables.empty()) of.variables = variables_of(formula.term);
  values_.clear();
  for (const smt::Index each : of.variables) values_.push_back(point.inputs[each]);
  // What is known to be kept says no more among the points of a violation.
  if (!point.holds || !of.kept.contains(values_))
    transition_.push_back({formula.lemma, values_, point.holds});
}

std::size_t Points::Hash::operator()(const smt::Values& values) const {
  std::uint64_t hash = 0;
  for (const std::uint64_t each : values) hash = (hash ^ each) * 0x9E3779B97F4A7C15U + (hash >> 29U);
  return static_cast<std::size_t>(hash);
}

void Points::end_transition() {
  std::map<std::string_view, std::set<const smt::Lemma*>> broken;
  for (const Noted& each : transition_) {
    if (!each.holds) broken[each.lemma->id].insert(each.lemma);
  }
  std::map<const smt::Lemma*, std::set<smt::Values>> violations;
  for (Noted& each : transition_) {
    const auto by = broken.find(each.lemma->id);
    if (by == broken.end()) {
      lemmas_[each.lemma].kept.insert(std::move(each.values));
    } else if (by->second.size() == 1 && by->second.contains(each.lemma)) {
      violations[each.lemma].insert(std::move(each.values));
    }
  }
  for (auto& [lemma, group] : violations) lemmas_[lemma].broken.insert(std::move(group));
  transition_.clear();
}

bool Points::notice(const smt::Lemma& lemma, smt::Term mutant) const {
  const auto of = lemmas_.find(&lemma);
  if (of == lemmas_.end()) return false;
  const smt::Program program({mutant});
  smt::Values inputs(mutant.pool().variable_count());
  smt::Values scratch;
  smt::Values value;
  const auto holds = [&](const smt::Values& values) {
    for (std::size_t i = 0; i < values.size(); ++i) inputs[of->second.variables[i]] = values[i];
    program.run(inputs, scratch, value);
    return value.front() != 0;
  };
  return std::ranges::any_of(of->second.broken,
                             [&](const auto& group) { return std::ranges::all_of(group, holds); }) ||
         !std::ranges::all_of(of->second.kept, holds);
}

}  // namespace takeover::tests
