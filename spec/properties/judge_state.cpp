#include <algorithm>

#include "spec/properties/judge.h"

namespace takeover::spec {
namespace {

using impl::Dispatcher;
using impl::DispatcherManager;
using impl::Mode;

long count_triggers(const DispatcherManager& manager, Mode mode) {
  return std::count_if(manager.dispatchers.begin(), manager.dispatchers.end(),
                       [&](const Dispatcher& d) { return d.span.is_ddl() && d.mode == mode; });
}

void judge_one_writer(const DispatcherManager& manager, Findings& findings) {
  if (!manager.registered) return;
  const auto& all = manager.dispatchers;
  for (auto a = all.begin(); a != all.end(); ++a) {
    for (auto b = std::next(a); b != all.end(); ++b) {
      const bool both_write = a->can_write() && b->can_write();
      const bool one_writes = a->can_write() || b->can_write();
      findings.judge(Property::kOneWriter, a->mode == b->mode && one_writes,
                     !(both_write && a->span.overlaps(b->span)));
    }
  }
}

bool has_cause(const DispatcherManager& manager, const impl::JournalEntry& entry) {
  if (manager.clean_up.step != impl::CleanUpStep::kIdle && manager.clean_up.id == entry.id) return true;
  if (entry.action == impl::ScheduleAction::kCreate) {
    return std::any_of(manager.schedule.batch.begin(), manager.schedule.batch.end(),
                       [&](const impl::ScheduleDispatcherRequest& r) { return r.id == entry.id; });
  }
  const Dispatcher* dispatcher = manager.find(entry.id, entry.mode);
  return dispatcher != nullptr && dispatcher->try_removing;
}

// What clean-up passes over for ever, unless a merge that is under way aborts yet.
void judge_removal_ends(const DispatcherManager& manager, Findings& findings) {
  if (!manager.registered || manager.closing) return;
  for (const Dispatcher& dispatcher : manager.dispatchers) {
    const bool passed_over =
        dispatcher.status == impl::Status::kPreparing || dispatcher.status == impl::Status::kMergeReady;
    findings.judge(Property::kRemovalEnds, dispatcher.removing && !manager.can_merge(dispatcher.id),
                   !passed_over);
  }
}

void judge_registration_ends(const DispatcherManager& manager, Findings& findings) {
  if (!manager.registered || manager.write_path_closed) return;
  const auto is_here = [&](impl::DispatcherId id) {
    return manager.find(id, Mode::kDefault) != nullptr || manager.find(id, Mode::kRedo) != nullptr;
  };
  for (const impl::DispatcherId id : manager.registered_triggers) {
    findings.judge(Property::kRegistrationEnds, true, is_here(id));
  }
  findings.judge(Property::kRegistrationEnds, manager.checkpoint_stream, is_here(manager.event_trigger));
}

// Of every manager on the node, published or being built.
void judge_manager(const DispatcherManager& manager, bool fenced, Findings& findings) {
  for (const Mode mode : {Mode::kDefault, Mode::kRedo}) {
    const long triggers = count_triggers(manager, mode);
    findings.judge(Property::kTriggerUnique, triggers > 0, triggers <= 1);
  }
  judge_one_writer(manager, findings);
  judge_removal_ends(manager, findings);
  judge_registration_ends(manager, findings);
  if (!manager.write_path_closed) {
    for (const impl::JournalEntry& entry : manager.journal) {
      findings.judge(Property::kJournalDrains, true, has_cause(manager, entry));
    }
  }
  findings.judge(Property::kFencedIsSilent, fenced, manager.write_path_closed || manager.closed);
  for (const Dispatcher& dispatcher : manager.dispatchers) {
    findings.judge(Property::kFencedWritesNothing, fenced, !dispatcher.can_write());
  }
}

// Between the answers to two owners the trigger of the one may already be here, and the manager still be the
// other's; the Bootstrap that creates it holds the fence, and if it fails, what was agreed holds again.
bool is_creating_triggers(const impl::DispatcherOrchestrator& node) {
  return node.handler && (node.handler->next == impl::OrchestratorStep::kEnsureEventTrigger ||
                          node.handler->next == impl::OrchestratorStep::kEnsureRedoTrigger);
}

}  // namespace

void judge_state(const impl::DispatcherOrchestrator& node, const History& history, Findings& findings) {
  if (node.initializing) judge_manager(*node.initializing, node.fenced, findings);
  if (!node.manager) return;
  const DispatcherManager& manager = *node.manager;
  judge_manager(manager, node.fenced, findings);
  const bool received = std::find(history.bootstraps.begin(), history.bootstraps.end(),
                                  OwnerId{manager.owner, manager.epoch}) != history.bootstraps.end();
  findings.judge(Property::kOwnerFromRequest, true, received);
  const Agreement& agreed = is_creating_triggers(node) ? Agreement{} : history.agreement;
  if (agreed.event_trigger) {
    findings.judge(Property::kTriggerAgreed, true, manager.event_trigger == *agreed.event_trigger);
  }
  if (agreed.redo_trigger) {
    findings.judge(Property::kTriggerAgreed, true, manager.redo_trigger == *agreed.redo_trigger);
  }
  findings.judge(Property::kRemovedKept, manager.closed && history.removed_asked, manager.removed_clean_up);
}

}  // namespace takeover::spec
