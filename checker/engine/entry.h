// One slot of the table of visited states: 16 bytes, in which a state's identity and the way back are packed.
//
//   identity  64   of the fingerprint, or in the exact store the state's two halves as they were interned
//   rest      22   of its place: the upper 4 bits are the partition's number, the lower 6 those of the
//   identity
//              1   old: of a level so long ago that its code is in use again
//              9   the level in which it was first reached, as a code that is used again after 511 levels
//             32   the place of the state from which it was first reached
//
// So the fingerprint store tells states apart by 64 + 22 + 4 = 90 bits.
#pragma once

#include <atomic>
#include <cstdint>

#include "checker/engine/encoder.h"

namespace takeover::engine {

inline constexpr unsigned kFingerprintBits = 90;

inline constexpr unsigned kPlaceBits = 32;
inline constexpr unsigned kPartitionBits = 4;
inline constexpr unsigned kPartitions = 1U << kPartitionBits;
inline constexpr unsigned kHomeBits = kPlaceBits - kPartitionBits;  // of the place within a partition

// Where a state is looked for, and how it is recognised there.
struct Key {
  std::uint64_t identity = 0;  // never 0
  std::uint32_t place = 0;
};

// Never 0, so that no entry's rest is.
inline constexpr std::uint32_t kLevelCodes = 511;
[[nodiscard]] constexpr std::uint32_t code_of_level(std::uint32_t level) {
  return 1 + level % kLevelCodes;
}

class Rest {
 public:
  Rest() = default;
  explicit Rest(std::uint64_t bits) : bits_(bits) {}
  Rest(std::uint32_t place, std::uint32_t level_code, std::uint32_t parent)
      : bits_(std::uint64_t{place >> kLow & kTagMask} << kTagShift | std::uint64_t{level_code} << kPlaceBits |
              parent) {}

  [[nodiscard]] std::uint64_t bits() const { return bits_; }
  [[nodiscard]] std::uint32_t level_code() const {
    return static_cast<std::uint32_t>(bits_ >> kPlaceBits) & (kOld - 1);
  }
  [[nodiscard]] std::uint32_t parent() const { return static_cast<std::uint32_t>(bits_); }
  [[nodiscard]] bool same_place(const Rest& other) const { return (bits_ ^ other.bits_) >> kTagShift == 0; }
  [[nodiscard]] bool same_place_and_level(const Rest& other) const {
    return (bits_ ^ other.bits_) >> kPlaceBits == 0;
  }
  [[nodiscard]] Rest grown_old() const { return Rest(bits_ | std::uint64_t{kOld} << kPlaceBits); }
  // The place within the partition.
  [[nodiscard]] std::uint32_t home_bits(std::uint64_t identity, bool exact) const {
    const auto low = exact ? 0U : static_cast<std::uint32_t>(identity >> (64 - kLow));
    return static_cast<std::uint32_t>(bits_ >> kTagShift) << kLow | low;
  }

  // Of a place, what is not in the tag: in the fingerprint store it is part of the identity, else 0.
  static constexpr unsigned kLow = 6;

 private:
  static constexpr std::uint32_t kOld = 512;
  static constexpr unsigned kTagShift = 42;
  static constexpr std::uint32_t kTagMask = (1U << (kHomeBits - kLow)) - 1;
  std::uint64_t bits_ = 0;
};

// Zero bytes are an empty entry. An entry is taken by setting its identity; its rest, which is never 0,
// follows.
struct Entry {
  std::atomic<std::uint64_t> identity;
  std::atomic<std::uint64_t> rest;
};
static_assert(sizeof(Entry) == 16 && std::atomic<std::uint64_t>::is_always_lock_free);

// Of a state in the exact store: its identity is exact, its place comes from its fingerprint.
[[nodiscard]] inline Key key_of(const Fingerprint& fingerprint, std::uint64_t exact_identity) {
  const auto upper = static_cast<std::uint32_t>(fingerprint.high >> (64 - kPlaceBits));
  return {exact_identity, upper & ~((1U << Rest::kLow) - 1)};
}

[[nodiscard]] inline Key key_of(const Fingerprint& fingerprint) {
  Key key = key_of(fingerprint, fingerprint.low != 0 ? fingerprint.low : 1);
  key.place |= static_cast<std::uint32_t>(key.identity >> (64 - Rest::kLow));
  return key;
}

[[nodiscard]] inline std::uint32_t place_of(const Fingerprint& fingerprint, bool exact) {
  return exact ? key_of(fingerprint, 1).place : key_of(fingerprint).place;
}

}  // namespace takeover::engine
