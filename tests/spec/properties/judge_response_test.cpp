// The judges of what a response to a Bootstrap says, clause by clause.
#include <initializer_list>
#include <vector>

#include "tests/spec/properties/judge_cases.h"

using namespace takeover;
using namespace takeover::judged;

namespace {

using enum ScheduleAction;
using Step = OrchestratorStep;

// Operators of another owner than the one that is here, and of the one that is.
impl::JournalEntry stale(DispatcherId id, ScheduleAction action, Mode mode = Mode::kDefault) {
  return entry(id, action, kB, 4, mode);
}
impl::JournalEntry own(DispatcherId id, ScheduleAction action, Mode mode = Mode::kDefault) {
  return entry(id, action, kA, kEpoch, mode);
}
// A response is sent, for the journal and the history of the case.
void respond(Scene& s, std::initializer_list<impl::JournalEntry> journal,
             std::initializer_list<impl::ReportedSpan> spans,
             std::initializer_list<impl::JournalEntry> operators) {
  for (const impl::JournalEntry& each : journal) s.was().journal.insert(each);
  keep(s);
  impl::MaintainerBootstrapResponse sent = response();
  sent.spans = spans;
  sent.operators = operators;
  for (impl::JournalEntry& each : sent.operators) each.from = impl::NodeId::kNone;
  s.out.send(kA, kEpoch, sent);
}
const impl::ReportedSpan kReported{.id = kX, .span = kTable};
const impl::ReportedSpan kReportedRedo{.id = kX, .mode = Mode::kRedo, .span = kTable};
const impl::ReportedSpan kOtherReported{.id = kY, .span = kTable};

// The default spans are read in this step, and with them the start ts.
void read(Scene& s, impl::Ts event_ts, impl::Ts redo_ts) {
  handle(s, bootstrap(kA, kEpoch), Step::kReadDefaultSpans, Step::kReadRedoSpans);
  s.after.handler->response.body.checkpoint_ts = event_ts;
  s.after.handler->response.body.redo_checkpoint_ts = redo_ts;
}

}  // namespace

