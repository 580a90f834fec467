#include "checker/logs/stretches.h"

#include <algorithm>
#include <utility>

namespace takeover::logs {
namespace {

bool is_gap(const Observed& line) {
  return line.what == What::kGap;
}

void add_assumed(std::vector<Assumed>& all, const Assumed& more) {
  const auto it = std::ranges::find(all, more.what, &Assumed::what);
  if (it == all.end()) {
    all.push_back(more);
  } else {
    it->count += more.count;
  }
}

void move_on(std::vector<ExplainedStep>& run, std::size_t lines) {
  for (ExplainedStep& step : run) {
    for (std::size_t& line : step.lines) line += lines;
  }
}

class Stretches {
 public:
  Stretches(const History& history, const SearchOptions& options) : history_(history), options_(options) {}

  Outcome search() {
    while (enter()) {
      Outcome outcome = explore();
      // What one stretch needed, the log does.
      outcome.effort.stage = std::max(outcome.effort.stage, effort_.stage);
      effort_ = outcome.effort;
      rules_ = outcome.rules;
      if (auto* explained = std::get_if<Explained>(&outcome.verdict)) {
        add(std::move(*explained), end_);
      } else if (auto* stopped = std::get_if<Inconclusive>(&outcome.verdict)) {
        stopped->reached += begin_;
        return with_what_is_before(std::move(outcome));
      } else {
        auto& refuted = std::get<Refuted>(outcome.verdict);
        if (can_miss_at(begin_ + refuted.line)) {
          leave(refuted);
        } else {
          return with_what_is_before(refute(std::move(outcome)));
        }
      }
    }
    return explained();
  }

 private:
  // Comes to the next stretch, if there is one.
  bool enter() {
    const auto& lines = history_.lines;
    if (begin_ < lines.size() && is_gap(lines[begin_])) {
      ++gaps_;
      is_told_ = follows_gap_ = true;
      while (begin_ < lines.size() && is_gap(lines[begin_])) ++begin_;
    }
    const auto next = std::find_if(lines.begin() + static_cast<std::ptrdiff_t>(begin_), lines.end(), is_gap);
    end_ = static_cast<std::size_t>(next - lines.begin());
    return begin_ < end_;
  }

  Outcome explore() {
    SearchOptions options = options_;
    options.gap = options_.gap || follows_gap_;
    if (follows_gap_) options.judged = without_memory(options.judged);
    const auto can_miss_at = [this](std::size_t line) { return this->can_miss_at(begin_ + line); };
    if (begin_ == 0 && end_ == history_.lines.size()) {
      return search_stretch(history_, options, follows_gap_, effort_, can_miss_at);
    }
    if (options_.progress) {
      options.progress = [this](std::size_t line, std::uint64_t states) {
        options_.progress(begin_ + line, states);
      };
    }
    return search_stretch(part(), options, follows_gap_, effort_, can_miss_at);
  }

  // What was written last before a gap may have come into it.
  [[nodiscard]] History part() const {
    History part{.node = history_.node,
                 .changefeed = history_.changefeed,
                 .life = history_.life,
                 .is_message_log = history_.is_message_log,
                 .begins = history_.begins && begin_ == 0,
                 .ends_alive = history_.ends_alive && end_ == history_.lines.size(),
                 .levels = history_.levels,
                 .names = history_.names,
                 .self = history_.self,
                 .pools = history_.pools};
    part.lines.assign(history_.lines.begin() + static_cast<std::ptrdiff_t>(begin_),
                      history_.lines.begin() + static_cast<std::ptrdiff_t>(end_));
    return part;
  }

  // Something may be missing where the lines cannot be explained any further. Now and then, or everything
  // could be explained so.
  [[nodiscard]] bool can_miss_at(std::size_t line) const {
    constexpr std::size_t kLinesOfGap = 100;
    return options_.gap && line > begin_ && guessed_ * kLinesOfGap <= line;
  }

  void leave(Refuted& refuted) {
    Explained before{.worlds = 1,
                     .met_in_some = refuted.met_in_some,
                     .violated_in_all = refuted.violated_in_all,
                     .violated_in_some = refuted.violated_in_some,
                     .run = std::move(refuted.run),
                     .initial = refuted.initial};
    if (before.initial != impl::DispatcherOrchestrator{}) before.assumed = {{Assumption::kInitialState, 1}};
    add(std::move(before), begin_ + refuted.line);
    ++gaps_;
    ++guessed_;
    follows_gap_ = true;
  }

  void add(Explained&& found, std::size_t end) {
    move_on(found.run, begin_);
    all_.guesses += found.guesses;
    all_.slack += found.slack;
    all_.is_confirmed = found.is_confirmed && (all_.stretches.empty() || all_.is_confirmed);
    all_.worlds = found.worlds;
    all_.met_in_some |= found.met_in_some;
    // What one stretch violates in all its explanations, all explanations of the log do.
    all_.violated_in_all |= found.violated_in_all;
    if (found.is_confirmed) all_.confirmed_in_all |= found.violated_in_all;
    all_.violated_in_some |= found.violated_in_some;
    const bool is_last = end == history_.lines.size();
    for (const Assumed& each : found.assumed) {
      if (is_last || each.what != Assumption::kLostAtDeath) add_assumed(all_.assumed, each);
    }
    all_.stretches.push_back({.begin = begin_,
                              .end = end,
                              .rules = rules_,
                              .violated_in_all = found.violated_in_all,
                              .run = std::move(found.run),
                              .initial = std::move(found.initial)});
    begin_ = end;
  }

  // After a gap that the log tells of nobody knows what was there: what was taken for it may be wrong.
  Outcome refute(Outcome&& outcome) const {
    auto& refuted = std::get<Refuted>(outcome.verdict);
    const std::size_t line = begin_ + refuted.line;
    if (is_told_) {
      outcome.verdict = Inconclusive{.reached = line, .bound = Bound::kGap};
      return std::move(outcome);
    }
    refuted.line = line;
    if (refuted.last_explained) *refuted.last_explained += begin_;
    if (line > 0) refuted.last_explained = line - 1;
    move_on(refuted.run, begin_);
    return std::move(outcome);
  }

  Outcome with_what_is_before(Outcome&& outcome) {
    if (!all_.stretches.empty()) outcome.before = std::move(all_);
    return std::move(outcome);
  }

  Outcome explained() {
    if (gaps_ != 0) add_assumed(all_.assumed, {Assumption::kGap, gaps_});
    if (all_.stretches.empty()) {
      all_.worlds = 1;
    } else {
      all_.run = all_.stretches.back().run;
      all_.initial = all_.stretches.back().initial;
    }
    if (all_.stretches.size() == 1) all_.stretches.clear();
    return {.verdict = std::move(all_), .rules = rules_, .effort = effort_};
  }

  const History& history_;
  const SearchOptions& options_;
  Effort effort_{};
  impl::Rules rules_ = options_.rules;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  bool follows_gap_ = false;
  bool is_told_ = false;     // by the log, of a gap
  std::size_t gaps_ = 0;     // in all,
  std::size_t guessed_ = 0;  // of which nothing tells
  Explained all_{};
};

}  // namespace

spec::PropertySet without_memory(spec::PropertySet judged) {
  for (const spec::PropertyInfo& property : spec::all_properties()) {
    if (property.memory.any()) judged.reset(static_cast<std::size_t>(property.property));
  }
  return judged;
}

Outcome search(const History& history, const SearchOptions& options) {
  return Stretches(history, options).search();
}

}  // namespace takeover::logs
