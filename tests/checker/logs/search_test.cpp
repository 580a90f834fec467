#include "checker/logs/search.h"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "made.h"
#include "traces/replay.h"

namespace takeover::logs {
namespace {

using Lines = std::vector<std::string>;

const std::string kBootstrap =
    R"(<B{"type":"MaintainerBootstrapRequest","epoch":2,"event_trigger":"t1","start_ts":10})";
const std::string kAnswer =
    R"(>B{"type":"MaintainerBootstrapResponse","epoch":2,"error":null,"checkpoint_ts":10})";
const std::string kCreate =
    R"(<B{"type":"ScheduleDispatcherRequest","epoch":2,"action":"Create","id":"d1","span":"table-1"})";
const std::string kWorking =
    R"(>B{"type":"HeartBeatRequest","statuses":[{"id":"d1","mode":"default","status":"Working"}],"complete":false})";
const std::string kRemove =
    R"(<B{"type":"ScheduleDispatcherRequest","epoch":2,"action":"Remove","id":"d1","span":"table-1"})";
const std::string kStopped =
    R"(>B{"type":"HeartBeatRequest","statuses":[{"id":"d1","mode":"default","status":"Stopped"}],"complete":false})";
const std::string kEmptyToB = R"(>B{"type":"HeartBeatRequest","statuses":[]})";
const std::string kEmptyToC = R"(>C{"type":"HeartBeatRequest","statuses":[]})";
const std::string kBootstrapOfC = R"(<C{"type":"MaintainerBootstrapRequest","epoch":3,"event_trigger":"t1"})";
const std::string kAnswerToC = R"(>C{"type":"MaintainerBootstrapResponse","epoch":3,"error":null})";
const std::string kClose = R"(<B{"type":"MaintainerCloseRequest","epoch":2})";
const std::string kNotClosed = R"(>B{"type":"MaintainerCloseResponse","epoch":2,"success":false})";
const std::string kClosed = R"(>B{"type":"MaintainerCloseResponse","epoch":2,"success":true})";

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
  CHECK(explained(outcome).unseen == 0);
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
  CHECK(explained(outcome).unseen == 1);
}

TEST_CASE("what was not asked to stop does not") {
  CHECK(refuted(search_in({kBootstrap, kAnswer, kCreate, kWorking, kStopped})).line == 4);
}

TEST_CASE("a close ends by three steps that nobody sees") {
  const Outcome outcome = search_in({kBootstrap, kAnswer, kClose, kNotClosed, kClose, kClosed});
  CHECK(explained(outcome).unseen == 3);
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
  for (const std::size_t window : {1, 2, 3, 7}) {
    options.window = window;
    const Explained cut = explained(search_in(lines, options));
    CHECK(cut.unseen == whole.unseen);
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

}  // namespace
}  // namespace takeover::logs
