// Which guards a trace tells apart: the trace, replayed with one guard taken out of its rules, or put in.
//
// A trace that conforms under its own rules and diverges with a guard flipped says something of this guard:
// whoever recorded it had it, or had it not. One that conforms both ways says nothing of it.
#pragma once

#include <span>
#include <vector>

#include "impl/guards.h"
#include "traces/replay.h"

namespace takeover::traces {

struct Flip {
  impl::Guard guard;
  bool put_in;        // else taken out
  impl::Rules rules;  // with it
};

// One for each guard, in the order of all_guards().
[[nodiscard]] std::vector<Flip> flips_of(const impl::Rules& rules);

// What the trace comes to under each of the flips. `own`: its run under trace.rules.
[[nodiscard]] std::vector<ReplayResult> replay_flipped(const Trace& trace, const Run& own,
                                                       std::span<const Flip> flips);

}  // namespace takeover::traces
