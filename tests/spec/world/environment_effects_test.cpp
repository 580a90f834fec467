// What a message of the environment says, and what sending it does to its sender.
#include <algorithm>
#include <catch2/catch.hpp>
#include <string>
#include <utility>
#include <vector>

#include "tests/spec/world/environment_setting.h"

using namespace takeover;
using namespace takeover::tests;
using impl::Message;
using impl::MessageBody;
using impl::OperatorType;
using impl::ScheduleAction;
using impl::ScheduleDispatcherRequest;
using spec::Allowances;
using spec::Placement;

namespace {

// The only message of the row that the owner may send.
EnvironmentAction only(const Setting& s, Row row, std::size_t owner = kB1) {
  const auto all = s.sent(row, owner);
  REQUIRE(all.size() == 1);
  return all.front();
}

// Sends it, and returns the sender's state.
const OwnerState& send(Setting& s, Row row, std::size_t owner = kB1) {
  spec::apply(s.environment, only(s, row, owner));
  return s.state(owner);
}

}  // namespace

TEST_CASE("a message says who sends it, and what its row is about") {
  Setting s = running();
  s.state().unread = true;
  s.b1().redo = true;
  s.b1().redo_trigger = kRedoTrigger;
  const auto says = [&](Row row, const MessageBody& body) {
    CAPTURE(name_of(row));
    CHECK(only(s, row).request == Message{.from = kB, .to = kA, .epoch = 1, .body = body});
  };
  const impl::MaintainerBootstrapRequest bootstrap{.event_trigger = kTrigger,
                                                   .redo_trigger = kRedoTrigger,
                                                   .start_ts = 100,
                                                   .config_epoch = 7,
                                                   .redo_enabled = true};
  says(Row::kBootstrap, bootstrap);
  says(Row::kPostBootstrap, impl::MaintainerPostBootstrapRequest{kTrigger});
  says(Row::kBarrierAction, impl::HeartBeatResponse{impl::BarrierAction::kWrite});
  says(Row::kRedoMeta, impl::RedoMetaMessage{101, 101});
  says(Row::kRedoForward, impl::RedoResolvedTsForwardMessage{101});
  says(Row::kCheckpoint, impl::CheckpointTsMessage{101});
  says(Row::kHandOver, ScheduleDispatcherRequest{
                           .action = ScheduleAction::kRemove, .op = OperatorType::kRemove, .id = kTrigger});
  says(Row::kClose, impl::MaintainerCloseRequest{.removed = false});
  says(Row::kCloseRemoved, impl::MaintainerCloseRequest{.removed = true});
  s.b1().misbehaviour.push_back({.from = kK, .epoch = 9, .body = impl::CheckpointTsMessage{5}});
  CHECK(only(s, Row::kMisbehave).request == s.b1().misbehaviour[0]);
  s.rules = spec::profile_named("pre-5434")->rules;  // messages without epochs
  CHECK(only(s, Row::kBootstrap).request.epoch == 0);
  CHECK(only(s, Row::kMisbehave).request.epoch == 0);
}

TEST_CASE("marks that are advanced again are later") {
  Setting s = running();
  s.b1().allowed.redo_metas = s.b1().allowed.redo_forwards = s.b1().allowed.checkpoints = 2;
  s.state().used.redo_metas = s.state().used.redo_forwards = s.state().used.checkpoints = 1;
  CHECK(only(s, Row::kRedoMeta).request.body == MessageBody(impl::RedoMetaMessage{102, 102}));
  CHECK(only(s, Row::kRedoForward).request.body == MessageBody(impl::RedoResolvedTsForwardMessage{102}));
  CHECK(only(s, Row::kCheckpoint).request.body == MessageBody(impl::CheckpointTsMessage{102}));
}

