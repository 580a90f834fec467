// Traces as documents to be edited: recorded counterexamples, and what must stay as it is when these are
// recorded anew (bases/).
#pragma once

#include <catch2/catch.hpp>
#include <cstddef>
#include <string>
#include <utility>

#include "spec/json/json_input.h"
#include "traces/trace.h"

namespace takeover::traces {

inline Json document_at(const std::string& path) {
  const auto document = spec::read_json_file(std::string(TAKEOVER_SOURCE_DIR) + "/" + path);
  INFO((document ? "" : document.error().to_line()));
  REQUIRE(document);
  return *document;
}

inline Json recorded(const std::string& name) {
  return document_at("traces/recorded/counterexamples/" + name + ".trace.json");
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
