// `explain`, of recorded logs, and of such in which one line was altered.
#include <algorithm>
#include <catch2/catch.hpp>
#include <filesystem>
#include <functional>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "tests/checker/cli/program.h"

using namespace takeover::test;

namespace {

std::string data(const std::string& name) {
  return std::string(TAKEOVER_SOURCE_DIR) + "/tests/checker/logs/data/" + name;
}

// A move of a table is under way, its Remove is held, the maintainer moves from N2 to N1, and then the Remove
// of N2's epoch comes to N3, which drops it.
std::string late_remove(const std::string& file) {
  return data("cluster/h1_late_remove/" + file);
}

// In the scratch folder: a log of which one line is another.
std::string altered(const std::string& log, const std::string& name,
                    const std::function<bool(nlohmann::json&)>& alter) {
  std::istringstream lines(read(log));
  std::string text;
  int count = 0;
  for (std::string line; std::getline(lines, line);) {
    nlohmann::json message = nlohmann::json::parse(line);
    if (alter(message)) {
      ++count;
      line = message.dump();
    }
    text += line + "\n";
  }
  REQUIRE(count == 1);
  write(name, text);
  return name;
}

// As a node without schedule-admission would have it: it takes the Remove, and says a while later that its
// dispatcher has stopped.
std::string remove_taken(const std::string& name = "taken.msg.jsonl") {
  return altered(late_remove("N3.msg.jsonl"), name, [](nlohmann::json& line) {
    if (line["t"] != 4829704) return false;
    line["msg"]["statuses"] = nlohmann::json::parse(
        R"([{"ID": "d9d7ce061", "checkpoint_ts": "470712160484065280", "component_status": "Stopped", "mode": 0}])");
    return true;
  });
}

// The answer to the second owner says of the dispatcher that works that it has stopped.
std::string wrong_answer() {
  return altered(late_remove("N3.msg.jsonl"), "answer.msg.jsonl", [](nlohmann::json& line) {
    if (line["type"] != "MaintainerBootstrapResponse" || line["to"] != "N1") return false;
    line["msg"]["spans"][0]["component_status"] = "Stopped";
    return true;
  });
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

nlohmann::json explained(const std::string& arguments, int code) {
  const Outcome outcome = run("explain --format json " + arguments);
  CHECK(outcome.code == code);
  check_schema(outcome.out);
  return nlohmann::json::parse(outcome.out);
}

std::vector<std::string> with_verdict(const nlohmann::json& history, const std::string& verdict) {
  std::vector<std::string> ids;
  for (const nlohmann::json& property : history["properties"]) {
    if (property["verdict"] == verdict) ids.push_back(property["id"]);
  }
  return ids;
}

}  // namespace

TEST_CASE("explain ends with the code of its verdicts", "[explain]") {
  const std::string good = late_remove("N3.msg.jsonl");
  const std::string violating = data("node/300003/A.messages.jsonl");
  const std::string refuted = remove_taken();
  struct Row {
    std::string arguments;
    int code;
    std::string says;
  };
  for (const Row& row : std::vector<Row>{
           {good, 0, "(1 explained, 0 of them with a violation; 0 refuted, 0 inconclusive)"},
           {refuted, 1, "(0 explained, 0 of them with a violation; 1 refuted, 0 inconclusive)"},
           {violating, 1, "VIOLATED in every explanation as short as this: no-dead-takeover"},
           // It takes wider moves, and what it violates is not looked for wherever unseen steps may be.
           {data("node/300301/A.log"), 3,
            "VIOLATED, not confirmed, in every explanation as short as this: answered"},
           {data("node/300301/A.log") + " --property one-writer", 0, "of a history that is not confirmed: "},
           {data("cluster/c_kill_maintainer/N1.log.gz"), 0,
            "It is not established\n  what is not violated: "},
           {"no-such.log", 2, ""},
           {good + " no-such.log", 2, "(1 explained"},
           {good + " --max-states 5", 3, "INCONCLUSIVE: stopped by the limit of states at "},
           // The first of 1, 2, 3.
           {refuted + " no-such.log", 1, "1 refuted"},
           {"no-such.log --max-states 5 " + good, 2, "1 inconclusive"},
       }) {
    CAPTURE(row.arguments);
    const Outcome outcome = run("explain --quiet " + row.arguments);
    CHECK(outcome.code == row.code);
    CHECK(contains(outcome.out, row.says));
    CHECK(contains(outcome.err, "no-such.log") == contains(row.arguments, "no-such.log"));
  }
}

TEST_CASE("an explanation is a run that replay and show take, each step with its line", "[explain]") {
  const std::string log = late_remove("N3.msg.jsonl");
  const nlohmann::json document = explained(log + " --out explained", 0);
  const nlohmann::json& history = document["histories"][0];
  CHECK(history["node"] == "N3");
  CHECK(history["verdict"] == "explained");
  CHECK(history["trace"] == "explained/N3.cf1.explained.trace.json");
  CHECK(with_verdict(history, "violated-in-all").empty());
  CHECK(document["profile"] == "pr-5436");
  CHECK_FALSE(document["not_established"].empty());

  CHECK(run("replay explained/N3.cf1.explained.trace.json").code == 0);
  const Outcome shown = run("show explained/N3.cf1.explained.trace.json");
  CHECK(contains(shown.out, "profile:   pr-5436\n"));
  // By the log: the Bootstraps of N2 and N1 arrive with lines 7 and 28, the Remove of N2 with line 33.
  CHECK(contains(shown.out, "N2/470712159542968320 -> N3 (received): MaintainerBootstrapRequest"));
  CHECK(contains(shown.out, "N3.msg.jsonl:7)\n"));
  CHECK(contains(shown.out, "N3.msg.jsonl:28)\n"));
  CHECK(contains(shown.out, "N3.msg.jsonl:33)\n"));
  const nlohmann::json trace =
      nlohmann::json::parse(read(scratch() + "/explained/N3.cf1.explained.trace.json"));
  CHECK(trace["steps"].size() == history["steps"]);
  const auto unseen = std::ranges::count_if(trace["steps"], [](const nlohmann::json& step) {
    return step.contains("unseen") && step["unseen"] == true;
  });
  CHECK(history["unseen"] == unseen);
}

TEST_CASE("a log of a node without a guard is refuted, and the guard is named", "[explain]") {
  const std::string log = remove_taken();
  const nlohmann::json document = explained(log + " --out refuted", 1);
  const nlohmann::json& history = document["histories"][0];
  CHECK(history["verdict"] == "refuted");
  CHECK(history["refuted"]["file"] == log);
  // The heartbeat is line 35, and the one before it line 34.
  CHECK(history["refuted"]["line"] == 35);
  CHECK(history["refuted"]["changes"] ==
        nlohmann::json::parse(R"([{"name": "schedule-admission", "kind": "guard",
                                                          "change": "taken-out", "explains_all": true}])"));
  // Neither has the guard.
  CHECK(history["refuted"]["profiles"] == nlohmann::json{"pre-5434", "pr-5434"});
  CHECK(history["refuted"]["tried"] == history["refuted"]["to_try"]);
  // The run up to there is one.
  CHECK(history["trace"] == "refuted/N3.cf1.refuted.trace.json");
  CHECK(run("replay refuted/N3.cf1.refuted.trace.json").code == 0);

