// Replaying a trace against the implementation: does it do what the trace says, step by step; and is what the
// trace says of itself so?
//
//   const auto trace = traces::read_trace_file(path);
//   if (!trace) return fail(trace.error().to_line());
//   const traces::ReplayResult result = traces::replay(*trace);
//
// The verdict is that of the shortest prefix that does not conform: the step, where in it, what was expected,
// what is. An action that is not enabled diverges at /action; one whose step has another name, at
// /action/step; one of an owner whom the scenario does not have, at /action/owner; a message that nobody
// sent, at /action/message_id, or /action/message when it has no id.
//
// When all steps conform, the document is judged: the scenario's node (/initial), where the loop closes
// (/loop_start), the property and its verdict (/property, /verdict, /why). A verdict is recomputed from the
// run by the judges of spec/. What cannot be judged is said to be not judged. Where a trace comes from
// (title, source, tool_version, seed) is not judged.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "impl/outbox.h"
#include "traces/trace.h"

namespace takeover::traces {

// What was found of the property that a trace names; of all of safety, where it names none and gives a
// verdict.
struct Finding {
  enum class Kind : std::uint8_t { kNotAsked, kViolated, kNotViolated, kNotJudged };
  Kind kind = Kind::kNotAsked;
  std::string property{};             // "" when none is named and none is violated
  std::optional<std::size_t> step{};  // violated: by which step; none: by the state before the first
  std::string why{};                  // not violated, or not judged: because
  std::string claimed{};              // the verdict that the trace gives, or ""
  // A property or a verdict is given, and was not judged.
  [[nodiscard]] bool leaves_claim_open() const { return kind == Kind::kNotJudged; }
  friend bool operator==(const Finding&, const Finding&) = default;
};
[[nodiscard]] std::string_view to_string(Finding::Kind kind);

struct ReplayResult {
  bool conforms = true;
  std::size_t step = 0;  // index of the step that diverges; the number of steps for the document
  std::string path{};    // JSON Pointer into that step, or into the document
  std::string expected{};
  std::string actual{};
  bool of_document = false;
  Finding finding{};
  std::vector<std::string> remarks{};  // what of the trace was not judged, or says more than one run shows
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
  std::size_t step;   // of the trace
  impl::NodeId node;  // whose
  const impl::DispatcherOrchestrator& before;
  const impl::Message* received;  // or null, and then
  impl::NodeAction action;
  const impl::DispatcherOrchestrator& after;
  const impl::Outbox& out;  // of this step alone
};
using Watch = std::function<void(const ImplementationStep&)>;

// "step 4, /state/nodes/A/closed", or "/verdict": where a result diverges.
[[nodiscard]] std::string where(const ReplayResult& result);

// Under the trace's own rules, or others; then only the steps are judged, since what a trace says of itself
// it says of its own.
[[nodiscard]] ReplayResult replay(const Trace& trace, const std::optional<impl::Rules>& rules = std::nullopt,
                                  const Watch& watch = {});
[[nodiscard]] Run run(const Trace& trace, const std::optional<impl::Rules>& rules = std::nullopt);
// The same as replay(trace, rules, watch), sooner when the rules make little difference: what comes to the
// same as in a run of the trace that is known already is not held against the trace again.
[[nodiscard]] ReplayResult replay_beside(const Trace& trace, const Run& known, const impl::Rules& rules,
                                         const Watch& watch = {});

// Takes one action on a node, if it is enabled; else says why it is not, and the node is as it was. `watch`
// is also told of what was taken of an action that then could not go on.
[[nodiscard]] std::optional<std::string> take(const impl::Rules& rules, const Action& action,
                                              impl::DispatcherOrchestrator& node, impl::Outbox& out,
                                              const Watch& watch = {}, std::size_t step = 0);

}  // namespace takeover::traces
