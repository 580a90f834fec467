// The judges of states, clause by clause.
#include <optional>
#include <vector>

#include "tests/spec/properties/judge_cases.h"

using namespace takeover;
using namespace takeover::judged;

TEST_CASE("trigger-unique: at most one trigger of a mode") {
  const std::vector<Case> cases{
      {"without a manager nothing is said", Found::kNothing, [](Scene& s) { s.after.manager.reset(); }},
      {"without a trigger nothing is said", Found::kNothing,
       [](Scene& s) {
         without_triggers(s.is());
         write(s.is(), kX, kTable);
       }},
      {"one trigger of each mode", Found::kHolds, [](Scene& /*as it is*/) {}},
      {"a default trigger alone", Found::kHolds,
       [](Scene& s) { s.is().dispatchers.erase(kRedoTrigger, Mode::kRedo); }},
      {"a redo trigger alone", Found::kHolds,
       [](Scene& s) { s.is().dispatchers.erase(kTrigger, Mode::kDefault); }},
      {"a table beside them", Found::kHolds, [](Scene& s) { write(s.is(), kX, kTable); }},
      {"a second default trigger", Found::kViolated,
       [](Scene& s) {
         write(s.is(), kOther, impl::kDdlSpan);
         s.is().find(kOther, Mode::kDefault)->removing = true;  // it is here, and does not write
       }},
      {"a second redo trigger", Found::kViolated,
       [](Scene& s) {
         write(s.is(), kOther, impl::kDdlSpan, Mode::kRedo);
         s.is().find(kOther, Mode::kRedo)->removing = true;
       }},
      {"a second trigger of a manager that is being built", Found::kViolated,
       [](Scene& s) {
         build(s);
         write(*s.after.initializing, kOther, impl::kDdlSpan);
         s.after.initializing->find(kOther, Mode::kDefault)->removing = true;
       }},
  };
  check_states(Property::kTriggerUnique, cases);
}

// What writes is another property's business: no dispatcher is here.
TEST_CASE("fenced-is-silent: no open write path on a fenced node") {
  const std::vector<Case> cases{
      {"the node is not fenced", Found::kNothing, [](Scene& /*as it is*/) {}},
      {"the node shuts down", Found::kNothing, [](Scene& s) { s.after.closed = true; }},
      {"fenced without a manager", Found::kNothing,
       [](Scene& s) {
         s.after.fenced = true;
         s.after.manager.reset();
       }},
      {"fenced, and its manager is open", Found::kViolated,
       [](Scene& s) {
         s.after.fenced = true;
         without_triggers(s.is());
       }},
      {"fenced, and its manager is closing", Found::kViolated,
       [](Scene& s) {
         s.after.fenced = true;
         without_triggers(s.is());
         s.is().closing = true;
       }},
      {"fenced, and the write path is closed", Found::kHolds,
       [](Scene& s) {
         s.after.fenced = true;
         without_triggers(s.is());
         s.is().write_path_closed = true;
       }},
      {"fenced, and the manager is closed", Found::kHolds,
       [](Scene& s) {
         s.after.fenced = true;
         without_triggers(s.is());
         s.is().closed = true;
       }},
      {"fenced, and one that is being built is open", Found::kViolated,
       [](Scene& s) {
         without_triggers(s.was());
         build(s);
         s.after.fenced = true;
       }},
      {"fenced, and one that is being built is closed", Found::kHolds,
       [](Scene& s) {
         without_triggers(s.was());
         build(s);
         s.after.fenced = true;
         s.after.initializing->write_path_closed = true;
       }},
  };
  check_states(Property::kFencedIsSilent, cases);
}

