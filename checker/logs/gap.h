// A log that begins in the midst of a life: what its first lines imply of the node before them. Internal to
// the search.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "checker/logs/history.h"
#include "impl/dispatcher_orchestrator.h"

namespace takeover::logs {

struct Beginning {
  // Nodes from which the lines may go on; none if they imply nothing. A dispatcher whose first mention is no
  // creation was here; the owner is whom the first line that tells says, or whoever it may be.
  std::vector<impl::DispatcherOrchestrator> nodes{};
  // First lines that belong to a step which was taken before: so many of the thread's.
  std::uint32_t owed_by_orchestrator = 0;
  std::uint32_t owed_by_schedule = 0;
  std::uint32_t owed_by_aggregation = 0;
};
[[nodiscard]] Beginning implied_at(const History& history, std::size_t line);

}  // namespace takeover::logs
