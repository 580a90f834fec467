#include "traces/flips.h"

namespace takeover::traces {

std::vector<Flip> flips_of(const impl::Rules& rules) {
  std::vector<Flip> flips;
  flips.reserve(impl::kGuardCount);
  for (const impl::GuardInfo& info : impl::all_guards()) {
    Flip& flip = flips.emplace_back(Flip{info.guard, !rules(info.guard), rules});
    flip.rules.set(info.guard, flip.put_in);
  }
  return flips;
}

std::vector<ReplayResult> replay_flipped(const Trace& trace, const Run& own, std::span<const Flip> flips) {
  std::vector<ReplayResult> results;
  results.reserve(flips.size());
  for (const Flip& flip : flips) results.push_back(replay_beside(trace, own, flip.rules));
  return results;
}

}  // namespace takeover::traces
