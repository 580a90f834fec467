// `replay` of traces that say of themselves what is not so, or what cannot be judged.
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <string>

#include "tests/checker/cli/program.h"

using namespace takeover::test;

namespace {

nlohmann::ordered_json recorded(const std::string& name) {
  return nlohmann::ordered_json::parse(
      read(std::string(TAKEOVER_SOURCE_DIR) + "/traces/recorded/counterexamples/" + name + ".trace.json"));
}

nlohmann::json verdict_on(const std::string& file) {
  const Outcome replayed = run("replay --format json " + file);
  check_schema(replayed.out);
  return nlohmann::json::parse(replayed.out)["traces"][0];
}

}  // namespace

TEST_CASE("a trace that claims a violation which is not there diverges at its verdict") {
  auto trace = recorded("pr-5436.no-dead-takeover");
  trace["steps"].erase(trace["steps"].size() - 1);
  trace["length"] = trace["steps"].size();
  write("claim.json", trace.dump());
  CHECK(run("replay claim.json").code == 1);
  CHECK(
      run("replay claim.json").out ==
      "claim.json: diverges: the implementation at /verdict: expected violated, got the run does not violate no-dead-takeover\n");
  const auto verdict = verdict_on("claim.json");
  CHECK(verdict["step"].is_null());
  CHECK(verdict["path"] == "/verdict");
  // Every step is one of both sides.
  CHECK(verdict["smt"] == "not-applicable");
  CHECK(verdict["claim"] == nlohmann::json{{"property", "no-dead-takeover"},
                                           {"verdict", "violated"},
                                           {"found", "not-violated"},
                                           {"step", nullptr},
                                           {"why", "the run does not violate no-dead-takeover"}});
  CHECK(run("show claim.json").out.find("Violated") == std::string::npos);
}

TEST_CASE("a fault beyond the scenario's bounds is no divergence of the relation") {
  auto trace = recorded("pr-5436.create-tried");
  const nlohmann::ordered_json fault{{"action", {{"kind", "local-fence"}, {"node", "A"}}}};
  trace["steps"].insert(trace["steps"].begin(), fault);
  trace["length"] = trace["steps"].size();
  write("fault.json", trace.dump());
  const auto verdict = verdict_on("fault.json");
  CHECK(verdict["implementation"] == "diverges");
  CHECK(verdict["step"] == 0);
  CHECK(verdict["path"] == "/action/kind");
  CHECK(verdict["smt"] == "not-applicable");
}

TEST_CASE("a verdict that a replay cannot judge is said to be not judged, and is no success") {
  auto trace = recorded("pr-5436.create-tried");
  trace["scenario"] = "mine";
  write("open.json", trace.dump());
  const Outcome replayed = run("replay open.json");
  CHECK(replayed.code == 3);
  CHECK(
      replayed.out ==
      "open.json: conforms; not judged: create-tried (this is judged in a scenario, and mine is not built in); the scenario mine is not built in: who takes part was not judged\n");
  CHECK(verdict_on("open.json")["claim"]["found"] == "not-judged");
  // Safety is judged of any run.
  trace = recorded("pr-5436.no-dead-takeover");
  trace["scenario"] = "mine";
  write("safety.json", trace.dump());
  CHECK(run("replay safety.json").code == 0);
  CHECK(verdict_on("safety.json")["claim"]["step"] == trace["steps"].size() - 1);
}

TEST_CASE(
    "a property without a verdict that a replay cannot judge is said to be not judged, and is no success") {
  auto trace = recorded("pr-5436.create-tried");
  trace["scenario"] = nullptr;
  trace.erase("verdict");
  trace.erase("why");
  write("asked.json", trace.dump());
  const Outcome replayed = run("replay asked.json");
  CHECK(replayed.code == 3);
  CHECK(
      replayed.out ==
      "asked.json: conforms; not judged: create-tried (this is judged in a scenario, and the trace names none)\n");
  CHECK(verdict_on("asked.json")["claim"]["verdict"].is_null());
  CHECK(run("show asked.json").out.find("Not judged: create-tried\n") != std::string::npos);
}

TEST_CASE("JUnit has an error for what was not judged, and every remark") {
  auto trace = recorded("pr-5436.create-tried");
  trace["scenario"] = "<mine>";
  write("open.json", trace.dump());
  const std::string remark = "the scenario &#60;mine&#62; is not built in: who takes part was not judged\n";
  const Outcome open = run("replay --format junit open.json");
  CHECK(open.code == 3);
  CHECK(open.out.find("tests=\"1\" failures=\"0\" errors=\"1\"") != std::string::npos);
  CHECK(
      open.out.find(
          "<error message=\"not judged: create-tried (this is judged in a scenario, and &#60;mine&#62; is not built in)\"/><system-out>" +
          remark + "</system-out></testcase>") != std::string::npos);
  CHECK(open.out.find("<skipped") == std::string::npos);

  trace["property"] = nullptr;
  trace["verdict"] = nullptr;
  trace.erase("why");
  write("remarked.json", trace.dump());
  const Outcome remarked = run("replay --format junit remarked.json");
  CHECK(remarked.code == 0);
  CHECK(remarked.out.find("errors=\"0\"") != std::string::npos);
  CHECK(remarked.out.find("\"><system-out>" + remark + "</system-out></testcase>") != std::string::npos);
}

TEST_CASE("a counterexample of a scenario file is not held against a built-in one of its name") {
  auto scenario = nlohmann::ordered_json::parse(
      read(std::string(TAKEOVER_SOURCE_DIR) + "/spec/scenarios/small-fence.json"));
  const auto replayed = [&](const std::string& folder) {
    write(folder + ".json", scenario.dump());
    CHECK(
        run("check " + folder + ".json --profile pr-5436 --property no-dead-takeover --out " + folder).code ==
        1);
    return run("replay " + folder + "/no-dead-takeover.small-fence.trace.json");
  };
  const auto line = [](const std::string& folder, const std::string& more) {
    return folder + "/no-dead-takeover.small-fence.trace.json: conforms" + more + "\n";
  };
  // The same scenario, whatever it is asked about.
  scenario["title"] = "another title";
  CHECK(replayed("same").out == line("same", ""));
  for (auto& owner : scenario["owners"]) owner["epoch"] = owner["epoch"].get<int>() + 10;
  const Outcome edited = replayed("edited");
  CHECK(edited.code == 0);
  CHECK(edited.out ==
        line("edited",
             "; the scenario small-fence (of a file) is not built in: who takes part was not judged"));
}
