// A history's verdict: whether there is a run that explains it, and, if there is none, which version of the
// protocol could have written it.
//
//   const Explanation explanation = explain(history, options);
//   if (const auto* refuted = std::get_if<Refuted>(&explanation.outcome.verdict)) ...
//   for (const Remedy& remedy : explanation.remedies) ...   // "without GUARD the line could be"
//
// A refuted history is searched again under each single change of the rules (traces/changes.h), and under
// each other profile. A change is a remedy if with it the line is explained, from the log's beginning on.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "checker/logs/search.h"
#include "traces/changes.h"
#include "traces/json.h"
#include "traces/trace.h"

namespace takeover::logs {

struct Remedy {
  traces::Change change;
  bool explains_all;  // lines, not just the one
};

struct Explanation {
  Outcome outcome;
  impl::Rules asked{};                     // the rules of the options
  std::vector<traces::Change> switched{};  // of the rules, for the model to explain it: variants
  spec::PropertySet judged{};              // those of the options that need nothing of what was before
  // Of a refuted history.
  std::vector<Remedy> remedies{};
  std::vector<std::string_view> profiles{};  // under which all its lines are explained
  std::size_t tried = 0;                     // changes and profiles; the others were left by a limit
  std::size_t to_try = 0;
  double remedy_seconds = 0;        // that it took
  bool may_miss_its_begin = false;  // no line says that the process begins, and it was not taken so
};

struct ExplainOptions {
  SearchOptions search{};
  std::uint64_t max_memory_bytes = std::numeric_limits<std::uint64_t>::max();  // of the process
  double remedy_seconds = 60;  // for a refuted history's remedies, all together
};

[[nodiscard]] Explanation explain(const History& history, const ExplainOptions& options);

// Of an explained history the run, of a refuted one that of the lines before, as a trace: each step with the
// lines that it rests on, whole states every so many steps. `header` has the profile and guards that were
// asked for; what was switched besides is added. Throws std::logic_error if the run is none of the
// implementation's. An inconclusive history has no run.
[[nodiscard]] traces::Json trace_of(const History& history, const Explanation& explanation,
                                    const std::vector<std::string>& files, traces::Header header);

// What is found of one stretch of an explained history, as of a history of its own.
[[nodiscard]] Explanation of_stretch(const Explanation& explanation, const Stretch& stretch);

// The places in Logs::files that the history's lines are in, in their order.
[[nodiscard]] std::vector<std::uint32_t> files_of(const History& history);

// What a verdict on the history leaves open, a sentence each, what is said of every such verdict first. Of an
// inconclusive one there is nothing to say.
[[nodiscard]] std::vector<std::string> left_open(const History& history, const Outcome& outcome);

}  // namespace takeover::logs
