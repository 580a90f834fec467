// The commands about runs: replay, show, simulate.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "checker/cli/document.h"
#include "checker/cli/escape.h"
#include "checker/cli/input.h"
#include "checker/cli/options.h"
#include "checker/cli/output.h"
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
            {"smt_why", nullptr},
            {"malformed", nullptr}};
  if (!both.implementation.conforms) json.update(place_of(both.implementation));
  if (relation.kind == RelationVerdict::Kind::kDiverges) json["smt_divergence"] = place_of(relation);
  if (relation.kind == RelationVerdict::Kind::kNotApplicable) json["smt_why"] = relation.why;
  return json;
}

// Of a file that cannot be read, or is no trace: `why` is the line that says so.
Json malformed(const std::string& file, const std::string& why) {
  Json json = verdict_of(file, {.implementation = {}, .relation = {}});
  json["implementation"] = "malformed";
  json["smt"] = "malformed";
  json["malformed"] = why;
  return json;
}

bool is_malformed(const Json& trace) {
  return !trace["malformed"].is_null();
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
  const std::string file = one_line(trace["file"].get<std::string>());
  if (diverges(trace)) return fmt::format("{}: diverges: {}\n", file, one_line(remark_on(trace)));
  if (trace["smt"] == "conforms") return fmt::format("{}: conforms\n", file);
  return fmt::format("{}: conforms (the relation was not asked: {})\n", file,
                     one_line(trace["smt_why"].get<std::string>()));
}

std::string junit_of(const Json& traces) {
  std::string cases;
  for (const Json& trace : traces) {
    std::string fault;
    if (diverges(trace)) fault = fmt::format("<failure message=\"{}\"/>", xml(remark_on(trace)));
    if (is_malformed(trace)) {
      fault = fmt::format("<error message=\"{}\"/>", xml(trace["malformed"].get<std::string>()));
    }
    cases += fmt::format("    <testcase classname=\"replay\" name=\"{}\">{}</testcase>\n",
                         xml(trace["file"].get<std::string>()), fault);
  }
  return fmt::format(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"takeover\">\n"
      "  <testsuite name=\"replay\" tests=\"{}\" failures=\"{}\" errors=\"{}\">\n{}  </testsuite>\n"
      "</testsuites>\n",
      traces.size(), std::ranges::count_if(traces, diverges), std::ranges::count_if(traces, is_malformed),
      cases);
}

std::string github_of(const Json& traces) {
  std::string text;
  const auto annotate = [&](const Json& trace, const char* what, const std::string& message) {
    const std::string title = fmt::format("{} {}", trace["file"].get<std::string>(), what);
    text += fmt::format("::error title={}::{}\n", github_property(title), github_data(message));
  };
  for (const Json& trace : traces) {
    if (diverges(trace)) annotate(trace, "diverges", remark_on(trace));
    if (is_malformed(trace)) annotate(trace, "is malformed", trace["malformed"].get<std::string>());
  }
  return text;
}

std::string text_of(const Json& traces) {
  std::string text;
  for (const Json& trace : traces) {
    if (!is_malformed(trace)) text += line_on(trace);
  }
  return text;
}

// A file that is no trace does not keep the others from their verdicts.
Json replay_of(const std::string& file) {
  const auto trace = traces::read_trace_file(file);
  if (trace) return verdict_of(file, replay_twice(*trace));
  return malformed(file, trace.error().to_line());
}

}  // namespace

int run_replay(const Options& options) {
  Json document = document_head("replay");
  Json& traces = document["traces"] = Json::array();
  for (const std::string& file : options.arguments) traces.push_back(replay_of(file));
  switch (options.format) {
    case Format::kJson:
      print_document(json_text(document));
      break;
    case Format::kJunit:
      print_document(junit_of(traces));
      break;
    case Format::kGithub:
      print_document(github_of(traces));
      print_text(text_of(traces));
      break;
    case Format::kText:
      print_text(text_of(traces));
  }
  // As for every other input that is wrong: one line on stderr.
  for (const Json& trace : traces) {
    if (is_malformed(trace)) print_error(trace["malformed"].get<std::string>());
  }
  if (std::ranges::any_of(traces, diverges)) return kViolation;
  return std::ranges::any_of(traces, is_malformed) ? kBadInput : kAllHolds;
}

int run_show(const Options& options) {
  const traces::Trace trace = trace_of(options.arguments.front());
  switch (options.view) {
    case View::kJson:
      print_document(json_text(traces::normalised(trace)));
      break;
    case View::kMermaid:
      print_text(traces::show_mermaid(trace));
      break;
    case View::kText:
      print_text(traces::show_text(trace));
  }
  return kAllHolds;
}

int run_simulate(const Options& options) {
  const spec::Scenario scenario = scenario_of(options.arguments.front());
  const model::NodeModel model(scenario, rules_of(options), properties_of(options));
  if (!options.record.empty()) expect_record_place(options.record);
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
  Json document = document_head("simulate");
  if (!options.record.empty()) {
    const traces::Header header{.profile = options.profile,
                                .guards_off = options.without,
                                .guards_on = options.with,
                                .scenario = scenario.name,
                                .property = violated,
                                .verdict = violated.empty() ? "" : "violated",
                                .tool_version = TAKEOVER_VERSION,
                                .seed = options.seed};
    leave_file(document, options.record, traces::to_text(record_run(model, run, header)));
  }
  print_text(fmt::format("{}: seed {}, {} steps, {}\n", one_line(scenario.name), options.seed,
                         run.steps.size(),
                         violated.empty() ? "no property violated on this run" : "violates " + violated));
  return tell_not_written(document, violated.empty() ? kAllHolds : kViolation);
}

}  // namespace takeover::cli