TEST_CASE("fenced-writes-nothing: no dispatcher on a fenced node can write") {
  // The write path is closed, which says nothing of a dispatcher.
  static constexpr auto fenced = [](Scene& s) {
    s.after.fenced = true;
    s.is().write_path_closed = true;
    without_triggers(s.is());
  };
  const std::vector<Case> cases{
      {"the node is not fenced", Found::kNothing, [](Scene& s) { s.is().write_path_closed = true; }},
      {"the node shuts down", Found::kNothing, [](Scene& s) { s.after.closed = true; }},
      {"fenced without a manager", Found::kNothing,
       [](Scene& s) {
         s.after.fenced = true;
         s.after.manager.reset();
       }},
      {"fenced without dispatchers", Found::kNothing, fenced},
      {"fenced, and one that can write", Found::kViolated,
       [](Scene& s) {
         fenced(s);
         write(s.is(), kX, kTable);
       }},
      {"one that can write redo", Found::kViolated,
       [](Scene& s) {
         fenced(s);
         write(s.is(), kX, kTable, Mode::kRedo);
       }},
      {"a trigger that can write", Found::kViolated,
       [](Scene& s) {
         fenced(s);
         write(s.is(), kTrigger, impl::kDdlSpan);
       }},
      {"one that can write, and the manager is closed", Found::kViolated,
       [](Scene& s) {
         fenced(s);
         s.is().closed = true;
         write(s.is(), kX, kTable);
       }},
      {"the second of two can write", Found::kViolated,
       [](Scene& s) {
         fenced(s);
         write(s.is(), kX, kLow);
         write(s.is(), kY, kHigh);
         s.is().find(kX, Mode::kDefault)->removing = true;
       }},
      {"the first of two can write", Found::kViolated,
       [](Scene& s) {
         fenced(s);
         write(s.is(), kX, kLow);
         write(s.is(), kY, kHigh);
         s.is().find(kY, Mode::kDefault)->removing = true;
       }},
      {"neither of two can write", Found::kHolds,
       [](Scene& s) {
         fenced(s);
         write(s.is(), kX, kLow);
         write(s.is(), kY, kHigh, Mode::kRedo);
         for (impl::Dispatcher& dispatcher : s.is().dispatchers) dispatcher.removing = true;
       }},
      {"its removal was asked for, and it has not flushed", Found::kViolated,
       [](Scene& s) {
         fenced(s);
         write(s.is(), kX, kTable);
         s.is().find(kX, Mode::kDefault)->try_removing = true;
       }},
      {"of a manager that is being built, one can write", Found::kViolated,
       [](Scene& s) {
         s.was().write_path_closed = true;
         build(s);
         s.after.fenced = true;
       }},
      {"of a manager that is being built, none can write", Found::kHolds,
       [](Scene& s) {
         s.was().write_path_closed = true;
         for (impl::Dispatcher& dispatcher : s.was().dispatchers) dispatcher.removing = true;
         build(s);
         s.after.fenced = true;
       }},
  };
  check_states(Property::kFencedWritesNothing, cases);
}

TEST_CASE("fenced-writes-nothing: who can write is Working or WaitingMerge, and has not flushed") {
  for (const Status status :
       {Status::kInitializing, Status::kWorking, Status::kPreparing, Status::kMergeReady,
        Status::kWaitingMerge, Status::kStopped, Status::kRemoved}) {
    for (const bool flushed : {false, true}) {
      CAPTURE(status, flushed);
      Scene s;
      s.after.fenced = s.is().write_path_closed = true;
      without_triggers(s.is());
      write(s.is(), kX, kTable);
      s.is().dispatchers.front().status = status;
      s.is().dispatchers.front().removing = flushed;
      s.is().registered = false;  // so that nobody waits for clean-up
      spec::Findings findings;
      spec::judge_state(s.after, s.history, spec::every_property(), findings);
      const bool writes = !flushed && (status == Status::kWorking || status == Status::kWaitingMerge);
      expect(Property::kFencedWritesNothing, writes ? Found::kViolated : Found::kHolds, findings);
    }
  }
}

TEST_CASE("owner-from-request: owner and epoch are those of one Bootstrap that was received") {
  const std::vector<Case> cases{
      {"nothing is published", Found::kNothing,
       [](Scene& s) {
         build(s);
         s.history.bootstraps.clear();
       }},
      {"of the only one", Found::kHolds, [](Scene& /*as it is*/) {}},
      {"of the last of several", Found::kHolds,
       [](Scene& s) {
         s.history.bootstraps = {{kA, 3}, {kA, 4}, {kA, kEpoch}};
       }},
      {"of the first of several", Found::kHolds,
       [](Scene& s) {
         s.history.bootstraps = {{kA, kEpoch}, {kA, 6}, {kB, 7}};
       }},
      {"none was received", Found::kViolated, [](Scene& s) { s.history.bootstraps.clear(); }},
      {"the epoch of one and the owner of another", Found::kViolated,
       [](Scene& s) {
         s.history.bootstraps = {{kA, 4}, {kB, kEpoch}};
       }},
  };
  check_states(Property::kOwnerFromRequest, cases);
}

