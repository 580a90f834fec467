#include <array>

#include "checker/logs/table_rows.h"

namespace takeover::logs::detail {
namespace of_orchestrator {
namespace {

using enum Level;
using impl::MessageType;

constexpr FieldSpec kNamed{"changefeed", FieldIs::kChangefeed};
constexpr FieldSpec kTriggerName{"triggerName", FieldIs::kMode};
constexpr FieldSpec kMessage{"message", FieldIs::kRequest};
constexpr FieldSpec kType{"type", FieldIs::kType};
constexpr Facts kBootstraps{.type = MessageType::kBootstrap};
constexpr Facts kPostBootstraps{.type = MessageType::kPostBootstrap};
constexpr Facts kCloses{.type = MessageType::kClose};
constexpr Facts kNilTrigger{.trigger_asked = impl::DispatcherId::kNone, .type = MessageType::kBootstrap};
constexpr Facts kOfEvent{.mode = impl::Mode::kDefault, .type = MessageType::kPostBootstrap};
constexpr Facts kOfRedo{.mode = impl::Mode::kRedo, .type = MessageType::kPostBootstrap};
// A stale request's.
constexpr Fields kStale{kNamed, kFrom, kRequestEpoch, kCurrentEpoch, kCurrentMaintainer};
constexpr Fields kOfTrigger{kChangefeedId, kTriggerName};
constexpr Fields kOfChangefeed{kChangefeedId};
constexpr Fields kOfEntry{kNamed, kDispatcherId, kFrom, kRequestEpoch, kCurrentEpoch, kCurrentMaintainer};

constexpr Row step(LineId id, std::string_view message, std::string_view caller, Level level,
                   const Facts& implied, const Fields& fields) {
  return {id, message, caller, level, Thread::kOrchestrator, Use::kStep, implied, fields};
}

constexpr std::array kRows{
    Row{LineId::kAlreadyClosed,
        "dispatcher orchestrator already closed, drop message",
        "dispatcher_orchestrator.go:104",
        kDebug,
        Thread::kArrival,
        Use::kStep,
        {},
        {kMessage}},
    step(LineId::kFencedDropPending, "dispatcher orchestrator is fenced, drop pending message",
         "dispatcher_orchestrator.go:156", kInfo, {}, {kType}),
    step(LineId::kStaleAfterClose, "drop stale maintainer bootstrap request after close",
         "dispatcher_orchestrator.go:203", kWarn, kBootstraps,
         {kNamed, kFrom, kRequestEpoch, {"closedMaintainerEpoch", FieldIs::kTombstone}}),
    step(LineId::kStaleBootstrap, "drop stale maintainer bootstrap request", "dispatcher_orchestrator.go:271",
         kWarn, kBootstraps, kStale),
    step(LineId::kStaleBootstrap, "drop stale maintainer bootstrap request after trigger validation",
         "dispatcher_orchestrator.go:294", kWarn, kBootstraps, kStale),
    step(LineId::kStalePostBootstrap, "drop stale maintainer post bootstrap request",
         "dispatcher_orchestrator.go:547", kWarn, kPostBootstraps, kStale),
    step(LineId::kStaleClose, "drop stale maintainer close request", "dispatcher_orchestrator.go:685", kWarn,
         kCloses, kStale),

    step(LineId::kCannotCreateManager, "failed to create new dispatcher manager",
         "dispatcher_orchestrator.go:242", kError, kBootstraps, kOfChangefeed),
    step(LineId::kCannotCreateManager, "create new dispatcher manager failed",
         "dispatcher_orchestrator.go:252", kError, kBootstraps, kOfChangefeed),
    step(LineId::kCannotCreateManager,
         "dispatcher manager write path closed while creating dispatcher manager",
         "dispatcher_orchestrator.go:238", kInfo, kBootstraps, kOfChangefeed),
    step(LineId::kCannotCreateTrigger, "failed to create table trigger dispatcher",
         "dispatcher_orchestrator.go:454", kError, kBootstraps, kOfTrigger),
    step(LineId::kCannotCreateTrigger,
         "dispatcher manager write path closed while creating table trigger dispatcher",
         "dispatcher_orchestrator.go:507", kInfo, kBootstraps, kOfTrigger),
    step(LineId::kCannotCreateTrigger,
         "dispatcher orchestrator closed while creating table trigger dispatcher",
         "dispatcher_orchestrator.go:514", kInfo, kBootstraps, kOfTrigger),
    step(LineId::kTriggerMismatch, "table trigger dispatcher present during nil trigger bootstrap",
         "dispatcher_orchestrator.go:471", kError, kNilTrigger,
         {kChangefeedId, kTriggerName, {"actualDispatcherID", FieldIs::kTriggerHere}}),
    step(LineId::kTriggerMismatch, "table trigger dispatcher id mismatch during bootstrap",
         "dispatcher_orchestrator.go:489", kError, kBootstraps,
         {kChangefeedId,
          kTriggerName,
          {"expectedDispatcherID", FieldIs::kTriggerAsked},
          {"actualDispatcherID", FieldIs::kTriggerHere}}),
    step(LineId::kStaleRemoveRestored, "include stale remove operator in bootstrap response",
         "dispatcher_orchestrator.go:944", kInfo, {}, kOfEntry),
    step(LineId::kShouldNotHappen, "Redo dispatcher not found, this should not happen",
         "dispatcher_orchestrator.go:962", kError, {.mode = impl::Mode::kRedo}, {kNamed, kDispatcherId}),
    step(LineId::kShouldNotHappen, "Dispatcher not found, this should not happen",
         "dispatcher_orchestrator.go:966", kError, {.mode = impl::Mode::kDefault}, {kNamed, kDispatcherId}),

    step(LineId::kPostBootstrapNoManager,
         "Receive post bootstrap request but there is no table trigger event dispatcher",
         "dispatcher_orchestrator.go:541", kError, kPostBootstraps, kOfChangefeed),
    step(LineId::kPostBootstrapNoTrigger,
         "receive post bootstrap request but there is no table trigger event dispatcher",
         "dispatcher_orchestrator.go:560", kError, kPostBootstraps, kOfChangefeed),
    step(LineId::kPostBootstrapOtherTrigger,
         "Receive post bootstrap request but the table trigger event dispatcher id is not match",
         "dispatcher_orchestrator.go:568", kError, kPostBootstraps,
         {kChangefeedId,
          {"expectedDispatcherID", FieldIs::kTriggerHere},
          {"actualDispatcherID", FieldIs::kTriggerAsked}}),
    step(LineId::kPostBootstrapClosed,
         "dispatcher manager write path closed while initializing table trigger event dispatcher",
         "dispatcher_orchestrator.go:584", kInfo, kOfEvent, kOfChangefeed),
    step(LineId::kPostBootstrapClosed,
         "dispatcher manager write path closed while initializing table trigger redo dispatcher",
         "dispatcher_orchestrator.go:598", kInfo, kOfRedo, kOfChangefeed),
    step(LineId::kPostBootstrapClosed, "failed to initialize table trigger event dispatcher",
         "dispatcher_orchestrator.go:589", kError, kOfEvent, kOfChangefeed),
    step(LineId::kPostBootstrapClosed, "failed to initialize table trigger redo dispatcher",
         "dispatcher_orchestrator.go:603", kError, kOfRedo, kOfChangefeed),

    step(LineId::kTryClose, "try close dispatcher manager", "dispatcher_orchestrator.go:698", kInfo, kCloses,
         {kNamed, {"success", FieldIs::kSuccess}}),
    Row{LineId::kLocalFenceOrchestrator, "dispatcher orchestrator local fence triggered",
        "dispatcher_orchestrator.go:710", kWarn, Thread::kFence, Use::kStep},
    Row{LineId::kCannotSendAnswer, "failed to send response", "dispatcher_orchestrator.go:814", kError,
        Thread::kOrchestrator, Use::kValue},
    // A test that closes the orchestrator in parts writes none at all.
    Row{LineId::kClosing, "dispatcher orchestrator is closing", "dispatcher_orchestrator.go:824", kInfo,
        Thread::kShutdown, Use::kStep},
    Row{LineId::kClosedOrchestrator, "dispatcher orchestrator closed", "dispatcher_orchestrator.go:847",
        kInfo, Thread::kShutdown, Use::kValue},
};

}  // namespace
}  // namespace of_orchestrator

std::span<const Row> orchestrator_rows() {
  return of_orchestrator::kRows;
}

}  // namespace takeover::logs::detail
