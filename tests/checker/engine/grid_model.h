// A grid of counters: from the origin, any counter that is below the side may be raised by one. All there is
// to know of it has a closed form, and its levels are wide enough for several workers.
//
//   states (side + 1)^dimensions, transitions dimensions * side * (side + 1)^(dimensions - 1), depth
//   dimensions * side
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <numeric>
#include <string>
#include <vector>

#include "checker/engine/model.h"

namespace takeover::engine::tests {

struct GridModel {
  using State = std::array<std::uint8_t, 4>;  // of which the first `dimensions` count
  struct Step {
    State state{};
    std::size_t raised = 0;
  };
  struct Scratch {};

  std::size_t dimensions = 4;
  std::uint8_t side = 9;
  std::function<void(const State&, Judgement&)> state_rule{};  // called if there
  std::function<void(const State&, const Step&, Judgement&)> step_rule{};
  std::function<void(const State&)> before_steps{};
  std::vector<std::string> property_names{"first", "second"};
  std::vector<std::string> witness_names{"first", "second"};

  static std::size_t sum(const State& state) {
    return std::accumulate(state.begin(), state.end(), std::size_t{0});
  }

  void for_each_initial(auto&& visit) const { visit(State{}); }
  void for_each_step(const State& state, Scratch& /*scratch*/, auto&& visit) const {
    if (before_steps) before_steps(state);
    for (std::size_t i = 0; i < dimensions; ++i) {
      if (state[i] == side) continue;
      Step step{state, i};
      ++step.state[i];
      visit(step);
    }
  }
  void encode(const State& state, Encoder& out) const {
    for (const std::uint8_t counter : state) out.byte(counter);
  }
  [[nodiscard]] std::vector<std::string> action_kinds() const {
    return {"raise 0", "raise 1", "raise 2", "raise 3"};
  }
  [[nodiscard]] const std::vector<std::string>& properties() const { return property_names; }
  [[nodiscard]] const std::vector<std::string>& witnesses() const { return witness_names; }
  [[nodiscard]] std::size_t kind(const Step& step) const { return step.raised; }
  void judge_state(const State& state, Judgement& judgement) const {
    if (state_rule) state_rule(state, judgement);
  }
  void judge_step(const State& before, const Step& step, Judgement& judgement) const {
    if (step_rule) step_rule(before, step, judgement);
  }
  [[nodiscard]] bool is_terminal(const State& /*state*/) const { return true; }
};

}  // namespace takeover::engine::tests
