// The closed system: which kinds of actions a scenario allows, when nothing is under way, and how often
// faults strike.
#include "spec/world/world.h"

#include <algorithm>
#include <bitset>
#include <catch2/catch.hpp>
#include <functional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "spec/profiles.h"

using namespace takeover;
using namespace takeover::spec;
using impl::DispatcherId;
using impl::NodeActionKind;

namespace {

constexpr impl::NodeId kA{1};

using Kinds = std::set<std::string>;

Scenario of_one_owner() {
  Scenario scenario;
  scenario.nodes = {kA};
  scenario.owners.resize(1);
  return scenario;
}

Kinds kinds_of(const Scenario& scenario) {
  Kinds kinds;
  const std::bitset<kActionKindCount> possible = possible_kinds(scenario);
  for (std::size_t i = 0; i < kActionKindCount; ++i) {
    if (possible[i]) kinds.insert(action_kind_names()[i]);
  }
  return kinds;
}

}  // namespace

TEST_CASE("a scenario allows the kinds of actions that its owners and bounds need") {
  const Kinds always{"send-bootstrap", "receive", "handle-orchestrator"};
  CHECK(kinds_of(of_one_owner()) == always);
  struct Case {
    std::string what;
    std::function<void(Owner&, Bounds&)> change;
    Kinds adds;
  };
  const std::vector<Case> cases{
      {"trigger", [](Owner& o, Bounds&) { o.event_trigger = DispatcherId{1}; }, {"send-post-bootstrap"}},
      {"creates",
       [](Owner& o, Bounds&) { o.creates = {DispatcherId{1}}; },
       {"send-create", "handle-schedule", "report"}},
      {"creates, and resends",
       [](Owner& o, Bounds& b) {
         o.creates = {DispatcherId{1}};
         b.resends = 1;
       },
       {"send-create", "send-resend", "handle-schedule", "report"}},
      {"creates, and retries",
       [](Owner& o, Bounds&) {
         o.creates = {DispatcherId{1}};
         o.retries = true;
       },
       {"send-create", "send-resend", "handle-schedule", "report"}},
      {"resends, of nothing", [](Owner&, Bounds& b) { b.resends = 1; }, {}},
      {"removes",
       [](Owner& o, Bounds&) { o.allowed.removes = 1; },
       {"send-remove", "handle-schedule", "remove-task", "clean-up"}},
      {"hands over",
       [](Owner& o, Bounds&) { o.hands_over = true; },
       {"send-hand-over", "handle-schedule", "remove-task", "clean-up"}},
      {"hands over, and resends",
       [](Owner& o, Bounds& b) {
         o.hands_over = true;
         b.resends = 1;
       },
       {"send-hand-over", "send-resend", "handle-schedule", "remove-task", "clean-up"}},
      {"merges",
       [](Owner& o, Bounds&) { o.merges = {DispatcherId{1}}; },
       {"send-merge", "handle-merge", "merge-task"}},
      {"actions",
       [](Owner& o, Bounds&) { o.allowed.actions = 1; },
       {"send-barrier-action", "handle-heartbeat-response", "execute"}},
      {"redo metas",
       [](Owner& o, Bounds&) { o.allowed.redo_metas = 1; },
       {"send-redo-meta", "handle-redo-meta"}},
      {"redo forwards",
       [](Owner& o, Bounds&) { o.allowed.redo_forwards = 1; },
       {"send-redo-forward", "handle-redo-forward"}},
      {"checkpoints",
       [](Owner& o, Bounds&) { o.allowed.checkpoints = 1; },
       {"send-checkpoint", "handle-checkpoint"}},
      {"closes",
       [](Owner& o, Bounds&) { o.closes = true; },
       {"send-close", "stop-write-path", "unregister", "finish-close"}},
      {"closes for good",
       [](Owner& o, Bounds&) { o.closes_removed = true; },
       {"send-close-removed", "stop-write-path", "unregister", "finish-close"}},
      {"misbehaves", [](Owner& o, Bounds&) { o.misbehaviour.emplace_back(); }, {"send-misbehave"}},
      {"losses", [](Owner&, Bounds& b) { b.losses = 1; }, {"lose", "lose-reply"}},
      {"deaths", [](Owner&, Bounds& b) { b.deaths = 1; }, {"die"}},
      {"local fences", [](Owner&, Bounds& b) { b.local_fences = 1; }, {"local-fence", "finish-close"}},
      {"shutdowns",
       [](Owner&, Bounds& b) { b.shutdowns = 1; },
       {"close-orchestrator", "stop-write-path", "unregister", "finish-close"}},
      {"failed creations", [](Owner&, Bounds& b) { b.failed_creations = 1; }, {"fail-create"}},
      {"failed clean-ups", [](Owner&, Bounds& b) { b.failed_clean_ups = 1; }, {"fail-clean-up"}},
      {"first events", [](Owner&, Bounds& b) { b.first_events = 1; }, {"first-event", "report"}},
      {"complete heartbeats", [](Owner&, Bounds& b) { b.complete_heartbeats = 1; }, {"complete-heartbeat"}},
      {"extra copies", [](Owner&, Bounds& b) { b.extra_copies = 1; }, {}},
  };
  for (const Case& each : cases) {
    CAPTURE(each.what);
    Scenario scenario = of_one_owner();
    each.change(scenario.owners[0], scenario.bounds);
    Kinds expected = always;
    expected.insert(each.adds.begin(), each.adds.end());
    CHECK(kinds_of(scenario) == expected);
  }
  Scenario removal = of_one_owner();
  removal.owners[0].removal_of = 0;
  CHECK(kinds_of(removal) == Kinds{"receive", "handle-orchestrator"});
}

