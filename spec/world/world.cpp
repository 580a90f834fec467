#include "spec/world/world.h"

#include <algorithm>

namespace takeover::spec {
namespace {

using impl::NodeAction;
using impl::NodeActionKind;

constexpr std::size_t kFirstNodeKind = kRowCount + 4;

std::size_t kind_of_node(const NodeAction& action) {
  if (action.kind == NodeActionKind::kHandle) return kFirstNodeKind + static_cast<std::size_t>(action.path);
  return kFirstNodeKind + impl::kPathCount - 1 + static_cast<std::size_t>(action.kind);
}

void collect_faults(const Scenario& scenario, const impl::Rules& rules, const World& world,
                    std::vector<WorldAction>& actions) {
  const Bounds& used = world.environment.used;
  const auto offer = [&](NodeActionKind kind, bool allowed) {
    if (!allowed) return;
    const NodeAction action{.kind = kind};
    if (is_enabled(rules, world.node, action)) actions.emplace_back(action);
  };
  offer(NodeActionKind::kLocalFence, used.local_fences < scenario.bounds.local_fences);
  // Once the orchestrator is closed, its manager is closed by itself.
  offer(NodeActionKind::kCloseOrchestrator, world.node.closed || used.shutdowns < scenario.bounds.shutdowns);
  offer(NodeActionKind::kFailCreate, used.failed_creations < scenario.bounds.failed_creations);
  offer(NodeActionKind::kFailCleanUp, used.failed_clean_ups < scenario.bounds.failed_clean_ups);
  // No fault, but what comes every 10 s would come any number of times.
  offer(NodeActionKind::kCompleteHeartbeat, used.complete_heartbeats < scenario.bounds.complete_heartbeats);
}

// A trigger's first event is nobody's fault, but may take for ever; so it comes as often as is allowed.
void collect_first_events(const Scenario& scenario, const impl::Rules& rules, const World& world,
                          std::vector<WorldAction>& actions) {
  const bool allowed = world.environment.used.first_events < scenario.bounds.first_events;
  if (!allowed || !world.node.manager) return;
  for (const impl::Dispatcher& dispatcher : world.node.manager->dispatchers) {
    const NodeAction action{
        .kind = NodeActionKind::kFirstEvent, .mode = dispatcher.mode, .id = dispatcher.id};
    if (is_enabled(rules, world.node, action)) actions.emplace_back(action);
  }
}

void count(Bounds& used, const impl::DispatcherOrchestrator& before, NodeActionKind kind) {
  if (kind == NodeActionKind::kLocalFence) ++used.local_fences;
  if (kind == NodeActionKind::kCloseOrchestrator && !before.closed) ++used.shutdowns;
  if (kind == NodeActionKind::kFailCreate) ++used.failed_creations;
  if (kind == NodeActionKind::kFailCleanUp) ++used.failed_clean_ups;
  if (kind == NodeActionKind::kFirstEvent) ++used.first_events;
  if (kind == NodeActionKind::kCompleteHeartbeat) ++used.complete_heartbeats;
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

std::size_t kind_of(const WorldAction& action) {
  if (const auto* node_action = std::get_if<NodeAction>(&action)) return kind_of_node(*node_action);
  const auto& environment_action = std::get<EnvironmentAction>(action);
  if (environment_action.kind == EnvironmentActionKind::kSend) {
    return static_cast<std::size_t>(environment_action.row);
  }
  return kRowCount + static_cast<std::size_t>(environment_action.kind) - 1;
}

const std::vector<std::string>& action_kind_names() {
  static const std::vector<std::string> kNames = [] {
    std::vector<std::string> names;
    for (std::size_t row = 0; row < kRowCount; ++row) {
      names.push_back("send-" + std::string(to_string(static_cast<Row>(row))));
    }
    for (const char* name : {"receive",
                             "lose",
                             "lose-reply",
                             "die",
                             "handle-orchestrator",
                             "handle-schedule",
                             "handle-merge",
                             "handle-heartbeat-response",
                             "handle-redo-meta",
                             "handle-redo-forward",
                             "handle-checkpoint",
                             "remove-task",
                             "clean-up",
                             "report",
                             "execute",
                             "merge-task",
                             "stop-write-path",
                             "unregister",
                             "finish-close",
                             "report-error",
                             "first-event",
                             "complete-heartbeat",
                             "local-fence",
                             "close-orchestrator",
                             "fail-create",
                             "fail-clean-up"}) {
      names.emplace_back(name);
    }
    return names;
  }();
  return kNames;
}

std::bitset<kActionKindCount> possible_kinds(const Scenario& scenario) {
  std::bitset<kActionKindCount> kinds;
  const auto allow = [&](std::size_t kind, bool possible = true) {
    if (possible) kinds.set(kind);
  };
  const auto row = [](Row r) { return static_cast<std::size_t>(r); };
  const auto node = [](NodeActionKind kind) { return kind_of_node({.kind = kind}); };
  const auto path = [](impl::Path p) { return kind_of_node({.path = p}); };
  const Bounds& bounds = scenario.bounds;
  for (const Owner& owner : scenario.owners) {
    const bool schedules = !owner.creates.empty() || owner.removes > 0 || owner.hands_over;
    const bool removes = owner.removes > 0 || owner.hands_over;
    allow(row(Row::kBootstrap), !owner.removal_of);
    allow(row(Row::kPostBootstrap), owner.event_trigger != impl::DispatcherId::kNone);
    allow(row(Row::kCreate), !owner.creates.empty());
    allow(row(Row::kRemove), owner.removes > 0);
    allow(row(Row::kMerge), !owner.merges.empty());
    allow(row(Row::kResend), schedules && (bounds.resends > 0 || owner.retries));
    allow(row(Row::kBarrierAction), owner.actions > 0);
    allow(row(Row::kRedoMeta), owner.redo_metas > 0);
    allow(row(Row::kRedoForward), owner.redo_forwards > 0);
    allow(row(Row::kCheckpoint), owner.checkpoints > 0);
    allow(row(Row::kHandOver), owner.hands_over);
    allow(row(Row::kClose), owner.closes);
    allow(row(Row::kCloseRemoved), owner.closes_removed);
    allow(row(Row::kMisbehave), !owner.misbehaviour.empty());
    allow(path(impl::Path::kSchedule), schedules);
    allow(path(impl::Path::kMerge), !owner.merges.empty());
    allow(path(impl::Path::kHeartBeatResponse), owner.actions > 0);
    allow(path(impl::Path::kRedoMeta), owner.redo_metas > 0);
    allow(path(impl::Path::kRedoResolvedTsForward), owner.redo_forwards > 0);
    allow(path(impl::Path::kCheckpointTs), owner.checkpoints > 0);
    allow(node(NodeActionKind::kRemoveTask), removes);
    allow(node(NodeActionKind::kCleanUp), removes);
    allow(node(NodeActionKind::kReport), !owner.creates.empty() || bounds.first_events > 0);
    // Not kReportError: with Guard::kErrorKeepsItsOwner an error is told at once, and nothing is wrong.
    allow(node(NodeActionKind::kExecute), owner.actions > 0);
    allow(node(NodeActionKind::kMergeTask), !owner.merges.empty());
    const bool closes = owner.closes || owner.closes_removed || bounds.shutdowns > 0;
    for (const auto kind : {NodeActionKind::kStopWritePath, NodeActionKind::kUnregister}) {
      allow(node(kind), closes);
    }
    allow(node(NodeActionKind::kFinishClose), closes || bounds.local_fences > 0);
  }
  allow(kRowCount);  // receive
  allow(kRowCount + 1, bounds.losses > 0);
  allow(kRowCount + 2, bounds.losses > 0);
  allow(kRowCount + 3, bounds.deaths > 0);
  allow(path(impl::Path::kOrchestrator));
  allow(node(NodeActionKind::kLocalFence), bounds.local_fences > 0);
  allow(node(NodeActionKind::kCloseOrchestrator), bounds.shutdowns > 0);
  allow(node(NodeActionKind::kFailCreate), bounds.failed_creations > 0);
  allow(node(NodeActionKind::kFailCleanUp), bounds.failed_clean_ups > 0);
  allow(node(NodeActionKind::kFirstEvent), bounds.first_events > 0);
  allow(node(NodeActionKind::kCompleteHeartbeat), bounds.complete_heartbeats > 0);
  return kinds;
}

World initial_world(const Scenario& scenario) {
  return {{}, initial_environment(scenario), {}};
}

void collect_actions(const Scenario& scenario, const impl::Rules& rules, const World& world,
                     std::vector<WorldAction>& actions, std::vector<EnvironmentAction>& scratch) {
  actions.clear();
  scratch.clear();
  collect_actions(scenario, rules, world.environment, world.node, scratch);
  for (EnvironmentAction& action : scratch) actions.emplace_back(std::move(action));
  impl::for_each_action(rules, world.node, [&](const NodeAction& action) { actions.emplace_back(action); });
  collect_faults(scenario, rules, world, actions);
  collect_first_events(scenario, rules, world, actions);
}

const impl::Message* received_in(const WorldAction& action) {
  const auto* environment_action = std::get_if<EnvironmentAction>(&action);
  const bool receives =
      environment_action != nullptr && environment_action->kind == EnvironmentActionKind::kReceive;
  return receives ? &environment_action->request : nullptr;
}

void apply(const Scenario& scenario, const impl::Rules& rules, WorldStep& step, const World& before) {
  step.state = before;
  step.out.clear();
  if (const auto* action = std::get_if<EnvironmentAction>(&step.action)) {
    apply(step.state.environment, *action);
    if (action->kind == EnvironmentActionKind::kReceive) {
      impl::receive(rules, step.state.node, action->request, step.out);
    }
  } else {
    const auto& node_action = std::get<NodeAction>(step.action);
    count(step.state.environment.used, before.node, node_action.kind);
    impl::apply(rules, step.state.node, node_action, step.out);
    take_replies(scenario, step.state.environment, step.out);
  }
  update(step.state.history, {before.node, step.state.node, step.out, received_in(step.action)},
         scenario.properties);
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
