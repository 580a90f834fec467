// The states that were seen, and how each was first reached.
//
// 16 partitions with open addressing, chosen by the upper bits of a state's place. A look-up takes no lock:
// it reads one cache line as a rule, which prefetch() has asked for. A new state is put in with one
// compare-and-swap. A partition is refused new states at 27/32 full (limit_of), never silently: then all
// workers meet (Meeting), and the partitions that are full, or nearly, grow by a fifth, in place. So the
// table takes 25 to 31 bytes per state.
//
// A state stands in the line of its place, taken as a fraction of the partition, or behind, with full lines
// only between. So states are in the order of their places, as far as collisions let them, and growth moves
// them backwards to forwards.
//
// The first level in which a state is reached is kept, and of the states of the level before that reach it
// the one with the smallest place. So the tree of first paths does not depend on who came first.
#pragma once

#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <bit>
#include <cstdint>
#include <new>
#include <optional>
#include <vector>

#include "checker/engine/checkpoint.h"
#include "checker/engine/entry.h"
#include "checker/engine/slots.h"

namespace takeover::engine {

enum class Insertion : std::uint8_t { kNew, kKnown, kFull };

class Visited {
 public:
  // shared: several threads insert.
  explicit Visited(bool shared) : shared_(shared) {
    const auto memory =
        static_cast<std::size_t>(sysconf(_SC_PHYS_PAGES)) * static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
    for (Partition& partition : partitions_) {
      // Places are hashes: the partitions fill evenly, and twice the even share is enough.
      partition.slots.reserve(memory / kPartitions * 2);
      if (!partition.slots.resize(kFirstLines)) throw std::bad_alloc();
      partition.limit = limit_of(partition.slots);
    }
  }

  // Adds a state first reached in the level of this code from the state at `parent`.
  Insertion insert(const Key& key, std::uint32_t level_code, std::uint32_t parent) {
    Partition& partition = partitions_[key.place() >> kHomeBits];
    for (Line* line = home(partition, key.place());; ++line) {
      // The last slot first: if it is taken, so are the others, and nothing that is read of them later can
      // change.
      const bool full = line->is_full();
      const unsigned candidates = slots_with(*line, key.low);
      if (candidates != 0) {
        const auto slot = static_cast<std::size_t>(std::countr_zero(candidates));
        const std::uint32_t level = Line::level_of(line->levels.load(std::memory_order_acquire), slot);
        if (level != 0 && line->high[slot].load(std::memory_order_relaxed) == key.high) {
          if (level == level_code) prefer(line->parent[slot], parent);
          return Insertion::kKnown;
        }
      } else if (full) {
        if (line == partition.slots.last()) return crowd(partition);
        continue;
      }
      const std::optional<Insertion> result = insert_into(partition, *line, key, level_code, parent);
      if (result) return *result;
      if (line == partition.slots.last()) return crowd(partition);
    }
  }

  // Fetches the place of a state into the cache, for an insert that follows soon.
  void prefetch(std::uint32_t place) const {
    const Line* line = home(partitions_[place >> kHomeBits], place);
    __builtin_prefetch(line, 1);
    __builtin_prefetch(line + 1, 1);
  }

  // Whether a state was reached before the level of this code. Safe while states are added in that level.
  [[nodiscard]] bool is_before(const Key& key, std::uint32_t level_code) const {
    const Partition& partition = partitions_[key.place() >> kHomeBits];
    for (const Line* line = home(partition, key.place()); line != partition.slots.end(); ++line) {
      for (std::size_t slot = 0; slot < Line::kSlots; ++slot) {
        if (line->low[slot].load(std::memory_order_acquire) != key.low) continue;
        const std::uint32_t level = wait_for(*line, slot);
        if (line->high[slot].load(std::memory_order_relaxed) == key.high) return level != level_code;
      }
      if (!line->is_full()) return false;
    }
    return false;
  }

  // What is known of a state. Not while states are added.
  [[nodiscard]] std::optional<Known> find(const Key& key) const {
    std::optional<Known> found;
    for_each_at(key.place(), [&](const Known& known) {
      if (known.key == key) found = known;
    });
    return found;
  }

  // All states at a place that can be of this level, as a rule one, ordered by their keys. Not while states
  // are added.
  [[nodiscard]] std::vector<Known> at(std::uint32_t place, std::uint32_t level) const {
    std::vector<Known> found;
    for_each_at(place, [&](const Known& known) {
      if ((known.level & ~Line::kOld) == code_of_level(level)) found.push_back(known);
    });
    std::ranges::sort(found, {}, &Known::key);
    return found;
  }

  // ---- between insertions: nobody else may use the table meanwhile ----

