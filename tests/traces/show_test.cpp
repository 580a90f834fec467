// What a reader sees of a small trace: a script written by hand, filled in by a replay.
#include "traces/show.h"

#include <catch2/catch.hpp>
#include <regex>
#include <sstream>
#include <string>
#include <utility>

#include "tests/traces/recorded.h"
#include "tests/traces/scripts.h"
#include "traces/mermaid.h"
#include "traces/record.h"
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
    R"("profile": "pr-5436", "guards_off": ["tombstone"], "scenario": "by-hand", "property": "trigger-unique")";

constexpr const char* kText = R"(scenario:  by-hand
profile:   pr-5436 without tombstone
property:  trigger-unique (not violated by this run)
meaning:   A manager has at most one table trigger per mode, and a trigger's id changes only through none

   1  C/2 -> A (received): MaintainerBootstrapRequest event_trigger=t2  [m1]
       pending: + MaintainerBootstrapRequest of C/2
   2  B/1 -> A: ScheduleDispatcherRequest action=Remove operator=Move id=d1 span=table-1
       dispatchers: d1 table-1 Working -> table-1 Working to be removed
       journal: + d1 Remove (Move) of B/1
   3  A: handles MaintainerBootstrapRequest of C/2: look-up
       pending: - MaintainerBootstrapRequest of C/2
       next step: take-over
   4  A: handles MaintainerBootstrapRequest of C/2
       # C takes over
       next step: none
       owner: B/1 -> C/2
       event_trigger: t2
       dispatchers: + t2 ddl Initializing
       -> C: MaintainerBootstrapResponse epoch=2 spans=[{id: d1, span: table-1, mode: default, status: Working, checkpoint_ts: 0}, {id: t2, span: ddl, mode: default, status: Initializing, checkpoint_ts: 0}] operators=[{id: d1, action: Remove, operator: Move, from: none, epoch: 1, mode: default, span: table-1, start_ts: 0}]
   5  B/1 -> A: HeartBeatResponse action=Write
       ! HeartBeatResponse of B/1 is dropped: not from the owner and its epoch [guard heartbeat-response-admission, #5435]

Remark: the scenario by-hand is not built in: who takes part was not judged
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
  CHECK(
      text.find(
          "Diverges at step 1, /action:\n  expected report is enabled\n  actual   nothing waits on the status channel\n") !=
      std::string::npos);
}

TEST_CASE("a reason names the guard that decided so, or whose loss did, and who brought it",
          "[traces][show]") {
  const auto says = [](const std::string& name, const std::string& line) {
    return show_text(trace_of(recorded(name))).find("       ! " + line + "\n") != std::string::npos;
  };
  const std::string create =
      R"({"action": {"kind": "deliver", "node": "A", "from": "B", "message": {"type": "ScheduleDispatcherRequest",
          "action": "Create", "id": "d1", "span": "table-1"}}})";
  CHECK(
      show_text(*read_trace(document(create), "by-hand"))
          .find(
              "       ! ScheduleDispatcherRequest of B/0 is dropped: no stream of its type is registered\n") !=
      std::string::npos);
  CHECK(says(
      "nil-checked",
      "the process dies: a redo trigger is created in a manager without redo [without guard nil-checked, finding]"));
  CHECK(show_mermaid(script()).find(
            "not from the owner and its epoch [guard heartbeat-response-admission, #35;5435]\n") !=
        std::string::npos);
}

