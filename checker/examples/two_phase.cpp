#include "checker/examples/two_phase.h"

namespace takeover::examples {

const std::vector<std::string>& TwoPhase::action_kinds() const {
  static const std::vector<std::string> kNames{"TMCommit",     "TMAbort",         "TMRcvPrepared",
                                               "RMPrepare",    "RMChooseToAbort", "RMRcvCommitMsg",
                                               "RMRcvAbortMsg"};
  return kNames;
}

const std::vector<std::string>& TwoPhase::properties() const {
  static const std::vector<std::string> kNames{"consistent"};
  return kNames;
}

const std::vector<std::string>& TwoPhase::witnesses() const {
  static const std::vector<std::string> kNames{"committed", "aborted"};
  return kNames;
}

void TwoPhase::judge_state(const State& state, engine::Judgement& judgement) const {
  const bool committed = state.with(Rm::kCommitted) != 0;
  const bool aborted = state.with(Rm::kAborted) != 0;
  if (committed || aborted) judgement.met |= 1U;
  if (committed && aborted) judgement.violated |= 1U;
  if (committed) judgement.reached |= 1U;
  if (aborted) judgement.reached |= 2U;
}

void TwoPhase::canonicalize(State& state) const {
  constexpr std::size_t kParts = 4;
  const std::array<Set*, kParts> parts{&state.rms_low, &state.rms_high, &state.tm_prepared,
                                       &state.prepared_msgs};
  // How many resource managers have each of the sixteen combinations of bits.
  std::array<unsigned, 1U << kParts> counts{};
  for (Set left = all_; left != 0; left = static_cast<Set>(left & (left - 1))) {
    unsigned combination = 0;
    for (std::size_t p = 0; p < kParts; ++p) {
      if ((*parts[p] & left & -left) != 0) combination |= 1U << p;
    }
    ++counts[combination];
  }
  for (Set* part : parts) *part = 0;
  unsigned next = 0;
  for (unsigned combination = 0; combination < counts.size(); ++combination) {
    const auto group = static_cast<Set>(((1U << counts[combination]) - 1U) << next);
    for (std::size_t p = 0; p < kParts; ++p) {
      if ((combination >> p & 1U) != 0) *parts[p] = static_cast<Set>(*parts[p] | group);
    }
    next += counts[combination];
  }
}

bool TwoPhase::is_terminal(const State& state) const {
  return (state.with(Rm::kCommitted) | state.with(Rm::kAborted)) == all_;
}

}  // namespace takeover::examples
