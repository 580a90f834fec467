// Real logs in, histories out: what is in them, and how it is joined.
#include "checker/logs/read.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "checker/logs/source.h"
#include "checker/logs/table.h"
#include "checker/logs/text_line.h"
#include "spec/json/values.h"
#include "tests/checker/logs/folder.h"

using namespace takeover;
using namespace takeover::logs;
namespace fs = std::filesystem;

namespace {

const std::string kData = TAKEOVER_LOGS_DATA;

std::vector<std::string> folders_in(const std::string& folder) {
  std::vector<std::string> out;
  for (const auto& entry : fs::directory_iterator(kData + "/" + folder)) out.push_back(entry.path().string());
  std::ranges::sort(out);
  return out;
}

// The files of a folder whose names have `part`; each a node of its own, as its log says.
std::vector<NodeLogs> logs_of(const std::string& folder, const std::string& part) {
  std::vector<NodeLogs> out;
  for (const auto& entry : fs::directory_iterator(folder)) {
    const std::string name = entry.path().filename().string();
    if (name.find(part) != std::string::npos) out.push_back({"", {entry.path().string()}});
  }
  std::ranges::sort(out, {}, [](const NodeLogs& node) { return node.paths.front(); });
  REQUIRE(!out.empty());
  return out;
}

Logs read_all(const std::string& folder, const std::string& part) {
  Logs logs = read(logs_of(folder, part), {});
  for (const spec::InputError& error : logs.errors) FAIL_CHECK(error.to_line());
  return logs;
}

// Of each folder, one history a node and changefeed.
std::vector<History> histories_in(const std::string& kind, const std::string& part) {
  std::vector<History> out;
  for (const std::string& folder : folders_in(kind)) {
    Logs logs = read_all(folder, part);
    std::move(logs.histories.begin(), logs.histories.end(), std::back_inserter(out));
  }
  return out;
}

using Counts = std::map<std::pair<std::string, std::string>, std::uint64_t>;

Counts counts_of_rows(const std::string& kind) {
  Counts counts;
  LineReader reader;
  for (const std::string& folder : folders_in(kind)) {
    for (const NodeLogs& node : logs_of(folder, ".log")) {
      Source source(node.paths);
      while (const auto next = source.next()) {
        const auto outcome = reader.read(std::get<Line>(*next).text);
        const auto& line = std::get<RawLine>(outcome);  // each is one
        const Row* const row = row_of(line.message, line.caller);
        if (row == nullptr || row->use == Use::kNoise) continue;
        ++counts[{std::string(row->caller), std::string(row->message)}];
        CHECK(row->level == line.level);
      }
    }
  }
  return counts;
}

std::size_t count_of_lines(const std::vector<History>& histories) {
  std::size_t count = 0;
  for (const History& history : histories) count += history.lines.size();
  return count;
}

}  // namespace

TEST_CASE("Each row of the table is found as often as grep finds it") {
  const Counts node = counts_of_rows("node");
  const Counts cluster = counts_of_rows("cluster");
  Counts expected_node;
  Counts expected_cluster;
  const auto rows = nlohmann::json::parse(std::ifstream(kData + "/rows.json"));
  for (const auto& row : rows) {
    const std::pair<std::string, std::string> key{row[0], row[1]};
    if (row[2] > 0) expected_node[key] = row[2];
    if (row[3] > 0) expected_cluster[key] = row[3];
  }
  CHECK(node == expected_node);
  CHECK(cluster == expected_cluster);
}

// 55 and 8 are the pairs of a node and a changefeed's incarnation for which a line of the node's dispatcher
// side stands in the log; 1,745 and 399 are these lines (grep -c '"dir":"\(recv\|send\)"' in the latter).
TEST_CASE("A message log gives a history of each node and each incarnation of a changefeed") {
  const auto cluster = histories_in("cluster", ".jsonl");
  CHECK(cluster.size() == 55);
  CHECK(count_of_lines(cluster) == 1745);
  const auto node = histories_in("node", ".jsonl");
  CHECK(node.size() == 8);
  CHECK(count_of_lines(node) == 399);
  for (const History& history : cluster) {
    CHECK(history.is_message_log);
    CHECK(history.names.of(history.self) == history.node);
  }
}

