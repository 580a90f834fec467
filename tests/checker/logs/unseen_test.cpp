// What no line tells of is chosen, and every choice that a judge may see is made.
#include <algorithm>
#include <catch2/catch.hpp>
#include <cstddef>
#include <filesystem>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "checker/logs/ask.h"
#include "checker/logs/explain.h"
#include "checker/logs/moves.h"
#include "checker/logs/place.h"
#include "checker/logs/read.h"
#include "checker/logs/window_model.h"
#include "spec/profiles.h"
#include "tests/checker/logs/folder.h"

namespace takeover::logs {
namespace {

constexpr impl::NodeId kSelf{1};
constexpr impl::NodeId kOld{2};
constexpr impl::NodeId kNext{3};
constexpr impl::DispatcherId kTable{7};

// A text log of one line, by which an old and a next owner are known.
History history_of(LineId id, Thread thread, const Facts& facts) {
  History history;
  history.self = kSelf;
  history.levels = {.debug = true, .info = true};
  history.pools.owners = {{kOld, 2}, {kNext, 3}};
  history.pools.nodes = {kOld, kNext};
  history.pools.epochs = {2, 3};
  history.lines.push_back({.thread = thread, .line = id, .facts = facts});
  return history;
}

std::vector<Move> moves_of(const History& history, const Place& place, const Width& width = {}) {
  const Plan plan(history);
  const Task task{history, plan, spec::profile_named("pr-5436")->rules, spec::every_property()};
  std::vector<Move> moves;
  Moves(task, width, true).for_each(place, [&](Move&& move) { moves.push_back(std::move(move)); });
  return moves;
}

// Of the old owner, with a status that waits.
Place with_manager() {
  Place place;
  impl::DispatcherManager& manager = place.node.manager.emplace();
  manager.owner = kOld;
  manager.epoch = 2;
  manager.registered = true;
  manager.push_status(kTable, impl::Status::kWorking, impl::Mode::kDefault);
  return place;
}

std::size_t reports(const std::vector<Move>& moves) {
  return static_cast<std::size_t>(std::ranges::count_if(
      moves, [](const Move& move) { return move.steps.front().action.is(impl::NodeActionKind::kReport); }));
}

}  // namespace

TEST_CASE("what waits on the status channel is told at once, unless another owner is about to take over") {
  const auto stores = [](impl::Epoch epoch) {
    return history_of(LineId::kStoresAdd, Thread::kSchedule, {.epoch = epoch, .id = kTable});
  };
  const auto of_owner = moves_of(stores(2), with_manager());
  CHECK(reports(of_owner) == 1);
  CHECK(of_owner.size() == 1);
  const auto of_next = moves_of(stores(3), with_manager());
  CHECK(reports(of_next) == 1);
  CHECK(of_next.size() > 1);
  // It is no guess that it is told.
  CHECK(std::ranges::all_of(of_next, [](const Move& move) {
    return (move.cost == 0) == move.steps.front().action.is(impl::NodeActionKind::kReport);
  }));
}

TEST_CASE("what leaves no trace of its sender may be of each") {
  const History history = history_of(LineId::kPostBootstrapNoManager, Thread::kOrchestrator, {});
  std::set<impl::NodeId> senders;
  for (const Move& move : moves_of(history, {})) senders.insert(move.steps.front().action.request->from);
  CHECK(senders == std::set<impl::NodeId>{kOld, kNext});
}

TEST_CASE("a Close may or may not have asked for removed") {
  const History history = history_of(LineId::kTryClose, Thread::kOrchestrator, {.success = true});
  std::set<bool> removed;
  for (const Move& move : moves_of(history, {})) {
    removed.insert(move.steps.front().action.request->as<impl::MaintainerCloseRequest>()->removed);
  }
  CHECK(removed == std::set<bool>{false, true});
}

TEST_CASE("a batch of Creates may have a stale one between") {
  History history = history_of(LineId::kStoresAdd, Thread::kSchedule, {.epoch = 2, .id = kTable});
  const auto add = [&](LineId id, const Facts& facts) {
    history.lines.push_back({.thread = Thread::kSchedule, .line = id, .facts = facts});
  };
  constexpr impl::DispatcherId kOther{8};
  add(LineId::kStaleSchedule, {.from = kNext, .epoch = 1, .owner = kOld, .owner_epoch = 2, .id = kTable});
  add(LineId::kStoresAdd, {.epoch = 2, .id = kOther});
  for (const impl::DispatcherId id : {kTable, kOther}) {
    add(LineId::kEventCollectorAdds, {.id = id});
    add(LineId::kDispatcherCreated, {.id = id});
  }
  for (const impl::DispatcherId id : {kTable, kOther}) add(LineId::kDeletesAdd, {.id = id});
  Place place = with_manager();
  place.node.manager->statuses.clear();
  std::vector<Move> whole;
  for (Move& move : moves_of(history, place)) {
    if (move.place.at == history.lines.size()) whole.push_back(std::move(move));
  }
  REQUIRE(whole.size() == 1);
  CHECK(whole.front().cost == 3);
  CHECK(whole.front().place.node.manager->dispatchers.size() == 2);
}

TEST_CASE("of stale Creates behind a batch all are taken with it, or none") {
  History history = history_of(LineId::kStoresAdd, Thread::kSchedule, {.epoch = 2, .id = kTable});
  constexpr std::size_t kStale = 5;
  for (std::size_t i = 0; i < kStale; ++i) {
    history.lines.push_back(
        {.thread = Thread::kSchedule,
         .line = LineId::kStaleSchedule,
         .facts = {.from = kNext, .epoch = 1, .owner = kOld, .owner_epoch = 2, .id = kTable}});
  }
  for (const LineId id : {LineId::kEventCollectorAdds, LineId::kDispatcherCreated, LineId::kDeletesAdd}) {
    history.lines.push_back({.thread = Thread::kSchedule, .line = id, .facts = {.id = kTable}});
  }
  Place place = with_manager();
  place.node.manager->statuses.clear();
  const Plan plan(history);
  const Task task{history, plan, spec::profile_named("pr-5436")->rules, spec::every_property()};
  std::vector<std::size_t> tried;
  const Asker::Try note = [&](const Asker::Messages& messages, impl::Path,
                              std::optional<impl::NodeActionKind> fault) {
    if (!fault) tried.push_back(messages.size());
    return false;
  };
  const Width width;
  Asker(task, width, place, 0, note).ask();
  CHECK(tried == std::vector<std::size_t>{1 + kStale, 1});
  const auto moves = moves_of(history, place);
  CHECK(std::ranges::any_of(moves, [&](const Move& move) { return move.place.at == history.lines.size(); }));
}

TEST_CASE("places that differ in the premises that were met are two") {
  Place met;
  met.met.set(0);
  CHECK(bytes_of(met) != bytes_of(Place{}));
}

TEST_CASE("no explanation of a healthy text log violates anything that its messages do not") {
  std::size_t judged = 0;
  for (const auto& folder :
       std::filesystem::directory_iterator(std::string(TAKEOVER_LOGS_DATA) + "/cluster")) {
    for (const auto& file : std::filesystem::directory_iterator(folder.path())) {
      const std::string path = file.path().string();
      if (path.find(".log") == std::string::npos) continue;
      for (const History& history : read({{.node = "", .paths = {path}}}, {}).histories) {
        CAPTURE(path, history.changefeed);
        const Explanation explanation = explain(
            history,
            {.search = {.rules = spec::profile_named("pr-5436")->rules, .judged = spec::every_property()}});
        const auto* explained = std::get_if<Explained>(&explanation.outcome.verdict);
        REQUIRE(explained != nullptr);
        CHECK(explained->is_confirmed);
        // Its clean-up fails twice, which the text tells and the messages do not.
        const bool is_failure = path.find("m_redo/N1.log") != std::string::npos;
        CHECK(explained->violated_in_some.any() == is_failure);
        ++judged;
      }
    }
  }
  CHECK(judged > 20);
}

namespace {

// Of node A, whose manager is B's, and has been closed.
const std::string kClosed =
    R"([2026/05/28 20:26:40.000 +00:00] [INFO] [server.go:334] ["server initialized"] [node=A]
[2026/05/28 20:26:40.001 +00:00] [INFO] [dispatcher_manager.go:410] ["dispatcher manager initialized"] [changefeedID=default/cf] [maintainerID=B] [startTs=100] [redoEnable=false]
[2026/05/28 20:26:40.002 +00:00] [INFO] [dispatcher_manager.go:1060] ["closing event dispatcher manager"] [changefeedID=default/cf]
[2026/05/28 20:26:40.003 +00:00] [INFO] [dispatcher_orchestrator.go:698] ["try close dispatcher manager"] [changefeed=default/cf] [success=false]
[2026/05/28 20:26:40.004 +00:00] [INFO] [dispatcher_manager.go:1076] ["stopping dispatcher manager write path"] [changefeedID=default/cf]
[2026/05/28 20:26:40.005 +00:00] [INFO] [dispatcher_manager.go:1085] ["closed all redo dispatchers"] [changefeedID=default/cf]
[2026/05/28 20:26:40.006 +00:00] [INFO] [dispatcher_manager.go:1138] ["shared info closed"] [changefeedID=default/cf]
[2026/05/28 20:26:40.007 +00:00] [INFO] [dispatcher_manager.go:1178] ["event dispatcher manager closed"] [changefeedID=default/cf]
)";

Outcome outcome_of(const std::string& text, std::string_view profile) {
  const Folder folder;
  const Logs logs = read({{.node = "", .paths = {folder.write("A.log", text)}}}, {});
  REQUIRE(logs.errors.empty());
  REQUIRE(logs.histories.size() == 1);
  return search(logs.histories.front(), {.rules = spec::profile_named(profile)->rules});
}

std::vector<impl::Message> bootstraps_of(const Outcome& outcome) {
  std::vector<impl::Message> bootstraps;
  const auto* explained = std::get_if<Explained>(&outcome.verdict);
  REQUIRE(explained != nullptr);
  for (const ExplainedStep& step : explained->run) {
    const auto& request = step.action.request;
    if (request && request->as<impl::MaintainerBootstrapRequest>() != nullptr) bootstraps.push_back(*request);
  }
  return bootstraps;
}

}  // namespace

