// takeover prove: the invariants of one node, proved without bounds.
#include "spec/smt/prove.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <iterator>
#include <thread>

#include "checker/cli/document.h"
#include "checker/cli/input.h"
#include "checker/cli/options.h"
#include "checker/cli/progress.h"
#include "checker/cli/real_run.h"
#include "checker/cli/recording.h"
#include "spec/smt/cross_check.h"
#include "spec/smt/smtlib.h"

namespace takeover::cli {
namespace {

using smt::Kind;
using smt::Obligation;
using smt::ProveResult;
using smt::Verdict;

std::string_view action_name(std::size_t action) {
  return action < smt::kActionCount ? smt::row(static_cast<smt::Action>(action)).name : "(initial state)";
}

// Lemmas of one id, in their order: a property can be several.
struct Row {
  std::string id;
  std::vector<std::size_t> lemmas;
};

std::vector<Row> rows_of(const ProveResult& result) {
  std::vector<Row> rows;
  for (std::size_t i = 0; i < result.lemmas.size(); ++i) {
    const std::string id(result.lemmas[i].id);
    if (rows.empty() || rows.back().id != id) rows.push_back({id, {}});
    rows.back().lemmas.push_back(i);
  }
  return rows;
}

Verdict verdict_of(const ProveResult& result, const Row& row) {
  Verdict worst = Verdict::kUntouched;
  for (const std::size_t lemma : row.lemmas) {
    const Verdict verdict = result.verdict_of(lemma);
    if (verdict == Verdict::kRefuted) return verdict;
    worst = std::max(worst, verdict);
  }
  return worst;
}

// ------------------------------------------------------------------------------------------- the document

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

Json row_to_json(const ProveResult& result, const Row& row) {
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
    for (const std::size_t each : row.lemmas) {
      const Obligation& obligation = result.at(each, action);
      seconds += obligation.seconds;
      worst = std::max(worst, obligation.verdict);
      if (obligation.verdict == Verdict::kRefuted && json["counterexample"].is_null()) {
        json["counterexample"] = counterexample_to_json(obligation);
      }
    }
    total += seconds;
    if (worst == Verdict::kUntouched) continue;
    json["obligations"][std::string(action_name(action))] = {{"verdict", to_string(worst)},
                                                             {"seconds", seconds}};
  }
  json["seconds"] = total;
  return json;
}

// ------------------------------------------------------------------------------------------------ real runs

// The lemmas of a state that are proved whatever may be assumed for this one.
std::vector<smt::Lemma> known_for(const smt::Lemma& lemma, const ProveResult& result) {
  std::vector<smt::Lemma> known;
  for (std::size_t i = 0; i < result.lemmas.size(); ++i) {
    const smt::Lemma& other = result.lemmas[i];
    const bool is_usable = other.kind != Kind::kStep && other.assumes <= lemma.assumes;
    const Verdict verdict = result.verdict_of(i);
    if (is_usable && (verdict == Verdict::kProved || verdict == Verdict::kUntouched)) known.push_back(other);
  }
  return known;
}

// The first lemma of the row that a run of the relation breaks, made by the implementation.
Json search_run(const ProveResult& result, const Row& row, const impl::Rules& rules, const Options& options) {
  Json found{{"within", options.unroll},
             {"answer", "none"},
             {"steps", nullptr},
             {"trace", nullptr},
             {"why_not", ""}};
  for (const std::size_t each : row.lemmas) {
    if (result.verdict_of(each) != Verdict::kRefuted) continue;
    if (!options.quiet)
      fmt::print(stderr, "prove: searching a run of at most {} steps for {}\n", options.unroll, row.id);
    const smt::Unrolled unrolled =
        unroll(result.lemmas[each],
               {.guards = rules.guards,
                .max_steps = options.unroll,
                .limits = {.rlimit = 0, .timeout_ms = static_cast<std::uint32_t>(options.timeout * 1000)},
                .known = known_for(result.lemmas[each], result)});
    if (unrolled.answer == smt::Answer::kUnsat) continue;
    if (unrolled.answer == smt::Answer::kUnknown) {
      found["answer"] = "unknown";
      found["why_not"] = unrolled.why_unknown;
      continue;
    }
    const std::string path = fmt::format("{}/{}.unrolled.trace.json", options.out, row.id);
    const RealRun run = make_run(unrolled, rules, *spec::property_named(row.id),
                                 {.profile = options.profile,
                                  .guards_off = options.without,
                                  .guards_on = options.with,
                                  .property = row.id,
                                  .tool_version = TAKEOVER_VERSION});
    write_file(path, traces::to_text(run.trace));
    found["answer"] = run.violates ? "violated" : "not-replayed";
    found["steps"] = run.steps;
    found["trace"] = path;
    found["why_not"] = run.why_not;
    return found;
  }
  return found;
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
  return fmt::format("{}: a real run of {} steps, {}: {}\n", id, run["steps"].get<std::size_t>(),
                     run["trace"].get<std::string>(), what);
}

// ------------------------------------------------------------------------------------------------ as text

std::string cell(const Json& row, const std::string& action) {
  if (!row["obligations"].contains(action)) return "    .";
  const Json& obligation = row["obligations"][action];
  const std::string verdict = obligation["verdict"];
  if (verdict == "refuted") return " FAIL";
  if (verdict == "unknown") return "    ?";
  return fmt::format("{:5.0f}", obligation["seconds"].get<double>() * 1000);
}

std::string render(const Json& document) {
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

// ---------------------------------------------------------------------------------------------- the parts

void emit(const smt::ProveOptions& options, const std::string& folder) {
  const smt::Obligations formulas(options);
  const std::vector<bool> all(formulas.lemmas().size(), true);
  std::filesystem::create_directories(folder);
  for (std::size_t lemma = 0; lemma < formulas.lemmas().size(); ++lemma) {
    const std::string id(formulas.lemmas()[lemma].id);
    for (std::size_t action = 0; action <= smt::kActionCount; ++action) {
      if (formulas.is_untouched(lemma, action)) continue;
      const auto question = formulas.question(lemma, action, all);
      std::vector<smt::Term> facts;
      for (const auto& [fact, label] : question.facts) facts.push_back(fact);
      facts.push_back(!question.goal);
      const std::string name = action < smt::kActionCount ? std::string(action_name(action)) : "initial";
      write_file(fmt::format("{}/{:02}-{}.{}.smt2", folder, lemma, id, name),
                 to_smtlib(facts, fmt::format("{} is kept by {}: proved if unsat", id, name)));
    }
  }
}

std::function<void(std::size_t, std::size_t)> progress_of(const Options& options) {
  if (options.quiet) return {};
  auto last = std::chrono::steady_clock::now();
  return [last](std::size_t done, std::size_t all) mutable {
    const auto now = std::chrono::steady_clock::now();
    if (now - last < std::chrono::seconds(1) && done != all) return;
    last = now;
    fmt::print(stderr, "prove: {} of {} obligations\n", done, all);
  };
}

void refuse_unknown(const std::vector<std::string>& ids, const std::vector<Row>& rows) {
  for (const std::string& id : ids) {
    if (std::ranges::find(rows, id, &Row::id) != rows.end()) continue;
    throw BadInput(fmt::format("takeover: command line: no invariant '{}'; see `takeover list invariants`",
                               one_line(id)));
  }
}

}  // namespace

int run_prove(const Options& options) {
  const impl::Rules rules = rules_of(options);
  if (!smt::CrossCheck::applies_to(rules)) {
    throw BadInput(
        fmt::format("takeover: command line: profile '{}' differs in what no guard names, and the encoding "
                    "has guards only; expected pr-5436 or reference",
                    one_line(options.profile)));
  }
  smt::ProveOptions settings;
  settings.guards = rules.guards;
  settings.limits.timeout_ms = static_cast<std::uint32_t>(options.timeout * 1000);
  settings.workers =
      options.workers != 0 ? options.workers : std::max(1U, std::thread::hardware_concurrency());
  settings.stop = &interrupted();
  settings.progress = progress_of(options);
  if (!options.emit_smt2.empty()) emit(settings, options.emit_smt2);
  const ProveResult result = smt::prove(settings);
  const std::vector<Row> rows = rows_of(result);
  refuse_unknown(options.arguments, rows);
  Json document = document_head("prove", options);
  document["z3"] = smt::z3_version();
  document["rlimit"] = settings.limits.rlimit;
  document["seconds"] = result.seconds;
  double slowest = 0;
  std::size_t solved = 0;
  for (const Obligation& obligation : result.obligations) {
    slowest = std::max(slowest, obligation.seconds);
    solved += obligation.asked ? 1 : 0;
  }
  document["slowest_seconds"] = slowest;
  document["obligations"] = solved;
  document["invariants"] = Json::array();
  bool refuted = false;
  bool unknown = false;
  for (const Row& row : rows) {
    const bool named = std::ranges::find(options.arguments, row.id) != options.arguments.end();
    if (!options.arguments.empty() && !named) continue;
    document["invariants"].push_back(row_to_json(result, row));
    const Verdict verdict = verdict_of(result, row);
    const bool is_property = result.lemmas[row.lemmas.front()].kind != Kind::kAuxiliary;
    if (verdict == Verdict::kRefuted && is_property && options.unroll > 0) {
      document["invariants"].back()["run"] = search_run(result, row, rules, options);
    }
    refuted = refuted || (verdict == Verdict::kRefuted && (is_property || named));
    unknown = unknown || verdict == Verdict::kUnknown || verdict == Verdict::kNotTried;
  }
  fmt::print("{}", options.format == Format::kJson ? document.dump(1) + "\n" : render(document));
  if (refuted) return kViolation;
  return unknown ? kInconclusive : kAllHolds;
}

}  // namespace takeover::cli
