#include "spec/smt/smtlib.h"

#include <fmt/format.h>

#include <iterator>

#include "impl/named.h"

namespace takeover::smt {
namespace {

std::vector<bool> needed_by(const std::vector<Term>& facts, const std::vector<Node>& nodes) {
  std::vector<bool> needed(nodes.size(), false);
  for (const Term& fact : facts) needed[fact.index()] = true;
  // Operands are interned before what uses them.
  for (std::size_t i = nodes.size(); i-- > 0;) {
    if (!needed[i] || nodes[i].op == Op::kConstant || nodes[i].op == Op::kVariable) continue;
    needed[nodes[i].a] = true;
    if (nodes[i].op != Op::kNot) needed[nodes[i].b] = true;
    if (nodes[i].op == Op::kIte) needed[nodes[i].c] = true;
  }
  return needed;
}

std::string call(const Node& n) {
  switch (n.op) {
    case Op::kNot: return fmt::format("(not n{})", n.a);
    case Op::kAnd: return fmt::format("(and n{} n{})", n.a, n.b);
    case Op::kOr: return fmt::format("(or n{} n{})", n.a, n.b);
    case Op::kEqual: return fmt::format("(= n{} n{})", n.a, n.b);
    case Op::kLess: return fmt::format("(< n{} n{})", n.a, n.b);
    case Op::kIte: return fmt::format("(ite n{} n{} n{})", n.a, n.b, n.c);
    case Op::kAdd: return fmt::format("(+ n{} n{})", n.a, n.b);
    case Op::kSubtract: return fmt::format("(ite (< n{0} n{1}) 0 (- n{0} n{1}))", n.a, n.b);
    case Op::kConstant:
    case Op::kVariable:
      return n.sort == Sort::kBool ? (n.value != 0 ? "true" : "false") : fmt::format("{}", n.value);
  }
  impl::unreachable();
}

}  // namespace

std::string to_smtlib(const std::vector<Term>& facts, const std::string& comment) {
  std::string text = fmt::format("; {}\n(set-logic QF_LIA)\n", comment);
  const auto out = std::back_inserter(text);
  const Pool& pool = facts.front().pool();
  const std::vector<Node>& nodes = pool.nodes();
  const std::vector<bool> needed = needed_by(facts, nodes);
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    if (!needed[i]) continue;
    const char* sort = nodes[i].sort == Sort::kBool ? "Bool" : "Int";
    if (nodes[i].op == Op::kVariable) {
      fmt::format_to(out, "(declare-const |{0}| {1})\n(define-fun n{2} () {1} |{0}|)\n",
                     pool.name_of(nodes[i].a), sort, i);
      if (nodes[i].sort == Sort::kInt) fmt::format_to(out, "(assert (<= 0 n{}))\n", i);
    } else {
      fmt::format_to(out, "(define-fun n{} () {} {})\n", i, sort, call(nodes[i]));
    }
  }
  for (const Term& fact : facts) fmt::format_to(out, "(assert n{})\n", fact.index());
  text += "(check-sat)\n";
  return text;
}

}  // namespace takeover::smt
