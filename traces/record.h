// Writing a recorded run as a trace: whole states, and ids that tie each message's sending to its arrival.
//
//   const traces::Nodes initial{{id, node}};
//   std::vector<traces::RecordedStep> steps;   // {action, outbox, node after it, its id}
//   const traces::Json document =
//       traces::record({.header = header, .names = names, .initial = initial, .steps = steps});
//   file << traces::to_text(document);
//
// A fine step whose name is not given gets the one that impl::step_name says; a message without id gets one:
// m1, m2, ... in the order of sending. An arrival (receive, deliver, lose) gets the id of the oldest send of
// the same message that has not arrived.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "impl/outbox.h"
#include "traces/trace.h"

namespace takeover::traces {

struct RecordedStep {
  Action action{};
  impl::Outbox out{};
  impl::DispatcherOrchestrator node{};    // after the step
  impl::NodeId id = impl::NodeId::kNone;  // which one; kNone: every node stays as it is
  std::string title{};
  std::vector<Rest> rests_on{};
  bool unseen = false;
};

struct Recording {
  const Header& header;
  const spec::Names& names;
  const Nodes& initial;
  std::span<const RecordedStep> steps;
  std::optional<std::size_t> loop_start = std::nullopt;
};

[[nodiscard]] Json record(const Recording& recording);

// The same, step by step: of a step no more is kept than its part of the document. Whole states, which are
// most of it, stand behind so many steps each, and behind the last; 0: behind the last alone.
class Recorder {
 public:
  // All outlive the recorder.
  Recorder(const Header& header, const spec::Names& names, const Nodes& initial, std::size_t state_every = 1);
  Recorder(const Recorder&) = delete;
  Recorder& operator=(const Recorder&) = delete;
  ~Recorder();

  // Before the first step: an action whose message's id is given to no other.
  void expect(const Action& action);
  void add(const RecordedStep& step);
  [[nodiscard]] Json document(const std::optional<std::size_t>& loop_start = std::nullopt) &&;

 private:
  class MessageIds;

  const Header& header_;
  const spec::Names& names_;
  const Nodes& initial_;
  std::size_t state_every_;
  std::unique_ptr<MessageIds> ids_;
  Nodes nodes_;
  Json steps_ = Json::array();
};

// Pretty-printed with one space, and a newline at the end: the same bytes for the same document.
[[nodiscard]] std::string to_text(const Json& document);

// The `why` of a counterexample: what its last step, or its loop, shows; "" for a property that is not known,
// and for `cross-check`, whose reason is each time another.
[[nodiscard]] std::string_view violation_of(std::string_view property);

// The whole document of a trace: a run's states and messages in place of what a person left out, as far as
// the run went; what the trace says of itself and is not so is left out. Keys in the order of a recording.
[[nodiscard]] Json normalised(const Trace& trace);

}  // namespace takeover::traces
