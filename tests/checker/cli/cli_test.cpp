// The program as a person and as a script see it: exit codes, one line for what is wrong, documents under
// their schema.
#include <algorithm>
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <string>

#include "tests/checker/cli/program.h"

using namespace takeover::test;

TEST_CASE("check exits with 0 when all holds, 1 on a violation, 3 when it was cut short") {
  CHECK(run("check node-barrier --quiet").code == 0);
  CHECK(run("check node-barrier --quiet --without schedule-admission").code == 1);
  CHECK(run("check node-barrier --quiet --max-states 50").code == 3);
  CHECK(run("check node-barrier --quiet --max-memory 1MiB").code == 3);
}

TEST_CASE("a property that no checked scenario is about is inconclusive, not fine") {
  const Outcome outcome = run("check node-barrier --quiet --property trigger-unique");
  CHECK(outcome.code == 3);
  CHECK(outcome.out.find("holds (complete)") == std::string::npos);
}

TEST_CASE("a summary says complete, or INCOMPLETE, and never that all holds when it is not complete") {
  CHECK(run("check node-barrier --quiet").out.find("every property holds (complete)") != std::string::npos);
  const Outcome cut = run("check node-barrier --quiet --max-states 50");
  CHECK(cut.out.find("inconclusive (INCOMPLETE)") != std::string::npos);
  CHECK(cut.out.find("holds") == std::string::npos);
}

TEST_CASE("a matrix that is cut short says so, and of nothing that it holds") {
  const Outcome cut = run("matrix --quiet --max-states 10");
  CHECK(cut.code == 3);
  CHECK(cut.out.find("matrix: INCOMPLETE") != std::string::npos);
  CHECK(cut.out.find("holds") == std::string::npos);
  CHECK(cut.out.find("no property") == std::string::npos);
}

TEST_CASE("a report that cannot be written is a failure, whatever it says") {
  for (const char* arguments : {"check small-fence --quiet", "check small-fence --quiet --format json",
                                "example peterson --quiet", "list guards"}) {
    CAPTURE(arguments);
    const Outcome lost = run(std::string(arguments) + " >/dev/full 2>" + scratch() + "/lost; echo $?");
    CHECK(lost.out == "4\n");
    CHECK_FALSE(read(scratch() + "/lost").empty());
  }
}

TEST_CASE("every JSON document fits the shipped schema") {
  check_schema(run("check node-barrier --quiet --format json").out);
  check_schema(run("check small-fence --quiet --format json --profile pr-5436").out);
  check_schema(run("example two-phase-commit --size 3 --quiet --format json").out);
  check_schema(run("replay takeover-out/shutdown-is-no-error.small-fence.trace.json --format json").out);
}

TEST_CASE("a counterexample is written where it is said to be, shown, and replayed") {
  const Outcome checked = run("check small-fence --quiet --profile pr-5436 --out found --format json");
  REQUIRE(checked.code == 1);
  const std::string trace = "found/shutdown-is-no-error.small-fence.trace.json";
  CHECK(checked.out.find(trace) != std::string::npos);
  CHECK(run("replay " + trace).code == 0);
  const Outcome shown = run("show " + trace);
  CHECK(shown.code == 0);
  CHECK(shown.out.find("shutdown-is-no-error") != std::string::npos);
  CHECK(run("show " + trace + " --as mermaid").out.find("sequenceDiagram") == 0);
  CHECK(nlohmann::json::parse(run("show " + trace + " --as json").out).contains("steps"));
}

TEST_CASE("a run says which reductions it was under, and its counterexamples replay") {
  const Outcome checked = run(
      "check small-equals --symmetry --por --without close-admission --quiet --out reduced --format json");
  REQUIRE(checked.code == 1);
  check_schema(checked.out);
  const auto document = nlohmann::json::parse(checked.out);
  CHECK(document["runs"][0]["reductions"] == nlohmann::json({"symmetry", "partial-order"}));
  for (const auto& property : document["runs"][0]["properties"]) {
    if (property["verdict"] != "violated") continue;
    CHECK(run("replay " + property["counterexample"].get<std::string>()).code == 0);
  }
  CHECK(run("example leader-election --size 4 --por --quiet").out.find("partial-order reduction") !=
        std::string::npos);
}

