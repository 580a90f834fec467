#include "checker/logs/log_run.h"

#include <cstddef>

namespace takeover::logs {

WrittenLogs log_run(const model::NodeModel& model, const engine::Trace<model::NodeModel>& run,
                    impl::NodeId node, const WriteOptions& options) {
  LogWriter writer(model.scenario().names, node, model.rules(), options);
  for (std::size_t i = 0; i < run.steps.size(); ++i) {
    const spec::World& before = i == 0 ? run.initial : run.steps[i - 1].state;
    const spec::WorldStep& step = run.steps[i];
    const impl::Message* received = spec::received_in(step.action);
    const impl::NodeAction* action = step.action.of_node();
    if (step.action.node != node || (received == nullptr && action == nullptr)) continue;
    writer.add({.step = i,
                .node = node,
                .before = before.nodes[node],
                .received = received,
                .action = action == nullptr ? impl::NodeAction{} : *action,
                .after = step.state.nodes[node],
                .out = step.out});
  }
  return writer.finish();
}

}  // namespace takeover::logs
