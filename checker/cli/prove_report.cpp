#include "checker/cli/prove_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>
#include <vector>

#include "checker/cli/document.h"
#include "checker/cli/input.h"

namespace takeover::cli {
namespace {

using smt::Kind;
using smt::Obligation;
using smt::ProveResult;
using smt::Verdict;

Json counterexample_to_json(const Obligation& obligation) {
  Json json{{"action", action_name(obligation.action ? static_cast<std::size_t>(*obligation.action)
                                                     : smt::kActionCount)},
            {"state", Json::object()},
            {"changes", Json::object()}};
  for (const smt::Difference& each : obligation.counterexample) {
    json["state"][each.name] = each.before;
    if (each.before != each.after) json["changes"][each.name] = each.after;
  }
  return json;
}

std::string cell(const Json& row, const std::string& action) {
  if (!row["obligations"].contains(action)) return "    .";
  const Json& obligation = row["obligations"][action];
  const std::string verdict = obligation["verdict"];
  if (verdict == "refuted") return " FAIL";
  if (verdict == "unknown") return "    ?";
  return fmt::format("{:5.0f}", obligation["seconds"].get<double>() * 1000);
}

// What left an obligation open, in words.
std::string why_open(const ProveResult& result, const Obligation& obligation) {
  std::string needs;
  for (const std::size_t each : obligation.needs) {
    if (!needs.empty()) needs += ", ";
    needs += result.lemmas[each].id;
  }
  if (needs.empty()) return obligation.left_open_by;
  if (obligation.left_open_by.empty()) return "needs " + needs;
  return fmt::format("{}, and leant on {}", obligation.left_open_by, needs);
}

// "left open" for each reason, with the actions.
std::string render_open(const Json& row) {
  std::vector<std::pair<std::string, std::string>> actions;  // by reason, in the order of the actions
  for (const auto& [action, obligation] : row["obligations"].items()) {
    if (obligation["verdict"] != "unknown") continue;
    const std::string why = obligation["why_unknown"];
    auto it = std::ranges::find(actions, why, &std::pair<std::string, std::string>::first);
    if (it == actions.end()) it = actions.insert(it, {why, ""});
    it->second += (it->second.empty() ? "" : ", ") + action;
  }
  std::string text;
  for (const auto& [why, of] : actions) {
    text += fmt::format("\n{}: unknown, {}: {}", row["id"].get<std::string>(), why, of);
  }
  return text;
}

std::string render_run(const std::string& id, const Json& run) {
  const std::string answer = run["answer"];
  const auto within = run["within"].get<std::size_t>();
  if (answer == "none") return fmt::format("{}: no run of at most {} steps breaks it\n", id, within);
  if (answer == "unknown") {
    return fmt::format("{}: whether a run of at most {} steps breaks it is unknown ({})\n", id, within,
                       run["why_not"].get<std::string>());
  }
  const std::string what = answer == "violated"
                               ? "the implementation makes it, and breaks the property"
                               : "the implementation does not: " + run["why_not"].get<std::string>();
  const std::string where = run["trace"].is_null()
                                ? "cannot be written: " + run["not_written"].get<std::string>()
                                : run["trace"].get<std::string>();
  return fmt::format("{}: a real run of {} steps, {}: {}\n", id, run["steps"].get<std::size_t>(),
                     one_line(where), what);
}

}  // namespace

std::string_view action_name(std::size_t action) {
  return action < smt::kActionCount ? name_of(static_cast<smt::Action>(action)) : "(initial state)";
}

std::vector<ProofRow> rows_of(const ProveResult& result) {
  std::vector<ProofRow> rows;
  for (std::size_t i = 0; i < result.lemmas.size(); ++i) {
    const std::string id(result.lemmas[i].id);
    if (rows.empty() || rows.back().id != id) rows.push_back({id, {}});
    rows.back().lemmas.push_back(i);
  }
  return rows;
}

Verdict verdict_of(const ProveResult& result, const ProofRow& row) {
  Verdict worst = Verdict::kUntouched;
  for (const std::size_t lemma : row.lemmas) worst = std::max(worst, result.verdict_of(lemma));
  return worst;
}

Json row_to_json(const ProveResult& result, const ProofRow& row) {
  const smt::Lemma& lemma = result.lemmas[row.lemmas.front()];
  Json json{{"id", row.id},
            {"kind", lemma.kind == Kind::kAuxiliary ? "auxiliary" : "property"},
            {"verdict", to_string(verdict_of(result, row))},
            {"seconds", 0.0},
            {"assumes", name_of(lemma.assumes)},
            {"meaning", Json::array()},
            {"counterexample", nullptr},
            {"obligations", Json::object()}};
  double total = 0;
  for (const std::size_t each : row.lemmas) json["meaning"].push_back(result.lemmas[each].meaning);
  for (std::size_t action = 0; action <= smt::kActionCount; ++action) {
    double seconds = 0;
    Verdict worst = Verdict::kUntouched;
    std::string why;
    for (const std::size_t each : row.lemmas) {
      const Obligation& obligation = result.at(each, action);
      seconds += obligation.seconds;
      worst = std::max(worst, obligation.verdict);
      if (obligation.verdict == Verdict::kUnknown && why.empty()) why = why_open(result, obligation);
      if (obligation.verdict == Verdict::kRefuted && json["counterexample"].is_null()) {
        json["counterexample"] = counterexample_to_json(obligation);
      }
    }
    total += seconds;
    if (worst == Verdict::kUntouched) continue;
    Json& obligation = json["obligations"][std::string(action_name(action))];
    obligation = {{"verdict", to_string(worst)}, {"seconds", seconds}};
    if (worst == Verdict::kUnknown) obligation["why_unknown"] = why;
  }
  json["seconds"] = total;
  return json;
}

void add_figures(Json& document, const ProveResult& result) {
  double slowest = 0;
  std::size_t solved = 0;
  for (const Obligation& obligation : result.obligations) {
    slowest = std::max(slowest, obligation.seconds);
    solved += obligation.asked ? 1 : 0;
  }
  document["z3"] = smt::z3_version();
  document["seconds"] = result.seconds;
  document["slowest_seconds"] = slowest;
  document["obligations"] = solved;
  document["invariants"] = Json::array();
}

std::string render_proof(const Json& document) {
  std::string text;
  const auto out = std::back_inserter(text);
  const Json& rows = document["invariants"];
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const Json& row = rows[i];
    fmt::format_to(out, "{:>3} {:<34} {:<8} {:6.2f} s {:<9} {}\n", i + 1, row["id"].get<std::string>(),
                   row["verdict"].get<std::string>(), row["seconds"].get<double>(),
                   row["kind"].get<std::string>(), row["assumes"].get<std::string>());
  }
  fmt::format_to(
      out, "\nmilliseconds of Z3 for each action and invariant; . where the action leaves it alone\n{:24}",
      "");
  for (std::size_t i = 0; i < rows.size(); ++i) fmt::format_to(out, "{:5}", i + 1);
  text += "\n";
  for (std::size_t action = 0; action <= smt::kActionCount; ++action) {
    fmt::format_to(out, "{:24}", action_name(action));
    for (const Json& row : rows) text += cell(row, std::string(action_name(action)));
    text += "\n";
  }
  for (const Json& row : rows) {
    if (row["verdict"] == "unknown") text += render_open(row) + "\n";
  }
  for (const Json& row : rows) {
    if (row["counterexample"].is_null()) continue;
    fmt::format_to(out, "\n{}: a counterexample to induction, by {}\n", row["id"].get<std::string>(),
                   row["counterexample"]["action"].get<std::string>());
    for (const auto& [name, value] : row["counterexample"]["state"].items()) {
      const Json& changes = row["counterexample"]["changes"];
      fmt::format_to(out, "  {} = {}{}\n", name, value.dump(),
                     changes.contains(name) ? fmt::format(" -> {}", changes[name].dump()) : "");
    }
  }
  for (const Json& row : rows) {
    if (row.contains("run")) text += "\n" + render_run(row["id"].get<std::string>(), row["run"]);
  }
  fmt::format_to(out, "\n{}: {} obligations for Z3 {}, the slowest {:.2f} s, all {:.1f} s\n",
                 document["profile"].get<std::string>(), document["obligations"].get<std::size_t>(),
                 document["z3"].get<std::string>(), document["slowest_seconds"].get<double>(),
                 document["seconds"].get<double>());
  return text;
}

}  // namespace takeover::cli
