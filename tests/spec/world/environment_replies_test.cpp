// What an owner takes notice of.
#include <catch2/catch.hpp>
#include <utility>

#include "tests/spec/world/environment_setting.h"

using namespace takeover;
using namespace takeover::tests;
using impl::ErrorCode;
using impl::MessageBody;
using impl::ScheduleAction;
using impl::Status;
using spec::Placement;

namespace {

const OwnerState& take(Setting& s, const MessageBody& body, impl::Epoch epoch = 1, NodeId to = kB) {
  impl::Outbox out{.self = kA};
  out.send(to, epoch, body);
  spec::take_replies(s.scenario, s.environment, out);
  return s.state();
}

MessageBody heartbeat(DispatcherId id, Status status, Mode mode = Mode::kDefault) {
  impl::HeartBeatRequest body;
  body.statuses.push_back({id, status, mode});
  return body;
}

}  // namespace

TEST_CASE("a reply that is to be lost is, and the next one is not") {
  Setting s;
  s.in(Phase::kClosing).environment.loses_reply_of = kA;
  const impl::MaintainerCloseResponse success{.success = true};
  CHECK(take(s, success).phase == Phase::kClosing);
  CHECK(s.environment.loses_reply_of == NodeId::kNone);
  CHECK(take(s, success).phase == Phase::kStopped);
}

TEST_CASE("the reply of a node is lost, and not that of another one") {
  Setting s;
  s.in(Phase::kClosing).environment.loses_reply_of = NodeId{7};
  CHECK(take(s, impl::MaintainerCloseResponse{.success = true}).phase == Phase::kStopped);
  CHECK(s.environment.loses_reply_of == NodeId{7});
}

TEST_CASE("maintainers die with the process of their own node, and lose what they sent to it") {
  Setting s;
  s.in(Phase::kRunning);
  s.b1().node = kA;
  s.state(kK1).phase = Phase::kRunning;
  const impl::Message own{.from = kA, .to = kA};
  const impl::Message from_elsewhere{.from = kK, .to = kA};
  const impl::Message to_elsewhere{.from = kA, .to = NodeId{7}};
  for (const impl::Message& request : {own, from_elsewhere, to_elsewhere}) s.environment.links.push(request);
  impl::Outbox out{.self = kA};
  out.die(impl::Reason::kNone);
  spec::take_replies(s.scenario, s.environment, out);
  CHECK(s.state().phase == Phase::kDead);
  CHECK(s.state(kK1).phase == Phase::kRunning);
  REQUIRE(s.environment.links.size() == 2);
  CHECK(s.environment.links[0] == to_elsewhere);
  CHECK(s.environment.links[1] == from_elsewhere);
}

TEST_CASE("a Bootstrap answer counts while its owner bootstraps, for its epoch, without error") {
  const auto after = [](Phase before, impl::Epoch epoch = 1, ErrorCode error = ErrorCode::kNone,
                        NodeId to = kB) {
    Setting s;
    s.in(before);
    return take(s, impl::MaintainerBootstrapResponse{.error = error}, epoch, to);
  };
  OwnerState running_unread = state_in(Phase::kRunning);
  running_unread.unread = true;
  CHECK(after(Phase::kBootstrapping) == running_unread);
  CHECK(after(Phase::kBootstrapping, 0) == running_unread);  // of a node without epochs
  CHECK(after(Phase::kBootstrapping, 2).phase == Phase::kBootstrapping);
  CHECK(after(Phase::kBootstrapping, 1, ErrorCode::kNone, kK).phase == Phase::kBootstrapping);
  CHECK(after(Phase::kBootstrapping, 1, ErrorCode::kErrWritePathClosed).phase == Phase::kBootstrapping);
  for (const Phase each :
       {Phase::kIdle, Phase::kHandingOver, Phase::kClosing, Phase::kStopped, Phase::kDead}) {
    CHECK(after(each) == state_in(each));
  }
  CHECK_FALSE(after(Phase::kRunning).unread);
  Setting without_epoch;
  without_epoch.in(Phase::kBootstrapping).b1().epoch = 0;
  CHECK(take(without_epoch, impl::MaintainerBootstrapResponse{}, 7) == running_unread);
}

TEST_CASE("a Bootstrap answer tells what is placed, and what is to be asked for again") {
  Setting s;
  s.in(Phase::kBootstrapping);
  impl::MaintainerBootstrapResponse response;
  response.spans.insert({.id = kTrigger, .span = impl::kDdlSpan});
  response.spans.insert({.id = kD1, .span = kLow});
  response.spans.insert({.id = kD2, .mode = Mode::kRedo, .span = kHigh});
  response.operators.insert({.id = kTrigger, .action = ScheduleAction::kRemove, .span = impl::kDdlSpan});
  response.operators.insert({.id = kD1, .action = ScheduleAction::kRemove, .span = kLow});
  response.operators.insert(
      {.id = kD2, .action = ScheduleAction::kCreate, .mode = Mode::kRedo, .span = kHigh});
  response.operators.insert({.id = kD3, .action = ScheduleAction::kCreate, .span = kHigh});
  const OwnerState& state = take(s, response);
  REQUIRE(state.record.size() == 3);
  CHECK(state.record[0] == Placement{kD1, Mode::kDefault, Belief::kToRemove, kLow});
  CHECK(state.record[1] == Placement{kD2, Mode::kRedo, Belief::kWorking, kHigh});  // it is there already
  CHECK(state.record[2] == Placement{kD3, Mode::kDefault, Belief::kToCreate, kHigh});
}

