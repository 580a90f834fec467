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
  // Four sets, the messages of the transaction manager and its own state, packed into two words: a step is
  // then an operation on registers.
  struct State {
    // From bit 0 on the lower, from 16 on the upper bit of each resource manager's Rm; from 32 on the
    // messages and the Tm.
    std::uint64_t managers = 0;
    // From bit 0 on whose Prepared the transaction manager has received; from 16 on who has sent it.
    std::uint64_t prepared = 0;
    friend bool operator==(const State&, const State&) = default;

    static constexpr std::uint64_t kAbortMsg = std::uint64_t{1} << 32U;
    static constexpr std::uint64_t kCommitMsg = std::uint64_t{1} << 33U;
    static constexpr unsigned kTmShift = 34;

    [[nodiscard]] Set rms_low() const { return static_cast<Set>(managers); }
    [[nodiscard]] Set rms_high() const { return static_cast<Set>(managers >> 16U); }
    [[nodiscard]] Set tm_prepared() const { return static_cast<Set>(prepared); }
    [[nodiscard]] Set prepared_msgs() const { return static_cast<Set>(prepared >> 16U); }
    [[nodiscard]] Tm tm() const { return static_cast<Tm>(managers >> kTmShift); }
    [[nodiscard]] bool commit_msg() const { return (managers & kCommitMsg) != 0; }
    [[nodiscard]] bool abort_msg() const { return (managers & kAbortMsg) != 0; }
    // Those that are in this state.
    [[nodiscard]] Set with(Rm rm) const {
      const auto bits = static_cast<unsigned>(rm);
      return static_cast<Set>(((bits & 1U) != 0 ? rms_low() : ~rms_low()) &
                              ((bits & 2U) != 0 ? rms_high() : ~rms_high()));
    }

    // In the initial state, and after none of them, the transaction manager is in kInit.
    [[nodiscard]] State after_decision(Tm decision, std::uint64_t message) const {
      return {managers | message | static_cast<std::uint64_t>(decision) << kTmShift, prepared};
    }
    [[nodiscard]] State after_receipt(std::uint64_t one) const { return {managers, prepared | one}; }
    [[nodiscard]] State after_sending(std::uint64_t one) const { return {managers, prepared | one << 16U}; }
    [[nodiscard]] State with_rm(std::uint64_t one, Rm rm) const {
      const std::uint64_t bits = static_cast<std::uint64_t>(rm);
      const std::uint64_t others = managers & ~(one | one << 16U);
      return {others | one * (bits & 1U) | one * (bits >> 1U) << 16U, prepared};
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
    const auto take = [&](Kind kind, std::size_t rm, const State& after) {
      Step step{kind, static_cast<std::uint8_t>(rm), after};
      visit(step);
    };
    const auto for_each_rm = [&](Set set, Kind kind, auto&& after) {
      for (unsigned left = set; left != 0; left &= left - 1) {
        take(kind, static_cast<std::size_t>(std::countr_zero(left)), after(std::uint64_t{left & -left}));
      }
    };
    if (state.tm() == Tm::kInit) {
      if (hasty_ || state.tm_prepared() == all_) {
        take(Kind::kTmCommit, 0, state.after_decision(Tm::kCommitted, State::kCommitMsg));
      }
      take(Kind::kTmAbort, 0, state.after_decision(Tm::kAborted, State::kAbortMsg));
      for_each_rm(state.prepared_msgs(), Kind::kTmRcvPrepared,
                  [&](std::uint64_t one) { return state.after_receipt(one); });
    }
    const auto working = static_cast<Set>(state.with(Rm::kWorking) & all_);
    const auto become = [&](Rm rm) {
      return [&state, rm](std::uint64_t one) { return state.with_rm(one, rm); };
    };
    for_each_rm(working, Kind::kRmPrepare,
                [&](std::uint64_t one) { return state.with_rm(one, Rm::kPrepared).after_sending(one); });
    for_each_rm(working, Kind::kRmChooseToAbort, become(Rm::kAborted));
    for_each_rm(state.commit_msg() ? all_ : Set{0}, Kind::kRmRcvCommitMsg, become(Rm::kCommitted));
    for_each_rm(state.abort_msg() ? all_ : Set{0}, Kind::kRmRcvAbortMsg, become(Rm::kAborted));
  }

  // The state is two words that change by themselves: the exact store keeps each distinct word once.
  [[nodiscard]] std::array<std::uint64_t, 2> words(const State& state) const {
    return {state.managers, state.prepared};
  }
  // Resource managers are all alike: the representative has them in the order of what is known of each. It
  // has 80 states for N = 3 and 314 for N = 5.
  void canonicalize(State& state) const;
  [[nodiscard]] const std::vector<std::string>& action_kinds() const;
  [[nodiscard]] const std::vector<std::string>& properties() const;
  [[nodiscard]] const std::vector<std::string>& witnesses() const;
  [[nodiscard]] std::size_t kind(const Step& step) const { return static_cast<std::size_t>(step.kind); }
  void judge_state(const State& state, engine::Judgement& judgement) const {
    const bool committed = state.with(Rm::kCommitted) != 0;
    const bool aborted = state.with(Rm::kAborted) != 0;
    judgement.met |= committed || aborted ? 1U : 0U;
    judgement.violated |= committed && aborted ? 1U : 0U;
    judgement.reached |= (committed ? 1U : 0U) | (aborted ? 2U : 0U);
  }
  void judge_step(const State& /*before*/, const Step& /*step*/, engine::Judgement& /*judgement*/) const {}
  // Every resource manager has decided.
  [[nodiscard]] bool is_terminal(const State& state) const;

 private:
  Set all_;
  bool hasty_;
};

}  // namespace takeover::examples
