// What one run of the node model shows of the scenario's safety properties.
#pragma once

#include <string>
#include <vector>

#include "checker/engine/report.h"
#include "checker/model/node_model.h"

namespace takeover::runs {

struct RunFindings {
  std::vector<std::string> violated;  // in the order of the properties
  std::vector<std::string> kept;      // premise met, and not violated
  std::vector<std::string> idle;      // premise never met on this run
};

[[nodiscard]] RunFindings judge_run(const model::NodeModel& model,
                                    const engine::Trace<model::NodeModel>& run);

// Whether there is a step from here.
[[nodiscard]] bool goes_on(const model::NodeModel& model, const spec::World& from);

}  // namespace takeover::runs
