// handleCloseRequest of TiCDC: one step, under the fence; and the tombstones that it leaves.
#include <algorithm>
#include <optional>

#include "impl/handlers.h"

namespace takeover::impl {

std::optional<Epoch> buried(std::optional<Epoch> tombstone, Epoch epoch, bool removed) {
  if (epoch == 0 && !removed) return tombstone;
  return std::max(tombstone.value_or(0), epoch);
}

bool is_buried(std::optional<Epoch> tombstone, const Rules& rules, Epoch epoch) {
  if (!tombstone || !rules(Guard::kTombstone)) return false;
  if (*tombstone == 0 && !rules(Guard::kTombstoneEpochZero)) return false;
  return epoch <= *tombstone;  // 0 is buried by any
}

void close(DispatcherOrchestrator& orchestrator, const Rules& rules, Outbox& out) {
  const Message request = orchestrator.handler->request;
  const bool removed = request.as<MaintainerCloseRequest>()->removed;
  MaintainerCloseResponse response{.success = true};
  if (!orchestrator.manager) {
    orchestrator.tombstone = buried(orchestrator.tombstone, request.epoch, removed);
    end_with(orchestrator, {}, response, out);
    return;
  }
  DispatcherManager& manager = *orchestrator.manager;
  take_fence(manager, rules);
  const bool newer = request.epoch != 0 && request.epoch >= manager.epoch && rules(Guard::kCloseNewerEpoch);
  const bool admitted =
      newer || manager.is_request_allowed(request.from, request.epoch) || !rules(Guard::kCloseAdmission);
  if (!admitted) {
    response.success = rules(Guard::kCloseAckStale);
    if (response.success && rules(Guard::kCloseAckTombstone)) {
      orchestrator.tombstone = buried(orchestrator.tombstone, request.epoch, removed);
    }
    end_with(orchestrator, {}, response, out);
    return;
  }
  out.note({.kind = NoteKind::kMessageAdmitted,
            .type = MessageType::kClose,
            .from = request.from,
            .epoch = request.epoch});
  response.success = manager.try_close(rules, removed, orchestrator.fail_clean_up, out);
  if (response.success) {
    out.note({.kind = NoteKind::kManagerDeleted, .epoch = manager.epoch});
    orchestrator.manager.reset();
    orchestrator.tombstone = buried(orchestrator.tombstone, request.epoch, removed);
  }
  end_with(orchestrator, {.admitted = true}, response, out);
}

}  // namespace takeover::impl
