// How widely the search looks, and in which order it tries to. Internal to the search.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "checker/logs/attempt.h"

namespace takeover::logs {

// What is looked for, wider from rung to rung.
using Ladder = std::vector<Width>;

struct Try {
  bool table_first_event = false;
  bool climbs = false;
  bool goes_far = false;                    // beyond the bounds of a refutation
  std::optional<std::uint32_t> max_cost{};  // of unseen steps; these then also where nothing asks for them
};

// One after the other. That a table's dispatcher waits for its first event is likelier than that a handler
// was interrupted.
inline constexpr std::array kTries{Try{.table_first_event = false},
                                   Try{.table_first_event = true},
                                   Try{.table_first_event = false, .climbs = true},
                                   Try{.table_first_event = true, .climbs = true},
                                   Try{.table_first_event = false, .climbs = true, .goes_far = true},
                                   Try{.table_first_event = true, .climbs = true, .goes_far = true}};

[[nodiscard]] const Ladder& ladder_of(const Plan& plan, const Try& how);

}  // namespace takeover::logs
