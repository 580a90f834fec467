#include "spec/smt/solver.h"

#include <catch2/catch.hpp>
#include <stdexcept>
#include <string>
#include <vector>

#include "spec/smt/smtlib.h"

using namespace takeover::smt;

TEST_CASE("a solver finds a model, proves, and names what a proof leant on") {
  Pool pool;
  const Term a = pool.variable("a", Sort::kInt);
  const Term b = pool.variable("b", Sort::kInt);
  Solver solver;
  solver.add(a < b, "order");
  solver.add(pool.number(6) < a, "seven");
  REQUIRE(solver.check() == Answer::kSat);
  CHECK(solver.value(a) >= 7);
  CHECK(solver.value(a) < solver.value(b));
  solver.add(b < pool.number(5), "small");
  REQUIRE(solver.check() == Answer::kUnsat);
  CHECK(solver.core().size() == 3);
  solver.reset();
  solver.add(b < pool.number(5));
  CHECK(solver.check() == Answer::kSat);
}

TEST_CASE("numbers are natural for the solver, as they are when they are computed") {
  Pool pool;
  const Term a = pool.variable("a", Sort::kInt);
  Solver solver;
  solver.add(a == 0 && (a - 1) != 0);
  CHECK(solver.check() == Answer::kUnsat);
  const Program program({a - 1});
  std::vector<std::uint64_t> scratch;
  std::vector<std::uint64_t> values;
  program.run({0}, scratch, values);
  CHECK(values.front() == 0);
}

TEST_CASE("a solver that runs out of its steps says unknown, and why") {
  Pool pool;
  Solver solver({.rlimit = 1});
  Term hard = pool.truth(true);
  for (int i = 0; i < 40; ++i) {
    const Term x = pool.variable("x" + std::to_string(i), Sort::kInt);
    const Term y = pool.variable("x" + std::to_string(i + 1), Sort::kInt);
    hard = hard && (x < y || y + 3 < x) && x != y + 1;
  }
  solver.add(hard);
  REQUIRE(solver.check() == Answer::kUnknown);
  CHECK_FALSE(solver.why_unknown().empty());
}

TEST_CASE("terms of two pools do not get mixed up in one solver") {
  Pool first;
  Pool second;
  const Term number = first.variable("n", Sort::kInt);
  const Term truth = second.variable("t", Sort::kBool);
  Solver solver;
  solver.add(number == 3);
  CHECK(solver.check() == Answer::kSat);
  solver.reset();
  solver.add(!truth);
  CHECK(solver.check() == Answer::kSat);
}

TEST_CASE("a sealed pool gives the terms that it has, and makes no other") {
  Pool pool;
  const Term a = pool.variable("a", Sort::kInt);
  const Term is_three = a == 3;
  const Term denial = !is_three;
  pool.seal();
  const std::size_t count = pool.nodes().size();
  CHECK((!is_three).is(denial));
  CHECK((pool.variable("a", Sort::kInt) == 3).is(is_three));
  CHECK_THROWS_AS(a == 4, std::logic_error);
  CHECK_THROWS_AS(a < pool.number(3), std::logic_error);
  CHECK_THROWS_AS(pool.variable("b", Sort::kInt), std::logic_error);
  CHECK(pool.nodes().size() == count);
  CHECK(pool.variable_count() == 1);
}

TEST_CASE("a question is written as SMT-LIB 2") {
  Pool pool;
  const Term a = pool.variable("a b", Sort::kInt);
  const std::string text = to_smtlib({a < pool.number(3)}, "a comment");
  CHECK(text.find("(declare-const |a b| Int)") != std::string::npos);
  CHECK(text.find("(check-sat)") != std::string::npos);
}
