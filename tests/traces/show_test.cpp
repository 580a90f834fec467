// What a reader sees of a small trace: a script written by hand, filled in by a replay.
#include "traces/show.h"

#include <catch2/catch.hpp>

#include "tests/traces/scripts.h"
#include "traces/replay.h"

namespace takeover::traces {
namespace {

constexpr const char* kScript = R"(
  {"action": {"kind": "receive", "node": "A", "from": "C", "message_id": "m1",
              "message": {"type": "MaintainerBootstrapRequest", "epoch": 2, "event_trigger": "t2"}}},
  {"action": {"kind": "deliver", "node": "A", "from": "B",
              "message": {"type": "ScheduleDispatcherRequest", "epoch": 1, "action": "Remove", "operator": "Move", "id": "d1", "span": "table-1"}}},
  {"action": {"kind": "handle", "node": "A", "path": "orchestrator", "fine": true}},
  {"action": {"kind": "handle", "node": "A", "path": "orchestrator"}, "title": "C takes over"},
  {"action": {"kind": "deliver", "node": "A", "from": "B", "message": {"type": "HeartBeatResponse", "epoch": 1, "action": "Write"}}})";
constexpr const char* kNode =
    R"({"manager": {"owner": "B", "epoch": 1, "dispatchers": {"d1": {"span": "table-1"}}}})";
constexpr const char* kHeader =
    R"("profile": "pr-5436", "guards_off": ["tombstone"], "scenario": "by-hand", "property": "trigger-unique",
       "verdict": "violated", "why": "an example")";

constexpr const char* kText = R"(scenario:  by-hand
profile:   pr-5436 without tombstone
property:  trigger-unique (violated)
meaning:   A manager has at most one table trigger per mode, and a trigger's id changes only through none

   1  C (epoch 2) -> A (received): MaintainerBootstrapRequest event_trigger=t2  [m1]
       pending: + MaintainerBootstrapRequest of C/2
   2  B (epoch 1) -> A: ScheduleDispatcherRequest action=Remove operator=Move id=d1 span=table-1
       dispatchers: d1 table-1 Working -> table-1 Working to be removed
       journal: + d1 Remove (Move) of B/1
   3  A: handles MaintainerBootstrapRequest of C (epoch 2): look-up
       pending: - MaintainerBootstrapRequest of C/2
       next step: take-over
   4  A: handles MaintainerBootstrapRequest of C (epoch 2)
       # C takes over
       next step: none
       owner: B/1 -> C/2
       event_trigger: t2
       dispatchers: + t2 ddl Working
       -> C: MaintainerBootstrapResponse epoch=2 spans=[{id: d1, span: table-1, mode: default, status: Working, checkpoint_ts: 0}, {id: t2, span: ddl, mode: default, status: Working, checkpoint_ts: 0}] operators=[{id: d1, action: Remove, operator: Move, from: B, epoch: 1, mode: default, span: table-1, start_ts: 0}]
   5  B (epoch 1) -> A: HeartBeatResponse action=Write
       ! HeartBeatResponse of B (epoch 1) is dropped: not from the owner and its epoch

Violated: trigger-unique
  must hold: A manager has at most one table trigger per mode, and a trigger's id changes only through none
  because:   an example
)";

Trace script(const std::string& steps = kScript) {
  auto trace = read_trace(document(steps, kNode, kHeader), "by-hand");
  INFO((trace ? "" : trace.error().to_line()));
  REQUIRE(trace);
  return *std::move(trace);
}

TEST_CASE("a trace is told step by step", "[traces][show]") {
  CHECK(show_text(script()) == kText);
}

TEST_CASE("a trace that does not conform is told as far as it goes", "[traces][show]") {
  const std::string text = show_text(script(R"({"action": {"kind": "report", "node": "A"}})"));
  CHECK(text.find("Diverges at step 1, /action:\n  expected report is enabled\n  actual   nothing waits on "
                  "the status "
                  "channel\n") != std::string::npos);
}

TEST_CASE("a sequence diagram has an arrow for each message", "[traces][show]") {
  const std::string text = show_mermaid(script());
  CHECK(text.starts_with("sequenceDiagram\n  participant n1 as A\n"));
  CHECK(text.find("  n2->>n1: ScheduleDispatcherRequest action=Remove operator=Move id=d1 span=table-1 "
                  "(epoch 1)\n") != std::string::npos);
  CHECK(text.find("  n1-->>n3: MaintainerBootstrapResponse epoch=2 ") != std::string::npos);
  CHECK(text.find(';') == std::string::npos);
}

TEST_CASE("the normalised document conforms and has whole states", "[traces][show]") {
  const auto again = read_trace(show_json(script()), "normalised");
  REQUIRE(again);
  CHECK(replay(*again).conforms);
  CHECK(again->document["steps"][0]["state"]["nodes"]["A"]["manager"]["owner"] == "B");
}

}  // namespace
}  // namespace takeover::traces
