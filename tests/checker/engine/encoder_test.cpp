#include "checker/engine/encoder.h"

#include <rapidcheck.h>

#include <algorithm>
#include <array>
#include <catch2/catch.hpp>
#include <cstdlib>
#include <vector>

namespace takeover::engine::tests {
namespace {

std::vector<std::uint8_t> written(auto&& write) {
  Encoder encoder;
  write(encoder);
  const auto bytes = encoder.bytes();
  return {bytes.begin(), bytes.end()};
}

TEST_CASE("A varint has seven bits a byte, the lowest first") {
  CHECK(written([](Encoder& out) { out.varint(0); }) == std::vector<std::uint8_t>{0});
  CHECK(written([](Encoder& out) { out.varint(127); }) == std::vector<std::uint8_t>{127});
  CHECK(written([](Encoder& out) { out.varint(300); }) == std::vector<std::uint8_t>{0xAC, 0x02});
  CHECK(written([](Encoder& out) { out.varint(~std::uint64_t{0}); }).size() == 10);
}

TEST_CASE("A word is eight bytes") {
  const auto bytes = written([](Encoder& out) { out.word(0x0807060504030201); });
  CHECK(bytes == std::vector<std::uint8_t>{1, 2, 3, 4, 5, 6, 7, 8});
}

TEST_CASE("An encoder grows as needed, keeps what was written, and starts over when cleared") {
  Encoder encoder;
  for (int round = 0; round < 2; ++round) {
    encoder.clear();
    encoder.byte(1);
    for (std::uint64_t i = 0; i < 1000; ++i) encoder.word(i);
    REQUIRE(encoder.size() == 8001);
    for (std::size_t i = 0; i < 1000; ++i) CHECK(encoder.bytes()[1 + 8 * i] == i % 256);
  }
  CHECK(encoder.bytes(1, 9).size() == 8);
  CHECK(encoder.bytes(8001).empty());
}

// What a reader of LEB128 gets out of these bytes.
std::uint64_t read_varint(const std::vector<std::uint8_t>& bytes) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < bytes.size(); ++i) value |= std::uint64_t{bytes[i] & 0x7FU} << (7 * i);
  return value;
}

TEST_CASE("A varint reads back as the number that was written, and only its last byte is below 128") {
  CHECK(rc::check([](std::uint64_t random) {
    const std::uint64_t value = random >> *rc::gen::inRange(0, 64);
    const auto bytes = written([&](Encoder& out) { out.varint(value); });
    RC_ASSERT(read_varint(bytes) == value);
    for (std::size_t i = 0; i < bytes.size(); ++i) RC_ASSERT((bytes[i] < 0x80) == (i + 1 == bytes.size()));
  }));
}

// How often each of the 128 bits changes when one bit of two words does, over states that differ in few bits,
// as those of models do.
TEST_CASE("Each bit of a fingerprint of words changes with each bit of the words half of the time") {
  constexpr int kRounds = 2'000;
  for (unsigned flipped = 0; flipped < 128; ++flipped) {
    std::array<int, 128> changes{};
    for (std::uint64_t round = 0; round < kRounds; ++round) {
      std::array<std::uint64_t, 2> words{round & 63U, round >> 6U};
      const Fingerprint before = fingerprint(words);
      words[flipped / 64] ^= std::uint64_t{1} << (flipped % 64);
      const Fingerprint after = fingerprint(words);
      for (unsigned bit = 0; bit < 64; ++bit) {
        changes[bit] += static_cast<int>((before.low ^ after.low) >> bit & 1U);
        changes[64 + bit] += static_cast<int>((before.high ^ after.high) >> bit & 1U);
      }
    }
    for (const int count : changes) {
      // Half of the rounds, and seven standard deviations.
      if (std::abs(count - kRounds / 2) > 157) FAIL("bit " << flipped << ": " << count << " of " << kRounds);
    }
  }
}

TEST_CASE("A fingerprint of words is the same in every build") {
  static_assert(fingerprint(std::array<std::uint64_t, 1>{1}) !=
                fingerprint(std::array<std::uint64_t, 2>{1, 0}));
  static_assert(fingerprint(std::array<std::uint64_t, 2>{1, 2}) !=
                fingerprint(std::array<std::uint64_t, 2>{2, 1}));
  CHECK(fingerprint(std::array<std::uint64_t, 3>{1, 2, 3}) ==
        Fingerprint{0xFDABC0DCF55A6D69, 0x66EBC633B1CCBF43});
}

TEST_CASE("Different sequences of varints have different bytes") {
  CHECK(rc::check([](const std::vector<std::uint32_t>& a, const std::vector<std::uint32_t>& b) {
    const auto encode = [](const auto& values) {
      return written([&](Encoder& out) {
        for (const auto value : values) out.varint(value);
      });
    };
    RC_ASSERT((encode(a) == encode(b)) == (a == b));
  }));
}

TEST_CASE("A fingerprint is XXH3's, the same in every build") {
  // XXH3_128bits of nothing with seed 0, from the test vectors of xxHash.
  CHECK(fingerprint({}) == Fingerprint{0x99aa06d3014798d8, 0x6001c324468d497f});
}

TEST_CASE("Bytes that are written into room made for them follow those before, wherever the buffer ends") {
  for (std::size_t before = 0; before < 600; ++before) {
    Encoder at_once;
    Encoder apart;
    for (std::size_t i = 0; i < before; ++i) at_once.byte(1), apart.byte(1);
    std::uint8_t* at = at_once.room(3 * kMaxVarint);
    for (const std::uint64_t number : {before, std::size_t{128}, ~std::size_t{0}}) {
      at = put_varint(at, number);
      apart.varint(number);
    }
    at_once.advance(at);
    at_once.byte(2), apart.byte(2);
    REQUIRE(std::ranges::equal(at_once.bytes(), apart.bytes()));
  }
}

TEST_CASE("Cuts are kept for who asks for them") {
  Encoder encoder;
  encoder.byte(1);
  encoder.cut();
  CHECK(encoder.cuts().size() == 1);
  encoder.clear(false);
  encoder.byte(1);
  encoder.cut();
  CHECK(encoder.cuts().empty());
  encoder.clear();
  encoder.cut();
  CHECK(encoder.cuts().size() == 1);
}

}  // namespace
}  // namespace takeover::engine::tests
