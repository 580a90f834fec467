// Witnesses, clause by clause: which step reaches which.
#include <algorithm>
#include <vector>

#include "tests/spec/properties/judge_cases.h"

using namespace takeover;
using namespace takeover::judged;

namespace {

using impl::Reason;
using spec::Witness;
using Step = OrchestratorStep;

struct Reached {
  const char* clause;
  std::vector<Witness> witnesses;  // exactly these
  void (*make)(Scene&);
};

void check_witnesses(const std::vector<Reached>& cases) {
  for (const Reached& each : cases) {
    CAPTURE(each.clause);
    Scene s;
    each.make(s);
    spec::Findings findings;
    spec::witness_step(s.observation(), spec::WitnessSet().set(), findings);
    spec::WitnessSet expected;
    for (const Witness witness : each.witnesses) expected.set(static_cast<std::size_t>(witness));
    CHECK(findings.reached == expected);
  }
}

void note_of(Scene& s, NoteKind kind, MessageType type = MessageType::kBootstrap) {
  s.out.note({.kind = kind, .type = type});
}
void drop(Scene& s, MessageType type, Reason why) {
  s.out.note({.kind = NoteKind::kMessageDropped, .type = type, .why = why});
}
void answer(Scene& s, bool existed) {
  handle(s, bootstrap(kA, kEpoch), Step::kReadJournalAndSend);
  s.before.handler->existed = existed;
  s.out.send(kA, kEpoch, response());
}

// The answer carries an operator, whose entry is journalled.
void carry(Scene& s, impl::JournalEntry op) {
  s.was().journal.insert(op);
  s.is().journal.insert(op);
  op.from = NodeId::kNone;
  s.out.sent.front().as<impl::MaintainerBootstrapResponse>()->operators.insert(op);
}

}  // namespace

TEST_CASE("witnesses of a manager's life") {
  const std::vector<Reached> cases{
      {"nothing happens", {}, [](Scene& /*as it is*/) {}},
      {"it is published",
       {Witness::kManagerCreated},
       [](Scene& s) { note_of(s, NoteKind::kManagerPublished); }},
      {"it is created, and not published", {}, [](Scene& s) { note_of(s, NoteKind::kManagerCreated); }},
      {"its owner changes", {Witness::kTakeoverAccepted}, [](Scene& s) { s.is().owner = kB; }},
      {"its epoch changes", {Witness::kTakeoverAccepted}, [](Scene& s) { s.is().epoch = 6; }},
      {"it was not here",
       {},
       [](Scene& s) {
         s.is().owner = kB;
         s.before.manager.reset();
       }},
      {"it is gone",
       {},
       [](Scene& s) {
         s.is().owner = kB;
         s.after.manager.reset();
       }},
      {"its event trigger is gone",
       {Witness::kTriggerRemoved},
       [](Scene& s) { s.is().event_trigger = DispatcherId::kNone; }},
      {"its event trigger is another", {}, [](Scene& s) { s.is().event_trigger = kOther; }},
      {"it gets an event trigger", {}, [](Scene& s) { s.was().event_trigger = DispatcherId::kNone; }},
      {"it has none, and had none",
       {},
       [](Scene& s) { s.was().event_trigger = s.is().event_trigger = DispatcherId::kNone; }},
      {"the clean-up of removed runs",
       {Witness::kRemovedCleanUp},
       [](Scene& s) { note_of(s, NoteKind::kRemovedCleanUp); }},
      {"it runs on a manager that was closed, and owed it",
       {Witness::kRemovedCleanUp, Witness::kCleanedUpAgain},
       [](Scene& s) {
         s.was().closed = s.was().remove_requested = true;
         note_of(s, NoteKind::kRemovedCleanUp);
       }},
      {"it runs as the manager closes",
       {Witness::kRemovedCleanUp},
       [](Scene& s) {
         s.was().closing = s.was().remove_requested = true;
         note_of(s, NoteKind::kRemovedCleanUp);
       }},
      {"it runs on a closed manager of which nobody had asked it",
       {Witness::kRemovedCleanUp},
       [](Scene& s) {
         s.was().closed = true;
         note_of(s, NoteKind::kRemovedCleanUp);
       }},
      {"it fails", {Witness::kCleanUpFailed}, [](Scene& s) { note_of(s, NoteKind::kRemovedCleanUpFailed); }},
      {"a creation fails", {Witness::kCreationFailed}, [](Scene& s) { note_of(s, NoteKind::kCreateFailed); }},
      {"the owner changes during a merge",
       {Witness::kTakeoverDuringMerge},
       [](Scene& s) {
         s.was().merges.push_back({});
         keep(s);
         note_of(s, NoteKind::kOwnerChanged);
       }},
      {"the owner changes without a merge", {}, [](Scene& s) { note_of(s, NoteKind::kOwnerChanged); }},
      {"the owner of none changes",
       {},
       [](Scene& s) {
         s.before.manager.reset();
         note_of(s, NoteKind::kOwnerChanged);
       }},
  };
  check_witnesses(cases);
}

