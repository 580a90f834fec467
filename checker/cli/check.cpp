// takeover check.
#include "checker/model/check.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "checker/cli/document.h"
#include "checker/cli/input.h"
#include "checker/cli/options.h"
#include "checker/cli/progress.h"
#include "checker/engine/explore.h"
#include "checker/engine/memory.h"
#include "checker/runs/recording.h"
#include "traces/record.h"

namespace takeover::cli {
namespace {

std::shared_ptr<const smt::CrossCheck> relation_of(const Options& options, const impl::Rules& rules) {
  if (!smt::CrossCheck::applies_to(rules)) {
    throw BadInput(fmt::format(
        "takeover: command line: --cross-check of profile {}; expected pr-5436 or reference, whose variants the relation has",
        options.profile));
  }
  return std::make_shared<const smt::CrossCheck>(rules.guards);
}

std::string why_cross_check(const model::NodeModel& model, const engine::Trace<model::NodeModel>& run) {
  const auto& steps = run.steps;
  const auto divergence =
      model.divergence(steps.size() > 1 ? steps[steps.size() - 2].state : run.initial, steps.back());
  if (!divergence) return "the relation and the implementation differ";
  return fmt::format("{}: {}: the relation has {}, the implementation {}", divergence->action,
                     divergence->path, divergence->expected, divergence->actual);
}

Json property_to_json(const model::NodeModel& model, const model::PropertyResult& property,
                      const Options& options, Json& document) {
  Json json{{"id", property.id}, {"kind", to_string(property.kind)}};
  add_judged(json, property.judged, property.premise_met);
  if (!property.counterexample) return json;
  const std::string& scenario = model.scenario().name;
  const std::string path = fmt::format("{}/{}.{}.trace.json", options.out, property.id, scenario);
  const traces::Header header{.profile = options.profile,
                              .guards_off = options.without,
                              .guards_on = options.with,
                              .property = property.id,
                              .verdict = std::string(to_string(property.judged.verdict)),
                              .why = property.id == model::kCrossCheck
                                         ? why_cross_check(model, *property.counterexample)
                                         : std::string(traces::violation_of(property.id)),
                              .tool_version = TAKEOVER_VERSION};
  const auto lost = leave_file(
      document, path,
      traces::to_text(runs::record_run(model, *property.counterexample, header, property.loop_start)));
  json["counterexample"] = lost ? Json(nullptr) : Json(path);
  if (lost) json["not_written"] = *lost;
  json["length"] = property.counterexample->steps.size();
  return json;
}

Json run_to_json(const model::NodeModel& model, const model::CheckResult& result, const Options& options,
                 Json& document) {
  Json run{{"scenario", model.scenario().name}};
  run.update(exploration(result.report, options, model.action_kinds()));
  run["complete"] = result.complete();
  if (!result.complete()) run["stopped_by"] = to_string(result.stopped());
  if (result.liveness) run["liveness_seconds"] = result.liveness->seconds;
  // What has not happened in a run that was cut short may still do so.
  if (result.report.complete) run["never_fired"] = result.never_fired;
  run["witnesses"] = Json::object();
  for (std::size_t i = 0; i < result.report.witnesses.size(); ++i) {
    if (model.scenario().witnesses[i]) run["witnesses"][model.witnesses()[i]] = result.report.witnesses[i];
  }
  // What must be reached is said of the reference; a version that forbids less, or more, may miss it.
  const bool reference = options.profile == "reference" && options.without.empty();
  if (reference && result.report.complete) run["unreached"] = result.unreached;
  run["properties"] = Json::array();
  for (const model::PropertyResult& property : result.properties) {
    run["properties"].push_back(property_to_json(model, property, options, document));
  }
  return run;
}

}  // namespace

engine::Options engine_options(const Options& options) {
  engine::Options result;
  result.workers = options.workers;
  result.store = options.store == "exact" ? engine::Store::kExact : engine::Store::kFingerprint;
  result.max_states = options.max_states;
  // Without a limit of the caller's: what is free, less a tenth, so that the kernel kills nobody.
  result.max_memory_bytes = std::min(options.max_memory, engine::attainable_memory() / 10 * 9);
  result.max_seconds = options.max_seconds;
  result.stop = &interrupted();
  return result;
}

engine::Options engine_options(const Options& options, engine::Identity particulars) {
  engine::Options result = engine_options(options);
  result.checkpoint = options.checkpoint;
  result.checkpoint_seconds = options.checkpoint_seconds;
  result.resume = options.resume;
  if (!options.checkpoint.empty()) expect_checkpoint_place(options.checkpoint);
  if (options.checkpoint.empty() && options.resume.empty()) return result;
  result.identity = std::move(particulars);
  result.identity.emplace_back("store", options.store);
  result.identity.emplace_back("version", TAKEOVER_VERSION);
  result.identity.emplace_back("build", build_id());
  return result;
}

// What a run of a scenario has to share with the checkpoint that it is resumed from.
engine::Identity identity_of(const Options& options, const std::string& scenario) {
  const auto listed = [](const std::vector<std::string>& names) {
    return fmt::format("{}", fmt::join(names, " "));
  };
  return {{"scenario", scenario},
          {"scenario's source", source_of(scenario)},
          {"profile", options.profile},
          {"guards taken out", listed(options.without)},
          {"guards added", listed(options.with)},
          {"properties", listed(options.properties)},
          {"cross-check", options.cross_check ? "yes" : "no"},
          {"symmetry", options.symmetry ? "yes" : "no"},
          {"partial order", options.por ? "yes" : "no"}};
}

namespace {

// Before anything is explored: a reduction that would make a verdict wrong, or that does nothing for a
// scenario asked for by name.
void expect_reducible(const Options& options, const std::vector<spec::Scenario>& scenarios) {
  if (!options.symmetry && !options.por) return;
  const char* reduction = options.symmetry ? "--symmetry" : "--por";
  if (options.cross_check) {
    throw BadInput(
        fmt::format("takeover: command line: {} leaves transitions out, and --cross-check is about every one",
                    reduction));
  }
  for (const spec::Scenario& scenario : scenarios) {
    if (!spec::live_claims(scenario, live_properties_of(options)).empty()) {
      throw BadInput(fmt::format(
          "takeover: command line: liveness of {} cannot be judged under {}; name safety properties by --property",
          scenario.name, reduction));
    }
    if (options.symmetry && !options.arguments.empty() && scenario.interchangeable.empty()) {
      throw BadInput(fmt::format(
          "takeover: command line: {} declares nothing interchangeable; small-tables and small-equals do",
          scenario.name));
    }
  }
}

}  // namespace

int run_check(const Options& options) {
  const bool keeps = !options.checkpoint.empty() || !options.resume.empty();
  if (keeps && options.arguments.size() != 1) {
    throw BadInput("takeover: command line: a checkpoint is of one scenario; expected its name");
  }
  const impl::Rules rules = rules_of(options);
  const spec::PropertySet judged = properties_of(options);
  Json document = document_head("check", options);
  if (!options.properties.empty()) document["named_properties"] = options.properties;
  document["runs"] = Json::array();
  const auto scenarios = scenarios_of(options, options.cross_check ? "matrix" : "ci");
  expect_reducible(options, scenarios);
  expect_out_place(options.out);
  const auto relation = options.cross_check ? relation_of(options, rules) : nullptr;
  for (const spec::Scenario& scenario : scenarios) {
    model::NodeModel model(scenario, rules, judged, live_properties_of(options));
    if (relation) model.cross_check(relation);
    engine::Options engine_settings =
        engine_options(options, keeps ? identity_of(options, options.arguments.front()) : engine::Identity{});
    engine_settings.symmetry = options.symmetry && model.is_symmetric();
    engine_settings.partial_order = options.por;
    const ProgressLine line = progress_line(scenario.name, options.quiet);
    engine_settings.progress = line.print;
    engine_settings.progress_seconds = line.seconds;
    // Ctrl-C ends this command, not one scenario.
    const model::CheckResult result = interrupted()
                                          ? model::not_started(model, engine::StopReason::kInterrupted)
                                          : model::check(model, engine_settings);
    clear_progress_line(options.quiet);
    Json run = run_to_json(model, result, options, document);
    document["runs"].push_back(std::move(run));
    note_checkpoint(document, options, result.report.checkpoint_failure);
    add_reductions(document["runs"].back(), engine_settings);
  }
  add_unjudged(document);
  print_runs(document, options.format);
  return tell_not_written(document, exit_code_of(document));
}

}  // namespace takeover::cli
