#include "checker/logs/ask.h"

#include <algorithm>

namespace takeover::logs {

impl::Message request_of(const Pools::Owner& sender, impl::MessageBody body) {
  return {.from = sender.node, .epoch = sender.epoch, .body = std::move(body)};
}

namespace {

bool may_be(const Facts& facts, const Pools::Owner& sender) {
  return facts.from.value_or(sender.node) == sender.node &&
         facts.epoch.value_or(sender.epoch) == sender.epoch;
}

}  // namespace

std::vector<Asker::Owner> Asker::everybody() const {
  std::vector<Owner> all = task_.history.pools.owners;
  if (!width_.pools && !all.empty()) return all;
  for (const impl::NodeId node : task_.history.pools.nodes) {
    for (const impl::Epoch epoch : task_.history.pools.epochs) {
      const Owner owner{node, epoch};
      if (std::find(all.begin(), all.end(), owner) == all.end()) all.push_back(owner);
    }
  }
  if (all.empty()) all.push_back({task_.history.self, 1});
  return all;
}

std::vector<Asker::Owner> Asker::senders() const {
  if (facts().from && facts().epoch) return {{*facts().from, *facts().epoch}};
  std::vector<Owner> some;
  const auto add = [&](const Owner& sender) {
    if (may_be(facts(), sender) && std::find(some.begin(), some.end(), sender) == some.end()) {
      some.push_back(sender);
    }
  };
  if (owner()) add(*owner());
  for (const Owner& sender : everybody()) add(sender);
  return some;
}

std::vector<Asker::Owner> Asker::takeovers() const {
  if (manager_ == nullptr) return {};
  std::vector<Owner> some;
  const auto add = [&](const Owner& owner) {
    if (manager_->can_update_maintainer(task_.rules, owner.node, owner.epoch)) some.push_back(owner);
  };
  const bool is_owners = line().line == LineId::kStoresAdd || line().line == LineId::kStoresRemove ||
                         line().line == LineId::kRemoveNotFound;
  if (facts().owner && facts().owner_epoch) {
    add({*facts().owner, *facts().owner_epoch});
  } else if (is_owners && facts().epoch && *facts().epoch != manager_->epoch) {
    for (const Owner& owner : everybody()) {
      if (*facts().epoch == owner.epoch) add(owner);
    }
    // Nothing says whose epoch it is.
    if (some.empty()) {
      for (const impl::NodeId node : task_.history.pools.nodes) add({node, *facts().epoch});
    }
  } else if (width_.pools) {
    for (const Owner& owner : everybody()) add(owner);
  }
  some.erase(std::remove(some.begin(), some.end(), *owner()), some.end());
  return some;
}

void Asker::ask() const {
  switch (line().line) {
    case LineId::kStaleAfterClose:
    case LineId::kStaleBootstrap:
    case LineId::kShouldNotHappen:
    case LineId::kStaleRemoveRestored:
    case LineId::kTriggerMismatch: return bootstraps_refused();
    case LineId::kCannotCreateManager:
    case LineId::kCannotCreateTrigger: return fails_to_create();
    case LineId::kPostBootstrapNoManager:
    case LineId::kPostBootstrapNoTrigger:
    case LineId::kPostBootstrapOtherTrigger:
    case LineId::kStalePostBootstrap:
      return post_bootstraps(facts().trigger_asked.value_or(impl::DispatcherId::kNone));
    case LineId::kPostBootstrapClosed:
    case LineId::kSchemaStoreAgain:
      return post_bootstraps(manager_ == nullptr ? impl::DispatcherId::kNone : manager_->event_trigger);
    case LineId::kStaleClose:
    case LineId::kTryClose: return closes();
    case LineId::kEventTriggerCreated:
    case LineId::kRedoTriggerCreated:
    case LineId::kManagerInitialized: return creates();
    case LineId::kDispatcherCreated:
    case LineId::kRedoDispatcherCreated:
      return line().thread == Thread::kOrchestrator ? creates() : creates_alone();
    case LineId::kEventCollectorAdds:
      if (line().thread != Thread::kOrchestrator) return creates_alone();
      return post_bootstraps(manager_ == nullptr ? impl::DispatcherId::kNone : manager_->event_trigger);
    case LineId::kStaleSchedule: return schedules();
    case LineId::kStoresAdd: return stores_adds();
    case LineId::kStoresRemove:
    case LineId::kRemoveNotFound:
    case LineId::kRemovesDispatcher:
    case LineId::kRemovedBefore: return removes();
    case LineId::kStaleMerge:
    case LineId::kMergeRefused:
    case LineId::kMergeCreated: return merges();
    case LineId::kStaleAction: return with_each(impl::HeartBeatResponse{}, impl::Path::kHeartBeatResponse);
    case LineId::kStaleRedo: return redo();
    case LineId::kExecutes: return executes();
    case LineId::kAlreadyClosed:
    case LineId::kFencedDropPending:
    case LineId::kLocalFenceOrchestrator:
    case LineId::kCannotSendAnswer:
    case LineId::kClosing:
    case LineId::kClosedOrchestrator:
    case LineId::kEventCollectorRemoves:
    case LineId::kMeetsError:
    case LineId::kCleanUpBegins:
    case LineId::kCleanUpTrigger:
    case LineId::kCleanUpEnds:
    case LineId::kManagerClosing:
    case LineId::kStopsWritePath:
    case LineId::kWritePathStopped:
    case LineId::kUnregisters:
    case LineId::kManagerClosed:
    case LineId::kCannotCleanUp:
    case LineId::kDeletesAdd:
    case LineId::kKeepsAdds:
    case LineId::kMergeBegins:
    case LineId::kFlushed:
    case LineId::kFlushedTask:
    case LineId::kMergeStep:
    case LineId::kMergeDone:
    case LineId::kMergeAborted:
    case LineId::kWorking:
    case LineId::kServerFences:
    case LineId::kServerCloses:
    case LineId::kServerStarts:
    case LineId::kHeartBeatLost:
    case LineId::kMaintainerSays:
    case LineId::kCoordinatorSays:
    case LineId::kNoise: return;  // no message is handled
  }
}

}  // namespace takeover::logs
