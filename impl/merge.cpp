// Merge: two or more adjacent dispatchers become one. Only taking the request in is fenced; the task that
// carries it out looks at no owner and has no journal entry.
//
// clang-format off
//   checks: two ids at least
//           mode redo without redo kills the process (Guard::kNilChecked)
//           is the merged id here? then Working is told once more, if it works
//           the sources: here, Working, neighbours
//           an open write path
//   task:   lost? then aborted
//           Preparing --> MergeReady --> the sources are closed, Initializing --> Working
// clang-format on
//
// A merge is lost as soon as its target or a source is asked to go. Aborted, it gives the target a removal of
// its own, and leaves it Preparing or MergeReady, which clean-up passes over: TiCDC never takes it out.
// Guard::kAbortedTargetCleanedUp makes it Initializing. A source that is asked to go stays WaitingMerge.
#include <algorithm>

#include "impl/streams.h"

namespace takeover::impl {
namespace {

using Ids = SmallVector<DispatcherId, 2>;

bool are_mergeable(const DispatcherManager& manager, const Ids& ids, Mode mode) {
  const Dispatcher* previous = nullptr;
  for (const DispatcherId id : ids) {
    const Dispatcher* source = manager.find(id, mode);
    if (source == nullptr || source->status != Status::kWorking) return false;
    const bool adjacent = previous == nullptr || (previous->span.table == source->span.table &&
                                                  previous->span.end == source->span.begin);
    if (!adjacent) return false;
    previous = source;
  }
  return true;
}

bool is_lost(const DispatcherManager& manager, const MergeTask& task) {
  const auto goes = [&](DispatcherId id) {
    const Dispatcher* dispatcher = manager.find(id, task.mode);
    return dispatcher == nullptr || dispatcher->is_going();
  };
  return goes(task.merged_id) || std::any_of(task.ids.begin(), task.ids.end(), goes);
}

// TiCDC: abortMerge, and removeDispatcher of the target.
void abort(DispatcherManager& manager, const Rules& rules, const MergeTask& task) {
  for (const DispatcherId id : task.ids) {
    Dispatcher* source = manager.find(id, task.mode);
    if (source == nullptr || source->is_going()) continue;
    if (source->status == Status::kWaitingMerge) source->status = Status::kWorking;
  }
  Dispatcher* target = manager.find(task.merged_id, task.mode);
  if (target == nullptr) {
    manager.push_status(task.merged_id, Status::kStopped, task.mode);
    return;
  }
  manager.start_removal(task.merged_id, task.mode);
  if (rules(Guard::kAbortedTargetCleanedUp)) target->status = Status::kInitializing;
}

// The target begins where the last of its sources is.
void start_at_the_least(const DispatcherManager& manager, const MergeTask& task, Dispatcher& target) {
  Ts least = manager.find(task.ids.front(), task.mode)->checkpoint_ts;
  for (const DispatcherId id : task.ids) least = std::min(least, manager.find(id, task.mode)->checkpoint_ts);
  target.start_ts = least;
  target.checkpoint_ts = least;
}

void merge_sources(DispatcherManager& manager, const MergeTask& task, Dispatcher& target) {
  for (const DispatcherId id : task.ids) manager.find(id, task.mode)->removing = true;
  start_at_the_least(manager, task, target);
  target.status = Status::kInitializing;
}

}  // namespace

void handle_merge(DispatcherManager& manager, const Rules& rules, const MergeDispatcherRequest& body,
                  Outbox& out) {
  if (body.ids.size() < 2) return;
  if (body.mode == Mode::kRedo && !manager.redo_ready) {
    if (!rules(Guard::kNilChecked)) out.die(Reason::kNilRedoMerge);
    return;
  }
  if (const Dispatcher* here = manager.find(body.merged_id, body.mode)) {
    if (here->status == Status::kWorking) manager.push_status(body.merged_id, Status::kWorking, body.mode);
    return;
  }
  if (!are_mergeable(manager, body.ids, body.mode) || manager.write_path_closed) return;
  const MergeTask task{body.ids, body.merged_id, body.mode};
  Dispatcher target{.id = body.merged_id, .mode = body.mode, .status = Status::kPreparing};
  target.span = manager.find(body.ids.front(), body.mode)->span;
  target.span.end = manager.find(body.ids.back(), body.mode)->span.end;
  start_at_the_least(manager, task, target);
  for (const DispatcherId id : body.ids) manager.find(id, body.mode)->status = Status::kWaitingMerge;
  manager.dispatchers.insert(target);
  manager.merges.push_back(task);
}

bool DispatcherManager::can_merge(DispatcherId merged_id) const {
  return std::any_of(merges.begin(), merges.end(),
                     [&](const MergeTask& t) { return t.merged_id == merged_id; });
}

void DispatcherManager::merge_step(const Rules& rules, DispatcherId merged_id, Outbox& out) {
  const auto it = std::find_if(merges.begin(), merges.end(),
                               [&](const MergeTask& t) { return t.merged_id == merged_id; });
  const MergeTask task = *it;
  Dispatcher* target = find(task.merged_id, task.mode);
  if (target != nullptr && target->status == Status::kInitializing) {
    target->status = Status::kWorking;
    push_status(task.merged_id, Status::kWorking, task.mode);
    merges.erase(it);
    out.note({.kind = NoteKind::kMergeDone, .mode = task.mode, .id = task.merged_id});
    return;
  }
  if (is_lost(*this, task)) {
    abort(*this, rules, task);
    merges.erase(it);
    out.note({.kind = NoteKind::kMergeAborted, .mode = task.mode, .id = task.merged_id});
  } else if (target->status == Status::kPreparing) {
    target->status = Status::kMergeReady;
  } else {
    merge_sources(*this, task, *target);
  }
}

}  // namespace takeover::impl
