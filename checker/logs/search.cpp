#include "checker/logs/search.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <utility>

#include "checker/engine/explore.h"
#include "checker/engine/memory.h"
#include "checker/logs/gap.h"
#include "checker/logs/ladder.h"
#include "checker/logs/stretches.h"
#include "checker/logs/verdict.h"
#include "checker/logs/window_model.h"

namespace takeover::logs {
namespace {

using Clock = std::chrono::steady_clock;

struct Window {
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
  std::size_t rung = 0;
  std::shared_ptr<const std::vector<Reached>> from{};
};

// A window that nothing comes out of, and what is tried about it: wider moves, from there or from further
// back.
struct Trouble {
  std::size_t window = 0;
  std::size_t rung = 0;
  std::size_t back = 0;  // windows
};

class Search {
 public:
  // `before`: what was spent on earlier tries.
  Search(const History& history, const SearchOptions& options, bool follows_gap, const impl::Rules& rules,
         const Try& how, const Effort& before)
      : options_(options),
        follows_gap_(follows_gap),
        plan_(history),
        task_{history, plan_, rules, options.judged},
        ladder_(ladder_of(plan_, how)),
        last_rung_(how.climbs ? ladder_.size() - 1 : 0),
        max_cost_(how.max_cost),
        goes_far_(how.goes_far),
        wants_run_(options.wants_run && !how.max_cost),
        effort_(before) {
    effort_.stage = 0;
  }

  Outcome run() {
    Outcome outcome{.verdict = go(), .rules = task_.rules};
    effort_.seconds = seconds();
    outcome.effort = effort_;
    return outcome;
  }
  [[nodiscard]] std::uint32_t cost() const { return cost_; }
  [[nodiscard]] std::uint32_t refuted_at() const {
    return farthest_.empty() ? 0 : farthest_.front().place.at;
  }

 private:
  using Verdict = decltype(Outcome::verdict);

  Verdict go() {
    begin();
    while (windows_.back().begin < plan_.size()) {
      Collector collector(windows_.back().end, options_.max_places);
      const auto stopped = explore(windows_.back(), collector);
      note_reached(collector);
      if (stopped) return Inconclusive{stopped->reason, reached_, stopped->bound};
      if (collector.is_full()) return Inconclusive{.reached = reached_, .bound = Bound::kPlaces};
      left_out_ = left_out_ || collector.left_out();
      if (collector.out().empty()) {
        remember_farthest(collector);
        if (!widen()) return refuted();
        continue;
      }
      if (trouble_ && windows_.size() > trouble_->window + 1) trouble_.reset();
      add_window(std::move(collector.out()));
      if (options_.progress) options_.progress(windows_.back().begin, effort_.states);
    }
    return explained();
  }

  // Begins with an empty node, or with one that the lines imply: assumed, and so dearer.
  void begin() {
    const Beginning beginning = options_.gap ? implied_at(task_.history, 0) : Beginning{};
    std::vector<Reached> from;
    const auto add = [&](const impl::DispatcherOrchestrator& node, bool is_empty, std::uint32_t cost) {
      Reached initial{.place = {.node = node}, .cost = cost};
      if (!is_empty) {
        owe(initial.place, Thread::kOrchestrator, beginning.owed_by_orchestrator);
        owe(initial.place, Thread::kSchedule, beginning.owed_by_schedule);
        owe(initial.place, Thread::kAggregation, beginning.owed_by_aggregation);
      }
      settle(task_, initial.place);
      from.push_back(std::move(initial));
    };
    if (!follows_gap_) add({}, true, 0);
    for (const auto& node : beginning.nodes) add(node, false, 1);
    if (follows_gap_) add({}, true, 1);
    windows_.push_back({.begin = 0, .end = end_of(0), .from = share(std::move(from))});
  }

  static std::shared_ptr<const std::vector<Reached>> share(std::vector<Reached>&& places) {
    return std::make_shared<const std::vector<Reached>>(std::move(places));
  }

