// Partial-order reduction: of the steps of a state, an ample set is expanded instead of all.
//
// A model offers candidates (ReducibleModel, model.h). A candidate c of a state s is a set of steps that are
// independent of all that can happen beside them, and that hide nothing. Precisely, for each step a of c,
// each enabled step b of s that is not of c, and with s --a--> as and s --b--> bs:
//
//   D1  c is a candidate of bs as well, and has the same steps there
//   D2  b is enabled in as, and after a and b the state is the same whichever came first
//   D3  nothing is lost: what is said of s is said of as, what is said of b from s is said of b from as, and
//       what is said of a from bs is said of a from s  (of judgements, bit by bit: more may be said)
//
// These are conditions on single steps, which a test can try on every state of a small model (audit.h). By
// induction over the steps of a run they give the conditions that are known as C0 to C2 (D. Peled, "All from
// one, one for all", CAV 1993; Holzmann and Peled, FORTE 1994; Clarke, Grumberg and Peled, "Model Checking",
// chapter 10):
//
//   C0  an ample set of a state that has steps is not empty: a candidate is named by steps that it has
//   C1  along every run from s, nothing that depends on a step of c happens before a step of c   (D1, D2)
//   C2  what is taken first hides nothing: a weaker form of invisibility, which is enough where verdicts are
//       about what is ever seen: a property violated, its premise met, a witness reached           (D3)
//
// and the engine sees to the cycle proviso, without which what is beside an ample set might be put off for
// ever, round a cycle or into states that are known:
//
//   C3  a candidate is used only if one of its steps leads into the next level
//
// This is the queue proviso of breadth-first search (Bosnacki and Holzmann, "Improving Spin's partial-order
// reduction for breadth-first search", SPIN 2005), by levels. A state is in the next level if and only if it
// is in no earlier one; all of those were finished before this level was begun. So what a worker is told does
// not depend on what other workers do meanwhile, and the reduced graph is the same for any number of workers.
//
// Why nothing is lost. Let a run r of n steps lead from s, which is explored, to a state or a step of which
// something is said. By induction on n, and for each n on levels, from the last one back:
//
//   s is expanded in full   the first step of r is taken, and n - 1 are left.
//   some step of r is of the ample set c   let a be the first one. By D2 it can be moved to the front; by D3
//                           the states and steps passed then have said of them what was said before; n - 1
//                           steps are left.
//   none is                 by C3 there is an a of c into a later level; r can be taken from there (D1, D2),
//                           and shows the same (D3). Levels end, so this comes to an end.
//
// A deadlock is never of the third kind, since a would still be enabled there: the states without steps are
// the same ones. The kinds of steps that occur are the same too: take the step as the last one of r.
//
// What changes: counts are those of the reduced graph, and a counterexample is a run of the model, but not
// necessarily a shortest one. With symmetry, c is a candidate of the representative, and C3 looks at
// representatives: r is renamed along with the state, has as many steps and says the same, so the induction
// holds as it stands.
#pragma once

#include <cstdint>
#include <optional>

#include "checker/engine/identify.h"
#include "checker/engine/model.h"
#include "checker/engine/visited.h"

namespace takeover::engine {

// The ample set to expand: the first candidate, in the order of the steps, that satisfies C3; nothing if all
// steps are to be taken. The next level is the one that is open in the table.
template <Model M>
[[nodiscard]] std::optional<std::uint32_t> ample_set(const M& model, const typename M::State& state,
                                                     const Identify<M>& identify, const Visited& visited,
                                                     typename M::Scratch& scratch,
                                                     IdentityScratch& identity) {
  std::optional<std::uint32_t> ample;
  if constexpr (ReducibleModel<M>) {
    model.for_each_step(state, scratch, [&](const typename M::Step& step) {
      if (ample) return;
      const std::optional<std::uint32_t> candidate = model.candidate(state, step);
      if (!candidate) return;
      const Key key = identify.of_class(step.state, identity).key();
      if (!visited.is_before(key)) ample = candidate;
    });
  }
  return ample;
}

// Whether a step is of the ample set, or all are to be taken.
template <Model M>
[[nodiscard]] bool is_ample(const M& model, const std::optional<std::uint32_t>& ample,
                            const typename M::State& state, const typename M::Step& step) {
  if constexpr (ReducibleModel<M>) {
    if (ample) return model.candidate(state, step) == ample;
  }
  return true;
}

}  // namespace takeover::engine
