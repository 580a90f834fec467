// Breadth-first exploration of every reachable state, by any number of workers.
//
//   level 0: the initial states
//   level n + 1: the states first reached by a step from level n
//
// Levels are explored one after the other; within a level, workers take chunks of states and add what they
// find to the next one. So distances are shortest distances, and a violation first seen in level n has no
// shorter trace. Which trace of that length is reported is decided by fingerprints once the level is
// finished, not by who came first: counts, verdicts and traces are the same for any number of workers, from
// run to run.
//
// A violation does not end the run, and states behind it are explored like any other.
#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <bit>
#include <chrono>
#include <exception>
#include <functional>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "checker/engine/frontier.h"
#include "checker/engine/memory.h"
#include "checker/engine/rebuild.h"
#include "checker/engine/report.h"
#include "checker/engine/visited.h"

namespace takeover::engine {

template <Model M>
class Explorer {
 public:
  Explorer(const M& model, const Options& options)
      : model_(model),
        options_(options),
        visited_(options.store),
        all_(options.workers != 0 ? options.workers : std::max(1U, std::thread::hardware_concurrency())) {
    if (model.properties().size() > kMaxProperties || model.witnesses().size() > kMaxWitnesses) {
      throw std::invalid_argument("a model has at most " + std::to_string(kMaxProperties) +
                                  " properties and " + std::to_string(kMaxWitnesses) + " witnesses");
    }
  }

  // Explores. An exception of the model ends the run and is thrown to the caller.
  [[nodiscard]] Report<M> run() {
    start_ = Clock::now();
    next_progress_ = options_.progress_seconds;
    add_initial_states();
    fix_violations(0);
    for (level_ = 0; !frontier_.empty() && stopped_ == StopReason::kNone; ++level_) {
      frontier_size_ = frontier_.size();
      expand_level();
      fix_violations(level_ + 1);
    }
    return report();
  }

 private:
  using State = typename M::State;
  using Step = typename M::Step;
  using Clock = std::chrono::steady_clock;

  // A violation, ordered so that the least one of a level does not depend on the order of the search.
  struct Candidate {
    Fingerprint key;                  // the state, or the one before the step
    std::optional<std::size_t> step;  // the number of the violating step
    friend auto operator<=>(const Candidate&, const Candidate&) = default;
  };
  static constexpr std::size_t kDeadlock = kMaxProperties;
  using Candidates = std::array<std::optional<Candidate>, kMaxProperties + 1>;

  struct Offer {
    State state;
    Fingerprint key;
    Fingerprint parent;
    std::size_t begin = 0;  // its encoding in the worker's encoder
    std::size_t end = 0;
  };
  static constexpr std::size_t kBatch = 16;

  // On cache lines of its own: its counters are written at each step.
  struct alignas(64) Worker {
    typename M::Scratch scratch{};
    Encoder encoder{};
    std::vector<Offer> batch{};
    Frontier<State> next{};
    Candidates candidates{};  // in states of the next level and steps into it
    std::uint64_t states = 0;
    std::uint64_t transitions = 0;
    std::uint64_t deadlocks = 0;
    std::vector<std::uint64_t> actions{};
    std::array<std::uint64_t, kMaxProperties> met{};
    std::array<std::uint64_t, kMaxWitnesses> reached{};
    std::array<std::uint32_t, kMaxWitnesses> reached_level{};  // of the first time
  };

  static void propose(std::optional<Candidate>& best, const Candidate& candidate) {
    if (!best || candidate < *best) best = candidate;
  }

  static void for_each_bit(std::uint64_t bits, auto&& visit) {
    for (; bits != 0; bits &= bits - 1) visit(static_cast<std::size_t>(std::countr_zero(bits)));
  }

  // level: of the state, or of the state that the step leads to.
  static void note(Worker& worker, const Judgement& judgement, const Candidate& candidate,
                   std::uint32_t level) {
    for_each_bit(judgement.met, [&](std::size_t i) { ++worker.met[i]; });
    for_each_bit(judgement.reached, [&](std::size_t i) {
      if (worker.reached[i]++ == 0) worker.reached_level[i] = level;
    });
    for_each_bit(judgement.violated, [&](std::size_t i) { propose(worker.candidates[i], candidate); });
  }

  // Puts a successor among those that are looked up together, so that the look-ups' cache misses overlap.
  void offer(Worker& worker, State&& state, const Fingerprint& parent) {
    const std::size_t begin = worker.encoder.size();
    model_.encode(state, worker.encoder);
    const Fingerprint key = fingerprint(worker.encoder.bytes(begin));
    visited_.prefetch(key);
    worker.batch.push_back({std::move(state), key, parent, begin, worker.encoder.size()});
  }

