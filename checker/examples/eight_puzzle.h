// The eight-puzzle: 9!/2 = 181,440 distinct states, the farthest 31 moves from the solved one; two of them
// are: A. Reinefeld, "Complete Solution of the Eight-Puzzle and the Benefit of Node Ordering in IDA*"
// (IJCAI 1993).
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "checker/engine/model.h"

namespace takeover::examples {

class EightPuzzle {
 public:
  // The tiles by their places, four bits each; the gap is 0.
  struct State {
    std::uint64_t tiles = 0x876543210;
    friend bool operator==(const State&, const State&) = default;
  };
  struct Step {
    std::uint8_t kind = 0;  // where the gap goes
    State state{};
  };
  struct Scratch {};

  void for_each_initial(auto&& visit) const { visit(State{}); }

  void for_each_step(const State& state, Scratch& /*scratch*/, auto&& visit) const {
    unsigned gap = 0;
    while ((state.tiles >> (4 * gap) & 15U) != 0) ++gap;
    const auto move = [&](std::uint8_t kind, unsigned to) {
      const std::uint64_t tile = state.tiles >> (4 * to) & 15U;
      Step step{kind, {(state.tiles & ~(std::uint64_t{15} << (4 * to))) | tile << (4 * gap)}};
      visit(step);
    };
    if (gap >= 3) move(0, gap - 3);
    if (gap < 6) move(1, gap + 3);
    if (gap % 3 != 0) move(2, gap - 1);
    if (gap % 3 != 2) move(3, gap + 1);
  }

  [[nodiscard]] std::array<std::uint64_t, 1> words(const State& state) const { return {state.tiles}; }
  [[nodiscard]] const std::vector<std::string>& action_kinds() const {
    static const std::vector<std::string> kNames{"up", "down", "left", "right"};
    return kNames;
  }
  [[nodiscard]] const std::vector<std::string>& properties() const {
    static const std::vector<std::string> kNames{"tiles-differ"};
    return kNames;
  }
  [[nodiscard]] const std::vector<std::string>& witnesses() const {
    static const std::vector<std::string> kNames{"reversed"};
    return kNames;
  }
  [[nodiscard]] std::size_t kind(const Step& step) const { return step.kind; }
  void judge_state(const State& state, engine::Judgement& judgement) const {
    unsigned seen = 0;
    for (unsigned i = 0; i < 9; ++i) seen |= 1U << (state.tiles >> (4 * i) & 15U);
    judgement.met = 1;
    if (seen != 0x1FF) judgement.violated = 1;
    if (state.tiles == 0x123456780) judgement.reached = 1;  // the tiles in reverse order
  }
  void judge_step(const State& /*before*/, const Step& /*step*/, engine::Judgement& /*judgement*/) const {}
  [[nodiscard]] bool is_terminal(const State& /*state*/) const { return false; }
};

}  // namespace takeover::examples
