#include "spec/smt/ground.h"

#include <algorithm>

namespace takeover::smt {
namespace {

using impl::Dispatcher;
using impl::DispatcherId;
using impl::DispatcherManager;
using impl::DispatcherOrchestrator;
using impl::Message;
using impl::Mode;
using impl::OrchestratorStep;

template <class T>
std::uint64_t number(T value) {
  return static_cast<std::uint64_t>(value);
}

// Keys are signed in the implementation and natural here, in the same order.
std::uint64_t key(std::int32_t value) {
  return static_cast<std::uint64_t>(static_cast<std::int64_t>(value) - std::int64_t{impl::Span::kMin});
}

std::size_t index_of(Mode mode) {
  return mode == Mode::kRedo ? 1 : 0;
}

class Writer {
 public:
  Writer() : values_(kScalarCount + kOwnCount + 2 * kInModeCount, 0) {}
  template <class T>
  void set(Scalar variable, T value) {
    values_[number(variable)] = number(value);
  }
  template <class T>
  void set(Own variable, T value) {
    values_[kScalarCount + number(variable)] = number(value);
  }
  template <class T>
  void set(Mode mode, InMode variable, T value) {
    values_[kScalarCount + kOwnCount + index_of(mode) * kInModeCount + number(variable)] = number(value);
  }
  [[nodiscard]] Values take() { return std::move(values_); }

