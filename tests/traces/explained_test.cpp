// What a trace that explains a log says besides: the lines that its steps rest on, and the variants that it
// leans on.
#include <catch2/catch.hpp>
#include <string>
#include <utility>
#include <vector>

#include "spec/profiles.h"
#include "tests/traces/scripts.h"
#include "traces/changes.h"
#include "traces/record.h"
#include "traces/replay.h"
#include "traces/show.h"

namespace takeover::traces {
namespace {

Trace read_back(const std::string& text) {
  auto trace = read_trace(text, "explained");
  INFO((trace ? "" : trace.error().to_line()));
  REQUIRE(trace);
  return *std::move(trace);
}

// B's Bootstrap arrives by a line of each log, its handler begins unseen, and ends with what a line says.
Json explained(std::size_t state_every = 1) {
  spec::Names names;
  const impl::NodeId node = names.node("A");
  const impl::Message bootstrap{
      names.node("B"), node, 1,
      impl::MaintainerBootstrapRequest{.event_trigger = names.dispatcher("t1"), .start_ts = 10}};
  const impl::Rules& rules = spec::profile_named("pr-5436")->rules;
  std::vector<RecordedStep> steps;
  impl::DispatcherOrchestrator state;
  const auto take_step = [&](const Action& action) -> RecordedStep& {
    RecordedStep& step = steps.emplace_back(RecordedStep{.action = action});
    REQUIRE_FALSE(take(rules, action, state, step.out));
    step.node = state;
    step.id = node;
    return step;
  };
  take_step(message_step(ActionKind::kReceive, node, bootstrap)).rests_on = {{"A.messages.jsonl", 2},
                                                                             {"A.log", 32}};
  Action look_up = node_step(node, {.kind = impl::NodeActionKind::kHandle});
  look_up.fine = true;
  take_step(look_up).unseen = true;
  take_step(node_step(node, {.kind = impl::NodeActionKind::kHandle})).rests_on = {{"odd\n::error::", 7}};
  const Header header{.profile = "pr-5436", .variants = {"epochs-on-wire"}};
  const Nodes initial{{node, {}}};
  Recorder recorder(header, names, initial, state_every);
  for (const RecordedStep& step : steps) recorder.add(step);
  return std::move(recorder).document();
}

TEST_CASE("what a step rests on is written and read back", "[traces][explained]") {
  const Json document = explained();
  const Trace trace = read_back(to_text(document));
  CHECK(replay(trace).conforms);
  CHECK(trace.steps[0].rests_on == std::vector<Rest>{{"A.messages.jsonl", 2}, {"A.log", 32}});
  CHECK_FALSE(trace.steps[0].unseen);
  CHECK(trace.steps[1].unseen);
  CHECK(trace.steps[1].rests_on.empty());
  CHECK(to_text(normalised(trace)) == to_text(document));
}

TEST_CASE("what a step rests on is not judged", "[traces][explained]") {
  Json document = explained();
  document["steps"][0].erase("rests_on");
  document["steps"][0]["unseen"] = true;
  document["steps"][2]["rests_on"] = {{{"file", "no such file"}, {"line", 18446744073709551615U}}};
  CHECK(replay(read_back(to_text(document))).conforms);
}

TEST_CASE("a step rests on lines, or is unseen", "[traces][explained]") {
  Json document = explained();
  document["steps"][0]["unseen"] = true;
  const auto trace = read_trace(to_text(document), "odd");
  REQUIRE_FALSE(trace);
  CHECK(trace.error().to_line() ==
        "odd: /steps/0/unseen: a step that rests on lines and is unseen; expected one of the two");
}

TEST_CASE("a step is told with its lines", "[traces][explained][show]") {
  const Trace trace = read_back(to_text(explained()));
  const std::string text = show_text(trace);
  CHECK(text.starts_with("profile:   pr-5436, without the variant epochs-on-wire\n"));
  CHECK(
      text.find("MaintainerBootstrapRequest event_trigger=t1 start_ts=10 (A.messages.jsonl:2, A.log:32)\n") !=
      std::string::npos);
  CHECK(text.find(": look-up (no line)\n") != std::string::npos);
  CHECK(text.find("\n::error") == std::string::npos);
  const std::string diagram = show_mermaid(trace);
  CHECK(diagram.find("(epoch 1) (A.messages.jsonl:2, A.log:32)\n") != std::string::npos);
  CHECK(diagram.find(": look-up (no line)\n") != std::string::npos);
  // A trace that rests on nothing says nothing of it.
  CHECK(show_text(read_back(kExample)).find("line") == std::string::npos);
}

TEST_CASE("a recording may leave states out, but for the last", "[traces][explained]") {
  const Json whole = explained();
  const Json sparse = explained(2);
  CHECK_FALSE(sparse["steps"][0].contains("state"));
  CHECK(sparse["steps"][1]["state"] == whole["steps"][1]["state"]);
  CHECK(sparse["steps"][2]["state"] == whole["steps"][2]["state"]);
  CHECK(sparse["steps"][0]["sent"] == whole["steps"][0]["sent"]);
  CHECK(to_text(normalised(read_back(to_text(sparse)))) == to_text(whole));
}

TEST_CASE("variants are switched against the profile", "[traces][explained]") {
  const auto rules = [](const std::vector<std::string>& variants) {
    return rules_of({.profile = "pr-5436", .variants = variants}, "f");
  };
  const impl::Rules& profile = spec::profile_named("pr-5436")->rules;
  CHECK(*rules({}) == profile);
  for (const impl::VariantInfo& variant : impl::kVariants) {
    impl::Rules expected = profile;
    expected.variants.*variant.value = !(profile.variants.*variant.value);
    CHECK(*rules({std::string(variant.name)}) == expected);
  }
  CHECK(
      rules({"tombstone"})
          .error()
          .to_line()
          .starts_with(
              "f: /variants/0: the variant 'tombstone'; expected one of fence-mutex, report-every-operator, "));
  CHECK(rules({"fence-mutex", "fence-mutex"}).error().to_line() ==
        "f: /variants/1: 'fence-mutex' is there before; expected each once");
}

TEST_CASE("a single change is one difference, and is taken back by itself", "[traces][changes]") {
  const impl::Rules& rules = spec::profile_named("pr-5434")->rules;
  const std::vector<Changed> all = single_changes(rules);
  REQUIRE(all.size() == impl::kGuardCount + impl::kVariants.size());
  for (std::size_t i = 0; i < all.size(); ++i) {
    CHECK(differences(rules, all[i].rules) == std::vector{i});
    impl::Rules back = all[i].rules;
    const Change taken_back = toggle(back, i);
    CHECK(back == rules);
    CHECK(taken_back.name == all[i].change.name);
    CHECK(taken_back.put_in != all[i].change.put_in);
    CHECK(all[i].change.is_guard == impl::named<impl::Guard>(all[i].change.name).has_value());
  }
}

}  // namespace
}  // namespace takeover::traces
