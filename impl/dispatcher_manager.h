// DispatcherManager: the dispatchers of one changefeed on one node, and who may command them.
//
// clang-format off
//                 Bootstrap that takes over
//                      .-------.
//                      v       |
//   built ----> open, owner (o, c) -- TryClose --> closing --> write path closed --> unregistered --> closed
//     |                |                                              ^
//     '----------------'------------------ LocalFence ----------------'
// clang-format on
//
// A shutdown that finds the manager closed deletes it, as a Close does.
//
// A dispatcher:
//
// clang-format off
//   Create ---> Working ---- Remove ----> try_removing ---- flushed ----> removing ---- clean-up ----> gone
//                ^   |                                                      ^              (Stopped is reported)
//                |   '--- Merge ---> WaitingMerge --------- merged ---------'
//                |                        |
//                '----- aborted, unless --'
//                   it is try_removing
//
//   Merge ---> Preparing ---> MergeReady ---> Initializing ---> Working
//                  |              |
//                  '--- aborted --'---> try_removing ---- flushed ----> removing, and never gone
// clang-format on
//
// What a merge or a closed write path takes is removing without ever having been try_removing.
//
// A trigger's id with the event collector:
//
// clang-format off
//   not -- PostBootstrap, the first since it is the trigger --> registered -- first Remove, write path closed --> not
// clang-format on
//
// A trigger that is asked to go before its PostBootstrap comes is registered by it nevertheless, and then
// nothing ends that but the close of the manager; likewise the CheckpointTs stream.
// Guard::kDyingTriggerNotRegistered.
//
// A table's dispatcher is created Working. TiCDC creates it Initializing and makes it Working with its first
// event; since an Initializing dispatcher writes nothing, leaving that state out only adds runs in which more
// is written. What a log tells of it needs the state: Variants::table_first_event.
// A trigger, of either mode, is created Initializing. It may stay so for ever: its first event comes from the
// event collector, which knows it only once a PostBootstrap has registered it.
//
// clang-format off
//   created --> Initializing ---- registered, first event ----> Working, which goes on the status channel
// clang-format on
//
// Everything here is a plain value. What TiCDC does in goroutines is a member that says how far it has come.
#pragma once

#include <cstdint>
#include <string_view>

#include "impl/fields.h"
#include "impl/guards.h"
#include "impl/ids.h"
#include "impl/lists.h"
#include "impl/message.h"
#include "impl/named.h"
#include "impl/outbox.h"

namespace takeover::impl {

struct Dispatcher {
  DispatcherId id = DispatcherId::kNone;
  Mode mode = Mode::kDefault;
  Status status = Status::kWorking;
  bool try_removing = false;  // a removal was requested; the sink may not have flushed yet
  bool removing = false;      // it has flushed, or its write path was closed: it writes nothing more
  Span span{};
  Ts start_ts = 0;
  Ts checkpoint_ts = 0;

  // A removal was requested, or it is closed.
  [[nodiscard]] bool is_going() const { return try_removing || removing; }
  [[nodiscard]] bool can_write() const {
    return (status == Status::kWorking || status == Status::kWaitingMerge) && !removing;
  }
  // A complete heartbeat tells what it is.
  [[nodiscard]] bool is_told(const Rules& rules) const {
    if (status == Status::kWaitingMerge) return !rules(Guard::kWaitingMergeUntold);
    return status != Status::kInitializing && status != Status::kPreparing && status != Status::kMergeReady;
  }

  static constexpr auto fields(auto& self, auto&& take) {
    auto& [id, mode, status, try_removing, removing, span, start_ts, checkpoint_ts] = self;
    return take(field<role::kKey>("id", id), field("span", span), field("mode", mode),
                field("status", status), field("try_removing", try_removing), field("removing", removing),
                field("start_ts", start_ts), field("checkpoint_ts", checkpoint_ts));
  }
  friend bool operator==(const Dispatcher&, const Dispatcher&) = default;
};

// Who holds MaintainerFenceMu. A handler that returns without releasing it leaves its name here.
enum class FenceHolder : std::uint8_t { kNobody, kOrchestrator, kSchedule };
constexpr std::string_view name_of(FenceHolder value) {
  switch (value) {
    case FenceHolder::kNobody: return "";
    case FenceHolder::kOrchestrator: return "orchestrator";
    case FenceHolder::kSchedule: return "schedule";
  }
  return kNoName;
}

// A batch of Creates between two of its steps. The fence is held throughout.
enum class ScheduleStep : std::uint8_t { kIdle, kCreate, kDeleteEntry };
constexpr std::string_view name_of(ScheduleStep value) {
  switch (value) {
    case ScheduleStep::kIdle: return "idle";
    case ScheduleStep::kCreate: return "create";
    case ScheduleStep::kDeleteEntry: return "delete-entry";
  }
  return kNoName;
}
struct ScheduleHandler {
  ScheduleStep step = ScheduleStep::kIdle;
  SmallVector<ScheduleDispatcherRequest, 1> batch{};  // redo first
  std::uint8_t next = 0;                              // the one that is created next

