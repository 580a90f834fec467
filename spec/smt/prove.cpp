#include "spec/smt/prove.h"

#include <algorithm>
#include <chrono>
#include <exception>
#include <mutex>
#include <thread>

namespace takeover::smt {
namespace {

using Clock = std::chrono::steady_clock;
constexpr std::size_t kColumns = kActionCount + 1;

bool may_use(const Lemma& user, const Lemma& used) {
  return used.assumes <= user.assumes;
}

Term all_ids_differ(const State& state) {
  Pool& pool = state.scalars.front().pool();
  Term all = pool.truth(true);
  for (std::size_t i = 0; i < state.records.size(); ++i) {
    all = all && state.records[i].id != 0;
    for (std::size_t j = 0; j < i; ++j) all = all && state.records[i].id != state.records[j].id;
  }
  return all;
}

std::vector<Difference> describe(const Encoding& encoding, std::size_t action, Solver& solver) {
  std::vector<Difference> all;
  const auto add = [&](const std::string& name, Term before, Term after) {
    const Difference difference{name, solver.value(before), solver.value(after)};
    if (difference.before != 0 || difference.after != 0) all.push_back(difference);
  };
  const Pool& pool = encoding.pool;
  const auto constant = [&](Term term) { add(pool.name_of(term.node().a), term, term); };
  for (const Record& record : encoding.state.records) constant(record.id);
  for (const Term term : {encoding.state.tracked_owner, encoding.state.tracked_epoch}) constant(term);
  if (action < kActionCount) {
    for (std::size_t i = 0; i < kParamCount; ++i) constant(encoding.in.values[i]);
  }
  const std::vector<Term> before = encoding.state.terms();
  const std::vector<Term> after = action < kActionCount ? encoding.transitions[action].next.terms() : before;
  const std::vector<std::string> all_names = names(encoding.state.records.size());
  for (std::size_t i = 0; i < before.size(); ++i) add(all_names[i], before[i], after[i]);
  return all;
}

// Proves one obligation under the lemmas that stand.
void settle(const Obligations& formulas, const ProveOptions& options, const std::vector<bool>& stands,
            Solver& solver, Obligation& obligation) {
  const std::size_t action = obligation.action ? static_cast<std::size_t>(*obligation.action) : kActionCount;
  if (formulas.is_untouched(obligation.lemma, action)) {
    obligation.verdict = Verdict::kUntouched;
    return;
  }
  obligation.used.clear();
  obligation.counterexample.clear();
  obligation.left_open_by.clear();
  if (options.stop != nullptr && *options.stop) {
    obligation.verdict = Verdict::kUnknown;
    obligation.left_open_by = "interrupted";
    return;
  }
  const auto begin = Clock::now();
  obligation.asked = true;
  const Obligations::Question question = formulas.question(obligation.lemma, action, stands);
  solver.reset();
  for (const auto& [fact, label] : question.facts) {
    label.empty() ? solver.add(fact) : solver.add(fact, label);
  }
  solver.add(question.denial);
  switch (solver.check()) {
    case Answer::kUnsat:
      obligation.verdict = Verdict::kProved;
      for (const std::string& label : solver.core()) obligation.used.push_back(std::stoul(label));
      break;
    case Answer::kSat:
      obligation.verdict = Verdict::kRefuted;
      obligation.counterexample = describe(formulas.encoding(obligation.lemma), action, solver);
      break;
    case Answer::kUnknown:
      obligation.verdict = Verdict::kUnknown;
      obligation.left_open_by = solver.why_unknown();
      break;
  }
  obligation.seconds += std::chrono::duration<double>(Clock::now() - begin).count();
}

// Runs work(column) on every column, each with a solver of its own, so that answers do not depend on the
// workers.
template <class Work>
void in_parallel(std::size_t workers, Work&& work) {
  std::atomic<std::size_t> next = 0;
  std::exception_ptr failure;
  std::mutex mutex;
  const auto loop = [&] {
    try {
      for (std::size_t column = next++; column < kColumns; column = next++) work(column);
    } catch (...) {
      const std::lock_guard lock(mutex);
      failure = std::current_exception();
    }
  };
  {
    std::vector<std::jthread> threads;
    for (std::size_t i = 1; i < workers; ++i) threads.emplace_back(loop);
    loop();
  }
  if (failure) std::rethrow_exception(failure);
}

}  // namespace

std::string_view to_string(Verdict verdict) {
  switch (verdict) {
    case Verdict::kUntouched:
    case Verdict::kProved: return "proved";
    case Verdict::kRefuted: return "refuted";
    case Verdict::kUnknown: return "unknown";
  }
  impl::unreachable();
}

Obligations::Obligations(const ProveOptions& options) : lemmas_(options.lemmas) {
  for (Lemma& lemma : lemmas_) lemma.assumes = std::max(lemma.assumes, options.assumes_at_least);
  for (std::size_t n = 0; n < encodings_.size(); ++n) {
    encodings_[n] = std::make_unique<Encoding>(n + 1, options.guards);
    Encoding& encoding = *encodings_[n];
    ids_differ_[n] = all_ids_differ(encoding.state);
    for (const Lemma& lemma : lemmas_) {
      facts_[n].push_back(lemma.kind != Kind::kStep && lemma.ids <= n + 1
                              ? lemma.formula({.before = encoding.state, .guard = encoding.guard})
                              : encoding.pool.truth(true));
    }
    for (const Transition& t : encoding.transitions) {
      premises_[n].push_back(
          {t.enabled && t.well_formed, t.ids_drawn_once, t.names_one_trigger, t.sender_knows});
    }
  }
  for (const Lemma& lemma : lemmas_) {
    Encoding& encoding = *encodings_[lemma.ids - 1];
    std::vector<Term>& goals = goals_.emplace_back();
    for (const Transition& t : encoding.transitions) {
      const bool of_step = lemma.kind == Kind::kStep;
      goals.push_back(lemma.formula({.before = of_step ? encoding.state : t.next,
                                     .guard = encoding.guard,
                                     .step = of_step ? &t : nullptr,
                                     .in = of_step ? &encoding.in : nullptr}));
    }
    const State init = initial(encoding.state);
    goals.push_back(lemma.kind == Kind::kStep ? encoding.pool.truth(true)
                                              : lemma.formula({.before = init, .guard = encoding.guard}));
  }
  for (const std::vector<Term>& goals : goals_) {
    std::vector<Term>& denials = denials_.emplace_back();
    for (const Term goal : goals) denials.push_back(!goal);
  }
}

void Obligations::seal() {
  for (const auto& encoding : encodings_) encoding->pool.seal();
}

bool Obligations::is_untouched(std::size_t lemma, std::size_t action) const {
  const Term goal = goals_[lemma][action];
  return goal.is_true() || (action < kActionCount && goal.is(facts_[lemmas_[lemma].ids - 1][lemma]));
}

Obligations::Question Obligations::question(std::size_t lemma, std::size_t action,
                                            const std::vector<bool>& stands) const {
  const Lemma& proved = lemmas_[lemma];
  const std::size_t n = proved.ids - 1;
  Question question{.facts = {{ids_differ_[n], ""}}, .denial = denials_[lemma][action]};
  if (action == kActionCount) return question;
  for (std::size_t i = 0; i <= static_cast<std::size_t>(proved.assumes); ++i) {
    question.facts.emplace_back(premises_[n][action][i], "");
  }
  for (std::size_t other = 0; other < lemmas_.size(); ++other) {
    if (!stands[other] || lemmas_[other].kind == Kind::kStep || !may_use(proved, lemmas_[other])) continue;
    question.facts.emplace_back(facts_[n][other], std::to_string(other));
  }
  return question;
}

Verdict ProveResult::verdict_of(std::size_t lemma) const {
  Verdict worst = Verdict::kUntouched;
  for (std::size_t i = 0; i < kColumns; ++i) worst = std::max(worst, at(lemma, i).verdict);
  return worst;
}

Obligation prove_one(const Obligations& formulas, const ProveOptions& options, std::size_t lemma,
                     std::size_t action, const std::vector<bool>& stands) {
  Obligation obligation{.lemma = lemma};
  if (action < kActionCount) obligation.action = static_cast<Action>(action);
  Solver solver(options.limits);
  settle(formulas, options, stands, solver, obligation);
  return obligation;
}

ProveResult prove(const ProveOptions& options) {
  const auto begin = Clock::now();
  Obligations formulas(options);
  formulas.seal();  // the workers share the pools
  ProveResult result;
  result.lemmas = formulas.lemmas();
  const std::size_t count = result.lemmas.size();
  result.obligations.resize(count * kColumns);
  for (std::size_t i = 0; i < count * kColumns; ++i) {
    result.obligations[i].lemma = i / kColumns;
    if (i % kColumns < kActionCount) result.obligations[i].action = static_cast<Action>(i % kColumns);
  }
  std::mutex mutex;
  const auto settle_due = [&](const std::vector<bool>& due, const std::vector<bool>& stands) {
    const auto all = static_cast<std::size_t>(std::ranges::count(due, true));
    std::size_t done = 0;
    in_parallel(options.workers, [&](std::size_t column) {
      Solver solver(options.limits);
      for (std::size_t lemma = 0; lemma < count; ++lemma) {
        const std::size_t index = lemma * kColumns + column;
        if (!due[index]) continue;
        settle(formulas, options, stands, solver, result.obligations[index]);
        const std::lock_guard lock(mutex);
        ++done;
        if (options.progress) options.progress(done, all);
      }
    });
  };
  result.rounds = settle_all(result.obligations, kColumns, settle_due);
  result.seconds = std::chrono::duration<double>(Clock::now() - begin).count();
  return result;
}

}  // namespace takeover::smt