TEST_CASE("scheduling names the dispatcher, its span and its mode") {
  const auto asks = [](Belief belief, Row row, const ScheduleDispatcherRequest& body) {
    Setting s = running();
    s.knows(kD1, belief, kHigh, Mode::kRedo);
    s.scenario.bounds.resends = 1;
    CAPTURE(name_of(row));
    CHECK(only(s, row).request.body == MessageBody(body));
  };
  const ScheduleDispatcherRequest create{.action = ScheduleAction::kCreate,
                                         .op = OperatorType::kAdd,
                                         .mode = Mode::kRedo,
                                         .id = kD1,
                                         .span = kHigh,
                                         .start_ts = 100};
  const ScheduleDispatcherRequest move{.action = ScheduleAction::kRemove,
                                       .op = OperatorType::kMove,
                                       .mode = Mode::kRedo,
                                       .id = kD1,
                                       .span = kHigh};
  ScheduleDispatcherRequest remove = move;
  remove.op = OperatorType::kRemove;
  asks(Belief::kToCreate, Row::kRestoredCreate, create);
  asks(Belief::kCreating, Row::kResend, create);
  asks(Belief::kWorking, Row::kRemove, move);
  asks(Belief::kToRemove, Row::kRestoredRemove, remove);
  asks(Belief::kRemoving, Row::kResend, remove);
  asks(Belief::kMoving, Row::kResend, move);
}

TEST_CASE("what the owner merges goes with its table, and not to another node") {
  Setting s = running();
  s.knows(kD1, Belief::kWorking, kHigh, Mode::kRedo);
  s.knows(kMerged, Belief::kCreating, kHigh, Mode::kRedo);
  s.state().record[1].sources = {kD1, kD2};
  const auto op = [&] { return only(s, Row::kRemove).request.as<ScheduleDispatcherRequest>()->op; };
  CHECK(op() == OperatorType::kRemove);
  s.state().record[1].sources = {kD2};
  CHECK(op() == OperatorType::kMove);
}

TEST_CASE("a Create takes the next fresh id, for each free span in each mode that there is") {
  Setting s = running();
  s.b1().creates = {kD1, kD2};
  s.state().creates = 1;
  s.scenario.spans = {kLow, kHigh};
  const auto spans = [&] {
    std::vector<std::pair<impl::Span, Mode>> all;
    for (const EnvironmentAction& action : s.sent(Row::kCreate, kB1)) {
      const auto& body = *action.request.as<ScheduleDispatcherRequest>();
      CHECK(body.id == kD2);
      CHECK(body.action == ScheduleAction::kCreate);
      CHECK(body.start_ts == 100);
      all.emplace_back(body.span, body.mode);
    }
    return all;
  };
  CHECK(spans() == std::vector{std::pair{kLow, Mode::kDefault}, {kHigh, Mode::kDefault}});
  s.b1().redo = true;
  CHECK(spans().size() == 4);
  s.knows(kD1, Belief::kWorking, kHigh, Mode::kRedo);
  CHECK(spans() ==
        std::vector{std::pair{kLow, Mode::kDefault}, {kHigh, Mode::kDefault}, {kLow, Mode::kRedo}});
}

TEST_CASE("a merge names its neighbours in order, and is sent again as it was") {
  Setting s = running();
  s.knows(kD1, Belief::kWorking, kHigh, Mode::kRedo);
  s.knows(kD2, Belief::kWorking, kLow, Mode::kRedo);
  s.scenario.bounds.resends = 1;
  impl::MergeDispatcherRequest merge{.merged_id = kMerged, .mode = Mode::kRedo};
  merge.ids.push_back(kD2);
  merge.ids.push_back(kD1);
  CHECK(only(s, Row::kMerge).request.body == MessageBody(merge));
  const OwnerState& state = send(s, Row::kMerge);
  CHECK(state.merges == 1);
  REQUIRE(state.record.size() == 3);
  CHECK(state.record[2] ==
        Placement{kMerged, Mode::kRedo, Belief::kCreating, {.table = 1, .begin = 0, .end = 10}, merge.ids});
  CHECK(only(s, Row::kResend).request.body == MessageBody(merge));
}

TEST_CASE("sending a row uses it up and changes what its sender believes") {
  const auto after = [](Row row) {
    Setting s = running();
    return send(s, row);
  };
  const auto used = [](std::uint8_t Allowances::*count) {
    OwnerState state = state_in(Phase::kRunning);
    state.used.*count = 1;
    return state;
  };
  CHECK(after(Row::kBarrierAction) == used(&Allowances::actions));
  CHECK(after(Row::kRedoMeta) == used(&Allowances::redo_metas));
  CHECK(after(Row::kRedoForward) == used(&Allowances::redo_forwards));
  CHECK(after(Row::kCheckpoint) == used(&Allowances::checkpoints));
  CHECK(after(Row::kPostBootstrap) == state_in(Phase::kRunning));  // until it is answered
  CHECK(after(Row::kHandOver) == state_in(Phase::kHandingOver));
  CHECK(after(Row::kClose) == state_in(Phase::kClosing));
  OwnerState closing = state_in(Phase::kClosing);
  closing.close_removed = true;
  CHECK(after(Row::kCloseRemoved) == closing);
  OwnerState created = state_in(Phase::kRunning);
  created.creates = 1;
  created.record.insert({kD3, Mode::kDefault, Belief::kCreating, kLow});
  CHECK(after(Row::kCreate) == created);
  Setting idle;
  CHECK(send(idle, Row::kBootstrap) == state_in(Phase::kBootstrapping));
}