  void owe(Place& place, Thread thread, std::uint32_t count) const {
    const std::uint32_t track = plan_.track_of(thread);
    for (std::uint32_t i = 0; i < count && track != kNoTrack; ++i) place.owe(track);
  }

  [[nodiscard]] std::uint32_t end_of(std::uint32_t begin) const {
    return static_cast<std::uint32_t>(
        std::min(plan_.size(), begin + std::max<std::size_t>(options_.window, 1)));
  }

  void add_window(std::vector<Reached>&& from) {
    const std::uint32_t begin = windows_.back().end;
    const std::size_t rung = trouble_ ? trouble_->rung : 0;
    windows_.push_back({.begin = begin, .end = end_of(begin), .rung = rung, .from = share(std::move(from))});
  }

  // Wider moves from this window on, then from further and further back; false when all was tried.
  bool widen() {
    const std::size_t failed = windows_.size() - 1;
    if (last_rung_ == 0) return false;
    if (!trouble_ || failed > trouble_->window) {
      trouble_ = Trouble{.window = failed, .rung = 1};
    } else if (windows_.size() == 1 || trouble_->back >= trouble_->window) {
      if (trouble_->rung == last_rung_) return false;
      trouble_ = Trouble{.window = trouble_->window, .rung = trouble_->rung + 1};
    } else {
      trouble_->back = 2 * trouble_->back + 1;
    }
    const std::size_t first = trouble_->window - std::min(trouble_->back, trouble_->window);
    windows_.resize(std::min(windows_.size(), first + 1));
    windows_.back().rung = trouble_->rung;
    // From the beginning on all is looked for again.
    if (windows_.size() == 1) left_out_ = false;
    effort_.stage = std::max(effort_.stage, ladder_[trouble_->rung].stage);
    return true;
  }

  [[nodiscard]] double seconds() const {
    return seconds_before_ + std::chrono::duration<double>(Clock::now() - start_).count();
  }
  // The engine looks at limits every so many states: a window may have less.
  [[nodiscard]] std::optional<engine::StopReason> limit_met() const {
    if (options_.stop != nullptr && options_.stop->load()) return engine::StopReason::kInterrupted;
    if (options_.max_seconds && seconds() >= *options_.max_seconds) return engine::StopReason::kTime;
    if (engine::resident_memory() >= options_.max_memory_bytes) return engine::StopReason::kMemory;
    return std::nullopt;
  }
  [[nodiscard]] engine::Options engine_options() const {
    engine::Options options;
    options.workers = 1;
    options.stop = options_.stop;
    options.max_memory_bytes = options_.max_memory_bytes;
    if (options_.max_seconds) options.max_seconds = std::max(0.0, *options_.max_seconds - seconds());
    return options;
  }
  [[nodiscard]] WindowModel model_of(const Window& window, const Width& width) const {
    if (max_cost_) return {task_, width, *window.from, window.end, {.cost = *max_cost_}};
    const Bounds bounds{.unseen_moves = 2 * (window.end - window.begin) + 16};
    return {task_, width, *window.from, window.end, bounds};
  }

  // What stopped it, if something did.
  std::optional<Inconclusive> explore(const Window& window, Collector& collector) {
    if (const auto reason = limit_met()) return Inconclusive{.reason = *reason};
    if (effort_.states >= options_.max_states) return Inconclusive{.reason = engine::StopReason::kStates};
    const bool is_far = goes_far_ && window.rung > 0;
    if (is_far && far_states_ >= options_.max_far_states) return Inconclusive{.bound = Bound::kFar};
    const Width& width = ladder_[window.rung];
    WindowModel model = model_of(window, width);
    model.collect(collector);
    engine::Options options = engine_options();
    options.max_states = options_.max_states - effort_.states;
    if (is_far) options.max_states = std::min(options.max_states, options_.max_far_states - far_states_);
    const auto report = engine::explore(model, options);
    effort_.states += report.states;
    effort_.largest_window = std::max(effort_.largest_window, report.states);
    if (is_far) far_states_ += report.states;
    if (report.complete) return std::nullopt;
    const bool is_of_all =
        report.stopped != engine::StopReason::kStates || effort_.states >= options_.max_states;
    if (is_far && !is_of_all) return Inconclusive{.bound = Bound::kFar};
    return Inconclusive{.reason = report.stopped};
  }

