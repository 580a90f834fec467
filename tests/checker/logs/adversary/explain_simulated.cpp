// Explains so many simulated runs, each under its own profile and another, and says how many were explained
// and refuted. The run of a number is always the same.
//
//   explain_simulated 1000
//   explain_simulated 1000 --first 251
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <array>
#include <string>
#include <vector>

#include "tests/checker/logs/adversary/simulated.h"
#include "tests/checker/logs/adversary/simulated_cases.h"

namespace {

using namespace takeover;
using namespace takeover::logs;

struct Count {
  std::size_t explained = 0;
  std::size_t refuted = 0;
  std::size_t inconclusive = 0;

  void add(Explains verdict) {
    explained += verdict == Explains::kExplained ? 1 : 0;
    refuted += verdict == Explains::kRefuted ? 1 : 0;
    inconclusive += verdict == Explains::kInconclusive ? 1 : 0;
  }
};

struct Totals {
  std::size_t logs = 0;
  std::size_t lines = 0;
  double seconds = 0;
  double longest = 0;
  Count own{};
  Count other_same{};     // another version that leaves the same
  Count other_differs{};  // one that does not
};

void print(const char* kind, const Totals& totals) {
  const auto row = [](const char* what, const Count& count) {
    fmt::print("  {:<42} explained {:>6}, refuted {:>6}, inconclusive {:>4}\n", what, count.explained,
               count.refuted, count.inconclusive);
  };
  fmt::print("{}: {} logs, {} lines, {:.1f} s by their own rules, at most {:.2f} s\n", kind, totals.logs,
             totals.lines, totals.seconds, totals.longest);
  row("by its own rules", totals.own);
  row("by a version that leaves the same", totals.other_same);
  row("by one that does not", totals.other_differs);
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("Explains simulated runs");
  std::size_t runs = 30;
  std::size_t first = 1;
  app.add_option("runs", runs, "How many")->capture_default_str();
  app.add_option("--first", first, "The number of the first")->capture_default_str();
  CLI11_PARSE(app, argc, argv);
  std::array<Totals, 2> totals;
  std::vector<std::string> complaints;
  for (std::size_t i = first; i < first + runs; ++i) {
    const std::size_t before = complaints.size();
    for (const SimulatedResult& result : explain_simulated(simulated_case(i), complaints)) {
      Totals& kind = totals[result.is_message_log ? 1 : 0];
      ++kind.logs;
      kind.lines += result.lines;
      kind.seconds += result.own_seconds;
      kind.longest = std::max(kind.longest, result.own_seconds);
      kind.own.add(result.own);
      (result.other_differs ? kind.other_differs : kind.other_same).add(result.other);
    }
    for (std::size_t c = before; c < complaints.size(); ++c) fmt::print("{}: {}\n", i, complaints[c]);
  }
  print("text", totals[0]);
  print("messages", totals[1]);
  return complaints.empty() ? 0 : 1;
}
