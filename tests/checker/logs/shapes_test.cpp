// One log in its many shapes: formats, files, streams, lives, clocks. What is in it stays the same.
#include <algorithm>
#include <catch2/catch.hpp>
#include <cstddef>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "checker/logs/groups.h"
#include "checker/logs/read.h"
#include "checker/logs/text_line.h"
#include "tests/checker/logs/folder.h"

using namespace takeover;
using namespace takeover::logs;

namespace {

const std::string kRun = std::string(TAKEOVER_LOGS_DATA) + "/node/300201";

std::string text_of(const std::string& path) {
  std::ostringstream out;
  out << std::ifstream(path, std::ios::binary).rdbuf();
  return out.str();
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

// As zap writes it with log.Config{Format: "json"}, a node's name behind it.
std::string in_json(const std::string& text, const std::string& node = "") {
  std::string out;
  LineReader reader;
  for (const std::string& line : lines_of(text)) {
    const auto outcome = reader.read(line);
    const auto& raw = std::get<RawLine>(outcome);
    const auto quoted = [](std::string_view value) { return nlohmann::json(std::string(value)).dump(); };
    out += "{\"level\":" + quoted(name_of(raw.level)) + ",\"time\":" + quoted(line.substr(1, 30)) +
           ",\"caller\":" + quoted(raw.caller) + ",\"message\":" + quoted(raw.message);
    for (const Field& field : raw.fields) out += "," + quoted(field.key) + ":" + quoted(field.value);
    if (!node.empty()) out += ",\"node\":" + quoted(node);
    out += "}\n";
  }
  return out;
}

Logs read_well(const std::vector<NodeLogs>& nodes, const ReadOptions& options = {}) {
  Logs logs = read(nodes, options);
  for (const spec::InputError& error : logs.errors) FAIL_CHECK(error.to_line());
  return logs;
}

// What was observed, wherever it stood.
void check_same(const History& a, const History& b) {
  CHECK(a.changefeed == b.changefeed);
  CHECK(a.names == b.names);
  REQUIRE(a.lines.size() == b.lines.size());
  for (std::size_t i = 0; i < a.lines.size(); ++i) {
    INFO(a.lines[i].text);
    CHECK(a.lines[i].what == b.lines[i].what);
    CHECK(a.lines[i].line == b.lines[i].line);
    CHECK(a.lines[i].thread == b.lines[i].thread);
    CHECK(a.lines[i].facts == b.lines[i].facts);
    CHECK(a.lines[i].message == b.lines[i].message);
    CHECK(a.lines[i].expected == b.lines[i].expected);
  }
}

const History& only(const Logs& logs) {
  REQUIRE(logs.histories.size() == 1);
  return logs.histories.front();
}

// The second half of a log, at a line's begin.
std::size_t middle_of(const std::string& text) {
  return text.find('\n', text.size() / 2) + 1;
}

std::string start_of(const std::string& node, const std::string& hour) {
  const std::string stamp = "[2026/11/26 " + hour + ":00:00.000 +00:00] [INFO] ";
  return stamp + "[message_center.go:126] [\"create message center success.\"] [id=" + node + "]\n" + stamp +
         "[dispatcher_orchestrator.go:91] [\"dispatcher orchestrator is running\"]\n" + stamp +
         "[main.go:124] [\"server initialized\"] [node=" + node + "]\n";
}

}  // namespace

TEST_CASE("A log in JSON tells what the log in text does") {
  const Folder folder;
  const Logs text = read_well({{"A", {kRun + "/A.log"}}});
  const Logs json = read_well({{"A", {folder.write("A.log", in_json(text_of(kRun + "/A.log")))}}});
  check_same(only(text), only(json));
}

TEST_CASE("A log tells the same in one file, rotated, or compressed") {
  const Folder folder;
  for (const std::string& file : {kRun + "/A.log", kRun + "/A.messages.jsonl"}) {
    const Logs whole = read_well({{"A", {file}}});
    const std::string text = text_of(file);
    const std::size_t middle = middle_of(text);
    const std::string older = folder.compress("x.log.2.gz", text.substr(0, middle));
    const std::string newer = folder.write("x.log", text.substr(middle));
    check_same(only(whole), only(read_well({{"A", {newer, older}}})));
    check_same(only(whole), only(read_well({{"A", {folder.compress("y.log.gz", text)}}})));
    // By their names they are found to be of one node; of messages, each line says which.
    const Logs found = read_well({{"", {newer, older}}});
    CHECK(only(found).node == (file.ends_with(".log") ? "x" : "A"));
    CHECK(only(found).lines.size() == only(whole).lines.size());
    CHECK(only(found).lines.front().at.file != only(found).lines.back().at.file);
  }
}

TEST_CASE("A directory holds the logs of its nodes, of either kind") {
  const Folder folder;
  std::filesystem::copy(kRun + "/A.log", folder.path("A.log"));
  std::filesystem::copy(kRun + "/A.messages.jsonl", folder.path("A.messages.jsonl"));
  const Logs logs = read_well({{"", {folder.path("")}}});
  REQUIRE(logs.histories.size() == 2);
  for (const History& history : logs.histories) {
    CHECK(history.node == "A");
    CHECK(history.changefeed == "default/cf");  // also where no message says so
  }
  CHECK(!logs.histories[0].is_message_log);
  CHECK(logs.histories[1].is_message_log);
}

TEST_CASE("Files are of one node that differ in what a rotation adds") {
  for (const std::string name :
       {"N1.log", "N1.log.gz", "N1.log.2", "N1.log.2.gz", "N1.jsonl", "N1.msg.jsonl.gz", "N1.messages.jsonl",
        "N1-2026-06-30T05-41-12.123.log", "N1-2026-06-30T05-41-12.123.log.gz"}) {
    INFO(name);
    CHECK(stem_of("/tmp/" + name) == "N1");
  }
  CHECK(stem_of("N1-2.log") == "N1-2");
  CHECK(stem_of(".log") == ".log");
}

TEST_CASE("A stream of several nodes is the logs of each") {
  const Folder folder;
  const std::string a = text_of(kRun + "/A.log");
  const std::string b = text_of(std::string(TAKEOVER_LOGS_DATA) + "/node/300202/A.log");
  const std::vector<std::string> of_a = lines_of(in_json(a, "A"));
  const std::vector<std::string> of_b = lines_of(in_json(b, "B"));
  std::string stream;
  for (std::size_t i = 0; i < std::max(of_a.size(), of_b.size()); ++i) {
    if (i < of_a.size()) stream += of_a[i] + "\n";
    if (i < of_b.size()) stream += of_b[i] + "\n";
  }
  const Logs logs = read_well({{"", {folder.write("all.log", stream)}}});
  REQUIRE(logs.histories.size() == 2);
  const Logs alone = read_well({{"A", {kRun + "/A.log"}}});
  CHECK(logs.histories[0].node == "A");
  CHECK(logs.histories[1].node == "B");
  CHECK(logs.histories[0].lines.size() == only(alone).lines.size());
  // Under another key.
  std::string renamed = stream;
  for (std::size_t at = 0; (at = renamed.find("\"node\":", at)) != std::string::npos;)
    renamed.replace(at, 7, "\"pod\":");
  const Logs by_pod = read_well({{"", {folder.write("pods.log", renamed)}}}, {.node_key = "pod"});
  CHECK(by_pod.histories.size() == 2);
  // A line that says of none is told of, and any of the nodes may miss it.
  const Logs without = read({{"", {folder.write("some.log", stream + in_json(a))}}}, {});
  REQUIRE(without.errors.size() == 21);
  CHECK(without.errors.front().what == "no field 'node'");
  REQUIRE(without.histories.size() == 2);
  for (const History& history : without.histories) CHECK(history.lines.back().what == What::kGap);
}

// The coordinator names another node under the key of the stream.
TEST_CASE("A line's own node is not taken for the one that writes, nor the other way") {
  const Folder folder;
  const std::string stamp = "[2026/11/26 15:00:00.000 +00:00] ";
  const auto stream = [&](const std::string& before, const std::string& behind) {
    const auto line = [&](const std::string& head, const std::string& fields) {
      return stamp + head + before + fields + behind + "\n";
    };
    const std::string running =
        line(R"([INFO] [dispatcher_orchestrator.go:91] ["dispatcher orchestrator is running"])", "");
    return running + running + running +
           line(R"([WARN] [controller.go:608] ["drop stale maintainer status"])",
                " [changefeed=cf] [node=D] [statusMaintainerEpoch=7] [currentMaintainerEpoch=9]") +
           line(R"([INFO] [dispatcher_manager.go:1060] ["closing event dispatcher manager"])",
                " [changefeedID=cf]");
  };
  for (const auto& [before, behind] :
       {std::pair<std::string, std::string>{" [node=A]", ""}, {"", " [node=A]"}}) {
    const std::string path = folder.write("all.log", stream(before, behind));
    for (const char* const given : {"", "A"}) {
      INFO(before << behind << " as " << given);
      const Logs logs = read_well({{given, {path}}});
      const History& history = only(logs);
      CHECK(history.node == "A");
      REQUIRE(history.pools.owners.size() == 1);
      CHECK(history.names.of(history.pools.owners.front().node) == "D");
    }
  }
}

TEST_CASE("A process that starts begins a life") {
  const Folder folder;
  const std::string text = text_of(kRun + "/A.log");
  const std::size_t middle = middle_of(text);
  const std::string log =
      start_of("first", "15") + text.substr(0, middle) + start_of("second", "17") + text.substr(middle);
  const Logs logs = read_well({{"A", {folder.write("A.log", log)}}});
  REQUIRE(logs.histories.size() == 2);
  const History& first = logs.histories[0];
  const History& second = logs.histories[1];
  CHECK(first.life == 1);
  CHECK(second.life == 2);
  CHECK((first.begins && second.begins));
  CHECK((first.levels.debug && second.levels.debug));
  CHECK((first.levels.info && second.levels.info));
  CHECK(!first.ends_alive);
  CHECK(second.ends_alive);
  CHECK(first.names.of(first.self) == "first");
  CHECK(second.names.of(second.self) == "second");
  const Logs whole = read_well({{"A", {kRun + "/A.log"}}});
  CHECK(first.lines.size() + second.lines.size() == only(whole).lines.size());
  // One that was alive when the log began.
  const Logs later = read_well(
      {{"A", {folder.write("B.log", text.substr(0, middle) + start_of("A", "17") + text.substr(middle))}}});
  REQUIRE(later.histories.size() == 2);
  CHECK(!later.histories[0].begins);
  CHECK(later.histories[1].begins);
}

TEST_CASE("A message log's events are fences, shutdowns, gaps and lives") {
  const Folder folder;
  const auto event = [](const std::string& name) {
    return R"({"t":1,"node":"A","dir":"event","event":")" + name + "\"}\n";
  };
  const std::string close =
      R"({"t":1,"node":"A","dir":"recv","peer":"B","message":{"type":"MaintainerCloseRequest","epoch":2}})"
      "\n";
  const Logs logs = read_well(
      {{"",
        {folder.write("A.jsonl", event("start") + close + event("gap") + event("lost") +
                                     event("local-fence") + event("start") + event("shutdown") + close)}}});
  REQUIRE(logs.histories.size() == 2);
  const auto whats = [](const History& history) {
    std::vector<What> out;
    std::ranges::transform(history.lines, std::back_inserter(out), &Observed::what);
    return out;
  };
  CHECK(whats(logs.histories[0]) == std::vector{What::kArrival, What::kGap, What::kFence});
  CHECK(whats(logs.histories[1]) == std::vector{What::kShutdown, What::kArrival});
  CHECK((logs.histories[0].begins && logs.histories[1].begins));
}

