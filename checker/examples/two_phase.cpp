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

void TwoPhase::canonicalize(State& state) const {
  constexpr std::size_t kParts = 4;
  const std::array<Set, kParts> parts{state.rms_low(), state.rms_high(), state.tm_prepared(),
                                      state.prepared_msgs()};
  // How many resource managers have each of the sixteen combinations of bits.
  std::array<unsigned, 1U << kParts> counts{};
  for (unsigned left = all_; left != 0; left &= left - 1) {
    unsigned combination = 0;
    for (std::size_t p = 0; p < kParts; ++p) {
      if ((parts[p] & left & -left) != 0) combination |= 1U << p;
    }
    ++counts[combination];
  }
  std::array<std::uint64_t, kParts> ordered{};
  unsigned next = 0;
  for (unsigned combination = 0; combination < counts.size(); ++combination) {
    const std::uint64_t group = ((std::uint64_t{1} << counts[combination]) - 1U) << next;
    for (std::size_t p = 0; p < kParts; ++p) {
      if ((combination >> p & 1U) != 0) ordered[p] |= group;
    }
    next += counts[combination];
  }
  constexpr std::uint64_t kManagers = 0xFFFF'FFFF;
  state.managers = (state.managers & ~kManagers) | ordered[0] | ordered[1] << 16U;
  state.prepared = ordered[2] | ordered[3] << 16U;
}

bool TwoPhase::is_terminal(const State& state) const {
  return (state.with(Rm::kCommitted) | state.with(Rm::kAborted)) == all_;
}

}  // namespace takeover::examples
