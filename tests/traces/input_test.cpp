// Whatever a file holds, a reader gives a trace or one exact line.
#include <fmt/format.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <limits>
#include <string>
#include <vector>

#include "spec/world/scenario.h"
#include "tests/traces/scripts.h"
#include "traces/trace.h"

namespace takeover::traces {
namespace {

std::string repeated(const std::string& text, std::size_t times) {
  std::string all;
  for (std::size_t i = 0; i < times; ++i) all += text;
  return all;
}

std::string with_header(const std::string& header) {
  return document("", "{}", header);
}
std::string with_action(const std::string& action) {
  return document(R"({"action": )" + action + "}");
}
std::string with_node(const std::string& node) {
  return document("", node);
}

// A node whose handler of a Bootstrap goes on with the step.
std::string bootstrapping(const std::string& next, const std::string& more = "") {
  return fmt::format(
      R"({{"handler": {{"from": "B", "message": {{"type": "MaintainerBootstrapRequest"}}, "next": "{}"}}{}}})",
      next, more);
}

std::string bootstrapping_with(const std::string& response) {
  return with_node(fmt::format(
      R"({{"manager": {{}}, "handler": {{"from": "B", "message": {{"type": "MaintainerBootstrapRequest"}},
          "next": "read-journal-and-send", "response": {}}}}})",
      response));
}

struct Refusal {
  std::string text;
  std::string line;  // after "f: "
};

