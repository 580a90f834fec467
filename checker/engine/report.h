// What an exploration is asked for, and what it answers.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "checker/engine/checkpoint.h"
#include "checker/engine/model.h"

namespace takeover::engine {

enum class Store : std::uint8_t {
  kFingerprint,  // a state is 96 bits of its fingerprint; two states may be taken for one (see
                 // collision_probability)
  kExact,        // a state is its encoding, which is kept, compressed
};

enum class StopReason : std::uint8_t { kNone, kStates, kMemory, kTime, kInterrupted, kViolated };
[[nodiscard]] constexpr std::string_view to_string(StopReason reason) {
  switch (reason) {
    case StopReason::kNone: return "none";
    case StopReason::kStates: return "the limit of states";
    case StopReason::kMemory: return "the limit of memory";
    case StopReason::kTime: return "the limit of time";
    case StopReason::kInterrupted: return "an interrupt";
    case StopReason::kViolated: return "a violation";
  }
  return "";
}

struct Progress {
  std::uint64_t states = 0;
  std::uint64_t transitions = 0;
  std::uint64_t frontier = 0;
  std::uint32_t depth = 0;
  double seconds = 0;
  std::uint64_t memory_bytes = 0;
};

// Limits are looked at after each chunk of a few hundred states: a run exceeds them by a chunk per worker.
// Memory: the table asks before it grows; what the states of two levels take is measured every hundredth of a
// second.
struct Options {
  std::size_t workers = 0;  // 0: one per core
  Store store = Store::kFingerprint;
  std::uint64_t max_states = std::numeric_limits<std::uint64_t>::max();
  std::uint64_t max_memory_bytes = std::numeric_limits<std::uint64_t>::max();  // of the process (resident)
  double max_seconds = std::numeric_limits<double>::infinity();
  const std::atomic<bool>* stop = nullptr;  // set by the caller to end the run in order
  Bits stop_when_violated = 0;              // ends the run, as incomplete, once all of these are violated
  std::function<void(const Progress&)> progress{};  // called by the workers, by one at a time
  double progress_seconds = 1;

  // Explores one of all the states that differ by a renaming only. The model must be a SymmetricModel. Counts
  // are those of the representatives; a counterexample is a run of the model itself.
  bool symmetry = false;

  // Leaves steps out whose order does not matter (ample.h). The model must be a ReducibleModel. Counts are
  // those of what is left; a counterexample is a run of the model, not necessarily a shortest one.
  bool partial_order = false;

  // A file that the run can be resumed from: written each so many seconds, and when a limit or `stop` ends
  // the run, once its initial states are there. Empty: none. The state must be plain, or the model a
  // DecodableModel (snapshot.h). One that cannot be written does not end the run (checkpoint_failure).
  std::string checkpoint{};
  double checkpoint_seconds = 300;
  std::string resume{};  // a checkpoint to go on from
  Identity identity{};   // of the run, as a checkpoint says it
};

template <Model M>
struct Trace {
  typename M::State initial;
  std::vector<typename M::Step> steps;
};

template <Model M>
struct PropertyReport {
  std::uint64_t premise_met = 0;             // distinct states and steps on which the premise occurred
  std::optional<Trace<M>> counterexample{};  // a shortest one, unless under partial-order reduction
};

template <Model M>
struct Report {
  bool complete = false;  // every reachable state was expanded
  StopReason stopped = StopReason::kNone;
  std::uint64_t states = 0;       // distinct
  std::uint64_t transitions = 0;  // enabled actions of distinct states, those back to the same state included
  std::uint32_t depth = 0;        // steps to the farthest state that was expanded
  double seconds = 0;             // of the runs that it was resumed from, too
  double own_seconds = 0;         // of this run alone: what counts against its own limit
  std::uint64_t peak_memory_bytes = 0;     // of the process (resident)
  std::uint64_t store_bytes = 0;           // of the visited states at the end, free slots included
  double collision_probability = 0;        // that two states were taken for one; 0 in exact mode
  std::vector<std::uint64_t> actions{};    // by kind
  std::vector<std::uint64_t> witnesses{};  // steps and states that reached each
  std::vector<PropertyReport<M>> properties{};
  std::vector<std::optional<std::uint32_t>> witness_lengths{};  // steps of a shortest run to each, if any
  std::optional<Trace<M>> deadlock{};                           // a shortest run to one
  std::uint64_t deadlocks = 0;

  // Why the last attempt at a checkpoint failed, in one line that begins with the file's name; empty if it
  // did not, or there was none. It takes nothing from the rest of the report.
  std::string checkpoint_failure{};

  [[nodiscard]] double bytes_per_state() const {
    return states == 0 ? 0 : static_cast<double>(store_bytes) / static_cast<double>(states);
  }
};

}  // namespace takeover::engine
