// What a step writes is what TiCDC has written: recorded runs, step by step, beside the logs of them.
#include "checker/logs/emit.h"

#include <array>
#include <catch2/catch.hpp>
#include <cstdint>
#include <fstream>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "checker/logs/read.h"
#include "impl/node.h"
#include "spec/json/values.h"
#include "spec/profiles.h"
#include "tests/checker/logs/renamed.h"
#include "traces/compare.h"
#include "traces/replay.h"
#include "traces/trace.h"

namespace takeover::logs {
namespace {

constexpr std::array kRuns{"300001", "300002", "300003", "300101", "300102", "300201", "300202", "300301"};

std::string file_of(const std::string& run, const std::string& name) {
  return std::string(TAKEOVER_LOGS_DATA) + "/node/" + run + "/" + name;
}

std::vector<Emitted> emitted_by(const traces::Trace& trace) {
  std::vector<Emitted> all;
  const auto result = traces::replay(
      trace, std::nullopt, [&](const traces::ImplementationStep& step) { emit(trace.rules, step, all); });
  REQUIRE(result.conforms);
  return all;
}

// What the log's reader keeps of them.
bool is_of_a_step(const Emitted& emitted) {
  if (emitted.what != What::kLine) return false;
  const Row* row = row_for(emitted.line, emitted.facts);
  REQUIRE(row != nullptr);
  return row->use == Use::kStep;
}

History only_history(const std::string& path) {
  Logs logs = read({{.node = "A", .paths = {path}}}, {});
  CHECK(logs.errors.empty());
  REQUIRE(logs.histories.size() == 1);
  return std::move(logs.histories.front());
}

// One telling each: a pass that cleans up two dispatchers tells of both at once, a step here of one.
std::vector<traces::Json> tellings(const traces::Json& message) {
  if (!message.contains("statuses") || message["statuses"].size() < 2) return {message};
  std::vector<traces::Json> all;
  for (const traces::Json& status : message["statuses"]) {
    all.push_back(message);
    all.back()["statuses"] = traces::Json::array({status});
  }
  return all;
}

// The runs were recorded with a shutdown in parts, which has no line, and at the end of each the test closed
// what was left.
bool is_left_out(LineId line) {
  return line == LineId::kClosing;
}
bool is_of_the_end(LineId line) {
  return line == LineId::kManagerClosing || line == LineId::kStopsWritePath || line == LineId::kManagerClosed;
}

// A node that B owns, with the epoch 2.
struct Owned {
  const impl::Rules& rules = spec::profile_named("pr-5436")->rules;
  impl::DispatcherOrchestrator state{};
  impl::NodeId node{1};
  impl::NodeId owner{2};

