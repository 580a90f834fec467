#include "spec/world/world.h"

#include <algorithm>

namespace takeover::spec {
namespace {

using impl::NodeAction;
using impl::NodeActionKind;

// The bound allows one more. A shutdown that has begun goes on by itself.
bool is_allowed(const Scenario& scenario, const Bounds& used, const impl::DispatcherOrchestrator& node,
                NodeActionKind kind) {
  const auto bound = bound_of(kind);
  return used.*bound < scenario.bounds.*bound || (kind == NodeActionKind::kCloseOrchestrator && node.closed);
}

constexpr bool is_fault(NodeActionKind kind) {
  return row_of(kind).is_fault;
}
// No fault, but what would come any number of times, or may not come for ever.
constexpr bool is_bounded(NodeActionKind kind) {
  return !row_of(kind).bound.empty() && !is_fault(kind);
}
constexpr bool names_nothing(NodeActionKind kind) {
  return is_bounded(kind) && row_of(kind).fields == impl::NodeActionFields::kNone;
}
constexpr bool names_dispatcher(NodeActionKind kind) {
  return is_bounded(kind) && row_of(kind).fields == impl::NodeActionFields::kDispatcher;
}

void collect_bounded(const Scenario& scenario, const impl::Rules& rules, const World& world, impl::NodeId id,
                     std::vector<WorldAction>& actions) {
  const impl::DispatcherOrchestrator& node = world.nodes[id];
  const auto offer = [&](const NodeAction& action) {
    if (!is_allowed(scenario, world.environment.used, node, action.kind)) return;
    if (is_enabled(rules, node, action)) actions.emplace_back(action, id);
  };
  for (const NodeActionKind kind : impl::kAllThat<NodeActionKind, is_fault>) offer({.kind = kind});
  for (const NodeActionKind kind : impl::kAllThat<NodeActionKind, names_nothing>) offer({.kind = kind});
  if (!node.manager) return;
  for (const NodeActionKind kind : impl::kAllThat<NodeActionKind, names_dispatcher>) {
    for (const impl::Dispatcher& dispatcher : node.manager->dispatchers) {
      offer({.kind = kind, .mode = dispatcher.mode, .id = dispatcher.id});
    }
  }
}

void count(Bounds& used, const impl::DispatcherOrchestrator& before, NodeActionKind kind) {
  const bool goes_on = kind == NodeActionKind::kCloseOrchestrator && before.closed;
  if (const auto bound = bound_of(kind); bound != nullptr && !goes_on) ++(used.*bound);
}

bool is_quiet(const impl::DispatcherOrchestrator& node) {
  if (node.handler || !node.pending.empty() || node.initializing) return false;
  if (!node.manager) return true;
  const impl::DispatcherManager& manager = *node.manager;
  return manager.streams.empty() && manager.statuses.empty() && manager.actions.empty() &&
         manager.merges.empty() && manager.schedule.step == impl::ScheduleStep::kIdle &&
         manager.clean_up.step == impl::CleanUpStep::kIdle && !manager.closing &&
         manager.fence == impl::FenceHolder::kNobody && manager.error != impl::ErrorReport::kDue;
}

}  // namespace

World initial_world(const Scenario& scenario) {
  return {{}, initial_environment(scenario), {}};
}

void collect_actions(const Scenario& scenario, const impl::Rules& rules, const World& world,
                     std::vector<WorldAction>& actions, std::vector<EnvironmentAction>& scratch) {
  actions.clear();
  scratch.clear();
  collect_actions(scenario, rules, world.environment, world.nodes, scratch);
  for (EnvironmentAction& action : scratch) actions.emplace_back(std::move(action));
  for (const impl::NodeId id : scenario.nodes) {
    impl::for_each_action(rules, world.nodes[id],
                          [&](const NodeAction& action) { actions.emplace_back(action, id); });
    collect_bounded(scenario, rules, world, id, actions);
  }
}

const impl::Message* received_in(const WorldAction& action) {
  const EnvironmentAction* of_environment = action.of_environment();
  const bool receives = of_environment != nullptr && of_environment->kind == EnvironmentActionKind::kReceive;
  return receives ? &of_environment->request : nullptr;
}

void apply(const Scenario& scenario, const impl::Rules& rules, WorldStep& step, const World& before) {
  const impl::NodeId id = step.action.node;
  step.state = before;
  step.out.clear();
  step.out.self = id;
  if (const NodeAction* action = step.action.of_node()) {
    count(step.state.environment.used, before.nodes[id], action->kind);
    impl::apply(rules, step.state.nodes[id], *action, step.out);
    take_replies(scenario, step.state.environment, step.out);
  } else {
    const EnvironmentAction& of_environment = *step.action.of_environment();
    apply(step.state.environment, of_environment);
    if (of_environment.kind != EnvironmentActionKind::kReceive) return;
    impl::receive(rules, step.state.nodes[id], of_environment.request, step.out);
  }
  update(step.state.histories[id], observe(before, step, id), scenario.properties);
}

bool is_terminal(const Scenario& scenario, const World& world) {
  if (!world.environment.links.empty() || !std::ranges::all_of(world.nodes, is_quiet)) return false;
  return scenario.terminal == Terminal::kQuiet ||
         std::ranges::all_of(world.environment.owners, [](const OwnerState& owner) {
           return owner.phase == Phase::kIdle || owner.phase == Phase::kStopped ||
                  owner.phase == Phase::kDead;
         });
}

}  // namespace takeover::spec
