// What a line of a text log asks for: the messages that must have arrived for it to be written. What the line
// does not say of them is drawn from the node as it is, from the lines that follow, and from what occurs
// anywhere in the logs.
#include <algorithm>
#include <utility>

#include "checker/logs/moves.h"
#include "impl/named.h"
#include "impl/node.h"

namespace takeover::logs {
namespace {

using impl::DispatcherId;
using impl::DispatcherManager;
using impl::MaintainerBootstrapRequest;
using impl::MaintainerCloseRequest;
using impl::MaintainerPostBootstrapRequest;
using impl::Message;
using impl::MessageType;
using impl::Mode;
using impl::NodeAction;
using impl::NodeActionKind;
using impl::Path;
using impl::ScheduleAction;
using impl::ScheduleDispatcherRequest;
using Owner = Pools::Owner;
using Messages = std::vector<Message>;

Message request_of(const Owner& sender, impl::MessageBody body) {
  return {.from = sender.node, .epoch = sender.epoch, .body = std::move(body)};
}

bool may_be(const Facts& facts, const Owner& sender) {
  return facts.from.value_or(sender.node) == sender.node &&
         facts.epoch.value_or(sender.epoch) == sender.epoch;
}

// One line of a log and what it asks for, at a place.
class Asker {
 public:
  using Try = std::function<bool(const Messages&, Path, std::optional<NodeActionKind> fault)>;

  Asker(const Task& task, const Width& width, const Place& place, std::uint32_t line, const Try& attempt)
      : task_(task),
        width_(width),
        node_(place.node),
        manager_(place.node.manager_here()),
        line_(line),
        attempt_(attempt) {}

  void ask() const;

  // Takeovers that no line tells of: by whom a line says the owner is.
  [[nodiscard]] std::vector<Owner> takeovers() const;
  [[nodiscard]] Message silent_takeover(const Owner& owner) const {
    MaintainerBootstrapRequest body;
    body.event_trigger = manager_->event_trigger;
    body.redo_trigger = manager_->redo_trigger;
    body.start_ts = manager_->event_trigger_start_ts;
    body.redo_enabled = manager_->redo_enabled;
    return request_of(owner, body);
  }

 private:
  [[nodiscard]] const Observed& line() const { return task_.history.lines[line_]; }
  [[nodiscard]] const Facts& facts() const { return line().facts; }
  // The lines of the same track from this one on.
  template <class Visit>
  void for_each_next(Visit&& visit) const {
    const auto& lines = task_.plan.lines_of(task_.plan[line_].track);
    for (std::size_t i = task_.plan[line_].in_track; i < lines.size(); ++i) {
      if (!visit(task_.history.lines[lines[i]])) return;
    }
  }

  [[nodiscard]] std::vector<Owner> everybody() const;
  [[nodiscard]] std::optional<Owner> owner() const {
    if (manager_ == nullptr) return std::nullopt;
    return Owner{manager_->owner, manager_->epoch};
  }
  // Who may have sent what the line is about: the owner first.
  [[nodiscard]] std::vector<Owner> senders() const;

  bool deliver(const Messages& messages, Path path) const { return attempt_(messages, path, std::nullopt); }
  bool orchestrate(const Owner& sender, impl::MessageBody body) const {
    return deliver({request_of(sender, std::move(body))}, Path::kOrchestrator);
  }
  // Tries it with each sender until one fits: for what leaves no trace of who sent it.
  void with_some(const impl::MessageBody& body, Path path = Path::kOrchestrator) const {
    for (const Owner& sender : senders()) {
      if (deliver({request_of(sender, body)}, path)) return;
    }
  }

  void bootstraps_refused() const;
  void creates() const;
  void creates_manager(MaintainerBootstrapRequest body, const Facts& initialized) const;
  void fails_to_create() const;
  void post_bootstraps(DispatcherId trigger) const { with_some(MaintainerPostBootstrapRequest{trigger}); }
  void closes() const;
  void schedules() const;
  void stores_adds() const;
  void removes() const;
  void creates_alone() const;
  void merges() const;
  void executes() const;
  void redo() const;

