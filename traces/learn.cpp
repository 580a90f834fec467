#include "traces/learn.h"

#include <algorithm>
#include <functional>
#include <limits>
#include <map>
#include <utility>

#include "spec/profiles.h"

namespace takeover::traces {
namespace {

// By their numbers, in ascending order.
using Changes = std::vector<std::size_t>;

// Sets that are gone on from in each round, and rounds.
constexpr std::size_t kWidth = 8;
constexpr std::size_t kRounds = 16;

Changes with(const Changes& changes, std::size_t added) {
  Changes result = changes;
  result.insert(std::lower_bound(result.begin(), result.end(), added), added);
  return result;
}

bool has(const Changes& changes, std::size_t change) {
  return std::binary_search(changes.begin(), changes.end(), change);
}

// How far a replay came: the steps that it took as they stand in the trace, and one more for the end.
std::size_t reach(const ReplayResult& result) {
  return result.step + (result.conforms ? 1 : 0);
}

class Search {
 public:
  using Found = std::map<Changes, ReplayResult>;

  explicit Search(const Trace& trace) : trace_(trace) {}

  [[nodiscard]] impl::Rules rules_with(const Changes& changes) const {
    impl::Rules rules = trace_.rules;
    for (const std::size_t change : changes) toggle(rules, change);
    return rules;
  }

  [[nodiscard]] Run run_with(const Changes& changes) const { return run(trace_, rules_with(changes)); }

  // What one change more comes to, or two, where that goes further than the set itself.
  [[nodiscard]] Found one_more(const Changes& set, const Run& known) const {
    Found found;
    for (std::size_t i = 0; i < kChanges; ++i) {
      if (!has(set, i)) try_set(with(set, i), known, found);
    }
    return found;
  }
  [[nodiscard]] Found two_more(const Changes& set, const Run& known) const {
    Found found;
    for (std::size_t i = 0; i < kChanges; ++i) {
      for (std::size_t j = i + 1; j < kChanges; ++j) {
        if (!has(set, i) && !has(set, j)) try_set(with(with(set, i), j), known, found);
      }
    }
    return found;
  }

  // Leaves out what the set does without: it comes as far as it came. Variants, which stand last, go first.
  [[nodiscard]] Changes reduced(Changes set) const {
    const std::size_t far = reach(run_with(set).result);
    for (std::size_t i = set.size(); i-- > 0;) {
      Changes less = set;
      less.erase(less.begin() + static_cast<std::ptrdiff_t>(i));
      if (reach(replay(trace_, rules_with(less))) < far) continue;
      // What was needed beside it may be needed no more.
      set = std::move(less);
      i = set.size();
    }
    return set;
  }

  // Goes on from the sets until some lead to the end, or none goes further; all that came furthest.
  [[nodiscard]] std::vector<Changes> go_on(Found frontier) const {
    std::vector<Changes> furthest;
    for (std::size_t round = 0; round < kRounds && !frontier.empty(); ++round) {
      const std::vector<Changes> best = leading(frontier);
      furthest = tied(frontier, best);
      if (frontier.at(best.front()).conforms) break;
      frontier = extended(best);
    }
    return furthest;
  }

 private:
  void try_set(Changes set, const Run& known, Found& found) const {
    ReplayResult result = replay_beside(trace_, known, rules_with(set));
    if (reach(result) > reach(known.result)) found.emplace(std::move(set), std::move(result));
  }

  [[nodiscard]] Found extended(const std::vector<Changes>& sets) const {
    Found next;
    for (const Changes& set : sets) {
      const Run known = run_with(set);
      Found more = one_more(set, known);
      if (more.empty()) more = two_more(set, known);
      next.merge(more);
    }
    return next;
  }

  // The sets that came furthest, smaller ones first.
  [[nodiscard]] static std::vector<Changes> leading(const Found& found) {
    std::vector<Changes> sets;
    for (const auto& [set, result] : found) sets.push_back(set);
    const auto key = [&](const Changes& set) {
      return std::pair(std::numeric_limits<std::size_t>::max() - reach(found.at(set)), set.size());
    };
    std::ranges::stable_sort(sets, {}, key);
    sets.resize(std::min(sets.size(), kWidth));
    return sets;
  }

