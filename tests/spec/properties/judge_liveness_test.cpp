// Liveness, clause by clause: who is owed what, what settles it, and which steps are fair.
#include <algorithm>
#include <bit>
#include <string>
#include <vector>

#include "spec/properties/liveness.h"
#include "spec/world/world.h"
#include "tests/spec/properties/judge_cases.h"

using namespace takeover;
using namespace takeover::judged;

namespace {

using spec::LiveProperty;
using spec::Phase;

constexpr NodeId kHere = kA;         // that runs
constexpr std::size_t kFirst = 0;    // kA with kEpoch: closes, creates kX and retries
constexpr std::size_t kSecond = 1;   // kB with a higher epoch: closes for good, creates kY and retries
constexpr std::size_t kRemoval = 2;  // kC: removes what the first one left
constexpr std::size_t kZero = 3;     // kB without an epoch: creates kZ once

spec::Owner owner_named(const char* name, NodeId node, impl::Epoch epoch) {
  spec::Owner owner;
  owner.name = name;
  owner.node = node;
  owner.epoch = epoch;
  return owner;
}
spec::Scenario scenario() {
  spec::Scenario scenario;
  scenario.nodes = {kHere};
  spec::Owner first = owner_named("A", kA, kEpoch);
  first.creates = {kX};
  first.closes = first.retries = true;
  spec::Owner second = owner_named("B", kB, 6);
  second.creates = {kOther, kY};
  second.closes_removed = second.retries = true;
  spec::Owner removal = owner_named("C", kC, 7);
  removal.removal_of = kFirst;
  removal.closes_removed = removal.retries = true;
  spec::Owner zero = owner_named("D", kB, 0);
  zero.creates = {kZ};
  scenario.owners = {first, second, removal, zero};
  scenario.live.set();
  return scenario;
}
spec::World world() {
  spec::World world = spec::initial_world(scenario());
  world.nodes[kHere].manager = open_manager();
  return world;
}
spec::OwnerState& owner(spec::World& world, std::size_t index) {
  return world.environment.owners[index];
}
void place(spec::OwnerState& state, DispatcherId id, spec::Belief belief) {
  state.record.insert({.id = id, .belief = belief});
}

// Whether it is owed, and if so, whether it is settled.
enum class Debt { kNone, kOwed, kSettled };
struct Owed {
  const char* clause;
  Debt debt;
  void (*make)(spec::World&);
};
void check_owed(LiveProperty property, std::size_t claimant, const std::vector<Owed>& cases) {
  for (const Owed& each : cases) {
    CAPTURE(spec::info(property).id, each.clause);
    spec::World w = world();
    each.make(w);
    const spec::LiveClaim claim{property, claimant, kHere};
    CHECK(spec::is_owed(claim, w) == (each.debt != Debt::kNone));
    CHECK(spec::is_settled(scenario(), claim, w) == (each.debt != Debt::kOwed));
  }
}

spec::WorldStep step_of(const spec::WorldAction& action, const spec::World& after) {
  spec::WorldStep step;
  step.action = action;
  step.state = after;
  return step;
}

}  // namespace

TEST_CASE("a liveness property is claimed for the owners that it is about") {
  const auto claimants = [](LiveProperty property, const spec::Scenario& of) {
    std::vector<std::size_t> owners;
    const auto judged = spec::LivePropertySet().set(static_cast<std::size_t>(property));
    for (const spec::LiveClaim& claim : spec::live_claims(of, judged)) {
      CHECK(claim.property == property);
      CHECK(claim.node == kHere);
      owners.push_back(claim.owner);
    }
    return owners;
  };
  using Owners = std::vector<std::size_t>;
  CHECK(claimants(LiveProperty::kBootstrapAnswered, scenario()) == Owners{kFirst, kSecond});
  spec::Scenario numbered = scenario();
  numbered.owners[kZero].epoch = 1;
  CHECK(claimants(LiveProperty::kBootstrapAnswered, numbered) == Owners{kFirst, kSecond, kZero});
  CHECK(claimants(LiveProperty::kCloseSucceeds, scenario()) == Owners{kFirst, kSecond, kRemoval});
  CHECK(claimants(LiveProperty::kRemoveCompletes, scenario()) == Owners{kFirst});
  for (const LiveProperty property :
       {LiveProperty::kCreateAccepted, LiveProperty::kCreateTried, LiveProperty::kCreateSucceeds}) {
    CHECK(claimants(property, scenario()) == Owners{kFirst, kSecond});
    spec::Scenario unlisted = scenario();
    unlisted.live.reset(static_cast<std::size_t>(property));
    CHECK(claimants(property, unlisted).empty());
  }
}

