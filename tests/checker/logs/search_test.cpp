#include "checker/logs/search.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <catch2/catch.hpp>
#include <cstdint>
#include <string>
#include <vector>

#include "made.h"
#include "traces/replay.h"

namespace takeover::logs::made_messages {
namespace {

using Lines = std::vector<std::string>;

Outcome search_in(const Lines& lines, const SearchOptions& options = default_search()) {
  return logs::search(MadeHistory(lines).history(), options);
}

const Explained& explained(const Outcome& outcome) {
  REQUIRE(std::holds_alternative<Explained>(outcome.verdict));
  return std::get<Explained>(outcome.verdict);
}

const Refuted& refuted(const Outcome& outcome) {
  REQUIRE(std::holds_alternative<Refuted>(outcome.verdict));
  return std::get<Refuted>(outcome.verdict);
}

TEST_CASE("no lines are explained by no steps") {
  CHECK(explained(search_in({})).run.empty());
}

TEST_CASE("a log of what the node does is explained without unseen steps") {
  const Outcome outcome = search_in({kBootstrap, kAnswer, kCreate, kWorking, kEmptyToB});
  CHECK(explained(outcome).guesses == 0);
  CHECK(explained(outcome).worlds == 1);
}

TEST_CASE("a send that the node cannot make is refuted, at its line") {
  const Outcome outcome = search_in({kBootstrap, kAnswer, kClosed});
  CHECK(refuted(outcome).line == 2);
  CHECK(refuted(outcome).last_explained == 1);
}

TEST_CASE("an answer that differs in one field is refuted") {
  std::string answer = kAnswer;
  answer.replace(answer.find(":10"), 3, ":11");
  CHECK(refuted(search_in({kBootstrap, answer})).line == 1);
}

TEST_CASE("a step before its sender was there is refuted") {
  CHECK(refuted(search_in({kAnswer, kBootstrap})).line == 0);
}

TEST_CASE("a heartbeat is sent to whoever owns the manager") {
  explained(search_in({kBootstrap, kAnswer, kBootstrapOfC, kAnswerToC, kEmptyToC}));
  CHECK(refuted(search_in({kBootstrap, kAnswer, kEmptyToC})).line == 2);
}

TEST_CASE("an empty heartbeat may have waited while the owner changed") {
  explained(search_in({kBootstrap, kAnswer, kBootstrapOfC, kAnswerToC, kEmptyToB, kEmptyToC}));
}

TEST_CASE("a line lets an unseen step be found: what stopped had flushed before") {
  const Outcome outcome = search_in({kBootstrap, kAnswer, kCreate, kWorking, kRemove, kStopped});
  CHECK(explained(outcome).guesses == 1);
}

TEST_CASE("what was not asked to stop does not") {
  CHECK(refuted(search_in({kBootstrap, kAnswer, kCreate, kWorking, kStopped})).line == 4);
}

TEST_CASE("a close ends by three steps that nobody sees") {
  const Outcome outcome = search_in({kBootstrap, kAnswer, kClose, kNotClosed, kClose, kClosed});
  CHECK(explained(outcome).guesses == 3);
}

TEST_CASE("a run that is found is one of the node, and rests on every line of a step") {
  const MadeHistory made({kBootstrap, kAnswer, kCreate, kWorking, kRemove, kStopped, kClose, kNotClosed});
  const Outcome outcome = logs::search(made.history(), default_search());
  impl::DispatcherOrchestrator node = explained(outcome).initial;
  std::vector<std::size_t> lines;
  for (const ExplainedStep& step : explained(outcome).run) {
    impl::Outbox out;
    REQUIRE_FALSE(traces::take(outcome.rules, step.action, node, out));
    lines.insert(lines.end(), step.lines.begin(), step.lines.end());
  }
  std::sort(lines.begin(), lines.end());
  CHECK(lines == std::vector<std::size_t>{0, 1, 2, 3, 4, 5, 6, 7});
  REQUIRE(node.manager);
  CHECK(node.manager->closing);
  CHECK(node.manager->dispatchers.size() == 1);
}

TEST_CASE("the windows that a log is cut into make no difference") {
  SearchOptions options = default_search();
  const Lines lines{kBootstrap, kAnswer, kCreate,    kWorking, kRemove,
                    kStopped,   kClose,  kNotClosed, kClose,   kClosed};
  const Explained whole = explained(search_in(lines, options));
  for (const std::size_t window : std::array<std::size_t, 4>{1, 2, 3, 7}) {
    options.window = window;
    const Explained cut = explained(search_in(lines, options));
    CHECK(cut.guesses == whole.guesses);
    CHECK(cut.worlds == whole.worlds);
    CHECK(cut.run.size() == whole.run.size());
  }
}

TEST_CASE("a search that is told to stop is inconclusive") {
  const std::atomic<bool> stop = true;
  SearchOptions options = default_search();
  options.stop = &stop;
  const Outcome outcome = search_in({kBootstrap, kAnswer}, options);
  REQUIRE(std::holds_alternative<Inconclusive>(outcome.verdict));
  CHECK(std::get<Inconclusive>(outcome.verdict).reason == engine::StopReason::kInterrupted);
}

TEST_CASE("what a process that died has sent may not have come into its log") {
  // That C's Create is carried out tells that its Bootstrap was handled to the end.
  const std::string create =
      R"(<C{"type":"ScheduleDispatcherRequest","epoch":3,"action":"Create","id":"d2","span":"table-2"})";
  const std::string works =
      R"(>C{"type":"HeartBeatRequest","statuses":[{"id":"d2","status":"Working"}],"complete":false})";
  MadeHistory made({kBootstrap, kAnswer, kBootstrapOfC, create, works});
  refuted(logs::search(made.history(), default_search()));
  made.history().ends_alive = false;
  const Outcome outcome = logs::search(made.history(), default_search());
  const auto& assumed = explained(outcome).assumed;
  CHECK(std::any_of(assumed.begin(), assumed.end(), [](const Assumed& each) {
    return each.what == Assumption::kLostAtDeath && each.count == 1;
  }));
}

TEST_CASE("a heartbeat may be that of one pass over several that have stopped") {
  const std::string create =
      R"(<B{"type":"ScheduleDispatcherRequest","epoch":2,"action":"Create","id":"d2","span":"table-2"})";
  const std::string works =
      R"(>B{"type":"HeartBeatRequest","statuses":[{"id":"d2","status":"Working"}],"complete":false})";
  const std::string remove =
      R"(<B{"type":"ScheduleDispatcherRequest","epoch":2,"action":"Remove","id":"d2","span":"table-2"})";
  const std::string both =
      R"(>B{"type":"HeartBeatRequest","statuses":[{"id":"d2","status":"Stopped"},{"id":"d1","status":"Stopped"}]})";
  const Outcome outcome =
      search_in({kBootstrap, kAnswer, kCreate, kWorking, create, works, kRemove, remove, both});
  CHECK(explained(outcome).guesses == 2);
}

TEST_CASE("a local fence that the log tells of closes the manager") {
  explained(search_in({kBootstrap, kAnswer, "fence"}));
  // Some heartbeats may still wait to be sent; not so many.
  Lines lines{kBootstrap, kAnswer, "fence"};
  lines.insert(lines.end(), 20, kEmptyToB);
  CHECK(refuted(search_in(lines)).line > 3);
}

TEST_CASE("a table's dispatcher that waits for its first event is assumed only where nothing else explains") {
  const std::string complete =
      R"(>B{"type":"HeartBeatRequest","statuses":[{"id":"d2","status":"Working"}],"complete":true})";
  const std::string create =
      R"(<B{"type":"ScheduleDispatcherRequest","epoch":2,"action":"Create","id":"d2","span":"table-2"})";
  const std::string works =
      R"(>B{"type":"HeartBeatRequest","statuses":[{"id":"d2","status":"Working"}],"complete":false})";
  const std::string reported =
      R"(>B{"type":"MaintainerBootstrapResponse","epoch":2,"spans":[{"id":"t1","span":"ddl","mode":"default"},{"id":"d1","mode":"default","status":"Initializing","span":"table-1"},{"id":"d2","mode":"default","status":"Working","span":"table-2"}]})";
  CHECK_FALSE(search_in({kBootstrap, kAnswer, kCreate, kWorking}).rules.variants.table_first_event);
  const Outcome outcome =
      search_in({kBootstrap, kAnswer, kCreate, create, works, complete, kBootstrap, reported, kWorking});
  explained(outcome);
  CHECK(outcome.rules.variants.table_first_event);
}

// What happened before is settled, and forgotten: what a line costs does not depend on how many there were.
TEST_CASE("the cost of a line does not grow with the length of the log") {
  const auto states = [](int cycles) {
    Lines lines{kBootstrap, kAnswer};
    for (int i = 0; i < cycles; ++i) {
      lines.insert(lines.end(), {kCreate, kWorking, kEmptyToB, kRemove, kEmptyToB, kStopped});
    }
    const Outcome outcome = search_in(lines);
    CHECK(explained(outcome).guesses == static_cast<std::uint64_t>(cycles));
    return outcome.effort.states;
  };
  const std::uint64_t few = states(20);
  CHECK(states(100) <= 6 * few);
}

}  // namespace
}  // namespace takeover::logs::made_messages
