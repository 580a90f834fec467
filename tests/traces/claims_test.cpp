// What a replay finds of what a trace says of itself, and what it cannot judge.
#include <catch2/catch.hpp>
#include <set>
#include <string>
#include <vector>

#include "spec/properties/properties.h"
#include "tests/traces/recorded.h"
#include "tests/traces/scripts.h"
#include "traces/replay.h"
#include "traces/show.h"

namespace takeover::traces {
namespace {

using Kind = Finding::Kind;

constexpr const char* kSafety = "pr-5436.no-dead-takeover";

TEST_CASE("a violation need not be the last step's", "[traces][claims]") {
  Json document = recorded(kSafety);
  const std::size_t last = document["steps"].size() - 1;
  document["scenario"] = nullptr;
  insert(document, last + 1, {{"action", {{"kind", "close-orchestrator"}, {"node", "A"}}}});
  const Trace trace = trace_of(document);
  CHECK(replay(trace).conforms);
  CHECK(replay(trace).finding.step == last);
  CHECK(show_text(trace).find("Violated: no-dead-takeover\n  by:        step " + std::to_string(last + 1)) !=
        std::string::npos);
}

// A verdict on one node that starts with the given state, and nothing that happens.
ReplayResult judged(const std::string& header, const std::string& node = "{}") {
  const auto trace = read_trace(document("", node, R"("profile": "pr-5436", )" + header), "t");
  INFO((trace ? "" : trace.error().to_line()));
  REQUIRE(trace);
  return replay(*trace);
}

TEST_CASE("the state that a trace starts with can violate", "[traces][claims]") {
  const std::string two_triggers =
      R"({"manager": {"owner": "B", "epoch": 1, "event_trigger": "t1", "dispatchers": {"t1": {}, "t2": {}}}})";
  const ReplayResult result = judged(R"("property": "trigger-unique", "verdict": "violated")", two_triggers);
  CHECK(result.conforms);
  CHECK(result.finding.kind == Kind::kViolated);
  CHECK_FALSE(result.finding.step);
  // Without a property, the verdict is about all of safety.
  CHECK(judged(R"("verdict": "violated")", two_triggers).finding.property == "trigger-unique");
  CHECK(judged(R"("verdict": "holds")", two_triggers).path == "/verdict");
  CHECK(judged(R"("verdict": "violated")").path == "/verdict");
  CHECK(judged(R"("property": "trigger-unique")", two_triggers).conforms);
}

TEST_CASE("a verdict that cannot be judged is said to be not judged", "[traces][claims]") {
  const auto why = [](const ReplayResult& result) {
    CHECK(result.conforms);
    CHECK(result.finding.leaves_claim_open());
    return result.finding.why;
  };
  const std::string deadlock = R"("property": "deadlock-free", "verdict": "violated")";
  CHECK(why(judged(deadlock)) == "this is judged in a scenario, and the trace names none");
  CHECK(why(judged(deadlock + R"(, "scenario": "mine")")) ==
        "this is judged in a scenario, and mine is not built in");
  CHECK(why(judged(deadlock + R"(, "scenario": "small-fence")")) ==
        "the trace does not record what was sent");
  CHECK(why(judged(R"("property": "cross-check", "verdict": "violated")")) ==
        "the relation is asked about each step, not about this");
  CHECK(why(judged(R"("property": "no-resurrection", "verdict": "violated")",
                   R"({"manager": {"owner": "B", "epoch": 1}})")) ==
        "the run starts in the midst, and this is about what was before");
  const std::string text =
      show_text(*read_trace(document("", "{}", R"("profile": "pr-5436", )" + deadlock), "t"));
  CHECK(text.find("Not judged: deadlock-free\n") != std::string::npos);
}

TEST_CASE("a property that is named without a verdict is not judged, either, where it cannot be",
          "[traces][claims]") {
  for (const char* property : {"create-tried", "deadlock-free", "cross-check"}) {
    CAPTURE(property);
    const ReplayResult result = judged(R"("property": ")" + std::string(property) + "\"");
    CHECK(result.conforms);
    CHECK(result.finding.leaves_claim_open());
  }
  CHECK_FALSE(judged(R"("property": "one-writer")").finding.leaves_claim_open());
  CHECK_FALSE(judged(R"("title": "of nothing")").finding.leaves_claim_open());
}

TEST_CASE("not-applicable conforms where no premise is met, and is not judged where that is not known",
          "[traces][claims]") {
  const std::string verdict = R"("verdict": "not-applicable")";
  // Nothing happens to an empty node.
  for (const std::string& property : {std::string(), std::string(R"("property": "one-writer", )")}) {
    const ReplayResult result = judged(property + verdict);
    CHECK(result.conforms);
    CHECK_FALSE(result.finding.leaves_claim_open());
  }
  for (const char* property : {"create-tried", "deadlock-free", "cross-check"}) {
    CAPTURE(property);
    const ReplayResult result = judged(R"("property": ")" + std::string(property) + "\", " + verdict);
    CHECK(result.conforms);
    CHECK(result.finding.leaves_claim_open());
  }
  // Nobody in live-create closes anything, and no owner has placed anything before its first step.
  Json document = recorded("pr-5436.create-tried");
  document["verdict"] = "not-applicable";
  document.erase("why");
  Json nobody = document;
  nobody["property"] = "close-succeeds";
  Json begun = document;
  begun["steps"].erase(begun["steps"].begin() + 1, begun["steps"].end());
  begun["length"] = 1;
  begun["loop_start"] = nullptr;
  for (const Json& each : {nobody, begun}) {
    const ReplayResult result = replay(trace_of(each));
    CHECK(result.conforms);
    CHECK(result.finding.kind == Kind::kNotViolated);
  }
}

