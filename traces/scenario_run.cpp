#include "traces/scenario_run.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <utility>

namespace takeover::traces {
namespace {

using spec::EnvironmentAction;
using Kind = spec::EnvironmentActionKind;

// The environment's actions among those that are enabled.
template <class Fits>
const EnvironmentAction* find(const std::vector<spec::WorldAction>& actions, Fits&& fits) {
  for (const spec::WorldAction& action : actions) {
    const EnvironmentAction* of_environment = action.of_environment();
    if (of_environment != nullptr && fits(*of_environment)) return of_environment;
  }
  return nullptr;
}

}  // namespace

ScenarioRun::ScenarioRun(const spec::Scenario& scenario, const impl::Rules& rules,
                         const std::optional<spec::LiveProperty>& asked)
    : scenario_(scenario), rules_(rules), world_(spec::initial_world(scenario)) {
  scenario_.properties.reset();  // their history is not needed here
  if (!asked) return;
  spec::LivePropertySet judged;
  judged.set(static_cast<std::size_t>(*asked));
  spec::Scenario about = scenario;
  about.live = judged;
  claims_ = spec::live_claims(about, judged);
  note_owed();
}

void ScenarioRun::note_owed() {
  was_owed_ = was_owed_ || std::ranges::any_of(claims_, [&](const spec::LiveClaim& claim) {
                return spec::is_owed(claim, world_);
              });
}

void ScenarioRun::collect() {
  spec::collect_actions(scenario_, rules_, world_, actions_, scratch_);
}

std::optional<Mismatch> ScenarioRun::judge(const Action& action) {
  next_.reset();
  collect();
  switch (action.kind) {
    case ActionKind::kSend: return judge_send(action);
    case ActionKind::kDeliver:
    case ActionKind::kReceive:
    case ActionKind::kLose: return judge_arrival(action);
    case ActionKind::kDie: return judge_death(action);
    case ActionKind::kStart:
    case ActionKind::kStop:
      return Mismatch{"/action/kind", fmt::format("a step of the scenario {}", scenario_.name),
                      "its owners start and stop by what they send and are told"};
    case ActionKind::kNode: return judge_node_action(action);
  }
  impl::unreachable();
}

std::optional<Mismatch> ScenarioRun::judge_send(const Action& action) {
  const auto owner_of = [&](const EnvironmentAction& a) { return scenario_.owners[a.owner].name; };
  const auto same_message = [&](const EnvironmentAction& a) {
    return a.kind == Kind::kSend && is_same_message(a.request, *action.request) &&
           (action.owner.empty() || owner_of(a) == action.owner);
  };
  const EnvironmentAction* found = find(actions_, [&](const EnvironmentAction& a) {
    return same_message(a) && (action.row.empty() || name_of(a.row) == action.row);
  });
  if (found != nullptr) {
    next_ = *found;
    return std::nullopt;
  }
  if (const EnvironmentAction* by_other_row = find(actions_, same_message)) {
    return Mismatch{"/action/row", action.row, std::string(name_of(by_other_row->row))};
  }
  const bool sends_at_all = find(actions_, [&](const EnvironmentAction& a) {
                              return a.kind == Kind::kSend &&
                                     (action.owner.empty() || owner_of(a) == action.owner) &&
                                     (action.row.empty() || name_of(a.row) == action.row);
                            }) != nullptr;
  return Mismatch{sends_at_all ? "/action/message" : "/action/kind",
                  fmt::format("a step of the scenario {}", scenario_.name),
                  sends_at_all ? "another message is sent by this row" : "it has no such send here"};
}

std::optional<Mismatch> ScenarioRun::judge_arrival(const Action& action) {
  const Kind kind = action.kind != ActionKind::kLose ? Kind::kReceive
                    : action.request                 ? Kind::kLose
                                                     : Kind::kLoseReply;
  const auto is_next = [&](const EnvironmentAction& a) {
    return !action.request || is_same_message(a.request, *action.request);
  };
  const EnvironmentAction* found =
      find(actions_, [&](const EnvironmentAction& a) { return a.kind == kind && is_next(a); });
  if (found != nullptr) {
    next_ = *found;
    return std::nullopt;
  }
  const bool could_arrive = action.request && find(actions_, [&](const EnvironmentAction& a) {
                                                return a.kind == Kind::kReceive && is_next(a);
                                              }) != nullptr;
  if (!action.request || could_arrive) {
    return Mismatch{"/action/kind", fmt::format("a step of the scenario {}", scenario_.name),
                    "its bounds allow no such loss"};
  }
  return Mismatch{action.message_id.empty() ? "/action/message" : "/action/message_id",
                  "the next message on its link", "another one of the sender's is before it"};
}

std::optional<Mismatch> ScenarioRun::judge_death(const Action& action) {
  const EnvironmentAction* found = find(actions_, [&](const EnvironmentAction& a) {
    return a.kind == Kind::kDie && scenario_.owners[a.owner].name == action.owner;
  });
  if (found == nullptr) {
    return Mismatch{"/action/kind", fmt::format("a step of the scenario {}", scenario_.name),
                    "this owner cannot die here"};
  }
  next_ = *found;
  return std::nullopt;
}

std::optional<Mismatch> ScenarioRun::judge_node_action(const Action& action) const {
  if (!impl::is_enabled(rules_, world_.nodes[action.node], action.node_action)) return std::nullopt;
  const bool offered = std::ranges::any_of(actions_, [&](const spec::WorldAction& a) {
    const impl::NodeAction* of_node = a.of_node();
    if (of_node == nullptr || a.node != action.node) return false;
    // A merge is found by its target alone.
    const bool by_id = action.node_action.kind == impl::NodeActionKind::kMergeTask;
    return by_id ? of_node->kind == action.node_action.kind && of_node->id == action.node_action.id
                 : *of_node == action.node_action;
  });
  if (offered) return std::nullopt;
  return Mismatch{"/action/kind", fmt::format("a step of the scenario {}", scenario_.name),
                  "its bounds allow no such fault"};
}

void ScenarioRun::take_environment() {
  if (next_ && next_->kind != Kind::kReceive) apply(*next_);
}

void ScenarioRun::take(const ImplementationStep& step) {
  if (step.received == nullptr) return apply({step.action, step.node});
  apply(EnvironmentAction{.kind = Kind::kReceive, .request = *step.received});
}

void ScenarioRun::apply(spec::WorldAction action) {
  spec::WorldStep step;
  step.action = std::move(action);
  spec::apply(scenario_, rules_, step, world_);
  if (loops_) states_.push_back(world_);
  world_ = step.state;
  note_owed();
  if (loops_) steps_.push_back(std::move(step));
}

void ScenarioRun::start_loop() {
  loops_ = true;
}

bool ScenarioRun::is_loop_closed() const {
  return !states_.empty() && states_.front().nodes == world_.nodes &&
         states_.front().environment == world_.environment;
}

std::optional<std::string> ScenarioRun::why_no_deadlock() {
  collect();
  if (!actions_.empty()) return "something can happen after the last step";
  if (spec::is_terminal(scenario_, world_)) return "the run ends as the scenario lets it";
  return std::nullopt;
}

std::uint64_t ScenarioRun::enabled_in(const spec::World& world) {
  spec::collect_actions(scenario_, rules_, world, actions_, scratch_);
  std::uint64_t enabled = 0;
  spec::WorldStep step;
  for (const spec::WorldAction& action : actions_) {
    step.action = action;
    enabled |= spec::fair_actions_of(scenario_, step);
  }
  return enabled;
}

// The name of a fair action that the loop passes over for ever; "" when it is fair.
std::string ScenarioRun::unfair_to() {
  std::vector<std::uint64_t> enabled;
  for (const spec::World& state : states_) enabled.push_back(enabled_in(state));
  std::uint64_t taken = 0;
  for (const spec::WorldStep& step : steps_) taken |= spec::fair_actions_of(scenario_, step);
  const std::uint64_t missed = spec::passed_over(enabled, taken);
  if (missed == 0) return {};
  return spec::fair_action_names(scenario_).at(static_cast<std::size_t>(std::countr_zero(missed)));
}

bool ScenarioRun::never_comes(const spec::LiveClaim& claim) const {
  if (!loops_) return !spec::is_settled(scenario_, claim, world_);
  for (std::size_t i = 0; i < steps_.size(); ++i) {
    if (spec::is_settled(scenario_, claim, states_[i]) ||
        spec::settles(scenario_, claim, states_[i], steps_[i])) {
      return false;
    }
  }
  return true;
}

std::optional<std::string> ScenarioRun::why_live() {
  if (claims_.empty()) return fmt::format("it is about nobody in {}", scenario_.name);
  collect();
  if (!loops_ && !actions_.empty()) return "the run goes on after its last step, and no loop is given";
  if (loops_ && !is_loop_closed()) return "the run does not come back to where its loop begins";
  if (std::ranges::none_of(claims_, [&](const spec::LiveClaim& claim) { return never_comes(claim); })) {
    return loops_ ? "nothing that is owed fails to come in the loop" : "nothing is owed at the end";
  }
  const std::string missed = loops_ ? unfair_to() : "";
  if (!missed.empty()) return fmt::format("the loop is not fair: {} is passed over for ever", missed);
  return std::nullopt;
}

}  // namespace takeover::traces
