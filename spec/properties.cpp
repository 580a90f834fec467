#include "spec/properties.h"

#include <algorithm>
#include <array>

namespace takeover::spec {
namespace {

constexpr std::array<PropertyInfo, kPropertyCount> kProperties{{
    {Property::kTriggerUnique, "trigger-unique",
     "A manager has at most one table trigger per mode, and a trigger's id changes only through none",
     "a trigger is here, or its id changes"},
    {Property::kRemoveRestored, "remove-restored",
     "The stale operators of a response are exactly the stale Removes whose dispatcher it reports, and a reported "
     "dispatcher whose removal was requested before carries its Remove",
     "a stale entry is journalled, or a dispatcher under removal is reported"},
    {Property::kOneWriter, "one-writer",
     "No two dispatchers of one mode that can write have overlapping spans (TiCDC issue #5083)",
     "two dispatchers of one mode can write"},
    {Property::kOwnerFence, "owner-fence",
     "At admission, a control message changes a manager only if it is its owner's, or a Bootstrap that takes over, "
     "or a Close of an epoch, not 0, that is at least the manager's",
     "a control message that is not the owner's comes to admission"},
    {Property::kOwnerFromRequest, "owner-from-request",
     "A manager's (owner, epoch) is the (sender, epoch) of a Bootstrap that this node received",
     "a manager is published"},
    {Property::kOwnerMonotonic, "owner-monotonic",
     "A manager's epoch never decreases, and an epoch above 0 never gets another owner", "the owner changes"},
    {Property::kAtomicTakeover, "atomic-takeover",
     "A Bootstrap that is dropped, or answered with an error, leaves owner, epoch and triggers as they were",
     "a Bootstrap is refused under the fence"},
    {Property::kTriggerAgreed, "trigger-agreed",
     "Once a takeover was answered without error, the trigger is the one that the owner named, until a Remove of it "
     "is admitted",
     "a takeover was answered"},
    {Property::kNoDeadTakeover, "no-dead-takeover",
     "When a Bootstrap is answered without error, the manager is neither closing nor closed and its write path is "
     "open",
     "a Bootstrap is answered without error"},
    {Property::kNoStaleRecreate, "no-stale-recreate",
     "Once a Close of epoch e > 0 (or of epoch 0 with removed) was acknowledged, no manager of an epoch <= e is "
     "created",
     "a manager is created after an acknowledged Close"},
    {Property::kCloseAckSound, "close-ack-sound",
     "An acknowledged Close of epoch e > 0 means that no manager of an epoch <= e can still write here",
     "a Close of an epoch above 0 is acknowledged"},
    {Property::kAnswered, "answered",
     "When the handler of an admitted Bootstrap or PostBootstrap ends on a node that is not leaving, a response or "
     "an error was sent",
     "such a handler ends"},
    {Property::kShutdownIsNoError, "shutdown-is-no-error",
     "No error is sent to a maintainer by a handler that ends on a leaving node", "a handler ends on a leaving node"},
    {Property::kFencedIsSilent, "fenced-is-silent",
     "After a local fence, no manager, published or being built, has an open write path",
     "a manager is on a fenced node"},
    {Property::kFenceReleased, "fence-released", "Every handler leaves the fence unlocked on every exit",
     "a handler ends"},
    {Property::kStrongestPending, "strongest-pending",
     "The pending message of a key is the strongest that arrived since the key was last popped: the highest epoch; "
     "among closes of that epoch, removed before not removed",
     "a message arrives while one of its type is pending or being handled"},
    {Property::kRemovedKept, "removed-kept",
     "A manager for which an admitted Close asked removed = true runs the remove-only clean-up when it is closed",
     "such a manager is closed"},
    {Property::kStartTsReported, "start-ts-reported",
     "A response of a node that has a trigger reports that trigger's start ts, however often the Bootstrap is "
     "repeated",
     "a response is read while a trigger is here"},
    {Property::kRegisteredOnce, "registered-once",
     "A trigger is registered with the event collector at most once", "a trigger is registered"},
    {Property::kJournalDrains, "journal-drains",
     "A journal entry of an open manager has a live cause: a Create being executed, a dispatcher that has to be "
     "removed, or a clean-up between its steps",
     "an entry is journalled"},
    {Property::kNoResurrection, "no-resurrection",
     "A trigger or dispatcher id whose removal was completed is not created again by a late duplicate",
     "a dispatcher is created after another's removal was completed"},
    {Property::kNoInternalFailure, "no-internal-failure",
     "No assertion fails, and no \"should not happen\" branch of TiCDC is reached", "a Bootstrap is answered"},
}};

constexpr bool in_order() {
  for (std::size_t i = 0; i < kProperties.size(); ++i) {
    if (static_cast<std::size_t>(kProperties[i].property) != i) return false;
  }
  return true;
}
static_assert(in_order(), "the table is indexed by the enumeration");

}  // namespace

std::span<const PropertyInfo> all_properties() { return kProperties; }

const PropertyInfo& info(Property property) { return kProperties[static_cast<std::size_t>(property)]; }

std::optional<Property> property_named(std::string_view id) {
  const auto* it = std::ranges::find(kProperties, id, &PropertyInfo::id);
  if (it == kProperties.end()) return std::nullopt;
  return it->property;
}

}  // namespace takeover::spec
