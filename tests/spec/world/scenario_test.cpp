#include "spec/world/scenario.h"

#include <catch2/catch.hpp>
#include <stdexcept>
#include <string>

#include "spec/world/world.h"

using namespace takeover;

namespace {

// A scenario with one part replaced.
std::string scenario_with(const std::string& part, const std::string& by) {
  std::string text = R"({"name": "x", "title": "t", "tags": [], "node": "A", "spans": ["table-1"],
 "owners": [{"name": "B1", "node": "B", "epoch": 1, "creates": ["d1"]}],
 "properties": ["answered"], "terminal": ["quiet"]})";
  text.replace(text.find(part), part.size(), by);
  return text;
}

std::string refusal(const std::string& part, const std::string& by) {
  const auto scenario = spec::read_scenario(scenario_with(part, by), "x.json");
  return scenario ? "" : scenario.error().to_line();
}

}  // namespace

TEST_CASE("a built-in scenario is valid, found by the name that it gives itself, and is about something") {
  REQUIRE(spec::built_in_scenarios().size() > 15);
  for (const spec::BuiltIn& built_in : spec::built_in_scenarios()) {
    CAPTURE(built_in.name);
    CHECK(spec::is_built_in(built_in.name));
    CHECK(spec::read_scenario(built_in.text, std::string(built_in.name)));
    const spec::Scenario scenario = spec::built_in_scenario(built_in.name);
    CHECK(scenario.name == built_in.name);
    CHECK(scenario.properties.any());
    CHECK((scenario.has_tag("ci") || scenario.has_tag("matrix")));
    CHECK((!scenario.has_tag("ci") || scenario.witnesses.any()));
  }
}

TEST_CASE("a scenario that is not built in is no mistake of its document") {
  CHECK_FALSE(spec::is_built_in("no-such-scenario"));
  CHECK_THROWS_AS(spec::built_in_scenario("no-such-scenario"), std::out_of_range);
}

TEST_CASE("a scenario's file is read as its text is, and named where it cannot be") {
  const std::string built_in(spec::built_in_scenarios().front().name);
  const auto read = spec::read_scenario_file(TAKEOVER_SOURCE_DIR "/spec/scenarios/" + built_in + ".json");
  REQUIRE(read);
  CHECK(read->name == built_in);
  CHECK(read->title == spec::built_in_scenario(built_in).title);
  CHECK_FALSE(read->title.empty());
  const auto missing = spec::read_scenario_file("/no/such/scenario.json");
  REQUIRE_FALSE(missing);
  CHECK(missing.error().to_line().starts_with("/no/such/scenario.json: "));
}

TEST_CASE("a terminal state has one of two names") {
  CHECK(impl::named<spec::Terminal>("quiet") == spec::Terminal::kQuiet);
  CHECK(impl::named<spec::Terminal>("stopped") == spec::Terminal::kStopped);
  CHECK_FALSE(impl::named<spec::Terminal>("asleep"));
}

TEST_CASE("what is wrong in a scenario is named by its place") {
  CHECK(refusal("\"quiet\"", "\"quiet\"").empty());
  CHECK(refusal("\"epoch\": 1", "\"epoch\": -1").starts_with("x.json: "));
  CHECK(refusal("\"epoch\": 1", "\"epoch\": 1, \"creates\": 3").starts_with("x.json: "));
  CHECK(refusal("[\"d1\"]", "[\"d1\", \"d2\", \"d1\"]").starts_with("x.json: /owners/0/creates"));
  CHECK(refusal("\"epoch\": 1", "\"epoch\": 1, \"event_trigger\": \"d1\"") ==
        "x.json: /owners/0/creates/0: the id 'd1' is used already; expected a fresh id");
  CHECK(refusal("\"epoch\": 1", "\"epoch\": 1, \"removal_of\": \"C9\"")
            .starts_with("x.json: /owners/0/removal_of: "));
  CHECK(refusal("\"table-1\"", "\"table-1[3,3)\"").starts_with("x.json: /spans/0: "));
  CHECK(refusal("\"table-1\"", "\"ddl\"") ==
        "x.json: /spans/0: the DDL span is no owner's to place; expected a table's span");
  CHECK(refusal("\"quiet\"", "\"asleep\"").starts_with("x.json: /terminal/0"));
  CHECK(refusal("\"answered\"", "\"ansered\"") ==
        "x.json: /properties/0: 'ansered' is unknown; expected an id of `takeover list properties`");
}

TEST_CASE("what is judged in every scenario is said to be so, where one lists it") {
  CHECK(
      refusal("\"answered\"", "\"deadlock-free\"") ==
      "x.json: /properties/0: 'deadlock-free' is judged in every scenario, and not listed; expected an id of another property");
}

