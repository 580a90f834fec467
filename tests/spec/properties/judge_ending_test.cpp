// The judges of how handlers end, clause by clause: who is told, what is sent, what stays locked.
#include <optional>
#include <utility>
#include <vector>

#include "tests/spec/properties/judge_cases.h"

using namespace takeover;
using namespace takeover::judged;

namespace {

using Step = OrchestratorStep;
constexpr auto kError = ErrorCode::kErrWritePathClosed;

// A handler of the owner ends, and tells nobody.
void end(Scene& s, MessageType type, bool admitted, bool answered) {
  const Message request = type == MessageType::kClose           ? close(kA, kEpoch)
                          : type == MessageType::kPostBootstrap ? post_bootstrap(kA, kEpoch)
                                                                : bootstrap(kA, kEpoch);
  handle(s, request,
         type == MessageType::kClose           ? Step::kClose
         : type == MessageType::kPostBootstrap ? Step::kPostBootstrap
                                               : Step::kReadJournalAndSend);
  note_end(s, type, admitted, answered);
}
// The node is leaving from this step on.
void fence(Scene& s) {
  s.after.fenced = true;
  s.is().write_path_closed = true;
}
void send_heartbeat(Scene& s, ErrorCode error) {
  impl::HeartBeatRequest heartbeat;
  heartbeat.error = error;
  s.out.send(kA, kEpoch, heartbeat);
}
// A batch of Creates is under way before the step, and is still, or ends.
void create(Scene& s, impl::ScheduleStep then) {
  s.was().schedule.step = impl::ScheduleStep::kCreate;
  s.was().fence = FenceHolder::kSchedule;
  keep(s);
  s.is().schedule.step = then;
  if (then == impl::ScheduleStep::kIdle) s.is().fence = FenceHolder::kNobody;
}

}  // namespace

TEST_CASE("answered: whoever is admitted is told something, unless the node is leaving") {
  using enum MessageType;
  const std::vector<Case> cases{
      {"no handler ends", Found::kNothing,
       [](Scene& s) { handle(s, bootstrap(kA, kEpoch), Step::kTakeOver, Step::kReadDefaultSpans); }},
      {"a Bootstrap that is answered", Found::kHolds, [](Scene& s) { end(s, kBootstrap, true, true); }},
      {"a Bootstrap that is not", Found::kViolated,
       [](Scene& s) {
         s.before.manager.reset();  // else it was refused, and atomic-takeover has its say
         end(s, kBootstrap, true, false);
       }},
      {"a PostBootstrap that is answered", Found::kHolds,
       [](Scene& s) { end(s, kPostBootstrap, true, true); }},
      {"a PostBootstrap that is not", Found::kViolated,
       [](Scene& s) { end(s, kPostBootstrap, true, false); }},
      {"a Close, which says so itself", Found::kNothing, [](Scene& s) { end(s, kClose, true, false); }},
      {"a Bootstrap that was not admitted", Found::kNothing,
       [](Scene& s) { end(s, kBootstrap, false, false); }},
      {"a PostBootstrap that was not admitted", Found::kNothing,
       [](Scene& s) { end(s, kPostBootstrap, false, false); }},
      {"on a node that is fenced meanwhile", Found::kNothing,
       [](Scene& s) {
         end(s, kPostBootstrap, true, false);
         fence(s);
       }},
      {"on a node that shuts down", Found::kNothing,
       [](Scene& s) {
         end(s, kPostBootstrap, true, false);
         s.after.closed = true;
       }},
      {"another handler's end is noted behind something else", Found::kViolated,
       [](Scene& s) {
         s.out.note({.kind = NoteKind::kMessageAdmitted});
         end(s, kPostBootstrap, true, false);
       }},
  };
  check_steps(Property::kAnswered, cases);
}

