// From the places that a search has reached to what is said of them. Internal to logs.
#pragma once

#include <string>
#include <vector>

#include "checker/logs/attempt.h"
#include "checker/logs/window_model.h"

namespace takeover::logs {

// The first that is reached at the least cost.
[[nodiscard]] const Reached& least(const std::vector<Reached>& places);
// What all, and what some, of the ends of least cost have violated.
[[nodiscard]] Explained judge_ends(const std::vector<Reached>& ends, std::uint32_t cost);
// Counts what of the run is seen, and what was assumed.
void count(const History& history, Explained& explained);
// What the node could have written or sent in place of a line, the likeliest first.
[[nodiscard]] std::vector<std::string> instead(const Task& task, const std::vector<Reached>& places,
                                               std::size_t line);

}  // namespace takeover::logs
