#include "spec/properties/owner_effects.h"

#include <algorithm>

#include "spec/properties/judge.h"

namespace takeover::spec {
namespace {

using impl::DispatcherManager;
using impl::MessageType;
using impl::Note;
using impl::NoteKind;

constexpr std::size_t kBits = 64;

// The bit of the i-th of a list. So many at once that it has none are taken for the owner's.
std::uint64_t bit(std::size_t i) {
  return i < kBits ? std::uint64_t{1} << i : 0;
}

std::uint64_t without(std::uint64_t bits, std::size_t i) {
  if (i >= kBits) return bits;
  const std::uint64_t below = bit(i) - 1;
  return (bits & below) | (bits >> 1U & ~below);
}

std::size_t index_of_merge(const DispatcherManager& manager, const Note& note) {
  const auto it = std::find_if(manager.merges.begin(), manager.merges.end(),
                               [&](const impl::MergeTask& task) { return task.merged_id == note.id; });
  return static_cast<std::size_t>(it - manager.merges.begin());
}

bool may_close(const DispatcherManager& manager, const Note& admitted) {
  return manager.is_request_allowed(admitted.from, admitted.epoch) ||
         (admitted.epoch != 0 && admitted.epoch >= manager.epoch);
}

void note_admitted(Foreign& foreign, const DispatcherManager& before, const DispatcherManager& after,
                   const Note& note) {
  if (note.type == MessageType::kClose) {
    if (may_close(before, note)) {
      foreign.close = false;
    } else if (after.closing && !before.closing) {
      foreign.close = true;
    }
    return;
  }
  if (before.is_request_allowed(note.from, note.epoch)) return;
  if (note.type == MessageType::kHeartBeatResponse) foreign.actions |= bit(before.actions.size());
  const bool merges = note.type == MessageType::kMerge && after.merges.size() > before.merges.size();
  if (merges) foreign.merges |= bit(before.merges.size());
}

bool has_other_redo_marks(const DispatcherManager& a, const DispatcherManager& b) {
  return a.redo_checkpoint_ts != b.redo_checkpoint_ts || a.redo_resolved_ts != b.redo_resolved_ts ||
         a.redo_forwarded_resolved_ts != b.redo_forwarded_resolved_ts;
}

}  // namespace

void update_foreign(Foreign& foreign, const Observation& step) {
  const DispatcherManager* before = step.before.manager_here();
  const DispatcherManager* after = step.after.manager_here();
  if (before == nullptr || after == nullptr) {
    foreign = {};
    return;
  }
  for (const Note& note : step.out.notes) {
    switch (note.kind) {
      case NoteKind::kMessageAdmitted: note_admitted(foreign, *before, *after, note); break;
      case NoteKind::kActionExecuted: foreign.actions >>= 1U; break;
      case NoteKind::kMergeDone:
      case NoteKind::kMergeAborted:
        foreign.merges = without(foreign.merges, index_of_merge(*before, note));
        break;
      case NoteKind::kWritePathClosed:
        foreign.actions = 0;
        foreign.merges = 0;
        break;
      case NoteKind::kMessageDropped:
      case NoteKind::kHandlerEnded:
      case NoteKind::kManagerCreated:
      case NoteKind::kManagerPublished:
      case NoteKind::kManagerDeleted:
      case NoteKind::kOwnerChanged:
      case NoteKind::kTookOver:
      case NoteKind::kDispatcherCreated:
      case NoteKind::kDispatcherDeleted:
      case NoteKind::kCreateFailed:
      case NoteKind::kRemoveAdmitted:
      case NoteKind::kRemoveMissing:
      case NoteKind::kTriggerRegistered:
      case NoteKind::kShouldNotHappen:
      case NoteKind::kRemovedCleanUp:
      case NoteKind::kRemovedCleanUpFailed:
      case NoteKind::kProcessDied: break;
    }
  }
}

void judges::owner_effects(const Observation& step, const History& history, Verdict& verdict) {
  const DispatcherManager* before = step.before.manager_here();
  const DispatcherManager* after = step.after.manager_here();
  if (before == nullptr || after == nullptr) return;
  const Foreign& foreign = history.foreign;
  const auto judge = [&](bool holds) { verdict.judge(true, holds); };
  if (after->closed && !before->closed) judge(!foreign.close);
  for (const Note& note : step.out.notes) {
    if (note.kind == NoteKind::kActionExecuted) {
      judge((foreign.actions & 1U) == 0);
    } else if (note.kind == NoteKind::kMergeDone) {
      judge((foreign.merges & bit(index_of_merge(*before, note))) == 0);
    } else if (note.kind == NoteKind::kMessageAdmitted) {
      if (has_other_redo_marks(*before, *after)) judge(before->is_request_allowed(note.from, note.epoch));
    } else if (note.kind == NoteKind::kTriggerRegistered) {
      const impl::Message& request = step.before.handler->request;
      judge(before->is_request_allowed(request.from, request.epoch));
    }
  }
}

}  // namespace takeover::spec
