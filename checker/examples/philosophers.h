// E. W. Dijkstra's dining philosophers ("Hierarchical ordering of sequential processes", Acta Informatica
// 1(2), 1971), each of whom takes the two forks one after the other, in either order, and puts both back at
// once: the model Philosophers of the Model Checking Contest (https://mcc.lip6.fr).
//
// A fork is free, or with the one or the other of its neighbours, and everything that these can be occurs:
// 3^N distinct states, 243 for N = 5 and 59,049 for N = 10. In two of them nobody can go on: each has the
// fork on the same side.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "checker/engine/model.h"

namespace takeover::examples {

class Philosophers {
 public:
  static constexpr std::size_t kMaxSize = 20;
  struct State {
    std::uint32_t by_right =
        0;  // forks that lie with the philosopher on their right, who has them on the left
    std::uint32_t by_left = 0;  // the other way round
    friend bool operator==(const State&, const State&) = default;
  };
  struct Step {
    std::uint8_t kind = 0;
    std::uint8_t philosopher = 0;
    State state{};
  };
  struct Scratch {};

  // size: from 2 to kMaxSize. polite: philosopher 0 takes the left fork first, and all others the right one,
  // so that nobody waits for ever.
  explicit Philosophers(std::size_t size, bool polite = false) : size_(size), polite_(polite) {}

  void for_each_initial(auto&& visit) const { visit(State{}); }

  // Fork i is on the left of philosopher i, and on the right of philosopher i - 1.
  void for_each_step(const State& state, Scratch& /*scratch*/, auto&& visit) const {
    for (std::size_t i = 0; i < size_; ++i) {
      const std::uint32_t left = std::uint32_t{1} << i;
      const std::uint32_t right = std::uint32_t{1} << (i + 1) % size_;
      const bool has_left = (state.by_right & left) != 0;
      const bool has_right = (state.by_left & right) != 0;
      const std::uint32_t taken = state.by_right | state.by_left;
      const auto take = [&](std::uint8_t kind, std::uint32_t by_right, std::uint32_t by_left) {
        Step step{kind, static_cast<std::uint8_t>(i), {by_right, by_left}};
        visit(step);
      };
      const bool left_first = !polite_ || i == 0;
      const bool right_first = !polite_ || i != 0;
      if ((taken & left) == 0 && (left_first || has_right)) take(0, state.by_right | left, state.by_left);
      if ((taken & right) == 0 && (right_first || has_left)) take(1, state.by_right, state.by_left | right);
      if (has_left && has_right) take(2, state.by_right & ~left, state.by_left & ~right);
    }
  }

  [[nodiscard]] std::array<std::uint64_t, 1> words(const State& state) const {
    return {state.by_right | std::uint64_t{state.by_left} << 32U};
  }
  [[nodiscard]] const std::vector<std::string>& action_kinds() const {
    static const std::vector<std::string> kNames{"take-left", "take-right", "put-back"};
    return kNames;
  }
  [[nodiscard]] const std::vector<std::string>& properties() const {
    static const std::vector<std::string> kNames{"neighbours-do-not-both-eat"};
    return kNames;
  }
  [[nodiscard]] const std::vector<std::string>& witnesses() const {
    static const std::vector<std::string> kNames{"eats"};
    return kNames;
  }
  [[nodiscard]] std::size_t kind(const Step& step) const { return step.kind; }
  void judge_state(const State& state, engine::Judgement& judgement) const {
    if ((state.by_right | state.by_left) != 0) judgement.met = 1;
    if ((state.by_right & state.by_left) != 0) judgement.violated = 1;
    for (std::size_t i = 0; i < size_; ++i) {
      if ((state.by_right >> i & 1U) != 0 && (state.by_left >> (i + 1) % size_ & 1U) != 0)
        judgement.reached = 1;
    }
  }
  void judge_step(const State& /*before*/, const Step& /*step*/, engine::Judgement& /*judgement*/) const {}
  [[nodiscard]] bool is_terminal(const State& /*state*/) const { return false; }

 private:
  std::size_t size_;
  bool polite_;
};

}  // namespace takeover::examples
