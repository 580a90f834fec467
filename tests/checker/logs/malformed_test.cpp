// What is no log, or damaged: one line of complaint each, and the rest is read.
#include <sys/stat.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "checker/logs/complaints.h"
#include "checker/logs/message_log.h"
#include "checker/logs/read.h"
#include "tests/checker/logs/folder.h"

using namespace takeover;
using namespace takeover::logs;

namespace {

const std::string kOrchestratorHead =
    "[2026/06/30 05:41:12.123 +00:00] [WARN] [dispatcher_orchestrator.go:271] ";
const std::string kStale =
    kOrchestratorHead +
    R"(["drop stale maintainer bootstrap request"] [changefeed=cf] [from=D] [requestMaintainerEpoch=2] [currentMaintainerEpoch=3] [currentMaintainer=B])"
    "\n";
const std::string kOrchestratorJson =
    R"({"level":"WARN","time":"2026/06/30 05:41:12.123 +00:00","caller":"dispatcher_orchestrator.go:271","message":"drop stale maintainer bootstrap request",)";
const std::string kClose =
    R"({"t":1,"node":"A","dir":"recv","peer":"B","message":{"type":"MaintainerCloseRequest","epoch":2}})"
    "\n";

std::string stale_with(const std::string& field, const std::string& value) {
  return kOrchestratorHead + R"(["drop stale maintainer bootstrap request"] [changefeed=cf] [)" + field +
         "=" + value + "]\n";
}
std::string created(const std::string& fields) {
  return "[2026/06/30 05:41:12.123 +00:00] [INFO] [dispatcher_manager.go:657] [\"new dispatcher created\"] "
         "[changefeedID=default/cf] " +
         fields + "\n";
}
std::string stores(const std::string& request) {
  return "[2026/06/30 05:41:12.123 +00:00] [DEBUG] [helper.go:357] [\"store current working add operator\"] "
         "[changefeedID=default/cf] [dispatcherID=12] [operator=\"" +
         request + "\"]\n";
}
std::string received(const std::string& message, const std::string& more = "") {
  return R"({"node":"A","dir":"recv","peer":"B","message":)" + message + more + "}\n";
}
std::string cluster_line(const std::string& type, const std::string& msg,
                         const std::string& topic = "heartbeat-collector") {
  return R"({"t":1,"node":"A","dir":"recv","from":"B","to":"A","topic":")" + topic + R"(","type":")" + type +
         R"(","msg":)" + msg + "}\n";
}
std::string cluster_schedule(const std::string& config) {
  return cluster_line("ScheduleDispatcherRequest",
                      R"({"changefeedID":"cf#c1","config":)" + config +
                          R"(,"maintainer_epoch":3,"operatorType":"O_Add","scheduleAction":"Create"})");
}

std::string deep_list(std::size_t levels) {
  return std::string(levels, '[') + std::string(levels, ']');
}

struct Bad {
  std::string what;
  std::string bytes;
  std::string error;             // behind the file's name, several with "|" between; "": none
  std::size_t observations = 0;  // gaps included
};

