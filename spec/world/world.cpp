#include "spec/world/world.h"

#include <algorithm>

namespace takeover::spec {
namespace {

using impl::NodeAction;
using impl::NodeActionKind;

// The bound allows one more. A shutdown that has begun goes on by itself.
bool is_allowed(const Scenario& scenario, const World& world, NodeActionKind kind) {
  const auto bound = bound_of(kind);
  return world.environment.used.*bound < scenario.bounds.*bound ||
         (kind == NodeActionKind::kCloseOrchestrator && world.node.closed);
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

void collect_bounded(const Scenario& scenario, const impl::Rules& rules, const World& world,
                     std::vector<WorldAction>& actions) {
  const auto offer = [&](const NodeAction& action) {
    if (!is_allowed(scenario, world, action.kind)) return;
    if (is_enabled(rules, world.node, action)) actions.emplace_back(action, scenario.node);
  };
  for (const NodeActionKind kind : impl::kAllThat<NodeActionKind, is_fault>) offer({.kind = kind});
  for (const NodeActionKind kind : impl::kAllThat<NodeActionKind, names_nothing>) offer({.kind = kind});
  if (!world.node.manager) return;
  for (const NodeActionKind kind : impl::kAllThat<NodeActionKind, names_dispatcher>) {
    for (const impl::Dispatcher& dispatcher : world.node.manager->dispatchers) {
      offer({.kind = kind, .mode = dispatcher.mode, .id = dispatcher.id});
    }
  }
}

void count(Bounds& used, const impl::DispatcherOrchestrator& before, NodeActionKind kind) {
  const bool goes_on = kind == NodeActionKind::kCloseOrchestrator && before.closed;
  if (const auto bound = bound_of(kind); bound != nullptr && !goes_on) ++(used.*bound);
}

bool is_quiet(const World& world) {
  if (!world.environment.links.empty()) return false;
  if (world.node.handler || !world.node.pending.empty() || world.node.initializing) return false;
  if (!world.node.manager) return true;
  const impl::DispatcherManager& manager = *world.node.manager;
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
  collect_actions(scenario, rules, world.environment, world.node, scratch);
  for (EnvironmentAction& action : scratch) actions.emplace_back(std::move(action), scenario.node);
  impl::for_each_action(rules, world.node,
                        [&](const NodeAction& action) { actions.emplace_back(action, scenario.node); });
  collect_bounded(scenario, rules, world, actions);
}

const impl::Message* received_in(const WorldAction& action) {
  const EnvironmentAction* of_environment = action.of_environment();
  const bool receives = of_environment != nullptr && of_environment->kind == EnvironmentActionKind::kReceive;
  return receives ? &of_environment->request : nullptr;
}

void apply(const Scenario& scenario, const impl::Rules& rules, WorldStep& step, const World& before) {
  step.state = before;
  step.out.clear();
  if (const NodeAction* action = step.action.of_node()) {
    count(step.state.environment.used, before.node, action->kind);
    impl::apply(rules, step.state.node, *action, step.out);
    take_replies(scenario, step.state.environment, step.out);
  } else {
    const EnvironmentAction& of_environment = *step.action.of_environment();
    apply(step.state.environment, of_environment);
    if (of_environment.kind == EnvironmentActionKind::kReceive) {
      impl::receive(rules, step.state.node, of_environment.request, step.out);
    }
  }
  update(step.state.history, observe(before, step), scenario.properties);
}

bool is_terminal(const Scenario& scenario, const World& world) {
  if (!is_quiet(world)) return false;
  return scenario.terminal == Terminal::kQuiet ||
         std::ranges::all_of(world.environment.owners, [](const OwnerState& owner) {
           return owner.phase == Phase::kIdle || owner.phase == Phase::kStopped ||
                  owner.phase == Phase::kDead;
         });
}

}  // namespace takeover::spec
