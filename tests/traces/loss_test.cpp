// What a trace says of a message that is lost: who sends it, and whom it goes to.
#include <catch2/catch.hpp>
#include <string>

#include "tests/traces/recorded.h"
#include "traces/record.h"
#include "traces/replay.h"
#include "traces/show.h"

namespace takeover::traces {
namespace {

// Node A loses its first message, which answers a Bootstrap of C.
constexpr const char* kRun = "traces/recorded/runs/node-barrier.trace.json";

Json losing(const Json& action) {
  Json document = document_at(kRun);
  REQUIRE(document["steps"][0]["action"] == Json{{"kind", "lose"}, {"node", "A"}});
  document["steps"][0]["action"] = action;
  return document;
}

// The run without its scenario: a script.
Json script(const Json& action) {
  Json document = losing(action);
  document["scenario"] = nullptr;
  return document;
}

TEST_CASE("a node's message that is lost is told as one from the node", "[traces][show]") {
  const Trace from = trace_of(losing({{"kind", "lose"}, {"node", "A"}}));
  CHECK(show_text(from).find("the next message from A is lost\n") != std::string::npos);
  CHECK(show_mermaid(from).find("Note over n1: the next message from A is lost\n") != std::string::npos);
  const Trace both = trace_of(losing({{"kind", "lose"}, {"node", "A"}, {"to", "C"}}));
  CHECK(show_text(both).find("the next message from A, to C, is lost\n") != std::string::npos);
  CHECK(show_mermaid(both).find("Note over n1: the next message from A, to C, is lost\n") !=
        std::string::npos);
  const Trace to = trace_of(losing({{"kind", "lose"}, {"to", "C"}}));
  CHECK(show_text(to).find("the next message, to C, is lost\n") != std::string::npos);
  CHECK(show_mermaid(to).find(": the next message, to C, is lost\n") != std::string::npos);
}

TEST_CASE("a loss that names the sender, the receiver, or both as they are conforms", "[traces][claims]") {
  for (const Json& action : {Json{{"kind", "lose"}, {"node", "A"}}, Json{{"kind", "lose"}, {"to", "C"}},
                             Json{{"kind", "lose"}, {"node", "A"}, {"to", "C"}}}) {
    CAPTURE(action.dump());
    CHECK(replay(trace_of(losing(action))).conforms);
    CHECK(replay(trace_of(script(action))).conforms);
  }
}

void check_withdrawn(const Json& document) {
  const auto again = read_trace(to_text(normalised(trace_of(document))), "again");
  REQUIRE(again);
  CHECK(replay(*again).conforms);
}

TEST_CASE("in a scenario a node loses what it sends to one of the owners, and to no one else",
          "[traces][claims]") {
  for (const char* to : {"Z", "A"}) {  // no owner of node-barrier is on A
    CAPTURE(to);
    for (const Json& action :
         {Json{{"kind", "lose"}, {"to", to}}, Json{{"kind", "lose"}, {"node", "A"}, {"to", to}}}) {
      const ReplayResult result = replay(trace_of(losing(action)));
      CHECK_FALSE(result.conforms);
      CHECK(result.step == 0);
      CHECK_FALSE(result.of_document);
      CHECK(result.path == "/action/to");
      CHECK(result.expected == to);
      CHECK(result.actual == "no owner of node-barrier is there");
      check_withdrawn(losing(action));
    }
  }
}

TEST_CASE("the message that is lost goes to whom the trace says", "[traces][claims]") {
  // B is an owner's node, but the next message answers C; without a scenario Z is as wrong as B.
  const Json to_owner{{"kind", "lose"}, {"node", "A"}, {"to", "B"}};
  const Json to_nobody{{"kind", "lose"}, {"to", "Z"}};
  for (const Json& document : {losing(to_owner), script(to_owner), script(to_nobody)}) {
    const ReplayResult result = replay(trace_of(document));
    CHECK_FALSE(result.conforms);
    CHECK(result.of_document);
    CHECK(where(result) == "/steps/0/action/to");
    CHECK(result.actual == "the next message from A goes to C");
    check_withdrawn(document);
    const auto again = read_trace(to_text(normalised(trace_of(document))), "again");
    CHECK(again->steps.size() == document["steps"].size());
  }
}

TEST_CASE("behind a loss that may be of any node it is not known what another one takes",
          "[traces][claims]") {
  const auto close = [](const char* from) {
    return Json{{"kind", "deliver"},
                {"node", "A"},
                {"from", from},
                {"message", {{"type", "MaintainerCloseRequest"}, {"epoch", 1}}}};
  };
  Json document = script({{"kind", "lose"}, {"to", "C"}});
  document["initial"]["nodes"] = {{"A", Json::object()}, {"B", Json::object()}};
  document["steps"] = Json::array();
  for (const Json& action : {Json{{"kind", "lose"}, {"to", "C"}},
                             Json{{"kind", "lose"}, {"node", "A"}, {"to", "B"}}, close("C"), close("B")}) {
    document["steps"].push_back({{"action", action}});
  }
  document["length"] = document["steps"].size();
  CHECK(replay(trace_of(document)).conforms);
}

TEST_CASE("a message to a node that is lost goes to a node of the trace", "[traces][claims]") {
  const Json message{{"type", "MaintainerBootstrapRequest"}, {"epoch", 1}};
  const auto losing_to = [&](const char* to) {
    return script({{"kind", "lose"}, {"from", "B"}, {"message", message}, {"to", to}});
  };
  Json right = losing_to("A");
  Json wrong = losing_to("Z");
  // No send is recorded, or the message would have to be one that was sent.
  for (Json* document : {&right, &wrong}) {
    (*document)["steps"].erase((*document)["steps"].begin() + 1, (*document)["steps"].end());
    (*document)["length"] = 1;
  }
  CHECK(replay(trace_of(right)).conforms);
  CHECK(replay(trace_of(wrong)).path == "/action/to");
}

}  // namespace
}  // namespace takeover::traces
