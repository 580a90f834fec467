#include "spec/profiles.h"

#include <catch2/catch.hpp>
#include <fstream>
#include <map>
#include <string>

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
    CHECK(rules_of("pr-5436")(guard.guard) == (guard.since != "finding"));
  }
  CHECK(rules_of("reference").variants == rules_of("pr-5436").variants);
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
