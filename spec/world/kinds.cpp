#include "spec/world/kinds.h"

#include <algorithm>
#include <string_view>

namespace takeover::spec {
namespace {

using impl::NodeActionKind;
using impl::NodeActionNeeds;

using Bound = std::uint8_t Bounds::*;

constexpr auto kBoundOf = [] {
  std::array<Bound, impl::kCountOf<NodeActionKind>> bounds{};
  for (const NodeActionKind kind : impl::kAllOf<NodeActionKind>) {
    const std::string_view name = row_of(kind).bound;
    // No such row: no constant expression.
    if (!name.empty()) {
      bounds[impl::index_of(kind)] = std::ranges::find(Bounds::kRows, name, &Bounds::Row::name)->bound;
    }
  }
  return bounds;
}();

bool may_send(Row row, const Owner& owner, const Bounds& bounds) {
  if (row == Row::kResend && bounds.resends == 0 && !owner.retries) return false;
  const RowInfo info = row_of(row);
  return info.allowance == nullptr ? info.may(owner) : owner.allowed.*info.allowance > 0;
}

// A message that misbehaves can be any, but nobody expects it; what is sent again was sent before.
bool may_wait_in(impl::Path path, const Owner& owner, const Bounds& bounds) {
  if (path == impl::Path::kOrchestrator) return true;
  return std::ranges::any_of(impl::kAllOf<Row>, [&](Row row) {
    const auto message = row_of(row).message;
    return message && impl::path_of(*message) == path && may_send(row, owner, bounds);
  });
}

bool may_come(NodeActionKind kind, const Owner& owner, const Bounds& bounds) {
  const bool closes = owner.closes || owner.closes_removed || bounds.shutdowns > 0;
  switch (row_of(kind).needs) {
    case NodeActionNeeds::kMessage: return true;
    case NodeActionNeeds::kRemove: return owner.allowed.removes > 0 || owner.hands_over;
    case NodeActionNeeds::kMerge: return !owner.merges.empty();
    case NodeActionNeeds::kBarrierAction: return owner.allowed.actions > 0;
    case NodeActionNeeds::kNews: return !owner.creates.empty() || bounds.first_events > 0;
    case NodeActionNeeds::kClose: return closes;
    case NodeActionNeeds::kCloseOrFence: return closes || bounds.local_fences > 0;
    case NodeActionNeeds::kUntoldError: return false;
    case NodeActionNeeds::kBound: return bounds.*bound_of(kind) > 0;
  }
  impl::unreachable();
}

}  // namespace

const std::vector<std::string>& action_kind_names() {
  static const std::vector<std::string> kNames = [] {
    std::vector<std::string> names(kActionKindCount);
    for (const Row row : impl::kAllOf<Row>) {
      names[kActionKinds.rows[impl::index_of(row)]] = "send-" + std::string(name_of(row));
    }
    for (const auto kind : impl::kAllOf<EnvironmentActionKind>) {
      if (kind != EnvironmentActionKind::kSend) names[kind_of({.kind = kind})] = name_of(kind);
    }
    for (const impl::Path path : impl::kAllOf<impl::Path>) {
      names[kActionKinds.paths[impl::index_of(path)]] = "handle-" + std::string(name_of(path));
    }
    for (const NodeActionKind kind : impl::kAllOf<NodeActionKind>) {
      if (kind != NodeActionKind::kHandle) names[kActionKinds.node[impl::index_of(kind)]] = name_of(kind);
    }
    return names;
  }();
  return kNames;
}

std::uint8_t Bounds::*bound_of(NodeActionKind kind) {
  return kBoundOf[impl::index_of(kind)];
}

std::bitset<kActionKindCount> possible_kinds(const Scenario& scenario) {
  std::bitset<kActionKindCount> kinds;
  const auto allow = [&](std::size_t number, bool possible) {
    if (possible) kinds.set(number);
  };
  const Bounds& bounds = scenario.bounds;
  for (const Owner& owner : scenario.owners) {
    for (const Row row : impl::kAllOf<Row>) {
      allow(kActionKinds.rows[impl::index_of(row)], may_send(row, owner, bounds));
    }
    for (const impl::Path path : impl::kAllOf<impl::Path>) {
      allow(kActionKinds.paths[impl::index_of(path)], may_wait_in(path, owner, bounds));
    }
    for (const NodeActionKind kind : impl::kAllOf<NodeActionKind>) {
      if (kind != NodeActionKind::kHandle) allow(kind_of({.kind = kind}), may_come(kind, owner, bounds));
    }
  }
  for (const auto kind : impl::kAllOf<EnvironmentActionKind>) {
    if (kind == EnvironmentActionKind::kSend) continue;
    const Bound bound = row_of(kind).bound;
    allow(kActionKinds.environment[impl::index_of(kind)], bound == nullptr || bounds.*bound > 0);
  }
  return kinds;
}

}  // namespace takeover::spec