// e_remove has two incarnations of a name on three nodes, which one history holds: 55 less 3.
TEST_CASE("A text log gives a history of each node and each changefeed's name") {
  const auto cluster = histories_in("cluster", ".log");
  CHECK(cluster.size() == 52);
  const auto node = histories_in("node", ".log");
  CHECK(node.size() == 8);
  for (const History& history : cluster) {
    CHECK(!history.is_message_log);
    CHECK(history.begins);
    CHECK(history.levels.debug);
    CHECK(history.levels.info);
    CHECK(history.names.of(history.self) == history.node);
  }
  for (const History& history : node) CHECK(!history.begins);
}

// Every line of a step is in one history, but those of the process, which are in each of them: in g_fence and
// f_pause_resume a fence, of one changefeed.
TEST_CASE("No line of a step is lost") {
  std::map<LineId, std::uint64_t> told;
  for (const std::string kind : {"node", "cluster"}) {
    for (const auto& [key, count] : counts_of_rows(kind)) {
      const Row* const row = row_of(key.second, key.first);
      if (row->use == Use::kStep) told[row->id] += count;
    }
  }
  std::map<LineId, std::uint64_t> observed;
  for (const std::string kind : {"node", "cluster"}) {
    for (const History& history : histories_in(kind, ".log")) {
      for (const Observed& seen : history.lines) {
        CHECK(seen.what == What::kLine);
        ++observed[seen.line];
      }
    }
  }
  CHECK(observed == told);
}

TEST_CASE("A recorded run's ids are those of its text log") {
  for (const std::string& folder : folders_in("node")) {
    const auto ids = nlohmann::json::parse(std::ifstream(folder + "/ids.json"));
    std::set<std::string> known;
    for (const auto& [name, digits] : ids.items()) known.insert(digits.get<std::string>());
    const Logs logs = read_all(folder, ".log");
    const History& history = logs.histories.front();
    for (const Observed& seen : history.lines) {
      for (const auto& id : {seen.facts.id, seen.facts.trigger_here, seen.facts.trigger_asked}) {
        if (!id || *id == impl::DispatcherId::kNone) continue;
        INFO(history.names.of(*id));
        CHECK(known.contains(history.names.of(*id)));
      }
    }
  }
}

// The recorder calls dispatchers "d" and eight hexadecimal digits.
TEST_CASE("With a message log beside it, a text log's dispatchers have the names of the messages") {
  for (const std::string& folder : folders_in("cluster")) {
    const Logs logs = read({{"", {folder}}}, {});
    CHECK(logs.errors.empty());
    for (const History& history : logs.histories) {
      for (const Observed& seen : history.lines) {
        if (seen.facts.id) CHECK(history.names.of(*seen.facts.id).size() == 9);
      }
    }
  }
}

TEST_CASE("A trigger's lines are the orchestrator's, a table's the schedule's") {
  std::map<std::pair<LineId, Thread>, std::uint64_t> counts;
  for (const std::string kind : {"node", "cluster"}) {
    for (const History& history : histories_in(kind, ".log")) {
      for (const Observed& seen : history.lines) ++counts[{seen.line, seen.thread}];
    }
  }
  // grep 'new dispatcher created' | grep -c 'tableID: 0' gives 8 and 33, without: 19 and 82; of redo 1 and 3,
  // 1 and 4. As many triggers of either mode are said to be created (474 and 154: 41, 4).
  CHECK(counts[{LineId::kDispatcherCreated, Thread::kOrchestrator}] == 8 + 33);
  CHECK(counts[{LineId::kDispatcherCreated, Thread::kSchedule}] == 19 + 82);
  CHECK(counts[{LineId::kRedoDispatcherCreated, Thread::kOrchestrator}] == 1 + 3);
  CHECK(counts[{LineId::kRedoDispatcherCreated, Thread::kSchedule}] == 1 + 4);
  CHECK(counts[{LineId::kEventTriggerCreated, Thread::kOrchestrator}] == 41);
}

