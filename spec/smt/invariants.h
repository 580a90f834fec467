// What is proved of the encoding: the properties, and the auxiliary invariants that their proofs rest on.
//
// A lemma of a state holds initially and is kept by every action (induction). A lemma of a step follows from
// the lemmas of the state before it. A property is one or more lemmas that carry its name; an auxiliary
// invariant is nobody's property and there because an induction needs it (a test drops each, and sees a proof
// fail).
//
// A lemma speaks of the tracked id (or two), an arbitrary constant: what is proved of it holds for every id.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "spec/smt/relation.h"

namespace takeover::smt {

// What a proof may assume of messages besides being well-formed.
enum class Assumption : std::uint8_t {
  kNone,
  kIdsDrawnOnce,     // Transition::ids_drawn_once
  kNamesOneTrigger,  // and Transition::names_one_trigger
  kSenderKnows,      // and Transition::sender_knows
};
constexpr std::string_view name_of(Assumption assumption) {
  switch (assumption) {
    case Assumption::kNone: return "";
    case Assumption::kIdsDrawnOnce: return "ids-drawn-once";
    case Assumption::kNamesOneTrigger: return "names-one-trigger";
    case Assumption::kSenderKnows: return "sender-knows";
  }
  return impl::kNoName;
}
[[nodiscard]] std::string_view meaning_of(Assumption assumption);

enum class Kind : std::uint8_t { kAuxiliary, kState, kStep };

// What a lemma is a formula over.
struct Scene {
  const State& before;  // the state; of a lemma of a step, that before it
  const Guards& guard;
  const Transition* step = nullptr;  // of a lemma of a step
  const Params* in = nullptr;

  [[nodiscard]] Term operator[](Scalar variable) const { return before[variable]; }
  [[nodiscard]] Pool& pool() const { return before.scalars.front().pool(); }
  [[nodiscard]] Term yes() const { return pool().truth(true); }
};

struct Lemma {
  std::string_view id;  // of a property: its id
  Kind kind;
  Assumption assumes;
  std::string_view meaning;
  Term (*formula)(const Scene&);
  std::size_t ids = 1;  // how many are tracked for it
  // Of a property: the cases that it speaks of. Where none of them is met it holds for nothing; a test sees
  // each met in a run.
  std::vector<Term> (*cases)(const Scene&) = nullptr;
  // Of a property of a state: it speaks of a manager that is being built, too, not only of a published one.
  bool while_built = false;
};

// In one order for all output: auxiliary first, then properties as in spec/properties/properties.h.
[[nodiscard]] std::span<const Lemma> auxiliary_invariants();
[[nodiscard]] std::span<const Lemma> properties_proved();
[[nodiscard]] std::vector<Lemma> all_lemmas();

// ---- what several lemmas say ----

[[nodiscard]] Term is_building(const Scene& s);  // a manager is being built
[[nodiscard]] Term is_not_taken_over(
    const Scene& s);  // it was built and published, and its takeover comes next
[[nodiscard]] Term is_under_fence(
    const Scene& s);  // a Bootstrap is handled under the fence, after its admission
[[nodiscard]] Term is_ensuring(const Scene& s);
[[nodiscard]] Term is_here(const Scene& s);
// A dispatcher that is here, has not flushed, and is Working or about to be merged.
[[nodiscard]] Term can_write(const Record& record, std::size_t mode);
// For each mode of each tracked id.
[[nodiscard]] Term for_all(const Scene& s, Term (*formula)(const Scene&, const Record&, std::size_t mode));
[[nodiscard]] Term trigger_of(const Scene& s, std::size_t mode);
[[nodiscard]] Term request_of(const Scene& s, std::size_t mode);
// The epoch that the request under way speaks for.
[[nodiscard]] Term request_epoch(const Scene& s);

}  // namespace takeover::smt
