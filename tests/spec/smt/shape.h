// What is true of all values that a transition can have: of a variable that does not apply, of one that
// counts places. Not proved, but evaluated wherever a lemma is.
#pragma once

#include "spec/smt/relation.h"

namespace takeover::tests {

[[nodiscard]] smt::Term shape_of(const smt::State& state);
[[nodiscard]] smt::Term shape_of(const smt::State& before, const smt::Output& out);

}  // namespace takeover::tests