  // Whether this partition is full, or so nearly that it grows along with others.
  [[nodiscard]] bool wants_growth(std::size_t partition) const {
    const Partition& p = partitions_[partition];
    return p.used.load(std::memory_order_relaxed) + p.limit / 64 >= p.limit || p.crowded;
  }
  // Further bytes that it takes then.
  [[nodiscard]] std::size_t bytes_to_grow(std::size_t partition) const {
    const Slots& slots = partitions_[partition].slots;
    return (Slots::grown(slots.lines()) - slots.lines()) * sizeof(Line);
  }
  // False if there is no more memory to be had. Different partitions may grow at the same time.
  //
  // A run is made of full lines and the one behind them, which is not. Nothing that stands in it belongs
  // before it, neither now nor in the larger partition: so run after run, from the last to the first, is
  // taken out and put in again, and has no gap before it that it was not put in with.
  [[nodiscard]] bool grow(std::size_t partition) {
    Partition& p = partitions_[partition];
    Line* const old_end = p.slots.end();
    if (!p.slots.resize(Slots::grown(p.slots.lines()))) return false;
    p.limit = limit_of(p.slots);
    p.crowded = false;
    std::vector<Known> run(Line::kSlots * 16);
    std::size_t count = 0;
    for (Line* line = old_end; line != p.slots.begin(); --line) {
      if (count + Line::kSlots > run.size()) run.resize(2 * run.size());
      count += take_out(line[-1], &run[count]);
      if (line - 1 != p.slots.begin() && line[-2].is_full()) continue;
      // In the order of their places as far as may be, to write forwards.
      while (count != 0) put_back(p, run[--count]);
    }
    return true;
  }

  // To be called before each level is entered: codes of levels are used again, so that states of old levels
  // must not look like those that are reached next.
  void enter_level(std::uint32_t level) {
    if (level == 0 || level % kLevelCodes != 0) return;
    for (Partition& partition : partitions_) {
      for (Line* line = partition.slots.begin(); line != partition.slots.end(); ++line) {
        const std::uint32_t levels = line->levels.load(std::memory_order_relaxed);
        std::uint32_t old = 0;
        for (std::size_t slot = 0; slot < Line::kSlots; ++slot) {
          if (Line::level_of(levels, slot) != 0) old |= Line::shifted(Line::kOld, slot);
        }
        if (old != 0) line->levels.store(levels | old, std::memory_order_relaxed);
      }
    }
  }

  void save(CheckpointWriter& out) const {
    for (const Partition& partition : partitions_) {
      out.number(partition.slots.lines());
      out.number(partition.used);
      out.write(partition.slots.begin(), partition.slots.kept() * sizeof(Line));
    }
  }
  // Into a table that is empty. False if there is not the memory.
  [[nodiscard]] bool load(CheckpointReader& in) {
    for (Partition& partition : partitions_) {
      const std::size_t lines = in.number_up_to(in.left() / sizeof(Line));
      in.must(lines >= kFirstLines);
      if (!partition.slots.resize(lines)) return false;
      partition.limit = limit_of(partition.slots);
      partition.used = in.number();
      in.read(partition.slots.begin(), partition.slots.kept() * sizeof(Line));
    }
    return true;
  }

  [[nodiscard]] std::size_t bytes() const {
    std::size_t sum = 0;
    for (const Partition& partition : partitions_) sum += partition.slots.bytes();
    return sum;
  }

 private:
  static constexpr std::size_t kFirstLines = 16;
  static constexpr std::uint32_t kHomeMask = (1U << kHomeBits) - 1;

  // What is read at each look-up is on a line of its own, apart from what is written.
  struct alignas(64) Partition {
    Slots slots{};
    std::size_t limit = 0;
    alignas(64) std::atomic<std::size_t> used = 0;
    std::atomic<bool> crowded = false;  // a state found no room before the end, which hashes hardly ever do
  };

  static std::size_t limit_of(const Slots& slots) { return slots.lines() * Line::kSlots * 27 / 32; }

  // The place as a fraction of the partition.
  static Line* home(const Partition& partition, std::uint32_t place) {
    return partition.slots.begin() +
           (std::uint64_t{place & kHomeMask} * partition.slots.lines() >> kHomeBits);
  }

  static Known known_at(const Line& line, std::size_t slot) {
    return {{line.low[slot], line.high[slot]}, line.parent[slot], Line::level_of(line.levels, slot)};
  }

  void for_each_at(std::uint32_t place, const auto& visit) const {
    const Partition& partition = partitions_[place >> kHomeBits];
    for (const Line* line = home(partition, place); line != partition.slots.end(); ++line) {
      for (std::size_t slot = 0; slot < Line::kSlots && line->low[slot] != 0; ++slot) {
        const Known known = known_at(*line, slot);
        if (known.key.place() == place) visit(known);
      }
      if (!line->is_full()) return;
    }
  }

