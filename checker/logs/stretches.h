// A log that misses something is explained in stretches, each by itself: what happened in between is not
// known. Internal to the search, which begins here.
#pragma once

#include "checker/logs/search.h"

namespace takeover::logs {

// Of one stretch. `follows_gap`: whatever node its lines imply may have been there before them. `before`:
// what was spent on other stretches. search.cpp.
[[nodiscard]] Outcome search_stretch(const History& history, const SearchOptions& options, bool follows_gap,
                                     const Effort& before);

// What leans on nothing that was before.
[[nodiscard]] spec::PropertySet without_memory(spec::PropertySet judged);

}  // namespace takeover::logs
