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
//
// A state that is small and plain is copied into a batch, so that the cache misses of many look-ups overlap;
// any other is looked up as soon as its step was judged, and moved only if nobody has seen it. A step back to
// the same state is not looked up, nor is a state that this worker has looked up of late (Recent).
#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <cmath>
#include <cstdint>
#include <exception>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <string>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include "checker/engine/ample.h"
#include "checker/engine/frontier.h"
#include "checker/engine/identify.h"
#include "checker/engine/limits.h"
#include "checker/engine/meeting.h"
#include "checker/engine/report.h"
#include "checker/engine/retrace.h"
#include "checker/engine/snapshot.h"
#include "checker/engine/tally.h"
#include "checker/engine/visited.h"
#include "checker/engine/worker.h"

namespace takeover::engine {

template <Model M>
class Explorer {
 public:
  Explorer(const M& model, const Options& options)
      : model_(model),
        options_(options),
        all_(options.workers != 0 ? options.workers : std::max(1U, std::thread::hardware_concurrency())),
        identify_(model, options.store == Store::kExact, options.symmetry),
        visited_(all_.size() > 1),
        limits_(options),
        next_checkpoint_(options.checkpoint_seconds) {
    if (!Snapshot<M>::kPossible && !(options.checkpoint.empty() && options.resume.empty())) {
      throw std::invalid_argument("a checkpoint needs plain states, or a model that can decode them");
    }
    if (options.symmetry && !SymmetricModel<M>) {
      throw std::invalid_argument("the model declares no symmetry");
    }
    if (options.partial_order && !ReducibleModel<M>) {
      throw std::invalid_argument("the model declares no partial order");
    }
    if (model.properties().size() > kMaxProperties || model.witnesses().size() > kMaxWitnesses) {
      throw std::invalid_argument("a model has at most " + std::to_string(kMaxProperties) +
                                  " properties and " + std::to_string(kMaxWitnesses) + " witnesses");
    }
    for (Worker& worker : all_) worker.tally.count_kinds(model.action_kinds().size());
  }

  // Explores. An exception of the model ends the run and is thrown to the caller.
  [[nodiscard]] Report<M> run() {
    if (options_.resume.empty()) {
      add_initial_states();
      if (limits_.stopped() && !options_.checkpoint.empty()) {
        checkpoint_failure_ = options_.checkpoint + kNoRoom;
      }
      fix_violations(0);
    } else {
      resume();
    }
    for (; !frontier_.empty() && !limits_.stopped(); ++level_) {
      visited_.open_level(level_ + 1);
      limits_.enter_level(level_, frontier_.size());
      expand_level();
      fix_violations(level_ + 1);
    }
    return report();
  }

 private:
  using State = typename M::State;
  using Step = typename M::Step;

  using Worker = engine::Worker<M>;
  static constexpr bool kBatched = Worker::kBatched;
  using Item = typename Frontier<State>::Item;

  void add_initial_states() {
    Worker& worker = all_[0];
    model_.for_each_initial([&](const State& initial) {
      State state = initial;
      identify_.represent(state);
      const Identified id = identify_(state, worker.identity);
      add(worker, state, id, 0);
    });
    visited_.tell(worker.untold);
    limits_.count(worker.tally.states, 0);
    frontier_.append(std::move(worker.next));
  }

  // Adds a state that was reached in the open level, unless it is known. What is rare stands apart, so that
  // the way of the many that are known stays short.
  void add(Worker& worker, State& state, const Identified& id, std::uint32_t parent) {
    const Insertion result = visited_.insert(id.key(), parent, worker.untold);
    if (result != Insertion::kKnown) take_in(worker, state, id, parent, result);
  }

  [[gnu::noinline]] void take_in(Worker& worker, State& state, const Identified& id, std::uint32_t parent,
                                 Insertion result) {
    while (result == Insertion::kFull) {
      grow();
      result = visited_.insert(id.key(), parent, worker.untold);
      // Whatever else has stopped the run, the table has grown, unless there is not the memory.
      if (result == Insertion::kFull && limits_.stopped()) return abandon(worker, state, id, parent);
    }
    if (result == Insertion::kKnown) return;
    ++worker.tally.states;
    Judgement judgement;
    model_.judge_state(state, judgement);
    worker.tally.note(judgement, {id.fingerprint, std::nullopt}, visited_.open_level());
    worker.next.push(std::move(state), id.fingerprint);
  }

