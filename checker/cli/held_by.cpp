// takeover matrix --held-by: which guards traces tell apart, by replaying them with one guard flipped.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "checker/cli/document.h"
#include "checker/cli/escape.h"
#include "checker/cli/input.h"
#include "checker/cli/options.h"
#include "checker/cli/output.h"
#include "checker/cli/place.h"
#include "checker/cli/progress.h"
#include "checker/cli/relation_replay.h"
#include "traces/flips.h"

namespace takeover::cli {
namespace {

struct Read {
  traces::Trace trace;
  traces::Run own;  // under its own rules
};

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

Read read(const std::string& file) {
  auto trace = traces::read_trace_file(file);
  if (!trace) throw BadInput(trace.error().to_line());
  traces::Run own = traces::run(*trace, trace->rules);
  return {*std::move(trace), std::move(own)};
}

// What all traces together say of one guard.
struct Row {
  bool taken_out = false;  // of a trace's rules
  bool put_in = false;
  std::size_t diverging = 0;
  std::size_t smt_diverging = 0;  // there, or on the way there
  std::string file{};             // the trace that diverges first
  traces::ReplayResult first{};
};

class Table {
 public:
  void add(const Read& read) {
    const std::vector<traces::Flip> flips = traces::flips_of(read.trace.rules);
    const std::vector<traces::ReplayResult> results = traces::replay_flipped(read.trace, read.own, flips);
    for (std::size_t i = 0; i < flips.size(); ++i) {
      Row& row = rows_[i];
      (flips[i].put_in ? row.put_in : row.taken_out) = true;
      if (results[i].conforms) continue;
      if (row.diverging == 0 || results[i].step < row.first.step) {
        row.file = read.trace.file;
        row.first = results[i];
      }
      ++row.diverging;
      if (does_relation_diverge(read, flips[i], results[i])) ++row.smt_diverging;
    }
    ++traces_;
  }

  [[nodiscard]] const std::vector<Row>& rows() const { return rows_; }
  [[nodiscard]] std::size_t traces() const { return traces_; }

 private:
  // Under the trace's own guards the relation does not have a step that the implementation takes with the
  // flip, at the divergence or on the way there; or, where the implementation has none, nor has the relation
  // with the flip.
  bool does_relation_diverge(const Read& read, const traces::Flip& flip, const traces::ReplayResult& result) {
    const impl::Rules& rules = result.path == "/action" ? flip.rules : read.trace.rules;
    if (!smt::CrossCheck::applies_to(rules)) return false;
    const std::string guards = rules.guards.to_string();
    const smt::CrossCheck& relation = relations_.try_emplace(guards, rules.guards).first->second;
    return relation_at(relation, read.trace, read.own, flip.rules, result).kind ==
           RelationVerdict::Kind::kDiverges;
  }

  std::vector<Row> rows_{impl::kGuardCount};
  std::map<std::string, smt::CrossCheck> relations_{};  // by their guards
  std::size_t traces_ = 0;
};

const char* flip_of(const Row& row) {
  if (row.taken_out && row.put_in) return "either";
  return row.put_in ? "put-in" : "taken-out";
}

Json json_of(const Row& row, std::string_view guard) {
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

Json held_by(const Table& table) {
  Json json{{"traces", table.traces()},
            {"diverging_already", Json::array()},  // the caller's
            {"told_apart", 0},
            {"not_told_apart", Json::array()},
            {"rows", Json::array()}};
  std::size_t told_apart = 0;
  for (const impl::GuardInfo& guard : impl::all_guards()) {
    const Row& row = table.rows()[static_cast<std::size_t>(guard.guard)];
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
std::string first_of(const Read& read) {
  return fmt::format("{} at {}", one_line(read.trace.file), one_line(in_words(place_of(read.own.result))));
}

}  // namespace

int run_held_by(const Options& options) {
  std::vector<Read> all;
  for (const std::string& file : files_of(options.held_by)) all.push_back(read(file));
  std::vector<std::string> diverging;
  std::string already;
  for (const Read& read : all) {
    if (read.own.result.conforms) continue;
    if (diverging.empty()) already = first_of(read);
    diverging.push_back(read.trace.file);
  }
  Table table;
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
