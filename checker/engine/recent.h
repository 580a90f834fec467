// What one worker has offered to the table of late.
//
// Steps commute, so that a state is reached from many states of a level, and most of these stand side by
// side: a small table in the cache closest to the processor spares half of the look-ups in the large one and
// more. It forgets at will; what it says is certain.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

#include "checker/engine/encoder.h"

namespace takeover::engine {

class Recent {
 public:
  // Whether this worker has offered the state in this level already, from a parent that is not larger, or in
  // a level before: then the table would not change. If not, takes it that it is offered now.
  [[nodiscard]] bool repeats(const Fingerprint& mark, std::uint32_t parent) {
    // Without branches, which could not be predicted.
    Entry& entry = entries_[mark.high & (kEntries - 1)];
    const bool repeated = is_same(entry.mark, mark) & (parent >= entry.parent);
    entry.mark = mark;
    entry.parent = repeated ? entry.parent : parent;
    return repeated;
  }

 private:
  static constexpr std::size_t kEntries = 1024;
  struct Entry {
    Fingerprint mark{};
    std::uint32_t parent = std::numeric_limits<std::uint32_t>::max();
  };
  std::vector<Entry> entries_ = std::vector<Entry>(kEntries);
};

}  // namespace takeover::engine