TEST_CASE("a scenario judges all properties of states and steps but those that it names") {
  const auto refused = [](const char* but) {
    return refusal("[\"answered\"]", std::string("{\"all_but\": [") + but + "]}");
  };
  CHECK(refused("").empty());
  CHECK(refused("\"ansered\"") ==
        "x.json: /properties/all_but/0: 'ansered' is unknown; expected an id of `takeover list properties`");
  CHECK(
      refused("\"answered\", \"close-succeeds\"") ==
      "x.json: /properties/all_but/1: liveness is judged only where it is listed; expected a property of states or steps");
  CHECK(refused("\"deadlock-free\"").starts_with("x.json: /properties/all_but/0: 'deadlock-free' is judged"));
  CHECK(refused("\"answered\", \"answered\"") ==
        "x.json: /properties/all_but/1: \"answered\" stands here twice; expected elements that differ");
  CHECK(refusal("[\"answered\"]", "{\"all\": []}") ==
        "x.json: /properties/all: unknown key 'all'; expected one of all_but");
  CHECK(refusal("[\"answered\"]", "[]") == "x.json: /properties: the value []; expected at least 1 elements");
}

TEST_CASE("only a declared state is terminal") {
  const auto quiet = spec::read_scenario(scenario_with("quiet", "quiet"), "x.json");
  const auto stopped = spec::read_scenario(scenario_with("quiet", "stopped"), "x.json");
  REQUIRE(quiet);
  REQUIRE(stopped);
  spec::World world = spec::initial_world(*quiet);
  CHECK(spec::is_terminal(*quiet, world));
  CHECK(spec::is_terminal(*stopped, world));
  world.environment.owners[0].phase = spec::Phase::kRunning;
  CHECK(spec::is_terminal(*quiet, world));
  CHECK_FALSE(spec::is_terminal(*stopped, world));
  world.nodes[quiet->nodes[0]].pending.push_back({});
  CHECK_FALSE(spec::is_terminal(*quiet, world));
}

TEST_CASE("so many renamings are too many, and one fewer is not") {
  const auto with = [](const std::string& sets) {
    return refusal(R"("table-1"])", R"("table-1", "table-2", "table-3", "table-4", "table-5", "table-6"],
 "interchangeable": )" + sets);
  };
  CHECK(with(R"([["table-1", "table-2", "table-3", "table-4"]])").empty());  // 24
  CHECK(with(R"([["table-1", "table-2", "table-3", "table-4"], ["table-5", "table-6"]])") ==
        "x.json: /interchangeable/1: too many renamings; expected sets of at most 24 orders together");
}

TEST_CASE("what is declared interchangeable must be so") {
  const auto with = [](const std::string& owners, const std::string& sets) {
    const std::string text = R"json({"name": "x", "title": "t", "tags": [], "node": "A",
 "spans": ["table-1", "table-2", "table-3[0,5)"], "owners": [)json" +
                             owners + R"json(],
 "properties": ["answered"], "terminal": ["quiet"], "interchangeable": )json" +
                             sets + "}";
    const auto scenario = spec::read_scenario(text, "x.json");
    return scenario ? std::string() : scenario.error().to_line();
  };
  const std::string b = R"({"name": "B1", "node": "B", "epoch": 1, "creates": ["d1"]})";
  const std::string c = R"({"name": "C1", "node": "C", "epoch": 1, "creates": ["d2"]})";
  const std::string k = R"({"name": "K1", "node": "K", "epoch": 1, "removal_of": "B1", "closes": true})";
  const std::string two_creates = R"({"name": "B1", "node": "B", "epoch": 1, "creates": ["d1", "d2"]})";
  const std::string at_a = R"({"name": "A1", "node": "A", "epoch": 1, "creates": ["d2"]})";
  const std::string changes =
      "x.json: /interchangeable/0: the scenario changes when these are interchanged; expected owners, ids or tables that play the same part";
  CHECK(with(b + "," + c, R"([["B1", "C1"], ["table-1", "table-2"]])").empty());
  CHECK(with(b, R"([["table-1", "table-2"]])").empty());
  CHECK(with(b + "," + c, R"([["d1", "d2"]])") == changes);            // each is one owner's
  CHECK(with(two_creates, R"([["d1", "d2"]])") == changes);            // d1 is created first
  CHECK(with(b + "," + at_a, R"([["B1", "A1"]])") == changes);         // the node itself
  CHECK(with(b + "," + c + "," + k, R"([["B1", "C1"]])") == changes);  // B1 alone can be removed
  CHECK(with(b, R"([["table-1", "d1"]])") == changes);
  CHECK(with(b, R"([["table-1", "table-3"]])") == changes);  // of which there is a part only
  CHECK(with(b, R"([["table-1", "table-9"]])").starts_with("x.json: /interchangeable/0/1: nothing has"));
  CHECK(with(b, R"([["table-1", "table-2"], ["table-2", "table-1"]])")
            .starts_with("x.json: /interchangeable/1/0: 'table-2' is in an earlier set"));
}
