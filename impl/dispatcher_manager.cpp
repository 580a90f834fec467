#include "impl/dispatcher_manager.h"

#include <algorithm>

namespace takeover::impl {
namespace {

// The stream that a request waits in: one per type, in TiCDC.
MessageType stream_of(const Rules& rules, MessageType type) {
  return type == MessageType::kMerge && rules(Guard::kMergeAfterSchedules) ? MessageType::kSchedule : type;
}

void send_error(NodeId to, Outbox& out) {
  HeartBeatRequest heartbeat;
  heartbeat.error = ErrorCode::kErrDispatcherFailed;
  out.send(to, 0, heartbeat);
}

}  // namespace

Reason DispatcherManager::why_not_updated(const Rules& rules, NodeId sender, Epoch request) const {
  Reason why = Reason::kNone;
  if (request == 0) {
    if (epoch != 0) why = Reason::kEpochZero;
  } else if (epoch > request) {
    why = Reason::kEpochLower;
  } else if (epoch == request && owner != NodeId::kNone && owner != sender) {
    why = Reason::kEpochOwned;
  }
  return why != Reason::kNone && rules(*info(why).guard) ? why : Reason::kNone;
}

bool DispatcherManager::is_request_allowed(NodeId sender, Epoch request) const {
  if (request == 0) return epoch == 0 && (owner == NodeId::kNone || owner == sender);
  return epoch == request && owner == sender;
}

ErrorCode DispatcherManager::validate_trigger(const Rules& rules, Mode mode, DispatcherId requested) const {
  constexpr auto kMismatch = ErrorCode::kErrChangefeedInitTableTriggerDispatcherFailed;
  const DispatcherId here = trigger(mode);
  if (requested == DispatcherId::kNone) {
    const bool refused = here != DispatcherId::kNone && rules(Guard::kTriggerNilCheck);
    return refused ? kMismatch : ErrorCode::kNone;
  }
  if (std::find(removed_triggers.begin(), removed_triggers.end(), requested) != removed_triggers.end()) {
    return kMismatch;
  }
  if (mode == Mode::kRedo && !redo_enabled && rules(Guard::kNilChecked)) return kMismatch;
  if (here == DispatcherId::kNone || here == requested) return ErrorCode::kNone;
  if (!rules(Guard::kTriggerNotReplaced)) return ErrorCode::kNone;  // ensure_trigger replaces it
  return rules(Guard::kTriggerIdMatch) ? kMismatch : ErrorCode::kNone;
}

ErrorCode DispatcherManager::ensure_trigger(const Rules& rules, Mode mode, DispatcherId requested,
                                            Ts start_ts, bool& fail, Outbox& out) {
  const DispatcherId here = trigger(mode);
  if (requested == DispatcherId::kNone || here == requested) return ErrorCode::kNone;
  if (here != DispatcherId::kNone && rules(Guard::kTriggerNotReplaced))
    return ErrorCode::kNone;  // left in place
  if (here == DispatcherId::kNone && !rules(Guard::kTriggerCreateMissing)) return ErrorCode::kNone;
  return create_trigger(mode, requested, start_ts, fail, out);
}

ErrorCode DispatcherManager::create_trigger(Mode mode, DispatcherId id, Ts start_ts, bool& fail,
                                            Outbox& out) {
  if (write_path_closed) return ErrorCode::kErrWritePathClosed;
  if (mode == Mode::kRedo && !redo_enabled) {
    // Guard::kNilChecked refuses it before it comes here.
    out.die(Reason::kNilRedoTrigger);
    return ErrorCode::kNone;
  }
  if (fail) {
    fail = false;
    out.note({.kind = NoteKind::kCreateFailed, .mode = mode, .id = id});
    return ErrorCode::kErrChangefeedInitTableTriggerDispatcherFailed;
  }
  dispatchers.insert({.id = id,
                      .mode = mode,
                      .status = Status::kInitializing,
                      .span = kDdlSpan,
                      .start_ts = start_ts,
                      .checkpoint_ts = start_ts});
  set_trigger(mode, id, start_ts);
  out.note({.kind = NoteKind::kDispatcherCreated, .mode = mode, .id = id});
  return ErrorCode::kNone;
}

void DispatcherManager::set_trigger(Mode mode, DispatcherId id, Ts start_ts) {
  (mode == Mode::kDefault ? event_trigger : redo_trigger) = id;
  (mode == Mode::kDefault ? event_trigger_start_ts : redo_trigger_start_ts) = start_ts;
  (mode == Mode::kDefault ? schema_store : redo_schema_store) = false;
}

bool DispatcherManager::is_registered(DispatcherId id) const {
  return registered_triggers.contains(id);
}

void DispatcherManager::initialise_schema_store(const Rules& rules, Mode mode, Outbox& out) {
  bool& store = mode == Mode::kDefault ? schema_store : redo_schema_store;
  if (store && rules(Guard::kPostBootstrapIdempotent)) return;
  store = true;
  const Dispatcher* dispatcher = find(trigger(mode), mode);
  const bool dies = dispatcher != nullptr && dispatcher->is_going();
  if (dies && rules(Guard::kDyingTriggerNotRegistered)) return;
  registered_triggers.insert(trigger(mode));
  if (mode == Mode::kDefault) checkpoint_stream = true;
  out.note({.kind = NoteKind::kTriggerRegistered, .mode = mode, .id = trigger(mode)});
}

void DispatcherManager::start_removal(DispatcherId id, Mode mode) {
  Dispatcher& dispatcher = *find(id, mode);
  if (dispatcher.try_removing) return;
  dispatcher.try_removing = true;
  registered_triggers.erase(id);
  if (mode == Mode::kDefault && id == event_trigger) {
    checkpoint_stream = false;
    drop_stream(MessageType::kCheckpointTs);
  }
}

bool DispatcherManager::has_stream(MessageType type) const {
  if (!registered) return false;
  if (type == MessageType::kRedoMeta || type == MessageType::kRedoResolvedTsForward) {
    return redo_ready && !write_path_closed;
  }
  return type != MessageType::kCheckpointTs || checkpoint_stream;
}

bool DispatcherManager::receive(const Rules& rules, const Message& request) {
  if (!has_stream(request.type())) return false;
  const auto it = std::find_if(streams.begin(), streams.end(), [&](const Message& other) {
    return stream_of(rules, other.type()) > stream_of(rules, request.type());
  });
  streams.insert(it, request);
  return true;
}

const Message* DispatcherManager::head(const Rules& rules, MessageType type) const {
  const auto it = std::find_if(streams.begin(), streams.end(), [&](const Message& r) {
    return stream_of(rules, r.type()) == stream_of(rules, type);
  });
  return it == streams.end() || it->type() != type ? nullptr : &*it;
}

void DispatcherManager::pop(MessageType type) {
  const auto it =
      std::find_if(streams.begin(), streams.end(), [&](const Message& r) { return r.type() == type; });
  if (it != streams.end()) streams.erase(it);
}

void DispatcherManager::drop_stream(MessageType type) {
  const auto waits = [&](const Message& request) { return request.type() == type; };
  streams.erase(std::remove_if(streams.begin(), streams.end(), waits), streams.end());
}

void DispatcherManager::report(Outbox& out) {
  HeartBeatRequest heartbeat;
  heartbeat.statuses.assign(statuses.begin(), statuses.end());
  statuses.clear();
  out.send(owner, 0, heartbeat);
}

void DispatcherManager::take_error(const Rules& rules, Outbox& out) {
  if (rules(Guard::kErrorKeepsItsOwner)) {
    send_error(owner, out);
  } else if (error == ErrorReport::kNone) {
    error = ErrorReport::kDue;
  }
}

void DispatcherManager::report_error(Outbox& out) {
  error = ErrorReport::kTold;
  send_error(owner, out);
}

bool DispatcherManager::can_take_first_event(const Rules& rules, DispatcherId id, Mode mode) const {
  const Dispatcher* dispatcher = find(id, mode);
  if (!registered || write_path_closed || dispatcher == nullptr) return false;
  if (dispatcher->status != Status::kInitializing || dispatcher->removing) return false;
  if (dispatcher->span.is_ddl()) return is_registered(id);
  // Its creation registers a table's dispatcher with the event collector, and its Remove ends that.
  return rules.variants.table_first_event && !dispatcher->try_removing && !can_merge(id);
}

void DispatcherManager::take_first_event(DispatcherId id, Mode mode) {
  find(id, mode)->status = Status::kWorking;
  push_status(id, Status::kWorking, mode);
}

bool DispatcherManager::can_complete_heartbeat(const Rules& rules) const {
  return registered && clean_up.step == CleanUpStep::kIdle &&
         std::any_of(dispatchers.begin(), dispatchers.end(),
                     [&](const Dispatcher& d) { return d.is_told(rules); });
}

void DispatcherManager::complete_heartbeat(const Rules& rules, Outbox& out) const {
  HeartBeatRequest heartbeat;
  heartbeat.complete = true;
  for (const Dispatcher& dispatcher : dispatchers) {
    if (dispatcher.is_told(rules))
      heartbeat.statuses.push_back({dispatcher.id, dispatcher.status, dispatcher.mode});
  }
  out.send(owner, 0, heartbeat);
}

void DispatcherManager::execute(Outbox& out) {
  const PendingAction action = actions.pop();
  out.note({.kind = NoteKind::kActionExecuted, .from = action.from, .epoch = action.epoch});
}

}  // namespace takeover::impl
