// The closed system that is checked: one node, its environment, and what properties remember.
#pragma once

#include <bitset>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "impl/node.h"
#include "impl/outbox.h"
#include "spec/properties/judge.h"
#include "spec/world/environment.h"
#include "spec/world/history.h"
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
using WorldAction = std::variant<EnvironmentAction, impl::NodeAction>;

struct WorldStep {
  WorldAction action;
  World state;  // after the step
  impl::Outbox out;
};

// Kinds of actions, for counts and for "never fired".
inline constexpr std::size_t kActionKindCount =
    kRowCount + 4 + impl::kPathCount + impl::kNodeActionKindCount - 1;
[[nodiscard]] std::size_t kind_of(const WorldAction& action);
[[nodiscard]] const std::vector<std::string>& action_kind_names();

// The kinds that the scenario's owners and bounds allow.
[[nodiscard]] std::bitset<kActionKindCount> possible_kinds(const Scenario& scenario);

[[nodiscard]] World initial_world(const Scenario& scenario);

// Every action that is enabled, in a fixed order.
void collect_actions(const Scenario& scenario, const impl::Rules& rules, const World& world,
                     std::vector<WorldAction>& actions, std::vector<EnvironmentAction>& scratch);

// Takes the step in place.
void apply(const Scenario& scenario, const impl::Rules& rules, WorldStep& step, const World& before);

// A state that may have no enabled action, because the scenario declares it terminal.
[[nodiscard]] bool is_terminal(const Scenario& scenario, const World& world);

// The message that arrives in a step, or null.
[[nodiscard]] const impl::Message* received_in(const WorldAction& action);

}  // namespace takeover::spec
