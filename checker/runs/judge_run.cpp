#include "checker/runs/judge_run.h"

#include <cstddef>

#include "checker/model/check.h"

namespace takeover::runs {

bool goes_on(const model::NodeModel& model, const spec::World& from) {
  model::NodeModel::Scratch scratch;
  bool has_step = false;
  model.for_each_step(from, scratch, [&](const spec::WorldStep&) { has_step = true; });
  return has_step;
}

RunFindings judge_run(const model::NodeModel& model, const engine::Trace<model::NodeModel>& run) {
  engine::Judgement judgement;
  const spec::World* at = &run.initial;
  model.judge_state(*at, judgement);
  for (const auto& step : run.steps) {
    model.judge_step(*at, step, judgement);
    model.judge_state(step.state, judgement);
    at = &step.state;
  }
  RunFindings findings;
  for (std::size_t i = 0; i < spec::kPropertyCount; ++i) {
    if (!model.scenario().properties[i]) continue;
    auto& where = (judgement.violated & engine::bit(i)) != 0 ? findings.violated
                  : (judgement.met & engine::bit(i)) != 0    ? findings.kept
                                                             : findings.idle;
    where.push_back(model.properties()[i]);
  }
  // Something is under way, and nothing can happen any more.
  const bool stuck = !model.is_terminal(*at) && !goes_on(model, *at);
  (stuck ? findings.violated : findings.kept).emplace_back(spec::kDeadlockFree);
  return findings;
}

}  // namespace takeover::runs
