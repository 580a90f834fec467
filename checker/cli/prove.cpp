// takeover prove: the invariants of one node, proved without bounds.
#include "spec/smt/prove.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <functional>
#include <span>
#include <string>
#include <thread>
#include <vector>

#include "checker/cli/document.h"
#include "checker/cli/escape.h"
#include "checker/cli/input.h"
#include "checker/cli/options.h"
#include "checker/cli/output.h"
#include "checker/cli/progress.h"
#include "checker/cli/prove_report.h"
#include "checker/runs/real_run.h"
#include "spec/properties/properties.h"
#include "spec/smt/cross_check.h"
#include "spec/smt/smtlib.h"
#include "traces/record.h"

namespace takeover::cli {
namespace {

using smt::Kind;
using smt::ProveResult;
using smt::Verdict;

void emit(const smt::ProveOptions& options, const std::string& folder, Json& document) {
  const smt::Obligations formulas(options);
  const std::vector<bool> all(formulas.lemmas().size(), true);
  for (std::size_t lemma = 0; lemma < formulas.lemmas().size(); ++lemma) {
    const std::string id(formulas.lemmas()[lemma].id);
    for (std::size_t action = 0; action <= smt::kActionCount; ++action) {
      if (formulas.is_untouched(lemma, action)) continue;
      const auto question = formulas.question(lemma, action, all);
      std::vector<smt::Term> facts;
      for (const auto& [fact, label] : question.facts) facts.push_back(fact);
      facts.push_back(question.denial);
      const std::string name = action < smt::kActionCount ? std::string(action_name(action)) : "initial";
      // What cannot be written is told behind the verdicts, each file.
      leave_file(document, fmt::format("{}/{:02}-{}.{}.smt2", folder, lemma, id, name),
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
    print_error(fmt::format("prove: {} of {} obligations", done, all));
  };
}

void refuse_what_is_not_judged(const Options& options) {
  const auto is_one_of = [](std::span<const smt::Lemma> lemmas, const std::string& id) {
    return std::ranges::find(lemmas, id, &smt::Lemma::id) != lemmas.end();
  };
  for (const std::string& id : options.arguments) {
    const bool is_auxiliary = is_one_of(smt::auxiliary_invariants(), id);
    if (!is_auxiliary && !is_one_of(smt::properties_proved(), id)) {
      throw BadInput(fmt::format("takeover: command line: no invariant '{}'; see `takeover list invariants`",
                                 one_line(id)));
    }
    if (is_auxiliary && options.unroll > 0) {
      throw BadInput(fmt::format(
          "takeover: command line: --unroll searches runs that break a property, and '{}' is an auxiliary invariant",
          id));
    }
  }
}

// What became of the search for a run that breaks the property; the run is left as a trace.
Json search_run(const ProveResult& result, const ProofRow& row, const impl::Rules& rules,
                const Options& options, Json& document) {
  const auto begins = [&] {
    if (options.quiet) return;
    print_error(fmt::format("prove: searching a run of at most {} steps for {}", options.unroll, row.id));
  };
  const runs::RealRun run =
      runs::find_real_run(result, row.lemmas, *spec::property_named(row.id), rules,
                          {.max_steps = options.unroll,
                           .timeout_ms = static_cast<std::uint32_t>(options.timeout * 1000),
                           .stop = &interrupted(),
                           .header = {.profile = options.profile,
                                      .guards_off = options.without,
                                      .guards_on = options.with,
                                      .property = row.id,
                                      .tool_version = TAKEOVER_VERSION},
                           .begins = begins});
  Json found{{"within", options.unroll},
             {"answer", to_string(run.answer)},
             {"steps", nullptr},
             {"trace", nullptr},
             {"why_not", run.why_not}};
  if (run.trace.is_null()) return found;
  const std::string path = fmt::format("{}/{}.unrolled.trace.json", options.out, row.id);
  const auto lost = leave_file(document, path, traces::to_text(run.trace));
  found["steps"] = run.steps;
  if (!lost) found["trace"] = path;
  if (lost) found["not_written"] = *lost;
  return found;
}

}  // namespace

int run_prove(const Options& options) {
  const impl::Rules rules = rules_of(options);
  if (!smt::CrossCheck::applies_to(rules)) {
    throw BadInput(fmt::format(
        "takeover: command line: profile '{}' differs in what no guard names, and the encoding has guards only; expected pr-5436 or reference",
        one_line(options.profile)));
  }
  smt::ProveOptions settings;
  settings.guards = rules.guards;
  for (const smt::Assumption each : impl::kAllOf<smt::Assumption>) {
    if (!options.assume.empty() && name_of(each) == options.assume) settings.assumes_at_least = each;
  }
  settings.limits.timeout_ms = static_cast<std::uint32_t>(options.timeout * 1000);
  settings.workers =
      options.workers != 0 ? options.workers : std::max(1U, std::thread::hardware_concurrency());
  settings.stop = &interrupted();
  settings.progress = progress_of(options);
  refuse_what_is_not_judged(options);
  if (options.unroll > 0) expect_out_place(options.out);
  Json document = document_head("prove", options);
  if (!options.emit_smt2.empty()) {
    expect_folder("--emit-smt2", options.emit_smt2);
    emit(settings, options.emit_smt2, document);
  }
  const ProveResult result = smt::prove(settings);
  add_figures(document, result);
  document["rlimit"] = settings.limits.rlimit;
  bool refuted = false;
  bool unknown = false;
  for (const ProofRow& row : rows_of(result)) {
    const bool named = std::ranges::find(options.arguments, row.id) != options.arguments.end();
    if (!options.arguments.empty() && !named) continue;
    document["invariants"].push_back(row_to_json(result, row));
    const Verdict verdict = verdict_of(result, row);
    const bool is_property = result.lemmas[row.lemmas.front()].kind != Kind::kAuxiliary;
    if (verdict == Verdict::kRefuted && is_property && options.unroll > 0) {
      document["invariants"].back()["run"] = search_run(result, row, rules, options, document);
    }
    refuted = refuted || (verdict == Verdict::kRefuted && (is_property || named));
    unknown = unknown || verdict == Verdict::kUnknown;
  }
  if (options.format == Format::kJson) {
    print_document(json_text(document));
  } else {
    print_text(render_proof(document));
  }
  return tell_not_written(document, refuted ? kViolation : unknown ? kInconclusive : kAllHolds);
}

}  // namespace takeover::cli
