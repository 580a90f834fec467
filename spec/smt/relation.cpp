#include "spec/smt/relation.h"

#include <fmt/format.h>

#include "spec/smt/builder.h"

namespace takeover::smt {
namespace {

using impl::Guard;

constexpr std::array<ActionRow, kActionCount> kActions{{
    {"receive-bootstrap", "a Bootstrap arrives in the orchestrator's queue"},
    {"receive-post-bootstrap", "a PostBootstrap arrives"},
    {"receive-close", "a Close arrives"},
    {"look-up-bootstrap", "the next message is a Bootstrap: is a manager here, is its epoch buried?"},
    {"look-up-post-bootstrap", "the next message is a PostBootstrap"},
    {"look-up-close", "the next message is a Close"},
    {"register-initializing", "a manager is put among those being built"},
    {"create-triggers", "its triggers are created"},
    {"publish", "it is published, and the tombstone deleted"},
    {"take-over", "under the fence: admission and validation; the owner, if no trigger is to be ensured"},
    {"ensure-event-trigger", "a missing event trigger is created"},
    {"ensure-redo-trigger", "a missing redo trigger is created, and the owner set"},
    {"read-default-spans", "the response's default spans are read"},
    {"read-redo-spans", "its redo spans are read"},
    {"read-journal-and-send", "its operators are read, and it is sent"},
    {"post-bootstrap", "a PostBootstrap is handled"},
    {"close", "a Close is handled"},
    {"take-create", "a Create is admitted and journalled, as one of a batch"},
    {"start-batch", "the batch of Creates is complete"},
    {"create", "one dispatcher of the batch is created"},
    {"delete-entry", "the entries of the batch are deleted"},
    {"remove", "a Remove is admitted and journalled, and the removal requested"},
    {"merge", "a Merge is admitted"},
    {"heartbeat-response", "a barrier action is admitted"},
    {"redo-meta", "redo marks are advanced"},
    {"redo-forward", "the forwarded redo resolved ts is advanced"},
    {"checkpoint", "the checkpoint ts is advanced"},
    {"remove-task", "a dispatcher under removal has flushed"},
    {"clean-up", "one step of heartbeat aggregation forgetting a dispatcher"},
    {"report", "what waits on the status channel is sent"},
    {"execute", "an admitted barrier action is executed"},
    {"merge-task", "one step of a merge"},
    {"stop-write-path", "a close: the write path is closed"},
    {"unregister", "a close: streams and sink are closed"},
    {"finish-close", "a close: it has ended"},
    {"report-error", "the first error is told to the owner of this moment"},
    {"first-event", "the first event of a trigger comes, and it begins to work"},
    {"complete-heartbeat", "what every dispatcher is, is told to the owner of this moment"},
    {"local-fence", "fault: the lease is lost"},
    {"close-orchestrator", "fault: the process shuts down, in stages"},
    {"fail-create", "fault: the next creation will fail"},
    {"fail-clean-up", "fault: the next remove-only clean-up will fail"},
}};

constexpr std::array<Row, kParamCount> kParams{{
    {"from", Sort::kInt, "the message's sender"},
    {"epoch", Sort::kInt, "its epoch"},
    {"event", Sort::kInt, "the event trigger that it names, 0 for none"},
    {"redo", Sort::kInt, "the redo trigger that it names, 0 for none"},
    {"config-epoch", Sort::kInt, "the epoch inside its config"},
    {"redo-enabled", Sort::kBool, "whether its config enables redo"},
    {"removed", Sort::kBool, "whether the Close is for good"},
    {"id", Sort::kInt, "the dispatcher that the step is about"},
    {"in-redo", Sort::kBool, "its mode is redo"},
    {"table", Sort::kInt, "the span that the message names"},
    {"begin", Sort::kInt, "its first key"},
    {"end", Sort::kInt, "the key behind its last"},
    {"ts", Sort::kInt, "the message's ts"},
    {"ts2", Sort::kInt, "the message's second ts"},
    {"other", Sort::kBool, "what a dispatcher that is not tracked answers"},
    {"other-redo", Sort::kBool,
     "the same of the redo trigger; of a Remove: its removal was requested before"},
    {"stage", Sort::kInt, "what a merge's task finds"},
}};

// Steps of the managers' streams and tasks are named for what they need: a manager.
bool is_of_stream(Action action) {
  return action >= Action::kTakeCreate && action <= Action::kCheckpoint;
}

}  // namespace

const ActionRow& row(Action action) {
  return kActions[static_cast<std::size_t>(action)];
}
const Row& row(Param param) {
  return kParams[static_cast<std::size_t>(param)];
}

Params params(Pool& pool, std::size_t tracked, const std::string& prefix) {
  Params in;
  for (std::size_t i = 0; i < kParamCount; ++i) {
    in.values[i] = pool.variable(prefix + std::string(kParams[i].name), kParams[i].sort);
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

std::string_view why_not_encoded(Guard guard) {
  return guard == Guard::kMergeAfterSchedules
             ? "it orders two streams, and the encoding's messages come in any order"
             : "";
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
  if (action <= Action::kReceiveClose) {
    receive(b, action);
  } else if (action <= Action::kClose) {
    orchestrator_step(b, action);
  } else if (is_of_stream(action)) {
    stream_step(b, action);
  } else {
    manager_step(b, action);
  }
  return b.t;
}

}  // namespace takeover::smt