TEST_CASE("remove-restored: of the stale entries exactly the Removes whose dispatcher is reported") {
  const std::vector<Case> cases{
      {"nothing is journalled", Found::kNothing, [](Scene& s) { respond(s, {}, {kReported}, {}); }},
      {"an error", Found::kNothing,
       [](Scene& s) {
         respond(s, {stale(kX, kRemove)}, {kReported}, {});
         s.out.sent.front().as<impl::MaintainerBootstrapResponse>()->error = ErrorCode::kErrDispatcherFailed;
       }},
      {"another reply", Found::kNothing,
       [](Scene& s) {
         s.was().journal.insert(stale(kX, kRemove));
         keep(s);
         s.out.send(kA, kEpoch, impl::MaintainerCloseResponse{});
       }},
      {"a stale Remove of what is reported is carried", Found::kHolds,
       [](Scene& s) { respond(s, {stale(kX, kRemove)}, {kReported}, {stale(kX, kRemove)}); }},
      {"a stale Remove of what is reported is left out", Found::kViolated,
       [](Scene& s) { respond(s, {stale(kX, kRemove)}, {kReported}, {}); }},
      {"a stale redo Remove of what is reported is carried", Found::kHolds,
       [](Scene& s) {
         respond(s, {stale(kX, kRemove, Mode::kRedo)}, {kReportedRedo}, {stale(kX, kRemove, Mode::kRedo)});
       }},
      {"a stale redo Remove of what is reported is left out", Found::kViolated,
       [](Scene& s) { respond(s, {stale(kX, kRemove, Mode::kRedo)}, {kReportedRedo}, {}); }},
      {"a stale Remove of what is not reported is left out", Found::kHolds,
       [](Scene& s) { respond(s, {stale(kX, kRemove)}, {kOtherReported}, {}); }},
      {"a stale Remove of what is not reported is carried", Found::kViolated,
       [](Scene& s) { respond(s, {stale(kX, kRemove)}, {kOtherReported}, {stale(kX, kRemove)}); }},
      {"a stale Remove of what is reported in the other mode is left out", Found::kHolds,
       [](Scene& s) { respond(s, {stale(kX, kRemove)}, {kReportedRedo}, {}); }},
      {"a stale Remove of what is reported in the other mode is carried", Found::kViolated,
       [](Scene& s) { respond(s, {stale(kX, kRemove)}, {kReportedRedo}, {stale(kX, kRemove)}); }},
      {"a stale Remove of what is reported second is left out", Found::kViolated,
       [](Scene& s) {
         respond(s, {stale(kX, kRemove)}, {kOtherReported, kReported}, {});
       }},
      {"a stale Create is left out", Found::kHolds,
       [](Scene& s) { respond(s, {stale(kX, kCreate)}, {kReported}, {}); }},
      {"a stale Create is carried", Found::kViolated,
       [](Scene& s) { respond(s, {stale(kX, kCreate)}, {kReported}, {stale(kX, kCreate)}); }},
      {"the owner's Create is carried", Found::kNothing,
       [](Scene& s) { respond(s, {own(kX, kCreate)}, {}, {own(kX, kCreate)}); }},
      {"the owner's Remove is left out", Found::kNothing,
       [](Scene& s) { respond(s, {own(kX, kRemove)}, {kReported}, {}); }},
      {"of two stale Removes the second is left out", Found::kViolated,
       [](Scene& s) {
         respond(s, {stale(kX, kRemove), stale(kY, kRemove)}, {kReported, kOtherReported},
                 {stale(kX, kRemove)});
       }},
      {"of two stale Removes the first is left out", Found::kViolated,
       [](Scene& s) {
         respond(s, {stale(kX, kRemove), stale(kY, kRemove)}, {kReported, kOtherReported},
                 {stale(kY, kRemove)});
       }},
      {"the owner's Remove is carried in its place", Found::kViolated,
       [](Scene& s) { respond(s, {stale(kX, kRemove)}, {kReported}, {own(kX, kRemove)}); }},
      {"stale is who has the epoch and is not the owner", Found::kViolated,
       [](Scene& s) { respond(s, {entry(kX, kCreate, kB, kEpoch)}, {}, {entry(kX, kCreate, kB, kEpoch)}); }},
      {"stale is who was the owner with another epoch", Found::kViolated,
       [](Scene& s) { respond(s, {entry(kX, kCreate, kA, 4)}, {}, {entry(kX, kCreate, kA, 4)}); }},
      {"the owner of epoch 0 is not stale", Found::kNothing,
       [](Scene& s) {
         s.was().epoch = 0;
         respond(s, {entry(kX, kCreate, kA, 0)}, {}, {entry(kX, kCreate, kA, 0)});
       }},
  };
  check_steps(Property::kRemoveRestored, cases);
}

TEST_CASE("remove-restored: what is carried is what is journalled") {
  const std::vector<Case> cases{
      {"a stale Remove that is not journalled", Found::kViolated,
       [](Scene& s) { respond(s, {}, {kReported}, {stale(kX, kRemove)}); }},
      {"the owner's Remove that is not journalled", Found::kNothing,
       [](Scene& s) { respond(s, {}, {kReported}, {own(kX, kRemove)}); }},
      {"a second one, that is not journalled", Found::kViolated,
       [](Scene& s) {
         respond(s, {stale(kX, kRemove)}, {kReported, kOtherReported},
                 {stale(kX, kRemove), stale(kY, kRemove)});
       }},
      {"one that differs from what is journalled", Found::kViolated,
       [](Scene& s) {
         impl::JournalEntry other = stale(kX, kRemove);
         other.op = impl::OperatorType::kMove;
         respond(s, {stale(kX, kRemove)}, {kReported}, {other});
       }},
      {"one of another epoch", Found::kViolated,
       [](Scene& s) { respond(s, {stale(kX, kRemove)}, {kReported}, {entry(kX, kRemove, kB, 3)}); }},
  };
  check_steps(Property::kRemoveRestored, cases);
}