TEST_CASE("witnesses of what a Bootstrap is told") {
  const std::vector<Reached> cases{
      {"an error",
       {Witness::kTakeoverRejected},
       [](Scene& s) { s.out.send(kA, kEpoch, response(ErrorCode::kErrWritePathClosed)); }},
      {"the answer of a manager that was built for it",
       {Witness::kManagerCreated},
       [](Scene& s) { answer(s, false); }},
      {"the answer of a manager that was here",
       {Witness::kBootstrapRepeated},
       [](Scene& s) { answer(s, true); }},
      {"an answer with the owner's operator",
       {Witness::kBootstrapRepeated, Witness::kOwnOperatorReported},
       [](Scene& s) {
         answer(s, true);
         carry(s, entry(kX, ScheduleAction::kRemove));
       }},
      {"an answer with another's operator",
       {Witness::kBootstrapRepeated, Witness::kStaleRemoveRestored},
       [](Scene& s) {
         answer(s, true);
         carry(s, entry(kX, ScheduleAction::kRemove, kB));
       }},
      {"it is refused without an answer",
       {Witness::kBootstrapDropped},
       [](Scene& s) { note_end(s, MessageType::kBootstrap, false, false); }},
      {"it was admitted", {}, [](Scene& s) { note_end(s, MessageType::kBootstrap, true, false); }},
      {"it was answered", {}, [](Scene& s) { note_end(s, MessageType::kBootstrap, false, true); }},
      {"a PostBootstrap is refused without an answer",
       {},
       [](Scene& s) { note_end(s, MessageType::kPostBootstrap, false, false); }},
      {"its epoch was closed",
       {Witness::kTombstoneDropsBootstrap},
       [](Scene& s) { drop(s, MessageType::kBootstrap, Reason::kEpochClosed); }},
      {"it is dropped for another reason",
       {},
       [](Scene& s) { drop(s, MessageType::kBootstrap, Reason::kNodeFenced); }},
      {"it takes a trigger's creation back",
       {Witness::kTriggerTakenBack},
       [](Scene& s) {
         handle(s, bootstrap(kA, kEpoch), Step::kEnsureRedoTrigger);
         note_of(s, NoteKind::kDispatcherDeleted);
       }},
      {"it creates the event trigger of a manager that was here",
       {Witness::kTriggerCreatedOnReuse},
       [](Scene& s) {
         handle(s, bootstrap(kA, kEpoch), Step::kEnsureEventTrigger, Step::kEnsureRedoTrigger);
         note_of(s, NoteKind::kDispatcherCreated);
       }},
      {"it creates the redo trigger of a manager that was here",
       {Witness::kTriggerCreatedOnReuse},
       [](Scene& s) {
         handle(s, bootstrap(kA, kEpoch), Step::kEnsureRedoTrigger, Step::kReadDefaultSpans);
         note_of(s, NoteKind::kDispatcherCreated);
       }},
      {"a table is created while it waits to create its trigger",
       {Witness::kDispatcherCreated},
       [](Scene& s) {
         handle(s, bootstrap(kA, kEpoch), Step::kEnsureRedoTrigger, Step::kEnsureRedoTrigger);
         note_of(s, NoteKind::kDispatcherCreated);
       }},
      {"it creates the trigger of a manager that it builds",
       {Witness::kDispatcherCreated},
       [](Scene& s) {
         handle(s, bootstrap(kA, kEpoch), Step::kCreateTriggers, Step::kPublish);
         note_of(s, NoteKind::kDispatcherCreated);
       }},
  };
  check_witnesses(cases);
}