// Told on the one node, done on the other: two fences.
TEST_CASE("A recorder's fence is told of, and then done, by the same node") {
  const Folder folder;
  const auto line = [](const std::string& node, const std::string& dir, const std::string& words) {
    return R"({"t":1,"node":")" + node + R"(","dir":")" + dir + R"(","msg":")" + words + "\"}\n";
  };
  const auto message = [](const std::string& node) {
    return R"({"t":1,"node":")" + node +
           R"(","dir":"recv","from":"N9","to":"N1","topic":"heartbeat-collector","type":"CheckpointTsMessage","msg":{"changefeedID":"cf#c1","checkpointTs":7}})"
           "\n";
  };
  const std::string both = message("N1") + message("N2");
  const auto fences = [&](const std::string& commands) {
    std::vector<std::uint64_t> numbers;
    for (const History& history :
         read_well({{"", {folder.write("N.msg.jsonl", both + commands)}}}).histories) {
      for (const Observed& seen : history.lines) {
        if (seen.what == What::kFence) numbers.push_back(seen.at.number);
      }
    }
    return numbers;
  };
  CHECK(fences(line("N1", "cmd", "fence")) == std::vector<std::uint64_t>{3});
  CHECK(fences(line("N1", "cmd", "fence") + line("N1", "event", "fenced")) == std::vector<std::uint64_t>{4});
  CHECK(fences(line("N1", "cmd", "fence") + line("N2", "event", "fenced")) ==
        std::vector<std::uint64_t>{3, 4});
  CHECK(fences(line("N1", "cmd", "fence") + line("N2", "cmd", "fence") + line("N1", "event", "fenced") +
               line("N2", "event", "fenced")) == std::vector<std::uint64_t>{5, 6});
}