  void note_reached(Collector& collector) {
    reached_ = std::max(reached_, windows_.back().begin);
    for (const auto* some : {&collector.farthest(), &collector.out()}) {
      if (!some->empty()) reached_ = std::max(reached_, some->front().place.at);
    }
  }

  void remember_farthest(Collector& collector) {
    auto& reached = collector.farthest();
    if (reached.empty()) return;
    if (!farthest_.empty() && reached.front().place.at < farthest_.front().place.at) return;
    farthest_ = std::move(reached);
    before_farthest_ = windows_;
  }

  // The steps of a shortest run over these windows to a place at or behind the end of the last; or why they
  // were not found.
  [[nodiscard]] std::optional<engine::StopReason> retrace(const std::vector<Window>& windows, Reached target,
                                                          std::vector<ExplainedStep>& run,
                                                          impl::DispatcherOrchestrator& initial) const {
    std::vector<std::vector<ExplainedStep>> backwards;
    for (std::size_t i = windows.size(); i-- > 0;) {
      if (const auto reason = limit_met()) return reason;
      const Width& width = ladder_[windows[i].rung];
      WindowModel model = model_of(windows[i], width);
      model.look_for(bytes_of(target.place), target.cost);
      engine::Options options = engine_options();
      options.stop_when_violated = engine::bit(0);
      auto report = engine::explore(model, options);
      auto& found = report.properties.front().counterexample;
      if (!found && !report.complete) return report.stopped;
      if (!found) throw std::logic_error("a place was reached, and is not when it is looked for");
      std::vector<ExplainedStep> steps;
      for (auto& step : found->steps) {
        for (ExplainedStep& taken : step.taken) steps.push_back(std::move(taken));
      }
      backwards.push_back(std::move(steps));
      target = {std::move(found->initial.place), found->initial.cost};
    }
    initial = target.place.node;
    for (; !backwards.empty(); backwards.pop_back()) {
      for (ExplainedStep& step : backwards.back()) run.push_back(std::move(step));
    }
    return std::nullopt;
  }

  Verdict explained() {
    const auto ends = windows_.back().from;
    windows_.pop_back();
    const Reached& best = least(*ends);
    Explained explained = judge_ends(*ends, best.cost);
    cost_ = best.cost;
    if (best.place.lost != 0) explained.assumed.push_back({Assumption::kLostAtDeath, best.place.lost});
    if (wants_run_) {
      const auto reason = retrace(windows_, best, explained.run, explained.initial);
      if (reason) return Inconclusive{*reason, plan_.size()};
    }
    if (explained.initial != impl::DispatcherOrchestrator{}) {
      explained.assumed.push_back({Assumption::kInitialState, 1});
    }
    count(task_.history, explained);
    return explained;
  }

  Verdict refuted() {
    if (left_out_) return Inconclusive{.reached = reached_, .bound = Bound::kUnseenSteps};
    Refuted refuted;
    if (farthest_.empty()) return refuted;
    const Reached& best = least(farthest_);
    refuted.line = best.place.at;
    if (refuted.line > 0) refuted.last_explained = refuted.line - 1;
    const Explained before = judge_ends(farthest_, best.cost);
    refuted.met_in_some = before.met_in_some;
    refuted.violated_in_all = before.violated_in_all;
    refuted.violated_in_some = before.violated_in_some;
    if (!wants_run_) return refuted;
    const auto reason = retrace(before_farthest_, best, refuted.run, refuted.initial);
    if (reason) return Inconclusive{*reason, refuted.line};
    refuted.instead = instead(task_, farthest_, refuted.line);
    return refuted;
  }