TEST_CASE("witnesses of a PostBootstrap and a Close") {
  const auto closed = [](bool success) { return impl::MaintainerCloseResponse{success}; };
  const auto found = [](const impl::MessageBody& reply, bool was_here, bool is_here) {
    Scene s;
    s.out.send(kA, 0, impl::HeartBeatRequest{});
    s.out.send(kA, kEpoch, reply);
    if (!was_here) s.before.manager.reset();
    if (!is_here) s.after.manager.reset();
    spec::Findings findings;
    spec::witness_step(s.observation(), spec::WitnessSet().set(), findings);
    return findings.reached;
  };
  const auto only = [](Witness witness) { return spec::WitnessSet().set(static_cast<std::size_t>(witness)); };
  CHECK(found(closed(true), true, false) == only(Witness::kCloseAcknowledged));
  CHECK(found(closed(true), true, true) == only(Witness::kStaleCloseAcknowledged));
  CHECK(found(closed(true), false, false).none());
  CHECK(found(closed(false), true, true) == only(Witness::kCloseRefused));
  CHECK(found(closed(false), true, false) == only(Witness::kCloseRefused));
  CHECK(found(impl::MaintainerPostBootstrapResponse{}, true, true).none());
  CHECK(found(impl::MaintainerPostBootstrapResponse{.error = ErrorCode::kErrWritePathClosed}, true, true) ==
        only(Witness::kPostBootstrapRefused));
  const std::vector<Reached> cases{
      {"a trigger is registered",
       {Witness::kPostBootstrapped},
       [](Scene& s) { note_of(s, NoteKind::kTriggerRegistered); }},
  };
  check_witnesses(cases);
}

TEST_CASE("witnesses of the streams") {
  using enum MessageType;
  const std::vector<Reached> cases{
      {"a Create that is not the owner's is dropped",
       {Witness::kCreateDropped},
       [](Scene& s) { drop(s, kSchedule, Reason::kNotOwnersSchedule); }},
      {"a Merge that is not the owner's is dropped",
       {},
       [](Scene& s) { drop(s, kMerge, Reason::kNotOwnersMerge); }},
      {"a Create is dropped for another reason",
       {},
       [](Scene& s) { drop(s, kSchedule, Reason::kDispatcherExists); }},
      {"an action is dropped", {}, [](Scene& s) { drop(s, kHeartBeatResponse, Reason::kNotOwnersAction); }},
      {"redo marks are dropped", {}, [](Scene& s) { drop(s, kRedoMeta, Reason::kNotOwnersRedo); }},
      {"an action is admitted",
       {Witness::kActionAdmitted},
       [](Scene& s) { note_of(s, NoteKind::kMessageAdmitted, kHeartBeatResponse); }},
      {"redo marks are set by RedoMeta",
       {Witness::kRedoMarkSet},
       [](Scene& s) { note_of(s, NoteKind::kMessageAdmitted, kRedoMeta); }},
      {"redo marks are set by RedoResolvedTsForward",
       {Witness::kRedoMarkSet},
       [](Scene& s) { note_of(s, NoteKind::kMessageAdmitted, kRedoResolvedTsForward); }},
      {"a Merge is admitted", {}, [](Scene& s) { note_of(s, NoteKind::kMessageAdmitted, kMerge); }},
      {"a dispatcher is created",
       {Witness::kDispatcherCreated},
       [](Scene& s) { note_of(s, NoteKind::kDispatcherCreated); }},
      {"a dispatcher is forgotten",
       {Witness::kDispatcherRemoved},
       [](Scene& s) { note_of(s, NoteKind::kDispatcherDeleted); }},
      {"a Remove finds nothing",
       {Witness::kRemoveMissing},
       [](Scene& s) { note_of(s, NoteKind::kRemoveMissing); }},
      {"a merge ends", {Witness::kMergeDone}, [](Scene& s) { note_of(s, NoteKind::kMergeDone); }},
      {"a merge is aborted", {Witness::kMergeAborted}, [](Scene& s) { note_of(s, NoteKind::kMergeAborted); }},
      {"an action of the owner is executed",
       {},
       [](Scene& s) { s.out.note({.kind = NoteKind::kActionExecuted, .from = kA, .epoch = kEpoch}); }},
      {"an action of the owner before is executed",
       {Witness::kActionExecutedAfterTakeover},
       [](Scene& s) { s.out.note({.kind = NoteKind::kActionExecuted, .from = kA, .epoch = 4}); }},
      {"an action is executed in a manager that is being built",
       {},
       [](Scene& s) {
         build(s);
         s.out.note({.kind = NoteKind::kActionExecuted, .from = kB, .epoch = 4});
       }},
  };
  check_witnesses(cases);
}

