// The judges of who writes, and of what the journal holds, clause by clause.
#include <vector>

#include "tests/spec/properties/judge_cases.h"

using namespace takeover;
using namespace takeover::judged;

namespace {

// No trigger is here: what writes is what the case adds.
void two_writers(Scene& s, impl::Span first, impl::Span second, Mode mode = Mode::kDefault) {
  without_triggers(s.is());
  write(s.is(), kX, first, mode);
  write(s.is(), kY, second, mode);
}

}  // namespace

TEST_CASE("one-writer: whose spans overlap cannot both write") {
  const std::vector<Case> cases{
      {"two that write one table", Found::kViolated, [](Scene& s) { two_writers(s, kTable, kTable); }},
      {"two that write one table for redo", Found::kViolated,
       [](Scene& s) { two_writers(s, kTable, kTable, Mode::kRedo); }},
      {"of two modes", Found::kNothing,
       [](Scene& s) {
         two_writers(s, kTable, kTable);
         s.is().find(kY, Mode::kDefault)->mode = Mode::kRedo;
       }},
      {"neighbours", Found::kHolds, [](Scene& s) { two_writers(s, kLow, kHigh); }},
      {"neighbours, the upper one first", Found::kHolds, [](Scene& s) { two_writers(s, kHigh, kLow); }},
      {"that share one key", Found::kViolated,
       [](Scene& s) { two_writers(s, kLow, {.table = 7, .begin = 9, .end = 20}); }},
      {"that share one key, the upper one first", Found::kViolated,
       [](Scene& s) { two_writers(s, {.table = 7, .begin = 9, .end = 20}, kLow); }},
      {"of two tables", Found::kHolds,
       [](Scene& s) { two_writers(s, kLow, {.table = 8, .begin = 0, .end = 10}); }},
      {"two triggers", Found::kHolds, [](Scene& s) { two_writers(s, kTable, impl::kDdlSpan); }},
      {"one waits for a merge, and writes until then", Found::kViolated,
       [](Scene& s) {
         two_writers(s, kTable, kTable);
         s.is().find(kX, Mode::kDefault)->status = Status::kWaitingMerge;
       }},
      {"the second one waits for a merge, and writes until then", Found::kViolated,
       [](Scene& s) {
         two_writers(s, kTable, kTable);
         s.is().find(kY, Mode::kDefault)->status = Status::kWaitingMerge;
       }},
      {"the first one has flushed", Found::kHolds,
       [](Scene& s) {
         two_writers(s, kTable, kTable);
         s.is().find(kX, Mode::kDefault)->removing = true;
       }},
      {"the second one has flushed", Found::kHolds,
       [](Scene& s) {
         two_writers(s, kTable, kTable);
         s.is().find(kY, Mode::kDefault)->removing = true;
       }},
      {"one was asked to end, and has not flushed", Found::kViolated,
       [](Scene& s) {
         two_writers(s, kTable, kTable);
         s.is().find(kX, Mode::kDefault)->try_removing = true;
       }},
      {"one does not write yet", Found::kHolds,
       [](Scene& s) {
         two_writers(s, kTable, kTable);
         s.is().find(kX, Mode::kDefault)->status = Status::kInitializing;
       }},
      {"one is being merged into", Found::kHolds,
       [](Scene& s) {
         two_writers(s, kTable, kTable);
         s.is().find(kY, Mode::kDefault)->status = Status::kMergeReady;
       }},
      {"neither writes", Found::kNothing,
       [](Scene& s) {
         two_writers(s, kTable, kTable);
         s.is().find(kX, Mode::kDefault)->removing = true;
         s.is().find(kY, Mode::kDefault)->status = Status::kMergeReady;
       }},
      {"there is only one", Found::kNothing,
       [](Scene& s) {
         without_triggers(s.is());
         write(s.is(), kX, kTable);
       }},
      {"the sink is closed", Found::kNothing,
       [](Scene& s) {
         two_writers(s, kTable, kTable);
         s.is().registered = false;
       }},
      {"the write path is closed, and the sink open", Found::kViolated,
       [](Scene& s) {
         two_writers(s, kTable, kTable);
         s.is().write_path_closed = true;
       }},
      {"the first and the last of three", Found::kViolated,
       [](Scene& s) {
         two_writers(s, kTable, {.table = 8});
         write(s.is(), kZ, kTable);
       }},
      {"the last two of three", Found::kViolated,
       [](Scene& s) {
         two_writers(s, {.table = 8}, kTable);
         write(s.is(), kZ, kTable);
       }},
      {"in a manager that is being built", Found::kViolated,
       [](Scene& s) {
         build(s);
         write(*s.after.initializing, kX, kTable);
         write(*s.after.initializing, kY, kTable);
       }},
  };
  check_states(Property::kOneWriter, cases);
}

