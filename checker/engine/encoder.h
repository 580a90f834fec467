// The bytes that identify a state, and their fingerprint.
#pragma once

#include <xxhash.h>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <vector>

namespace takeover::engine {

// A buffer that a model writes its canonical encoding into. One per worker, reused: it allocates only while
// it grows.
class Encoder {
 public:
  void clear() { size_ = 0; }

  void byte(std::uint8_t value) {
    if (size_ == bytes_.size()) bytes_.resize(bytes_.size() * 2);
    bytes_[size_++] = value;
  }

  // Eight bytes, the lowest first on a little-endian machine: the cheapest way to write a packed state.
  void word(std::uint64_t value) {
    if (bytes_.size() - size_ < sizeof value) bytes_.resize(bytes_.size() * 2);
    std::memcpy(bytes_.data() + size_, &value, sizeof value);
    size_ += sizeof value;
  }

  // LEB128: seven bits a byte, the lowest first.
  void varint(std::uint64_t value) {
    while (value >= 0x80) {
      byte(static_cast<std::uint8_t>(value | 0x80));
      value >>= 7;
    }
    byte(static_cast<std::uint8_t>(value));
  }

  [[nodiscard]] std::size_t size() const { return size_; }
  // What was written since the buffer had the size `from`, until it had the size `to`. Valid until the next
  // write.
  [[nodiscard]] std::span<const std::uint8_t> bytes(std::size_t from = 0) const {
    return {bytes_.data() + from, size_ - from};
  }
  [[nodiscard]] std::span<const std::uint8_t> bytes(std::size_t from, std::size_t to) const {
    return {bytes_.data() + from, to - from};
  }

 private:
  std::vector<std::uint8_t> bytes_ = std::vector<std::uint8_t>(256);
  std::size_t size_ = 0;
};

// 128 bits of XXH3, which is the same in every build and on every machine.
struct Fingerprint {
  std::uint64_t high = 0;
  std::uint64_t low = 0;
  friend auto operator<=>(const Fingerprint&, const Fingerprint&) = default;
};

[[nodiscard]] inline Fingerprint fingerprint(std::span<const std::uint8_t> bytes) {
  const XXH128_hash_t hash = XXH3_128bits(bytes.data(), bytes.size());
  return {hash.high64, hash.low64};
}

}  // namespace takeover::engine