TEST_CASE("what is asked for of a dispatcher is believed to be under way") {
  const auto becomes = [](Belief belief, Row row) {
    Setting s = knowing(belief);
    const OwnerState& state = send(s, row);
    CHECK(state.used.removes == (row == Row::kRemove ? 1 : 0));
    CHECK(state.creates == 0);
    REQUIRE(state.record.size() == 1);
    CHECK(state.record[0].span == kLow);
    return state.record[0].belief;
  };
  CHECK(becomes(Belief::kToCreate, Row::kRestoredCreate) == Belief::kCreating);
  CHECK(becomes(Belief::kWorking, Row::kRemove) == Belief::kMoving);
  CHECK(becomes(Belief::kToRemove, Row::kRestoredRemove) == Belief::kRemoving);
}

TEST_CASE("what an owner merges it neither moves nor splits: a Remove of it is of another kind") {
  for (const Mode mode : {Mode::kDefault, Mode::kRedo}) {
    Setting s = knowing(Belief::kWorking);
    s.knows(kMerged, Belief::kCreating, kLow, mode);
    s.state().record[1].sources = {kD2, kD1};
    const Belief expected = mode == Mode::kDefault ? Belief::kRemoving : Belief::kMoving;
    CHECK(send(s, Row::kRemove).record[0].belief == expected);
  }
}

TEST_CASE("an owner that closes or hands over forgets what it knew") {
  for (const Row row : {Row::kHandOver, Row::kClose, Row::kCloseRemoved}) {
    Setting s = knowing(Belief::kWorking);
    CHECK(send(s, row).record.empty());
  }
  Setting s;
  s.in(Phase::kHandingOver);
  s.b1().redo_trigger = kRedoTrigger;
  const EnvironmentAction second = only(s, Row::kHandOver);
  CHECK(second.request.body == MessageBody(ScheduleDispatcherRequest{.action = ScheduleAction::kRemove,
                                                                     .op = OperatorType::kRemove,
                                                                     .mode = Mode::kRedo,
                                                                     .id = kRedoTrigger}));
  CHECK(send(s, Row::kHandOver).redo_trigger_asked);
}

TEST_CASE("an answer counts as read once its owner sends what it could not have sent without it") {
  const auto stays_unread = [](Row row) {
    Setting s = knowing(Belief::kWorking);
    s.b1().misbehaviour.push_back({.from = kB, .epoch = 9, .body = impl::CheckpointTsMessage{5}});
    s.state().unread = true;
    const OwnerState& state = send(s, row);
    CHECK(state.phase == (row == Row::kClose ? Phase::kClosing : Phase::kRunning));
    return state.unread;
  };
  CHECK(stays_unread(Row::kBootstrap));  // a retry, sent before it knew
  CHECK(stays_unread(Row::kMisbehave));
  CHECK_FALSE(stays_unread(Row::kPostBootstrap));
  CHECK_FALSE(stays_unread(Row::kRemove));
  CHECK_FALSE(stays_unread(Row::kClose));
}