TEST_CASE("a Bootstrap that ended early may have asked for a trigger that no line names") {
  const std::string text =
      kClosed +
      "[2026/05/28 20:26:40.008 +00:00] [ERROR] [dispatcher_orchestrator.go:454] [\"failed to create table "
      "trigger dispatcher\"] [changefeedID=default/cf] [triggerName=\"table trigger event dispatcher\"]\n";
  const auto asked = bootstraps_of(outcome_of(text, "pre-5434"));
  REQUIRE(asked.size() == 2);
  CHECK(asked.front().as<impl::MaintainerBootstrapRequest>()->event_trigger == impl::DispatcherId::kNone);
  CHECK(asked.back().as<impl::MaintainerBootstrapRequest>()->event_trigger != impl::DispatcherId::kNone);
}

TEST_CASE("an owner whose epoch no line tells has one above that of the manager that was closed") {
  const std::string text =
      kClosed +
      "[2026/05/28 20:26:40.009 +00:00] [INFO] [dispatcher_manager.go:410] [\"dispatcher manager "
      "initialized\"] [changefeedID=default/cf] [maintainerID=C] [startTs=200] [redoEnable=false]\n";
  const auto asked = bootstraps_of(outcome_of(text, "reference"));
  REQUIRE(asked.size() == 2);
  CHECK(asked.front().epoch < asked.back().epoch);
}

