// Traces as another version of TiCDC would leave them: the messages and actions of a trace, taken under other
// rules, and recorded anew under the name of the trace's own profile.
#pragma once

#include <algorithm>
#include <catch2/catch.hpp>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "impl/guards.h"
#include "traces/record.h"
#include "traces/replay.h"

namespace takeover::traces {

// "findings/02-...", without .trace.json, by their names.
inline std::vector<std::string> real_names() {
  const std::filesystem::path folder = std::string(TAKEOVER_SOURCE_DIR) + "/traces/real";
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (entry.is_directory()) continue;
    const std::string file = std::filesystem::relative(entry.path(), folder).string();
    if (!file.ends_with(".trace.json")) continue;  // a script of maintainers
    names.push_back(file.substr(0, file.find(".trace.json")));
  }
  std::ranges::sort(names);
  return names;
}

inline Trace real_trace(const std::string& name) {
  auto trace = read_trace_file(std::string(TAKEOVER_SOURCE_DIR) + "/traces/real/" + name + ".trace.json");
  REQUIRE(trace);
  return *std::move(trace);
}

// As far as the actions can be taken.
inline Json recorded_under(const impl::Rules& rules, Trace trace) {
  for (Step& step : trace.steps) step.sent = step.state = std::nullopt;
  const Run run = traces::run(trace, rules);
  std::vector<RecordedStep> steps;
  for (std::size_t i = 0; i < run.taken.size(); ++i) {
    const auto& [id, node] = *run.taken[i].nodes.begin();
    steps.push_back({trace.steps[i].action, run.taken[i].out, node, id});
  }
  const Header header{.profile = trace.header.profile};
  return record({.header = header, .names = trace.names, .initial = trace.initial, .steps = steps});
}

inline impl::Rules flipped(impl::Rules rules, std::string_view guard) {
  const auto named = impl::named<impl::Guard>(guard);
  REQUIRE(named);
  rules.set(*named, !rules(*named));
  return rules;
}

}  // namespace takeover::traces
