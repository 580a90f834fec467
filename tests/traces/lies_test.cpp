// A trace that says of itself what is not so diverges where it says it: recorded counterexamples, each with
// one edit.
#include <catch2/catch.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "tests/traces/recorded.h"
#include "traces/record.h"
#include "traces/replay.h"
#include "traces/show.h"

namespace takeover::traces {
namespace {

using Kind = Finding::Kind;

// The edit gives the step that must diverge, or nothing for the document.
using Edit = std::optional<std::size_t> (*)(Json& trace);

struct Lie {
  const char* what;
  const char* base;
  Edit edit;
  const char* path;
  const char* actual;
};

constexpr const char* kSafetyTrace = "tests/traces/bases/no-dead-takeover.trace.json";  // small-fence
constexpr const char* kLasso =
    "traces/recorded/counterexamples/pr-5436.create-tried.trace.json";  // live-create
constexpr const char* kDeadlock = "traces/recorded/counterexamples/pr-5435.deadlock-free.trace.json";

std::size_t first(const Json& trace, const std::string& kind) {
  std::size_t index = 0;
  while (trace["steps"][index]["action"]["kind"] != kind) ++index;
  return index;
}
Json& first_action(Json& trace, const std::string& kind) {
  return trace["steps"][first(trace, kind)]["action"];
}
void erase(Json& trace, std::size_t at) {
  trace["steps"].erase(at);
  trace["length"] = trace["steps"].size();
}

const std::vector<Lie> kLies{
    {"the step that violates is left out", kSafetyTrace,
     [](Json& t) -> std::optional<std::size_t> {
       erase(t, t["steps"].size() - 1);
       return std::nullopt;
     },
     "/verdict", "the run does not violate no-dead-takeover"},
    {"another property", kSafetyTrace,
     [](Json& t) -> std::optional<std::size_t> {
       t["property"] = "one-writer";
       return std::nullopt;
     },
     "/verdict", "the run does not violate one-writer"},
    {"no such property", kSafetyTrace,
     [](Json& t) -> std::optional<std::size_t> {
       t["property"] = "no-such-property";
       return std::nullopt;
     },
     "/property", "`takeover list properties` has no such one"},
    {"a violated property is said to hold", kSafetyTrace,
     [](Json& t) -> std::optional<std::size_t> {
       t["verdict"] = "holds";
       return std::nullopt;
     },
     "/verdict", "the run violates no-dead-takeover"},
    {"a violated property is said to be inconclusive", kSafetyTrace,
     [](Json& t) -> std::optional<std::size_t> {
       t["verdict"] = "inconclusive";
       return std::nullopt;
     },
     "/verdict", "the run violates no-dead-takeover"},
    {"a property that applies is said not to", kSafetyTrace,
     [](Json& t) -> std::optional<std::size_t> {
       t["verdict"] = "not-applicable";
       t["property"] = "owner-from-request";
       return std::nullopt;
     },
     "/verdict", "it applies: a manager is published"},
    {"what is said of another property", kSafetyTrace,
     [](Json& t) -> std::optional<std::size_t> {
       t["why"] = "the handler has ended, and the fence is still locked";
       return std::nullopt;
     },
     "/why", "that is said of another property than no-dead-takeover"},
    {"a violation explained that is none", kSafetyTrace,
     [](Json& t) -> std::optional<std::size_t> {
       t["property"] = "one-writer";
       t["verdict"] = "holds";
       return std::nullopt;
     },
     "/why", "the verdict is holds"},
    {"an explanation of no verdict", kSafetyTrace,
     [](Json& t) -> std::optional<std::size_t> {
       t["verdict"] = nullptr;
       return std::nullopt;
     },
     "/why", "no verdict is given"},
    {"a deadlock that is none", kSafetyTrace,
     [](Json& t) -> std::optional<std::size_t> {
       t["property"] = "deadlock-free";
       return std::nullopt;
     },
     "/verdict", "the run does not violate deadlock-free: something can happen after the last step"},
    {"a deadlock where the scenario lets the run end", "traces/recorded/runs/node-close.trace.json",
     [](Json& t) -> std::optional<std::size_t> {
       t["property"] = "deadlock-free";
       t["verdict"] = "violated";
       return std::nullopt;
     },
     "/verdict", "the run does not violate deadlock-free: the run ends as the scenario lets it"},
    {"the step that locks is left out", kDeadlock,
     [](Json& t) -> std::optional<std::size_t> {
       erase(t, t["steps"].size() - 1);
       return std::nullopt;
     },
     "/verdict", "the run does not violate deadlock-free: something can happen after the last step"},
    {"liveness, and no loop", kSafetyTrace,
     [](Json& t) -> std::optional<std::size_t> {
       t["property"] = "bootstrap-answered";
       return std::nullopt;
     },
     "/verdict",
     "the run does not violate bootstrap-answered: the run goes on after its last step, and no loop is given"},
    {"no send", kSafetyTrace,
     [](Json& t) -> std::optional<std::size_t> {
       erase(t, first(t, "send"));
       return first(t, "receive");
     },
     "/action/message_id", "it was not sent before"},
    {"no send, and neither scenario nor id", kLasso,
     [](Json& t) -> std::optional<std::size_t> {
       erase(t, first(t, "send"));
       t["scenario"] = nullptr;
       t["loop_start"] = nullptr;
       first_action(t, "receive").erase("message_id");
       return first(t, "receive");
     },
     "/action/message", "none is under way"},
    {"another id", kSafetyTrace,
     [](Json& t) -> std::optional<std::size_t> {
       first_action(t, "receive")["message_id"] = "m99";
       return first(t, "receive");
     },
     "/action/message_id", "it was not sent before"},
    {"sent after it arrives", kSafetyTrace,
     [](Json& t) -> std::optional<std::size_t> {
       std::swap(t["steps"][first(t, "send")], t["steps"][first(t, "receive")]);
       return first(t, "receive");
     },
     "/action/message_id", "it was not sent before"},
    {"one that arrives twice", kSafetyTrace,
     [](Json& t) -> std::optional<std::size_t> {
       const std::size_t at = first(t, "receive");
       insert(t, at + 1, t["steps"][at]);
       return at + 1;
     },
     "/action/message_id", "it has arrived, or was lost, before"},
    {"no such owner", kSafetyTrace,
     [](Json& t) -> std::optional<std::size_t> {
       first_action(t, "send")["owner"] = "Nobody";
       return first(t, "send");
     },
     "/action/owner", "the owners of small-fence are A1, C2"},
    {"another owner's message", kSafetyTrace,
     [](Json& t) -> std::optional<std::size_t> {
       first_action(t, "send")["owner"] = "A1";
       return first(t, "send");
     },
     "/action/from", "A1 is on A"},
    {"no such row", kSafetyTrace,
     [](Json& t) -> std::optional<std::size_t> {
       first_action(t, "send")["row"] = "no-such-row";
       return first(t, "send");
     },
     "/action/row", "the environment has no such row"},
    {"another row", kSafetyTrace,
     [](Json& t) -> std::optional<std::size_t> {
       first_action(t, "send")["row"] = "close";
       return first(t, "send");
     },
     "/action/row", "bootstrap"},
    {"a message that its owner does not send", kSafetyTrace,
     [](Json& t) -> std::optional<std::size_t> {
       for (const char* kind : {"send", "receive"}) first_action(t, kind)["message"]["start_ts"] = 7;
       return first(t, "send");
     },
     "/action/message", "another message is sent by this row"},
    {"a fault that the scenario does not have", kLasso,
     [](Json& t) -> std::optional<std::size_t> {
       insert(t, 0, {{"action", {{"kind", "local-fence"}, {"node", "A"}}}});
       return 0;
     },
     "/action/kind", "its bounds allow no such fault"},
    {"a loss that the scenario does not have", kLasso,
     [](Json& t) -> std::optional<std::size_t> {
       const std::size_t at = first(t, "receive");
       Json lost = t["steps"][at];
       lost["action"]["kind"] = "lose";
       t["steps"][at] = lost;
       return at;
     },
     "/action/kind", "its bounds allow no such loss"},
    {"an owner that does not die", kLasso,
     [](Json& t) -> std::optional<std::size_t> {
       insert(t, 1, {{"action", {{"kind", "die"}, {"owner", "C2"}}}});
       return 1;
     },
     "/action/kind", "this owner cannot die here"},
    {"an owner that starts by itself", kLasso,
     [](Json& t) -> std::optional<std::size_t> {
       insert(t, 0, {{"action", {{"kind", "start"}, {"owner", "C2"}}}});
       return 0;
     },
     "/action/kind", "its owners start and stop by what they send and are told"},
    {"another node", kSafetyTrace,
     [](Json& t) -> std::optional<std::size_t> {
       t["scenario"] = "node-compat";
       t["steps"] = Json::array();
       t["length"] = 0;
       return std::nullopt;
     },
     "/initial/nodes/A", "its node is B"},
    {"another beginning", kSafetyTrace,
     [](Json& t) -> std::optional<std::size_t> {
       t["initial"]["nodes"]["A"]["tombstone"] = 1;
       for (Json& step : t["steps"]) step.erase("state");
       return std::nullopt;
     },
     "/initial/nodes/A", "its node starts empty"},
    {"a loop that begins elsewhere", kLasso,
     [](Json& t) -> std::optional<std::size_t> {
       t["loop_start"] = t["loop_start"].get<std::size_t>() + 1;
       return std::nullopt;
     },
     "/loop_start", "they do not come back there"},
    {"a loop that is none", kLasso,
     [](Json& t) -> std::optional<std::size_t> {
       t["loop_start"] = 0;
       return std::nullopt;
     },
     "/loop_start", "the run does not come back there"},
    {"a loop that is none, of another scenario's node", kLasso,
     [](Json& t) -> std::optional<std::size_t> {
       t["loop_start"] = 0;
       t["scenario"] = "node-compat";
       for (Json& step : t["steps"]) step["action"].erase("owner");
       return std::nullopt;
     },
     "/loop_start", "the run does not come back there"},
    {"a lasso without its loop", kLasso,
     [](Json& t) -> std::optional<std::size_t> {
       t["loop_start"] = nullptr;
       return std::nullopt;
     },
     "/verdict",
     "the run does not violate create-tried: the run goes on after its last step, and no loop is given"},
    {"a lasso that keeps what it owes", kLasso,
     [](Json& t) -> std::optional<std::size_t> {
       t["property"] = "create-accepted";
       return std::nullopt;
     },
     "/verdict", "the run does not violate create-accepted: nothing that is owed fails to come in the loop"},
    {"a lasso that passes over what must happen", kLasso,
     [](Json& t) -> std::optional<std::size_t> {
       insert(t, 0,
              {{"action",
                {{"kind", "send"},
                 {"owner", "B1"},
                 {"from", "B"},
                 {"message", {{"type", "MaintainerBootstrapRequest"}, {"epoch", 1}, {"start_ts", 100}}}}}});
       t["loop_start"] = t["loop_start"].get<std::size_t>() + 1;
       return std::nullopt;
     },
     "/verdict",
     "the run does not violate create-tried: the loop is not fair: B1/receive is passed over for ever"},
    {"a property that is about nobody", kLasso,
     [](Json& t) -> std::optional<std::size_t> {
       t["property"] = "close-succeeds";
       return std::nullopt;
     },
     "/verdict", "the run does not violate close-succeeds: it is about nobody in live-create"},
    {"liveness whose premise is met is said not to apply", kLasso,
     [](Json& t) -> std::optional<std::size_t> {
       t["property"] = "create-accepted";
       t["verdict"] = "not-applicable";
       t.erase("why");
       return std::nullopt;
     },
     "/verdict", "it applies: an owner waits for a dispatcher that it has asked for"},
    {"liveness whose premise is met in a run without a loop is said not to apply", kLasso,
     [](Json& t) -> std::optional<std::size_t> {
       t["loop_start"] = nullptr;
       t["verdict"] = "not-applicable";
       t.erase("why");
       return std::nullopt;
     },
     "/verdict", "it applies: an owner waits for a dispatcher that it has asked for"},
    {"a deadlock is said not to be asked about", "traces/recorded/runs/node-close.trace.json",
     [](Json& t) -> std::optional<std::size_t> {
       t["property"] = "deadlock-free";
       t["verdict"] = "not-applicable";
       return std::nullopt;
     },
     "/verdict", "it applies to every run"},
    {"all of safety is said not to apply", "traces/recorded/runs/node-close.trace.json",
     [](Json& t) -> std::optional<std::size_t> {
       t["verdict"] = "not-applicable";
       return std::nullopt;
     },
     "/verdict", "trigger-unique applies: a trigger is here, or its id changes"},
};

TEST_CASE("the traces that are made to lie conform as they are", "[traces][claims]") {
  for (const char* base : {kSafetyTrace, kLasso, kDeadlock}) {
    CAPTURE(base);
    const Trace trace = trace_of(document_at(base));
    const ReplayResult result = replay(trace);
    CHECK(result.conforms);
    CHECK(result.finding.kind == Kind::kViolated);
    CHECK(result.finding.step == trace.steps.size() - 1);
    CHECK(result.remarks.empty());
  }
}

// What is shown of the trace is only what is so.
void check_views(const Trace& trace, const ReplayResult& result) {
  const bool violates = result.finding.kind == Kind::kViolated;
  for (const std::string& view : {show_text(trace), show_mermaid(trace)}) {
    CHECK((view.find("Violated: ") != std::string::npos) == violates);
    CHECK(view.find("Diverges at ") != std::string::npos);
  }
  // Filled in, with what is not so left out.
  const auto again = read_trace(to_text(normalised(trace)), "again");
  REQUIRE(again);
  CHECK(replay(*again).conforms);
  CHECK((again->header.verdict == "violated") == (violates && trace.header.verdict == "violated"));
}

TEST_CASE("a trace that lies of itself diverges where it does, and is shown without the lie",
          "[traces][claims]") {
  for (const Lie& lie : kLies) {
    CAPTURE(lie.what);
    Json document = document_at(lie.base);
    const std::optional<std::size_t> step = lie.edit(document);
    const Trace trace = trace_of(document);
    const ReplayResult result = replay(trace);
    CHECK_FALSE(result.conforms);
    CHECK(result.of_document == !step.has_value());
    CHECK(result.step == step.value_or(trace.steps.size()));
    CHECK(result.path == lie.path);
    CHECK(result.actual == lie.actual);
    check_views(trace, result);
  }
}

}  // namespace
}  // namespace takeover::traces
