#include <catch2/catch.hpp>
#include <string_view>
#include <utility>

#include "checker/model/check.h"
#include "spec/profiles.h"
#include "tests/checker/model/property.h"

using namespace takeover;

namespace {

model::NodeModel model_of(std::string_view scenario, std::string_view profile) {
  return {spec::built_in_scenario(scenario), spec::profile_named(profile)->rules, spec::PropertySet().set()};
}

model::CheckResult check(const model::NodeModel& model, std::size_t workers, engine::Store store) {
  engine::Options options;
  options.workers = workers;
  options.store = store;
  return model::check(model, options);
}

}  // namespace

TEST_CASE("counts, verdicts and traces do not depend on workers, store or run") {
  for (const char* scenario :
       {"small-close-order", "small-merge-resend", "small-redo-marks", "node-late-close", "live-create"}) {
    for (const char* profile : {"pre-5434", "pr-5436", "reference"}) {
      CAPTURE(scenario, profile);
      const model::NodeModel model = model_of(scenario, profile);
      const auto first = check(model, 1, engine::Store::kFingerprint);
      REQUIRE(first.report.complete);
      for (const auto& [workers, store] : {std::pair{std::size_t{2}, engine::Store::kFingerprint},
                                           std::pair{std::size_t{2}, engine::Store::kExact},
                                           std::pair{std::size_t{1}, engine::Store::kExact},
                                           std::pair{std::size_t{3}, engine::Store::kFingerprint}}) {
        const auto again = check(model, workers, store);
        CHECK(again.report.states == first.report.states);
        CHECK(again.report.transitions == first.report.transitions);
        CHECK(again.report.depth == first.report.depth);
        CHECK(again.report.actions == first.report.actions);
        CHECK(again.report.witnesses == first.report.witnesses);
        for (std::size_t i = 0; i < first.properties.size(); ++i) {
          const auto& a = first.properties[i];
          const auto& b = again.properties[i];
          CHECK(a.judged.verdict == b.judged.verdict);
          CHECK(a.premise_met == b.premise_met);
          REQUIRE(a.counterexample.has_value() == b.counterexample.has_value());
          if (!a.counterexample) continue;
          REQUIRE(a.counterexample->steps.size() == b.counterexample->steps.size());
          for (std::size_t s = 0; s < a.counterexample->steps.size(); ++s) {
            CHECK(a.counterexample->steps[s].state.nodes == b.counterexample->steps[s].state.nodes);
          }
        }
      }
    }
  }
}

TEST_CASE("TiCDC issue 5083: before the stack a delayed Create makes a second writer") {
  const auto verdict = [](std::string_view profile) {
    spec::PropertySet judged;
    judged.set(static_cast<std::size_t>(*spec::property_named("one-writer")));
    const model::NodeModel model(spec::built_in_scenario("small-takeover"),
                                 spec::profile_named(profile)->rules, judged);
    engine::Options options;
    options.stop_when_violated = judged.to_ullong();
    return property(model::check(model, options), "one-writer").judged.verdict;
  };
  CHECK(verdict("pre-5434") == model::Verdict::kViolated);
  CHECK(verdict("pr-5435") == model::Verdict::kHolds);
}

TEST_CASE("a run that was cut short says nothing of what it did not violate") {
  engine::Options options;
  options.max_states = 100;
  const auto result = model::check(model_of("small-handoff", "reference"), options);
  CHECK_FALSE(result.report.complete);
  CHECK_FALSE(result.has(model::Verdict::kHolds));
  CHECK(result.has(model::Verdict::kInconclusive));
}

TEST_CASE("a property that a scenario does not list is not applicable") {
  const auto result = check(model_of("node-barrier", "reference"), 0, engine::Store::kFingerprint);
  CHECK(property(result, "trigger-unique").judged.verdict == model::Verdict::kNotApplicable);
}
