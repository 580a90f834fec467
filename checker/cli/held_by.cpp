// takeover matrix --held-by: which guards traces tell apart, by replaying them with one guard flipped.
#include "checker/runs/held_by.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "checker/cli/document.h"
#include "checker/cli/escape.h"
#include "checker/cli/input.h"
#include "checker/cli/options.h"
#include "checker/cli/output.h"
#include "checker/cli/place.h"
#include "checker/cli/progress.h"
#include "traces/replay.h"

namespace takeover::cli {
namespace {

// A file that is named twice is one.
std::vector<std::string> files_of(const std::vector<std::string>& arguments) {
  std::vector<std::string> files;
  for (const std::string& argument : arguments) {
    auto named = trace_files_of(argument);
    if (!named) throw BadInput(named.error().to_line());
    for (std::string& file : *named) {
      if (std::ranges::find(files, file) == files.end()) files.push_back(std::move(file));
    }
  }
  return files;
}

runs::TraceWithRun read(const std::string& file) {
  auto trace = traces::read_trace_file(file);
  if (!trace) throw BadInput(trace.error().to_line());
  traces::Run own = traces::run(*trace, trace->rules);
  return {*std::move(trace), std::move(own)};
}

const char* flip_of(const runs::GuardRow& row) {
  if (row.taken_out && row.put_in) return "either";
  return row.put_in ? "put-in" : "taken-out";
}

Json json_of(const runs::GuardRow& row, std::string_view guard) {
  Json json{{"guard", guard},
            {"flip", flip_of(row)},
            {"diverging", row.diverging},
            {"smt_diverging", row.smt_diverging},
            {"first", nullptr}};
  if (row.diverging == 0) return json;
  json["first"] = {{"file", row.file}};
  json["first"].update(place_of(row.first));
  return json;
}

Json held_by(const runs::HeldBy& table) {
  Json json{{"traces", table.traces()},
            {"diverging_already", Json::array()},  // the caller's
            {"told_apart", 0},
            {"not_told_apart", Json::array()},
            {"rows", Json::array()}};
  std::size_t told_apart = 0;
  for (const impl::GuardInfo& guard : impl::all_guards()) {
    const runs::GuardRow& row = table.rows()[static_cast<std::size_t>(guard.guard)];
    if (row.diverging > 0) {
      ++told_apart;
    } else {
      json["not_told_apart"].push_back(guard.name);
    }
    json["rows"].push_back(json_of(row, guard.name));
  }
  json["told_apart"] = told_apart;
  return json;
}

std::string first_in_words(const Json& first) {
  const std::string step =
      first["step"].is_null() ? "the end" : fmt::format("step {}", first["step"].get<std::size_t>() + 1);
  return fmt::format("{} of {}", step, one_line(first["file"].get<std::string>()));
}

std::string text_of(const Json& held_by, bool complete) {
  std::string text =
      fmt::format("{:<30} {:<9} {:>6} {:>8}  {}\n", "guard", "flip", "traces", "relation", "first");
  for (const Json& row : held_by["rows"]) {
    const Json& first = row["first"];
    text +=
        fmt::format("{:<30} {:<9} {:>6} {:>8}  {}\n", row["guard"].get<std::string>(),
                    row["flip"].get<std::string>(), row["diverging"].get<std::size_t>(),
                    row["smt_diverging"].get<std::size_t>(), first.is_null() ? "-" : first_in_words(first));
  }
  const auto none = held_by["not_told_apart"].get<std::vector<std::string>>();
  text += fmt::format("held-by: {}{} traces tell {} of {} guards apart{}{}\n",
                      complete ? "" : "INCOMPLETE: ", held_by["traces"].get<std::size_t>(),
                      held_by["told_apart"].get<std::size_t>(), held_by["rows"].size(),
                      none.empty() ? "" : "; not told apart: ", fmt::join(none, ", "));
  return text;
}

// A trace that does not conform as it is says nothing of any guard.
std::string first_of(const runs::TraceWithRun& read) {
  return fmt::format("{} at {}", one_line(read.trace.file), one_line(in_words(place_of(read.own.result))));
}

}  // namespace

int run_held_by(const Options& options) {
  std::vector<runs::TraceWithRun> all;
  for (const std::string& file : files_of(options.held_by)) all.push_back(read(file));
  std::vector<std::string> diverging;
  std::string already;
  for (const runs::TraceWithRun& read : all) {
    if (read.own.result.conforms) continue;
    if (diverging.empty()) already = first_of(read);
    diverging.push_back(read.trace.file);
  }
  runs::HeldBy table;
  for (auto next = all.begin(); diverging.empty() && next != all.end() && !interrupted(); ++next) {
    table.add(*next);
  }
  const bool complete = table.traces() == all.size();
  Json document = document_head("matrix");
  document["complete"] = complete;
  Json& held = document["held_by"] = held_by(table);
  held["diverging_already"] = diverging;
  if (options.format == Format::kJson) {
    print_document(json_text(document));
  } else if (diverging.empty()) {
    print_text(text_of(held, complete));
  }
  if (diverging.empty()) return complete ? kAllHolds : kInconclusive;
  print_error(fmt::format("takeover: {} of {} traces diverge under their own rules already; first {}",
                          diverging.size(), all.size(), already));
  return kViolation;
}

}  // namespace takeover::cli
