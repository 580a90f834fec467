// Which deeds of a scenario make it about a property or a witness: each that does, by itself, and no other.
#include <algorithm>
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "spec/world/scenario.h"

using namespace takeover;
using Json = nlohmann::ordered_json;

namespace {

using Deeds = std::set<std::string>;

// What an owner may do, and the bounds, with as little beside it as is needed; and what all of it amounts to.
struct Doing {
  const char* owner;
  const char* bounds;
  Deeds deeds;
};
const std::vector<Doing>& doings() {
  static const std::vector<Doing> kDoings{
      {R"({})", R"({})", {}},
      {R"({"event_trigger": "t"})", R"({})", {"trigger"}},
      {R"({"redo_trigger": "r"})", R"({})", {"redo trigger"}},
      {R"({"event_trigger": "t", "hands_over": true})", R"({"resends": 1})", {"trigger", "hands over"}},
      {R"({"creates": ["d"]})", R"({"resends": 1})", {"creates"}},
      {R"({"creates": ["d"], "retries": true})", R"({})", {"creates", "retries"}},
      {R"({"creates": ["d"], "removes": 1})", R"({})", {"creates", "removes"}},
      {R"({"creates": ["d", "e"], "merges": ["m"]})", R"({})", {"creates", "merges"}},
      {R"({"actions": 1})", R"({})", {"actions"}},
      {R"({"redo_metas": 1})", R"({})", {"redo marks"}},
      {R"({"redo_forwards": 1})", R"({})", {"redo marks"}},
      {R"({"checkpoints": 1})", R"({})", {}},
      {R"({"closes": true})", R"({})", {"closes"}},
      {R"({"closes_removed": true})", R"({})", {"closes", "removes all"}},
      {R"({"closes_removed": true})",
       R"({"failed_clean_ups": 1})",
       {"closes", "removes all", "fails clean-up"}},
      {R"({"misbehaves": [{"type": "CheckpointTsMessage"}]})", R"({"resends": 1})", {"misbehaves"}},
      {R"({"misbehaves": [{"type": "CheckpointTsMessage"}]})",
       R"({"failed_clean_ups": 1})",
       {"misbehaves", "fails clean-up"}},
      {R"({"misbehaves": [{"type": "CheckpointTsMessage"}]})",
       R"({"failed_creations": 1})",
       {"misbehaves", "fails", "fails to create"}},
      {R"({"creates": ["d"]})", R"({"failed_creations": 1})", {"creates", "fails", "fails to create"}},
      {R"({"event_trigger": "t"})", R"({"failed_creations": 1})", {"trigger", "fails"}},
      {R"({"redo_trigger": "r"})", R"({"failed_creations": 1})", {"redo trigger", "fails", "takes back"}},
      {R"({})", R"({"local_fences": 1})", {"fences"}},
      {R"({})", R"({"shutdowns": 1})", {"shuts down"}},
      {R"({})", R"({"losses": 1, "extra_copies": 1})", {}},
  };
  return kDoings;
}

// What each is about; "" is whatever the scenario does.
struct About {
  const char* id;
  Deeds any_of;
};
const std::vector<About> kProperties{
    {"create-accepted", {"retries"}},
    {"create-tried", {"retries"}},
    {"create-succeeds", {"retries"}},
    {"close-succeeds", {"closes"}},
    {"bootstrap-answered", {""}},
    {"remove-completes", {"removes", "hands over", "closes", "misbehaves"}},
    {"trigger-unique", {"trigger", "redo trigger", "misbehaves"}},
    {"start-ts-reported", {"trigger", "redo trigger", "misbehaves"}},
    {"registered-once", {"trigger", "misbehaves"}},
    {"no-stale-recreate", {"closes", "misbehaves"}},
    {"close-ack-sound", {"closes", "misbehaves"}},
    {"removed-kept", {"removes all", "misbehaves"}},
    {"removed-completed", {"removes all", "misbehaves"}},
    {"fenced-is-silent", {"fences"}},
    {"fenced-writes-nothing", {"fences"}},
    {"owner-effects", {"actions", "merges", "redo marks", "trigger", "closes", "misbehaves"}},
    {"shutdown-is-no-error", {"fences", "shuts down"}},
    {"removal-ends", {"removes", "hands over", "merges", "misbehaves"}},
    {"writer-told-working", {"removes", "hands over", "merges", "misbehaves"}},
    {"registration-ends", {"trigger", "misbehaves"}},
    {"error-attributed", {"fails to create"}},
    {"process-lives", {"misbehaves"}},  // of one owner, or of several that all have a redo log
    {"owner-fence", {""}},
};
const std::vector<About> kWitnesses{
    {"takeover-accepted", {"misbehaves"}},  // of one owner
    {"trigger-created-on-reuse", {"trigger", "redo trigger", "misbehaves"}},
    {"trigger-taken-back", {"takes back", "misbehaves"}},
    {"dispatcher-created", {"creates", "misbehaves"}},
    {"trigger-removed", {"hands over", "misbehaves"}},
    {"post-bootstrapped", {"trigger", "misbehaves"}},
    {"close-acknowledged", {"closes", "misbehaves"}},
    {"close-refused", {"closes", "misbehaves"}},
    {"stale-close-acknowledged", {"closes", "misbehaves"}},
    {"tombstone-drops-bootstrap", {"closes", "misbehaves"}},
    {"removed-clean-up", {"removes all", "misbehaves"}},
    {"clean-up-failed", {"fails clean-up"}},
    {"cleaned-up-again", {"fails clean-up"}},
    {"action-admitted", {"actions", "misbehaves"}},
    {"action-executed-after-takeover", {"actions", "misbehaves"}},
    {"redo-mark-set", {"redo marks", "misbehaves"}},
    {"merge-done", {"merges", "misbehaves"}},
    {"merge-aborted", {"merges", "misbehaves"}},
    {"takeover-during-merge", {"merges", "misbehaves"}},
    {"fenced-while-building", {"fences"}},
    {"fenced-while-handling", {"fences"}},
    {"creation-failed", {"fails"}},
};

// Another owner that does nothing comes after this one, unless it is left out.
std::string line_for(const Doing& doing, const char* property, const char* witness, bool alone) {
  Json owner = Json::parse(R"({"name": "B1", "node": "B", "epoch": 1})");
  owner.merge_patch(Json::parse(doing.owner));
  Json document = Json::parse(R"({"name": "x", "title": "t", "tags": [], "node": "A", "redo": true,
    "spans": [], "terminal": ["quiet"]})");
  if (doing.deeds.contains("creates")) document["spans"] = {"table-1[0,5)", "table-1[5,9)"};
  document["owners"] = Json::array({owner});
  if (!alone) document["owners"].push_back(Json::parse(R"({"name": "C1", "node": "C", "epoch": 1})"));
  document["bounds"] = Json::parse(doing.bounds);
  document["properties"] = Json::array({property});
  if (witness != nullptr) document["witnesses"] = Json::array({witness});
  const auto scenario = spec::read_scenario(document.dump(), "x");
  return scenario ? "" : scenario.error().to_line();
}

