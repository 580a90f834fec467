#include "checker/engine/visited.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <catch2/catch.hpp>
#include <map>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "checker/engine/frontier.h"
#include "checker/engine/interner.h"
#include "checker/engine/recent.h"

namespace takeover::engine::tests {
namespace {

static_assert(kFingerprintBits == 96 && Line::kSlots == 4,
              "what is promised of identity and of bytes per state rests on it");

Key key_of_number(std::uint64_t number) {
  return key_of(fingerprint(std::array{number}));
}

// Inserts as one of several workers, and lets the table grow as the explorer does.
bool insert_as(Untold& worker, Visited& visited, const Key& key, std::uint32_t parent = 0) {
  Insertion result = visited.insert(key, parent, worker);
  while (result == Insertion::kFull) {
    for (std::size_t i = 0; i < kPartitions; ++i) {
      if (visited.wants_growth(i)) REQUIRE(visited.grow(i));
    }
    result = visited.insert(key, parent, worker);
  }
  return result == Insertion::kNew;
}

// As the only one, who tells of each state.
bool insert(Visited& visited, const Key& key, std::uint32_t level = 0, std::uint32_t parent = 0) {
  visited.open_level(level);
  Untold untold{};
  const bool added = insert_as(untold, visited, key, parent);
  visited.tell(untold);
  return added;
}

TEST_CASE("A state is told from all that were added, while the table grows") {
  Visited visited(GENERATE(false, true));
  for (int round = 0; round < 2; ++round) {
    std::uint32_t added = 0;
    for (std::uint32_t i = 0; i < 300'000; ++i) {
      if (insert(visited, key_of_number(i))) ++added;
    }
    CHECK(added == (round == 0 ? 300'000 : 0));
  }
  for (std::uint32_t i = 0; i < 300'000; ++i) {
    const Key key = key_of_number(i);
    REQUIRE(visited.find(key));
    CHECK(std::ranges::count(visited.in(region_of(key.place), 0), key, &Known::key) == 1);
  }
  CHECK_FALSE(visited.find(key_of_number(300'000)));
}

TEST_CASE("The table takes 32 bytes per state at most, whenever a run ends") {
  Visited visited(false);
  for (std::uint64_t i = 0; i < 400'000; ++i) {
    insert(visited, key_of_number(i));
    // Small tables have a floor.
    if (i > 5'000) REQUIRE(visited.bytes() <= 32 * (i + 1));
  }
}

TEST_CASE("Workers that tell late fill the table by a 256th each beyond its limit at most") {
  constexpr std::size_t kWorkers = 8;
  Visited visited(true);
  std::array<Untold, kWorkers> workers{};
  for (std::uint64_t i = 0; i < 400'000; ++i) {
    insert_as(workers[i % kWorkers], visited, key_of_number(i));
    // 16 bytes a slot, and what is behind the end does not count.
    REQUIRE(i * 16 * 64 * 256 <= visited.bytes() * 45 * (256 + kWorkers));
  }
}

TEST_CASE("A table that may not grow says that it is full, and still knows what it has") {
  Visited visited(false);
  Untold untold{};
  std::uint64_t i = 0;
  while (visited.insert(key_of_number(i), 0, untold) == Insertion::kNew) ++i;
  CHECK(i > 64);
  CHECK(visited.insert(key_of_number(i), 0, untold) == Insertion::kFull);
  for (std::uint64_t known = 0; known < i; ++known) {
    CHECK(visited.insert(key_of_number(known), 0, untold) == Insertion::kKnown);
  }
}

TEST_CASE("Keys that differ in any one of their 96 bits are different states") {
  Visited visited(GENERATE(false, true));
  const Key key = key_of_number(1);
  REQUIRE(insert(visited, key));
  for (unsigned bit = 0; bit < 64; ++bit) {
    CHECK(insert(visited, {key.low ^ std::uint64_t{1} << bit, key.place}));
  }
  for (unsigned bit = 0; bit < kPlaceBits; ++bit) {
    CHECK(insert(visited, {key.low, key.place ^ std::uint32_t{1} << bit}));
  }
  CHECK_FALSE(insert(visited, key));
}

TEST_CASE("States at one place are all kept, and found, while the table grows around them") {
  Visited visited(GENERATE(false, true));
  for (std::uint64_t i = 1; i <= 100; ++i) REQUIRE(insert(visited, {i, 7}));
  for (std::uint64_t i = 0; i < 50'000; ++i) insert(visited, key_of_number(i));
  CHECK(visited.in(0, 0).size() >= 100);
  for (std::uint64_t i = 1; i <= 100; ++i) CHECK_FALSE(insert(visited, {i, 7}));
}

TEST_CASE("States whose place is the last of all are kept behind it") {
  Visited visited(false);
  constexpr std::uint32_t kLast = ~std::uint32_t{0};
  for (std::uint64_t i = 1; i <= 700; ++i) REQUIRE(insert(visited, {i, kLast}));
  for (std::uint64_t i = 1; i <= 700; ++i) CHECK_FALSE(insert(visited, {i, kLast}));
  // What was too narrow has grown, and does not go on growing.
  for (std::size_t i = 0; i < kPartitions; ++i) CHECK_FALSE(visited.wants_growth(i));
}

TEST_CASE("Of several parents the smallest of the first level is kept, whoever came first") {
  const bool small_first = GENERATE(true, false);
  const Key key = key_of_number(1);
  Visited visited(GENERATE(false, true));
  CHECK(insert(visited, key, 2, small_first ? 20 : 30));
  CHECK_FALSE(insert(visited, key, 2, small_first ? 30 : 20));
  // Reached again later: that is no shortest path, however small.
  CHECK_FALSE(insert(visited, key, 3, 10));
  CHECK(visited.find(key)->parent == 20);
  CHECK(visited.in(region_of(key.place), 2).size() == 1);
  CHECK(visited.in(region_of(key.place), 3).empty());
}

TEST_CASE(
    "A state of an earlier level stays as it is, whatever level is inserted, and is known to be earlier") {
  const std::uint32_t first = GENERATE(0U, 1U, 2U, 125U, 126U, 127U, 128U, 253U, 254U);
  const Key key = key_of_number(1);
  for (std::uint32_t level = first + 1; level <= first + 2 * kLevelCodes + 1; ++level) {
    Visited visited(false);
    REQUIRE(insert(visited, key, first, 20));
    CHECK_FALSE(visited.is_before(key));
    // Over all levels between, and straight there.
    for (std::uint32_t between = first; level % 2 == 0 && between < level; ++between) {
      visited.open_level(between);
    }
    visited.open_level(level);
    REQUIRE(visited.is_before(key));
    REQUIRE_FALSE(insert(visited, key, level, 10));
    REQUIRE(visited.find(key)->parent == 20);
    REQUIRE(visited.in(region_of(key.place), first).size() == 1);
    if (level < kLevelCodes) REQUIRE(visited.in(region_of(key.place), level).empty());
    // One of this level is not earlier, and prefers its parents.
    const Key other = key_of_number(2);
    REQUIRE(insert(visited, other, level, 20));
    REQUIRE_FALSE(insert(visited, other, level, 10));
    REQUIRE_FALSE(visited.is_before(other));
    REQUIRE(visited.find(other)->parent == 10);
    REQUIRE(visited.in(region_of(other.place), level).size() == 1);
  }
}

TEST_CASE("Several threads that insert the same states insert each once") {
  Visited visited(true);
  for (int round = 0; round < 10; ++round) {
    for (std::size_t i = 0; i < kPartitions; ++i) REQUIRE(visited.grow(i));  // makes room
  }
  std::atomic<std::uint64_t> added = 0;
  {
    std::vector<std::jthread> threads;
    for (std::uint32_t t = 0; t < 4; ++t) {
      threads.emplace_back([&, t] {
        Untold untold{};
        for (std::uint64_t i = 0; i < 5'000; ++i) {
          const Key key = key_of_number(200'000 + (i * 7919) % 5'000);
          if (visited.insert(key, 100 + t, untold) == Insertion::kNew) ++added;
        }
      });
    }
  }
  CHECK(added == 5'000);
  for (std::uint64_t i = 0; i < 5'000; ++i) {
    CHECK(visited.find(key_of_number(200'000 + i))->parent == 100);
  }
}

TEST_CASE("A state is repeated if it was offered of late, from a parent that is not larger") {
  Recent recent;
  const Fingerprint mark = fingerprint(std::array{std::uint64_t{1}});
  CHECK_FALSE(recent.repeats(mark, 20));
  CHECK(recent.repeats(mark, 20));
  CHECK(recent.repeats(mark, 21));
  CHECK_FALSE(recent.repeats(mark, 19));
  CHECK(recent.repeats(mark, 20));
  CHECK_FALSE(recent.repeats({}, 0));
}

TEST_CASE(
    "What is said to be repeated was offered, from a parent that is not larger, however much is forgotten") {
  Recent recent;
  std::map<Fingerprint, std::uint32_t> least;
  std::uint64_t repeats = 0;
  for (std::uint64_t i = 0; i < 100'000; ++i) {
    const Fingerprint other = fingerprint(std::array{i * i % 5'003});
    const auto parent = static_cast<std::uint32_t>(i * 7'919 % 1'009);
    if (recent.repeats(other, parent)) {
      ++repeats;
      REQUIRE(least.contains(other));
      REQUIRE(least[other] <= parent);
    }
    const auto [known, added] = least.try_emplace(other, parent);
    known->second = std::min(known->second, parent);
  }
  CHECK(repeats > 0);
}

std::uint64_t interned(Interner& interner, const std::vector<std::string>& components, bool cut = true) {
  Encoder encoder;
  std::vector<std::uint32_t> scratch;
  for (const std::string& component : components) {
    for (const char c : component) encoder.byte(static_cast<std::uint8_t>(c));
    if (cut) encoder.cut();
  }
  return interner.identity(encoder, scratch);
}

TEST_CASE("Two states have the same exact identity if and only if they have the same components") {
  Interner interner;
  const std::vector<std::vector<std::string>> states{{},
                                                     {"a"},
                                                     {"b"},
                                                     {"a", "b"},
                                                     {"b", "a"},
                                                     {"ab"},
                                                     {"a", "b", "c"},
                                                     {"a", "b", "c", "d"},
                                                     {"a", "bc"},
                                                     {"", "a"},
                                                     {std::string(100'000, 'x')},
                                                     {std::string(100'000, 'x'), "y"}};
  std::vector<std::uint64_t> identities;
  for (const auto& state : states) identities.push_back(interned(interner, state));
  for (std::size_t i = 0; i < states.size(); ++i) {
    CHECK(identities[i] != 0);
    CHECK(identities[i] == interned(interner, states[i]));
    CHECK(std::ranges::count(identities, identities[i]) == 1);
  }
}

TEST_CASE("A long encoding without cuts is interned by eight bytes, and a distinct part is kept once") {
  Interner interner;
  std::vector<std::uint64_t> identities;
  for (int i = 0; i < 1'000; ++i) {
    identities.push_back(interned(interner, {std::string(64, 'x'), std::to_string(i)}, false));
  }
  std::ranges::sort(identities);
  CHECK(std::ranges::adjacent_find(identities) == identities.end());
  const std::size_t bytes = interner.bytes();
  for (int i = 0; i < 1'000; ++i) {
    const auto again = interned(interner, {std::string(64, 'x'), std::to_string(i)}, false);
    CHECK(std::ranges::binary_search(identities, again));
  }
  // A table that is full grows with the next look-up.
  CHECK(interner.bytes() <= bytes * 2);
}

TEST_CASE("What the exact store takes is at least what it keeps, however large a part is") {
  Interner interner;
  constexpr std::size_t kParts = 100;
  constexpr std::size_t kSize = 100'000;
  for (std::size_t i = 0; i < kParts; ++i) interned(interner, {std::string(kSize, 'x') + std::to_string(i)});
  CHECK(interner.bytes() >= kParts * kSize);
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
    frontier.recycle(std::move(chunk));
  }
  CHECK(taken == std::vector<int>(1000, 1));
  CHECK(frontier.exhausted());
  frontier.clear();
  CHECK(frontier.empty());
}

TEST_CASE("A worker takes its own share of a frontier first, then what the others have left") {
  constexpr int kEach = 3 * Frontier<int>::kChunk;
  Frontier<int> frontier;
  for (int share = 0; share < 3; ++share) {
    Frontier<int> found;
    for (int i = 0; i < (share == 1 ? 0 : kEach); ++i) found.push(int{share}, {});
    frontier.append(std::move(found));
  }
  std::vector<int> shares;
  for (int i = 0; i < 4; ++i) shares.push_back(frontier.take(2).front().state);
  CHECK(shares == std::vector<int>{2, 2, 2, 0});
  CHECK(frontier.left() == 2 * Frontier<int>::kChunk);
  // The second worker has found nothing.
  CHECK(frontier.take(1).front().state == 0);
  CHECK(frontier.take(0).front().state == 0);
  CHECK(frontier.take(0).empty());
  CHECK(frontier.exhausted());
  CHECK(frontier.left() == 0);
}

}  // namespace
}  // namespace takeover::engine::tests
