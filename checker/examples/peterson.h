// Peterson's algorithm for N processes: G. L. Peterson, "Myths about the mutual exclusion problem"
// (Information Processing Letters 12(3), 1981), with a process's look at the others cut into single reads, as
// in the model `peterson` of BEEM (R. Pelanek, "BEEM: Benchmarks for Explicit Model Checkers", SPIN 2007).
//
// Distinct states, as BEEM reports them for N = 3 (its instance 1): 12,498.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "checker/engine/model.h"

namespace takeover::examples {

class Peterson {
 public:
  static constexpr std::size_t kMaxSize = 4;
  enum class Place : std::uint8_t { kIdle, kInside, kWait, kMark, kLook };

  struct Process {
    Place place = Place::kIdle;
    std::uint8_t stage = 0;  // that it wants to pass
    std::uint8_t other = 0;  // whom it looks at next
    std::uint8_t level = 0;  // shared: the stage that it has announced
    std::uint8_t last = 0;   // shared: who came last to this process's own stage
    friend bool operator==(const Process&, const Process&) = default;
  };
  struct State {
    std::array<Process, kMaxSize> processes{};
    friend bool operator==(const State&, const State&) = default;
  };
  struct Step {
    std::uint8_t kind = 0;
    std::uint8_t process = 0;
    State state{};
  };
  struct Scratch {};

  // careless: nobody waits for who is at a stage already, which breaks mutual exclusion.
  // size: from 2 to kMaxSize processes.
  explicit Peterson(std::size_t size, bool careless = false) : size_(size), careless_(careless) {}

  void for_each_initial(auto&& visit) const { visit(State{}); }

  void for_each_step(const State& state, Scratch& /*scratch*/, auto&& visit) const {
    for (std::size_t i = 0; i < size_; ++i) {
      const auto take = [&](Kind kind, auto&& change) {
        Step step{static_cast<std::uint8_t>(kind), static_cast<std::uint8_t>(i), state};
        change(step.state.processes[i], step.state);
        visit(step);
      };
      const Process& me = state.processes[i];
      switch (me.place) {
        case Place::kIdle:
          take(kWant, [](Process& p, State&) { p.place = Place::kWait, p.stage = 1; });
          break;
        case Place::kInside:
          take(kLeave, [](Process& p, State&) { p.place = Place::kIdle, p.level = 0; });
          break;
        case Place::kWait:
          if (me.stage == size_) {
            take(kEnter, [](Process& p, State&) { p.place = Place::kInside; });
          } else {
            take(kAnnounce, [](Process& p, State&) { p.place = Place::kMark, p.level = p.stage; });
          }
          break;
        case Place::kMark:
          take(kComeLast, [&](Process& p, State& s) {
            p.place = Place::kLook, p.other = 0;
            s.processes[p.stage - 1U].last = static_cast<std::uint8_t>(i);
          });
          break;
        case Place::kLook: look(state, i, take); break;
      }
    }
  }

  // A process touches nothing shared when it begins to want, when it passes after it has seen all, and when
  // it enters. Then this is its only step, and nobody can take it away. To have entered hides nothing: more
  // are inside than before.
  [[nodiscard]] std::optional<std::uint32_t> candidate(const State& state, const Step& step) const {
    const Process& me = state.processes[step.process];
    const bool alone = step.kind == kWant || step.kind == kEnter || (step.kind == kPass && me.other == size_);
    return alone ? std::optional<std::uint32_t>(step.process) : std::nullopt;
  }

  // Per process 3 bits of place and 2 or 3 of each number.
  [[nodiscard]] std::array<std::uint64_t, 1> words(const State& state) const {
    std::uint64_t word = 0;
    for (const Process& p : state.processes) {
      word = word << 3U | static_cast<unsigned>(p.place);
      word = word << 3U | p.stage;
      word = word << 3U | p.other;
      word = word << 3U | p.level;
      word = word << 2U | p.last;
    }
    return {word};
  }
  [[nodiscard]] const std::vector<std::string>& action_kinds() const {
    static const std::vector<std::string> kNames{"want",      "leave",   "enter", "announce",
                                                 "come-last", "look-on", "pass"};
    return kNames;
  }
  [[nodiscard]] const std::vector<std::string>& properties() const {
    static const std::vector<std::string> kNames{"mutual-exclusion"};
    return kNames;
  }
  [[nodiscard]] const std::vector<std::string>& witnesses() const {
    static const std::vector<std::string> kNames{"inside"};
    return kNames;
  }
  [[nodiscard]] std::size_t kind(const Step& step) const { return step.kind; }
  void judge_state(const State& state, engine::Judgement& judgement) const {
    unsigned inside = 0;
    for (const Process& p : state.processes) inside += p.place == Place::kInside ? 1 : 0;
    if (inside > 0) judgement.met = judgement.reached = 1;
    if (inside > 1) judgement.violated = 1;
  }
  void judge_step(const State& /*before*/, const Step& /*step*/, engine::Judgement& /*judgement*/) const {}
  [[nodiscard]] bool is_terminal(const State& /*state*/) const { return false; }

 private:
  enum Kind : std::uint8_t { kWant, kLeave, kEnter, kAnnounce, kComeLast, kLookOn, kPass };

  // It goes on to the next one if this one is itself, or behind; it passes when it has seen all, or when
  // somebody came after it.
  void look(const State& state, std::size_t i, const auto& take) const {
    const Process& me = state.processes[i];
    const bool behind = me.other < size_ && (me.other == i || state.processes[me.other].level < me.stage);
    if (behind) take(kLookOn, [](Process& p, State&) { ++p.other; });
    const bool pushed = state.processes[me.stage - 1U].last != i;
    if (pushed || me.other == size_ || careless_) {
      take(kPass, [](Process& p, State&) { p.place = Place::kWait, ++p.stage; });
    }
  }

  std::size_t size_;
  bool careless_;
};

}  // namespace takeover::examples
