#include "impl/dispatcher_orchestrator.h"

#include <algorithm>

#include "impl/handlers.h"
#include "impl/streams.h"

namespace takeover::impl {
namespace {

bool replaces(const Rules& rules, const Message& old_request, const Message& request) {
  if (request.epoch > old_request.epoch && rules(Guard::kQueueNewerEpoch)) return true;
  const auto* old_close = old_request.as<MaintainerCloseRequest>();
  const auto* close_request = request.as<MaintainerCloseRequest>();
  if (old_close == nullptr || close_request == nullptr) return false;
  return rules(Guard::kQueueRemovedUpgrade) && !old_close->removed && close_request->removed &&
         request.epoch >= old_request.epoch;
}

// A closed manager makes room for a newer owner, as if its close had been retried.
bool makes_room(const DispatcherOrchestrator& orchestrator, const Rules& rules, const Message& request) {
  const DispatcherManager& manager = *orchestrator.manager;
  if (!rules(Guard::kBootstrapRefusesClosing) || !manager.closed) return false;
  if (manager.owes_clean_up() && rules(Guard::kCloseAckCleanUp)) return false;
  const Epoch epoch = epoch_of(rules, request);
  const auto tombstone = buried(orchestrator.tombstone, manager.epoch, manager.remove_requested);
  return manager.can_update_maintainer(rules, request.from, epoch) && !is_buried(tombstone, rules, epoch);
}

void look_up(DispatcherOrchestrator& orchestrator, const Rules& rules, Outbox& out) {
  const Message request = orchestrator.pending.front();
  orchestrator.pending.erase(orchestrator.pending.begin());
  if (orchestrator.fenced) {
    note_dropped(out, request, Reason::kNodeFenced);
    return;
  }
  OrchestratorHandler handler{.request = request};
  handler.existed = orchestrator.manager.has_value();
  if (request.type() == MessageType::kPostBootstrap) {
    handler.next = OrchestratorStep::kPostBootstrap;
  } else if (request.type() == MessageType::kClose) {
    handler.next = OrchestratorStep::kClose;
  } else {
    const Epoch epoch = epoch_of(rules, request);
    std::optional<DispatcherManager>& manager = orchestrator.manager;
    if (manager && makes_room(orchestrator, rules, request)) {
      orchestrator.tombstone = buried(orchestrator.tombstone, manager->epoch, manager->remove_requested);
      out.note({.kind = NoteKind::kManagerDeleted, .epoch = manager->epoch});
      manager.reset();
      handler.existed = false;
    }
    if (!manager && is_buried(orchestrator.tombstone, rules, epoch)) {
      note_dropped(out, request,
                   *orchestrator.tombstone == 0 ? Reason::kEpochZeroClosed : Reason::kEpochClosed);
      return;
    }
    handler.next = manager ? OrchestratorStep::kTakeOver : OrchestratorStep::kRegisterInitializing;
  }
  orchestrator.handler = handler;
}

}  // namespace

DispatcherManager* DispatcherOrchestrator::registered_manager() {
  if (manager && manager->registered) return &*manager;
  if (initializing && initializing->registered) return &*initializing;
  return nullptr;
}

void DispatcherOrchestrator::try_enqueue(const Rules& rules, const Message& request, Outbox& out) {
  if (is_leaving()) {
    note_dropped(out, request, Reason::kNodeLeaving);
    return;
  }
  const auto it = std::find_if(pending.begin(), pending.end(),
                               [&](const Message& r) { return r.type() == request.type(); });
  if (it != pending.end()) {
    if (replaces(rules, *it, request)) {
      *it = request;
    } else {
      note_dropped(out, request, Reason::kTypePending);
    }
    return;
  }
  if (!rules(Guard::kQueueReleaseAtPop) && handler && handler->request.type() == request.type()) {
    note_dropped(out, request, Reason::kTypeHandled);
    return;
  }
  pending.push_back(request);
}

bool DispatcherOrchestrator::can_handle(const Rules& rules) const {
  if (!handler) return !pending.empty();
  const bool takes_fence = handler->next == OrchestratorStep::kTakeOver ||
                           handler->next == OrchestratorStep::kPostBootstrap ||
                           handler->next == OrchestratorStep::kClose;
  return !takes_fence || !manager || manager->fence_is_free(rules);
}

void DispatcherOrchestrator::handle_step(const Rules& rules, Outbox& out) {
  if (!handler) {
    look_up(*this, rules, out);
    return;
  }
  if (handler->next == OrchestratorStep::kPostBootstrap) return post_bootstrap(*this, rules, out);
  if (handler->next == OrchestratorStep::kClose) return takeover::impl::close(*this, rules, out);
  bootstrap_step(*this, rules, out);
}

void DispatcherOrchestrator::local_fence(const Rules& rules, Outbox& out) {
  fenced = true;
  pending.clear();
  if (!rules(Guard::kLocalFence)) return;
  if (manager) manager->local_fence(out);
  // TiCDC takes a manager that was built out of the table of those being built before it publishes it.
  const bool is_built = handler && handler->next == OrchestratorStep::kPublish;
  const bool is_listed = !is_built || rules(Guard::kBuiltManagerStaysListed);
  if (initializing && is_listed && rules(Guard::kLocalFenceInitializing)) initializing->local_fence(out);
}

bool DispatcherOrchestrator::can_close() const {
  if (!closed) return true;
  return pending.empty() && !handler && manager && !manager->closing;
}

void DispatcherOrchestrator::close_step(const Rules& rules, Outbox& out) {
  if (!closed) {
    closed = true;
    return;
  }
  if (!manager->try_close(rules, false, fail_clean_up, out)) return;
  out.note({.kind = NoteKind::kManagerDeleted, .epoch = manager->epoch});
  manager.reset();
}

}  // namespace takeover::impl
