// Logs of simulated runs are explained by the rules that they were written by, and by others if these leave
// the same.
#include "tests/checker/logs/adversary/simulated.h"

#include <catch2/catch.hpp>
#include <cstddef>
#include <string>
#include <vector>

#include "tests/checker/logs/adversary/simulated_cases.h"

namespace takeover::logs {

namespace {

std::vector<std::size_t> numbers() {
  // Those of the first 1,000 whose text logs need a guess that few do: a trigger that no line names, an epoch
  // above the last, a stale Create in a batch, messages that wait while the node leaves, lines far from their
  // order.
  std::vector<std::size_t> all{497, 595, 693, 331, 852, 950, 785, 43, 337, 680, 827, 323};
  for (std::size_t number = 1; number <= 30; ++number) all.push_back(number);
  return all;
}

}  // namespace

TEST_CASE("a log of a simulated run is explained by its own rules, and refuted by some others", "[repeats]") {
  std::size_t logs = 0;
  std::size_t refuted = 0;
  for (const std::size_t number : numbers()) {
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
