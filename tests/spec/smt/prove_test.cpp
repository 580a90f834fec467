#include "spec/smt/prove.h"

#include <algorithm>
#include <atomic>
#include <catch2/catch.hpp>
#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "spec/profiles.h"
#include "spec/smt/ground.h"

using namespace takeover;
using smt::Verdict;

namespace {

smt::ProveOptions reference() {
  smt::ProveOptions options;
  options.guards = spec::profile_named("reference")->rules.guards;
  return options;
}

// Proved once for all tests: it takes some seconds.
const smt::ProveResult& proof_of_reference() {
  static const smt::ProveResult result = smt::prove(reference());
  return result;
}

std::set<std::string> not_proved(const smt::ProveResult& result, smt::Kind except) {
  std::set<std::string> ids;
  for (std::size_t i = 0; i < result.lemmas.size(); ++i) {
    const bool counts = (result.lemmas[i].kind == smt::Kind::kAuxiliary) == (except != smt::Kind::kAuxiliary);
    if (counts && smt::to_string(result.verdict_of(i)) != "proved") ids.emplace(result.lemmas[i].id);
  }
  return ids;
}

}  // namespace

TEST_CASE("under reference every lemma is proved, in one round") {
  const smt::ProveResult& result = proof_of_reference();
  CHECK(result.rounds == 1);
  for (std::size_t i = 0; i < result.lemmas.size(); ++i) {
    CAPTURE(result.lemmas[i].id);
    CHECK(smt::to_string(result.verdict_of(i)) == "proved");
  }
  CHECK(std::ranges::count_if(result.obligations, [](const auto& o) { return o.asked; }) > 500);
  std::set<std::string_view> properties;
  for (const smt::Lemma& lemma : smt::properties_proved()) properties.insert(lemma.id);
  CHECK(properties.size() == 15);
}

TEST_CASE("no auxiliary invariant is idle: without it, some proof fails") {
  const smt::ProveResult& result = proof_of_reference();
  const smt::ProveOptions options = reference();
  const smt::Obligations formulas(options);
  for (std::size_t dropped = 0; dropped < smt::auxiliary_invariants().size(); ++dropped) {
    std::vector<bool> stands(result.lemmas.size(), true);
    stands[dropped] = false;
    bool failed = false;
    for (const smt::Obligation& obligation : result.obligations) {
      if (failed || obligation.lemma == dropped) continue;
      // A proof that did not lean on it stands without it.
      if (std::ranges::find(obligation.used, dropped) == obligation.used.end()) continue;
      const std::size_t action =
          obligation.action ? static_cast<std::size_t>(*obligation.action) : smt::kActionCount;
      failed = prove_one(formulas, options, obligation.lemma, action, stands).verdict == Verdict::kRefuted;
    }
    CAPTURE(result.lemmas[dropped].id);
    CHECK(failed);
  }
}

// The workers share the pools. Two that make a term at once get each the other's, and settle another
// question.
TEST_CASE("to settle an obligation makes no term, whether it is proved or refuted") {
  const smt::ProveOptions options = reference();
  const smt::Obligations formulas(options);
  std::set<Verdict> met;
  for (const bool leant_on : {true, false}) {
    const std::vector<bool> stands(formulas.lemmas().size(), leant_on);
    for (std::size_t lemma = 0; lemma < formulas.lemmas().size(); ++lemma) {
      const smt::Pool& pool = formulas.encoding(lemma).pool;
      const std::size_t terms = pool.nodes().size();
      const std::size_t action = lemma % (smt::kActionCount + 1);
      met.insert(prove_one(formulas, options, lemma, action, stands).verdict);
      CAPTURE(formulas.lemmas()[lemma].id, action);
      CHECK(pool.nodes().size() == terms);
    }
  }
  CHECK(met.contains(Verdict::kProved));
  CHECK(met.contains(Verdict::kRefuted));
}

