// Real runs that break a lemma: the relation unrolled from the initial state, at most so many steps.
//
// A counterexample to induction starts anywhere. Here the first state is the initial one, and every
// dispatcher id that a step names is tracked, so that nothing is left to what "another dispatcher" might say:
// what comes out is a run of the relation, step by step, and the implementation can be asked to make it.
#pragma once

#include <atomic>
#include <bitset>
#include <cstdint>
#include <string>
#include <vector>

#include "spec/smt/invariants.h"
#include "spec/smt/message_params.h"
#include "spec/smt/solver.h"

namespace takeover::smt {

struct RunStep {
  Action action{};
  ParamValues in{};
  [[nodiscard]] std::uint64_t get(Param param) const { return in[param]; }
};

struct UnrollOptions {
  std::bitset<impl::kGuardCount> guards{};
  std::size_t max_steps = 12;
  Limits limits{.rlimit = 0};
  const std::atomic<bool>* stop = nullptr;  // when it becomes true, the answer is kUnknown
  std::vector<Lemma> known{};  // lemmas of a state that are proved under these guards: given at every state
};

struct Unrolled {
  Answer answer = Answer::kUnknown;  // kSat: a run; kUnsat: no run of at most max_steps steps
  std::vector<RunStep> run{};        // its last step breaks the lemma
  std::string why_unknown{};
};

// Merges are left out: a merge has sources besides the ids that are tracked.
[[nodiscard]] Unrolled unroll(const Lemma& lemma, const UnrollOptions& options);

}  // namespace takeover::smt
