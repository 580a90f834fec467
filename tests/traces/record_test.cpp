// A recorded run is a trace that conforms, with whole states and messages that can be followed.
#include "traces/record.h"

#include <catch2/catch.hpp>
#include <cstddef>
#include <utility>
#include <vector>

#include "spec/profiles.h"
#include "traces/replay.h"

namespace takeover::traces {
namespace {

struct Run1 {
  spec::Names names;
  impl::NodeId node = names.node("A");
  impl::DispatcherOrchestrator state{};
  std::vector<RecordedStep> steps{};
  const impl::Rules& rules = spec::profile_named("pr-5436")->rules;

  void take_step(const Action& action) {
    RecordedStep step{.action = action};
    REQUIRE_FALSE(take(rules, action, state, step.out));
    step.node = state;
    step.id = node;
    steps.push_back(step);
  }
};

Run1 takeover_by(const char* owner) {
  Run1 run;
  const impl::Message bootstrap{
      run.names.node(owner),
      {},
      1,
      impl::MaintainerBootstrapRequest{.event_trigger = run.names.dispatcher("t1"), .start_ts = 10}};
  Action send = message_step(ActionKind::kSend, impl::NodeId::kNone, bootstrap);
  send.owner = "B1";
  send.row = "bootstrap";
  run.take_step(send);
  run.take_step(message_step(ActionKind::kReceive, run.node, bootstrap));
  const impl::NodeAction handle{.kind = impl::NodeActionKind::kHandle};
  while (impl::is_enabled(run.rules, run.state, handle)) run.take_step(node_step(run.node, handle));
  return run;
}

TEST_CASE("a recorded run reads back and conforms", "[traces][record]") {
  const Run1 run = takeover_by("B");
  const Header header{.profile = "pr-5436", .scenario = "by-hand", .tool_version = "0.1.0", .seed = 7};
  const Nodes initial{{run.node, {}}};
  const Json document =
      record({.header = header, .names = run.names, .initial = initial, .steps = run.steps});
  const auto trace = read_trace(to_text(document), "recorded");
  INFO((trace ? "" : trace.error().to_line()));
  REQUIRE(trace);
  CHECK(replay(*trace).conforms);
  CHECK(trace->header == header);
  CHECK(document["length"] == run.steps.size());
  CHECK(to_text(normalised(*trace)) == to_text(document));
}

TEST_CASE("a recording ties sends to arrivals and names its steps", "[traces][record]") {
  const Run1 run = takeover_by("B");
  const Header header{.profile = "pr-5436"};
  const Nodes initial{{run.node, {}}};
  const Json steps =
      record({.header = header, .names = run.names, .initial = initial, .steps = run.steps})["steps"];
  CHECK(steps[0]["action"]["message_id"] == "m1");
  CHECK(steps[1]["action"]["message_id"] == "m1");
  CHECK(steps[2]["action"]["step"] == "look-up");
  CHECK(steps[3]["action"]["step"] == "register-initializing");
  const Json& last = steps.back();
  CHECK(last["action"]["step"] == "read-journal-and-send");
  CHECK(last["sent"][0]["id"] == "m2");
  CHECK(last["sent"][0]["to"] == "B");
}

TEST_CASE("a recorder leaves whole states behind every so many steps, and behind the last",
          "[traces][record]") {
  const Run1 run = takeover_by("B");
  REQUIRE(run.steps.size() > 4);
  const Header header{.profile = "pr-5436"};
  const Nodes initial{{run.node, {}}};
  for (const std::size_t every : std::vector<std::size_t>{0, 1, 2, 1000}) {
    CAPTURE(every);
    Recorder recorder(header, run.names, initial, every);
    for (const RecordedStep& step : run.steps) recorder.add(step);
    const Json steps = std::move(recorder).document()["steps"];
    REQUIRE(steps.size() == run.steps.size());
    for (std::size_t i = 0; i < steps.size(); ++i) {
      const bool is_due = every != 0 && (i + 1) % every == 0;
      CHECK(steps[i].contains("state") == (is_due || i + 1 == steps.size()));
    }
  }
}

}  // namespace
}  // namespace takeover::traces
