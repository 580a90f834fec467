// The states that were seen, and how each was first reached.
//
// 16 partitions with open addressing, chosen by the upper bits of a state's place. A look-up takes no lock:
// it reads one cache line as a rule, which prefetch() has asked for. A new state is put in with one
// compare-and-swap. A partition is refused new states at 13/16 full (kFull), never silently: then all workers
// meet (Meeting), and the partitions that are full, or nearly, grow by half, in place. So the table takes 20
// to 30 bytes per state.
//
// An entry stands at its place, taken as a fraction of the partition, or behind, with no gap between. So
// entries are in the order of their places, as far as collisions let them, and growth moves them backwards to
// forwards.
//
// The first level in which a state is reached is kept, and of the states of the level before that reach it
// the one with the smallest place. So the tree of first paths does not depend on who came first.
#pragma once

#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "checker/engine/entry.h"
#include "checker/engine/slots.h"

namespace takeover::engine {

enum class Insertion : std::uint8_t { kNew, kKnown, kFull };

class Visited {
 public:
  // exact: identities are exact, and tell nothing of the place. shared: several threads insert.
  explicit Visited(bool exact, bool shared) : exact_(exact), shared_(shared) {
    const auto memory =
        static_cast<std::size_t>(sysconf(_SC_PHYS_PAGES)) * static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
    for (Partition& partition : partitions_) {
      // Places are hashes: the partitions fill evenly, and twice the even share is enough.
      partition.slots.reserve(memory / kPartitions * 2);
      if (!partition.slots.resize(kFirstSlots)) throw std::bad_alloc();
      partition.limit = limit_of(partition.slots);
    }
  }

  // Adds a state first reached in the level of this code from the state at `parent`.
  Insertion insert(const Key& key, std::uint32_t level_code, std::uint32_t parent) {
    Partition& partition = partitions_[key.place >> kHomeBits];
    const Rest rest(key.place, level_code, parent);
    // Nearly every look-up is of a known state: a whole line is searched for it before a free slot is looked
    // for.
    for (Entry* line = home(partition, key.place);; line += Slots::kPerLine) {
      Entry* const found = with_identity(line, key.identity);
      if (found != nullptr && meet_again(*found, rest)) return Insertion::kKnown;
      const std::optional<Insertion> result = insert_into(partition, line, key, rest);
      if (result) return *result;
      if (line == partition.slots.last_line()) return Insertion::kFull;
    }
  }

  // Fetches the place of a state into the cache, for an insert that follows soon.
  void prefetch(std::uint32_t place) const {
    __builtin_prefetch(home(partitions_[place >> kHomeBits], place));
  }

  // The entry of a state, or null. Not while states are added.
  [[nodiscard]] const Entry* find(const Key& key) const {
    const Partition& partition = partitions_[key.place >> kHomeBits];
    const Rest wanted(key.place, 0, 0);
    for (const Entry* entry = home(partition, key.place); is_taken(partition, entry); ++entry) {
      if (entry->identity == key.identity && Rest(entry->rest).same_place(wanted)) return entry;
    }
    return nullptr;
  }

  // All entries at a place that can be of this level: as a rule one. Not while states are added.
  [[nodiscard]] std::vector<const Entry*> at(std::uint32_t place, std::uint32_t level) const {
    std::vector<const Entry*> found;
    const Partition& partition = partitions_[place >> kHomeBits];
    for (const Entry* entry = home(partition, place); is_taken(partition, entry); ++entry) {
      const Rest rest(entry->rest);
      if (rest.home_bits(entry->identity, exact_) == (place & kHomeMask) &&
          rest.level_code() == code_of_level(level)) {
        found.push_back(entry);
      }
    }
    std::ranges::sort(found, {}, [](const Entry* entry) { return entry->identity.load(); });
    return found;
  }

  // ---- between insertions: nobody else may use the table meanwhile ----

  // Whether this partition is full, or so nearly that it grows along with others.
  [[nodiscard]] bool wants_growth(std::size_t partition) const {
    const Partition& p = partitions_[partition];
    return p.used.load(std::memory_order_relaxed) + p.limit / 64 >= p.limit;
  }
  // Further bytes that it takes then.
  [[nodiscard]] std::size_t bytes_to_grow(std::size_t partition) const {
    const Slots& slots = partitions_[partition].slots;
    return (Slots::grown(slots.count()) - slots.count()) * sizeof(Entry);
  }
  // False if there is no more memory to be had. Different partitions may grow at the same time.
  //
  // Runs of entries without a gap are taken out from the last to the first, and put in again at their new
  // homes, none of which lies before the run: so what was put in never has a gap before it that it was not
  // put in with.
  [[nodiscard]] bool grow(std::size_t partition) {
    Partition& p = partitions_[partition];
    Entry* const old_end = p.slots.end();
    if (!p.slots.resize(Slots::grown(p.slots.count()))) return false;
    p.limit = limit_of(p.slots);
    std::vector<std::pair<std::uint64_t, Rest>> run;
    for (Entry* entry = old_end; entry != p.slots.begin(); --entry) {
      const std::uint64_t identity = entry[-1].identity.load(std::memory_order_relaxed);
      if (identity != 0) {
        run.emplace_back(identity, Rest(entry[-1].rest.load(std::memory_order_relaxed)));
        write(entry[-1], 0, Rest());
        if (entry - 1 != p.slots.begin()) continue;
      }
      // In the order of their places as far as may be, to write forwards.
      for (; !run.empty(); run.pop_back()) put_back(p, run.back().first, run.back().second);
    }
    return true;
  }