  const Outcome text = run("explain " + log);
  CHECK(contains(text.out, "N3 cf1: REFUTED at " + log + ":35: sends HeartBeatRequest to N1 "));
  CHECK(contains(text.out, "\n  without schedule-admission all lines are explained\n"));
  CHECK(contains(text.out, "It is not established\n  of a refuted message log: that no run explains it. "));
  // Without it they are explained, and what an old owner sent was let in: by an owner's fence none is.
  for (const std::string rules : {"--without schedule-admission", "--profile pre-5434"}) {
    const nlohmann::json without = explained(log + " " + rules, 1)["histories"][0];
    CHECK(without["verdict"] == "explained");
    CHECK(with_verdict(without, "violated-in-all") == std::vector<std::string>{"owner-fence"});
  }
}

TEST_CASE("a log that no rule could have led to is refuted at the line that is wrong", "[explain]") {
  const nlohmann::json document = explained(wrong_answer(), 1);
  const nlohmann::json& refuted = document["histories"][0]["refuted"];
  CHECK(refuted["line"] == 29);
  CHECK(
      refuted["instead"] ==
      nlohmann::json{
          R"(sends MaintainerBootstrapResponse to N1, with /spans/0/status "Working" in place of "Stopped")"});
  CHECK(refuted["changes"].empty());
  CHECK(refuted["profiles"].empty());
  CHECK(contains(run("explain answer.msg.jsonl").out,
                 "\n  no single change of the rules, and no profile, explains this line\n"));
}