TEST_CASE("copies, resends, losses and deaths are counted where they are bounded") {
  Setting s = running();
  s.scenario.bounds = {.losses = 2, .extra_copies = 1, .resends = 1, .deaths = 1};
  const EnvironmentAction first = only(s, Row::kClose);
  CHECK_FALSE(first.extra);
  CHECK_FALSE(first.again);
  spec::apply(s.environment, first);
  CHECK(s.environment.used.extra_copies == 0);
  const EnvironmentAction copy = only(s, Row::kClose);
  CHECK(copy.extra);
  CHECK(copy.again);
  spec::apply(s.environment, copy);
  CHECK(s.environment.used.extra_copies == 1);
  Setting resends = knowing(Belief::kRemoving);
  resends.scenario.bounds.resends = 1;
  spec::apply(resends.environment, only(resends, Row::kResend));
  CHECK(resends.environment.used.resends == 1);
  Setting retries = knowing(Belief::kCreating);
  retries.b1().retries = true;
  CHECK_FALSE(only(retries, Row::kResend).counted);
  spec::apply(retries.environment, only(retries, Row::kResend));
  CHECK(retries.environment.used.resends == 0);
  spec::apply(s.environment, {.kind = EnvironmentActionKind::kLose, .request = first.request});
  CHECK(s.environment.used.losses == 1);
  CHECK(s.environment.links.size() == 1);
  spec::apply(s.environment, {.kind = EnvironmentActionKind::kLoseReply, .request = {.from = kA}});
  CHECK(s.environment.used.losses == 2);
  CHECK(s.environment.loses_reply_of == kA);
  spec::apply(s.environment, {.kind = EnvironmentActionKind::kDie, .owner = kB1});
  CHECK(s.environment.used.deaths == 1);
  CHECK(s.state() == state_in(Phase::kDead));
}

TEST_CASE("a Bootstrap is a retry only while its owner waits") {
  Setting idle;
  CHECK_FALSE(only(idle, Row::kBootstrap).again);
  CHECK(only(idle.in(Phase::kBootstrapping), Row::kBootstrap).again);
  Setting unread = running();
  unread.state().unread = true;
  CHECK_FALSE(only(unread, Row::kBootstrap).again);
}

TEST_CASE("an owner that runs elsewhere dies where the scenario allows it") {
  const auto dies = [](Setting& s) {
    const auto all = s.actions();
    return std::ranges::any_of(all, [](const EnvironmentAction& action) {
      return action.kind == EnvironmentActionKind::kDie && action.owner == kB1;
    });
  };
  for (const Phase each : {Phase::kBootstrapping, Phase::kRunning, Phase::kHandingOver, Phase::kClosing}) {
    Setting s;
    CHECK(dies(s.in(each)));
    s.environment.used.deaths = 1;
    CHECK_FALSE(dies(s));
    s.environment.used.deaths = 0;
    s.b1().dies = false;
    CHECK_FALSE(dies(s));
  }
  for (const Phase each : {Phase::kIdle, Phase::kStopped, Phase::kDead}) {
    Setting s;
    CHECK_FALSE(dies(s.in(each)));
  }
}

TEST_CASE("links are FIFO for each sender, and only their first messages arrive or get lost") {
  Setting s;
  const Message b1{.from = kB, .epoch = 1, .body = impl::CheckpointTsMessage{1}};
  const Message b2{.from = kB, .epoch = 1, .body = impl::CheckpointTsMessage{2}};
  const Message k1{.from = kK, .epoch = 1, .body = impl::CheckpointTsMessage{3}};
  for (const Message& request : {k1, b1, b2})
    spec::apply(s.environment, {.row = Row::kMisbehave, .request = request});
  const auto of_kind = [&](EnvironmentActionKind kind) {
    std::vector<Message> all;
    for (const EnvironmentAction& action : s.actions()) {
      if (action.kind == kind) all.push_back(action.request);
    }
    return all;
  };
  CHECK(of_kind(EnvironmentActionKind::kReceive) == std::vector{b1, k1});
  CHECK(of_kind(EnvironmentActionKind::kLose).empty());
  CHECK(of_kind(EnvironmentActionKind::kLoseReply).empty());
  s.scenario.bounds.losses = 1;
  CHECK(of_kind(EnvironmentActionKind::kLose) == std::vector{b1, k1});
  CHECK(of_kind(EnvironmentActionKind::kLoseReply).size() == 1);
  s.environment.loses_reply_of = kA;
  CHECK(of_kind(EnvironmentActionKind::kLoseReply).empty());
  s.environment.loses_reply_of = NodeId::kNone;
  s.environment.used.losses = 1;
  CHECK(of_kind(EnvironmentActionKind::kLose).empty());
  CHECK(of_kind(EnvironmentActionKind::kLoseReply).empty());
  spec::apply(s.environment, {.kind = EnvironmentActionKind::kReceive, .request = b1});
  CHECK(of_kind(EnvironmentActionKind::kReceive) == std::vector{b2, k1});
}