void check(const About& about, const Doing& doing, const std::string& line, const std::string& place) {
  CAPTURE(about.id, doing.owner, doing.bounds, line);
  const bool possible = std::ranges::any_of(
      about.any_of, [&](const std::string& deed) { return deed.empty() || doing.deeds.contains(deed); });
  CHECK(line.empty() == possible);
  if (!possible) CHECK(line.starts_with("x: " + place + ": no run of the scenario could be about '"));
}

}  // namespace

TEST_CASE("a scenario is about a property if some owner does one of the deeds that it speaks of") {
  for (const About& about : kProperties) {
    for (const Doing& doing : doings()) {
      check(about, doing, line_for(doing, about.id, nullptr, false), "/properties/0");
    }
  }
}

TEST_CASE("a scenario may reach a witness if some owner does one of the deeds that it shows") {
  for (const About& about : kWitnesses) {
    const bool alone = about.any_of == Deeds{"misbehaves"};
    for (const Doing& doing : doings()) {
      check(about, doing, line_for(doing, "answered", about.id, alone), "/witnesses/0");
    }
  }
}

TEST_CASE("two owners that send a Bootstrap make a takeover") {
  CHECK(line_for(doings().front(), "answered", "takeover-accepted", false).empty());
}

TEST_CASE("a removal-only maintainer closes in one of two ways, in place of an owner that may end") {
  const auto line = [](const std::string& owner, const std::string& removal, const std::string& deaths) {
    const auto scenario = spec::read_scenario(
        R"({"name": "x", "title": "t", "tags": [], "node": "A", "spans": [], "owners": [
             {"name": "B1", "node": "B", "epoch": 1)" +
            owner + R"(}, {"name": "K1", "node": "K", "epoch": 1, "removal_of": "B1")" + removal +
            R"(}], "bounds": {"deaths": )" + deaths +
            R"(}, "properties": ["answered"], "terminal": ["quiet"]})",
        "x");
    return scenario ? "" : scenario.error().to_line();
  };
  const std::string refused = "x: /owners/1/removal_of: has no effect: ";
  for (const std::string removal : {R"(, "closes": true)", R"(, "closes_removed": true)"}) {
    CHECK(line(R"(, "closes": true)", removal, "0").empty());
    CHECK(line(R"(, "closes_removed": true)", removal, "0").empty());
    CHECK(line(R"(, "event_trigger": "t", "hands_over": true)", removal, "0").empty());
    CHECK(line(R"(, "dies": true)", removal, "1").empty());
    CHECK(line(R"(, "event_trigger": "t")", removal, "0").starts_with(refused + "that owner never ends"));
  }
  CHECK(line(R"(, "closes": true)", "", "0").starts_with(refused + "a removal-only maintainer closes"));
}

TEST_CASE("who retries must be who creates, for a Create to be retried") {
  const auto scenario = spec::read_scenario(
      R"({"name": "x", "title": "t", "tags": [], "node": "A", "spans": ["table-1"], "owners": [
           {"name": "B1", "node": "B", "epoch": 1, "retries": true},
           {"name": "C2", "node": "C", "epoch": 2, "creates": ["d"]}],
          "properties": ["create-tried"], "terminal": ["quiet"]})",
      "x");
  REQUIRE_FALSE(scenario);
  CHECK(scenario.error().to_line().starts_with("x: /properties/0: "));
}

TEST_CASE("a process can die where a redo trigger is named and another owner has no redo log") {
  const auto is_possible = [](const char* redo_trigger, bool other_redo) {
    Json document = Json::parse(R"({"name": "x", "title": "t", "tags": [], "node": "A", "spans": [],
      "owners": [{"name": "B1", "node": "B", "epoch": 1, "redo": true},
                 {"name": "C2", "node": "C", "epoch": 2}],
      "properties": ["process-lives"], "terminal": ["quiet"]})");
    if (redo_trigger != nullptr) document["owners"][0]["redo_trigger"] = redo_trigger;
    document["owners"][1]["redo"] = other_redo;
    return static_cast<bool>(spec::read_scenario(document.dump(), "x"));
  };
  CHECK(is_possible("r", false));
  CHECK_FALSE(is_possible("r", true));
  CHECK_FALSE(is_possible(nullptr, false));
}
