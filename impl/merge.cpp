// Merge: two or more adjacent dispatchers become one. Only taking the request in is fenced; the task that
// carries it out looks at no owner and has no journal entry.
#include <algorithm>

#include "impl/dispatcher_manager.h"

namespace takeover::impl {
namespace {

using Ids = SmallVector<DispatcherId, 2>;

bool are_mergeable(const DispatcherManager& manager, const Ids& ids, Mode mode) {
  if (ids.size() < 2) return false;
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

void abort(DispatcherManager& manager, const MergeTask& task) {
  for (const DispatcherId id : task.ids) {
    Dispatcher* source = manager.find(id, task.mode);
    if (source != nullptr && source->status == Status::kWaitingMerge) source->status = Status::kWorking;
  }
  // Clean-up takes the target out: it passes over Preparing and MergeReady, so the target leaves those.
  if (Dispatcher* target = manager.find(task.merged_id, task.mode)) {
    target->status = Status::kInitializing;
    target->try_removing = true;
    target->removing = true;
  }
}

void merge_sources(DispatcherManager& manager, const MergeTask& task, Dispatcher& target) {
  Ts checkpoint = 0;
  for (const DispatcherId id : task.ids) {
    Dispatcher& source = *manager.find(id, task.mode);
    source.try_removing = true;
    source.removing = true;
    checkpoint = checkpoint == 0 ? source.checkpoint_ts : std::min(checkpoint, source.checkpoint_ts);
  }
  target.start_ts = checkpoint;
  target.checkpoint_ts = checkpoint;
  target.status = Status::kInitializing;
}

}  // namespace

void handle_merge(DispatcherManager& manager, const MergeDispatcherRequest& body) {
  if (manager.write_path_closed || manager.find(body.merged_id, body.mode) != nullptr) return;
  if (!are_mergeable(manager, body.ids, body.mode)) return;
  Dispatcher target{.id = body.merged_id, .mode = body.mode, .status = Status::kPreparing};
  target.span = manager.find(body.ids.front(), body.mode)->span;
  target.span.end = manager.find(body.ids.back(), body.mode)->span.end;
  for (const DispatcherId id : body.ids) manager.find(id, body.mode)->status = Status::kWaitingMerge;
  manager.insert(target);
  manager.merges.push_back({body.ids, body.merged_id, body.mode});
}

bool DispatcherManager::can_merge(DispatcherId merged_id) const {
  return std::any_of(merges.begin(), merges.end(),
                     [&](const MergeTask& t) { return t.merged_id == merged_id; });
}

void DispatcherManager::merge_step(DispatcherId merged_id, Outbox& out) {
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
  const bool lost = target == nullptr || target->removing ||
                    std::any_of(task.ids.begin(), task.ids.end(), [&](DispatcherId id) {
                      const Dispatcher* source = find(id, task.mode);
                      return source == nullptr || source->removing;
                    });
  if (lost) {
    abort(*this, task);
    merges.erase(it);
    out.note({.kind = NoteKind::kMergeAborted, .mode = task.mode, .id = task.merged_id});
  } else if (target->status == Status::kPreparing) {
    target->status = Status::kMergeReady;
  } else {
    merge_sources(*this, task, *target);
  }
}

}  // namespace takeover::impl