TEST_CASE("each kind of action has its own name") {
  const std::vector<std::string>& names = action_kind_names();
  CHECK(names.size() == kActionKindCount);
  CHECK(Kinds(names.begin(), names.end()).size() == names.size());
  const auto name_of = [&](const WorldAction& action) { return names.at(kind_of(action)); };
  for (const Row row : impl::kAllOf<Row>) {
    CHECK(name_of({EnvironmentAction{.row = row}}) == "send-" + std::string(spec::name_of(row)));
  }
  CHECK(name_of({EnvironmentAction{.kind = EnvironmentActionKind::kReceive}}) == "receive");
  CHECK(name_of({EnvironmentAction{.kind = EnvironmentActionKind::kLose}}) == "lose");
  CHECK(name_of({EnvironmentAction{.kind = EnvironmentActionKind::kLoseReply}}) == "lose-reply");
  CHECK(name_of({EnvironmentAction{.kind = EnvironmentActionKind::kDie}}) == "die");
  CHECK(name_of({impl::NodeAction{.path = impl::Path::kOrchestrator}, kA}) == "handle-orchestrator");
  CHECK(name_of({impl::NodeAction{.path = impl::Path::kCheckpointTs}, kA}) == "handle-checkpoint");
  CHECK(name_of({impl::NodeAction{.kind = NodeActionKind::kRemoveTask}, kA}) == "remove-task");
  CHECK(name_of({impl::NodeAction{.kind = NodeActionKind::kFinishClose}, kA}) == "finish-close");
  CHECK(name_of({impl::NodeAction{.kind = NodeActionKind::kReportError}, kA}) == "report-error");
  CHECK(name_of({impl::NodeAction{.kind = NodeActionKind::kFirstEvent}, kA}) == "first-event");
  CHECK(name_of({impl::NodeAction{.kind = NodeActionKind::kCompleteHeartbeat}, kA}) == "complete-heartbeat");
  CHECK(name_of({impl::NodeAction{.kind = NodeActionKind::kFailCleanUp}, kA}) == "fail-clean-up");
}

