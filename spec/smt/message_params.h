// What a message tells a step.
//
// The orchestrator's queue and its handler keep a message's parameters as variables of the state; the steps
// of the streams take them from outside. So what is what member is said once.
#pragma once

#include <array>
#include <cstdint>

#include "impl/message.h"
#include "spec/smt/variables.h"

namespace takeover::smt {

// As the relation has it: an enumerator, a flag, a size.
[[nodiscard]] constexpr std::uint64_t number(auto value) {
  return static_cast<std::uint64_t>(value);
}

// Of each parameter.
struct ParamValues {
  std::array<std::uint64_t, kParamCount> values{};
  [[nodiscard]] std::uint64_t& operator[](Param param) { return values[static_cast<std::size_t>(param)]; }
  [[nodiscard]] std::uint64_t operator[](Param param) const {
    return values[static_cast<std::size_t>(param)];
  }

  void set_dispatcher(impl::DispatcherId id, impl::Mode mode);
  void set_span(const impl::Span& span);
};
[[nodiscard]] ParamValues params_of(const impl::Message& request);

// Keys are signed in the implementation and natural here, in the same order.
[[nodiscard]] constexpr std::uint64_t key(std::int32_t value) {
  return static_cast<std::uint64_t>(static_cast<std::int64_t>(value) - std::int64_t{impl::Span::kMin});
}

// Of the arrays that have one element for each mode.
[[nodiscard]] constexpr std::size_t index_of(impl::Mode mode) {
  return mode == impl::Mode::kRedo ? 1 : 0;
}

}  // namespace takeover::smt
