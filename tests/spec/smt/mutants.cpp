#include "tests/spec/smt/mutants.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "impl/named.h"

namespace takeover::tests {
namespace {

using smt::Index;
using smt::Node;
using smt::Op;
using smt::Pool;
using smt::Sort;
using smt::Term;

bool has_operands(const Node& node) {
  return node.op != Op::kConstant && node.op != Op::kVariable;
}

// Nodes that a formula is made of, operands first.
void collect(const Pool& pool, Index index, std::set<Index>& known, std::vector<Index>& order) {
  if (!known.insert(index).second) return;
  const Node node = pool.nodes()[index];
  if (has_operands(node)) {
    collect(pool, node.a, known, order);
    if (node.op != Op::kNot) collect(pool, node.b, known, order);
    if (node.op == Op::kIte) collect(pool, node.c, known, order);
  }
  order.push_back(index);
}

std::vector<Index> nodes_of(Term formula) {
  std::set<Index> known;
  std::vector<Index> order;
  collect(formula.pool(), formula.index(), known, order);
  return order;
}

Term made(Op op, Term a, Term b, Term c) {
  switch (op) {
    case Op::kNot: return !a;
    case Op::kAnd: return a && b;
    case Op::kOr: return a || b;
    case Op::kEqual: return a == b;
    case Op::kLess: return a < b;
    case Op::kIte: return ite(a, b, c);
    case Op::kConstant:
    case Op::kVariable:
    case Op::kAdd:
    case Op::kSubtract: return a.pool().make(op, Sort::kInt, a, b, c);
  }
  impl::unreachable();
}

// The formula again, with what is in `replaced` taken from there.
Term rebuilt(Term formula, std::map<Index, Term> replaced, Pool& into) {
  const Pool& pool = formula.pool();
  for (const Index index : nodes_of(formula)) {
    if (replaced.count(index) != 0) continue;
    const Node node = pool.nodes()[index];
    if (node.op == Op::kConstant) {
      replaced.insert(
          {index, node.sort == Sort::kBool ? into.truth(node.value != 0) : into.number(node.value)});
    } else if (has_operands(node)) {
      const Term a = replaced.at(node.a);
      const Term b = node.op != Op::kNot ? replaced.at(node.b) : Term{};
      const Term c = node.op == Op::kIte ? replaced.at(node.c) : Term{};
      replaced.insert({index, made(node.op, a, b, c)});
    } else {
      replaced.insert({index, Term(&into, index)});
    }
  }
  return replaced.at(formula.index());
}

// The formula as people write it.
std::string text_of(const Pool& pool, Index index) {
  const Node node = pool.nodes()[index];
  const auto both = [&](const char* between) {
    return "(" + text_of(pool, node.a) + between + text_of(pool, node.b) + ")";
  };
  switch (node.op) {
    case Op::kConstant:
      return node.sort == Sort::kBool ? (node.value != 0 ? "yes" : "no") : std::to_string(node.value);
    case Op::kVariable: return pool.name_of(node.a);
    case Op::kNot: return "!" + text_of(pool, node.a);
    case Op::kAnd: return both(" && ");
    case Op::kOr: return both(" || ");
    case Op::kEqual: return both(" == ");
    case Op::kLess: return both(" < ");
    case Op::kIte:
      return "(" + text_of(pool, node.a) + " ? " + text_of(pool, node.b) + " : " + text_of(pool, node.c) +
             ")";
    case Op::kAdd: return both(" + ");
    case Op::kSubtract: return both(" - ");
  }
  impl::unreachable();
}

std::vector<std::pair<std::string, Term>> changes_at(Pool& pool, Index index) {
  const Node node = pool.nodes()[index];
  const Term a(&pool, node.a);
  const Term b(&pool, node.b);
  const Term yes = pool.truth(true);
  const Term no = pool.truth(false);
  const auto text = [&](Index of) { return text_of(pool, of); };
  switch (node.op) {
    case Op::kAnd:
    case Op::kOr: {
      const char* which = node.op == Op::kAnd ? "and" : "or";
      return {{which + (" without " + text(node.b)), a}, {which + (" without " + text(node.a)), b}};
    }
    case Op::kLess:
      return {{text(index) + ": <=", !(b < a)},
              {text(index) + ": !=", !(a == b)},
              {text(index) + ": given", yes},
              {text(index) + ": excluded", no}};
    case Op::kEqual:
      if (a.node().sort == Sort::kBool)
        return {{text(index) + ": given", yes}, {text(index) + ": excluded", no}};
      return {{text(index) + ": <=", !(b < a)},
              {text(index) + ": >=", !(a < b)},
              {text(index) + ": given", yes},
              {text(index) + ": excluded", no}};
    case Op::kIte:
      if (node.sort == Sort::kBool || node.sort == Sort::kInt) {
        return {{text(index) + ": always the first", b},
                {text(index) + ": always the second", Term(&pool, node.c)}};
      }
      return {};
    case Op::kVariable:
      if (node.sort != Sort::kBool) return {};
      return {{text(index) + ": given", yes}, {text(index) + ": excluded", no}};
    case Op::kConstant:
    case Op::kNot:
    case Op::kAdd:
    case Op::kSubtract: return {};
  }
  impl::unreachable();
}

}  // namespace

std::vector<Mutant> mutants_of(Term formula) {
  Pool& pool = formula.pool();
  std::vector<Mutant> all;
  std::set<Index> known{formula.index()};
  for (const Index index : nodes_of(formula)) {
    for (const auto& [change, term] : changes_at(pool, index)) {
      const Term mutant = rebuilt(formula, {{index, term}}, pool);
      if (!known.insert(mutant.index()).second) continue;
      all.push_back({mutant, change});
    }
  }
  return all;
}

Term instantiate(Term formula, const std::function<Term(Index)>& variable, Pool& pool) {
  std::map<Index, Term> replaced;
  for (const Index index : nodes_of(formula)) {
    const Node& node = formula.pool().nodes()[index];
    if (node.op == Op::kVariable) replaced.insert({index, variable(node.a)});
  }
  return rebuilt(formula, std::move(replaced), pool);
}

std::vector<Index> variables_of(Term formula) {
  std::vector<Index> all;
  for (const Index index : nodes_of(formula)) {
    const Node& node = formula.pool().nodes()[index];
    if (node.op == Op::kVariable) all.push_back(node.a);
  }
  std::ranges::sort(all);
  return all;
}

}  // namespace takeover::tests
