// What must hold on a node: properties of states and of steps, each with the premise that makes it say
// something.
//
// Terms. An incarnation of a manager lasts from its creation to its deletion; what is said of a manager is
// said per incarnation. A dispatcher can write while it is Working or WaitingMerge, has not flushed, and its
// manager's sink is open. A node is leaving when it is fenced or its orchestrator is closed. An entry or
// message is stale when its (sender, epoch) is not admitted by the manager's (owner, epoch). Epoch 0 gives no
// order: properties that speak of order are about epochs above 0.
#pragma once

#include <array>
#include <bitset>
#include <concepts>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "impl/named.h"

namespace takeover::impl {
struct DispatcherOrchestrator;
}

namespace takeover::spec {

struct History;
struct Observation;
struct Verdict;

enum class Property : std::uint8_t {
  kTriggerUnique,
  kRemoveRestored,
  kOneWriter,
  kOwnerFence,
  kOwnerFromRequest,
  kOwnerMonotonic,
  kAtomicTakeover,
  kTriggerAgreed,
  kNoDeadTakeover,
  kNoStaleRecreate,
  kCloseAckSound,
  kAnswered,
  kShutdownIsNoError,
  kFencedIsSilent,
  kFenceReleased,
  kStrongestPending,
  kRemovedKept,
  kRemovedCompleted,
  kStartTsReported,
  kRegisteredOnce,
  kJournalDrains,
  kNoResurrection,
  kNoInternalFailure,
  kOwnerEffects,
  kFencedWritesNothing,
  kRemovalEnds,
  kRegistrationEnds,
  kErrorAttributed,
  kProcessLives,
  kWriterToldWorking,
  kCount
};
inline constexpr std::size_t kPropertyCount = static_cast<std::size_t>(Property::kCount);

// The parts of a run's past that are kept only where a property that needs them is judged: members of
// History.
enum class Memory : std::uint8_t {
  kBootstraps,
  kAcknowledged,  // acknowledged_close, acknowledged_zero_removed
  kAgreement,     // and triggers_removing
  kTakenOver,
  kRemovedAsked,
  kRemoving,
  kOwed,
  kRemoved,
  kFailedUnder,
  kForeign,
  kCount
};
inline constexpr std::size_t kMemoryCount = static_cast<std::size_t>(Memory::kCount);

using MemorySet = std::bitset<kMemoryCount>;
constexpr MemorySet remembers(std::same_as<Memory> auto... memories) {
  return {((1ULL << static_cast<unsigned>(memories)) | ... | 0ULL)};
}

// The judge of a state, or of a step with the history before it (spec/properties/judge.h).
using StateJudge = void(const impl::DispatcherOrchestrator& node, const History& history, Verdict& verdict);
using StepJudge = void(const Observation& step, const History& history, Verdict& verdict);

struct Judges {
  StateJudge* of_state = nullptr;
  StepJudge* of_step = nullptr;
  StepJudge* of_node_step = nullptr;  // it has nothing to say of a step that the environment takes by itself
  StepJudge* of_output = nullptr;  // of a step that sends or notes something; it has nothing to say of others
};
constexpr Judges of_state(StateJudge* judge) {
  return {.of_state = judge};
}
constexpr Judges of_step(StepJudge* judge) {
  return {.of_step = judge};
}
constexpr Judges of_node_step(StepJudge* judge) {
  return {.of_node_step = judge};
}
constexpr Judges of_output(StepJudge* judge) {
  return {.of_output = judge};
}
constexpr Judges of_state_and_node_step(StateJudge* of_state, StepJudge* of_step) {
  return {.of_state = of_state, .of_node_step = of_step};
}

// Whether it is proved of one node, by lemmas of its id (spec/smt/claims.cpp), or is the checker's alone.
enum class Proved : std::uint8_t { kNo, kYes };

struct PropertyInfo {
  Property property;
  std::string_view id;
  std::string_view text;
  std::string_view premise;    // what is counted as premise_met
  std::string_view violation;  // what the last step of a counterexample shows
  Judges judges;
  Proved proved;
  MemorySet memory{};
};

namespace judges {
StateJudge trigger_unique_of_state;
StepJudge trigger_unique_of_step;
StepJudge remove_restored;
StateJudge one_writer;
StepJudge owner_fence;
StateJudge owner_from_request;
StepJudge owner_monotonic;
StepJudge atomic_takeover;
StateJudge trigger_agreed;
StepJudge no_dead_takeover;
StepJudge no_stale_recreate;
StepJudge close_ack_sound;
StepJudge answered;
StepJudge shutdown_is_no_error;
StateJudge fenced_is_silent;
StepJudge fence_released;
StepJudge strongest_pending;
StateJudge removed_kept_of_state;
StepJudge removed_kept_of_step;
StepJudge removed_completed;
StepJudge start_ts_reported;
StepJudge registered_once;
StateJudge journal_drains;
StepJudge no_resurrection;
StepJudge no_internal_failure;
StepJudge owner_effects;
StateJudge fenced_writes_nothing;
StateJudge removal_ends;
StateJudge registration_ends;
StepJudge error_attributed;
StepJudge process_lives;
StepJudge writer_told_working;
}  // namespace judges

// A property is an enumerator above, its judge's name here, its row below, and the judge itself in
// spec/properties/judge_*.cpp.
namespace detail {

inline constexpr std::array<PropertyInfo, kPropertyCount> kProperties{{
    {Property::kTriggerUnique, "trigger-unique",
     "A manager has at most one table trigger per mode, and a trigger's id changes only through none",
     "a trigger is here, or its id changes",
     "after this step a second table trigger of the same mode is here, or one has taken another's place",
     of_state_and_node_step(judges::trigger_unique_of_state, judges::trigger_unique_of_step), Proved::kYes},
    {Property::kRemoveRestored, "remove-restored",
     "The stale operators of a response are exactly the stale Removes whose dispatcher it reports, and a reported dispatcher whose removal was requested before carries its Remove",
     "a stale entry is journalled, or a dispatcher under removal is reported",
     "this response reports a dispatcher whose removal was requested and does not carry its Remove, or it carries an operator that it should have left out",
     of_output(judges::remove_restored), Proved::kYes, remembers(Memory::kRemoving, Memory::kOwed)},
    {Property::kOneWriter, "one-writer",
     "No two dispatchers of one mode that can write have overlapping spans (TiCDC issue #5083)",
     "two dispatchers of one mode are here, and one can write",
     "after this step two dispatchers of one mode with overlapping spans can write",
     of_state(judges::one_writer), Proved::kYes},
    {Property::kOwnerFence, "owner-fence",
     "At admission, a control message changes a manager only if it is its owner's, or a Bootstrap that takes over, or a Close of an epoch, not 0, that is at least the manager's",
     "a control message that is not the owner's comes to admission",
     "this step let a sender change the manager that is neither its owner nor entitled to take over or to close it",
     of_node_step(judges::owner_fence), Proved::kYes},
    {Property::kOwnerFromRequest, "owner-from-request",
     "A manager's (owner, epoch) is the (sender, epoch) of a Bootstrap that this node received",
     "a manager is published", "the manager's (owner, epoch) is that of no Bootstrap that was received",
     of_state(judges::owner_from_request), Proved::kYes, remembers(Memory::kBootstraps)},
    {Property::kOwnerMonotonic, "owner-monotonic",
     "A manager's epoch never decreases, and an epoch above 0 never gets another owner", "the owner changes",
     "this step moves the manager's epoch back, or gives an epoch another owner",
     of_node_step(judges::owner_monotonic), Proved::kYes},
    {Property::kAtomicTakeover, "atomic-takeover",
     "A Bootstrap that is dropped, or answered with an error, leaves owner, epoch and triggers as they were",
     "a Bootstrap is refused under the fence",
     "this Bootstrap is refused, and yet it changed the owner, the epoch or a trigger",
     of_output(judges::atomic_takeover), Proved::kYes, remembers(Memory::kTakenOver)},
    {Property::kTriggerAgreed, "trigger-agreed",
     "Once a takeover was answered without error, the trigger is the one that the owner named, until a Remove of it is admitted or another takeover is under way",
     "a takeover was answered",
     "the owner was told that its takeover succeeded, and the trigger here is not the one that it named",
     of_state(judges::trigger_agreed), Proved::kYes, remembers(Memory::kAgreement)},
    {Property::kNoDeadTakeover, "no-dead-takeover",
     "When a Bootstrap is answered without error, the manager is neither closing nor closed and its write path is open",
     "a Bootstrap is answered without error",
     "this Bootstrap is answered without error by a manager that is closing, closed, or whose write path is closed",
     of_output(judges::no_dead_takeover), Proved::kYes},
    {Property::kNoStaleRecreate, "no-stale-recreate",
     "Once a Close of epoch e > 0 (or of epoch 0 with removed) was acknowledged, no manager of an epoch <= e is created",
     "a manager is created after an acknowledged Close",
     "this step creates a manager of an epoch whose Close was acknowledged",
     of_output(judges::no_stale_recreate), Proved::kYes, remembers(Memory::kAcknowledged)},
    {Property::kCloseAckSound, "close-ack-sound",
     "An acknowledged Close of epoch e > 0 means that no manager of an epoch <= e can still write here",
     "a Close of an epoch above 0 is acknowledged",
     "this Close is acknowledged while a manager of its epoch, or of a lower one, can still write",
     of_output(judges::close_ack_sound), Proved::kYes},
    {Property::kAnswered, "answered",
     "When the handler of an admitted Bootstrap or PostBootstrap ends on a node that is not leaving, a response or an error was sent",
     "such a handler ends", "this handler ends on a node that is not leaving, and nobody was told anything",
     of_output(judges::answered), Proved::kYes},
    {Property::kShutdownIsNoError, "shutdown-is-no-error",
     "No error is sent to a maintainer, or left to be reported to it, by a handler that ends on a leaving node",
     "a handler ends on a leaving node", "this handler ends on a leaving node and sends an error",
     of_node_step(judges::shutdown_is_no_error), Proved::kNo},
    {Property::kFencedIsSilent, "fenced-is-silent",
     "After a local fence, no manager, published or being built, has an open write path",
     "a manager is on a fenced node", "the node is fenced, and a manager's write path is still open",
     of_state(judges::fenced_is_silent), Proved::kYes},
    {Property::kFenceReleased, "fence-released", "Every handler leaves the fence unlocked on every exit",
     "a handler ends", "the handler has ended, and the fence is still locked",
     of_step(judges::fence_released), Proved::kYes},
    {Property::kStrongestPending, "strongest-pending",
     "The pending message of a key is the strongest that arrived since the key was last popped: the highest epoch; among closes of that epoch, removed before not removed",
     "a message arrives while one of its type is pending or being handled",
     "a stronger message than the pending one has arrived and is lost",
     of_node_step(judges::strongest_pending), Proved::kNo},
    {Property::kRemovedKept, "removed-kept",
     "A manager for which an admitted Close asked removed = true tries the remove-only clean-up when it is closed",
     "such a manager is closed",
     "the manager is closed, and the remove-only clean-up that was asked for has not been tried",
     of_state_and_node_step(judges::removed_kept_of_state, judges::removed_kept_of_step), Proved::kNo,
     remembers(Memory::kRemovedAsked)},
    {Property::kRemovedCompleted, "removed-completed",
     "A manager whose remove-only clean-up was tried is deleted only once it has succeeded",
     "such a manager is deleted",
     "this step deletes a manager whose remove-only clean-up has failed and has not succeeded since",
     of_node_step(judges::removed_completed), Proved::kNo},
    {Property::kStartTsReported, "start-ts-reported",
     "A response of a node that has a trigger reports that trigger's start ts, however often the Bootstrap is repeated",
     "a response is read while a trigger is here",
     "this response does not report the start ts of the trigger that is here",
     of_node_step(judges::start_ts_reported), Proved::kNo},
    {Property::kRegisteredOnce, "registered-once",
     "A trigger is registered with the event collector at most once", "a trigger is registered",
     "this step registers the trigger with the event collector once more", of_output(judges::registered_once),
     Proved::kNo},
    {Property::kJournalDrains, "journal-drains",
     "A journal entry of an open manager has a live cause: a Create being executed, a dispatcher that has to be removed, or a clean-up between its steps",
     "an entry is journalled", "an entry is left in the journal that nothing will ever delete",
     of_state(judges::journal_drains), Proved::kYes},
    {Property::kNoResurrection, "no-resurrection",
     "A trigger or dispatcher id whose removal was completed is not created again by a late duplicate",
     "a dispatcher is created after another's removal was completed",
     "this step creates a dispatcher whose removal was completed", of_output(judges::no_resurrection),
     Proved::kNo, remembers(Memory::kRemoving, Memory::kRemoved)},
    {Property::kNoInternalFailure, "no-internal-failure",
     "No assertion fails, and no \"should not happen\" branch of TiCDC is reached", "a Bootstrap is answered",
     "this step takes a branch that TiCDC logs as an error: should not happen",
     of_output(judges::no_internal_failure), Proved::kNo},
    {Property::kOwnerEffects, "owner-effects",
     "A DDL is executed, a merge ends, a redo mark advances, a trigger is registered and a manager is closed only for who was the owner when the request for it was taken in; a Close may also be of an epoch, not 0, that is at least the manager's",
     "what was asked for takes effect",
     "this step carries out what somebody asked for who was not the owner when it was taken in",
     of_node_step(judges::owner_effects), Proved::kNo, remembers(Memory::kForeign)},
    {Property::kFencedWritesNothing, "fenced-writes-nothing",
     "After a local fence no dispatcher here can write", "a dispatcher is on a fenced node",
     "the node is fenced, and a dispatcher here can still write", of_state(judges::fenced_writes_nothing),
     Proved::kNo},
    {Property::kRemovalEnds, "removal-ends",
     "A dispatcher that was asked to go, and whose sink has flushed, can be taken out of an open manager",
     "a dispatcher has stopped, and no merge is about to take notice of it",
     "a dispatcher here has stopped, and nothing but the close of its manager will ever take it out",
     of_state(judges::removal_ends), Proved::kNo},
    {Property::kRegistrationEnds, "registration-ends",
     "What is registered with the event collector, and what the CheckpointTs stream is for, is in an open manager's map",
     "a trigger is registered, or the CheckpointTs stream is open",
     "a trigger is registered that is not here, or the CheckpointTs stream is open without a trigger",
     of_state(judges::registration_ends), Proved::kNo},
    {Property::kErrorAttributed, "error-attributed",
     "An error that a maintainer is told of in a heartbeat happened under its epoch",
     "an error is told in a heartbeat",
     "this heartbeat tells an owner of an error that happened under another",
     of_output(judges::error_attributed), Proved::kNo, remembers(Memory::kFailedUnder)},
    {Property::kProcessLives, "process-lives", "No request kills the process",
     "a request asks for what only a manager with redo has of one without, or a PostBootstrap names no trigger",
     "this request dereferences nil, and the process dies", of_node_step(judges::process_lives), Proved::kNo},
    {Property::kWriterToldWorking, "writer-told-working",
     "Of a dispatcher that can write a heartbeat says nothing but Working: a Move or a Split ends with anything else",
     "a heartbeat tells of a status other than Working",
     "this heartbeat says of a dispatcher that it is not Working, and it can write",
     of_output(judges::writer_told_working), Proved::kNo},
}};
static_assert(impl::is_indexed(kProperties, &PropertyInfo::property));

}  // namespace detail

[[nodiscard]] constexpr std::span<const PropertyInfo> all_properties() {
  return detail::kProperties;
}
[[nodiscard]] constexpr const PropertyInfo& info(Property property) {
  return detail::kProperties[static_cast<std::size_t>(property)];
}
[[nodiscard]] constexpr std::string_view name_of(Property property) {
  return property < Property::kCount ? info(property).id : impl::kNoName;
}

[[nodiscard]] constexpr std::optional<Property> property_named(std::string_view id) {
  return impl::named<Property>(id);
}

using PropertySet = std::bitset<kPropertyCount>;
// Its i-th 64 bits, as a word.
template <std::size_t N>
[[nodiscard]] std::uint64_t word_of(const std::bitset<N>& set, std::size_t i) {
  constexpr std::bitset<N> kWord(~std::uint64_t{0});
  return ((set >> (i * 64)) & kWord).to_ullong();
}
// The set of all properties.
[[nodiscard]] inline PropertySet every_property() {
  return PropertySet().set();
}

// Absence of deadlock: judged in every scenario, under this id, and listed by none.
inline constexpr std::string_view kDeadlockFree = "deadlock-free";

}  // namespace takeover::spec
