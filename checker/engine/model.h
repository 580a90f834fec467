// What the engine asks of a model. Any type that satisfies Model can be explored; the engine knows nothing
// else of it.
//
//   struct Counter {
//     using State = int;
//     struct Step { int state; };
//     struct Scratch {};
//     void for_each_initial(auto&& visit) const { visit(0); }
//     void for_each_step(const int& n, Scratch&, auto&& visit) const {
//       if (n < 3) { Step s{n + 1}; visit(s); }
//     }
//     ...
//   };
//
// A model is shared by all workers and must be safe to call from several threads; what it needs to write goes
// into a Scratch, of which each worker has its own.
#pragma once

#include <array>
#include <bitset>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <type_traits>
#include <vector>

#include "checker/engine/encoder.h"

namespace takeover::engine {

// How many a model can have: properties of states and steps, as many of liveness, witnesses; fair actions.
inline constexpr std::size_t kMaxProperties = 128;
inline constexpr std::size_t kMaxWitnesses = 128;
inline constexpr std::size_t kMaxFairActions = 64;

// Bit i stands for property or witness i, or for fair action i.
__extension__ using Bits = unsigned __int128;
using FairSet = std::uint64_t;

[[nodiscard]] constexpr Bits bit(std::size_t i) {
  return Bits{1} << i;
}
// The bits of so many properties or witnesses.
[[nodiscard]] constexpr Bits first_bits(std::size_t count) {
  return count < kMaxProperties ? bit(count) - 1 : ~Bits{0};
}
template <std::size_t N>
requires(N <= kMaxProperties) [[nodiscard]] Bits bits_of(const std::bitset<N>& set) {
  if constexpr (N <= 64) {
    return set.to_ullong();
  } else {
    const std::bitset<N> low(~0ULL);
    return Bits{(set >> 64).to_ullong()} << 64U | (set & low).to_ullong();
  }
}
// What is said of one state or one step.
struct Judgement {
  Bits met = 0;  // the premise occurred
  Bits violated = 0;
  Bits reached = 0;  // witnesses

  [[nodiscard]] bool any() const { return (met | violated | reached) != 0; }
  friend bool operator==(const Judgement&, const Judgement&) = default;
};

// A state that is a fixed number of 64-bit words: model.words(state) returns them, equal if and only if the
// states are. The fastest encoding there is.
template <class T>
struct IsWords : std::false_type {};
template <std::size_t N>
struct IsWords<std::array<std::uint64_t, N>> : std::bool_constant<(N > 0)> {};
template <class M>
concept FixedEncoding = requires(const M& model, const typename M::State& state) {
  requires IsWords<std::remove_cvref_t<decltype(model.words(state))>>::value;
};
// Otherwise model.encode(state, encoder) writes bytes that are equal if and only if the states are.
template <class M>
concept ByteEncoding = requires(const M& model, const typename M::State& state, Encoder& encoder) {
  model.encode(state, encoder);
};

template <class M>
concept Model = requires(const M& model, const typename M::State& state, const typename M::Step& step,
                         typename M::Scratch& scratch, Judgement& judgement) {
  requires std::copyable<typename M::State>;
  requires std::default_initializable<typename M::Scratch>;
  requires std::copyable<typename M::Step>;
  { step.state } -> std::convertible_to<const typename M::State&>;  // the successor

  // Calls visit(const State&) for each initial state.
  model.for_each_initial([](const typename M::State&) {});
  // Calls visit(Step&) for each enabled action, always in the same order. The engine may move from
  // step.state.
  model.for_each_step(state, scratch, [](typename M::Step&) {});
  requires FixedEncoding<M> || ByteEncoding<M>;

  // Names of the kinds of actions, properties (kMaxProperties at most) and witnesses (kMaxWitnesses at most).
  { model.action_kinds() } -> std::convertible_to<const std::vector<std::string>&>;
  { model.properties() } -> std::convertible_to<const std::vector<std::string>&>;
  { model.witnesses() } -> std::convertible_to<const std::vector<std::string>&>;
  // Below the number of action kinds.
  { model.kind(step) } -> std::convertible_to<std::size_t>;

  // Once per distinct state.
  model.judge_state(state, judgement);
  // Once per enabled action of each distinct state, those that lead to known states included.
  model.judge_step(state, step, judgement);
  // A state without enabled action that is not terminal is a deadlock.
  { model.is_terminal(state) } -> std::convertible_to<bool>;
};

// Symmetry, where the model has any: changes a state into the representative of all that differ from it only
// by a renaming of parts that play the same role. It must be the same for all of them: a counterexample is
// looked for among states as they are, by their representatives (otherwise explore may throw
// std::logic_error). Renaming must not matter to anything: initial states, steps, judgements, kinds, and what
// is terminal.
template <class M>
concept SymmetricModel = Model<M> && requires(const M& model, typename M::State& state) {
  model.canonicalize(state);
};

// Partial-order reduction, where the model has any: the candidate that a step of this state is of, by a
// number of the model's choice (as a rule, the process that takes the step), or nothing. What a candidate
// must be is said in ample.h; audit.h tries it.
template <class M>
concept ReducibleModel = Model<M> &&
    requires(const M& model, const typename M::State& state, const typename M::Step& step) {
  { model.candidate(state, step) } -> std::same_as<std::optional<std::uint32_t>>;
};

}  // namespace takeover::engine
