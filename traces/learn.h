// What a trace of another version teaches: which rules that version has, or has not.
//
//   const traces::Lesson lesson = traces::learn(*trace);
//   for (const traces::Attempt& attempt : lesson.sets) ...   // "without GUARD it goes on to its end"
//
// The trace is replayed under its own rules, and under these with something changed: a guard taken out or put
// in, a variant switched. Only its steps are judged. Every change is tried alone, and, when none leads to the
// end, every two of them. Beyond that the search is greedy: it goes on from the sets of changes that came
// furthest, and from the profiles, by what takes the trace past the step at which it stops. Of what is found,
// no change can be left out.
#pragma once

#include <string_view>
#include <vector>

#include "traces/changes.h"
#include "traces/replay.h"

namespace takeover::traces {

// A set of changes, and what the trace comes to under it.
struct Attempt {
  std::vector<Change> changes{};
  impl::Rules rules{};  // with them
  ReplayResult result{};
};

struct Lesson {
  ReplayResult own{};            // of the steps, under the trace's own rules; if it conforms, that is all
  std::vector<Attempt> alone{};  // single changes with which it goes further, the furthest first
  // The smallest sets that were found to lead to the end; if none does, those that lead furthest.
  std::vector<Attempt> sets{};
  bool is_fewest = false;                    // the sets lead to the end, and no smaller one does
  bool is_all = false;                       // and no other of their size
  std::vector<std::string_view> profiles{};  // under which the steps conform
};

[[nodiscard]] Lesson learn(const Trace& trace);

}  // namespace takeover::traces
