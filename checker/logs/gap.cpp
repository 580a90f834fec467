#include "checker/logs/gap.h"

#include <algorithm>
#include <array>
#include <optional>
#include <set>
#include <utility>

namespace takeover::logs {
namespace {

using impl::Dispatcher;
using impl::DispatcherId;
using impl::DispatcherManager;
using impl::Mode;
using impl::Status;

// Reads lines in their order, and keeps of each thing what the first line that tells of it says.
class Implied {
 public:
  explicit Implied(const History& history) : history_(history) { manager_.registered = true; }

  // False when the lines that follow tell of another manager.
  bool take(const Observed& line) {
    switch (line.what) {
      case What::kLine: return take_line(line);
      case What::kArrival: take_arrival(line.message); return true;
      case What::kSend: return take_send(line.message);
      case What::kFence:
      case What::kShutdown:
      case What::kGap: return true;
    }
    return true;
  }

  [[nodiscard]] Beginning beginning() const {
    return {.nodes = nodes(),
            .owed_by_orchestrator = answered_,
            .owed_by_schedule = of_schedule_.lines,
            .owed_by_aggregation = of_aggregation_.lines};
  }

 private:
  // The lines of a thread until one begins another step.
  struct Tail {
    bool is_over = false;
    std::uint32_t lines = 0;
  };

  [[nodiscard]] std::vector<impl::DispatcherOrchestrator> nodes() const {
    std::vector<impl::DispatcherOrchestrator> all;
    if (is_closed_) all.emplace_back();
    if (!is_here_ || is_closed_) return all;
    for (const Pools::Owner& owner : owners()) {
      DispatcherManager manager = manager_;
      manager.owner = owner.node;
      manager.epoch = owner.epoch;
      impl::DispatcherOrchestrator node;
      // Whether a trigger was registered before shows nowhere.
      node.manager = manager;
      all.push_back(node);
      if (manager.event_trigger == DispatcherId::kNone || registers_) continue;
      register_triggers(manager);
      node.manager = manager;
      all.push_back(node);
    }
    return all;
  }
  [[nodiscard]] std::vector<Pools::Owner> owners() const {
    std::vector<Pools::Owner> some;
    for (const Pools::Owner& owner : history_.pools.owners) {
      if (owner_.value_or(owner.node) == owner.node && epoch_.value_or(owner.epoch) == owner.epoch) {
        some.push_back(owner);
      }
    }
    if (!some.empty()) return some;
    const Pools& pools = history_.pools;
    std::vector<impl::NodeId> nodes = pools.nodes.empty() ? std::vector{history_.self} : pools.nodes;
    std::vector<impl::Epoch> epochs = pools.epochs.empty() ? std::vector<impl::Epoch>{1} : pools.epochs;
    if (owner_) nodes = {*owner_};
    if (epoch_) epochs = {*epoch_};
    for (const impl::NodeId node : nodes) {
      for (const impl::Epoch epoch : epochs) some.push_back({node, epoch});
    }
    return some;
  }

  static void register_triggers(DispatcherManager& manager) {
    for (const Mode mode : {Mode::kDefault, Mode::kRedo}) {
      if (manager.trigger(mode) != DispatcherId::kNone)
        manager.registered_triggers.insert(manager.trigger(mode));
    }
    manager.schema_store = true;
    manager.redo_schema_store = manager.redo_trigger != DispatcherId::kNone;
    manager.checkpoint_stream = true;
  }

  void owned_by(std::optional<impl::NodeId> node, std::optional<impl::Epoch> epoch) {
    is_here_ = true;
    if (is_owner_known_) return;
    is_owner_known_ = true;
    owner_ = node;
    epoch_ = epoch;
  }

  // A dispatcher that a line tells of; null if it was mentioned before.
  Dispatcher* mention(DispatcherId id, Mode mode) {
    if (!mentioned_.insert(id).second) return nullptr;
    is_here_ = true;
    manager_.dispatchers.insert({.id = id, .mode = mode});
    if (mode == Mode::kRedo) {
      manager_.redo_enabled = true;
      manager_.redo_ready = true;
    }
    return manager_.find(id, mode);
  }
  void mention_trigger(DispatcherId id, Mode mode) {
    if (id == DispatcherId::kNone || manager_.trigger(mode) != DispatcherId::kNone) return;
    if (Dispatcher* trigger = mention(id, mode)) trigger->status = Status::kInitializing;
    if (manager_.find(id, mode) != nullptr) manager_.set_trigger(mode, id, 0);
  }

  bool take_line(const Observed& line);
  bool take_tail(const Observed& line);
  void take_of_dispatcher(const Observed& line, Dispatcher& dispatcher);
  void take_arrival(const impl::Message& message);
  bool take_send(const impl::Message& message);
  void take_spans(const impl::MaintainerBootstrapResponse& response);
  void take_statuses(const impl::HeartBeatRequest& heartbeat);