TEST_CASE("a reduction is refused where it would hide something") {
  for (const std::string arguments :
       {"check live-remove --por", "check live-remove --symmetry", "check node-barrier --symmetry",
        "check small-equals --symmetry --cross-check", "check small-equals --por --cross-check",
        "example two-phase-commit --por", "example peterson --symmetry"}) {
    CAPTURE(arguments);
    const Outcome outcome = run(arguments);
    CHECK(outcome.code == 2);
    CHECK(outcome.out.empty());
    CHECK(std::count(outcome.err.begin(), outcome.err.end(), '\n') == 1);
  }
  CHECK(run("check live-remove --por --quiet --property journal-drains").code == 0);
}

TEST_CASE("every property that is listed can be asked for") {
  const auto listed = nlohmann::json::parse(run("list properties --format json").out);
  for (const auto& property : listed["properties"]) {
    const std::string name = property["name"].get<std::string>();
    CAPTURE(name);
    CHECK(run("check small-redo-marks --max-states 1 --quiet --property " + name).code == 3);
  }
}

TEST_CASE("the cross-check is a property of its own, and counts what it held against the relation") {
  const Outcome checked = run("check small-redo-marks --cross-check --quiet --format json");
  CHECK(checked.code == 0);
  check_schema(checked.out);
  const auto properties = nlohmann::json::parse(checked.out)["runs"][0]["properties"];
  const auto cross = std::find_if(properties.begin(), properties.end(),
                                  [](const auto& p) { return p["id"] == "cross-check"; });
  REQUIRE(cross != properties.end());
  CHECK((*cross)["verdict"] == "holds");
  CHECK((*cross)["premise_met"] > 1000);
}

TEST_CASE("a replay names where each side diverges from the trace") {
  REQUIRE(run("simulate small-fence --seed 5 --steps 40 --record good.json").code == 0);
  auto trace = nlohmann::ordered_json::parse(read(scratch() + "/good.json"));
  CHECK(run("replay good.json").out == "good.json: conforms\n");
  // The last step that says what the node is like says that it is fenced, or is not.
  for (auto step = trace["steps"].rbegin(); step != trace["steps"].rend(); ++step) {
    if (!step->contains("state") || !(*step)["state"]["nodes"].contains("A")) continue;
    if (!(*step)["action"].contains("node")) continue;
    auto& node = (*step)["state"]["nodes"]["A"];
    node["fenced"] = !node.value("fenced", false);
    break;
  }
  const std::string bad = write("bad_state.json", trace.dump());
  const Outcome replayed = run("replay --format json " + bad);
  CHECK(replayed.code == 1);
  check_schema(replayed.out);
  const auto verdict = nlohmann::json::parse(replayed.out)["traces"][0];
  CHECK(verdict["implementation"] == "diverges");
  CHECK(verdict["path"] == "/state/nodes/A/fenced");
  CHECK(verdict["smt"] == "diverges");
  CHECK(verdict["smt_divergence"]["step"] == verdict["step"]);
  CHECK(verdict["smt_divergence"]["path"].get<std::string>().find("fenced") != std::string::npos);
}

TEST_CASE("a profile whose variants the relation lacks is judged by the implementation alone") {
  const std::string trace =
      std::string(TAKEOVER_SOURCE_DIR) + "/traces/recorded/counterexamples/pre-5434.one-writer.trace.json";
  const auto verdict = nlohmann::json::parse(run("replay --format json " + trace).out)["traces"][0];
  CHECK(verdict["implementation"] == "conforms");
  CHECK(verdict["smt"] == "not-applicable");
  CHECK(run("check small-fence --cross-check --profile pr-5435").code == 2);
}

