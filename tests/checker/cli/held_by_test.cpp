// `matrix --held-by`, and folders of traces.
#include <algorithm>
#include <catch2/catch.hpp>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>

#include "tests/checker/cli/program.h"

using namespace takeover::test;

namespace {

const std::string kTraces = std::string(TAKEOVER_SOURCE_DIR) + "/traces";
const std::string kFindings = kTraces + "/real/findings";

nlohmann::json held_by(const std::string& traces) {
  const Outcome outcome = run("matrix --format json --held-by " + traces);
  CHECK(outcome.code == 0);
  check_schema(outcome.out);
  return nlohmann::json::parse(outcome.out)["held_by"];
}

nlohmann::json row_of(const nlohmann::json& held_by, const std::string& guard) {
  for (const auto& row : held_by["rows"]) {
    if (row["guard"] == guard) return row;
  }
  return {};
}

// A Bootstrap of epoch 2, and one of epoch 1 that comes late.
std::string late_bootstrap(const std::string& header, const std::string& end) {
  const auto bootstrap = [](const std::string& from, int epoch) {
    return R"({"action": {"kind": "deliver", "node": "A", "from": ")" + from +
           R"(", "message": {"type": "MaintainerBootstrapRequest", "epoch": )" + std::to_string(epoch) +
           R"(, "event_trigger": "t1", "start_ts": 10}}, "state": {"nodes": {"A": {"manager": {"owner": )";
  };
  return R"({"format": "takeover-trace", "version": 1, "model": "node", )" + header +
         R"(, "initial": {"nodes": {"A": {}}}, "steps": [)" + bootstrap("C", 2) + R"("C"}}}}}, )" +
         bootstrap("B", 1) + end + "}}}}}]}";
}

}  // namespace

TEST_CASE("a guard is told apart by a trace that diverges once it is flipped, and by no other") {
  const std::string pr_5436 = write("out.trace.json", late_bootstrap(R"("profile": "pr-5436")", R"("C")"));
  const auto held = held_by(pr_5436);
  CHECK(held["traces"] == 1);
  // The owner that came later is not told by any other rule.
  const auto row = row_of(held, "bootstrap-epoch-order");
  CHECK(row["flip"] == "taken-out");
  CHECK(row["diverging"] == 1);
  CHECK(row["smt_diverging"] == 1);
  CHECK(row["first"]["file"] == pr_5436);
  CHECK(row["first"]["step"] == 1);
  CHECK(row["first"]["path"] == "/state/nodes/A/manager/owner");
  CHECK(row["first"]["expected"] == "\"C\"");
  CHECK(row["first"]["actual"] == "\"B\"");
  CHECK(row_of(held, "merge-admission")["first"].is_null());
  CHECK(held["told_apart"].get<std::size_t>() + held["not_told_apart"].size() == held["rows"].size());

  // Of a trace that is recorded without it, the guard is put in. Both kinds count together.
  const std::string without =
      write("in.trace.json",
            late_bootstrap(R"("profile": "pr-5436", "guards_off": ["bootstrap-epoch-order"])", R"("B")"));
  CHECK(row_of(held_by(without), "bootstrap-epoch-order")["flip"] == "put-in");
  const auto both = row_of(held_by("out.trace.json in.trace.json out.trace.json"), "bootstrap-epoch-order");
  CHECK(both["flip"] == "either");
  CHECK(both["diverging"] == 2);
  CHECK(both["first"]["file"] == "out.trace.json");
}

TEST_CASE("the table of the guards that traces tell apart has a line for each, and one that counts") {
  const Outcome outcome = run("matrix --held-by " + kFindings);
  CHECK(outcome.code == 0);
  CHECK(outcome.err.empty());
  const auto held = held_by(kFindings);
  CHECK(held["traces"] == 14);
  CHECK(static_cast<std::size_t>(std::ranges::count(outcome.out, '\n')) == held["rows"].size() + 2);
  const std::string summary = "held-by: 14 traces tell " + held["told_apart"].dump() + " of " +
                              std::to_string(held["rows"].size()) + " guards apart; not told apart: ";
  CHECK(outcome.out.find(summary) != std::string::npos);
  CHECK(outcome.out.find("step 3 of " + kFindings + "/11-failed-create-stays.trace.json\n") !=
        std::string::npos);
}

TEST_CASE("traces that diverge already say nothing of guards, and one line says so") {
  write("good.trace.json", late_bootstrap(R"("profile": "pr-5436")", R"("C")"));
  write("bad.trace.json", late_bootstrap(R"("profile": "pr-5436")", R"("D")"));
  const Outcome outcome = run("matrix --held-by good.trace.json bad.trace.json");
  CHECK(outcome.code == 1);
  CHECK(outcome.out.empty());
  CHECK(
      outcome.err ==
      "takeover: 1 of 2 traces diverge under their own rules already; first bad.trace.json at step 2/state/nodes/A/manager/owner: expected \"D\", got \"C\"\n");
  const Outcome json = run("matrix --format json --held-by good.trace.json bad.trace.json");
  CHECK(json.code == 1);
  check_schema(json.out);
  const auto document = nlohmann::json::parse(json.out);
  CHECK(document["complete"] == false);
  CHECK(document["held_by"]["diverging_already"] == nlohmann::json{"bad.trace.json"});
  CHECK(document["held_by"]["traces"] == 0);
}

TEST_CASE("a folder of traces stands for all that are in it and below, and one without any is refused") {
  const std::string folder = scratch() + "/folder";
  std::filesystem::create_directories(folder + "/below");
  std::filesystem::create_directories(folder + "/empty.trace.json");
  const std::string trace = late_bootstrap(R"("profile": "pr-5436")", R"("C")");
  write("folder/b.trace.json", trace);
  write("folder/below/a.trace.json", trace);
  write("folder/schema.json", "{}");
  CHECK(run("replay folder").out == "folder/b.trace.json: conforms\nfolder/below/a.trace.json: conforms\n");
  CHECK(held_by("folder folder/b.trace.json")["traces"] == 2);

  const std::string none =
      "folder/empty.trace.json: document: no trace is in this folder; expected a readable folder with *.trace.json in it, or below\n";
  for (const char* command : {"replay folder/empty.trace.json", "matrix --held-by folder/empty.trace.json"}) {
    CAPTURE(command);
    const Outcome refused = run(command);
    CHECK(refused.code == 2);
    CHECK(refused.err == none);
    CHECK(refused.out.empty());
  }
  // The others get their verdicts.
  const Outcome some = run("replay folder/empty.trace.json folder/below");
  CHECK(some.code == 2);
  CHECK(some.out == "folder/below/a.trace.json: conforms\n");
}

TEST_CASE("--held-by takes traces, and no option of an exploration") {
  const std::string good = write("good.trace.json", late_bootstrap(R"("profile": "pr-5436")", R"("C")"));
  for (const std::string& arguments :
       {std::string("matrix --held-by"), std::string("matrix --held-by ''"),
        std::string("matrix --held-by /no/such/file"), "matrix --held-by " + write("b.json", "{"),
        "matrix --max-states 10 --held-by " + good, "matrix --symmetry --held-by " + good,
        "matrix --out here --held-by " + good, "matrix --workers 2 --held-by " + good,
        "matrix --format junit --held-by " + good}) {
    CAPTURE(arguments);
    const Outcome refused = run(arguments);
    CHECK(refused.code == 2);
    CHECK(refused.out.empty());
    CHECK(std::ranges::count(refused.err, '\n') == 1);
  }
}