  void add_unseen(Worker& worker, std::uint32_t level) {
    for (Offer& offer : worker.batch) {
      const auto bytes = worker.encoder.bytes(offer.begin, offer.end);
      if (!visited_.insert(offer.key, bytes, offer.parent, level)) continue;
      ++worker.states;
      Judgement judgement;
      model_.judge_state(offer.state, judgement);
      note(worker, judgement, {offer.key, std::nullopt}, level);
      worker.next.push(std::move(offer.state), offer.key);
    }
    worker.batch.clear();
    worker.encoder.clear();
  }

  void add_initial_states() {
    for (Worker& worker : all_) worker.actions.resize(model_.action_kinds().size());
    model_.for_each_initial([&](const State& state) {
      offer(all_[0], State(state), {});
      if (all_[0].batch.size() >= kBatch) add_unseen(all_[0], 0);
    });
    add_unseen(all_[0], 0);
    states_ = all_[0].states;
    frontier_.append(std::move(all_[0].next));
  }

  void expand(Worker& worker, const typename Frontier<State>::Item& item) {
    std::size_t enabled = 0;
    model_.for_each_step(item.state, worker.scratch, [&](Step& step) {
      Judgement judgement;
      model_.judge_step(item.state, step, judgement);
      note(worker, judgement, {item.key, enabled}, level_ + 1);
      ++worker.actions[model_.kind(step)];
      ++enabled;
      offer(worker, std::move(step.state), item.key);
    });
    if (worker.batch.size() >= kBatch) add_unseen(worker, level_ + 1);
    worker.transitions += enabled;
    if (enabled == 0 && !model_.is_terminal(item.state)) {
      ++worker.deadlocks;
      propose(worker.candidates[kDeadlock], {item.key, std::nullopt});
    }
  }

  void work(Worker& worker) {
    try {
      for (auto chunk = frontier_.take(); !chunk.empty(); chunk = frontier_.take()) {
        const std::uint64_t states = worker.states;
        const std::uint64_t transitions = worker.transitions;
        for (const auto& item : chunk) expand(worker, item);
        add_unseen(worker, level_ + 1);
        states_.fetch_add(worker.states - states, std::memory_order_relaxed);
        transitions_.fetch_add(worker.transitions - transitions, std::memory_order_relaxed);
        watch();
        if (stopped_ != StopReason::kNone) return;
      }
    } catch (...) {
      const std::lock_guard lock(watch_);
      error_ = std::current_exception();
      stopped_ = StopReason::kInterrupted;
    }
  }

  void expand_level() {
    {
      const std::size_t useful = std::min(all_.size(), frontier_.chunks());
      std::vector<std::jthread> threads;
      for (std::size_t i = 1; i < useful; ++i) threads.emplace_back([this, i] { work(all_[i]); });
      work(all_[0]);
    }
    if (error_) std::rethrow_exception(error_);
    const bool expanded = frontier_.exhausted();
    frontier_.clear();
    for (Worker& worker : all_) frontier_.append(std::move(worker.next));
    // A limit met by the last states takes nothing from the result.
    if (expanded && frontier_.empty()) stopped_ = StopReason::kNone;
  }

  // ---- violations ----

  void fix_violations(std::uint32_t level) {
    Candidates best;
    for (Worker& worker : all_) {
      for (std::size_t i = 0; i < best.size(); ++i) {
        if (worker.candidates[i]) propose(best[i], *worker.candidates[i]);
        worker.candidates[i].reset();
      }
    }
    fix(best, level);
    const std::uint64_t wanted = options_.stop_when_violated;
    if (wanted != 0 && (violated_ & wanted) == wanted && stopped_ == StopReason::kNone &&
        !frontier_.empty()) {
      stopped_ = StopReason::kViolated;
    }
  }

  // A state violates in its own level; a step, from the level before. A deadlock is seen when its state is
  // expanded.
  void fix(const Candidates& best, std::uint32_t level) {
    for (std::size_t i = 0; i < best.size(); ++i) {
      std::optional<Trace<M>>& trace = i == kDeadlock ? deadlock_ : traces_[i];
      if (!best[i] || trace) continue;
      const bool before = best[i]->step || i == kDeadlock;
      trace = rebuild(model_, visited_.path_to(best[i]->key, before ? level - 1 : level));
      if (!trace)
        throw std::logic_error("a counterexample could not be rebuilt: the model is not deterministic");
      if (best[i]->step) take_step(model_, *trace, *best[i]->step);
      if (i < kMaxProperties) violated_ |= std::uint64_t{1} << i;
    }
  }

