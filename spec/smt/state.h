// The state of one node for one changefeed, as the encoding sees it: unbounded in epochs, owners, ids,
// messages.
//
// A dispatcher manager holds any number of dispatchers. Instead of quantifying over them, a state is
//   scalars: what there is once  x  records: what there is of one tracked dispatcher id,
// and the tracked id is an arbitrary constant. What is proved of it is proved of every id; where a property
// compares two dispatchers, two ids are tracked. A step names at most one id (a Merge: one and its sources),
// so that it changes the tracked record as its own, or as that of somebody else.
//
// Each variable is one row of variables.h. A variable that does not apply (of a manager that is not here, a
// dispatcher that does not exist) has its default, 0 or false, so that equal states have equal values.
//
// Not encoded, since no proved property looks at it: timestamps of dispatchers that are no triggers; the
// span, start ts and operator type of a journal entry; which messages wait in the streams of the
// HeartBeatCollector (any message may come at any time, so the message is a parameter of the step that
// handles it).
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "spec/smt/term.h"
#include "spec/smt/variables.h"

namespace takeover::smt {

// Values of the variables that stand for a place in a handler.
namespace step {  // kStep
inline constexpr std::uint64_t kNone = 0;
inline constexpr std::uint64_t kRegisterInitializing = 1;
inline constexpr std::uint64_t kCreateTriggers = 2;
inline constexpr std::uint64_t kPublish = 3;
inline constexpr std::uint64_t kTakeOver = 4;
inline constexpr std::uint64_t kEnsureEventTrigger = 5;
inline constexpr std::uint64_t kEnsureRedoTrigger = 6;
inline constexpr std::uint64_t kReadDefaultSpans = 7;
inline constexpr std::uint64_t kReadRedoSpans = 8;
inline constexpr std::uint64_t kReadJournalAndSend = 9;
inline constexpr std::uint64_t kPostBootstrap = 10;
inline constexpr std::uint64_t kClose = 11;
}  // namespace step
namespace manager {  // kManager
inline constexpr std::uint64_t kNone = 0;
inline constexpr std::uint64_t kInitializing = 1;
inline constexpr std::uint64_t kPublished = 2;
}  // namespace manager
namespace fence {  // kFence
inline constexpr std::uint64_t kNobody = 0;
inline constexpr std::uint64_t kOrchestrator = 1;
inline constexpr std::uint64_t kSchedule = 2;
}  // namespace fence
namespace schedule {  // kSchedule
inline constexpr std::uint64_t kIdle = 0;
inline constexpr std::uint64_t kCreate = 1;
inline constexpr std::uint64_t kDeleteEntry = 2;
inline constexpr std::uint64_t kCollecting = 3;  // within one atomic step: a batch is being taken in
}  // namespace schedule
namespace clean_up {  // kCleanUp
inline constexpr std::uint64_t kIdle = 0;
inline constexpr std::uint64_t kDeleteEntry = 1;
inline constexpr std::uint64_t kClearTrigger = 2;
inline constexpr std::uint64_t kReport = 3;
}  // namespace clean_up
namespace error {  // kError
inline constexpr std::uint64_t kNone = 0;
inline constexpr std::uint64_t kDue = 1;
inline constexpr std::uint64_t kTold = 2;
}  // namespace error
namespace status {  // kStatus
inline constexpr std::uint64_t kInitializing = 0;
inline constexpr std::uint64_t kWorking = 1;
inline constexpr std::uint64_t kPreparing = 2;
inline constexpr std::uint64_t kMergeReady = 3;
inline constexpr std::uint64_t kWaitingMerge = 4;
}  // namespace status

// The table of the DDL span, which the triggers own; its key range is [kMinKey, kMaxKey).
inline constexpr std::uint64_t kDdlTable = 0;
inline constexpr std::uint64_t kMinKey = 0;
inline constexpr std::uint64_t kMaxKey = 0xFFFFFFFF;

// ----------------------------------------------------------------------------------------------- a state

struct Record {
  Term id{};  // the tracked id, a constant of the run, as what it was drawn for
  Term is_redo{};
  Term is_trigger{};
  std::array<Term, kOwnCount> own{};
  std::array<std::array<Term, kInModeCount>, 2> mode{};  // default, redo

  [[nodiscard]] Term operator[](Own variable) const { return own[static_cast<std::size_t>(variable)]; }
  [[nodiscard]] Term at(std::size_t m, InMode variable) const {
    return mode[m][static_cast<std::size_t>(variable)];
  }
  // Its removal was requested, or it is closed.
  [[nodiscard]] Term is_going(std::size_t m) const {
    return at(m, InMode::kTryRemoving) || at(m, InMode::kRemoving);
  }
};

struct State {
  std::array<Term, kScalarCount> scalars{};
  std::vector<Record> records{};  // of the tracked ids
  Term tracked_owner{};           // a pair (owner, epoch) that owner-from-request speaks of
  Term tracked_epoch{};
  Term tracked_event{};  // the triggers that this owner names
  Term tracked_redo{};

  [[nodiscard]] Term operator[](Scalar variable) const { return scalars[static_cast<std::size_t>(variable)]; }
  // All variables, in the order of the rows, record by record.
  [[nodiscard]] std::vector<Term> terms() const;
};

// The state whose variables are variables of the pool; so many ids are tracked.
[[nodiscard]] State variables(Pool& pool, std::size_t tracked);
// The state before anything has happened, with the constants of `like`.
[[nodiscard]] State initial(const State& like);
// The names of terms(), as they stand in messages.
[[nodiscard]] std::vector<std::string> names(std::size_t tracked);

}  // namespace takeover::smt
