// The recorded counterexamples, as documents to be edited.
#pragma once

#include <catch2/catch.hpp>
#include <cstddef>
#include <string>

#include "spec/json_input.h"
#include "traces/trace.h"

namespace takeover::traces {

inline Json recorded(const std::string& name) {
  const std::string path =
      std::string(TAKEOVER_SOURCE_DIR) + "/traces/recorded/counterexamples/" + name + ".trace.json";
  const auto document = spec::read_json_file(path);
  INFO((document ? "" : document.error().to_line()));
  REQUIRE(document);
  return *document;
}

inline Trace trace_of(const Json& document) {
  auto trace = read_trace(document.dump(), "lie");
  INFO((trace ? "" : trace.error().to_line()));
  REQUIRE(trace);
  return *std::move(trace);
}

inline void insert(Json& trace, std::size_t at, const Json& step) {
  Json& steps = trace["steps"];
  steps.insert(steps.begin() + static_cast<std::ptrdiff_t>(at), step);
  trace["length"] = steps.size();
}

}  // namespace takeover::traces
