// What the engine asks of a model. Any type that satisfies Model can be explored; the engine knows nothing
// else of it.
//
//   struct Counter {
//     using State = int;
//     struct Step { int state; };
//     struct Scratch {};
//     void for_each_initial(auto&& visit) const { visit(0); }
//     void for_each_step(const int& n, Scratch&, auto&& visit) const { if (n < 3) { Step s{n + 1}; visit(s);
//     } }
//     ...
//   };
//
// A model is shared by all workers and must be safe to call from several threads; what it needs to write goes
// into a Scratch, of which each worker has its own.
#pragma once

#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <type_traits>
#include <vector>

#include "checker/engine/encoder.h"

namespace takeover::engine {

inline constexpr std::size_t kMaxProperties = 64;
inline constexpr std::size_t kMaxWitnesses = 64;

// What is said of one state or one step: bit i stands for property or witness i.
struct Judgement {
  std::uint64_t met = 0;  // the premise occurred
  std::uint64_t violated = 0;
  std::uint64_t reached = 0;  // witnesses

  [[nodiscard]] bool any() const { return (met | violated | reached) != 0; }
  friend bool operator==(const Judgement&, const Judgement&) = default;
};

// The bits of so many properties or witnesses, 64 at most.
[[nodiscard]] constexpr std::uint64_t first_bits(std::size_t count) {
  return count < 64 ? (std::uint64_t{1} << count) - 1 : ~std::uint64_t{0};
}

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

  // Names of the kinds of actions, properties (at most 64) and witnesses (at most 64).
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
