// takeover explain: logs in, verdicts out.
#include "checker/logs/explain.h"

#include <fmt/format.h>
#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <limits>
#include <map>
#include <set>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "checker/cli/document.h"
#include "checker/cli/escape.h"
#include "checker/cli/explain_report.h"
#include "checker/cli/input.h"
#include "checker/cli/options.h"
#include "checker/cli/output.h"
#include "checker/cli/progress.h"
#include "checker/engine/memory.h"
#include "checker/logs/read.h"
#include "spec/properties/liveness.h"
#include "traces/record.h"

namespace takeover::cli {
namespace {

// A log ends: what must come in the end cannot be judged by it.
void expect_judgeable(const Options& options) {
  for (const std::string& id : options.properties) {
    if (!spec::live_property_named(id) && id != spec::kDeadlockFree) continue;
    throw BadInput(fmt::format(
        "takeover: command line: {} cannot be judged by a log, which ends; expected a safety property, or `takeover check`",
        id));
  }
}

std::vector<logs::NodeLogs> logs_of(const Options& options) {
  std::vector<logs::NodeLogs> nodes;
  for (const std::string& path : options.arguments) nodes.push_back({.node = {}, .paths = {path}});
  std::map<std::string, std::size_t> named;  // in nodes
  for (const std::string& node : options.nodes) {
    const std::size_t equals = node.find('=');
    if (equals == std::string::npos || equals == 0 || equals + 1 == node.size()) {
      throw BadInput(fmt::format("takeover: command line: --node {}; expected NAME=LOG", one_line(node)));
    }
    const auto [place, is_first] = named.emplace(node.substr(0, equals), nodes.size());
    if (is_first) nodes.push_back({.node = place->first, .paths = {}});
    nodes[place->second].paths.push_back(node.substr(equals + 1));
  }
  if (nodes.empty()) throw BadInput("takeover: command line: no log; expected LOG, or --node NAME=LOG");
  return nodes;
}

logs::ExplainOptions explain_options(const Options& options) {
  logs::ExplainOptions result{.search = {.rules = rules_of(options), .judged = properties_of(options)}};
  logs::SearchOptions& search = result.search;
  search.gap = options.gap;
  if (options.max_states != std::numeric_limits<std::uint64_t>::max()) search.max_states = options.max_states;
  if (options.max_seconds < std::numeric_limits<double>::infinity()) {
    search.max_seconds = options.max_seconds;
    result.remedy_seconds = std::min(result.remedy_seconds, options.max_seconds);
  }
  search.stop = &interrupted();
  result.max_memory_bytes = std::min(options.max_memory, engine::attainable_memory() / 10 * 9);
  return result;
}

// Where the run of a history's stretch goes; no two to the same place.
std::string trace_path(const Options& options, const logs::History& history, std::size_t stretch,
                       std::string_view verdict, std::set<std::string>& taken) {
  std::string name = file_name_of(history.node) + "." + file_name_of(history.changefeed);
  if (history.life > 1) name += fmt::format(".life-{}", history.life);
  if (stretch > 1) name += fmt::format(".stretch-{}", stretch);
  std::string distinct = name;
  if (taken.contains(name)) distinct += fmt::format(".{}", kind_of(history));
  for (int i = 2; !taken.insert(distinct).second; ++i) distinct = fmt::format("{}-{}", name, i);
  return fmt::format("{}/{}.{}.trace.json", options.out, distinct, verdict);
}

void leave_one_run(const Options& options, const logs::Logs& logs, const logs::History& history,
                   const logs::Explanation& explanation, std::size_t stretch, std::set<std::string>& taken,
                   Json& document) {
  Json& json = document["histories"].back();
  const bool is_refuted = std::holds_alternative<logs::Refuted>(explanation.outcome.verdict);
  const traces::Header header{.profile = options.profile,
                              .guards_off = options.without,
                              .guards_on = options.with,
                              .tool_version = TAKEOVER_VERSION};
  const std::string path = trace_path(options, history, stretch, is_refuted ? "refuted" : "explained", taken);
  const auto leave_out = [&](const std::string& reason) {
    note_not_written(document, path, reason);
    json["not_written"] = reason;
  };
  // A verdict does not depend on whether its run can be told.
  std::string text;
  try {
    text = traces::to_text(logs::trace_of(history, explanation, logs.files, header));
  } catch (const std::logic_error& failure) {
    return leave_out(fmt::format("internal failure: {}", failure.what()));
  }
  if (text.size() > spec::kMaxFileBytes) {
    return leave_out(fmt::format("it has more than {} bytes, and nobody would read it", spec::kMaxFileBytes));
  }
  if (const auto lost = leave_file(document, path, text)) {
    json["not_written"] = *lost;
  } else {
    json["trace"] = path;
  }
}

// Of a log that misses something each stretch has a run of its own; the last is that of the history, if there
// is one.
void leave_run(const Options& options, const logs::Logs& logs, const logs::History& history,
               const logs::Explanation& explanation, std::set<std::string>& taken, Json& document) {
  const logs::Outcome& outcome = explanation.outcome;
  Json& json = document["histories"].back();
  const auto keep_earlier = [&] {
    if (!json["trace"].is_null()) json["earlier_traces"].push_back(std::exchange(json["trace"], nullptr));
  };
  std::size_t stretch = 0;
  const auto leave = [&](const logs::Explanation& run) {
    keep_earlier();
    leave_one_run(options, logs, history, run, ++stretch, taken, document);
  };
  const auto leave_each = [&](const std::vector<logs::Stretch>& stretches) {
    for (const logs::Stretch& each : stretches) leave(of_stretch(explanation, each));
  };
  if (outcome.before) leave_each(outcome.before->stretches);
  if (const auto* explained = std::get_if<logs::Explained>(&outcome.verdict)) {
    return explained->stretches.empty() ? leave(explanation) : leave_each(explained->stretches);
  }
  if (std::holds_alternative<logs::Refuted>(outcome.verdict)) return leave(explanation);
  keep_earlier();
}

// A line that is redrawn, or one every so often: which line of the log the search is at.
class Progress {
 public:
  Progress(std::string what, const logs::History& history, bool quiet)
      : what_(std::move(what)), lines_(history.lines.size()), line_(quiet ? LinePrinter{} : line_printer()) {}

