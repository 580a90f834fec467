// The closed system that is checked: its nodes, their environment, and what properties remember of each node.
#pragma once

#include <cstddef>
#include <utility>
#include <variant>
#include <vector>

#include "impl/node.h"
#include "impl/outbox.h"
#include "spec/properties/judge.h"
#include "spec/world/environment.h"
#include "spec/world/history.h"
#include "spec/world/kinds.h"
#include "spec/world/per_node.h"
#include "spec/world/scenario.h"

namespace takeover::spec {

struct World {
  PerNode<impl::DispatcherOrchestrator> nodes;
  Environment environment;
  PerNode<History> histories;

  static constexpr auto fields(auto& self, auto&& take) {
    auto& [nodes, environment, histories] = self;
    return take(impl::field("nodes", nodes), impl::field<impl::role::kSecondPart>("environment", environment),
                impl::field<impl::role::kThirdPart>("histories", histories));
  }
  friend bool operator==(const World&, const World&) = default;
};

// One step of the world: of the environment, of a node, or a fault that strikes one.
struct WorldAction {
  WorldAction() = default;
  WorldAction(EnvironmentAction&& action) : node(node_of(action)), what(std::move(action)) {}
  WorldAction(const EnvironmentAction& action) : node(node_of(action)), what(action) {}
  WorldAction(const impl::NodeAction& action, impl::NodeId of) : node(of), what(action) {}

  // Whose it is, or whom the environment's is about; kNone: no node.
  impl::NodeId node = impl::NodeId::kNone;
  std::variant<EnvironmentAction, impl::NodeAction> what{};

  // Null if it is the other's.
  [[nodiscard]] const EnvironmentAction* of_environment() const {
    return std::get_if<EnvironmentAction>(&what);
  }
  [[nodiscard]] const impl::NodeAction* of_node() const { return std::get_if<impl::NodeAction>(&what); }
};

struct WorldStep {
  WorldAction action;
  World state;  // after the step
  impl::Outbox out;
};

[[nodiscard]] inline std::size_t kind_of(const WorldAction& action) {
  const impl::NodeAction* of_node = action.of_node();
  return of_node != nullptr ? kind_of(*of_node) : kind_of(*action.of_environment());
}

[[nodiscard]] World initial_world(const Scenario& scenario);

// Every action that is enabled, in a fixed order.
void collect_actions(const Scenario& scenario, const impl::Rules& rules, const World& world,
                     std::vector<WorldAction>& actions, std::vector<EnvironmentAction>& scratch);

// Takes the step in place.
void apply(const Scenario& scenario, const impl::Rules& rules, WorldStep& step, const World& before);

// The message that arrives in a step, or null.
[[nodiscard]] const impl::Message* received_in(const WorldAction& action);

// Whether the properties of a node are judged on a step: on its own, and on one that is about no node.
[[nodiscard]] inline bool sees(impl::NodeId node, const WorldAction& action) {
  return action.node == node || action.node == impl::NodeId::kNone;
}
// What they see of it.
[[nodiscard]] inline Observation observe(const World& before, const WorldStep& step, impl::NodeId node) {
  const impl::Message* received = received_in(step.action);
  const bool is_of_node = received != nullptr || step.action.of_node() != nullptr;
  return {before.nodes[node], step.state.nodes[node], step.out, received, node, is_of_node};
}

// A state that may have no enabled action, because the scenario declares it terminal.
[[nodiscard]] bool is_terminal(const Scenario& scenario, const World& world);

}  // namespace takeover::spec
