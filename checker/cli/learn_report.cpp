#include "checker/cli/learn_report.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "checker/cli/place.h"
#include "checker/runs/relation_replay.h"
#include "traces/learn.h"

namespace takeover::cli {
namespace {

// Null of what conforms.
Json end_of(const traces::ReplayResult& result) {
  return result.conforms ? Json(nullptr) : place_of(result);
}

Json attempt_of(const traces::Trace& trace, const traces::Attempt& attempt) {
  Json json{{"changes", Json::array()}, {"diverges", end_of(attempt.result)}, {"smt", nullptr}};
  for (const traces::Change& change : attempt.changes) {
    json["changes"].push_back({{"name", change.name},
                               {"kind", change.is_guard ? "guard" : "variant"},
                               {"change", change.put_in ? "put-in" : "taken-out"}});
  }
  if (attempt.result.conforms) {
    json["smt"] = to_string(runs::replay_twice(trace, attempt.rules).relation.kind);
  }
  return json;
}

std::string changes_in_words(const Json& changes) {
  std::vector<std::string> words;
  for (const Json& change : changes) {
    words.push_back(fmt::format("{} {}{}", change["change"] == "put-in" ? "with" : "without",
                                change["kind"] == "variant" ? "the variant " : "",
                                change["name"].get<std::string>()));
  }
  return fmt::format("{}", fmt::join(words, ", "));
}

// How far it goes with the changes.
std::string way_in_words(const Json& attempt) {
  const Json& place = attempt["diverges"];
  if (!place.is_null()) return "to " + in_words(place);
  return attempt["smt"] == "diverges" ? "to its end, but the relation diverges" : "to its end";
}

std::string line_of(const Json& attempt, const char* remark = "") {
  return fmt::format("goes on {} {}{}", changes_in_words(attempt["changes"]), way_in_words(attempt), remark);
}

// What is known of the sets that lead to the end, besides that.
const char* remark_on_sets(const Json& learned) {
  if (!learned["sets"].front()["diverges"].is_null()) return "";
  return learned["fewest"].get<bool>() ? "; no smaller set does" : "; none of these can be left out";
}

}  // namespace

Json learned_of(const traces::Trace& trace) {
  const traces::Lesson lesson = traces::learn(trace);
  Json json{{"diverges", end_of(lesson.own)}, {"alone", Json::array()}, {"sets", Json::array()},
            {"fewest", lesson.is_fewest},     {"all", lesson.is_all},   {"profiles", lesson.profiles}};
  for (const traces::Attempt& attempt : lesson.alone) json["alone"].push_back(attempt_of(trace, attempt));
  for (const traces::Attempt& attempt : lesson.sets) json["sets"].push_back(attempt_of(trace, attempt));
  return json;
}

std::vector<std::string> lines_on_learned(const Json& trace) {
  const Json& learned = trace["learned"];
  const Json& own = learned["diverges"];
  if (own.is_null() && trace["smt"] == "diverges") {
    return {"the implementation conforms, only the relation diverges: nothing is to be learned"};
  }
  if (own.is_null()) return {"its steps conform: nothing is to be learned"};
  std::vector<std::string> lines;
  // What the trace says of itself may be wrong before.
  if (own["step"] != trace["step"] || own["path"] != trace["path"]) {
    lines.push_back("its steps diverge at " + in_words(own));
  }
  if (learned["alone"].empty()) lines.emplace_back("no single change of its rules makes it go on");
  for (const Json& attempt : learned["alone"]) lines.push_back(line_of(attempt));
  for (const Json& attempt : learned["sets"]) {
    // Those of one change are there already.
    if (attempt["changes"].size() > 1) lines.push_back(line_of(attempt, remark_on_sets(learned)));
  }
  if (learned["sets"].empty() || !learned["sets"].front()["diverges"].is_null()) {
    lines.emplace_back("no changes were found that lead to its end");
  }
  for (const Json& profile : learned["profiles"]) {
    lines.push_back(fmt::format("conforms under the profile {}", profile.get<std::string>()));
  }
  return lines;
}

}  // namespace takeover::cli