  static constexpr auto fields(auto& self, auto&& take) {
    auto& [step, batch, next] = self;
    return take(field("step", step), field("batch", batch), field("next", next));
  }
  friend bool operator==(const ScheduleHandler&, const ScheduleHandler&) = default;
};

// Heartbeat aggregation, while it forgets one dispatcher that has stopped.
enum class CleanUpStep : std::uint8_t { kIdle, kDeleteJournalEntry, kClearTrigger, kEnqueueReport };
constexpr std::string_view name_of(CleanUpStep value) {
  switch (value) {
    case CleanUpStep::kIdle: return "idle";
    case CleanUpStep::kDeleteJournalEntry: return "delete-journal-entry";
    case CleanUpStep::kClearTrigger: return "clear-trigger";
    case CleanUpStep::kEnqueueReport: return "enqueue-report";
  }
  return kNoName;
}
struct CleanUp {
  CleanUpStep step = CleanUpStep::kIdle;
  Mode mode = Mode::kDefault;
  DispatcherId id = DispatcherId::kNone;

  static constexpr auto fields(auto& self, auto&& take) {
    auto& [step, mode, id] = self;
    return take(field("step", step), field("mode", mode), field("id", id));
  }
  friend bool operator==(const CleanUp&, const CleanUp&) = default;
};

// A merge under way: Preparing -> MergeReady -> (sources flushed and removed) Initializing -> Working.
struct MergeTask {
  SmallVector<DispatcherId, 2> ids{};
  DispatcherId merged_id = DispatcherId::kNone;
  Mode mode = Mode::kDefault;

  static constexpr auto fields(auto& self, auto&& take) {
    auto& [ids, merged_id, mode] = self;
    return take(field<role::kRequired>("ids", ids), field<role::kRequired>("merged_id", merged_id),
                field("mode", mode));
  }
  friend bool operator==(const MergeTask&, const MergeTask&) = default;
};

// A barrier action that was admitted and lies in a dispatcher's own stream.
struct PendingAction {
  BarrierAction action = BarrierAction::kWrite;
  NodeId from = NodeId::kNone;
  Epoch epoch = 0;

  static constexpr auto fields(auto& self, auto&& take) {
    auto& [action, from, epoch] = self;
    return take(field("action", action), field("from", from), field("epoch", epoch));
  }
  friend bool operator==(const PendingAction&, const PendingAction&) = default;
};

// The first error of a manager is told to whoever owns it when it is read, and again to whoever does then,
// under no epoch, until the manager's context ends. Of later ones one waits behind it unread, the rest are
// discarded: nobody learns of them. Every 5 s it is told to the same owner, too, which changes nothing.
//
// clang-format off
//   none -- a creation fails --> due -- read --> told -- another owner --> due
// clang-format on
enum class ErrorReport : std::uint8_t { kNone, kDue, kTold };
constexpr std::string_view name_of(ErrorReport value) {
  switch (value) {
    case ErrorReport::kNone: return "";
    case ErrorReport::kDue: return "due";
    case ErrorReport::kTold: return "told";
  }
  return kNoName;
}

// What a step is told of the world around the manager.
struct Faults {
  bool& fail_create;     // the next creation fails; taken back when it did
  bool& fail_clean_up;   // the same of the remove-only clean-up
  bool leaving = false;  // the node lost its lease or is shutting down
};

struct DispatcherManager {
  NodeId owner = NodeId::kNone;
  Epoch epoch = 0;
  DispatcherId event_trigger = DispatcherId::kNone;
  DispatcherId redo_trigger = DispatcherId::kNone;
  Ts event_trigger_start_ts = 0;  // fixed when the trigger is created; kept until it is cleared
  Ts redo_trigger_start_ts = 0;
  bool redo_enabled = false;
  bool redo_ready = false;  // the redo part is published
  bool registered = true;   // with the HeartBeatCollector; the sink is open and heartbeats are aggregated
  bool checkpoint_stream = false;  // the stream for CheckpointTs exists; it is the changefeed's
  bool schema_store = false;       // the event trigger's table schema store is initialised
  bool redo_schema_store = false;
  bool closing = false;
  bool closed = false;
  bool write_path_closed = false;
  bool remove_requested = false;  // some close asked for removed = true
  bool removed_clean_up = false;  // the remove-only clean-up has run
  FenceHolder fence = FenceHolder::kNobody;
  ErrorReport error = ErrorReport::kNone;
  Ts redo_checkpoint_ts = 0;          // redo marks: RedoMeta
  Ts redo_resolved_ts = 0;            //             RedoMeta
  Ts redo_forwarded_resolved_ts = 0;  //             RedoResolvedTsForward
  Ts checkpoint_ts = 0;               // CheckpointTs
  ScheduleHandler schedule{};
  CleanUp clean_up{};
  Sorted<Dispatcher, 5, &Dispatcher::id, &Dispatcher::mode> dispatchers{};
  Sorted<JournalEntry, 3, &JournalEntry::id> journal{};
  Bag<DispatcherStatus, 3> statuses{};  // waiting on the status channel
  SmallVector<Message, 4> streams{};    // received and not yet handled; by stream, and a Fifo within each
  SmallVector<MergeTask, 1> merges{};
  Fifo<PendingAction, 1> actions{};
  Sorted<DispatcherId, 2> registered_triggers{};    // with the event collector: they receive DDLs
  SmallVector<DispatcherId, 2> removed_triggers{};  // kept only under Guard::kTriggerNotRecreated

