// Models with as many properties, witnesses and fair actions as there is room for.
#include <array>
#include <bitset>
#include <catch2/catch.hpp>
#include <cstddef>
#include <string>
#include <vector>

#include "checker/engine/explore.h"
#include "checker/engine/liveness.h"
#include "checker/engine/tally.h"

using namespace takeover::engine;

namespace {

std::vector<std::string> numbered(std::size_t count) {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < count; ++i) names.push_back(std::to_string(i));
  return names;
}

// Counts up to the last property. State i meets property i and reaches witness i; an odd one violates
// property i; the step to state i says the same of the one before.
struct Wide {
  using State = std::uint64_t;
  struct Step {
    State state;
  };
  struct Scratch {};
  [[nodiscard]] std::vector<std::string> action_kinds() const { return {"step"}; }
  [[nodiscard]] std::vector<std::string> properties() const { return numbered(kMaxProperties); }
  [[nodiscard]] std::vector<std::string> witnesses() const { return numbered(kMaxWitnesses); }
  [[nodiscard]] std::size_t kind(const Step& /*step*/) const { return 0; }
  [[nodiscard]] std::array<std::uint64_t, 1> words(const State& state) const { return {state}; }
  void for_each_initial(auto&& visit) const { visit(State{0}); }
  void for_each_step(const State& s, Scratch& /*scratch*/, auto&& visit) const {
    if (s + 1 == kMaxProperties) return;
    Step step{s + 1};
    visit(step);
  }
  void judge_state(const State& s, Judgement& judgement) const {
    judgement.met |= bit(s);
    judgement.reached |= bit(s);
    if (s % 2 == 1) judgement.violated |= bit(s);
  }
  void judge_step(const State& before, const Step& /*step*/, Judgement& judgement) const {
    judgement.met |= bit(before);
  }
  [[nodiscard]] bool is_terminal(const State& /*state*/) const { return true; }
};

// A ring with a state for each fair action, from which only that action leads on; `stay`, which is of nobody,
// stays. Property i wants to come to state i.
struct Ring : Wide {
  struct Step {
    State state;
    FairSet fair = 0;
  };
  [[nodiscard]] std::size_t kind(const Step& /*step*/) const { return 0; }
  void for_each_step(const State& s, Scratch& /*scratch*/, auto&& visit) const {
    Step stay{s};
    visit(stay);
    Step on{(s + 1) % kMaxFairActions, FairSet{1} << s};
    visit(on);
  }
  void judge_step(const State& /*before*/, const Step& /*step*/, Judgement& /*judgement*/) const {}
  [[nodiscard]] std::vector<std::string> live_properties() const { return numbered(kMaxProperties); }
  [[nodiscard]] LiveJudgement judge_live(const State& s) const {
    return {first_bits(kMaxProperties), bit(s)};
  }
  // The second half of the properties want the step out of a state instead.
  [[nodiscard]] Bits live_goals(const State& before, const Step& step) const {
    return step.fair == 0 ? Bits{0} : bit(kMaxFairActions + before);
  }
  [[nodiscard]] FairSet fair_actions(const Step& step) const { return step.fair; }
};

}  // namespace

TEST_CASE("each of the most properties and witnesses is counted for itself") {
  const auto report = explore(Wide{}, Options{});
  REQUIRE(report.complete);
  REQUIRE(report.properties.size() == kMaxProperties);
  for (std::size_t i = 0; i < kMaxProperties; ++i) {
    CAPTURE(i);
    // Its state, and the step out of it.
    CHECK(report.properties[i].premise_met == (i + 1 < kMaxProperties ? 2 : 1));
    CHECK(report.properties[i].counterexample.has_value() == (i % 2 == 1));
    if (i % 2 == 1) CHECK(report.properties[i].counterexample->steps.size() == i);
    CHECK(report.witnesses[i] == 1);
    CHECK(report.witness_lengths[i] == i);
  }
}

TEST_CASE("a run ends once all are violated that it is to end for, beyond the 64th as well") {
  Options options;
  options.stop_when_violated = bit(3) | bit(99);
  const auto report = explore(Wide{}, options);
  CHECK(report.stopped == StopReason::kViolated);
  CHECK(report.properties[99].counterexample.has_value());
  CHECK_FALSE(report.properties[101].counterexample.has_value());
}

TEST_CASE("each of the most fair actions is owed what it is owed") {
  const auto all = check_liveness(Ring{}, {.weak = ~FairSet{0}, .strong = 0});
  for (const auto& property : all.properties) CHECK_FALSE(property.counterexample.has_value());
  // Nobody has to leave the last state: whatever is beyond it may never come; and the step out of it.
  const FairSet last = FairSet{1} << (kMaxFairActions - 1);
  const auto but_one = check_liveness(Ring{}, {.weak = ~last, .strong = 0});
  for (std::size_t i = 0; i < kMaxProperties; ++i) {
    CAPTURE(i);
    const bool is_last_state = i == kMaxFairActions - 1;
    CHECK(but_one.properties[i].counterexample.has_value() == !is_last_state);
  }
}

TEST_CASE("what is noted is counted in both words, and what has no name is told apart") {
  Tally tally;
  const Judgement judgement{bit(0) | bit(63) | bit(64), bit(127), bit(62) | bit(127)};
  tally.note(judgement, {}, 3);
  for (std::size_t i = 0; i < kMaxProperties; ++i) {
    CAPTURE(i);
    CHECK(tally.met[i] == (i == 0 || i == 63 || i == 64 ? 1 : 0));
    CHECK(tally.candidates[i].has_value() == (i == 127));
    CHECK(tally.reached[i] == (i == 62 || i == 127 ? 1 : 0));
    CHECK(tally.reached_level[i] == (i == 62 || i == 127 ? 3 : 0));
  }
  CHECK_FALSE(tally.speaks_beyond(kMaxProperties, kMaxWitnesses));
  CHECK(tally.speaks_beyond(kMaxProperties - 1, kMaxWitnesses));
  CHECK(tally.speaks_beyond(kMaxProperties, kMaxWitnesses - 1));
  tally.candidates[127].reset();
  CHECK_FALSE(tally.speaks_beyond(65, kMaxWitnesses));
  CHECK(tally.speaks_beyond(64, kMaxWitnesses));
}

TEST_CASE("a set becomes the bits of its members, of whatever width") {
  std::bitset<100> set;
  for (const std::size_t i : {0U, 63U, 64U, 99U}) set.set(i);
  Bits bits = 0;
  for (const std::size_t i : {0U, 63U, 64U, 99U}) bits |= bit(i);
  CHECK(bits_of(set) == bits);
  CHECK(bits_of(std::bitset<64>().set()) == first_bits(64));
}
