// One cache line of the table of visited states: three states, each of which takes 21 bytes and a third.
//
//   low     64   of the fingerprint; in the exact store the state's two halves as they were interned. 0: free
//   high    64   of the fingerprint; its upper 32 bits are the state's place
//   parent  32   the place of the state from which it was first reached
//   level   10   9 bits of the level in which it was first reached, as a code that is used again after 511
//                levels, and one that says that this was so long ago that the code is in use again
//
// So the fingerprint store tells states apart by all 128 bits.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

#include "checker/engine/encoder.h"

namespace takeover::engine {

inline constexpr unsigned kFingerprintBits = 128;

inline constexpr unsigned kPlaceBits = 32;
inline constexpr unsigned kPartitionBits = 4;
inline constexpr unsigned kPartitions = 1U << kPartitionBits;
inline constexpr unsigned kHomeBits = kPlaceBits - kPartitionBits;  // of the place within a partition

// How a state is recognised, and where it is looked for.
struct Key {
  std::uint64_t low = 0;  // never 0
  std::uint64_t high = 0;
  [[nodiscard]] std::uint32_t place() const { return static_cast<std::uint32_t>(high >> kPlaceBits); }
  friend auto operator<=>(const Key&, const Key&) = default;
};

// A fingerprint whose lower half is 0 shares its key with the one where it is 1: of 2^64 halves two are one.
[[nodiscard]] inline Key key_of(const Fingerprint& fingerprint) {
  return {fingerprint.low != 0 ? fingerprint.low : 1, fingerprint.high};
}

// In the exact store the identity is exact; the place is the same as in the other one, so that both prefer
// the same parents, and show the same traces.
[[nodiscard]] inline Key key_of(const Fingerprint& fingerprint, std::uint64_t exact_identity) {
  return {exact_identity, fingerprint.high};
}

// Never 0, so that no level's bits are.
inline constexpr std::uint32_t kLevelCodes = 511;
[[nodiscard]] constexpr std::uint32_t code_of_level(std::uint32_t level) {
  return 1 + level % kLevelCodes;
}

// Zero bytes are an empty line. A slot is taken by setting its lower half; the rest follows, and last of all
// its level, which is never 0: until then nobody relies on what stands there.
struct alignas(64) Line {
  static constexpr std::size_t kSlots = 3;
  static constexpr unsigned kLevelBits = 10;
  static constexpr std::uint32_t kOld = 512;
  static constexpr std::uint32_t kLevelMask = (1U << kLevelBits) - 1;

  std::array<std::atomic<std::uint64_t>, kSlots> low;
  std::array<std::atomic<std::uint64_t>, kSlots> high;
  std::array<std::atomic<std::uint32_t>, kSlots> parent;
  std::atomic<std::uint32_t> levels;

  [[nodiscard]] bool is_full() const { return low[kSlots - 1].load(std::memory_order_acquire) != 0; }
  [[nodiscard]] static std::uint32_t level_of(std::uint32_t levels, std::size_t slot) {
    return levels >> (kLevelBits * slot) & kLevelMask;
  }
  [[nodiscard]] static std::uint32_t shifted(std::uint32_t level, std::size_t slot) {
    return level << (kLevelBits * slot);
  }
};
static_assert(sizeof(Line) == 64 && std::atomic<std::uint64_t>::is_always_lock_free);

// What the table knows of a state.
struct Known {
  Key key;
  std::uint32_t parent = 0;  // a place
  std::uint32_t level = 0;   // its code, and whether it is old
};

}  // namespace takeover::engine
