// The reason for each verdict, where it takes a hand on the run itself.
#include <unistd.h>

#include <atomic>
#include <catch2/catch.hpp>
#include <chrono>
#include <filesystem>
#include <string>
#include <thread>

#include "checker/model/check.h"
#include "spec/profiles.h"
#include "tests/checker/model/property.h"

using namespace takeover;
using model::Reason;
using model::Verdict;

namespace {

model::NodeModel model_of(const spec::Scenario& scenario) {
  return {scenario, spec::profile_named("reference")->rules, spec::PropertySet().set(),
          spec::LivePropertySet().set()};
}

}  // namespace

TEST_CASE("liveness that is interrupted is told apart from the exploration before it, which is complete") {
  std::atomic<bool> stop = false;
  std::uint64_t states = 0;
  engine::Options options;
  options.workers = 1;
  options.stop = &stop;
  options.progress_seconds = 0;
  // Liveness counts its states from the beginning.
  options.progress = [&](const engine::Progress& progress) {
    if (progress.states < states) stop = true;
    states = progress.states;
  };
  const auto result = model::check(model_of(spec::built_in_scenario("live-close")), options);
  CHECK(result.report.complete);
  CHECK_FALSE(result.complete());
  CHECK(result.stopped() == engine::StopReason::kInterrupted);
  const auto& unjudged = property(result, "close-succeeds").judged;
  CHECK(unjudged.verdict == Verdict::kInconclusive);
  CHECK(unjudged.reason == Reason::kLivenessCutShort);
  CHECK(unjudged.stopped == engine::StopReason::kInterrupted);
  CHECK(why(unjudged) == "not judged: liveness was stopped by an interrupt");
  CHECK(property(result, "close-ack-sound").judged.verdict == Verdict::kHolds);
}

TEST_CASE("the seconds of the runs that a run is resumed from are not its own") {
  const std::string file =
      std::filesystem::temp_directory_path() / ("takeover-verdicts-" + std::to_string(getpid()));
  const model::NodeModel model = model_of(spec::built_in_scenario("live-close"));
  engine::Options options;
  options.workers = 1;
  options.checkpoint = file;
  options.max_states = 1000;
  options.progress_seconds = 0;
  bool slept = false;
  options.progress = [&](const engine::Progress&) {
    if (!slept) std::this_thread::sleep_for(std::chrono::milliseconds(1500));
    slept = true;
  };
  const auto first = model::check(model, options);
  REQUIRE_FALSE(first.report.complete);
  REQUIRE(first.report.seconds > 1.4);
  engine::Options rest;
  rest.workers = 1;
  rest.resume = file;
  rest.max_seconds = 1.4;
  const auto second = model::check(model, rest);
  std::filesystem::remove(file);
  REQUIRE(second.report.seconds > 1.4);
  CHECK(second.complete());
  CHECK(property(second, "close-succeeds").judged.verdict == Verdict::kHolds);
  CHECK(property(second, "bootstrap-answered").judged.verdict == Verdict::kHolds);
}

TEST_CASE("a property that the scenario lists and has no owner for is not judged, and not holding either") {
  spec::Scenario scenario = spec::built_in_scenario("live-close");
  // No document can say so: it would be refused.
  scenario.live.set(static_cast<std::size_t>(spec::LiveProperty::kCreateTried));
  const auto result = model::check(model_of(scenario), {});
  const auto& judged = property(result, "create-tried").judged;
  CHECK(judged.verdict == Verdict::kInconclusive);
  CHECK(judged.reason == Reason::kNotJudgeable);
  CHECK(result.has(Verdict::kInconclusive));
  CHECK(property(result, "create-accepted").judged.reason == Reason::kNotListed);
}

TEST_CASE("a run that was not started judges nothing, and says why of all that it is about") {
  const spec::Scenario scenario = spec::built_in_scenario("live-close");
  const auto result = model::not_started(model_of(scenario), engine::StopReason::kInterrupted);
  CHECK_FALSE(result.complete());
  CHECK(result.stopped() == engine::StopReason::kInterrupted);
  for (const model::PropertyResult& each : result.properties) {
    CAPTURE(each.id);
    CHECK((each.judged.reason == Reason::kNotStarted || each.judged.reason == Reason::kNotListed));
    CHECK((each.judged.verdict == Verdict::kInconclusive) == (each.judged.reason == Reason::kNotStarted));
  }
  CHECK(property(result, "close-succeeds").judged.reason == Reason::kNotStarted);
  CHECK(property(result, spec::kDeadlockFree).judged.reason == Reason::kNotStarted);
  CHECK(property(result, "one-writer").judged.reason == Reason::kNotListed);
}

TEST_CASE("a premise that is never met is one only once all was explored") {
  // Nobody closes anything that was asked to be removed.
  spec::Scenario scenario = spec::built_in_scenario("small-redo-marks");
  scenario.properties.set(static_cast<std::size_t>(spec::Property::kRemovedKept));
  engine::Options options;
  options.workers = 1;
  CHECK(property(model::check(model_of(scenario), options), "removed-kept").judged.reason ==
        Reason::kPremiseNeverMet);
  options.max_states = 1;
  CHECK(property(model::check(model_of(scenario), options), "removed-kept").judged.reason ==
        Reason::kNotExplored);
}

TEST_CASE("a premise that is never met says nothing against a run that was not asked for it by name") {
  spec::Scenario scenario = spec::built_in_scenario("small-redo-marks");
  scenario.properties.set();
  scenario.all_but = true;
  const auto judged = [&](const spec::PropertySet& asked, std::size_t max_states) {
    engine::Options options;
    options.workers = 1;
    options.max_states = max_states;
    const model::NodeModel model(scenario, spec::profile_named("reference")->rules, asked);
    return property(model::check(model, options), "removed-kept").judged;
  };
  const auto named = spec::PropertySet().set(impl::index_of(spec::Property::kRemovedKept));
  CHECK(judged(spec::every_property(), 1'000'000).reason == Reason::kPremiseNotMetHere);
  CHECK(judged(spec::every_property(), 1'000'000).verdict == Verdict::kNotApplicable);
  CHECK(judged(spec::every_property(), 1).reason == Reason::kNotExplored);
  CHECK(judged(named, 1'000'000).reason == Reason::kPremiseNeverMet);
}
