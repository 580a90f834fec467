// What a trace says of itself besides its steps: who sent what, the scenario, the property and its verdict.
// Held against the run that a replay makes of it. Internal to traces.
//
// A trace that records sends records all of them: what arrives was sent before. One that names a built-in
// scenario and records what was sent (by a `send`, or by the id of a message that arrives) is followed as a
// run of that scenario from its first state; of one that does not, only the node, the owners and the senders
// are judged.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "traces/compare.h"
#include "traces/replay.h"
#include "traces/safety_judge.h"
#include "traces/scenario_run.h"
#include "traces/under_way.h"

namespace takeover::traces {

// Of a loop that the nodes do not close.
[[nodiscard]] Mismatch does_not_come_back(std::size_t loop_start);

class Claims {
 public:
  explicit Claims(const Trace& trace);

  // Before a step is taken: what of its action is not so, with the place in the step.
  [[nodiscard]] std::optional<Mismatch> judge(std::size_t step);
  // An atomic step that was taken, or a step of the environment alone.
  void observe(const ImplementationStep& step);
  void take_environment();

  // The first thing in the document that is not so, when every step was taken. `comes_back`: the nodes are as
  // they were when the loop started.
  [[nodiscard]] std::optional<Mismatch> judge_document(bool comes_back);
  // Of the run as far as it came; `is_whole` when that is to its end.
  [[nodiscard]] Finding find(bool is_whole);
  [[nodiscard]] std::vector<std::string> remarks(const Finding& finding) const;

 private:
  [[nodiscard]] std::optional<Mismatch> judge_scenario() const;
  [[nodiscard]] std::optional<Mismatch> judge_owner(const Action& action) const;
  [[nodiscard]] std::optional<Mismatch> judge_message(const Action& action);
  [[nodiscard]] std::optional<Mismatch> judge_loss(std::size_t step);
  void lose(impl::NodeId node, const impl::Outbox& out);
  [[nodiscard]] std::optional<Mismatch> judge_verdict(const Finding& finding) const;
  // That the premise is met, in words; nothing when it is not, or that cannot be judged.
  [[nodiscard]] std::optional<std::string> why_it_applies() const;
  [[nodiscard]] std::optional<Mismatch> judge_why() const;
  [[nodiscard]] Finding find_safety(spec::Property property) const;
  [[nodiscard]] Finding find_any_safety() const;
  [[nodiscard]] Finding find_in_scenario();
  [[nodiscard]] std::string why_not_followed() const;

  const Trace& trace_;
  bool asks_ = false;  // for a property
  bool records_sends_ = false;
  bool names_arrivals_ = false;
  std::optional<Mismatch> misfit_{};  // to the scenario
  UnderWay under_way_{};
  // Of messages that nodes are yet to send.
  struct Loss {
    std::size_t step;
    impl::NodeId node;
    impl::NodeId to;  // kNone: is not said
  };
  std::vector<Loss> losses_{};
  bool is_any_lost_ = false;  // a message of some node: which one the next losses take is not known
  std::optional<Mismatch> other_receiver_{};  // of a message that was lost
  SafetyJudge safety_;
  std::optional<ScenarioRun> scenario_{};
};

}  // namespace takeover::traces
