// Kinds of actions, as they are counted and said to have never fired: of what an owner sends the row, of a
// message that a node handles its path, of all else the action's own kind.
#pragma once

#include <array>
#include <bitset>
#include <cstdint>
#include <string>
#include <vector>

#include "impl/node.h"
#include "spec/world/environment.h"

namespace takeover::spec {

// Numbers from 0, in the order in which the kinds are listed.
struct ActionKinds {
  std::array<std::uint8_t, impl::kCountOf<Row>> rows{};
  std::array<std::uint8_t, impl::kCountOf<EnvironmentActionKind>> environment{};  // but kSend
  std::array<std::uint8_t, impl::kCountOf<impl::Path>> paths{};
  std::array<std::uint8_t, impl::kCountOf<impl::NodeActionKind>> node{};  // but kHandle
  std::uint8_t count = 0;
};
inline constexpr ActionKinds kActionKinds = [] {
  ActionKinds kinds;
  for (std::uint8_t& number : kinds.rows) number = kinds.count++;
  for (const auto kind : impl::kAllOf<EnvironmentActionKind>) {
    if (kind != EnvironmentActionKind::kSend) kinds.environment[impl::index_of(kind)] = kinds.count++;
  }
  for (std::uint8_t& number : kinds.paths) number = kinds.count++;
  for (const auto kind : impl::kAllOf<impl::NodeActionKind>) {
    if (kind != impl::NodeActionKind::kHandle) kinds.node[impl::index_of(kind)] = kinds.count++;
  }
  return kinds;
}();
inline constexpr std::size_t kActionKindCount = kActionKinds.count;

constexpr std::size_t kind_of(const EnvironmentAction& action) {
  return action.kind == EnvironmentActionKind::kSend ? kActionKinds.rows[impl::index_of(action.row)]
                                                     : kActionKinds.environment[impl::index_of(action.kind)];
}
constexpr std::size_t kind_of(const impl::NodeAction& action) {
  return action.kind == impl::NodeActionKind::kHandle ? kActionKinds.paths[impl::index_of(action.path)]
                                                      : kActionKinds.node[impl::index_of(action.kind)];
}

[[nodiscard]] const std::vector<std::string>& action_kind_names();

// The kinds that the scenario's owners and bounds allow.
[[nodiscard]] std::bitset<kActionKindCount> possible_kinds(const Scenario& scenario);

// The bound of a kind of action that somebody bounds; null: whoever can act does.
[[nodiscard]] std::uint8_t Bounds::*bound_of(impl::NodeActionKind kind);

}  // namespace takeover::spec
