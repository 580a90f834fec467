#include "spec/properties/properties.h"

#include <algorithm>
#include <array>

namespace takeover::spec {
namespace {

constexpr std::array<PropertyInfo, kPropertyCount> kProperties{{
    {Property::kTriggerUnique, "trigger-unique",
     "A manager has at most one table trigger per mode, and a trigger's id changes only through none",
     "a trigger is here, or its id changes",
     "after this step a second table trigger of the same mode is here, or one has taken another's place"},
    {Property::kRemoveRestored, "remove-restored",
     "The stale operators of a response are exactly the stale Removes whose dispatcher it reports, and a "
     "reported "
     "dispatcher whose removal was requested before carries its Remove",
     "a stale entry is journalled, or a dispatcher under removal is reported",
     "this response reports a dispatcher whose removal was requested and does not carry its Remove, or it "
     "carries an operator that it should have left out"},
    {Property::kOneWriter, "one-writer",
     "No two dispatchers of one mode that can write have overlapping spans (TiCDC issue #5083)",
     "two dispatchers of one mode are here, and one can write",
     "after this step two dispatchers of one mode with overlapping spans can write"},
    {Property::kOwnerFence, "owner-fence",
     "At admission, a control message changes a manager only if it is its owner's, or a Bootstrap that takes "
     "over, "
     "or a Close of an epoch, not 0, that is at least the manager's",
     "a control message that is not the owner's comes to admission",
     "this step let a sender change the manager that is neither its owner nor entitled to take over or to "
     "close it"},
    {Property::kOwnerFromRequest, "owner-from-request",
     "A manager's (owner, epoch) is the (sender, epoch) of a Bootstrap that this node received",
     "a manager is published", "the manager's (owner, epoch) is that of no Bootstrap that was received"},
    {Property::kOwnerMonotonic, "owner-monotonic",
     "A manager's epoch never decreases, and an epoch above 0 never gets another owner", "the owner changes",
     "this step moves the manager's epoch back, or gives an epoch another owner"},
    {Property::kAtomicTakeover, "atomic-takeover",
     "A Bootstrap that is dropped, or answered with an error, leaves owner, epoch and triggers as they were",
     "a Bootstrap is refused under the fence",
     "this Bootstrap is refused, and yet it changed the owner, the epoch or a trigger"},
    {Property::kTriggerAgreed, "trigger-agreed",
     "Once a takeover was answered without error, the trigger is the one that the owner named, until a "
     "Remove of it is admitted or another takeover is under way",
     "a takeover was answered",
     "the owner was told that its takeover succeeded, and the trigger here is not the one that it named"},
    {Property::kNoDeadTakeover, "no-dead-takeover",
     "When a Bootstrap is answered without error, the manager is neither closing nor closed and its write "
     "path is "
     "open",
     "a Bootstrap is answered without error",
     "this Bootstrap is answered without error by a manager that is closing, closed, or whose write path is "
     "closed"},
    {Property::kNoStaleRecreate, "no-stale-recreate",
     "Once a Close of epoch e > 0 (or of epoch 0 with removed) was acknowledged, no manager of an epoch <= e "
     "is "
     "created",
     "a manager is created after an acknowledged Close",
     "this step creates a manager of an epoch whose Close was acknowledged"},
    {Property::kCloseAckSound, "close-ack-sound",
     "An acknowledged Close of epoch e > 0 means that no manager of an epoch <= e can still write here",
     "a Close of an epoch above 0 is acknowledged",
     "this Close is acknowledged while a manager of its epoch, or of a lower one, can still write"},
    {Property::kAnswered, "answered",
     "When the handler of an admitted Bootstrap or PostBootstrap ends on a node that is not leaving, a "
     "response or "
     "an error was sent",
     "such a handler ends", "this handler ends on a node that is not leaving, and nobody was told anything"},
    {Property::kShutdownIsNoError, "shutdown-is-no-error",
     "No error is sent to a maintainer, or left to be reported to it, by a handler that ends on a leaving "
     "node",
     "a handler ends on a leaving node", "this handler ends on a leaving node and sends an error"},
    {Property::kFencedIsSilent, "fenced-is-silent",
     "After a local fence, no manager, published or being built, has an open write path",
     "a manager is on a fenced node", "the node is fenced, and a manager's write path is still open"},
    {Property::kFenceReleased, "fence-released", "Every handler leaves the fence unlocked on every exit",
     "a handler ends", "the handler has ended, and the fence is still locked"},
    {Property::kStrongestPending, "strongest-pending",
     "The pending message of a key is the strongest that arrived since the key was last popped: the highest "
     "epoch; "
     "among closes of that epoch, removed before not removed",
     "a message arrives while one of its type is pending or being handled",
     "a stronger message than the pending one has arrived and is lost"},
    {Property::kRemovedKept, "removed-kept",
     "A manager for which an admitted Close asked removed = true tries the remove-only clean-up when it is "
     "closed",
     "such a manager is closed",
     "the manager is closed, and the remove-only clean-up that was asked for has not been tried"},
    {Property::kRemovedCompleted, "removed-completed",
     "A manager whose remove-only clean-up was tried is deleted only once it has succeeded",
     "such a manager is deleted",
     "this step deletes a manager whose remove-only clean-up has failed and has not succeeded since"},
    {Property::kStartTsReported, "start-ts-reported",
     "A response of a node that has a trigger reports that trigger's start ts, however often the Bootstrap "
     "is "
     "repeated",
     "a response is read while a trigger is here",
     "this response does not report the start ts of the trigger that is here"},
    {Property::kRegisteredOnce, "registered-once",
     "A trigger is registered with the event collector at most once", "a trigger is registered",
     "this step registers the trigger with the event collector once more"},
    {Property::kJournalDrains, "journal-drains",
     "A journal entry of an open manager has a live cause: a Create being executed, a dispatcher that has to "
     "be "
     "removed, or a clean-up between its steps",
     "an entry is journalled", "an entry is left in the journal that nothing will ever delete"},
    {Property::kNoResurrection, "no-resurrection",
     "A trigger or dispatcher id whose removal was completed is not created again by a late duplicate",
     "a dispatcher is created after another's removal was completed",
     "this step creates a dispatcher whose removal was completed"},
    {Property::kNoInternalFailure, "no-internal-failure",
     "No assertion fails, and no \"should not happen\" branch of TiCDC is reached", "a Bootstrap is answered",
     "this step takes a branch that TiCDC logs as an error: should not happen"},
    {Property::kOwnerEffects, "owner-effects",
     "A DDL is executed, a merge ends, a redo mark advances, a trigger is registered and a manager is closed "
     "only for who was the owner when the request for it was taken in; a Close may also be of an epoch, not "
     "0, that is at least the manager's",
     "what was asked for takes effect",
     "this step carries out what somebody asked for who was not the owner when it was taken in"},
    {Property::kFencedWritesNothing, "fenced-writes-nothing",
     "After a local fence no dispatcher here can write", "a dispatcher is on a fenced node",
     "the node is fenced, and a dispatcher here can still write"},
    {Property::kRemovalEnds, "removal-ends",
     "A dispatcher that was asked to go, and whose sink has flushed, can be taken out of an open manager",
     "a dispatcher has stopped, and no merge is about to take notice of it",
     "a dispatcher here has stopped, and nothing but the close of its manager will ever take it out"},
    {Property::kRegistrationEnds, "registration-ends",
     "What is registered with the event collector, and what the CheckpointTs stream is for, is in an open "
     "manager's map",
     "a trigger is registered, or the CheckpointTs stream is open",
     "a trigger is registered that is not here, or the CheckpointTs stream is open without a trigger"},
    {Property::kErrorAttributed, "error-attributed",
     "An error that a maintainer is told of in a heartbeat happened under its epoch",
     "an error is told in a heartbeat",
     "this heartbeat tells an owner of an error that happened under another"},
    {Property::kProcessLives, "process-lives", "No request kills the process",
     "a request asks for what only a manager with redo has of one without, or a PostBootstrap names no "
     "trigger",
     "this request dereferences nil, and the process dies"},
    {Property::kWriterToldWorking, "writer-told-working",
     "Of a dispatcher that can write a heartbeat says nothing but Working: a Move or a Split ends with "
     "anything else",
     "a heartbeat tells of a status other than Working",
     "this heartbeat says of a dispatcher that it is not Working, and it can write"},
}};

constexpr bool in_order() {
  for (std::size_t i = 0; i < kProperties.size(); ++i) {
    if (static_cast<std::size_t>(kProperties[i].property) != i) return false;
  }
  return true;
}
static_assert(in_order(), "the table is indexed by the enumeration");

}  // namespace

std::span<const PropertyInfo> all_properties() {
  return kProperties;
}

const PropertyInfo& info(Property property) {
  return kProperties[static_cast<std::size_t>(property)];
}

std::optional<Property> property_named(std::string_view id) {
  const auto* it = std::ranges::find(kProperties, id, &PropertyInfo::id);
  if (it == kProperties.end()) return std::nullopt;
  return it->property;
}

}  // namespace takeover::spec
