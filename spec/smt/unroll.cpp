#include "spec/smt/unroll.h"

#include <fmt/format.h>

#include <chrono>
#include <thread>

namespace takeover::smt {
namespace {

constexpr std::size_t kTracked = 2;
constexpr std::uint64_t kIdle = kActionCount;
constexpr unsigned kBits = 6;
static_assert(kIdle < std::uint64_t{1} << kBits, "an action is a number of so many bits");

bool is_left_out(Action action) {
  return action == Action::kMerge || action == action_of(impl::NodeActionKind::kMergeTask);
}

State state_at(Pool& pool, std::size_t position, const State& like) {
  State state = like;
  std::size_t number = 0;
  const auto fresh = [&](auto& terms) {
    for (Term& term : terms) {
      term = pool.variable(fmt::format("s{}@{}", number++, position), term.node().sort);
    }
  };
  fresh(state.scalars);
  for (Record& record : state.records) {
    fresh(record.own);
    for (auto& mode : record.mode) fresh(mode);
  }
  return state;
}

// The ids that the step names are tracked ones; a Bootstrap may name none.
Term names_tracked_ids(const State& state, const Params& in) {
  Term all = state.scalars.front().pool().truth(true);
  for (const Param param : {Param::kId, Param::kEvent, Param::kRedo}) {
    Term known = param == Param::kId ? all.pool().truth(false) : in[param] == 0;
    for (const Record& record : state.records) known = known || in[param] == record.id;
    all = all && known;
  }
  return all;
}

// A report that has nothing to tell changes nothing here, and the implementation makes none.
Term has_report(const State& state) {
  Term some = state.scalars.front().pool().truth(false);
  for (const Record& record : state.records) {
    some = some || record.at(0, InMode::kStopped) || record.at(1, InMode::kStopped);
  }
  return some;
}

class Unroller {
 public:
  Unroller(const Lemma& lemma, const UnrollOptions& options)
      : lemma_(lemma), guard_(guards(pool_, options.guards)), solver_(options.limits, kBits) {
    const State like = variables(pool_, kTracked);
    states_.push_back(initial(like));
    for (std::size_t i = 0; i < kTracked; ++i) {
      solver_.add(like.records[i].id == pool_.number(i + 1));  // which numbers does not matter
    }
    for (std::size_t i = 0; i < options.max_steps; ++i) add_step(i, like, options);
  }

  Unrolled solve(const std::atomic<bool>* stop) {
    Unrolled result;
    if (stop != nullptr && *stop) {
      result.why_unknown = "interrupted";
      return result;
    }
    solver_.add(broken_);
    {
      const std::jthread watch([&](const std::stop_token& done) {
        while (stop != nullptr && !done.stop_requested()) {
          if (*stop) solver_.interrupt();
          std::this_thread::sleep_for(std::chrono::milliseconds(100));
        }
      });
      result.answer = solver_.check();
    }
    if (result.answer == Answer::kUnknown) result.why_unknown = solver_.why_unknown();
    if (result.answer != Answer::kSat) return result;
    for (std::size_t i = 0; i < chosen_.size(); ++i) {
      const std::uint64_t action = solver_.value(chosen_[i]);
      if (action == kIdle) continue;
      RunStep step{.action = static_cast<Action>(action)};
      for (std::size_t p = 0; p < kParamCount; ++p) step.in.values[p] = solver_.value(params_[i].values[p]);
      result.run.push_back(step);
    }
    return result;
  }

 private:
  // Idle steps come first, so that a shorter run is one of this length, and the last step is the one that
  // breaks.
  void add_step(std::size_t position, const State& like, const UnrollOptions& options) {
    const bool is_last = position + 1 == options.max_steps;
    const State& before = states_.back();
    const Params& in = params_.emplace_back(params(pool_, kTracked, fmt::format("in{}.", position)));
    const Term chosen = pool_.variable(fmt::format("action@{}", position), Sort::kInt);
    State after = state_at(pool_, position + 1, like);
    const std::vector<Term> after_terms = after.terms();
    const std::vector<Term> before_terms = before.terms();
    const Term idle = chosen == kIdle;
    Term some = idle;
    if (!chosen_.empty()) solver_.add(implies(idle, chosen_.back() == kIdle));
    equate(idle, after_terms, before_terms);
    broken_ = pool_.truth(false);
    for (std::size_t a = 0; a < kActionCount; ++a) {
      const auto action = static_cast<Action>(a);
      if (is_left_out(action)) continue;
      const Transition t = transition(action, before, in, guard_);
      Term possible = t.enabled && t.well_formed && assumed(t);
      if (action == action_of(impl::NodeActionKind::kReport)) possible = possible && has_report(before);
      if (possible.is_false()) continue;
      const Term here = chosen == a;
      some = some || here;
      solver_.add(implies(here, possible));
      equate(here, after_terms, t.next.terms());
      if (is_last) {
        const bool of_step = lemma_.kind == Kind::kStep;
        const Term holds = lemma_.formula({.before = of_step ? before : t.next,
                                           .guard = guard_,
                                           .step = of_step ? &t : nullptr,
                                           .in = of_step ? &in : nullptr});
        const Term is_built = t.next[Scalar::kManager] == manager::kInitializing;
        const Term is_judged = of_step || lemma_.while_built ? pool_.truth(true) : !is_built;
        broken_ = broken_ || (here && is_judged && !holds);
      }
    }
    solver_.add(some);
    solver_.add(names_tracked_ids(before, in));
    for (const Lemma& known : options.known) solver_.add(known.formula({.before = after, .guard = guard_}));
    chosen_.push_back(chosen);
    states_.push_back(after);
  }

  void equate(Term condition, const std::vector<Term>& after, const std::vector<Term>& value) {
    for (std::size_t v = 0; v < after.size(); ++v) solver_.add(implies(condition, after[v] == value[v]));
  }

  [[nodiscard]] Term assumed(const Transition& t) const {
    Term all = pool_.truth(true);
    if (lemma_.assumes >= Assumption::kIdsDrawnOnce) all = all && t.ids_drawn_once;
    if (lemma_.assumes >= Assumption::kNamesOneTrigger) all = all && t.names_one_trigger;
    if (lemma_.assumes >= Assumption::kSenderKnows) all = all && t.sender_knows;
    return all;
  }

  const Lemma& lemma_;
  mutable Pool pool_{};
  Guards guard_;
  Solver solver_;
  std::vector<State> states_{};
  std::vector<Params> params_{};
  std::vector<Term> chosen_{};
  Term broken_{};
};

}  // namespace

Unrolled unroll(const Lemma& lemma, const UnrollOptions& options) {
  return Unroller(lemma, options).solve(options.stop);
}

}  // namespace takeover::smt
