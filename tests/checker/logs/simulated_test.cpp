// Logs of simulated runs are explained by the rules that they were written by, and by others if these leave
// the same.
#include "tests/checker/logs/adversary/simulated.h"

#include <catch2/catch.hpp>

#include "tests/checker/logs/adversary/simulated_cases.h"

namespace takeover::logs {

TEST_CASE("a log of a simulated run is explained by its own rules, and refuted by some others", "[repeats]") {
  std::size_t logs = 0;
  std::size_t refuted = 0;
  for (std::size_t number = 1; number <= 30; ++number) {
    CAPTURE(number);
    std::vector<std::string> complaints;
    for (const SimulatedResult& result : explain_simulated(simulated_case(number), complaints)) {
      ++logs;
      CHECK(result.own == Explains::kExplained);
      CHECK((result.other_differs || result.other == Explains::kExplained));
      refuted += result.other == Explains::kRefuted ? 1 : 0;
    }
    CHECK(complaints.empty());
  }
  CHECK(logs >= 50);
  CHECK(refuted >= 10);
}

}  // namespace takeover::logs