TEST_CASE("a run that was cut short is resumed from its checkpoint, by the same run only") {
  const std::string whole = run("check node-barrier --format json --quiet").out;
  REQUIRE(run("check node-barrier --max-states 3000 --checkpoint cut --quiet").code == 3);
  const auto resumed = run("check node-barrier --resume cut --format json --quiet");
  CHECK(resumed.code == 0);
  check_schema(resumed.out);
  const auto expected = nlohmann::json::parse(whole)["runs"][0];
  const auto found = nlohmann::json::parse(resumed.out)["runs"][0];
  for (const char* key : {"complete", "states", "transitions", "depth", "actions", "properties"}) {
    CAPTURE(key);
    CHECK(found[key] == expected[key]);
  }
  for (const char* other :
       {"check small-fence", "check node-barrier --profile pr-5436",
        "check node-barrier --without schedule-admission", "check node-barrier --store exact",
        "check node-barrier small-fence", "example two-phase-commit"}) {
    const Outcome refused = run(std::string(other) + " --resume cut --quiet");
    CAPTURE(other, refused.err);
    CHECK(refused.code == 2);
    CHECK(refused.out.empty());
    CHECK(std::ranges::count(refused.err, '\n') == 1);
  }
  write("cut", read(scratch() + "/cut").substr(0, 100'000));
  CHECK(run("check node-barrier --resume cut --quiet").err ==
        "takeover: cut: the checkpoint is truncated or altered\n");
}

TEST_CASE("JUnit and GitHub formats name what is violated") {
  const std::string violated = " small-fence --quiet --profile pr-5436";
  CHECK(run("check --format junit" + violated).out.find("<failure message=") != std::string::npos);
  CHECK(run("check --format github" + violated)
            .out.find("::error title=shutdown-is-no-error violated in small-fence::") != std::string::npos);
}

TEST_CASE("wrong input gets exit code 2, one line on stderr, and nothing on stdout") {
  const std::string bad_json = write("bad.json", "{\"name\": ");
  const std::string wrong_key =
      write("key.json", R"({"name": "x", "title": "t", "tags": [], "node": "A", "spans": [],
    "owners": [{"name": "B1", "node": "B", "epoch": 1, "colour": 3}], "properties": ["answered"], "terminal": ["quiet"]})");
  const std::string unknown =
      write("unknown.json", R"({"name": "x", "title": "t", "tags": [], "node": "A", "spans": [],
    "owners": [{"name": "B1", "node": "B", "epoch": 1}], "properties": ["ansered"], "terminal": ["quiet"]})");
  const std::string duplicate = write("duplicate.json", R"({"name": "x", "name": "y"})");
  const std::string deep = write("deep.json", std::string(10000, '['));
  const std::string huge = write("huge.json", R"({"epoch": 99999999999999999999999})");
  for (const std::string& arguments : {std::string("check no-such-scenario"),
                                       std::string("check --profile no-such-profile"),
                                       std::string("check --without no-such-guard"),
                                       std::string("check --property no-such-property"),
                                       std::string("check --workers 0"),
                                       std::string("check --max-memory lots"),
                                       std::string("check --max-memory -1"),
                                       std::string("check --max-memory=-1G"),
                                       std::string("check --max-seconds nan"),
                                       std::string("check --checkpoint ''"),
                                       std::string("check --resume ''"),
                                       std::string("check --out ''"),
                                       std::string("check --out /proc/nowhere"),
                                       std::string("check --out " TAKEOVER_PROGRAM "/folder"),
                                       std::string("check node-barrier --checkpoint /nowhere/at/all"),
                                       std::string("check node-barrier --checkpoint /tmp"),
                                       std::string("check node-barrier --checkpoint /dev/zero"),
                                       std::string("matrix --out /proc/nowhere"),
                                       std::string("simulate node-takeover --seed -1"),
                                       std::string("example leader-election --size 1"),
                                       std::string("example eight-puzzle --size 7"),
                                       std::string("example eight-puzzle --broken"),
                                       std::string("matrix --format junit"),
                                       std::string("list guards --format github"),
                                       std::string("frobnicate"),
                                       std::string(""),
                                       std::string("list colours"),
                                       std::string("example three-phase-commit"),
                                       std::string("example two-phase-commit --size 99"),
                                       std::string("replay /no/such/file"),
                                       "check " + bad_json,
                                       "check " + wrong_key,
                                       "check " + unknown,
                                       "check " + duplicate,
                                       "check " + deep,
                                       "check " + huge,
                                       "replay " + bad_json,
                                       "show " + deep,
                                       std::string("show /dev/zero"),
                                       std::string("check /")}) {
    CAPTURE(arguments);
    const Outcome outcome = run(arguments);
    CHECK(outcome.code == 2);
    CHECK(outcome.out.empty());
    CHECK(std::count(outcome.err.begin(), outcome.err.end(), '\n') == 1);
  }
}