const std::vector<Refusal> kRefusals{
    // No JSON.
    {"", "line 1, column 1: the JSON ends too early; expected a JSON document"},
    {"{\n \"a\": tru}", "line 2, column 10: invalid JSON at '\"a\": tru}'; expected a JSON document"},
    {"{\"a\": 1,}", "line 1, column 9: invalid JSON at '1,}'; expected a JSON document"},
    {"{} {}", "line 1, column 4: invalid JSON at '{} {'; expected a JSON document"},
    {"[1", "line 1, column 3: the JSON ends too early; expected a JSON document"},
    {"{\"a\": \"\xC3\x28\"}", "line 1, column 8: invalid UTF-8; expected a JSON document in UTF-8"},
    {"\xED\xA0\x80", "line 1, column 1: invalid UTF-8; expected a JSON document in UTF-8"},
    {"{\"a\\u0000\": 1}", "/a\\x00: a string holds NUL; expected text"},
    {repeated("[", 10000), repeated("/0", 64) + ": nested too deep; expected at most 64 levels"},
    {repeated("{\"a\":", 10000), repeated("/a", 64) + ": nested too deep; expected at most 64 levels"},
    {"{\"a\": {\"b\": 1, \"b\": 2}}", "/a/b: duplicate key 'b'; expected keys that differ"},
    {"{\"a/b~\": {\"b\": 1, \"b\": 2}}", "/a~1b~0/b: duplicate key 'b'; expected keys that differ"},
    {"[0, -1]",
     "/1: a number that is negative, fractional or out of range; expected an integer from 0 to 18446744073709551615"},
    {"[0, 1.5]",
     "/1: a number that is negative, fractional or out of range; expected an integer from 0 to 18446744073709551615"},
    {"[18446744073709551616]",
     "/0: a number that is negative, fractional or out of range; expected an integer from 0 to 18446744073709551615"},
    {"[0, -0]",
     "/1: a number that is negative, fractional or out of range; expected an integer from 0 to 18446744073709551615"},
    {"[1.0]",
     "/0: a number that is negative, fractional or out of range; expected an integer from 0 to 18446744073709551615"},
    {"[1e23]",
     "/0: a number that is negative, fractional or out of range; expected an integer from 0 to 18446744073709551615"},
    {"[1e-999]",
     "/0: a number that is negative, fractional or out of range; expected an integer from 0 to 18446744073709551615"},
    {"[010]",
     "line 1, column 4: a number with a zero in front; expected an integer from 0 to 18446744073709551615"},
    {"{\"a\": 007}",
     "line 1, column 8: a number with a zero in front; expected an integer from 0 to 18446744073709551615"},
    {std::string("{}\0{}", 5), "line 1, column 3: a NUL byte; expected a JSON document"},
    {std::string("{\n\"a\0\": 1}", 10), "line 2, column 3: a NUL byte; expected a JSON document"},
    {std::string("{}\n\0", 4), "line 2, column 1: a NUL byte; expected a JSON document"},
    {"{} x", "line 1, column 4: invalid JSON at '{} x'; expected a JSON document"},
    {"\xEF\xBB\xBF{}", "line 1, column 1: a byte order mark; expected a JSON document without it"},
    {"{}\xFF", "line 1, column 3: invalid UTF-8; expected a JSON document in UTF-8"},
    {"[1e999]",
     "line 1, column 6: a number is out of range; expected an integer from 0 to 18446744073709551615"},
    {fmt::format("\"{}\"", repeated("a", 5000)),
     "document: a string is too long; expected at most 4096 bytes"},
    // No trace.
    {"[]", "document: the value []; expected a trace"},
    {"{}", "document: no key 'format'; expected it to be given"},
    {R"({"format": "tla"})", "/format: the value \"tla\"; expected \"takeover-trace\""},
    {with_header(R"("profile": "pr-5436", "colour": 1)"),
     "/colour: unknown key 'colour'; expected one of format, version, model, profile, guards_off, guards_on, variants, title, source, scenario, property, verdict, why, tool_version, seed, length, initial, steps, loop_start"},
    {with_header(R"("profile": "pr-1")"),
     "/profile: the profile 'pr-1'; expected one of pre-5434, pr-5434, pr-5435, pr-5436, reference"},
    {with_header(R"("profile": "pr-5436", "guards_off": ["tombstone", "no-such"])"),
     "/guards_off/1: the guard 'no-such'; expected a name that `takeover list guards` shows"},
    {with_header(R"("profile": "pr-5436", "verdict": "fine")"),
     "/verdict: the value \"fine\"; expected one of holds, violated, inconclusive, not-applicable, null"},
    {with_header(R"("profile": "pr-5436", "length": 2)"),
     "/length: the length 2 of 0 steps; expected the number of steps"},
    {with_header(R"("profile": "pr-5436", "loop_start": 0)"),
     "/loop_start: the step 0 of 0; expected the index of a step, from 0"},
    // Actions.
    {with_action(R"({"kind": "jump", "node": "A"})"),
     "/steps/0/action/kind: the value \"jump\"; expected one of deliver, receive, handle, remove-task, clean-up, report, execute, merge-task, stop-write-path, unregister, finish-close, report-error, first-event, complete-heartbeat, local-fence, close-orchestrator, fail-create, fail-clean-up, send, lose, die, start, stop"},
    {with_action(R"({"kind": "report", "node": "X"})"),
     "/steps/0/action/node: no node 'X' in initial; expected a node of initial"},
    {with_action(R"({"kind": "report"})"), "/steps/0/action: no key 'node'; expected it to be given"},
    {with_action(R"({"kind": "report", "node": "A", "id": "d"})"),
     "/steps/0/action/id: unknown key 'id'; expected one of kind, node, step"},
    {with_action(R"({"kind": "lose"})"),
     "/steps/0/action: whose message is lost is not said; expected 'from', 'node' or 'to'"},
    {with_action(R"({"kind": "lose", "node": "A", "message_id": "m9"})"),
     "/steps/0/action: no key 'message'; expected it to be given with 'message_id'"},
    {with_action(R"({"kind": "receive", "node": "A", "from": "B", "message": {"type": "HeartBeatRequest"}})"),
     "/steps/0/action/message/type: the value \"HeartBeatRequest\"; expected one of MaintainerBootstrapRequest, MaintainerPostBootstrapRequest, MaintainerCloseRequest, ScheduleDispatcherRequest, MergeDispatcherRequest, HeartBeatResponse, RedoMetaMessage, RedoResolvedTsForwardMessage, CheckpointTsMessage"},
    {with_action(
         R"({"kind": "receive", "node": "A", "from": "B", "message": {"type": "MaintainerCloseRequest", "removd": true}})"),
     "/steps/0/action/message/removd: unknown key 'removd'; expected one of type, epoch, removed"},
    {with_action(
         R"({"kind": "receive", "node": "A", "from": "B", "message": {"type": "MaintainerCloseRequest", "epoch": "1"}})"),
     "/steps/0/action/message/epoch: the value \"1\"; expected an integer from 0 to 18446744073709551615"},
    {with_action(
         R"x({"kind": "receive", "node": "A", "from": "B", "message": {"type": "ScheduleDispatcherRequest", "action": "Create", "id": "d", "span": "table-1[5,5)"}})x"),
     "/steps/0/action/message/span: the span 'table-1[5,5)'; expected \"ddl\", \"table-N\" or \"table-N[a,b)\" with N from 1 to 4294967295 and a < b from -2147483648 to 2147483647"},
    {with_action(
         R"({"kind": "receive", "node": "A", "from": "B", "message": {"type": "ScheduleDispatcherRequest", "action": "Create", "span": "ddl"}})"),
     "/steps/0/action/message: no key 'id'; expected it to be given"},
    // States.
    {with_node(R"({"manger": null})"),
     "/initial/nodes/A/manger: unknown key 'manger'; expected one of fenced, closed, tombstone, pending, handler, manager, initializing, fail_create, fail_clean_up"},
    {with_node(R"({"fenced": 1})"), "/initial/nodes/A/fenced: the value 1; expected the type boolean"},
    {with_node(R"({"manager": {"dispatchers": {"a/b": {"span": "table-x"}}}})"),
     "/initial/nodes/A/manager/dispatchers/a~1b/span: the span 'table-x'; expected \"ddl\", \"table-N\" or \"table-N[a,b)\" with N from 1 to 4294967295 and a < b from -2147483648 to 2147483647"},
    {with_node(R"({"manager": {"dispatchers": {"d": [{}, {}]}}})"),
     "/initial/nodes/A/manager/dispatchers/d/1: two dispatchers of one mode; expected one of each mode"},
    {bootstrapping_with(
         R"({"spans": [{"id": "d", "mode": "redo"}, {"id": "d"}, {"id": "d", "mode": "redo"}]})"),
     "/initial/nodes/A/handler/response/spans/2: the same one again; expected each of them once"},
    {bootstrapping_with(R"({"operators": [{"id": "d"}, {"id": "d", "mode": "redo"}]})"),
     "/initial/nodes/A/handler/response/operators/1: the same one again; expected each of them once"},
    {with_node(R"({"manager": {"dispatchers": {"": {}}}})"),
     "/initial/nodes/A/manager/dispatchers/: an empty id; expected a name"},
    {with_node(
         R"({"manager": {"streams": {"HeartBeatResponse": [{"message": {"type": "RedoMetaMessage"}}]}}})"),
     "/initial/nodes/A/manager/streams/HeartBeatResponse/0: a message of another stream; expected HeartBeatResponse"},
    {with_node(R"({"manager": {"fence": "me"}})"),
     "/initial/nodes/A/manager/fence: the value \"me\"; expected one of orchestrator, schedule, null"},
    {with_node(R"({"manager": {"schedule": {"step": "create", "batch": [], "next": 256}}})"),
     "/initial/nodes/A/manager/schedule/next: the value 256; expected an integer from 0 to 255"},
    {with_node(R"({"manager": {"schedule": {"step": "create", "batch": [], "next": 18446744073709551615}}})"),
     "/initial/nodes/A/manager/schedule/next: the value 18446744073709551615; expected an integer from 0 to 255"},
    {with_node(R"x({"manager": {"dispatchers": {"d": {"span": "table-1[0,2147483648)"}}}})x"),
     "/initial/nodes/A/manager/dispatchers/d/span: the span 'table-1[0,2147483648)'; expected \"ddl\", \"table-N\" or \"table-N[a,b)\" with N from 1 to 4294967295 and a < b from -2147483648 to 2147483647"},
    {with_header(R"("profile": "pr-5436", "guards_off": ["tombstone"], "guards_on": ["tombstone"])"),
     "/guards_on/0: 'tombstone' is in guards_off as well; expected it in one of them"},
    // States that contradict themselves.
    {with_node(R"({"manager": {"owner": "B"}, "initializing": {"owner": "B"}})"),
     "/initial/nodes/A/initializing: a second manager; expected null, since one is published"},
    {with_node(R"({"pending": [{"from": "B", "message": {"type": "RedoMetaMessage", "epoch": 1}}]})"),
     "/initial/nodes/A/pending/0: a message that cannot wait here; expected one of each type of the orchestrator's"},
    {with_node(bootstrapping("close")),
     "/initial/nodes/A/handler/next: a step of another handler; expected one of the message's"},
    {with_node(bootstrapping("create-triggers")),
     "/initial/nodes/A/handler/next: a step of building, and no initializing; expected the manager it builds"},
    {with_node(bootstrapping("register-initializing", R"(, "manager": {"owner": "B"})")),
     "/initial/nodes/A/handler/next: a step before a manager is here; expected no manager"},
    {with_node(bootstrapping("take-over")),
     "/initial/nodes/A/handler/next: a step under the fence, and no manager; expected the manager"},
    {with_node(R"({"manager": {"schedule": {"step": "create", "batch": [], "next": 5}}})"),
     "/initial/nodes/A/manager/schedule/next: no place in the batch; expected one below its length"},
    {document(R"({"action": {"kind": "die", "owner": "B"}, "state": {"nodes": {"X": {}}}})"),
     "/steps/0/state/nodes/X: no node 'X' in initial; expected a node of initial"},
    {document(
         R"({"action": {"kind": "die", "owner": "B"}, "sent": [{"message": {"type": "MaintainerCloseResponse", "succes": true}}]})"),
     "/steps/0/sent/0/message/succes: unknown key 'succes'; expected one of type, epoch, success"},
    {document(
         R"({"action": {"kind": "send", "from": "B", "message": {"type": "HeartBeatResponse"}, "message_id": "m"}},
                 {"action": {"kind": "receive", "node": "A", "from": "C", "message": {"type": "HeartBeatResponse"}, "message_id": "m"}})"),
     "/steps/1/action/message_id: 'm' names another message; expected the id of the message that arrives"},
};