  const SearchOptions& options_;
  bool follows_gap_;
  Plan plan_;
  Task task_;
  std::vector<Window> windows_{};
  std::optional<Trouble> trouble_{};
  std::vector<Reached> farthest_{};
  std::vector<Window> before_farthest_{};
  const Ladder& ladder_;
  std::size_t last_rung_;
  std::optional<std::uint32_t> max_cost_;
  bool goes_far_;
  std::uint64_t far_states_ = 0;  // of windows above the first rung
  bool wants_run_;
  bool left_out_ = false;      // of what is looked for
  std::uint32_t reached_ = 0;  // the farthest line that any way has come to
  std::uint32_t cost_ = 0;
  Effort effort_;
  double seconds_before_ = effort_.seconds;
  Clock::time_point start_ = Clock::now();
};

// An unseen step is placed where a line asks for it. Whether what is violated then is so wherever it is
// placed, another search tells, as far as it comes.
void confirm(const History& history, const SearchOptions& options, bool follows_gap, std::uint32_t cost,
             Outcome& outcome) {
  if (options.judged.none()) return;
  auto& explained = std::get<Explained>(outcome.verdict);
  const std::uint64_t most_states = explained.violated_in_some.any() ? 200'000 : 20'000;
  SearchOptions narrow = options;
  narrow.max_states = std::min(options.max_states, outcome.effort.states + most_states);
  Search search(history, narrow, follows_gap, outcome.rules, {.max_cost = cost}, outcome.effort);
  const Outcome everywhere = search.run();
  outcome.effort.states = everywhere.effort.states;
  outcome.effort.seconds = everywhere.effort.seconds;
  outcome.effort.largest_window = everywhere.effort.largest_window;
  const auto* all = std::get_if<Explained>(&everywhere.verdict);
  if (all == nullptr || search.cost() != cost) return;
  explained.is_confirmed = true;
  explained.worlds = std::max(explained.worlds, all->worlds);
  explained.met_in_some |= all->met_in_some;
  explained.violated_in_all &= all->violated_in_all;
  explained.violated_in_some |= all->violated_in_some;
}

}  // namespace

Outcome search_stretch(const History& history, const SearchOptions& options, bool follows_gap,
                       const Effort& before, const std::function<bool(std::size_t line)>& can_miss_at) {
  Outcome outcome{.verdict = {}, .rules = options.rules, .effort = before};
  Outcome refuted;
  bool looked_far = !history.is_message_log;
  std::array<std::uint32_t, 2> reached{};  // by demand alone: without the variant, and with it
  for (const Try& each : kTries) {
    if (each.goes_far && history.is_message_log) continue;
    impl::Rules rules = options.rules;
    if (each.table_first_event && rules.variants.table_first_event) continue;
    // The variant is worth more only if it comes further.
    if (each.table_first_event && each.climbs && reached[1] <= reached[0]) continue;
    rules.variants.table_first_event = rules.variants.table_first_event || each.table_first_event;
    Search search(history, options, follows_gap, rules, each, outcome.effort);
    outcome = search.run();
    if (auto* explained = std::get_if<Explained>(&outcome.verdict)) {
      confirm(history, options, follows_gap, search.cost(), outcome);
      if (each.table_first_event) explained->assumed.push_back({Assumption::kTableFirstEvent, 1});
      return outcome;
    }
    if (auto* stopped = std::get_if<Inconclusive>(&outcome.verdict)) {
      if (!each.goes_far) return outcome;
      const std::size_t line = std::get<Refuted>(refuted.verdict).line;
      const bool is_stepped_over = stopped->bound == Bound::kFar && can_miss_at(line);
      if (stopped->reached > line && !is_stepped_over) return outcome;
      // What is refuted is so within the bounds.
      looked_far = false;
      continue;
    }
    if (!each.climbs) {
      reached.at(each.table_first_event ? 1 : 0) = search.refuted_at();
      continue;
    }
    const auto* least_far = std::get_if<Refuted>(&refuted.verdict);
    if (least_far == nullptr || least_far->line < std::get<Refuted>(outcome.verdict).line) refuted = outcome;
  }
  std::get<Refuted>(refuted.verdict).looked_far = looked_far;
  refuted.effort = outcome.effort;
  return refuted;
}

}  // namespace takeover::logs
