#include "spec/smt/relation.h"

#include <fmt/format.h>

#include "spec/smt/builder.h"

namespace takeover::smt {

using impl::Guard;

Params params(Pool& pool, std::size_t tracked, const std::string& prefix) {
  Params in;
  for (std::size_t i = 0; i < kParamCount; ++i) {
    const Row& of = rows::kParam[i].row;
    in.values[i] = pool.variable(prefix + std::string(of.name), of.sort);
  }
  for (std::size_t i = 0; i < tracked; ++i) {
    in.source.push_back(pool.variable(fmt::format("{}d{}-is-source", prefix, i + 1), Sort::kBool));
  }
  return in;
}

Guards guards(Pool& pool) {
  Guards all;
  for (const impl::GuardInfo& guard : impl::all_guards()) {
    all.values[static_cast<std::size_t>(guard.guard)] =
        pool.variable("guard." + std::string(guard.name), Sort::kBool);
  }
  return all;
}

Guards guards(Pool& pool, const std::bitset<impl::kGuardCount>& in) {
  Guards all;
  for (std::size_t i = 0; i < impl::kGuardCount; ++i) all.values[i] = pool.truth(in[i]);
  return all;
}

std::vector<Term> Output::terms() const {
  std::vector<Term> all{ended,          bootstrap,         post_bootstrap, admitted,       answered,
                        error,          took_over,         created,        close_answered, close_success,
                        registered,     registered_redo,   control,        control_from,   control_epoch,
                        control_closes, control_bootstraps};
  all.insert(all.end(), included.begin(), included.end());
  return all;
}

std::vector<std::string> output_names(std::size_t tracked) {
  std::vector<std::string> all{
      "ended",     "bootstrap",    "post-bootstrap", "admitted",       "answered",          "error",
      "took-over", "created",      "close-answered", "close-success",  "registered",        "registered-redo",
      "control",   "control-from", "control-epoch",  "control-closes", "control-bootstraps"};
  for (std::size_t i = 0; i < tracked; ++i) all.push_back(fmt::format("d{}.included", i + 1));
  return all;
}

Term can_update_maintainer(const State& state, const Guards& guard, Term from, Term epoch) {
  const Term current = state[Scalar::kEpoch];
  const Term owner = state[Scalar::kOwner];
  const Term zero = current == 0 || !guard(Guard::kEpochZeroStrict);
  const Term lower = !guard(Guard::kBootstrapEpochOrder);
  const Term other_owner = current == epoch && owner != 0 && owner != from;
  return ite(epoch == 0, zero,
             ite(epoch < current, lower, !other_owner || !guard(Guard::kBootstrapSameEpochOwner)));
}

Term is_request_allowed(const State& state, Term from, Term epoch) {
  const Term current = state[Scalar::kEpoch];
  const Term owner = state[Scalar::kOwner];
  return ite(epoch == 0, current == 0 && (owner == 0 || owner == from), current == epoch && owner == from);
}

Term overlaps(Term table, Term begin, Term end, Term table2, Term begin2, Term end2) {
  return table == table2 && begin < end2 && begin2 < end;
}

Transition transition(Action action, const State& state, const Params& in, const Guards& guard) {
  Builder b(state, in, guard);
  // A batch is taken in by one atomic step, of one take-create for each message: nobody comes in between.
  if (action != Action::kTakeCreate && action != Action::kStartBatch) {
    b.require(state[Scalar::kSchedule] != schedule::kCollecting);
  }
  switch (row_of(action).stage) {
    case Stage::kArrival: receive(b, action); break;
    case Stage::kLookUp: look_up_step(b, action); break;
    case Stage::kBootstrap: bootstrap_step(b, action); break;
    case Stage::kHandler: handler_step(b, action); break;
    case Stage::kStream: stream_step(b, action); break;
    case Stage::kNode: manager_step(b, *node_action_of(action)); break;
  }
  return b.t;
}

}  // namespace takeover::smt
