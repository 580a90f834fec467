// The proofs: for each lemma and each action one obligation, and Z3 for those that an action does not leave
// alone.
//
//   Init implies each lemma of a state.
//   The lemmas of a state, an action, and what is assumed of messages imply the lemma of the next state,
//   and each lemma of a step.
//
// A lemma may use another one only if it assumes as much of messages. If a lemma of a state fails (a guard is
// out, say), it is dropped and what leant on it is proved again without it, until the rest stands by itself.
//
// A question can also be left open: by a limit, or because the caller stops. A lemma with an open question is
// unknown, and can neither be leant on nor be done without:
//   refuted  a counterexample keeps every lemma that is not refuted, the unknown ones included, so that it
//            stays one whatever they turn out to be;
//   proved   every proof leans on proved lemmas alone;
//   unknown  the rest: what is left open itself, and what is proved only from what is unknown.
// So a limit turns verdicts into unknown, and never one into another.
#pragma once

#include <array>
#include <atomic>
#include <bitset>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "spec/smt/encoding.h"
#include "spec/smt/invariants.h"
#include "spec/smt/solver.h"

namespace takeover::smt {

// From the best to the worst: of several obligations together, the worst counts.
enum class Verdict : std::uint8_t {
  kUntouched,  // the action leaves the lemma's formula alone: proved without a solver
  kProved,
  kUnknown,
  kRefuted,  // there is a counterexample to induction
};
[[nodiscard]] std::string_view to_string(Verdict verdict);

// A variable of a counterexample, before and after the step.
struct Difference {
  std::string name;
  std::uint64_t before = 0;
  std::uint64_t after = 0;
};

struct Obligation {
  std::size_t lemma = 0;
  std::optional<Action> action{};  // none: the initial state
  Verdict verdict = Verdict::kUnknown;
  bool asked = false;  // Z3 was
  double seconds = 0;
  std::vector<std::size_t> used{};  // the lemmas that the proof leant on
  // Parameters that are not 0, and variables that are not 0 or change.
  std::vector<Difference> counterexample{};
  // Of an unknown one: what left it open (Solver::why_unknown(), or "interrupted"), and the lemmas that its
  // proof leant on although they are not proved. One of the two is there, or both.
  std::string left_open_by{};
  std::vector<std::size_t> needs{};
};

struct ProveOptions {
  std::bitset<impl::kGuardCount> guards{};
  Limits limits{};
  std::size_t workers = 2;
  std::vector<Lemma> lemmas = all_lemmas();
  Assumption assumes_at_least = Assumption::kNone;  // by every lemma
  const std::atomic<bool>* stop = nullptr;          // when it becomes true, what was not asked is left open
  std::function<void(std::size_t done, std::size_t all)> progress{};
};

struct ProveResult {
  std::vector<Lemma> lemmas{};            // auxiliary first
  std::vector<Obligation> obligations{};  // of lemma i: from i * (kActionCount + 1), the initial state last
  double seconds = 0;
  std::size_t rounds = 0;  // how often obligations were settled

  [[nodiscard]] const Obligation& at(std::size_t lemma, std::size_t action) const {
    return obligations[lemma * (kActionCount + 1) + action];
  }
  // The worst of its obligations.
  [[nodiscard]] Verdict verdict_of(std::size_t lemma) const;
};

// The formulas of every obligation.
class Obligations {
 public:
  explicit Obligations(const ProveOptions& options);

  struct Question {
    // What is given, with the lemma's index where it is one.
    std::vector<std::pair<Term, std::string>> facts{};
    Term denial{};  // that the lemma fails nevertheless: proved if the two cannot be
  };
  // Under the lemmas that stand. No term is made for it, so that several threads can ask at once.
  [[nodiscard]] Question question(std::size_t lemma, std::size_t action,
                                  const std::vector<bool>& stands) const;
  [[nodiscard]] bool is_untouched(std::size_t lemma, std::size_t action) const;
  // To make another term of their pools is a failure from now on.
  void seal();
  [[nodiscard]] const std::vector<Lemma>& lemmas() const { return lemmas_; }
  [[nodiscard]] const Encoding& encoding(std::size_t lemma) const {
    return *encodings_[lemmas_[lemma].ids - 1];
  }

 private:
  std::vector<Lemma> lemmas_{};
  std::array<std::unique_ptr<Encoding>, 2> encodings_{};
  std::array<std::vector<Term>, 2> facts_{};  // of each lemma of a state, by how many ids are tracked
  std::array<Term, 2> ids_differ_{};
  std::vector<std::vector<Term>> goals_{};    // of each lemma, by action, the initial state last
  std::vector<std::vector<Term>> denials_{};  // of the goals
  // By action: enabled, assumptions in their order.
  std::array<std::vector<std::vector<Term>>, 2> premises_{};
};

// One obligation, under the lemmas that stand.
[[nodiscard]] Obligation prove_one(const Obligations& formulas, const ProveOptions& options,
                                   std::size_t lemma, std::size_t action, const std::vector<bool>& stands);
// Settles obligations until what is proved stands by itself. They come lemma by lemma, `columns` of each;
// settle(due, stands) gives those that are due a verdict under the lemmas that stand, and may leave them
// open. Returns how often it was called.
using Settle = std::function<void(const std::vector<bool>& due, const std::vector<bool>& stands)>;
std::size_t settle_all(std::vector<Obligation>& obligations, std::size_t columns, const Settle& settle);

[[nodiscard]] ProveResult prove(const ProveOptions& options);

}  // namespace takeover::smt
