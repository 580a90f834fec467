#include "checker/logs/explain.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <optional>
#include <stdexcept>
#include <utility>
#include <variant>

#include "checker/logs/stretches.h"
#include "spec/profiles.h"
#include "traces/record.h"
#include "traces/replay.h"

namespace takeover::logs {
namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

// Lines that an outcome explains, from the first on.
std::size_t lines_explained(const History& history, const Outcome& outcome) {
  if (const auto* refuted = std::get_if<Refuted>(&outcome.verdict)) return refuted->line;
  if (const auto* stopped = std::get_if<Inconclusive>(&outcome.verdict)) return stopped->reached;
  return history.lines.size();
}

// What another version does differently comes before what no version does.
std::vector<traces::Changed> changes_to_try(const impl::Rules& rules) {
  std::vector<traces::Changed> changes = traces::single_changes(rules);
  const auto is_of_a_version = [](const traces::Changed& each) {
    return !each.change.is_guard || !each.change.put_in;
  };
  std::stable_partition(changes.begin(), changes.end(), is_of_a_version);
  return changes;
}

// Looks for what a refuted history would take.
class Remedies {
 public:
  Remedies(const History& history, const ExplainOptions& options, Explanation& found)
      : history_(history), options_(options), found_(found), line_(lines_explained(history, found.outcome)) {}

  void look_for() {
    const std::vector<traces::Changed> changes = changes_to_try(options_.search.rules);
    std::vector<const spec::Profile*> profiles;
    for (const spec::Profile& profile : spec::all_profiles()) {
      if (profile.rules != options_.search.rules) profiles.push_back(&profile);
    }
    found_.to_try = profiles.size() + changes.size();
    for (const spec::Profile* profile : profiles) {
      const auto reached = reach(profile->rules);
      if (reached && reached->second) found_.profiles.push_back(profile->name);
    }
    for (const traces::Changed& changed : changes) {
      const auto reached = reach(changed.rules);
      if (reached && reached->first > line_) found_.remedies.push_back({changed.change, reached->second});
    }
    std::stable_partition(found_.remedies.begin(), found_.remedies.end(),
                          [](const Remedy& remedy) { return remedy.explains_all; });
    found_.remedy_seconds = seconds_since(start_);
  }

 private:
  // The lines explained, and whether these are all; none when there is no time for it. None takes much longer
  // than it took to refute.
  std::optional<std::pair<std::size_t, bool>> reach(const impl::Rules& rules) {
    SearchOptions search = options_.search;
    search.rules = rules;
    search.judged.reset();
    search.progress = {};
    search.wants_run = false;
    double left = options_.remedy_seconds;
    if (search.max_seconds) left = std::min(left, *search.max_seconds - found_.outcome.effort.seconds);
    left -= seconds_since(start_);
    if (left <= 0 || (search.stop != nullptr && search.stop->load())) return std::nullopt;
    const double patience = std::max(1.0, 4 * found_.outcome.effort.seconds);
    search.max_seconds = std::min(left, patience);
    const Outcome outcome = logs::search(history_, search);
    const std::size_t lines = lines_explained(history_, outcome);
    if (std::holds_alternative<Inconclusive>(outcome.verdict) && lines <= line_) return std::nullopt;
    ++found_.tried;
    return std::pair(lines, std::holds_alternative<Explained>(outcome.verdict));
  }

