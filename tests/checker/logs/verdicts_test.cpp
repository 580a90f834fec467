// What is said of recorded logs is so: of each node run it is known what was done.
#include <fmt/format.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <cstddef>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <variant>
#include <vector>

#include "checker/logs/explain.h"
#include "checker/logs/read.h"
#include "spec/profiles.h"
#include "traces/record.h"
#include "traces/replay.h"
#include "traces/safety_judge.h"

namespace takeover::logs {
namespace {

std::string recorded(const std::string& name) {
  return std::string(TAKEOVER_LOGS_DATA) + "/" + name;
}

ExplainOptions as_merged() {
  return {.search = {.rules = spec::profile_named("pr-5436")->rules, .judged = spec::every_property()}};
}

Logs logs_of(const std::vector<std::string>& names) {
  std::vector<NodeLogs> nodes;
  for (const std::string& name : names) nodes.push_back({.node = {}, .paths = {recorded(name)}});
  Logs logs = read(nodes, {});
  for (const spec::InputError& error : logs.errors) FAIL(error.to_line());
  return logs;
}

// What the run violated of which the logs are.
spec::PropertySet violated_by(const std::string& name) {
  const auto trace = traces::read_trace_file(recorded(name));
  REQUIRE(trace);
  traces::SafetyJudge judge(trace->initial);
  REQUIRE(traces::replay(*trace, std::nullopt, [&](const traces::ImplementationStep& step) {
            judge.observe(step);
          }).conforms);
  spec::PropertySet violated;
  for (const spec::PropertyInfo& property : spec::all_properties()) {
    if (judge.violation(property.property)) violated.set(static_cast<std::size_t>(property.property));
  }
  return violated;
}

spec::PropertySet violated_in_all(const Explanation& explanation) {
  const auto* explained = std::get_if<Explained>(&explanation.outcome.verdict);
  REQUIRE(explained != nullptr);
  return explained->violated_in_all;
}

constexpr const char* kNodeRuns[] = {"300001", "300002", "300003", "300101",
                                     "300102", "300201", "300202", "300301"};

TEST_CASE("a message log is found to violate what its run has violated, and nothing else",
          "[logs][verdicts][repeats]") {
  spec::PropertySet all;
  for (const std::string run : kNodeRuns) {
    CAPTURE(run);
    const Logs logs = logs_of({"node/" + run + "/A.messages.jsonl"});
    REQUIRE(logs.histories.size() == 1);
    const spec::PropertySet truth = violated_by("node/" + run + "/run.trace.json");
    CHECK(violated_in_all(explain(logs.histories.front(), as_merged())) == truth);
    all |= truth;
  }
  // Several properties, so that the agreement says something.
  CHECK(all.count() >= 4);
}

TEST_CASE("what every explanation of a text log violates, its run has violated", "[logs][verdicts]") {
  for (const std::string run : kNodeRuns) {
    CAPTURE(run);
    const Logs logs = logs_of({"node/" + run + "/A.log"});
    REQUIRE(logs.histories.size() == 1);
    const spec::PropertySet found = violated_in_all(explain(logs.histories.front(), as_merged()));
    CHECK((found & ~violated_by("node/" + run + "/run.trace.json")).none());
  }
}

struct Totals {
  std::size_t histories = 0;
  std::size_t lines = 0;
  std::size_t explained = 0;
  std::size_t unseen = 0;
  std::size_t steps = 0;
};

// Of the logs of one kind in the folders below one.
Totals totals_of(const std::string& folder, bool of_messages) {
  Totals totals;
  for (const auto& entry : std::filesystem::directory_iterator(recorded(folder))) {
    std::vector<NodeLogs> nodes;
    for (const auto& file : std::filesystem::directory_iterator(entry.path())) {
      const std::string path = file.path().string();
      const bool is_log =
          of_messages ? path.find(".jsonl") != std::string::npos : path.find(".log") != std::string::npos;
      if (is_log) nodes.push_back({.node = {}, .paths = {path}});
    }
    const Logs logs = read(nodes, {});
    for (const History& history : logs.histories) {
      ++totals.histories;
      totals.lines += history.lines.size();
      const Outcome outcome = explain(history, as_merged()).outcome;
      const auto* explained = std::get_if<Explained>(&outcome.verdict);
      if (explained == nullptr) continue;
      ++totals.explained;
      totals.steps += explained->run.size();
      totals.unseen += static_cast<std::size_t>(std::ranges::count_if(
          explained->run, [](const ExplainedStep& step) { return step.lines.empty(); }));
    }
  }
  return totals;
}

// "1,745"
std::string grouped(std::size_t count) {
  std::string text = std::to_string(count);
  if (text.size() > 3) text.insert(text.size() - 3, ",");
  return text;
}

TEST_CASE("docs/logs.md says how many of the recorded histories are explained", "[logs][verdicts][repeats]") {
  std::ifstream file(std::string(TAKEOVER_SOURCE_DIR) + "/docs/logs.md");
  const std::string page((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  for (const std::string folder : {"node", "cluster"}) {
    for (const bool of_messages : {true, false}) {
      const Totals totals = totals_of(folder, of_messages);
      const std::string found =
          fmt::format("| {} | {} | {}", totals.histories, grouped(totals.lines), totals.explained);
      CAPTURE(folder, of_messages, found);
      const std::size_t row = page.find(found);
      REQUIRE(row != std::string::npos);
      const std::string rest = page.substr(row, page.find('\n', row) - row);
      CHECK(rest.ends_with(fmt::format("| {} of {} |", totals.unseen, totals.steps)));
    }
  }
}

TEST_CASE("an explanation is a trace that conforms, and rests on every line that a step writes",
          "[logs][verdicts]") {
  for (const std::vector<std::string>& names : std::vector<std::vector<std::string>>{
           {"node/300101/A.messages.jsonl"},
           {"node/300101/A.log"},
           {"cluster/h1_late_remove/N1.msg.jsonl", "cluster/h1_late_remove/N2.log"},
           {"cluster/m_redo/N1.msg.jsonl.gz"},
       }) {
    const Logs logs = logs_of(names);
    for (const History& history : logs.histories) {
      CAPTURE(names, history.node);
      const Explanation explanation = explain(history, as_merged());
      const traces::Json document = trace_of(history, explanation, logs.files, {.profile = "pr-5436"});
      const auto trace = traces::read_trace(traces::to_text(document), "explained");
      INFO((trace ? "" : trace.error().to_line()));
      REQUIRE(trace);
      CHECK(traces::replay(*trace).conforms);
      const auto& explained = std::get<Explained>(explanation.outcome.verdict);
      REQUIRE(trace->steps.size() == explained.run.size());
      for (std::size_t i = 0; i < trace->steps.size(); ++i) {
        CHECK(trace->steps[i].rests_on.size() == explained.run[i].lines.size());
        CHECK(trace->steps[i].unseen == explained.run[i].lines.empty());
      }
    }
  }
}

TEST_CASE("a variant that an explanation leans on is named, in its trace, too", "[logs][verdicts]") {
  const Logs logs = logs_of({"cluster/m_redo/N1.msg.jsonl.gz"});
  const Explanation explanation = explain(logs.histories.at(0), as_merged());
  REQUIRE(explanation.switched.size() == 1);
  CHECK(explanation.switched.front() == traces::Change{"table-first-event", false, true});
  const traces::Json trace = trace_of(logs.histories.at(0), explanation, logs.files, {.profile = "pr-5436"});
  CHECK(trace["variants"] == traces::Json{"table-first-event"});
}

TEST_CASE("what a refuted log would take is looked for as long as there is time", "[logs][verdicts]") {
  Logs logs = logs_of({"cluster/h1_late_remove/N3.msg.jsonl"});
  History& history = logs.histories.at(0);
  // Who answers nobody has asked.
  const auto answer = std::ranges::find_if(history.lines, [](const Observed& line) {
    return line.what == What::kSend && line.message.type() == impl::MessageType::kBootstrapResponse;
  });
  REQUIRE(answer != history.lines.end());
  answer->message.to = history.names.node("N9");
  ExplainOptions options = as_merged();
  const Explanation refuted = explain(history, options);
  REQUIRE(std::holds_alternative<Refuted>(refuted.outcome.verdict));
  CHECK(refuted.tried == refuted.to_try);
  CHECK(refuted.may_miss_its_begin);
  CHECK(refuted.remedies.empty());
  options.remedy_seconds = 0;
  const Explanation hasty = explain(history, options);
  REQUIRE(std::holds_alternative<Refuted>(hasty.outcome.verdict));
  CHECK(hasty.tried == 0);
  CHECK(hasty.to_try == refuted.to_try);
}

TEST_CASE("a search ends at the limit of memory, and says so", "[logs][verdicts]") {
  const Logs logs = logs_of({"node/300003/A.messages.jsonl"});
  ExplainOptions options = as_merged();
  options.max_memory_bytes = 1;
  const Explanation explanation = explain(logs.histories.at(0), options);
  const auto* stopped = std::get_if<Inconclusive>(&explanation.outcome.verdict);
  REQUIRE(stopped != nullptr);
  CHECK(stopped->reason == engine::StopReason::kMemory);
}

}  // namespace
}  // namespace takeover::logs