TEST_CASE("journal-drains: an entry of an open manager has a live cause") {
  using enum ScheduleAction;
  const std::vector<Case> cases{
      {"nothing is journalled", Found::kNothing, [](Scene& /*as it is*/) {}},
      {"a Create that nobody executes", Found::kViolated,
       [](Scene& s) { s.is().journal.insert(entry(kX, kCreate)); }},
      {"a Create of the batch", Found::kHolds,
       [](Scene& s) {
         s.is().journal.insert(entry(kY, kCreate));
         s.is().schedule.step = impl::ScheduleStep::kCreate;
         s.is().schedule.batch = {{.id = kX}, {.id = kY}};
       }},
      {"a Create, and the batch is of another", Found::kViolated,
       [](Scene& s) {
         s.is().journal.insert(entry(kX, kCreate));
         s.is().schedule.batch.push_back({.id = kY});
       }},
      {"a Create whose dispatcher is here and has to be removed", Found::kViolated,
       [](Scene& s) {
         s.is().journal.insert(entry(kX, kCreate));
         write(s.is(), kX, kTable);
         s.is().find(kX, Mode::kDefault)->try_removing = true;
       }},
      {"a Remove of a dispatcher that has to be removed", Found::kHolds,
       [](Scene& s) {
         s.is().journal.insert(entry(kX, kRemove));
         write(s.is(), kX, kTable);
         s.is().find(kX, Mode::kDefault)->try_removing = true;
       }},
      {"a Remove of a redo dispatcher that has to be removed", Found::kHolds,
       [](Scene& s) {
         s.is().journal.insert(entry(kX, kRemove, kA, kEpoch, Mode::kRedo));
         write(s.is(), kX, kTable, Mode::kRedo);
         s.is().find(kX, Mode::kRedo)->try_removing = true;
       }},
      {"a Remove, and the dispatcher has to be removed in the other mode", Found::kViolated,
       [](Scene& s) {
         s.is().journal.insert(entry(kX, kRemove));
         write(s.is(), kX, kTable, Mode::kRedo);
         s.is().find(kX, Mode::kRedo)->try_removing = true;
       }},
      {"a Remove of a dispatcher that stays", Found::kViolated,
       [](Scene& s) {
         s.is().journal.insert(entry(kX, kRemove));
         write(s.is(), kX, kTable);
       }},
      {"a Remove of a dispatcher that is not here", Found::kViolated,
       [](Scene& s) { s.is().journal.insert(entry(kX, kRemove)); }},
      {"a Remove that is in no batch, whatever the batch creates", Found::kViolated,
       [](Scene& s) {
         s.is().journal.insert(entry(kX, kRemove));
         s.is().schedule.batch.push_back({.id = kX});
       }},
      {"a Remove whose clean-up is under way", Found::kHolds,
       [](Scene& s) {
         s.is().journal.insert(entry(kX, kRemove));
         s.is().clean_up = {impl::CleanUpStep::kDeleteJournalEntry, Mode::kDefault, kX};
       }},
      {"an entry whose clean-up is at its last step", Found::kHolds,
       [](Scene& s) {
         s.is().journal.insert(entry(kX, kRemove));
         s.is().clean_up = {impl::CleanUpStep::kEnqueueReport, Mode::kDefault, kX};
       }},
      {"a Remove, and the clean-up is another's", Found::kViolated,
       [](Scene& s) {
         s.is().journal.insert(entry(kX, kRemove));
         s.is().clean_up = {impl::CleanUpStep::kDeleteJournalEntry, Mode::kDefault, kY};
       }},
      {"a Remove, and no clean-up is under way", Found::kViolated,
       [](Scene& s) {
         s.is().journal.insert(entry(kX, kRemove));
         s.is().clean_up = {impl::CleanUpStep::kIdle, Mode::kDefault, kX};
       }},
      {"the second of two entries", Found::kViolated,
       [](Scene& s) {
         s.is().journal.insert(entry(kX, kCreate));
         s.is().journal.insert(entry(kY, kCreate));
         s.is().schedule.batch.push_back({.id = kX});
       }},
      {"the first of two entries", Found::kViolated,
       [](Scene& s) {
         s.is().journal.insert(entry(kX, kCreate));
         s.is().journal.insert(entry(kY, kCreate));
         s.is().schedule.batch.push_back({.id = kY});
       }},
      {"an entry of a manager whose write path is closed", Found::kNothing,
       [](Scene& s) {
         s.is().journal.insert(entry(kX, kCreate));
         s.is().write_path_closed = true;
       }},
      {"an entry of a manager that closes, and whose write path is open", Found::kViolated,
       [](Scene& s) {
         s.is().journal.insert(entry(kX, kCreate));
         s.is().closing = true;
       }},
      {"an entry of a manager that is being built", Found::kViolated,
       [](Scene& s) {
         build(s);
         s.after.initializing->journal.insert(entry(kX, kCreate));
       }},
  };
  check_states(Property::kJournalDrains, cases);
}