TEST_CASE("bootstrap-answered: an owner waits, unless a later one has begun or the node is leaving") {
  check_owed(
      LiveProperty::kBootstrapAnswered, kFirst,
      {{"it has not begun", Debt::kNone, [](auto& /*as it is*/) {}},
       {"it waits", Debt::kOwed, [](auto& w) { owner(w, kFirst).phase = Phase::kBootstrapping; }},
       {"it was answered", Debt::kNone, [](auto& w) { owner(w, kFirst).phase = Phase::kRunning; }},
       {"it closes", Debt::kNone, [](auto& w) { owner(w, kFirst).phase = Phase::kClosing; }},
       {"another one waits", Debt::kNone, [](auto& w) { owner(w, kSecond).phase = Phase::kBootstrapping; }},
       {"a later one has begun", Debt::kSettled,
        [](auto& w) {
          owner(w, kFirst).phase = Phase::kBootstrapping;
          owner(w, kSecond).phase = Phase::kBootstrapping;
        }},
       {"a later one, not the next, has ended", Debt::kSettled,
        [](auto& w) {
          owner(w, kFirst).phase = Phase::kBootstrapping;
          owner(w, kRemoval).phase = Phase::kStopped;
        }},
       {"one of a lower epoch has begun", Debt::kOwed,
        [](auto& w) {
          owner(w, kFirst).phase = Phase::kBootstrapping;
          owner(w, kZero).phase = Phase::kBootstrapping;
        }},
       {"the node is fenced", Debt::kSettled,
        [](auto& w) {
          owner(w, kFirst).phase = Phase::kBootstrapping;
          w.nodes[kHere].fenced = true;
        }},
       {"the node shuts down", Debt::kSettled, [](auto& w) {
          owner(w, kFirst).phase = Phase::kBootstrapping;
          w.nodes[kHere].closed = true;
        }}});
  check_owed(LiveProperty::kBootstrapAnswered, kSecond,
             {{"it waits", Debt::kOwed, [](auto& w) { owner(w, kSecond).phase = Phase::kBootstrapping; }},
              {"an earlier one has begun", Debt::kOwed, [](auto& w) {
                 owner(w, kFirst).phase = Phase::kRunning;
                 owner(w, kSecond).phase = Phase::kBootstrapping;
               }}});
}

TEST_CASE("a later owner is one of a higher epoch, wherever it stands") {
  check_owed(LiveProperty::kCreateTried, kZero,
             {{"it waits", Debt::kOwed,
               [](auto& w) {
                 owner(w, kZero).phase = Phase::kRunning;
                 place(owner(w, kZero), kZ, spec::Belief::kCreating);
               }},
              {"the first of all has begun", Debt::kSettled, [](auto& w) {
                 owner(w, kZero).phase = Phase::kRunning;
                 place(owner(w, kZero), kZ, spec::Belief::kCreating);
                 owner(w, kFirst).phase = Phase::kDead;
               }}});
}

