// Logs that are written of a run are read back to what its steps write.
#include "checker/logs/log_writer.h"

#include <catch2/catch.hpp>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "checker/engine/random_walk.h"
#include "checker/logs/log_run.h"
#include "checker/logs/read.h"
#include "spec/json/values.h"
#include "spec/profiles.h"
#include "tests/checker/logs/adversary/written_files.h"
#include "tests/checker/logs/renamed.h"

namespace takeover::logs {
namespace {

// What a run has to leave in the two logs, by thread; arrivals of messages among them.
struct Owed {
  std::map<Thread, std::vector<Emitted>> lines{};
  std::map<Thread, std::vector<Emitted>> sends{};
  std::vector<impl::Message> arrivals{};
};

Owed owed_by(const model::NodeModel& model, const engine::Trace<model::NodeModel>& run, impl::NodeId node) {
  Owed owed;
  const spec::World* before = &run.initial;
  for (const spec::WorldStep& step : run.steps) {
    const impl::Message* received = spec::received_in(step.action);
    const impl::NodeAction* action = step.action.of_node();
    if (step.action.node == node && (received != nullptr || action != nullptr)) {
      std::vector<Emitted> emitted;
      emit(model.rules(),
           {0, node, before->nodes[node], received, action == nullptr ? impl::NodeAction{} : *action,
            step.state.nodes[node], step.out},
           emitted);
      if (received != nullptr) owed.arrivals.push_back(*received);
      for (const Emitted& each : emitted) {
        if (each.what == What::kSend) {
          owed.sends[each.thread].push_back(each);
        } else if (row_for(each.line, each.facts)->use == Use::kStep) {
          owed.lines[each.thread].push_back(each);
        }
      }
    }
    before = &step.state;
  }
  return owed;
}

// A process that dies begins another history.
std::vector<History> histories_in(const std::string& path) {
  Logs logs = read({{.node = "", .paths = {path}}}, {});
  CHECK(logs.errors.empty());
  CHECK(logs.unknown_lines == 0);
  for (const History& history : logs.histories) CHECK(history.begins);
  return std::move(logs.histories);
}

void check_text(const WrittenFiles& files, const WrittenLogs& written, const spec::Names& names,
                const Owed& owed) {
  const auto spellings = written.ids.get<std::map<std::string, std::string>>();
  std::map<Thread, std::size_t> next;
  for (History& history : histories_in(files.text())) {
    const Renamed renamed(names, history.names, spellings);
    for (const Observed& line : history.lines) {
      CAPTURE(static_cast<int>(line.thread), line.at.number, line.text);
      const auto of_thread = owed.lines.find(line.thread);
      REQUIRE(of_thread != owed.lines.end());
      REQUIRE(next[line.thread] < of_thread->second.size());
      const Emitted& emitted = of_thread->second[next[line.thread]++];
      CHECK(line.line == emitted.line);
      CHECK(agree(line.facts, renamed.facts(emitted.facts)));
    }
  }
  for (const auto& [thread, of_thread] : owed.lines) CHECK(next[thread] == of_thread.size());
}

void check_messages(const WrittenFiles& files, const spec::Names& names, const Owed& owed) {
  std::vector<traces::Json> arrivals;
  std::map<Thread, std::vector<traces::Json>> sends;
  for (const History& history : histories_in(files.messages())) {
    for (const Observed& line : history.lines) {
      if (line.what == What::kArrival) {
        arrivals.push_back(spec::write_message(line.message, history.names));
        arrivals.back()["from"] = history.names.of(line.message.from);
      } else if (line.what == What::kSend) {
        sends[line.thread].push_back(line.expected);
        sends[line.thread].back()["to"] = history.names.of(line.message.to);
      }
    }
  }
  REQUIRE(arrivals.size() == owed.arrivals.size());
  for (std::size_t i = 0; i < arrivals.size(); ++i) {
    traces::Json expected = spec::write_message(owed.arrivals[i], names);
    expected["from"] = names.of(owed.arrivals[i].from);
    CHECK(arrivals[i] == expected);
  }
  REQUIRE(sends.size() == owed.sends.size());
  for (const auto& [thread, of_thread] : owed.sends) {
    REQUIRE(sends[thread].size() == of_thread.size());
    for (std::size_t i = 0; i < of_thread.size(); ++i) {
      traces::Json expected = spec::write_message(of_thread[i].message, names);
      expected["to"] = names.of(of_thread[i].message.to);
      CHECK(sends[thread][i] == expected);
    }
  }
}

}  // namespace

TEST_CASE("logs that are written of any scenario's run are read back to what its steps write") {
  std::set<LineId> written_lines;
  for (const spec::BuiltIn& built_in : spec::built_in_scenarios()) {
    CAPTURE(built_in.name);
    const model::NodeModel model(spec::built_in_scenario(built_in.name),
                                 spec::profile_named("pr-5436")->rules, {});
    for (std::uint64_t seed = 1; seed <= 4; ++seed) {
      CAPTURE(seed);
      const auto run = engine::random_walk(model, seed, 120);
      for (const impl::NodeId node : model.scenario().nodes) {
        const Owed owed = owed_by(model, run, node);
        const WrittenLogs written = log_run(model, run, node, {.seed = seed, .most_delay = seed - 1});
        const WrittenFiles files(written);
        check_text(files, written, model.scenario().names, owed);
        check_messages(files, model.scenario().names, owed);
        for (const auto& [thread, of_thread] : owed.lines) {
          for (const Emitted& each : of_thread) written_lines.insert(each.line);
        }
      }
    }
  }
  // Most of the kinds that a step writes occurred.
  CHECK(written_lines.size() >= 30);
}

TEST_CASE("lines of different threads change places when they may, and the same seed writes the same") {
  const model::NodeModel model(spec::built_in_scenario("node-redo"), spec::profile_named("pr-5436")->rules,
                               {});
  const auto run = engine::random_walk(model, 5, 150);
  const impl::NodeId node = model.scenario().nodes.front();
  const WrittenLogs in_order = log_run(model, run, node, {.seed = 5});
  const WrittenLogs late = log_run(model, run, node, {.seed = 5, .most_delay = 3});
  CHECK(late.messages != in_order.messages);
  CHECK(late.messages == log_run(model, run, node, {.seed = 5, .most_delay = 3}).messages);
  CHECK(late.text == log_run(model, run, node, {.seed = 5, .most_delay = 3}).text);
}

}  // namespace takeover::logs