TEST_CASE("a sequence diagram has an arrow for each message", "[traces][show]") {
  const std::string text = show_mermaid(script());
  CHECK(text.starts_with("sequenceDiagram\n  participant n1 as A\n"));
  CHECK(
      text.find(
          "  n2->>n1: ScheduleDispatcherRequest action=Remove operator=Move id=d1 span=table-1 (epoch 1)\n") !=
      std::string::npos);
  CHECK(text.find("  n1-->>n3: MaintainerBootstrapResponse epoch=2 ") != std::string::npos);
  CHECK(std::regex_replace(text, std::regex("#[0-9]+;"), "").find(';') == std::string::npos);
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

TEST_CASE("the diagram says what the text says behind the last step", "[traces][show]") {
  const Trace violates = trace_of(recorded("pr-5436.no-dead-takeover"));
  CHECK(show_text(violates).ends_with(
      "Violated: no-dead-takeover\n"
      "  must hold: When a Bootstrap is answered without error, the manager is neither closing nor closed and its write path is open\n"
      "  because:   this Bootstrap is answered without error by a manager that is closing, closed, or whose write path is closed\n"));
  CHECK(show_mermaid(violates).ends_with("\n  Note over n1: Violated: no-dead-takeover\n"));

  const Trace lasso = trace_of(recorded("pr-5436.create-tried"));
  const std::string words =
      "The run goes on with step " + std::to_string(*lasso.loop_start + 1) + " for ever";
  CHECK(contains(show_text(lasso), "\n" + words + ".\n\nViolated: create-tried\n"));
  const std::string diagram = show_mermaid(lasso);
  CHECK(contains(diagram, "\n  loop " + words + "\n"));
  CHECK(diagram.ends_with("\n  end\n  Note over n1: Violated: create-tried\n"));

  const Trace diverges = script(R"({"action": {"kind": "report", "node": "A"}})");
  CHECK(contains(
      show_mermaid(diverges),
      "\n  Note over n1: Diverges at step 1, /action: expected report is enabled, actual nothing waits on the status channel\n"));

  CHECK(show_mermaid(script()).ends_with(
      "\n  Note over n1: Remark: the scenario by-hand is not built in: who takes part was not judged\n"));
}

// What a line of a sequence diagram may be, and what text it may hold: entities, and no other character that
// Mermaid gives a meaning.
bool is_a_line(const std::string& line) {
  static const std::regex kLine(
      "sequenceDiagram|  end|  (participant n[0-9]+ as |loop |Note over n[0-9]+: |n[0-9]+--?>>n[0-9]+: )([^;#%<>&\"@$]|#[0-9]+;)+");
  return std::regex_match(line, kLine);
}

TEST_CASE("whatever names a trace holds, its diagram is one", "[traces][show]") {
  for (const std::string name :
       {"a;b",     "#35;",  "%% c",         "%%{init: {}}%%", "\\n",    "\\u001b[2J", "\\\"q\\\"",
        "<br/>",   "end",   "END",          "the end",        "wrap:x", "a: b",       "nowrap: y",
        "x@{ y }", "$$x$$", "style a:b#1;", "&lt;",           "->>",    "n1",         "loop",
        " "}) {
    CAPTURE(name);
    const auto trace =
        read_trace(document(R"({"action": {"kind": "receive", "node": "A", "from": ")" + name +
                            R"(", "message": {"type": "MaintainerBootstrapRequest", "event_trigger": ")" +
                            name + R"("}}}, {"action": {"kind": "die", "owner": ")" + name + R"("}})"),
                   "t");
    REQUIRE(trace);
    const std::string diagram = show_mermaid(*trace);
    std::istringstream lines(diagram);
    std::size_t count = 0;
    for (std::string line; std::getline(lines, line); ++count) {
      CAPTURE(line);
      CHECK(is_a_line(line));
    }
    CHECK(count == 5);  // the head, two participants, an arrow, a note
    CHECK_FALSE(contains(diagram, "\x1b"));
    CHECK_FALSE(contains(show_text(*trace), "\x1b"));
  }
}

TEST_CASE("in a diagram no word of a name ends a block or directs it", "[traces][show]") {
  CHECK(mermaid_text("the end of END, ending friends") == "the #101;nd of #69;ND, ending friends");
  CHECK(mermaid_text("wrap: a wrap: b") == "#119;rap: a wrap: b");
  CHECK(mermaid_text("a #1; 100%") == "a #35;1#59; 100#37;");
  CHECK(mermaid_text("style: x") == "#115;tyle: x");
  CHECK(mermaid_text("") == "#32;");
}

TEST_CASE("the normalised document conforms and has whole states", "[traces][show]") {
  const auto again = read_trace(to_text(normalised(script())), "normalised");
  REQUIRE(again);
  CHECK(replay(*again).conforms);
  CHECK(again->document["steps"][0]["state"]["nodes"]["A"]["manager"]["owner"] == "B");
}

}  // namespace
}  // namespace takeover::traces
