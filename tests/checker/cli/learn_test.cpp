// `replay --learn`, of traces as another version would leave them.
#include <algorithm>
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "spec/profiles.h"
#include "tests/checker/cli/program.h"
#include "tests/traces/other_version.h"

using namespace takeover;
using namespace takeover::test;

namespace {

// Recorded under the rules, and written as one of pr-5436.
std::string other_version(const std::string& name, const impl::Rules& rules, const std::string& real) {
  const std::string file = name + ".trace.json";
  write(file, traces::to_text(traces::recorded_under(rules, traces::real_trace(real))));
  return file;
}

std::string without(const std::string& guard, const std::string& real) {
  return other_version(guard, traces::flipped(spec::profile_named("pr-5436")->rules, guard), real);
}

nlohmann::json learned(const std::string& file, int code) {
  const Outcome outcome = run("replay --learn --format json " + file);
  CHECK(outcome.code == code);
  check_schema(outcome.out);
  return nlohmann::json::parse(outcome.out)["traces"][0]["learned"];
}

}  // namespace

TEST_CASE("replay --learn names the guard that another version is without") {
  for (const auto& row : std::vector<std::pair<std::string, std::string>>{
           {"schedule-admission", "random/fence-merge-redo-120338"},
           {"bootstrap-epoch-order", "random/merge-queues-108346"},
           {"tombstone", "random/merge-104382"},
           {"trigger-id-match", "random/shutdown-116655"},
           {"stale-remove-restored", "findings/02-dropped-create-deletes-the-remove"}}) {
    const std::string& guard = row.first;
    const std::string file = without(guard, row.second);
    CAPTURE(guard);
    const Outcome outcome = run("replay --learn " + file);
    CHECK(outcome.code == 1);
    CHECK(outcome.out.starts_with(file + ": diverges: the implementation at step "));
    CHECK(outcome.out.find("\n  goes on without " + guard + " to its end\n") != std::string::npos);
    const auto lesson = learned(file, 1);
    CHECK(lesson["fewest"] == true);
    CHECK(std::ranges::any_of(lesson["sets"], [&](const auto& set) {
      return set["changes"] ==
                 nlohmann::json{{{"name", guard}, {"kind", "guard"}, {"change", "taken-out"}}} &&
             set["diverges"].is_null() && set["smt"] == "conforms";
    }));
  }
}

TEST_CASE("replay --learn names what makes pr-5436 of each profile, and the profile") {
  const std::string real = "random/shutdown-117489";
  for (const spec::Profile& profile : spec::all_profiles()) {
    CAPTURE(profile.name);
    const std::string name(profile.name);
    const std::string file = other_version(name, profile.rules, real);
    if (profile.name == "pr-5436") {
      const Outcome same = run("replay --learn " + file);
      CHECK(same.code == 0);
      CHECK(same.out == file + ": conforms\n  its steps conform: nothing is to be learned\n");
      CHECK(learned(file, 0)["diverges"].is_null());
      continue;
    }
    const Outcome outcome = run("replay --learn " + file);
    CHECK(outcome.code == 1);
    CHECK(outcome.out.find(" to its end") != std::string::npos);
    CHECK(outcome.out.find("\n  conforms under the profile " + name + "\n") != std::string::npos);
    const auto lesson = learned(file, 1);
    REQUIRE_FALSE(lesson["sets"].empty());
    CHECK(lesson["sets"][0]["diverges"].is_null());
    const auto profiles = lesson["profiles"].get<std::vector<std::string>>();
    CHECK(std::ranges::find(profiles, name) != profiles.end());
  }
}

TEST_CASE("where nothing leads to the end, replay --learn says how far it goes") {
  const std::string file = without("tombstone", "random/merge-104382");
  auto document = nlohmann::ordered_json::parse(read(scratch() + "/" + file));
  const std::size_t last = document["steps"].size() - 1;
  document["steps"][last]["state"]["nodes"]["A"]["closed"] = true;
  write("stops.trace.json", document.dump());
  const Outcome outcome = run("replay --learn stops.trace.json");
  CHECK(outcome.code == 1);
  CHECK(outcome.out.find("\n  goes on without tombstone to step " + std::to_string(last + 1) +
                         "/state/nodes/A/closed: expected true, got false\n"
                         "  no changes were found that lead to its end\n") != std::string::npos);
  CHECK(learned("stops.trace.json", 1)["sets"][0]["diverges"]["step"] == last);
}

TEST_CASE("what was learned is told to other programs, and a file that is no trace teaches nothing") {
  const std::string file = without("tombstone", "random/merge-104382");
  CHECK(run("replay --learn --format junit " + file).out.find("; goes on without tombstone to its end") !=
        std::string::npos);
  CHECK(run("replay --learn --format github " + file).out.find("; goes on without tombstone to its end") !=
        std::string::npos);
  CHECK_FALSE(
      nlohmann::json::parse(run("replay --format json " + file).out)["traces"][0].contains("learned"));
  CHECK(learned(write("none.json", "{}"), 2).is_null());
  CHECK(run("replay --learn none.json").out.empty());
}

TEST_CASE("what a trace says of itself is not held against its steps by replay --learn") {
  const std::string file = without("tombstone", "random/merge-104382");
  auto document = nlohmann::ordered_json::parse(read(scratch() + "/" + file));
  document["scenario"] = "small-fence";
  write("claims.trace.json", document.dump());
  const Outcome outcome = run("replay --learn claims.trace.json");
  CHECK(outcome.code == 1);
  CHECK(outcome.out.find("\n  its steps diverge at step ") != std::string::npos);
  CHECK(outcome.out.find("\n  goes on without tombstone to its end\n") != std::string::npos);
}
