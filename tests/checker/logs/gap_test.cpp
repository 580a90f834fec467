// Logs that begin in the midst of a life, or miss a stretch.
#include <algorithm>
#include <catch2/catch.hpp>
#include <filesystem>
#include <string>
#include <vector>

#include "checker/logs/explain.h"
#include "checker/logs/read.h"
#include "checker/logs/search.h"
#include "made.h"
#include "traces/replay.h"

namespace takeover::logs::made_messages {
namespace {

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

TEST_CASE("a stretch that the log says is missing is stepped over, whatever is asked for") {
  const MadeHistory made({kBootstrap, kAnswer, "gap", kStopped});
  for (const bool gap : {false, true}) {
    const Outcome outcome = search_with_gap(made.history(), gap);
    REQUIRE(std::holds_alternative<Explained>(outcome.verdict));
    CHECK(assumed(outcome, Assumption::kGap) == 1);
    CHECK(std::get<Explained>(outcome.verdict).stretches.size() == 2);
  }
}

TEST_CASE("what follows a stretch that the log says is missing is not refuted") {
  const MadeHistory made({kBootstrap, kAnswer, "gap", kStopped, kStopped});
  const Outcome outcome = search_with_gap(made.history(), false);
  REQUIRE(std::holds_alternative<Inconclusive>(outcome.verdict));
  CHECK(std::get<Inconclusive>(outcome.verdict).bound == Bound::kGap);
  CHECK(std::get<Inconclusive>(outcome.verdict).reached == 4);
}

TEST_CASE("what comes before a stretch that the log says is missing is refuted, at its line") {
  const MadeHistory made({kBootstrap, kAnswer, kStopped, "gap", kStopped});
  const Outcome outcome = search_with_gap(made.history(), false);
  REQUIRE(std::holds_alternative<Refuted>(outcome.verdict));
  CHECK(std::get<Refuted>(outcome.verdict).line == 2);
}

TEST_CASE("a line of a step may be missing whose effect was seen before") {
  const MadeHistory made({kBootstrap, kCreate, kWorking, "gap", kBootstrapOfC, kAnswerToC});
  const Outcome outcome = search_with_gap(made.history(), false);
  REQUIRE(std::holds_alternative<Explained>(outcome.verdict));
  CHECK(assumed(outcome, Assumption::kLostAtDeath) == 0);
}

const std::string kStoppedOther =
    R"(>C{"type":"HeartBeatRequest","statuses":[{"id":"d7","status":"Stopped"}],"complete":false})";

// A violation in the first stretch, behind which the second is what `last` makes it.
MadeHistory violated_before(const std::vector<std::string>& last) {
  const std::string stopped =
      R"(>C{"type":"HeartBeatRequest","statuses":[{"id":"d1","status":"Stopped"}],"complete":false})";
  std::vector<std::string> lines{kBootstrap, kAnswer, kCreate, kWorking, kBootstrapOfC,
                                 kAnswerToC, kRemove, stopped, "gap"};
  lines.insert(lines.end(), last.begin(), last.end());
  MadeHistory made(lines);
  made.history().pools.owners.push_back({made.history().names.node("C"), 3});
  return made;
}

TEST_CASE("a violation before a gap is told, and stands in the run of its stretch") {
  const MadeHistory made = violated_before({kStoppedOther});
  const auto fence = static_cast<std::size_t>(spec::Property::kOwnerFence);
  for (const bool gap : {false, true}) {
    ExplainOptions options{.search = default_search()};
    options.search.rules.set(impl::Guard::kScheduleAdmission, false);
    options.search.gap = gap;
    const Explanation explanation = explain(made.history(), options);
    REQUIRE(std::holds_alternative<Explained>(explanation.outcome.verdict));
    const auto& found = std::get<Explained>(explanation.outcome.verdict);
    CHECK(explanation.judged[fence]);
    CHECK(found.violated_in_all[fence]);
    REQUIRE(found.stretches.size() == 2);
    CHECK(found.stretches.front().violated_in_all[fence]);
    CHECK_FALSE(found.stretches.back().violated_in_all[fence]);
    for (const Stretch& stretch : found.stretches) {
      const Explanation part = of_stretch(explanation, stretch);
      const traces::Json trace = trace_of(made.history(), part, {"A.jsonl"}, {.profile = "pr-5436"});
      CHECK(trace["source"] ==
            (stretch.begin == 0 ? "explains A.jsonl:1 to A.jsonl:8" : "explains A.jsonl:10 to A.jsonl:10"));
    }
  }
}

TEST_CASE("a violation before a gap is told whatever becomes of what follows") {
  const auto fence = static_cast<std::size_t>(spec::Property::kOwnerFence);
  ExplainOptions options{.search = default_search()};
  options.search.rules.set(impl::Guard::kScheduleAdmission, false);
  SECTION("what follows cannot be explained") {}
  SECTION("a limit is met in what follows") {
    const MadeHistory alone = violated_before({});
    options.search.max_states = explain(alone.history(), options).outcome.effort.states;
  }
  const MadeHistory made = violated_before({kStoppedOther, kStoppedOther});
  const Explanation explanation = explain(made.history(), options);
  REQUIRE(std::holds_alternative<Inconclusive>(explanation.outcome.verdict));
  CHECK(explanation.judged[fence]);
  REQUIRE(explanation.outcome.before);
  CHECK(explanation.outcome.before->violated_in_all[fence]);
  REQUIRE(explanation.outcome.before->stretches.size() == 1);
  CHECK(explanation.outcome.before->stretches.front().end == 8);
}

TEST_CASE("a violation that is confirmed stays so whether or not a later stretch is") {
  const auto fence = static_cast<std::size_t>(spec::Property::kOwnerFence);
  const MadeHistory made = violated_before({kStoppedOther});
  ExplainOptions options{.search = default_search()};
  options.search.rules.set(impl::Guard::kScheduleAdmission, false);
  Outcome outcome = explain(made.history(), options).outcome;
  REQUIRE(std::get<Explained>(outcome.verdict).is_confirmed);
  // What confirms the last stretch is searched for last.
  while (std::get<Explained>(outcome.verdict).is_confirmed) {
    options.search.max_states = outcome.effort.states - 1;
    outcome = explain(made.history(), options).outcome;
    REQUIRE(std::holds_alternative<Explained>(outcome.verdict));
  }
  const auto& found = std::get<Explained>(outcome.verdict);
  CHECK(found.violated_in_all[fence]);
  CHECK(found.confirmed_in_all[fence]);
}

TEST_CASE("nothing is before a log that is refuted or inconclusive from its first stretch on") {
  const MadeHistory made({kBootstrap, kAnswer, kStopped, "gap", kStopped});
  CHECK_FALSE(search_with_gap(made.history(), false).before);
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
}  // namespace takeover::logs::made_messages