TEST_CASE("a run that starts in the midst is judged by each property that is about states and steps alone",
          "[traces][claims]") {
  // What was received, admitted, asked for, acknowledged or removed before the first step is not known.
  const std::set<std::string> of_the_past{"remove-restored", "owner-from-request", "atomic-takeover",
                                          "trigger-agreed",  "no-stale-recreate",  "removed-kept",
                                          "no-resurrection", "owner-effects",      "error-attributed"};
  const std::set<std::string> of_now{
      "trigger-unique",        "one-writer",      "owner-fence",       "owner-monotonic",
      "no-dead-takeover",      "close-ack-sound", "answered",          "shutdown-is-no-error",
      "fenced-is-silent",      "fence-released",  "strongest-pending", "removed-completed",
      "start-ts-reported",     "registered-once", "journal-drains",    "no-internal-failure",
      "fenced-writes-nothing", "removal-ends",    "registration-ends", "process-lives",
      "writer-told-working"};
  CHECK(of_the_past.size() + of_now.size() == spec::all_properties().size());
  for (const spec::PropertyInfo& info : spec::all_properties()) {
    const std::string id(info.id);
    CAPTURE(id);
    REQUIRE(of_the_past.contains(id) != of_now.contains(id));
    const std::string claim = R"("verdict": "violated", "property": ")" + id + "\"";
    const ReplayResult result = judged(claim, R"({"manager": {"owner": "B", "epoch": 1}})");
    CHECK(result.finding.kind == (of_now.contains(id) ? Kind::kNotViolated : Kind::kNotJudged));
    CHECK(result.conforms == of_the_past.contains(id));
    CHECK(judged(claim).path == "/verdict");
  }
}

TEST_CASE("a run that breaks off is not said to violate nothing", "[traces][claims]") {
  const auto trace =
      read_trace(document(R"({"action": {"kind": "report", "node": "A"}})", "{}",
                          R"("profile": "pr-5436", "property": "one-writer", "verdict": "violated")"),
                 "t");
  REQUIRE(trace);
  const ReplayResult result = replay(*trace);
  CHECK(result.path == "/action");
  CHECK(result.finding.kind == Kind::kNotJudged);
  CHECK(result.finding.why == "the run does not come to its end");
}

