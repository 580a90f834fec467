// What `explain` found, in text, JUnit and GitHub's annotations.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "checker/cli/escape.h"
#include "checker/cli/explain_report.h"
#include "checker/cli/input.h"
#include "checker/cli/output.h"

namespace takeover::cli {
namespace {

constexpr const char* kBeforeGap = "before a gap: ";

std::string text_at(const Json& json, const char* key) {
  return json[key].get<std::string>();
}

std::uint64_t count_at(const Json& json, const char* key) {
  return json[key].get<std::uint64_t>();
}

std::string place_words(const Json& place) {
  if (place.is_null()) return "the end";
  return fmt::format("{}:{}", text_at(place, "file"), count_at(place, "line"));
}

std::string counted(std::uint64_t count, std::string_view what) {
  return fmt::format("{} {}{}", count, what, count == 1 ? "" : "s");
}

// Those of the properties with this verdict.
std::vector<std::string> with_verdict(const Json& history, std::string_view verdict) {
  std::vector<std::string> ids;
  for (const Json& property : history["properties"]) {
    if (property["verdict"] == verdict) ids.push_back(text_at(property, "id"));
  }
  return ids;
}

std::vector<std::string> violated_in_all(const Json& history, bool is_confirmed) {
  std::vector<std::string> ids;
  for (const Json& property : history["properties"]) {
    if (property["verdict"] == "violated-in-all" && property["confirmed"] == is_confirmed) {
      ids.push_back(text_at(property, "id"));
    }
  }
  return ids;
}

std::string change_words(const Json& change) {
  return fmt::format("{} {}{}", change["change"] == "put-in" ? "with" : "without",
                     change["kind"] == "variant" ? "the variant " : "", text_at(change, "name"));
}

// What of a refuted history a reader is told, a line each.
std::vector<std::string> refutation_words(const Json& refuted) {
  std::vector<std::string> lines;
  lines.push_back(refuted["after"].is_null()
                      ? "nothing before it is explained"
                      : fmt::format("explained up to {}", place_words(refuted["after"])));
  for (const Json& instead : refuted["instead"]) {
    lines.push_back("could have come instead: " + instead.get<std::string>());
  }
  for (const Json& change : refuted["changes"]) {
    lines.push_back(fmt::format(
        "{} {}", change_words(change),
        change["explains_all"].get<bool>() ? "all lines are explained" : "this line is explained"));
  }
  for (const Json& profile : refuted["profiles"]) {
    lines.push_back(fmt::format("under the profile {} all lines are explained", profile.get<std::string>()));
  }
  const std::uint64_t tried = count_at(refuted, "tried");
  const std::uint64_t to_try = count_at(refuted, "to_try");
  if (tried < to_try) {
    lines.push_back(fmt::format("{} of {} single changes and profiles were tried", tried, to_try));
  } else if (refuted["changes"].empty() && refuted["profiles"].empty()) {
    lines.emplace_back("no single change of the rules, and no profile, explains this line");
  }
  if (refuted["may_miss_its_begin"].get<bool>()) {
    lines.emplace_back("no line says that the process begins here; if it does not, --gap takes it so");
  }
  return lines;
}

// One line, with what decides the verdict.
std::string verdict_words(const Json& history) {
  const std::string verdict = text_at(history, "verdict");
  if (verdict == "refuted") {
    const Json& refuted = history["refuted"];
    return fmt::format("REFUTED at {}: {}", place_words(refuted), text_at(refuted, "text"));
  }
  if (verdict == "inconclusive") {
    return fmt::format("INCONCLUSIVE: stopped by {} at {}", text_at(history, "stopped_by"),
                       place_words(history["reached"]));
  }
  return fmt::format("explained by {}, {} of them unseen", counted(count_at(history, "steps"), "step"),
                     count_at(history, "unseen"));
}

std::string listed(const Json& counts) {
  std::vector<std::string> words;
  for (const auto& [name, count] : counts.items()) words.push_back(fmt::format("{} {}", name, count.dump()));
  return fmt::format("{}", fmt::join(words, ", "));
}

void add_properties(const Json& history, const char* verdict, const std::string& words,
                    std::vector<std::string>& lines) {
  const auto ids = with_verdict(history, verdict);
  if (!ids.empty()) lines.push_back(fmt::format("{}: {}", words, fmt::join(ids, ", ")));
}

void add_violated(const Json& history, const std::string& where, std::vector<std::string>& lines) {
  const auto add = [&](const std::vector<std::string>& ids, std::string_view words) {
    if (!ids.empty()) lines.push_back(fmt::format("{}{}: {}", where, words, fmt::join(ids, ", ")));
  };
  add(violated_in_all(history, true), "VIOLATED in every explanation as short as this");
  add(violated_in_all(history, false), "VIOLATED, not confirmed, in every explanation as short as this");
  add(with_verdict(history, "violated-in-some"), "VIOLATED in some explanations as short as this");
}

std::vector<std::string> explained_words(const Json& history) {
  std::vector<std::string> lines;
  if (!history["unseen_steps"].empty()) {
    lines.push_back("unseen: " + listed(history["unseen_steps"]));
  }
  for (const Json& assumed : history["assumed"]) {
    lines.push_back(fmt::format("assumed: {} ({})", text_at(assumed, "meaning"), count_at(assumed, "count")));
  }
  for (const Json& variant : history["variants"]) {
    lines.push_back(fmt::format("leans on the variant {}", variant.get<std::string>()));
  }
  if (const std::uint64_t stage = count_at(history, "stage"); stage > 0) {
    lines.push_back(
        fmt::format("found by stage {} of the search, which guesses beyond what lines ask for", stage));
  }
  if (const std::uint64_t worlds = count_at(history, "worlds"); worlds > 1) {
    lines.push_back(fmt::format("{} ends of the node are as good", worlds));
  }
  add_violated(history, "", lines);
  add_properties(history, "violated-in-none",
                 history["confirmed"].get<bool>()
                     ? "not violated in any explanation as short as this"
                     : "not violated, not confirmed, in any explanation as short as this",
                 lines);
  lines.push_back(fmt::format("properties whose premise is not met: {}; not judged: {}",
                              with_verdict(history, "not-applicable").size(),
                              with_verdict(history, "not-judged").size()));
  return lines;
}

std::vector<std::string> details_of(const Json& history) {
  const std::string verdict = text_at(history, "verdict");
  std::vector<std::string> lines;
  if (verdict == "explained") lines = explained_words(history);
  if (verdict == "refuted") lines = refutation_words(history["refuted"]);
  if (verdict != "explained") add_violated(history, kBeforeGap, lines);
  for (const Json& trace : history.value("earlier_traces", Json::array())) {
    lines.push_back("the run before a gap: " + one_line(trace.get<std::string>()));
  }
  if (!history["trace"].is_null()) {
    lines.push_back(fmt::format("{}: {}", verdict == "refuted" ? "the run up to there" : "the run",
                                text_at(history, "trace")));
  }
  if (history.contains("not_written")) {
    lines.push_back("the run cannot be written: " + text_at(history, "not_written"));
  }
  return lines;
}

std::string summary(const Json& document) {
  std::size_t explained = 0;
  std::size_t refuted = 0;
  std::size_t violated = 0;
  std::size_t violated_before_gap = 0;
  const Json& histories = document["histories"];
  for (const Json& history : histories) {
    const bool is_explained = history["verdict"] == "explained";
    if (is_explained) ++explained;
    if (history["verdict"] == "refuted") ++refuted;
    if (!with_verdict(history, "violated-in-all").empty()) ++(is_explained ? violated : violated_before_gap);
  }
  std::string text =
      fmt::format("explain {}: {} ({} explained, {} of them with a violation; {} refuted, {} inconclusive",
                  text_at(document, "profile"),
                  histories.size() == 1 ? "1 history" : fmt::format("{} histories", histories.size()),
                  explained, violated, refuted, histories.size() - explained - refuted);
  if (violated_before_gap != 0) {
    text += fmt::format(", {} of these with a violation before a gap", violated_before_gap);
  }
  return text + ")\n";
}

// The first few say what is wrong with the clocks; the document has all.
std::string clocks_text(const Json& clocks) {
  constexpr std::size_t kShown = 3;
  std::string text;
  for (std::size_t i = 0; i < clocks.size() && i < kShown; ++i) {
    const Json& clock = clocks[i];
    text += one_line(fmt::format("clocks: {} is received, by them, {} us before it is sent at {}",
                                 place_words(clock["received"]), clock["by_us"].dump(),
                                 place_words(clock["sent"]))) +
            "\n";
  }
  if (clocks.size() > kShown) text += fmt::format("clocks: {} more of these\n", clocks.size() - kShown);
  return text;
}

std::string text_of(const Json& document) {
  std::string text;
  for (const Json& history : document["histories"]) {
    text += one_line(fmt::format("{}: {} ({}, {}, {:.1f} s)", text_at(history, "name"),
                                 verdict_words(history), counted(count_at(history, "lines"), "line"),
                                 counted(count_at(history, "states"), "state"),
                                 history["seconds"].get<double>())) +
            "\n";
    for (const std::string& line : details_of(history)) text += "  " + one_line(line) + "\n";
  }
  text += clocks_text(document["clocks"]);
  text += fmt::format("{} read, {} of them not in the table of lines\n",
                      counted(count_at(document, "lines"), "line"), count_at(document, "unknown_lines"));
  if (!document["not_established"].empty()) text += "It is not established\n";
  for (const Json& open : document["not_established"]) {
    text += "  " + one_line(open.get<std::string>()) + "\n";
  }
  return text + summary(document);
}

// What of a history is said before what is violated, if that is so before a gap only.
std::string where_violated(const Json& history) {
  return history["verdict"] == "explained" ? "" : kBeforeGap;
}

void append(std::string& text, const std::string& more) {
  text += (text.empty() ? "" : "; ") + more;
}

// Why a history has failed: refuted, or a property violated in all; empty if it has not.
std::string failure_of(const Json& history) {
  std::string text;
  if (history["verdict"] == "refuted") {
    text = verdict_words(history);
    for (const std::string& line : refutation_words(history["refuted"])) append(text, line);
  }
  if (const auto ids = violated_in_all(history, true); !ids.empty()) {
    append(text, fmt::format("{}violated in every explanation as short as this: {}", where_violated(history),
                             fmt::join(ids, ", ")));
  }
  return text;
}

// Why it has no verdict, or not on everything; empty if it has.
std::string error_of(const Json& history) {
  std::string text;
  if (history["verdict"] == "inconclusive") text = verdict_words(history);
  const auto add = [&](const std::vector<std::string>& ids, const char* words) {
    if (ids.empty()) return;
    append(text, fmt::format("{}{}: {}", where_violated(history), words, fmt::join(ids, ", ")));
  };
  add(violated_in_all(history, false), "violated, not confirmed, in every explanation as short as this");
  add(with_verdict(history, "violated-in-some"), "violated in some explanations as short as this");
  return text;
}

std::string junit_of(const Json& document) {
  std::string cases;
  std::size_t failures = 0;
  std::size_t errors = 0;
  const auto add = [&](const std::string& of, const std::string& name, const std::string& failure,
                       const std::string& error, double seconds) {
    std::string inside;
    if (!failure.empty()) {
      inside = fmt::format("<failure message=\"{}\"/>", xml(failure));
      ++failures;
    } else if (!error.empty()) {
      inside = fmt::format("<error message=\"{}\"/>", xml(error));
      ++errors;
    }
    cases += fmt::format("    <testcase classname=\"{}\" name=\"{}\" time=\"{:.3f}\">{}</testcase>\n",
                         xml(of), xml(name), seconds, inside);
  };
  for (const Json& history : document["histories"]) {
    add(text_at(history, "node"), text_at(history, "name"), failure_of(history), error_of(history),
        history["seconds"].get<double>());
  }
  for (const Json& line : document["malformed"]) add("takeover", "read", "", line.get<std::string>(), 0);
  for (const Json& lost : document.value("not_written", Json::array())) {
    add("takeover", "written", "", text_at(lost, "file") + ": " + text_at(lost, "reason"), 0);
  }
  return fmt::format(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"takeover\">\n"
      "  <testsuite name=\"explain\" tests=\"{}\" failures=\"{}\" errors=\"{}\">\n{}  </testsuite>\n"
      "</testsuites>\n",
      document["histories"].size() + document["malformed"].size() +
          document.value("not_written", Json::array()).size(),
      failures, errors, cases);
}

// An annotation stands at a line, if it is about one.
std::string annotation(const char* level, const Json& place, const std::string& title,
                       const std::string& message) {
  std::string at;
  if (!place.is_null()) {
    at = fmt::format("file={},line={},", github_property(text_at(place, "file")), count_at(place, "line"));
  }
  return fmt::format("::{} {}title={}::{}\n", level, at, github_property(title), github_data(message));
}

std::string github_of(const Json& document) {
  std::string text;
  for (const Json& history : document["histories"]) {
    const std::string name = text_at(history, "name");
    const bool refuted = history["verdict"] == "refuted";
    if (const std::string failure = failure_of(history); !failure.empty()) {
      text += annotation("error", refuted ? history["refuted"] : Json(nullptr),
                         name + (refuted ? " is refuted" : " violates a property"), failure);
    }
    if (const std::string error = error_of(history); !error.empty()) {
      const bool is_inconclusive = history["verdict"] == "inconclusive";
      text += annotation("warning", history["reached"],
                         name + (is_inconclusive ? " is inconclusive" : " may violate a property"), error);
    }
  }
  for (const Json& line : document["malformed"]) {
    text += annotation("error", nullptr, "a log cannot be read", line.get<std::string>());
  }
  for (const Json& lost : document.value("not_written", Json::array())) {
    text +=
        annotation("error", nullptr, text_at(lost, "file") + " cannot be written", text_at(lost, "reason"));
  }
  return text;
}

}  // namespace

void print_explained(const Json& document, Format format) {
  print_rendered(document, format,
                 {.junit = [&] { return junit_of(document); },
                  .github = [&] { return github_of(document); },
                  .text = [&] { return text_of(document); }});
}

}  // namespace takeover::cli