  const History& history_;
  const ExplainOptions& options_;
  Explanation& found_;
  std::size_t line_;
  Clock::time_point start_ = Clock::now();
};

std::vector<traces::Change> switched(impl::Rules asked, const impl::Rules& rules) {
  std::vector<traces::Change> changes;
  for (const std::size_t change : traces::differences(asked, rules)) {
    changes.push_back(traces::toggle(asked, change));
    if (changes.back().is_guard) throw std::logic_error("a search has changed a guard");
  }
  return changes;
}

bool tells_of_gap(const History& history) {
  return std::ranges::any_of(history.lines, [](const Observed& line) { return line.what == What::kGap; });
}

// Of a log that tells of a gap what leans on what was before is judged as far as the gap.
spec::PropertySet judged_of(const History& history, const SearchOptions& options, const Outcome& outcome) {
  if (!tells_of_gap(history)) return options.judged;
  const auto* explained = std::get_if<Explained>(&outcome.verdict);
  if (explained == nullptr && outcome.before) explained = &*outcome.before;
  return without_memory(options.judged) |
         (explained == nullptr ? spec::PropertySet{} : explained->violated_in_some);
}

std::vector<traces::Rest> rests_of(const History& history, const std::vector<std::string>& files,
                                   const ExplainedStep& step) {
  std::vector<traces::Rest> rests;
  for (const std::size_t line : step.lines) {
    const LineRef& at = history.lines.at(line).at;
    rests.push_back({files.at(at.file), at.number});
  }
  return rests;
}

std::string source_of(const History& history, const Outcome& outcome, const std::vector<std::string>& files) {
  std::string names;
  for (const std::uint32_t file : files_of(history)) {
    names += fmt::format("{}{}", names.empty() ? "" : ", ", files.at(file));
  }
  const auto place = [&](std::size_t line) {
    const LineRef& at = history.lines.at(line).at;
    return fmt::format("{}:{}", files.at(at.file), at.number);
  };
  const auto* explained = std::get_if<Explained>(&outcome.verdict);
  if (explained != nullptr && explained->stretches.size() == 1) {
    const Stretch& stretch = explained->stretches.front();
    return fmt::format("explains {} to {}", place(stretch.begin), place(stretch.end - 1));
  }
  const auto* refuted = std::get_if<Refuted>(&outcome.verdict);
  if (refuted == nullptr) return fmt::format("explains {}", names);
  return fmt::format("explains {} up to {}", names, place(refuted->line));
}

void complete(const History& history, const Explanation& explanation, const std::vector<std::string>& files,
              traces::Header& header) {
  const Outcome& outcome = explanation.outcome;
  header.title = fmt::format("node {}, changefeed {}", history.node, history.changefeed);
  if (history.life > 1) header.title += fmt::format(", life {}", history.life);
  header.source = source_of(history, outcome, files);
  for (const traces::Change& change : explanation.switched) header.variants.emplace_back(change.name);
  const auto* explained = std::get_if<Explained>(&outcome.verdict);
  if (explained == nullptr || explained->violated_in_all.none()) return;
  for (const spec::PropertyInfo& property : spec::all_properties()) {
    if (!explained->violated_in_all[static_cast<std::size_t>(property.property)]) continue;
    header.property = property.id;
    header.verdict = "violated";
    header.why = traces::violation_of(property.id);
    return;
  }
}

}  // namespace

Explanation explain(const History& history, const ExplainOptions& options) {
  ExplainOptions judging = options;
  // Where something may be missing, what leans on what was before is not judged.
  if (options.search.gap) judging.search.judged = without_memory(options.search.judged);
  judging.search.max_memory_bytes = std::min(options.search.max_memory_bytes, options.max_memory_bytes);
  Explanation explanation{.outcome = logs::search(history, judging.search), .judged = judging.search.judged};
  explanation.judged = judged_of(history, judging.search, explanation.outcome);
  explanation.asked = options.search.rules;
  explanation.switched = switched(explanation.asked, explanation.outcome.rules);
  if (std::holds_alternative<Refuted>(explanation.outcome.verdict)) {
    explanation.may_miss_its_begin = !history.begins && !options.search.gap;
    Remedies(history, judging, explanation).look_for();
  }
  return explanation;
}

Explanation of_stretch(const Explanation& explanation, const Stretch& stretch) {
  Explained found{.violated_in_all = stretch.violated_in_all, .run = stretch.run, .initial = stretch.initial};
  found.stretches.push_back({.begin = stretch.begin, .end = stretch.end});
  return {.outcome = {.verdict = std::move(found), .rules = stretch.rules},
          .asked = explanation.asked,
          .switched = switched(explanation.asked, stretch.rules),
          .judged = explanation.judged};
}

