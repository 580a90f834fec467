// takeover example: the engine's own example models, with the options and the output of check.
#include <fmt/format.h>

#include <optional>
#include <string>
#include <string_view>

#include "checker/cli/document.h"
#include "checker/cli/input.h"
#include "checker/cli/options.h"
#include "checker/cli/progress.h"
#include "checker/engine/explore.h"
#include "checker/examples/eight_puzzle.h"
#include "checker/examples/leader.h"
#include "checker/examples/peterson.h"
#include "checker/examples/philosophers.h"
#include "checker/examples/two_phase.h"
#include "checker/model/check.h"

namespace takeover::cli {
namespace {

// The steps of a trace by their names, and which process took each.
template <class M>
std::string steps_of(const M& model, const engine::Trace<M>& trace, const auto& process_of) {
  std::string steps;
  for (const auto& step : trace.steps) {
    steps += fmt::format("{}{}{}", steps.empty() ? "" : " ", model.action_kinds()[model.kind(step)],
                         process_of(step));
  }
  return steps;
}

template <class M>
Json property(const M& model, std::string_view id, const engine::Report<M>& report, std::uint64_t premise_met,
              const std::optional<engine::Trace<M>>& trace, const auto& process_of) {
  Json property{{"id", id}, {"kind", "safety"}};
  add_judged(property, model::judged_on(report, trace.has_value(), premise_met), premise_met);
  if (!trace) return property;
  property["counterexample"] = steps_of(model, *trace, process_of);
  property["length"] = trace->steps.size();
  return property;
}

template <class M>
int run(const M& model, const std::string& name, const Options& options, const auto& process_of) {
  engine::Options engine_settings =
      engine_options(options, {{"example", name},
                               {"variant", options.hasty ? "broken" : "as published"},
                               {"symmetry", options.symmetry ? "yes" : "no"},
                               {"partial order", options.por ? "yes" : "no"}});
  if (options.symmetry && !engine::SymmetricModel<M>) {
    throw BadInput(fmt::format("takeover: command line: {} declares no symmetry; two-phase-commit does",
                               options.arguments.front()));
  }
  if (options.por && !engine::ReducibleModel<M>) {
    throw BadInput(
        fmt::format("takeover: command line: {} declares no partial order; peterson and leader-election do",
                    options.arguments.front()));
  }
  engine_settings.symmetry = options.symmetry;
  engine_settings.partial_order = options.por;
  const ProgressLine line = progress_line(options.arguments.front(), options.quiet);
  engine_settings.progress = line.print;
  engine_settings.progress_seconds = line.seconds;
  const auto report = engine::explore(model, engine_settings);
  clear_progress_line(options.quiet);
  Json run{{"scenario", name}};
  run.update(exploration(report, options, model.action_kinds()));
  add_reductions(run, engine_settings);
  run["properties"] = Json::array();
  for (std::size_t i = 0; i < report.properties.size(); ++i) {
    const auto& result = report.properties[i];
    run["properties"].push_back(property(model, model.properties()[i], report, result.premise_met,
                                         result.counterexample, process_of));
  }
  run["properties"].push_back(
      property(model, spec::kDeadlockFree, report, report.states, report.deadlock, process_of));
  Json document = document_head("example");
  document["runs"] = Json::array({run});
  note_checkpoint(document, options, report.checkpoint_failure);
  print_runs(document, options.format);
  return tell_not_written(document, exit_code_of(document));
}

void expect_size(const Options& options, std::size_t least, std::size_t most) {
  if (options.size >= least && options.size <= most) return;
  const std::string range = least == most ? fmt::format("{}", least) : fmt::format("{} to {}", least, most);
  throw BadInput(
      fmt::format("takeover: command line: --size {} is out of range; expected {}", options.size, range));
}

}  // namespace

int run_example(const Options& options) {
  const std::string& kind = options.arguments.front();
  const std::string name = fmt::format("{}-{}", kind, options.size);
  if (kind == "two-phase-commit") {
    expect_size(options, 1, examples::TwoPhase::kMaxSize);
    return run(examples::TwoPhase(options.size, options.hasty), name, options,
               [](const auto& step) { return fmt::format("({})", step.rm); });
  }
  if (kind == "peterson") {
    expect_size(options, 2, examples::Peterson::kMaxSize);
    return run(examples::Peterson(options.size, options.hasty), name, options,
               [](const auto& step) { return fmt::format("({})", step.process); });
  }
  if (kind == "philosophers") {
    expect_size(options, 2, examples::Philosophers::kMaxSize);
    return run(examples::Philosophers(options.size, !options.hasty), name, options,
               [](const auto& step) { return fmt::format("({})", step.philosopher); });
  }
  if (kind == "leader-election") {
    expect_size(options, 2, examples::Leader::kMaxSize);
    return run(examples::Leader(options.size, options.hasty), name, options,
               [](const auto& step) { return fmt::format("({})", step.process); });
  }
  if (kind == "eight-puzzle") {
    if (options.hasty) throw BadInput("takeover: command line: eight-puzzle has no --broken variant");
    expect_size(options, 3, 3);
    return run(examples::EightPuzzle(), kind, options, [](const auto&) { return ""; });
  }
  throw BadInput(
      fmt::format("takeover: command line: no example '{}'; see `takeover list examples`", one_line(kind)));
}

}  // namespace takeover::cli
