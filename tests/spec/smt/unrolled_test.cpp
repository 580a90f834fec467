// Real runs that Z3 found: the recorded ones, and the search itself.
#include <algorithm>
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "spec/profiles.h"
#include "spec/properties/judge.h"
#include "spec/smt/cross_check.h"
#include "spec/smt/unroll.h"
#include "spec/world/history.h"
#include "traces/replay.h"

using namespace takeover;

namespace {

const std::string kRoot = TAKEOVER_SOURCE_DIR;

const smt::Lemma& lemma_of(std::string_view id) {
  return *std::ranges::find(smt::properties_proved(), id, &smt::Lemma::id);
}

}  // namespace

TEST_CASE(
    "every recorded run of Z3 is one of both sides, violates its property, and is in the documentation") {
  std::ifstream file(kRoot + "/docs/proof.md");
  const std::string documentation{std::istreambuf_iterator<char>(file), {}};
  std::size_t count = 0;
  for (const auto& entry : std::filesystem::directory_iterator(kRoot + "/traces/unrolled")) {
    CAPTURE(entry.path().string());
    const auto trace = traces::read_trace_file(entry.path().string());
    if (!trace) FAIL(trace.error().to_line());
    const smt::CrossCheck relation(trace->rules.guards);
    smt::CrossCheck::Memory memory;
    spec::History history;
    spec::PropertySet judged;
    judged.set();
    bool violated = false;
    const auto result = traces::replay(*trace, std::nullopt, [&](const traces::ImplementationStep& step) {
      CHECK_FALSE(violated);  // so it is the last step that does
      CHECK_FALSE(relation.judge(step.before, {step.received, step.action}, step.after, step.out, memory));
      const spec::Observation observation{step.before, step.after, step.out, step.received};
      spec::Findings findings;
      spec::judge_step(observation, history, spec::every_property(), findings);
      spec::update(history, observation, judged);
      spec::judge_state(step.after, history, spec::every_property(), findings);
      violated = findings.violated[static_cast<std::size_t>(*spec::property_named(trace->header.property))];
    });
    CHECK(result.conforms);
    CHECK(violated);
    const std::string steps = std::to_string(trace->steps.size()) + " steps |";
    const std::string row = trace->header.guards_off.empty() ? "| `" + trace->header.property + "` | "
                                                             : "| `" + trace->header.guards_off.front() +
                                                                   "` | " + trace->header.property + " | ";
    const std::size_t at = documentation.rfind(row);
    REQUIRE(at != std::string::npos);
    CHECK(documentation.substr(at, documentation.find('\n', at) - at).ends_with(steps));
    ++count;
  }
  CHECK(count > 30);
}

TEST_CASE("unrolling finds a run that breaks a lemma exactly where one of that length exists") {
  smt::UnrollOptions options{.guards = spec::profile_named("reference")->rules.guards};
  options.guards.reset(static_cast<std::size_t>(impl::Guard::kRequestEpochOnly));
  // Receive a Bootstrap, look it up, register the manager, create its triggers, publish it.
  options.max_steps = 4;
  CHECK(smt::unroll(lemma_of("owner-from-request"), options).answer == smt::Answer::kUnsat);
  options.max_steps = 5;
  const smt::Unrolled found = smt::unroll(lemma_of("owner-from-request"), options);
  REQUIRE(found.answer == smt::Answer::kSat);
  REQUIRE(found.run.size() == 5);
  CHECK(found.run.front().action == smt::Action::kReceiveBootstrap);
  CHECK(found.run.back().action == smt::Action::kPublish);
  CHECK(found.run.front().get(smt::Param::kConfigEpoch) != found.run.front().get(smt::Param::kEpoch));
}

TEST_CASE("unrolling finds nothing under the reference") {
  const smt::UnrollOptions options{.guards = spec::profile_named("reference")->rules.guards, .max_steps = 6};
  for (const char* id : {"owner-from-request", "trigger-unique", "no-dead-takeover"}) {
    CAPTURE(id);
    CHECK(smt::unroll(lemma_of(id), options).answer == smt::Answer::kUnsat);
  }
}