TEST_CASE("every malformed document is refused with its line", "[traces][input]") {
  for (const Refusal& refusal : kRefusals) {
    const auto trace = read_trace(refusal.text, "f");
    INFO(refusal.text.substr(0, 300));
    REQUIRE_FALSE(trace);
    CHECK(trace.error().to_line() == fmt::format("f: {}", refusal.line));
    CHECK(trace.error().to_line().find('\n') == std::string::npos);
  }
}

TEST_CASE("a scenario is refused for the same bytes and numbers, with the range", "[traces][input]") {
  const auto line = [](const std::string& more, const std::string& behind = "") {
    const auto scenario = spec::read_scenario(
        R"({"name": "x", "title": "t", "tags": [], "node": "A", "spans": [], "properties": ["answered"],)"
        R"( "terminal": ["quiet"], "owners": [{"name": "B1", "node": "B", "epoch": 1)" +
            more + "}]}" + behind,
        "s");
    return scenario ? "" : scenario.error().to_line();
  };
  const std::string number = "expected an integer from 0 to 18446744073709551615";
  const std::string refused = ": a number that is negative, fractional or out of range; " + number;
  CHECK(line("").empty());
  CHECK(line("", std::string("\n\0", 2)) == "s: line 2, column 1: a NUL byte; expected a JSON document");
  CHECK(line(R"(, "config_epoch": -1)") == "s: /owners/0/config_epoch" + refused);
  CHECK(line(R"(, "config_epoch": 18446744073709551616)") == "s: /owners/0/config_epoch" + refused);
  CHECK(line(R"(, "config_epoch": "1")") == "s: /owners/0/config_epoch: the value \"1\"; " + number);
  CHECK(line(R"(, "start_ts": 0)") ==
        "s: /owners/0/start_ts: the value 0; expected an integer from 1 to 18446744073709551615");
  CHECK(line(R"(, "removes": 16)") == "s: /owners/0/removes: the value 16; expected an integer from 0 to 15");
  CHECK(line(R"(, "config_epoch": 18446744073709551615)").empty());
}

