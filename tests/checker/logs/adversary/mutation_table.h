// Which alterations of a log are noticed: for each kind of line and alteration, how many were tried, and what
// the search made of them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <tuple>

#include "impl/guards.h"
#include "tests/checker/logs/adversary/mutate.h"

namespace takeover::logs {

struct MutationRow {
  std::size_t tried = 0;
  std::size_t refuted = 0;
  std::size_t noticed = 0;  // explained, with more unseen steps or assumptions than the log as it was
  std::size_t inconclusive = 0;

  [[nodiscard]] std::size_t unnoticed() const { return tried - refuted - noticed - inconclusive; }
  void add(const MutationRow& other);
};

struct MutationKey {
  bool is_message_log = false;
  std::string line{};  // kind_of
  Mutation mutation = Mutation::kDeleted;
  friend auto operator<=>(const MutationKey&, const MutationKey&) = default;
};

class MutationTable {
 public:
  struct Effort {
    std::uint64_t max_states = 20'000;  // of a search
    std::size_t every = 1;              // only one alteration of so many
  };

  // Every alteration of every line of a history that the rules explain; false if they do not.
  bool add(const History& history, const impl::Rules& rules, const Effort& effort);

  [[nodiscard]] const std::map<MutationKey, MutationRow>& rows() const { return rows_; }

 private:
  std::map<MutationKey, MutationRow> rows_{};
  std::size_t count_ = 0;  // of alterations, tried or not
};

}  // namespace takeover::logs
