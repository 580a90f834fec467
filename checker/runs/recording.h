// Runs of the node model as trace documents.
#pragma once

#include <cstddef>
#include <nlohmann/json_fwd.hpp>
#include <optional>

#include "checker/engine/report.h"
#include "checker/model/node_model.h"
#include "traces/trace.h"

namespace takeover::runs {

// The scenario is the model's; the header names it.
[[nodiscard]] nlohmann::ordered_json record_run(const model::NodeModel& model,
                                                const engine::Trace<model::NodeModel>& run,
                                                traces::Header header,
                                                std::optional<std::size_t> loop_start = std::nullopt);

}  // namespace takeover::runs
