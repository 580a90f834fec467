// When a run ends before everything is explored; and what is told of it meanwhile.
#pragma once

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <mutex>

#include "checker/engine/memory.h"
#include "checker/engine/report.h"

namespace takeover::engine {

// Safe to use from several threads, enter_level and forgive apart.
class Limits {
 public:
  explicit Limits(const Options& options) : options_(options), next_progress_(options.progress_seconds) {}

  void enter_level(std::uint32_t level, std::uint64_t frontier) {
    level_ = level;
    frontier_ = frontier;
  }

  // The first reason counts.
  void stop(StopReason reason) {
    StopReason none = StopReason::kNone;
    stopped_.compare_exchange_strong(none, reason);
  }
  [[nodiscard]] bool stopped() const { return stopped_.load(std::memory_order_relaxed) != StopReason::kNone; }
  [[nodiscard]] StopReason reason() const { return stopped_; }

  // A state found no room, and the run was stopped: it stays incomplete, whatever remains to be explored.
  void abandon() { abandoned_ = true; }
  // Everything was explored: a limit met by the last states takes nothing from the result.
  void forgive() {
    if (!abandoned_) stopped_ = StopReason::kNone;
  }

  void count(std::uint64_t states, std::uint64_t transitions) {
    states_.fetch_add(states, std::memory_order_relaxed);
    transitions_.fetch_add(transitions, std::memory_order_relaxed);
  }

  // Whether so much more memory may be taken at once; if not, the run is stopped. To be settled once it was
  // touched: until then, what is resident does not tell of it.
  [[nodiscard]] bool reserve(std::uint64_t bytes) {
    const std::lock_guard lock(mutex_);
    const std::uint64_t memory = resident_memory();
    peak_memory_ = std::max(peak_memory_, memory);
    if (memory + granted_ + bytes < options_.max_memory_bytes) {
      granted_ += bytes;
      return true;
    }
    stop(StopReason::kMemory);
    return false;
  }
  void settle(std::uint64_t bytes) {
    const std::lock_guard lock(mutex_);
    granted_ -= bytes;
  }

  // After each chunk: one worker at a time looks at the limits; the others do not wait for it.
  void watch() {
    const std::unique_lock lock(mutex_, std::try_to_lock);
    if (!lock) return;
    const std::uint64_t states = states_;
    const double now = seconds();
    if (options_.stop != nullptr && options_.stop->load()) stop(StopReason::kInterrupted);
    if (states >= options_.max_states) stop(StopReason::kStates);
    if (now >= options_.max_seconds) stop(StopReason::kTime);
    if (now >= next_memory_) {
      next_memory_ = now + 0.01;
      const std::uint64_t memory = resident_memory();
      peak_memory_ = std::max(peak_memory_, memory);
      if (memory >= options_.max_memory_bytes) stop(StopReason::kMemory);
    }
    if (options_.progress && now >= next_progress_) {
      next_progress_ = now + options_.progress_seconds;
      options_.progress({states, transitions_, frontier_, level_, now, peak_memory_});
    }
  }

  [[nodiscard]] double seconds() const {
    return std::chrono::duration<double>(Clock::now() - start_).count();
  }
  [[nodiscard]] std::uint64_t peak_memory() const { return std::max(peak_memory_, resident_memory()); }

 private:
  using Clock = std::chrono::steady_clock;

  const Options& options_;
  std::atomic<StopReason> stopped_ = StopReason::kNone;
  std::atomic<bool> abandoned_ = false;
  std::atomic<std::uint64_t> states_ = 0;  // so far: updated by the chunk
  std::atomic<std::uint64_t> transitions_ = 0;
  std::uint64_t frontier_ = 0;
  std::uint32_t level_ = 0;
  std::mutex mutex_{};
  Clock::time_point start_ = Clock::now();
  std::uint64_t granted_ = 0;  // by reserve, and not settled
  double next_memory_ = 0;
  double next_progress_;
  std::uint64_t peak_memory_ = 0;
};

}  // namespace takeover::engine
