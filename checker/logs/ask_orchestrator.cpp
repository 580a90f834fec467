// What lines of the orchestrator ask for.
#include <algorithm>

#include "checker/logs/ask.h"

namespace takeover::logs {

// A Bootstrap that names the triggers that are here, but where a line says what it asked for.
void Asker::bootstraps_refused() const {
  impl::MaintainerBootstrapRequest body;
  if (manager_ != nullptr) {
    body.event_trigger = manager_->event_trigger;
    body.redo_trigger = manager_->redo_trigger;
    body.redo_enabled = manager_->redo_enabled;
  }
  bool is_first = true;
  for_each_next([&](const Observed& next) {
    if (next.line != LineId::kTriggerMismatch) return false;
    const bool is_redo = next.facts.mode == impl::Mode::kRedo;
    if (!is_first && !is_redo) return false;  // of another Bootstrap
    (is_redo ? body.redo_trigger : body.event_trigger) =
        next.facts.trigger_asked.value_or(impl::DispatcherId::kNone);
    is_first = false;
    return !is_redo;
  });
  if (line().line == LineId::kStaleRemoveRestored) {
    if (!facts().owner || !facts().owner_epoch) return;
    orchestrate({*facts().owner, *facts().owner_epoch}, body);
    return;
  }
  with_each(body);
  // The line of the second mode may be of another Bootstrap.
  if (line().line == LineId::kTriggerMismatch && facts().mode != impl::Mode::kRedo && manager_ != nullptr &&
      body.redo_trigger != manager_->redo_trigger) {
    body.redo_trigger = manager_->redo_trigger;
    with_each(body);
  }
}

void Asker::creates() const {
  impl::MaintainerBootstrapRequest body;
  const Observed* initialized = nullptr;
  for_each_next([&](const Observed& next) {
    if (next.line == LineId::kManagerInitialized) {
      initialized = &next;
      return false;
    }
    const bool is_redo =
        next.line == LineId::kRedoDispatcherCreated || next.line == LineId::kRedoTriggerCreated;
    const bool is_event =
        next.line == LineId::kDispatcherCreated || next.line == LineId::kEventTriggerCreated;
    if (!is_redo && !is_event) return false;
    impl::DispatcherId& trigger = is_redo ? body.redo_trigger : body.event_trigger;
    const impl::DispatcherId id = next.facts.id.value_or(impl::DispatcherId::kNone);
    if (trigger != impl::DispatcherId::kNone && trigger != id) return false;  // of another Bootstrap
    trigger = id;
    body.start_ts = next.facts.start_ts.value_or(body.start_ts);
    return true;
  });
  if (manager_ == nullptr || manager_->closed) {
    // A log may end before the line that says whose it is.
    creates_manager(body, initialized != nullptr ? initialized->facts : Facts{});
    return;
  }
  if (body.event_trigger == impl::DispatcherId::kNone) body.event_trigger = manager_->event_trigger;
  if (body.redo_trigger == impl::DispatcherId::kNone) body.redo_trigger = manager_->redo_trigger;
  for (const Owner& sender : senders()) orchestrate(sender, body);
}

void Asker::creates_manager(impl::MaintainerBootstrapRequest body, const Facts& initialized) const {
  body.start_ts = initialized.start_ts.value_or(body.start_ts);
  const bool has_redo = body.redo_trigger != impl::DispatcherId::kNone;
  body.redo_enabled = initialized.redo.value_or(has_redo || task_.history.pools.redo.value_or(false));
  std::vector<Owner> some;
  for (const Owner& sender : everybody()) {
    if (initialized.owner.value_or(sender.node) == sender.node) some.push_back(sender);
  }
  const auto& epochs = task_.history.pools.epochs;
  if (initialized.owner) {
    const impl::NodeId node = *initialized.owner;
    if (some.empty()) {
      for (const impl::Epoch epoch : epochs) some.push_back({node, epoch});
    }
    // An epoch of which nothing tells: it was over before any that is known began.
    const auto lowest = std::min_element(epochs.begin(), epochs.end());
    if (lowest == epochs.end()) {
      some.push_back({node, 1});
    } else if (*lowest > 1) {
      some.push_back({node, *lowest - 1});
    }
    // One of which nothing tells, either: it began when the last here was over. Those that lines tell of may
    // have begun behind it.
    const Owner after{node, std::max(tombstone_, manager_ == nullptr ? 0 : manager_->epoch) + 1};
    if (after.epoch != 1 && std::ranges::find(some, after) == some.end()) some.push_back(after);
  }
  for (const Owner& sender : some) orchestrate(sender, body);
}

void Asker::fails_to_create() const {
  impl::MaintainerBootstrapRequest body;
  const auto& triggers = task_.history.pools.triggers;
  if (manager_ != nullptr) {
    body.event_trigger = manager_->event_trigger;
    body.redo_trigger = manager_->redo_trigger;
    body.redo_enabled = manager_->redo_enabled;
  }
  const impl::DispatcherId some = triggers.empty() ? impl::DispatcherId::kNone : triggers.front();
  if (body.event_trigger == impl::DispatcherId::kNone)
    body.event_trigger = facts().trigger_asked.value_or(some);
  for (const Owner& sender : senders()) {
    attempt_({request_of(sender, body)}, impl::Path::kOrchestrator, impl::NodeActionKind::kFailCreate);
    orchestrate(sender, body);
  }
}

void Asker::closes() const {
  std::vector<Owner> closers = senders();
  if (manager_ == nullptr && !(facts().from && facts().epoch)) {
    closers.insert(closers.begin(), {task_.history.self, 0});  // which leaves no tombstone
  }
  for (const Owner& sender : closers) {
    for (const bool removed : {false, true}) {
      orchestrate(sender, impl::MaintainerCloseRequest{.removed = removed});
    }
  }
}

}  // namespace takeover::logs
