#include "checker/runs/recording.h"

#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "traces/record.h"

namespace takeover::runs {
namespace {

traces::Action environment_action(const spec::Scenario& scenario, const spec::WorldAction& step) {
  using Kind = spec::EnvironmentActionKind;
  const spec::EnvironmentAction& action = *step.of_environment();
  switch (action.kind) {
    case Kind::kSend: {
      auto sent = traces::message_step(traces::ActionKind::kSend, impl::NodeId::kNone, action.request);
      sent.owner = scenario.owners[action.owner].name;
      sent.row = name_of(action.row);
      return sent;
    }
    case Kind::kReceive: return traces::message_step(traces::ActionKind::kReceive, step.node, action.request);
    case Kind::kLose:
      return traces::message_step(traces::ActionKind::kLose, impl::NodeId::kNone, action.request);
    case Kind::kLoseReply:
      // Whoever is spoken to next: the receiver is not known yet.
      return {.kind = traces::ActionKind::kLose, .node = step.node};
    case Kind::kDie: return {.kind = traces::ActionKind::kDie, .owner = scenario.owners[action.owner].name};
  }
  impl::unreachable();
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
    const impl::NodeAction* node_action = step.action.of_node();
    traces::Action action = node_action != nullptr ? traces::node_step(step.action.node, *node_action)
                                                   : environment_action(scenario, step.action);
    const impl::NodeId id = step.action.node;
    steps.push_back({.action = std::move(action), .out = step.out, .id = id});
    if (id != impl::NodeId::kNone) steps.back().node = step.state.nodes[id];
  }
  traces::Nodes initial;
  for (const impl::NodeId id : scenario.nodes) initial[id] = run.initial.nodes[id];
  return traces::record({.header = header,
                         .names = scenario.names,
                         .initial = initial,
                         .steps = steps,
                         .loop_start = loop_start});
}

}  // namespace takeover::runs