TEST_CASE("what is wrong in a scenario is said with its JSON Pointer") {
  const std::string unknown =
      write("unknown.json", R"({"name": "x", "title": "t", "tags": [], "node": "A", "spans": [],
    "owners": [{"name": "B1", "node": "B", "epoch": 1}], "properties": ["ansered"], "terminal": ["quiet"]})");
  CHECK(run("check " + unknown).err ==
        unknown + ": /properties/0: 'ansered' is unknown; expected an id of `takeover list properties`\n");
}

TEST_CASE("the same seed gives the same run") {
  REQUIRE(run("simulate node-takeover --seed 5 --record a.json").code == 0);
  REQUIRE(run("simulate node-takeover --seed 5 --record b.json").code == 0);
  REQUIRE(run("simulate node-takeover --seed 6 --record c.json").code == 0);
  CHECK(read(scratch() + "/a.json") == read(scratch() + "/b.json"));
  CHECK(read(scratch() + "/a.json") != read(scratch() + "/c.json"));
  CHECK(run("replay a.json").code == 0);
}

TEST_CASE("everything there is to list is listed") {
  for (const char* what :
       {"scenarios", "profiles", "guards", "properties", "witnesses", "rows", "examples"}) {
    CHECK(run(std::string("list ") + what).code == 0);
    CHECK_FALSE(run(std::string("list ") + what).out.empty());
  }
  CHECK(run("list guards").out.find("trigger-nil-check") != std::string::npos);
}

TEST_CASE("what prove refutes it shows as a run that replays on both sides") {
  const Outcome outcome =
      run("prove owner-from-request --without request-epoch-only --unroll 6 --quiet --format json");
  CHECK(outcome.code == 1);
  check_schema(outcome.out);
  const auto document = nlohmann::json::parse(outcome.out);
  const auto& row = document["invariants"].at(0);
  CHECK(row["verdict"] == "refuted");
  CHECK(row["counterexample"]["action"].is_string());
  REQUIRE(row["run"]["answer"] == "violated");
  const Outcome replayed = run("replay --format json " + row["run"]["trace"].get<std::string>());
  CHECK(replayed.code == 0);
  const auto verdict = nlohmann::json::parse(replayed.out)["traces"].at(0);
  CHECK(verdict["implementation"] == "conforms");
  CHECK(verdict["smt"] == "conforms");
}

TEST_CASE("prove refuses what it cannot do in one line, before it proves anything") {
  for (const char* arguments : {"prove nothing-of-that-name", "prove --emit-smt2 /proc/nowhere",
                                "prove --profile pre-5434", "prove --assume nothing", "prove --unroll 99"}) {
    CAPTURE(arguments);
    const Outcome outcome = run(arguments);
    CHECK(outcome.code == 2);
    CHECK(outcome.out.empty());
    CHECK(std::ranges::count(outcome.err, '\n') == 1);
  }
}

TEST_CASE("a proof that is interrupted ends in order, inconclusive") {
  // One signal, once its progress says that it is under way; one worker has then most of the proof before it.
  const Outcome outcome = run("prove --workers 1", R"(interrupt() {
    "$@" & until grep -q obligations err || ! kill -0 $!; do sleep 0.01; done
    kill -INT $!; wait $!; }; interrupt )");
  CHECK(outcome.code == 3);
  CHECK(outcome.out.find(": unknown, interrupted: ") != std::string::npos);
}

TEST_CASE("a proof that a limit cuts short refutes nothing, and says of each question what left it open") {
  const Outcome outcome = run("prove --timeout 0.001 --quiet --format json");
  CHECK((outcome.code == 3 || outcome.code == 0));  // 0 where a millisecond is enough
  check_schema(outcome.out);
  const auto invariants = nlohmann::json::parse(outcome.out)["invariants"];
  for (const auto& row : invariants) {
    CHECK(row["verdict"] != "refuted");
    bool is_open = false;
    for (const auto& obligation : row["obligations"]) {
      CHECK((obligation["verdict"] == "unknown") == obligation.contains("why_unknown"));
      is_open = is_open || obligation["verdict"] == "unknown";
    }
    CHECK((row["verdict"] == "unknown") == is_open);
  }
}
