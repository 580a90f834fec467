// Simulated runs, their logs written, read and explained: under the rules that they are of, and under those
// of another version.
//
// A version that leaves other lines or messages at one of the run's steps, or cannot take it, behaves
// differently; its search has to refuse the log, unless another of its runs leaves the same: that run is
// replayed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "checker/logs/explanation.h"
#include "checker/logs/log_run.h"
#include "spec/profiles.h"

namespace takeover::logs {

struct SimulatedCase {
  std::string_view scenario;
  std::uint64_t seed = 1;
  std::size_t steps = 80;
  std::size_t most_delay = 2;
  std::string_view own = "pr-5436";  // profiles
  std::string_view other = "pr-5435";
};

enum class Explains : std::uint8_t { kExplained, kRefuted, kInconclusive };
[[nodiscard]] std::string_view name_of(Explains verdict);

// Of a log of one kind.
struct SimulatedResult {
  bool is_message_log = false;
  std::size_t lines = 0;
  Explains own = Explains::kExplained;
  Explains other = Explains::kExplained;
  bool other_differs = false;  // in what it leaves in this kind of log
  double own_seconds = 0;
  double other_seconds = 0;
  std::string where{};  // the line that the rules' own search refuses
};

// Of each node of the scenario, both logs; such without lines are left out. A message for each that is wrong
// in itself: what cannot be read, what the rules' own search does not explain, what another version's refuses
// although the version leaves the same.
[[nodiscard]] std::vector<SimulatedResult> explain_simulated(const SimulatedCase& simulated,
                                                             std::vector<std::string>& complaints);

}  // namespace takeover::logs