TEST_CASE("A level that is not written is not expected") {
  const Folder folder;
  std::string without;
  for (const std::string& line : lines_of(text_of(kRun + "/A.log"))) {
    if (line.find("[DEBUG]") == std::string::npos) without += line + "\n";
  }
  const Logs logs = read_well({{"A", {folder.write("A.log", without)}}});
  CHECK(!only(logs).levels.debug);
  CHECK(only(logs).levels.info);
}

// A message log of both ends of a link.
TEST_CASE("A receipt that stands before its sending, by the clocks, is reported") {
  const Folder folder;
  const auto line = [](const std::string& node, const std::string& dir, int time, int count) {
    return R"({"t":)" + std::to_string(time) + R"(,"node":")" + node + R"(","dir":")" + dir + R"(","n":)" +
           std::to_string(count) +
           R"(,"from":"N1","to":"N2","topic":"heartbeat-collector","type":"CheckpointTsMessage","msg":{"changefeedID":"cf#c1","checkpointTs":7}})"
           "\n";
  };
  // Two of one content: the second arrives 40 us before it is sent.
  const std::string sent = line("N1", "send", 100, 1) + line("N1", "send", 200, 2);
  const std::string received = line("N2", "recv", 110, 0) + line("N2", "recv", 160, 0);
  const std::vector<NodeLogs> nodes{{"", {folder.write("N1.msg.jsonl", sent)}},
                                    {"", {folder.write("N2.msg.jsonl", received)}}};
  const Logs logs = read(nodes, {});
  REQUIRE(logs.clocks.size() == 1);
  CHECK(logs.clocks[0].by_us == 40);
  CHECK(logs.files[logs.clocks[0].sent.file].ends_with("N1.msg.jsonl"));
  CHECK(logs.clocks[0].sent.number == 2);
  CHECK(logs.files[logs.clocks[0].received.file].ends_with("N2.msg.jsonl"));
  CHECK(logs.clocks[0].received.number == 2);
  // Held back, it counts from its release; refused by the network, it was none.
  const std::string released = line("N1", "send", 100, 1) + line("N1", "release", 120, 1);
  CHECK(read({{"", {folder.write("N1.msg.jsonl", released)}},
              {"", {folder.write("N2.msg.jsonl", line("N2", "recv", 110, 0))}}},
             {})
            .clocks.size() == 1);
  const std::string failed = sent + line("N1", "send-failed", 201, 2);
  CHECK(read({{"", {folder.write("N1.msg.jsonl", failed)}},
              {"", {folder.write("N2.msg.jsonl", line("N2", "recv", 110, 0))}}},
             {})
            .clocks.empty());
  // More were received than sent: a log is missing.
  const std::string late = folder.write("N1.msg.jsonl", line("N1", "send", 300, 1));
  CHECK(read({{"", {late}}, {"", {folder.write("N2.msg.jsonl", received)}}}, {}).clocks.empty());
}