TEST_CASE("shutdown-is-no-error: a leaving node sends no error") {
  using enum MessageType;
  const std::vector<Case> cases{
      {"an error on a node that stays", Found::kNothing,
       [](Scene& s) {
         end(s, kBootstrap, true, true);
         s.out.send(kA, kEpoch, response(kError));
       }},
      {"no handler ends on a fenced node", Found::kNothing, [](Scene& s) { fence(s); }},
      {"nothing is sent by a fenced node", Found::kHolds,
       [](Scene& s) {
         end(s, kPostBootstrap, true, false);
         fence(s);
       }},
      {"an answer of a node that shuts down", Found::kHolds,
       [](Scene& s) {
         end(s, kBootstrap, true, true);
         s.out.send(kA, kEpoch, response());
         s.after.closed = true;
       }},
      {"an error of a fenced node", Found::kViolated,
       [](Scene& s) {
         end(s, kBootstrap, true, true);
         s.out.send(kA, kEpoch, response(kError));
         fence(s);
       }},
      {"an error of a node that shuts down", Found::kViolated,
       [](Scene& s) {
         end(s, kBootstrap, true, true);
         s.out.send(kA, kEpoch, response(kError));
         s.after.closed = true;
       }},
      {"whichever error", Found::kViolated,
       [](Scene& s) {
         end(s, kBootstrap, true, true);
         s.out.send(kA, kEpoch, response(ErrorCode::kErrChangefeedInitTableTriggerDispatcherFailed));
         fence(s);
       }},
      {"an error to a PostBootstrap", Found::kViolated,
       [](Scene& s) {
         end(s, kPostBootstrap, true, true);
         s.out.send(kA, kEpoch, impl::MaintainerPostBootstrapResponse{.error = kError});
         fence(s);
       }},
      {"an error in a heartbeat", Found::kViolated,
       [](Scene& s) {
         end(s, kClose, true, true);
         send_heartbeat(s, ErrorCode::kErrDispatcherFailed);
         fence(s);
       }},
      {"an error behind what is none", Found::kViolated,
       [](Scene& s) {
         end(s, kClose, true, true);
         send_heartbeat(s, ErrorCode::kNone);
         send_heartbeat(s, kError);
         fence(s);
       }},
      {"a Close that does not succeed, which is no error", Found::kHolds,
       [](Scene& s) {
         end(s, kClose, true, true);
         s.out.send(kA, kEpoch, impl::MaintainerCloseResponse{.success = false});
         fence(s);
       }},
      {"a batch of Creates, on a node that stays", Found::kNothing,
       [](Scene& s) {
         create(s, impl::ScheduleStep::kIdle);
         send_heartbeat(s, kError);
       }},
      {"a batch of Creates, in silence", Found::kHolds,
       [](Scene& s) {
         create(s, impl::ScheduleStep::kDeleteEntry);
         fence(s);
       }},
      {"a batch of Creates, which sends an error", Found::kViolated,
       [](Scene& s) {
         create(s, impl::ScheduleStep::kDeleteEntry);
         send_heartbeat(s, kError);
         s.after.closed = true;
       }},
      {"a batch of Creates of a manager that is being built", Found::kViolated,
       [](Scene& s) {
         s.was().schedule.step = impl::ScheduleStep::kCreate;
         build(s);
         s.after.initializing->schedule.step = impl::ScheduleStep::kDeleteEntry;
         send_heartbeat(s, kError);
         s.after.closed = true;
       }},
      {"a batch of Creates, which leaves an error to be told", Found::kViolated,
       [](Scene& s) {
         create(s, impl::ScheduleStep::kDeleteEntry);
         s.is().error = impl::ErrorReport::kDue;
         s.after.closed = true;
       }},
      {"a batch of Creates, and an earlier error", Found::kHolds,
       [](Scene& s) {
         create(s, impl::ScheduleStep::kDeleteEntry);
         s.was().error = s.is().error = impl::ErrorReport::kDue;
         s.after.closed = true;
       }},
      {"somebody else tells an error while a batch is under way", Found::kNothing,
       [](Scene& s) {
         create(s, impl::ScheduleStep::kCreate);
         send_heartbeat(s, kError);
         s.after.closed = true;
       }},
      {"a batch of Creates that begins", Found::kNothing,
       [](Scene& s) {
         s.is().schedule.step = impl::ScheduleStep::kCreate;
         s.after.closed = true;
         send_heartbeat(s, kError);
       }},
  };
  check_steps(Property::kShutdownIsNoError, cases);
}

TEST_CASE("fence-released: who ends leaves the fence unlocked") {
  using enum MessageType;
  const std::vector<Case> cases{
      {"no handler ends", Found::kNothing, [](Scene& s) { s.is().fence = FenceHolder::kOrchestrator; }},
      {"it is unlocked", Found::kHolds, [](Scene& s) { end(s, kClose, true, true); }},
      {"a Close leaves it locked", Found::kViolated,
       [](Scene& s) {
         end(s, kClose, true, true);
         s.is().fence = FenceHolder::kOrchestrator;
       }},
      {"a Bootstrap leaves it locked", Found::kViolated,
       [](Scene& s) {
         end(s, kBootstrap, true, true);
         s.is().fence = FenceHolder::kOrchestrator;
       }},
      {"somebody else has it", Found::kHolds,
       [](Scene& s) {
         end(s, kClose, true, true);
         s.is().schedule.step = impl::ScheduleStep::kCreate;
         s.is().fence = FenceHolder::kSchedule;
       }},
      {"it is gone with the manager", Found::kHolds,
       [](Scene& s) {
         end(s, kClose, true, true);
         s.after.manager.reset();
       }},
      {"that of a manager being built is left locked", Found::kViolated,
       [](Scene& s) {
         end(s, kClose, true, true);
         s.after.initializing = *std::exchange(s.after.manager, std::nullopt);
         s.before = s.after;
         s.after.initializing->fence = FenceHolder::kOrchestrator;
       }},
      {"a batch of Creates goes on, with the fence", Found::kNothing,
       [](Scene& s) { create(s, impl::ScheduleStep::kDeleteEntry); }},
      {"a batch of Creates ends", Found::kHolds, [](Scene& s) { create(s, impl::ScheduleStep::kIdle); }},
      {"a batch of Creates ends and leaves it locked", Found::kViolated,
       [](Scene& s) {
         create(s, impl::ScheduleStep::kIdle);
         s.is().fence = FenceHolder::kSchedule;
       }},
      {"a batch of Creates ends at its first step and leaves it locked", Found::kViolated,
       [](Scene& s) {
         create(s, impl::ScheduleStep::kIdle);
         s.was().schedule.step = impl::ScheduleStep::kDeleteEntry;
         s.is().fence = FenceHolder::kSchedule;
       }},
      {"a batch of Creates ends, and the orchestrator has it", Found::kHolds,
       [](Scene& s) {
         create(s, impl::ScheduleStep::kIdle);
         s.is().fence = FenceHolder::kOrchestrator;
       }},
      {"the manager of a batch is gone", Found::kNothing,
       [](Scene& s) {
         create(s, impl::ScheduleStep::kIdle);
         s.after.manager.reset();
       }},
      {"a batch of Creates begins, with the fence", Found::kNothing,
       [](Scene& s) {
         s.is().schedule.step = impl::ScheduleStep::kCreate;
         s.is().fence = FenceHolder::kSchedule;
       }},
      {"a Remove, which takes one step, leaves it locked", Found::kViolated,
       [](Scene& s) { s.is().fence = FenceHolder::kSchedule; }},
  };
  check_steps(Property::kFenceReleased, cases);
}