TEST_CASE("witnesses of the fence and of the queue") {
  const std::vector<Reached> cases{
      {"the node is fenced", {}, [](Scene& s) { s.after.fenced = true; }},
      {"while a manager is being built",
       {Witness::kFencedWhileBuilding},
       [](Scene& s) {
         build(s);
         s.after.fenced = true;
       }},
      {"while a handler is under way",
       {Witness::kFencedWhileHandling},
       [](Scene& s) {
         handle(s, bootstrap(kA, kEpoch), Step::kTakeOver, Step::kTakeOver);
         s.after.fenced = true;
       }},
      {"it was fenced before",
       {},
       [](Scene& s) {
         build(s);
         handle(s, bootstrap(kA, kEpoch), Step::kTakeOver, Step::kTakeOver);
         s.before.fenced = s.after.fenced = true;
       }},
      {"a pending message gives way",
       {Witness::kPendingReplaced},
       [](Scene& s) {
         s.before.pending = {bootstrap(kA, 4)};
         s.after.pending = {bootstrap(kA, kEpoch)};
         s.received = bootstrap(kA, kEpoch);
       }},
      {"a pending message stays",
       {},
       [](Scene& s) {
         s.before.pending = s.after.pending = {bootstrap(kA, kEpoch)};
         s.received = bootstrap(kA, 4);
       }},
      {"a message joins the others",
       {},
       [](Scene& s) {
         s.before.pending = {bootstrap(kA, 4)};
         s.after.pending = {bootstrap(kA, 4), close(kA, kEpoch)};
         s.received = close(kA, kEpoch);
       }},
      {"nothing arrives",
       {},
       [](Scene& s) {
         s.before.pending = {bootstrap(kA, 4)};
         s.after.pending = {bootstrap(kA, kEpoch)};
       }},
      {"it is for a stream",
       {},
       [](Scene& s) {
         s.before.pending = {bootstrap(kA, 4)};
         s.after.pending = {bootstrap(kA, kEpoch)};
         s.received = schedule(kA, kEpoch, kX);
       }},
  };
  check_witnesses(cases);
}

TEST_CASE("witnesses and properties have names") {
  for (const spec::WitnessInfo& each : spec::all_witnesses()) {
    CHECK(spec::witness_named(each.id) == each.witness);
  }
  for (const spec::PropertyInfo& each : spec::all_properties()) {
    CHECK(spec::property_named(each.id) == each.property);
  }
  CHECK_FALSE(spec::witness_named("one-writer").has_value());
  CHECK_FALSE(spec::property_named("merge-done").has_value());
}
