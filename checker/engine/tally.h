// What one worker counts, and the violations that it saw: added up when a level, or the run, is finished.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "checker/engine/report.h"

namespace takeover::engine {

// A violation, ordered so that the least one of a level does not depend on the order of the search.
struct Candidate {
  Fingerprint key;                  // the state, or the one before the step
  std::optional<std::size_t> step;  // the number of the violating step
  friend auto operator<=>(const Candidate&, const Candidate&) = default;
};
inline constexpr std::size_t kDeadlock = kMaxProperties;
using Candidates = std::array<std::optional<Candidate>, kMaxProperties + 1>;

inline void propose(std::optional<Candidate>& best, const Candidate& candidate) {
  if (!best || candidate < *best) best = candidate;
}

struct Tally {
  Candidates candidates{};  // in states of the next level and steps into it
  std::uint64_t states = 0;
  std::uint64_t transitions = 0;
  std::uint64_t deadlocks = 0;
  std::vector<std::uint64_t> actions{};
  std::array<std::uint64_t, kMaxProperties> met{};
  std::array<std::uint64_t, kMaxWitnesses> reached{};
  std::array<std::uint32_t, kMaxWitnesses> reached_level{};  // of the first time

  // To be called once. Room is left behind the counters, which are written at each step: the next worker's
  // must not come to lie on the same cache line, nor on the one that is fetched along with it.
  void count_kinds(std::size_t kinds) {
    actions.reserve(kinds + 128 / sizeof(std::uint64_t));
    actions.resize(kinds);
  }

  // level: of the state, or of the state that the step leads to.
  void note(const Judgement& judgement, const Candidate& candidate, std::uint32_t level) {
    note_word<0>(judgement, candidate, level);
    // Few models have more than 64 properties or witnesses: the upper word costs a comparison.
    const Bits all = judgement.met | judgement.violated | judgement.reached;
    if (static_cast<std::uint64_t>(all >> 64U) != 0) [[unlikely]] {
      note_upper(judgement, candidate, level);
    }
  }
  // Out of line: within, it would have each note save registers for it.
  [[gnu::noinline, gnu::cold]] void note_upper(const Judgement& judgement, const Candidate& candidate,
                                               std::uint32_t level) {
    note_word<64>(judgement, candidate, level);
  }

  // Bits kFirst to kFirst + 63.
  template <std::size_t kFirst>
  void note_word(const Judgement& judgement, const Candidate& candidate, std::uint32_t level) {
    const auto each_of = [](Bits bits, auto&& visit) {
      for (auto word = static_cast<std::uint64_t>(bits >> kFirst); word != 0; word &= word - 1) {
        visit(kFirst + static_cast<std::size_t>(std::countr_zero(word)));
      }
    };
    each_of(judgement.met, [&](std::size_t i) { ++met[i]; });
    each_of(judgement.reached, [&](std::size_t i) {
      if (reached[i]++ == 0) reached_level[i] = level;
    });
    each_of(judgement.violated, [&](std::size_t i) { propose(candidates[i], candidate); });
  }

  // Whether something was noted of a property or witness that has no name. Asked once a level: at each note
  // it would show.
  [[nodiscard]] bool speaks_beyond(std::size_t properties, std::size_t witnesses) const {
    const auto any_of = [](const auto& noted, std::size_t from, std::size_t end) {
      const auto first = noted.begin();
      return std::any_of(first + static_cast<std::ptrdiff_t>(from), first + static_cast<std::ptrdiff_t>(end),
                         [](const auto& each) { return static_cast<bool>(each); });
    };
    return any_of(met, properties, met.size()) || any_of(reached, witnesses, reached.size()) ||
           any_of(candidates, properties, kDeadlock);
  }

  // Moves the violations seen so far into `best`.
  void give_candidates(Candidates& best) {
    for (std::size_t i = 0; i < best.size(); ++i) {
      if (candidates[i]) propose(best[i], *candidates[i]);
      candidates[i].reset();
    }
  }

  // Adds what another worker has counted.
  void add(const Tally& other) {
    for (std::size_t i = 0; i < candidates.size(); ++i) {
      if (other.candidates[i]) propose(candidates[i], *other.candidates[i]);
    }
    states += other.states;
    transitions += other.transitions;
    deadlocks += other.deadlocks;
    for (std::size_t i = 0; i < actions.size(); ++i) actions[i] += other.actions[i];
    for (std::size_t i = 0; i < met.size(); ++i) met[i] += other.met[i];
    for (std::size_t i = 0; i < reached.size(); ++i) {
      if (other.reached[i] == 0) continue;
      const bool first = reached[i] == 0 || other.reached_level[i] < reached_level[i];
      if (first) reached_level[i] = other.reached_level[i];
      reached[i] += other.reached[i];
    }
  }

  template <Model M>
  void add_to(Report<M>& report) const {
    report.states += states;
    report.transitions += transitions;
    report.deadlocks += deadlocks;
    for (std::size_t i = 0; i < report.actions.size(); ++i) report.actions[i] += actions[i];
    for (std::size_t i = 0; i < report.properties.size(); ++i) report.properties[i].premise_met += met[i];
    for (std::size_t i = 0; i < report.witnesses.size(); ++i) {
      if (reached[i] == 0) continue;
      report.witnesses[i] += reached[i];
      std::optional<std::uint32_t>& length = report.witness_lengths[i];
      length = std::min(length.value_or(reached_level[i]), reached_level[i]);
    }
  }
};

}  // namespace takeover::engine
