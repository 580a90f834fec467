// The states that were seen, and how each was first reached.
//
// 256 tables with open addressing and linear probing, chosen by the upper bits of the fingerprint, each under
// a spin lock of its own that is held for one look-up. A table doubles by itself at three quarters full, so
// that growth costs 1/256 of the whole at a time and is never refused silently: memory is watched by the
// search.
//
// The first level in which a state is reached is kept, and of the states of the level before that reach it
// the one with the smallest fingerprint. So the tree of first paths does not depend on who came first.
#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdint>
#include <cstring>
#include <memory>
#include <mutex>
#include <span>
#include <thread>
#include <vector>

#include "checker/engine/encoder.h"
#include "checker/engine/report.h"

namespace takeover::engine {

class SpinLock {
 public:
  void lock() {
    // A look-up is short, but its thread may have lost the core: then spinning would waste a time slice.
    while (flag_.test_and_set(std::memory_order_acquire)) std::this_thread::yield();
  }
  void unlock() { flag_.clear(std::memory_order_release); }

 private:
  std::atomic_flag flag_ = ATOMIC_FLAG_INIT;
};

// Encodings kept for the exact store, each behind its length. Never moves what it holds.
class Arena {
 public:
  const std::uint8_t* keep(std::span<const std::uint8_t> bytes) {
    const std::size_t size = bytes.size() + sizeof(std::uint32_t);
    if (blocks_.empty() || used_ + size > capacity_) {
      capacity_ = std::max(kBlock, size);
      blocks_.push_back(std::make_unique<std::uint8_t[]>(capacity_));
      used_ = 0;
    }
    std::uint8_t* place = blocks_.back().get() + used_;
    const auto length = static_cast<std::uint32_t>(bytes.size());
    std::memcpy(place, &length, sizeof length);
    std::memcpy(place + sizeof length, bytes.data(), bytes.size());
    used_ += size;
    return place;
  }

  static bool equal(const std::uint8_t* kept, std::span<const std::uint8_t> bytes) {
    std::uint32_t length = 0;
    std::memcpy(&length, kept, sizeof length);
    return length == bytes.size() && std::memcmp(kept + sizeof length, bytes.data(), length) == 0;
  }

 private:
  static constexpr std::size_t kBlock = std::size_t{64} * 1024;
  std::vector<std::unique_ptr<std::uint8_t[]>> blocks_;
  std::size_t used_ = 0;
  std::size_t capacity_ = 0;
};

class Visited {
 public:
  explicit Visited(Store store) : exact_(store == Store::kExact) {}

  // Adds a state reached in `level` from `parent`; true if it was not there.
  bool insert(const Fingerprint& key, std::span<const std::uint8_t> bytes, const Fingerprint& parent,
              std::uint32_t level) {
    Table& table = tables_[key.high >> 56U];
    const std::lock_guard lock(table.lock);
    if (table.used * 4 >= table.entries.size() * 3) grow(table);
    const std::size_t mask = table.entries.size() - 1;
    for (std::size_t i = key.low & mask;; i = (i + 1) & mask) {
      Entry& entry = table.entries[i];
      if (entry.level == kEmpty) {
        entry = {key, parent.low, level};
        if (exact_) {
          table.kept.resize(table.entries.size());
          table.kept[i] = table.arena.keep(bytes);
        }
        ++table.used;
        return true;
      }
      if (entry.key != key || (exact_ && !Arena::equal(table.kept[i], bytes))) continue;
      if (entry.level == level && parent.low < entry.parent_low) entry.parent_low = parent.low;
      return false;
    }
  }

  // Fetches the place of a state into the cache, for an insert that follows soon.
  void prefetch(const Fingerprint& key) const {
    const Table& table = tables_[key.high >> 56U];
    const Entry* entries = table.place.load(std::memory_order_relaxed);
    const std::size_t mask = table.mask.load(std::memory_order_relaxed);
    // A table that grows meanwhile leaves a wrong hint, and no harm.
    __builtin_prefetch(reinterpret_cast<const char*>(entries) + (key.low & mask) * sizeof(Entry), 1);
  }

  // The fingerprints from an initial state to this one, both included.
  [[nodiscard]] std::vector<Fingerprint> path_to(const Fingerprint& key, std::uint32_t level) const {
    std::vector<Fingerprint> path{key};
    const Entry* entry = find(key.low, level);
    while (entry != nullptr && entry->level > 0) {
      entry = find(entry->parent_low, entry->level - 1);
      if (entry != nullptr) path.push_back(entry->key);
    }
    return {path.rbegin(), path.rend()};
  }

 private:
  static constexpr std::uint32_t kEmpty = 0xFFFFFFFF;

  // A parent is named by half of its fingerprint; its level, and re-execution, tell the rest.
  struct Entry {
    Fingerprint key;
    std::uint64_t parent_low = 0;
    std::uint32_t level = kEmpty;
  };
  struct alignas(64) Table {
    SpinLock lock;
    std::size_t used = 0;
    std::vector<Entry> entries = std::vector<Entry>(64);
    std::vector<const std::uint8_t*> kept;
    Arena arena;
    // Where the entries are, for prefetch, which takes no lock.
    std::atomic<const Entry*> place = entries.data();
    std::atomic<std::size_t> mask = entries.size() - 1;
  };

  static void grow(Table& table) {
    std::vector<Entry> old_entries(table.entries.size() * 2);
    old_entries.swap(table.entries);
    std::vector<const std::uint8_t*> old_kept(table.kept.empty() ? 0 : table.entries.size());
    old_kept.swap(table.kept);
    const std::size_t mask = table.entries.size() - 1;
    for (std::size_t i = 0; i < old_entries.size(); ++i) {
      if (old_entries[i].level == kEmpty) continue;
      std::size_t place = old_entries[i].key.low & mask;
      while (table.entries[place].level != kEmpty) place = (place + 1) & mask;
      table.entries[place] = old_entries[i];
      if (!table.kept.empty()) table.kept[place] = old_kept[i];
    }
    table.place.store(table.entries.data(), std::memory_order_relaxed);
    table.mask.store(mask, std::memory_order_relaxed);
  }

  // The upper half is not known for a parent, so that every table is asked; only traces need it.
  [[nodiscard]] const Entry* find(std::uint64_t low, std::uint32_t level) const {
    for (const Table& table : tables_) {
      const std::size_t mask = table.entries.size() - 1;
      for (std::size_t i = low & mask; table.entries[i].level != kEmpty; i = (i + 1) & mask) {
        if (table.entries[i].key.low == low && table.entries[i].level == level) return &table.entries[i];
      }
    }
    return nullptr;
  }

  bool exact_;
  std::array<Table, 256> tables_;
};

}  // namespace takeover::engine
