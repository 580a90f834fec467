// The small parts of the engine, each by itself: what they promise, at its borders.
#include <algorithm>
#include <array>
#include <atomic>
#include <catch2/catch.hpp>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "checker/engine/explore.h"
#include "checker/engine/limits.h"
#include "checker/engine/memory.h"
#include "checker/engine/slots.h"
#include "checker/engine/tally.h"
#include "tests/checker/engine/graph_model.h"
#include "tests/checker/engine/grid_model.h"

namespace takeover::engine::tests {
namespace {

// ---- limits ----

TEST_CASE("A limit of states is met by as many, and not by one less") {
  Options options;
  options.max_states = 10;
  Limits limits(options);
  limits.count(9, 100);
  limits.watch();
  CHECK_FALSE(limits.stopped());
  CHECK(limits.reason() == StopReason::kNone);
  limits.count(1, 0);
  limits.watch();
  CHECK(limits.stopped());
  CHECK(limits.reason() == StopReason::kStates);
}

TEST_CASE("Of several reasons the first counts, and an interrupt before a limit") {
  std::atomic<bool> stop = true;
  Options options;
  options.stop = &stop;
  options.max_states = 0;
  options.max_seconds = 0;
  Limits limits(options);
  limits.watch();
  CHECK(limits.reason() == StopReason::kInterrupted);
  limits.stop(StopReason::kViolated);
  CHECK(limits.reason() == StopReason::kInterrupted);
}

TEST_CASE("A flag that is not set stops nothing, and no time that is left does") {
  const std::atomic<bool> stop = false;
  Options options;
  options.stop = &stop;
  options.max_seconds = 1'000;
  Limits limits(options);
  limits.watch();
  CHECK_FALSE(limits.stopped());
  options.max_seconds = -1;  // what may remain of a limit that was spent
  limits.watch();
  CHECK(limits.reason() == StopReason::kTime);
}

TEST_CASE("A reason is forgiven if everything was explored, unless a state was abandoned") {
  const Options options;
  Limits limits(options);
  limits.stop(StopReason::kTime);
  limits.forgive();
  CHECK_FALSE(limits.stopped());
  limits.stop(StopReason::kMemory);
  limits.abandon();
  limits.forgive();
  CHECK(limits.reason() == StopReason::kMemory);
}

TEST_CASE("Memory that was granted counts until it is settled") {
  constexpr std::uint64_t kPart = std::uint64_t{600} << 20U;
  Options options;
  options.max_memory_bytes = resident_memory() + (std::uint64_t{1} << 30U);
  {
    Limits limits(options);
    CHECK(limits.reserve(kPart));
    limits.settle(kPart);
    CHECK(limits.reserve(kPart));
    CHECK_FALSE(limits.stopped());
    CHECK_FALSE(limits.reserve(kPart));
    CHECK(limits.reason() == StopReason::kMemory);
  }
  Limits limits(options);
  CHECK_FALSE(limits.reserve(options.max_memory_bytes));
  CHECK(limits.peak_memory() > 0);
}

TEST_CASE("Memory that is resident already is measured against the limit") {
  Options options;
  options.max_memory_bytes = 1;
  Limits limits(options);
  limits.watch();
  CHECK(limits.reason() == StopReason::kMemory);
}

TEST_CASE("Progress is told when it is due, with what was counted so far") {
  std::vector<Progress> seen;
  Options options;
  options.progress = [&](const Progress& progress) { seen.push_back(progress); };
  options.progress_seconds = 1'000;
  {
    Limits limits(options);
    limits.watch();
    CHECK(seen.empty());
  }
  options.progress_seconds = 0;
  Limits limits(options);
  limits.enter_level(7, 30);
  limits.count(2, 5);
  limits.count(1, 1);
  limits.watch();
  limits.watch();
  REQUIRE(seen.size() == 2);
  CHECK(seen[0].states == 3);
  CHECK(seen[0].transitions == 6);
  CHECK(seen[0].frontier == 30);
  CHECK(seen[0].depth == 7);
  CHECK(seen[1].seconds >= seen[0].seconds);
  CHECK(seen[0].memory_bytes > 0);
}

TEST_CASE("What is resident grows by what is touched, and what is attainable is no less") {
  constexpr std::size_t kBytes = std::size_t{64} << 20U;
  const std::uint64_t before = resident_memory();
  const std::vector<char> touched(kBytes, 'x');
  const std::uint64_t after = resident_memory();
  CHECK(before > 0);
  CHECK(after >= before + kBytes / 2);
  CHECK(touched.back() == 'x');
  CHECK(attainable_memory() >= kBytes);
}

// ---- what a worker counts ----

TEST_CASE(
    "The least candidate is kept: by its state, then the state itself before its steps, in their order") {
  const Candidate state{{1, 5}, std::nullopt};
  const Candidate first{{1, 5}, 0};
  const Candidate second{{1, 5}, 1};
  const Candidate other{{2, 0}, std::nullopt};
  std::vector<Candidate> all{state, first, second, other};
  do {
    std::optional<Candidate> best;
    for (const Candidate& each : all) propose(best, each);
    REQUIRE(best == state);
  } while (std::ranges::next_permutation(all).found);
}

TEST_CASE("What workers counted adds up, with the first level of each witness and the least candidate") {
  std::array<Tally, 2> tallies;
  for (Tally& tally : tallies) tally.count_kinds(2);
  const Judgement said{.met = 1, .violated = 2, .reached = 5};
  tallies[0].note(said, {{4, 0}, 1}, 9);
  tallies[0].note(said, {{3, 0}, 2}, 9);
  tallies[1].note({.reached = 1}, {{1, 0}, 3}, 8);
  tallies[1].note({.met = 1, .violated = 2, .reached = 2}, {{2, 0}, 3}, 10);
  tallies[0].states = 10;
  tallies[1].states = 20;
  tallies[0].transitions = 30;
  tallies[1].transitions = 40;
  tallies[1].deadlocks = 2;
  tallies[0].actions = {1, 2};
  tallies[1].actions = {3, 4};

  const auto expect = [](const Report<GridModel>& report) {
    CHECK(report.states == 30);
    CHECK(report.transitions == 70);
    CHECK(report.deadlocks == 2);
    CHECK(report.actions == std::vector<std::uint64_t>{4, 6});
    CHECK(report.properties[0].premise_met == 3);
    CHECK(report.properties[1].premise_met == 0);
    CHECK(report.witnesses == std::vector<std::uint64_t>{3, 1, 2, 0});
    CHECK(report.witness_lengths == std::vector<std::optional<std::uint32_t>>{8U, 10U, 9U, std::nullopt});
  };
  const auto report_of = [](const std::vector<const Tally*>& added) {
    Report<GridModel> report;
    report.actions.resize(2);
    report.properties.resize(2);
    report.witnesses.resize(4);
    report.witness_lengths.resize(4);
    for (const Tally* tally : added) tally->add_to(report);
    return report;
  };
  expect(report_of({&tallies[0], &tallies[1]}));
  expect(report_of({&tallies[1], &tallies[0]}));
  for (const std::size_t first : {0U, 1U}) {
    Tally sum = tallies[first];
    sum.add(tallies[1 - first]);
    expect(report_of({&sum}));
    CHECK(sum.candidates[1] == Candidate{{2, 0}, 3});
    CHECK_FALSE(sum.candidates[0]);
    Candidates best;
    sum.give_candidates(best);
    CHECK(best[1] == Candidate{{2, 0}, 3});
    CHECK_FALSE(sum.candidates[1]);
    // What is less already stays.
    propose(best[1], {{0, 9}, 0});
    Tally later = tallies[0];
    later.give_candidates(best);
    CHECK(best[1] == Candidate{{0, 9}, 0});
  }
}

TEST_CASE("Every reason has words of its own") {
  std::vector<std::string_view> words;
  for (const StopReason reason : {StopReason::kNone, StopReason::kStates, StopReason::kMemory,
                                  StopReason::kTime, StopReason::kInterrupted, StopReason::kViolated}) {
    words.push_back(to_string(reason));
    CHECK_FALSE(words.back().empty());
  }
  std::ranges::sort(words);
  CHECK(std::ranges::adjacent_find(words) == words.end());
}

TEST_CASE("Bytes per state are those of the store, and none without states") {
  Report<GridModel> report;
  report.store_bytes = 100;
  CHECK(report.bytes_per_state() == 0);
  report.states = 8;
  CHECK(report.bytes_per_state() == 12.5);
}

// ---- the table's places ----

TEST_CASE("No key is that of a free slot, and no other is changed") {
  CHECK(key_of(Fingerprint{5, 0}).low == 1);
  CHECK(key_of(Fingerprint{5, 1}).low == 1);
  CHECK(key_of(Fingerprint{5, 2}).low == 2);
  CHECK(key_of(Fingerprint{std::uint64_t{7} << 32U | 9, 2}).place == 7);
  CHECK(key_of(Fingerprint{std::uint64_t{7} << 32U, 2}, 99) == Key{99, 7});
  CHECK(region_of(0x12345678) == 0x123456);
  for (std::uint32_t level = 0; level < 300; ++level) {
    CHECK(code_of_level(level) != 0);
    CHECK(code_of_level(level) < Slot::kOld);
    CHECK(code_of_level(level) == code_of_level(level + kLevelCodes));
    CHECK(round_of(level) + 1 == round_of(level + kLevelCodes));
    if (level % kLevelCodes != 0) CHECK(code_of_level(level) > code_of_level(level - 1));
  }
}

TEST_CASE("A slot gives back what was packed into it, and a smaller region is less") {
  const std::uint64_t rest = Slot::pack(0xFEDCBA98, 0x654321, 127 | Slot::kOld);
  CHECK(Slot::place_of(rest) == 0xFEDCBA98);
  CHECK(Slot::parent_of(rest) == 0x654321);
  CHECK(Slot::level_of(rest) == (127 | Slot::kOld));
  CHECK(Slot::pack(5, 6, 9) < Slot::pack(5, 7, 9));
}

TEST_CASE("A partition grows by half, and a large one up to the end of a huge page") {
  for (const std::size_t lines :
       {std::size_t{32}, std::size_t{43}, std::size_t{1000}, std::size_t{300'000}}) {
    CHECK(Slots::grown(lines) == lines + lines / 2);
  }
  for (std::size_t lines = 1'000'000; lines < 100'000'000; lines = Slots::grown(lines)) {
    const std::size_t grown = Slots::grown(lines);
    CHECK((grown + Slots::kTail) * sizeof(Line) % (std::size_t{2} << 20U) == 0);
    CHECK(grown > lines + lines / 3);
    CHECK(grown <= lines + lines / 2);
  }
}

TEST_CASE("Memory for a partition is zero where it grew, and as it was before") {
  Slots slots;
  slots.reserve(std::size_t{16} << 20U);
  REQUIRE(slots.resize(32));
  CHECK(slots.lines() == 32);
  CHECK(slots.kept() == 32 + Slots::kTail);
  CHECK(slots.bytes() == 32 * 64);
  CHECK(slots.end() - slots.begin() == 32 + static_cast<std::ptrdiff_t>(Slots::kTail));
  CHECK(slots.last() + 1 == slots.end());
  slots.begin()->slots[0].low = 5;
  Line* const begin = slots.begin();
  REQUIRE(slots.resize(50'000));
  CHECK(slots.begin() == begin);
  CHECK(slots.begin()->slots[0].low == 5);
  CHECK(std::all_of(slots.begin() + 1, slots.end(), [](const Line& line) {
    return std::ranges::all_of(line.slots, [](const Slot& slot) { return slot.low == 0 && slot.rest == 0; });
  }));
  // More than was reserved is not to be had, and nothing changes.
  CHECK_FALSE(slots.resize(std::size_t{1} << 20U));
  CHECK(slots.lines() == 50'000);
}

// ---- which run is shown ----

// Grids in which every state of one level is stuck, or violates.
struct StuckGrid : GridModel {
  static constexpr std::size_t kSum = 18;
  void for_each_step(const State& state, Scratch& scratch, auto&& visit) const {
    if (sum(state) != kSum) GridModel::for_each_step(state, scratch, visit);
  }
  void judge_state(const State& state, Judgement& judgement) const {
    if (sum(state) == kSum) judgement.violated = 1;
  }
  void judge_step(const State& before, const Step& /*step*/, Judgement& judgement) const {
    if (sum(before) == kSum - 1) judgement.violated = 2;
  }
  [[nodiscard]] bool is_terminal(const State& /*state*/) const { return false; }
};

// The state of this sum with the least fingerprint.
GridModel::State least_of(std::size_t sum) {
  std::optional<std::pair<Fingerprint, GridModel::State>> least;
  Encoder encoder;
  GridModel::State state{};
  for (unsigned number = 0; number < 10'000; ++number) {
    for (std::size_t i = 0, rest = number; i < 4; ++i, rest /= 10)
      state[i] = static_cast<std::uint8_t>(rest % 10);
    if (GridModel::sum(state) != sum) continue;
    encoder.clear();
    GridModel{}.encode(state, encoder);
    const std::pair found(fingerprint(encoder.bytes()), state);
    if (!least || found.first < least->first) least = found;
  }
  return least->second;
}

TEST_CASE("Of the shortest runs to a violation or a deadlock the one with the least fingerprint is shown") {
  Options options;
  options.workers = GENERATE(1U, 3U);
  options.store = GENERATE(Store::kFingerprint, Store::kExact);
  const auto report = explore(StuckGrid{}, options);
  REQUIRE(report.deadlock);
  CHECK(report.deadlock->steps.size() == StuckGrid::kSum);
  CHECK(report.deadlock->steps.back().state == least_of(StuckGrid::kSum));
  CHECK(report.deadlocks == 670);  // of 4 digits, with the sum 18
  REQUIRE(report.properties[0].counterexample);
  CHECK(report.properties[0].counterexample->steps.back().state == least_of(StuckGrid::kSum));
  REQUIRE(report.properties[1].counterexample);
  const auto& steps = report.properties[1].counterexample->steps;
  REQUIRE(steps.size() == StuckGrid::kSum);
  CHECK(steps[StuckGrid::kSum - 2].state == least_of(StuckGrid::kSum - 1));
  // The first of its steps that can be taken.
  const auto& before = steps[StuckGrid::kSum - 2].state;
  CHECK(steps.back().raised ==
        static_cast<std::size_t>(std::ranges::find_if(before, [](std::uint8_t digit) { return digit != 9; }) -
                                 before.begin()));
}

// The region of a state of the grid.
std::uint32_t region_of_state(const GridModel::State& state) {
  Encoder encoder;
  GridModel{}.encode(state, encoder);
  return region_of(place_of(fingerprint(encoder.bytes())));
}
TEST_CASE("Each state of a shown run comes from the least region of all that lead to it") {
  Options options;
  options.workers = GENERATE(1U, 3U);
  const auto report = explore(StuckGrid{}, options);
  REQUIRE(report.deadlock);
  GridModel::State before = report.deadlock->initial;
  for (const auto& step : report.deadlock->steps) {
    for (std::size_t i = 0; i < 4; ++i) {
      GridModel::State other = step.state;
      if (other[i]-- != 0) CHECK(region_of_state(before) <= region_of_state(other));
    }
    before = step.state;
  }
}

TEST_CASE("Of several steps to one state the first is shown") {
  GraphModel model;
  model.initial = {0};
  model.bad = {2};
  model.edges = {{{1, false, true}, {1, false, false}}, {{2, false, false}, {2, false, true}, {2}}, {}};
  Options options;
  options.store = GENERATE(Store::kFingerprint, Store::kExact);
  const auto report = explore(model, options);
  REQUIRE(report.properties[0].counterexample);
  const auto& steps = report.properties[0].counterexample->steps;
  REQUIRE(steps.size() == 2);
  CHECK(steps[0].odd);
  CHECK_FALSE(steps[1].odd);
}

// 4,000 states that lead nowhere, in chunks.
struct Last : GridModel {
  using State = std::uint64_t;
  struct Step {
    State state = 0;
  };
  void for_each_initial(auto&& visit) const { visit(State{0}); }
  void for_each_step(const State& state, Scratch& /*scratch*/, auto&& visit) const {
    for (State i = 1; state == 0 && i <= 4'000; ++i) {
      Step step{i};
      visit(step);
    }
  }
  [[nodiscard]] std::array<std::uint64_t, 1> words(const State& state) const { return {state}; }
  [[nodiscard]] std::size_t kind(const Step& /*step*/) const { return 0; }
  void judge_state(const State& /*state*/, Judgement& /*judgement*/) const {}
  void judge_step(const State& /*before*/, const Step& /*step*/, Judgement& /*judgement*/) const {}
  [[nodiscard]] bool is_terminal(const State& /*state*/) const { return true; }
};
TEST_CASE("A run that ends in its last level, with states that nobody has expanded, is not complete") {
  std::atomic<bool> stop = false;
  std::uint32_t in_level = 0;
  Options options;
  options.workers = 1;
  options.stop = &stop;
  options.progress_seconds = 0;
  options.progress = [&](const Progress& progress) {
    if (progress.depth == 1 && ++in_level == 2) stop = true;
  };
  const auto report = explore(Last{}, options);
  CHECK(report.states == 4'001);
  CHECK_FALSE(report.complete);
  CHECK(report.stopped == StopReason::kInterrupted);
  in_level = 0;
  stop = false;
  // Where the flag comes after the last chunk, nothing was left out.
  options.progress = [&](const Progress& progress) {
    if (progress.depth == 1 && ++in_level == 16) stop = true;
  };
  const auto whole = explore(Last{}, options);
  CHECK(in_level == 16);
  CHECK(whole.complete);
}

TEST_CASE("A run whose last step violates all that was asked for has nothing left, and is complete") {
  GraphModel model;
  model.initial = {0};
  model.edges = {{{1}}, {{0, true}}};
  Options options;
  options.stop_when_violated = 2;
  const auto report = explore(model, options);
  CHECK(report.properties[1].counterexample);
  CHECK(report.complete);
}

TEST_CASE("The probability of a collision is that of n*n/2 pairs of 96 bits, and none in the exact store") {
  Options options;
  const auto report = explore(GridModel{}, options);
  CHECK(report.states == 10'000);
  CHECK(report.collision_probability ==
        Approx(1e8 / 2 / 79228162514264337593543950336.0).epsilon(1e-9).margin(0));
  options.store = Store::kExact;
  CHECK(explore(GridModel{}, options).collision_probability == 0);
}

TEST_CASE("The exact store takes what the table takes, and what it keeps of the states besides") {
  Options options;
  const std::uint64_t table = explore(GridModel{}, options).store_bytes;
  options.store = Store::kExact;
  // Each of 10,000 states is told apart by bytes of its own, and by no kilobytes.
  const std::uint64_t exact = explore(GridModel{}, options).store_bytes;
  CHECK(exact >= table + 10'000);
  CHECK(exact <= table + std::uint64_t{10'000} * 1024);
}

}  // namespace
}  // namespace takeover::engine::tests
