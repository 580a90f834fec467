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

bool TwoPhase::is_terminal(const State& state) const {
  return (state.with(Rm::kCommitted) | state.with(Rm::kAborted)) == all_;
}

}  // namespace takeover::examples
