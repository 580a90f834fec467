// What stands of random systems of lemmas, held against a search through all subsets of them.
#include <rapidcheck.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdint>
#include <string>
#include <vector>

#include "spec/smt/prove.h"

using namespace takeover;
using smt::Verdict;

namespace {

constexpr std::size_t kColumns = 2;
using Set = std::uint32_t;  // of lemmas

bool contains(Set set, std::size_t lemma) {
  return (set >> lemma & 1U) != 0;
}
bool is_within(Set a, Set b) {
  return (a & ~b) == 0;
}

struct Rule {
  std::vector<Set> proofs{};  // each from these lemmas
  bool is_open = false;       // a limit settles it never
  [[nodiscard]] bool is_provable(Set from) const {
    return std::ranges::any_of(proofs, [&](Set proof) { return is_within(proof, from); });
  }
};

struct System {
  std::size_t lemmas = 0;
  std::vector<Rule> rules{};  // kColumns for each lemma

  // The largest set of lemmas that prove each other; `open` says whether an open rule counts as provable.
  [[nodiscard]] Set largest(bool open) const {
    Set best = 0;
    for (Set set = 0; set < (Set{1} << lemmas); ++set) {
      bool stands = true;
      for (std::size_t i = 0; i < rules.size(); ++i) {
        const bool holds = rules[i].is_open ? open : rules[i].is_provable(set);
        stands = stands && (!contains(set, i / kColumns) || holds);
      }
      if (stands) best |= set;  // two such sets together are one
    }
    return best;
  }

  [[nodiscard]] std::vector<smt::Obligation> settled() const {
    std::vector<smt::Obligation> all(rules.size());
    for (std::size_t i = 0; i < all.size(); ++i) all[i].lemma = i / kColumns;
    smt::settle_all(all, kColumns, [&](const std::vector<bool>& due, const std::vector<bool>& stands) {
      Set from = 0;
      for (std::size_t i = 0; i < lemmas; ++i) from |= stands[i] ? Set{1} << i : 0;
      for (std::size_t i = 0; i < all.size(); ++i) {
        if (due[i]) answer(rules[i], from, all[i]);
      }
    });
    return all;
  }

 private:
  void answer(const Rule& rule, Set from, smt::Obligation& obligation) const {
    obligation.used.clear();
    obligation.left_open_by = rule.is_open ? "rlimit" : "";
    obligation.verdict = rule.is_open ? Verdict::kUnknown : Verdict::kRefuted;
    if (rule.is_open || !rule.is_provable(from)) return;
    obligation.verdict = Verdict::kProved;
    const Set proof = *std::ranges::find_if(rule.proofs, [&](Set each) { return is_within(each, from); });
    for (std::size_t i = 0; i < lemmas; ++i) {
      if (contains(proof, i)) obligation.used.push_back(i);
    }
  }
};

System any_system(bool with_open) {
  System system{.lemmas = *rc::gen::inRange<std::size_t>(1, 7)};
  for (std::size_t i = 0; i < system.lemmas * kColumns; ++i) {
    Rule& rule = system.rules.emplace_back();
    const Set some = (Set{1} << system.lemmas) - 1;
    const auto count = *rc::gen::weightedElement<int>({{1, 0}, {8, 1}, {4, 2}});
    for (int proof = 0; proof < count; ++proof) {
      rule.proofs.push_back(*rc::gen::inRange<Set>(0, some + 1) & *rc::gen::inRange<Set>(0, some + 1));
    }
    rule.is_open = with_open && *rc::gen::weightedElement<int>({{6, 0}, {1, 1}}) == 1;
  }
  return system;
}

// By lemma: the worst of its obligations.
std::vector<Verdict> verdicts(const std::vector<smt::Obligation>& obligations) {
  std::vector<Verdict> worst(obligations.size() / kColumns, Verdict::kUntouched);
  for (const smt::Obligation& each : obligations) {
    worst[each.lemma] = std::max(worst[each.lemma], each.verdict);
  }
  return worst;
}

}  // namespace

TEST_CASE("without limits, the largest set of lemmas that prove each other is proved, and the rest refuted") {
  CHECK(rc::check([] {
    const System system = any_system(false);
    const Set stands = system.largest(false);
    const std::vector<Verdict> verdict = verdicts(system.settled());
    for (std::size_t i = 0; i < system.lemmas; ++i) {
      RC_ASSERT(verdict[i] == (contains(stands, i) ? Verdict::kProved : Verdict::kRefuted));
    }
  }));
}

TEST_CASE("with limits, refuted is what no answer could save, proved what no answer could break") {
  CHECK(rc::check([] {
    const System system = any_system(true);
    const Set proved = system.largest(false);
    const Set possible = system.largest(true);
    const std::vector<smt::Obligation> settled = system.settled();
    const std::vector<Verdict> verdict = verdicts(settled);
    for (std::size_t i = 0; i < system.lemmas; ++i) {
      const Verdict expected = contains(proved, i)     ? Verdict::kProved
                               : contains(possible, i) ? Verdict::kUnknown
                                                       : Verdict::kRefuted;
      RC_ASSERT(verdict[i] == expected);
    }
    for (std::size_t i = 0; i < settled.size(); ++i) {
      const smt::Obligation& each = settled[i];
      RC_ASSERT((each.verdict == Verdict::kUnknown) == (!each.left_open_by.empty() || !each.needs.empty()));
      RC_ASSERT((!each.left_open_by.empty()) == system.rules[i].is_open);
      for (const std::size_t needed : each.needs) {
        RC_ASSERT(needed != each.lemma);
        RC_ASSERT(verdict[needed] > Verdict::kProved);
      }
    }
  }));
}
