// An environment in which one owner, B/1, may do everything once.
#pragma once

#include <algorithm>
#include <vector>

#include "spec/profiles.h"
#include "spec/world/environment.h"

namespace takeover::tests {

using impl::DispatcherId;
using impl::Mode;
using impl::NodeId;
using spec::Belief;
using spec::Environment;
using spec::EnvironmentAction;
using spec::EnvironmentActionKind;
using spec::Owner;
using spec::OwnerState;
using spec::Phase;
using spec::Row;
using spec::Scenario;

inline constexpr NodeId kA{1};
inline constexpr NodeId kB{2};
inline constexpr NodeId kK{3};
inline constexpr DispatcherId kTrigger{1};
inline constexpr DispatcherId kRedoTrigger{2};
inline constexpr DispatcherId kD1{3};
inline constexpr DispatcherId kD2{4};
inline constexpr DispatcherId kD3{5};
inline constexpr DispatcherId kMerged{6};
inline constexpr impl::Span kLow{.table = 1, .begin = 0, .end = 5};
inline constexpr impl::Span kHigh{.table = 1, .begin = 5, .end = 10};

inline constexpr std::size_t kB1 = 0;  // the owner that the rows are about
inline constexpr std::size_t kB2 = 1;  // the next one on its node
inline constexpr std::size_t kK1 = 2;  // a removal-only maintainer in place of B1

// Everything that an environment's actions depend on. B1 may do everything once; it is Idle.
struct Setting {
  Scenario scenario{};
  impl::Rules rules = spec::profile_named("reference")->rules;
  Environment environment{};
  spec::PerNode<impl::DispatcherOrchestrator> nodes{};

  Setting() {
    scenario.nodes = {kA};
    scenario.spans = {kLow};
    scenario.owners.resize(3);
    Owner& b1 = scenario.owners[kB1];
    b1.name = "B1";
    b1.node = kB;
    b1.epoch = 1;
    b1.config_epoch = 7;
    b1.event_trigger = kTrigger;
    b1.start_ts = 100;
    b1.creates = {kD3};
    b1.merges = {kMerged};
    b1.allowed.removes = b1.allowed.actions = b1.allowed.redo_metas = b1.allowed.redo_forwards =
        b1.allowed.checkpoints = 1;
    b1.hands_over = b1.closes = b1.closes_removed = b1.dies = true;
    scenario.owners[kB2].name = "B2";
    scenario.owners[kB2].node = kB;
    scenario.owners[kB2].epoch = 2;
    scenario.owners[kK1].name = "K1";
    scenario.owners[kK1].node = kK;
    scenario.owners[kK1].epoch = 1;
    scenario.owners[kK1].removal_of = kB1;
    scenario.owners[kK1].closes_removed = true;
    scenario.bounds.deaths = 1;
    environment = spec::initial_environment(scenario);
  }

  impl::DispatcherOrchestrator& node() { return nodes[kA]; }
  Owner& b1() { return scenario.owners[kB1]; }
  OwnerState& state(std::size_t owner = kB1) { return environment.owners[owner]; }
  Setting& in(Phase phase) {
    state().phase = phase;
    return *this;
  }
  void knows(DispatcherId id, Belief belief, const impl::Span& span, Mode mode = Mode::kDefault) {
    state().record.insert({id, mode, belief, span});
  }

  [[nodiscard]] std::vector<EnvironmentAction> actions() const {
    std::vector<EnvironmentAction> all;
    spec::collect_actions(scenario, rules, environment, nodes, all);
    return all;
  }
  [[nodiscard]] std::vector<EnvironmentAction> sent(Row row, std::size_t owner) const {
    std::vector<EnvironmentAction> all = actions();
    std::erase_if(all, [&](const EnvironmentAction& action) {
      return action.kind != EnvironmentActionKind::kSend || action.row != row || action.owner != owner;
    });
    return all;
  }
};

inline OwnerState state_in(Phase phase) {
  OwnerState state;
  state.phase = phase;
  return state;
}

inline Setting running() {
  Setting s;
  s.in(Phase::kRunning);
  return s;
}

inline Setting knowing(Belief belief) {
  Setting s = running();
  s.knows(kD1, belief, kLow);
  return s;
}

}  // namespace takeover::tests