TEST_CASE("a property that every explanation violates is the trace's verdict", "[explain]") {
  const nlohmann::json document = explained(data("node/300003/A.messages.jsonl") + " --out violating", 1);
  const nlohmann::json& history = document["histories"][0];
  CHECK(with_verdict(history, "violated-in-all") == std::vector<std::string>{"no-dead-takeover"});
  const auto trace = history["trace"].get<std::string>();
  CHECK(run("replay " + trace).code == 0);
  CHECK(contains(run("show " + trace).out, "\nViolated: no-dead-takeover\n"));

  const nlohmann::json asked = explained(data("node/300003/A.messages.jsonl") + " --property one-writer", 0);
  CHECK(with_verdict(asked["histories"][0], "violated-in-none") == std::vector<std::string>{"one-writer"});
  CHECK(with_verdict(asked["histories"][0], "not-judged").size() + 1 ==
        asked["histories"][0]["properties"].size());
  CHECK(asked["named_properties"] == nlohmann::json{"one-writer"});
}

// A block that is one command, and the block behind it, whose lines may be cut: "…".
TEST_CASE("what docs/logs.md shows of the example is what the program prints", "[explain]") {
  write("N3.log", read(late_remove("N3.log")));
  std::istringstream page(read(std::string(TAKEOVER_SOURCE_DIR) + "/docs/logs.md"));
  std::vector<std::vector<std::string>> blocks;
  bool is_inside = false;
  for (std::string line; std::getline(page, line);) {
    if (line == "```") {
      is_inside = !is_inside;
      if (is_inside) blocks.emplace_back();
    } else if (is_inside) {
      blocks.back().push_back(line);
    }
  }
  std::size_t commands = 0;
  for (std::size_t i = 0; i + 1 < blocks.size(); ++i) {
    const std::string& command = blocks[i].front();
    if (blocks[i].size() != 1 || !command.starts_with("takeover ")) continue;
    ++commands;
    CAPTURE(command);
    const std::string printed = run(command.substr(command.find(' ') + 1)).out;
    std::size_t at = 0;
    for (std::string line : blocks[i + 1]) {
      line = line.substr(0, line.find("…"));
      CAPTURE(line);
      const std::size_t found = printed.find(line, at);
      CHECK(found != std::string::npos);
      if (found != std::string::npos) at = found + line.size();
    }
  }
  CHECK(commands == 3);
}