TEST_CASE("a world is at rest only when nothing is under way on the links and on the node") {
  const Scenario scenario = of_one_owner();
  World rest = initial_world(scenario);
  CHECK(is_terminal(scenario, rest));
  impl::DispatcherManager& manager = rest.nodes[kA].manager.emplace();
  manager.closed = manager.write_path_closed = true;
  manager.dispatchers.insert({.removing = true});
  manager.journal.insert({});
  rest.nodes[kA].fenced = rest.nodes[kA].closed = true;
  CHECK(is_terminal(scenario, rest));
  const std::vector<std::pair<std::string, std::function<void(World&)>>> under_way{
      {"links", [](World& w) { w.environment.links.push({}); }},
      {"handler", [](World& w) { w.nodes[kA].handler.emplace(); }},
      {"pending", [](World& w) { w.nodes[kA].pending.emplace_back(); }},
      {"initializing", [](World& w) { w.nodes[kA].initializing = impl::DispatcherManager{}; }},
      {"streams", [](World& w) { w.nodes[kA].manager->streams.emplace_back(); }},
      {"statuses", [](World& w) { w.nodes[kA].manager->statuses.emplace_back(); }},
      {"actions", [](World& w) { w.nodes[kA].manager->actions.emplace_back(); }},
      {"merges", [](World& w) { w.nodes[kA].manager->merges.emplace_back(); }},
      {"schedule", [](World& w) { w.nodes[kA].manager->schedule.step = impl::ScheduleStep::kCreate; }},
      {"clean-up", [](World& w) { w.nodes[kA].manager->clean_up.step = impl::CleanUpStep::kEnqueueReport; }},
      {"closing", [](World& w) { w.nodes[kA].manager->closing = true; }},
      {"fence", [](World& w) { w.nodes[kA].manager->fence = impl::FenceHolder::kSchedule; }},
  };
  for (const auto& [what, change] : under_way) {
    CAPTURE(what);
    World world = rest;
    change(world);
    CHECK_FALSE(is_terminal(scenario, world));
  }
}

TEST_CASE("where owners have to stop, those that began and go on keep a world from its end") {
  Scenario scenario = of_one_owner();
  scenario.terminal = Terminal::kStopped;
  World world = initial_world(scenario);
  for (const Phase phase : {Phase::kIdle, Phase::kBootstrapping, Phase::kRunning, Phase::kHandingOver,
                            Phase::kClosing, Phase::kStopped, Phase::kDead}) {
    CAPTURE(spec::name_of(phase));
    world.environment.owners[0].phase = phase;
    CHECK(is_terminal(scenario, world) ==
          (phase == Phase::kIdle || phase == Phase::kStopped || phase == Phase::kDead));
  }
}

TEST_CASE("a fault strikes as often as its bound allows, and is counted") {
  struct Fault {
    NodeActionKind kind;
    std::uint8_t Bounds::*bound;
  };
  const impl::Rules& rules = profile_named("reference")->rules;
  const auto strikes = [&](const Scenario& scenario, const World& world, NodeActionKind kind) {
    std::vector<WorldAction> actions;
    std::vector<EnvironmentAction> scratch;
    collect_actions(scenario, rules, world, actions, scratch);
    return std::ranges::any_of(actions, [&](const WorldAction& action) {
      const impl::NodeAction* node = action.of_node();
      return node != nullptr && node->kind == kind;
    });
  };
  const std::vector<Fault> faults{{NodeActionKind::kLocalFence, &Bounds::local_fences},
                                  {NodeActionKind::kCloseOrchestrator, &Bounds::shutdowns},
                                  {NodeActionKind::kFailCreate, &Bounds::failed_creations},
                                  {NodeActionKind::kFailCleanUp, &Bounds::failed_clean_ups}};
  for (const Fault& fault : faults) {
    Scenario scenario = of_one_owner();
    const World world = initial_world(scenario);
    CHECK_FALSE(strikes(scenario, world, fault.kind));
    scenario.bounds.*fault.bound = 1;
    CHECK(strikes(scenario, world, fault.kind));
    for (const Fault& other : faults) {
      if (other.kind != fault.kind) CHECK_FALSE(strikes(scenario, world, other.kind));
    }
    WorldStep step{.action = {impl::NodeAction{.kind = fault.kind}, kA}, .state = {}, .out = {}};
    apply(scenario, rules, step, world);
    for (const Fault& other : faults) {
      CHECK(step.state.environment.used.*other.bound == (other.kind == fault.kind ? 1 : 0));
    }
    scenario.bounds.*fault.bound = 2;
    CHECK_FALSE(
        strikes(scenario, step.state, fault.kind));  // what has struck must end before it strikes again
    scenario.bounds.*fault.bound = 1;
    World used_up = world;
    used_up.environment.used.*fault.bound = 1;
    CHECK_FALSE(strikes(scenario, used_up, fault.kind));
  }
}

