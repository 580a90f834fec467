// Removal of a dispatcher: the task that waits for its sink, and the heartbeat aggregation that forgets it.
//
// clang-format off
//   removing --(i) out of the map--(ii) out of the journal--(iii) trigger cleared--(iv) Stopped to the owner
// clang-format on
//
// TiCDC takes no fence here, so each of the four is visible by itself; Guard::kCleanUpUnderFence makes (i) to
// (iii) one step under the fence. (iii) is left out for a dispatcher that is no table trigger. One dispatcher
// goes through at a time: a pass over several reports them together at its end, which only delays the first
// reports.
#include <algorithm>

#include "impl/dispatcher_manager.h"

namespace takeover::impl {
namespace {

void clear_trigger(DispatcherManager& manager, const Rules& rules, DispatcherId id, Mode mode) {
  if (manager.trigger(mode) != id) return;
  manager.set_trigger(mode, DispatcherId::kNone, 0);
  if (rules(Guard::kTriggerNotRecreated)) manager.removed_triggers.push_back(id);
}

// What was merged and taken out before its first event does not wait for it any more.
void forget_merge(DispatcherManager& manager, DispatcherId id, Mode mode, Outbox& out) {
  const auto it = std::find_if(manager.merges.begin(), manager.merges.end(), [&](const MergeTask& task) {
    return task.merged_id == id && task.mode == mode;
  });
  if (it == manager.merges.end()) return;
  manager.merges.erase(it);
  out.note({.kind = NoteKind::kMergeAborted, .mode = mode, .id = id});
}

void enqueue_stopped(DispatcherManager& manager, DispatcherId id, Mode mode, Outbox& out) {
  HeartBeatRequest heartbeat;
  heartbeat.statuses.push_back({id, Status::kStopped, mode});
  out.send(manager.owner, 0, heartbeat);
}

}  // namespace

bool DispatcherManager::can_flush(DispatcherId id, Mode mode) const {
  const Dispatcher* dispatcher = find(id, mode);
  return dispatcher != nullptr && dispatcher->try_removing && !dispatcher->removing;
}

void DispatcherManager::flush(DispatcherId id, Mode mode) {
  find(id, mode)->removing = true;
}

bool DispatcherManager::can_clean_up(const Rules& rules, DispatcherId id, Mode mode) const {
  if (clean_up.step != CleanUpStep::kIdle) return clean_up.id == id && clean_up.mode == mode;
  const Dispatcher* dispatcher = find(id, mode);
  if (!registered || dispatcher == nullptr || !dispatcher->removing) return false;
  if (dispatcher->status == Status::kPreparing || dispatcher->status == Status::kMergeReady) return false;
  return closing || !rules(Guard::kCleanUpUnderFence) || fence_is_free(rules);
}

void DispatcherManager::clean_up_step(const Rules& rules, DispatcherId id, Mode mode, Outbox& out) {
  switch (clean_up.step) {
    case CleanUpStep::kIdle: {
      if (closing) {
        enqueue_stopped(*this, id, mode, out);
        return;
      }
      dispatchers.erase(id, mode);
      out.note({.kind = NoteKind::kDispatcherDeleted, .mode = mode, .id = id});
      forget_merge(*this, id, mode, out);
      clean_up = {CleanUpStep::kDeleteJournalEntry, mode, id};
      if (!rules(Guard::kCleanUpUnderFence)) return;
      journal.erase(id);
      clear_trigger(*this, rules, id, mode);
      clean_up.step = CleanUpStep::kEnqueueReport;
      return;
    }
    case CleanUpStep::kDeleteJournalEntry:
      journal.erase(id);
      clean_up.step = trigger(mode) == id ? CleanUpStep::kClearTrigger : CleanUpStep::kEnqueueReport;
      return;
    case CleanUpStep::kClearTrigger:
      clear_trigger(*this, rules, id, mode);
      clean_up.step = CleanUpStep::kEnqueueReport;
      return;
    case CleanUpStep::kEnqueueReport:
      enqueue_stopped(*this, id, mode, out);
      clean_up = {};
      return;
  }
}

}  // namespace takeover::impl