TEST_CASE("the largest epoch is an epoch", "[traces][input]") {
  const auto trace = read_trace(with_node(R"({"tombstone": 18446744073709551615})"), "f");
  REQUIRE(trace);
  CHECK(trace->initial.begin()->second.tombstone == std::numeric_limits<std::uint64_t>::max());
}

TEST_CASE("files that cannot be read are refused with their line", "[traces][input]") {
  const auto directory = std::filesystem::temp_directory_path() / "takeover-input-test";
  std::filesystem::create_directories(directory);
  const std::string large = (directory / "large.json").string();
  std::ofstream(large).close();
  std::filesystem::resize_file(large, std::uintmax_t{1} << 30U);  // sparse
  const std::string missing = (directory / "missing.json").string();
  const auto line = [](const std::string& path) {
    const auto trace = read_trace_file(path);
    REQUIRE_FALSE(trace);
    return trace.error().to_line();
  };
  const std::string expected = "; expected a readable file of at most 64 MiB";
  CHECK(line(large) == large + ": document: the file has 1073741824 bytes" + expected);
  CHECK(line(missing) == missing + ": document: no such file" + expected);
  CHECK(line(directory.string()) == directory.string() + ": document: it is a directory" + expected);
  CHECK(line("/dev/zero") == "/dev/zero: document: it is no regular file" + expected);
  std::filesystem::remove_all(directory);
}

TEST_CASE("a name that would break the line is escaped", "[traces][input]") {
  CHECK(InputError{"a\nb", "/\x1b", "w", "e"}.to_line() == "a\\x0ab: /\\x1b: w; expected e");
}

}  // namespace
}  // namespace takeover::traces