TEST_CASE("close-succeeds: an owner waits, unless the node is leaving") {
  check_owed(LiveProperty::kCloseSucceeds, kSecond,
             {{"it runs", Debt::kNone, [](auto& w) { owner(w, kSecond).phase = Phase::kRunning; }},
              {"it closes", Debt::kOwed, [](auto& w) { owner(w, kSecond).phase = Phase::kClosing; }},
              {"it has stopped", Debt::kNone, [](auto& w) { owner(w, kSecond).phase = Phase::kStopped; }},
              {"another one closes", Debt::kNone, [](auto& w) { owner(w, kFirst).phase = Phase::kClosing; }},
              {"a later one has begun", Debt::kOwed,
               [](auto& w) {
                 owner(w, kSecond).phase = Phase::kClosing;
                 owner(w, kRemoval).phase = Phase::kClosing;
               }},
              {"the node is fenced", Debt::kSettled,
               [](auto& w) {
                 owner(w, kSecond).phase = Phase::kClosing;
                 w.nodes[kHere].fenced = true;
               }},
              {"the node shuts down", Debt::kSettled, [](auto& w) {
                 owner(w, kSecond).phase = Phase::kClosing;
                 w.nodes[kHere].closed = true;
               }}});
}

TEST_CASE("remove-completes: a removal is under way, whoever comes and goes") {
  check_owed(LiveProperty::kRemoveCompletes, kFirst,
             {{"nothing is removed", Debt::kNone, [](auto& /*as it is*/) {}},
              {"no manager is here", Debt::kNone,
               [](auto& w) {
                 w.nodes[kHere].manager->find(kTrigger, Mode::kDefault)->removing = true;
                 w.nodes[kHere].manager.reset();
               }},
              {"a Remove is journalled", Debt::kOwed,
               [](auto& w) { w.nodes[kHere].manager->journal.insert(entry(kX, ScheduleAction::kRemove)); }},
              {"a Create is journalled", Debt::kNone,
               [](auto& w) { w.nodes[kHere].manager->journal.insert(entry(kX, ScheduleAction::kCreate)); }},
              {"a removal was asked for", Debt::kOwed,
               [](auto& w) { w.nodes[kHere].manager->find(kTrigger, Mode::kDefault)->try_removing = true; }},
              {"a removal has flushed, of redo", Debt::kOwed,
               [](auto& w) { w.nodes[kHere].manager->find(kRedoTrigger, Mode::kRedo)->removing = true; }},
              {"the node is leaving, and a later owner has begun", Debt::kOwed, [](auto& w) {
                 w.nodes[kHere].manager->journal.insert(entry(kX, ScheduleAction::kRemove));
                 w.nodes[kHere].fenced = w.nodes[kHere].closed = true;
                 owner(w, kSecond).phase = Phase::kRunning;
               }}});
}

TEST_CASE("create-*: an owner waits for a dispatcher") {
  for (const LiveProperty property :
       {LiveProperty::kCreateAccepted, LiveProperty::kCreateTried, LiveProperty::kCreateSucceeds}) {
    check_owed(property, kFirst,
               {{"it runs, and has asked for nothing", Debt::kNone,
                 [](auto& w) { owner(w, kFirst).phase = Phase::kRunning; }},
                {"it has asked", Debt::kOwed,
                 [](auto& w) {
                   owner(w, kFirst).phase = Phase::kRunning;
                   place(owner(w, kFirst), kY, spec::Belief::kWorking);
                   place(owner(w, kFirst), kX, spec::Belief::kCreating);
                 }},
                {"it is to ask", Debt::kNone,
                 [](auto& w) {
                   owner(w, kFirst).phase = Phase::kRunning;
                   place(owner(w, kFirst), kX, spec::Belief::kToCreate);
                 }},
                {"it was told", Debt::kNone,
                 [](auto& w) {
                   owner(w, kFirst).phase = Phase::kRunning;
                   place(owner(w, kFirst), kX, spec::Belief::kWorking);
                 }},
                {"it has asked, and closes", Debt::kNone,
                 [](auto& w) {
                   owner(w, kFirst).phase = Phase::kClosing;
                   place(owner(w, kFirst), kX, spec::Belief::kCreating);
                 }},
                {"another one has asked", Debt::kNone,
                 [](auto& w) {
                   owner(w, kSecond).phase = Phase::kRunning;
                   place(owner(w, kSecond), kX, spec::Belief::kCreating);
                 }},
                {"a later one has begun", Debt::kSettled,
                 [](auto& w) {
                   owner(w, kFirst).phase = Phase::kRunning;
                   place(owner(w, kFirst), kX, spec::Belief::kCreating);
                   owner(w, kSecond).phase = Phase::kBootstrapping;
                 }},
                {"the node is leaving", Debt::kSettled, [](auto& w) {
                   owner(w, kFirst).phase = Phase::kRunning;
                   place(owner(w, kFirst), kX, spec::Belief::kCreating);
                   w.nodes[kHere].closed = true;
                 }}});
  }
}

