// What one worker has offered to the table of late.
//
// Steps commute, so that a state is reached from many states of a level, and most of these stand side by
// side: a small table, which stays in the worker's own cache, spares more than half of the look-ups in the
// large one. It forgets at will; what it says is certain.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

#include "checker/engine/encoder.h"
#include "checker/engine/entry.h"

namespace takeover::engine {

class Recent {
 public:
  // Whether this worker has offered the state in this level already, from a parent whose region is not
  // larger, or in a level before: then the table would not change. If not, takes it that it is offered now.
  // Nothing need be forgotten between levels: what was offered in a level before is in the table, as a state
  // of that level or of an earlier one, and such a state never changes (Visited::open_level).
  [[nodiscard]] bool repeats(const Fingerprint& mark, std::uint32_t region) {
    // Without branches, which could not be predicted.
    Entry& entry = entries_[mark.high & (kEntries - 1)];
    const std::uint64_t offered = (mark.high & ~Slot::kRegionMask) | region;
    const bool repeated = (((entry.low ^ mark.low) | (entry.offered ^ offered) >> kRegionBits) == 0) &
                          (offered >= entry.offered);
    entry.low = mark.low;
    entry.offered = repeated ? entry.offered : offered;
    return repeated;
  }

 private:
  static constexpr std::size_t kEntries = 8192;  // 128 KiB
  // More of the fingerprint than the table has, in as few bytes: so that all entries stay in the cache.
  struct Entry {
    std::uint64_t low = 0;
    std::uint64_t offered = std::numeric_limits<std::uint64_t>::max();  // 40 upper bits, and the region
  };
  std::vector<Entry> entries_ = std::vector<Entry>(kEntries);
};

}  // namespace takeover::engine
