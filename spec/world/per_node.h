// The nodes that run in a world, and what there is of each of them.
//
//   for (const impl::NodeId id : scenario.nodes) use(world.nodes[id], world.histories[id]);
//
// A scenario names its nodes before anybody else, so that they have the first ids: where something of a node
// stands follows from the node's id, and no state has to say it.
#pragma once

#include <array>
#include <cassert>
#include <cstddef>

#include "impl/ids.h"

namespace takeover::spec {

// How many run in a world. One: what a node does depends on its own state and on what maintainers send to it,
// and on no other node. Maintainers may be anywhere; they are the environment's.
inline constexpr std::size_t kNodeCount = 1;

template <class T>
class PerNode {
 public:
  using value_type = T;

  [[nodiscard]] constexpr T& operator[](impl::NodeId id) { return all_[index(id)]; }
  [[nodiscard]] constexpr const T& operator[](impl::NodeId id) const { return all_[index(id)]; }

  // Whether this is the id of one that can run here.
  [[nodiscard]] static constexpr bool contains(impl::NodeId id) {
    return id != impl::NodeId::kNone && static_cast<std::size_t>(id) <= kNodeCount;
  }

  // For who goes through a state without asking whose it is. In the order of the ids.
  [[nodiscard]] constexpr auto begin() { return all_.begin(); }
  [[nodiscard]] constexpr auto end() { return all_.end(); }
  [[nodiscard]] constexpr auto begin() const { return all_.begin(); }
  [[nodiscard]] constexpr auto end() const { return all_.end(); }

  friend bool operator==(const PerNode&, const PerNode&) = default;

 private:
  // Steps look nodes up all the time: where there is one, without any arithmetic.
  [[nodiscard]] static constexpr std::size_t index(impl::NodeId id) {
    assert(contains(id));
    return kNodeCount == 1 ? 0 : static_cast<std::size_t>(id) - 1;
  }

  std::array<T, kNodeCount> all_{};
};

}  // namespace takeover::spec