TEST_CASE(
    "create-accepted is settled by the owner's own entry, or by the dispatcher; the others by neither") {
  using enum ScheduleAction;
  struct Accepted {
    const char* clause;
    bool settled;
    void (*make)(impl::DispatcherManager&);
  };
  const std::vector<Accepted> cases{
      {"its Create is journalled", true, [](auto& m) { m.journal.insert(entry(kX, kCreate)); }},
      {"its Remove is journalled", false, [](auto& m) { m.journal.insert(entry(kX, kRemove)); }},
      {"another's Create of it is journalled", false,
       [](auto& m) { m.journal.insert(entry(kX, kCreate, kB)); }},
      {"its own of an earlier epoch is", false, [](auto& m) { m.journal.insert(entry(kX, kCreate, kA, 4)); }},
      {"its Create of another id is", false, [](auto& m) { m.journal.insert(entry(kY, kCreate)); }},
      {"the dispatcher is here", true,
       [](auto& m) { m.dispatchers.insert(dispatcher(kX, Mode::kDefault, kTable)); }},
      {"another dispatcher is here", false,
       [](auto& m) { m.dispatchers.insert(dispatcher(kY, Mode::kDefault, kTable)); }},
  };
  for (const Accepted& each : cases) {
    CAPTURE(each.clause);
    spec::World w = world();
    owner(w, kFirst).phase = Phase::kRunning;
    place(owner(w, kFirst), kX, spec::Belief::kCreating);
    each.make(*w.nodes[kHere].manager);
    CHECK(spec::is_settled(scenario(), {LiveProperty::kCreateAccepted, kFirst, kHere}, w) == each.settled);
    CHECK_FALSE(spec::is_settled(scenario(), {LiveProperty::kCreateTried, kFirst, kHere}, w));
    CHECK_FALSE(spec::is_settled(scenario(), {LiveProperty::kCreateSucceeds, kFirst, kHere}, w));
    w.nodes[kHere].manager.reset();
    CHECK_FALSE(spec::is_settled(scenario(), {LiveProperty::kCreateAccepted, kFirst, kHere}, w));
  }
}

TEST_CASE("a Create is tried by the step that creates one of the owner's ids") {
  const auto settles = [](LiveProperty property, std::size_t claimant, impl::NodeAction action,
                          impl::ScheduleStep step, bool here = true) {
    spec::World before = world();
    before.nodes[kHere].manager->schedule.step = step;
    before.nodes[kHere].manager->schedule.batch = {{.id = kX}, {.id = kY}};
    before.nodes[kHere].manager->schedule.next = 1;
    if (!here) before.nodes[kHere].manager.reset();
    const spec::WorldStep taken = step_of({action, kHere}, before);
    return spec::settles(scenario(), {property, claimant, kHere}, before, taken);
  };
  constexpr impl::NodeAction kCreates{.path = impl::Path::kSchedule};
  constexpr auto kCreate = impl::ScheduleStep::kCreate;
  for (const LiveProperty property : {LiveProperty::kCreateTried, LiveProperty::kCreateAccepted}) {
    CHECK(settles(property, kSecond, kCreates, kCreate));
    CHECK_FALSE(settles(property, kFirst, kCreates, kCreate));  // its Create was tried a step ago
    CHECK_FALSE(settles(property, kSecond, kCreates, impl::ScheduleStep::kIdle));
    CHECK_FALSE(settles(property, kSecond, kCreates, impl::ScheduleStep::kDeleteEntry));
    CHECK_FALSE(settles(property, kSecond, kCreates, kCreate, false));
    CHECK_FALSE(settles(property, kSecond, {.path = impl::Path::kMerge}, kCreate));
    CHECK_FALSE(settles(property, kSecond,
                        {.kind = impl::NodeActionKind::kReport, .path = impl::Path::kSchedule}, kCreate));
  }
  for (const LiveProperty property : {LiveProperty::kCreateSucceeds, LiveProperty::kBootstrapAnswered,
                                      LiveProperty::kRemoveCompletes, LiveProperty::kCloseSucceeds}) {
    CHECK_FALSE(settles(property, kSecond, kCreates, kCreate));
  }
}

