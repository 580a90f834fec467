#include <algorithm>
#include <array>
#include <catch2/catch.hpp>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

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

// What TiCDC's own code did, and the scripts that are derived from it.
TEST_CASE("the relation admits every trace of TiCDC's own code and every conformance script") {
  const impl::Rules& rules = spec::profile_named("pr-5436")->rules;
  const smt::CrossCheck relation(rules.guards);
  smt::CrossCheck::Memory memory;
  for (const char* folder : {"real/findings", "real/random", "conformance"}) {
    for (const auto& entry :
         std::filesystem::directory_iterator(std::string(TAKEOVER_SOURCE_DIR) + "/traces/" + folder)) {
      const auto trace = traces::read_trace_file(entry.path().string());
      if (!trace) FAIL(trace.error().to_line());
      REQUIRE(trace->rules == rules);
      std::optional<smt::Divergence> first;
      const auto result = traces::replay(*trace, std::nullopt, [&](const traces::ImplementationStep& step) {
        const smt::ImplStep taken{step.received, step.action};
        if (!first) first = relation.judge(step.before, taken, step.after, step.out, memory);
        if (!first) first = relation.judge_enabled(rules, step.after, memory);
      });
      CAPTURE(entry.path().string(), traces::where(result));
      CHECK(result.conforms);
      if (first) {
        CAPTURE(first->action, first->path, first->expected, first->actual);
        CHECK_FALSE(first);
      }
    }
  }
}

// Held against the relation with the guard: what the implementation does without it in the trace's scenario.
bool is_seen_in_scenario(const traces::Trace& trace, const smt::CrossCheck::GuardBits& with_it) {
  const smt::CrossCheck relation(with_it);
  const model::NodeModel model(spec::built_in_scenario(trace.header.scenario), trace.rules, {});
  Explored explored(model, relation);
  explored.run(20'000);
  return explored.divergences != 0;
}

// The recorded counterexample of a guard is a run in which its loss shows; that of removed-sticky may show it
// in the step that deletes the manager, where nothing is left for the relation to compare, and another step
// of its scenario tells.
TEST_CASE("a guard that is off on one side only is seen by the cross-check") {
  for (const impl::GuardInfo& guard : impl::all_guards()) {
    CAPTURE(guard.name);
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
    const bool seen = diverges(with_it) ||
                      (guard.guard == impl::Guard::kRemovedSticky && is_seen_in_scenario(*trace, with_it));
    CHECK(seen == guard.why_not_encoded.empty());
  }
}

TEST_CASE("every action of the relation is taken from a reachable state") {
  // So no proof of an action is vacuous: its relation can be satisfied where a run gets to.
  const impl::Rules& rules = spec::profile_named("reference")->rules;
  const smt::CrossCheck cross(rules.guards);
  std::array<std::uint64_t, smt::kActionCount> taken{};
  const auto all_taken = [&] { return std::ranges::find(taken, 0U) == taken.end(); };
  for (const spec::BuiltIn& built_in : spec::built_in_scenarios()) {
    if (all_taken()) break;
    const model::NodeModel model(spec::built_in_scenario(built_in.name), rules, {});
    Explored explored(model, cross);
    explored.run(2000);
    for (std::size_t i = 0; i < taken.size(); ++i) taken[i] += explored.memory.taken[i];
  }
  // A merge lies deeper than these explorations go.
  const model::NodeModel merges(spec::built_in_scenario("small-merge"), rules, {});
  Explored deeper(merges, cross);
  deeper.run(100000);
  CHECK(deeper.divergences == 0);
  smt::CrossCheck::Memory& memory = deeper.memory;
  // Where each error is told at once, nothing is left to be told.
  const impl::Rules& merged = spec::profile_named("pr-5436")->rules;
  const model::NodeModel failing(spec::built_in_scenario("small-failure"), merged, {});
  const smt::CrossCheck without(merged.guards);
  Explored failed(failing, without);
  failed.run(20000);
  const auto report = static_cast<std::size_t>(smt::action_of(impl::NodeActionKind::kReportError));
  taken[report] += failed.memory.taken[report];
  // No scenario sends a CheckpointTs, which is neither fenced nor of an epoch.
  tests::send_checkpoint(rules, cross, memory);
  for (std::size_t i = 0; i < taken.size(); ++i) {
    CAPTURE(name_of(static_cast<smt::Action>(i)));
    CHECK(taken[i] + memory.taken[i] > 0);
  }
}

TEST_CASE("a step is a function of the state, of what comes from outside, and of the guards") {
  const smt::Encoding encoding(1);
  smt::Pool pool;
  const smt::State state = smt::variables(pool, 1);
  const smt::Params in = smt::params(pool, 1);
  const smt::Guards guard = smt::guards(pool);
  const std::size_t known = pool.variable_count();
  for (std::size_t i = 0; i < smt::kActionCount; ++i) {
    const auto action = static_cast<smt::Action>(i);
    CAPTURE(name_of(action));
    // Two copies are one term each: so from equal inputs come equal successors, and no second one.
    const smt::Transition a = smt::transition(action, state, in, guard);
    const smt::Transition b = smt::transition(action, state, in, guard);
    const std::vector<smt::Term> next_a = a.next.terms();
    const std::vector<smt::Term> next_b = b.next.terms();
    bool same = a.enabled.is(b.enabled);
    for (std::size_t v = 0; v < next_a.size(); ++v) same = same && next_a[v].is(next_b[v]);
    const std::vector<smt::Term> out_a = a.out.terms();
    const std::vector<smt::Term> out_b = b.out.terms();
    for (std::size_t v = 0; v < out_a.size(); ++v) same = same && out_a[v].is(out_b[v]);
    CHECK(same);
    // And nothing is left open: no variable besides state, parameters and guards.
    CHECK(pool.variable_count() == known);
  }
}
