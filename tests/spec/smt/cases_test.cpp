// No proof is about nothing: each case that a property speaks of is met in a run of the reference.
#include <algorithm>
#include <array>
#include <catch2/catch.hpp>
#include <initializer_list>
#include <string>
#include <variant>
#include <vector>

#include "checker/engine/random_walk.h"
#include "checker/model/node_model.h"
#include "spec/profiles.h"
#include "spec/smt/cross_check.h"
#include "spec/smt/invariants.h"
#include "spec/smt/prove.h"
#include "spec/smt/solver.h"

using namespace takeover;

namespace {

using Taken = smt::CrossCheck::History::Taken;

constexpr std::size_t kMostSeeds = 400;
// A batch of Creates and a takeover exclude each other under the fence, and a Create that fails leaves no
// entry: so the reference never answers with a stale Create at hand.
const std::string kNotInReference = "remove-restored, case 0";

const impl::Rules& rules_of(const char* profile) {
  return spec::profile_named(profile)->rules;
}

std::vector<smt::Term> cases_of(const smt::Lemma& lemma, const smt::Encoding& encoding, std::size_t action) {
  const bool of_step = lemma.kind == smt::Kind::kStep;
  return lemma.cases({.before = encoding.state,
                      .guard = encoding.guard,
                      .step = of_step ? &encoding.transitions[action] : nullptr,
                      .in = of_step ? &encoding.in : nullptr});
}

// The cases of the properties, as programs over the variables of an encoding.
class Cases {
 public:
  Cases(std::size_t ids, const impl::Rules& rules) : encoding_(ids, rules.guards) {
    for (const smt::Lemma& lemma : smt::properties_proved()) {
      if (lemma.ids != ids) continue;
      for (std::size_t a = 0; a < smt::kActionCount; ++a) {
        const auto cases = cases_of(lemma, encoding_, a);
        terms_[a].insert(terms_[a].end(), cases.begin(), cases.end());
        for (std::size_t i = 0; a == 0 && i < cases.size(); ++i) {
          names_.push_back(std::string(lemma.id) + ", case " + std::to_string(i));
        }
      }
    }
    for (std::size_t a = 0; a < smt::kActionCount; ++a) programs_[a] = smt::Program(terms_[a]);
    met_.resize(names_.size());
  }

  // At a step, with the values of the state's variables before it.
  void count(const smt::Values& before, std::initializer_list<impl::DispatcherId> ids,
             const smt::GroundStep& step, const smt::CrossCheck::History& history) {
    inputs_.assign(encoding_.pool.variable_count(), 0);
    const auto put = [&](const smt::Term& variable, std::uint64_t value) {
      inputs_[variable.node().a] = value;
    };
    for (std::size_t v = 0; v < variables_.size(); ++v) put(variables_[v], before[v]);
    auto record = encoding_.state.records.begin();
    for (const impl::DispatcherId id : ids) put((record++)->id, static_cast<std::uint64_t>(id));
    put(encoding_.state.tracked_owner, history.tracked_owner);
    put(encoding_.state.tracked_epoch, history.tracked_epoch);
    for (std::size_t p = 0; p < smt::kParamCount; ++p) put(encoding_.in.values[p], step.in.values[p]);
    put(encoding_.in.source[0], step.is_source ? 1 : 0);
    programs_[static_cast<std::size_t>(step.action)].run(inputs_, scratch_, values_);
    for (std::size_t i = 0; i < values_.size(); ++i) met_[i] += values_[i];
  }

  void add_not_met(std::vector<std::string>& names) const {
    for (std::size_t i = 0; i < names_.size(); ++i) {
      if (met_[i] == 0) names.push_back(names_[i]);
    }
  }

 private:
  smt::Encoding encoding_;
  std::vector<smt::Term> variables_ = encoding_.state.terms();
  std::array<std::vector<smt::Term>, smt::kActionCount> terms_{};
  std::array<smt::Program, smt::kActionCount> programs_{};
  std::vector<std::string> names_{};
  std::vector<std::uint64_t> met_{};
  std::vector<std::uint64_t> inputs_{};
  std::vector<std::uint64_t> scratch_{};
  std::vector<std::uint64_t> values_{};
};

// Random runs of the implementation, with the history that the relation makes of them.
class Runs {
 public:
  explicit Runs(const impl::Rules& rules)
      : rules_(rules), cross_(rules.guards), one_(1, rules), two_(2, rules) {}