TEST_CASE("what is given to a proof is not contradictory") {
  const smt::ProveOptions options = reference();
  const smt::Obligations formulas(options);
  const std::vector<bool> all(formulas.lemmas().size(), true);
  smt::Solver solver;
  for (std::size_t lemma = 0; lemma < formulas.lemmas().size(); ++lemma) {
    const bool of_merge = formulas.lemmas()[lemma].assumes == smt::Assumption::kSenderKnows;
    for (std::size_t action = 0; action < smt::kActionCount; ++action) {
      // one-writer is proved where nobody merges, and says so.
      const auto a = static_cast<smt::Action>(action);
      if (of_merge && (a == smt::Action::kMerge || a == smt::action_of(impl::NodeActionKind::kMergeTask)))
        continue;
      if (lemma % 7 != action % 7)
        continue;  // every action under every assumption, in a fraction of the time
      solver.reset();
      for (const auto& [fact, label] : formulas.question(lemma, action, all).facts) solver.add(fact);
      CAPTURE(formulas.lemmas()[lemma].id, name_of(a));
      CHECK(solver.check() == smt::Answer::kSat);
    }
  }
}

TEST_CASE("every property that pr-5436 violates on one node is refuted for it") {
  smt::ProveOptions options = reference();
  options.guards = spec::profile_named("pr-5436")->rules.guards;
  const std::set<std::string> refuted = not_proved(smt::prove(options), smt::Kind::kAuxiliary);
  for (const char* id : {"remove-restored", "atomic-takeover", "no-dead-takeover", "no-stale-recreate",
                         "close-ack-sound", "answered", "journal-drains"}) {
    CAPTURE(id);
    CHECK(refuted.contains(id));
  }
}

TEST_CASE("each of the other properties is refuted when its guard is out") {
  smt::ProveOptions options = reference();
  for (const impl::Guard guard :
       {impl::Guard::kTriggerNotReplaced, impl::Guard::kScheduleAdmission, impl::Guard::kRequestEpochOnly,
        impl::Guard::kBootstrapEpochOrder, impl::Guard::kTriggerIdMatch, impl::Guard::kLocalFence,
        impl::Guard::kFenceRelease}) {
    options.guards[static_cast<std::size_t>(guard)] = false;
  }
  const std::set<std::string> refuted = not_proved(smt::prove(options), smt::Kind::kAuxiliary);
  for (const char* id : {"trigger-unique", "one-writer", "owner-fence", "owner-from-request",
                         "owner-monotonic", "trigger-agreed", "fenced-is-silent", "fence-released"}) {
    CAPTURE(id);
    CHECK(refuted.contains(id));
  }
}

namespace {

// By their numbers: a property can be several lemmas.
std::set<std::size_t> with_verdict(const smt::ProveResult& result, std::string_view verdict) {
  std::set<std::size_t> numbers;
  for (std::size_t i = 0; i < result.lemmas.size(); ++i) {
    if (smt::to_string(result.verdict_of(i)) == verdict) numbers.insert(i);
  }
  return numbers;
}

// Lemmas that assume nothing: half of the reference, in a fraction of the time.
smt::ProveOptions without_assumptions() {
  smt::ProveOptions options = reference();
  std::erase_if(options.lemmas,
                [](const smt::Lemma& lemma) { return lemma.assumes != smt::Assumption::kNone; });
  return options;
}

// Every question is settled, or says what left it open; and what is proved leans on what is proved.
void check_reasons(const smt::ProveResult& result) {
  bool all = true;
  for (const smt::Obligation& each : result.obligations) {
    const bool is_open = each.verdict == Verdict::kUnknown;
    all = all && is_open == (!each.left_open_by.empty() || !each.needs.empty());
    all = all && (each.left_open_by.empty() || each.left_open_by == "rlimit");
    for (const std::size_t used : each.used) {
      const bool is_fair = used == each.lemma || smt::to_string(result.verdict_of(used)) == "proved";
      all = all && (each.verdict != Verdict::kProved || is_fair);
    }
  }
  CHECK(all);
}

}  // namespace