  // What comes of the state is not explored in this run; in one that goes on from its checkpoint it is. Each
  // worker finishes its chunk: that is few states, unless one has very many successors. Outside of a level,
  // nothing is saved.
  void abandon(Worker& worker, State& state, const Identified& id, std::uint32_t parent) {
    limits_.abandon();
    if (options_.checkpoint.empty() || !meeting_ || worker.is_full()) return;
    worker.unplaced.push_back({std::move(state), id.fingerprint, parent});
  }

  // Adds the states whose places were fetched, and begins to fetch those of the states that were offered
  // meanwhile: one for each, since the cache takes only so many requests at a time.
  [[gnu::noinline]] void turn_batch(Worker& worker) {
    std::swap(worker.batch, worker.fetched);
    const std::size_t offered = std::exchange(worker.offered, 0);
    const std::size_t count = std::exchange(worker.ready, offered);
    const auto prefetch = [&](std::size_t i) { visited_.prefetch(place_of(worker.fetched[i].mark)); };
    for (std::size_t i = count; i < offered; ++i) prefetch(i);
    // They stand in the batch that is filled next: nothing is offered before all are added.
    for (std::size_t i = 0; i < count; ++i) {
      if (i < offered) prefetch(i);
      typename Worker::Offer& offer = worker.batch[i];
      const Identified id = identify_.again(offer.state, offer.mark, worker.identity);
      add(worker, offer.state, id, offer.parent);
    }
  }

  // Adds all that were offered.
  void add_offered(Worker& worker) {
    if constexpr (kBatched) {
      turn_batch(worker);
      turn_batch(worker);
    }
  }

  void judge(Worker& worker, const Item& item, const Step& step, std::size_t ordinal) const {
    Judgement judgement;
    model_.judge_step(item.state, step, judgement);
    if (judgement.any()) worker.tally.note(judgement, {item.key, ordinal}, level_ + 1);
    const std::size_t kind = model_.kind(step);
    if (kind >= worker.tally.actions.size()) {
      throw std::logic_error("the model speaks of a kind of action that it has not named");
    }
    ++worker.tally.actions[kind];
  }

  // Whether the table knows a successor already, and would not change by it. In the exact store a fingerprint
  // decides nothing.
  static bool is_known(Worker& worker, const Fingerprint& mark, const Fingerprint& before,
                       std::uint32_t region) {
    const bool repeated = worker.recent.repeats(mark, region);
    const bool same = is_same(mark, before);
    return same | repeated;
  }

  // kPlain: neither reduction, and the fingerprint store. Small states are expanded so fast that asking for
  // these at each step would show.
  template <bool kPlain>
  void expand(Worker& worker, const Item& item) {
    std::size_t enabled = 0;
    std::size_t left_out = 0;
    std::optional<std::uint32_t> ample;
    if (!kPlain && options_.partial_order) {
      ample = ample_set(model_, item.state, identify_, visited_, worker.scratch, worker.identity);
    }
    const std::uint32_t region = region_of(place_of(item.key));
    model_.for_each_step(item.state, worker.scratch, [&](Step& step) {
      if (!kPlain && !is_ample(model_, ample, item.state, step)) {
        ++enabled;
        ++left_out;
        return;
      }
      if constexpr (kBatched) {
        judge(worker, item, step, enabled++);
        offer<kPlain>(worker, item, step.state, region);
      } else {
        look_up(worker, item, step, enabled++, region);
      }
    });
    if (left_out != 0 && left_out == enabled) {
      throw std::logic_error("a step was of a candidate, and is not when asked again");
    }
    worker.tally.transitions += enabled - left_out;
    if (enabled == 0 && !model_.is_terminal(item.state)) {
      ++worker.tally.deadlocks;
      propose(worker.tally.candidates[kDeadlock], {item.key, std::nullopt});
    }
  }

  template <bool kPlain>
  void offer(Worker& worker, const Item& item, State& state, std::uint32_t region) {
    if constexpr (!kPlain) identify_.represent(state);
    const Fingerprint mark = identify_.mark(state, worker.identity);
    // Written in any case, and kept only if need be: that cannot be predicted.
    typename Worker::Offer& offer = worker.batch[worker.offered];
    offer.state = state;
    offer.mark = mark;
    offer.parent = region;
    const bool known = is_known(worker, mark, item.key, region);
    worker.offered += known & (kPlain | !identify_.exact()) ? 0 : 1;
    if (worker.offered == Worker::kBatch) turn_batch(worker);
  }

