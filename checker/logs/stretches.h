// A log that misses something is explained in stretches, each by itself: what happened in between is not
// known. Internal to the search, which begins here.
#pragma once

#include <cstddef>
#include <functional>

#include "checker/logs/search.h"

namespace takeover::logs {

// Of one stretch. `follows_gap`: whatever node its lines imply may have been there before them. `before`:
// what was spent on other stretches. `can_miss_at`: a refutation at this line is stepped over, so that
// looking beyond its bounds need not come to an end. search.cpp.
[[nodiscard]] Outcome search_stretch(const History& history, const SearchOptions& options, bool follows_gap,
                                     const Effort& before,
                                     const std::function<bool(std::size_t line)>& can_miss_at);

// What leans on nothing that was before.
[[nodiscard]] spec::PropertySet without_memory(spec::PropertySet judged);

}  // namespace takeover::logs