TEST_CASE("first events come to triggers that wait for one, as often as their bound allows") {
  Scenario scenario = of_one_owner();
  const impl::Rules& rules = profile_named("reference")->rules;
  World world = initial_world(scenario);
  impl::DispatcherManager& manager = world.nodes[kA].manager.emplace();
  for (const impl::DispatcherId id : {DispatcherId{1}, DispatcherId{2}, DispatcherId{3}}) {
    manager.dispatchers.insert({.id = id, .status = impl::Status::kInitializing, .span = impl::kDdlSpan});
  }
  manager.registered_triggers.insert(DispatcherId{1});
  manager.registered_triggers.insert(DispatcherId{3});
  const auto coming = [&](const World& in) {
    std::vector<WorldAction> actions;
    std::vector<EnvironmentAction> scratch;
    collect_actions(scenario, rules, in, actions, scratch);
    std::vector<impl::DispatcherId> ids;
    for (const WorldAction& action : actions) {
      const impl::NodeAction* node = action.of_node();
      if (node != nullptr && node->kind == NodeActionKind::kFirstEvent) ids.push_back(node->id);
    }
    return ids;
  };
  CHECK(coming(world).empty());
  scenario.bounds.first_events = 1;
  CHECK(coming(world) == std::vector{DispatcherId{1}, DispatcherId{3}});
  WorldStep step{.action = {impl::NodeAction{.kind = NodeActionKind::kFirstEvent, .id = DispatcherId{3}}, kA},
                 .state = {},
                 .out = {}};
  apply(scenario, rules, step, world);
  CHECK(step.state.environment.used == Bounds{.first_events = 1});
  CHECK(coming(step.state).empty());
  scenario.bounds.first_events = 2;
  CHECK(coming(step.state) == std::vector{DispatcherId{1}});
}

TEST_CASE("complete heartbeats come as often as their bound allows, and leave the node as it is") {
  Scenario scenario = of_one_owner();
  const impl::Rules& rules = profile_named("reference")->rules;
  World world = initial_world(scenario);
  world.nodes[kA].manager.emplace().dispatchers.insert({.id = DispatcherId{1}, .span = {.table = 1}});
  const WorldAction heartbeat{impl::NodeAction{.kind = NodeActionKind::kCompleteHeartbeat}, kA};
  const auto comes = [&](const World& in) {
    std::vector<WorldAction> actions;
    std::vector<EnvironmentAction> scratch;
    collect_actions(scenario, rules, in, actions, scratch);
    return std::ranges::any_of(actions,
                               [&](const WorldAction& each) { return kind_of(each) == kind_of(heartbeat); });
  };
  CHECK_FALSE(comes(world));
  scenario.bounds.complete_heartbeats = 1;
  CHECK(comes(world));
  WorldStep step{.action = heartbeat, .state = {}, .out = {}};
  apply(scenario, rules, step, world);
  CHECK(step.state.nodes[kA] == world.nodes[kA]);
  CHECK(step.state.environment.used == Bounds{.complete_heartbeats = 1});
  CHECK_FALSE(comes(step.state));
}

