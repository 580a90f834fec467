// A judge of what a step leaves is not asked of a step that leaves nothing: it would have nothing to say.
#include <catch2/catch.hpp>
#include <random>
#include <vector>

#include "spec/profiles.h"
#include "spec/properties/judge.h"
#include "spec/world/world.h"

using namespace takeover;

TEST_CASE("of a step that sends and notes nothing the judges of outputs say nothing") {
  const impl::Rules& rules = spec::profile_named("pre-5434")->rules;
  std::mt19937 random(1);
  std::size_t silent = 0;
  for (const spec::BuiltIn& built_in : spec::built_in_scenarios()) {
    const spec::Scenario scenario = spec::built_in_scenario(built_in.name);
    CAPTURE(scenario.name);
    for (int run = 0; run < 10; ++run) {
      spec::World world = spec::initial_world(scenario);
      std::vector<spec::WorldAction> actions;
      std::vector<spec::EnvironmentAction> scratch;
      for (int i = 0; i < 60; ++i) {
        spec::collect_actions(scenario, rules, world, actions, scratch);
        if (actions.empty()) break;
        spec::WorldStep step{.action = actions[random() % actions.size()], .state = world, .out = {}};
        spec::apply(scenario, rules, step, world);
        const spec::Observation seen = spec::observe(world, step, scenario.nodes[0]);
        if (step.out.notes.empty() && step.out.sent.empty()) {
          ++silent;
          for (const spec::PropertyInfo& property : spec::all_properties()) {
            if (property.judges.of_output == nullptr) continue;
            spec::Verdict verdict;
            property.judges.of_output(seen, world.histories[seen.node], verdict);
            CAPTURE(property.id);
            CHECK_FALSE((verdict.met || verdict.violated));
          }
        }
        world = step.state;
      }
    }
  }
  CHECK(silent > 1000);
}
