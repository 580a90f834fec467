#include "spec/profiles.h"

#include <catch2/catch.hpp>
#include <fstream>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

using namespace takeover;

namespace {

const impl::Rules& rules_of(std::string_view profile) {
  return spec::profile_named(profile)->rules;
}

std::string mark(std::string_view profile, impl::Guard guard) {
  return rules_of(profile)(guard) ? " x |" : " |";
}

}  // namespace

TEST_CASE("the node side of pr-5434 is that of pre-5434") {
  CHECK(rules_of("pr-5434") == rules_of("pre-5434"));
}

TEST_CASE("reference has every guard, and pr-5436 every one but the repairs of findings") {
  for (const impl::GuardInfo& guard : impl::all_guards()) {
    CAPTURE(guard.name);
    CHECK(rules_of("reference")(guard.guard));
    CHECK(rules_of("pr-5436")(guard.guard) == !guard.is_finding());
  }
  CHECK(rules_of("reference").variants == rules_of("pr-5436").variants);
}

// The table "Variants" of docs/profiles.md, whose rows are in the order of the members.
TEST_CASE("each profile has the variants that are documented") {
  const impl::Variants before{false, true, true, true, false};
  CHECK(rules_of("pre-5434").variants == before);
  CHECK(rules_of("pr-5435").variants == impl::Variants{true, true, true, true, true});
  CHECK(rules_of("pr-5436").variants == impl::Variants{true, false, false, false, true});
  CHECK(rules_of("reference").variants == impl::Variants{});
  CHECK(impl::Variants{} == rules_of("pr-5436").variants);
}

TEST_CASE("profiles are listed from the oldest to the newest, and found by their names only") {
  std::vector<std::string> names;
  for (const spec::Profile& profile : spec::all_profiles()) {
    names.emplace_back(profile.name);
    CHECK(spec::profile_named(profile.name) == &profile);
  }
  CHECK(names == std::vector<std::string>{"pre-5434", "pr-5434", "pr-5435", "pr-5436", "reference"});
  CHECK(spec::profile_named("pr-543") == nullptr);
}

TEST_CASE("the documented table of profiles is the one that the checker uses") {
  std::map<std::string, std::string, std::less<>> rows;
  std::ifstream table(std::string(TAKEOVER_SOURCE_DIR) + "/docs/profiles.md");
  for (std::string line; std::getline(table, line);) {
    if (line.starts_with("| `")) rows.emplace(line.substr(3, line.find('`', 3) - 3), line);
  }
  for (const impl::GuardInfo& guard : impl::all_guards()) {
    CAPTURE(guard.name);
    REQUIRE(rows.contains(std::string(guard.name)));
    CHECK(rows.find(guard.name)->second == "| `" + std::string(guard.name) + "` |" +
                                               mark("pre-5434", guard.guard) + mark("pr-5435", guard.guard) +
                                               mark("pr-5436", guard.guard) + mark("reference", guard.guard));
  }
}
