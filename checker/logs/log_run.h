// A run of the node model, as the logs of one of its nodes.
#pragma once

#include "checker/engine/report.h"
#include "checker/logs/log_writer.h"
#include "checker/model/node_model.h"

namespace takeover::logs {

[[nodiscard]] WrittenLogs log_run(const model::NodeModel& model, const engine::Trace<model::NodeModel>& run,
                                  impl::NodeId node, const WriteOptions& options);

}  // namespace takeover::logs