// A node that lost its lease never has it again while its process lives, which the other lemmas see to; so
// every action keeps this. But it starts with it.
TEST_CASE("what every action keeps and the initial state breaks is refuted by the initial state") {
  smt::ProveOptions options = reference();
  options.lemmas.insert(options.lemmas.begin(),
                        {"lost-its-lease", smt::Kind::kState, smt::Assumption::kNone, "",
                         [](const smt::Scene& s) { return s[smt::Scalar::kFenced]; }});
  const smt::ProveResult result = smt::prove(options);
  const auto found = std::ranges::find(result.lemmas, std::string_view("lost-its-lease"), &smt::Lemma::id);
  const auto lost = static_cast<std::size_t>(found - result.lemmas.begin());
  CHECK(result.verdict_of(lost) == Verdict::kRefuted);
  for (std::size_t action = 0; action <= smt::kActionCount; ++action) {
    const bool is_initial = action == smt::kActionCount;
    CHECK((result.at(lost, action).verdict == Verdict::kRefuted) == is_initial);
    CHECK(result.at(lost, action).action.has_value() != is_initial);
  }
}

TEST_CASE("the base case of every lemma of a state is asked, of a node as the implementation starts it") {
  const smt::ProveOptions options = reference();
  const smt::Obligations formulas(options);
  const std::vector<bool> none(formulas.lemmas().size(), false);
  const smt::Values start = smt::ground(impl::DispatcherOrchestrator{}, impl::DispatcherId{1});
  for (std::size_t i = 0; i < formulas.lemmas().size(); ++i) {
    const smt::Lemma& lemma = formulas.lemmas()[i];
    if (lemma.kind == smt::Kind::kStep) continue;
    const smt::Encoding& encoding = formulas.encoding(i);
    const smt::State init = smt::initial(encoding.state);
    const smt::Term denial = !lemma.formula({.before = init, .guard = encoding.guard});
    CAPTURE(lemma.id);
    CHECK(formulas.question(i, smt::kActionCount, none).denial.is(denial));
    const std::vector<smt::Term> terms = init.terms();
    for (std::size_t v = 0; v < start.size(); ++v) {
      const smt::Node& node = terms[v].node();
      CHECK((node.op == smt::Op::kConstant && node.value == start[v]));
    }
  }
}

TEST_CASE("a limit makes verdicts unknown, and never one another", "[repeats]") {
  smt::ProveOptions options = without_assumptions();
  bool refutes = false;
  SECTION("everything is proved without it") {}
  SECTION("something is refuted without it") {
    options.guards.reset(static_cast<std::size_t>(impl::Guard::kTriggerNotReplaced));
    refutes = true;
  }
  const smt::ProveResult unlimited = smt::prove(options);
  const std::set<std::size_t> refuted = with_verdict(unlimited, "refuted");
  const std::set<std::size_t> proved = with_verdict(unlimited, "proved");
  CHECK(refuted.empty() != refutes);
  std::set<std::size_t> counts;
  for (const std::uint32_t rlimit : {1U, 2'000U, 4'000U, 6'000U, 8'000U, 10'000U}) {
    options.limits.rlimit = rlimit;
    const smt::ProveResult limited = smt::prove(options);
    CAPTURE(rlimit);
    CHECK(std::ranges::includes(refuted, with_verdict(limited, "refuted")));
    CHECK(std::ranges::includes(proved, with_verdict(limited, "proved")));
    check_reasons(limited);
    counts.insert(with_verdict(limited, "proved").size());
  }
  CHECK(counts.size() > 2);  // the limits settle different parts
}

TEST_CASE("what is proved under a limit is proved without all that is not") {
  smt::ProveOptions options = without_assumptions();
  options.limits.rlimit = 6'000;
  const smt::ProveResult limited = smt::prove(options);
  options.lemmas.clear();
  for (const std::size_t each : with_verdict(limited, "proved"))
    options.lemmas.push_back(limited.lemmas[each]);
  CHECK(!options.lemmas.empty());
  CHECK(options.lemmas.size() < limited.lemmas.size());
  options.limits = {};
  CHECK(with_verdict(smt::prove(options), "proved").size() == options.lemmas.size());
}

TEST_CASE("what is not asked any more is unknown, because of the interruption") {
  smt::ProveOptions options = reference();
  const std::atomic<bool> stop = true;
  options.stop = &stop;
  const smt::ProveResult result = smt::prove(options);
  for (const smt::Obligation& each : result.obligations) {
    CHECK_FALSE(each.asked);
    if (each.verdict != Verdict::kUntouched) CHECK(each.left_open_by == "interrupted");
  }
  for (std::size_t i = 0; i < result.lemmas.size(); ++i) CHECK(result.verdict_of(i) == Verdict::kUnknown);
}
