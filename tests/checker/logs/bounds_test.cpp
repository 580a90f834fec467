// Where a search ends: at its limits, which refute nothing.
#include <fmt/format.h>

#include <atomic>
#include <catch2/catch.hpp>
#include <cstddef>
#include <cstdint>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include "checker/engine/explore.h"
#include "checker/logs/explain.h"
#include "checker/logs/search.h"
#include "checker/logs/window_model.h"
#include "made.h"

namespace takeover::logs {
namespace {

using Lines = std::vector<std::string>;

const Lines kOwned{R"(<B{"type":"MaintainerBootstrapRequest","epoch":2,"event_trigger":"t1","start_ts":10})",
                   R"(>B{"type":"MaintainerBootstrapResponse","epoch":2,"error":null})"};
const std::string kClose = R"(<B{"type":"MaintainerCloseRequest","epoch":2})";
const std::string kNotClosed = R"(>B{"type":"MaintainerCloseResponse","epoch":2,"success":false})";
const std::string kClosed = R"(>B{"type":"MaintainerCloseResponse","epoch":2,"success":true})";

std::string schedule(const std::string& action, int table) {
  return fmt::format(
      R"(<B{{"type":"ScheduleDispatcherRequest","epoch":2,"action":"{}","id":"d{}","span":"table-{}"}})",
      action, table, table);
}

std::string statuses(int tables, const std::string& status) {
  std::string all;
  for (int table = 1; table <= tables; ++table) {
    all += fmt::format(R"({}{{"id":"d{}","status":"{}"}})", table == 1 ? "" : ",", table, status);
  }
  return fmt::format(R"(>B{{"type":"HeartBeatRequest","statuses":[{}],"complete":false}})", all);
}

const Inconclusive& inconclusive(const Outcome& outcome) {
  REQUIRE(std::holds_alternative<Inconclusive>(outcome.verdict));
  return std::get<Inconclusive>(outcome.verdict);
}

TEST_CASE("one line may tell of as many unseen steps as there are tables", "[repeats]") {
  constexpr int kTables = 30;
  Lines lines = kOwned;
  for (int table = 1; table <= kTables; ++table) lines.push_back(schedule("Create", table));
  lines.push_back(statuses(kTables, "Working"));
  for (int table = 1; table <= kTables; ++table) lines.push_back(schedule("Remove", table));
  lines.push_back(statuses(kTables, "Stopped"));
  SearchOptions options = default_search();
  options.window = 1;
  CHECK(std::holds_alternative<Explained>(search(MadeHistory(lines).history(), options).verdict));
}

TEST_CASE("what is left out since too much was unseen before it is told") {
  Lines lines = kOwned;
  lines.insert(lines.end(), {kClose, kNotClosed, kClose, kClosed});
  const MadeHistory made(lines);
  const SearchOptions options = default_search();
  const Plan plan(made.history());
  const Task task{made.history(), plan, options.rules, options.judged};
  const Width width{.ahead = 32};
  const std::vector<Reached> from(1);
  const auto end = static_cast<std::uint32_t>(plan.size());
  for (const std::uint32_t most : {2U, 3U}) {
    Collector collector(end, options.max_places);
    WindowModel model(task, width, from, end, {.unseen_moves = most});
    model.collect(collector);
    engine::Options one_worker;
    one_worker.workers = 1;
    CHECK(engine::explore(model, one_worker).complete);
    CHECK(collector.out().empty() == (most == 2));
    if (most == 2) CHECK(collector.left_out());
  }
}

TEST_CASE("more places than may be followed end a search, as what they are") {
  SearchOptions options = default_search();
  options.max_places = 0;
  const Outcome outcome = search(MadeHistory(kOwned).history(), options);
  CHECK(inconclusive(outcome).bound == Bound::kPlaces);
  CHECK(reason_of(inconclusive(outcome)) != engine::to_string(engine::StopReason::kStates));
}

TEST_CASE("an inconclusive search tells the farthest line, wherever it looks again") {
  Lines lines = kOwned;
  lines.insert(lines.end(), {schedule("Create", 1), statuses(1, "Working"), kClosed});
  const MadeHistory made(lines);
  SearchOptions options = default_search();
  options.window = 1;
  const Outcome whole = search(made.history(), options);
  REQUIRE(std::holds_alternative<Refuted>(whole.verdict));
  for (const std::uint64_t part : {2U, 3U, 4U}) {
    options.max_states = part * whole.effort.states / 5;
    CHECK(inconclusive(search(made.history(), options)).reached == 4);
  }
}

// A text log of a node to whose manager tables were added, in one batch, and which tells of the manager last,
// `besides` lines later.
History told_late(std::uint16_t tables, std::size_t besides = 0) {
  History history;
  history.self = history.names.node("A");
  const impl::NodeId owner = history.names.node("B");
  history.levels = {.debug = true, .info = true};
  history.pools.owners = {{owner, 1}};
  std::vector<impl::DispatcherId> ids;
  for (std::uint16_t table = 1; table <= tables; ++table) {
    ids.push_back(history.names.dispatcher(fmt::format("d{}", table)));
  }
  const auto add = [&](Thread thread, LineId line, const Facts& facts) {
    history.lines.push_back({.thread = thread, .line = line, .facts = facts});
  };
  for (const auto id : ids) add(Thread::kSchedule, LineId::kStoresAdd, {.epoch = 1, .id = id});
  for (const auto id : ids) {
    add(Thread::kSchedule, LineId::kEventCollectorAdds, {.id = id});
    add(Thread::kSchedule, LineId::kDispatcherCreated, {.id = id});
  }
  for (const auto id : ids) add(Thread::kSchedule, LineId::kDeletesAdd, {.id = id});
  // Of stale Schedules, which need the manager, too.
  for (std::size_t i = 0; i < besides; ++i) {
    add(Thread::kSchedule, LineId::kStaleSchedule,
        {.from = history.names.node("X"), .epoch = 7, .owner = owner, .owner_epoch = 1, .id = ids.front()});
  }
  add(Thread::kOrchestrator, LineId::kManagerInitialized, {.owner = owner});
  return history;
}

TEST_CASE(
    "lines of two threads may stand 8 lines from their order, and 16 where nothing else explains them") {
  const SearchOptions options = default_search();
  const auto stage_of = [&](std::uint16_t tables, std::size_t besides) {
    const Outcome outcome = search(told_late(tables, besides), options);
    REQUIRE(std::holds_alternative<Explained>(outcome.verdict));
    return outcome.effort.stage;
  };
  // A table has four lines.
  CHECK(stage_of(2, 0) < 3);
  CHECK(stage_of(2, 1) == 3);
  CHECK(stage_of(4, 0) == 3);
  const Outcome farther = search(told_late(4, 1), options);
  REQUIRE(std::holds_alternative<Refuted>(farther.verdict));
  CHECK(std::get<Refuted>(farther.verdict).looked_far);
}

TEST_CASE("what is refuted stays so where going far is cut off, unless more was explained by then") {
  const History history = told_late(3);
  SearchOptions options = default_search();
  std::set<std::size_t> verdicts;
  for (options.max_far_states = 0; verdicts.empty() || !verdicts.contains(0); ++options.max_far_states) {
    REQUIRE(options.max_far_states < 100);
    const Outcome outcome = search(history, options);
    verdicts.insert(outcome.verdict.index());
    if (const auto* refuted = std::get_if<Refuted>(&outcome.verdict)) {
      CHECK_FALSE(refuted->looked_far);
      CHECK(left_open(history, outcome).front().find("not all was tried") != std::string::npos);
    } else if (std::holds_alternative<Inconclusive>(outcome.verdict)) {
      CHECK(inconclusive(outcome).bound == Bound::kFar);
      CHECK(inconclusive(outcome).reached > 0);
    }
  }
  CHECK(verdicts.size() == 3);
}

// Lines that need no manager.
const Observed kNeedsNone{.thread = Thread::kOrchestrator, .line = LineId::kPostBootstrapNoManager};

TEST_CASE("a long beginning leaves as many states for going far") {
  History history = told_late(3);
  constexpr std::size_t kBefore = 150;
  history.lines.insert(history.lines.begin(), kBefore, kNeedsNone);
  SearchOptions options = default_search();
  options.window = 1;
  options.max_far_states = kBefore / 2;
  const Outcome outcome = search(history, options);
  REQUIRE(std::holds_alternative<Explained>(outcome.verdict));
  CHECK(outcome.effort.stage == 3);
}

TEST_CASE("going far that is cut off keeps no gap from being stepped over") {
  History history = told_late(3);
  // A gap may be guessed once in a hundred lines.
  history.lines.insert(history.lines.begin(), 101, kNeedsNone);
  SearchOptions options = default_search();
  const auto is_cut_off = [&] {
    const Outcome outcome = search(history, options);
    const auto* stopped = std::get_if<Inconclusive>(&outcome.verdict);
    return stopped != nullptr && stopped->bound == Bound::kFar;
  };
  for (options.max_far_states = 1; !is_cut_off(); ++options.max_far_states) {
    REQUIRE(options.max_far_states < 100);
  }
  options.gap = true;
  CHECK_FALSE(std::holds_alternative<Inconclusive>(search(history, options).verdict));
}

TEST_CASE("a log of several stretches needs the widest stage of them") {
  History history = told_late(3);
  history.lines.push_back({.what = What::kGap});
  history.lines.push_back(kNeedsNone);
  const Outcome outcome = search(history, default_search());
  REQUIRE(std::holds_alternative<Explained>(outcome.verdict));
  CHECK(std::get<Explained>(outcome.verdict).stretches.size() == 2);
  CHECK(outcome.effort.stage == 3);
}

TEST_CASE("a window that is done at once goes beyond no limit") {
  const MadeHistory made(kOwned);
  SearchOptions options = default_search();
  options.max_seconds = 0;
  CHECK(inconclusive(search(made.history(), options)).reason == engine::StopReason::kTime);
  ExplainOptions scarce{.search = default_search()};
  scarce.max_memory_bytes = 1;
  CHECK(inconclusive(explain(made.history(), scarce).outcome).reason == engine::StopReason::kMemory);
}

TEST_CASE("a search that is told to stop when all lines are explained does not look for the run") {
  std::atomic<bool> stop = false;
  SearchOptions options = default_search();
  options.stop = &stop;
  options.progress = [&](std::size_t line, std::uint64_t) { stop = line == kOwned.size(); };
  const Outcome outcome = search(MadeHistory(kOwned).history(), options);
  CHECK(inconclusive(outcome).reason == engine::StopReason::kInterrupted);
}

}  // namespace
}  // namespace takeover::logs
