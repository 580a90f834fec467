#include <catch2/catch.hpp>
#include <string>

#include "spec/profiles.h"
#include "tests/spec/smt/explored.h"
#include "traces/replay.h"

using namespace takeover;
using tests::Explored;

TEST_CASE("the relation admits what the implementation does in the small scenarios, and nothing else") {
  for (const char* profile : {"reference", "pr-5436"}) {
    const impl::Rules& rules = spec::profile_named(profile)->rules;
    const smt::CrossCheck cross(rules.guards);
    std::uint64_t total = 0;
    for (const spec::BuiltIn& built_in : spec::built_in_scenarios()) {
      if (!built_in.name.starts_with("small-")) continue;
      CAPTURE(profile, built_in.name);
      const model::NodeModel model(spec::built_in_scenario(built_in.name), rules, {});
      Explored explored(model, cross);
      explored.run(2000);
      if (explored.first) {
        const auto& [action, path, expected, actual] = *explored.first;
        CAPTURE(action, path, expected, actual);
        CHECK(explored.divergences == 0);
      }
      CHECK(explored.memory.outside == 0);
      total += explored.memory.transitions;
    }
    CHECK(total > 40000);
  }
}

// The recorded counterexample of a guard is a run in which its loss shows.
TEST_CASE("a guard that is off on one side only is seen by the cross-check") {
  for (const impl::GuardInfo& guard : impl::all_guards()) {
    CAPTURE(guard.name);
    if (guard.guard == impl::Guard::kJournalReplacesStale) continue;  // the next test
    const auto trace =
        traces::read_trace_file(std::string(TAKEOVER_SOURCE_DIR) + "/traces/recorded/counterexamples/" +
                                std::string(guard.name) + ".trace.json");
    if (!trace) FAIL(trace.error().to_line());
    REQUIRE_FALSE(trace->rules(guard.guard));
    const auto diverges = [&](const smt::CrossCheck::GuardBits& guards) {
      const smt::CrossCheck relation(guards);
      smt::CrossCheck::Memory memory;
      bool found = false;
      const auto result = traces::replay(*trace, std::nullopt, [&](const traces::ImplementationStep& step) {
        const smt::ImplStep taken{step.received, step.action};
        found = found || relation.judge(step.before, taken, step.after, step.out, memory) ||
                relation.judge_enabled(trace->rules, step.after, memory);
      });
      REQUIRE(result.conforms);
      return found;
    };
    CHECK_FALSE(diverges(trace->rules.guards));
    smt::CrossCheck::GuardBits with_it = trace->rules.guards;
    with_it.set(static_cast<std::size_t>(guard.guard));
    CHECK(diverges(with_it) == smt::why_not_encoded(guard.guard).empty());
  }
}

// Its loss violates nothing, so that no run is recorded: in pr-5436 a failed Create leaves the stale entry.
TEST_CASE("journal-replaces-stale off on one side only is seen by the cross-check") {
  const impl::Rules& rules = spec::profile_named("pr-5436")->rules;
  smt::CrossCheck::GuardBits without = rules.guards;
  without.reset(static_cast<std::size_t>(impl::Guard::kJournalReplacesStale));
  const model::NodeModel model(spec::built_in_scenario("live-create"), rules, {});
  const smt::CrossCheck relation(without);
  Explored explored(model, relation);
  explored.run(10000);
  CHECK(explored.divergences > 0);
}
