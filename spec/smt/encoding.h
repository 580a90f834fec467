// The whole encoding for so many tracked ids: variables, parameters, guards, one transition for each action.
//
// Built once (some milliseconds) and then only read, so that several threads can evaluate it.
#pragma once

#include <array>
#include <bitset>

#include "spec/smt/relation.h"

namespace takeover::smt {

struct Encoding {
  // Every guard is a variable.
  explicit Encoding(std::size_t tracked)
      : state(variables(pool, tracked)), in(params(pool, tracked)), guard(guards(pool)) {
    make_transitions();
  }
  // The guards are in or out, and the relation is the simpler for it.
  Encoding(std::size_t tracked, const std::bitset<impl::kGuardCount>& guards_in)
      : state(variables(pool, tracked)), in(params(pool, tracked)), guard(guards(pool, guards_in)) {
    make_transitions();
  }
  [[nodiscard]] const Transition& operator[](Action action) const {
    return transitions[static_cast<std::size_t>(action)];
  }

  Pool pool{};
  State state;
  Params in;
  Guards guard;
  std::array<Transition, kActionCount> transitions{};

 private:
  void make_transitions() {
    for (std::size_t i = 0; i < kActionCount; ++i) {
      transitions[i] = transition(static_cast<Action>(i), state, in, guard);
    }
  }
};

}  // namespace takeover::smt
