#include "spec/smt/solver.h"

#include <z3++.h>

#include <algorithm>
#include <chrono>
#include <stdexcept>
#include <unordered_map>
#include <utility>

#include "impl/named.h"

namespace takeover::smt {

struct Solver::Impl {
  Impl(const Limits& limits, unsigned number_bits)
      : bits(number_bits),
        has_rlimit(limits.rlimit != 0),
        timeout(limits.timeout_ms),
        solver(fresh()),
        params(context) {
    params.set("rlimit", static_cast<unsigned>(limits.rlimit));
    if (bits == 0) params.set("random_seed", 0U);
    // Ctrl-C is the caller's: Z3's own handler is not made for several solvers at once.
    params.set("ctrl_c", false);
    if (limits.timeout_ms != 0) params.set("timeout", static_cast<unsigned>(limits.timeout_ms));
    solver.set(params);
  }

  z3::solver fresh() { return bits == 0 ? z3::solver(context) : z3::tactic(context, "qfbv").mk_solver(); }

  z3::expr number(std::uint64_t value) {
    if (bits == 0) return context.int_val(value);
    return context.bv_val(std::min(value, (std::uint64_t{1} << bits) - 1), bits);
  }
  z3::expr variable(const std::string& name, Sort sort) {
    if (sort == Sort::kBool) return context.bool_const(name.c_str());
    return bits == 0 ? context.int_const(name.c_str()) : context.bv_const(name.c_str(), bits);
  }
  [[nodiscard]] z3::expr less(const z3::expr& a, const z3::expr& b) const {
    return bits == 0 ? a < b : z3::ult(a, b);
  }

  z3::expr make(const Pool& pool, const Node& node) {
    switch (node.op) {
      case Op::kConstant:
        return node.sort == Sort::kBool ? context.bool_val(node.value != 0) : number(node.value);
      case Op::kVariable: return variable(pool.name_of(node.a), node.sort);
      case Op::kNot: return !known.at(node.a);
      case Op::kAnd: return known.at(node.a) && known.at(node.b);
      case Op::kOr: return known.at(node.a) || known.at(node.b);
      case Op::kEqual: return known.at(node.a) == known.at(node.b);
      case Op::kLess: return less(known.at(node.a), known.at(node.b));
      case Op::kIte: return z3::ite(known.at(node.a), known.at(node.b), known.at(node.c));
      case Op::kAdd: return known.at(node.a) + known.at(node.b);
      case Op::kSubtract: {
        const z3::expr& a = known.at(node.a);
        const z3::expr& b = known.at(node.b);
        return z3::ite(less(a, b), number(0), a - b);
      }
    }
    impl::unreachable();
  }

  // Children first, without recursion: a step's formula can be some thousand nodes deep.
  z3::expr translate(Term term) {
    const Pool& pool = term.pool();
    if (&pool != translated) {
      known.clear();
      naturals.clear();
      asserted = 0;
      translated = &pool;
    }
    std::vector<Index> waiting{term.index()};
    while (!waiting.empty()) {
      const Index index = waiting.back();
      if (known.count(index) != 0) {
        waiting.pop_back();
        continue;
      }
      const Node& node = pool.nodes()[index];
      const std::size_t before = waiting.size();
      const auto need = [&](Index operand) {
        if (known.count(operand) == 0) waiting.push_back(operand);
      };
      if (node.op != Op::kConstant && node.op != Op::kVariable) {
        need(node.a);
        if (node.op != Op::kNot) need(node.b);
        if (node.op == Op::kIte) need(node.c);
      }
      if (waiting.size() != before) continue;
      waiting.pop_back();
      const z3::expr made = make(pool, node);
      known.emplace(index, made);
      if (bits == 0 && node.op == Op::kVariable && node.sort == Sort::kInt) naturals.push_back(made >= 0);
    }
    return known.at(term.index());
  }

  void assert_naturals() {
    for (; asserted < naturals.size(); ++asserted) solver.add(naturals[asserted]);
  }

