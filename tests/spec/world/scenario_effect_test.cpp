// What a scenario says and what changes nothing is refused, with its place and what it lacks.
#include "spec/world/scenario_effect.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <string>

#include "spec/world/scenario.h"

using namespace takeover;
using Json = nlohmann::ordered_json;

namespace {

// A scenario in which everything has an effect, changed as a JSON Merge Patch says.
std::string line_for(const std::string& patch) {
  auto document = Json::parse(R"json({"name": "x", "title": "t", "tags": [], "node": "A", "redo": true,
    "spans": ["table-1[0,5)", "table-1[5,9)"], "elsewhere": ["d1"],
    "bounds": {"deaths": 1, "resends": 1, "failed_creations": 1, "local_fences": 1, "shutdowns": 1,
               "failed_clean_ups": 1, "first_events": 1,
               "complete_heartbeats": 1},
    "properties": ["create-tried", "close-succeeds", "bootstrap-answered", "remove-completes", "trigger-unique",
                   "removed-kept", "fenced-is-silent", "shutdown-is-no-error", "removed-completed"],
    "witnesses": ["merge-done", "redo-mark-set", "action-admitted", "creation-failed", "trigger-removed",
                  "fenced-while-building", "removed-clean-up", "takeover-accepted", "clean-up-failed",
                  "cleaned-up-again"],
    "terminal": ["quiet"]})json");
  auto owners = Json::parse(R"json({
    "B1": {"name": "B1", "node": "B", "epoch": 1, "creates": ["d1", "d2"], "merges": ["m1"], "removes": 1,
           "actions": 1, "retries": true, "dies": true},
    "K1": {"name": "K1", "node": "K", "epoch": 1, "removal_of": "B1", "closes": true, "closes_removed": true},
    "A2": {"name": "A2", "node": "A", "epoch": 2, "event_trigger": "tA", "redo_trigger": "rA", "redo_metas": 1,
           "redo_forwards": 1, "checkpoints": 1, "hands_over": true}})json");
  Json change = Json::parse(patch);
  if (change.contains("owners")) owners.merge_patch(change["owners"]);
  change.erase("owners");
  document["owners"] = Json::array();
  for (const auto& [name, owner] : owners.items()) document["owners"].push_back(owner);
  document.merge_patch(change);
  const auto scenario = spec::read_scenario(document.dump(), "x");
  return scenario ? "" : scenario.error().to_line();
}

struct Case {
  const char* patch;
  const char* place;
};

}  // namespace

TEST_CASE("a scenario of which every field has an effect is read") {
  CHECK(line_for("{}").empty());
  // Nothing that is asked for does not lack anything.
  CHECK(line_for(R"({"owners": {"K1": {"removes": 0, "hands_over": false, "creates": []}}})").empty());
}

TEST_CASE("a field that has no effect without another is refused where it stands") {
  const Case cases[] = {
      {R"({"bounds": {"deaths": 0}})", "/owners/0/dies"},
      {R"({"owners": {"B1": {"dies": false, "closes": true}}})", "/bounds/deaths"},
      {R"({"owners": {"B1": {"dies": false}}, "bounds": {"deaths": 0}})", "/owners/1/removal_of"},
      {R"({"owners": {"K1": {"closes": false, "closes_removed": false}}})", "/owners/1/removal_of"},
      {R"({"owners": {"K1": {"start_ts": 7}}})", "/owners/1/start_ts"},
      {R"({"owners": {"K1": {"creates": ["d3"]}}})", "/owners/1/creates"},
      {R"({"owners": {"K1": {"hands_over": true}}})", "/owners/1/hands_over"},
      {R"({"owners": {"K1": {"retries": true}}})", "/owners/1/retries"},
      {R"({"owners": {"A2": {"event_trigger": null}}})", "/owners/2/hands_over"},
      {R"({"redo": false})", "/owners/2/redo_trigger"},
      {R"({"redo": false, "owners": {"A2": {"redo_trigger": null}}})", "/owners/2/redo_metas"},
      {R"({"redo": false, "owners": {"A2": {"redo_trigger": null, "redo_metas": 0}}})",
       "/owners/2/redo_forwards"},
      {R"({"spans": []})", "/owners/0/creates"},
      {R"({"spans": ["table-1", "table-2"]})", "/owners/0/merges"},
      {R"x({"spans": ["table-1[0,5)", "table-2[5,9)"]})x", "/owners/0/merges"},
      {R"({"owners": {"B1": {"creates": ["d1"]}}})", "/owners/0/merges"},
      {R"({"elsewhere": [], "owners": {"B1": {"creates": [], "merges": []}}})", "/owners/0/removes"},
      {R"({"elsewhere": [], "owners": {"B1": {"creates": [], "merges": [], "removes": 0}}})",
       "/owners/0/retries"},
      {R"({"elsewhere": [], "owners": {"B1": {"creates": [], "merges": [], "removes": 0, "retries": false}}})",
       "/spans"},
      {R"({"elsewhere": [], "spans": [], "owners": {"A2": {"hands_over": false},
           "B1": {"creates": [], "merges": [], "removes": 0, "retries": false}}})",
       "/bounds/resends"},
      {R"({"elsewhere": [], "spans": [], "bounds": {"resends": 0},
           "owners": {"A2": {"hands_over": false, "event_trigger": null, "redo_trigger": null},
           "B1": {"creates": [], "merges": [], "removes": 0, "retries": false}}})",
       "/bounds/failed_creations"},
      {R"({"owners": {"A2": {"hands_over": false, "event_trigger": null}}})", "/bounds/first_events"},
      {R"({"elsewhere": [], "spans": [], "bounds": {"resends": 0, "first_events": 0},
           "owners": {"A2": {"hands_over": false},
           "B1": {"creates": [], "merges": [], "removes": 0, "retries": false}}})",
       "/bounds/complete_heartbeats"},
      {R"({"owners": {"K1": {"closes_removed": false}}})", "/bounds/failed_clean_ups"},
      {R"({"elsewhere": ["d1", "d9"]})", "/elsewhere/1"},
      {R"({"terminal": ["quiet", "stopped"]})", "/terminal"},
  };
  for (const Case& each : cases) {
    CAPTURE(each.patch);
    const std::string line = line_for(each.patch);
    CHECK(line.starts_with("x: " + std::string(each.place) + ": has no effect: "));
    CHECK(line.find("; expected ") != std::string::npos);
  }
  CHECK(line_for(R"({"bounds": {"deaths": 0}})") ==
        "x: /owners/0/dies: has no effect: no owner may die; expected \"deaths\" in \"bounds\"");
}

