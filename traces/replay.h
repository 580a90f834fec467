// Replaying a trace against the implementation: does it do what the trace says, step by step?
//
//   const auto trace = traces::read_trace_file(path);
//   if (!trace) return fail(trace.error().to_line());
//   const traces::ReplayResult result = traces::replay(*trace);
//
// The verdict is that of the shortest prefix that does not conform: the step, where in it, what was expected,
// what is. An action that is not enabled diverges at /action; one whose step has another name, at
// /action/step.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "impl/outbox.h"
#include "traces/trace.h"

namespace takeover::traces {

struct ReplayResult {
  bool conforms = true;
  std::size_t step = 0;  // index of the step that diverges; the number of steps for /loop_start
  std::string path{};    // JSON Pointer into that step
  std::string expected{};
  std::string actual{};
  friend bool operator==(const ReplayResult&, const ReplayResult&) = default;
};

// What one step came to.
struct Taken {
  impl::Outbox out{};
  Nodes nodes{};  // after it
};

// A replay with all that happened on the way: one entry for each step that was taken, also for a last one
// that was taken and did not leave what was expected.
struct Run {
  std::vector<Taken> taken{};
  ReplayResult result{};
};

// A step of the implementation, the moment it was taken: a message that arrived, or an action of the node. An
// action of the trace that is not fine is several of them. Nothing of it outlives the call.
struct ImplementationStep {
  std::size_t step;  // of the trace
  const impl::DispatcherOrchestrator& before;
  const impl::Request* received;  // or null, and then
  impl::NodeAction action;
  const impl::DispatcherOrchestrator& after;
  const impl::Outbox& out;  // of this step alone
};
using Watch = std::function<void(const ImplementationStep&)>;

// Under the trace's own rules, or others.
[[nodiscard]] ReplayResult replay(const Trace& trace, const std::optional<impl::Rules>& rules = std::nullopt,
                                  const Watch& watch = {});
[[nodiscard]] Run run(const Trace& trace, const std::optional<impl::Rules>& rules = std::nullopt);

// Takes one action on a node, if it is enabled; else says why it is not, and the node is as it was. `watch`
// is also told of what was taken of an action that then could not go on.
[[nodiscard]] std::optional<std::string> take(const impl::Rules& rules, const Action& action,
                                              impl::DispatcherOrchestrator& node, impl::Outbox& out,
                                              const Watch& watch = {}, std::size_t step = 0);

}  // namespace takeover::traces