TEST_CASE("a log that begins in the midst of a life is refused, and taken with --gap", "[explain]") {
  // Without the first owner's Bootstrap, and the Create: the manager and its dispatcher are here.
  std::istringstream lines(read(late_remove("N3.msg.jsonl")));
  std::string cut;
  int number = 0;
  for (std::string line; std::getline(lines, line);) {
    if (++number >= 20) cut += line + "\n";
  }
  write("cut.msg.jsonl", cut);
  const nlohmann::json whole = explained("cut.msg.jsonl", 1)["histories"][0];
  CHECK(whole["begins"] == false);
  CHECK(whole["refuted"]["may_miss_its_begin"] == true);
  CHECK(contains(run("explain cut.msg.jsonl").out, "--gap takes it so\n"));

  const nlohmann::json document = explained("cut.msg.jsonl --gap --out gap", 0);
  const nlohmann::json& history = document["histories"][0];
  CHECK(history["verdict"] == "explained");
  CHECK(history["assumed"][0]["what"] == "initial-state");
  const auto not_judged = with_verdict(history, "not-judged");
  CHECK(std::ranges::find(not_judged, "atomic-takeover") != not_judged.end());
  CHECK(std::ranges::find(not_judged, "owner-fence") == not_judged.end());
  // The line behind the cut is the old owner's heartbeat, and what was said to be here is.
  const nlohmann::json trace = nlohmann::json::parse(read(scratch() + "/gap/N3.cf1.explained.trace.json"));
  const nlohmann::json& manager = trace["initial"]["nodes"]["N3"]["manager"];
  CHECK(manager["owner"] == "N2");
  CHECK(manager["dispatchers"].contains("d9d7ce061"));
  CHECK(run("replay gap/N3.cf1.explained.trace.json").code == 0);
}

TEST_CASE("a violation before a gap is told where what follows is inconclusive", "[explain]") {
  // By itself the first stretch violates no-dead-takeover; of what follows, nothing can stop twice.
  const std::string stopped =
      R"({"node":"A","dir":"send","peer":"B","message":{"type":"HeartBeatRequest","statuses":[{"id":"d1","status":"Stopped"}]}})"
      "\n";
  write("broken-off.jsonl", read(data("node/300003/A.messages.jsonl")) +
                                R"({"node":"A","dir":"event","event":"gap"})"
                                "\n" +
                                stopped + stopped);
  const nlohmann::json history = explained("broken-off.jsonl --out broken-off", 1)["histories"][0];
  CHECK(history["verdict"] == "inconclusive");
  CHECK(with_verdict(history, "violated-in-all") == std::vector<std::string>{"no-dead-takeover"});
  CHECK(with_verdict(history, "violated-in-none").empty());
  CHECK(history["trace"].is_null());
  REQUIRE(history["earlier_traces"].size() == 1);
  const auto trace = history["earlier_traces"][0].get<std::string>();
  CHECK(trace == "broken-off/A.changefeed.explained.trace.json");
  CHECK(run("replay " + trace).code == 0);

  const std::string text = run("explain --out broken-off broken-off.jsonl").out;
  CHECK(contains(text, "A changefeed: INCONCLUSIVE: "));
  CHECK(
      contains(text, "\n  before a gap: VIOLATED in every explanation as short as this: no-dead-takeover\n"));
  CHECK(contains(text, "\n  the run before a gap: " + trace + "\n"));
  CHECK(contains(text, "0 refuted, 1 inconclusive, 1 of these with a violation before a gap)\n"));
  const std::string junit = run("explain --format junit --out broken-off broken-off.jsonl").out;
  CHECK(contains(junit, "<failure message=\"before a gap: violated in every explanation"));
}

TEST_CASE("the runs of a log's stretches are named after them", "[explain]") {
  const std::string close =
      R"({"node":"A","dir":"recv","peer":"B","message":{"type":"MaintainerCloseRequest","epoch":2}})"
      "\n";
  const std::string gap = R"({"node":"A","dir":"event","event":"gap"})"
                          "\n";
  write("stretches.jsonl", close + gap + close + gap + close);
  const nlohmann::json history = explained("stretches.jsonl --out stretches", 0)["histories"][0];
  CHECK(history["earlier_traces"] ==
        nlohmann::json::array({"stretches/A.changefeed.explained.trace.json",
                               "stretches/A.changefeed.stretch-2.explained.trace.json"}));
  CHECK(history["trace"] == "stretches/A.changefeed.stretch-3.explained.trace.json");
}