TEST_CASE("a property or witness that no run could be about is refused") {
  const Case cases[] = {
      {R"({"owners": {"B1": {"retries": false}}})", "/properties/0"},
      {R"({"bounds": {"failed_clean_ups": 0}, "owners": {"K1": null}})", "/properties/1"},
      {R"({"owners": {"B1": {"epoch": 0}, "A2": {"epoch": 0}}})", "/properties/2"},
      {R"({"bounds": {"failed_clean_ups": 0}, "owners": {"K1": {"closes_removed": false}}})",
       "/properties/5"},
      {R"({"properties": ["removed-completed"], "bounds": {"failed_clean_ups": 0},
           "owners": {"K1": {"closes_removed": false}}})",
       "/properties/0"},
      {R"({"bounds": {"local_fences": 0}})", "/properties/6"},
      {R"({"properties": ["shutdown-is-no-error"], "bounds": {"local_fences": 0, "shutdowns": 0}})",
       "/properties/0"},
      {R"({"owners": {"B1": {"merges": []}}})", "/witnesses/0"},
      {R"({"owners": {"A2": {"redo_metas": 0, "redo_forwards": 0}}})", "/witnesses/1"},
      {R"({"owners": {"B1": {"actions": 0}}})", "/witnesses/2"},
      {R"({"bounds": {"failed_creations": 0}})", "/witnesses/3"},
      {R"({"owners": {"A2": {"hands_over": false}}})", "/witnesses/4"},
      {R"({"properties": ["answered"], "bounds": {"local_fences": 0}})", "/witnesses/5"},
      {R"({"properties": ["answered"], "bounds": {"failed_clean_ups": 0},
           "owners": {"K1": {"closes_removed": false}}})",
       "/witnesses/6"},
      {R"({"bounds": {"failed_clean_ups": 0}})", "/witnesses/8"},
      {R"({"bounds": {"failed_clean_ups": 0}, "witnesses": ["cleaned-up-again"]})", "/witnesses/0"},
      {R"({"properties": ["answered"], "witnesses": ["takeover-accepted"], "owners": {"A2": null},
           "bounds": {"first_events": 0}})",
       "/witnesses/0"},
  };
  for (const Case& each : cases) {
    CAPTURE(each.patch);
    CHECK(line_for(each.patch)
              .starts_with("x: " + std::string(each.place) + ": no run of the scenario could be about '"));
  }
}

TEST_CASE("what a misbehaving message may bring about is not refused") {
  CHECK(
      line_for(
          R"({"elsewhere": [], "spans": [], "witnesses": [], "properties": ["remove-completes", "removed-kept"],
      "owners": {"K1": null, "B1": {"creates": [], "retries": false,
        "misbehaves": [{"type": "MaintainerCloseRequest", "epoch": 1, "removed": true}]}}})")
          .empty());
}
