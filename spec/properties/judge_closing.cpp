// Closes, what comes back after them, and the local fence.

#include "spec/properties/judge.h"

namespace takeover::spec {
namespace {

using impl::DispatcherManager;
using impl::NoteKind;

bool can_still_write(const auto& manager, impl::Epoch epoch) {
  return manager && manager->epoch <= epoch && !manager->write_path_closed;
}

// The manager goes, and its process lives: then the clean-up that was asked for must have been tried, and
// have succeeded.
bool is_deleted(const Observation& step) {
  return step.before.manager && !step.after.manager && find_note(step.out, NoteKind::kProcessDied) == nullptr;
}

// The remove-only clean-up in this step.
struct CleanUp {
  bool is_tried;
  bool succeeds;
};
CleanUp clean_up_of(const Observation& step) {
  const bool succeeds = find_note(step.out, NoteKind::kRemovedCleanUp) != nullptr;
  return {succeeds || find_note(step.out, NoteKind::kRemovedCleanUpFailed) != nullptr, succeeds};
}

}  // namespace

namespace judges {

void no_stale_recreate(const Observation& step, const History& history, Verdict& verdict) {
  const impl::Note* created = find_note(step.out, NoteKind::kManagerCreated);
  if (created == nullptr) return;
  const bool acknowledged = history.acknowledged_close.has_value() || history.acknowledged_zero_removed;
  verdict.judge(acknowledged, created->epoch > history.acknowledged_close.value_or(0));
}

void close_ack_sound(const Observation& step, const History& /*history*/, Verdict& verdict) {
  const impl::Message* sent = find_sent(step.out, impl::MessageType::kCloseResponse);
  if (sent == nullptr) return;
  verdict.judge(sent->as<impl::MaintainerCloseResponse>()->success && sent->epoch > 0,
                !can_still_write(step.after.manager, sent->epoch) &&
                    !can_still_write(step.after.initializing, sent->epoch));
}

void removed_kept_of_state(const impl::DispatcherOrchestrator& node, const History& history,
                           Verdict& verdict) {
  if (!node.manager) return;
  verdict.judge(node.manager->closed && history.removed_asked, node.manager->removed_clean_up);
}

void removed_kept_of_step(const Observation& step, const History& history, Verdict& verdict) {
  if (!is_deleted(step)) return;
  const auto& handler = step.before.handler;
  const bool closes = handler && handler->request.type() == impl::MessageType::kClose;
  const bool asks = closes && handler->request.as<impl::MaintainerCloseRequest>()->removed;
  const CleanUp clean_up = clean_up_of(step);
  verdict.judge(closes && (history.removed_asked || asks),
                step.before.manager->removed_clean_up || clean_up.is_tried);
}

void removed_completed(const Observation& step, const History& /*history*/, Verdict& verdict) {
  if (!is_deleted(step)) return;
  const CleanUp clean_up = clean_up_of(step);
  // Tried when its close ended, or in this step.
  verdict.judge(step.before.manager->remove_requested || clean_up.is_tried,
                step.before.manager->removed_clean_up || clean_up.succeeds);
}

void fenced_is_silent(const impl::DispatcherOrchestrator& node, const History& /*history*/,
                      Verdict& verdict) {
  for_each_manager(node, [&](const DispatcherManager& manager) {
    verdict.judge(node.fenced, manager.write_path_closed || manager.closed);
  });
}

void fenced_writes_nothing(const impl::DispatcherOrchestrator& node, const History& /*history*/,
                           Verdict& verdict) {
  if (!node.fenced) return;
  for_each_manager(node, [&](const DispatcherManager& manager) {
    for (const impl::Dispatcher& dispatcher : manager.dispatchers)
      verdict.judge(true, !dispatcher.can_write());
  });
}

}  // namespace judges
}  // namespace takeover::spec
