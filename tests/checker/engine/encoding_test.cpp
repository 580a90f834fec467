// audit_encoding finds whatever a model's bytes forget, and finds nothing where they forget nothing.
#include <array>
#include <catch2/catch.hpp>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "checker/engine/audit.h"
#include "checker/engine/explore.h"
#include "checker/examples/eight_puzzle.h"
#include "checker/examples/leader.h"
#include "checker/examples/peterson.h"
#include "checker/examples/philosophers.h"
#include "checker/examples/two_phase.h"

namespace takeover::engine::tests {
namespace {

// ---- a model that forgets ----

// What depends on the part of the state that the bytes do not tell.
enum class Forgotten : std::uint8_t {
  kNothing,
  kWhetherThereIsAStep,
  kWhereItLeads,
  kOrder,
  kKind,
  kStepJudgement,
  kCandidate,
  kFair,
  kGoal,
  kJudgement,
  kLive,
  kTerminal,
  kCuts,
};

struct Plain {
  std::uint8_t place = 0;
  std::uint8_t part = 0;
};
struct Comparable : Plain {
  friend bool operator==(const Comparable& a, const Comparable& b) {
    return a.place == b.place && a.part == b.part;
  }
};

// From place 0 to place 1 with either part, and on to place 6. At `place` something depends on the part.
template <class S>
struct Chain {
  using State = S;
  struct Step {
    State state{};
    std::uint8_t kind = 0;
  };
  struct Scratch {};
  Forgotten forgotten = Forgotten::kNothing;
  std::uint8_t place = 1;

