// Which run has which number: scenarios and profiles in turn.
#pragma once

#include <array>
#include <cstddef>
#include <string_view>

#include "spec/world/scenario.h"
#include "tests/checker/logs/adversary/simulated.h"

namespace takeover::logs {

inline SimulatedCase simulated_case(std::size_t number) {
  constexpr std::array<std::string_view, 4> kProfiles{"pr-5436", "reference", "pr-5435", "pre-5434"};
  const auto scenarios = spec::built_in_scenarios();
  const std::size_t round = number / scenarios.size();
  const std::size_t own = (number + round) % kProfiles.size();
  const std::size_t other = (own + 1 + round % (kProfiles.size() - 1)) % kProfiles.size();
  return {.scenario = scenarios[number % scenarios.size()].name,
          .seed = number,
          .steps = 40 + number % 4 * 20,
          .most_delay = number % 3,
          .own = kProfiles[own],
          .other = kProfiles[other]};
}

}  // namespace takeover::logs
