// MaintainerManager: the maintainer of one changefeed on one node, and whether orders of a coordinator are
// taken.
//
// clang-format off
//   none ---- Add ----> created ... (impl/maintainer.h) ... stopped ---- clean-up -----> none
//    ^                                                         '-- Add of a higher epoch --> created, the old one is gone
//    '- Remove that cascades --> one that is there only to be removed ... stopped
// clang-format on
//
// There is no tombstone: once a stopped maintainer is gone, an Add of any epoch is taken.
#pragma once

#include <cstdint>
#include <optional>

#include "impl/fields.h"
#include "impl/ids.h"
#include "impl/maintainer.h"
#include "impl/maintainer_message.h"
#include "impl/maintainer_reason.h"
#include "impl/maintainer_rules.h"

namespace takeover::impl {

struct MaintainerManager {
  NodeId self = NodeId::kNone;
  NodeId coordinator = NodeId::kNone;
  std::uint64_t coordinator_version = 0;
  Liveness liveness = Liveness::kAlive;
  std::optional<Maintainer> maintainer{};
  DispatcherId going = DispatcherId::kNone;  // clean-up has found the maintainer with this trigger stopped

  static constexpr auto fields(auto& self, auto&& take) {
    auto& [node, coordinator, coordinator_version, liveness, maintainer, going] = self;
    return take(field("self", node), field("coordinator", coordinator),
                field("coordinator_version", coordinator_version), field("liveness", liveness),
                field<role::kSecondPart>("maintainer", maintainer), field("going", going));
  }
  friend bool operator==(const MaintainerManager&, const MaintainerManager&) = default;

  // What the manager does with an order. What an Add creates still has to init; a Remove goes on to the
  // maintainer (Maintainer::on_remove), also to one that it has created, if is_passed_on says so.
  void handle(Surroundings& world, const Order& order);
  [[nodiscard]] bool is_passed_on(const Order& order) const;

  // Whether an Add makes a maintainer here; if not, why. In the order in which it is asked.
  [[nodiscard]] Refusal why_not_added(const MaintainerRules& rules, const Order& order) const;

  // A status heartbeat, at any time once there is a coordinator.
  [[nodiscard]] bool can_report() const { return coordinator_version > 0 && maintainer.has_value(); }
  void report(Surroundings& world);

  // Takes out a stopped maintainer: the one that was found stopped, not whoever stands in its place. TiCDC
  // does both at once, in the thread that takes orders.
  void find_stopped();
  void clean_up(const MaintainerRules& rules);

 private:
  void add(Surroundings& world, Epoch epoch, const AddMaintainerRequest& body);
  void remove(Surroundings& world, const Order& order, const RemoveMaintainerRequest& body);
  void set_liveness(Surroundings& world, const SetNodeLivenessRequest& body);
  void create(Surroundings& world, Epoch epoch, Ts start_ts);
};

}  // namespace takeover::impl
