// Which rules the runs of TiCDC's own code are evidence for.
#include "traces/flips.h"

#include <catch2/catch.hpp>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "tests/traces/other_version.h"
#include "tests/traces/recorded.h"

namespace takeover::traces {
TEST_CASE("a flip takes out the guard that is in, puts in the one that is not, and leaves the others",
          "[traces][flips]") {
  impl::Rules rules;
  rules.set(impl::Guard::kTombstone, true);
  const std::vector<Flip> flips = flips_of(rules);
  REQUIRE(flips.size() == impl::kGuardCount);
  for (std::size_t i = 0; i < flips.size(); ++i) {
    CHECK(flips[i].guard == impl::all_guards()[i].guard);
    CHECK(flips[i].put_in == (flips[i].guard != impl::Guard::kTombstone));
    CHECK((flips[i].rules.guards ^ rules.guards).count() == 1);
    CHECK(flips[i].rules(flips[i].guard) == flips[i].put_in);
    CHECK(flips[i].rules.variants == rules.variants);
  }
}

TEST_CASE("a replay beside a known run finds what a replay alone finds", "[traces][flips]") {
  for (const std::string& name : real_names()) {
    if (!name.starts_with("findings/")) continue;
    const Trace trace = real_trace(name);
    const Run own = run(trace, trace.rules);
    for (const Flip& flip : flips_of(trace.rules)) {
      CAPTURE(trace.file, impl::info(flip.guard).name);
      const Run flipped = run(trace, flip.rules);
      CHECK(replay_beside(trace, own, flip.rules) == flipped.result);
      // The known run may be one that diverges.
      CHECK(replay_beside(trace, flipped, trace.rules) == own.result);
      CHECK(replay_beside(trace, flipped, flip.rules) == flipped.result);
    }
  }
}

// held_by.json: the guards that `takeover matrix --held-by traces/real` tells apart, and why it does not tell
// the others.
TEST_CASE("no guard is told apart by fewer real traces than it was", "[traces][flips]") {
  std::map<std::string, std::size_t, std::less<>> diverging;
  for (const std::string& name : real_names()) {
    const Trace trace = real_trace(name);
    const Run own = run(trace, trace.rules);
    CAPTURE(trace.file);
    REQUIRE(own.result.conforms);
    const std::vector<ReplayResult> results = replay_flipped(trace, own, flips_of(trace.rules));
    for (std::size_t i = 0; i < results.size(); ++i) {
      if (!results[i].conforms) ++diverging[std::string(impl::all_guards()[i].name)];
    }
  }
  CHECK(diverging.size() >= 43);
  const Json documented = document_at("tests/traces/held_by.json");
  const Json& least = documented["told apart by at least so many traces"];
  const Json& none = documented["told apart by none, because"];
  CHECK(least.size() + none.size() == impl::kGuardCount);
  for (const impl::GuardInfo& guard : impl::all_guards()) {
    const std::string name(guard.name);
    CAPTURE(name, diverging[name]);
    REQUIRE(least.contains(name) != none.contains(name));
    if (least.contains(name)) {
      CHECK(least[name].get<std::size_t>() > 0);
      CHECK(diverging[name] >= least[name].get<std::size_t>());
    } else {
      // A reason does not outlive what it explains.
      CHECK(diverging[name] == 0);
      CHECK_FALSE(none[name].get<std::string>().empty());
    }
  }
}

}  // namespace takeover::traces