TEST_CASE("a record is kept in the order of ids and modes, whatever comes first") {
  Setting s;
  s.in(Phase::kBootstrapping);
  impl::MaintainerBootstrapResponse response;
  for (const auto& [id, mode] : {std::pair{kD2, Mode::kRedo},
                                 {kD3, Mode::kDefault},
                                 {kD1, Mode::kDefault},
                                 {kD2, Mode::kDefault},
                                 {kD2, Mode::kRedo}}) {
    response.spans.insert({.id = id, .mode = mode, .span = kLow});
  }
  const OwnerState& state = take(s, response);
  REQUIRE(state.record.size() == 4);
  CHECK(state.record[0] == Placement{kD1, Mode::kDefault, Belief::kWorking, kLow});
  CHECK(state.record[1] == Placement{kD2, Mode::kDefault, Belief::kWorking, kLow});
  CHECK(state.record[2] == Placement{kD2, Mode::kRedo, Belief::kWorking, kLow});
  CHECK(state.record[3] == Placement{kD3, Mode::kDefault, Belief::kWorking, kLow});
}

// The trigger of another owner, whose removal is restored, is removed by whoever takes over.
TEST_CASE("the Remove of another owner's trigger is asked for again") {
  Setting s;
  s.in(Phase::kBootstrapping);
  impl::MaintainerBootstrapResponse response;
  response.operators.insert({.id = kD2, .action = ScheduleAction::kRemove, .span = impl::kDdlSpan});
  const OwnerState& state = take(s, response);
  REQUIRE(state.record.size() == 1);
  CHECK(state.record[0].belief == Belief::kToRemove);
}

TEST_CASE("an answer to a PostBootstrap counts for its epoch and without error, while its owner runs") {
  const auto counts = [](Phase before, impl::Epoch epoch,
                         const impl::MaintainerPostBootstrapResponse& response = {}) {
    Setting s;
    s.in(before);
    return take(s, response, epoch).post_bootstrapped;
  };
  CHECK(counts(Phase::kRunning, 1));
  CHECK(counts(Phase::kRunning, 0));
  CHECK_FALSE(counts(Phase::kRunning, 2));
  CHECK_FALSE(counts(Phase::kRunning, 1, {.error = ErrorCode::kErrWritePathClosed}));
  CHECK_FALSE(counts(Phase::kHandingOver, 1));
}

TEST_CASE("a Close ends its owner when it succeeds for its epoch, while it closes") {
  const auto ends = [](Phase before, impl::Epoch epoch, const impl::MaintainerCloseResponse& response = {}) {
    Setting s;
    s.in(before).state().misbehaved = 5;
    const OwnerState& state = take(s, response, epoch);
    CHECK(state.misbehaved == 5);
    return state.phase == Phase::kStopped;
  };
  CHECK(ends(Phase::kClosing, 1, {.success = true}));
  CHECK(ends(Phase::kClosing, 0, {.success = true}));
  CHECK_FALSE(ends(Phase::kClosing, 2, {.success = true}));
  CHECK_FALSE(ends(Phase::kClosing, 1, {.success = false}));
  CHECK_FALSE(ends(Phase::kRunning, 1, {.success = true}));
}

TEST_CASE("Working ends a creation, and an unknown one is an orphan") {
  for (const auto& [before, after] : {std::pair{Belief::kCreating, Belief::kWorking},
                                      {Belief::kToCreate, Belief::kToCreate},
                                      {Belief::kWorking, Belief::kWorking},
                                      {Belief::kToRemove, Belief::kToRemove},
                                      {Belief::kRemoving, Belief::kRemoving},
                                      {Belief::kMoving, Belief::kMoving}}) {
    Setting s = knowing(before);
    s.state().record[0].sources.push_back(kD2);
    const Placement& placement = take(s, heartbeat(kD1, Status::kWorking)).record[0];
    CHECK(placement.belief == after);
    CHECK(placement.sources.empty() == (before == Belief::kCreating));
  }
  Setting s = running();
  const OwnerState& state = take(s, heartbeat(kD1, Status::kWorking, Mode::kRedo));
  REQUIRE(state.record.size() == 1);
  CHECK(state.record[0] == Placement{kD1, Mode::kRedo, Belief::kToRemove});
  s.in(Phase::kClosing).state().record.clear();
  CHECK(take(s, heartbeat(kD1, Status::kWorking)).record.empty());
}

