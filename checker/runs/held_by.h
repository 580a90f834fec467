// Which guards a set of traces tells apart: by a trace that diverges once the guard is flipped.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "impl/guards.h"
#include "spec/smt/cross_check.h"
#include "traces/flips.h"
#include "traces/replay.h"

namespace takeover::runs {

struct TraceWithRun {
  traces::Trace trace;
  traces::Run own;  // under its own rules, to which it conforms
};

// What all traces together say of one guard.
struct GuardRow {
  bool taken_out = false;  // of a trace's rules
  bool put_in = false;
  std::size_t diverging = 0;
  std::size_t smt_diverging = 0;  // there, or on the way there
  std::string file{};             // the trace that diverges first
  traces::ReplayResult first{};
};

class HeldBy {
 public:
  void add(const TraceWithRun& read);

  [[nodiscard]] const std::vector<GuardRow>& rows() const { return rows_; }  // by their guards
  [[nodiscard]] std::size_t traces() const { return traces_; }

 private:
  bool does_relation_diverge(const TraceWithRun& read, const traces::Flip& flip,
                             const traces::ReplayResult& result);

  std::vector<GuardRow> rows_{impl::kGuardCount};
  std::map<std::string, smt::CrossCheck> relations_{};  // by their guards
  std::size_t traces_ = 0;
};

}  // namespace takeover::runs