  [[nodiscard]] bool matters(Forgotten what, const State& s) const {
    return forgotten == what && s.place == place && s.part != 0;
  }
  void for_each_initial(auto&& visit) const { visit(State{}); }
  void for_each_step(const State& s, Scratch& /*scratch*/, auto&& visit) const {
    const auto go = [&](unsigned to, unsigned part, unsigned kind = 0) {
      Step step;
      step.state.place = static_cast<std::uint8_t>(to);
      step.state.part = static_cast<std::uint8_t>(part);
      step.kind = static_cast<std::uint8_t>(kind);
      visit(step);
    };
    if (s.place == 6 || matters(Forgotten::kWhetherThereIsAStep, s)) return;
    const unsigned leap = matters(Forgotten::kWhereItLeads, s) ? s.place : s.place + 1U;
    const bool turned = matters(Forgotten::kOrder, s);
    go(turned ? 0 : leap, s.part, matters(Forgotten::kKind, s) ? 1 : 0);
    go(turned ? leap : 0, s.part);
    if (s.place == 0) go(1, 1);
  }
  [[nodiscard]] std::vector<std::string> action_kinds() const { return {"on", "on in another way"}; }
  [[nodiscard]] std::vector<std::string> properties() const { return {"p"}; }
  [[nodiscard]] std::vector<std::string> witnesses() const { return {"w"}; }
  [[nodiscard]] std::size_t kind(const Step& step) const { return step.kind; }
  void judge_state(const State& s, Judgement& judgement) const {
    judgement.met = 1;
    judgement.reached = matters(Forgotten::kJudgement, s) ? 1 : 0;
  }
  void judge_step(const State& before, const Step& /*step*/, Judgement& judgement) const {
    judgement.met = 1;
    judgement.violated = matters(Forgotten::kStepJudgement, before) ? 1 : 0;
  }
  [[nodiscard]] bool is_terminal(const State& s) const { return !matters(Forgotten::kTerminal, s); }
  [[nodiscard]] std::optional<std::uint32_t> candidate(const State& s, const Step& /*step*/) const {
    return matters(Forgotten::kCandidate, s) ? std::optional(0U) : std::nullopt;
  }
  [[nodiscard]] std::vector<std::string> live_properties() const { return {"l"}; }
  [[nodiscard]] LiveJudgement judge_live(const State& s) const {
    return {0, matters(Forgotten::kLive, s) ? 1U : 0U};
  }
  [[nodiscard]] std::uint32_t fair_actions(const Step& step) const {
    State before = step.state;
    --before.place;
    return matters(Forgotten::kFair, before) ? 1 : 0;
  }
  [[nodiscard]] std::uint64_t live_goals(const State& before, const Step& /*step*/) const {
    return matters(Forgotten::kGoal, before) ? 1 : 0;
  }
};

template <class S>
struct InWords : Chain<S> {
  [[nodiscard]] std::array<std::uint64_t, 1> words(const S& s) const { return {s.place}; }
};
template <class S>
struct InBytes : Chain<S> {
  void encode(const S& s, Encoder& out) const {
    out.byte(s.place);
    if (this->matters(Forgotten::kCuts, s)) out.cut();
  }
};
// What is decoded has the part that is not encoded.
template <class S>
struct Decoded : InBytes<S> {
  [[nodiscard]] S decode(std::span<const std::uint8_t> bytes) const {
    S s;
    s.place = bytes[0];
    s.part = 1;
    return s;
  }
};

TEMPLATE_TEST_CASE("Whatever depends on a part that the bytes forget is found, near and far", "",
                   InWords<Comparable>, InBytes<Comparable>, Decoded<Comparable>, InWords<Plain>,
                   InBytes<Plain>, Decoded<Plain>) {
  TestType model;
  const auto sound = audit_encoding(model);
  CHECK(sound.fault.value_or("") == "");
  CHECK(sound.complete);
  CHECK(sound.states == 7);
  CHECK(sound.values >= 14);  // with either part
  CHECK(sound.states_of_fault.empty());

  using Case = std::pair<Forgotten, const char*>;
  const auto [forgotten, difference] = GENERATE(
      Case(Forgotten::kWhetherThereIsAStep, "different steps"),
      Case(Forgotten::kWhereItLeads, "different steps"), Case(Forgotten::kOrder, "different steps"),
      Case(Forgotten::kKind, "steps of different kinds"),
      Case(Forgotten::kStepJudgement, "different judgements of steps"),
      Case(Forgotten::kCandidate, "different candidates"), Case(Forgotten::kFair, "different fair actions"),
      Case(Forgotten::kGoal, "steps with different goals of liveness"),
      Case(Forgotten::kJudgement, "different judgements"),
      Case(Forgotten::kLive, "different judgements of liveness"),
      Case(Forgotten::kTerminal, "different answers to is_terminal"),
      Case(Forgotten::kCuts, "different cuts, by which the exact store tells states apart"));
  if (forgotten == Forgotten::kCuts && FixedEncoding<TestType>) return;
  model.forgotten = forgotten;
  // Where there is no ==, as far as occurrences are followed.
  model.place = GENERATE(std::uint8_t{1}, std::uint8_t{2}, std::uint8_t{4}, std::uint8_t{5});
  if (!std::equality_comparable<typename TestType::State> && model.place > 4) return;
  const auto audit = audit_encoding(model);
  CAPTURE(difference, int{model.place});
  std::string bytes = "0" + std::to_string(model.place);
  if (FixedEncoding<TestType>) bytes += " 00 00 00 00 00 00 00";
  CHECK(audit.fault == "two states of the same bytes have " + std::string(difference) + ": " + bytes);
  CHECK_FALSE(audit.complete);
  REQUIRE(audit.states_of_fault.size() == 2);
  for (const auto& state : audit.states_of_fault) CHECK(state.place == model.place);
  CHECK(audit.states_of_fault[0].part != audit.states_of_fault[1].part);
}

TEST_CASE("What the bytes forget makes a search say complete, and lose the violation") {
  InWords<Comparable> model;
  model.forgotten = Forgotten::kStepJudgement;
  const auto report = explore(model, {});
  CHECK(report.complete);
  CHECK_FALSE(report.properties[0].counterexample);
  CHECK(audit_encoding(model).fault);
}

// ---- decoding ----

struct Decoder : InBytes<Comparable> {
  enum class Wrong : std::uint8_t { kNothing, kBytes, kThrows } wrong = Wrong::kNothing;
  void encode(const Comparable& s, Encoder& out) const {
    out.byte(s.place);
    out.byte(s.part);
  }
  [[nodiscard]] Comparable decode(std::span<const std::uint8_t> bytes) const {
    if (wrong == Wrong::kThrows && bytes[0] == 3) throw std::invalid_argument("three");
    Comparable s;
    s.place = bytes[0];
    s.part = wrong == Wrong::kBytes && s.place == 3 ? 0 : bytes[1];
    return s;
  }
};
TEST_CASE("What is decoded must be of the same bytes, and is if nothing is left out") {
  Decoder model;
  const auto sound = audit_encoding(model);
  CHECK(sound.fault.value_or("") == "");
  CHECK(sound.complete);
  CHECK(sound.states == 14);  // seven places with either part
  CHECK(sound.values == 14);
  model.wrong = Decoder::Wrong::kBytes;
  const auto audit = audit_encoding(model);
  CHECK(audit.fault == "bytes that are decoded to a state of other bytes: 03 01");
  REQUIRE(audit.states_of_fault.size() == 2);
  CHECK(audit.states_of_fault[0].part == 1);
  CHECK(audit.states_of_fault[1].part == 0);
  model.wrong = Decoder::Wrong::kThrows;
  CHECK(audit_encoding(model).fault == "bytes that cannot be decoded (three): 03 00");
}

// Counts for ever what nothing depends on.
struct Counting : InBytes<Comparable> {
  void for_each_step(const Comparable& s, Scratch& /*scratch*/, auto&& visit) const {
    Step step{s, 0};
    ++step.state.part;
    visit(step);
  }
};
TEST_CASE("Values beyond the limit are not looked at, and it is said so") {
  const auto whole = audit_encoding(Counting{});
  CHECK(whole.complete);
  CHECK(whole.states == 1);
  CHECK(whole.values == 256);
  CHECK(whole.compared == 256);
  const auto cut = audit_encoding(Counting{}, 100);
  CHECK_FALSE(cut.complete);
  CHECK_FALSE(cut.fault);
  CHECK(cut.values == 101);
}

// ---- the examples ----

template <class M>
void expect_sound(const M& model) {
  const auto audit = audit_encoding(model);
  CHECK(audit.fault.value_or("") == "");
  CHECK(audit.complete);
  const auto report = explore(model, {});
  CHECK(audit.states == report.states);
  CHECK(audit.values == report.states);
}
TEST_CASE("The examples' bytes tell their states apart") {
  expect_sound(examples::TwoPhase(3));
  expect_sound(examples::TwoPhase(3, true));
  expect_sound(examples::Peterson(2));
  expect_sound(examples::Peterson(2, true));
  expect_sound(examples::Philosophers(4));
  expect_sound(examples::Philosophers(4, true));
  expect_sound(examples::Leader(4));
  expect_sound(examples::Leader(3, true));
  // All 181,440 positions would take seconds.
  const auto audit = audit_encoding(examples::EightPuzzle{}, 2'000);
  CHECK_FALSE(audit.fault);
  CHECK(audit.values == audit.states);
}

// Their twins, whose bytes lack one bit.
template <class M>
struct Lacking : M {
  using M::M;
  std::size_t word = 0;
  std::uint64_t bit = 0;
  [[nodiscard]] auto words(const typename M::State& state) const {
    auto words = M::words(state);
    words[word] &= ~bit;
    return words;
  }
};
template <class M>
void expect_faults(const Lacking<M>& model) {
  const auto whole = explore(static_cast<const M&>(model), {});
  int faults = 0;
  for (std::size_t bit = 0; bit < 64; ++bit) {
    Lacking<M> twin = model;
    twin.bit = std::uint64_t{1} << bit;
    const bool fault = audit_encoding(twin).fault.has_value();
    const auto report = explore(twin, {});
    CAPTURE(bit);
    if (fault) ++faults;
    // A bit may be of no use, or tell apart what does the same: then nothing is lost but states.
    if (fault) CHECK(report.states < whole.states);
    if (fault) continue;
    CHECK(report.complete);
    CHECK((report.deadlocks > 0) == (whole.deadlocks > 0));
    CHECK(report.properties[0].counterexample.has_value() == whole.properties[0].counterexample.has_value());
  }
  CHECK(faults > 0);
}
TEST_CASE("Of the examples' twins, whose bytes lack one bit, those that lose anything are found out") {
  expect_faults(Lacking<examples::TwoPhase>(2));
  expect_faults(Lacking<examples::Philosophers>(3));
  expect_faults(Lacking<examples::Peterson>(2));
  expect_faults(Lacking<examples::Leader>(3));
}

}  // namespace
}  // namespace takeover::engine::tests
