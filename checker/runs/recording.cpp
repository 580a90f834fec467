#include "checker/runs/recording.h"

#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "traces/record.h"

namespace takeover::runs {
namespace {

traces::Action environment_action(const spec::Scenario& scenario, const spec::EnvironmentAction& action) {
  using Kind = spec::EnvironmentActionKind;
  switch (action.kind) {
    case Kind::kSend: {
      auto sent = traces::message_step(traces::ActionKind::kSend, impl::NodeId::kNone, action.request);
      sent.owner = scenario.owners[action.owner].name;
      sent.row = spec::to_string(action.row);
      return sent;
    }
    case Kind::kReceive:
      return traces::message_step(traces::ActionKind::kReceive, scenario.node, action.request);
    case Kind::kLose:
      return traces::message_step(traces::ActionKind::kLose, impl::NodeId::kNone, action.request);
    case Kind::kLoseReply:
      // Whoever is spoken to next: the receiver is not known yet.
      return {.kind = traces::ActionKind::kLose, .node = scenario.node};
    default:
      return {.kind = traces::ActionKind::kDie, .owner = scenario.owners[action.owner].name};
  }
}

// A file may hold another scenario under the name of one that is built in; its runs are not runs of that.
std::string name_of(const spec::Scenario& scenario) {
  if (!spec::is_built_in(scenario.name)) return scenario.name;
  spec::Scenario known = spec::built_in_scenario(scenario.name);
  // What makes no difference to which runs it has.
  known.title = scenario.title;
  known.tags = scenario.tags;
  known.properties = scenario.properties;
  known.live = scenario.live;
  known.witnesses = scenario.witnesses;
  known.interchangeable = scenario.interchangeable;
  return scenario == known ? scenario.name : scenario.name + " (of a file)";
}

}  // namespace

nlohmann::ordered_json record_run(const model::NodeModel& model, const engine::Trace<model::NodeModel>& run,
                                  traces::Header header, std::optional<std::size_t> loop_start) {
  const spec::Scenario& scenario = model.scenario();
  header.scenario = name_of(scenario);
  std::vector<traces::RecordedStep> steps;
  for (const spec::WorldStep& step : run.steps) {
    const auto* node_action = std::get_if<impl::NodeAction>(&step.action);
    traces::Action action =
        node_action != nullptr ? traces::node_step(scenario.node, *node_action)
                               : environment_action(scenario, std::get<spec::EnvironmentAction>(step.action));
    steps.push_back({std::move(action), step.out, step.state.node});
  }
  return traces::record({.header = std::move(header),
                         .names = scenario.names,
                         .node = scenario.node,
                         .initial = run.initial.node,
                         .steps = steps,
                         .loop_start = loop_start});
}

}  // namespace takeover::runs