  const History& history_;
  DispatcherManager manager_{};
  std::set<DispatcherId> mentioned_{};
  std::optional<impl::NodeId> owner_{};
  std::optional<impl::Epoch> epoch_{};
  bool is_owner_known_ = false;
  bool is_here_ = false;    // a manager
  bool registers_ = false;  // its trigger is registered by a line to come
  bool has_reported_ = false;
  bool is_closed_ = false;               // the manager, by an answer to what came before
  std::set<impl::MessageType> asked_{};  // requests that have come
  std::uint32_t answered_ = 0;           // without having come here
  bool is_closing_told_ = false;
  Tail of_schedule_{};
  Tail of_aggregation_{};
};

template <std::size_t N>
bool is_of(LineId line, const std::array<LineId, N>& lines) {
  return std::find(lines.begin(), lines.end(), line) != lines.end();
}

// With these another manager begins, or this one is over.
constexpr std::array kEnds{LineId::kManagerInitialized, LineId::kManagerClosed};
// Never the first of a step, in a log of all levels.
constexpr std::array kScheduleTail{LineId::kEventCollectorAdds, LineId::kDispatcherCreated,
                                   LineId::kRedoDispatcherCreated, LineId::kDeletesAdd,
                                   LineId::kRemovesDispatcher};
constexpr std::array kAggregationTail{LineId::kCleanUpTrigger, LineId::kCleanUpEnds};
// What they name was not here before.
constexpr std::array kCreates{LineId::kStoresAdd,           LineId::kDispatcherCreated,
                              LineId::kEventTriggerCreated, LineId::kRedoDispatcherCreated,
                              LineId::kRedoTriggerCreated,  LineId::kMergeCreated,
                              LineId::kRemoveNotFound};
// What they name was here.
constexpr std::array kNames{LineId::kStoresRemove,    LineId::kRemovesDispatcher, LineId::kRemovedBefore,
                            LineId::kFlushedTask,     LineId::kCleanUpBegins,     LineId::kCleanUpTrigger,
                            LineId::kCleanUpEnds,     LineId::kWorking,           LineId::kMergeBegins,
                            LineId::kSchemaStoreAgain};
constexpr std::array kCloses{LineId::kManagerClosing, LineId::kStopsWritePath};

// Whether it belongs to a step that was taken before.
bool Implied::take_tail(const Observed& line) {
  if (!history_.levels.debug || !line.facts.id) return false;
  const bool is_schedule = line.thread == Thread::kSchedule;
  if (!is_schedule && line.thread != Thread::kAggregation) return false;
  Tail& tail = is_schedule ? of_schedule_ : of_aggregation_;
  const bool belongs = is_schedule ? is_of(line.line, kScheduleTail) : is_of(line.line, kAggregationTail);
  tail.is_over = tail.is_over || !belongs;
  if (tail.is_over) return false;
  ++tail.lines;
  if (!is_schedule) {
    mentioned_.insert(*line.facts.id);  // it is gone
    return true;
  }
  const Mode mode =
      line.facts.mode.value_or(line.line == LineId::kRedoDispatcherCreated ? Mode::kRedo : Mode::kDefault);
  Dispatcher* dispatcher = mention(*line.facts.id, mode);
  if (dispatcher == nullptr) dispatcher = manager_.find(*line.facts.id, mode);
  if (dispatcher == nullptr) return true;
  if (line.facts.epoch) owned_by(std::nullopt, line.facts.epoch);
  if (line.facts.span || dispatcher->span.is_ddl()) take_of_dispatcher(line, *dispatcher);
  if (line.line == LineId::kRemovesDispatcher) dispatcher->try_removing = true;
  return true;
}

bool Implied::take_line(const Observed& line) {
  const Facts& facts = line.facts;
  if (line.line == LineId::kManagerClosed && !is_here_) {
    is_here_ = manager_.closing = manager_.write_path_closed = true;
    manager_.registered = false;
    return false;
  }
  if (is_of(line.line, kEnds)) return false;
  if (take_tail(line)) return true;
  if (facts.owner) owned_by(facts.owner, facts.owner_epoch);
  if (is_of(line.line, kCloses)) is_here_ = true;
  if (line.line == LineId::kStopsWritePath && !is_closing_told_) manager_.closing = true;
  is_closing_told_ = is_closing_told_ || is_of(line.line, kCloses) || line.line == LineId::kTryClose;
  if (facts.trigger_here) mention_trigger(*facts.trigger_here, facts.mode.value_or(Mode::kDefault));
  if (!facts.id) return true;
  const Mode mode = facts.mode.value_or(Mode::kDefault);
  const bool is_stored = line.line == LineId::kStoresAdd || line.line == LineId::kStoresRemove;
  if (is_stored && facts.epoch) owned_by(std::nullopt, facts.epoch);
  if (line.line == LineId::kEventCollectorAdds && line.thread == Thread::kOrchestrator) {
    registers_ = registers_ || !mentioned_.contains(*facts.id);
    mention_trigger(*facts.id, mode);
  } else if (is_of(line.line, kCreates)) {
    mentioned_.insert(*facts.id);
  } else if (is_of(line.line, kNames)) {
    if (Dispatcher* dispatcher = mention(*facts.id, mode)) take_of_dispatcher(line, *dispatcher);
  }
  return true;
}

void Implied::take_of_dispatcher(const Observed& line, Dispatcher& dispatcher) {
  constexpr std::uint32_t kSomeTable = 1;
  dispatcher.span = line.facts.span.value_or(impl::Span{.table = kSomeTable});
  dispatcher.start_ts = dispatcher.checkpoint_ts = line.facts.start_ts.value_or(0);
  const bool is_trigger = dispatcher.span.is_ddl() || line.line == LineId::kSchemaStoreAgain;
  if (is_trigger) {
    dispatcher.span = impl::kDdlSpan;
    dispatcher.status = line.line == LineId::kWorking ? Status::kInitializing : Status::kWorking;
    manager_.set_trigger(dispatcher.mode, dispatcher.id, dispatcher.start_ts);
  }
  const bool is_cleaned = line.line == LineId::kCleanUpBegins || line.line == LineId::kCleanUpTrigger ||
                          line.line == LineId::kCleanUpEnds;
  dispatcher.removing = is_cleaned;
  dispatcher.try_removing =
      is_cleaned || line.line == LineId::kFlushedTask || line.line == LineId::kRemovedBefore;
}

void Implied::take_arrival(const impl::Message& message) {
  asked_.insert(message.type());
  const auto* schedule = message.as<impl::ScheduleDispatcherRequest>();
  if (schedule != nullptr && schedule->action == impl::ScheduleAction::kCreate)
    mentioned_.insert(schedule->id);
}

impl::MessageType request_of_answer(impl::MessageType answer) {
  if (answer == impl::MessageType::kBootstrapResponse) return impl::MessageType::kBootstrap;
  return answer == impl::MessageType::kPostBootstrapResponse ? impl::MessageType::kPostBootstrap
                                                             : impl::MessageType::kClose;
}

bool Implied::take_send(const impl::Message& message) {
  if (const auto* heartbeat = message.as<impl::HeartBeatRequest>()) {
    owned_by(message.to, std::nullopt);
    take_statuses(*heartbeat);
    return true;
  }
  // An answer to what came before: its step was taken.
  const bool is_late = !asked_.contains(request_of_answer(message.type()));
  if (is_late) ++answered_;
  if (const auto* response = message.as<impl::MaintainerBootstrapResponse>()) {
    if (response->error != impl::ErrorCode::kNone) return true;
    if (is_late) owned_by(message.to, message.epoch);
    take_spans(*response);
    return false;  // all that is here has been told
  }
  if (const auto* response = message.as<impl::MaintainerPostBootstrapResponse>()) {
    if (response->error != impl::ErrorCode::kNone) return true;
    owned_by(message.to, message.epoch);
    mention_trigger(response->event_trigger, Mode::kDefault);
    return true;
  }
  const auto* response = message.as<impl::MaintainerCloseResponse>();
  if (response == nullptr) return true;
  if (!response->success) owned_by(message.to, message.epoch);
  is_closed_ = is_closed_ || (is_late && response->success);
  return !response->success;
}

void Implied::take_statuses(const impl::HeartBeatRequest& heartbeat) {
  for (const impl::DispatcherStatus& status : heartbeat.statuses) {
    Dispatcher* dispatcher = mention(status.id, status.mode);
    if (dispatcher == nullptr) continue;
    dispatcher->span = {.table = 1};
    if (status.status == Status::kStopped) {
      dispatcher->try_removing = dispatcher->removing = true;
    } else {
      dispatcher->status = status.status;
      if (!heartbeat.complete && !has_reported_) manager_.push_status(status.id, status.status, status.mode);
    }
  }
  has_reported_ = has_reported_ || (!heartbeat.complete && !heartbeat.statuses.empty());
}

void Implied::take_spans(const impl::MaintainerBootstrapResponse& response) {
  for (const impl::ReportedSpan& span : response.spans) {
    // A trigger may be one that the Bootstrap has brought.
    if (span.span.is_ddl() && !is_here_ && !mentioned_.contains(span.id)) continue;
    mention(span.id, span.mode);
    Dispatcher* dispatcher = manager_.find(span.id, span.mode);
    if (dispatcher == nullptr) continue;
    dispatcher->span = span.span;
    dispatcher->status = span.status;
    dispatcher->start_ts = dispatcher->checkpoint_ts = span.checkpoint_ts;
    const bool is_redo = span.mode == Mode::kRedo;
    if (span.span.is_ddl()) {
      manager_.set_trigger(span.mode, span.id,
                           is_redo ? response.redo_checkpoint_ts : response.checkpoint_ts);
    }
  }
}

}  // namespace

Beginning implied_at(const History& history, std::size_t line) {
  Implied implied(history);
  for (std::size_t i = line; i < history.lines.size() && implied.take(history.lines[i]); ++i) {
  }
  return implied.beginning();
}

}  // namespace takeover::logs
