// A run that was ended anywhere and resumed gives what an uninterrupted one does; nothing else is resumed.
#include <unistd.h>

#include <algorithm>
#include <array>
#include <catch2/catch.hpp>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <span>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "checker/engine/explore.h"
#include "checker/engine/memory.h"
#include "checker/examples/two_phase.h"
#include "tests/checker/engine/grid_model.h"

namespace takeover::engine::tests {
namespace {

using examples::TwoPhase;

// A file of its own for each test case, gone when it ends.
struct TemporaryFile {
  std::string name = (std::filesystem::temp_directory_path() /
                      ("takeover-checkpoint-" + std::to_string(getpid()) + "-" + std::to_string(++count)))
                         .string();
  TemporaryFile() = default;
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;
  ~TemporaryFile() { std::filesystem::remove(name); }
  static inline int count = 0;
};

std::string contents(const std::string& name) {
  std::ifstream file(name, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

void write(const std::string& name, const std::string& bytes) {
  std::ofstream(name, std::ios::binary) << bytes;
}

// The grid with states on the heap, which only the model can read back.
struct HeapGrid {
  using State = std::vector<std::uint8_t>;
  struct Step {
    State state;
    std::size_t raised = 0;
  };
  struct Scratch {};
  GridModel grid{};

  static GridModel::State plain(const State& state) {
    GridModel::State result{};
    std::ranges::copy(state, result.begin());
    return result;
  }
  void for_each_initial(auto&& visit) const { visit(State(4)); }
  void for_each_step(const State& state, Scratch& /*scratch*/, auto&& visit) const {
    GridModel::Scratch none;
    grid.for_each_step(plain(state), none, [&](const GridModel::Step& plain_step) {
      Step step{{plain_step.state.begin(), plain_step.state.end()}, plain_step.raised};
      visit(step);
    });
  }
  void encode(const State& state, Encoder& out) const { grid.encode(plain(state), out); }
  [[nodiscard]] State decode(std::span<const std::uint8_t> bytes) const {
    return {bytes.begin(), bytes.end()};
  }
  [[nodiscard]] std::vector<std::string> action_kinds() const { return grid.action_kinds(); }
  [[nodiscard]] const std::vector<std::string>& properties() const { return grid.properties(); }
  [[nodiscard]] const std::vector<std::string>& witnesses() const { return grid.witnesses(); }
  [[nodiscard]] std::size_t kind(const Step& step) const { return step.raised; }
  void judge_state(const State& state, Judgement& judgement) const {
    const std::size_t sum = GridModel::sum(plain(state));
    if (sum == 30) judgement.violated |= 1U;
    if (sum % 7 == 0) judgement.met |= 1U;
  }
  void judge_step(const State& before, const Step& /*step*/, Judgement& judgement) const {
    if (GridModel::sum(plain(before)) == 3) judgement.violated |= 2U;
  }
  [[nodiscard]] bool is_terminal(const State& /*state*/) const { return false; }
};
static_assert(!Snapshot<HeapGrid>::kPlain && Snapshot<HeapGrid>::kPossible);

// And one that nobody can read back.
struct LostGrid : HeapGrid {
  void decode() const {}
};

// One state that leads to so many that the first table cannot hold them; padded so that states are looked up
// one by one, or not, so that they are looked up in batches.
template <std::size_t kPadding>
struct Fan {
  static constexpr std::uint32_t kWidth = 20'000;
  struct State {
    std::uint32_t number = 0;
    std::array<std::uint8_t, kPadding> padding{};
    friend bool operator==(const State&, const State&) = default;
  };
  struct Step {
    State state;
  };
  struct Scratch {};
  std::vector<std::string> kinds{"go"};
  std::vector<std::string> property{"small"};
  std::vector<std::string> none{};

  void for_each_initial(auto&& visit) const { visit(State{}); }
  void for_each_step(const State& state, Scratch& /*scratch*/, auto&& visit) const {
    const auto go = [&](std::uint32_t number) {
      Step step{{number, {}}};
      visit(step);
    };
    for (std::uint32_t i = 1; state.number == 0 && i <= kWidth; ++i) go(i);
    if (state.number != 0 && state.number <= kWidth) go(kWidth + 1 + state.number / 2);
  }
  [[nodiscard]] std::array<std::uint64_t, 1> words(const State& state) const { return {state.number}; }
  [[nodiscard]] const std::vector<std::string>& action_kinds() const { return kinds; }
  [[nodiscard]] const std::vector<std::string>& properties() const { return property; }
  [[nodiscard]] const std::vector<std::string>& witnesses() const { return none; }
  [[nodiscard]] std::size_t kind(const Step& /*step*/) const { return 0; }
  void judge_state(const State& state, Judgement& judgement) const {
    judgement.met |= 1U;
    if (state.number >= kWidth - 10) judgement.violated |= 1U;
  }
  void judge_step(const State& /*before*/, const Step& /*step*/, Judgement& /*judgement*/) const {}
  [[nodiscard]] bool is_terminal(const State& state) const { return state.number > kWidth; }
};

template <class M>
void expect_same(const M& model, const Report<M>& report, const Report<M>& expected) {
  CHECK(report.complete);
  CHECK(report.states == expected.states);
  CHECK(report.transitions == expected.transitions);
  CHECK(report.depth == expected.depth);
  CHECK(report.actions == expected.actions);
  CHECK(report.witnesses == expected.witnesses);
  CHECK(report.witness_lengths == expected.witness_lengths);
  CHECK(report.deadlocks == expected.deadlocks);
  for (std::size_t i = 0; i < expected.properties.size(); ++i) {
    CHECK(report.properties[i].premise_met == expected.properties[i].premise_met);
    const auto& trace = report.properties[i].counterexample;
    const auto& wanted = expected.properties[i].counterexample;
    REQUIRE(trace.has_value() == wanted.has_value());
    if (!trace) continue;
    REQUIRE(trace->steps.size() == wanted->steps.size());
    for (std::size_t s = 0; s < wanted->steps.size(); ++s) {
      CHECK(trace->steps[s].state == wanted->steps[s].state);
      CHECK(model.kind(trace->steps[s]) == model.kind(wanted->steps[s]));
    }
  }
}

// Ends the run again and again after some more states, and resumes it, until it is complete.
template <class M>
void end_and_resume(const M& model, Options options, std::uint64_t more) {
  const auto expected = explore(model, options);
  REQUIRE(expected.complete);
  const TemporaryFile file;
  options.checkpoint = file.name;
  options.max_states = more;
  auto report = explore(model, options);
  int resumed = 0;
  for (; !report.complete && resumed < 1'000; ++resumed) {
    REQUIRE(report.stopped == StopReason::kStates);
    options.resume = file.name;
    options.max_states = report.states + more;
    report = explore(model, options);
  }
  CHECK(resumed > 3);
  expect_same(model, report, expected);
}

TEST_CASE("A run that is ended and resumed again and again gives what an uninterrupted one does") {
  Options options;
  options.workers = GENERATE(1U, 2U, 3U);
  options.store = GENERATE(Store::kFingerprint, Store::kExact);
  SECTION("plain states") {
    end_and_resume(TwoPhase(5), options, 1'500);
  }
  SECTION("plain states, with a violation") {
    end_and_resume(TwoPhase(5, true), options, 2'000);
  }
  SECTION("states that the model decodes, with violations early and late") {
    end_and_resume(HeapGrid{}, options, 1'500);
  }
}

// Ends the run where there is no room for what is found, and resumes it.
template <class M>
void fill_and_resume(const M& model, Options options) {
  const auto expected = explore(model, options);
  REQUIRE(expected.complete);
  const TemporaryFile file;
  options.checkpoint = file.name;
  options.max_memory_bytes = 1;  // the table is not granted its first growth
  const auto report = explore(model, options);
  CHECK_FALSE(report.complete);
  CHECK(report.stopped == StopReason::kMemory);
  CHECK(report.transitions == M::kWidth);
  CHECK(report.states < M::kWidth / 2);
  options.resume = file.name;
  options.max_memory_bytes = Options{}.max_memory_bytes;
  const auto resumed = explore(model, options);
  CHECK(resumed.states == 1 + M::kWidth + M::kWidth / 2 + 1);
  expect_same(model, resumed, expected);
}

TEST_CASE("States that found no room in memory are in the checkpoint, and are explored when it is resumed") {
  Options options;
  options.workers = GENERATE(1U, 2U);
  options.store = GENERATE(Store::kFingerprint, Store::kExact);
  SECTION("small states") {
    fill_and_resume(Fan<0>{}, options);
  }
  SECTION("large states") {
    fill_and_resume(Fan<64>{}, options);
  }
}

TEST_CASE("A run that the limit of memory ends in the midst is resumed as well") {
  Options options;
  options.workers = GENERATE(1U, 2U, 3U);
  options.store = GENERATE(Store::kFingerprint, Store::kExact);
  const TwoPhase model(7);
  const auto expected = explore(model, options);
  const TemporaryFile file;
  options.checkpoint = file.name;
  options.max_memory_bytes = resident_memory() + (3U << 20U);
  CHECK(explore(model, options).stopped == StopReason::kMemory);
  options.resume = file.name;
  options.max_memory_bytes = Options{}.max_memory_bytes;
  expect_same(model, explore(model, options), expected);
}

TEST_CASE("More states than the memory can bear are not kept, and no checkpoint lacks any") {
  const TemporaryFile file;
  Options options;
  options.checkpoint = file.name;
  options.max_memory_bytes = 1;
  const auto report = explore(Fan<2'000>{}, options);
  CHECK(report.stopped == StopReason::kMemory);
  CHECK(report.checkpoint_failure ==
        file.name + ": the checkpoint is not written: more states found no room than are kept for it");
  CHECK_FALSE(std::filesystem::exists(file.name));
}

TEST_CASE("A checkpoint whose states find no room is refused, and stays as it is") {
  const TemporaryFile file;
  Options options;
  options.checkpoint = file.name;
  options.max_memory_bytes = 1;
  REQUIRE_FALSE(explore(Fan<0>{}, options).complete);
  const std::string before = contents(file.name);
  options.resume = file.name;
  // Too little for the table, then for the table and not for its growth, then for some of what comes after.
  int refused = 0;
  for (options.max_memory_bytes = resident_memory();; options.max_memory_bytes += 65'536) {
    try {
      static_cast<void>(explore(Fan<0>{}, options));
      break;
    } catch (const CheckpointError& refusal) {
      ++refused;
      CHECK(refusal.what() == file.name + ": there is not the memory to go on from the checkpoint");
      REQUIRE(contents(file.name) == before);
    }
  }
  CHECK(refused > 0);
}

TEST_CASE("A checkpoint may be resumed by another number of workers") {
  const TemporaryFile file;
  Options options;
  options.workers = 1;
  options.checkpoint = file.name;
  options.max_states = 20'000;
  REQUIRE_FALSE(explore(TwoPhase(7), options).complete);
  Options rest;
  rest.workers = 3;
  rest.resume = file.name;
  const auto report = explore(TwoPhase(7), rest);
  CHECK(report.complete);
  CHECK(report.states == 296'448);
  CHECK(report.transitions == 2'744'705);
}

TEST_CASE("Checkpoints that are written while the run goes on change nothing, and each can be resumed") {
  const TemporaryFile file;
  Options options;
  options.workers = GENERATE(1U, 2U);
  options.checkpoint = file.name;
  options.checkpoint_seconds = 0.01;
  const auto report = explore(TwoPhase(7), options);
  CHECK(report.complete);
  CHECK(report.states == 296'448);
  CHECK(report.transitions == 2'744'705);
  REQUIRE(std::filesystem::exists(file.name));
  CHECK_FALSE(std::filesystem::exists(file.name + ".part"));
  Options rest;
  rest.resume = file.name;
  CHECK(explore(TwoPhase(7), rest).states == 296'448);
}

TEST_CASE("Of a run that was resumed the table is as large, and its states count against the limit") {
  const TemporaryFile file;
  Options options;
  options.workers = 1;
  options.store = GENERATE(Store::kFingerprint, Store::kExact);
  const auto expected = explore(TwoPhase(7), options);
  options.checkpoint = file.name;
  options.max_states = 20'000;
  const auto cut = explore(TwoPhase(7), options);
  REQUIRE_FALSE(cut.complete);
  options.resume = file.name;
  options.checkpoint.clear();
  const auto again = explore(TwoPhase(7), options);
  CHECK(again.stopped == StopReason::kStates);
  CHECK(again.states < cut.states + 10 * Frontier<TwoPhase::State>::kChunk);
  options.max_states = Options{}.max_states;
  CHECK(explore(TwoPhase(7), options).store_bytes == expected.store_bytes);
}

// Reads something else back than was written.
struct WrongGrid : HeapGrid {
  [[nodiscard]] State decode(std::span<const std::uint8_t> bytes) const {
    State state = HeapGrid::decode(bytes);
    state.back() ^= 1U;
    return state;
  }
};
TEST_CASE("What a model reads back as another state is refused") {
  const TemporaryFile file;
  Options options;
  options.checkpoint = file.name;
  options.max_states = 300;
  REQUIRE_FALSE(explore(WrongGrid{}, options).complete);
  Options rest;
  rest.resume = file.name;
  CHECK_THROWS_WITH(explore(WrongGrid{}, rest), file.name + ": the checkpoint is truncated or altered");
  CHECK(explore(HeapGrid{}, rest).states == 10'000);
}

TEST_CASE("The seconds of a run that was resumed are told apart from those of the runs before") {
  const TemporaryFile file;
  Options options;
  options.workers = 1;
  options.checkpoint = file.name;
  options.max_states = 300;
  options.progress_seconds = 0;
  options.progress = [](const Progress&) { std::this_thread::sleep_for(std::chrono::milliseconds(20)); };
  const auto first = explore(TwoPhase(5), options);
  REQUIRE_FALSE(first.complete);
  CHECK(first.seconds == first.own_seconds);
  Options rest;
  rest.resume = file.name;
  const auto second = explore(TwoPhase(5), rest);
  CHECK(second.own_seconds > 0);
  CHECK(second.seconds - second.own_seconds >= 0.02);
  CHECK(second.seconds - second.own_seconds <= first.seconds);
}

TEST_CASE("A checkpoint that is truncated or altered in any place is refused") {
  const TemporaryFile file;
  Options options;
  options.workers = 1;
  options.checkpoint = file.name;
  options.max_states = 300;
  REQUIRE_FALSE(explore(TwoPhase(5), options).complete);
  const std::string whole = contents(file.name);
  Options rest;
  rest.resume = file.name;
  REQUIRE(explore(TwoPhase(5), rest).complete);
  for (std::size_t at = 0; at < whole.size(); at += 1 + whole.size() / 97) {
    std::string bytes = whole;
    bytes[at] = static_cast<char>(bytes[at] ^ 0x10);
    write(file.name, bytes);
    CHECK_THROWS_AS(explore(TwoPhase(5), rest), CheckpointError);
    write(file.name, whole.substr(0, at));
    CHECK_THROWS_AS(explore(TwoPhase(5), rest), CheckpointError);
  }
  write(file.name, whole + "x");
  CHECK_THROWS_WITH(explore(TwoPhase(5), rest), file.name + ": the checkpoint is truncated or altered");
}

TEST_CASE("A checkpoint of another run is refused, and it is said what differs") {
  const TemporaryFile file;
  Options options;
  options.checkpoint = file.name;
  options.max_states = 300;
  options.identity = {{"scenario", "one"}, {"build", "b"}};
  REQUIRE_FALSE(explore(TwoPhase(5), options).complete);
  Options rest;
  rest.resume = file.name;
  rest.identity = {{"scenario", "two"}, {"build", "b"}};
  CHECK_THROWS_WITH(explore(TwoPhase(5), rest),
                    file.name + ": the checkpoint is of another run: its scenario is 'one'; expected 'two'");
  rest.identity = {{"scenario", "one"}};
  CHECK_THROWS_AS(explore(TwoPhase(5), rest), CheckpointError);
  rest.identity = options.identity;
  CHECK(explore(TwoPhase(5), rest).complete);
  rest.resume = file.name + ".none";
  CHECK_THROWS_WITH(explore(TwoPhase(5), rest),
                    file.name + ".none: the checkpoint cannot be read: No such file or directory");
}

TEST_CASE("A checkpoint is resumed under its own store and reductions only") {
  const TemporaryFile file;
  Options options;
  options.checkpoint = file.name;
  options.max_states = 100;
  options.workers = 1;
  options.symmetry = GENERATE(false, true);
  REQUIRE_FALSE(explore(TwoPhase(5), options).complete);
  Options rest;
  rest.resume = file.name;
  rest.symmetry = options.symmetry;
  CHECK(explore(TwoPhase(5), rest).states == (options.symmetry ? 314 : 8'832));
  rest.symmetry = !options.symmetry;
  const std::string refusal = file.name + ": the checkpoint is of another store or reduction";
  CHECK_THROWS_WITH(explore(TwoPhase(5), rest), refusal);
  rest.symmetry = options.symmetry;
  rest.store = Store::kExact;
  CHECK_THROWS_WITH(explore(TwoPhase(5), rest), refusal);
}

TEST_CASE("A sound checkpoint that does not fit into the memory is not called damaged") {
  const TemporaryFile file;
  Options options;
  options.checkpoint = file.name;
  options.max_states = 1'000'000;
  REQUIRE_FALSE(explore(TwoPhase(8), options).complete);
  Options rest;
  rest.resume = file.name;
  rest.max_memory_bytes = 1U << 20U;
  CHECK_THROWS_WITH(explore(TwoPhase(8), rest),
                    file.name + ": there is not the memory to go on from the checkpoint");
  rest.max_memory_bytes = Options{}.max_memory_bytes;
  CHECK(explore(TwoPhase(8), rest).complete);
}

TEST_CASE("A checkpoint is refused for states that nobody could read back") {
  Options options;
  options.checkpoint = "never";
  CHECK_THROWS_AS(explore(LostGrid{}, options), std::invalid_argument);
  CHECK(explore(LostGrid{}, {}).states == 10'000);
}

}  // namespace
}  // namespace takeover::engine::tests
