// Runs of the model: what they show, how they are recorded, and what traces of them say.
#include <algorithm>
#include <catch2/catch.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "checker/engine/random_walk.h"
#include "checker/model/check.h"
#include "checker/runs/held_by.h"
#include "checker/runs/judge_run.h"
#include "checker/runs/real_run.h"
#include "checker/runs/recording.h"
#include "checker/runs/relation_replay.h"
#include "spec/profiles.h"
#include "traces/record.h"
#include "traces/trace.h"

using namespace takeover;
using namespace takeover::runs;

namespace {

const impl::Rules& reference() {
  return spec::profile_named("reference")->rules;
}

impl::Rules without(impl::Guard guard) {
  impl::Rules rules = reference();
  rules.set(guard, false);
  return rules;
}

model::NodeModel model_of(const std::string& scenario, const impl::Rules& rules = reference()) {
  return {spec::built_in_scenario(scenario), rules, spec::PropertySet().set(), spec::LivePropertySet().set()};
}

traces::Trace read_back(const nlohmann::ordered_json& document) {
  auto trace = traces::read_trace(traces::to_text(document), "run.json");
  REQUIRE(trace);
  return *std::move(trace);
}

// Without the guard: a shortest run that breaks the property.
engine::Trace<model::NodeModel> violation_of(const model::NodeModel& model, std::string_view property) {
  const model::CheckResult result = model::check(model, {.workers = 1});
  const auto found = std::ranges::find(result.properties, property, &model::PropertyResult::id);
  REQUIRE(found != result.properties.end());
  REQUIRE(found->counterexample);
  return *found->counterexample;
}

bool has(const std::vector<std::string>& names, const std::string& name) {
  return std::ranges::find(names, name) != names.end();
}

}  // namespace

TEST_CASE("what is recorded of any run is read as a trace to which both sides conform") {
  const model::NodeModel model = model_of("small-takeover");
  for (std::uint64_t seed = 1; seed <= 3; ++seed) {
    const auto run = engine::random_walk(model, seed, 60);
    const traces::Trace trace = read_back(record_run(model, run, {.profile = "reference"}));
    CHECK(trace.steps.size() == run.steps.size());
    const BothVerdicts both = replay_twice(trace);
    CHECK(both.implementation.conforms);
    CHECK(both.relation.kind == RelationVerdict::Kind::kConforms);
  }
}

TEST_CASE("a run of another scenario under the name of a built-in one is not recorded as a run of that") {
  const auto recorded_as = [](const spec::Scenario& scenario) {
    const model::NodeModel model(scenario, reference(), {}, {});
    return record_run(model, engine::random_walk(model, 1, 5), {})["scenario"].get<std::string>();
  };
  spec::Scenario scenario = spec::built_in_scenario("small-takeover");
  scenario.title = "another title makes no other runs";
  CHECK(recorded_as(scenario) == "small-takeover");
  scenario.bounds.local_fences += 1;
  CHECK(recorded_as(scenario) == "small-takeover (of a file)");
}

TEST_CASE("a run violates, keeps or has nothing to say of a property, and deadlock-free is always judged") {
  const model::NodeModel model = model_of("small-late-create", without(impl::Guard::kScheduleAdmission));
  const auto run = violation_of(model, "owner-fence");
  const RunFindings findings = judge_run(model, run);
  CHECK(has(findings.violated, "owner-fence"));
  CHECK(has(findings.kept, "owner-monotonic"));
  CHECK(has(findings.kept, std::string(spec::kDeadlockFree)));
  const RunFindings of_nothing = judge_run(model, {run.initial, {}});
  CHECK(of_nothing.violated.empty());
  CHECK(has(of_nothing.idle, "owner-fence"));
  CHECK(goes_on(model, run.initial));
}

TEST_CASE("a guard is held by a run that is not possible without it, on both sides, and by no other run") {
  const model::NodeModel model = model_of("small-late-create", without(impl::Guard::kScheduleAdmission));
  const auto run = violation_of(model, "owner-fence");
  const auto row_after = [&](std::size_t steps) {
    engine::Trace<model::NodeModel> part = run;
    part.steps.resize(steps, run.steps.front());
    traces::Trace trace =
        read_back(record_run(model, part, {.profile = "reference", .guards_off = {"schedule-admission"}}));
    traces::Run own = traces::run(trace, trace.rules);
    REQUIRE(own.result.conforms);
    HeldBy held_by;
    held_by.add({std::move(trace), std::move(own)});
    return held_by.rows()[static_cast<std::size_t>(impl::Guard::kScheduleAdmission)];
  };
  const GuardRow whole = row_after(run.steps.size());
  CHECK(whole.put_in);
  CHECK_FALSE(whole.taken_out);
  CHECK(whole.diverging == 1);
  CHECK(whole.smt_diverging == 1);
  CHECK(whole.first.step == run.steps.size() - 1);
  // The last step is the one that admits what it should not.
  CHECK(row_after(run.steps.size() - 1).diverging == 0);
}

TEST_CASE("what no proof refutes is searched for nowhere") {
  const smt::ProveResult nothing{};
  int begun = 0;
  const RealRun run = find_real_run(nothing, {}, spec::Property::kOwnerFence, reference(),
                                    {.max_steps = 5, .begins = [&] { ++begun; }});
  CHECK(run.answer == RealRun::Answer::kNone);
  CHECK(run.trace.is_null());
  CHECK(begun == 0);
}