TEST_CASE("trigger-agreed: the triggers are those that the owner was told") {
  const std::vector<Case> cases{
      {"nothing was agreed", Found::kNothing, [](Scene& /*as it is*/) {}},
      {"nothing is here", Found::kNothing,
       [](Scene& s) {
         s.history.agreement = {kTrigger, kRedoTrigger};
         s.after.manager.reset();
       }},
      {"both are here", Found::kHolds,
       [](Scene& s) {
         s.history.agreement = {kTrigger, kRedoTrigger};
       }},
      {"the event trigger alone was agreed", Found::kHolds,
       [](Scene& s) {
         s.history.agreement = {kTrigger, std::nullopt};
       }},
      {"the redo trigger alone was agreed", Found::kHolds,
       [](Scene& s) {
         s.history.agreement = {std::nullopt, kRedoTrigger};
       }},
      {"another event trigger", Found::kViolated,
       [](Scene& s) {
         s.history.agreement = {kOther, kRedoTrigger};
       }},
      {"another redo trigger", Found::kViolated,
       [](Scene& s) {
         s.history.agreement = {kTrigger, kOther};
       }},
      {"another event trigger, and nothing said of redo", Found::kViolated,
       [](Scene& s) {
         s.history.agreement = {kOther, std::nullopt};
       }},
      {"another redo trigger, and nothing said of the event trigger", Found::kViolated,
       [](Scene& s) {
         s.history.agreement = {std::nullopt, kOther};
       }},
      {"a trigger, where none was agreed", Found::kViolated,
       [](Scene& s) {
         s.history.agreement = {DispatcherId::kNone, kRedoTrigger};
       }},
      {"none, where one was agreed", Found::kViolated,
       [](Scene& s) {
         s.history.agreement = {kTrigger, kRedoTrigger};
         s.is().redo_trigger = DispatcherId::kNone;
       }},
      {"another takeover is creating the event trigger", Found::kNothing,
       [](Scene& s) {
         s.history.agreement = {kOther, kOther};
         handle(s, bootstrap(kB, 6), OrchestratorStep::kTakeOver, OrchestratorStep::kEnsureEventTrigger);
       }},
      {"another takeover is creating the redo trigger", Found::kNothing,
       [](Scene& s) {
         s.history.agreement = {kOther, kOther};
         handle(s, bootstrap(kB, 6), OrchestratorStep::kTakeOver, OrchestratorStep::kEnsureRedoTrigger);
       }},
      {"another takeover has not begun", Found::kViolated,
       [](Scene& s) {
         s.history.agreement = {kOther, kRedoTrigger};
         handle(s, bootstrap(kB, 6), OrchestratorStep::kLookUp, OrchestratorStep::kTakeOver);
       }},
      {"another takeover has its triggers", Found::kViolated,
       [](Scene& s) {
         s.history.agreement = {kOther, kRedoTrigger};
         handle(s, bootstrap(kB, 6), OrchestratorStep::kTakeOver, OrchestratorStep::kReadDefaultSpans);
       }},
  };
  check_states(Property::kTriggerAgreed, cases);
}

TEST_CASE("removed-kept: what was asked for has run once the manager is closed") {
  const std::vector<Case> cases{
      {"it was not asked for", Found::kNothing, [](Scene& s) { s.is().closed = true; }},
      {"the manager is closing", Found::kNothing,
       [](Scene& s) {
         s.is().closing = true;
         s.history.removed_asked = true;
       }},
      {"closed, and it has not run", Found::kViolated,
       [](Scene& s) {
         s.is().closed = true;
         s.history.removed_asked = true;
       }},
      {"closed, and it has only been remembered", Found::kViolated,
       [](Scene& s) {
         s.is().closed = s.is().remove_requested = true;
         s.history.removed_asked = true;
       }},
      {"closed, and it has run", Found::kHolds,
       [](Scene& s) {
         s.is().closed = s.is().removed_clean_up = true;
         s.history.removed_asked = true;
       }},
  };
  check_states(Property::kRemovedKept, cases);
}

TEST_CASE("both managers of a node are judged, the one that is published and the one that is being built") {
  Scene s;
  without_triggers(s.is());
  s.after.initializing = s.is();
  s.after.fenced = true;
  for (const bool published : {false, true}) {
    CAPTURE(published);
    s.is().write_path_closed = !published;
    s.after.initializing->write_path_closed = published;
    spec::Findings findings;
    spec::judge_state(s.after, s.history, spec::every_property(), findings);
    expect(Property::kFencedIsSilent, Found::kViolated, findings);
  }
}