TEST_CASE("a shutdown goes on by itself, and counts once") {
  const Scenario scenario = of_one_owner();
  const impl::Rules& rules = profile_named("reference")->rules;
  World world = initial_world(scenario);
  world.nodes[kA].closed = true;
  world.nodes[kA].manager.emplace();
  world.environment.used.shutdowns = 1;
  std::vector<WorldAction> actions;
  std::vector<EnvironmentAction> scratch;
  collect_actions(scenario, rules, world, actions, scratch);
  const impl::NodeAction close{.kind = NodeActionKind::kCloseOrchestrator};
  CHECK(std::ranges::count_if(actions, [&](const WorldAction& action) {
          const impl::NodeAction* node = action.of_node();
          return node != nullptr && *node == close;
        }) == 1);
  WorldStep step{.action = {close, kA}, .state = {}, .out = {}};
  apply(scenario, rules, step, world);
  CHECK(step.state.nodes[kA].manager->closing);
  CHECK(step.state.environment.used.shutdowns == 1);
}

TEST_CASE("a message reaches the node, and what is remembered of it, in the step that receives it only") {
  Scenario scenario = of_one_owner();
  scenario.properties.set(static_cast<std::size_t>(Property::kOwnerFromRequest));
  const impl::Rules& rules = profile_named("reference")->rules;
  const impl::Message bootstrap{
      .from = impl::NodeId{2}, .to = kA, .epoch = 3, .body = impl::MaintainerBootstrapRequest{}};
  using enum EnvironmentActionKind;
  for (const EnvironmentActionKind kind : {kSend, kReceive, kLose, kLoseReply, kDie}) {
    CAPTURE(kind);
    const bool receives = kind == kReceive;
    World world = initial_world(scenario);
    if (kind != kSend) world.environment.links = {bootstrap};
    WorldStep step{.action = {EnvironmentAction{.kind = kind, .request = bootstrap}}, .state = {}, .out = {}};
    const impl::Message* received = received_in(step.action);
    CHECK((received != nullptr) == receives);
    if (received != nullptr) CHECK(*received == bootstrap);
    step.out.note({.kind = impl::NoteKind::kShouldNotHappen});  // of a step before
    apply(scenario, rules, step, world);
    CHECK(step.out.notes.empty());
    CHECK(step.state.environment.links.size() == (receives || kind == kLose ? 0 : 1));
    CHECK(step.state.nodes[kA].pending.size() == (receives ? 1 : 0));
    CHECK(step.state.histories[kA].bootstraps.size() == (receives ? 1 : 0));
  }
  CHECK(received_in({impl::NodeAction{}, kA}) == nullptr);
}

TEST_CASE("actions are collected afresh: the environment's, the node's and its faults") {
  Scenario scenario = of_one_owner();
  scenario.bounds.shutdowns = 1;
  World world = initial_world(scenario);
  world.nodes[kA].pending.push_back({.to = kA, .body = impl::MaintainerBootstrapRequest{}});
  std::vector<WorldAction> actions(1, {EnvironmentAction{.kind = EnvironmentActionKind::kDie}});
  std::vector<EnvironmentAction> scratch(1, {.kind = EnvironmentActionKind::kDie});
  collect_actions(scenario, profile_named("reference")->rules, world, actions, scratch);
  std::vector<std::string> names;
  for (const WorldAction& action : actions) names.push_back(action_kind_names().at(kind_of(action)));
  CHECK(names == std::vector<std::string>{"handle-orchestrator", "close-orchestrator"});
  scenario.owners[0].node = impl::NodeId{2};  // whose Bootstrap is not the pending one
  collect_actions(scenario, profile_named("reference")->rules, world, actions, scratch);
  REQUIRE(actions.size() == 3);
  CHECK(action_kind_names().at(kind_of(actions.front())) == "send-bootstrap");
}
