// The actions of the relation: one row each.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "impl/message.h"
#include "impl/named.h"

namespace takeover::smt {

// Whose step it is, and which file says what it does.
enum class Stage : std::uint8_t {
  kArrival,    // in the orchestrator's queue: step_queue.cpp
  kLookUp,     // of the next message there: step_queue.cpp
  kBootstrap,  // what follows the look-up: step_bootstrap.cpp
  kHandler,    // the same of a PostBootstrap, a Close: step_orchestrator.cpp
  kStream,     // of the HeartBeatCollector: step_stream.cpp
  kNode,       // all else that a node does, and faults: step_manager.cpp
};

// Named as the implementation names its step or kind of action, where there is one.
enum class Action : std::uint8_t {
  kReceiveBootstrap,
  kReceivePostBootstrap,
  kReceiveClose,
  kLookUpBootstrap,
  kLookUpPostBootstrap,
  kLookUpClose,
  kRegisterInitializing,
  kCreateTriggers,
  kPublish,
  kTakeOver,
  kEnsureEventTrigger,
  kEnsureRedoTrigger,
  kReadDefaultSpans,
  kReadRedoSpans,
  kReadJournalAndSend,
  kPostBootstrap,
  kClose,
  kTakeCreate,
  kStartBatch,
  kCreate,
  kDeleteEntry,
  kRemove,
  kMerge,
  kHeartBeatResponse,
  kRedoMeta,
  kRedoForward,
  kCheckpoint,
  kRemoveTask,
  kCleanUp,
  kReport,
  kExecute,
  kMergeTask,
  kStopWritePath,
  kUnregister,
  kFinishClose,
  kReportError,
  kFirstEvent,
  kCompleteHeartbeat,
  kLocalFence,
  kCloseOrchestrator,
  kFailCreate,
  kFailCleanUp,
};
struct ActionRow {
  std::string_view name{};
  Stage stage = Stage::kNode;
  std::optional<impl::MessageType> message{};  // that arrives, is looked up, or is handed out by a stream
  std::string_view meaning{};
};
constexpr ActionRow row_of(Action action) {
  using Type = impl::MessageType;
  switch (action) {
    case Action::kReceiveBootstrap:
      return {"receive-bootstrap", Stage::kArrival, Type::kBootstrap,
              "a Bootstrap arrives in the orchestrator's queue"};
    case Action::kReceivePostBootstrap:
      return {"receive-post-bootstrap", Stage::kArrival, Type::kPostBootstrap, "a PostBootstrap arrives"};
    case Action::kReceiveClose: return {"receive-close", Stage::kArrival, Type::kClose, "a Close arrives"};
    case Action::kLookUpBootstrap:
      return {"look-up-bootstrap", Stage::kLookUp, Type::kBootstrap,
              "the next message is a Bootstrap: is a manager here, is its epoch buried?"};
    case Action::kLookUpPostBootstrap:
      return {"look-up-post-bootstrap", Stage::kLookUp, Type::kPostBootstrap,
              "the next message is a PostBootstrap"};
    case Action::kLookUpClose:
      return {"look-up-close", Stage::kLookUp, Type::kClose, "the next message is a Close"};
    case Action::kRegisterInitializing:
      return {"register-initializing", Stage::kBootstrap, std::nullopt,
              "a manager is put among those being built"};
    case Action::kCreateTriggers:
      return {"create-triggers", Stage::kBootstrap, std::nullopt, "its triggers are created"};
    case Action::kPublish:
      return {"publish", Stage::kBootstrap, std::nullopt, "it is published, and the tombstone deleted"};
    case Action::kTakeOver:
      return {"take-over", Stage::kBootstrap, std::nullopt,
              "under the fence: admission and validation; the owner, if no trigger is to be ensured"};
    case Action::kEnsureEventTrigger:
      return {"ensure-event-trigger", Stage::kBootstrap, std::nullopt, "a missing event trigger is created"};
    case Action::kEnsureRedoTrigger:
      return {"ensure-redo-trigger", Stage::kBootstrap, std::nullopt,
              "a missing redo trigger is created, and the owner set"};
    case Action::kReadDefaultSpans:
      return {"read-default-spans", Stage::kBootstrap, std::nullopt, "the response's default spans are read"};
    case Action::kReadRedoSpans:
      return {"read-redo-spans", Stage::kBootstrap, std::nullopt, "its redo spans are read"};
    case Action::kReadJournalAndSend:
      return {"read-journal-and-send", Stage::kBootstrap, std::nullopt,
              "its operators are read, and it is sent"};
    case Action::kPostBootstrap:
      return {"post-bootstrap", Stage::kHandler, std::nullopt, "a PostBootstrap is handled"};
    case Action::kClose: return {"close", Stage::kHandler, std::nullopt, "a Close is handled"};
    case Action::kTakeCreate:
      return {"take-create", Stage::kStream, Type::kSchedule,
              "a Create is admitted and journalled, as one of a batch"};
    case Action::kStartBatch:
      return {"start-batch", Stage::kStream, std::nullopt, "the batch of Creates is complete"};
    case Action::kCreate:
      return {"create", Stage::kStream, std::nullopt, "one dispatcher of the batch is created"};
    case Action::kDeleteEntry:
      return {"delete-entry", Stage::kStream, std::nullopt, "the entries of the batch are deleted"};
    case Action::kRemove:
      return {"remove", Stage::kStream, Type::kSchedule,
              "a Remove is admitted and journalled, and the removal requested"};
    case Action::kMerge: return {"merge", Stage::kStream, Type::kMerge, "a Merge is admitted"};
    case Action::kHeartBeatResponse:
      return {"heartbeat-response", Stage::kStream, Type::kHeartBeatResponse, "a barrier action is admitted"};
    case Action::kRedoMeta: return {"redo-meta", Stage::kStream, Type::kRedoMeta, "redo marks are advanced"};
    case Action::kRedoForward:
      return {"redo-forward", Stage::kStream, Type::kRedoResolvedTsForward,
              "the forwarded redo resolved ts is advanced"};
    case Action::kCheckpoint:
      return {"checkpoint", Stage::kStream, Type::kCheckpointTs, "the checkpoint ts is advanced"};
    case Action::kRemoveTask:
      return {"remove-task", Stage::kNode, std::nullopt, "a dispatcher under removal has flushed"};
    case Action::kCleanUp:
      return {"clean-up", Stage::kNode, std::nullopt,
              "one step of heartbeat aggregation forgetting a dispatcher"};
    case Action::kReport:
      return {"report", Stage::kNode, std::nullopt, "what waits on the status channel is sent"};
    case Action::kExecute:
      return {"execute", Stage::kNode, std::nullopt, "an admitted barrier action is executed"};
    case Action::kMergeTask: return {"merge-task", Stage::kNode, std::nullopt, "one step of a merge"};
    case Action::kStopWritePath:
      return {"stop-write-path", Stage::kNode, std::nullopt, "a close: the write path is closed"};
    case Action::kUnregister:
      return {"unregister", Stage::kNode, std::nullopt, "a close: streams and sink are closed"};
    case Action::kFinishClose: return {"finish-close", Stage::kNode, std::nullopt, "a close: it has ended"};
    case Action::kReportError:
      return {"report-error", Stage::kNode, std::nullopt,
              "the first error is told to the owner of this moment"};
    case Action::kFirstEvent:
      return {"first-event", Stage::kNode, std::nullopt,
              "the first event of a trigger comes, and it begins to work"};
    case Action::kCompleteHeartbeat:
      return {"complete-heartbeat", Stage::kNode, std::nullopt,
              "what every dispatcher is, is told to the owner of this moment"};
    case Action::kLocalFence: return {"local-fence", Stage::kNode, std::nullopt, "fault: the lease is lost"};
    case Action::kCloseOrchestrator:
      return {"close-orchestrator", Stage::kNode, std::nullopt, "fault: the process shuts down, in stages"};
    case Action::kFailCreate:
      return {"fail-create", Stage::kNode, std::nullopt, "fault: the next creation will fail"};
    case Action::kFailCleanUp:
      return {"fail-clean-up", Stage::kNode, std::nullopt, "fault: the next remove-only clean-up will fail"};
  }
  return {};
}
constexpr std::string_view name_of(Action action) {
  return row_of(action).name;
}
inline constexpr std::size_t kActionCount = impl::kCountOf<Action>;

}  // namespace takeover::smt
