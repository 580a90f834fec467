// A trace: a document that says what happened, or what must happen, on the nodes of the protocol.
//
//   {"format": "takeover-trace", "version": 1, "model": "node", "profile": "pr-5436", "guards_off": [],
//    "initial": {"nodes": {"A": {}}},
//    "steps": [{"action": {"kind": "deliver", "node": "A", "from": "B", "message": {...}},
//               "sent": [...], "state": {"nodes": {"A": {...}}}}]}
//
// One format serves recordings (whole states), counterexamples and scripts written by hand (what matters).
// The keys are those of trace_schema(); an unknown one is an error. `sent` and `state` are expectations:
// see compare.h. Reading interns every id of the document, so that a replay only looks names up.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "impl/dispatcher_orchestrator.h"
#include "impl/guards.h"
#include "spec/json/names.h"
#include "spec/world/scenario.h"
#include "traces/action.h"
#include "traces/json.h"

namespace takeover::traces {

// What a trace says about itself. Empty text is "not said".
struct Header {
  std::string profile{};
  std::vector<std::string> guards_off{};  // taken out of the profile, or added to it
  std::vector<std::string> guards_on{};
  std::vector<std::string> variants{};  // of impl::kVariants: switched against the profile
  std::string title{};
  std::string source{};
  std::string scenario{};
  std::string property{};
  std::string verdict{};  // of the property: holds, violated, inconclusive, not-applicable
  std::string why{};      // it is violated
  std::string tool_version{};
  std::optional<std::uint64_t> seed{};
  friend bool operator==(const Header&, const Header&) = default;
};

// A line of a log that says that a step was taken; from 1.
struct Rest {
  std::string file{};
  std::uint64_t line = 0;
  friend bool operator==(const Rest&, const Rest&) = default;
};

struct Step {
  Action action{};
  std::string title{};
  std::optional<Json> sent{};   // what the node must send: absent is not compared, [] is nothing
  std::optional<Json> state{};  // {"nodes": {...}}
  // Of a run that explains a log: where it comes from, and never judged.
  std::vector<Rest> rests_on{};
  bool unseen = false;  // no line says that it was taken
};

using Nodes = std::map<impl::NodeId, impl::DispatcherOrchestrator>;

struct Trace {
  std::string file{};
  Header header{};
  impl::Rules rules{};  // of the header's profile, guards and variants
  spec::Names names{};
  Nodes initial{};
  std::vector<Step> steps{};
  // That the header names, if it is built in; ids are named as there.
  std::optional<spec::Scenario> scenario{};
  std::optional<std::size_t> loop_start{};  // the run goes on with this step for ever
  Json document{};
};

[[nodiscard]] Result<Trace> read_trace(std::string_view text, const std::string& file);
[[nodiscard]] Result<Trace> read_trace_file(const std::string& path);

// The rules that a header stands for. `file` is for the error.
[[nodiscard]] Result<impl::Rules> rules_of(const Header& header, const std::string& file);

// The schema that traces are validated against.
[[nodiscard]] const Json& trace_schema();
// Of it, what stands in trace.schema.json: all but nodes, messages and actions.
[[nodiscard]] std::string_view trace_schema_text();

}  // namespace takeover::traces
