#include "spec/smt/term.h"

#include <stdexcept>

#include "impl/named.h"

namespace takeover::smt {
namespace {

Term truth(const Term& like, bool value) {
  return like.pool().truth(value);
}

bool are_opposite(const Term& a, const Term& b) {
  return (a.node().op == Op::kNot && a.node().a == b.index()) ||
         (b.node().op == Op::kNot && b.node().a == a.index());
}

bool is_constant(const Term& term) {
  return term.node().op == Op::kConstant;
}

std::uint64_t compute(const Node& node, const std::vector<std::uint64_t>& inputs,
                      const std::vector<std::uint64_t>& at) {
  switch (node.op) {
    case Op::kConstant: return node.value;
    case Op::kVariable: return inputs[node.a];
    case Op::kNot: return at[node.a] ^ 1U;
    case Op::kAnd: return at[node.a] & at[node.b];
    case Op::kOr: return at[node.a] | at[node.b];
    case Op::kEqual: return at[node.a] == at[node.b] ? 1 : 0;
    case Op::kLess: return at[node.a] < at[node.b] ? 1 : 0;
    case Op::kIte: return at[node.a] != 0 ? at[node.b] : at[node.c];
    case Op::kAdd: return at[node.a] + at[node.b];
    case Op::kSubtract: return at[node.a] < at[node.b] ? 0 : at[node.a] - at[node.b];
  }
  impl::unreachable();
}

}  // namespace

const Node& Term::node() const {
  return pool_->nodes()[index_];
}
bool Term::is_true() const {
  return node().op == Op::kConstant && node().sort == Sort::kBool && node().value == 1;
}
bool Term::is_false() const {
  return node().op == Op::kConstant && node().sort == Sort::kBool && node().value == 0;
}

Term operator!(Term a) {
  if (is_constant(a)) return truth(a, a.is_false());
  if (a.node().op == Op::kNot) return {&a.pool(), a.node().a};
  return a.pool().make(Op::kNot, Sort::kBool, a);
}

Term operator&&(Term a, Term b) {
  if (a.is_false() || b.is_true() || a.is(b)) return a;
  if (b.is_false() || a.is_true()) return b;
  if (are_opposite(a, b)) return truth(a, false);
  return a.index() < b.index() ? a.pool().make(Op::kAnd, Sort::kBool, a, b)
                               : a.pool().make(Op::kAnd, Sort::kBool, b, a);
}

Term operator||(Term a, Term b) {
  if (a.is_true() || b.is_false() || a.is(b)) return a;
  if (b.is_true() || a.is_false()) return b;
  if (are_opposite(a, b)) return truth(a, true);
  return a.index() < b.index() ? a.pool().make(Op::kOr, Sort::kBool, a, b)
                               : a.pool().make(Op::kOr, Sort::kBool, b, a);
}

Term operator==(Term a, Term b) {
  if (a.is(b)) return truth(a, true);
  if (is_constant(a) && is_constant(b)) return truth(a, false);
  if (a.node().sort == Sort::kBool) {
    if (is_constant(a)) return a.is_true() ? b : !b;
    if (is_constant(b)) return b.is_true() ? a : !a;
  }
  return a.index() < b.index() ? a.pool().make(Op::kEqual, Sort::kBool, a, b)
                               : a.pool().make(Op::kEqual, Sort::kBool, b, a);
}

Term operator==(Term a, std::uint64_t b) {
  return a == a.pool().number(b);
}
Term operator!=(Term a, Term b) {
  return !(a == b);
}
Term operator!=(Term a, std::uint64_t b) {
  return !(a == b);
}

Term operator<(Term a, Term b) {
  if (a.is(b)) return truth(a, false);
  if (is_constant(a) && is_constant(b)) return truth(a, a.node().value < b.node().value);
  return a.pool().make(Op::kLess, Sort::kBool, a, b);
}

Term operator<=(Term a, Term b) {
  return !(b < a);
}
Term operator+(Term a, std::uint64_t b) {
  return a.pool().make(Op::kAdd, Sort::kInt, a, a.pool().number(b));
}
Term operator-(Term a, std::uint64_t b) {
  return a.pool().make(Op::kSubtract, Sort::kInt, a, a.pool().number(b));
}
Term implies(Term a, Term b) {
  return !a || b;
}

Term ite(Term condition, Term then, Term otherwise) {
  if (condition.is_true() || then.is(otherwise)) return then;
  if (condition.is_false()) return otherwise;
  if (condition.node().op == Op::kNot) return ite(!condition, otherwise, then);
  if (then.node().sort == Sort::kBool) {
    if (then.is_true()) return condition || otherwise;
    if (then.is_false()) return !condition && otherwise;
    if (otherwise.is_true()) return !condition || then;
    if (otherwise.is_false()) return condition && then;
  }
  return condition.pool().make(Op::kIte, then.node().sort, condition, then, otherwise);
}

Term max(Term a, Term b) {
  return ite(a < b, b, a);
}

Term any_of(std::initializer_list<Term> terms) {
  Term result = truth(*terms.begin(), false);
  for (const Term& term : terms) result = result || term;
  return result;
}

Term all_of(std::initializer_list<Term> terms) {
  Term result = truth(*terms.begin(), true);
  for (const Term& term : terms) result = result && term;
  return result;
}

std::size_t Pool::Hash::operator()(const Node& node) const {
  std::uint64_t hash = static_cast<std::uint64_t>(node.op) * 2 + static_cast<std::uint64_t>(node.sort);
  for (const std::uint64_t part :
       {std::uint64_t{node.a}, std::uint64_t{node.b}, std::uint64_t{node.c}, node.value}) {
    hash = (hash ^ part) * 0x9E3779B97F4A7C15ULL;
    hash ^= hash >> 29U;
  }
  return static_cast<std::size_t>(hash);
}

Term Pool::intern(const Node& node) {
  if (const auto it = known_.find(node); it != known_.end()) return {this, it->second};
  expect_unsealed();
  const auto index = static_cast<Index>(nodes_.size());
  known_.emplace(node, index);
  nodes_.push_back(node);
  return {this, index};
}

void Pool::expect_unsealed() const {
  if (is_sealed_) throw std::logic_error("a term is made in a sealed pool");
}

Term Pool::truth(bool value) {
  return intern({.op = Op::kConstant, .sort = Sort::kBool, .value = value ? 1U : 0U});
}

Term Pool::number(std::uint64_t value) {
  return intern({.op = Op::kConstant, .sort = Sort::kInt, .value = value});
}

Term Pool::variable(const std::string& name, Sort sort) {
  auto it = variables_.find(name);
  if (it == variables_.end()) {
    expect_unsealed();
    it = variables_.emplace(name, static_cast<Index>(names_.size())).first;
    names_.push_back(name);
  }
  return intern({.op = Op::kVariable, .sort = sort, .a = it->second});
}

Term Pool::make(Op op, Sort sort, Term a, Term b, Term c) {
  return intern({.op = op, .sort = sort, .a = a.index(), .b = b.index(), .c = c.index()});
}

Program::Program(const std::vector<Term>& terms) {
  if (terms.empty()) return;
  const std::vector<Node>& nodes = terms.front().pool().nodes();
  std::vector<bool> needed(nodes.size(), false);
  for (const Term& term : terms) needed[term.index()] = true;
  // Operands are interned before what uses them.
  for (std::size_t i = nodes.size(); i-- > 0;) {
    if (!needed[i] || nodes[i].op == Op::kConstant || nodes[i].op == Op::kVariable) continue;
    needed[nodes[i].a] = true;
    if (nodes[i].op != Op::kNot) needed[nodes[i].b] = true;
    if (nodes[i].op == Op::kIte) needed[nodes[i].c] = true;
  }
  std::vector<Index> position(nodes.size(), 0);
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    if (!needed[i]) continue;
    position[i] = static_cast<Index>(code_.size());
    Node node = nodes[i];
    if (node.op != Op::kConstant && node.op != Op::kVariable) {
      node.a = position[node.a];
      node.b = position[node.b];
      node.c = position[node.c];
    }
    code_.push_back(node);
  }
  for (const Term& term : terms) results_.push_back(position[term.index()]);
}

void Program::run(const std::vector<std::uint64_t>& inputs, std::vector<std::uint64_t>& scratch,
                  std::vector<std::uint64_t>& values) const {
  scratch.resize(code_.size());
  for (std::size_t i = 0; i < code_.size(); ++i) scratch[i] = compute(code_[i], inputs, scratch);
  values.resize(results_.size());
  for (std::size_t i = 0; i < results_.size(); ++i) values[i] = scratch[results_[i]];
}

}  // namespace takeover::smt
