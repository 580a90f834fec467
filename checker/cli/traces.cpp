// The commands about traces: replay, show.
#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "checker/cli/document.h"
#include "checker/cli/escape.h"
#include "checker/cli/input.h"
#include "checker/cli/learn_report.h"
#include "checker/cli/options.h"
#include "checker/cli/output.h"
#include "checker/cli/place.h"
#include "checker/runs/relation_replay.h"
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

// What the trace says of a property, and what the replay found.
Json claim_of(const traces::Finding& finding) {
  if (finding.kind == traces::Finding::Kind::kNotAsked) return nullptr;
  Json json{{"property", finding.property},
            {"verdict", nullptr},
            {"found", traces::to_string(finding.kind)},
            {"step", nullptr},
            {"why", nullptr}};
  if (!finding.claimed.empty()) json["verdict"] = finding.claimed;
  if (finding.step) json["step"] = *finding.step;
  if (!finding.why.empty()) json["why"] = finding.why;
  return json;
}

bool is_open(const Json& trace) {
  const Json& claim = trace["claim"];
  return !claim.is_null() && claim["found"] == "not-judged";
}

Json verdict_of(const std::string& file, const runs::BothVerdicts& both) {
  const runs::RelationVerdict& relation = both.relation;
  Json json{{"file", file},
            {"implementation", both.implementation.conforms ? "conforms" : "diverges"},
            {"smt", to_string(relation.kind)},
            {"step", nullptr},
            {"path", nullptr},
            {"expected", nullptr},
            {"actual", nullptr},
            {"smt_divergence", nullptr},
            {"smt_why", nullptr},
            {"malformed", nullptr},
            {"claim", claim_of(both.implementation.finding)},
            {"remarks", both.implementation.remarks}};
  if (!both.implementation.conforms) json.update(place_of(both.implementation));
  if (relation.kind == runs::RelationVerdict::Kind::kDiverges) json["smt_divergence"] = place_of(relation);
  if (relation.kind == runs::RelationVerdict::Kind::kNotApplicable) json["smt_why"] = relation.why;
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

// What was learned, each thing between these.
std::string learned_from(const Json& trace, std::string_view before, std::string_view behind) {
  std::string text;
  const auto learned = trace.find("learned");
  if (learned == trace.end() || learned->is_null()) return text;
  for (const std::string& line : lines_on_learned(trace))
    text += fmt::format("{}{}{}", before, one_line(line), behind);
  return text;
}

// Both sides, as far as they diverge.
std::string remark_on(const Json& trace) {
  std::string remark;
  if (trace["implementation"] == "diverges") remark = "the implementation at " + in_words(trace);
  if (trace["smt"] == "diverges") {
    remark +=
        (remark.empty() ? "the relation at " : "; the relation at ") + in_words(trace["smt_divergence"]);
  }
  return remark;
}

// What was not judged, behind a trace that conforms.
std::string reservations_on(const Json& trace) {
  std::string text;
  if (is_open(trace)) {
    text += fmt::format("; not judged: {} ({})", trace["claim"]["property"].get<std::string>(),
                        trace["claim"]["why"].get<std::string>());
  }
  for (const Json& remark : trace["remarks"]) text += "; " + remark.get<std::string>();
  return text;
}

std::string line_on(const Json& trace) {
  const std::string file = one_line(trace["file"].get<std::string>());
  if (diverges(trace)) return fmt::format("{}: diverges: {}\n", file, one_line(remark_on(trace)));
  const std::string reservations = one_line(reservations_on(trace));
  if (trace["smt"] == "conforms") return fmt::format("{}: conforms{}\n", file, reservations);
  return fmt::format("{}: conforms (the relation was not asked: {}){}\n", file,
                     one_line(trace["smt_why"].get<std::string>()), reservations);
}

// For one line.
std::string remark_and_learned(const Json& trace) {
  return remark_on(trace) + learned_from(trace, "; ", "");
}

// Why a trace has no verdict: it is none, or says what a replay cannot judge.
std::optional<std::string> error_of(const Json& trace) {
  if (is_malformed(trace)) return trace["malformed"].get<std::string>();
  if (diverges(trace) || !is_open(trace)) return std::nullopt;
  return fmt::format("not judged: {} ({})", trace["claim"]["property"].get<std::string>(),
                     trace["claim"]["why"].get<std::string>());
}

std::string junit_of(const Json& traces) {
  std::string cases;
  for (const Json& trace : traces) {
    std::string inside;
    if (diverges(trace)) inside = fmt::format("<failure message=\"{}\"/>", xml(remark_and_learned(trace)));
    if (const auto error = error_of(trace)) inside = fmt::format("<error message=\"{}\"/>", xml(*error));
    std::string remarks;
    for (const Json& remark : trace["remarks"]) remarks += xml(remark.get<std::string>()) + "\n";
    if (!remarks.empty()) inside += fmt::format("<system-out>{}</system-out>", remarks);
    cases += fmt::format("    <testcase classname=\"replay\" name=\"{}\">{}</testcase>\n",
                         xml(trace["file"].get<std::string>()), inside);
  }
  const auto has_error = [](const Json& trace) { return error_of(trace).has_value(); };
  return fmt::format(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"takeover\">\n"
      "  <testsuite name=\"replay\" tests=\"{}\" failures=\"{}\" errors=\"{}\">\n{}  </testsuite>\n"
      "</testsuites>\n",
      traces.size(), std::ranges::count_if(traces, diverges), std::ranges::count_if(traces, has_error),
      cases);
}

std::string github_of(const Json& traces) {
  std::string text;
  const auto annotate = [&](const Json& trace, const char* level, const char* what,
                            const std::string& message) {
    const std::string title = fmt::format("{} {}", trace["file"].get<std::string>(), what);
    text += fmt::format("::{} title={}::{}\n", level, github_property(title), github_data(message));
  };
  for (const Json& trace : traces) {
    if (diverges(trace)) annotate(trace, "error", "diverges", remark_and_learned(trace));
    if (const auto error = error_of(trace)) {
      annotate(trace, is_malformed(trace) ? "error" : "warning",
               is_malformed(trace) ? "is malformed" : "is not judged", *error);
    }
  }
  return text;
}

std::string text_of(const Json& traces) {
  std::string text;
  for (const Json& trace : traces) {
    if (!is_malformed(trace)) text += line_on(trace) + learned_from(trace, "  ", "\n");
  }
  return text;
}

// A file that is no trace does not keep the others from their verdicts.
Json replay_of(const std::string& file, bool learn) {
  const auto trace = traces::read_trace_file(file);
  Json json = trace ? verdict_of(file, runs::replay_twice(*trace)) : malformed(file, trace.error().to_line());
  if (learn) json["learned"] = trace ? learned_of(*trace) : Json(nullptr);
  return json;
}

}  // namespace

