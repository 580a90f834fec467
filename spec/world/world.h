// The closed system that is checked: one node, its environment, and what properties remember.
#pragma once

#include <cstddef>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "impl/node.h"
#include "impl/outbox.h"
#include "spec/properties/judge.h"
#include "spec/world/environment.h"
#include "spec/world/history.h"
#include "spec/world/kinds.h"
#include "spec/world/scenario.h"

namespace takeover::spec {

struct World {
  impl::DispatcherOrchestrator node;
  Environment environment;
  History history;

  static constexpr auto fields(auto& self, auto&& take) {
    auto& [node, environment, history] = self;
    return take(impl::field("node", node), impl::field<impl::role::kSecondPart>("environment", environment),
                impl::field<impl::role::kThirdPart>("history", history));
  }
  friend bool operator==(const World&, const World&) = default;
};

// One step of the world: of the environment, of the node, or a fault that strikes it.
struct WorldAction {
  WorldAction() = default;
  // An action of nobody's is one, too.
  WorldAction(EnvironmentAction&& action, impl::NodeId of = impl::NodeId::kNone)
      : what(std::move(action)), node(of) {}
  WorldAction(const EnvironmentAction& action, impl::NodeId of = impl::NodeId::kNone)
      : what(action), node(of) {}
  WorldAction(const impl::NodeAction& action, impl::NodeId of = impl::NodeId::kNone)
      : what(action), node(of) {}

  std::variant<EnvironmentAction, impl::NodeAction> what{};
  // Whose, or whose message: that it gets, or the next that it sends.
  impl::NodeId node = impl::NodeId::kNone;

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

// What properties see of a step.
[[nodiscard]] inline Observation observe(const World& before, const WorldStep& step) {
  const impl::Message* received = received_in(step.action);
  const bool is_of_node = received != nullptr || step.action.of_node() != nullptr;
  return {before.node, step.state.node, step.out, received, step.action.node, is_of_node};
}

// A state that may have no enabled action, because the scenario declares it terminal.
[[nodiscard]] bool is_terminal(const Scenario& scenario, const World& world);

}  // namespace takeover::spec
