// A question as an SMT-LIB 2 script (QF_LIA): written from the terms, not by Z3, so that another solver that
// answers it confirms the translation to Z3 as well.
#pragma once

#include <string>
#include <vector>

#include "spec/smt/term.h"

namespace takeover::smt {

// Asserts every fact, and asks whether all of them can be true at once. `comment` lines come first.
[[nodiscard]] std::string to_smtlib(const std::vector<Term>& facts, const std::string& comment);

}  // namespace takeover::smt