  // What is said of a step is said of it as it is, and not of the representative that it leads to; if there
  // is none, while its place is fetched.
  void look_up(Worker& worker, const Item& item, Step& step, std::size_t ordinal, std::uint32_t region) {
    if (options_.symmetry) {
      judge(worker, item, step, ordinal);
      identify_.represent(step.state);
    }
    const Identified id = identify_(step.state, worker.identity);
    const bool known = !identify_.exact() && is_known(worker, id.fingerprint, item.key, region);
    if (!known) visited_.prefetch(id.key().place);
    if (!options_.symmetry) judge(worker, item, step, ordinal);
    if (!known) add(worker, step.state, id, region);
  }

  void work(Worker& worker) {
    try {
      worker.make_batches();
      const auto share = static_cast<std::size_t>(&worker - all_.data());
      for (auto chunk = frontier_.take(share); !chunk.empty(); chunk = frontier_.take(share)) {
        const std::uint64_t states = worker.tally.states;
        const std::uint64_t transitions = worker.tally.transitions;
        for (std::size_t i = 0; i < chunk.size(); ++i) {
          Frontier<State>::prefetch_after(chunk, i);
          if (growth_wanted_.load(std::memory_order_relaxed)) grow();
          if constexpr (kBatched) {
            plain_ ? expand<true>(worker, chunk[i]) : expand<false>(worker, chunk[i]);
          } else {
            expand<false>(worker, chunk[i]);
          }
        }
        add_offered(worker);
        worker.next.recycle(std::move(chunk));
        if (is_checkpoint_due()) pause_ = true;
        limits_.count(worker.tally.states - states, worker.tally.transitions - transitions);
        limits_.watch();
        if (limits_.stopped() || pause_.load(std::memory_order_relaxed)) break;
      }
    } catch (...) {
      const std::lock_guard lock(error_mutex_);
      error_ = std::current_exception();
      limits_.stop(StopReason::kInterrupted);
    }
    visited_.tell(worker.untold);
    meeting_->leave();
  }

  void expand_level() {
    const std::size_t useful = std::min(all_.size(), frontier_.chunks());
    do {
      pause_ = false;
      meeting_.emplace(useful);
      {
        std::vector<std::jthread> threads;
        threads.reserve(useful);
        try {
          for (std::size_t i = 1; i < useful; ++i) threads.emplace_back([this, i] { work(all_[i]); });
        } catch (const std::system_error&) {
          // Fewer threads do as well, and are not to wait for those that the system does not give.
          for (std::size_t i = threads.size() + 1; i < useful; ++i) meeting_->leave();
        }
        work(all_[0]);
      }
      meeting_.reset();
      if (error_) std::rethrow_exception(error_);
      if (!options_.checkpoint.empty() && (pause_ || limits_.stopped())) save();
    } while (pause_ && !limits_.stopped());
    const bool expanded = frontier_.exhausted();
    frontier_.clear();
    for (Worker& worker : all_) frontier_.append(std::move(worker.next));
    if (expanded && frontier_.empty()) limits_.forgive();
  }

  // A worker found no room. All that are at work come together and let the table grow, within the limit of
  // memory.
  void grow() {
    growth_wanted_ = true;
    const auto grow_partition = [this](std::size_t i) {
      growth_wanted_ = false;
      const std::uint64_t bytes = visited_.bytes_to_grow(i);
      if (!visited_.wants_growth(i) || !limits_.reserve(bytes)) return;
      if (!visited_.grow(i)) limits_.stop(StopReason::kMemory);
      limits_.settle(bytes);
    };
    if (meeting_) {
      meeting_->attend(kPartitions, grow_partition);
    } else {
      for (std::size_t i = 0; i < kPartitions; ++i) grow_partition(i);
    }
  }

  // ---- checkpoints ----

  // What the states of a checkpoint are: of the store and the reductions, which are no part of the identity.
  [[nodiscard]] std::uint64_t kind_of_search() const {
    return (identify_.exact() ? 1U : 0U) | (options_.symmetry ? 2U : 0U) | (options_.partial_order ? 4U : 0U);
  }

  [[nodiscard]] bool is_checkpoint_due() const {
    return !options_.checkpoint.empty() && limits_.seconds() >= next_checkpoint_;
  }

