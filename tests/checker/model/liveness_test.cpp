// What must happen in the end on the node: it does in the reference, and not without the guards that are
// there for it.
#include <algorithm>
#include <catch2/catch.hpp>
#include <optional>
#include <string_view>

#include "checker/model/check.h"
#include "spec/profiles.h"
#include "tests/checker/model/property.h"

using namespace takeover;

namespace {

model::CheckResult check(std::string_view scenario, std::string_view profile,
                         std::optional<impl::Guard> without = std::nullopt) {
  impl::Rules rules = spec::profile_named(profile)->rules;
  if (without) rules.set(*without, false);
  const model::NodeModel model(spec::built_in_scenario(scenario), rules, spec::PropertySet().set(),
                               spec::LivePropertySet().set());
  return model::check(model, {});
}

// That the loop is one: the run comes back to the world that it had after loop_start steps.
void expect_loop(const model::PropertyResult& result) {
  CHECK(result.judged.verdict == model::Verdict::kViolated);
  CHECK(result.kind == model::Kind::kLiveness);
  REQUIRE(result.counterexample);
  REQUIRE(result.loop_start);
  const auto& run = *result.counterexample;
  REQUIRE(*result.loop_start < run.steps.size());
  const spec::World& begin = *result.loop_start == 0 ? run.initial : run.steps[*result.loop_start - 1].state;
  CHECK(run.steps.back().state.nodes == begin.nodes);
  CHECK(run.steps.back().state.environment.owners == begin.environment.owners);
}

}  // namespace

TEST_CASE("in the reference everything that must happen in the end does") {
  for (const spec::BuiltIn& built_in : spec::built_in_scenarios()) {
    const spec::Scenario scenario = spec::built_in_scenario(built_in.name);
    if (scenario.live.none()) continue;
    CAPTURE(scenario.name);
    const auto result = check(scenario.name, "reference");
    REQUIRE(result.report.complete);
    for (const spec::LivePropertyInfo& live : spec::all_live_properties()) {
      const bool listed = scenario.live[static_cast<std::size_t>(live.property)];
      CAPTURE(live.id);
      CHECK(property(result, live.id).judged.verdict ==
            (listed ? model::Verdict::kHolds : model::Verdict::kNotApplicable));
    }
  }
}

TEST_CASE("without close-ack-stale a stale Close is sent for ever") {
  const auto result = check("live-close", "reference", impl::Guard::kCloseAckStale);
  expect_loop(property(result, "close-succeeds"));
  CHECK(property(result, "bootstrap-answered").judged.verdict == model::Verdict::kHolds);
}

TEST_CASE("in pr-5436 a Create that failed is asked for in vain for ever") {
  expect_loop(property(check("live-create", "pr-5436"), "create-tried"));
}