  void operator()(std::size_t line, std::uint64_t states) {
    const auto now = std::chrono::steady_clock::now();
    if (!line_.print || std::chrono::duration<double>(now - last_).count() < line_.seconds) return;
    last_ = now;
    line_.print(fmt::format("{}: line {} of {}, {} states, {} MiB", one_line(what_), line, lines_, states,
                            engine::resident_memory() >> 20U));
  }

 private:
  std::string what_;
  std::size_t lines_;
  LinePrinter line_;
  std::chrono::steady_clock::time_point last_ = std::chrono::steady_clock::now();
};

// As for every other input that is wrong: a line each on stderr. A file of another kind is wrong in each
// line.
void tell_malformed(const Json& malformed) {
  constexpr std::size_t kTold = 20;
  for (std::size_t i = 0; i < malformed.size() && i < kTold; ++i)
    print_error(malformed[i].get<std::string>());
  if (malformed.size() > kTold) {
    print_error(fmt::format("takeover: {} more of these; --format json has all", malformed.size() - kTold));
  }
}

std::uint64_t peak_memory() {
  rusage usage{};
  if (::getrusage(RUSAGE_SELF, &usage) != 0) return 0;
  return static_cast<std::uint64_t>(usage.ru_maxrss) * 1024;
}

}  // namespace

int run_explain(const Options& options) {
  expect_judgeable(options);
  const std::vector<logs::NodeLogs> nodes = logs_of(options);
  logs::ExplainOptions settings = explain_options(options);
  expect_out_place(options.out);
  const logs::Logs logs = logs::read(nodes, {.changefeed = options.changefeed, .node_key = options.node_key});
  Json document = explain_document(options, logs);
  std::set<std::string> taken;
  for (const logs::History& history : logs.histories) {
    settings.search.progress = Progress(name_of_history(logs, history), history, options.quiet);
    const logs::Explanation explanation = logs::explain(history, settings);
    settings.remedy_seconds = std::max(0.0, settings.remedy_seconds - explanation.remedy_seconds);
    clear_progress_line(options.quiet);
    add_history(logs, history, explanation, document);
    leave_run(options, logs, history, explanation, taken, document);
  }
  document["peak_memory_bytes"] = peak_memory();
  print_explained(document, options.format);
  tell_malformed(document["malformed"]);
  return tell_not_written(document, exit_code_of_explained(document));
}

}  // namespace takeover::cli