  z3::context context{};
  unsigned bits;  // of a number; 0: as many as it takes
  bool has_rlimit;
  std::chrono::milliseconds timeout;
  std::chrono::steady_clock::duration took{};  // by the last check
  z3::solver solver;
  z3::params params;
  const Pool* translated = nullptr;  // that `known` is about
  std::unordered_map<Index, z3::expr> known{};
  std::vector<z3::expr> naturals{};
  std::size_t asserted = 0;
  std::vector<std::string> labels{};
  std::unique_ptr<z3::model> model{};
};

namespace {

template <class Ask>
auto guarded(Ask&& ask) {
  try {
    return ask();
  } catch (const z3::exception& failure) {
    throw std::runtime_error(std::string("Z3: ") + failure.msg());
  }
}

}  // namespace

Solver::Solver(const Limits& limits, unsigned bits)
    : impl_(guarded([&] { return std::make_unique<Impl>(limits, bits); })) {}
Solver::~Solver() = default;

void Solver::reset() {
  guarded([&] {
    impl_->model.reset();
    impl_->solver = impl_->fresh();
    impl_->solver.set(impl_->params);
    impl_->asserted = 0;
    impl_->labels.clear();
  });
}

void Solver::add(Term fact) {
  guarded([&] {
    const z3::expr translated = impl_->translate(fact);
    impl_->assert_naturals();
    impl_->solver.add(translated);
  });
}

void Solver::add(Term fact, std::string label) {
  guarded([&] {
    const z3::expr translated = impl_->translate(fact);
    impl_->assert_naturals();
    const std::string name = "fact!" + std::to_string(impl_->labels.size());
    impl_->labels.push_back(std::move(label));
    impl_->solver.add(translated, name.c_str());
  });
}

Answer Solver::check() {
  return guarded([&] {
    impl_->model.reset();
    const auto begin = std::chrono::steady_clock::now();
    const z3::check_result result = impl_->solver.check();
    impl_->took = std::chrono::steady_clock::now() - begin;
    switch (result) {
      case z3::unsat: return Answer::kUnsat;
      case z3::sat:
        impl_->model = std::make_unique<z3::model>(impl_->solver.get_model());
        return Answer::kSat;
      case z3::unknown: break;
    }
    return Answer::kUnknown;
  });
}

void Solver::interrupt() {
  impl_->context.interrupt();
}

std::uint64_t Solver::value(Term term) {
  return guarded([&]() -> std::uint64_t {
    const z3::expr value = impl_->model->eval(impl_->translate(term), true);
    if (term.node().sort == Sort::kBool) return value.is_true() ? 1 : 0;
    return value.get_numeral_uint64();
  });
}

std::vector<std::string> Solver::core() const {
  return guarded([&] {
    std::vector<std::string> names;
    const z3::expr_vector core = impl_->solver.unsat_core();
    for (unsigned i = 0; i < core.size(); ++i) {
      const std::string name = core[static_cast<int>(i)].decl().name().str();
      names.push_back(impl_->labels.at(std::stoul(name.substr(name.find('!') + 1))));
    }
    return names;
  });
}

std::string Solver::why_unknown() const {
  return guarded([&]() -> std::string {
    std::string reason = impl_->solver.reason_unknown();
    if (reason == "max. resource limit exceeded") return "rlimit";
    // Of a limit that it meets outside of its search, Z3 does not say which.
    if (reason != "canceled" && reason != "unknown") return reason;
    const bool is_late = impl_->timeout.count() != 0 && impl_->took >= impl_->timeout;
    return is_late || !impl_->has_rlimit ? "timeout" : "rlimit";
  });
}

std::string z3_version() {
  unsigned major = 0;
  unsigned minor = 0;
  unsigned build = 0;
  unsigned revision = 0;
  Z3_get_version(&major, &minor, &build, &revision);
  return std::to_string(major) + "." + std::to_string(minor) + "." + std::to_string(build);
}

}  // namespace takeover::smt
