// Formulas changed at one place, to see whether anybody notices.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "spec/smt/term.h"

namespace takeover::tests {

struct Mutant {
  smt::Term formula;
  std::string change;  // which place, and what it says instead
};

// One for each place and each way: an operand of a conjunction or disjunction left out, a comparison turned
// into a neighbouring one or left out, a condition taken as given or as excluded, a branch taken always.
[[nodiscard]] std::vector<Mutant> mutants_of(smt::Term formula);

// The formula in the pool of `like`, with each variable replaced by what it stands for there.
[[nodiscard]] smt::Term instantiate(smt::Term formula, const std::function<smt::Term(smt::Index)>& variable,
                                    smt::Pool& pool);

// Numbers of the variables that the formula mentions, ascending.
[[nodiscard]] std::vector<smt::Index> variables_of(smt::Term formula);

}  // namespace takeover::tests
