// The steps of the orchestrator's handlers. Internal to impl.
#pragma once

#include <optional>

#include "impl/dispatcher_orchestrator.h"

namespace takeover::impl {

// How a handler ends: what it sends, if anything, and what it leaves locked.
struct Ending {
  bool admitted = false;
  bool keep_fence = false;       // the mistake of an early return without unlock
  std::optional<Epoch> epoch{};  // of the answer; the request's unless it is given
};

// Ends the handler under way without an answer, or with the one given.
void end_silently(DispatcherOrchestrator& orchestrator, const Ending& ending, Reason why, Outbox& out);
void end_with(DispatcherOrchestrator& orchestrator, const Ending& ending, const MessageBody& reply,
              Outbox& out);
// Ends it with an error of the given reply type, or silently where a leaving node must not report one.
void end_with_error(DispatcherOrchestrator& orchestrator, const Rules& rules, const Ending& ending,
                    const MessageBody& reply, Outbox& out);

// Whether a failed creation is hidden from the maintainer: it goes elsewhere, and the changefeed is healthy.
[[nodiscard]] bool is_silent(const DispatcherOrchestrator& orchestrator, const Rules& rules, ErrorCode error);

void take_fence(DispatcherManager& manager, const Rules& rules);

// The epoch that a Bootstrap speaks for.
[[nodiscard]] Epoch epoch_of(const Rules& rules, const Message& request);

void bootstrap_step(DispatcherOrchestrator& orchestrator, const Rules& rules, Outbox& out);
void post_bootstrap(DispatcherOrchestrator& orchestrator, const Rules& rules, Outbox& out);
void close(DispatcherOrchestrator& orchestrator, const Rules& rules, Outbox& out);

// The tombstone after a close by this epoch.
[[nodiscard]] std::optional<Epoch> buried(std::optional<Epoch> tombstone, Epoch epoch, bool removed);
// Whether the tombstone forbids a Bootstrap of this epoch to create a manager.
[[nodiscard]] bool is_buried(std::optional<Epoch> tombstone, const Rules& rules, Epoch epoch);

}  // namespace takeover::impl
