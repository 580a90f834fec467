#include "impl/maintainer_manager.h"

namespace takeover::impl {
namespace {

// Whether the maintainer that is here gives way to an Add of this epoch:
//
//   here                request 0       below           equal     above
//   live, epoch e       older           older           same      still running
//   live, epoch 0       same            -               same      still running
//   stopped, epoch e    without epoch   not newer       not newer replaced
//   stopped, epoch 0    without epoch   -               -         replaced
Refusal why_not_replaced(const MaintainerRules& rules, const Maintainer& here, Epoch request) {
  if (!here.has_stopped()) {
    if (request == here.epoch) return Refusal::kSameMaintainer;
    if (request < here.epoch) return Refusal::kOlderMaintainer;
    return rules(MaintainerGuard::kAddAfterStopped) ? Refusal::kStillRunning : Refusal::kNone;
  }
  if (!rules(MaintainerGuard::kAddStrictlyNewer)) return Refusal::kNone;
  if (request == 0) return Refusal::kCompatMaintainer;
  return here.epoch == 0 || request > here.epoch ? Refusal::kNone : Refusal::kNotNewer;
}

}  // namespace

Refusal MaintainerManager::why_not_added(const MaintainerRules& rules, const Order& order) const {
  const auto& body = std::get<AddMaintainerRequest>(order.body);
  if (order.from != coordinator) return Refusal::kNotTheCoordinator;
  if (liveness == Liveness::kStopping) return Refusal::kNodeStopping;
  if (body.checkpoint_ts == 0) return Refusal::kNoCheckpoint;
  if (maintainer) {
    const Refusal why = why_not_replaced(rules, *maintainer, order.epoch);
    if (why != Refusal::kNone) return why;
  }
  return body.config_valid ? Refusal::kNone : Refusal::kConfigInvalid;
}

void MaintainerManager::create(Surroundings& world, Epoch epoch, Ts start_ts) {
  maintainer =
      Maintainer{.self = self, .epoch = epoch, .start_ts = start_ts, .committed_checkpoint_ts = start_ts};
  maintainer->spans.trigger = {.id = world.ids.draw(kDdlSpan), .node = self, .checkpoint_ts = start_ts};
}

void MaintainerManager::add(Surroundings& world, Epoch epoch, const AddMaintainerRequest& body) {
  create(world, epoch, body.checkpoint_ts);
  maintainer->new_changefeed = body.is_new_changefeed;
  maintainer->table_across_nodes = body.table_across_nodes;
}

//                  does not cascade                   cascades
//   nobody here    answered: Stopped, its epoch       one that is only to be removed is created, of its epoch
//   somebody here  is told (impl/maintainer_close.cpp)
void MaintainerManager::remove(Surroundings& world, const Order& order, const RemoveMaintainerRequest& body) {
  if (maintainer) return;
  if (!body.cascade) {
    const Epoch echoed = world.rules(MaintainerGuard::kAckEchoesEpoch) ? order.epoch : 0;
    world.out.report(order.from, MaintainerHeartbeat{{.epoch = echoed, .state = ScheduleState::kStopped}});
    world.out.refuse(Refusal::kNoMaintainer);
    return;
  }
  create(world, order.epoch, 1);
  maintainer->remove_only = maintainer->cascade_removing = true;
}

void MaintainerManager::set_liveness(Surroundings& world, const SetNodeLivenessRequest& body) {
  if (!body.for_this_process) {
    world.out.refuse(Refusal::kOtherProcess);
  } else if (index_of(body.target) == index_of(liveness) + 1) {
    liveness = body.target;  // one step at a time: who is to stop drains first
  }
  world.out.report(coordinator, SetNodeLivenessResponse{liveness});
}

void MaintainerManager::handle(Surroundings& world, const Order& order) {
  if (const auto* bootstrap = std::get_if<CoordinatorBootstrapRequest>(&order.body)) {
    if (bootstrap->version < coordinator_version) return world.out.refuse(Refusal::kOldCoordinator);
    coordinator = order.from;
    coordinator_version = bootstrap->version;
    CoordinatorBootstrapResponse response;
    if (maintainer) response.status = maintainer->take_status();
    return world.out.report(order.from, response);
  }
  if (const auto* body = std::get_if<AddMaintainerRequest>(&order.body)) {
    const Refusal why = why_not_added(world.rules, order);
    if (why != Refusal::kNone) return world.out.refuse(why);
    return add(world, order.epoch, *body);
  }
  if (order.from != coordinator) return world.out.refuse(Refusal::kNotTheCoordinator);
  if (const auto* body = std::get_if<RemoveMaintainerRequest>(&order.body))
    return remove(world, order, *body);
  set_liveness(world, std::get<SetNodeLivenessRequest>(order.body));
}

bool MaintainerManager::is_passed_on(const Order& order) const {
  return std::holds_alternative<RemoveMaintainerRequest>(order.body) && order.from == coordinator &&
         maintainer.has_value();
}

void MaintainerManager::report(Surroundings& world) {
  world.out.report(coordinator, MaintainerHeartbeat{maintainer->take_status()});
}

void MaintainerManager::find_stopped() {
  if (maintainer && maintainer->removed) going = maintainer->spans.trigger.id;
}

void MaintainerManager::clean_up(const MaintainerRules& rules) {
  const bool is_it = maintainer && maintainer->spans.trigger.id == going;
  if (going != DispatcherId::kNone && (is_it || !rules(MaintainerGuard::kCleanupByIdentity)))
    maintainer.reset();
  going = DispatcherId::kNone;
}

}  // namespace takeover::impl
