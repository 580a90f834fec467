// What a run is made of between two chunks, written to a checkpoint and read back.
//
// The workers have stopped: every state that was taken from the frontier is expanded, every other one is
// still there. States are written as they lie in memory if they are plain, and else by the model's encoding,
// which the model has to be able to read back:
//
//   State decode(std::span<const std::uint8_t>) const
//
// throws, or gives the state of these bytes. What it gives is held against the state's fingerprint.
#pragma once

#include <concepts>
#include <cstdint>
#include <optional>
#include <span>
#include <type_traits>
#include <utility>
#include <vector>

#include "checker/engine/checkpoint.h"
#include "checker/engine/frontier.h"
#include "checker/engine/identify.h"
#include "checker/engine/tally.h"
#include "checker/engine/visited.h"
#include "checker/engine/worker.h"

namespace takeover::engine {

template <class M>
concept DecodableModel = requires(const M& model, std::span<const std::uint8_t> bytes) {
  { model.decode(bytes) } -> std::same_as<typename M::State>;
};

// A violation whose trace was built already: it is built again.
struct Found {
  std::optional<Candidate> candidate{};
  std::uint32_t level = 0;
};

template <Model M>
class Snapshot {
 public:
  using State = typename M::State;
  static constexpr bool kPlain = std::is_trivially_copyable_v<State> && std::default_initializable<State>;
  static constexpr bool kPossible = kPlain || DecodableModel<M>;

  explicit Snapshot(const M& model) : model_(model) {}

  void write(CheckpointWriter& out, const Frontier<State>& frontier) {
    out.number(frontier.left());
    frontier.for_each_left([&](const auto& item) { write(out, item.state, item.key); });
  }
  // Adds them.
  void read(CheckpointReader& in, Frontier<State>& frontier, const Identify<M>& identify) {
    for (std::uint64_t left = in.number_up_to(in.left()); left != 0; --left) {
      auto [state, key] = read_state(in, identify);
      frontier.push(std::move(state), key);
    }
  }

  void write(CheckpointWriter& out, const std::vector<Unplaced<State>>& states) {
    out.number(states.size());
    for (const Unplaced<State>& each : states) {
      write(out, each.state, each.mark);
      out.number(each.parent);
    }
  }
  // One after the other.
  void read_unplaced(CheckpointReader& in, const Identify<M>& identify, const auto& visit) {
    for (std::uint64_t left = in.number_up_to(in.left()); left != 0; --left) {
      auto [state, key] = read_state(in, identify);
      Unplaced<State> each{std::move(state), key, static_cast<std::uint32_t>(in.number())};
      visit(each);
    }
  }

  static void write(CheckpointWriter& out, const Tally& tally) {
    for (const auto& candidate : tally.candidates) write(out, candidate);
    for (const std::uint64_t number : {tally.states, tally.transitions, tally.deadlocks}) out.number(number);
    out.all(tally.actions);
    out.write(&tally.met, sizeof tally.met);
    out.write(&tally.reached, sizeof tally.reached);
    out.write(&tally.reached_level, sizeof tally.reached_level);
  }
  static void read(CheckpointReader& in, Tally& tally) {
    for (auto& candidate : tally.candidates) candidate = read_candidate(in);
    for (std::uint64_t* number : {&tally.states, &tally.transitions, &tally.deadlocks}) *number = in.number();
    const std::size_t kinds = tally.actions.size();
    in.all(tally.actions);
    in.must(tally.actions.size() == kinds);
    in.read(&tally.met, sizeof tally.met);
    in.read(&tally.reached, sizeof tally.reached);
    in.read(&tally.reached_level, sizeof tally.reached_level);
  }

  static void write(CheckpointWriter& out, const Found& found) {
    write(out, found.candidate);
    out.number(found.level);
  }
  static void read(CheckpointReader& in, Found& found) {
    found.candidate = read_candidate(in);
    found.level = static_cast<std::uint32_t>(in.number());
  }

 private:
  void write(CheckpointWriter& out, const State& state, const Fingerprint& key) {
    out.write(&key, sizeof key);
    if constexpr (kPlain) {
      out.write(&state, sizeof state);
    } else if constexpr (DecodableModel<M>) {
      encoder_.clear();
      model_.encode(state, encoder_);
      out.number(encoder_.size());
      out.write(encoder_.bytes().data(), encoder_.size());
    }
  }
  std::pair<State, Fingerprint> read_state(CheckpointReader& in, const Identify<M>& identify) {
    Fingerprint key;
    in.read(&key, sizeof key);
    std::optional<State> state;
    if constexpr (kPlain) {
      in.read(&state.emplace(), sizeof(State));
    } else if constexpr (DecodableModel<M>) {
      in.all(bytes_);
      state = model_.decode(bytes_);
    }
    in.must(state && identify.mark(*state, scratch_) == key);
    return {std::move(*state), key};
  }

  static void write(CheckpointWriter& out, const std::optional<Candidate>& candidate) {
    out.number(candidate ? 1 : 0);
    if (!candidate) return;
    out.write(&candidate->key, sizeof candidate->key);
    out.number(candidate->step ? *candidate->step + 1 : 0);
  }
  static std::optional<Candidate> read_candidate(CheckpointReader& in) {
    if (in.number_up_to(1) == 0) return std::nullopt;
    Candidate candidate;
    in.read(&candidate.key, sizeof candidate.key);
    const std::uint64_t step = in.number();
    if (step != 0) candidate.step = step - 1;
    return candidate;
  }

  const M& model_;
  Encoder encoder_{};
  IdentityScratch scratch_{};
  std::vector<std::uint8_t> bytes_{};
};

}  // namespace takeover::engine
