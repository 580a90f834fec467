// The asynchronous close of a manager, and the local fence that closes its write path at once.
//
// clang-format off
//   try_close        closing
//   stop_write_path  registrations, the CheckpointTs and redo streams, too
//   unregister       the other streams, heartbeat task and sink
//   finish_close     closed
// clang-format on
#include "impl/dispatcher_manager.h"

namespace takeover::impl {

// What fails is logged, and left: only a later Close tries again.
void DispatcherManager::run_removed_clean_up(bool& fail, Outbox& out) {
  if (!owes_clean_up()) return;
  removed_clean_up = !fail;
  fail = false;
  out.note({.kind = removed_clean_up ? NoteKind::kRemovedCleanUp : NoteKind::kRemovedCleanUpFailed,
            .epoch = epoch});
}

bool DispatcherManager::try_close(const Rules& rules, bool removed, bool& fail_clean_up, Outbox& out) {
  const bool starts = !closing && !closed;
  if (removed && (starts || rules(Guard::kRemovedSticky))) remove_requested = true;
  if (closed) {
    if (removed || rules(Guard::kCloseAckCleanUp)) run_removed_clean_up(fail_clean_up, out);
    return !owes_clean_up() || !rules(Guard::kCloseAckCleanUp);
  }
  closing = true;
  return false;
}

void DispatcherManager::stop_write_path(Outbox& out) {
  write_path_closed = true;
  for (Dispatcher& dispatcher : dispatchers) dispatcher.removing = true;
  registered_triggers.clear();
  checkpoint_stream = false;
  for (const MessageType type :
       {MessageType::kRedoMeta, MessageType::kRedoResolvedTsForward, MessageType::kCheckpointTs}) {
    drop_stream(type);
  }
  merges.clear();
  actions.clear();
  out.note({.kind = NoteKind::kWritePathClosed, .epoch = epoch});
}

void DispatcherManager::unregister() {
  registered = false;
  error = ErrorReport::kNone;
  streams.clear();
  statuses.clear();
}

bool DispatcherManager::can_finish_close() const {
  return closing && write_path_closed && !registered && clean_up.step == CleanUpStep::kIdle;
}

void DispatcherManager::finish_close(bool& fail_clean_up, Outbox& out) {
  closed = true;
  closing = false;
  run_removed_clean_up(fail_clean_up, out);
}

// A close, too: it ends when the manager's own goroutines have.
void DispatcherManager::local_fence(Outbox& out) {
  if (closed || write_path_closed) return;
  closing = true;
  stop_write_path(out);
  unregister();
}

}  // namespace takeover::impl
