// The members of impl's types and their keys in a trace, each type once: reading and writing are two visitors
// of this list, so that they cannot disagree. Internal to traces.
//
// Every list takes its type apart by a structured binding. A member that impl gains makes the binding fail to
// compile: a trace that silently left out part of the state would be no whole state.
#pragma once

#include <concepts>
#include <type_traits>

#include "impl/dispatcher_orchestrator.h"

namespace takeover::traces {

template <class Self, class T>
concept Is = std::same_as<std::remove_const_t<Self>, T>;

// Vectors that a trace shows as objects: dispatchers and journal entries by id, requests by the stream they
// wait in.
template <class Vector>
struct ById {
  Vector& elements;
};
template <class Vector>
struct ByStream {
  Vector& elements;
};
// A vector that is kept sorted.
template <class Vector>
struct IdSet {
  Vector& elements;
};
// Whether the trigger of a mode is registered: what registered_triggers says of it. In a state to start from,
// true registers the trigger.
template <class Manager>
struct Registered {
  Manager& manager;
  impl::Mode mode;
};
// A struct that is null in a trace while it has its default value: nothing is under way.
template <class T>
struct NullIfDefault {
  T& value;
};

// visit(key, member) for every member, in the order of the output.
template <Is<impl::MaintainerBootstrapRequest> Self, class Visit>
void for_each_field(Self& self, Visit&& visit) {
  auto& [event_trigger, redo_trigger, start_ts, config_epoch, is_new_changefeed, redo_enabled] = self;
  visit("event_trigger", event_trigger);
  visit("redo_trigger", redo_trigger);
  visit("start_ts", start_ts);
  visit("is_new_changefeed", is_new_changefeed);
  visit("config_epoch", config_epoch);
  visit("redo_enabled", redo_enabled);
}

template <Is<impl::MaintainerPostBootstrapRequest> Self, class Visit>
void for_each_field(Self& self, Visit&& visit) {
  auto& [event_trigger] = self;
  visit("event_trigger", event_trigger);
}

template <Is<impl::MaintainerCloseRequest> Self, class Visit>
void for_each_field(Self& self, Visit&& visit) {
  auto& [removed] = self;
  visit("removed", removed);
}

template <Is<impl::ScheduleDispatcherRequest> Self, class Visit>
void for_each_field(Self& self, Visit&& visit) {
  auto& [action, op, mode, id, span, start_ts] = self;
  visit("action", action);
  visit("operator", op);
  visit("id", id);
  visit("span", span);
  visit("mode", mode);
  visit("start_ts", start_ts);
}

template <Is<impl::MergeDispatcherRequest> Self, class Visit>
void for_each_field(Self& self, Visit&& visit) {
  auto& [ids, merged_id, mode] = self;
  visit("ids", ids);
  visit("merged_id", merged_id);
  visit("mode", mode);
}

template <Is<impl::HeartBeatResponse> Self, class Visit>
void for_each_field(Self& self, Visit&& visit) {
  auto& [action] = self;
  visit("action", action);
}

template <Is<impl::RedoMetaMessage> Self, class Visit>
void for_each_field(Self& self, Visit&& visit) {
  auto& [checkpoint_ts, resolved_ts] = self;
  visit("checkpoint_ts", checkpoint_ts);
  visit("resolved_ts", resolved_ts);
}

template <Is<impl::RedoResolvedTsForwardMessage> Self, class Visit>
void for_each_field(Self& self, Visit&& visit) {
  auto& [resolved_ts] = self;
  visit("resolved_ts", resolved_ts);
}

template <Is<impl::CheckpointTsMessage> Self, class Visit>
void for_each_field(Self& self, Visit&& visit) {
  auto& [checkpoint_ts] = self;
  visit("checkpoint_ts", checkpoint_ts);
}

template <Is<impl::ReportedSpan> Self, class Visit>
void for_each_field(Self& self, Visit&& visit) {
  auto& [id, mode, status, span, checkpoint_ts] = self;
  visit("id", id);
  visit("span", span);
  visit("mode", mode);
  visit("status", status);
  visit("checkpoint_ts", checkpoint_ts);
}

// The id is the key that the entry stands under in a journal, and a member in a response.
template <Is<impl::JournalEntry> Self, class Visit>
void for_each_field(Self& self, Visit&& visit, bool with_id = true) {
  auto& [id, action, op, mode, from, epoch, span, start_ts] = self;
  if (with_id) visit("id", id);
  visit("action", action);
  visit("operator", op);
  visit("from", from);
  visit("epoch", epoch);
  visit("mode", mode);
  visit("span", span);
  visit("start_ts", start_ts);
}

template <Is<impl::DispatcherStatus> Self, class Visit>
void for_each_field(Self& self, Visit&& visit) {
  auto& [id, status, mode] = self;
  visit("id", id);
  visit("status", status);
  visit("mode", mode);
}

template <Is<impl::MaintainerBootstrapResponse> Self, class Visit>
void for_each_field(Self& self, Visit&& visit) {
  auto& [epoch, checkpoint_ts, redo_checkpoint_ts, spans, operators, error] = self;
  visit("epoch", epoch);
  visit("checkpoint_ts", checkpoint_ts);
  visit("redo_checkpoint_ts", redo_checkpoint_ts);
  visit("spans", spans);
  visit("operators", operators);
  visit("error", error);
}

template <Is<impl::MaintainerPostBootstrapResponse> Self, class Visit>
void for_each_field(Self& self, Visit&& visit) {
  auto& [epoch, event_trigger, error] = self;
  visit("epoch", epoch);
  visit("event_trigger", event_trigger);
  visit("error", error);
}

template <Is<impl::MaintainerCloseResponse> Self, class Visit>
void for_each_field(Self& self, Visit&& visit) {
  auto& [epoch, success] = self;
  visit("epoch", epoch);
  visit("success", success);
}

template <Is<impl::HeartBeatRequest> Self, class Visit>
void for_each_field(Self& self, Visit&& visit) {
  auto& [statuses, complete, error] = self;
  visit("statuses", statuses);
  visit("complete", complete);
  visit("error", error);
}

template <Is<impl::Dispatcher> Self, class Visit>
void for_each_field(Self& self, Visit&& visit) {
  auto& [id, mode, status, try_removing, removing, span, start_ts, checkpoint_ts] = self;
  static_cast<void>(id);  // the key that the dispatcher stands under
  visit("span", span);
  visit("mode", mode);
  visit("status", status);
  visit("try_removing", try_removing);
  visit("removing", removing);
  visit("start_ts", start_ts);
  visit("checkpoint_ts", checkpoint_ts);
}

template <Is<impl::ScheduleHandler> Self, class Visit>
void for_each_field(Self& self, Visit&& visit) {
  auto& [step, batch, next] = self;
  visit("step", step);
  visit("batch", batch);
  visit("next", next);
}

template <Is<impl::CleanUp> Self, class Visit>
void for_each_field(Self& self, Visit&& visit) {
  auto& [step, mode, id] = self;
  visit("step", step);
  visit("mode", mode);
  visit("id", id);
}

template <Is<impl::MergeTask> Self, class Visit>
void for_each_field(Self& self, Visit&& visit) {
  auto& [ids, merged_id, mode] = self;
  visit("ids", ids);
  visit("merged_id", merged_id);
  visit("mode", mode);
}

template <Is<impl::PendingAction> Self, class Visit>
void for_each_field(Self& self, Visit&& visit) {
  auto& [action, from, epoch] = self;
  visit("action", action);
  visit("from", from);
  visit("epoch", epoch);
}

template <Is<impl::DispatcherManager> Self, class Visit>
void for_each_field(Self& self, Visit&& visit) {
  auto& [owner, epoch, event_trigger, redo_trigger, event_trigger_start_ts, redo_trigger_start_ts,
         redo_enabled, redo_ready, registered, checkpoint_stream, schema_store, redo_schema_store, closing,
         closed, write_path_closed, remove_requested, removed_clean_up, fence, error, redo_checkpoint_ts,
         redo_resolved_ts, redo_forwarded_resolved_ts, checkpoint_ts, schedule, clean_up, dispatchers,
         journal, statuses, streams, merges, actions, registered_triggers, removed_triggers] = self;
  visit("owner", owner);
  visit("epoch", epoch);
  visit("event_trigger", event_trigger);
  visit("redo_trigger", redo_trigger);
  visit("event_trigger_start_ts", event_trigger_start_ts);
  visit("redo_trigger_start_ts", redo_trigger_start_ts);
  visit("dispatchers", ById<std::remove_reference_t<decltype(dispatchers)>>{dispatchers});
  visit("journal", ById<std::remove_reference_t<decltype(journal)>>{journal});
  visit("fence", fence);
  visit("error", error);
  visit("closing", closing);
  visit("closed", closed);
  visit("write_path_closed", write_path_closed);
  visit("remove_requested", remove_requested);
  visit("removed_clean_up", removed_clean_up);
  visit("registered", registered);
  visit("checkpoint_stream", checkpoint_stream);
  visit("schema_store", schema_store);
  visit("redo_schema_store", redo_schema_store);
  visit("registered_triggers",
        IdSet<std::remove_reference_t<decltype(registered_triggers)>>{registered_triggers});
  visit("trigger_registered", Registered<Self>{self, impl::Mode::kDefault});
  visit("redo_trigger_registered", Registered<Self>{self, impl::Mode::kRedo});
  visit("redo_enabled", redo_enabled);
  visit("redo_ready", redo_ready);
  visit("redo_checkpoint_ts", redo_checkpoint_ts);
  visit("redo_resolved_ts", redo_resolved_ts);
  visit("redo_forwarded_resolved_ts", redo_forwarded_resolved_ts);
  visit("checkpoint_ts", checkpoint_ts);
  visit("schedule", NullIfDefault<std::remove_reference_t<decltype(schedule)>>{schedule});
  visit("clean_up", NullIfDefault<std::remove_reference_t<decltype(clean_up)>>{clean_up});
  visit("statuses", statuses);
  visit("streams", ByStream<std::remove_reference_t<decltype(streams)>>{streams});
  visit("merges", merges);
  visit("actions", actions);
  visit("removed_triggers", removed_triggers);
}

template <Is<impl::DispatcherOrchestrator> Self, class Visit>
void for_each_field(Self& self, Visit&& visit) {
  auto& [fenced, closed, tombstone, pending, handler, manager, initializing, fail_create, fail_clean_up] =
      self;
  visit("fenced", fenced);
  visit("closed", closed);
  visit("tombstone", tombstone);
  visit("pending", pending);
  visit("handler", handler);
  visit("manager", manager);
  visit("initializing", initializing);
  visit("fail_create", fail_create);
  visit("fail_clean_up", fail_clean_up);
}

}  // namespace takeover::traces