  [[nodiscard]] static std::vector<Changes> tied(const Found& found, std::vector<Changes> sets) {
    const std::size_t far = reach(found.at(sets.front()));
    std::erase_if(sets, [&](const Changes& set) { return reach(found.at(set)) < far; });
    return sets;
  }

  const Trace& trace_;
};

class Teacher {
 public:
  explicit Teacher(const Trace& trace) : trace_(trace), search_(trace) {}

  [[nodiscard]] Lesson lesson() {
    const Run own = search_.run_with({});
    lesson_.own = own.result;
    if (own.result.conforms) return std::move(lesson_);
    for (const spec::Profile& profile : spec::all_profiles()) add_profile(profile, own);
    const Search::Found alone = search_.one_more({}, own);
    for (const auto& [set, result] : alone) lesson_.alone.push_back(attempt(set, result));
    std::ranges::stable_sort(lesson_.alone, std::greater(), [](const Attempt& a) { return reach(a.result); });
    if (add_all_that_conform(alone)) return std::move(lesson_);
    const Search::Found pairs = search_.two_more({}, own);
    if (add_all_that_conform(pairs)) return std::move(lesson_);
    add_smallest(alone, pairs);
    return std::move(lesson_);
  }

 private:
  void add_profile(const spec::Profile& profile, const Run& own) {
    ReplayResult result = replay_beside(trace_, own, profile.rules);
    if (result.conforms) lesson_.profiles.push_back(profile.name);
    if (reach(result) <= reach(own.result)) return;
    of_profiles_.emplace(differences(trace_.rules, profile.rules), std::move(result));
  }

  // Of sets of one size, of which all that come further than a smaller one are there.
  bool add_all_that_conform(const Search::Found& found) {
    for (const auto& [set, result] : found) {
      if (result.conforms) lesson_.sets.push_back(attempt(set, result));
    }
    lesson_.is_fewest = lesson_.is_all = !lesson_.sets.empty();
    return lesson_.is_all;
  }

  // No set of one or two leads to the end.
  void add_smallest(const Search::Found& alone, const Search::Found& pairs) {
    Search::Found frontier = alone;
    for (const auto& pair : pairs) {
      // One in which a change does nothing is none.
      const bool needs_both = std::ranges::none_of(pair.first, [&](std::size_t change) {
        const auto one = alone.find({change});
        return one != alone.end() && reach(one->second) >= reach(pair.second);
      });
      if (needs_both) frontier.insert(pair);
    }
    keep(search_.go_on(std::move(frontier)));
    for (const auto& [set, result] : of_profiles_) keep(search_.go_on({{set, result}}));
    leave_best();
    lesson_.is_fewest = !lesson_.sets.empty() && lesson_.sets.front().result.conforms &&
                        lesson_.sets.front().changes.size() == 3;
  }

  void keep(const std::vector<Changes>& sets) {
    for (const Changes& set : sets) {
      const Changes reduced = search_.reduced(set);
      Attempt found = attempt(reduced, search_.run_with(reduced).result);
      const auto is_same = [&](const Attempt& other) { return other.changes == found.changes; };
      if (std::ranges::none_of(lesson_.sets, is_same)) lesson_.sets.push_back(std::move(found));
    }
  }

  // Those that lead furthest, and of these the smallest.
  void leave_best() {
    const auto order = [](const Attempt& attempt) {
      return std::pair(std::numeric_limits<std::size_t>::max() - reach(attempt.result),
                       attempt.changes.size());
    };
    std::ranges::stable_sort(lesson_.sets, {}, order);
    if (lesson_.sets.empty()) return;
    const auto best = order(lesson_.sets.front());
    std::erase_if(lesson_.sets, [&](const Attempt& attempt) { return order(attempt) != best; });
  }

  [[nodiscard]] Attempt attempt(const Changes& set, const ReplayResult& result) const {
    Attempt attempt{.rules = search_.rules_with(set), .result = result};
    for (const std::size_t change : set) {
      impl::Rules rules = trace_.rules;
      attempt.changes.push_back(toggle(rules, change));
    }
    return attempt;
  }

  const Trace& trace_;
  Search search_;
  Search::Found of_profiles_{};
  Lesson lesson_{};
};

}  // namespace

Lesson learn(const Trace& trace) {
  return Teacher(trace).lesson();
}

}  // namespace takeover::traces
