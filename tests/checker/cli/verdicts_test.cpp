// What was judged, to which end, and why not: a fact of its own in every format, and in the exit code.
#include <algorithm>
#include <catch2/catch.hpp>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "tests/checker/cli/program.h"

using namespace takeover::test;
using nlohmann::json;

namespace {

struct Judged {
  const char* arguments;
  const char* property;
  const char* verdict;
  const char* reason;
  const char* why;  // nothing is to be said of what was judged
};

bool holds(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

// A run of which all is explored, and whose liveness is cut short: by a limit of time that is looked for.
Outcome with_liveness_cut(const std::string& format) {
  const std::string command = "check live-remove --workers 1 --quiet --format ";
  const json whole = json::parse(run(command + "json").out)["runs"][0];
  double limit = whole["seconds"].get<double>() + whole["liveness_seconds"].get<double>() * 0.4;
  for (int attempt = 0; attempt < 40; ++attempt) {
    Outcome outcome = run(command + format + " --max-seconds " + std::to_string(limit));
    if (holds(outcome.out, "liveness was stopped by the limit of time")) return outcome;
    limit *= outcome.code == 0 ? 0.93 : 1.1;
  }
  FAIL("no limit of time falls into the judging of liveness");
  return {};
}

}  // namespace

TEST_CASE("each property says whether it was judged, to which end, and if not, why") {
  const Judged cases[] = {
      {"node-barrier", "owner-fence", "holds", "judged", nullptr},
      {"node-barrier", "trigger-unique", "not-applicable", "not-listed", "the scenario is not about it"},
      {"node-barrier --property answered", "owner-fence", "not-applicable", "not-asked",
       "others were asked for by name"},
      {"node-barrier --without schedule-admission", "owner-fence", "violated", "judged", nullptr},
      {"node-barrier --max-states 50", "owner-fence", "inconclusive", "not-explored",
       "not judged: the exploration was stopped by the limit of states"},
      {"node-barrier --max-states 50", "deadlock-free", "inconclusive", "not-explored",
       "not judged: the exploration was stopped by the limit of states"},
      {"live-close --max-states 50", "close-succeeds", "inconclusive", "not-explored",
       "not judged: the exploration was stopped by the limit of states"},
      {"live-close --max-states 50", "create-tried", "not-applicable", "not-listed",
       "the scenario is not about it"},
      {"live-close --property bootstrap-answered", "close-succeeds", "not-applicable", "not-asked",
       "others were asked for by name"},
      {"live-close", "close-succeeds", "holds", "judged", nullptr},
  };
  for (const Judged& each : cases) {
    CAPTURE(each.arguments, each.property);
    const Outcome outcome = run(std::string("check --quiet --workers 1 --format json ") + each.arguments);
    check_schema(outcome.out);
    const json properties = json::parse(outcome.out)["runs"][0]["properties"];
    const auto found =
        std::ranges::find_if(properties, [&](const json& p) { return p["id"] == each.property; });
    REQUIRE(found != properties.end());
    CHECK((*found)["verdict"] == each.verdict);
    CHECK((*found)["reason"] == each.reason);
    CHECK(found->contains("why") == (each.why != nullptr));
    if (each.why != nullptr) CHECK((*found)["why"] == each.why);
  }
}

TEST_CASE("liveness that is cut short is inconclusive in every format, and its run is not complete") {
  const std::string why = "not judged: liveness was stopped by the limit of time";
  const Outcome text = with_liveness_cut("text");
  CHECK(text.code == 3);
  CHECK(holds(text.out, "live-remove: INCOMPLETE"));
  CHECK(holds(text.out, "inconclusive (INCOMPLETE)"));
  CHECK(holds(text.out, "stopped by the limit of time while liveness was judged"));
  CHECK_FALSE(holds(text.out, "premise was never met"));
  // What holds of all states does so, whatever became of liveness.
  CHECK(holds(text.out, "holds         journal-drains"));
  CHECK(holds(with_liveness_cut("junit").out, "<error message=\"" + why + "\"/>"));
  CHECK(holds(with_liveness_cut("github").out, " inconclusive in live-remove::" + why + "\n"));
  const Outcome told = with_liveness_cut("json");
  CHECK(told.code == 3);
  check_schema(told.out);
  const auto document = json::parse(told.out)["runs"][0];
  CHECK(document["explored"] == true);
  CHECK(document["complete"] == false);
  CHECK(document["stopped_by"] == "the limit of time");
  std::size_t cut = 0;
  for (const json& property : document["properties"]) {
    if (property["kind"] == "safety") CHECK(property["reason"] != "liveness-cut-short");
    if (property["reason"] != "liveness-cut-short") continue;
    CHECK(property["verdict"] == "inconclusive");
    CHECK(property["why"] == why);
    ++cut;
  }
  CHECK(cut > 0);
}

TEST_CASE("what was not explored is not said never to have happened") {
  const auto document =
      json::parse(run("check node-barrier --quiet --max-states 50 --format json").out)["runs"][0];
  CHECK_FALSE(document.contains("never_fired"));
  CHECK_FALSE(document.contains("unreached"));
  CHECK_FALSE(holds(run("check node-barrier --quiet --max-states 50").out, "never"));
}

TEST_CASE("a property that no scenario of the run is about names those that are, in every format") {
  const std::string line = "no scenario is about: create-succeeds (live-move, live-redo are)";
  const auto told = [](const std::string& format) {
    const Outcome outcome =
        run("check small-redo-marks --quiet --property create-succeeds --format " + format);
    CHECK(outcome.code == 3);
    return outcome.out;
  };
  CHECK(holds(told("text"), "\n" + line + "\n"));
  CHECK(holds(told("junit"), "<error message=\"" + line + "\"/>"));
  CHECK(holds(told("github"), "::warning title=inconclusive::" + line + "\n"));
  check_schema(told("json"));
  CHECK(json::parse(told("json"))["unjudged"] ==
        json::parse(R"([{"id": "create-succeeds", "scenarios": ["live-move", "live-redo"]}])"));
}

TEST_CASE("a matrix that is cut short has a row for each run, which says so") {
  const Outcome cut = run("matrix --quiet --max-seconds 0.001 --format json");
  CHECK(cut.code == 3);
  const auto document = json::parse(cut.out);
  CHECK(document["complete"] == false);
  const std::set<std::string> reasons{"not-started", "not-explored", "liveness-cut-short"};
  std::size_t incomplete = 0;
  std::size_t told = 0;  // of them, those that say why, or were judged before
  std::map<std::string, std::set<std::string>> scenarios_of;  // by profile and guard
  for (const json& row : document["rows"]) {
    scenarios_of[row["profile"].get<std::string>() + " " + row["guard_off"].dump()].insert(row["scenario"]);
    if (row["verdict"] == "not-applicable" || row["complete"] == true) continue;
    ++incomplete;
    const bool says_why =
        reasons.contains(row["reason"]) && row["why"].get<std::string>().starts_with("not judged: ");
    told += says_why || row["reason"] == "judged" ? 1U : 0U;
  }
  CHECK(incomplete > document["rows"].size() / 4);
  CHECK(told == incomplete);
  json part = document;
  part["rows"] = json::array();
  for (std::size_t i = 0; i < 100; ++i) part["rows"].push_back(document["rows"][i]);
  check_schema(part.dump());
  std::size_t matrix_scenarios = 0;
  const auto listed = json::parse(run("list scenarios --format json").out);
  for (const json& scenario : listed["scenarios"])
    matrix_scenarios += holds(scenario["meaning"].get<std::string>(), "matrix") ? 1U : 0U;
  const auto guards = json::parse(run("list guards --format json").out)["guards"].size();
  // Of five profiles, of each guard taken out of the reference, and of most, where that shows nothing, of
  // pr-5436.
  CHECK(scenarios_of.size() >= 5 + guards);
  for (const auto& [heading, scenarios] : scenarios_of) {
    CAPTURE(heading);
    CHECK(scenarios.size() == matrix_scenarios);
  }
}

TEST_CASE("each line of a matrix that is cut short says what is not known") {
  const Outcome cut = run("matrix --quiet --max-seconds 0.001");
  CHECK(cut.code == 3);
  const std::size_t lines = static_cast<std::size_t>(std::ranges::count(cut.out, '\n')) - 1;
  std::size_t marked = 0;
  for (std::size_t at = cut.out.find(" not started because of the limit of time"); at != std::string::npos;
       at = cut.out.find(" not started because of the limit of time", cut.out.find('\n', at))) {
    ++marked;
  }
  CHECK(marked == lines);
}

TEST_CASE("simulate judges what it says that it judged, and refuses what no run can be judged by") {
  const Outcome fine = run("simulate node-takeover --seed 42 --steps 60");
  CHECK(fine.code == 0);
  CHECK(holds(fine.out, "node-takeover: seed 42, 29 steps, no property violated on this run\n"));
  CHECK(holds(fine.out, "  judged, and not violated: "));
  CHECK(holds(fine.out, ", deadlock-free\n"));
  for (const char* arguments :
       {"live-create --property create-tried", "small-fence --property one-writer",
        "small-fence --property bootstrap-answered", "small-fence --property no-such-property"}) {
    CAPTURE(arguments);
    const Outcome refused = run(std::string("simulate ") + arguments);
    CHECK(refused.code == 2);
    CHECK(refused.out.empty());
    CHECK(std::ranges::count(refused.err, '\n') == 1);
  }
  CHECK(
      holds(run("simulate small-fence --property one-writer").err, "small-fence is not about one-writer; "));
  CHECK(holds(run("simulate small-fence --property one-writer").err, "small-takeover"));
}

TEST_CASE("simulate shows the deadlock that its run ends in, and the run replays") {
  const Outcome stuck = run(
      "simulate small-close-order --profile pr-5435 --property deadlock-free --seed 106 --steps 3000 --record stuck.json");
  CHECK(stuck.code == 1);
  CHECK(holds(stuck.out, "violates deadlock-free"));
  CHECK(json::parse(read(scratch() + "/stuck.json"))["property"] == "deadlock-free");
  CHECK(run("replay stuck.json").code == 0);
}

TEST_CASE("a property that was named and had nothing to say on a run was not judged") {
  // No owner has become one after a single step.
  const Outcome idle = run("simulate small-fence --steps 1 --property owner-from-request");
  CHECK(idle.code == 3);
  CHECK(holds(idle.out, "premise not met on this run: owner-from-request"));
  CHECK(run("simulate small-fence --steps 1").code == 0);
}

TEST_CASE("Ctrl-C ends a simulation in order, with what was judged until then") {
  // One signal, as soon as the program catches it: not the shell that becomes the program.
  const Outcome cut = run("simulate live-create --steps 100000", R"(interrupt() {
    "$@" & until grep -q '^Name:.takeover$' /proc/$!/status && grep -q '^SigCgt:.*[2367abef]$' /proc/$!/status ||
      ! kill -0 $!; do :; done
    kill -INT $!; wait $!; }; interrupt )");
  CAPTURE(cut.err);
  CHECK(cut.code == 3);
  CHECK(holds(cut.out, " steps (cut short by an interrupt), no property violated on this run\n"));
}
