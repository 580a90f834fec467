// The commands about runs: replay, show, simulate.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "checker/cli/document.h"
#include "checker/cli/input.h"
#include "checker/cli/options.h"
#include "checker/cli/recording.h"
#include "checker/cli/relation_replay.h"
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

std::string_view to_string(RelationVerdict::Kind kind) {
  constexpr std::array<std::string_view, 3> kNames{"conforms", "diverges", "not-applicable"};
  return kNames.at(static_cast<std::size_t>(kind));
}

// Of a ReplayResult or a RelationVerdict.
Json place_of(const auto& divergence) {
  return {{"step", divergence.step},
          {"path", divergence.path},
          {"expected", divergence.expected},
          {"actual", divergence.actual}};
}

Json verdict_of(const std::string& file, const BothVerdicts& both) {
  const RelationVerdict& relation = both.relation;
  Json json{{"file", file},
            {"implementation", both.implementation.conforms ? "conforms" : "diverges"},
            {"smt", to_string(relation.kind)},
            {"step", nullptr},
            {"path", nullptr},
            {"expected", nullptr},
            {"actual", nullptr},
            {"smt_divergence", nullptr},
            {"smt_why", nullptr}};
  if (!both.implementation.conforms) json.update(place_of(both.implementation));
  if (relation.kind == RelationVerdict::Kind::kDiverges) json["smt_divergence"] = place_of(relation);
  if (relation.kind == RelationVerdict::Kind::kNotApplicable) json["smt_why"] = relation.why;
  return json;
}

bool diverges(const Json& trace) {
  return trace["implementation"] == "diverges" || trace["smt"] == "diverges";
}

std::string place_in_words(const Json& place) {
  return fmt::format("at step {}{}: expected {}, got {}", place["step"].get<std::size_t>() + 1,
                     place["path"].get<std::string>(), place["expected"].get<std::string>(),
                     place["actual"].get<std::string>());
}

// Both sides, as far as they diverge.
std::string remark_on(const Json& trace) {
  std::string remark;
  if (trace["implementation"] == "diverges") remark = "the implementation " + place_in_words(trace);
  if (trace["smt"] == "diverges") {
    remark +=
        (remark.empty() ? "the relation " : "; the relation ") + place_in_words(trace["smt_divergence"]);
  }
  return remark;
}

std::string line_on(const Json& trace) {
  const std::string file = trace["file"].get<std::string>();
  if (diverges(trace)) return fmt::format("{}: diverges: {}\n", file, remark_on(trace));
  if (trace["smt"] == "conforms") return fmt::format("{}: conforms\n", file);
  return fmt::format("{}: conforms (the relation was not asked: {})\n", file,
                     trace["smt_why"].get<std::string>());
}

std::string junit_of(const Json& traces) {
  std::string cases;
  for (const Json& trace : traces) {
    cases +=
        fmt::format("    <testcase classname=\"replay\" name=\"{}\">{}</testcase>\n",
                    xml(trace["file"].get<std::string>()),
                    diverges(trace) ? fmt::format("<failure message=\"{}\"/>", xml(remark_on(trace))) : "");
  }
  return fmt::format(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"takeover\">\n"
      "  <testsuite name=\"replay\" tests=\"{}\" failures=\"{}\" errors=\"0\">\n{}  </testsuite>\n"
      "</testsuites>\n",
      traces.size(), std::ranges::count_if(traces, diverges), cases);
}

std::string github_of(const Json& traces) {
  std::string text;
  for (const Json& trace : traces) {
    if (!diverges(trace)) continue;
    text += fmt::format("::error title={} diverges::{}\n", one_line(trace["file"].get<std::string>()),
                        one_line(remark_on(trace)));
  }
  return text;
}

}  // namespace

int run_replay(const Options& options) {
  Json document = document_head("replay");
  document["traces"] = Json::array();
  std::string text;
  for (const std::string& file : options.arguments) {
    document["traces"].push_back(verdict_of(file, replay_twice(trace_of(file))));
    text += line_on(document["traces"].back());
  }
  switch (options.format) {
    case Format::kJson:
      text = document.dump(1) + "\n";
      break;
    case Format::kJunit:
      text = junit_of(document["traces"]);
      break;
    case Format::kGithub:
      text = github_of(document["traces"]) + text;
      break;
    case Format::kText:
      break;
  }
  fmt::print("{}", text);
  return std::ranges::any_of(document["traces"], diverges) ? kViolation : kAllHolds;
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
