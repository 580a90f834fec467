// The commands about runs: replay, show, simulate.
#include <fmt/format.h>

#include "checker/cli/document.h"
#include "checker/cli/input.h"
#include "checker/cli/options.h"
#include "checker/cli/recording.h"
#include "checker/engine/random_walk.h"
#include "traces/record.h"
#include "traces/replay.h"
#include "traces/show.h"

namespace takeover::cli {
namespace {

traces::Trace trace_of(const std::string& path) {
  auto trace = traces::read_trace_file(path);
  if (!trace) throw BadInput(trace.error().to_line());
  return *std::move(trace);
}

Json verdict_of(const std::string& file, const traces::ReplayResult& result) {
  Json json{{"file", file},
            {"implementation", result.conforms ? "conforms" : "diverges"},
            {"smt", "not-applicable"},
            {"step", nullptr},
            {"path", nullptr},
            {"expected", nullptr},
            {"actual", nullptr}};
  if (result.conforms) return json;
  json["step"] = result.step;
  json["path"] = result.path;
  json["expected"] = result.expected;
  json["actual"] = result.actual;
  return json;
}

}  // namespace

int run_replay(const Options& options) {
  Json document = document_head("replay");
  document["traces"] = Json::array();
  std::string text;
  bool conforms = true;
  for (const std::string& file : options.arguments) {
    const traces::ReplayResult result = traces::replay(trace_of(file));
    document["traces"].push_back(verdict_of(file, result));
    conforms = conforms && result.conforms;
    if (result.conforms) {
      text += fmt::format("{}: conforms\n", file);
    } else {
      text += fmt::format("{}: diverges at step {}{}: expected {}, got {}\n", file, result.step + 1,
                          result.path, result.expected, result.actual);
    }
  }
  if (options.format == Format::kJson) text = document.dump(1) + "\n";
  fmt::print("{}", text);
  return conforms ? kAllHolds : kViolation;
}

int run_show(const Options& options) {
  const traces::Trace trace = trace_of(options.arguments.front());
  const std::string text = options.view == View::kMermaid ? traces::show_mermaid(trace)
                           : options.view == View::kJson  ? traces::show_json(trace)
                                                          : traces::show_text(trace);
  fmt::print("{}", text);
  return kAllHolds;
}

int run_simulate(const Options& options) {
  const spec::Scenario scenario = scenario_of(options.arguments.front());
  const model::NodeModel model(scenario, rules_of(options), properties_of(options));
  const auto run = engine::random_walk(model, options.seed, options.steps);
  // The first property that the run violates, in the order of the properties.
  engine::Judgement judgement;
  const model::NodeModel::State* before = &run.initial;
  for (const auto& step : run.steps) {
    model.judge_step(*before, step, judgement);
    model.judge_state(step.state, judgement);
    before = &step.state;
  }
  std::string violated;
  for (std::size_t i = 0; i < spec::kPropertyCount && violated.empty(); ++i) {
    if ((judgement.violated >> i & 1U) != 0) violated = model.properties()[i];
  }
  if (!options.record.empty()) {
    const traces::Header header{.profile = options.profile,
                                .guards_off = options.without,
                                .guards_on = options.with,
                                .scenario = scenario.name,
                                .property = violated,
                                .verdict = violated.empty() ? "" : "violated",
                                .tool_version = TAKEOVER_VERSION,
                                .seed = options.seed};
    write_file(options.record, traces::to_text(record_run(model, run, header)));
  }
  fmt::print("{}: seed {}, {} steps, {}\n", scenario.name, options.seed, run.steps.size(),
             violated.empty() ? "no property violated on this run" : "violates " + violated);
  return violated.empty() ? kAllHolds : kViolation;
}

}  // namespace takeover::cli
