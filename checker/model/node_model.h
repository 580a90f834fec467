// The node model: a scenario under a set of rules, as the engine explores it.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "checker/engine/liveness.h"
#include "checker/engine/model.h"
#include "impl/guards.h"
#include "spec/properties/liveness.h"
#include "spec/smt/cross_check.h"
#include "spec/world/renaming.h"
#include "spec/world/scenario.h"
#include "spec/world/world.h"

namespace takeover::model {

// A cross-checked model has one property more: that the relation of spec/smt admits what the implementation
// does, and nothing else. Its premise counts the transitions that were held against the relation.
inline constexpr std::string_view kCrossCheck = "cross-check";

class NodeModel {
 public:
  using State = spec::World;
  using Step = spec::WorldStep;
  struct Scratch {
    std::vector<spec::WorldAction> actions;
    std::vector<spec::EnvironmentAction> environment;
    Step step;
  };

  // Judges the properties of the scenario that are also in `judged`, and in `live`.
  NodeModel(const spec::Scenario& scenario, const impl::Rules& rules, const spec::PropertySet& judged,
            const spec::LivePropertySet& live = {});
  void cross_check(std::shared_ptr<const smt::CrossCheck> relation);

  void for_each_initial(auto&& visit) const { visit(spec::initial_world(scenario_)); }

  void for_each_step(const State& state, Scratch& scratch, auto&& visit) const {
    spec::collect_actions(scenario_, rules_, state, scratch.actions, scratch.environment);
    for (spec::WorldAction& action : scratch.actions) {
      scratch.step.action = std::move(action);
      spec::apply(scenario_, rules_, scratch.step, state);
      visit(scratch.step);
    }
  }

  void encode(const State& state, engine::Encoder& out) const;
  // Throws std::invalid_argument if the bytes are no state's.
  [[nodiscard]] State decode(std::span<const std::uint8_t> bytes) const;
  [[nodiscard]] const std::vector<std::string>& action_kinds() const { return spec::action_kind_names(); }
  [[nodiscard]] const std::vector<std::string>& properties() const { return properties_; }
  [[nodiscard]] const std::vector<std::string>& witnesses() const { return witnesses_; }
  [[nodiscard]] std::size_t kind(const Step& step) const { return spec::kind_of(step.action); }
  void judge_state(const State& state, engine::Judgement& judgement) const;
  void judge_step(const State& before, const Step& step, engine::Judgement& judgement) const;
  // Whether what is judged is named, by the scenario or by the caller; else it is all but some.
  [[nodiscard]] bool is_named() const { return !scenario_.all_but || is_asked_by_name_; }
  [[nodiscard]] bool is_terminal(const State& state) const { return spec::is_terminal(scenario_, state); }

  // ---- reductions ----

  // Whether the scenario declares anything interchangeable.
  [[nodiscard]] bool is_symmetric() const { return !renamings_.empty(); }
  // Of all that a world is renamed to, the one with the least encoding.
  void canonicalize(State& state) const;
  // The first Bootstrap of an owner that shares its node with nobody, by the owner. The owner can do nothing
  // else, and nothing that happens before can take it away; it is put behind nobody's message, and waits on
  // its link for as long as it likes. Everything else on one node depends on its neighbours.
  [[nodiscard]] std::optional<std::uint32_t> candidate(const State& state, const Step& step) const;

  // ---- liveness: one property for each claim ----

  [[nodiscard]] const std::vector<spec::LiveClaim>& claims() const { return claims_; }
  [[nodiscard]] std::vector<std::string> live_properties() const;
  [[nodiscard]] engine::LiveJudgement judge_live(const State& state) const;
  [[nodiscard]] engine::Bits live_goals(const State& before, const Step& step) const;
  [[nodiscard]] engine::FairSet fair_actions(const Step& step) const {
    return spec::fair_actions_of(scenario_, step);
  }

  [[nodiscard]] bool is_cross_checked() const { return relation_ != nullptr; }
  // How the relation differs from what the implementation did in this step, or thinks possible after it.
  [[nodiscard]] std::optional<smt::Divergence> divergence(const State& before, const Step& step) const;

  // Its properties are those that are judged; `listed` are all that the scenario is about.
  [[nodiscard]] const spec::Scenario& scenario() const { return scenario_; }
  [[nodiscard]] const spec::PropertySet& listed() const { return listed_; }
  [[nodiscard]] const spec::LivePropertySet& live_asked() const { return live_asked_; }
  [[nodiscard]] const impl::Rules& rules() const { return rules_; }

 private:
  void add(const spec::Findings& findings, engine::Judgement& judgement) const;
  void cross_check_step(const State& before, const Step& step, engine::Judgement& judgement) const;

  spec::Scenario scenario_;
  spec::PropertySet listed_;
  spec::LivePropertySet live_asked_;
  bool is_asked_by_name_;
  impl::Rules rules_;
  std::vector<std::string> properties_;
  std::vector<std::string> witnesses_;
  std::vector<spec::LiveClaim> claims_;
  std::vector<spec::Renaming> renamings_;
  std::vector<bool> begins_alone_;  // by owner
  std::shared_ptr<const smt::CrossCheck> relation_{};
};

}  // namespace takeover::model
