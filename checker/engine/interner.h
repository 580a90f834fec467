// The exact store's compression: a state is a tree, of which every distinct part is kept once.
//
// The encoding is cut into components (Encoder::cut, or every eight bytes), each of which gets a number; then
// neighbours are paired, and each distinct pair gets a number, until two numbers are left. Those two are the
// state's identity. Leaves and pairs share one range of numbers, so that a number stands for one text and two
// states have the same identity if and only if their encodings are the same. (The tree of LTSmin: Laarman,
// van de Pol, Weber, "Parallel Recursive State Compression for Free", SPIN 2011; theirs is for vectors of
// fixed length.)
//
// A number is 32 bits: when they run out, std::length_error is thrown. Each of the 64 shards has a spin lock
// that is held for one look-up: this store is for certainty, the fingerprint store for speed.
#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdint>
#include <cstring>
#include <memory>
#include <mutex>
#include <span>
#include <stdexcept>
#include <thread>
#include <vector>

#include "checker/engine/checkpoint.h"
#include "checker/engine/encoder.h"

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

class Interner {
 public:
  // Never 0. Safe to call from several threads.
  [[nodiscard]] std::uint64_t identity(const Encoder& encoder, std::vector<std::uint32_t>& scratch) {
    scratch.clear();
    std::size_t from = 0;
    const auto add = [&](std::size_t to) {
      scratch.push_back(leaf(encoder.bytes(from, to)));
      from = to;
    };
    if (encoder.cuts().empty()) {
      while (encoder.size() - from > kDefaultComponent) add(from + kDefaultComponent);
    }
    for (const std::size_t cut : encoder.cuts()) add(cut);
    if (from < encoder.size() || scratch.empty()) add(encoder.size());
    return root(scratch);
  }

  template <std::size_t N>
  [[nodiscard]] std::uint64_t identity(const std::array<std::uint64_t, N>& words,
                                       std::vector<std::uint32_t>& scratch) {
    scratch.clear();
    for (const std::uint64_t word : words) scratch.push_back(pair(word));
    return root(scratch);
  }

  // Not while somebody interns.
  void save(CheckpointWriter& out) const {
    for (const Shard& shard : shards_) {
      out.number(shard.numbers);
      out.number(shard.used_pairs);
      out.all(shard.pairs);
      out.number(shard.used_leaves);
      out.number(shard.leaves.size());
      for (const Leaf& leaf : shard.leaves) {
        out.number(leaf.number);
        if (leaf.number == 0) continue;
        out.number(length_of(leaf.bytes));
        out.write(leaf.bytes + kLength, length_of(leaf.bytes));
      }
    }
  }
  // Into an interner that is empty.
  void load(CheckpointReader& in) {
    std::vector<std::uint8_t> bytes;
    for (Shard& shard : shards_) {
      shard.numbers = static_cast<std::uint32_t>(in.number());
      shard.used_pairs = in.number();
      in.all(shard.pairs);
      shard.used_leaves = in.number();
      shard.leaves.assign(in.number_up_to(in.left()), {});
      for (Leaf& leaf : shard.leaves) {
        leaf.number = static_cast<std::uint32_t>(in.number());
        if (leaf.number == 0) continue;
        in.all(bytes);
        leaf.bytes = keep(shard, bytes);
      }
    }
  }

  // Of the distinct parts, free slots included.
  [[nodiscard]] std::size_t bytes() const {
    std::size_t sum = 0;
    for (const Shard& shard : shards_) {
      sum += shard.pairs.size() * sizeof(Pair) + shard.leaves.size() * sizeof(Leaf) + shard.block_bytes;
    }
    return sum;
  }

 private:
  static constexpr std::size_t kDefaultComponent = 8;
  static constexpr unsigned kShardBits = 6;
  static constexpr std::size_t kBlock = std::size_t{16} * 1024;

  struct Pair {
    std::uint64_t parts = 0;
    std::uint32_t number = 0;  // 0: an empty slot
  };
  struct Leaf {
    const std::uint8_t* bytes = nullptr;  // behind its length
    std::uint32_t number = 0;
  };
  struct alignas(64) Shard {
    SpinLock lock;
    std::uint32_t numbers = 0;  // given out
    std::size_t used_pairs = 0;
    std::size_t used_leaves = 0;
    std::vector<Pair> pairs = std::vector<Pair>(16);
    std::vector<Leaf> leaves = std::vector<Leaf>(16);
    std::vector<std::unique_ptr<std::uint8_t[]>> blocks{};
    std::size_t block_bytes = 0;  // of all blocks
    std::size_t used = kBlock;    // of the last one
  };

