// The queue, what a handler comes to when it ends, and what happens on the way.
#include <algorithm>

#include "spec/properties/judge.h"

namespace takeover::spec {
namespace {

using impl::DispatcherManager;
using impl::Message;
using impl::MessageType;
using impl::Note;
using impl::NoteKind;
using impl::ScheduleStep;

bool is_at_least(const Message& a, const Message& b) {
  if (a.epoch != b.epoch) return a.epoch > b.epoch;
  const auto* close_a = a.as<impl::MaintainerCloseRequest>();
  const auto* close_b = b.as<impl::MaintainerCloseRequest>();
  return close_a == nullptr || close_b == nullptr || close_a->removed || !close_b->removed;
}

const Message* pending_of(const impl::DispatcherOrchestrator& node, MessageType type) {
  const auto it = std::find_if(node.pending.begin(), node.pending.end(),
                               [&](const Message& r) { return r.type() == type; });
  return it == node.pending.end() ? nullptr : &*it;
}

// What TiCDC dereferences unchecked: a redo trigger, where there is no redo, and a trigger's id, where there
// is none.
bool leads_to_nil(const Message& request, const DispatcherManager& manager) {
  if (const auto* bootstrap = request.as<impl::MaintainerBootstrapRequest>()) {
    return bootstrap->redo_trigger != impl::DispatcherId::kNone && !manager.redo_enabled;
  }
  if (const auto* merge = request.as<impl::MergeDispatcherRequest>()) {
    return merge->mode == impl::Mode::kRedo && !manager.redo_ready;
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

}  // namespace

namespace judges {

void strongest_pending(const Observation& step, const History& /*history*/, Verdict& verdict) {
  if (step.received == nullptr || !step.received->is_for_orchestrator() || step.before.is_leaving()) return;
  const MessageType type = step.received->type();
  const Message* old_pending = pending_of(step.before, type);
  const Message* pending = pending_of(step.after, type);
  const bool contended =
      old_pending != nullptr || (step.before.handler && step.before.handler->request.type() == type);
  const bool strongest = pending != nullptr && is_at_least(*pending, *step.received) &&
                         (old_pending == nullptr || is_at_least(*pending, *old_pending));
  verdict.judge(contended, strongest);
}

void answered(const Observation& step, const History& /*history*/, Verdict& verdict) {
  const Note* ended = find_note(step.out, NoteKind::kHandlerEnded);
  if (ended == nullptr) return;
  if (ended->type != MessageType::kBootstrap && ended->type != MessageType::kPostBootstrap) return;
  verdict.judge(ended->admitted && !step.after.is_leaving(), ended->answered);
}

void shutdown_is_no_error(const Observation& step, const History& /*history*/, Verdict& verdict) {
  if (!step.after.is_leaving()) return;
  const DispatcherManager* after = step.after.manager_here();
  const DispatcherManager* was = step.before.manager_here();
  if (was != nullptr && after != nullptr && was->schedule.step != ScheduleStep::kIdle &&
      was->schedule != after->schedule) {
    // The batch took this step, and not somebody in between: an error report is no handler's, but what the
    // handler leaves to be reported is.
    const bool leaves_error =
        was->error == impl::ErrorReport::kNone && after->error == impl::ErrorReport::kDue;
    verdict.judge(true, !sends_error(step.out) && !leaves_error);
  }
  if (find_note(step.out, NoteKind::kHandlerEnded) != nullptr) verdict.judge(true, !sends_error(step.out));
}

void fence_released(const Observation& step, const History& /*history*/, Verdict& verdict) {
  const DispatcherManager* after = step.after.manager_here();
  const DispatcherManager* was = step.before.manager_here();
  if (was != nullptr && after != nullptr) {
    // Counted where a batch ends; whoever else ends in one step may not leave it locked either.
    const bool was_under_way = was->schedule.step != ScheduleStep::kIdle;
    const bool idle = after->schedule.step == ScheduleStep::kIdle;
    const bool locked = idle && after->fence == impl::FenceHolder::kSchedule;
    verdict.judge((was_under_way && idle) || locked, !locked);
  }
  if (find_note(step.out, NoteKind::kHandlerEnded) == nullptr) return;
  verdict.judge(true, after == nullptr || after->fence != impl::FenceHolder::kOrchestrator);
}

// Counted where a Bootstrap is answered, judged in every step.
void no_internal_failure(const Observation& step, const History& /*history*/, Verdict& verdict) {
  const bool answered = find_note(step.out, NoteKind::kTookOver) != nullptr;
  const bool failed = find_note(step.out, NoteKind::kShouldNotHappen) != nullptr;
  verdict.judge(answered || failed, !failed);
}

// An error is told in the step of its happening, or remembered.
void error_attributed(const Observation& step, const History& history, Verdict& verdict) {
  const DispatcherManager* manager = step.before.manager_here();
  const auto* heartbeat = find_reply<impl::HeartBeatRequest>(step.out);
  if (manager == nullptr || heartbeat == nullptr) return;
  const OwnerId told_to{manager->owner, manager->epoch};
  verdict.judge(heartbeat->error != impl::ErrorCode::kNone,
                history.failed_under.value_or(told_to) == told_to);
}

void process_lives(const Observation& step, const History& /*history*/, Verdict& verdict) {
  const bool dies = find_note(step.out, NoteKind::kProcessDied) != nullptr;
  verdict.judge(dies || asks_for_what_is_not_here(step), !dies);
}

}  // namespace judges
}  // namespace takeover::spec