  static constexpr auto fields(auto& self, auto&& take) {
    auto& [owner, epoch, event_trigger, redo_trigger, event_trigger_start_ts, redo_trigger_start_ts,
           redo_enabled, redo_ready, registered, checkpoint_stream, schema_store, redo_schema_store, closing,
           closed, write_path_closed, remove_requested, removed_clean_up, fence, error, redo_checkpoint_ts,
           redo_resolved_ts, redo_forwarded_resolved_ts, checkpoint_ts, schedule, clean_up, dispatchers,
           journal, statuses, streams, merges, actions, registered_triggers, removed_triggers] = self;
    return take(
        field("owner", owner), field("epoch", epoch), field<role::kControl>("event_trigger", event_trigger),
        field<role::kControl>("redo_trigger", redo_trigger),
        field("event_trigger_start_ts", event_trigger_start_ts),
        field("redo_trigger_start_ts", redo_trigger_start_ts),
        field<role::kControl | role::kKeyed | role::kSecondPart>("dispatchers", dispatchers),
        field<role::kControl | role::kKeyed | role::kSecondPart>("journal", journal), field("fence", fence),
        field("error", error), field<role::kControl>("closing", closing),
        field<role::kControl>("closed", closed), field("write_path_closed", write_path_closed),
        field<role::kControl>("remove_requested", remove_requested),
        field("removed_clean_up", removed_clean_up), field("registered", registered),
        field("checkpoint_stream", checkpoint_stream), field<role::kControl>("schema_store", schema_store),
        field<role::kControl>("redo_schema_store", redo_schema_store),
        field<role::kRegistered | role::kThirdPart>("registered_triggers", registered_triggers),
        field("redo_enabled", redo_enabled), field("redo_ready", redo_ready),
        field<role::kControl>("redo_checkpoint_ts", redo_checkpoint_ts),
        field<role::kControl>("redo_resolved_ts", redo_resolved_ts),
        field<role::kControl>("redo_forwarded_resolved_ts", redo_forwarded_resolved_ts),
        field("checkpoint_ts", checkpoint_ts),
        field<role::kControl | role::kNullIfIdle>("schedule", schedule),
        field<role::kNullIfIdle>("clean_up", clean_up), field<role::kThirdPart>("statuses", statuses),
        field<role::kStreams | role::kThirdPart>("streams", streams),
        field<role::kControl | role::kThirdPart>("merges", merges),
        field<role::kControl | role::kThirdPart>("actions", actions),
        field<role::kThirdPart>("removed_triggers", removed_triggers));
  }
  friend bool operator==(const DispatcherManager&, const DispatcherManager&) = default;

  // ---- admission ----

  // Whether a Bootstrap of (sender, epoch) may take over (TiCDC: canUpdateMaintainer); and if not, why.
  [[nodiscard]] bool can_update_maintainer(const Rules& rules, NodeId sender, Epoch request) const {
    return why_not_updated(rules, sender, request) == Reason::kNone;
  }
  [[nodiscard]] Reason why_not_updated(const Rules& rules, NodeId sender, Epoch request) const;
  // Whether another control message is the owner's (TiCDC: IsMaintainerRequestAllowedBySnapshot).
  [[nodiscard]] bool is_request_allowed(NodeId sender, Epoch request) const;
  [[nodiscard]] bool fence_is_free(const Rules& rules) const {
    return !rules.variants.fence_mutex || fence == FenceHolder::kNobody;
  }
  // Closing, closed or fenced: nothing can be created here.
  [[nodiscard]] bool is_dead() const { return closing || closed || write_path_closed; }

  // ---- dispatchers and triggers ----