  // Neighbours are paired, level by level; one that is left over goes up as it is.
  [[nodiscard]] std::uint64_t root(std::vector<std::uint32_t>& numbers) {
    std::size_t count = numbers.size();
    for (; count > 2; count = (count + 1) / 2) {
      for (std::size_t i = 0; i + 1 < count; i += 2) numbers[i / 2] = pair(join(numbers[i], numbers[i + 1]));
      if (count % 2 == 1) numbers[count / 2] = numbers[count - 1];
    }
    return join(numbers[0], count == 2 ? numbers[1] : 0);
  }

  static std::uint64_t join(std::uint32_t left, std::uint32_t right) {
    return std::uint64_t{left} << 32U | right;
  }

  // Pairs have odd numbers, leaves even ones.
  static std::uint32_t next_number(Shard& shard, std::size_t index, bool is_pair) {
    constexpr std::uint32_t kMost = (1U << (31 - kShardBits)) - 1;
    if (shard.numbers == kMost) throw std::length_error("the exact store has no numbers left");
    return ++shard.numbers << (kShardBits + 1) | static_cast<std::uint32_t>(index) << 1U |
           (is_pair ? 1U : 0U);
  }

  static std::uint64_t hash_of(const std::uint8_t* bytes, std::size_t size) {
    return XXH3_64bits(bytes, size);
  }
  static std::uint64_t hash_of(std::uint64_t parts) {
    std::array<std::uint8_t, sizeof parts> bytes{};
    std::memcpy(bytes.data(), &parts, sizeof parts);
    return hash_of(bytes.data(), bytes.size());
  }

  std::uint32_t pair(std::uint64_t parts) {
    const std::uint64_t hash = hash_of(parts);
    const std::size_t index = hash >> (64 - kShardBits);
    Shard& shard = shards_[index];
    const std::lock_guard lock(shard.lock);
    if (is_full(shard.used_pairs, shard.pairs)) {
      grow(shard.pairs, [](const Pair& p) { return hash_of(p.parts); });
    }
    Pair& found = slot(shard.pairs, hash, [&](const Pair& p) { return p.parts == parts; });
    if (found.number == 0) {
      found = {parts, next_number(shard, index, true)};
      ++shard.used_pairs;
    }
    return found.number;
  }

  std::uint32_t leaf(std::span<const std::uint8_t> bytes) {
    const std::uint64_t hash = hash_of(bytes.data(), bytes.size());
    const std::size_t index = hash >> (64 - kShardBits);
    Shard& shard = shards_[index];
    const std::lock_guard lock(shard.lock);
    if (is_full(shard.used_leaves, shard.leaves)) {
      grow(shard.leaves, [](const Leaf& l) { return hash_of(l.bytes + kLength, length_of(l.bytes)); });
    }
    Leaf& found = slot(shard.leaves, hash, [&](const Leaf& l) {
      return length_of(l.bytes) == bytes.size() &&
             std::memcmp(l.bytes + kLength, bytes.data(), bytes.size()) == 0;
    });
    if (found.number == 0) {
      found = {keep(shard, bytes), next_number(shard, index, false)};
      ++shard.used_leaves;
    }
    return found.number;
  }

  template <class T>
  static bool is_full(std::size_t used, const std::vector<T>& slots) {
    return used * 4 >= slots.size() * 3;
  }

  // The slot that satisfies `is`, or the empty one where it belongs.
  template <class T>
  static T& slot(std::vector<T>& slots, std::uint64_t hash, auto&& is) {
    const std::size_t mask = slots.size() - 1;
    std::size_t i = hash & mask;
    while (slots[i].number != 0 && !is(slots[i])) i = (i + 1) & mask;
    return slots[i];
  }

  template <class T>
  static void grow(std::vector<T>& slots, auto&& hash) {
    std::vector<T> old(slots.size() * 2);
    old.swap(slots);
    for (const T& each : old) {
      if (each.number != 0) slot(slots, hash(each), [](const T&) { return false; }) = each;
    }
  }

  static constexpr std::size_t kLength = sizeof(std::uint32_t);
  static std::size_t length_of(const std::uint8_t* kept) {
    std::uint32_t length = 0;
    std::memcpy(&length, kept, kLength);
    return length;
  }

  // Never moves what it keeps; what is larger than a block gets one of its own.
  static const std::uint8_t* keep(Shard& shard, std::span<const std::uint8_t> bytes) {
    const std::size_t size = bytes.size() + kLength;
    if (shard.used + size > kBlock) {
      shard.blocks.push_back(std::make_unique<std::uint8_t[]>(std::max(kBlock, size)));
      shard.block_bytes += std::max(kBlock, size);
      shard.used = 0;
    }
    std::uint8_t* place = shard.blocks.back().get() + shard.used;
    const auto length = static_cast<std::uint32_t>(bytes.size());
    std::memcpy(place, &length, kLength);
    if (length != 0) std::memcpy(place + kLength, bytes.data(), length);
    shard.used += size;
    return place;
  }

  std::array<Shard, std::size_t{1} << kShardBits> shards_{};
};

}  // namespace takeover::engine
