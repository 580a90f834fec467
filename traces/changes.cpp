#include "traces/changes.h"

namespace takeover::traces {

Change toggle(impl::Rules& rules, std::size_t change) {
  if (change < impl::kGuardCount) {
    rules.guards.flip(change);
    return {impl::all_guards()[change].name, true, rules.guards[change]};
  }
  const impl::VariantInfo& variant = impl::kVariants[change - impl::kGuardCount];
  bool& value = rules.variants.*variant.value;
  value = !value;
  return {variant.name, false, value};
}

std::vector<std::size_t> differences(const impl::Rules& from, const impl::Rules& to) {
  std::vector<std::size_t> changes;
  for (std::size_t i = 0; i < impl::kGuardCount; ++i) {
    if (from.guards[i] != to.guards[i]) changes.push_back(i);
  }
  for (std::size_t i = 0; i < impl::kVariants.size(); ++i) {
    const auto value = impl::kVariants[i].value;
    if (from.variants.*value != to.variants.*value) changes.push_back(impl::kGuardCount + i);
  }
  return changes;
}

std::vector<Changed> single_changes(const impl::Rules& rules) {
  std::vector<Changed> all;
  all.reserve(kChanges);
  for (std::size_t i = 0; i < kChanges; ++i) {
    Changed changed{.change = {}, .rules = rules};
    changed.change = toggle(changed.rules, i);
    all.push_back(changed);
  }
  return all;
}

}  // namespace takeover::traces
