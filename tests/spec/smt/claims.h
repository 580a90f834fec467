// Runs of the implementation on which the lemmas of spec/smt are evaluated beside the judge.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <utility>
#include <vector>

#include "impl/node.h"
#include "spec/properties/judge.h"
#include "spec/smt/cross_check.h"
#include "spec/smt/invariants.h"
#include "spec/world/history.h"
#include "tests/spec/smt/strange.h"

namespace takeover::tests {

// The lemmas that track so many ids, over variables for the state before a step, the one after it, and what
// is seen of it. A lemma of a state is over the state after.
class Formulas {
 public:
  enum class Which : std::uint8_t { kAll, kProperties };
  Formulas(std::size_t ids, const smt::CrossCheck::GuardBits& guards, Which which = Which::kAll);
  Formulas(const Formulas&) = delete;
  Formulas& operator=(const Formulas&) = delete;
  Formulas(Formulas&&) = delete;
  Formulas& operator=(Formulas&&) = delete;
  ~Formulas() = default;

  struct Formula {
    const smt::Lemma* lemma;
    smt::Term term;
  };
  [[nodiscard]] const std::vector<Formula>& of_state() const { return of_state_; }
  [[nodiscard]] const std::vector<Formula>& of_step() const { return of_step_; }

  struct Tracked {
    impl::DispatcherId id;
    bool is_redo = false;
    bool is_trigger = false;
  };
  struct Constants {
    std::uint64_t owner = 0;
    std::uint64_t epoch = 0;
    std::uint64_t event = 0;
    std::uint64_t redo = 0;
  };
  // Values by variable of the pool. `before` and `out` may be empty where lemmas of a state are evaluated.
  void fill(std::span<const Tracked> tracked, const Constants& constants, const smt::Values& before,
            const smt::Values& after, const smt::Values& out, smt::Values& inputs) const;
  // A formula of of_state() said of another state: of each of its tracked ids if it tracks one.
  [[nodiscard]] smt::Term on(smt::Term formula, const smt::State& state) const;
  // What is true of all values: of those of a step, and of those of a state.
  [[nodiscard]] smt::Term shape(bool of_step) const { return of_step ? step_shape_ : state_shape_; }
  // One value for each formula. Values that have not the shape are an std::logic_error.
  void run(bool of_step, const smt::Values& inputs, smt::Values& values);

 private:
  smt::Pool pool_{};
  smt::State before_;
  smt::State after_;
  smt::Params in_;
  smt::Guards guard_;
  smt::Transition step_{};
  std::vector<smt::Term> after_terms_{};
  std::vector<smt::Index> before_inputs_{};
  std::vector<smt::Index> after_inputs_{};
  std::vector<smt::Index> out_inputs_{};
  smt::Term state_shape_{};
  smt::Term step_shape_{};
  std::vector<Formula> of_state_{};
  std::vector<Formula> of_step_{};
  smt::Program state_program_{};
  smt::Program step_program_{};
  smt::Values scratch_{};
};

// Where a run has come to, with all that the two sides remember of it.
struct Place {
  impl::DispatcherOrchestrator node{};
  spec::History history{};
  smt::CrossCheck::History relation{};
  std::set<std::pair<std::uint64_t, std::uint64_t>> seen{};  // (owner, epoch) of received Bootstraps
  std::map<std::pair<std::uint64_t, std::uint64_t>, std::pair<std::uint64_t, std::uint64_t>> named{};
  std::map<impl::DispatcherId, Formulas::Tracked> ids{};  // what each was drawn for
  smt::Assumption kept = smt::Assumption::kSenderKnows;   // the most that the messages so far keep
  bool is_well_formed = true;
};

// What both sides say of one transition.
struct Verdicts {
  spec::PropertySet judged_state{};  // violated, by the judge
  spec::PropertySet judged_step{};
  spec::PropertySet state{};  // by the lemmas
  spec::PropertySet step{};
  std::set<const smt::Lemma*> broken{};  // auxiliary ones, and those of the properties
};

// One evaluation of a lemma: by which property, on which values.
struct Point {
  const Formulas* formulas;
  std::size_t formula;  // of of_state() or of_step()
  bool of_step;
  const smt::Values& inputs;
  bool holds;
};

class Claims {
 public:
  explicit Claims(const impl::Rules& rules, Formulas::Which which = Formulas::Which::kAll);

  // The place after the step, and what is said of the step. Nothing where the encoding has no such state.
  struct Taken {
    Place place;
    Verdicts verdicts;
    impl::Outbox out{};
  };
  using Watch = std::function<void(const Point&)>;
  [[nodiscard]] std::optional<Taken> take(const Place& place, const smt::ImplStep& step,
                                          const impl::DispatcherOrchestrator& after, const impl::Outbox& out,
                                          const Watch& watch = {});
  // What both sides say of the step with something changed: of one that is a single step of the relation, and
  // that the encoding has.
  [[nodiscard]] std::optional<Verdicts> judge(const smt::ImplStep& step, const Taken& taken,
                                              const Strange& strange, const Watch& watch = {});
  // What both sides say of any transition, with all that is remembered of the run before it and after it from
  // the judge's history. Of the lemmas of properties.
  [[nodiscard]] std::optional<Verdicts> judge(const spec::Observation& observation, const smt::ImplStep& step,
                                              const spec::History& before, const spec::History& later);
  // Makes the implementation take it.
  [[nodiscard]] std::optional<Taken> take(const Place& place, const smt::ImplStep& step,
                                          const Watch& watch = {});
  [[nodiscard]] const impl::Rules& rules() const { return rules_; }

 private:
  void evaluate_steps(const Place& place, Verdicts& verdicts, const Watch& watch);
  void evaluate_state(const Place& place, Verdicts& verdicts, const Watch& watch);
  void evaluate_state_of(std::pair<std::uint64_t, std::uint64_t> pair, const Place& place, bool in_pairs,
                         Verdicts& verdicts, const Watch& watch);
  void note(Formulas& formulas, bool of_step, const smt::Values& inputs, Verdicts& verdicts,
            const Watch& watch);
  void draw_ids(const smt::ImplStep& step, Place& place) const;
  void note_assumptions(Place& place);

  const impl::Rules& rules_;
  Formulas::Which which_;
  smt::CrossCheck cross_;
  smt::CrossCheck::Memory memory_{};
  Formulas one_;
  Formulas two_;
  smt::Encoding relation_;
  std::array<smt::Program, smt::kActionCount> assumptions_{};
  smt::Values inputs_{};
  smt::Values values_{};
  smt::Values scratch_{};
};

}  // namespace takeover::tests
