#include "spec/smt/state.h"

#include <fmt/format.h>

namespace takeover::smt {
namespace {

constexpr auto kB = Sort::kBool;
constexpr auto kI = Sort::kInt;

constexpr std::array<Row, kScalarCount> kScalars{{
    {"fenced", kB, "the capture lost its lease"},
    {"shut-down", kB, "the orchestrator takes no more messages"},
    {"tombstone-here", kB, "a manager was closed here, and no later one was published"},
    {"tombstone", kI, "the highest epoch that closed one"},
    {"fail-create", kB, "the next creation of a trigger or dispatcher fails"},
    {"fail-clean-up", kB, "the next remove-only clean-up fails"},
    {"pending-bootstrap", kB, "a Bootstrap waits in the orchestrator's queue"},
    {"pending-bootstrap-rank", kI, "its place in the queue, from 0"},
    {"pending-bootstrap-from", kI, "its sender"},
    {"pending-bootstrap-epoch", kI, "its epoch"},
    {"pending-bootstrap-event", kI, "the event trigger that it names, 0 for none"},
    {"pending-bootstrap-redo", kI, "the redo trigger that it names, 0 for none"},
    {"pending-bootstrap-config-epoch", kI, "the epoch inside its config"},
    {"pending-bootstrap-redo-enabled", kB, "whether its config enables redo"},
    {"pending-bootstrap-start-ts", kI, "the start ts for a trigger that it creates"},
    {"pending-post-bootstrap", kB, "a PostBootstrap waits"},
    {"pending-post-bootstrap-rank", kI, "its place in the queue"},
    {"pending-post-bootstrap-from", kI, "its sender"},
    {"pending-post-bootstrap-epoch", kI, "its epoch"},
    {"pending-post-bootstrap-event", kI, "the event trigger that it names"},
    {"pending-close", kB, "a Close waits"},
    {"pending-close-rank", kI, "its place in the queue"},
    {"pending-close-from", kI, "its sender"},
    {"pending-close-epoch", kI, "its epoch"},
    {"pending-close-removed", kB, "whether it is for good"},
    {"step", kI, "the next step of the orchestrator's handler, 0 when none is under way"},
    {"from", kI, "the sender of the request that is handled"},
    {"request-epoch", kI, "its epoch"},
    {"request-event", kI, "the event trigger that it names, 0 for none"},
    {"request-redo", kI, "the redo trigger that it names, 0 for none"},
    {"request-config-epoch", kI, "the epoch inside its config"},
    {"request-redo-enabled", kB, "whether its config enables redo"},
    {"request-start-ts", kI, "the start ts for a trigger that it creates"},
    {"request-removed", kB, "of a Close: whether it is for good"},
    {"existed", kB, "the manager was here before this request"},
    {"created-trigger", kB, "its event trigger was created for it, and can be taken back"},
    {"response-epoch", kI, "the epoch that the response will carry, once spans were read"},
    {"response-ts", kI, "the start ts of the event trigger that it will report"},
    {"response-redo-ts", kI, "that of the redo trigger"},
    {"manager", kI, "0: none, 1: being built, 2: published"},
    {"owner", kI, "the maintainer that owns it"},
    {"epoch", kI, "the owner's epoch"},
    {"event-trigger", kI, "its event trigger, 0 for none"},
    {"redo-trigger", kI, "its redo trigger, 0 for none"},
    {"event-start-ts", kI, "the event trigger's start ts"},
    {"redo-start-ts", kI, "the redo trigger's"},
    {"redo-enabled", kB, "it was created with redo"},
    {"redo-ready", kB, "the redo part is published"},
    {"registered", kB, "with the HeartBeatCollector: it has streams, and its sink is open"},
    {"checkpoint-stream", kB, "the stream for CheckpointTs exists"},
    {"schema-store", kB, "the event trigger's schema store is initialised"},
    {"redo-schema-store", kB, "the redo trigger's"},
    {"closing", kB, "the asynchronous close runs"},
    {"closed", kB, "it has ended"},
    {"write-path-closed", kB, "nothing can be created any more"},
    {"remove-requested", kB, "some Close asked for removed = true"},
    {"removed-clean-up", kB, "the remove-only clean-up has run"},
    {"fence", kI, "MaintainerFenceMu: 0 free, 1 held by the orchestrator, 2 by a Schedule"},
    {"redo-checkpoint", kI, "redo mark: the highest checkpoint ts of a RedoMeta"},
    {"redo-resolved", kI, "redo mark: the highest resolved ts of a RedoMeta"},
    {"redo-forwarded", kI, "redo mark: the highest ts of a RedoResolvedTsForward"},
    {"checkpoint", kI, "the highest ts of a CheckpointTs"},
    {"schedule", kI, "the batch of Creates: 0 idle, 1 creating, 2 deleting entries, 3 being taken in"},
    {"redo-left", kI, "how many redo Creates of the batch are still to be tried"},
    {"default-left", kI, "how many default Creates"},
    {"clean-up", kI, "clean-up: 0 idle, before deleting 1 the entry, 2 the trigger, 3 before its report"},
    {"clean-up-redo", kB, "the mode of the dispatcher that it forgets"},
    {"clean-up-id", kI, "its id"},
    {"error", kI, "the first error: 0 none, 1 due to whoever is the owner, 2 told to this one"},
    {"actions", kI, "how many barrier actions were admitted and not executed"},
    {"acknowledged", kI, "history: the highest epoch whose Close was acknowledged, 0 for none"},
    {"acknowledged-zero", kB, "history: a Close of epoch 0 for good was acknowledged"},
    {"agreed", kB, "history: the owner's takeover was answered without error"},
    {"agreed-event", kI, "history: the event trigger that it named"},
    {"agreed-redo", kI, "history: the redo trigger that it named"},
    {"seen", kB, "history: a Bootstrap of the tracked (owner, epoch) was received"},
    {"entry-owner", kI, "history: the owner before the Bootstrap under way came to the fence"},
    {"entry-epoch", kI, "history: the epoch at that time"},
    {"entry-event", kI, "history: the event trigger at that time"},
    {"entry-redo", kI, "history: the redo trigger at that time"},
}};

constexpr std::array<Row, kOwnCount> kOwns{{
    {"entry", kB, "the journal has an entry for the id"},
    {"entry-removes", kB, "it is a Remove, not a Create"},
    {"entry-redo", kB, "its mode is redo"},
    {"entry-from", kI, "its sender"},
    {"entry-epoch", kI, "its epoch"},
    {"removed-trigger", kB, "it was a trigger and was removed (guard trigger-not-recreated)"},
    {"collected", kB, "it is registered with the event collector"},
}};

constexpr std::array<Row, kInModeCount> kInModes{{
    {"exists", kB, "the dispatcher is in the map"},
    {"status", kI, "0 Initializing, 1 Working, 2 Preparing, 3 MergeReady, 4 WaitingMerge"},
    {"try-removing", kB, "its removal was requested"},
    {"removing", kB, "it has flushed, or its write path was closed: it writes no more"},
    {"table", kI, "its span: the table, 0 for DDL"},
    {"begin", kI, "the first key"},
    {"end", kI, "the key behind the last"},
    {"in-batch", kB, "the batch of Creates names it"},
    {"to-do", kB, "and it was not tried yet"},
    {"batch-table", kI, "the span that the Create names"},
    {"batch-begin", kI, "its first key"},
    {"batch-end", kI, "the key behind its last"},
    {"merge-target", kB, "a merge into it is under way"},
    {"stopped", kB, "its Stopped waits on the status channel"},
    {"reported", kB, "the response that is being built reports it"},
    {"asked", kB, "history: a Remove of it was admitted, and clean-up has not taken it out"},
    {"owed", kB, "history: it was read into the response after that"},
    {"trigger-asked", kB, "history: a Remove of it, the trigger, was admitted"},
    {"known", kB, "history: the owner counts on it (one-writer)"},
    {"used", kB, "history: its id was taken out of use (one-writer)"},
}};

Term default_of(Pool& pool, const Row& r) {
  return r.sort == Sort::kBool ? pool.truth(false) : pool.number(0);
}

template <class Visit>
void for_each_row(std::size_t tracked, Visit&& visit) {
  for (const Row& r : kScalars) visit(std::string(r.name), r);
  for (std::size_t i = 0; i < tracked; ++i) {
    for (const Row& r : kOwns) visit(fmt::format("d{}.{}", i + 1, r.name), r);
    for (const char* mode : {"default", "redo"}) {
      for (const Row& r : kInModes) visit(fmt::format("d{}.{}.{}", i + 1, mode, r.name), r);
    }
  }
}

// Fills a state with one term a row.
template <class Make>
State made(std::size_t tracked, Make&& make) {
  std::vector<Term> terms;
  for_each_row(tracked, [&](const std::string& name, const Row& r) { terms.push_back(make(name, r)); });
  State state;
  auto it = terms.begin();
  const auto take = [&](auto& into) {
    for (Term& term : into) term = *it++;
  };
  take(state.scalars);
  state.records.resize(tracked);
  for (Record& record : state.records) {
    take(record.own);
    for (auto& mode : record.mode) take(mode);
  }
  return state;
}

}  // namespace

const Row& row(Scalar variable) {
  return kScalars[static_cast<std::size_t>(variable)];
}
const Row& row(Own variable) {
  return kOwns[static_cast<std::size_t>(variable)];
}
const Row& row(InMode variable) {
  return kInModes[static_cast<std::size_t>(variable)];
}

std::vector<Term> State::terms() const {
  std::vector<Term> all(scalars.begin(), scalars.end());
  for (const Record& record : records) {
    all.insert(all.end(), record.own.begin(), record.own.end());
    for (const auto& mode : record.mode) all.insert(all.end(), mode.begin(), mode.end());
  }
  return all;
}

State variables(Pool& pool, std::size_t tracked) {
  State state =
      made(tracked, [&](const std::string& name, const Row& r) { return pool.variable(name, r.sort); });
  for (std::size_t i = 0; i < tracked; ++i) {
    state.records[i].id = pool.variable(fmt::format("d{}", i + 1), Sort::kInt);
    state.records[i].is_redo = pool.variable(fmt::format("d{}-is-redo", i + 1), Sort::kBool);
    state.records[i].is_trigger = pool.variable(fmt::format("d{}-is-trigger", i + 1), Sort::kBool);
  }
  state.tracked_owner = pool.variable("tracked-owner", Sort::kInt);
  state.tracked_epoch = pool.variable("tracked-epoch", Sort::kInt);
  state.tracked_event = pool.variable("tracked-event", Sort::kInt);
  state.tracked_redo = pool.variable("tracked-redo", Sort::kInt);
  return state;
}

State initial(const State& like) {
  Pool& pool = like.scalars.front().pool();
  State state =
      made(like.records.size(), [&](const std::string&, const Row& r) { return default_of(pool, r); });
  for (std::size_t i = 0; i < like.records.size(); ++i) {
    state.records[i].id = like.records[i].id;
    state.records[i].is_redo = like.records[i].is_redo;
    state.records[i].is_trigger = like.records[i].is_trigger;
  }
  state.tracked_owner = like.tracked_owner;
  state.tracked_epoch = like.tracked_epoch;
  state.tracked_event = like.tracked_event;
  state.tracked_redo = like.tracked_redo;
  return state;
}

std::vector<std::string> names(std::size_t tracked) {
  std::vector<std::string> all;
  for_each_row(tracked, [&](const std::string& name, const Row&) { all.push_back(name); });
  return all;
}

}  // namespace takeover::smt
