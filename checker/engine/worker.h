// What one worker of an exploration has to itself.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <type_traits>
#include <vector>

#include "checker/engine/frontier.h"
#include "checker/engine/identify.h"
#include "checker/engine/model.h"
#include "checker/engine/recent.h"
#include "checker/engine/tally.h"
#include "checker/engine/visited.h"

namespace takeover::engine {

// A successor that the full table turned away when the run ended: kept for the checkpoint.
template <class State>
struct Unplaced {
  State state;
  Fingerprint mark;
  std::uint32_t parent;  // its region
};

// On cache lines of its own: its counters are written at each step.
template <Model M>
struct alignas(64) Worker {
  using State = typename M::State;
  // Whether states are small and plain enough to be copied into a batch.
  static constexpr bool kBatched =
      std::is_trivially_copyable_v<State> && std::default_initializable<State> && sizeof(State) <= 64;
  static constexpr std::size_t kBatch = 64;
  static constexpr std::size_t kMostUnplaced = 1 + (std::size_t{16} << 20U) / sizeof(Unplaced<State>);
  struct Offer {
    State state;
    Fingerprint mark;
    std::uint32_t parent;  // its region
  };

  void make_batches() {
    if constexpr (kBatched) {
      batch.resize(kBatch);
      fetched.resize(kBatch);
    }
  }

  // No more unplaced states are kept.
  [[nodiscard]] bool is_full() const { return unplaced.size() == kMostUnplaced; }

  typename M::Scratch scratch{};
  IdentityScratch identity{};
  Recent recent{};
  Untold untold{};
  // While one batch is filled, the cache fetches the places of the other one.
  std::vector<Offer> batch{};
  std::vector<Offer> fetched{};
  std::size_t offered = 0;  // in batch
  std::size_t ready = 0;    // in fetched
  Frontier<State> next{};
  std::vector<Unplaced<State>> unplaced{};
  Tally tally{};
};

}  // namespace takeover::engine
