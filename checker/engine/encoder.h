// The bytes that identify a state, and their fingerprint.
#pragma once

// The hash is compiled into its callers: for a state of a few words the call would cost more than the mixing.
#ifndef XXH_INLINE_ALL
#define XXH_INLINE_ALL
#endif
#include <xxhash.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <span>
#include <utility>
#include <vector>

namespace takeover::engine {

inline constexpr std::size_t kMaxVarint = 10;

// LEB128: seven bits a byte, the lowest first; at most kMaxVarint of them. Returns where it ends.
[[nodiscard]] inline std::uint8_t* put_varint(std::uint8_t* at, std::uint64_t value) {
  for (; value >= 0x80; value >>= 7U) *at++ = static_cast<std::uint8_t>(value | 0x80U);
  *at++ = static_cast<std::uint8_t>(value);
  return at;
}

// A buffer that a model writes its canonical encoding into. One per worker, reused: it allocates only while
// it grows.
class Encoder {
 public:
  Encoder() = default;
  Encoder(const Encoder&) = delete;
  Encoder& operator=(const Encoder&) = delete;
  ~Encoder() = default;

  // keeps_cuts: whether anybody is going to ask for them.
  void clear(bool keeps_cuts = true) {
    at_ = bytes_.get();
    keeps_cuts_ = keeps_cuts;
    cuts_.clear();
  }

  void byte(std::uint8_t value) {
    *room(1) = value;
    ++at_;
  }

  // Eight bytes, the lowest first on a little-endian machine: the cheapest way to write a packed state.
  void word(std::uint64_t value) {
    std::memcpy(room(sizeof value), &value, sizeof value);
    at_ += sizeof value;
  }

  void varint(std::uint64_t value) { advance(put_varint(room(kMaxVarint), value)); }

  // For whoever writes many bytes at a time: where the next one goes, with room for so many at least, and
  // where what was written ends.
  [[nodiscard]] std::uint8_t* room(std::size_t bytes) {
    if (static_cast<std::size_t>(end_ - at_) < bytes) grow(bytes);
    return at_;
  }
  void advance(std::uint8_t* at) { at_ = at; }

  // Ends a component: a part of the state that changes seldom, or by itself. The exact store keeps each
  // distinct component once. Cuts are no part of the encoding, which must be unambiguous without them.
  void cut() {
    if (keeps_cuts_) cuts_.push_back(size());
  }

  [[nodiscard]] std::size_t size() const { return static_cast<std::size_t>(at_ - bytes_.get()); }
  // What was written since the buffer had the size `from`, until it had the size `to`. Valid until the next
  // write.
  [[nodiscard]] std::span<const std::uint8_t> bytes(std::size_t from = 0) const {
    return bytes(from, size());
  }
  [[nodiscard]] std::span<const std::uint8_t> bytes(std::size_t from, std::size_t to) const {
    return {bytes_.get() + from, to - from};
  }
  [[nodiscard]] std::span<const std::size_t> cuts() const { return cuts_; }

 private:
  // Seldom needed, and kept out of the callers.
  [[gnu::noinline]] void grow(std::size_t bytes) {
    const std::size_t used = size();
    const std::size_t room = 2 * static_cast<std::size_t>(end_ - bytes_.get()) + bytes;
    auto grown = std::make_unique<std::uint8_t[]>(room);
    std::memcpy(grown.get(), bytes_.get(), used);
    bytes_ = std::move(grown);
    at_ = bytes_.get() + used;
    end_ = bytes_.get() + room;
  }

  static constexpr std::size_t kFirst = 256;
  std::unique_ptr<std::uint8_t[]> bytes_ = std::make_unique<std::uint8_t[]>(kFirst);
  std::uint8_t* at_ = bytes_.get();  // where the next byte goes
  std::uint8_t* end_ = bytes_.get() + kFirst;
  bool keeps_cuts_ = true;
  std::vector<std::size_t> cuts_{};
};

// 128 bits that are the same in every build and on every machine.
struct Fingerprint {
  std::uint64_t high = 0;
  std::uint64_t low = 0;
  friend auto operator<=>(const Fingerprint&, const Fingerprint&) = default;
};

// Equality without a branch, for where it could not be predicted.
[[nodiscard]] inline bool is_same(const Fingerprint& a, const Fingerprint& b) {
  return ((a.low ^ b.low) | (a.high ^ b.high)) == 0;
}

// Of bytes: XXH3.
[[nodiscard]] inline Fingerprint fingerprint(std::span<const std::uint8_t> bytes) {
  const XXH128_hash_t hash = XXH3_128bits(bytes.data(), bytes.size());
  return {hash.high64, hash.low64};
}

// Of a few words: for these XXH3 would be most of the work. Each pair of words is mixed into two halves by
// steps that can all be undone (multiplying by odd numbers, folding the upper bits down, adding one half to
// the other), so that different states of up to two words never have the same 128 bits. The tests hold it
// against what is expected of a random function.
template <std::size_t N>
[[nodiscard]] constexpr Fingerprint fingerprint(const std::array<std::uint64_t, N>& words) {
  std::uint64_t a = 0x243F6A8885A308D3 ^ N;  // digits of pi
  std::uint64_t b = 0x13198A2E03707344;
  for (std::size_t i = 0; i < N; i += 2) {
    a ^= words[i];
    if (i + 1 < N) b ^= words[i + 1];
    a *= 0x9E3779B97F4A7C15;  // odd numbers with bits set all over, of the golden ratio and of MurmurHash3
    a ^= a >> 32U;
    b += a;
    b *= 0xC4CEB9FE1A85EC53;
    b ^= b >> 32U;
    a += b;
    a *= 0xFF51AFD7ED558CCD;
    a ^= a >> 29U;
    b += a;
    b *= 0x9FB21C651E98DF25;
    b ^= b >> 32U;
    a += b;
  }
  return {a, b};
}

}  // namespace takeover::engine
