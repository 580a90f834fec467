// The lemmas that stand for properties say what the judge says, transition by transition.
#include <catch2/catch.hpp>
#include <set>
#include <string>
#include <string_view>

#include "spec/profiles.h"
#include "spec/smt/invariants.h"
#include "tests/spec/smt/runs.h"

using namespace takeover;
using tests::Runs;

TEST_CASE("a property's row says whether lemmas stand for it") {
  std::set<std::string_view> with_lemma;
  for (const smt::Lemma& lemma : smt::properties_proved()) with_lemma.insert(lemma.id);
  for (const spec::PropertyInfo& property : spec::all_properties()) {
    CAPTURE(property.id);
    CHECK((property.proved == spec::Proved::kYes) == with_lemma.contains(property.id));
    with_lemma.erase(property.id);
  }
  CHECK(with_lemma.empty());
}

TEST_CASE("under reference the judge and the lemmas agree, and the auxiliary ones are true") {
  Runs runs;
  for (const spec::BuiltIn& built_in : spec::built_in_scenarios()) {
    if (!built_in.name.starts_with("small-")) continue;
    runs.explore(spec::profile_named("reference")->rules, built_in.name, 300, std::string(built_in.name));
  }
  for (const auto& [difference, places] : runs.comparison.unnamed) {
    CAPTURE(difference, places.front(), places.size());
    CHECK(false);
  }
  CHECK(runs.broken_auxiliary == std::set<std::string>{});
  CAPTURE(runs.comparison.transitions);
  CHECK(runs.comparison.transitions > 8000);
}

TEST_CASE("with any guard out the judge and the lemmas agree, up to what is named") {
  const Runs& runs = tests::runs_without_guards();
  for (const auto& [difference, places] : runs.comparison.unnamed) {
    CAPTURE(difference, places.front(), places.back(), places.size());
    CHECK(false);
  }
  for (const tests::Difference& each : tests::named_differences()) {
    CAPTURE(each.property, each.why);
    CHECK(runs.comparison.met.contains(&each));
  }
  for (const smt::Lemma& lemma : smt::properties_proved()) {
    CAPTURE(lemma.id);
    CHECK(runs.comparison.violated.contains(std::string(lemma.id)));
  }
  CAPTURE(runs.comparison.transitions, runs.strange_transitions);
  CHECK(runs.strange_transitions > 90'000);
}