  Owned() {
    impl::MaintainerBootstrapRequest bootstrap;
    bootstrap.event_trigger = impl::DispatcherId{9};
    receive({owner, node, 2, bootstrap});
    while (impl::is_enabled(rules, state, {.kind = impl::NodeActionKind::kHandle})) {
      static_cast<void>(apply({.kind = impl::NodeActionKind::kHandle}));
    }
  }
  void receive(const impl::Message& message) {
    impl::Outbox out;
    out.self = node;
    impl::receive(rules, state, message, out);
  }
  void schedule(impl::NodeId from, impl::Epoch epoch, impl::ScheduleAction action, std::uint16_t id) {
    impl::ScheduleDispatcherRequest body;
    body.id = impl::DispatcherId{id};
    body.action = action;
    body.span.table = id;
    receive({from, node, epoch, body});
  }
  std::vector<Emitted> apply(const impl::NodeAction& action) {
    impl::Outbox out;
    out.self = node;
    const impl::DispatcherOrchestrator before = state;
    impl::apply(rules, state, action, out);
    std::vector<Emitted> emitted;
    emit(rules, {0, node, before, nullptr, action, state, out}, emitted);
    return emitted;
  }
};

}  // namespace

TEST_CASE(
    "of a batch of Creates each has its own lines: the stale, the repeated, and those that are stored") {
  Owned owned;
  const impl::NodeId other{3};
  const auto create = impl::ScheduleAction::kCreate;
  owned.schedule(other, 1, create, 1);
  owned.schedule(owned.owner, 2, create, 2);
  owned.schedule(owned.owner, 2, create, 2);
  owned.schedule(other, 1, create, 3);
  owned.schedule(owned.owner, 2, create, 4);
  owned.schedule(owned.owner, 2, impl::ScheduleAction::kRemove, 2);
  std::vector<std::pair<LineId, std::uint16_t>> lines;
  for (const Emitted& line :
       owned.apply({.kind = impl::NodeActionKind::kHandle, .path = impl::Path::kSchedule})) {
    lines.emplace_back(line.line, static_cast<std::uint16_t>(line.facts.id.value()));
  }
  CHECK(lines == std::vector<std::pair<LineId, std::uint16_t>>{{LineId::kStaleSchedule, 1},
                                                               {LineId::kStoresAdd, 2},
                                                               {LineId::kStaleSchedule, 3},
                                                               {LineId::kStoresAdd, 4}});
}

TEST_CASE("the lines that a recorded run's steps write are those of its log, thread by thread") {
  std::size_t compared = 0;
  for (const std::string run : kRuns) {
    CAPTURE(run);
    const auto trace = traces::read_trace_file(file_of(run, "run.trace.json"));
    REQUIRE(trace);
    History history = only_history(file_of(run, "A.log"));
    std::ifstream ids(file_of(run, "ids.json"));
    const Renamed renamed(trace->names, history.names,
                          traces::Json::parse(ids).get<std::map<std::string, std::string>>());
    std::map<Thread, std::vector<const Observed*>> lines;
    for (const Observed& line : history.lines) {
      // A table's first event has no step here.
      const bool is_of_table = line.line == LineId::kWorking && !line.facts.span->is_ddl();
      if (!is_of_table) lines[line.thread].push_back(&line);
    }
    std::map<Thread, std::size_t> next;
    for (const Emitted& emitted : emitted_by(*trace)) {
      if (!is_of_a_step(emitted) || is_left_out(emitted.line)) continue;
      const std::vector<const Observed*>& of_thread = lines[emitted.thread];
      std::size_t& at = next[emitted.thread];
      CAPTURE(static_cast<int>(emitted.thread), at, name_of(emitted.line));
      REQUIRE(at < of_thread.size());
      const Observed& line = *of_thread[at++];
      CAPTURE(line.at.number, line.text);
      CHECK(line.line == emitted.line);
      CHECK(agree(line.facts, renamed.facts(emitted.facts)));
      ++compared;
    }
    for (const auto& [thread, of_thread] : lines) {
      for (std::size_t i = next[thread]; i < of_thread.size(); ++i) {
        CAPTURE(of_thread[i]->at.number, of_thread[i]->text);
        CHECK(is_of_the_end(of_thread[i]->line));
      }
    }
  }
  CHECK(compared > 276);  // so many are of handlers alone
}

TEST_CASE("the messages that a recorded run's steps send are those of its message log") {
  std::size_t compared = 0;
  for (const std::string run : kRuns) {
    CAPTURE(run);
    const auto trace = traces::read_trace_file(file_of(run, "run.trace.json"));
    REQUIRE(trace);
    const History history = only_history(file_of(run, "A.messages.jsonl"));
    std::vector<std::pair<const Observed*, traces::Json>> told;
    for (const Observed& line : history.lines) {
      if (line.what != What::kSend) continue;
      for (traces::Json& telling : tellings(line.expected)) told.emplace_back(&line, std::move(telling));
    }
    std::size_t next = 0;
    for (const Emitted& emitted : emitted_by(*trace)) {
      if (emitted.what != What::kSend) continue;
      for (const traces::Json& telling : tellings(spec::write_message(emitted.message, trace->names))) {
        CAPTURE(next, telling.dump());
        REQUIRE(next < told.size());
        const auto& [line, expected] = told[next++];
        CHECK(line->thread == emitted.thread);
        CHECK(history.names.of(line->message.to) == trace->names.of(emitted.message.to));
        CHECK_FALSE(traces::compare(expected, telling, "message"));
        ++compared;
      }
    }
    CHECK(next == told.size());
  }
  CHECK(compared > 50);
}

}  // namespace takeover::logs
