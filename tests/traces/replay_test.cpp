// A replay says where a trace stops conforming: the step, the place in it, what was expected, what is.
#include "traces/replay.h"

#include <catch2/catch.hpp>
#include <optional>
#include <string>
#include <vector>

#include "tests/traces/scripts.h"

namespace takeover::traces {
namespace {

const std::string kBootstrap =
    R"({"action": {"kind": "deliver", "node": "A", "from": "B", "message": {"type": "MaintainerBootstrapRequest",
        "epoch": 1, "event_trigger": "t1", "start_ts": 10}})";
const std::string kOwned = R"({"manager": {"owner": "B", "epoch": 1}})";
const std::string kCreate =
    R"({"kind": "deliver", "node": "A", "from": "B", "message": {"type": "ScheduleDispatcherRequest", "epoch": 1,
        "action": "Create", "operator": "Add", "id": "d1", "span": "table-1"}})";

ReplayResult replay_text(const std::string& text) {
  const auto trace = read_trace(text, "trace.json");
  INFO((trace ? "" : trace.error().to_line()));
  REQUIRE(trace);
  return replay(*trace);
}

struct Divergence {
  const char* what;
  std::string document;
  ReplayResult result;
};

const std::vector<Divergence> kDivergences{
    {"another owner",
     document(kBootstrap + R"(, "state": {"nodes": {"A": {"manager": {"owner": "C"}}}}})"),
     {false, 0, "/state/nodes/A/manager/owner", "\"C\"", "\"B\""}},
    {"none expected, one there",
     document(kBootstrap + R"(, "state": {"nodes": {"A": {"manager": null}}}})"),
     {false, 0, "/state/nodes/A/manager", "null", ""}},
    {"one expected, none there",
     document(R"({"action": {"kind": "die", "owner": "B"}, "state": {"nodes": {"A": {"manager": {}}}}})"),
     {false, 0, "/state/nodes/A/manager", "{}", "null"}},
    {"a dispatcher too many",
     document(kBootstrap + R"(, "state": {"nodes": {"A": {"manager": {"dispatchers": {}}}}}})"),
     {false, 0, "/state/nodes/A/manager/dispatchers", "exactly {}", "{t1}"}},
    {"a field of a dispatcher",
     document(kBootstrap +
              R"(, "state": {"nodes": {"A": {"manager": {"dispatchers": {"t1": {"start_ts": 11}}}}}}})"),
     {false, 0, "/state/nodes/A/manager/dispatchers/t1/start_ts", "11", "10"}},
    {"nothing must be sent",
     document(kBootstrap + R"(, "sent": []})"),
     {false, 0, "/sent", "0 elements: []", ""}},
    {"a field of what is sent",
     document(kBootstrap +
              R"(, "sent": [{"message": {"type": "MaintainerBootstrapResponse", "epoch": 2}}]})"),
     {false, 0, "/sent/0/message/epoch", "2", "1"}},
    {"the second step",
     document(kBootstrap + R"(}, {"action": {"kind": "report", "node": "A"}})"),
     {false, 1, "/action", "report is enabled", "nothing waits on the status channel"}},
    {"nothing pending",
     document(R"({"action": {"kind": "handle", "node": "A", "path": "orchestrator"}})"),
     {false, 0, "/action", "handle is enabled", "no message is pending"}},
    {"no manager",
     document(R"({"action": {"kind": "remove-task", "node": "A", "id": "d1"}})"),
     {false, 0, "/action", "remove-task is enabled", "no manager is here"}},
    {"no removal asked for",
     document(
         R"({"action": )" + kCreate + R"(}, {"action": {"kind": "remove-task", "node": "A", "id": "d1"}})",
         kOwned),
     {false, 1, "/action", "remove-task is enabled", "its removal was not requested"}},
    {"something pending before a delivery",
     document(kBootstrap + "}",
              R"({"pending": [{"from": "B", "message": {"type": "MaintainerCloseRequest"}}]})"),
     {false, 0, "/action", "deliver is enabled", "another message is pending"}},
    {"the fence is held",
     document(R"({"action": )" + kCreate + "}",
              R"({"manager": {"owner": "B", "epoch": 1, "fence": "orchestrator"}})"),
     {false, 0, "/action", "deliver is enabled", "the fence is held by the orchestrator"}},
    {"another step",
     document(
         R"({"action": {"kind": "handle", "node": "A", "path": "orchestrator", "fine": true, "step": "close"}})",
         R"({"pending": [{"from": "B", "message": {"type": "MaintainerCloseRequest"}}]})"),
     {false, 0, "/action/step", "close", "look-up"}},
    {"a loop that does not close",
     R"({"format": "takeover-trace", "version": 1, "model": "node", "profile": "reference", "initial": {"nodes": {"A": {}}},
         "steps": [{"action": {"kind": "local-fence", "node": "A"}}], "loop_start": 0})",
     {false, 1, "/loop_start", "the nodes are as before step 0", "the run does not come back there"}},
};

TEST_CASE("a wrong expectation is reported with its place", "[traces][replay]") {
  for (const Divergence& divergence : kDivergences) {
    INFO(divergence.what);
    ReplayResult result = replay_text(divergence.document);
    // "" stands for a whole object or array, which is shown and not spelt out here.
    if (divergence.result.actual.empty()) {
      CHECK_FALSE(result.actual.empty());
      result.actual.clear();
    }
    CHECK(result.conforms == divergence.result.conforms);
    CHECK(result.step == divergence.result.step);
    CHECK(result.path == divergence.result.path);
    CHECK(result.expected == divergence.result.expected);
    CHECK(result.actual == divergence.result.actual);
  }
}

