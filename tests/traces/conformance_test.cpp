// What TiCDC's unit tests state, and what its code says beside them, as scripts that the implementation must
// follow.
#include <algorithm>
#include <catch2/catch.hpp>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "spec/profiles.h"
#include "tests/traces/scripts.h"
#include "traces/record.h"
#include "traces/replay.h"

namespace takeover::traces {
namespace {

std::vector<std::string> conformance_files() {
  std::vector<std::string> files;
  for (const auto& entry : std::filesystem::directory_iterator(TAKEOVER_CONFORMANCE_DIR)) {
    files.push_back(entry.path().string());
  }
  std::ranges::sort(files);
  return files;
}

std::vector<Trace> conformance_traces() {
  std::vector<Trace> traces;
  for (const std::string& file : conformance_files()) {
    auto trace = read_trace_file(file);
    INFO((trace ? file : trace.error().to_line()));
    REQUIRE(trace);
    traces.push_back(*std::move(trace));
  }
  return traces;
}

TEST_CASE("every conformance script conforms under its profile", "[traces][conformance]") {
  const std::vector<Trace> traces = conformance_traces();
  CHECK(traces.size() >= 48);
  for (const Trace& trace : traces) {
    const ReplayResult result = replay(trace);
    INFO(trace.file << ": step " << result.step << " " << result.path << ": expected " << result.expected
                    << ", actual " << result.actual);
    CHECK(result.conforms);
    CHECK(trace.header.profile == "pr-5436");
    CHECK_FALSE(trace.header.title.empty());
    CHECK(trace.header.source.starts_with("pingcap/ticdc at c1fd88c93, "));
  }
}

// A script that conforms whatever the implementation does would be worth nothing: a guard that fails here has
// lost the script that was about it. post-bootstrap-idempotent shows only in a note, which no trace compares:
// that the trigger is registered again leaves the state as it was.
TEST_CASE("taking a rule out makes some conformance script diverge", "[traces][conformance]") {
  const std::vector<Trace> traces = conformance_traces();
  const impl::Rules& whole = spec::profile_named("pr-5436")->rules;
  for (const impl::GuardInfo& info : impl::all_guards()) {
    if (!whole(info.guard) || info.guard == impl::Guard::kPostBootstrapIdempotent) continue;
    impl::Rules rules = whole;
    rules.set(info.guard, false);
    const bool noticed =
        std::ranges::any_of(traces, [&](const Trace& trace) { return !replay(trace, rules).conforms; });
    INFO(info.name);
    CHECK(noticed);
  }
}

TEST_CASE("the example of the format conforms under its own header", "[traces]") {
  const auto trace = read_trace(kExample, "example.json");
  REQUIRE(trace);
  CHECK(replay(*trace).conforms);
}

TEST_CASE("a conformance script that is filled in with whole states conforms still",
          "[traces][conformance]") {
  for (const Trace& trace : conformance_traces()) {
    const std::string text = to_text(normalised(trace));
    const auto again = read_trace(text, trace.file);
    INFO((again ? trace.file : again.error().to_line()));
    REQUIRE(again);
    CHECK(replay(*again).conforms);
    CHECK(to_text(normalised(*again)) == text);
  }
}

}  // namespace
}  // namespace takeover::traces
