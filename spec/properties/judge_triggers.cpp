// Table triggers: which is here, and what is told of it.
#include <algorithm>

#include "spec/properties/judge.h"

namespace takeover::spec {
namespace {

using impl::DispatcherId;
using impl::DispatcherManager;
using impl::Mode;
using impl::OrchestratorStep;

long count_triggers(const DispatcherManager& manager, Mode mode) {
  return std::count_if(manager.dispatchers.begin(), manager.dispatchers.end(),
                       [&](const impl::Dispatcher& d) { return d.span.is_ddl() && d.mode == mode; });
}

// Between the answers to two owners the trigger of the one may already be here, and the manager still be the
// other's; the Bootstrap that creates it holds the fence, and if it fails, what was agreed holds again.
bool is_creating_triggers(const impl::DispatcherOrchestrator& node) {
  return node.handler && (node.handler->next == impl::OrchestratorStep::kEnsureEventTrigger ||
                          node.handler->next == impl::OrchestratorStep::kEnsureRedoTrigger);
}

}  // namespace

namespace judges {

void trigger_unique_of_state(const impl::DispatcherOrchestrator& node, const History& /*history*/,
                             Verdict& verdict) {
  for_each_manager(node, [&](const DispatcherManager& manager) {
    for (const Mode mode : {Mode::kDefault, Mode::kRedo}) {
      const long triggers = count_triggers(manager, mode);
      verdict.judge(triggers > 0, triggers <= 1);
    }
  });
}

void trigger_unique_of_step(const Observation& step, const History& /*history*/, Verdict& verdict) {
  if (!step.before.manager || !step.after.manager) return;
  for (const Mode mode : {Mode::kDefault, Mode::kRedo}) {
    const DispatcherId before = step.before.manager->trigger(mode);
    const DispatcherId after = step.after.manager->trigger(mode);
    verdict.judge(before != after, before == DispatcherId::kNone || after == DispatcherId::kNone);
  }
}

void trigger_agreed(const impl::DispatcherOrchestrator& node, const History& history, Verdict& verdict) {
  if (!node.manager || is_creating_triggers(node)) return;
  const Agreement& agreed = history.agreement;
  if (agreed.event_trigger) verdict.judge(true, node.manager->event_trigger == *agreed.event_trigger);
  if (agreed.redo_trigger) verdict.judge(true, node.manager->redo_trigger == *agreed.redo_trigger);
}

void registered_once(const Observation& step, const History& /*history*/, Verdict& verdict) {
  const DispatcherManager* before = step.before.manager_here();
  if (before == nullptr) return;
  for (const impl::Note& note : step.out.notes) {
    if (note.kind != impl::NoteKind::kTriggerRegistered) continue;
    verdict.judge(true, !before->is_registered(note.id));
  }
}

void registration_ends(const impl::DispatcherOrchestrator& node, const History& /*history*/,
                       Verdict& verdict) {
  for_each_manager(node, [&](const DispatcherManager& manager) {
    if (!manager.registered || manager.write_path_closed) return;
    const auto is_here = [&](DispatcherId id) {
      return manager.find(id, Mode::kDefault) != nullptr || manager.find(id, Mode::kRedo) != nullptr;
    };
    for (const DispatcherId id : manager.registered_triggers) verdict.judge(true, is_here(id));
    verdict.judge(manager.checkpoint_stream, is_here(manager.event_trigger));
  });
}

void start_ts_reported(const Observation& step, const History& /*history*/, Verdict& verdict) {
  const auto& before = step.before.handler;
  const auto& after = step.after.handler;
  const bool reads = before && after && before->next == OrchestratorStep::kReadDefaultSpans &&
                     after->next != OrchestratorStep::kReadDefaultSpans;
  if (!reads) return;
  for (const Mode mode : {Mode::kDefault, Mode::kRedo}) {
    const bool here = step.before.manager->trigger(mode) != DispatcherId::kNone;
    const impl::Ts reported =
        mode == Mode::kDefault ? after->response.body.checkpoint_ts : after->response.body.redo_checkpoint_ts;
    verdict.judge(here, reported == step.before.manager->trigger_start_ts(mode));
  }
}

}  // namespace judges
}  // namespace takeover::spec
