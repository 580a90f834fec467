#include "tests/checker/logs/adversary/mutation_table.h"

#include <variant>

#include "checker/logs/search.h"

namespace takeover::logs {
namespace {

// What an explanation takes for granted.
std::uint64_t cost_of(const Explained& explained) {
  std::uint64_t cost = explained.guesses;
  for (const Assumed& assumed : explained.assumed) cost += assumed.count;
  return cost;
}

}  // namespace

void MutationRow::add(const MutationRow& other) {
  tried += other.tried;
  refuted += other.refuted;
  noticed += other.noticed;
  inconclusive += other.inconclusive;
}

bool MutationTable::add(const History& history, const impl::Rules& rules, const Effort& effort) {
  const Outcome own = search(history, {.rules = rules, .max_states = effort.max_states});
  const auto* explained = std::get_if<Explained>(&own.verdict);
  if (explained == nullptr) return false;
  for (std::size_t line = 0; line < history.lines.size(); ++line) {
    for (std::size_t i = 0; i < kMutations; ++i) {
      const auto mutation = static_cast<Mutation>(i);
      const std::optional<History> wrong = mutated(history, line, mutation);
      if (!wrong || count_++ % effort.every != 0) continue;
      MutationRow row{.tried = 1};
      const Outcome outcome = search(*wrong, {.rules = rules, .max_states = effort.max_states});
      if (std::holds_alternative<Refuted>(outcome.verdict)) {
        row.refuted = 1;
      } else if (const auto* still = std::get_if<Explained>(&outcome.verdict)) {
        row.noticed = cost_of(*still) > cost_of(*explained) || outcome.rules != own.rules ? 1 : 0;
      } else {
        row.inconclusive = 1;
      }
      rows_[{history.is_message_log, kind_of(history.lines[line]), mutation}].add(row);
    }
  }
  return true;
}

}  // namespace takeover::logs