TEST_CASE("an owner whose epoch no line tells may come before one whose epoch a line tells") {
  const std::string text =
      R"([2026/05/28 20:26:40.000 +00:00] [INFO] [server.go:334] ["server initialized"] [node=A]
[2026/05/28 20:26:40.001 +00:00] [INFO] [dispatcher_manager.go:410] ["dispatcher manager initialized"] [changefeedID=default/cf] [maintainerID=B] [startTs=100] [redoEnable=false]
[2026/05/28 20:26:40.001 +00:00] [WARN] [dispatcher_orchestrator.go:271] ["drop stale maintainer bootstrap request"] [changefeed=cf] [from=X] [requestMaintainerEpoch=10] [currentMaintainerEpoch=30] [currentMaintainer=B]
)" + kClosed.substr(kClosed.find("[2026/05/28 20:26:40.002")) +
      R"([2026/05/28 20:26:40.009 +00:00] [INFO] [dispatcher_manager.go:410] ["dispatcher manager initialized"] [changefeedID=default/cf] [maintainerID=C] [startTs=200] [redoEnable=false]
[2026/05/28 20:26:40.010 +00:00] [WARN] [dispatcher_orchestrator.go:271] ["drop stale maintainer bootstrap request"] [changefeed=cf] [from=B] [requestMaintainerEpoch=30] [currentMaintainerEpoch=60] [currentMaintainer=D]
)";
  const auto asked = bootstraps_of(outcome_of(text, "reference"));
  const auto of_next = std::ranges::find_if(asked, [](const impl::Message& each) { return each.epoch > 30; });
  REQUIRE(of_next != asked.end());
  CHECK(of_next->epoch < 60);
}