int run_replay(const Options& options) {
  Json document = document_head("replay");
  Json& traces = document["traces"] = Json::array();
  for (const std::string& argument : options.arguments) {
    const auto files = trace_files_of(argument);
    if (!files) traces.push_back(malformed(argument, files.error().to_line()));
    for (const std::string& file : files ? *files : std::vector<std::string>()) {
      traces.push_back(replay_of(file, options.learn));
    }
  }
  print_rendered(document, options.format,
                 {.junit = [&] { return junit_of(traces); },
                  .github = [&] { return github_of(traces); },
                  .text = [&] { return text_of(traces); }});
  // As for every other input that is wrong: one line on stderr.
  for (const Json& trace : traces) {
    if (is_malformed(trace)) print_error(trace["malformed"].get<std::string>());
  }
  if (std::ranges::any_of(traces, diverges)) return kViolation;
  if (std::ranges::any_of(traces, is_malformed)) return kBadInput;
  return std::ranges::any_of(traces, is_open) ? kInconclusive : kAllHolds;
}

int run_show(const Options& options) {
  const traces::Trace trace = trace_of(options.arguments.front());
  switch (options.view) {
    case View::kJson: print_document(json_text(traces::normalised(trace))); break;
    case View::kMermaid: print_text(traces::show_mermaid(trace)); break;
    case View::kText: print_text(traces::show_text(trace));
  }
  return kAllHolds;
}

}  // namespace takeover::cli
