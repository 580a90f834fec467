// Two-phase commit: the TLA+ module TwoPhase of Gray and Lamport, "Consensus on Transaction Commit" (ACM TODS
// 31(1), 2006). A transaction manager and N resource managers; messages are a set that only grows.
//
// Distinct states, as TLC and others report them: 288 for N = 3, 8,832 for 5, 296,448 for 7, 10,340,352
// for 9.
#pragma once

#include <array>
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

  // Bit i of a set, or bits 2i and 2i + 1 of rms, stand for resource manager i.
  struct State {
    std::uint32_t rms = 0;            // an Rm each
    std::uint16_t tm_prepared = 0;    // whose Prepared the transaction manager has received
    std::uint16_t prepared_msgs = 0;  // who has sent Prepared
    Tm tm = Tm::kInit;
    bool commit_msg = false;
    bool abort_msg = false;
    friend bool operator==(const State&, const State&) = default;

    [[nodiscard]] Rm rm(std::size_t i) const { return static_cast<Rm>(rms >> (2 * i) & 3U); }
    void set_rm(std::size_t i, Rm value) {
      rms = (rms & ~(3U << (2 * i))) | static_cast<std::uint32_t>(value) << (2 * i);
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
  explicit TwoPhase(std::size_t size, bool hasty = false) : size_(size), hasty_(hasty) {}

  void for_each_initial(auto&& visit) const { visit(State{}); }

  void for_each_step(const State& state, Scratch& /*scratch*/, auto&& visit) const {
    const auto all = static_cast<std::uint16_t>((1U << size_) - 1U);
    const auto take = [&](Kind kind, std::size_t rm, auto&& change) {
      Step step{kind, static_cast<std::uint8_t>(rm), state};
      change(step.state);
      visit(step);
    };
    if (state.tm == Tm::kInit) {
      if (hasty_ || state.tm_prepared == all) {
        take(Kind::kTmCommit, 0, [](State& s) { s.tm = Tm::kCommitted, s.commit_msg = true; });
      }
      take(Kind::kTmAbort, 0, [](State& s) { s.tm = Tm::kAborted, s.abort_msg = true; });
    }
    for (std::size_t i = 0; i < size_; ++i) {
      const auto bit = static_cast<std::uint16_t>(1U << i);
      if (state.tm == Tm::kInit && (state.prepared_msgs & bit) != 0) {
        take(Kind::kTmRcvPrepared, i, [&](State& s) { s.tm_prepared |= bit; });
      }
      if (state.rm(i) == Rm::kWorking) {
        take(Kind::kRmPrepare, i, [&](State& s) { s.set_rm(i, Rm::kPrepared), s.prepared_msgs |= bit; });
        take(Kind::kRmChooseToAbort, i, [&](State& s) { s.set_rm(i, Rm::kAborted); });
      }
      if (state.commit_msg) {
        take(Kind::kRmRcvCommitMsg, i, [&](State& s) { s.set_rm(i, Rm::kCommitted); });
      }
      if (state.abort_msg) {
        take(Kind::kRmRcvAbortMsg, i, [&](State& s) { s.set_rm(i, Rm::kAborted); });
      }
    }
  }

  // The state is two words, of halves that change by themselves: the exact store keeps each distinct word
  // once.
  [[nodiscard]] std::array<std::uint64_t, 2> words(const State& state) const {
    const unsigned messages = (state.commit_msg ? 2U : 0U) | (state.abort_msg ? 1U : 0U);
    const unsigned tm = static_cast<unsigned>(state.tm) << 2U | messages;
    return {state.rms | std::uint64_t{tm} << 32U,
            state.tm_prepared | std::uint64_t{state.prepared_msgs} << 16U};
  }
  [[nodiscard]] const std::vector<std::string>& action_kinds() const;
  [[nodiscard]] const std::vector<std::string>& properties() const;
  [[nodiscard]] const std::vector<std::string>& witnesses() const;
  [[nodiscard]] std::size_t kind(const Step& step) const { return static_cast<std::size_t>(step.kind); }
  void judge_state(const State& state, engine::Judgement& judgement) const;
  void judge_step(const State& /*before*/, const Step& /*step*/, engine::Judgement& /*judgement*/) const {}
  // Every resource manager has decided.
  [[nodiscard]] bool is_terminal(const State& state) const;

 private:
  std::size_t size_;
  bool hasty_;
};

}  // namespace takeover::examples
