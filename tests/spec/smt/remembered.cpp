#include "tests/spec/smt/remembered.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>

#include "spec/smt/state.h"

namespace takeover::tests {
namespace {

using smt::number;
using smt::Scalar;

// A trigger that is agreed on no more is none that anybody has.
std::uint64_t agreed(const std::optional<impl::DispatcherId>& trigger) {
  return trigger ? number(*trigger) : std::numeric_limits<std::uint64_t>::max();
}

}  // namespace

void remember(const spec::History& history, const impl::DispatcherOrchestrator& node, impl::DispatcherId id,
              smt::Values& values) {
  const auto put = [&](Scalar variable, std::uint64_t value) { values[number(variable)] = value; };
  put(Scalar::kAcknowledged, history.acknowledged_close.value_or(0));
  put(Scalar::kAcknowledgedZero, history.acknowledged_zero_removed ? 1 : 0);
  const spec::Agreement& agreement = history.agreement;
  put(Scalar::kAgreed, node.manager && (agreement.event_trigger || agreement.redo_trigger) ? 1 : 0);
  put(Scalar::kAgreedEvent, agreed(agreement.event_trigger));
  put(Scalar::kAgreedRedo, agreed(agreement.redo_trigger));
  for (std::size_t m = 0; m < 2; ++m) {
    const spec::DispatcherKey key{id, m == 1 ? impl::Mode::kRedo : impl::Mode::kDefault};
    const bool is_owed = std::find(history.owed.begin(), history.owed.end(), key) != history.owed.end();
    values[smt::kScalarCount + smt::kOwnCount + m * smt::kInModeCount + number(smt::InMode::kOwed)] =
        is_owed ? 1 : 0;
  }
}

void remember_found(const spec::History& history, const impl::DispatcherOrchestrator& before,
                    smt::Values& values) {
  std::optional<spec::FoundManager> found = history.taken_over;
  if (!found && before.manager) found = spec::found(*before.manager);
  if (!found) return;
  values[number(Scalar::kEntryOwner)] = number(found->owner.node);
  values[number(Scalar::kEntryEpoch)] = found->owner.epoch;
  values[number(Scalar::kEntryEvent)] = number(found->event_trigger);
  values[number(Scalar::kEntryRedo)] = number(found->redo_trigger);
}

}  // namespace takeover::tests
