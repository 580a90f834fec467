// Two-phase commit: the TLA+ module TwoPhase of Gray and Lamport, "Consensus on Transaction Commit" (ACM TODS
// 31(1), 2006). A transaction manager and N resource managers; messages are a set that only grows.
//
// Distinct states, as TLC and others report them: 288 for N = 3, 8,832 for 5, 296,448 for 7, 10,340,352
// for 9.
#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <string>
#include <vector>

#include "checker/engine/model.h"

namespace takeover::examples {

class TwoPhase {
 public:
  enum class Rm : std::uint8_t { kWorking, kPrepared, kCommitted, kAborted };
  enum class Tm : std::uint8_t { kInit, kCommitted, kAborted };
  static constexpr std::size_t kMaxSize = 16;

  // A set of resource managers: bit i stands for resource manager i.
  using Set = std::uint16_t;
  struct State {
    Set rms_low = 0;  // the lower and the upper bit of each resource manager's Rm
    Set rms_high = 0;
    Set tm_prepared = 0;    // whose Prepared the transaction manager has received
    Set prepared_msgs = 0;  // who has sent Prepared
    Tm tm = Tm::kInit;
    bool commit_msg = false;
    bool abort_msg = false;
    friend bool operator==(const State&, const State&) = default;

    // Those that are in this state.
    [[nodiscard]] Set with(Rm rm) const {
      const auto bits = static_cast<unsigned>(rm);
      return static_cast<Set>(((bits & 1U) != 0 ? rms_low : ~rms_low) &
                              ((bits & 2U) != 0 ? rms_high : ~rms_high));
    }
    void set_rm(Set one, Rm rm) {
      const auto bits = static_cast<unsigned>(rm);
      rms_low = static_cast<Set>((bits & 1U) != 0 ? rms_low | one : rms_low & ~one);
      rms_high = static_cast<Set>((bits & 2U) != 0 ? rms_high | one : rms_high & ~one);
    }
  };
  enum class Kind : std::uint8_t {
    kTmCommit,
    kTmAbort,
    kTmRcvPrepared,
    kRmPrepare,
    kRmChooseToAbort,
    kRmRcvCommitMsg,
    kRmRcvAbortMsg,
  };
  struct Step {
    Kind kind = Kind::kTmCommit;
    std::uint8_t rm = 0;
    State state{};
  };
  struct Scratch {};

  // hasty: the transaction manager commits without waiting for anybody, which breaks `consistent`.
  // size: from 1 to kMaxSize resource managers.
  explicit TwoPhase(std::size_t size, bool hasty = false)
      : all_(static_cast<Set>((1U << size) - 1U)), hasty_(hasty) {}

  void for_each_initial(auto&& visit) const { visit(State{}); }

  void for_each_step(const State& state, Scratch& /*scratch*/, auto&& visit) const {
    const auto take = [&](Kind kind, std::size_t rm, auto&& change) {
      Step step{kind, static_cast<std::uint8_t>(rm), state};
      change(step.state);
      visit(step);
    };
    const auto for_each_rm = [&](Set set, Kind kind, auto&& change) {
      for (; set != 0; set = static_cast<Set>(set & (set - 1))) {
        const auto one = static_cast<Set>(set & -set);
        take(kind, static_cast<std::size_t>(std::countr_zero(one)), [&](State& s) { change(s, one); });
      }
    };
    if (state.tm == Tm::kInit) {
      if (hasty_ || state.tm_prepared == all_) {
        take(Kind::kTmCommit, 0, [](State& s) { s.tm = Tm::kCommitted, s.commit_msg = true; });
      }
      take(Kind::kTmAbort, 0, [](State& s) { s.tm = Tm::kAborted, s.abort_msg = true; });
      for_each_rm(state.prepared_msgs, Kind::kTmRcvPrepared, [](State& s, Set one) { s.tm_prepared |= one; });
    }
    const auto working = static_cast<Set>(state.with(Rm::kWorking) & all_);
    for_each_rm(working, Kind::kRmPrepare,
                [](State& s, Set one) { s.set_rm(one, Rm::kPrepared), s.prepared_msgs |= one; });
    for_each_rm(working, Kind::kRmChooseToAbort, [](State& s, Set one) { s.set_rm(one, Rm::kAborted); });
    for_each_rm(state.commit_msg ? all_ : Set{0}, Kind::kRmRcvCommitMsg,
                [](State& s, Set one) { s.set_rm(one, Rm::kCommitted); });
    for_each_rm(state.abort_msg ? all_ : Set{0}, Kind::kRmRcvAbortMsg,
                [](State& s, Set one) { s.set_rm(one, Rm::kAborted); });
  }

  // The state is two words that change by themselves: the exact store keeps each distinct word once.
  [[nodiscard]] std::array<std::uint64_t, 2> words(const State& state) const {
    const unsigned messages = (state.commit_msg ? 2U : 0U) | (state.abort_msg ? 1U : 0U);
    const unsigned tm = static_cast<unsigned>(state.tm) << 2U | messages;
    return {state.rms_low | std::uint64_t{state.rms_high} << 16U | std::uint64_t{tm} << 32U,
            state.tm_prepared | std::uint64_t{state.prepared_msgs} << 16U};
  }
  // Resource managers are all alike: the representative has them in the order of what is known of each. It
  // has 80 states for N = 3 and 314 for N = 5.
  void canonicalize(State& state) const;
  [[nodiscard]] const std::vector<std::string>& action_kinds() const;
  [[nodiscard]] const std::vector<std::string>& properties() const;
  [[nodiscard]] const std::vector<std::string>& witnesses() const;
  [[nodiscard]] std::size_t kind(const Step& step) const { return static_cast<std::size_t>(step.kind); }
  void judge_state(const State& state, engine::Judgement& judgement) const;
  void judge_step(const State& /*before*/, const Step& /*step*/, engine::Judgement& /*judgement*/) const {}
  // Every resource manager has decided.
  [[nodiscard]] bool is_terminal(const State& state) const;

 private:
  Set all_;
  bool hasty_;
};

}  // namespace takeover::examples