  // Between two chunks, when nobody is at work. A failure does not end the run: the checkpoint before stays,
  // and it is tried again when the next one is due.
  void save() {
    checkpoint_failure_.clear();
    try {
      // Some states may have been dropped.
      if (std::ranges::any_of(all_, &Worker::is_full)) throw CheckpointError(options_.checkpoint + kTooMany);
      write_checkpoint();
    } catch (const CheckpointError& failure) {
      checkpoint_failure_ = failure.what();
    }
    next_checkpoint_ = limits_.seconds() + options_.checkpoint_seconds;
  }

  static constexpr const char* kNoRoom = ": the checkpoint is not written: the initial states found no room";
  static constexpr const char* kTooMany =
      ": the checkpoint is not written: more states found no room than are kept for it";

  void write_checkpoint() {
    CheckpointWriter out(options_.checkpoint, options_.identity);
    out.number(kind_of_search());
    Snapshot<M> snapshot(model_);
    Tally tally = all_[0].tally;
    for (std::size_t i = 1; i < all_.size(); ++i) tally.add(all_[i].tally);
    const double seconds = earlier_seconds_ + limits_.seconds();
    out.number(level_);
    out.write(&seconds, sizeof seconds);
    Snapshot<M>::write(out, tally);
    for (const Found& found : found_) Snapshot<M>::write(out, found);
    snapshot.write(out, frontier_);
    for (const Worker& worker : all_) {
      out.number(1);
      snapshot.write(out, worker.next);
    }
    out.number(0);
    visited_.save(out);
    identify_.save(out);
    for (const Worker& worker : all_) {
      out.number(1);
      snapshot.write(out, worker.unplaced);
    }
    out.number(0);
    out.finish();
  }

  static constexpr const char* kNoMemory = "there is not the memory to go on from the checkpoint";

  // Goes on in the midst of a level, or between two.
  void resume() {
    CheckpointReader in(options_.resume, options_.identity);
    if (in.number() != kind_of_search()) in.refuse("the checkpoint is of another store or reduction");
    Snapshot<M> snapshot(model_);
    Worker& worker = all_[0];
    level_ = static_cast<std::uint32_t>(in.number());
    in.read(&earlier_seconds_, sizeof earlier_seconds_);
    Snapshot<M>::read(in, worker.tally);
    for (Found& found : found_) Snapshot<M>::read(in, found);
    snapshot.read(in, frontier_, identify_);
    while (in.number_up_to(1) == 1) snapshot.read(in, worker.next, identify_);
    // What was granted before has been read, and touched, when more is asked for.
    std::uint64_t granted = 0;
    const auto may_take = [&](std::uint64_t bytes) {
      limits_.settle(std::exchange(granted, bytes));
      return limits_.reserve(bytes);
    };
    if (!visited_.load(in, may_take)) in.refuse(kNoMemory);
    in.must(visited_.open_level() == level_ + 1);
    limits_.settle(granted);
    identify_.load(in);
    while (in.number_up_to(1) == 1) {
      snapshot.read_unplaced(in, identify_, [&](Unplaced<State>& each) {
        const Identified id = identify_.again(each.state, each.mark, worker.identity);
        add(worker, each.state, id, each.parent);
      });
    }
    in.must(in.left() == 0);
    if (limits_.stopped()) in.refuse(kNoMemory);
    visited_.tell(worker.untold);
    limits_.count(worker.tally.states, worker.tally.transitions);
    rebuild_traces();
    if (!frontier_.empty()) return;
    // The level was finished, and nobody had looked at what came of it.
    frontier_.append(std::move(worker.next));
    fix_violations(++level_);
  }

  // ---- violations ----

  void fix_violations(std::uint32_t level) {
    Candidates best;
    for (Worker& worker : all_) {
      if (worker.tally.speaks_beyond(model_.properties().size(), model_.witnesses().size())) {
        throw std::logic_error("the model judges a property or witness that it has not named");
      }
      worker.tally.give_candidates(best);
    }
    fix(best, level);
    const Bits wanted = options_.stop_when_violated;
    if (wanted != 0 && (violated_ & wanted) == wanted && !frontier_.empty())
      limits_.stop(StopReason::kViolated);
  }

  // A state violates in its own level; a step, from the level before. A deadlock is seen when its state is
  // expanded.
  void fix(const Candidates& best, std::uint32_t level) {
    for (std::size_t i = 0; i < best.size(); ++i) {
      if (!best[i] || found_[i].candidate) continue;
      const bool before = best[i]->step || i == kDeadlock;
      found_[i] = {best[i], before ? level - 1 : level};
      rebuild_trace(i);
    }
  }