  // To be called before each level is entered: codes of levels are used again, so that states of old levels
  // must not look like those that are reached next.
  void enter_level(std::uint32_t level) {
    if (level == 0 || level % kLevelCodes != 0) return;
    for (Partition& partition : partitions_) {
      for (Entry& entry : partition.slots) {
        if (entry.identity != 0) entry.rest = Rest(entry.rest).grown_old().bits();
      }
    }
  }

  [[nodiscard]] std::size_t bytes() const {
    std::size_t sum = 0;
    for (const Partition& partition : partitions_) sum += partition.slots.bytes();
    return sum;
  }

 private:
  static constexpr std::size_t kFirstSlots = 32;
  static constexpr std::uint32_t kHomeMask = (1U << kHomeBits) - 1;

  // What is read at each look-up is on a line of its own, apart from what is written.
  struct alignas(64) Partition {
    Slots slots{};
    std::size_t limit = 0;
    alignas(64) std::atomic<std::size_t> used = 0;
  };

  static std::size_t limit_of(const Slots& slots) { return slots.count() / 16 * 13; }

  static bool is_taken(const Partition& partition, const Entry* entry) {
    return entry != partition.slots.end() && entry->identity != 0;
  }

  static void write(Entry& entry, std::uint64_t identity, Rest rest) {
    entry.identity.store(identity, std::memory_order_relaxed);
    entry.rest.store(rest.bits(), std::memory_order_relaxed);
  }

  // While nobody else uses the partition, which is larger than it was: there is room before the end.
  void put_back(Partition& partition, std::uint64_t identity, Rest rest) const {
    Entry* place = home(partition, rest.home_bits(identity, exact_));
    while (place->identity.load(std::memory_order_relaxed) != 0) ++place;
    write(*place, identity, rest);
  }

  // The place as a fraction of the partition, at the begin of a cache line.
  static Entry* home(const Partition& partition, std::uint32_t place) {
    const std::uint64_t line = std::uint64_t{place & kHomeMask} * partition.slots.lines() >> kHomeBits;
    return partition.slots.begin() + line * Slots::kPerLine;
  }

  // Without branches, which could not be predicted.
  static Entry* with_identity(Entry* line, std::uint64_t identity) {
    static_assert(Slots::kPerLine == 4);
    Entry* found = nullptr;
    found = line[0].identity.load(std::memory_order_acquire) == identity ? line : found;
    found = line[1].identity.load(std::memory_order_acquire) == identity ? line + 1 : found;
    found = line[2].identity.load(std::memory_order_acquire) == identity ? line + 2 : found;
    found = line[3].identity.load(std::memory_order_acquire) == identity ? line + 3 : found;
    return found;
  }

  // Into the first slot of the line that is free, if one still is; other workers may add to it meanwhile,
  // also this very state.
  [[gnu::noinline]] std::optional<Insertion> insert_into(Partition& partition, Entry* line, const Key& key,
                                                         Rest rest) const {
    for (Entry* entry = line; entry != line + Slots::kPerLine; ++entry) {
      std::uint64_t identity = entry->identity.load(std::memory_order_acquire);
      if (identity == 0) {
        if (partition.used.load(std::memory_order_relaxed) >= partition.limit) return Insertion::kFull;
        if (take(*entry, identity, key.identity)) {
          entry->rest.store(rest.bits(), std::memory_order_release);
          add_one(partition.used);
          return Insertion::kNew;
        }
      }
      if (identity == key.identity && meet_again(*entry, rest)) return Insertion::kKnown;
    }
    return std::nullopt;
  }

  // Makes an empty entry this state's; otherwise says whose it is.
  bool take(Entry& entry, std::uint64_t& identity, std::uint64_t mine) const {
    if (shared_) return entry.identity.compare_exchange_strong(identity, mine, std::memory_order_acq_rel);
    entry.identity.store(mine, std::memory_order_relaxed);
    return true;
  }

  void add_one(std::atomic<std::size_t>& count) const {
    if (shared_) {
      count.fetch_add(1, std::memory_order_relaxed);
    } else {
      count.store(count.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
    }
  }

  // Whether the entry is this state's, too; if so, and in its first level, the smaller parent is kept.
  bool meet_again(Entry& entry, const Rest& mine) const {
    std::uint64_t bits = entry.rest.load(std::memory_order_acquire);
    // Another worker has taken the entry this instant.
    while (bits == 0) bits = entry.rest.load(std::memory_order_acquire);
    if (!mine.same_place(Rest(bits))) return false;
    while (mine.bits() < bits && mine.same_place_and_level(Rest(bits))) {
      if (!shared_) {
        entry.rest.store(mine.bits(), std::memory_order_relaxed);
        break;
      }
      if (entry.rest.compare_exchange_weak(bits, mine.bits(), std::memory_order_acq_rel)) break;
    }
    return true;
  }

  bool exact_;
  bool shared_;
  std::array<Partition, kPartitions> partitions_;
};

}  // namespace takeover::engine