  const Task& task_;
  const Width& width_;
  const impl::DispatcherOrchestrator& node_;
  const DispatcherManager* manager_;
  std::uint32_t line_;
  const Try& attempt_;
};

std::vector<Owner> Asker::everybody() const {
  std::vector<Owner> all = task_.history.pools.owners;
  if (!width_.pools && !all.empty()) return all;
  for (const impl::NodeId node : task_.history.pools.nodes) {
    for (const impl::Epoch epoch : task_.history.pools.epochs) {
      const Owner owner{node, epoch};
      if (std::find(all.begin(), all.end(), owner) == all.end()) all.push_back(owner);
    }
  }
  if (all.empty()) all.push_back({task_.history.self, 1});
  return all;
}

std::vector<Owner> Asker::senders() const {
  if (facts().from && facts().epoch) return {{*facts().from, *facts().epoch}};
  std::vector<Owner> some;
  const auto add = [&](const Owner& sender) {
    if (may_be(facts(), sender) && std::find(some.begin(), some.end(), sender) == some.end()) {
      some.push_back(sender);
    }
  };
  if (owner()) add(*owner());
  for (const Owner& sender : everybody()) add(sender);
  return some;
}

std::vector<Owner> Asker::takeovers() const {
  if (manager_ == nullptr) return {};
  std::vector<Owner> some;
  const auto add = [&](const Owner& owner) {
    if (manager_->can_update_maintainer(task_.rules, owner.node, owner.epoch)) some.push_back(owner);
  };
  const bool is_owners = line().line == LineId::kStoresAdd || line().line == LineId::kStoresRemove ||
                         line().line == LineId::kRemoveNotFound;
  if (facts().owner && facts().owner_epoch) {
    add({*facts().owner, *facts().owner_epoch});
  } else if (is_owners && facts().epoch && *facts().epoch != manager_->epoch) {
    for (const Owner& owner : everybody()) {
      if (*facts().epoch == owner.epoch) add(owner);
    }
    // Nothing says whose epoch it is.
    if (some.empty()) {
      for (const impl::NodeId node : task_.history.pools.nodes) add({node, *facts().epoch});
    }
  } else if (width_.pools) {
    for (const Owner& owner : everybody()) add(owner);
  }
  some.erase(std::remove(some.begin(), some.end(), *owner()), some.end());
  return some;
}

void Asker::ask() const {
  switch (line().line) {
    case LineId::kStaleAfterClose:
    case LineId::kStaleBootstrap:
    case LineId::kStaleRemoveRestored: return bootstraps_refused();
    case LineId::kTriggerMismatch: return bootstraps_refused();
    case LineId::kCannotCreateManager:
    case LineId::kCannotCreateTrigger: return fails_to_create();
    case LineId::kPostBootstrapNoManager:
    case LineId::kPostBootstrapNoTrigger:
    case LineId::kPostBootstrapOtherTrigger:
    case LineId::kStalePostBootstrap:
      return post_bootstraps(facts().trigger_asked.value_or(DispatcherId::kNone));
    case LineId::kPostBootstrapClosed:
    case LineId::kSchemaStoreAgain:
      return post_bootstraps(manager_ == nullptr ? DispatcherId::kNone : manager_->event_trigger);
    case LineId::kStaleClose:
    case LineId::kTryClose: return closes();
    case LineId::kEventTriggerCreated:
    case LineId::kRedoTriggerCreated:
    case LineId::kManagerInitialized: return creates();
    case LineId::kDispatcherCreated:
    case LineId::kRedoDispatcherCreated:
      return line().thread == Thread::kOrchestrator ? creates() : creates_alone();
    case LineId::kEventCollectorAdds:
      if (line().thread != Thread::kOrchestrator) return creates_alone();
      return post_bootstraps(manager_ == nullptr ? DispatcherId::kNone : manager_->event_trigger);
    case LineId::kStaleSchedule: return schedules();
    case LineId::kStoresAdd: return stores_adds();
    case LineId::kStoresRemove:
    case LineId::kRemoveNotFound:
    case LineId::kRemovesDispatcher:
    case LineId::kRemovedBefore: return removes();
    case LineId::kStaleMerge:
    case LineId::kMergeRefused:
    case LineId::kMergeCreated: return merges();
    case LineId::kStaleAction: return with_some(impl::HeartBeatResponse{}, Path::kHeartBeatResponse);
    case LineId::kStaleRedo: return redo();
    case LineId::kExecutes: return executes();
    case LineId::kAlreadyClosed:
    case LineId::kFencedDropPending:
    case LineId::kLocalFenceOrchestrator:
    case LineId::kCannotSendAnswer:
    case LineId::kClosing:
    case LineId::kClosedOrchestrator:
    case LineId::kShouldNotHappen:
    case LineId::kEventCollectorRemoves:
    case LineId::kMeetsError:
    case LineId::kCleanUpBegins:
    case LineId::kCleanUpTrigger:
    case LineId::kCleanUpEnds:
    case LineId::kManagerClosing:
    case LineId::kStopsWritePath:
    case LineId::kWritePathStopped:
    case LineId::kUnregisters:
    case LineId::kManagerClosed:
    case LineId::kCannotCleanUp:
    case LineId::kDeletesAdd:
    case LineId::kKeepsAdds:
    case LineId::kMergeBegins:
    case LineId::kFlushed:
    case LineId::kFlushedTask:
    case LineId::kMergeStep:
    case LineId::kMergeDone:
    case LineId::kMergeAborted:
    case LineId::kWorking:
    case LineId::kServerFences:
    case LineId::kServerCloses:
    case LineId::kServerStarts:
    case LineId::kHeartBeatLost:
    case LineId::kMaintainerSays:
    case LineId::kNoise: return;  // no message is handled
  }
}

// A Bootstrap that names the triggers that are here, but where a line says what it asked for.
void Asker::bootstraps_refused() const {
  MaintainerBootstrapRequest body;
  if (manager_ != nullptr) {
    body.event_trigger = manager_->event_trigger;
    body.redo_trigger = manager_->redo_trigger;
    body.redo_enabled = manager_->redo_enabled;
  }
  bool is_first = true;
  for_each_next([&](const Observed& next) {
    if (next.line != LineId::kTriggerMismatch) return false;
    const bool is_redo = next.facts.mode == Mode::kRedo;
    if (!is_first && !is_redo) return false;  // of another Bootstrap
    (is_redo ? body.redo_trigger : body.event_trigger) =
        next.facts.trigger_asked.value_or(DispatcherId::kNone);
    is_first = false;
    return !is_redo;
  });
  if (line().line == LineId::kStaleRemoveRestored) {
    if (!facts().owner || !facts().owner_epoch) return;
    orchestrate({*facts().owner, *facts().owner_epoch}, body);
    return;
  }
  with_some(body);
  // The line of the second mode may be of another Bootstrap.
  if (line().line == LineId::kTriggerMismatch && facts().mode != Mode::kRedo && manager_ != nullptr &&
      body.redo_trigger != manager_->redo_trigger) {
    body.redo_trigger = manager_->redo_trigger;
    with_some(body);
  }
}

void Asker::creates() const {
  MaintainerBootstrapRequest body;
  const Observed* initialized = nullptr;
  for_each_next([&](const Observed& next) {
    if (next.line == LineId::kManagerInitialized) {
      initialized = &next;
      return false;
    }
    const bool is_redo =
        next.line == LineId::kRedoDispatcherCreated || next.line == LineId::kRedoTriggerCreated;
    const bool is_event =
        next.line == LineId::kDispatcherCreated || next.line == LineId::kEventTriggerCreated;
    if (!is_redo && !is_event) return false;
    DispatcherId& trigger = is_redo ? body.redo_trigger : body.event_trigger;
    const DispatcherId id = next.facts.id.value_or(DispatcherId::kNone);
    if (trigger != DispatcherId::kNone && trigger != id) return false;  // of another Bootstrap
    trigger = id;
    body.start_ts = next.facts.start_ts.value_or(body.start_ts);
    return true;
  });
  if (manager_ == nullptr) {
    if (initialized != nullptr) creates_manager(body, initialized->facts);
    return;
  }
  if (body.event_trigger == DispatcherId::kNone) body.event_trigger = manager_->event_trigger;
  if (body.redo_trigger == DispatcherId::kNone) body.redo_trigger = manager_->redo_trigger;
  for (const Owner& sender : senders()) orchestrate(sender, body);
}

void Asker::creates_manager(MaintainerBootstrapRequest body, const Facts& initialized) const {
  body.start_ts = initialized.start_ts.value_or(body.start_ts);
  body.redo_enabled = initialized.redo.value_or(body.redo_trigger != DispatcherId::kNone);
  std::vector<Owner> some;
  for (const Owner& sender : everybody()) {
    if (initialized.owner.value_or(sender.node) == sender.node) some.push_back(sender);
  }
  const auto& epochs = task_.history.pools.epochs;
  if (initialized.owner) {
    const impl::NodeId node = *initialized.owner;
    if (some.empty()) {
      for (const impl::Epoch epoch : epochs) some.push_back({node, epoch});
    }
    // An epoch of which nothing tells: it was over before any that is known began.
    const auto lowest = std::min_element(epochs.begin(), epochs.end());
    if (lowest == epochs.end()) {
      some.push_back({node, 1});
    } else if (*lowest > 1) {
      some.push_back({node, *lowest - 1});
    }
  }
  for (const Owner& sender : some) orchestrate(sender, body);
}

void Asker::fails_to_create() const {
  MaintainerBootstrapRequest body;
  const auto& triggers = task_.history.pools.triggers;
  if (manager_ != nullptr) {
    body.event_trigger = manager_->event_trigger;
    body.redo_trigger = manager_->redo_trigger;
    body.redo_enabled = manager_->redo_enabled;
  }
  const DispatcherId some = triggers.empty() ? DispatcherId::kNone : triggers.front();
  if (body.event_trigger == DispatcherId::kNone) body.event_trigger = facts().trigger_asked.value_or(some);
  for (const Owner& sender : senders()) {
    if (attempt_({request_of(sender, body)}, Path::kOrchestrator, NodeActionKind::kFailCreate)) return;
    if (orchestrate(sender, body)) return;
  }
}

void Asker::closes() const {
  // What a Close has asked for shows only where a clean-up fails.
  const std::uint32_t track = task_.plan.track_of(Thread::kClose);
  bool may_remove = width_.stage > 0;
  if (track != kNoTrack) {
    for (const std::uint32_t each : task_.plan.lines_of(track)) {
      may_remove = may_remove || (each > line_ && task_.history.lines[each].line == LineId::kCannotCleanUp);
    }
  }
  std::vector<Owner> closers = senders();
  if (manager_ == nullptr && !(facts().from && facts().epoch)) {
    closers.insert(closers.begin(), {task_.history.self, 0});  // which leaves no tombstone
  }
  for (const Owner& sender : closers) {
    bool fits = orchestrate(sender, MaintainerCloseRequest{.removed = false});
    if (may_remove) fits = orchestrate(sender, MaintainerCloseRequest{.removed = true}) || fits;
    if (fits && manager_ != nullptr) return;
  }
}

void Asker::schedules() const {
  ScheduleDispatcherRequest body{.action = ScheduleAction::kRemove, .op = impl::OperatorType::kRemove};
  body.id = facts().id.value_or(DispatcherId::kNone);
  with_some(body, Path::kSchedule);
}

void Asker::stores_adds() const {
  if (!owner()) return;
  Messages batch;
  for_each_next([&](const Observed& next) {
    if (next.line != LineId::kStoresAdd) return false;
    const Facts& of = next.facts;
    ScheduleDispatcherRequest body{.action = ScheduleAction::kCreate};
    body.op = of.operator_type.value_or(impl::OperatorType::kAdd);
    body.mode = of.mode.value_or(Mode::kDefault);
    body.id = of.id.value_or(DispatcherId::kNone);
    body.span = of.span.value_or(impl::Span{});
    body.start_ts = of.start_ts.value_or(0);
    batch.push_back(request_of({owner()->node, of.epoch.value_or(owner()->epoch)}, body));
    return true;
  });
  for (; !batch.empty(); batch.pop_back()) {
    deliver(batch, Path::kSchedule);
    attempt_(batch, Path::kSchedule, NodeActionKind::kFailCreate);
  }
}

void Asker::removes() const {
  if (!owner() || !facts().id) return;
  ScheduleDispatcherRequest body{.action = ScheduleAction::kRemove};
  body.op = facts().operator_type.value_or(impl::OperatorType::kRemove);
  body.id = *facts().id;
  body.start_ts = facts().start_ts.value_or(0);
  for (const Mode mode : {Mode::kDefault, Mode::kRedo}) {
    if (facts().mode.value_or(mode) != mode) continue;
    const impl::Dispatcher* dispatcher = manager_->find(body.id, mode);
    body.mode = mode;
    body.span = facts().span.value_or(dispatcher == nullptr ? impl::Span{} : dispatcher->span);
    deliver({request_of({owner()->node, facts().epoch.value_or(owner()->epoch)}, body)}, Path::kSchedule);
  }
}

// A Create of which the log tells only what came of it.
void Asker::creates_alone() const {
  if (!owner()) return;
  for_each_next([&](const Observed& next) {
    const bool is_redo = next.line == LineId::kRedoDispatcherCreated;
    if ((!is_redo && next.line != LineId::kDispatcherCreated) || next.facts.id != facts().id) return true;
    ScheduleDispatcherRequest body{.mode = is_redo ? Mode::kRedo : Mode::kDefault};
    body.id = next.facts.id.value_or(DispatcherId::kNone);
    body.span = next.facts.span.value_or(impl::Span{});
    body.start_ts = next.facts.start_ts.value_or(0);
    deliver({request_of(*owner(), body)}, Path::kSchedule);
    return false;
  });
}

void Asker::merges() const {
  impl::MergeDispatcherRequest body;
  body.mode = facts().mode.value_or(Mode::kDefault);
  if (line().line == LineId::kStaleMerge) return with_some(body, Path::kMerge);
  if (!owner()) return;
  if (line().line == LineId::kMergeCreated) {
    body.merged_id = facts().id.value_or(DispatcherId::kNone);
    const impl::Span span = facts().span.value_or(impl::Span{});
    std::int32_t begin = span.begin;
    for (std::size_t i = 0; i <= manager_->dispatchers.size() && (body.ids.empty() || begin != span.end);
         ++i) {
      for (const impl::Dispatcher& source : manager_->dispatchers) {
        const bool is_next = source.mode == body.mode && source.span.table == span.table &&
                             source.span.begin == begin && source.span.end <= span.end;
        if (!is_next || (!body.ids.empty() && body.ids.back() == source.id)) continue;
        body.ids.push_back(source.id);
        begin = source.span.end;
        break;
      }
    }
    deliver({request_of(*owner(), body)}, Path::kMerge);
    return;
  }
  // Refused: by a source that is not here, or by one that is no neighbour of itself.
  const auto& known = task_.history.pools.dispatchers;
  const auto merged = std::find_if(known.begin(), known.end(), [&](DispatcherId id) {
    return manager_->find(id, Mode::kDefault) == nullptr && manager_->find(id, Mode::kRedo) == nullptr;
  });
  if (merged == known.end()) return;
  body.merged_id = *merged;
  std::vector<DispatcherId> sources;
  if (facts().id) sources.push_back(*facts().id);
  for (const impl::Dispatcher& dispatcher : manager_->dispatchers) sources.push_back(dispatcher.id);
  sources.push_back(*merged);
  for (const DispatcherId source : sources) {
    body.ids = {source, source};
    if (deliver({request_of(*owner(), body)}, Path::kMerge)) return;
  }
}

void Asker::redo() const {
  if (facts().type == MessageType::kRedoMeta) return with_some(impl::RedoMetaMessage{}, Path::kRedoMeta);
  with_some(impl::RedoResolvedTsForwardMessage{}, Path::kRedoResolvedTsForward);
}

void Asker::executes() const {
  if (!owner() || !manager_->actions.empty()) return;
  const impl::BarrierAction action = facts().barrier_action.value_or(impl::BarrierAction::kWrite);
  attempt_({request_of(*owner(), impl::HeartBeatResponse{action})}, Path::kHeartBeatResponse,
           NodeActionKind::kExecute);
}

}  // namespace

void Moves::ask(const Place& place, const Visit& visit) const {
  std::uint32_t unexplained = 0;
  for (std::uint32_t line = place.at; line < task_.plan.size() && unexplained <= width_.ahead; ++line) {
    const PlannedLine& planned = task_.plan[line];
    if (planned.asks != Asks::kStep) continue;
    if (planned.in_track < task_.plan.from(planned.track, place.at) + place.owes(planned.track)) continue;
    ++unexplained;
    const Asker::Try try_it = [&](const Messages& messages, Path path, std::optional<NodeActionKind> fault) {
      Attempt attempt = this->attempt(place);
      const bool comes_first = fault && *fault != NodeActionKind::kExecute;
      if (comes_first && !attempt.act({.kind = *fault})) return false;
      for (const Message& message : messages) attempt.receive(message, std::nullopt);
      if (!attempt.act({.kind = NodeActionKind::kHandle, .path = path})) return false;
      if (fault && !comes_first && !attempt.act({.kind = *fault})) return false;
      if (!attempt.match() || !attempt.is_seen()) return false;
      visit(attempt.finish(
          static_cast<std::uint32_t>(messages.size() + (comes_first ? 1 : 0) + attempt.lost())));
      return true;
    };
    const Asker asker(task_, width_, place, line, try_it);
    asker.ask();
    for (const Owner& owner : asker.takeovers()) take_over(place, asker.silent_takeover(owner), visit);
    if (task_.history.lines[line].line == LineId::kAlreadyClosed) refuse(place, line, visit);
  }
}

void Moves::take_over(const Place& place, const Message& bootstrap, const Visit& visit) const {
  Attempt attempt = this->attempt(place);
  attempt.receive(bootstrap, std::nullopt);
  if (!attempt.act({.kind = NodeActionKind::kHandle, .path = Path::kOrchestrator}) || !attempt.match())
    return;
  visit(attempt.finish(1));
}

// A message that comes to a node that is leaving. Whoever closed the orchestrator may have written nothing of
// it.
void Moves::refuse(const Place& place, std::uint32_t line, const Visit& visit) const {
  const Facts& facts = task_.history.lines[line].facts;
  // Of a Close that says nothing else the line has no type.
  const MessageType type = facts.type.value_or(MessageType::kClose);
  if (!impl::info(type).path) return;
  Message message{.from = facts.from.value_or(task_.history.self), .epoch = facts.epoch.value_or(0)};
  message.body = impl::empty_body(type);
  if (auto* bootstrap = message.as<MaintainerBootstrapRequest>()) {
    bootstrap->event_trigger = facts.trigger_asked.value_or(DispatcherId::kNone);
    bootstrap->start_ts = facts.start_ts.value_or(0);
  } else if (auto* post_bootstrap = message.as<MaintainerPostBootstrapRequest>()) {
    post_bootstrap->event_trigger = facts.trigger_asked.value_or(DispatcherId::kNone);
  } else if (auto* close = message.as<MaintainerCloseRequest>()) {
    close->removed = facts.removed.value_or(false);
  }
  Attempt attempt = this->attempt(place);
  std::uint32_t cost = 1;
  if (!place.node.is_leaving()) {
    if (!width_.untold || task_.plan.track_of(Thread::kShutdown) != kNoTrack) return;
    attempt.leave_untold(LineId::kClosing);
    if (!attempt.act({.kind = NodeActionKind::kCloseOrchestrator})) return;
    ++cost;
  }
  attempt.receive(message, std::nullopt);
  if (attempt.match() && attempt.is_seen()) visit(attempt.finish(cost));
}

}  // namespace takeover::logs