TEST_CASE("Of messages, whole requests and partial answers are kept") {
  const Logs logs = read_all(kData + "/cluster/m_redo", ".jsonl");
  const History& history = logs.histories.front();
  REQUIRE(history.node == "N1");
  REQUIRE(history.lines.size() > 2);
  // N1.msg.jsonl, lines 17 (id lines are 10, 14 and 15) and 18.
  const Observed& request = history.lines[0];
  CHECK(request.what == What::kArrival);
  CHECK(request.thread == Thread::kArrival);
  CHECK(spec::write_message(request.message, history.names) ==
        spec::Json::parse(R"({"type": "MaintainerBootstrapRequest", "epoch": 470712148321370112,
          "event_trigger": "d1871ecc9", "redo_trigger": "d17d45955", "start_ts": 470712148191870976,
          "is_new_changefeed": true, "config_epoch": 470712148321370112, "redo_enabled": true})"));
  const Observed& answer = history.lines[1];
  CHECK(answer.what == What::kSend);
  CHECK(answer.thread == Thread::kOrchestrator);
  CHECK(history.names.of(answer.message.to) == "N1");
  CHECK(answer.expected ==
        spec::Json::parse(R"({"type": "MaintainerBootstrapResponse", "epoch": 470712148321370112,
          "error": null, "checkpoint_ts": 470712148191870976, "redo_checkpoint_ts": 470712148191870976,
          "spans": [{"id": "d1871ecc9", "span": "ddl", "mode": "default", "status": "Initializing"},
                    {"id": "d17d45955", "span": "ddl", "mode": "redo", "status": "Initializing"}],
          "operators": []})"));
}

TEST_CASE("Whether redo is on is inferred from all logs of a changefeed") {
  for (const std::string& folder : folders_in("cluster")) {
    const bool has_redo = folder.ends_with("m_redo");
    for (const History& history : read_all(folder, ".jsonl").histories) {
      CHECK(history.pools.redo.value_or(false) == has_redo);
      for (const Observed& seen : history.lines) {
        const auto* bootstrap = seen.message.as<impl::MaintainerBootstrapRequest>();
        if (seen.what == What::kArrival && bootstrap != nullptr) CHECK(bootstrap->redo_enabled == has_redo);
      }
    }
  }
}

// A receipt is later than its sending by every clock of these runs: they have one.
TEST_CASE("Clocks that agree with causes are not reported") {
  for (const std::string& folder : folders_in("cluster")) CHECK(read_all(folder, ".jsonl").clocks.empty());
}

// A message log in a recorder's form: what is seen of one line, behind another.
namespace {

std::vector<Observed> seen_of(const std::string& line) {
  const Folder folder;
  const std::string first =
      R"({"t":1,"node":"A","dir":"recv","from":"B","to":"A","topic":"heartbeat-collector","type":"CheckpointTsMessage","msg":{"changefeedID":"cf#c1","checkpointTs":7}})"
      "\n";
  const Logs logs = read({{"", {folder.write("A.msg.jsonl", first + line + "\n")}}}, {});
  CHECK(logs.errors.empty());
  REQUIRE(logs.histories.size() == 1);
  return {logs.histories.front().lines.begin() + 1, logs.histories.front().lines.end()};
}

}  // namespace

TEST_CASE("Lines of other roles tell of nodes and epochs, and of the epoch of a maintainer that is here") {
  const Folder folder;
  const std::string text =
      "[2026/06/30 05:41:12.123 +00:00] [WARN] [maintainer.go:1052] [\"drop stale maintainer response\"] "
      "[changefeedID=default/cf] [responseType=bootstrap] [from=D] [responseMaintainerEpoch=7] "
      "[currentMaintainerEpoch=9]\n"
      "[2026/06/30 05:41:12.124 +00:00] [INFO] [dispatcher_orchestrator.go:698] [\"try close dispatcher manager\"] "
      "[changefeed=default/cf] [success=true]\n";
  const Logs logs = read({{"A", {folder.write("A.log", text)}}}, {});
  REQUIRE(logs.histories.size() == 1);
  const History& history = logs.histories.front();
  CHECK(history.pools.epochs == std::vector<impl::Epoch>{7, 9});
  std::set<std::string> nodes;
  for (const impl::NodeId node : history.pools.nodes) nodes.insert(history.names.of(node));
  CHECK(nodes == std::set<std::string>{"A", "D"});
  REQUIRE(history.pools.owners.size() == 1);
  CHECK(history.pools.owners.front() == Pools::Owner{history.self, 9});
}