std::vector<Bad> texts() {
  return {
      {"nothing of a log", "hello\nworld\n",
       "document: no line of TiCDC's log, and none of a message log; expected lines of one of the formats"},
      {"an array of JSON", "[1, 2]\n",
       "document: no line of TiCDC's log, and none of a message log; expected lines of one of the formats"},
      {"a trace of a goroutine between", "goroutine 1 [running]:\n\tmain.go:12\n" + kStale, "", 1},
      {"torn at the end", kStale + kOrchestratorHead + R"(["drop stale)", "", 1},
      {"torn at the end, and a newline",
       kStale + kOrchestratorHead +
           R"(["drop stale)"
           "\n",
       "", 1},
      {"torn, and another line behind it",
       kStale + kOrchestratorHead +
           R"(["drop stale)"
           "\n" +
           kStale,
       "line 2: a quote that is not closed; expected a whole line; only the last may be torn", 3},
      {"torn, and another torn line behind it",
       kStale + kOrchestratorHead + "[\"drop stale\n" + kOrchestratorHead + "[\"drop stale\n",
       "line 2: a quote that is not closed; expected a whole line; only the last may be torn", 2},
      {"a line that begins within another", kStale + kOrchestratorHead.substr(0, 60) + kStale + kStale,
       "line 2: a bracket that is not closed; expected a whole line; only the last may be torn", 3},
      {"a NUL byte", kStale + std::string("a\0b\n", 4) + kStale, "line 2: a NUL byte; expected text", 3},
      {"an epoch that is no number", stale_with("requestMaintainerEpoch", "x"),
       "line 1, field requestMaintainerEpoch: the value 'x'; expected an integer from 0 to 18446744073709551615",
       1},
      {"an epoch beyond 64 bits", stale_with("currentMaintainerEpoch", "18446744073709551616"),
       "line 1, field currentMaintainerEpoch: the value '18446744073709551616'; expected an integer from 0 to "
       "18446744073709551615",
       1},
      {"an id that is none", created("[dispatcherID=abc]"),
       "line 1, field dispatcherID: the value 'abc'; expected a dispatcher's id: digits, or \"high:N low:N\"",
       1},
      {"an unknown form of a span", created("[dispatcherID=12] [tableSpan=\"[a, b)\"]"),
       "line 1, field tableSpan: the value '[a, b)'; expected \"tableID: N, startKey: HEX, endKey: HEX, "
       "keyspaceID: N\"",
       1},
      {"a request that is cut", stores("config:<dispatcherID:<high:1"),
       "line 1, field operator: the value 'config:<dispatcherID:<high:1'; expected a request, in protobuf text or "
       "JSON",
       1},
      {"a request with an operator of another version",
       stores("config:<dispatcherID:<high:1 low:2 > > operatorType:O_Copy "),
       "line 1, field operator: the value 'config:<dispatcherID:<high:1 low:2 > > operatorType:O_Copy '; expected "
       "a request, in protobuf text or JSON",
       1},
      {"bytes in a value that are no UTF-8", stale_with("from", "\xFF"), "", 1},
      {"bytes in a key that are no UTF-8", kStale + stale_with("fr\xFFom", "D") + kStale,
       "line 2: a key that is no UTF-8; expected a whole line; only the last may be torn", 3},
      {"a key twice",
       kOrchestratorJson + R"("changefeed":"cf","from":"C","from":"D"})"
                           "\n",
       "", 1},
      {"a caller behind the message, of no row",
       kStale +
           R"({"level":"WARN","time":"2026/06/30 05:41:12.123 +00:00","message":"drop stale maintainer bootstrap request","from":"D","caller":"main.go:1"})"
           "\n",
       "", 1},
      {"a caller behind the message",
       R"({"level":"WARN","time":"2026/06/30 05:41:12.123 +00:00","message":"drop stale maintainer bootstrap request","changefeed":"cf","from":"D","caller":"dispatcher_orchestrator.go:271"})"
       "\n",
       "", 1},
      {"JSON that is cut",
       kOrchestratorJson +
           R"("changefeed":"cf"})"
           "\n" +
           kOrchestratorJson + "\n" + kStale,
       "line 2: a bracket that is not closed; expected a whole line; only the last may be torn", 3},
      {"a message log's line between", kStale + kClose + kStale,
       "line 2: a line of a message log; expected TiCDC's log, as above", 3},
      {"a line of no changefeed on a node", kOrchestratorHead.substr(0, 33) + "[INFO] [a.go:1] [other]\n",
       "document: no line tells of a changefeed on a node; expected the log of a node that has dispatchers, or its "
       "messages"},
  };
}