  // ---- limits and progress ----

  [[nodiscard]] double seconds() const {
    return std::chrono::duration<double>(Clock::now() - start_).count();
  }

  [[nodiscard]] std::uint64_t total(std::uint64_t Worker::*counter) const {
    std::uint64_t sum = 0;
    for (const Worker& worker : all_) sum += worker.*counter;
    return sum;
  }

  // After each chunk: one worker at a time looks at the limits; the others do not wait for it.
  void watch() {
    const std::unique_lock lock(watch_, std::try_to_lock);
    if (!lock) return;
    const std::uint64_t states = states_;
    const double now = seconds();
    const auto stop = [&](bool condition, StopReason reason) {
      if (condition && stopped_ == StopReason::kNone) stopped_ = reason;
    };
    stop(options_.stop != nullptr && options_.stop->load(), StopReason::kInterrupted);
    stop(states >= options_.max_states, StopReason::kStates);
    stop(now >= options_.max_seconds, StopReason::kTime);
    if (now >= next_memory_) {
      next_memory_ = now + 0.05;
      const std::uint64_t memory = resident_memory();
      peak_memory_ = std::max(peak_memory_, memory);
      stop(memory >= options_.max_memory_bytes, StopReason::kMemory);
    }
    if (options_.progress && now >= next_progress_) {
      next_progress_ = now + options_.progress_seconds;
      options_.progress({states, transitions_, frontier_size_, level_, now, peak_memory_});
    }
  }

  static void add(const Worker& worker, Report<M>& report) {
    for (std::size_t i = 0; i < report.actions.size(); ++i) report.actions[i] += worker.actions[i];
    for (std::size_t i = 0; i < report.properties.size(); ++i) {
      report.properties[i].premise_met += worker.met[i];
    }
    for (std::size_t i = 0; i < report.witnesses.size(); ++i) {
      if (worker.reached[i] == 0) continue;
      report.witnesses[i] += worker.reached[i];
      std::optional<std::uint32_t>& length = report.witness_lengths[i];
      length = std::min(length.value_or(worker.reached_level[i]), worker.reached_level[i]);
    }
  }

  [[nodiscard]] Report<M> report() {
    Report<M> report;
    report.stopped = stopped_;
    report.complete = stopped_ == StopReason::kNone;
    report.states = total(&Worker::states);
    report.transitions = total(&Worker::transitions);
    report.deadlocks = total(&Worker::deadlocks);
    report.depth = level_ == 0 ? 0 : level_ - 1;
    report.seconds = seconds();
    report.peak_memory_bytes = std::max(peak_memory_, resident_memory());
    if (options_.store == Store::kFingerprint128) {
      const auto n = static_cast<double>(report.states);
      report.collision_probability = n * n / 2 / 0x1p128;
    }
    report.actions.resize(model_.action_kinds().size());
    report.witnesses.resize(model_.witnesses().size());
    report.witness_lengths.resize(model_.witnesses().size());
    report.properties.resize(model_.properties().size());
    for (const Worker& worker : all_) add(worker, report);
    for (std::size_t i = 0; i < report.properties.size(); ++i) {
      report.properties[i].counterexample = std::move(traces_[i]);
    }
    report.deadlock = std::move(deadlock_);
    return report;
  }

  const M& model_;
  const Options& options_;
  Visited visited_;
  std::vector<Worker> all_;
  Frontier<State> frontier_{};
  std::uint64_t frontier_size_ = 0;
  std::atomic<std::uint64_t> states_ = 0;  // so far, for limits and progress: updated by the chunk
  std::atomic<std::uint64_t> transitions_ = 0;
  std::uint32_t level_ = 0;
  std::uint64_t violated_ = 0;
  std::array<std::optional<Trace<M>>, kMaxProperties> traces_{};
  std::optional<Trace<M>> deadlock_{};
  std::atomic<StopReason> stopped_ = StopReason::kNone;
  std::exception_ptr error_{};
  std::mutex watch_{};
  Clock::time_point start_{};
  double next_memory_ = 0;
  double next_progress_ = 0;
  std::uint64_t peak_memory_ = 0;
};

// Throws std::invalid_argument if the model has too many properties or witnesses, std::logic_error if it
// breaks the rules of Model so that a counterexample cannot be rebuilt, and what the model or the progress
// callback throws.
template <Model M>
[[nodiscard]] Report<M> explore(const M& model, const Options& options) {
  return Explorer<M>(model, options).run();
}

}  // namespace takeover::engine