  // The properties speak of a tracked owner and epoch: in turn, each of the scenarios is it.
  void add(const char* scenario, std::uint64_t seed) {
    const model::NodeModel model(spec::built_in_scenario(scenario), rules_, {});
    const auto run = engine::random_walk(model, seed, 300);
    smt::CrossCheck::History history{.tracked_owner = 1 + seed % 4, .tracked_epoch = 1 + seed / 4 % 3};
    spec::World before = run.initial;
    for (const spec::WorldStep& step : run.steps) {
      if (const auto taken = smt::impl_step(step.action)) {
        const impl::NodeId id = step.action.node;
        const auto divergence =
            cross_.judge(before.nodes[id], *taken, step.state.nodes[id], step.out, memory_, &history);
        if (divergence) FAIL(divergence->action << " " << divergence->path);
        count(history);
      }
      before = step.state;
    }
  }

  [[nodiscard]] std::vector<std::string> not_met() const {
    std::vector<std::string> names;
    one_.add_not_met(names);
    two_.add_not_met(names);
    return names;
  }

 private:
  void count(const smt::CrossCheck::History& history) {
    for (const Taken& each : history.taken) one_.count(each.before, {each.id}, each.step, history);
    for (std::size_t i = 1; i < history.taken.size(); ++i) {
      const Taken& a = history.taken[i - 1];
      const Taken& b = history.taken[i];
      if (a.step.action != b.step.action) continue;
      smt::Values both = a.before;
      both.insert(both.end(), b.before.begin() + smt::kScalarCount, b.before.end());
      two_.count(both, {a.id, b.id}, a.step, history);
    }
  }

  const impl::Rules& rules_;
  smt::CrossCheck cross_;
  smt::CrossCheck::Memory memory_{};
  Cases one_;
  Cases two_;
};

}  // namespace

TEST_CASE("every case that a property speaks of is met in a run of the reference, but one that cannot be",
          "[repeats]") {
  Runs runs(rules_of("reference"));
  for (std::uint64_t seed = 1; seed <= kMostSeeds && runs.not_met().size() > 1; ++seed) {
    for (const char* scenario :
         {"node-failure", "node-close", "node-compat", "node-fence", "live-move", "small-redo-merge"}) {
      runs.add(scenario, seed);
    }
  }
  CHECK(runs.not_met() == std::vector<std::string>{kNotInReference});
}

TEST_CASE("a stale Create is at hand in a run of pr-5436, and provably in none of the reference") {
  Runs runs(rules_of("pr-5436"));
  const auto is_met = [&] {
    const std::vector<std::string> not_met = runs.not_met();
    return std::ranges::find(not_met, kNotInReference) == not_met.end();
  };
  for (std::uint64_t seed = 1; seed <= kMostSeeds && !is_met(); ++seed) runs.add("node-failure", seed);
  CHECK(is_met());

  smt::ProveOptions options;
  options.guards = rules_of("reference").guards;
  const smt::Obligations formulas(options);
  const auto lemma = std::ranges::find(formulas.lemmas(), "remove-restored", &smt::Lemma::id);
  const auto index = static_cast<std::size_t>(lemma - formulas.lemmas().begin());
  const auto sends = static_cast<std::size_t>(smt::Action::kReadJournalAndSend);
  const std::vector<bool> all(formulas.lemmas().size(), true);
  smt::Solver solver;
  for (const auto& [fact, label] : formulas.question(index, sends, all).facts) solver.add(fact);
  solver.add(cases_of(*lemma, formulas.encoding(index), sends).front());
  CHECK(solver.check() == smt::Answer::kUnsat);
}

TEST_CASE("a property says nothing beside its cases") {
  smt::ProveOptions options;
  options.guards = rules_of("reference").guards;
  const smt::Obligations formulas(options);
  smt::Solver solver;
  for (std::size_t i = smt::auxiliary_invariants().size(); i < formulas.lemmas().size(); ++i) {
    const smt::Lemma& lemma = formulas.lemmas()[i];
    const smt::Encoding& encoding = formulas.encoding(i);
    for (std::size_t a = 0; a < smt::kActionCount; ++a) {
      const bool of_step = lemma.kind == smt::Kind::kStep;
      solver.reset();
      solver.add(encoding.transitions[a].enabled);
      for (const smt::Term& each : cases_of(lemma, encoding, a)) solver.add(!each);
      solver.add(!lemma.formula({.before = encoding.state,
                                 .guard = encoding.guard,
                                 .step = of_step ? &encoding.transitions[a] : nullptr,
                                 .in = of_step ? &encoding.in : nullptr}));
      CAPTURE(lemma.id, lemma.meaning, name_of(static_cast<smt::Action>(a)));
      CHECK(solver.check() == smt::Answer::kUnsat);
    }
  }
}