TEST_CASE("spans, operators, statuses and sent are compared in any order", "[traces][replay]") {
  const std::string node = R"({"manager": {"owner": "B", "epoch": 1, "dispatchers": {
      "d1": {"span": "table-1"}, "d2": {"span": "table-2"}, "d3": {"span": "table-3"}}}})";
  const auto answer = [&](const std::string& spans) {
    return replay_text(document(
        R"({"action": {"kind": "deliver", "node": "A", "from": "C", "message": {"type": "MaintainerBootstrapRequest", "epoch": 2}},
            "sent": [{"message": {"type": "MaintainerBootstrapResponse", "spans": )" +
            spans + "}}]}",
        node));
  };
  CHECK(answer(R"([{"id": "d3"}, {"id": "d1"}, {"id": "d2"}])").conforms);
  // The first fits each of the three: only one pairing gives every expectation an element of its own.
  CHECK(answer(R"([{"mode": "default"}, {"id": "d1"}, {"id": "d2"}])").conforms);
  CHECK(answer(R"([{"span": "table-3"}, {}, {"id": "d1"}])").conforms);
  const ReplayResult wrong = answer(R"([{"id": "d3"}, {"id": "d1"}, {"id": "d4"}])");
  CHECK(wrong.path == "/sent/0/message/spans/2/id");
  CHECK(wrong.expected == "\"d4\"");
  CHECK(wrong.actual == "\"d2\"");
  CHECK_FALSE(answer(R"([{"id": "d1"}, {"id": "d1"}, {"id": "d2"}])").conforms);
}

TEST_CASE("an id that reads like a key has no meaning", "[traces][replay]") {
  const std::string node =
      R"({"manager": {"owner": "B", "epoch": 1, "dispatchers": {"dispatchers": {"span": "table-1"}}}})";
  const std::string same_span =
      R"x({"action": {"kind": "die", "owner": "B"}, "state": {"nodes": {"A": {"manager":
           {"dispatchers": {"dispatchers": {"span": "table-1[-2147483648,2147483647)"}}}}}}})x";
  CHECK(replay_text(document(same_span, node)).conforms);
}

TEST_CASE("guards and rules decide what conforms", "[traces][replay]") {
  const std::string stale =
      R"({"action": {"kind": "deliver", "node": "A", "from": "C", "message": {"type": "ScheduleDispatcherRequest",
          "epoch": 0, "action": "Create", "operator": "Add", "id": "d1", "span": "table-1"}},
          "state": {"nodes": {"A": {"manager": {"dispatchers": {}}}}}})";
  CHECK(replay_text(document(stale, kOwned)).conforms);
  CHECK_FALSE(
      replay_text(document(stale, kOwned, R"("profile": "pr-5436", "guards_off": ["schedule-admission"])"))
          .conforms);
  CHECK(replay_text(document(stale, kOwned, R"("profile": "pre-5434", "guards_on": ["schedule-admission"])"))
            .conforms);
}

TEST_CASE("nodes are independent of each other", "[traces][replay]") {
  const auto result = replay_text(
      R"({"format": "takeover-trace", "version": 1, "model": "node", "profile": "pr-5436",
          "initial": {"nodes": {"A": {}, "Z": {"manager": {"owner": "B", "epoch": 1}}}},
          "steps": [{"action": {"kind": "local-fence", "node": "Z"},
                     "state": {"nodes": {"A": {"fenced": false}, "Z": {"fenced": true, "manager": {"write_path_closed": true}}}}}]})");
  CHECK(result.conforms);
}

TEST_CASE("an action that is not enabled leaves the node as it was", "[traces][replay]") {
  const auto trace = read_trace(
      document(kBootstrap + "}", R"({"manager": {"owner": "B", "epoch": 1, "fence": "schedule"}})"), "t");
  REQUIRE(trace);
  impl::DispatcherOrchestrator node = trace->initial.begin()->second;
  const impl::DispatcherOrchestrator before = node;
  impl::Outbox out;
  CHECK(take(trace->rules, trace->steps[0].action, node, out) ==
        std::optional<std::string>("the fence is held by a schedule"));
  CHECK(node == before);
  CHECK(out.sent.empty());
}

}  // namespace
TEST_CASE("what waits at first is as what arrives: a loop comes back to it") {
  const std::string close = R"("from": "M", "message": {"type": "MaintainerCloseRequest", "epoch": 1}})";
  const std::string first = R"({"tombstone": 1, "pending": [{)" + close + "]}";
  const std::string steps = R"({"action": {"kind": "handle", "node": "A", "path": "orchestrator"}},
      {"action": {"kind": "receive", "node": "A", )" +
                            close + "}";
  CHECK(replay_text(document(steps, first, R"("profile": "reference", "loop_start": 0)")).conforms);
}

TEST_CASE("a send need not say to which of several nodes it goes") {
  const std::string close =
      R"("from": "M", "message_id": "m1", "message": {"type": "MaintainerCloseRequest", "epoch": 1})";
  const std::string text =
      R"({"format": "takeover-trace", "version": 1, "model": "node", "profile": "reference",
      "initial": {"nodes": {"A": {}, "B": {}}},
      "steps": [{"action": {"kind": "send", "owner": "M", )" +
      close + R"(}},
                {"action": {"kind": "deliver", "node": "B", )" +
      close + "}}]}";
  CHECK(replay_text(text).conforms);
}

}  // namespace takeover::traces
