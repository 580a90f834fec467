#include <catch2/catch.hpp>
#include <map>

#include "spec/profiles.h"
#include "tests/spec/smt/explored.h"

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

TEST_CASE("a guard that is off on one side only is seen by the cross-check") {
  std::map<std::string, std::string> unseen;
  for (const impl::GuardInfo& guard : impl::all_guards()) {
    bool seen = false;
    std::string how;
    for (const char* profile : {"reference", "pr-5436"}) {
      const impl::Rules& rules = spec::profile_named(profile)->rules;
      smt::CrossCheck::GuardBits bits = rules.guards;
      bits.flip(static_cast<std::size_t>(guard.guard));
      const smt::CrossCheck cross(bits);
      for (const spec::BuiltIn& built_in : spec::built_in_scenarios()) {
        if (seen) break;
        const model::NodeModel model(spec::built_in_scenario(built_in.name), rules, {});
        Explored explored(model, cross);
        explored.run(3000);
        seen = explored.divergences > 0;
        if (seen) how = std::string(profile) + " " + std::string(built_in.name) + ": " + explored.first->action + " " + explored.first->path;
      }
    }
    WARN(guard.name << ": " << (seen ? how : "UNSEEN"));
    CAPTURE(guard.name);
    CHECK(seen == smt::why_not_encoded(guard.guard).empty());
  }
}
