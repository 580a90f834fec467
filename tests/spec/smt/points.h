// What lemmas of properties were evaluated on, to be evaluated again with the lemma changed.
#pragma once

#include <cstddef>
#include <map>
#include <set>
#include <unordered_set>
#include <vector>

#include "spec/smt/invariants.h"
#include "tests/spec/smt/claims.h"

namespace takeover::tests {

class Points {
 public:
  void note(const Point& point);
  // After a transition: the verdict on a property is that of all its evaluations.
  void end_transition();

  // Whether the verdict on some transition is another one if the lemma says this instead.
  [[nodiscard]] bool notice(const smt::Lemma& lemma, smt::Term mutant) const;

 private:
  struct Noted {
    const smt::Lemma* lemma;
    smt::Values values;
    bool holds;
  };
  struct Hash {
    std::size_t operator()(const smt::Values& values) const;
  };
  struct Of {
    std::vector<smt::Index> variables{};
    std::unordered_set<smt::Values, Hash> kept{};
    std::set<std::set<smt::Values>> broken{};  // in one transition
  };

  smt::Values values_{};
  std::vector<Noted> transition_{};
  std::map<const smt::Lemma*, Of> lemmas_{};
};

}  // namespace takeover::tests