TEST_CASE("remove-restored: a reported dispatcher whose removal was requested carries its Remove") {
  const std::vector<Case> cases{
      {"it is carried", Found::kHolds,
       [](Scene& s) {
         s.history.owed = {{kX, Mode::kDefault}};
         respond(s, {own(kX, kRemove)}, {kReported}, {own(kX, kRemove)});
       }},
      {"it is left out", Found::kViolated,
       [](Scene& s) {
         s.history.owed = {{kX, Mode::kDefault}};
         respond(s, {}, {kReported}, {});
       }},
      {"a Create is carried in its place", Found::kViolated,
       [](Scene& s) {
         s.history.owed = {{kX, Mode::kDefault}};
         respond(s, {own(kX, kCreate)}, {kReported}, {own(kX, kCreate)});
       }},
      {"that of the other mode is carried", Found::kViolated,
       [](Scene& s) {
         s.history.owed = {{kX, Mode::kRedo}};
         respond(s, {own(kX, kRemove)}, {kReportedRedo}, {own(kX, kRemove)});
       }},
      {"that of redo is carried", Found::kHolds,
       [](Scene& s) {
         s.history.owed = {{kX, Mode::kRedo}};
         const auto removal = own(kX, kRemove, Mode::kRedo);
         respond(s, {removal}, {kReportedRedo}, {removal});
       }},
      {"another's is carried", Found::kViolated,
       [](Scene& s) {
         s.history.owed = {{kX, Mode::kDefault}};
         respond(s, {own(kY, kRemove)}, {kReported, kOtherReported}, {own(kY, kRemove)});
       }},
      {"of two the second is left out", Found::kViolated,
       [](Scene& s) {
         s.history.owed = {{kX, Mode::kDefault}, {kY, Mode::kDefault}};
         respond(s, {own(kX, kRemove)}, {kReported, kOtherReported}, {own(kX, kRemove)});
       }},
      {"it was asked for, and is not reported", Found::kNothing,
       [](Scene& s) {
         s.history.removing = {{kX, Mode::kDefault}};
         respond(s, {}, {}, {});
       }},
  };
  check_steps(Property::kRemoveRestored, cases);
}

TEST_CASE("start-ts-reported: of each trigger that is here, as the spans are read") {
  const std::vector<Case> cases{
      {"both", Found::kHolds, [](Scene& s) { read(s, 100, 200); }},
      {"not the event trigger's", Found::kViolated, [](Scene& s) { read(s, 0, 200); }},
      {"an earlier one of the event trigger", Found::kViolated, [](Scene& s) { read(s, 99, 200); }},
      {"not the redo trigger's", Found::kViolated, [](Scene& s) { read(s, 100, 0); }},
      {"a later one of the redo trigger", Found::kViolated, [](Scene& s) { read(s, 100, 201); }},
      {"each other's", Found::kViolated, [](Scene& s) { read(s, 200, 100); }},
      {"no event trigger is here", Found::kHolds,
       [](Scene& s) {
         s.was().set_trigger(Mode::kDefault, DispatcherId::kNone, 0);
         read(s, 9, 200);
       }},
      {"no redo trigger is here", Found::kHolds,
       [](Scene& s) {
         s.was().set_trigger(Mode::kRedo, DispatcherId::kNone, 0);
         read(s, 100, 9);
       }},
      {"no trigger is here", Found::kNothing,
       [](Scene& s) {
         s.was().set_trigger(Mode::kDefault, DispatcherId::kNone, 0);
         s.was().set_trigger(Mode::kRedo, DispatcherId::kNone, 0);
         read(s, 9, 9);
       }},
      {"as it was, not as it is", Found::kHolds,
       [](Scene& s) {
         read(s, 100, 200);
         s.is().event_trigger_start_ts = 101;
       }},
      {"another step of the handler", Found::kNothing,
       [](Scene& s) { handle(s, bootstrap(kA, kEpoch), Step::kReadRedoSpans, Step::kReadJournalAndSend); }},
      {"somebody comes in between", Found::kNothing,
       [](Scene& s) { handle(s, bootstrap(kA, kEpoch), Step::kReadDefaultSpans, Step::kReadDefaultSpans); }},
      {"it ends instead", Found::kNothing,
       [](Scene& s) {
         read(s, 0, 0);
         s.after.handler.reset();
       }},
      {"it begins", Found::kNothing,
       [](Scene& s) {
         read(s, 0, 0);
         s.before.handler.reset();
       }},
  };
  check_steps(Property::kStartTsReported, cases);
}
