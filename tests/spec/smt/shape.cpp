#include "tests/spec/smt/shape.h"

#include <initializer_list>

namespace takeover::tests {
namespace {

using smt::InMode;
using smt::Own;
using smt::Scalar;
using smt::Term;

Term is_nothing(std::initializer_list<Term> numbers) {
  Term all = numbers.begin()->pool().truth(true);
  for (const Term& each : numbers) all = all && each == 0;
  return all;
}

Term shape_of_dispatcher(const smt::Record& record, std::size_t m) {
  const auto of = [&](InMode variable) { return record.at(m, variable); };
  const Term absent =
      is_nothing({of(InMode::kStatus), of(InMode::kTable), of(InMode::kBegin), of(InMode::kEnd)}) &&
      !of(InMode::kTryRemoving) && !of(InMode::kRemoving);
  const Term not_in_batch =
      is_nothing({of(InMode::kBatchTable), of(InMode::kBatchBegin), of(InMode::kBatchEnd)}) &&
      !of(InMode::kToDo);
  const Term last = record.id.pool().number(smt::status::kWaitingMerge);
  return smt::all_of(
      {of(InMode::kStatus) <= last, ite(of(InMode::kExists), of(InMode::kBegin) < of(InMode::kEnd), absent),
       ite(of(InMode::kInBatch), of(InMode::kBatchBegin) < of(InMode::kBatchEnd), not_in_batch)});
}

Term shape_of_record(const smt::Record& record) {
  const Term no_entry = is_nothing({record[Own::kEntryFrom], record[Own::kEntryEpoch]}) &&
                        !record[Own::kEntryRemoves] && !record[Own::kEntryRedo];
  return smt::all_of({record.id != 0, ite(record[Own::kEntry], record[Own::kEntryFrom] != 0, no_entry),
                      shape_of_dispatcher(record, 0), shape_of_dispatcher(record, 1)});
}

}  // namespace

Term shape_of(const smt::State& state) {
  smt::Pool& pool = state.scalars.front().pool();
  const Term nobody =
      is_nothing({state[Scalar::kOwner], state[Scalar::kEpoch], state[Scalar::kEventTrigger],
                  state[Scalar::kRedoTrigger], state[Scalar::kFence], state[Scalar::kCleanUp]});
  Term all = smt::all_of({state[Scalar::kManager] <= pool.number(smt::manager::kPublished),
                          state[Scalar::kFence] <= pool.number(smt::fence::kSchedule),
                          ite(state[Scalar::kManager] == 0, nobody, state[Scalar::kOwner] != 0),
                          implies(state[Scalar::kCleanUp] == 0, state[Scalar::kCleanUpId] == 0)});
  for (const smt::Record& record : state.records) {
    const Term something =
        record[Own::kEntry] || record.at(0, InMode::kExists) || record.at(1, InMode::kExists);
    all = all && shape_of_record(record) && implies(something, state[Scalar::kManager] != 0);
  }
  return all;
}

Term shape_of(const smt::State& before, const smt::Output& out) {
  return smt::all_of(
      {implies(out.admitted || out.answered, out.ended), implies(out.ended, before[Scalar::kStep] != 0),
       implies(out.close_success, out.close_answered), implies(out.control, out.control_from != 0),
       implies(out.took_over, before[Scalar::kManager] == smt::manager::kPublished)});
}

}  // namespace takeover::tests
