// What changed between two whole states of a node, one line a change. Internal to traces.
#pragma once

#include <string>
#include <vector>

#include "traces/json.h"

namespace takeover::traces {

// Both as write_node gives them: "owner: B/1 -> C/2", "dispatchers: + d1 table-1 Working", "fence:
// orchestrator".
[[nodiscard]] std::vector<std::string> state_diff(const Json& before, const Json& after);

}  // namespace takeover::traces