traces::Json trace_of(const History& history, const Explanation& explanation,
                      const std::vector<std::string>& files, traces::Header header) {
  const Outcome& outcome = explanation.outcome;
  // Below that every state is worth its room.
  constexpr std::size_t kLongRun = 500;
  constexpr std::size_t kStateEvery = 64;
  const auto* explained = std::get_if<Explained>(&outcome.verdict);
  const auto* refuted = std::get_if<Refuted>(&outcome.verdict);
  if (explained == nullptr && refuted == nullptr) throw std::logic_error("nothing was found that has a run");
  const std::vector<ExplainedStep>& run = explained != nullptr ? explained->run : refuted->run;
  complete(history, explanation, files, header);
  impl::DispatcherOrchestrator node = explained != nullptr ? explained->initial : refuted->initial;
  const traces::Nodes initial{{history.self, node}};
  traces::Recorder recorder(header, history.names, initial, run.size() > kLongRun ? kStateEvery : 1);
  for (const ExplainedStep& step : run) {
    traces::RecordedStep recorded{.action = step.action,
                                  .id = history.self,
                                  .rests_on = rests_of(history, files, step),
                                  .unseen = step.is_unseen()};
    if (const auto why_not = traces::take(outcome.rules, step.action, node, recorded.out)) {
      throw std::logic_error(
          fmt::format("a step of an explanation, {}: {}", traces::kind_name(step.action), *why_not));
    }
    recorded.node = node;
    recorder.add(recorded);
  }
  return std::move(recorder).document();
}

std::vector<std::uint32_t> files_of(const History& history) {
  std::vector<std::uint32_t> files;
  for (const Observed& line : history.lines) {
    if (std::ranges::find(files, line.at.file) == files.end()) files.push_back(line.at.file);
  }
  return files;
}

std::vector<std::string> left_open(const History& history, const Outcome& outcome) {
  if (const auto* refuted = std::get_if<Refuted>(&outcome.verdict)) {
    if (history.is_message_log) {
      return {
          "of a refuted message log: that no run explains it. None was found in which a step's own lines "
          "stand behind no more than 128 unexplained ones, and what the messages do not say is as other "
          "messages have it"};
    }
    return {fmt::format(
        "of a refuted text log: that no run explains it. None was found in which a step's own lines stand "
        "behind no more than {} unexplained ones, messages arrive because one of these lines asks for them, "
        "and their senders, epochs and ids occur in the logs{}",
        refuted->looked_far ? 16 : 8, refuted->looked_far ? "" : "; behind up to 16 not all was tried")};
  }
  const auto* explained = std::get_if<Explained>(&outcome.verdict);
  if (explained == nullptr) return {};
  std::vector<std::string> open{
      "what is not violated: a run of more guesses may also explain the log, and violate more",
      "what left no line: it may have happened besides, or at another moment",
      "whether the senders may send what arrived: maintainers and coordinator are whoever sends",
      "whether the nodes' explanations fit together: each is explained by itself",
      "that what is owed comes in the end: a log ends before",
  };
  if (!explained->is_confirmed) {
    open.emplace_back(
        "of a history that is not confirmed: what is violated if an unseen step was taken elsewhere than where a "
        "line asks for it");
  }
  if (history.is_message_log) {
    open.emplace_back("of a message log: which messages were dropped without an answer, and why");
  } else {
    open.emplace_back("of a text log: what answers and heartbeats said, and what arrived without a line");
    if (!history.levels.debug) {
      open.emplace_back("of a log without DEBUG: what is logged at that level only, as the journal is");
    }
  }
  if (tells_of_gap(history)) open.emplace_back("of a log that misses something: what happened there");
  if (!history.ends_alive) open.emplace_back("of a process that was killed: what it did and had not logged");
  if (!history.begins) {
    open.emplace_back("of a log that does not say that the process begins with it: what was before");
  }
  return open;
}

}  // namespace takeover::logs