  // Moves the states of a line to `run`, the last one first, and says how many they are.
  static std::size_t take_out(Line& line, Known* run) {
    std::size_t count = states_in(line);
    const std::uint32_t levels = line.levels.load(std::memory_order_relaxed);
    for (std::size_t slot = count; slot-- > 0; ++run) {
      run->key.low = line.low[slot].load(std::memory_order_relaxed);
      run->key.high = line.high[slot].load(std::memory_order_relaxed);
      run->parent = line.parent[slot].load(std::memory_order_relaxed);
      run->level = Line::level_of(levels, slot);
      line.low[slot].store(0, std::memory_order_relaxed);
    }
    if (count != 0) line.levels.store(0, std::memory_order_relaxed);
    return count;
  }

  // While nobody else uses the partition, which is larger than it was: there is room before the end.
  static void put_back(Partition& partition, const Known& known) {
    Line* line = home(partition, known.key.place());
    while (line->is_full()) ++line;
    const std::size_t slot = states_in(*line);
    line->low[slot].store(known.key.low, std::memory_order_relaxed);
    line->high[slot].store(known.key.high, std::memory_order_relaxed);
    line->parent[slot].store(known.parent, std::memory_order_relaxed);
    line->levels.store(line->levels.load(std::memory_order_relaxed) | Line::shifted(known.level, slot),
                       std::memory_order_relaxed);
  }

  // Slots are taken from the first to the last.
  static std::size_t states_in(const Line& line) {
    std::size_t count = 0;
    for (const auto& low : line.low) count += low.load(std::memory_order_relaxed) != 0 ? 1 : 0;
    return count;
  }

  // The slots with this lower half, a bit for each. Without branches, which could not be predicted.
  static unsigned slots_with(const Line& line, std::uint64_t low) {
    static_assert(Line::kSlots == 3);
    const auto bit = [&](std::size_t slot) {
      return static_cast<unsigned>(line.low[slot].load(std::memory_order_acquire) == low) << slot;
    };
    return bit(0) | bit(1) | bit(2);
  }

  static Insertion crowd(Partition& partition) {
    partition.crowded.store(true, std::memory_order_relaxed);
    return Insertion::kFull;
  }

  // Into the first slot of the line that is free, if one still is; other workers may add to it meanwhile,
  // also this very state.
  [[gnu::noinline]] std::optional<Insertion> insert_into(Partition& partition, Line& line, const Key& key,
                                                         std::uint32_t level_code,
                                                         std::uint32_t parent) const {
    for (std::size_t slot = 0; slot < Line::kSlots; ++slot) {
      std::uint64_t low = line.low[slot].load(std::memory_order_acquire);
      if (low == 0) {
        if (partition.used.load(std::memory_order_relaxed) >= partition.limit) return Insertion::kFull;
        if (take(line.low[slot], low, key.low)) {
          line.high[slot].store(key.high, std::memory_order_relaxed);
          line.parent[slot].store(parent, std::memory_order_relaxed);
          publish(line, Line::shifted(level_code, slot));
          add_one(partition.used);
          return Insertion::kNew;
        }
      }
      if (low != key.low) continue;
      wait_for(line, slot);
      if (line.high[slot].load(std::memory_order_relaxed) != key.high) continue;
      meet_again(line, slot, level_code, parent);
      return Insertion::kKnown;
    }
    return std::nullopt;
  }

  // Makes a free slot this state's; otherwise says whose it is.
  bool take(std::atomic<std::uint64_t>& slot, std::uint64_t& low, std::uint64_t mine) const {
    if (shared_) return slot.compare_exchange_strong(low, mine, std::memory_order_acq_rel);
    slot.store(mine, std::memory_order_relaxed);
    return true;
  }

  void publish(Line& line, std::uint32_t level) const {
    if (shared_) {
      line.levels.fetch_or(level, std::memory_order_release);
    } else {
      line.levels.store(line.levels.load(std::memory_order_relaxed) | level, std::memory_order_relaxed);
    }
  }

  void add_one(std::atomic<std::size_t>& count) const {
    if (shared_) {
      count.fetch_add(1, std::memory_order_relaxed);
    } else {
      count.store(count.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
    }
  }

  // Another worker may have taken the slot this instant.
  static std::uint32_t wait_for(const Line& line, std::size_t slot) {
    std::uint32_t level = 0;
    do {
      level = Line::level_of(line.levels.load(std::memory_order_acquire), slot);
    } while (level == 0);
    return level;
  }

  // A state that is reached again, in its first level, keeps the smaller parent.
  void meet_again(Line& line, std::size_t slot, std::uint32_t level_code, std::uint32_t parent) const {
    if (wait_for(line, slot) == level_code) prefer(line.parent[slot], parent);
  }
  void prefer(std::atomic<std::uint32_t>& kept, std::uint32_t parent) const {
    std::uint32_t old = kept.load(std::memory_order_relaxed);
    if (!shared_) {
      if (parent < old) kept.store(parent, std::memory_order_relaxed);
      return;
    }
    while (parent < old && !kept.compare_exchange_weak(old, parent, std::memory_order_relaxed)) {
    }
  }

  bool shared_;
  std::array<Partition, kPartitions> partitions_;
};

}  // namespace takeover::engine
