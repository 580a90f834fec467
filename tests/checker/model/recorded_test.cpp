// The recorded counterexamples: each still replays, still violates what it says, and is still the shortest.
#include <algorithm>
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "checker/model/check.h"
#include "spec/profiles.h"
#include "traces/replay.h"
#include "traces/safety_judge.h"

using namespace takeover;

namespace {

std::vector<std::filesystem::path> recorded(const char* folder) {
  std::vector<std::filesystem::path> files;
  for (const auto& entry :
       std::filesystem::directory_iterator(std::string(TAKEOVER_SOURCE_DIR) + "/traces/recorded/" + folder)) {
    files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

traces::Trace read(const std::filesystem::path& file) {
  auto trace = traces::read_trace_file(file.string());
  if (!trace) FAIL(trace.error().to_line());
  return *std::move(trace);
}

}  // namespace

TEST_CASE("recorded counterexamples replay and are still the shortest") {
  const auto files = recorded("counterexamples");
  REQUIRE(files.size() > 40);
  for (const auto& file : files) {
    CAPTURE(file.string());
    const traces::Trace trace = read(file);
    CHECK(traces::replay(trace).conforms);
    if (trace.header.profile == "pr-5434") {
      // On this side it is pre-5434, whose runs are explored.
      const auto same = file.parent_path() / ("pre-5434." + trace.header.property + ".trace.json");
      CHECK(read(same).rules == trace.rules);
      CHECK(read(same).steps.size() == trace.steps.size());
      continue;
    }
    const spec::Scenario scenario = spec::built_in_scenario(trace.header.scenario);
    spec::PropertySet judged;
    const auto property = spec::property_named(trace.header.property);
    if (property) judged.set(static_cast<std::size_t>(*property));
    spec::LivePropertySet live;
    if (const auto named = spec::live_property_named(trace.header.property)) {
      live.set(static_cast<std::size_t>(*named));
    }
    const model::NodeModel model(scenario, trace.rules, judged, live);
    engine::Options options;
    options.stop_when_violated = judged.to_ullong();
    const auto result = model::check(model, options);
    const auto found =
        std::ranges::find(result.properties, trace.header.property, &model::PropertyResult::id);
    REQUIRE(found != result.properties.end());
    REQUIRE(found->counterexample);
    CHECK(found->counterexample->steps.size() == trace.steps.size());
    CHECK(found->loop_start == trace.loop_start);
  }
}

TEST_CASE("every guard has a counterexample without it") {
  for (const impl::GuardInfo& guard : impl::all_guards()) {
    const std::string file = std::string(TAKEOVER_SOURCE_DIR) + "/traces/recorded/counterexamples/" +
                             std::string(guard.name) + ".trace.json";
    CAPTURE(guard.name);
    CHECK(std::filesystem::exists(file));
  }
}

TEST_CASE("recorded good runs conform") {
  const auto files = recorded("runs");
  REQUIRE(files.size() >= 8);
  for (const auto& file : files) {
    CAPTURE(file.string());
    CHECK(traces::replay(read(file)).conforms);
  }
}

TEST_CASE("every property is violated by some recorded run") {
  // Not only the property that it is recorded for: the run of a guard shows what its loss comes to, and on
  // the way what is wrong before that.
  spec::PropertySet violated;
  for (const auto& file : recorded("counterexamples")) {
    const traces::Trace trace = read(file);
    traces::SafetyJudge judge(trace.initial);
    const auto observe = [&](const traces::ImplementationStep& step) { judge.observe(step); };
    REQUIRE(traces::replay(trace, std::nullopt, observe).conforms);
    for (std::size_t i = 0; i < spec::kPropertyCount; ++i) {
      if (judge.violation(static_cast<spec::Property>(i))) violated.set(i);
    }
  }
  for (const spec::PropertyInfo& property : spec::all_properties()) {
    CAPTURE(property.id);
    CHECK(violated[static_cast<std::size_t>(property.property)]);
  }
}

// A row: | `guard` | the rule | without it | shown by |
TEST_CASE("the README's table of guards says what the guards and the recorded counterexamples say") {
  std::map<std::string, std::string, std::less<>> rows;
  std::ifstream readme(std::string(TAKEOVER_SOURCE_DIR) + "/README.md");
  for (std::string line; std::getline(readme, line);) {
    if (line.starts_with("| `")) rows.emplace(line.substr(3, line.find('`', 3) - 3), line);
  }
  for (const impl::GuardInfo& guard : impl::all_guards()) {
    CAPTURE(guard.name);
    const auto row = rows.find(guard.name);
    REQUIRE(row != rows.end());
    using Catch::Matchers::Contains;
    CHECK_THAT(row->second, Contains("| " + std::string(guard.rule) + " |"));
    CHECK_THAT(row->second, Contains("| " + std::string(guard.mistake) + " |"));
    CHECK((row->second.find("` * |") != std::string::npos) == guard.is_finding());
    const traces::Trace trace = read(std::string(TAKEOVER_SOURCE_DIR) + "/traces/recorded/counterexamples/" +
                                     std::string(guard.name) + ".trace.json");
    CHECK_THAT(row->second, Contains(trace.header.property + " (" + std::to_string(trace.steps.size()) +
                                     " steps, " + trace.header.scenario + ")"));
  }
}

TEST_CASE("the documented table of what each profile violates is that of the recorded runs") {
  std::ifstream table(std::string(TAKEOVER_SOURCE_DIR) + "/docs/profiles.md");
  std::map<std::string, std::string, std::less<>> rows;
  for (std::string line; std::getline(table, line);) {
    if (line.starts_with("| `")) rows.emplace(line.substr(3, line.find('`', 3) - 3), line);
  }
  const std::string folder = std::string(TAKEOVER_SOURCE_DIR) + "/traces/recorded/counterexamples/";
  std::vector<std::string> properties{"deadlock-free"};
  for (const spec::PropertyInfo& property : spec::all_properties()) properties.emplace_back(property.id);
  for (const spec::LivePropertyInfo& property : spec::all_live_properties())
    properties.emplace_back(property.id);
  for (const std::string& property : properties) {
    std::string row = "| `" + property + "` |";
    for (const char* profile : {"pre-5434", "pr-5435", "pr-5436", "reference"}) {
      const std::string file = folder + profile + "." + property + ".trace.json";
      row += std::filesystem::exists(file) ? " " + std::to_string(read(file).steps.size()) + " |" : " |";
    }
    CAPTURE(property);
    REQUIRE(rows.contains(property));
    // A dash is for a premise that is never met; scripts/record --check holds it against the matrix.
    std::string documented = rows.find(property)->second;
    for (std::size_t dash = 0; (dash = documented.find(" – |")) != std::string::npos;) {
      documented.replace(dash, std::string_view(" – |").size(), " |");
    }
    CHECK(documented == row);
  }
}