TEST_CASE("what is owed by one node is not settled by a step of another one") {
  spec::World before = world();
  before.nodes[kHere].manager->schedule.step = impl::ScheduleStep::kCreate;
  before.nodes[kHere].manager->schedule.batch = {{.id = kX}};
  const spec::LiveClaim claim{LiveProperty::kCreateTried, kFirst, kHere};
  constexpr impl::NodeAction kCreates{.path = impl::Path::kSchedule};
  CHECK(spec::settles(scenario(), claim, before, step_of({kCreates, kHere}, before)));
  CHECK_FALSE(spec::settles(scenario(), claim, before, step_of({kCreates, kB}, before)));
}

TEST_CASE("the environment tries no Create") {
  const spec::WorldStep sent = step_of({spec::EnvironmentAction{}}, world());
  CHECK_FALSE(spec::settles(scenario(), {LiveProperty::kCreateTried, kFirst, kHere}, world(), sent));
}

TEST_CASE("a Bootstrap is answered by a response to its owner that is not lost") {
  struct Reply {
    impl::Epoch epoch;
    impl::MessageBody body;
  };
  const auto settles = [](LiveProperty property, NodeId to, const Reply& reply, bool lost = false) {
    spec::World before = world();
    before.environment.loses_reply_of = lost ? kHere : NodeId::kNone;
    spec::WorldStep taken = step_of({impl::NodeAction{}, kHere}, before);
    taken.out.send(kB, 0, impl::HeartBeatRequest{});
    taken.out.send(to, reply.epoch, reply.body);
    return spec::settles(scenario(), {property, kSecond, kHere}, before, taken);
  };
  const auto of_epoch = [](impl::Epoch epoch, ErrorCode error = ErrorCode::kNone) {
    return Reply{epoch, impl::MaintainerBootstrapResponse{.error = error}};
  };
  constexpr auto kAnswered = LiveProperty::kBootstrapAnswered;
  CHECK(settles(kAnswered, kB, of_epoch(6)));
  CHECK(settles(kAnswered, kB, of_epoch(0)));
  CHECK(settles(kAnswered, kB, of_epoch(6, ErrorCode::kErrWritePathClosed)));
  CHECK_FALSE(settles(kAnswered, kB, of_epoch(6), true));
  CHECK_FALSE(settles(kAnswered, kB, of_epoch(5)));
  CHECK_FALSE(settles(kAnswered, kB, of_epoch(7)));
  CHECK_FALSE(settles(kAnswered, kA, of_epoch(6)));
  CHECK_FALSE(settles(kAnswered, kB, {6, impl::MaintainerPostBootstrapResponse{}}));
  CHECK_FALSE(settles(LiveProperty::kCloseSucceeds, kB, of_epoch(6)));
  CHECK_FALSE(settles(LiveProperty::kRemoveCompletes, kB, of_epoch(6)));
}

TEST_CASE(
    "a loop passes over what is strongly fair if it is enabled anywhere, and weakly fair if everywhere") {
  const std::uint64_t strong = 1;  // a step of the node
  const std::uint64_t weak = std::uint64_t{1} << 63U;
  REQUIRE((spec::strongly_fair_actions() & (strong | weak)) == strong);
  const auto passed_over = [](const std::vector<std::uint64_t>& enabled, std::uint64_t taken) {
    return spec::passed_over(enabled, taken);
  };
  CHECK(passed_over({strong | weak, 0}, 0) == strong);
  CHECK(passed_over({0, strong | weak}, 0) == strong);
  CHECK(passed_over({strong | weak, weak}, 0) == (strong | weak));
  CHECK(passed_over({strong | weak, weak}, strong) == weak);
  CHECK(passed_over({strong | weak, weak}, weak) == strong);
  CHECK(passed_over({0, 0}, 0) == 0);
}

