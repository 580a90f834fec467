// Z3 behind a small face: terms go in, an answer and, if there is one, a model come out.
//
//   Solver solver(kRlimit);
//   solver.add(a < b, "order");
//   if (solver.check() == Answer::kSat) solver.value(a);
//   solver.reset();                       // the next question; what was translated is kept
//
// The terms of one question are of one pool.
//
// Z3's exceptions do not leave this class: an internal failure of Z3 is an std::runtime_error. A solver
// belongs to one thread.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "spec/smt/term.h"

namespace takeover::smt {

enum class Answer : std::uint8_t { kUnsat, kSat, kUnknown };

// How much Z3 may do for one question before it answers unknown: a count of its own steps, so that the answer
// is the same on a slow machine. The hardest question of the reference takes a small part of it.
inline constexpr std::uint32_t kRlimit = 20'000'000;

// 0: no limit. The time limit is the caller's wish; a proof is bounded by rlimit.
struct Limits {
  std::uint32_t rlimit = kRlimit;
  std::uint32_t timeout_ms = 0;
};

class Solver {
 public:
  // Numbers are unbounded; or of so many bits, which is quicker and right for questions whose numbers stay
  // below 2^bits - 1: a constant that does not fit is the highest number.
  explicit Solver(const Limits& limits = {}, unsigned bits = 0);
  Solver(const Solver&) = delete;
  Solver& operator=(const Solver&) = delete;
  Solver(Solver&&) = delete;
  Solver& operator=(Solver&&) = delete;
  ~Solver();

  void reset();
  void add(Term fact);
  // A fact that core() names.
  void add(Term fact, std::string label);
  [[nodiscard]] Answer check();

  // Makes a check that another thread is in end with kUnknown.
  void interrupt();

  // After kSat. A variable that does not matter is 0.
  [[nodiscard]] std::uint64_t value(Term term);
  // After kUnsat: the labels of facts that are enough for it. Not minimal.
  [[nodiscard]] std::vector<std::string> core() const;
  // After kUnknown: "timeout", "rlimit", "interrupted", or Z3's own words.
  [[nodiscard]] std::string why_unknown() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

[[nodiscard]] std::string z3_version();

}  // namespace takeover::smt