TEST_CASE("both kinds of log of one node are two histories, told apart", "[explain]") {
  const nlohmann::json document = explained(
      "--node N3=" + late_remove("N3.log") + " --node N3=" + late_remove("N3.msg.jsonl") + " --out both", 0);
  const nlohmann::json& histories = document["histories"];
  REQUIRE(histories.size() == 2);
  CHECK(histories[0]["name"] == "N3 default/cf1 text");
  CHECK(histories[1]["name"] == "N3 default/cf1 messages");
  CHECK(histories[0]["trace"] == "both/N3.default-cf1.explained.trace.json");
  CHECK(histories[1]["trace"] == "both/N3.default-cf1.messages.explained.trace.json");
}

TEST_CASE("several nodes are explained, each by itself", "[explain]") {
  const nlohmann::json document =
      explained(late_remove("N1.msg.jsonl") + " --node N2=" + late_remove("N2.msg.jsonl") + " " +
                    late_remove("N3.msg.jsonl"),
                0);
  std::vector<std::string> nodes;
  for (const nlohmann::json& history : document["histories"]) nodes.push_back(history["node"]);
  CHECK(nodes == std::vector<std::string>{"N1", "N2", "N3"});
  CHECK(document["files"].size() == 3);
}

TEST_CASE("explain refuses a command line that it cannot follow", "[explain]") {
  const std::string log = late_remove("N3.msg.jsonl");
  for (const auto& [arguments, says] : std::vector<std::pair<std::string, std::string>>{
           {"", "no log; expected LOG, or --node NAME=LOG"},
           {"--node N3", "--node N3; expected NAME=LOG"},
           {"--node =" + log, "expected NAME=LOG"},
           {"--node N3=", "expected NAME=LOG"},
           {log + " --property create-tried", "create-tried cannot be judged by a log, which ends"},
           {log + " --property deadlock-free", "deadlock-free cannot be judged by a log, which ends"},
           {log + " --property nothing", "no property 'nothing'"},
           {log + " --profile nothing", "no profile 'nothing'"},
           {log + " --out /proc/no/such", "--out /proc/no/such: cannot be written"},
       }) {
    CAPTURE(arguments);
    const Outcome outcome = run("explain " + arguments);
    CHECK(outcome.code == 2);
    CHECK(outcome.out.empty());
    CHECK(outcome.err.starts_with("takeover: command line: "));
    CHECK(contains(outcome.err, says));
    CHECK(std::ranges::count(outcome.err, '\n') == 1);
  }
}

TEST_CASE("logs that tell of no changefeed are no success", "[explain]") {
  write("empty.msg.jsonl", R"({"t": 1, "node": "A", "dir": "event", "event": "start"})"
                           "\n");
  const Outcome outcome = run("explain empty.msg.jsonl");
  CHECK(outcome.code == 2);
  CHECK(std::ranges::count(outcome.err, '\n') == 1);
}

TEST_CASE("a run that cannot be written takes nothing from the verdict", "[explain]") {
  std::filesystem::create_directories(scratch() + "/taken/N3.cf1.explained.trace.json");
  const Outcome outcome = run("explain --format json --out taken " + late_remove("N3.msg.jsonl"));
  CHECK(outcome.code == 4);
  check_schema(outcome.out);
  const nlohmann::json history = nlohmann::json::parse(outcome.out)["histories"][0];
  CHECK(history["verdict"] == "explained");
  CHECK(history["trace"].is_null());
  CHECK_FALSE(history["not_written"].get<std::string>().empty());
  CHECK(contains(outcome.err, "taken/N3.cf1.explained.trace.json: cannot be written: "));
}

