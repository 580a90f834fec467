// Logs that begin in the midst of a life, or miss a stretch.
#include <algorithm>
#include <catch2/catch.hpp>
#include <filesystem>
#include <string>
#include <vector>

#include "checker/logs/read.h"
#include "checker/logs/search.h"
#include "made.h"
#include "traces/replay.h"

namespace takeover::logs {
namespace {

const std::string kBootstrap =
    R"(<B{"type":"MaintainerBootstrapRequest","epoch":2,"event_trigger":"t1","start_ts":10})";
const std::string kAnswer =
    R"(>B{"type":"MaintainerBootstrapResponse","epoch":2,"error":null,"checkpoint_ts":10})";
const std::string kRemove =
    R"(<B{"type":"ScheduleDispatcherRequest","epoch":2,"action":"Remove","id":"d1","span":"table-1"})";
const std::string kStopped =
    R"(>B{"type":"HeartBeatRequest","statuses":[{"id":"d1","mode":"default","status":"Stopped"}],"complete":false})";

Outcome search_with_gap(History history, bool gap) {
  for (const impl::Epoch epoch : {1U, 2U}) history.pools.epochs.push_back(epoch);
  history.pools.owners.push_back({history.names.node("B"), 2});
  SearchOptions options = default_search();
  options.gap = gap;
  return search(history, options);
}

std::uint64_t assumed(const Outcome& outcome, Assumption what) {
  std::uint64_t count = 0;
  for (const Assumed& each : std::get<Explained>(outcome.verdict).assumed) {
    if (each.what == what) count += each.count;
  }
  return count;
}

TEST_CASE("what a first line names, and does not create, was here") {
  const MadeHistory made({kStopped});
  CHECK(std::holds_alternative<Refuted>(search_with_gap(made.history(), false).verdict));
  const Outcome outcome = search_with_gap(made.history(), true);
  REQUIRE(std::holds_alternative<Explained>(outcome.verdict));
  CHECK(assumed(outcome, Assumption::kInitialState) == 1);
  const auto& initial = std::get<Explained>(outcome.verdict).initial;
  REQUIRE(initial.manager);
  CHECK(initial.manager->dispatchers.size() == 1);
}

TEST_CASE("nothing is assumed of a log that an empty node explains") {
  const MadeHistory made({kBootstrap, kAnswer});
  const Outcome outcome = search_with_gap(made.history(), true);
  REQUIRE(std::holds_alternative<Explained>(outcome.verdict));
  CHECK(assumed(outcome, Assumption::kInitialState) == 0);
  CHECK(assumed(outcome, Assumption::kGap) == 0);
}

TEST_CASE("a stretch that is missing is stepped over, once") {
  const MadeHistory made({kBootstrap, kAnswer, kRemove, kStopped, kStopped});
  CHECK(std::holds_alternative<Refuted>(search_with_gap(made.history(), false).verdict));
  const Outcome outcome = search_with_gap(made.history(), true);
  REQUIRE(std::holds_alternative<Explained>(outcome.verdict));
  CHECK(assumed(outcome, Assumption::kGap) == 1);
}

TEST_CASE("a log whose stretches are missing everywhere is refuted") {
  std::vector<std::string> lines{kBootstrap, kAnswer};
  for (int i = 0; i < 20; ++i) lines.push_back(kStopped);
  const MadeHistory made(lines);
  CHECK(std::holds_alternative<Refuted>(search_with_gap(made.history(), true).verdict));
}

// Of each recorded history: without its first part. How many are explained, by runs that are the node's.
std::size_t explained_without(double part, const std::string& ending) {
  std::vector<std::string> paths;
  for (const auto& entry :
       std::filesystem::recursive_directory_iterator(std::filesystem::path(TAKEOVER_LOGS_DATA) / "cluster")) {
    if (entry.path().string().ends_with(ending)) paths.push_back(entry.path().string());
  }
  std::sort(paths.begin(), paths.end());
  std::size_t explained = 0;
  for (const std::string& path : paths) {
    for (History& history : read({{.paths = {path}}}, {}).histories) {
      const auto cut = static_cast<std::ptrdiff_t>(part * static_cast<double>(history.lines.size()));
      history.lines.erase(history.lines.begin(), history.lines.begin() + cut);
      SearchOptions options = default_search();
      options.gap = true;
      const Outcome outcome = search(history, options);
      const auto* found = std::get_if<Explained>(&outcome.verdict);
      if (found == nullptr) continue;
      ++explained;
      impl::DispatcherOrchestrator node = found->initial;
      for (const ExplainedStep& step : found->run) {
        impl::Outbox out;
        REQUIRE_FALSE(traces::take(outcome.rules, step.action, node, out));
      }
    }
  }
  return explained;
}

TEST_CASE("all message logs of a cluster are explained without their first half") {
  CHECK(explained_without(0.5, ".msg.jsonl.gz") == 52);
}

// Of the text logs a few begin amid the creation of a manager with redo, of which nothing is left to tell.
TEST_CASE("most text logs of a cluster are explained without their first half") {
  CHECK(explained_without(0.5, ".log.gz") >= 45);
}

}  // namespace
}  // namespace takeover::logs