TEST_CASE("a node that leaves handles what waits in its queue") {
  // After the shutdown, which the first of them needs, no Close arrives.
  const std::string text =
      R"([2026/05/28 20:26:40.000 +00:00] [INFO] [server.go:334] ["server initialized"] [node=A]
[2026/05/28 20:26:40.002 +00:00] [ERROR] [dispatcher_orchestrator.go:242] ["failed to create new dispatcher manager"] [changefeedID=cf]
[2026/05/28 20:26:40.001 +00:00] [INFO] [dispatcher_orchestrator.go:824] ["dispatcher orchestrator is closing"]
[2026/05/28 20:26:40.003 +00:00] [INFO] [dispatcher_orchestrator.go:698] ["try close dispatcher manager"] [changefeed=default/cf] [success=true]
)";
  for (const std::string_view profile : {"pre-5434", "pr-5436"}) {
    CAPTURE(profile);
    const Outcome outcome = outcome_of(text, profile);
    REQUIRE(std::holds_alternative<Explained>(outcome.verdict));
    const auto& run = std::get<Explained>(outcome.verdict).run;
    const auto shutdown = std::ranges::find_if(run, [](const ExplainedStep& step) {
      return step.action.is(impl::NodeActionKind::kCloseOrchestrator);
    });
    CHECK(std::any_of(run.begin(), shutdown, [](const ExplainedStep& step) {
      return step.action.request && step.action.request->as<impl::MaintainerCloseRequest>() != nullptr;
    }));
  }
}

TEST_CASE("messages wait where the node leaves within 32 lines") {
  const auto waits = [](std::size_t before) {
    History history = history_of(LineId::kPostBootstrapNoManager, Thread::kOrchestrator, {});
    while (history.lines.size() < before) history.lines.push_back(history.lines.front());
    history.lines.push_back({.thread = Thread::kShutdown, .line = LineId::kClosing});
    return std::ranges::any_of(moves_of(history, {}, {.queued = true}),
                               [](const Move& move) { return !move.place.node.pending.empty(); });
  };
  CHECK(waits(31));
  CHECK_FALSE(waits(32));
}

TEST_CASE("a heartbeat that does not say that it is complete is not") {
  Folder folder;
  const std::string path = folder.write(
      "A.jsonl", R"({"node":"A","dir":"send","peer":"B","message":{"type":"HeartBeatRequest","statuses":[]}})"
                 "\n");
  const Logs logs = read({{.node = "", .paths = {path}}}, {});
  REQUIRE(logs.errors.empty());
  REQUIRE(logs.histories.size() == 1);
  CHECK(logs.histories.front().lines.front().expected.at("complete") == false);
}

}  // namespace takeover::logs
