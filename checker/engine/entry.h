// One cache line of the table of visited states: four states, each of two words.
//
//   low     64   of the fingerprint; in the exact store the state's two halves as they were interned. 0: free
//   rest         0: the slot was taken this instant, and the rest follows
//     place   32   the upper bits of the fingerprint: where the state is looked for
//     region  24   of the state from which it was first reached: the upper bits of that one's place
//     level    8   7 bits of the level in which it was first reached, as a code that stands for one level of
//                  each round of 127, and one that says that the round is over (Visited::open_level)
//
// So the fingerprint store tells states apart by 96 bits.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

#include "checker/engine/encoder.h"

namespace takeover::engine {

inline constexpr unsigned kFingerprintBits = 96;

inline constexpr unsigned kPlaceBits = 32;
inline constexpr unsigned kRegionBits = 24;  // of a place
inline constexpr unsigned kPartitionBits = 4;
inline constexpr unsigned kPartitions = 1U << kPartitionBits;
inline constexpr unsigned kHomeBits = kPlaceBits - kPartitionBits;  // of the place within a partition

// How a state is recognised, and where it is looked for.
struct Key {
  std::uint64_t low = 0;  // never 0
  std::uint32_t place = 0;
  friend auto operator<=>(const Key&, const Key&) = default;
};

[[nodiscard]] constexpr std::uint32_t place_of(const Fingerprint& fingerprint) {
  return static_cast<std::uint32_t>(fingerprint.high >> kPlaceBits);
}
[[nodiscard]] constexpr std::uint32_t region_of(std::uint32_t place) {
  return place >> (kPlaceBits - kRegionBits);
}

// A fingerprint whose lower half is 0 shares its key with the one where it is 1: of 2^64 halves two are one.
[[nodiscard]] inline Key key_of(const Fingerprint& fingerprint) {
  return {fingerprint.low != 0 ? fingerprint.low : 1, place_of(fingerprint)};
}

// In the exact store the identity is exact; the place is the same as in the other one, so that both prefer
// the same parents, and show the same traces.
[[nodiscard]] inline Key key_of(const Fingerprint& fingerprint, std::uint64_t exact_identity) {
  return {exact_identity, place_of(fingerprint)};
}

// Levels come in rounds, in which each has a code of its own. Never 0, so that no taken slot's second word
// is.
inline constexpr std::uint32_t kLevelCodes = 127;
[[nodiscard]] constexpr std::uint32_t code_of_level(std::uint32_t level) {
  return 1 + level % kLevelCodes;
}
[[nodiscard]] constexpr std::uint32_t round_of(std::uint32_t level) {
  return level / kLevelCodes;
}

// Zero bytes are an empty slot. It is taken by setting its first word; the second one follows.
struct Slot {
  static constexpr std::uint64_t kOld = 128;
  static constexpr unsigned kLevelBits = 8;
  static constexpr std::uint64_t kLevelMask = (1U << kLevelBits) - 1;
  static constexpr std::uint64_t kRegionMask = (1U << kRegionBits) - 1;

  std::atomic<std::uint64_t> low;
  std::atomic<std::uint64_t> rest;

  // Of the states at a place that were first reached in one level, the one with the smaller region is less.
  [[nodiscard]] static constexpr std::uint64_t pack(std::uint32_t place, std::uint32_t region,
                                                    std::uint32_t level) {
    return std::uint64_t{place} << (kRegionBits + kLevelBits) | std::uint64_t{region} << kLevelBits | level;
  }
  [[nodiscard]] static constexpr std::uint32_t place_of(std::uint64_t rest) {
    return static_cast<std::uint32_t>(rest >> (kRegionBits + kLevelBits));
  }
  [[nodiscard]] static constexpr std::uint32_t parent_of(std::uint64_t rest) {
    return static_cast<std::uint32_t>(rest >> kLevelBits & kRegionMask);
  }
  [[nodiscard]] static constexpr std::uint32_t level_of(std::uint64_t rest) {
    return static_cast<std::uint32_t>(rest & kLevelMask);
  }
};

struct alignas(64) Line {
  static constexpr std::size_t kSlots = 4;
  std::array<Slot, kSlots> slots;

  // Slots are taken from the first to the last.
  [[nodiscard]] bool is_full() const { return slots.back().low.load(std::memory_order_acquire) != 0; }
};
static_assert(sizeof(Line) == 64 && std::atomic<std::uint64_t>::is_always_lock_free);
static_assert(kPlaceBits + kRegionBits + Slot::kLevelBits == 64);

// What the table knows of a state.
struct Known {
  Key key;
  std::uint32_t parent = 0;  // a region
  std::uint32_t level = 0;   // its code, and Slot::kOld if its round is over
};

}  // namespace takeover::engine
