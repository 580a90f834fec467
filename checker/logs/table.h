// The lines of TiCDC's log that tell of a takeover: one row each. The rows are used both ways: to read a log
// (what does this line tell?) and to write one (which line does this step of the node write?). A line of
// another version of TiCDC is one row more.
//
// A row is found by its message and by the file that writes it: the line numbers are those of one version,
// and are written, but never looked at. A caller that is not there, or "<unknown>", fits any file.
//
// Every line is written by one thread of TiCDC, after the effect of its step as far as others can see it,
// and a thread writes its lines in the order of its steps. Lines of two threads may stand in either order.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "checker/logs/facts.h"
#include "checker/logs/text_line.h"

namespace takeover::logs {

// Who writes a line, or sends a message. A step of the node is of one of them.
enum class Thread : std::uint8_t {
  kOrchestrator,  // handles Bootstrap, PostBootstrap, Close
  kSchedule,      // one stream of the manager each
  kMerge,
  kHeartBeatResponse,
  kRedo,
  kCheckpoint,
  kAggregation,      // heartbeats and clean-ups
  kStatusChannel,    // reports
  kHeartBeatSender,  // takes what the two above have put into its queue
  kRemoval,          // one each removed dispatcher, which write independently; taken as one that is unordered
  kEvents,           // of dispatchers
  kClose,            // of a manager
  kFence,
  kErrors,
  kMergeTask,
  kArrival,  // of messages
  kShutdown,
  kProcess,  // the life of the process
};
inline constexpr std::size_t kThreads = static_cast<std::size_t>(Thread::kProcess) + 1;

// What a line's field says. Each stands for one member of Facts (facts.h).
enum class FieldIs : std::uint8_t {
  kChangefeed,
  kSender,      // of the request
  kEpoch,       // of the request
  kOwner,       // of the manager
  kOwnerEpoch,  // of the manager
  kDispatcher,
  kTriggerHere,
  kTriggerAsked,
  kSpan,
  kStartTs,
  kOperator,
  kMode,  // "mode" 0/1, "isRedo" true/false
  kRedo,  // whether redo is enabled
  kSuccess,
  kCount,
  kTombstone,
  kAction,      // Write, Pass
  kRequest,     // a whole request, in protobuf text or JSON
  kType,        // of the request
  kNode,        // the node that writes
  kPeer,        // another node
  kPeerEpoch,   // of the maintainer on that node
  kStatus,      // a maintainer's, whose node is the one that writes: "... maintainerEpoch: 3 ..."
  kPeerStatus,  // the same, of the maintainer on that other node
  kCommand,     // as kRequest: the maintainer on the node that writes sends it
};

struct FieldSpec {
  std::string_view key{};
  FieldIs is{};
};

enum class Use : std::uint8_t {
  kStep,   // a step of the node writes it: its thread owes it
  kValue,  // several threads may write it, or none: it tells that what it names is known
  kPools,  // another role's: it only tells names and epochs
  kLife,   // a process begins
  kNoise,  // known, and tells nothing
};

// In the order of TiCDC's code: orchestrator, manager, helpers, dispatchers, collector, process.
enum class LineId : std::uint8_t {
  // dispatcher_orchestrator.go
  kAlreadyClosed,              // 104
  kFencedDropPending,          // 156
  kStaleAfterClose,            // 203
  kCannotCreateManager,        // 238, 242, 252
  kStaleBootstrap,             // 271
  kTriggerMismatch,            // 471 nil, 489 another
  kCannotCreateTrigger,        // 454, 507, 514
  kPostBootstrapNoManager,     // 541
  kStalePostBootstrap,         // 547
  kPostBootstrapNoTrigger,     // 560
  kPostBootstrapOtherTrigger,  // 568
  kPostBootstrapClosed,        // 584, 598, 589, 603
  kStaleClose,                 // 685
  kTryClose,                   // 698
  kLocalFenceOrchestrator,     // 710
  kCannotSendAnswer,           // 814
  kClosing,                    // 824
  kClosedOrchestrator,         // 847
  kStaleRemoveRestored,        // 944
  kShouldNotHappen,            // 962, 966
  // basic_dispatcher.go, event_collector.go
  kSchemaStoreAgain,       // BD 351
  kEventCollectorAdds,     // EC 259
  kEventCollectorRemoves,  // EC 309, 311
  // dispatcher_manager.go and dispatcher_manager_redo.go
  kEventTriggerCreated,    // DM 474
  kRedoTriggerCreated,     // DMr 154
  kDispatcherCreated,      // DM 657
  kRedoDispatcherCreated,  // DMr 240
  kManagerInitialized,     // DM 410
  kMeetsError,             // DM 696, 680
  kCleanUpBegins,          // DM 947
  kCleanUpTrigger,         // DM 1234, DMr 308
  kCleanUpEnds,            // DM 1245, DMr 319
  kMergeCreated,           // DM 1012, DMr 288
  kManagerClosing,         // DM 1060
  kStopsWritePath,         // DM 1076
  kWritePathStopped,       // DM 1085, 1105
  kUnregisters,            // DM 1138, 1146
  kManagerClosed,          // DM 1178
  kCannotCleanUp,          // DM 1197
  // dispatcher_manager_helper.go: handlers of the streams
  kStaleSchedule,   // 872
  kStaleAction,     // 282
  kStaleRedo,       // 599, 742
  kStaleMerge,      // 931
  kStoresAdd,       // 357, 349
  kDeletesAdd,      // 470
  kKeepsAdds,       // 427, 442
  kStoresRemove,    // 400, 380
  kRemoveNotFound,  // 406, 386
  // dispatcher_manager_info.go and others: what becomes of a dispatcher
  kRemovesDispatcher,  // DMx 273
  kRemovedBefore,      // DMx 248
  kMergeRefused,       // DMx 116 to 176
  kMergeBegins,        // DMx 228
  kFlushed,            // BD 1393
  kFlushedTask,        // T 501
  kMergeStep,          // T 214
  kMergeDone,          // T 284
  kMergeAborted,       // T 175
  kWorking,            // BD 539
  kExecutes,           // BD 826
  // process, and other roles on its node
  kServerFences,     // server 457
  kServerCloses,     // server 534, 595
  kServerStarts,     // DO 91, main 124, message_center 126
  kHeartBeatLost,    // heartbeat_collector 228
  kMaintainerSays,   // maintainer.go: 466, 274, 1266, 1280, 983; its operators: 184
  kCoordinatorSays,  // coordinator/controller.go: 608, 631, 749, 836, 858
  kNoise,
};

using Fields = std::array<FieldSpec, 8>;

struct Row {
  LineId id;
  std::string_view message;
  std::string_view caller;  // "dispatcher_orchestrator.go:271"
  Level level;              // that it is written at
  Thread thread;
  Use use;
  // What the message itself says, beside the fields: that it is of redo, for instance.
  Facts implied{};
  Fields fields{};  // ends with an empty key
  // Others begin so, too, and go on with what is wrong.
  bool is_beginning = false;
};

[[nodiscard]] std::span<const Row> rows();
// Null if no row has this message and this caller: the line is of nobody that matters.
[[nodiscard]] const Row* row_of(std::string_view message, std::string_view caller);
// Which of the rows of an id a step writes: the first that says nothing else. Null for kNoise.
[[nodiscard]] const Row* row_for(LineId id, const Facts& facts);
[[nodiscard]] std::string_view name_of(LineId id);  // "stale bootstrap", in reports

}  // namespace takeover::logs
