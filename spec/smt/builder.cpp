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

constexpr std::array kManagerOf{
    InMode::kExists,     InMode::kStatus,       InMode::kTryRemoving, InMode::kRemoving, InMode::kTable,
    InMode::kBegin,      InMode::kEnd,          InMode::kInBatch,     InMode::kToDo,     InMode::kBatchTable,
    InMode::kBatchBegin, InMode::kBatchEnd,     InMode::kMergeTarget, InMode::kStopped,  InMode::kAsked,
    InMode::kOwed,       InMode::kTriggerAsked, InMode::kKnown,       InMode::kUsed};

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

void Builder::clear(Scalar first, Scalar last) {
  for (auto i = static_cast<std::size_t>(first); i <= static_cast<std::size_t>(last); ++i) {
    const auto variable = static_cast<Scalar>(i);
    set(variable, row(variable).sort == Sort::kBool ? no() : number(0));
  }
}

void Builder::clear(Record& record, std::size_t mode, InMode variable) {
  set(record, mode, variable, row(variable).sort == Sort::kBool ? no() : number(0));
}

void Builder::clear_entry(Record& record) {
  for (const Own variable : {Own::kEntry, Own::kEntryRemoves, Own::kEntryRedo}) set(record, variable, no());
  for (const Own variable : {Own::kEntryFrom, Own::kEntryEpoch}) set(record, variable, number(0));
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
  clear(Scalar::kFenced, Scalar::kResponseRedoTs);
  for_each([&](Record& record, std::size_t m) {
    clear(record, m, InMode::kReported);
    clear(record, m, InMode::kOwed);
  });
}

void Builder::forget_manager() {
  clear(Scalar::kManager, Scalar::kActions);
  clear(Scalar::kAgreed, Scalar::kAgreedRedo);
  for (Record& record : t.next.records) {
    clear_entry(record);
    set(record, Own::kRemovedTrigger, no());
    set(record, Own::kCollected, no());
  }
  for_each([&](Record& record, std::size_t m) {
    for (const InMode variable : kManagerOf) clear(record, m, variable);
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

}  // namespace takeover::smt
