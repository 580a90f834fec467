#include "spec/world/environment.h"

#include <algorithm>

#include "spec/world/owner.h"

namespace takeover::spec {
namespace {

using impl::Message;

bool share_link(const Message& a, const Message& b) {
  return a.from == b.from && a.to == b.to;
}

void take_off_link(Environment& environment, const Message& first) {
  const auto it = std::find_if(environment.links.begin(), environment.links.end(),
                               [&](const Message& request) { return share_link(request, first); });
  environment.links.erase(it);
}

// A node's process has died, and with it the maintainers that ran in it; what they had sent to it is lost.
void die_with_process(const Scenario& scenario, Environment& environment, impl::NodeId node) {
  for (std::size_t i = 0; i < scenario.owners.size(); ++i) {
    OwnerState& state = environment.owners[i];
    if (scenario.owners[i].node == node && is_live(state.phase)) end(state, Phase::kDead);
  }
  auto& links = environment.links;
  const auto is_lost = [&](const Message& request) { return request.from == node && request.to == node; };
  links.erase(std::remove_if(links.begin(), links.end(), is_lost), links.end());
}

}  // namespace

Environment initial_environment(const Scenario& scenario) {
  Environment environment;
  environment.owners.resize(scenario.owners.size());
  return environment;
}

void collect_actions(const Scenario& scenario, const impl::Rules& rules, const Environment& environment,
                     const PerNode<impl::DispatcherOrchestrator>& nodes,
                     std::vector<EnvironmentAction>& actions) {
  for (std::size_t i = 0; i < scenario.owners.size(); ++i) {
    View view{scenario, rules, environment, nodes, i};
    collect_owner(view, actions);
  }
  const Message* previous = nullptr;
  for (const Message& request : environment.links) {
    const bool first = previous == nullptr || !share_link(*previous, request);
    previous = &request;
    if (!first) continue;
    actions.push_back({.kind = EnvironmentActionKind::kReceive, .request = request});
    if (environment.used.losses < scenario.bounds.losses) {
      actions.push_back({.kind = EnvironmentActionKind::kLose, .request = request});
    }
  }
  if (environment.used.losses >= scenario.bounds.losses) return;
  if (environment.loses_reply_of != impl::NodeId::kNone) return;
  for (const impl::NodeId node : scenario.nodes) {
    actions.push_back({.kind = EnvironmentActionKind::kLoseReply, .request = {.from = node}});
  }
}

void apply(Environment& environment, const EnvironmentAction& action) {
  switch (action.kind) {
    case EnvironmentActionKind::kSend:
      environment.links.push(action.request);
      if (action.extra) ++environment.used.extra_copies;
      if (action.row == Row::kResend && action.counted) ++environment.used.resends;
      note_sent(environment.owners[action.owner], action);
      return;
    case EnvironmentActionKind::kLose: ++environment.used.losses; [[fallthrough]];
    case EnvironmentActionKind::kReceive: take_off_link(environment, action.request); return;
    case EnvironmentActionKind::kLoseReply:
      ++environment.used.losses;
      environment.loses_reply_of = node_of(action);
      return;
    case EnvironmentActionKind::kDie:
      ++environment.used.deaths;
      end(environment.owners[action.owner], Phase::kDead);
      return;
  }
}

void take_replies(const Scenario& scenario, Environment& environment, const impl::Outbox& out) {
  const bool died = std::any_of(out.notes.begin(), out.notes.end(), [](const impl::Note& note) {
    return note.kind == impl::NoteKind::kProcessDied;
  });
  if (died) die_with_process(scenario, environment, out.self);
  for (const impl::Message& reply : out.sent) {
    if (environment.loses_reply_of == out.self) {
      environment.loses_reply_of = impl::NodeId::kNone;
      continue;
    }
    for (std::size_t i = 0; i < scenario.owners.size(); ++i) {
      const bool here = scenario.owners[i].node == reply.to && is_live(environment.owners[i].phase);
      if (here) take(environment.owners[i], scenario.owners[i], reply);
    }
  }
}

}  // namespace takeover::spec
