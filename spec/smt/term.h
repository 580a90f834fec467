// Terms: formulas and numbers over named variables, each written once and used in two ways.
//
// A term is a node of a directed acyclic graph in a Pool. Equal terms are one node, so that a step that
// leaves a formula alone is seen without a solver. A term is
//   * handed to Z3 (solver.h), variable by variable as the caller maps them, or
//   * evaluated over numbers (Program): the nodes a set of terms needs, in order; some microseconds a time.
//
//   Pool pool;
//   const Term x = pool.variable("x", Sort::kInt);
//   const Term positive = pool.number(0) < x;
//   const Program program(pool, {positive});
//   program.run(inputs, values);         // inputs[variable number] -> values[i] of the i-th term
//
// Numbers are natural: what would be below 0 is 0. A Bool is 0 or 1.
//
// To make a term, `!a` say, is to write its pool: one that several threads read is sealed before they do.
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <unordered_map>
#include <vector>

namespace takeover::smt {

enum class Sort : std::uint8_t { kBool, kInt };
enum class Op : std::uint8_t { kConstant, kVariable, kNot, kAnd, kOr, kEqual, kLess, kIte, kAdd, kSubtract };

using Index = std::uint32_t;

struct Node {
  Op op = Op::kConstant;
  Sort sort = Sort::kBool;
  Index a = 0;  // operands; of a variable, a is its number
  Index b = 0;
  Index c = 0;
  std::uint64_t value = 0;  // of a constant
  friend bool operator==(const Node&, const Node&) = default;
};

class Pool;

// A handle: cheap to copy, valid as long as its pool.
class Term {
 public:
  Term() = default;
  Term(Pool* pool, Index index) : pool_(pool), index_(index) {}
  [[nodiscard]] Index index() const { return index_; }
  [[nodiscard]] Pool& pool() const { return *pool_; }
  [[nodiscard]] const Node& node() const;
  [[nodiscard]] bool is_true() const;
  [[nodiscard]] bool is_false() const;
  // The same node, which is stronger than equal values.
  [[nodiscard]] bool is(const Term& other) const { return index_ == other.index_; }

 private:
  Pool* pool_ = nullptr;
  Index index_ = 0;
};

[[nodiscard]] Term operator!(Term a);
[[nodiscard]] Term operator&&(Term a, Term b);
[[nodiscard]] Term operator||(Term a, Term b);
[[nodiscard]] Term operator==(Term a, Term b);
[[nodiscard]] Term operator==(Term a, std::uint64_t b);
[[nodiscard]] Term operator!=(Term a, Term b);
[[nodiscard]] Term operator!=(Term a, std::uint64_t b);
[[nodiscard]] Term operator<(Term a, Term b);
[[nodiscard]] Term operator<=(Term a, Term b);
[[nodiscard]] Term operator+(Term a, std::uint64_t b);
[[nodiscard]] Term operator-(Term a, std::uint64_t b);
[[nodiscard]] Term implies(Term a, Term b);
[[nodiscard]] Term ite(Term condition, Term then, Term otherwise);
[[nodiscard]] Term max(Term a, Term b);
[[nodiscard]] Term any_of(std::initializer_list<Term> terms);
[[nodiscard]] Term all_of(std::initializer_list<Term> terms);

class Pool {
 public:
  Pool() = default;
  Pool(const Pool&) = delete;
  Pool& operator=(const Pool&) = delete;
  Pool(Pool&&) = delete;
  Pool& operator=(Pool&&) = delete;
  ~Pool() = default;

  [[nodiscard]] Term truth(bool value);
  [[nodiscard]] Term number(std::uint64_t value);
  // The variable of this name; variables are numbered from 0 in the order of their first mention.
  [[nodiscard]] Term variable(const std::string& name, Sort sort);
  [[nodiscard]] Term make(Op op, Sort sort, Term a, Term b = {}, Term c = {});

  // From now on a term that is not there yet is an std::logic_error, and what is there is only read.
  void seal() { is_sealed_ = true; }

  [[nodiscard]] const std::vector<Node>& nodes() const { return nodes_; }
  [[nodiscard]] std::size_t variable_count() const { return names_.size(); }
  [[nodiscard]] const std::string& name_of(Index variable) const { return names_[variable]; }

 private:
  [[nodiscard]] Term intern(const Node& node);
  void expect_unsealed() const;
  struct Hash {
    std::size_t operator()(const Node& node) const;
  };
  std::vector<Node> nodes_{};
  std::unordered_map<Node, Index, Hash> known_{};
  std::vector<std::string> names_{};
  std::unordered_map<std::string, Index> variables_{};
  bool is_sealed_ = false;
};

// The nodes that some terms need, in an order in which they can be computed.
class Program {
 public:
  Program() = default;
  explicit Program(const std::vector<Term>& terms);

  // inputs: by variable number. values: one for each term. scratch: the caller's, of any size.
  void run(const std::vector<std::uint64_t>& inputs, std::vector<std::uint64_t>& scratch,
           std::vector<std::uint64_t>& values) const;
  [[nodiscard]] std::size_t size() const { return code_.size(); }

 private:
  std::vector<Node> code_{};  // operands are positions in code_
  std::vector<Index> results_{};
};

}  // namespace takeover::smt
