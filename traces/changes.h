// Single changes of rules: a guard taken out or put in, a variant switched. What another version of the
// protocol does differently is some of these.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "impl/guards.h"

namespace takeover::traces {

struct Change {
  std::string_view name;  // of a guard, or of a variant
  bool is_guard;
  bool put_in;  // else taken out
  friend bool operator==(const Change&, const Change&) = default;
};

// Changes have numbers: guards by theirs, and behind them the variants.
inline constexpr std::size_t kChanges = impl::kGuardCount + impl::kVariants.size();

// Makes the change, or takes it back; says what it is.
Change toggle(impl::Rules& rules, std::size_t change);

// What makes of some rules others, in ascending order.
[[nodiscard]] std::vector<std::size_t> differences(const impl::Rules& from, const impl::Rules& to);

// Rules with one change.
struct Changed {
  Change change;
  impl::Rules rules;
};
// By their numbers.
[[nodiscard]] std::vector<Changed> single_changes(const impl::Rules& rules);

}  // namespace takeover::traces