TEST_CASE("a fair action is named after what it does, and is one bit at most") {
  const std::vector<std::string> names = spec::fair_action_names(scenario());
  const auto name_of = [&](const spec::WorldAction& action) -> std::string {
    const std::uint64_t bits = spec::fair_actions_of(scenario(), {.action = action, .state = {}, .out = {}});
    if (bits == 0) return "";
    CHECK(std::has_single_bit(bits));
    return names.at(static_cast<std::size_t>(std::countr_zero(bits)));
  };
  const std::vector<std::string>& kinds = spec::action_kind_names();
  // Nobody owes these.
  const std::vector<std::string> not_owed{"first-event",        "complete-heartbeat", "local-fence",
                                          "close-orchestrator", "fail-create",        "fail-clean-up"};
  std::uint64_t strong = 0;
  std::vector<impl::NodeAction> actions;
  for (const impl::Path path : impl::kAllOf<impl::Path>) actions.push_back({.path = path});
  for (const auto kind : impl::kAllOf<impl::NodeActionKind>) actions.push_back({.kind = kind});
  for (const impl::NodeAction& action : actions) {
    const std::string& kind = kinds.at(spec::kind_of(action));
    CAPTURE(kind);
    const bool is_fair = std::ranges::find(not_owed, kind) == not_owed.end();
    CHECK(name_of({action, kHere}) == (is_fair ? kind : ""));
    strong |= spec::fair_actions_of(scenario(), {.action = {action, kHere}, .state = {}, .out = {}});
  }
  CHECK(spec::strongly_fair_actions() == strong);

  using enum spec::EnvironmentActionKind;
  using spec::EnvironmentAction;
  const auto send = [](spec::Row row, bool again) -> spec::WorldAction {
    return {EnvironmentAction{.row = row, .owner = kSecond, .again = again}};
  };
  CHECK(name_of(send(spec::Row::kBootstrap, true)) == "B/bootstrap");
  CHECK(name_of(send(spec::Row::kBootstrap, false)).empty());
  CHECK(name_of(send(spec::Row::kClose, true)) == "B/close");
  CHECK(name_of(send(spec::Row::kCloseRemoved, true)) == "B/close");
  CHECK(name_of(send(spec::Row::kClose, false)).empty());
  CHECK(name_of(send(spec::Row::kCloseRemoved, false)).empty());
  CHECK(name_of(send(spec::Row::kResend, true)) == "B/resend");
  CHECK(name_of(send(spec::Row::kCreate, true)).empty());
  CHECK(name_of({EnvironmentAction{.kind = kReceive, .request = bootstrap(kC, 7)}}) == "C/receive");
  // Owners of one node share its link: who is named is the first of them.
  CHECK(name_of({EnvironmentAction{.kind = kReceive, .request = bootstrap(kB, 0)}}) == "B/receive");
  CHECK(name_of({EnvironmentAction{.kind = kReceive, .request = bootstrap(NodeId{9}, 7)}}).empty());
  CHECK(name_of({EnvironmentAction{.kind = kLose, .request = bootstrap(kC, 7)}}).empty());
  CHECK(name_of({EnvironmentAction{.kind = kDie, .row = spec::Row::kResend}}).empty());
}

TEST_CASE("liveness properties have names, and as many owners are fair as have a bit") {
  for (const spec::LivePropertyInfo& each : spec::all_live_properties()) {
    CHECK(spec::live_property_named(each.id) == each.property);
  }
  CHECK_FALSE(spec::live_property_named("one-writer").has_value());
  spec::Scenario of = scenario();
  while (of.owners.size() < spec::most_live_owners()) of.owners.push_back(of.owners.front());
  CHECK(spec::fair_action_names(of).size() <= spec::kMostFairActions);
  of.owners.push_back(of.owners.front());
  CHECK(spec::fair_action_names(of).size() > spec::kMostFairActions);
}