  void rebuild_traces() {
    for (std::size_t i = 0; i < found_.size(); ++i) {
      if (found_[i].candidate) rebuild_trace(i);
    }
  }

  static constexpr const char* kNotTheSame =
      "a counterexample could not be rebuilt: the model is not deterministic";

  // Whether the run ends in what was found, when the model is asked again.
  [[nodiscard]] bool shows(const Trace<M>& trace, const Candidate& candidate, std::size_t i) const {
    const std::size_t steps = trace.steps.size();
    const State& last = steps == 0 ? trace.initial : trace.steps.back().state;
    if (i == kDeadlock) {
      typename M::Scratch scratch;
      bool enabled = false;
      model_.for_each_step(last, scratch, [&](Step&) { enabled = true; });
      return !enabled && !model_.is_terminal(last);
    }
    Judgement judgement;
    if (!candidate.step) {
      model_.judge_state(last, judgement);
    } else if (steps != 0) {
      model_.judge_step(steps == 1 ? trace.initial : trace.steps[steps - 2].state, trace.steps.back(),
                        judgement);
    }
    return (judgement.violated & bit(i)) != 0;
  }

  void rebuild_trace(std::size_t i) {
    Retrace<M> retrace(model_, identify_, visited_);
    const Candidate& candidate = *found_[i].candidate;
    std::optional<Trace<M>>& trace = i == kDeadlock ? deadlock_ : traces_[i];
    trace = retrace.to(candidate.key, found_[i].level);
    if (!trace) throw std::logic_error(kNotTheSame);
    if (candidate.step && options_.symmetry) {
      retrace.take_violating_step(*trace, bit(i));
    } else if (candidate.step) {
      retrace.take_step(*trace, *candidate.step);
    }
    if (!shows(*trace, candidate, i)) throw std::logic_error(kNotTheSame);
    if (i < kMaxProperties) violated_ |= bit(i);
  }

  [[nodiscard]] Report<M> report() {
    Report<M> report;
    report.stopped = limits_.reason();
    report.complete = report.stopped == StopReason::kNone;
    report.depth = level_ == 0 ? 0 : level_ - 1;
    report.checkpoint_failure = checkpoint_failure_;
    report.own_seconds = limits_.seconds();
    report.seconds = earlier_seconds_ + report.own_seconds;
    report.peak_memory_bytes = limits_.peak_memory();
    report.store_bytes = visited_.bytes() + identify_.bytes();
    report.actions.resize(model_.action_kinds().size());
    report.witnesses.resize(model_.witnesses().size());
    report.witness_lengths.resize(model_.witnesses().size());
    report.properties.resize(model_.properties().size());
    for (const Worker& worker : all_) worker.tally.add_to(report);
    for (std::size_t i = 0; i < report.properties.size(); ++i) {
      report.properties[i].counterexample = std::move(traces_[i]);
    }
    report.deadlock = std::move(deadlock_);
    if (!identify_.exact()) {
      // Of n²/2 pairs each is equal with a probability of 2 to the power of -96.
      const auto n = static_cast<double>(report.states);
      report.collision_probability = std::ldexp(n * n, -1 - static_cast<int>(kFingerprintBits));
    }
    return report;
  }

  const M& model_;
  const Options& options_;
  std::vector<Worker> all_;
  Identify<M> identify_;
  const bool plain_ = !options_.partial_order && !options_.symmetry && !identify_.exact();
  Visited visited_;
  Limits limits_;
  Frontier<State> frontier_{};
  std::uint32_t level_ = 0;
  std::atomic<bool> growth_wanted_ = false;
  std::atomic<bool> pause_ = false;  // a checkpoint is to be written
  double next_checkpoint_;
  std::string checkpoint_failure_{};
  double earlier_seconds_ = 0;
  std::array<Found, kMaxProperties + 1> found_{};
  std::optional<Meeting> meeting_{};  // of the level that is being expanded
  Bits violated_ = 0;
  std::array<std::optional<Trace<M>>, kMaxProperties> traces_{};
  std::optional<Trace<M>> deadlock_{};
  std::exception_ptr error_{};
  std::mutex error_mutex_{};
};

// Throws std::invalid_argument if the model has too many properties or witnesses, std::logic_error if it
// breaks the rules of Model, so that a counterexample cannot be rebuilt or what it speaks of has no name, and
// what the model or the progress callback throws.
template <Model M>
[[nodiscard]] Report<M> explore(const M& model, const Options& options) {
  return Explorer<M>(model, options).run();
}

}  // namespace takeover::engine
