// The heartbeats of a message log: which steps of the node the next one asks for.
#include <algorithm>

#include "checker/logs/moves.h"
#include "impl/node.h"

namespace takeover::logs {
namespace {

using impl::DispatcherStatus;
using impl::NodeAction;
using impl::NodeActionKind;
using impl::Status;

NodeAction of_dispatcher(NodeActionKind kind, const DispatcherStatus& status) {
  return {.kind = kind, .mode = status.mode, .id = status.id};
}

// Takes the action if it is enabled; how often it was.
std::uint32_t take_if(Attempt& attempt, const impl::Rules& rules, const NodeAction& action) {
  return impl::is_enabled(rules, attempt.node(), action) && attempt.act(action) ? 1 : 0;
}

}  // namespace

void Moves::heartbeats(const Place& place, const Visit& visit) const {
  first_event_for_answer(place, visit);
  const impl::DispatcherManager* manager = place.node.manager_here();
  const Observed* next = next_of(place, Thread::kHeartBeatSender);
  if (manager == nullptr || next == nullptr || manager->owner != next->message.to) return;
  const auto& wanted = *next->message.as<impl::HeartBeatRequest>();
  if (wanted.error != impl::ErrorCode::kNone) {
    try_action(place, {.kind = NodeActionKind::kReportError}, visit);
    return;
  }
  report(place, wanted, visit);
  aggregate(place, wanted, visit);
}

// All that waits on the status channel: with what is there, and with first events that come before.
void Moves::report(const Place& place, const impl::HeartBeatRequest& wanted, const Visit& visit) const {
  Attempt attempt = this->attempt(place);
  std::uint32_t cost = 0;
  for (const DispatcherStatus& status : wanted.statuses) {
    if (status.status != Status::kWorking) continue;
    cost += take_if(attempt, task_.rules, of_dispatcher(NodeActionKind::kFirstEvent, status));
  }
  if (attempt.node().manager_here()->statuses.size() != wanted.statuses.size()) return;
  if (attempt.act({.kind = NodeActionKind::kReport}) && attempt.match()) visit(attempt.finish(cost));
}

// One pass: what has stopped is cleaned up, and a complete heartbeat tells of the others besides.
void Moves::aggregate(const Place& place, const impl::HeartBeatRequest& wanted, const Visit& visit) const {
  Attempt attempt = this->attempt(place);
  std::uint32_t cost = 0;
  bool tells_others = wanted.complete;
  for (const DispatcherStatus& status : wanted.statuses) {
    if (status.status == Status::kStopped) {
      cost += take_if(attempt, task_.rules, of_dispatcher(NodeActionKind::kRemoveTask, status));
      if (take_if(attempt, task_.rules, of_dispatcher(NodeActionKind::kCleanUp, status)) == 0) return;
    } else {
      tells_others = true;
      if (status.status != Status::kWorking) continue;
      cost += take_if(attempt, task_.rules, of_dispatcher(NodeActionKind::kFirstEvent, status));
    }
  }
  if (tells_others && take_if(attempt, task_.rules, {.kind = NodeActionKind::kCompleteHeartbeat}) == 0) {
    return;
  }
  if (attempt.match() && attempt.is_seen()) visit(attempt.finish(cost));
}

// An answer tells that a dispatcher works of which no heartbeat has said so yet. One at a time, in their
// order.
void Moves::first_event_for_answer(const Place& place, const Visit& visit) const {
  const Observed* next = next_of(place, Thread::kOrchestrator);
  const impl::DispatcherManager* manager = place.node.manager_here();
  if (next == nullptr || next->what != What::kSend || manager == nullptr) return;
  const auto* answer = next->message.as<impl::MaintainerBootstrapResponse>();
  if (answer == nullptr) return;
  for (const impl::ReportedSpan& span : answer->spans) {
    const NodeAction action{.kind = NodeActionKind::kFirstEvent, .mode = span.mode, .id = span.id};
    if (span.status != Status::kWorking || !impl::is_enabled(task_.rules, place.node, action)) continue;
    return try_action(place, action, visit);
  }
}

}  // namespace takeover::logs