TEST_CASE("Stopped frees a span, but does not end a creation that it comes before") {
  for (const auto& [belief, frees] : {std::pair{Belief::kCreating, false},
                                      {Belief::kToCreate, false},
                                      {Belief::kWorking, true},
                                      {Belief::kToRemove, true},
                                      {Belief::kRemoving, true},
                                      {Belief::kMoving, true}}) {
    Setting s = knowing(belief);
    s.knows(kD2, Belief::kWorking, kHigh);
    CHECK(take(s, heartbeat(kD1, Status::kStopped)).record.size() == (frees ? 1U : 2U));
    CHECK(s.state().record[frees ? 0 : 1].id == kD2);
  }
  Setting s = knowing(Belief::kWorking);
  CHECK(take(s, heartbeat(kD1, Status::kStopped, Mode::kRedo)).record.size() == 1);
  CHECK(take(s, heartbeat(kD2, Status::kStopped)).record.size() == 1);
}

TEST_CASE("what waits for a merge is taken for gone by a Move or a Split of it, and by nothing else") {
  for (const Belief belief : {Belief::kToCreate, Belief::kCreating, Belief::kWorking, Belief::kToRemove,
                              Belief::kRemoving, Belief::kMoving}) {
    Setting s = knowing(belief);
    const OwnerState before = s.state();
    const bool frees = belief == Belief::kMoving;
    CHECK(take(s, heartbeat(kD1, Status::kWaitingMerge)).record.empty() == frees);
    if (!frees) CHECK(s.state() == before);
  }
  Setting unknown = running();
  CHECK(take(unknown, heartbeat(kD1, Status::kWaitingMerge)).record.empty());
}

TEST_CASE(
    "an owner takes each status of a complete heartbeat, and reads nothing from those that are missing") {
  Setting s = knowing(Belief::kCreating);
  s.knows(kD2, Belief::kWorking, kHigh);
  impl::HeartBeatRequest body;
  body.statuses.push_back({kD1, Status::kWorking, Mode::kDefault});
  body.statuses.push_back({kD3, Status::kWorking, Mode::kDefault});
  body.complete = true;
  const OwnerState& state = take(s, body);
  REQUIRE(state.record.size() == 3);
  CHECK(state.record[0] == Placement{kD1, Mode::kDefault, Belief::kWorking, kLow});
  CHECK(state.record[1] == Placement{kD2, Mode::kDefault, Belief::kWorking, kHigh});
  CHECK(state.record[2] == Placement{kD3, Mode::kDefault, Belief::kToRemove});
}

TEST_CASE("Working of an owner's own trigger tells it nothing, and that of another's is an orphan's") {
  Setting s = running();
  s.b1().redo_trigger = kRedoTrigger;
  CHECK(take(s, heartbeat(kTrigger, Status::kWorking)).record.empty());
  CHECK(take(s, heartbeat(kRedoTrigger, Status::kWorking, Mode::kRedo)).record.empty());
  REQUIRE(take(s, heartbeat(kRedoTrigger, Status::kWorking)).record.size() == 1);
  CHECK(s.state().record[0] == Placement{kRedoTrigger, Mode::kDefault, Belief::kToRemove, {}, {}});
}

TEST_CASE("an owner that hands over stops when each of its triggers has") {
  const auto handing_over = [](DispatcherId redo) {
    Setting s;
    s.in(Phase::kHandingOver).b1().redo_trigger = redo;
    return s;
  };
  Setting s = handing_over(DispatcherId::kNone);
  CHECK(take(s, heartbeat(kTrigger, Status::kWorking)) == state_in(Phase::kHandingOver));
  CHECK(take(s, heartbeat(kTrigger, Status::kStopped, Mode::kRedo)) == state_in(Phase::kHandingOver));
  CHECK(take(s, heartbeat(kD1, Status::kStopped)) == state_in(Phase::kHandingOver));
  CHECK(take(s, heartbeat(kTrigger, Status::kStopped)) == state_in(Phase::kStopped));
  Setting both = handing_over(kRedoTrigger);
  CHECK(take(both, heartbeat(kRedoTrigger, Status::kStopped)) == state_in(Phase::kHandingOver));
  CHECK(take(both, heartbeat(kTrigger, Status::kStopped)).trigger_gone);
  CHECK(both.state().phase == Phase::kHandingOver);
  CHECK(take(both, heartbeat(kRedoTrigger, Status::kStopped, Mode::kRedo)) == state_in(Phase::kStopped));
  Setting other = handing_over(kRedoTrigger);
  CHECK(take(other, heartbeat(kRedoTrigger, Status::kStopped, Mode::kRedo)).redo_trigger_gone);
  CHECK(other.state().phase == Phase::kHandingOver);
  CHECK(take(other, heartbeat(kTrigger, Status::kStopped)) == state_in(Phase::kStopped));
}

TEST_CASE("a node's report goes to the owner that is live there, not to one that is gone") {
  Setting s;
  s.in(Phase::kStopped).state(kB2).phase = Phase::kRunning;
  take(s, heartbeat(kD1, Status::kWorking));
  CHECK(s.state() == state_in(Phase::kStopped));
  CHECK(s.state(kB2).record.size() == 1);
}