TEST_CASE("what goes beyond one run is remarked on", "[traces][claims]") {
  const ReplayResult foreign = judged(R"("scenario": "mine")");
  CHECK(foreign.conforms);
  CHECK(foreign.remarks ==
        std::vector<std::string>{"the scenario mine is not built in: who takes part was not judged"});
  const ReplayResult unfollowed = judged(R"("scenario": "small-late-create")");
  CHECK(unfollowed.conforms);
  CHECK(
      unfollowed.remarks ==
      std::vector<std::string>{
          "the trace does not record what was sent: whether it is a run of small-late-create was not judged"});
  const ReplayResult holds = judged(R"("property": "one-writer", "verdict": "holds")");
  CHECK(holds.conforms);
  CHECK(holds.remarks == std::vector<std::string>{"the verdict holds is said of more than one run"});
  CHECK(judged(R"("title": "t", "source": "s", "seed": 3, "tool_version": "x")") == ReplayResult{});
}

TEST_CASE("a script that names a scenario need not be one of its runs, but its owners are its",
          "[traces][claims]") {
  const auto result_of = [](const std::string& action) {
    const auto trace = read_trace(document(R"({"action": )" + action + "}", R"({"tombstone": 1})",
                                           R"("profile": "pr-5436", "scenario": "small-fence")"),
                                  "t");
    REQUIRE(trace);
    return replay(*trace);
  };
  const std::string close = R"("message": {"type": "MaintainerCloseRequest", "epoch": 1})";
  CHECK(result_of(R"({"kind": "deliver", "node": "A", "from": "C", )" + close + "}").conforms);
  CHECK(result_of(R"({"kind": "deliver", "node": "A", "from": "X", )" + close + "}").path == "/action/from");
  const ReplayResult dies = result_of(R"({"kind": "die", "owner": "C2"})");
  CHECK(dies.conforms);
  CHECK(dies.remarks ==
        std::vector<std::string>{
            "the trace does not record what was sent: whether it is a run of small-fence was not judged"});
  CHECK(result_of(R"({"kind": "die", "owner": "C3"})").path == "/action/owner");
}

TEST_CASE("ids tie what arrives to what was sent", "[traces][claims]") {
  const std::string close = R"("from": "B", "message": {"type": "MaintainerCloseRequest"})";
  const auto send = [&](const std::string& id) {
    return R"({"action": {"kind": "send", )" + close + R"(, "message_id": ")" + id + R"("}})";
  };
  const auto arrive = [&](const std::string& more) {
    return R"(, {"action": {"kind": "deliver", "node": "A", )" + close + more + "}}";
  };
  const auto path = [](const std::string& steps) {
    const auto trace = read_trace(document(steps), "t");
    REQUIRE(trace);
    return replay(*trace).path;
  };
  const std::string m1 = R"(, "message_id": "m1")";
  CHECK(path(send("m1") + arrive(m1)).empty());
  CHECK(path(send("m1") + arrive("")).empty());
  // What a later arrival names is kept for it.
  CHECK(path(send("m1") + ", " + send("m2") + arrive("") + arrive(m1)).empty());
  CHECK(path(send("m1") + arrive("") + arrive(m1)) == "/action/message");
  CHECK(path(send("m1") + arrive(m1) + arrive(m1)) == "/action/message_id");
  CHECK(path(send("m1") + arrive(R"(, "message_id": "m2")")) == "/action/message_id");
}

TEST_CASE("under other rules than its own, only the steps of a trace are judged", "[traces][claims]") {
  Json document = recorded(kSafety);
  document["property"] = "one-writer";
  const Trace trace = trace_of(document);
  CHECK(replay(trace, trace.rules).conforms);
  CHECK_FALSE(replay(trace).conforms);
}

}  // namespace
}  // namespace takeover::traces
