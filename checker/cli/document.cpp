#include "checker/cli/document.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "checker/cli/escape.h"
#include "checker/cli/input.h"
#include "checker/cli/output.h"

namespace takeover::cli {
namespace {

std::string verdict_of(const Json& property) {
  return property["verdict"].get<std::string>();
}

// What a reader is told of one property, behind its verdict.
std::string remark(const Json& property) {
  if (property.contains("counterexample")) {
    const Json& run = property["counterexample"];
    return fmt::format("{} steps: {}", property["length"].get<std::size_t>(),
                       run.is_null() ? "cannot be written: " + property["not_written"].get<std::string>()
                                     : run.get<std::string>());
  }
  if (property.contains("why")) return property["why"].get<std::string>();
  return fmt::format("premise met {} times", property["premise_met"].get<std::uint64_t>());
}

std::string joined(const Json& names) {
  std::string text;
  for (const Json& name : names) text += (text.empty() ? "" : ", ") + name.get<std::string>();
  return text;
}

// What makes a run inconclusive although no property is: empty if nothing does.
std::string shortfall(const Json& run) {
  if (!run["complete"].get<bool>()) {
    return fmt::format("stopped by {}{}", run["stopped_by"].get<std::string>(),
                       run["explored"].get<bool>() ? " while liveness was judged" : "");
  }
  if (run.contains("unreached") && !run["unreached"].empty())
    return "never reached: " + joined(run["unreached"]);
  return "";
}

// A run that is shown under partial-order reduction is one, but there may be shorter ones.
std::string reductions(const Json& run) {
  std::string text;
  for (const Json& reduction : run.value("reductions", Json::array())) {
    const auto name = reduction.get<std::string>();
    text +=
        " under " + name + (name == "partial-order" ? " reduction (runs need not be shortest)" : "") + ",";
  }
  return text;
}

std::string render_run(const Json& run) {
  std::string text = fmt::format(
      "{}: {},{} {} states, {} transitions, depth {}, {:.1f} s, {} MiB, {:.0f} bytes per state\n",
      one_line(run["scenario"].get<std::string>()), run["complete"].get<bool>() ? "complete" : "INCOMPLETE",
      reductions(run), run["states"].get<std::uint64_t>(), run["transitions"].get<std::uint64_t>(),
      run["depth"].get<std::uint32_t>(), run["seconds"].get<double>(),
      run["peak_memory_bytes"].get<std::uint64_t>() >> 20U, run["bytes_per_state"].get<double>());
  for (const Json& property : run["properties"]) {
    const std::string verdict = verdict_of(property);
    if (verdict == "not-applicable") continue;
    text += fmt::format("  {:<13} {:<22} {}\n", verdict, property["id"].get<std::string>(),
                        one_line(remark(property)));
  }
  if (run.contains("never_fired") && !run["never_fired"].empty()) {
    text += fmt::format("  never fired: {}\n", joined(run["never_fired"]));
  }
  const std::string gap = shortfall(run);
  if (!gap.empty()) text += fmt::format("  {}\n", one_line(gap));
  return text;
}

// Says which properties were asked for by name, and no scenario is about: empty if there is none.
std::string unjudged(const Json& document) {
  std::string names;
  for (const Json& property : document.value("unjudged", Json::array())) {
    std::string about = joined(property["scenarios"]);
    about += property["scenarios"].empty()       ? "no built-in scenario is"
             : property["scenarios"].size() == 1 ? " is"
                                                 : " are";
    names += fmt::format("{}{} ({})", names.empty() ? "no scenario is about: " : ", ",
                         property["id"].get<std::string>(), about);
  }
  return names;
}

}  // namespace

Json document_head(std::string_view command) {
  return {{"tool", "takeover"}, {"version", TAKEOVER_VERSION}, {"command", command}};
}

Json document_head(std::string_view command, const Options& options) {
  Json head = document_head(command);
  head["profile"] = options.profile;
  head["guards_off"] = options.without;
  if (!options.with.empty()) head["guards_on"] = options.with;
  return head;
}

void add_judged(Json& json, const model::Judged& judged, std::uint64_t premise_met) {
  json["verdict"] = to_string(judged.verdict);
  json["reason"] = to_string(judged.reason);
  if (judged.reason != model::Reason::kJudged) json["why"] = why(judged);
  if (judged.verdict != model::Verdict::kNotApplicable) json["premise_met"] = premise_met;
}

void add_unjudged(Json& document) {
  Json unjudged = Json::array();
  for (const Json& named : document.value("named_properties", Json::array())) {
    const auto applies = [&](const Json& run) {
      return std::ranges::any_of(run["properties"], [&](const Json& property) {
        return property["id"] == named && verdict_of(property) != "not-applicable";
      });
    };
    if (std::ranges::any_of(document["runs"], applies)) continue;
    unjudged.push_back({{"id", named}, {"scenarios", scenarios_about(named.get<std::string>())}});
  }
  if (!unjudged.empty()) document["unjudged"] = std::move(unjudged);
}

void add_reductions(Json& run, const engine::Options& options) {
  if (!options.symmetry && !options.partial_order) return;
  run["reductions"] = Json::array();
  if (options.symmetry) run["reductions"].push_back("symmetry");
  if (options.partial_order) run["reductions"].push_back("partial-order");
}

std::optional<std::string> leave_file(Json& document, const std::string& path, std::string_view text) {
  auto reason = write_file(path, text);
  if (reason) note_not_written(document, path, *reason);
  return reason;
}

void note_not_written(Json& document, const std::string& file, const std::string& reason) {
  document["not_written"].push_back({{"file", file}, {"reason", reason}});
}

void note_checkpoint(Json& document, const Options& options, std::string_view failure) {
  if (failure.empty()) return;
  // The document names the file, and what it is about, once.
  for (const std::string& known :
       {options.checkpoint + ": ", std::string("the checkpoint cannot be written: ")}) {
    if (failure.starts_with(known)) failure.remove_prefix(known.size());
  }
  note_not_written(document, options.checkpoint, std::string(failure));
}

int tell_not_written(const Json& document, int code) {
  if (!document.contains("not_written")) return code;
  flush_output();
  for (const Json& lost : document["not_written"]) {
    print_error(fmt::format("takeover: {}: cannot be written: {}", lost["file"].get<std::string>(),
                            lost["reason"].get<std::string>()));
  }
  return code == kViolation ? kViolation : kInternal;
}

int exit_code_of(const Json& document) {
  bool inconclusive = false;
  for (const Json& run : document["runs"]) {
    for (const Json& property : run["properties"]) {
      if (verdict_of(property) == "violated") return kViolation;
      inconclusive = inconclusive || verdict_of(property) == "inconclusive";
    }
    inconclusive = inconclusive || !shortfall(run).empty();
  }
  return inconclusive || !unjudged(document).empty() ? kInconclusive : kAllHolds;
}

std::string render_text(const Json& document) {
  std::string text;
  std::uint64_t states = 0;
  std::size_t violated = 0;
  bool complete = true;
  for (const Json& run : document["runs"]) {
    text += render_run(run);
    states += run["states"].get<std::uint64_t>();
    complete = complete && run["complete"].get<bool>();
    violated += static_cast<std::size_t>(
        std::ranges::count_if(run["properties"], [](const Json& p) { return verdict_of(p) == "violated"; }));
  }
  if (const std::string gap = unjudged(document); !gap.empty()) {
    text += one_line(gap) + "\n";
  }
  const int code = exit_code_of(document);
  const char* summary = code == kViolation      ? "violated"
                        : code == kInconclusive ? "inconclusive"
                                                : "every property holds";
  text += fmt::format(
      "{}{}: {} ({}), {} scenarios, {} states, {} violations\n", document["command"].get<std::string>(),
      document.contains("profile") ? " " + document["profile"].get<std::string>() : "", summary,
      complete ? "complete" : "INCOMPLETE", document["runs"].size(), states, violated);
  return text;
}

std::string render_junit(const Json& document) {
  std::string suites;
  for (const Json& run : document["runs"]) {
    std::string cases;
    std::size_t tests = 0;
    std::size_t failures = 0;
    std::size_t errors = 0;
    const std::string scenario = xml(run["scenario"].get<std::string>());
    const auto add = [&](const std::string& name, const std::string& verdict, const std::string& message) {
      ++tests;
      cases += fmt::format("    <testcase classname=\"{}\" name=\"{}\">", scenario, xml(name));
      if (verdict == "violated") {
        ++failures;
        cases += fmt::format("<failure message=\"{}\"/>", xml(message));
      } else if (verdict == "inconclusive") {
        ++errors;
        cases += fmt::format("<error message=\"{}\"/>", xml(message));
      } else if (verdict == "not-applicable") {
        cases += fmt::format("<skipped message=\"{}\"/>", xml(message));
      }
      cases += "</testcase>\n";
    };
    for (const Json& property : run["properties"]) {
      add(property["id"].get<std::string>(), verdict_of(property), remark(property));
    }
    const std::string gap = shortfall(run);
    add("exploration", gap.empty() ? "holds" : "inconclusive", gap);
    suites += fmt::format(
        "  <testsuite name=\"{}\" tests=\"{}\" failures=\"{}\" errors=\"{}\" time=\"{:.3f}\">\n{}", scenario,
        tests, failures, errors, run["seconds"].get<double>(), cases);
    suites += "  </testsuite>\n";
  }
  const auto add_error = [&](const char* name, const std::string& message) {
    suites += fmt::format(
        "  <testsuite name=\"takeover\" tests=\"1\" failures=\"0\" errors=\"1\">\n"
        "    <testcase classname=\"takeover\" name=\"{}\"><error message=\"{}\"/></testcase>\n  </testsuite>\n",
        name, xml(message));
  };
  if (const std::string gap = unjudged(document); !gap.empty()) add_error("judged", gap);
  for (const Json& lost : document.value("not_written", Json::array())) {
    add_error("written", lost["file"].get<std::string>() + ": " + lost["reason"].get<std::string>());
  }
  return fmt::format(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"takeover\">\n{}</testsuites>\n",
      suites);
}

std::string render_github(const Json& document) {
  std::string text;
  const auto annotate = [&](const char* level, const std::string& title, const std::string& message) {
    text += fmt::format("::{} title={}::{}\n", level, github_property(title), github_data(message));
  };
  for (const Json& run : document["runs"]) {
    const auto scenario = run["scenario"].get<std::string>();
    for (const Json& property : run["properties"]) {
      const std::string verdict = verdict_of(property);
      if (verdict != "violated" && verdict != "inconclusive") continue;
      const auto id = property["id"].get<std::string>();
      annotate(verdict == "violated" ? "error" : "warning", fmt::format("{} {} in {}", id, verdict, scenario),
               remark(property));
    }
    const std::string gap = shortfall(run);
    if (!gap.empty()) annotate("warning", "inconclusive: " + scenario, gap);
  }
  if (const std::string gap = unjudged(document); !gap.empty()) {
    annotate("warning", "inconclusive", gap);
  }
  for (const Json& lost : document.value("not_written", Json::array())) {
    annotate("error", lost["file"].get<std::string>() + " cannot be written",
             lost["reason"].get<std::string>());
  }
  return text;
}

void print_rendered(const Json& document, Format format, const Rendered& as) {
  switch (format) {
    case Format::kJson: return print_document(json_text(document));
    case Format::kJunit: return print_document(as.junit());
    case Format::kGithub: print_document(as.github()); return print_text(as.text());
    case Format::kText: return print_text(as.text());
  }
}

void print_runs(const Json& document, Format format) {
  print_rendered(document, format,
                 {.junit = [&] { return render_junit(document); },
                  .github = [&] { return render_github(document); },
                  .text = [&] { return render_text(document); }});
}

}  // namespace takeover::cli