TEST_CASE("JUnit has a case for each history, and for each input that is wrong", "[explain]") {
  const Outcome outcome =
      run("explain --format junit " + late_remove("N1.msg.jsonl") + " " + remove_taken() + " no-such.log");
  CHECK(outcome.code == 1);
  CHECK(contains(outcome.out, "<testsuite name=\"explain\" tests=\"3\" failures=\"1\" errors=\"1\">"));
  CHECK(contains(outcome.out, "<testcase classname=\"N1\" name=\"N1 cf1\" time="));
  CHECK(contains(outcome.out,
                 "<failure message=\"REFUTED at taken.msg.jsonl:35: sends HeartBeatRequest to N1; "));
  CHECK(contains(outcome.out, "<error message=\"no-such.log: "));
}

TEST_CASE("an annotation stands at the line that diverges", "[explain]") {
  const Outcome outcome = run("explain --format github " + remove_taken());
  CHECK(outcome.code == 1);
  CHECK(outcome.out.starts_with(
      "::error file=taken.msg.jsonl,line=35,title=N3 cf1 is refuted::REFUTED at taken.msg.jsonl:35: "));
  CHECK(contains(outcome.out, "; without schedule-admission all lines are explained"));
  const Outcome stopped = run("explain --format github --max-states 5 " + late_remove("N3.msg.jsonl"));
  CHECK(stopped.code == 3);
  CHECK(stopped.out.starts_with("::warning file="));
  CHECK(contains(stopped.out, ",title=N3 cf1 is inconclusive::INCONCLUSIVE: stopped by the limit of states"));
}

TEST_CASE("a file's name and a node's are names, whatever they hold", "[explain]") {
  const std::string odd = remove_taken("<odd>,:%\n::error::.msg.jsonl");
  const std::string quoted = "'" + odd + "'";
  const Outcome text = run("explain " + quoted);
  CHECK(text.code == 1);
  CHECK_FALSE(contains(text.out, "\n::error"));
  CHECK(contains(text.out, "<odd>,:%\\x0a::error::.msg.jsonl:35"));
  const Outcome github = run("explain --format github " + quoted);
  CHECK(github.out.starts_with("::error file=<odd>%2C%3A%25%0A%3A%3Aerror%3A%3A.msg.jsonl,line=35,"));
  const Outcome junit = run("explain --format junit " + quoted);
  CHECK(contains(junit.out, "REFUTED at &#60;odd&#62;,:%&#10;::error::.msg.jsonl:35"));
  const nlohmann::json document = explained(quoted, 1);
  CHECK(document["histories"][0]["refuted"]["file"] == odd);
}

TEST_CASE("a run's file has a name of its own, whatever its node is called", "[explain]") {
  const std::string log = data("node/300003/A.messages.jsonl");
  std::string renamed = read(log);
  const std::string name = R"("node":"A")";
  for (std::size_t at = 0; (at = renamed.find(name, at)) != std::string::npos;) {
    renamed.replace(at, name.size(), R"("node":"../A\n/")");
  }
  write("renamed.jsonl", renamed);
  const nlohmann::json document = explained("renamed.jsonl --out named", 1);
  const auto trace = document["histories"][0]["trace"].get<std::string>();
  CHECK(document["histories"][0]["node"] == "../A\n/");
  CHECK(trace == "named/-.-A--.changefeed.explained.trace.json");
  CHECK(run("replay " + trace).code == 0);
}

TEST_CASE("the schema of a message log is printed, and is what its lines are", "[explain]") {
  const Outcome printed = run("schema messages");
  REQUIRE(printed.code == 0);
  const auto schema = nlohmann::ordered_json::parse(printed.out);
  std::istringstream lines(read(data("node/300003/A.messages.jsonl")));
  for (std::string line; std::getline(lines, line);) {
    const auto error = takeover::spec::validate(nlohmann::ordered_json::parse(line), schema, "line");
    if (error) FAIL(error->to_line());
  }
}
