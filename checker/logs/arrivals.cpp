// Messages that no log has: what the lines ask for.
#include <algorithm>
#include <cstddef>
#include <vector>

#include "checker/logs/ask.h"
#include "checker/logs/moves.h"
#include "impl/named.h"

namespace takeover::logs {
namespace {

// Whether a handler writes it because of what others do between its steps.
bool comes_of_others(LineId line) {
  return line == LineId::kCannotCreateManager || line == LineId::kCannotCreateTrigger ||
         line == LineId::kShouldNotHappen;
}

// An owner names the same triggers in every Bootstrap of its epoch. What it named first is kept where it is
// judged.
bool names_another_trigger(const Place& place, const impl::Message& message) {
  const auto* bootstrap = message.as<impl::MaintainerBootstrapRequest>();
  const impl::DispatcherManager* manager = place.node.manager_here();
  if (bootstrap == nullptr || manager == nullptr) return false;
  if (manager->owner != message.from || manager->epoch != message.epoch) return false;
  const spec::Agreement& agreed = place.past.agreement;
  return agreed.event_trigger.value_or(bootstrap->event_trigger) != bootstrap->event_trigger ||
         agreed.redo_trigger.value_or(bootstrap->redo_trigger) != bootstrap->redo_trigger;
}

// Messages that no line tells of: one each, and one more where no maintainer would send it.
std::uint32_t cost_of(const Place& place, const std::vector<impl::Message>& messages) {
  const auto strange = std::count_if(messages.begin(), messages.end(), [&](const impl::Message& message) {
    return names_another_trigger(place, message);
  });
  return static_cast<std::uint32_t>(messages.size()) + static_cast<std::uint32_t>(strange);
}

}  // namespace

void Moves::ask(const Place& place, const Visit& visit) const {
  constexpr std::ptrdiff_t kSoon = 32;
  std::uint32_t unexplained = 0;
  const auto comes_soon = [&](Thread thread) {
    const Observed* next = next_of(place, thread);
    return next != nullptr && next - &task_.history.lines[place.at] < kSoon;
  };
  const bool leaves_soon = width_.queued && !place.node.is_leaving() &&
                           (comes_soon(Thread::kShutdown) || comes_soon(Thread::kFence));
  for (std::uint32_t line = place.at; line < task_.plan.size() && unexplained <= width_.ahead; ++line) {
    const PlannedLine& planned = task_.plan[line];
    if (planned.asks != Asks::kStep) continue;
    if (planned.in_track < task_.plan.from(planned.track, place.at) + place.owes(planned.track)) continue;
    ++unexplained;
    const bool may_be_parted =
        leaves_soon || (width_.fine && comes_of_others(task_.history.lines[line].line));
    const Asker::Try try_it = [&](const Asker::Messages& messages, impl::Path path,
                                  std::optional<impl::NodeActionKind> fault) {
      if (may_be_parted && !fault) begin(place, messages, path, visit);
      if (leaves_soon && !fault) queue(place, messages, path, visit);
      Attempt attempt = this->attempt(place);
      const bool comes_first = fault && *fault != impl::NodeActionKind::kExecute;
      if (comes_first && !attempt.act({.kind = *fault})) return false;
      for (const impl::Message& message : messages) attempt.receive(message, std::nullopt);
      if (!attempt.act({.kind = impl::NodeActionKind::kHandle, .path = path})) return false;
      if (fault && !comes_first && !attempt.act({.kind = *fault})) return false;
      if (!attempt.match() || !attempt.is_seen()) return false;
      const auto besides = static_cast<std::uint32_t>((comes_first ? 1 : 0) + attempt.lost());
      visit(attempt.finish(cost_of(place, messages) + besides));
      return true;
    };
    const Asker asker(task_, width_, place, line, try_it);
    asker.ask();
    for (const Pools::Owner& owner : asker.takeovers()) take_over(place, asker.silent_takeover(owner), visit);
    if (task_.history.lines[line].line == LineId::kAlreadyClosed) refuse(place, line, visit);
  }
}

// Takes the first step of a handler, so that others come in before the next.
void Moves::begin(const Place& place, const Asker::Messages& messages, impl::Path path,
                  const Visit& visit) const {
  if (place.node.handler || !place.node.pending.empty()) return;
  Attempt attempt = this->attempt(place);
  for (const impl::Message& message : messages) attempt.receive(message, std::nullopt);
  if (!attempt.act({.kind = impl::NodeActionKind::kHandle, .path = path}, true) || !attempt.match()) return;
  visit(attempt.finish(cost_of(place, messages)));
}

// Lets messages of the orchestrator wait: a node that leaves takes none, and handles those that it has.
void Moves::queue(const Place& place, const Asker::Messages& messages, impl::Path path,
                  const Visit& visit) const {
  if (path != impl::Path::kOrchestrator) return;
  Attempt attempt = this->attempt(place);
  for (const impl::Message& message : messages) {
    const auto is_of_type = [&](const impl::Message& other) { return other.type() == message.type(); };
    if (std::any_of(place.node.pending.begin(), place.node.pending.end(), is_of_type)) return;
    attempt.receive(message, std::nullopt);
  }
  if (attempt.match()) visit(attempt.finish(cost_of(place, messages)));
}

void Moves::take_over(const Place& place, const impl::Message& bootstrap, const Visit& visit) const {
  Attempt attempt = this->attempt(place);
  attempt.receive(bootstrap, std::nullopt);
  if (!attempt.act({.kind = impl::NodeActionKind::kHandle, .path = impl::Path::kOrchestrator}) ||
      !attempt.match())
    return;
  visit(attempt.finish(1));
}

// A message that comes to a node that is leaving. Whoever closed the orchestrator may have written nothing of
// it.
void Moves::refuse(const Place& place, std::uint32_t line, const Visit& visit) const {
  const Facts& facts = task_.history.lines[line].facts;
  // Of a Close that says nothing else the line has no type.
  const impl::MessageType type = facts.type.value_or(impl::MessageType::kClose);
  if (!impl::info(type).path) return;
  impl::Message message{.from = facts.from.value_or(task_.history.self), .epoch = facts.epoch.value_or(0)};
  message.body = impl::empty_body(type);
  if (auto* bootstrap = message.as<impl::MaintainerBootstrapRequest>()) {
    bootstrap->event_trigger = facts.trigger_asked.value_or(impl::DispatcherId::kNone);
    bootstrap->start_ts = facts.start_ts.value_or(0);
  } else if (auto* post_bootstrap = message.as<impl::MaintainerPostBootstrapRequest>()) {
    post_bootstrap->event_trigger = facts.trigger_asked.value_or(impl::DispatcherId::kNone);
  } else if (auto* close = message.as<impl::MaintainerCloseRequest>()) {
    close->removed = facts.removed.value_or(false);
  }
  Attempt attempt = this->attempt(place);
  std::uint32_t cost = 1;
  if (!place.node.is_leaving()) {
    if (!width_.untold || task_.plan.track_of(Thread::kShutdown) != kNoTrack) return;
    attempt.leave_untold(LineId::kClosing);
    if (!attempt.act({.kind = impl::NodeActionKind::kCloseOrchestrator})) return;
    ++cost;
  }
  attempt.receive(message, std::nullopt);
  if (attempt.match() && attempt.is_seen()) visit(attempt.finish(cost));
}

}  // namespace takeover::logs
