#include "spec/world/history.h"

#include <algorithm>
#include <array>
#include <cstdint>

#include "spec/properties/owner_effects.h"

namespace takeover::spec {
namespace {

using impl::MessageType;
using impl::Note;
using impl::NoteKind;

// Those that need it remembered, 64 to a word.
constexpr std::size_t kWordSize = 64;
using Words = std::array<std::uint64_t, (kPropertyCount + kWordSize - 1) / kWordSize>;
template <Memory kMemory>
constexpr Words keepers() {
  Words words{};
  for (const PropertyInfo& row : all_properties()) {
    const std::size_t index = impl::index_of(row.property);
    if (row.memory[static_cast<std::size_t>(kMemory)])
      words[index / kWordSize] |= std::uint64_t{1} << index % kWordSize;
  }
  return words;
}

template <Memory kMemory>
bool keeps(const PropertySet& judged) {
  constexpr Words kKeepers = keepers<kMemory>();
  for (std::size_t i = 0; i < kKeepers.size(); ++i) {
    if ((word_of(judged, i) & kKeepers[i]) != 0) return true;
  }
  return false;
}

void forget_manager(History& history) {
  history.agreement = {};
  history.removed_asked = false;
  history.removing.clear();
  history.triggers_removing.clear();
  history.owed.clear();
  history.failed_under.reset();
}

void note_remove_admitted(History& history, const Observation& step, const Note& note,
                          const PropertySet& judged) {
  const DispatcherKey key{note.id, note.mode};
  if (keeps<Memory::kRemoving>(judged)) history.removing.insert(key);
  if (!keeps<Memory::kAgreement>(judged)) return;
  // A manager that is being built admits requests already.
  const impl::DispatcherManager* manager = step.before.manager_here();
  if (manager == nullptr) return;
  const impl::Dispatcher* dispatcher = manager->find(note.id, note.mode);
  if (dispatcher == nullptr || !dispatcher->span.is_ddl()) return;
  history.triggers_removing.insert(key);
  auto& agreed =
      note.mode == impl::Mode::kDefault ? history.agreement.event_trigger : history.agreement.redo_trigger;
  if (agreed == note.id) agreed.reset();
}

void note_took_over(History& history, const Note& note, const PropertySet& judged) {
  if (!keeps<Memory::kAgreement>(judged)) return;
  history.agreement = {note.id, note.redo_id};
  if (history.triggers_removing.contains(DispatcherKey{note.id, impl::Mode::kDefault})) {
    history.agreement.event_trigger.reset();
  }
  if (history.triggers_removing.contains(DispatcherKey{note.redo_id, impl::Mode::kRedo})) {
    history.agreement.redo_trigger.reset();
  }
}

void note_deleted(History& history, const Note& note, const PropertySet& judged) {
  const DispatcherKey key{note.id, note.mode};
  const bool asked = history.removing.contains(key);
  history.removing.erase(key);
  if (asked && keeps<Memory::kRemoved>(judged)) history.removed.insert(key);
}

void note(History& history, const Observation& step, const Note& note, const PropertySet& judged) {
  switch (note.kind) {
    case NoteKind::kRemoveAdmitted: return note_remove_admitted(history, step, note, judged);
    case NoteKind::kDispatcherDeleted: return note_deleted(history, note, judged);
    case NoteKind::kOwnerChanged:
      history.agreement = {};  // what was agreed with the old owner; the new one has not been answered yet
      return;
    case NoteKind::kTookOver: return note_took_over(history, note, judged);
    case NoteKind::kManagerDeleted:
      if (!step.after.manager) forget_manager(history);
      return;
    case NoteKind::kProcessDied:
      forget_manager(history);
      history.taken_over.reset();
      return;
    case NoteKind::kHandlerEnded: history.owed.clear(); return;
    case NoteKind::kMessageAdmitted: {
      if (note.type != MessageType::kClose || !keeps<Memory::kRemovedAsked>(judged)) return;
      const impl::Message& request = step.before.handler->request;
      if (request.as<impl::MaintainerCloseRequest>()->removed) history.removed_asked = true;
      return;
    }
    case NoteKind::kRemovedCleanUpFailed:
      history.removed_asked = false;  // it was tried; whether it succeeds in the end is another matter
      return;
    case NoteKind::kMessageDropped:
    case NoteKind::kManagerCreated:
    case NoteKind::kManagerPublished:
    case NoteKind::kDispatcherCreated:
    case NoteKind::kCreateFailed:
    case NoteKind::kRemoveMissing:
    case NoteKind::kTriggerRegistered:
    case NoteKind::kActionExecuted:
    case NoteKind::kMergeAborted:
    case NoteKind::kMergeDone:
    case NoteKind::kShouldNotHappen:
    case NoteKind::kWritePathClosed:
    case NoteKind::kRemovedCleanUp: return;
  }
}

void note_spans_read(History& history, const Observation& step) {
  const auto& handler = step.after.handler;
  if (!handler || !step.before.handler) return;
  const std::size_t known = step.before.handler->response.body.spans.size();
  for (std::size_t i = known; i < handler->response.body.spans.size(); ++i) {
    const impl::ReportedSpan& span = handler->response.body.spans[i];
    const DispatcherKey key{span.id, span.mode};
    if (history.removing.contains(key)) history.owed.insert(key);
  }
}

void note_failed(History& history, const Observation& step) {
  const impl::DispatcherManager* before = step.before.manager_here();
  const impl::DispatcherManager* after = step.after.manager_here();
  if (before == nullptr || after == nullptr) return;
  const bool first = before->error == impl::ErrorReport::kNone && after->error != impl::ErrorReport::kNone;
  if (first) history.failed_under = OwnerId{before->owner, before->epoch};
  if (after->error == impl::ErrorReport::kNone) history.failed_under.reset();
}

// A Bootstrap that goes on after its first step under the fence is judged when it ends.
void note_taken_over(History& history, const Observation& step) {
  const auto& before = step.before.handler;
  const auto& after = step.after.handler;
  if (!before || !after) {
    history.taken_over.reset();
    return;
  }
  if (!step.before.manager || !step.after.manager) return;
  const bool own_step = before->next != after->next;
  if (own_step && before->next == impl::OrchestratorStep::kTakeOver) {
    history.taken_over = found(*step.before.manager);
  } else if (!own_step && history.taken_over) {
    const FoundManager was = found(*step.before.manager);
    const FoundManager is = found(*step.after.manager);
    if (was.event_trigger != is.event_trigger) history.taken_over->event_trigger = is.event_trigger;
    if (was.redo_trigger != is.redo_trigger) history.taken_over->redo_trigger = is.redo_trigger;
  }
}

void note_acknowledged(History& history, const impl::Outbox& out, const Observation& step) {
  for (const impl::Message& reply : out.sent) {
    const auto* response = reply.as<impl::MaintainerCloseResponse>();
    if (response == nullptr || !response->success) continue;
    if (reply.epoch > 0) {
      history.acknowledged_close = std::max(history.acknowledged_close.value_or(0), reply.epoch);
    } else if (step.before.handler->request.as<impl::MaintainerCloseRequest>()->removed) {
      history.acknowledged_zero_removed = true;
    }
  }
}

}  // namespace

FoundManager found(const impl::DispatcherManager& manager) {
  return {{manager.owner, manager.epoch}, manager.event_trigger, manager.redo_trigger};
}

void update(History& history, const Observation& step, const PropertySet& judged) {
  if (step.received != nullptr && step.received->type() == MessageType::kBootstrap &&
      keeps<Memory::kBootstraps>(judged)) {
    history.bootstraps.insert(OwnerId{step.received->from, step.received->epoch});
  }
  if (keeps<Memory::kOwed>(judged)) note_spans_read(history, step);
  if (keeps<Memory::kTakenOver>(judged)) note_taken_over(history, step);
  for (const Note& each : step.out.notes) note(history, step, each, judged);
  if (keeps<Memory::kFailedUnder>(judged)) note_failed(history, step);
  if (keeps<Memory::kAcknowledged>(judged)) note_acknowledged(history, step.out, step);
  if (keeps<Memory::kForeign>(judged)) update_foreign(history.foreign, step);
}

}  // namespace takeover::spec
