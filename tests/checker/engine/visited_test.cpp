#include "checker/engine/visited.h"

#include <catch2/catch.hpp>

#include "checker/engine/frontier.h"

namespace takeover::engine::tests {
namespace {

std::vector<std::uint8_t> bytes_of(std::uint32_t number) {
  Encoder encoder;
  encoder.varint(number);
  return {encoder.bytes().begin(), encoder.bytes().end()};
}

TEST_CASE("A state is told from all that were added, while the tables grow") {
  Visited visited(GENERATE(Store::kFingerprint128, Store::kExact));
  for (int round = 0; round < 2; ++round) {
    std::uint32_t added = 0;
    for (std::uint32_t i = 0; i < 100'000; ++i) {
      const auto bytes = bytes_of(i);
      if (visited.insert(fingerprint(bytes), bytes, {}, 0)) ++added;
    }
    CHECK(added == (round == 0 ? 100'000 : 0));
  }
}

TEST_CASE("States with one fingerprint are one in the fingerprint store, and two in the exact store") {
  const Fingerprint same{1, 2};
  Visited fingerprints(Store::kFingerprint128);
  CHECK(fingerprints.insert(same, bytes_of(1), {}, 0));
  CHECK_FALSE(fingerprints.insert(same, bytes_of(2), {}, 0));
  Visited exact(Store::kExact);
  CHECK(exact.insert(same, bytes_of(1), {}, 0));
  CHECK(exact.insert(same, bytes_of(2), {}, 0));
  CHECK(exact.insert(same, bytes_of(1000), {}, 0));
  CHECK_FALSE(exact.insert(same, bytes_of(2), {}, 0));
}

TEST_CASE("A path leads over the smallest parent of the level before, whoever came first") {
  const Fingerprint root{0, 10};
  const Fingerprint small{7, 20};
  const Fingerprint large{3, 30};
  const Fingerprint leaf{200ULL << 56U, 40};
  const bool small_first = GENERATE(true, false);
  Visited visited(Store::kFingerprint128);
  visited.insert(root, {}, {}, 0);
  visited.insert(small, {}, root, 1);
  visited.insert(large, {}, root, 1);
  visited.insert(leaf, {}, small_first ? small : large, 2);
  CHECK_FALSE(visited.insert(leaf, {}, small_first ? large : small, 2));
  // Reached again from its own level: that is no shortest path, however small.
  CHECK_FALSE(visited.insert(leaf, {}, root, 3));
  CHECK(visited.path_to(leaf, 2) == std::vector<Fingerprint>{root, small, leaf});
  CHECK(visited.path_to(root, 0) == std::vector<Fingerprint>{root});
}

TEST_CASE("A frontier gives out each of its states once") {
  Frontier<int> frontier;
  Frontier<int> other;
  for (int i = 0; i < 1000; ++i) (i % 3 == 0 ? frontier : other).push(int{i}, {});
  frontier.append(std::move(other));
  CHECK(frontier.size() == 1000);
  CHECK_FALSE(frontier.exhausted());
  std::vector<int> taken(1000);
  for (auto chunk = frontier.take(); !chunk.empty(); chunk = frontier.take()) {
    CHECK(chunk.size() <= Frontier<int>::kChunk);
    for (const auto& item : chunk) ++taken[static_cast<std::size_t>(item.state)];
  }
  CHECK(taken == std::vector<int>(1000, 1));
  CHECK(frontier.exhausted());
  frontier.clear();
  CHECK(frontier.empty());
}

}  // namespace
}  // namespace takeover::engine::tests