TEST_CASE("What is known of a changefeed comes from the logs of all nodes, and from no other changefeed") {
  const Folder folder;
  const auto bootstrap = [](const std::string& node, const std::string& changefeed, int epoch) {
    return R"({"node":")" + node + R"(","dir":"recv","peer":"M")" +
           (changefeed.empty() ? "" : R"(,"changefeed":")" + changefeed + "\"") +
           R"(,"message":{"type":"MaintainerBootstrapRequest","epoch":)" + std::to_string(epoch) + "}}\n";
  };
  const auto epochs_of = [&](const std::string& text) {
    std::map<std::string, std::vector<impl::Epoch>> epochs;
    for (const History& history : read({{"", {folder.write("all.jsonl", text)}}}, {}).histories) {
      epochs[history.node + " " + history.changefeed] = history.pools.epochs;
    }
    return epochs;
  };
  const std::string named = bootstrap("A", "cf1", 1) + bootstrap("B", "cf2", 2) + bootstrap("B", "cf1", 3);
  using Epochs = std::map<std::string, std::vector<impl::Epoch>>;
  CHECK(epochs_of(named) == Epochs{{"A cf1", {1, 3}}, {"B cf1", {1, 3}}, {"B cf2", {2}}});
  // One that is not named may be any.
  CHECK(
      epochs_of(named + bootstrap("C", "", 4)) ==
      Epochs{{"A cf1", {1, 3, 4}}, {"B cf1", {1, 3, 4}}, {"B cf2", {2, 4}}, {"C changefeed", {1, 2, 3, 4}}});
}

TEST_CASE("What a coordinator says tells who owned a changefeed, and with which epoch") {
  const Folder folder;
  const std::string closes =
      "[2026/06/30 05:41:12.124 +00:00] [INFO] [dispatcher_orchestrator.go:698] [\"try close dispatcher manager\"] "
      "[changefeed=default/cf] [success=true]\n";
  const std::string status =
      R"([status="changefeed: cf, feedState: , state: Working, maintainerEpoch: 7, errs: []\n"])";
  struct Case {
    std::string line;
    std::vector<impl::Epoch> epochs;
  };
  for (
      const Case& each : std::vector<Case>{
          {R"([WARN] [controller.go:608] ["drop stale maintainer status"] [changefeed=default/cf] [node=D] )"
           "[statusMaintainerEpoch=7] [currentMaintainerEpoch=9]",
           {7, 9}},
          {R"([WARN] [controller.go:631] ["no changefeed found and no operator for it, removing from maintainer"] )"
           "[changefeed=default/cf] [sourceNode=D] " +
               status,
           {7}},
          {R"([INFO] [controller.go:749] ["changefeed maintainer already running in other server"] )"
           "[changefeed=default/cf] [node=D] " +
               status,
           {7}},
          {R"([PANIC] [controller.go:836] ["maintainer runs on multiple node"] [changefeedID=default/cf] )"
           "[oldNode=E] [newNode=D] [currentMaintainerEpoch=9] [statusMaintainerEpoch=7]",
           {7, 9}},
          {R"([WARN] [controller.go:858] ["ignore running maintainer with stale epoch when bootstrapping"] )"
           "[changefeed=default/cf] [node=D] [statusMaintainerEpoch=7] " +
               status,
           {7}}}) {
    CAPTURE(each.line);
    const std::string text = "[2026/06/30 05:41:12.123 +00:00] " + each.line + "\n" + closes;
    const Logs logs = read({{"A", {folder.write("A.log", text)}}}, {});
    CHECK(logs.errors.empty());
    CHECK(logs.unknown_lines == 0);
    REQUIRE(logs.histories.size() == 1);
    const History& history = logs.histories.front();
    CHECK(history.pools.epochs == each.epochs);
    REQUIRE(history.pools.owners.size() == 1);
    CHECK(history.names.of(history.pools.owners.front().node) == "D");
    CHECK(history.pools.owners.front().epoch == 7);
  }
}

