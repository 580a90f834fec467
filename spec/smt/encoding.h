// The whole encoding for so many tracked ids: variables, parameters, guards, one transition for each action.
//
// Built once (some milliseconds) and then only read, so that several threads can evaluate it.
#pragma once

#include <array>
#include <memory>

#include "spec/smt/relation.h"

namespace takeover::smt {

struct Encoding {
  explicit Encoding(std::size_t tracked)
      : state(variables(pool, tracked)), in(params(pool, tracked)), guard(guards(pool)) {
    for (std::size_t i = 0; i < kActionCount; ++i) {
      transitions[i] = transition(static_cast<Action>(i), state, in, guard);
    }
  }
  [[nodiscard]] const Transition& operator[](Action action) const {
    return transitions[static_cast<std::size_t>(action)];
  }

  Pool pool{};
  State state;
  Params in;
  Guards guard;
  std::array<Transition, kActionCount> transitions{};
};

}  // namespace takeover::smt
