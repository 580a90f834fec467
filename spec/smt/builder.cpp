#include "spec/smt/builder.h"

#include <algorithm>

namespace takeover::smt {
namespace {

using impl::Guard;

Output silence(Pool& pool, std::size_t tracked) {
  const Term no = pool.truth(false);
  const Term zero = pool.number(0);
  Output out{no, no, no, no, no, no, no, no, no, no, no, no, no, zero, zero, no, no, {}};
  out.included.assign(tracked, no);
  return out;
}

}  // namespace

Builder::Builder(const State& state, const Params& input, const Guards& rules)
    : in(input), guard(rules), pool_(state.scalars.front().pool()), path_(pool_.truth(true)) {
  t.enabled = yes();
  t.well_formed = yes();
  t.ids_drawn_once = yes();
  t.names_one_trigger = yes();
  t.sender_knows = yes();
  t.next = state;
  t.out = silence(pool_, state.records.size());
}

void Builder::clear(Part part) {
  for_each_variable<Scalar>([&](Scalar variable) {
    if (row(variable).part == part) clear({variable});
  });
}

void Builder::clear(std::initializer_list<Scalar> variables) {
  for (const Scalar variable : variables) set(variable, default_of(row(variable)));
}

void Builder::clear(Record& record, std::size_t mode, InMode variable) {
  set(record, mode, variable, default_of(row(variable)));
}

void Builder::clear_entry(Record& record) {
  for (const Own variable :
       {Own::kEntry, Own::kEntryRemoves, Own::kEntryRedo, Own::kEntryFrom, Own::kEntryEpoch}) {
    set(record, variable, default_of(row(variable)));
  }
}

void Builder::insert_trigger(std::size_t mode, Term id, Term start_ts) {
  for (Record& record : t.next.records) {
    when(id == record.id, [&] {
      set(record, mode, InMode::kExists, yes());
      set(record, mode, InMode::kStatus, number(status::kInitializing));
      set(record, mode, InMode::kTryRemoving, no());
      set(record, mode, InMode::kRemoving, no());
      set(record, mode, InMode::kTable, number(kDdlTable));
      set(record, mode, InMode::kBegin, number(kMinKey));
      set(record, mode, InMode::kEnd, number(kMaxKey));
    });
  }
  set_trigger(mode, id, start_ts);
}

void Builder::set_trigger(std::size_t mode, Term id, Term start_ts) {
  set(mode == 0 ? Scalar::kEventTrigger : Scalar::kRedoTrigger, id);
  set(mode == 0 ? Scalar::kEventStartTs : Scalar::kRedoStartTs, start_ts);
  set(mode == 0 ? Scalar::kSchemaStore : Scalar::kRedoSchemaStore, false);
}

void Builder::erase(Record& record, std::size_t mode) {
  for (const InMode variable :
       {InMode::kExists, InMode::kStatus, InMode::kTryRemoving, InMode::kRemoving, InMode::kTable,
        InMode::kBegin, InMode::kEnd, InMode::kMergeTarget, InMode::kAsked}) {
    clear(record, mode, variable);
  }
  set(record, mode, InMode::kUsed, yes());
}

void Builder::stop_write_path() {
  set(Scalar::kWritePathClosed, true);
  set(Scalar::kActions, number(0));
  set(Scalar::kCheckpointStream, false);
  for (Record& record : t.next.records) set(record, Own::kCollected, no());
  for_each([&](Record& record, std::size_t m) {
    when(record.at(m, InMode::kExists), [&] { set(record, m, InMode::kRemoving, yes()); });
    set(record, m, InMode::kMergeTarget, no());
  });
}

void Builder::unregister() {
  set(Scalar::kRegistered, false);
  set(Scalar::kError, error::kNone);
  for_each([&](Record& record, std::size_t m) { set(record, m, InMode::kStopped, no()); });
}

void Builder::local_fence() {
  when(!(*this)[Scalar::kClosed] && !(*this)[Scalar::kWritePathClosed], [&] {
    set(Scalar::kClosing, true);
    stop_write_path();
    unregister();
  });
}

void Builder::run_removed_clean_up() {
  const Term owed = owes_clean_up();
  const Term fails = (*this)[Scalar::kFailCleanUp];
  when(owed && !fails, [&] { set(Scalar::kRemovedCleanUp, true); });
  when(owed && fails, [&] { set(Scalar::kFailCleanUp, false); });
}

Term Builder::try_close(Term removed) {
  const Term was_closed = (*this)[Scalar::kClosed];
  const Term starts = !(*this)[Scalar::kClosing] && !was_closed;
  when(removed && (starts || on(Guard::kRemovedSticky)), [&] { set(Scalar::kRemoveRequested, true); });
  choose(
      was_closed, [&] { when(removed || on(Guard::kCloseAckCleanUp), [&] { run_removed_clean_up(); }); },
      [&] { set(Scalar::kClosing, true); });
  return was_closed && !(on(Guard::kCloseAckCleanUp) && owes_clean_up());
}

void Builder::bury(Term epoch, Term removed) {
  const Tombstone after =
      buried({(*this)[Scalar::kTombstoneHere], (*this)[Scalar::kTombstone]}, epoch, removed);
  set(Scalar::kTombstoneHere, after.here);
  set(Scalar::kTombstone, after.epoch);
}

void Builder::die() {
  forget_manager();
  for (const Part part : {Part::kNode, Part::kPendingBootstrap, Part::kPendingPostBootstrap,
                          Part::kPendingClose, Part::kHandler}) {
    clear(part);
  }
  for_each([&](Record& record, std::size_t m) {
    clear(record, m, InMode::kReported);
    clear(record, m, InMode::kOwed);
  });
}

void Builder::forget_manager() {
  clear(Part::kManager);
  clear({Scalar::kAgreed, Scalar::kAgreedEvent, Scalar::kAgreedRedo});
  for (Record& record : t.next.records) {
    for_each_variable<Own>([&](Own variable) { set(record, variable, default_of(row(variable))); });
  }
  // What is remembered of a dispatcher goes with its manager; what the response under way reports does not.
  for_each([&](Record& record, std::size_t m) {
    for_each_variable<InMode>([&](InMode variable) {
      if (row(variable).part != Part::kHandler) clear(record, m, variable);
    });
  });
}

Tombstone buried(const Tombstone& tombstone, Term epoch, Term removed) {
  const Term unchanged = epoch == 0 && !removed;
  return {tombstone.here || !unchanged, ite(unchanged, tombstone.epoch, max(tombstone.epoch, epoch))};
}

Term is_buried(const Tombstone& tombstone, const Guards& guard, Term epoch) {
  const Term counts = tombstone.epoch != 0 || guard(Guard::kTombstoneEpochZero);
  return guard(Guard::kTombstone) && tombstone.here && counts && (epoch == 0 || epoch <= tombstone.epoch);
}

void take(Builder& b, std::span<const StepRow> steps, Action action) {
  std::ranges::find(steps, action, &StepRow::action)->take(b);
}

}  // namespace takeover::smt
