// A run that is longer than 16 bits count.
#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "checker/engine/explore.h"

namespace takeover::engine::tests {
namespace {

// 0, 1, ... to the last, which violates property 0, is a deadlock, and is entered by a step that violates
// property 1.
struct ChainModel {
  using State = std::uint32_t;
  struct Step {
    State state = 0;
  };
  struct Scratch {};
  static constexpr State kLast = 69'999;

  void for_each_initial(auto&& visit) const { visit(State{0}); }
  void for_each_step(const State& state, Scratch& /*scratch*/, auto&& visit) const {
    if (state == kLast) return;
    Step step{state + 1};
    visit(step);
  }
  void encode(const State& state, Encoder& out) const { out.varint(state); }
  [[nodiscard]] std::vector<std::string> action_kinds() const { return {"on"}; }
  [[nodiscard]] std::vector<std::string> properties() const { return {"state", "step"}; }
  [[nodiscard]] std::vector<std::string> witnesses() const { return {"last"}; }
  [[nodiscard]] std::size_t kind(const Step& /*step*/) const { return 0; }
  void judge_state(const State& state, Judgement& judgement) const {
    if (state == kLast) judgement.violated = judgement.reached = 1U;
  }
  void judge_step(const State& /*before*/, const Step& step, Judgement& judgement) const {
    if (step.state == kLast) judgement.violated = 2U;
  }
  [[nodiscard]] bool is_terminal(const State& /*state*/) const { return false; }
};

// Whether the run goes through every state, one after the other.
bool is_whole(const Trace<ChainModel>& trace) {
  ChainModel::State state = trace.initial;
  if (state != 0) return false;
  for (const auto& step : trace.steps) {
    if (step.state != ++state) return false;
  }
  return state == ChainModel::kLast;
}

TEST_CASE("Depth and counterexamples are right beyond 65,535 steps") {
  Options options;
  options.workers = GENERATE(1U, 2U);
  options.store = options.workers == 1 ? Store::kFingerprint : Store::kExact;
  const auto report = explore(ChainModel{}, options);
  CHECK(report.complete);
  CHECK(report.states == 70'000);
  CHECK(report.transitions == 69'999);
  CHECK(report.depth == 69'999);
  CHECK(report.witness_lengths[0] == 69'999U);
  for (const auto& property : report.properties) {
    REQUIRE(property.counterexample);
    CHECK(property.counterexample->steps.size() == 69'999);
    CHECK(is_whole(*property.counterexample));
  }
  CHECK(report.deadlocks == 1);
  REQUIRE(report.deadlock);
  CHECK(is_whole(*report.deadlock));
}

}  // namespace
}  // namespace takeover::engine::tests
