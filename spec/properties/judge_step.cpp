#include <algorithm>
#include <variant>

#include "spec/properties/judge.h"
#include "spec/properties/owner_effects.h"

namespace takeover::spec {
namespace {

using impl::DispatcherManager;
using impl::DispatcherOrchestrator;
using impl::ErrorCode;
using impl::MaintainerBootstrapResponse;
using impl::Message;
using impl::MessageType;
using impl::Mode;
using impl::Note;
using impl::NoteKind;
using impl::OrchestratorStep;
using impl::ScheduleStep;

const Note* find_note(const impl::Outbox& out, NoteKind kind) {
  const auto it =
      std::find_if(out.notes.begin(), out.notes.end(), [&](const Note& n) { return n.kind == kind; });
  return it == out.notes.end() ? nullptr : &*it;
}

const impl::Message* find_sent(const impl::Outbox& out, MessageType type) {
  const auto it =
      std::find_if(out.sent.begin(), out.sent.end(), [&](const Message& m) { return m.type() == type; });
  return it == out.sent.end() ? nullptr : &*it;
}

template <class Body>
const Body* find_reply(const impl::Outbox& out) {
  for (const impl::Message& reply : out.sent) {
    if (const auto* body = reply.as<Body>()) return body;
  }
  return nullptr;
}

bool sends_error(const impl::Outbox& out) {
  return std::any_of(out.sent.begin(), out.sent.end(), [](const impl::Message& reply) {
    return impl::visit_body(reply.body, [](const auto& body) {
      if constexpr (requires { body.error; }) return body.error != ErrorCode::kNone;
      return false;
    });
  });
}

// ------------------------------------------------------------------------------------------- owner-fence

// The control messages that this step admits or refuses: one, or a batch of Creates.
impl::SmallVector<Message, 2> taken_here(const Observation& step) {
  impl::SmallVector<Message, 2> taken;
  if (const auto& handler = step.before.handler) {
    const bool under_fence = handler->next == OrchestratorStep::kTakeOver ||
                             handler->next == OrchestratorStep::kPostBootstrap ||
                             handler->next == OrchestratorStep::kClose;
    // The handler moved on, so this step is its own and not somebody's in between.
    if (under_fence && step.after.handler != step.before.handler) taken.push_back(handler->request);
  }
  const DispatcherManager* before = step.before.manager_here();
  const DispatcherManager* after = step.after.manager_here();
  if (before == nullptr || after == nullptr || !after->registered) return taken;
  if (before->streams.size() <= after->streams.size()) return taken;
  // Streams are sorted by type, and what is handled comes off the front of one of them.
  std::size_t popped = before->streams.size() - after->streams.size();
  const auto first = std::mismatch(before->streams.begin(), before->streams.end(), after->streams.begin(),
                                   after->streams.end())
                         .first;
  for (auto it = first; it != before->streams.end() && popped > 0; ++it, --popped) taken.push_back(*it);
  return taken;
}

// Whether a Create of a batch was journalled in this step, or taken into the batch.
bool is_admitted(const Message& request, const DispatcherManager& before, const DispatcherManager* after) {
  const auto* schedule = request.as<impl::ScheduleDispatcherRequest>();
  if (schedule == nullptr || after == nullptr) return true;
  const auto entered = [&](const DispatcherManager& manager) {
    return std::any_of(manager.journal.begin(), manager.journal.end(), [&](const impl::JournalEntry& entry) {
      return entry.id == schedule->id && entry.from == request.from && entry.epoch == request.epoch;
    });
  };
  return entered(*after) && !entered(before);
}

void judge_owner_fence(const Observation& step, Findings& findings) {
  const DispatcherManager* before = step.before.manager_here();
  if (before == nullptr) return;
  const auto taken = taken_here(step);
  if (taken.empty() || taken.front().type() == MessageType::kCheckpointTs) return;
  const DispatcherManager* after = step.after.manager_here();
  const bool changed = after == nullptr || !impl::equal_in<impl::role::kControl>(*before, *after);
  if (taken.size() > 1) {  // a batch: what one of them does must not hide behind another's right
    for (const Message& request : taken) {
      findings.judge(Property::kOwnerFence, !before->is_request_allowed(request.from, request.epoch),
                     !is_admitted(request, *before, after));
    }
    return;
  }
  const Message& request = taken.front();
  const bool by_owner = before->is_request_allowed(request.from, request.epoch);
  const bool takes_over = request.type() == MessageType::kBootstrap && after != nullptr &&
                          after->owner == request.from && after->epoch == request.epoch;
  const bool closes =
      request.type() == MessageType::kClose && request.epoch != 0 && request.epoch >= before->epoch;
  findings.judge(Property::kOwnerFence, !by_owner, !changed || takes_over || closes);
}

// ------------------------------------------------------------------------------ ownership and triggers

void judge_ownership(const Observation& step, Findings& findings) {
  if (!step.before.manager || !step.after.manager) return;
  const DispatcherManager& before = *step.before.manager;
  const DispatcherManager& after = *step.after.manager;
  const bool changed = before.owner != after.owner || before.epoch != after.epoch;
  const bool in_order = after.epoch > before.epoch || before.epoch == 0;
  findings.judge(Property::kOwnerMonotonic, changed, in_order);
  for (const Mode mode : {Mode::kDefault, Mode::kRedo}) {
    const bool trigger_changed = before.trigger(mode) != after.trigger(mode);
    findings.judge(Property::kTriggerUnique, trigger_changed,
                   before.trigger(mode) == impl::DispatcherId::kNone ||
                       after.trigger(mode) == impl::DispatcherId::kNone);
  }
}

void judge_registration(const Observation& step, Findings& findings) {
  const DispatcherManager* before = step.before.manager_here();
  for (const Note& note : step.out.notes) {
    if (note.kind != NoteKind::kTriggerRegistered || before == nullptr) continue;
    findings.judge(Property::kRegisteredOnce, true, !before->is_registered(note.id));
  }
}

// --------------------------------------------------------------------------------------------- endings

void judge_ending(const Observation& step, const History& history, Findings& findings) {
  const bool leaving = step.after.is_leaving();
  const DispatcherManager* after = step.after.manager_here();
  const DispatcherManager* was = step.before.manager_here();
  if (was != nullptr && after != nullptr) {
    const bool was_under_way = was->schedule.step != ScheduleStep::kIdle;
    // The batch took this step, and not somebody in between: an error report is no handler's, but what the
    // handler leaves to be reported is.
    const bool own_step = was_under_way && was->schedule != after->schedule;
    const bool leaves_error =
        was->error == impl::ErrorReport::kNone && after->error == impl::ErrorReport::kDue;
    if (own_step) {
      findings.judge(Property::kShutdownIsNoError, leaving, !sends_error(step.out) && !leaves_error);
    }
    // Counted where a batch ends; whoever else ends in one step may not leave it locked either.
    const bool idle = after->schedule.step == ScheduleStep::kIdle;
    const bool locked = idle && after->fence == impl::FenceHolder::kSchedule;
    findings.judge(Property::kFenceReleased, (was_under_way && idle) || locked, !locked);
  }
  const Note* ended = find_note(step.out, NoteKind::kHandlerEnded);
  if (ended == nullptr) return;
  if (ended->type == MessageType::kBootstrap || ended->type == MessageType::kPostBootstrap) {
    findings.judge(Property::kAnswered, ended->admitted && !leaving, ended->answered);
  }
  findings.judge(Property::kShutdownIsNoError, leaving, !sends_error(step.out));
  findings.judge(Property::kFenceReleased, true,
                 after == nullptr || after->fence != impl::FenceHolder::kOrchestrator);
  if (ended->type != MessageType::kBootstrap || !step.before.manager || !step.after.manager) return;
  // Refused under the fence: dropped, or answered with an error. A silent end on a leaving node is neither.
  const bool refused = sends_error(step.out) || (!ended->answered && !leaving);
  const FoundManager before = history.taken_over.value_or(found(*step.before.manager));
  findings.judge(Property::kAtomicTakeover, refused, found(*step.after.manager) == before);
}

// --------------------------------------------------------------------------------------- the response

impl::JournalEntry without_sender(impl::JournalEntry entry) {
  entry.from = impl::NodeId::kNone;
  return entry;
}

const impl::JournalEntry* entry_behind(const DispatcherManager& manager, const impl::JournalEntry& op) {
  const auto it = std::find_if(manager.journal.begin(), manager.journal.end(),
                               [&](const impl::JournalEntry& e) { return without_sender(e) == op; });
  return it == manager.journal.end() ? nullptr : &*it;
}

void judge_restored(const MaintainerBootstrapResponse& response, const Observation& step,
                    const History& history, Findings& findings) {
  const DispatcherManager& manager = *step.before.manager;
  const auto is_stale = [&](const impl::JournalEntry& e) {
    return !manager.is_request_allowed(e.from, e.epoch);
  };
  const auto reported = [&](impl::DispatcherId id, Mode mode) {
    return std::any_of(response.spans.begin(), response.spans.end(),
                       [&](const impl::ReportedSpan& s) { return s.id == id && s.mode == mode; });
  };
  const auto restored = [&](impl::DispatcherId id, Mode mode, auto&& wanted) {
    return std::any_of(
        response.operators.begin(), response.operators.end(),
        [&](const impl::JournalEntry& e) { return e.id == id && e.mode == mode && wanted(e); });
  };
  const auto stands_for = [](const impl::JournalEntry& entry) {
    return [&entry](const impl::JournalEntry& op) { return op == without_sender(entry); };
  };
  const auto is_remove = [](const impl::JournalEntry& e) {
    return e.action == impl::ScheduleAction::kRemove;
  };
  for (const impl::JournalEntry& entry : manager.journal) {
    if (!is_stale(entry)) continue;
    const bool due = is_remove(entry) && reported(entry.id, entry.mode);
    const bool there = restored(entry.id, entry.mode, stands_for(entry));
    findings.judge(Property::kRemoveRestored, true, due == there);
  }
  for (const impl::JournalEntry& entry : response.operators) {
    findings.judge(Property::kRemoveRestored, is_stale_operator(manager, entry),
                   entry_behind(manager, entry) != nullptr);
  }
  for (const DispatcherKey& key : history.owed) {
    findings.judge(Property::kRemoveRestored, true, restored(key.id, key.mode, is_remove));
  }
}

void judge_response(const Observation& step, const History& history, Findings& findings) {
  const auto& before = step.before.handler;
  const auto& after = step.after.handler;
  if (before && after && before->next == OrchestratorStep::kReadDefaultSpans &&
      after->next != OrchestratorStep::kReadDefaultSpans) {
    for (const Mode mode : {Mode::kDefault, Mode::kRedo}) {
      const bool here = step.before.manager->trigger(mode) != impl::DispatcherId::kNone;
      const impl::Ts reported = mode == Mode::kDefault ? after->response.body.checkpoint_ts
                                                       : after->response.body.redo_checkpoint_ts;
      findings.judge(Property::kStartTsReported, here,
                     reported == step.before.manager->trigger_start_ts(mode));
    }
  }
  const auto* response = find_reply<MaintainerBootstrapResponse>(step.out);
  if (response == nullptr || response->error != ErrorCode::kNone) return;
  judge_restored(*response, step, history, findings);
  const auto& manager = step.after.manager;
  findings.judge(Property::kNoDeadTakeover, true, manager && !manager->is_dead());
}

// ---------------------------------------------------------------------------------- closes and returns

bool can_still_write(const auto& manager, impl::Epoch epoch) {
  return manager && manager->epoch <= epoch && !manager->write_path_closed;
}

void judge_close(const Observation& step, const History& history, Findings& findings) {
  if (const Message* sent = find_sent(step.out, MessageType::kCloseResponse)) {
    const bool success = sent->as<impl::MaintainerCloseResponse>()->success;
    findings.judge(Property::kCloseAckSound, success && sent->epoch > 0,
                   !can_still_write(step.after.manager, sent->epoch) &&
                       !can_still_write(step.after.initializing, sent->epoch));
  }
  if (const Note* created = find_note(step.out, NoteKind::kManagerCreated)) {
    const bool acknowledged = history.acknowledged_close.has_value() || history.acknowledged_zero_removed;
    findings.judge(Property::kNoStaleRecreate, acknowledged,
                   created->epoch > history.acknowledged_close.value_or(0));
  }
}

// When the manager goes, the clean-up that was asked for must have been tried, and have succeeded.
void judge_removal(const Observation& step, const History& history, Findings& findings) {
  if (!step.before.manager || step.after.manager) return;
  if (find_note(step.out, NoteKind::kProcessDied) != nullptr) return;  // nobody deleted it
  const DispatcherManager& manager = *step.before.manager;
  const bool succeeds = find_note(step.out, NoteKind::kRemovedCleanUp) != nullptr;
  const bool is_tried = succeeds || find_note(step.out, NoteKind::kRemovedCleanUpFailed) != nullptr;
  const bool was_tried = manager.remove_requested;  // when its close ended, or at once
  const auto& handler = step.before.handler;
  const bool closes = handler && handler->request.type() == MessageType::kClose;
  const bool asks = closes && handler->request.as<impl::MaintainerCloseRequest>()->removed;
  findings.judge(Property::kRemovedKept, closes && (history.removed_asked || asks),
                 manager.removed_clean_up || is_tried);
  findings.judge(Property::kRemovedCompleted, was_tried || is_tried, manager.removed_clean_up || succeeds);
}

void judge_resurrection(const Observation& step, const History& history, Findings& findings) {
  for (const Note& note : step.out.notes) {
    if (note.kind != NoteKind::kDispatcherCreated || history.removed.empty()) continue;
    const bool removed = std::find(history.removed.begin(), history.removed.end(),
                                   DispatcherKey{note.id, note.mode}) != history.removed.end();
    findings.judge(Property::kNoResurrection, true, !removed);
  }
}

// --------------------------------------------------------------------------------- heartbeats and deaths

// An error is told in the step of its happening, or remembered. Any status but Working a maintainer takes for
// the end of a Move or a Split (Check of both operators in TiCDC).
void judge_heartbeat(const Observation& step, const History& history, Findings& findings) {
  const auto* heartbeat = find_reply<impl::HeartBeatRequest>(step.out);
  const DispatcherManager* manager = step.before.manager_here();
  if (manager == nullptr || heartbeat == nullptr) return;
  const OwnerId told_to{manager->owner, manager->epoch};
  findings.judge(Property::kErrorAttributed, heartbeat->error != ErrorCode::kNone,
                 history.failed_under.value_or(told_to) == told_to);
  for (const impl::DispatcherStatus& told : heartbeat->statuses) {
    const impl::Dispatcher* dispatcher = manager->find(told.id, told.mode);
    findings.judge(Property::kWriterToldWorking, told.status != impl::Status::kWorking,
                   dispatcher == nullptr || !dispatcher->can_write());
  }
}

// What TiCDC dereferences unchecked: a redo trigger, where there is no redo, and a trigger's id, where there
// is none.
bool leads_to_nil(const Message& request, const DispatcherManager& manager) {
  if (const auto* bootstrap = request.as<impl::MaintainerBootstrapRequest>()) {
    return bootstrap->redo_trigger != impl::DispatcherId::kNone && !manager.redo_enabled;
  }
  if (const auto* merge = request.as<impl::MergeDispatcherRequest>()) {
    return merge->mode == Mode::kRedo && !manager.redo_ready;
  }
  const auto* posted = request.as<impl::MaintainerPostBootstrapRequest>();
  return posted != nullptr && posted->event_trigger == impl::DispatcherId::kNone;
}

// Such a request takes a step, or is taken from its stream. Seldom: what happens is looked at last.
bool asks_for_what_is_not_here(const Observation& step) {
  const auto& handler = step.before.handler;
  const DispatcherManager* manager = step.before.manager_here();
  if (manager == nullptr) return false;
  const auto leads = [&](const Message& request) { return leads_to_nil(request, *manager); };
  if (handler && leads(handler->request) && step.after.handler != handler) return true;
  if (std::none_of(manager->streams.begin(), manager->streams.end(), leads)) return false;
  const auto taken = taken_here(step);
  return !taken.empty() && leads(taken.front());
}

void judge_life(const Observation& step, Findings& findings) {
  const bool dies = find_note(step.out, NoteKind::kProcessDied) != nullptr;
  findings.judge(Property::kProcessLives, dies || asks_for_what_is_not_here(step), !dies);
}

// ------------------------------------------------------------------------------------------- the queue

bool is_at_least(const Message& a, const Message& b) {
  if (a.epoch != b.epoch) return a.epoch > b.epoch;
  const auto* close_a = a.as<impl::MaintainerCloseRequest>();
  const auto* close_b = b.as<impl::MaintainerCloseRequest>();
  return close_a == nullptr || close_b == nullptr || close_a->removed || !close_b->removed;
}

const Message* pending_of(const DispatcherOrchestrator& node, MessageType type) {
  const auto it = std::find_if(node.pending.begin(), node.pending.end(),
                               [&](const Message& r) { return r.type() == type; });
  return it == node.pending.end() ? nullptr : &*it;
}

void judge_queue(const Observation& step, Findings& findings) {
  if (step.received == nullptr || !step.received->is_for_orchestrator() || step.before.is_leaving()) return;
  const MessageType type = step.received->type();
  const Message* old_pending = pending_of(step.before, type);
  const Message* pending = pending_of(step.after, type);
  const bool contended =
      old_pending != nullptr || (step.before.handler && step.before.handler->request.type() == type);
  const bool strongest = pending != nullptr && is_at_least(*pending, *step.received) &&
                         (old_pending == nullptr || is_at_least(*pending, *old_pending));
  findings.judge(Property::kStrongestPending, contended, strongest);
}

}  // namespace

bool is_stale_operator(const DispatcherManager& manager, const impl::JournalEntry& op) {
  const impl::JournalEntry* entry = entry_behind(manager, op);
  return entry == nullptr ? op.epoch != manager.epoch
                          : !manager.is_request_allowed(entry->from, entry->epoch);
}

void judge_step(const Observation& step, const History& history, Findings& findings) {
  judge_owner_fence(step, findings);
  judge_ownership(step, findings);
  judge_registration(step, findings);
  judge_ending(step, history, findings);
  judge_response(step, history, findings);
  judge_close(step, history, findings);
  judge_removal(step, history, findings);
  judge_resurrection(step, history, findings);
  judge_queue(step, findings);
  judge_heartbeat(step, history, findings);
  judge_life(step, findings);
  judge_owner_effects(step, history, findings);
  // Counted where a Bootstrap is answered, judged in every step.
  const bool answered = find_note(step.out, NoteKind::kTookOver) != nullptr;
  const bool failed = find_note(step.out, NoteKind::kShouldNotHappen) != nullptr;
  findings.judge(Property::kNoInternalFailure, answered || failed, !failed);
}

}  // namespace takeover::spec
