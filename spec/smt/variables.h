// The variables of the encoding: what each is called, its sort, where it belongs, what it means. Declaration,
// printing, evaluation, forgetting and what owner-fence guards derive from the rows.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "spec/smt/term.h"

namespace takeover::smt {

// What a variable is a part of, and is forgotten with.
enum class Part : std::uint8_t {
  kNode,
  kPendingBootstrap,  // the orchestrator's queue: one slot for each type
  kPendingPostBootstrap,
  kPendingClose,
  kHandler,  // of the orchestrator
  kManager,
  kHistory,  // what properties remember: of no node
  kStep,     // a parameter, which a step takes from outside
};

struct Row {
  std::string_view name{};
  Sort sort = Sort::kBool;
  Part part = Part::kNode;
  // At its admission a message may change it only by right (owner-fence): what a manager does for its owner.
  bool is_control = false;
  std::string_view meaning{};
};
template <class Variable>
struct RowOf {
  Variable variable{};
  Row row{};
};

namespace rows {
inline constexpr auto kB = Sort::kBool;
inline constexpr auto kI = Sort::kInt;
inline constexpr bool kControl = true;
inline constexpr bool kOther = false;

template <class Variable, std::size_t N>
consteval bool is_in_order(const std::array<RowOf<Variable>, N>& table) {
  for (std::size_t i = 0; i < N; ++i) {
    if (static_cast<std::size_t>(table[i].variable) != i || table[i].row.name.empty()) return false;
  }
  return true;
}
}  // namespace rows

// What there is once.
enum class Scalar : std::uint8_t {
  kFenced,
  kShutDown,
  kTombstoneHere,
  kTombstone,
  kFailCreate,
  kFailCleanUp,
  kBootstrapHere,
  kBootstrapRank,
  kBootstrapFrom,
  kBootstrapEpoch,
  kBootstrapEvent,
  kBootstrapRedo,
  kBootstrapConfigEpoch,
  kBootstrapRedoEnabled,
  kBootstrapStartTs,
  kPostHere,
  kPostRank,
  kPostFrom,
  kPostEpoch,
  kPostEvent,
  kCloseHere,
  kCloseRank,
  kCloseFrom,
  kCloseEpoch,
  kCloseRemoved,
  kStep,
  kFrom,
  kRequestEpoch,
  kRequestEvent,
  kRequestRedo,
  kRequestConfigEpoch,
  kRequestRedoEnabled,
  kRequestStartTs,
  kRequestRemoved,
  kExisted,
  kCreatedTrigger,
  kResponseEpoch,
  kResponseTs,
  kResponseRedoTs,
  kManager,
  kOwner,
  kEpoch,
  kEventTrigger,
  kRedoTrigger,
  kEventStartTs,
  kRedoStartTs,
  kRedoEnabled,
  kRedoReady,
  kRegistered,
  kCheckpointStream,
  kSchemaStore,
  kRedoSchemaStore,
  kClosing,
  kClosed,
  kWritePathClosed,
  kRemoveRequested,
  kRemovedCleanUp,
  kFence,
  kRedoCheckpoint,
  kRedoResolved,
  kRedoForwarded,
  kCheckpoint,
  kSchedule,
  kRedoLeft,
  kDefaultLeft,
  kCleanUp,
  kCleanUpRedo,
  kCleanUpId,
  kError,
  kActions,
  kAcknowledged,
  kAcknowledgedZero,
  kAgreed,
  kAgreedEvent,
  kAgreedRedo,
  kSeen,
  kEntryOwner,
  kEntryEpoch,
  kEntryEvent,
  kEntryRedo,
  kCount
};
inline constexpr std::size_t kScalarCount = static_cast<std::size_t>(Scalar::kCount);

namespace rows {
inline constexpr std::array<RowOf<Scalar>, kScalarCount> kScalar{{
    {Scalar::kFenced, {"fenced", kB, Part::kNode, kOther, "the capture lost its lease"}},
    {Scalar::kShutDown, {"shut-down", kB, Part::kNode, kOther, "the orchestrator takes no more messages"}},
    {Scalar::kTombstoneHere,
     {"tombstone-here", kB, Part::kNode, kOther,
      "a manager was closed here, and no later one was published"}},
    {Scalar::kTombstone, {"tombstone", kI, Part::kNode, kOther, "the highest epoch that closed one"}},
    {Scalar::kFailCreate,
     {"fail-create", kB, Part::kNode, kOther, "the next creation of a trigger or dispatcher fails"}},
    {Scalar::kFailCleanUp, {"fail-clean-up", kB, Part::kNode, kOther, "the next remove-only clean-up fails"}},
    {Scalar::kBootstrapHere,
     {"pending-bootstrap", kB, Part::kPendingBootstrap, kOther,
      "a Bootstrap waits in the orchestrator's queue"}},
    {Scalar::kBootstrapRank,
     {"pending-bootstrap-rank", kI, Part::kPendingBootstrap, kOther, "its place in the queue, from 0"}},
    {Scalar::kBootstrapFrom, {"pending-bootstrap-from", kI, Part::kPendingBootstrap, kOther, "its sender"}},
    {Scalar::kBootstrapEpoch, {"pending-bootstrap-epoch", kI, Part::kPendingBootstrap, kOther, "its epoch"}},
    {Scalar::kBootstrapEvent,
     {"pending-bootstrap-event", kI, Part::kPendingBootstrap, kOther,
      "the event trigger that it names, 0 for none"}},
    {Scalar::kBootstrapRedo,
     {"pending-bootstrap-redo", kI, Part::kPendingBootstrap, kOther,
      "the redo trigger that it names, 0 for none"}},
    {Scalar::kBootstrapConfigEpoch,
     {"pending-bootstrap-config-epoch", kI, Part::kPendingBootstrap, kOther, "the epoch inside its config"}},
    {Scalar::kBootstrapRedoEnabled,
     {"pending-bootstrap-redo-enabled", kB, Part::kPendingBootstrap, kOther,
      "whether its config enables redo"}},
    {Scalar::kBootstrapStartTs,
     {"pending-bootstrap-start-ts", kI, Part::kPendingBootstrap, kOther,
      "the start ts for a trigger that it creates"}},
    {Scalar::kPostHere,
     {"pending-post-bootstrap", kB, Part::kPendingPostBootstrap, kOther, "a PostBootstrap waits"}},
    {Scalar::kPostRank,
     {"pending-post-bootstrap-rank", kI, Part::kPendingPostBootstrap, kOther, "its place in the queue"}},
    {Scalar::kPostFrom,
     {"pending-post-bootstrap-from", kI, Part::kPendingPostBootstrap, kOther, "its sender"}},
    {Scalar::kPostEpoch,
     {"pending-post-bootstrap-epoch", kI, Part::kPendingPostBootstrap, kOther, "its epoch"}},
    {Scalar::kPostEvent,
     {"pending-post-bootstrap-event", kI, Part::kPendingPostBootstrap, kOther,
      "the event trigger that it names"}},
    {Scalar::kCloseHere, {"pending-close", kB, Part::kPendingClose, kOther, "a Close waits"}},
    {Scalar::kCloseRank, {"pending-close-rank", kI, Part::kPendingClose, kOther, "its place in the queue"}},
    {Scalar::kCloseFrom, {"pending-close-from", kI, Part::kPendingClose, kOther, "its sender"}},
    {Scalar::kCloseEpoch, {"pending-close-epoch", kI, Part::kPendingClose, kOther, "its epoch"}},
    {Scalar::kCloseRemoved,
     {"pending-close-removed", kB, Part::kPendingClose, kOther, "whether it is for good"}},
    {Scalar::kStep,
     {"step", kI, Part::kHandler, kOther,
      "the next step of the orchestrator's handler, 0 when none is under way"}},
    {Scalar::kFrom, {"from", kI, Part::kHandler, kOther, "the sender of the request that is handled"}},
    {Scalar::kRequestEpoch, {"request-epoch", kI, Part::kHandler, kOther, "its epoch"}},
    {Scalar::kRequestEvent,
     {"request-event", kI, Part::kHandler, kOther, "the event trigger that it names, 0 for none"}},
    {Scalar::kRequestRedo,
     {"request-redo", kI, Part::kHandler, kOther, "the redo trigger that it names, 0 for none"}},
    {Scalar::kRequestConfigEpoch,
     {"request-config-epoch", kI, Part::kHandler, kOther, "the epoch inside its config"}},
    {Scalar::kRequestRedoEnabled,
     {"request-redo-enabled", kB, Part::kHandler, kOther, "whether its config enables redo"}},
    {Scalar::kRequestStartTs,
     {"request-start-ts", kI, Part::kHandler, kOther, "the start ts for a trigger that it creates"}},
    {Scalar::kRequestRemoved,
     {"request-removed", kB, Part::kHandler, kOther, "of a Close: whether it is for good"}},
    {Scalar::kExisted, {"existed", kB, Part::kHandler, kOther, "the manager was here before this request"}},
    {Scalar::kCreatedTrigger,
     {"created-trigger", kB, Part::kHandler, kOther,
      "its event trigger was created for it, and can be taken back"}},
    {Scalar::kResponseEpoch,
     {"response-epoch", kI, Part::kHandler, kOther,
      "the epoch that the response will carry, once spans were read"}},
    {Scalar::kResponseTs,
     {"response-ts", kI, Part::kHandler, kOther, "the start ts of the event trigger that it will report"}},
    {Scalar::kResponseRedoTs, {"response-redo-ts", kI, Part::kHandler, kOther, "that of the redo trigger"}},
    {Scalar::kManager, {"manager", kI, Part::kManager, kControl, "0: none, 1: being built, 2: published"}},
    {Scalar::kOwner, {"owner", kI, Part::kManager, kOther, "the maintainer that owns it"}},
    {Scalar::kEpoch, {"epoch", kI, Part::kManager, kOther, "the owner's epoch"}},
    {Scalar::kEventTrigger, {"event-trigger", kI, Part::kManager, kControl, "its event trigger, 0 for none"}},
    {Scalar::kRedoTrigger, {"redo-trigger", kI, Part::kManager, kControl, "its redo trigger, 0 for none"}},
    {Scalar::kEventStartTs, {"event-start-ts", kI, Part::kManager, kOther, "the event trigger's start ts"}},
    {Scalar::kRedoStartTs, {"redo-start-ts", kI, Part::kManager, kOther, "the redo trigger's"}},
    {Scalar::kRedoEnabled, {"redo-enabled", kB, Part::kManager, kOther, "it was created with redo"}},
    {Scalar::kRedoReady, {"redo-ready", kB, Part::kManager, kOther, "the redo part is published"}},
    {Scalar::kRegistered,
     {"registered", kB, Part::kManager, kOther,
      "with the HeartBeatCollector: it has streams, and its sink is open"}},
    {Scalar::kCheckpointStream,
     {"checkpoint-stream", kB, Part::kManager, kOther, "the stream for CheckpointTs exists"}},
    {Scalar::kSchemaStore,
     {"schema-store", kB, Part::kManager, kControl, "the event trigger's schema store is initialised"}},
    {Scalar::kRedoSchemaStore, {"redo-schema-store", kB, Part::kManager, kControl, "the redo trigger's"}},
    {Scalar::kClosing, {"closing", kB, Part::kManager, kControl, "the asynchronous close runs"}},
    {Scalar::kClosed, {"closed", kB, Part::kManager, kControl, "it has ended"}},
    {Scalar::kWritePathClosed,
     {"write-path-closed", kB, Part::kManager, kOther, "nothing can be created any more"}},
    {Scalar::kRemoveRequested,
     {"remove-requested", kB, Part::kManager, kControl, "some Close asked for removed = true"}},
    {Scalar::kRemovedCleanUp,
     {"removed-clean-up", kB, Part::kManager, kOther, "the remove-only clean-up has run"}},
    {Scalar::kFence,
     {"fence", kI, Part::kManager, kOther,
      "MaintainerFenceMu: 0 free, 1 held by the orchestrator, 2 by a Schedule"}},
    {Scalar::kRedoCheckpoint,
     {"redo-checkpoint", kI, Part::kManager, kControl, "redo mark: the highest checkpoint ts of a RedoMeta"}},
    {Scalar::kRedoResolved,
     {"redo-resolved", kI, Part::kManager, kControl, "redo mark: the highest resolved ts of a RedoMeta"}},
    {Scalar::kRedoForwarded,
     {"redo-forwarded", kI, Part::kManager, kControl,
      "redo mark: the highest ts of a RedoResolvedTsForward"}},
    {Scalar::kCheckpoint, {"checkpoint", kI, Part::kManager, kOther, "the highest ts of a CheckpointTs"}},
    {Scalar::kSchedule,
     {"schedule", kI, Part::kManager, kOther,
      "the batch of Creates: 0 idle, 1 creating, 2 deleting entries, 3 being taken in"}},
    {Scalar::kRedoLeft,
     {"redo-left", kI, Part::kManager, kControl, "how many redo Creates of the batch are still to be tried"}},
    {Scalar::kDefaultLeft, {"default-left", kI, Part::kManager, kControl, "how many default Creates"}},
    {Scalar::kCleanUp,
     {"clean-up", kI, Part::kManager, kOther,
      "clean-up: 0 idle, before deleting 1 the entry, 2 the trigger, 3 before its report"}},
    {Scalar::kCleanUpRedo,
     {"clean-up-redo", kB, Part::kManager, kOther, "the mode of the dispatcher that it forgets"}},
    {Scalar::kCleanUpId, {"clean-up-id", kI, Part::kManager, kOther, "its id"}},
    {Scalar::kError,
     {"error", kI, Part::kManager, kOther,
      "the first error: 0 none, 1 due to whoever is the owner, 2 told to this one"}},
    {Scalar::kActions,
     {"actions", kI, Part::kManager, kControl, "how many barrier actions were admitted and not executed"}},
    {Scalar::kAcknowledged,
     {"acknowledged", kI, Part::kHistory, kOther,
      "history: the highest epoch whose Close was acknowledged, 0 for none"}},
    {Scalar::kAcknowledgedZero,
     {"acknowledged-zero", kB, Part::kHistory, kOther,
      "history: a Close of epoch 0 for good was acknowledged"}},
    {Scalar::kAgreed,
     {"agreed", kB, Part::kHistory, kOther, "history: the owner's takeover was answered without error"}},
    {Scalar::kAgreedEvent,
     {"agreed-event", kI, Part::kHistory, kOther, "history: the event trigger that it named"}},
    {Scalar::kAgreedRedo,
     {"agreed-redo", kI, Part::kHistory, kOther, "history: the redo trigger that it named"}},
    {Scalar::kSeen,
     {"seen", kB, Part::kHistory, kOther, "history: a Bootstrap of the tracked (owner, epoch) was received"}},
    {Scalar::kEntryOwner,
     {"entry-owner", kI, Part::kHistory, kOther,
      "history: the owner before the Bootstrap under way came to the fence"}},
    {Scalar::kEntryEpoch, {"entry-epoch", kI, Part::kHistory, kOther, "history: the epoch at that time"}},
    {Scalar::kEntryEvent,
     {"entry-event", kI, Part::kHistory, kOther, "history: the event trigger at that time"}},
    {Scalar::kEntryRedo,
     {"entry-redo", kI, Part::kHistory, kOther, "history: the redo trigger at that time"}},
}};
static_assert(is_in_order(kScalar));
}  // namespace rows
[[nodiscard]] constexpr const Row& row(Scalar variable) {
  return rows::kScalar[static_cast<std::size_t>(variable)].row;
}

// What there is of one dispatcher id.
enum class Own : std::uint8_t {
  kEntry,
  kEntryRemoves,
  kEntryRedo,
  kEntryFrom,
  kEntryEpoch,
  kRemovedTrigger,
  kCollected,
  kCount
};
inline constexpr std::size_t kOwnCount = static_cast<std::size_t>(Own::kCount);

namespace rows {
inline constexpr std::array<RowOf<Own>, kOwnCount> kOwn{{
    {Own::kEntry, {"entry", kB, Part::kManager, kControl, "the journal has an entry for the id"}},
    {Own::kEntryRemoves, {"entry-removes", kB, Part::kManager, kControl, "it is a Remove, not a Create"}},
    {Own::kEntryRedo, {"entry-redo", kB, Part::kManager, kControl, "its mode is redo"}},
    {Own::kEntryFrom, {"entry-from", kI, Part::kManager, kControl, "its sender"}},
    {Own::kEntryEpoch, {"entry-epoch", kI, Part::kManager, kControl, "its epoch"}},
    {Own::kRemovedTrigger,
     {"removed-trigger", kB, Part::kManager, kOther,
      "it was a trigger and was removed (guard trigger-not-recreated)"}},
    {Own::kCollected, {"collected", kB, Part::kManager, kOther, "it is registered with the event collector"}},
}};
static_assert(is_in_order(kOwn));
}  // namespace rows
[[nodiscard]] constexpr const Row& row(Own variable) {
  return rows::kOwn[static_cast<std::size_t>(variable)].row;
}

// The same in one mode.
enum class InMode : std::uint8_t {
  kExists,
  kStatus,
  kTryRemoving,
  kRemoving,
  kTable,
  kBegin,
  kEnd,
  kInBatch,
  kToDo,
  kBatchTable,
  kBatchBegin,
  kBatchEnd,
  kMergeTarget,
  kStopped,
  kReported,
  kAsked,
  kOwed,
  kTriggerAsked,
  kKnown,
  kUsed,
  kCount
};
inline constexpr std::size_t kInModeCount = static_cast<std::size_t>(InMode::kCount);

namespace rows {
inline constexpr std::array<RowOf<InMode>, kInModeCount> kInMode{{
    {InMode::kExists, {"exists", kB, Part::kManager, kControl, "the dispatcher is in the map"}},
    {InMode::kStatus,
     {"status", kI, Part::kManager, kControl,
      "0 Initializing, 1 Working, 2 Preparing, 3 MergeReady, 4 WaitingMerge"}},
    {InMode::kTryRemoving, {"try-removing", kB, Part::kManager, kControl, "its removal was requested"}},
    {InMode::kRemoving,
     {"removing", kB, Part::kManager, kControl,
      "it has flushed, or its write path was closed: it writes no more"}},
    {InMode::kTable, {"table", kI, Part::kManager, kControl, "its span: the table, 0 for DDL"}},
    {InMode::kBegin, {"begin", kI, Part::kManager, kControl, "the first key"}},
    {InMode::kEnd, {"end", kI, Part::kManager, kControl, "the key behind the last"}},
    {InMode::kInBatch, {"in-batch", kB, Part::kManager, kControl, "the batch of Creates names it"}},
    {InMode::kToDo, {"to-do", kB, Part::kManager, kControl, "and it was not tried yet"}},
    {InMode::kBatchTable, {"batch-table", kI, Part::kManager, kControl, "the span that the Create names"}},
    {InMode::kBatchBegin, {"batch-begin", kI, Part::kManager, kControl, "its first key"}},
    {InMode::kBatchEnd, {"batch-end", kI, Part::kManager, kControl, "the key behind its last"}},
    {InMode::kMergeTarget, {"merge-target", kB, Part::kManager, kControl, "a merge into it is under way"}},
    {InMode::kStopped, {"stopped", kB, Part::kManager, kOther, "its Stopped waits on the status channel"}},
    {InMode::kReported,
     {"reported", kB, Part::kHandler, kOther, "the response that is being built reports it"}},
    {InMode::kAsked,
     {"asked", kB, Part::kHistory, kOther,
      "history: a Remove of it was admitted, and clean-up has not taken it out"}},
    {InMode::kOwed,
     {"owed", kB, Part::kHistory, kOther, "history: it was read into the response after that"}},
    {InMode::kTriggerAsked,
     {"trigger-asked", kB, Part::kHistory, kOther, "history: a Remove of it, the trigger, was admitted"}},
    {InMode::kKnown, {"known", kB, Part::kHistory, kOther, "history: the owner counts on it (one-writer)"}},
    {InMode::kUsed,
     {"used", kB, Part::kHistory, kOther, "history: its id was taken out of use (one-writer)"}},
}};
static_assert(is_in_order(kInMode));
}  // namespace rows
[[nodiscard]] constexpr const Row& row(InMode variable) {
  return rows::kInMode[static_cast<std::size_t>(variable)].row;
}

// What a step takes from outside.
enum class Param : std::uint8_t {
  kFrom,
  kEpoch,
  kEvent,
  kRedo,
  kConfigEpoch,
  kRedoEnabled,
  kRemoved,
  kId,
  kInRedo,
  kTable,
  kBegin,
  kEnd,
  kTs,
  kTs2,
  kOther,
  kOtherRedo,
  kStage,
  kCount
};
inline constexpr std::size_t kParamCount = static_cast<std::size_t>(Param::kCount);

namespace rows {
inline constexpr std::array<RowOf<Param>, kParamCount> kParam{{
    {Param::kFrom, {"from", kI, Part::kStep, kOther, "the message's sender"}},
    {Param::kEpoch, {"epoch", kI, Part::kStep, kOther, "its epoch"}},
    {Param::kEvent, {"event", kI, Part::kStep, kOther, "the event trigger that it names, 0 for none"}},
    {Param::kRedo, {"redo", kI, Part::kStep, kOther, "the redo trigger that it names, 0 for none"}},
    {Param::kConfigEpoch, {"config-epoch", kI, Part::kStep, kOther, "the epoch inside its config"}},
    {Param::kRedoEnabled, {"redo-enabled", kB, Part::kStep, kOther, "whether its config enables redo"}},
    {Param::kRemoved, {"removed", kB, Part::kStep, kOther, "whether the Close is for good"}},
    {Param::kId, {"id", kI, Part::kStep, kOther, "the dispatcher that the step is about"}},
    {Param::kInRedo, {"in-redo", kB, Part::kStep, kOther, "its mode is redo"}},
    {Param::kTable, {"table", kI, Part::kStep, kOther, "the span that the message names"}},
    {Param::kBegin, {"begin", kI, Part::kStep, kOther, "its first key"}},
    {Param::kEnd, {"end", kI, Part::kStep, kOther, "the key behind its last"}},
    {Param::kTs, {"ts", kI, Part::kStep, kOther, "the message's ts"}},
    {Param::kTs2, {"ts2", kI, Part::kStep, kOther, "the message's second ts"}},
    {Param::kOther, {"other", kB, Part::kStep, kOther, "what a dispatcher that is not tracked answers"}},
    {Param::kOtherRedo,
     {"other-redo", kB, Part::kStep, kOther,
      "the same of the redo trigger; of a Remove: its removal was requested before"}},
    {Param::kStage, {"stage", kI, Part::kStep, kOther, "what a merge's task finds"}},
}};
static_assert(is_in_order(kParam));
}  // namespace rows
[[nodiscard]] constexpr const Row& row(Param variable) {
  return rows::kParam[static_cast<std::size_t>(variable)].row;
}

// Behind the last of its enumeration there is none.
template <class Variable, class Visit>
constexpr void for_each_variable(Visit&& visit) {
  for (std::size_t i = 0; i < static_cast<std::size_t>(Variable::kCount); ++i)
    visit(static_cast<Variable>(i));
}

}  // namespace takeover::smt
