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
      "claim.json: diverges: the implementation at /verdict: expected violated, got the run does not violate "
      "no-dead-takeover\n");
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
  CHECK(replayed.out ==
        "open.json: conforms; not judged: create-tried (this is judged in a scenario, and mine is not built "
        "in); "
        "the scenario mine is not built in: who takes part was not judged\n");
  CHECK(verdict_on("open.json")["claim"]["found"] == "not-judged");
  // Safety is judged of any run.
  trace = recorded("pr-5436.no-dead-takeover");
  trace["scenario"] = "mine";
  write("safety.json", trace.dump());
  CHECK(run("replay safety.json").code == 0);
  CHECK(verdict_on("safety.json")["claim"]["step"] == trace["steps"].size() - 1);
}
