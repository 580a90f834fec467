// The lemmas that stand for properties say what the judge says, on every transition of whole scenarios.
#include <catch2/catch.hpp>
#include <cstddef>
#include <deque>
#include <filesystem>
#include <set>
#include <string>
#include <string_view>
#include <unordered_set>
#include <utility>
#include <variant>

#include "checker/engine/encoder.h"
#include "checker/model/node_model.h"
#include "impl/guards.h"
#include "spec/profiles.h"
#include "tests/spec/smt/claims.h"
#include "tests/spec/smt/differences.h"
#include "traces/replay.h"

using namespace takeover;

namespace {

constexpr std::size_t kMostStates = TAKEOVER_MOST_STATES;

// Breadth-first, with all that any property remembers in every state. How many states there are.
class Exploration {
 public:
  Exploration(const impl::Rules& rules, spec::Scenario scenario, tests::Comparison& comparison)
      : claims_(rules, tests::Formulas::Which::kProperties),
        model_(with_all_properties(std::move(scenario)), rules, spec::PropertySet{}.set()),
        comparison_(comparison) {}

  std::size_t run() {
    model_.for_each_initial([&](const spec::World& world) { visit(world); });
    model::NodeModel::Scratch scratch;
    for (std::size_t i = 0; !queue_.empty() && i < kMostStates; ++i) {
      model_.for_each_step(queue_.front(), scratch, [&](const spec::WorldStep& step) {
        compare(queue_.front(), step);
        visit(step.state);
      });
      queue_.pop_front();
    }
    return seen_.size();
  }

 private:
  static spec::Scenario with_all_properties(spec::Scenario scenario) {
    scenario.properties.set();
    return scenario;
  }
  void visit(const spec::World& world) {
    encoder_.clear();
    model_.encode(world, encoder_);
    const auto bytes = encoder_.bytes();
    if (seen_.insert({reinterpret_cast<const char*>(bytes.data()), bytes.size()}).second) {
      queue_.push_back(world);
    }
  }
  void compare(const spec::World& before, const spec::WorldStep& step) {
    const auto taken = smt::impl_step(step.action);
    if (!taken) return;
    const impl::NodeId id = step.action.node;
    const spec::Observation observation = spec::observe(before, step, id);
    const spec::History& later = step.state.histories[id];
    const auto verdicts = claims_.judge(observation, *taken, before.histories[id], later);
    if (verdicts) comparison_.add(observation, later, *verdicts);
  }

  tests::Claims claims_;
  model::NodeModel model_;
  tests::Comparison& comparison_;
  std::deque<spec::World> queue_{};
  std::unordered_set<std::string> seen_{};
  engine::Encoder encoder_{};
};

void check_agreement(const tests::Comparison& comparison) {
  for (const auto& [difference, places] : comparison.unnamed) {
    CAPTURE(difference, places.front(), places.back(), places.size());
    CHECK(false);
  }
}

}  // namespace

TEST_CASE("the judge and the lemmas agree on every transition of the scenarios of the matrix") {
  const impl::Rules rules = spec::profile_named("reference")->rules;
  tests::Comparison comparison;
  for (const spec::BuiltIn& built_in : spec::built_in_scenarios()) {
    const spec::Scenario scenario = spec::built_in_scenario(built_in.name);
    if (!scenario.has_tag("matrix")) continue;
    comparison.where = built_in.name;
    Exploration(rules, scenario, comparison).run();
  }
  check_agreement(comparison);
  CAPTURE(comparison.transitions, comparison.violated);
  CHECK(comparison.transitions > (kMostStates > 10'000 ? 700'000 : 10'000));
}

// On the scenario that shows what the guard is for.
TEST_CASE("the judge and the lemmas agree on every transition of a scenario without each guard") {
  tests::Comparison comparison;
  std::set<std::string> guards;
  std::set<std::string> explored;
  const std::string folder = std::string(TAKEOVER_SOURCE_DIR) + "/traces/recorded/counterexamples";
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    const auto trace = traces::read_trace_file(entry.path().string());
    if (!trace) FAIL(trace.error().to_line());
    const auto& header = trace->header;
    if (header.guards_off.size() != 1 || !smt::CrossCheck::applies_to(trace->rules)) continue;
    comparison.where = header.scenario + " without " + header.guards_off.front();
    if (!explored.insert(comparison.where).second) continue;
    guards.insert(header.guards_off.front());
    Exploration(trace->rules, spec::built_in_scenario(header.scenario), comparison).run();
  }
  check_agreement(comparison);
  CHECK(guards.size() == impl::kGuardCount);
  CAPTURE(comparison.transitions, comparison.violated);
  CHECK(comparison.transitions > (kMostStates > 10'000 ? 1'500'000 : 50'000));
}
