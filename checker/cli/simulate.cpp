// takeover simulate: one random run, and what of it can be judged on a run.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <string>
#include <string_view>
#include <vector>

#include "checker/cli/document.h"
#include "checker/cli/escape.h"
#include "checker/cli/input.h"
#include "checker/cli/options.h"
#include "checker/cli/output.h"
#include "checker/cli/progress.h"
#include "checker/engine/random_walk.h"
#include "checker/logs/log_run.h"
#include "checker/model/node_model.h"
#include "checker/runs/judge_run.h"
#include "checker/runs/recording.h"
#include "traces/record.h"

namespace takeover::cli {
namespace {

// What was asked for by name must be something that a run of this scenario can be judged by.
void expect_judgeable(const Options& options, const spec::Scenario& scenario) {
  for (const std::string& id : options.properties) {
    if (spec::live_property_named(id)) {
      throw BadInput(fmt::format(
          "takeover: command line: {} is liveness, which no run that ends can be judged by; expected a safety property, or `takeover check`",
          id));
    }
    const auto property = spec::property_named(id);
    if (!property || scenario.properties[static_cast<std::size_t>(*property)]) continue;
    const auto about = scenarios_about(id);
    throw BadInput(fmt::format(
        "takeover: command line: {} is not about {}; {}", scenario.name, id,
        about.empty() ? "no built-in scenario is"
                      : fmt::format("{} {}", fmt::join(about, ", "), about.size() == 1 ? "is" : "are")));
  }
}

std::string render(const std::string& scenario, const Options& options, std::size_t steps, bool cut_short,
                   const runs::RunFindings& findings) {
  const auto listed = [](const std::vector<std::string>& names) { return fmt::join(names, ", "); };
  std::string text =
      fmt::format("{}: seed {}, {} steps{}, {}\n", one_line(scenario), options.seed, steps,
                  cut_short ? " (cut short by an interrupt)" : "",
                  findings.violated.empty() ? "no property violated on this run"
                                            : fmt::format("violates {}", listed(findings.violated)));
  if (!findings.kept.empty()) text += fmt::format("  judged, and not violated: {}\n", listed(findings.kept));
  if (!findings.idle.empty()) {
    text += fmt::format("  premise not met on this run: {}\n", listed(findings.idle));
  }
  return text;
}

// Lines of two threads may stand in either order, by so many lines.
constexpr std::size_t kMostDelay = 2;

void leave_logs(Json& document, const Options& options, const model::NodeModel& model,
                const engine::Trace<model::NodeModel>& run) {
  for (const impl::NodeId node : model.scenario().nodes) {
    const logs::WrittenLogs written =
        logs::log_run(model, run, node, {.seed = options.seed, .most_delay = kMostDelay});
    const std::string file = options.log + "/" + file_name_of(model.scenario().names.of(node));
    leave_file(document, file + ".log", written.text);
    leave_file(document, file + ".messages.jsonl", written.messages);
    leave_file(document, file + ".ids.json", written.ids.dump(1) + "\n");
  }
}

}  // namespace

int run_simulate(const Options& options) {
  const spec::Scenario scenario = scenario_of(options.arguments.front());
  const model::NodeModel model(scenario, rules_of(options), properties_of(options));
  expect_judgeable(options, scenario);
  if (!options.record.empty()) expect_record_place(options.record);
  if (!options.log.empty()) expect_folder("--log", options.log);
  const auto run = engine::random_walk(model, options.seed, options.steps, &interrupted());
  const bool cut_short = interrupted() && run.steps.size() < options.steps &&
                         runs::goes_on(model, run.steps.empty() ? run.initial : run.steps.back().state);
  const runs::RunFindings findings = runs::judge_run(model, run);
  const bool violates = !findings.violated.empty();
  print_text(render(scenario.name, options, run.steps.size(), cut_short, findings));
  Json document = document_head("simulate");
  if (!options.record.empty()) {
    const std::string_view why = violates ? traces::violation_of(findings.violated.front()) : "";
    const traces::Header header{.profile = options.profile,
                                .guards_off = options.without,
                                .guards_on = options.with,
                                .property = violates ? findings.violated.front() : "",
                                .verdict = violates ? "violated" : "",
                                .why = std::string(why),
                                .tool_version = TAKEOVER_VERSION,
                                .seed = options.seed};
    leave_file(document, options.record, traces::to_text(runs::record_run(model, run, header)));
  }
  if (!options.log.empty()) leave_logs(document, options, model, run);
  // What was asked for by name, and had nothing to say, was not judged.
  const bool unjudged = !options.properties.empty() && !findings.idle.empty();
  const int code = violates ? kViolation : cut_short || unjudged ? kInconclusive : kAllHolds;
  return tell_not_written(document, code);
}

}  // namespace takeover::cli
