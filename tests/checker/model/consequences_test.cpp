// What each guard's recorded counterexample shows is the mistake that the table of guards speaks of.
#include <array>
#include <catch2/catch.hpp>
#include <string>
#include <utility>

#include "traces/trace.h"

using namespace takeover;
using impl::Guard;
using Kind = impl::NodeActionKind;
using impl::Path;

namespace {

traces::Trace recorded(Guard guard) {
  auto trace =
      traces::read_trace_file(std::string(TAKEOVER_SOURCE_DIR) + "/traces/recorded/counterexamples/" +
                              std::string(impl::info(guard).name) + ".trace.json");
  if (!trace) FAIL(trace.error().to_line());
  return *std::move(trace);
}

// Where the property alone does not say what goes wrong: the step that does it, the last of the run.
struct LastStep {
  Guard guard;
  Kind kind;
  Path path = Path::kOrchestrator;  // of Kind::kHandle
};
constexpr std::array kLastSteps{
    LastStep{Guard::kScheduleAdmission, Kind::kHandle, Path::kSchedule},  // a second writer is created
    LastStep{Guard::kMergeAdmission, Kind::kMergeTask},
    LastStep{Guard::kHeartbeatResponseAdmission, Kind::kExecute},
    LastStep{Guard::kRedoAdmission, Kind::kHandle, Path::kRedoResolvedTsForward},
    LastStep{Guard::kPostBootstrapAdmission, Kind::kHandle, Path::kOrchestrator},
    LastStep{Guard::kCloseAdmission, Kind::kFinishClose},
};

}  // namespace

TEST_CASE("every guard's counterexample violates the property that is its mistake") {
  for (const impl::GuardInfo& guard : impl::all_guards()) {
    CAPTURE(guard.name);
    CHECK(recorded(guard.guard).header.property == guard.violates);
  }
}

TEST_CASE("the counterexamples of the admissions end with what an old owner brings about") {
  for (const LastStep& expected : kLastSteps) {
    CAPTURE(impl::info(expected.guard).name);
    const traces::Trace trace = recorded(expected.guard);
    const impl::NodeAction& last = trace.steps.back().action.node_action;
    CHECK(last.kind == expected.kind);
    if (expected.kind == Kind::kHandle) CHECK(last.path == expected.path);
  }
}

TEST_CASE("issue 5083: without schedule-admission a late Create makes a second writer") {
  const traces::Trace trace = recorded(Guard::kScheduleAdmission);
  CHECK(trace.header.profile == "reference");
  CHECK(trace.header.scenario == "small-late-create");
  CHECK(trace.steps.size() == 22);  // derived by hand: docs/expectations.md
}