std::vector<Bad> messages() {
  return {
      {"torn at the end", kClose + R"({"t":2,"node":"A","dir":"re)", "", 1},
      {"torn, and another line behind it",
       kClose +
           R"({"t":2,"node":"A","dir":"re)"
           "\n" +
           kClose,
       "line 2: no whole object of JSON; expected one a line; only the last may be torn", 3},
      {"nested too deep", kClose + received(R"({"type":)" + deep_list(200'000) + "}"),
       "line 2: nested too deep; expected at most 64 levels", 2},
      {"a time beyond all clocks",
       kClose + R"({"t":9223372036854775807,"node":"A","dir":"event","event":"shutdown"})"
                "\n",
       "line 2, /t: no time of a log; expected microseconds since 1970, before the year 10000", 2},
      {"blank lines", kClose + "\n  \n" + kClose, "", 2},
      {"a line of TiCDC's log between", kClose + kStale + kClose,
       "line 2: a line of TiCDC's log; expected a message log, as above", 3},
      {"no peer",
       kClose + R"({"node":"A","dir":"recv","message":{"type":"MaintainerCloseRequest"}})"
                "\n",
       "line 2: no key 'peer'; expected it to be given", 2},
      {"an unknown key", kClose + received(R"({"type":"MaintainerCloseRequest"})", R"(,"size":3)"),
       "line 2, /size: unknown key 'size'; expected one of t, node, dir, peer, changefeed, message, event, n",
       2},
      {"an unknown type", kClose + received(R"({"type":"MaintainerOpenRequest"})"),
       "line 2, /message/type: the value \"MaintainerOpenRequest\"; expected one of MaintainerBootstrapRequest, "
       "MaintainerPostBootstrapRequest, MaintainerCloseRequest, ScheduleDispatcherRequest, "
       "MergeDispatcherRequest, HeartBeatResponse, RedoMetaMessage, RedoResolvedTsForwardMessage, "
       "CheckpointTsMessage",
       2},
      {"a number beyond 64 bits",
       kClose + received(R"({"type":"MaintainerCloseRequest","epoch":18446744073709551616})"),
       "line 2, /message/epoch: a number that is negative, fractional or out of range; expected an integer from 0 to "
       "18446744073709551615",
       2},
      {"a negative number", kClose + received(R"({"type":"MaintainerCloseRequest","epoch":-1})"),
       "line 2, /message/epoch: a number that is negative, fractional or out of range; expected an integer from 0 to 18446744073709551615",
       2},
      {"an unknown event",
       kClose + R"({"node":"A","dir":"event","event":"rain"})"
                "\n",
       "line 2, /event: the value \"rain\"; expected one of start, local-fence, shutdown, gap, lost", 2},
      {"bytes that are no UTF-8", kClose + "{\"node\":\"\xFF\",\"dir\":\"recv\"}\n" + kClose,
       "line 2: no whole object of JSON; expected one a line; only the last may be torn", 3},
  };
}

std::vector<Bad> recorded() {
  const std::string schedule =
      cluster_schedule(R"({"dispatcherID":"d1","mode":0,"span":"t7","startTs":"12"})");
  return {
      {"a whole request", schedule, "", 1},
      {"what is nothing of the node's",
       schedule +
           R"({"t":1,"node":"A","dir":"send","n":1,"from":"A","to":"B","topic":"coordinator","type":"X","msg":{}})"
           "\n",
       "", 1},
      {"a type of other roles", schedule + cluster_line("BlockStatusRequest", "{}"), "", 1},
      {"a Remove without a span",
       schedule + cluster_line("ScheduleDispatcherRequest",
                               R"({"changefeedID":"cf#c1","config":{"dispatcherID":"d1","mode":0,"span":""},)"
                               R"("maintainer_epoch":3,"scheduleAction":"Remove"})"),
       "", 2},
      {"nested too deep",
       schedule + cluster_line("ScheduleDispatcherRequest", deep_list(200'000)) +
           cluster_line("CheckpointTsMessage", deep_list(200'000)) + schedule,
       "line 2: nested too deep; expected at most 64 levels|line 3: nested too deep; expected at most 64 levels",
       4},
      {"a time beyond all clocks",
       schedule + R"({"t":9223372036854775807,"node":"A","dir":"event","event":"shutdown"})"
                  "\n",
       "line 2, /t: no time of a log; expected microseconds since 1970, before the year 10000", 2},
      {"no topic",
       schedule + R"({"t":1,"node":"A","dir":"recv","from":"B","type":"HeartBeatResponse","msg":{}})"
                  "\n",
       "line 2, /topic: the value null; expected text", 2},
      {"no peer",
       schedule +
           R"({"t":1,"node":"A","dir":"recv","topic":"heartbeat-collector","type":"CheckpointTsMessage","msg":{"changefeedID":"cf#c1"}})"
           "\n",
       "line 2, /from: the value null; expected text", 2},
      {"a message that is no object", schedule + cluster_line("CheckpointTsMessage", "[]"),
       "line 2, /msg: the value []; expected an object", 2},
      {"no changefeed", schedule + cluster_line("CheckpointTsMessage", "{}"),
       "line 2, /changefeedID: the value null; expected text", 2},
      {"an unknown form of a span",
       schedule + cluster_schedule(R"({"dispatcherID":"d1","mode":0,"span":"7480","startTs":1})"),
       "line 2, /msg/span: the value \"7480\"; expected \"t0\", or a table's \"tN\"", 2},
      {"no id", schedule + cluster_schedule(R"({"dispatcherID":null,"mode":0,"span":"t7","startTs":1})"),
       "line 2, /msg/config/dispatcherID: the value null; expected a dispatcher's short id", 2},
      {"a mode of another version",
       schedule + cluster_schedule(R"({"dispatcherID":"d1","mode":2,"span":"t7","startTs":1})"),
       "line 2, /msg/mode: the value 2; expected 0, or 1 of redo", 2},
      {"a number that is none",
       schedule + cluster_schedule(R"({"dispatcherID":"d1","mode":0,"span":"t7","startTs":"x"})"),
       "line 2, /msg/startTs: the value \"x\"; expected an integer from 0 to 18446744073709551615, or its digits",
       2},
      {"ids that are none",
       schedule + cluster_line("MergeDispatcherRequest", R"({"changefeedID":"cf#c1","dispatcherIDs":[3]})"),
       "line 2, /msg/dispatcherIDs: the value 3; expected a dispatcher's short id", 2},
      {"a status of another version",
       schedule +
           R"({"t":1,"node":"A","dir":"send","n":1,"from":"A","to":"B","topic":"maintainer-manager","type":"HeartBeatRequest","msg":{"changefeedID":"cf#c1","statuses":[{"ID":"d1","component_status":"Asleep","mode":0}]}})"
           "\n",
       "line 2, /message/statuses/0/status: the value \"Asleep\"; expected a value of its enumeration", 2},
      {"words of an id that are none",
       schedule + R"({"t":1,"node":"A","dir":"id","id":"d1","high":"x","low":"2","text":"21"})"
                  "\n",
       "line 2, /high: the word 'x' of an id; expected an integer from 0 to 18446744073709551615, or its digits",
       2},
      {"an unknown direction",
       schedule + R"({"t":1,"node":"A","dir":"up","msg":"x"})"
                  "\n",
       "line 2, /dir: the direction 'up'; expected recv, send, send-failed, hold, release, drop, cmd, event or id",
       2},
  };
}

void check(const std::vector<Bad>& table, const std::string& name) {
  const Folder folder;
  for (const Bad& bad : table) {
    INFO(bad.what);
    const std::string path = folder.write(name, bad.bytes);
    const Logs logs = read({{"", {path}}}, {});
    std::vector<std::string> errors;
    for (const spec::InputError& error : logs.errors) errors.push_back(error.to_line());
    std::vector<std::string> expected;
    for (std::size_t at = 0; at < bad.error.size();) {
      const std::size_t end = std::min(bad.error.find('|', at), bad.error.size());
      expected.push_back(path + ": " + bad.error.substr(at, end - at));
      at = end + 1;
    }
    CHECK(errors == expected);
    std::size_t observations = 0;
    for (const History& history : logs.histories) observations += history.lines.size();
    CHECK(observations == bad.observations);
  }
}

std::vector<std::string> errors_of(const std::vector<NodeLogs>& nodes, const ReadOptions& options = {}) {
  std::vector<std::string> errors;
  for (const spec::InputError& error : read(nodes, options).errors) {
    spec::InputError named = error;
    if (error.file != "--changefeed") named.file = std::filesystem::path(error.file).filename().string();
    errors.push_back(named.to_line());
  }
  return errors;
}

using Lines = std::vector<std::string>;

}  // namespace

TEST_CASE("A text log that is wrong somewhere is told of in one line") {
  check(texts(), "A.log");
}

TEST_CASE("A message log that is wrong somewhere is told of in one line") {
  check(messages(), "A.jsonl");
}

TEST_CASE("A recorder's log that is wrong somewhere is told of in one line") {
  check(recorded(), "A.msg.jsonl");
}

TEST_CASE("Files that are no logs, or too many, are told of in one line each") {
  const Folder folder;
  CHECK(errors_of({{"", {folder.path("none.log")}}}) ==
        Lines{"none.log: document: cannot open it; expected a log, plain or compressed with gzip"});
  CHECK(errors_of({{"", {folder.write("empty.log", "")}}}) ==
        Lines{"empty.log: document: the file is empty; expected a log, plain or compressed with gzip"});
  CHECK(errors_of({{"", {folder.write("A.log", kStale)}}}, {.changefeed = "other"}) ==
        Lines{"--changefeed: document: no line of the changefeed 'other'; expected one of cf"});
  const std::string first = folder.write("B.log", kStale);
  std::filesystem::create_directories(folder.path("sub"));
  const std::string second = folder.write("sub/B.log", kStale);
  CHECK(
      errors_of({{"", {first}}, {"", {second}}}) ==
      Lines{"B.log: document: the node 'B' again; expected another node; --node gives several files of one"});
  const std::string message_log = folder.write("A.jsonl", kClose);
  const std::string again = folder.write("C.jsonl", kClose + kClose);
  CHECK(
      errors_of({{"", {message_log}}, {"", {again}}}) ==
      Lines{
          "C.jsonl: line 1, /node: the node 'A' again; expected another node; --node gives several files of "
          "one"});
  // One that goes on while the next is written.
  std::string later = kStale;
  later.replace(later.find("05:41"), 5, "06:41");
  const std::string both = folder.write("D.log.1", kStale + later);
  const std::string within = folder.write("D.log", kStale + later);
  CHECK(
      errors_of({{"D", {both, within}}}) ==
      Lines{
          "D.log: document: it begins before the file ends that was begun before it; expected files of one node "
          "that follow each other"});
}

// {high 1, low 12} and {high 21, low 1} are both "121".
TEST_CASE("Two ids of the same digits are told of, and are not taken for one") {
  const Folder folder;
  const std::string path = folder.write("A.log", stores("config:<dispatcherID:<high:1 low:12 > > ") +
                                                     stores("config:<dispatcherID:<high:21 low:1 > > ") +
                                                     stores("config:<dispatcherID:<high:3 low:4 > > "));
  const Logs logs = read({{"A", {path}}}, {});
  REQUIRE(logs.errors.size() == 1);
  CHECK(logs.errors.front().what == "two dispatchers with the digits '121'");
  const History& history = logs.histories.front();
  CHECK(!history.lines[0].facts.id);
  CHECK(!history.lines[1].facts.id);
  REQUIRE(history.lines[2].facts.id);
  CHECK(history.names.of(*history.lines[2].facts.id) == "43");
}

TEST_CASE("A pipe has no place among several files of a node") {
  const Folder folder;
  REQUIRE(mkfifo(folder.path("N1.pipe").c_str(), 0600) == 0);
  CHECK(
      errors_of({{"N1", {folder.path("N1.pipe")}}, {"N1", {folder.write("N1.log", kStale)}}}) ==
      Lines{"N1.pipe: document: what can be read but once, among several files of a node; expected files of "
            "the disk, which are put in order first; or it alone"});
}

TEST_CASE("A stream of several nodes is not taken for one node's log") {
  const Folder folder;
  const auto line = [](const std::string& node) {
    return kOrchestratorJson + R"("changefeed":"cf","node":")" + node + "\"}\n";
  };
  const std::string one = folder.write("one.log", line("A") + line("A") + line("A"));
  CHECK(errors_of({{"N1", {one}}}).empty());
  const std::string two = folder.write("two.log", line("A") + line("A") + line("A") + line("B"));
  CHECK(
      errors_of({{"N1", {two}}}) ==
      Lines{
          "two.log: line 4: a line of the node 'B', and nothing is read as the log of 'N1'; expected 'A', as "
          "above: a stream of several nodes is given without --node"});
  CHECK(read({{"N1", {two}}}, {}).histories.empty());
  // Wherever the first that names one stands.
  const std::string late = folder.write("late.log", kStale + kStale + line("A") + kStale + line("B"));
  CHECK(errors_of({{"N1", {late}}}).size() == 1);
  CHECK(read({{"N1", {late}}}, {}).histories.empty());
}

TEST_CASE("A message log of several nodes is not taken for one node's") {
  const Folder folder;
  const auto line = [](const std::string& node) {
    return R"({"node":")" + node +
           R"(","dir":"recv","peer":"M","message":{"type":"MaintainerCloseRequest","epoch":2}})"
           "\n";
  };
  const auto start = [](const std::string& node) {
    return R"({"node":")" + node + R"(","dir":"event","event":"start"})" + "\n";
  };
  const std::string two = folder.write("two.jsonl", line("A") + line("B") + line("A") + line("C"));
  CHECK(
      errors_of({{"N1", {two}}}) ==
      Lines{
          "two.jsonl: line 2, /node: a line of the node 'B', and nothing is read as the log of 'N1'; expected 'A', "
          "as above: a stream of several nodes is given without --node"});
  CHECK(read({{"N1", {two}}}, {}).histories.empty());
  CHECK(read({{"", {two}}}, {}).histories.size() == 3);
  // The names of one node's processes may differ.
  const std::string lives = folder.write("lives.jsonl", start("A") + line("A") + start("B") + line("B"));
  CHECK(errors_of({{"N1", {lives}}}).empty());
  CHECK(read({{"N1", {lives}}}, {}).histories.size() == 2);
  const std::string mixed =
      folder.write("mixed.jsonl", start("A") + line("A") + start("B") + line("B") + line("A"));
  CHECK(errors_of({{"N1", {mixed}}}).size() == 1);
}

TEST_CASE("More names than there is room for are told of, and no other log is lost", "[repeats]") {
  const Folder folder;
  const auto ids = [](const std::string& node, const std::string& prefix) {
    std::string text;
    for (int i = 0; i < 40'000; ++i) {
      text +=
          R"({"t":1,"node":")" + node +
          R"(","dir":"recv","peer":"B","message":{"type":"ScheduleDispatcherRequest","action":"Create","operator":"Add","epoch":1,"mode":"default","span":"table-1","start_ts":1,"id":")" +
          prefix + std::to_string(i) + "\"}}\n";
    }
    return text;
  };
  const Logs logs = read(
      {{"", {folder.write("N1.jsonl", ids("N1", "a"))}}, {"", {folder.write("N2.jsonl", ids("N2", "b"))}}},
      {});
  REQUIRE(logs.errors.size() == 2);
  CHECK(
      logs.errors.front().to_line() ==
      "the logs of node N1: document: too many different names; expected at most 65535 of a kind in the logs of a "
      "changefeed");
  CHECK(logs.histories.size() == 2);
}

TEST_CASE("What kind of log a line in JSON is of, its own keys say") {
  CHECK(is_of_message_log(R"({"node":"level","dir":"recv"})"));
  CHECK(is_of_message_log(R"({"node":"A","dir":"recv","msg":{"level":1}})"));
  CHECK(is_of_message_log(R"({"node":"A","dir" : "recv","msg":{"le)"));
  CHECK(!is_of_message_log(R"({"level":"INFO","dir":"recv"})"));
  CHECK(!is_of_message_log(R"({"message":"dir","fields":{"dir":"recv"}})"));
}

TEST_CASE("Of one file, twenty lines are told of, and how many more there are") {
  const Folder folder;
  std::string text = kStale;
  for (int i = 0; i < 50; ++i) text += stale_with("requestMaintainerEpoch", "x");
  const Lines errors = errors_of({{"", {folder.write("A.log", text)}}});
  REQUIRE(errors.size() == 21);
  CHECK(errors.back() == "A.log: document: 30 more of its lines are wrong; expected a log");
}

TEST_CASE("A message log of which a hundred lines are wrong is not read on") {
  const Folder folder;
  std::string text = kClose;
  for (int i = 0; i < 20'000; ++i) text += received(R"({"type":"MaintainerOpenRequest"})");
  const Lines errors = errors_of({{"", {folder.write("A.jsonl", text)}}});
  REQUIRE(errors.size() == Complaints::kMostOfAFile + 1);
  CHECK(errors.back() == "A.jsonl: document: 81 more of its lines are wrong; expected a log");
}

TEST_CASE("No byte of a message log makes its reader fall", "[repeats]") {
  const Folder folder;
  const std::string text =
      cluster_schedule(R"({"dispatcherID":"d1","mode":0,"span":"t7","startTs":"12"})") +
      R"({"t":1,"node":"A","dir":"send","n":1,"from":"A","to":"B","topic":"maintainer-manager","type":"MaintainerBootstrapResponse","msg":{"changefeedID":"cf#c1","err":null,"spans":[{"ID":"d1","component_status":"Working","mode":0,"span":"t0"}],"operators":[]}})"
      "\n";
  for (std::size_t at = 0; at < text.size(); ++at) {
    for (const char byte : {'"', '{', '0', '\n', 'n', '\0'}) {
      std::string changed = text;
      changed[at] = byte;
      for (const std::string& error : errors_of({{"", {folder.write("A.jsonl", changed)}}})) {
        CHECK(error.find('\n') == std::string::npos);
      }
    }
  }
}