TEST_CASE("links are FIFO for each receiver, too") {
  Setting s;
  const Message here{.from = kB, .to = kA, .epoch = 1, .body = impl::CheckpointTsMessage{1}};
  Message there = here;
  there.to = NodeId{7};
  const Message later{.from = kB, .to = kA, .epoch = 1, .body = impl::CheckpointTsMessage{2}};
  const auto arrivals = [&] {
    std::vector<Message> all;
    for (const EnvironmentAction& action : s.actions()) {
      if (action.kind == EnvironmentActionKind::kReceive) all.push_back(action.request);
    }
    return all;
  };
  for (const Message& request : {here, later, there}) s.environment.links.push(request);
  CHECK(arrivals() == std::vector{here, there});
  spec::apply(s.environment, {.kind = EnvironmentActionKind::kReceive, .request = there});
  CHECK(arrivals() == std::vector{here});
  spec::apply(s.environment, {.kind = EnvironmentActionKind::kReceive, .request = here});
  CHECK(arrivals() == std::vector{later});
}

TEST_CASE("an action is about the node that gets its message, or that sends it") {
  const Message request{.from = kB, .to = kA};
  using enum EnvironmentActionKind;
  for (const EnvironmentActionKind kind : {kSend, kReceive, kLose}) {
    CHECK(spec::node_of({.kind = kind, .request = request}) == kA);
  }
  CHECK(spec::node_of({.kind = kDie, .owner = kB1}) == NodeId::kNone);
  Setting s;
  s.scenario.bounds.losses = 1;
  for (const EnvironmentAction& action : s.actions()) {
    if (action.kind == kLoseReply) CHECK(spec::node_of(action) == kA);
  }
}

TEST_CASE("what an owner believes of a dispatcher decides on the one row that may be about it") {
  const std::vector<std::pair<Belief, Row>> decides{
      {Belief::kToCreate, Row::kRestoredCreate}, {Belief::kCreating, Row::kResend},
      {Belief::kWorking, Row::kRemove},          {Belief::kToRemove, Row::kRestoredRemove},
      {Belief::kRemoving, Row::kResend},         {Belief::kMoving, Row::kResend}};
  for (const auto& [belief, row] : decides) {
    CAPTURE(name_of(row));
    Setting s = knowing(belief);
    s.scenario.bounds.resends = 1;
    for (const Row each : {Row::kRestoredCreate, Row::kRestoredRemove, Row::kRemove, Row::kResend}) {
      CHECK(s.sent(each, kB1).size() == (each == row ? 1 : 0));
    }
  }
}

TEST_CASE("an owner that hands over asks again for the removal of either trigger") {
  Setting s;
  s.in(Phase::kHandingOver);
  s.b1().redo_trigger = kRedoTrigger;
  s.scenario.bounds.resends = 1;
  ScheduleDispatcherRequest removal{
      .action = ScheduleAction::kRemove, .op = OperatorType::kRemove, .id = kTrigger};
  CHECK(only(s, Row::kResend).request.body == MessageBody(removal));
  s.state().redo_trigger_asked = s.state().trigger_gone = true;
  removal.mode = Mode::kRedo;
  removal.id = kRedoTrigger;
  CHECK(only(s, Row::kResend).request.body == MessageBody(removal));
}

TEST_CASE("what misbehaves is used up by itself") {
  Setting s = running();
  s.b1().misbehaviour.resize(2, {.from = kB, .epoch = 9, .body = impl::CheckpointTsMessage{5}});
  const auto both = s.sent(Row::kMisbehave, kB1);
  REQUIRE(both.size() == 2);
  spec::apply(s.environment, both[1]);
  CHECK(s.state().misbehaved == 2);
  CHECK(only(s, Row::kMisbehave).choice == 0);
}

TEST_CASE("a message that another handler is about is no copy of an owner's") {
  Setting s;
  s.in(Phase::kBootstrapping);
  const Message own = only(s, Row::kBootstrap).request;
  s.node().handler = impl::OrchestratorHandler{.request = own};
  CHECK(s.sent(Row::kBootstrap, kB1).empty());
  s.node().handler->request.from = kK;
  CHECK(s.sent(Row::kBootstrap, kB1).size() == 1);
}

TEST_CASE("what is moved here from elsewhere is of the default mode") {
  Setting s = running();
  s.b1().redo = true;
  s.scenario.elsewhere = {kD1};
  CHECK(s.sent(Row::kCreate, kB1).size() == 2);  // a fresh id, of either mode
  s.scenario.elsewhere = {kD1, kD3};
  const EnvironmentAction moves = only(s, Row::kCreate);
  CHECK(moves.request.as<ScheduleDispatcherRequest>()->mode == Mode::kDefault);
}
