// Recorded logs, of real runs of TiCDC: each is explained by a run of the node.
#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdint>
#include <filesystem>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include "checker/logs/plan.h"
#include "checker/logs/read.h"
#include "checker/logs/search.h"
#include "checker/logs/source.h"
#include "made.h"
#include "spec/properties/judge.h"
#include "tests/checker/logs/folder.h"
#include "traces/replay.h"

namespace takeover::logs {
namespace {

const std::filesystem::path kData = TAKEOVER_LOGS_DATA;

// Every file below the folder whose name ends so, each read by itself.
std::vector<History> histories_in(const std::string& folder, const std::string& ending) {
  std::vector<std::string> paths;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(kData / folder)) {
    if (entry.path().string().ends_with(ending)) paths.push_back(entry.path().string());
  }
  std::sort(paths.begin(), paths.end());
  std::vector<History> all;
  for (const std::string& path : paths) {
    const Logs logs = read({{.paths = {path}}}, {});
    CHECK(logs.errors.empty());
    all.insert(all.end(), logs.histories.begin(), logs.histories.end());
  }
  return all;
}

// The run is one of the node under these rules; and each line that a step or a message has to explain is
// explained by it, once.
void check_run(const History& history, const Outcome& outcome) {
  const auto& explained = std::get<Explained>(outcome.verdict);
  impl::DispatcherOrchestrator node = explained.initial;
  std::multiset<std::size_t> lines;
  for (const ExplainedStep& step : explained.run) {
    impl::Outbox out;
    const auto why_not = traces::take(outcome.rules, step.action, node, out);
    INFO(why_not.value_or(""));
    REQUIRE_FALSE(why_not);
    // One heartbeat may be what several steps together have sent.
    for (const std::size_t line : std::set<std::size_t>(step.lines.begin(), step.lines.end())) {
      if (lines.count(line) == 0 || history.lines[line].what != What::kSend) lines.insert(line);
    }
  }
  const Plan plan(history);
  for (std::size_t i = 0; i < plan.size(); ++i) {
    const bool is_asked = plan[i].asks == Asks::kStep || plan[i].asks == Asks::kArrival;
    const bool is_value = history.lines[i].line == LineId::kWorking;
    INFO("line " << history.lines[i].at.number << ": " << history.lines[i].text);
    if (is_asked && !is_value) CHECK(lines.count(i) == 1);
  }
}

// How many there are, how many of them are explained, and how many of those only with the variant.
struct Counts {
  std::size_t all = 0;
  std::size_t explained = 0;
  std::size_t with_variant = 0;
};

void check_counts(const Counts& actual, const Counts& expected) {
  CHECK(actual.all == expected.all);
  CHECK(actual.explained == expected.explained);
  CHECK(actual.with_variant == expected.with_variant);
}

Counts explain_all(const std::vector<History>& histories) {
  Counts counts;
  for (const History& history : histories) {
    INFO(history.node << " " << history.changefeed);
    const Outcome outcome = search(history, default_search());
    ++counts.all;
    if (!std::holds_alternative<Explained>(outcome.verdict)) continue;
    ++counts.explained;
    if (outcome.rules.variants.table_first_event) ++counts.with_variant;
    check_run(history, outcome);
  }
  return counts;
}

TEST_CASE("all message logs of a node that was driven step by step are explained") {
  check_counts(explain_all(histories_in("node", ".messages.jsonl")), {8, 8, 0});
}

TEST_CASE("all text logs of a node that was driven step by step are explained") {
  check_counts(explain_all(histories_in("node", "A.log")), {8, 8, 0});
}

// With redo a table's dispatcher waits for its first event for seconds.
TEST_CASE("all message logs of a cluster are explained, two of them by dispatchers that wait") {
  check_counts(explain_all(histories_in("cluster", ".msg.jsonl.gz")), {52, 52, 2});
}

TEST_CASE("all text logs of a cluster are explained") {
  check_counts(explain_all(histories_in("cluster", ".log.gz")), {49, 49, 0});
}

// Cut behind each of its first lines: a live log may end anywhere, also in the midst of what one step writes.
void check_prefixes(const std::string& path, const std::string& name, std::uint64_t most) {
  const Folder folder;
  std::string text;
  std::size_t histories = 0;
  Source source({path});
  while (const auto next = source.next()) {
    const auto* const line = std::get_if<Line>(&*next);
    if (line == nullptr || line->number > most) break;
    text.append(line->text).append("\n");
    const Logs logs = read({{"N1", {folder.write(name, text)}}}, {});
    for (const History& history : logs.histories) {
      INFO(path << ", cut behind line " << line->number);
      ++histories;
      CHECK(std::holds_alternative<Explained>(search(history, default_search()).verdict));
    }
  }
  CHECK(histories > 0);
}

TEST_CASE("a log that ends anywhere is explained", "[repeats]") {
  check_prefixes((kData / "node/300101/A.log").string(), "N1.log", 80);
  check_prefixes((kData / "node/300101/A.messages.jsonl").string(), "N1.jsonl", 80);
  check_prefixes((kData / "cluster/a_create/N1.log.gz").string(), "N1.log", 80);
}

TEST_CASE("a log gives the same run and the same figures each time", "[repeats]") {
  for (const History& history : histories_in("node", ".messages.jsonl")) {
    const Outcome once = search(history, default_search());
    const Outcome again = search(history, default_search());
    CHECK(once.effort.states == again.effort.states);
    const auto& a = std::get<Explained>(once.verdict);
    const auto& b = std::get<Explained>(again.verdict);
    CHECK(a.worlds == b.worlds);
    CHECK(std::equal(a.run.begin(), a.run.end(), b.run.begin(), b.run.end(),
                     [](const ExplainedStep& x, const ExplainedStep& y) {
                       return x.action == y.action && x.lines == y.lines;
                     }));
  }
}

// What the run that was recorded violates.
spec::PropertySet violated_by(const std::filesystem::path& file, const impl::Rules& rules) {
  const auto trace = traces::read_trace_file(file.string());
  REQUIRE(trace);
  spec::History past;
  spec::Findings findings;
  const auto judge = [&](const traces::ImplementationStep& step) {
    const spec::Observation observation{step.before, step.after, step.out, step.received, step.node};
    spec::judge_step(observation, past, spec::every_property(), findings);
    spec::update(past, observation, spec::every_property());
    spec::judge_state(step.after, past, spec::every_property(), findings);
  };
  REQUIRE(traces::replay(*trace, rules, judge).conforms);
  return findings.violated;
}

TEST_CASE("what every explanation violates, the run itself has violated", "[repeats]") {
  std::size_t violations = 0;
  for (const auto& entry : std::filesystem::directory_iterator(kData / "node")) {
    const spec::PropertySet real = violated_by(entry.path() / "run.trace.json", default_search().rules);
    INFO(entry.path());
    for (const char* file : {"A.messages.jsonl", "A.log"}) {
      const Logs logs = read({{.paths = {(entry.path() / file).string()}}}, {});
      for (const History& history : logs.histories) {
        const Outcome outcome = search(history, default_search());
        const auto& explained = std::get<Explained>(outcome.verdict);
        CHECK((explained.violated_in_all & ~real).none());
        // Messages leave nothing of it open.
        if (history.is_message_log) CHECK((real & ~explained.violated_in_some).none());
        violations += explained.violated_in_all.count();
      }
    }
  }
  CHECK(violations != 0);
}

}  // namespace
}  // namespace takeover::logs
