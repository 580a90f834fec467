#include "checker/cli/explain_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <variant>
#include <vector>

#include "traces/action.h"

namespace takeover::cli {
namespace {

Json place_of_line(const logs::Logs& logs, const logs::LineRef& at) {
  return {{"file", logs.files.at(at.file)}, {"line", at.number}};
}

Json place_of_line(const logs::Logs& logs, const logs::History& history, std::size_t line) {
  if (line >= history.lines.size()) return nullptr;
  return place_of_line(logs, history.lines[line].at);
}

// How often each kind of step happened, and no line says so.
Json unseen_of(const std::vector<logs::ExplainedStep>& run) {
  Json counts = Json::object();
  for (const logs::ExplainedStep& step : run) {
    if (!step.is_unseen()) continue;
    Json& count = counts[std::string(traces::kind_name(step.action))];
    count = count.is_null() ? 1 : count.get<std::uint64_t>() + 1;
  }
  return counts;
}

Json assumed_of(const logs::Explained& found) {
  Json all = Json::array();
  for (const logs::Assumed& assumed : found.assumed) {
    all.push_back(
        {{"what", name_of(assumed.what)}, {"meaning", meaning_of(assumed.what)}, {"count", assumed.count}});
  }
  return all;
}

std::string_view verdict_on(spec::Property property, const logs::Explained& found,
                            const spec::PropertySet& judged) {
  const auto in = [&](const spec::PropertySet& set) { return set[static_cast<std::size_t>(property)]; };
  if (!in(judged)) return "not-judged";
  if (in(found.violated_in_all)) return "violated-in-all";
  if (in(found.violated_in_some)) return "violated-in-some";
  return in(found.met_in_some) ? "violated-in-none" : "not-applicable";
}

std::vector<logs::ExplainedStep> all_steps(const logs::Explained& found) {
  if (found.stretches.empty()) return found.run;
  std::vector<logs::ExplainedStep> all;
  for (const logs::Stretch& stretch : found.stretches) {
    all.insert(all.end(), stretch.run.begin(), stretch.run.end());
  }
  return all;
}

void add_properties(const logs::Explained& found, const spec::PropertySet& judged, Json& json) {
  json["confirmed"] = found.is_confirmed;
  for (const spec::PropertyInfo& property : spec::all_properties()) {
    const std::string_view verdict = verdict_on(property.property, found, judged);
    Json each{{"id", property.id}, {"verdict", verdict}};
    if (verdict == "violated-in-all") {
      each["confirmed"] = found.confirmed_in_all[static_cast<std::size_t>(property.property)];
    }
    json["properties"].push_back(std::move(each));
  }
}

// Of a history that is not explained to its end no more is known than what is violated before a gap.
void add_violated(const logs::Explained& before, Json& json) {
  if (before.violated_in_some.none()) return;
  add_properties(before, before.violated_in_some, json);
}

void add_explained(const logs::Explained& found, const spec::PropertySet& judged, Json& json) {
  const std::vector<logs::ExplainedStep> run = all_steps(found);
  json["steps"] = run.size();
  const auto is_seen = [](const logs::ExplainedStep& step) { return !step.is_unseen(); };
  const auto seen = static_cast<std::size_t>(std::ranges::count_if(run, is_seen));
  json["seen"] = seen;
  json["unseen"] = run.size() - seen;
  json["unseen_steps"] = unseen_of(run);
  json["guesses"] = found.guesses;
  json["slack"] = found.slack;
  json["worlds"] = found.worlds;
  json["assumed"] = assumed_of(found);
  add_properties(found, judged, json);
}

Json change_to_json(const logs::Remedy& remedy) {
  const traces::Change& change = remedy.change;
  return {{"name", change.name},
          {"kind", change.is_guard ? "guard" : "variant"},
          {"change", change.put_in ? "put-in" : "taken-out"},
          {"explains_all", remedy.explains_all}};
}

void add_refuted(const logs::Logs& logs, const logs::History& history, const logs::Explanation& explanation,
                 const logs::Refuted& found, Json& json) {
  json["steps"] = found.run.size();
  Json refuted = place_of_line(logs, history, found.line);
  refuted["text"] = history.lines.at(found.line).text;
  refuted["after"] =
      found.last_explained ? place_of_line(logs, history, *found.last_explained) : Json(nullptr);
  refuted["instead"] = found.instead;
  refuted["changes"] = Json::array();
  for (const logs::Remedy& remedy : explanation.remedies) {
    refuted["changes"].push_back(change_to_json(remedy));
  }
  refuted["profiles"] = explanation.profiles;
  refuted["tried"] = explanation.tried;
  refuted["to_try"] = explanation.to_try;
  refuted["may_miss_its_begin"] = explanation.may_miss_its_begin;
  json["refuted"] = std::move(refuted);
}

void add_inconclusive(const logs::Logs& logs, const logs::History& history, const logs::Inconclusive& found,
                      Json& json) {
  json["stopped_by"] = logs::reason_of(found);
  json["reached"] = place_of_line(logs, history, found.reached);
}

}  // namespace

Json explain_document(const Options& options, const logs::Logs& logs) {
  Json document = document_head("explain", options);
  if (!options.properties.empty()) document["named_properties"] = options.properties;
  document["histories"] = Json::array();
  document["files"] = logs.files;
  document["lines"] = logs.lines;
  document["unknown_lines"] = logs.unknown_lines;
  document["clocks"] = Json::array();
  for (const logs::ClockContradiction& clock : logs.clocks) {
    document["clocks"].push_back({{"sent", place_of_line(logs, clock.sent)},
                                  {"received", place_of_line(logs, clock.received)},
                                  {"by_us", clock.by_us}});
  }
  document["malformed"] = Json::array();
  for (const spec::InputError& error : logs.errors) document["malformed"].push_back(error.to_line());
  document["not_established"] = Json::array();
  return document;
}

std::string_view kind_of(const logs::History& history) {
  return history.is_message_log ? "messages" : "text";
}

std::string name_of_history(const logs::Logs& logs, const logs::History& history) {
  std::string name = fmt::format("{} {}", history.node, history.changefeed);
  if (history.life > 1) name += fmt::format(" life {}", history.life);
  // They are in this order, and there may be tens of thousands.
  const auto key = [](const logs::History& each) { return std::tie(each.node, each.changefeed, each.life); };
  const auto [first, end] =
      std::equal_range(logs.histories.begin(), logs.histories.end(), history,
                       [&](const logs::History& a, const logs::History& b) { return key(a) < key(b); });
  const bool has_twin = std::any_of(
      first, end, [&](const logs::History& other) { return other.is_message_log != history.is_message_log; });
  if (has_twin) name += fmt::format(" {}", kind_of(history));
  return name;
}

namespace {

Json history_to_json(const logs::Logs& logs, const logs::History& history,
                     const logs::Explanation& explanation) {
  const logs::Outcome& outcome = explanation.outcome;
  Json json{{"name", name_of_history(logs, history)},
            {"node", history.node},
            {"changefeed", history.changefeed},
            {"life", history.life},
            {"kind", kind_of(history)},
            {"files", Json::array()},
            {"verdict", "inconclusive"},
            {"lines", history.lines.size()},
            {"begins", history.begins},
            {"steps", 0},
            {"seen", 0},
            {"unseen", 0},
            {"guesses", 0},
            {"confirmed", false},
            {"unseen_steps", Json::object()},
            {"slack", 0},
            {"assumed", Json::array()},
            {"worlds", 0},
            {"stage", outcome.effort.stage},
            {"variants", Json::array()},
            {"properties", Json::array()},
            {"refuted", nullptr},
            {"stopped_by", nullptr},
            {"reached", nullptr},
            {"states", outcome.effort.states},
            {"largest_window", outcome.effort.largest_window},
            {"seconds", outcome.effort.seconds},
            {"trace", nullptr}};
  for (const std::uint32_t file : logs::files_of(history)) json["files"].push_back(logs.files.at(file));
  for (const traces::Change& change : explanation.switched) json["variants"].push_back(change.name);
  if (const auto* explained = std::get_if<logs::Explained>(&outcome.verdict)) {
    json["verdict"] = "explained";
    add_explained(*explained, explanation.judged, json);
  } else if (const auto* refuted = std::get_if<logs::Refuted>(&outcome.verdict)) {
    json["verdict"] = "refuted";
    add_refuted(logs, history, explanation, *refuted, json);
  } else if (const auto* stopped = std::get_if<logs::Inconclusive>(&outcome.verdict)) {
    add_inconclusive(logs, history, *stopped, json);
  }
  if (outcome.before) add_violated(*outcome.before, json);
  return json;
}

}  // namespace

void add_history(const logs::Logs& logs, const logs::History& history, const logs::Explanation& explanation,
                 Json& document) {
  document["histories"].push_back(history_to_json(logs, history, explanation));
  Json& all = document["not_established"];
  for (const std::string& open : logs::left_open(history, explanation.outcome)) {
    if (std::ranges::none_of(all, [&](const Json& other) { return other == open; })) all.push_back(open);
  }
}

int exit_code_of_explained(const Json& document) {
  const auto any = [&](auto&& is) { return std::ranges::any_of(document["histories"], is); };
  const auto has = [](const Json& history, const char* verdict) {
    return std::ranges::any_of(history["properties"],
                               [&](const Json& property) { return property["verdict"] == verdict; });
  };
  const auto is_violated = [](const Json& history) {
    return std::ranges::any_of(history["properties"],
                               [](const Json& property) { return property.value("confirmed", false); });
  };
  if (any([&](const Json& each) { return each["verdict"] == "refuted" || is_violated(each); })) {
    return kViolation;
  }
  if (!document["malformed"].empty()) return kBadInput;
  const bool is_open = any([&](const Json& each) {
    return each["verdict"] == "inconclusive" || has(each, "violated-in-some") || has(each, "violated-in-all");
  });
  return is_open ? kInconclusive : kAllHolds;
}

}  // namespace takeover::cli
