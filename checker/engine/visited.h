// The states that were seen, and how each was first reached.
//
// 16 partitions with open addressing, chosen by the upper bits of a state's place. A look-up takes no lock:
// it reads one or two cache lines as a rule, which prefetch() has asked for. A new state is put in with one
// compare-and-swap. A partition is refused new states at 45/64 full (limit_of), and what workers have not
// told of yet (Untold), never silently: then all workers meet (Meeting), and the partitions that are full, or
// nearly, grow by half, in place. Their sizes are staggered in four groups (first_lines), one of which grows
// at a time: so the table as a whole takes 26 to 30 bytes per state, and several workers share in each
// growth.
//
// A state stands in the line of its place, taken as a fraction of the partition, or behind, with full lines
// only between. So states are in the order of their places, as far as collisions let them, and growth moves
// them backwards to forwards.
//
// The first level in which a state is reached is kept, and of the states of the level before that reach it
// the smallest region. So the tree of first paths does not depend on who came first.
#pragma once

#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <bit>
#include <cstdint>
#include <new>
#include <optional>
#include <utility>
#include <vector>

#include "checker/engine/checkpoint.h"
#include "checker/engine/entry.h"
#include "checker/engine/slots.h"

namespace takeover::engine {

enum class Insertion : std::uint8_t { kNew, kKnown, kFull };

// How many states one worker has added to each partition since it last told the table: a counter that all
// workers write would go from processor to processor with each new state.
using Untold = std::array<std::uint32_t, kPartitions>;

class Visited {
 public:
  // shared: several threads insert.
  explicit Visited(bool shared) : shared_(shared) {
    const auto memory =
        static_cast<std::size_t>(sysconf(_SC_PHYS_PAGES)) * static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
    for (std::size_t i = 0; i < kPartitions; ++i) {
      Partition& partition = partitions_[i];
      // Places are hashes: the partitions fill evenly, and thrice the even share is enough.
      partition.slots.reserve(memory / kPartitions * 3);
      if (!partition.slots.resize(first_lines(i))) throw std::bad_alloc();
      partition.limit = limit_of(partition.slots);
    }
  }

  // Adds a state reached in the open level from a state in the region `parent`.
  Insertion insert(const Key& key, std::uint32_t parent, Untold& untold) {
    const std::size_t index = key.place >> kHomeBits;
    Partition& partition = partitions_[index];
    for (Line* line = home(partition, key.place);; ++line) {
      // The last slot first: if it is taken, so are the others, and nothing that is read of them later can
      // change.
      const bool full = line->is_full();
      const unsigned candidates = slots_with(*line, key.low);
      if (candidates != 0) {
        Slot& slot = line->slots[static_cast<std::size_t>(std::countr_zero(candidates))];
        const std::uint64_t rest = slot.rest.load(std::memory_order_acquire);
        if (rest != 0 && Slot::place_of(rest) == key.place) {
          if (Slot::level_of(rest) == level_code_) prefer(slot, Slot::pack(key.place, parent, level_code_));
          return Insertion::kKnown;
        }
      } else if (full) {
        if (line == partition.slots.last()) return crowd(partition);
        continue;
      }
      const std::optional<Insertion> result = insert_into(partition, *line, key, parent, untold[index]);
      if (result) return *result;
      if (line == partition.slots.last()) return crowd(partition);
    }
  }

  // Fetches the place of a state into the cache, for an insert that follows soon. The line behind, too: a
  // quarter of all look-ups go on to it.
  void prefetch(std::uint32_t place) const {
    const Line* line = home(partitions_[place >> kHomeBits], place);
    __builtin_prefetch(line, 1);
    __builtin_prefetch(line + 1, 1);
  }

  // What a worker has added, before anybody may ask (save) or its counts are forgotten.
  void tell(Untold& untold) {
    for (std::size_t i = 0; i < kPartitions; ++i) {
      partitions_[i].used.fetch_add(std::exchange(untold[i], 0), std::memory_order_relaxed);
    }
  }

  // Whether a state was reached before the open level. Safe while states are added.
  [[nodiscard]] bool is_before(const Key& key) const {
    const Partition& partition = partitions_[key.place >> kHomeBits];
    for (const Line* line = home(partition, key.place); line != partition.slots.end(); ++line) {
      for (const Slot& slot : line->slots) {
        if (slot.low.load(std::memory_order_acquire) != key.low) continue;
        const std::uint64_t rest = wait_for(slot);
        if (Slot::place_of(rest) == key.place) return Slot::level_of(rest) != level_code_;
      }
      if (!line->is_full()) return false;
    }
    return false;
  }

