// Where an explanation stands: what it has explained of a log, and the node that it has come to.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "checker/engine/encoder.h"
#include "checker/logs/explanation.h"
#include "impl/dispatcher_orchestrator.h"
#include "impl/lists.h"
#include "spec/properties/properties.h"
#include "spec/world/history.h"

namespace takeover::logs {

// So many of a track's next lines were written by steps that were taken already.
struct Owed {
  std::uint32_t track = 0;
  std::uint32_t count = 0;
  friend bool operator==(const Owed&, const Owed&) = default;
};

struct Place {
  std::uint32_t at = 0;                            // the first line that is not explained
  impl::SmallVector<Owed, 4> owed{};               // by track
  impl::SmallVector<std::uint32_t, 2> arriving{};  // lines of messages that are not in their queue yet
  impl::DispatcherOrchestrator node{};
  spec::History past{};
  spec::PropertySet violated{};
  spec::PropertySet met{};
  std::uint32_t lost = 0;  // lines that were written, and came behind the end of the log

  [[nodiscard]] std::uint32_t owes(std::uint32_t track) const;
  void owe(std::uint32_t track);
  void write_owed(std::uint32_t track);
};

// All that tells two places apart.
void encode(const Place& place, engine::Encoder& out);

// One move of the search.
struct Move {
  Place place{};                       // after it
  std::uint32_t cost = 0;              // unseen steps
  bool is_seen = false;                // something of it stands in the log
  std::vector<ExplainedStep> steps{};  // if they are asked for
};

}  // namespace takeover::logs