  [[nodiscard]] Dispatcher* find(DispatcherId id, Mode mode) { return dispatchers.find(id, mode); }
  [[nodiscard]] const Dispatcher* find(DispatcherId id, Mode mode) const {
    return dispatchers.find(id, mode);
  }
  [[nodiscard]] DispatcherId trigger(Mode mode) const {
    return mode == Mode::kDefault ? event_trigger : redo_trigger;
  }
  [[nodiscard]] Ts trigger_start_ts(Mode mode) const {
    return mode == Mode::kDefault ? event_trigger_start_ts : redo_trigger_start_ts;
  }
  // Puts a trigger in its place, or clears it (kNone, 0); its schema store starts empty. What is registered
  // stays so: registration is by id, and outlives the trigger.
  void set_trigger(Mode mode, DispatcherId id, Ts start_ts);
  [[nodiscard]] bool is_registered(DispatcherId id) const;
  // PostBootstrap: initialises the trigger's schema store, and registers it.
  void initialise_schema_store(const Rules& rules, Mode mode, Outbox& out);
  // The first removal of a dispatcher. A trigger's registration ends with it, and for an event trigger the
  // CheckpointTs stream.
  void start_removal(DispatcherId id, Mode mode);
  void push_status(DispatcherId id, Status status, Mode mode) { statuses.push_back({id, status, mode}); }

  // Validates one trigger of a Bootstrap against what is here; kNone when it may go on.
  [[nodiscard]] ErrorCode validate_trigger(const Rules& rules, Mode mode, DispatcherId requested) const;
  // Creates the requested trigger where none is. fail: the creation fails if it is tried (it is cleared
  // then).
  ErrorCode ensure_trigger(const Rules& rules, Mode mode, DispatcherId requested, Ts start_ts, bool& fail,
                           Outbox& out);
  ErrorCode create_trigger(Mode mode, DispatcherId id, Ts start_ts, bool& fail, Outbox& out);

  // ---- streams of the HeartBeatCollector ----

  // Puts a request into its stream; false when there is none (nobody is registered): it is dropped.
  bool receive(const Rules& rules, const Message& request);
  [[nodiscard]] bool has_stream(MessageType type) const;
  // The request of this type that is handled next, or null.
  [[nodiscard]] const Message* head(const Rules& rules, MessageType type) const;
  void pop(MessageType type);
  // What waits in the stream is lost.
  void drop_stream(MessageType type);

  // One atomic step of the stream's next message; the caller knows it is possible (can_handle).
  [[nodiscard]] bool can_handle(const Rules& rules, MessageType type) const;
  void handle_step(const Rules& rules, MessageType type, const Faults& faults, Outbox& out);

  // ---- what goes on beside the fence ----

  [[nodiscard]] bool can_flush(DispatcherId id, Mode mode) const;
  void flush(DispatcherId id, Mode mode);  // the removal task: the sink has flushed
  [[nodiscard]] bool can_clean_up(const Rules& rules, DispatcherId id, Mode mode) const;
  void clean_up_step(const Rules& rules, DispatcherId id, Mode mode, Outbox& out);
  void take_error(const Rules& rules, Outbox& out);  // a creation has failed
  void report_error(Outbox& out);                    // the first error goes to the owner of this moment
  void report(Outbox& out);  // what waits on the status channel goes to the owner of this moment
  // Every fiftieth heartbeat (10 s) tells what every dispatcher is, but for those that are Initializing,
  // Preparing or MergeReady. One thread aggregates heartbeats, so that none comes amid clean-up. A maintainer
  // takes a Move or a Split as done once its dispatcher is anything but Working: Guard::kWaitingMergeUntold.
  [[nodiscard]] bool can_complete_heartbeat(const Rules& rules) const;
  void complete_heartbeat(const Rules& rules, Outbox& out) const;  // to the owner of this moment
  void execute(Outbox& out);                                       // the oldest admitted action
  // That of a trigger; of a table by a variant. A merged dispatcher's is a step of its merge.
  [[nodiscard]] bool can_take_first_event(const Rules& rules, DispatcherId id, Mode mode) const;
  void take_first_event(DispatcherId id, Mode mode);  // it begins to work
  [[nodiscard]] bool can_merge(DispatcherId merged_id) const;
  void merge_step(const Rules& rules, DispatcherId merged_id, Outbox& out);

  // ---- closing ----

  // Starts the close, or says that it has ended (TiCDC: TryClose). fail_clean_up: the remove-only clean-up
  // fails if it is tried (it is cleared then).
  bool try_close(const Rules& rules, bool removed, bool& fail_clean_up, Outbox& out);
  void stop_write_path(Outbox& out);
  void unregister();
  [[nodiscard]] bool can_finish_close() const;
  void finish_close(bool& fail_clean_up, Outbox& out);
  // The remove-only clean-up was asked for and has not succeeded yet.
  [[nodiscard]] bool owes_clean_up() const { return remove_requested && !removed_clean_up; }
  void run_removed_clean_up(bool& fail, Outbox& out);
  void local_fence(Outbox& out);
};

}  // namespace takeover::impl
