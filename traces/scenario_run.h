// A trace's run as one of its scenario: owners send what the environment has them send, links are FIFO,
// faults strike no more often than the bounds allow; and with that, what comes after the last step: nothing,
// or a loop. Internal to traces.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "spec/properties/liveness.h"
#include "spec/world/scenario.h"
#include "spec/world/world.h"
#include "traces/compare.h"
#include "traces/replay.h"

namespace takeover::traces {

class ScenarioRun {
 public:
  // `asked`: the liveness that why_live and was_owed are about, or none.
  ScenarioRun(const spec::Scenario& scenario, const impl::Rules& rules,
              const std::optional<spec::LiveProperty>& asked);

  // What is wrong with the action as a step of the scenario from here, with the place in the step; nothing
  // when it can be taken. An action that the node does not have enabled is for the replay to judge.
  [[nodiscard]] std::optional<Mismatch> judge(const Action& action);
  // Takes the step that was judged last, if it is the environment's alone.
  void take_environment();
  void take(const ImplementationStep& step);

  // From here on the run repeats itself.
  void start_loop();
  // Whether the node and the environment are what they were when the loop started.
  [[nodiscard]] bool is_loop_closed() const;

  // Why the run does not violate the property by its end, or by its loop; nothing when it does.
  [[nodiscard]] std::optional<std::string> why_no_deadlock();
  [[nodiscard]] std::optional<std::string> why_live();
  // Whether its premise held in a state of the run.
  [[nodiscard]] bool was_owed() const { return was_owed_; }

 private:
  void collect();
  [[nodiscard]] std::optional<Mismatch> judge_send(const Action& action);
  [[nodiscard]] std::optional<Mismatch> judge_arrival(const Action& action);
  [[nodiscard]] std::optional<Mismatch> judge_death(const Action& action);
  [[nodiscard]] std::optional<Mismatch> judge_node_action(const Action& action) const;
  void apply(spec::WorldAction action);
  [[nodiscard]] std::uint64_t enabled_in(const spec::World& world);
  [[nodiscard]] std::string unfair_to();
  void note_owed();
  [[nodiscard]] bool never_comes(const spec::LiveClaim& claim) const;

  spec::Scenario scenario_;
  const impl::Rules& rules_;
  spec::World world_;
  std::vector<spec::LiveClaim> claims_{};  // of the liveness that is asked for
  bool was_owed_ = false;
  std::vector<spec::WorldAction> actions_{};  // enabled now
  std::vector<spec::EnvironmentAction> scratch_{};
  std::optional<spec::EnvironmentAction> next_{};  // the environment's step that was judged last
  bool loops_ = false;
  std::vector<spec::World> states_{};  // of the loop: that before each of its steps
  std::vector<spec::WorldStep> steps_{};
};

}  // namespace takeover::traces
