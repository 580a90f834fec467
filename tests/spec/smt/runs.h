// Transitions of the implementation, each judged by both sides, as it is and with something changed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "impl/node.h"
#include "tests/spec/smt/claims.h"
#include "tests/spec/smt/differences.h"
#include "tests/spec/smt/points.h"
#include "traces/trace.h"

namespace takeover::tests {

class Runs {
 public:
  Comparison comparison{};
  Points points{};
  std::set<std::string> broken_auxiliary{};  // although messages kept what it assumes
  Formulas::Which which = Formulas::Which::kAll;
  std::size_t strange = 0;  // how many changes of each transition are judged, too; more where more is said
  std::uint64_t strange_transitions = 0;  // so many

  // The first states of a scenario, breadth-first, each on one run that leads to it.
  void explore(const impl::Rules& rules, std::string_view scenario, std::size_t max_states,
               const std::string& where);
  // A recorded run, and from each of its states all that can happen next.
  void follow(const traces::Trace& trace);

 private:
  void begin(const std::string& where);
  std::optional<Place> take(Claims& claims, const Place& place, const smt::ImplStep& step);
  void take_strangely(Claims& claims, const Place& place, const smt::ImplStep& step,
                      const Claims::Taken& taken);
  void branch(Claims& claims, const Place& place, const std::vector<impl::Message>& messages);

  std::mt19937_64 random_{};
};

// Under the rules without each guard: its recorded counterexample, the scenario that this is of, and the
// runs that Z3 found.
[[nodiscard]] const Runs& runs_without_guards();

}  // namespace takeover::tests