 private:
  Values values_;
};

void write_pending(const DispatcherOrchestrator& node, Writer& w) {
  std::uint64_t rank = 0;
  for (const Message& request : node.pending) {
    if (const auto* bootstrap = request.as<impl::MaintainerBootstrapRequest>()) {
      w.set(Scalar::kBootstrapHere, true);
      w.set(Scalar::kBootstrapRank, rank);
      w.set(Scalar::kBootstrapFrom, request.from);
      w.set(Scalar::kBootstrapEpoch, request.epoch);
      w.set(Scalar::kBootstrapEvent, bootstrap->event_trigger);
      w.set(Scalar::kBootstrapRedo, bootstrap->redo_trigger);
      w.set(Scalar::kBootstrapConfigEpoch, bootstrap->config_epoch);
      w.set(Scalar::kBootstrapRedoEnabled, bootstrap->redo_enabled);
      w.set(Scalar::kBootstrapStartTs, bootstrap->start_ts);
    } else if (const auto* post = request.as<impl::MaintainerPostBootstrapRequest>()) {
      w.set(Scalar::kPostHere, true);
      w.set(Scalar::kPostRank, rank);
      w.set(Scalar::kPostFrom, request.from);
      w.set(Scalar::kPostEpoch, request.epoch);
      w.set(Scalar::kPostEvent, post->event_trigger);
    } else if (const auto* close = request.as<impl::MaintainerCloseRequest>()) {
      w.set(Scalar::kCloseHere, true);
      w.set(Scalar::kCloseRank, rank);
      w.set(Scalar::kCloseFrom, request.from);
      w.set(Scalar::kCloseEpoch, request.epoch);
      w.set(Scalar::kCloseRemoved, close->removed);
    }
    ++rank;
  }
}

std::uint64_t place(OrchestratorStep next) {
  switch (next) {
    case OrchestratorStep::kLookUp:
      return step::kNone;
    case OrchestratorStep::kRegisterInitializing:
      return step::kRegisterInitializing;
    case OrchestratorStep::kCreateTriggers:
      return step::kCreateTriggers;
    case OrchestratorStep::kPublish:
      return step::kPublish;
    case OrchestratorStep::kTakeOver:
      return step::kTakeOver;
    case OrchestratorStep::kEnsureEventTrigger:
      return step::kEnsureEventTrigger;
    case OrchestratorStep::kEnsureRedoTrigger:
      return step::kEnsureRedoTrigger;
    case OrchestratorStep::kReadDefaultSpans:
      return step::kReadDefaultSpans;
    case OrchestratorStep::kReadRedoSpans:
      return step::kReadRedoSpans;
    case OrchestratorStep::kReadJournalAndSend:
      return step::kReadJournalAndSend;
    case OrchestratorStep::kPostBootstrap:
      return step::kPostBootstrap;
    default:
      return step::kClose;
  }
}

void write_handler(const impl::OrchestratorHandler& handler, DispatcherId tracked, Writer& w) {
  w.set(Scalar::kStep, place(handler.next));
  w.set(Scalar::kFrom, handler.request.from);
  w.set(Scalar::kRequestEpoch, handler.request.epoch);
  if (const auto* bootstrap = handler.request.as<impl::MaintainerBootstrapRequest>()) {
    w.set(Scalar::kRequestEvent, bootstrap->event_trigger);
    w.set(Scalar::kRequestRedo, bootstrap->redo_trigger);
    w.set(Scalar::kRequestConfigEpoch, bootstrap->config_epoch);
    w.set(Scalar::kRequestRedoEnabled, bootstrap->redo_enabled);
    w.set(Scalar::kRequestStartTs, bootstrap->start_ts);
  } else if (const auto* post = handler.request.as<impl::MaintainerPostBootstrapRequest>()) {
    w.set(Scalar::kRequestEvent, post->event_trigger);
  } else if (const auto* close = handler.request.as<impl::MaintainerCloseRequest>()) {
    w.set(Scalar::kRequestRemoved, close->removed);
  }
  w.set(Scalar::kExisted, handler.existed);
  w.set(Scalar::kCreatedTrigger, handler.created_trigger);
  w.set(Scalar::kResponseEpoch, handler.response.epoch);
  w.set(Scalar::kResponseTs, handler.response.body.checkpoint_ts);
  w.set(Scalar::kResponseRedoTs, handler.response.body.redo_checkpoint_ts);
  for (const impl::ReportedSpan& span : handler.response.body.spans) {
    if (span.id == tracked) w.set(span.mode, InMode::kReported, true);
  }
}

void write_batch(const DispatcherManager& manager, DispatcherId tracked, Writer& w) {
  const impl::ScheduleHandler& handler = manager.schedule;
  w.set(Scalar::kSchedule, handler.step);
  std::array<std::uint64_t, 2> left{};
  for (std::size_t i = 0; i < handler.batch.size(); ++i) {
    const impl::ScheduleDispatcherRequest& body = handler.batch[i];
    if (i >= handler.next) ++left[index_of(body.mode)];
    if (body.id != tracked) continue;
    w.set(body.mode, InMode::kInBatch, true);
    w.set(body.mode, InMode::kToDo, i >= handler.next);
    w.set(body.mode, InMode::kBatchTable, body.span.table);
    w.set(body.mode, InMode::kBatchBegin, key(body.span.begin));
    w.set(body.mode, InMode::kBatchEnd, key(body.span.end));
  }
  w.set(Scalar::kRedoLeft, left[1]);
  w.set(Scalar::kDefaultLeft, left[0]);
}

void write_manager(const DispatcherManager& m, Writer& w) {
  w.set(Scalar::kOwner, m.owner);
  w.set(Scalar::kEpoch, m.epoch);
  w.set(Scalar::kEventTrigger, m.event_trigger);
  w.set(Scalar::kRedoTrigger, m.redo_trigger);
  w.set(Scalar::kEventStartTs, m.event_trigger_start_ts);
  w.set(Scalar::kRedoStartTs, m.redo_trigger_start_ts);
  w.set(Scalar::kRedoEnabled, m.redo_enabled);
  w.set(Scalar::kRedoReady, m.redo_ready);
  w.set(Scalar::kRegistered, m.registered);
  w.set(Scalar::kCheckpointStream, m.checkpoint_stream);
  w.set(Scalar::kSchemaStore, m.schema_store);
  w.set(Scalar::kRedoSchemaStore, m.redo_schema_store);
  w.set(Scalar::kClosing, m.closing);
  w.set(Scalar::kClosed, m.closed);
  w.set(Scalar::kWritePathClosed, m.write_path_closed);
  w.set(Scalar::kRemoveRequested, m.remove_requested);
  w.set(Scalar::kRemovedCleanUp, m.removed_clean_up);
  w.set(Scalar::kFence, m.fence);
  w.set(Scalar::kError, m.error);
  w.set(Scalar::kRedoCheckpoint, m.redo_checkpoint_ts);
  w.set(Scalar::kRedoResolved, m.redo_resolved_ts);
  w.set(Scalar::kRedoForwarded, m.redo_forwarded_resolved_ts);
  w.set(Scalar::kCheckpoint, m.checkpoint_ts);
  w.set(Scalar::kCleanUp, m.clean_up.step);
  w.set(Scalar::kCleanUpRedo, index_of(m.clean_up.mode));
  w.set(Scalar::kCleanUpId, m.clean_up.id);
  w.set(Scalar::kActions, m.actions.size());
}

void write_record(const DispatcherManager& manager, DispatcherId tracked, Writer& w) {
  for (const Dispatcher& dispatcher : manager.dispatchers) {
    if (dispatcher.id != tracked) continue;
    w.set(dispatcher.mode, InMode::kExists, true);
    w.set(dispatcher.mode, InMode::kStatus, dispatcher.status);
    w.set(dispatcher.mode, InMode::kTryRemoving, dispatcher.try_removing);
    w.set(dispatcher.mode, InMode::kRemoving, dispatcher.removing);
    w.set(dispatcher.mode, InMode::kTable, dispatcher.span.table);
    w.set(dispatcher.mode, InMode::kBegin, key(dispatcher.span.begin));
    w.set(dispatcher.mode, InMode::kEnd, key(dispatcher.span.end));
  }
  for (const impl::JournalEntry& entry : manager.journal) {
    if (entry.id != tracked) continue;
    w.set(Own::kEntry, true);
    w.set(Own::kEntryRemoves, entry.action == impl::ScheduleAction::kRemove);
    w.set(Own::kEntryRedo, index_of(entry.mode));
    w.set(Own::kEntryFrom, entry.from);
    w.set(Own::kEntryEpoch, entry.epoch);
  }
  for (const impl::MergeTask& task : manager.merges) {
    if (task.merged_id == tracked) w.set(task.mode, InMode::kMergeTarget, true);
  }
  for (const impl::DispatcherStatus& each : manager.statuses) {
    if (each.id == tracked && each.status == impl::Status::kStopped) w.set(each.mode, InMode::kStopped, true);
  }
  for (const DispatcherId id : manager.removed_triggers) {
    if (id == tracked) w.set(Own::kRemovedTrigger, true);
  }
  w.set(Own::kCollected, manager.is_registered(tracked));
}

}  // namespace

Values ground(const DispatcherOrchestrator& node, DispatcherId tracked) {
  Writer w;
  w.set(Scalar::kFenced, node.fenced);
  w.set(Scalar::kShutDown, node.closed);
  w.set(Scalar::kTombstoneHere, node.tombstone.has_value());
  w.set(Scalar::kTombstone, node.tombstone.value_or(0));
  w.set(Scalar::kFailCreate, node.fail_create);
  w.set(Scalar::kFailCleanUp, node.fail_clean_up);
  write_pending(node, w);
  if (node.handler) write_handler(*node.handler, tracked, w);
  if (const DispatcherManager* manager = node.manager_here()) {
    w.set(Scalar::kManager, node.manager ? manager::kPublished : manager::kInitializing);
    write_manager(*manager, w);
    write_batch(*manager, tracked, w);
    write_record(*manager, tracked, w);
  }
  return w.take();
}

std::string_view why_no_ground(const DispatcherOrchestrator& node) {
  if (node.manager && node.initializing) return "a manager is published while another is being built";
  const DispatcherManager* manager = node.manager_here();
  if (manager == nullptr) return "";
  const auto& batch = manager->schedule.batch;
  for (auto a = batch.begin(); a != batch.end(); ++a) {
    for (auto b = std::next(a); b != batch.end(); ++b) {
      if (a->id == b->id && a->mode == b->mode) return "a batch of Creates names a dispatcher twice";
    }
  }
  const auto& merges = manager->merges;
  for (auto a = merges.begin(); a != merges.end(); ++a) {
    for (auto b = std::next(a); b != merges.end(); ++b) {
      if (a->merged_id == b->merged_id) return "two merges into one dispatcher are under way";
    }
  }
  return "";
}

void collect_ids(const Message& request, std::set<DispatcherId>& ids) {
  if (const auto* bootstrap = request.as<impl::MaintainerBootstrapRequest>()) {
    ids.insert({bootstrap->event_trigger, bootstrap->redo_trigger});
  } else if (const auto* post = request.as<impl::MaintainerPostBootstrapRequest>()) {
    ids.insert(post->event_trigger);
  } else if (const auto* schedule = request.as<impl::ScheduleDispatcherRequest>()) {
    ids.insert(schedule->id);
  } else if (const auto* merge = request.as<impl::MergeDispatcherRequest>()) {
    ids.insert(merge->merged_id);
    ids.insert(merge->ids.begin(), merge->ids.end());
  }
  ids.erase(DispatcherId::kNone);
}

void collect_ids(const DispatcherOrchestrator& node, std::set<DispatcherId>& ids) {
  for (const Message& request : node.pending) collect_ids(request, ids);
  if (node.handler) {
    collect_ids(node.handler->request, ids);
    for (const impl::ReportedSpan& each : node.handler->response.body.spans) ids.insert(each.id);
  }
  const DispatcherManager* manager = node.manager_here();
  if (manager == nullptr) return;
  ids.insert({manager->event_trigger, manager->redo_trigger, manager->clean_up.id});
  for (const Dispatcher& each : manager->dispatchers) ids.insert(each.id);
  for (const impl::JournalEntry& each : manager->journal) ids.insert(each.id);
  for (const impl::DispatcherStatus& each : manager->statuses) ids.insert(each.id);
  for (const impl::ScheduleDispatcherRequest& each : manager->schedule.batch) ids.insert(each.id);
  for (const Message& request : manager->streams) collect_ids(request, ids);
  for (const impl::MergeTask& each : manager->merges) {
    ids.insert(each.merged_id);
    ids.insert(each.ids.begin(), each.ids.end());
  }
  ids.insert(manager->removed_triggers.begin(), manager->removed_triggers.end());
  ids.insert(manager->registered_triggers.begin(), manager->registered_triggers.end());
  ids.erase(DispatcherId::kNone);
}

}  // namespace takeover::smt