  // What is known of a state. Not while states are added.
  [[nodiscard]] std::optional<Known> find(const Key& key) const {
    std::optional<Known> found;
    for_each_from(key.place, key.place, [&](const Known& known) {
      if (known.key == key) found = known;
    });
    return found;
  }

  // All states in a region that can be of this level, ordered by their keys: of those of earlier rounds
  // nobody knows of which. Not while states are added.
  [[nodiscard]] std::vector<Known> in(std::uint32_t region, std::uint32_t level) const {
    std::vector<Known> found;
    const std::uint32_t first = region << (kPlaceBits - kRegionBits);
    const bool old = round_of(level) != round_of(level_);
    const std::uint64_t code = code_of_level(level) | (old ? Slot::kOld : 0);
    for_each_from(first, first | kRegionEnd, [&](const Known& known) {
      if (known.level == code) found.push_back(known);
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
    std::vector<Taken> run(Line::kSlots * 16);
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

  // From here on states of this level are inserted: of the one that is open already, or of a later one.
  //
  // Two live codes never meet. A state is live unless it is marked as old; codes repeat, but not within a
  // round of levels. Before the first level of a round is opened, and so before any state of the round is
  // inserted, all states that there are get the mark, and none ever loses it. So whatever is live was
  // inserted in the round of the open level, where each code is one level's: a state is of the open level if
  // and only if it is live and has its code, and any other one was reached before. The mark depends on the
  // level that is inserted, not on the one that is expanded, which may be of the round before.
  //
  // The open level is kept along with the marks (save): opened again, it marks nothing.
  void open_level(std::uint32_t level) {
    if (round_of(level) != round_of(level_)) mark_all_as_old();
    level_ = level;
    level_code_ = code_of_level(level);
  }
  [[nodiscard]] std::uint32_t open_level() const { return level_; }

  void save(CheckpointWriter& out) const {
    out.number(level_);
    for (const Partition& partition : partitions_) {
      out.number(partition.slots.lines());
      out.number(partition.used);
      out.write(partition.slots.begin(), partition.slots.kept() * sizeof(Line));
    }
  }
  // Into a table that is empty. may_take(bytes): whether there may be so much more. False if there is not the
  // memory; then nothing can be read after it.
  [[nodiscard]] bool load(CheckpointReader& in, const auto& may_take) {
    level_ = static_cast<std::uint32_t>(in.number());
    level_code_ = code_of_level(level_);
    for (Partition& partition : partitions_) {
      const std::size_t lines = in.number_up_to(in.left() / sizeof(Line));
      in.must(lines >= first_lines(0));
      if (!may_take(lines * sizeof(Line)) || !partition.slots.resize(lines)) return false;
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
  static constexpr std::size_t kGroups = 4;
  static constexpr std::uint32_t kRegionEnd = (1U << (kPlaceBits - kRegionBits)) - 1;
  static constexpr std::uint32_t kHomeMask = (1U << kHomeBits) - 1;

  // What is read at each look-up is on a line of its own, apart from what is written.
  struct alignas(64) Partition {
    Slots slots{};
    std::size_t limit = 0;
    alignas(64) std::atomic<std::size_t> used = 0;
    std::atomic<bool> crowded = false;  // a state found no room before the end, which hashes hardly ever do
  };

  // Sizes of neighbouring groups differ by a fourth root of 3/2, so that their growths do not coincide.
  static std::size_t first_lines(std::size_t partition) {
    constexpr std::array<std::size_t, kGroups> kLines{32, 35, 39, 43};
    return kLines[partition % kGroups];
  }
  static std::size_t limit_of(const Slots& slots) { return slots.lines() * Line::kSlots * 45 / 64; }
  // A worker tells of so many states at once: of a small table, of each.
  static std::size_t worth_telling(std::size_t limit) { return std::min<std::size_t>(64, 1 + limit / 256); }

  // The place as a fraction of the partition.
  static Line* home(const Partition& partition, std::uint32_t place) {
    return partition.slots.begin() +
           (std::uint64_t{place & kHomeMask} * partition.slots.lines() >> kHomeBits);
  }

  void mark_all_as_old() {
    for (Partition& partition : partitions_) {
      for (Line* line = partition.slots.begin(); line != partition.slots.end(); ++line) {
        for (Slot& slot : line->slots) {
          const std::uint64_t rest = slot.rest.load(std::memory_order_relaxed);
          if (rest != 0) slot.rest.store(rest | Slot::kOld, std::memory_order_relaxed);
        }
      }
    }
  }

  static Known known_of(std::uint64_t low, std::uint64_t rest) {
    return {{low, Slot::place_of(rest)}, Slot::parent_of(rest), Slot::level_of(rest)};
  }

  // All states with places from the first to the last, which belong to one partition.
  void for_each_from(std::uint32_t first, std::uint32_t last, const auto& visit) const {
    const Partition& partition = partitions_[first >> kHomeBits];
    const Line* const last_home = home(partition, last);
    for (const Line* line = home(partition, first); line != partition.slots.end(); ++line) {
      for (const Slot& slot : line->slots) {
        if (slot.low == 0) break;
        const Known known = known_of(slot.low, slot.rest);
        if (known.key.place >= first && known.key.place <= last) visit(known);
      }
      if (line >= last_home && !line->is_full()) return;
    }
  }

  // The two words of a slot while its partition grows.
  struct Taken {
    std::uint64_t low = 0;
    std::uint64_t rest = 0;
  };
  // Moves the states of a line to `run`, the last one first, and says how many they are.
  static std::size_t take_out(Line& line, Taken* run) {
    // Slots are filled in their order. Many lines are empty: of a small table most are, those behind its end.
    if (line.slots[0].low.load(std::memory_order_relaxed) == 0) return 0;
    const std::size_t count = states_in(line);
    for (std::size_t i = count; i-- > 0; ++run) {
      Slot& slot = line.slots[i];
      *run = {slot.low.load(std::memory_order_relaxed), slot.rest.load(std::memory_order_relaxed)};
      slot.low.store(0, std::memory_order_relaxed);
      slot.rest.store(0, std::memory_order_relaxed);
    }
    return count;
  }

  // While nobody else uses the partition, which is larger than it was: there is room before the end.
  static void put_back(Partition& partition, const Taken& taken) {
    Line* line = home(partition, Slot::place_of(taken.rest));
    while (line->is_full()) ++line;
    Slot& slot = line->slots[states_in(*line)];
    slot.low.store(taken.low, std::memory_order_relaxed);
    slot.rest.store(taken.rest, std::memory_order_relaxed);
  }

  static std::size_t states_in(const Line& line) {
    std::size_t count = 0;
    for (const Slot& slot : line.slots) count += slot.low.load(std::memory_order_relaxed) != 0 ? 1 : 0;
    return count;
  }

  // The slots with this lower half, a bit for each. Without branches, which could not be predicted.
  static unsigned slots_with(const Line& line, std::uint64_t low) {
    static_assert(Line::kSlots == 4);
    const auto bit = [&](std::size_t i) {
      return static_cast<unsigned>(line.slots[i].low.load(std::memory_order_acquire) == low) << i;
    };
    return bit(0) | bit(1) | bit(2) | bit(3);
  }

  static Insertion crowd(Partition& partition) {
    partition.crowded.store(true, std::memory_order_relaxed);
    return Insertion::kFull;
  }

  // Into the first slot of the line that is free, if one still is; other workers may add to it meanwhile,
  // also this very state.
  [[gnu::noinline]] std::optional<Insertion> insert_into(Partition& partition, Line& line, const Key& key,
                                                         std::uint32_t parent, std::uint32_t& untold) const {
    for (Slot& slot : line.slots) {
      std::uint64_t low = slot.low.load(std::memory_order_acquire);
      if (low == 0) {
        if (partition.used.load(std::memory_order_relaxed) + untold >= partition.limit) {
          return Insertion::kFull;
        }
        if (take(slot.low, low, key.low)) {
          slot.rest.store(Slot::pack(key.place, parent, level_code_), std::memory_order_release);
          if (++untold >= worth_telling(partition.limit)) {
            partition.used.fetch_add(std::exchange(untold, 0), std::memory_order_relaxed);
          }
          return Insertion::kNew;
        }
      }
      if (low != key.low) continue;
      const std::uint64_t rest = wait_for(slot);
      if (Slot::place_of(rest) != key.place) continue;
      if (Slot::level_of(rest) == level_code_) prefer(slot, Slot::pack(key.place, parent, level_code_));
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

  // Another worker may have taken the slot this instant.
  static std::uint64_t wait_for(const Slot& slot) {
    std::uint64_t rest = 0;
    do {
      rest = slot.rest.load(std::memory_order_acquire);
    } while (rest == 0);
    return rest;
  }

  // A state that is reached again, in its first level, keeps the smaller region: both words differ in nothing
  // else.
  void prefer(Slot& slot, std::uint64_t offered) const {
    std::uint64_t kept = slot.rest.load(std::memory_order_relaxed);
    if (!shared_) {
      if (offered < kept) slot.rest.store(offered, std::memory_order_relaxed);
      return;
    }
    while (offered < kept && !slot.rest.compare_exchange_weak(kept, offered, std::memory_order_relaxed)) {
    }
  }

  bool shared_;
  std::uint32_t level_ = 0;  // the open one
  std::uint32_t level_code_ = code_of_level(0);
  std::array<Partition, kPartitions> partitions_;
};

}  // namespace takeover::engine