TEST_CASE("What a maintainer sends tells of its epoch, and of the dispatcher") {
  const Folder folder;
  const auto sends = [](const std::string& message) {
    return R"([2026/06/30 05:41:12.123 +00:00] [DEBUG] [operator_controller.go:184] ["send command to dispatcher"] )"
           R"([role=maintainer] [changefeedID=default/cf] [operator="of a dispatcher"] [msg="[)" +
           message + "]\"]\n";
  };
  const std::string text =
      sends(
          R"({\"config\":{\"span\":{\"TableID\":103},\"startTs\":8,\"dispatcherID\":{\"high\":3,\"low\":4}},\"maintainer_epoch\":7})") +
      sends(R"({\"mergedDispatcherID\":{\"high\":5,\"low\":6},\"maintainer_epoch\":7})") +
      "[2026/06/30 05:41:12.124 +00:00] [INFO] [dispatcher_orchestrator.go:698] [\"try close dispatcher manager\"] "
      "[changefeed=default/cf] [success=true]\n";
  const Logs logs = read({{"A", {folder.write("A.log", text)}}}, {});
  CHECK(logs.errors.empty());
  REQUIRE(logs.histories.size() == 1);
  const History& history = logs.histories.front();
  REQUIRE(history.pools.owners.size() == 1);
  CHECK(history.pools.owners.front() == Pools::Owner{history.self, 7});
  CHECK(history.pools.start_ts == std::vector<impl::Ts>{8});
  std::set<std::string> dispatchers;
  for (const impl::DispatcherId id : history.pools.dispatchers) dispatchers.insert(history.names.of(id));
  CHECK(dispatchers == std::set<std::string>{"43", "65"});
  CHECK(history.pools.spans.size() == 1);
}

TEST_CASE("A HeartBeatResponse is a request for each action, and none for an acknowledgement") {
  const auto statuses = [](const std::string& list) {
    return seen_of(
        R"({"t":1,"node":"A","dir":"recv","from":"B","to":"A","topic":"heartbeat-collector","type":"HeartBeatResponse","msg":{"changefeedID":"cf#c1","maintainer_epoch":3,"dispatcherStatuses":)" +
        list + "}}");
  };
  CHECK(statuses("[]").empty());
  CHECK(statuses(R"([{"ack":{"commitTs":7},"action":null}])").empty());
  CHECK(statuses(R"([{"ack":{"commitTs":7}}])").empty());
  const auto several = statuses(R"([{"action":{"action":"Pass"}},{"ack":{}},{"action":{"action":"Write"}}])");
  REQUIRE(several.size() == 2);
  CHECK(several[0].message.as<impl::HeartBeatResponse>()->action == impl::BarrierAction::kPass);
  CHECK(several[1].message.as<impl::HeartBeatResponse>()->action == impl::BarrierAction::kWrite);
  CHECK(several[0].at == several[1].at);
}

TEST_CASE("An answer with an error that has no name here is a refusal") {
  const auto answer = [](const std::string& error) {
    return seen_of(
        R"({"t":1,"node":"A","dir":"send","n":1,"from":"A","to":"B","topic":"maintainer-manager","type":"MaintainerBootstrapResponse","msg":{"changefeedID":"cf#c1","err":)" +
        error + R"(,"spans":[],"operators":[]}})");
  };
  const auto unnamed = answer(R"({"code":"ErrOfAnotherVersion","message":"x"})");
  REQUIRE(unnamed.size() == 1);
  CHECK(unnamed.front().has_error);
  CHECK(!unnamed.front().expected.contains("error"));
  const auto named = answer(R"({"code":"ErrWritePathClosed","message":"x"})");
  REQUIRE(named.size() == 1);
  CHECK(!named.front().has_error);
  CHECK(named.front().expected.at("error") == "ErrWritePathClosed");
  const auto none = answer("null");
  REQUIRE(none.size() == 1);
  CHECK(!none.front().has_error);
}
