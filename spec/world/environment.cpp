#include "spec/world/environment.h"

#include <algorithm>
#include <utility>

namespace takeover::spec {
namespace {

using impl::DispatcherId;
using impl::Message;
using impl::MessageBody;
using impl::Mode;
using impl::ScheduleAction;
using impl::ScheduleDispatcherRequest;
using impl::Status;

constexpr std::array<std::pair<std::string_view, std::string_view>, kRowCount> kRows{{
    {"bootstrap", "sends its Bootstrap, again while it is unanswered and no copy is under way"},
    {"post-bootstrap", "initialises its trigger, again until that is answered"},
    {"create", "places a span that neither its last response nor its own record shows as placed"},
    {"restored-create", "asks again for a Create of its own that its response reported"},
    {"remove", "removes a dispatcher that it knows as working"},
    {"restored-remove", "asks itself for a Remove that its response reported"},
    {"merge", "merges two neighbours that it knows as working"},
    {"resend", "sends a scheduling request again before its effect was reported"},
    {"barrier-action", "lets the writer of a barrier execute its DDL"},
    {"redo-meta", "advances the redo meta on its own node"},
    {"redo-forward", "forwards the redo resolved ts"},
    {"checkpoint", "forwards the coordinator's checkpoint ts"},
    {"hand-over", "removes its own trigger, to hand the changefeed over"},
    {"close", "closes the changefeed here, again until told success"},
    {"close-removed", "closes it for good"},
    {"misbehave", "sends what no maintainer would send"},
}};
bool is_live(Phase phase) {
  return phase != Phase::kIdle && phase != Phase::kStopped && phase != Phase::kDead;
}

// What an owner's rows are judged by.
struct View {
  const Scenario& scenario;
  const impl::Rules& rules;
  const Environment& environment;
  const impl::DispatcherOrchestrator& node;
  std::size_t index;

  [[nodiscard]] const Owner& owner() const { return scenario.owners[index]; }
  [[nodiscard]] const OwnerState& state() const { return environment.owners[index]; }
  [[nodiscard]] impl::Epoch wire_epoch() const { return rules.variants.epochs_on_wire ? owner().epoch : 0; }
  [[nodiscard]] Message request(MessageBody body) const {
    return {.from = owner().node, .to = scenario.node, .epoch = wire_epoch(), .body = std::move(body)};
  }

  // Whether a copy is on the link, waiting, or being handled.
  [[nodiscard]] bool is_under_way(const Message& request) const {
    const auto& links = environment.links;
    if (std::find(links.begin(), links.end(), request) != links.end()) return true;
    if (std::find(node.pending.begin(), node.pending.end(), request) != node.pending.end()) return true;
    if (node.handler && node.handler->request == request) return true;
    if (!node.manager) return false;
    const auto& streams = node.manager->streams;
    return std::find(streams.begin(), streams.end(), request) != streams.end();
  }
};

class Collector {
 public:
  Collector(const View& view, std::vector<EnvironmentAction>& actions) : view_(view), actions_(actions) {}

  void send(Row row, MessageBody body, std::uint8_t choice = 0) {
    actions_.push_back({.row = row,
                        .owner = static_cast<std::uint8_t>(view_.index),
                        .choice = choice,
                        .request = view_.request(std::move(body))});
  }

  // Sends again before the effect was reported, so often as is allowed.
  void resend(MessageBody body) {
    if (view_.environment.used.resends < view_.scenario.bounds.resends) send(Row::kResend, std::move(body));
  }

  // A Create that is asked for again may be so for ever, while no copy is under way. (A Remove may not: each
  // is answered by a report, so that reports would pile up without end.)
  void resend_create(MessageBody body) {
    if (!view_.owner().retries) return resend(std::move(body));
    if (view_.is_under_way(view_.request(body))) return;
    send(Row::kResend, std::move(body));
    actions_.back().counted = false;
  }

  // Sends while no copy is under way; one more is an extra copy.
  void send_until_answered(Row row, MessageBody body, bool again = false) {
    const bool extra = view_.is_under_way(view_.request(body));
    const Bounds& bounds = view_.scenario.bounds;
    if (extra && view_.environment.used.extra_copies >= bounds.extra_copies) return;
    send(row, std::move(body));
    actions_.back().extra = extra;
    actions_.back().again = again;
  }

 private:
  const View& view_;
  std::vector<EnvironmentAction>& actions_;
};

// Whether the coordinator would have this owner begin: an earlier one on its node has stopped for good, and a
// later one there has not begun; a removal-only maintainer takes the place of one that is gone.
bool may_begin(const View& view) {
  for (std::size_t i = 0; i < view.scenario.owners.size(); ++i) {
    if (i == view.index || view.scenario.owners[i].node != view.owner().node) continue;
    const Phase phase = view.environment.owners[i].phase;
    if (i < view.index ? is_live(phase) : phase != Phase::kIdle) return false;
  }
  if (!view.owner().removal_of) return true;
  const Phase replaced = view.environment.owners[*view.owner().removal_of].phase;
  return replaced == Phase::kDead || replaced == Phase::kStopped;
}

MessageBody bootstrap_of(const View& view) {
  const Owner& owner = view.owner();
  return impl::MaintainerBootstrapRequest{.event_trigger = owner.event_trigger,
                                          .redo_trigger = owner.redo_trigger,
                                          .start_ts = owner.start_ts,
                                          .config_epoch = owner.config_epoch,
                                          .redo_enabled = owner.redo};
}

ScheduleDispatcherRequest schedule_of(const Placement& placement, ScheduleAction action, impl::Ts start_ts) {
  const bool create = action == ScheduleAction::kCreate;
  return {.action = action,
          .op = create                                ? impl::OperatorType::kAdd
                : placement.belief == Belief::kMoving ? impl::OperatorType::kMove
                                                      : impl::OperatorType::kRemove,
          .mode = placement.mode,
          .id = placement.id,
          .span = placement.span,
          .start_ts = create ? start_ts : 0};
}

ScheduleDispatcherRequest removal_of_trigger(DispatcherId id, Mode mode) {
  return {.action = ScheduleAction::kRemove, .op = impl::OperatorType::kRemove, .mode = mode, .id = id};
}

void collect_creates(const View& view, Collector& collector) {
  const Owner& owner = view.owner();
  const OwnerState& state = view.state();
  if (state.creates >= owner.creates.size()) return;
  const DispatcherId id = owner.creates[state.creates];
  // An id is one dispatcher's and keeps its mode when it moves: those elsewhere are of the default mode.
  const auto& elsewhere = view.scenario.elsewhere;
  const bool moves = std::find(elsewhere.begin(), elsewhere.end(), id) != elsewhere.end();
  const std::size_t modes = owner.redo && !moves ? 2 : 1;
  for (std::size_t m = 0; m < modes; ++m) {
    const auto mode = static_cast<Mode>(m);
    for (const impl::Span& span : view.scenario.spans) {
      const bool placed = std::any_of(state.record.begin(), state.record.end(), [&](const Placement& p) {
        return p.mode == mode && p.span.overlaps(span);
      });
      if (placed) continue;
      collector.send(Row::kCreate, schedule_of({.id = id, .mode = mode, .span = span},
                                               ScheduleAction::kCreate, owner.start_ts));
    }
  }
}

void collect_merges(const View& view, Collector& collector) {
  const Owner& owner = view.owner();
  const OwnerState& state = view.state();
  if (state.merges >= owner.merges.size()) return;
  for (const Placement& a : state.record) {
    for (const Placement& b : state.record) {
      const bool neighbours = a.mode == b.mode && a.span.table == b.span.table && a.span.end == b.span.begin;
      if (!neighbours || a.belief != Belief::kWorking || b.belief != Belief::kWorking) continue;
      impl::MergeDispatcherRequest merge{.merged_id = owner.merges[state.merges], .mode = a.mode};
      merge.ids.push_back(a.id);
      merge.ids.push_back(b.id);
      collector.send(Row::kMerge, merge);
    }
  }
}

// Nothing is moved or split that the owner merges: what it removes then goes with its table. What was
// restored is a plain removal, too, whatever it was before (the hook of a Move is its maintainer's).
bool is_merged(const OwnerState& state, DispatcherId id, Mode mode) {
  return std::any_of(state.record.begin(), state.record.end(), [&](const Placement& p) {
    return p.mode == mode && std::find(p.sources.begin(), p.sources.end(), id) != p.sources.end();
  });
}

// A working dispatcher, once the owner has sent its Remove.
Placement asked_to_go(const OwnerState& state, Placement placement) {
  placement.belief = is_merged(state, placement.id, placement.mode) ? Belief::kRemoving : Belief::kMoving;
  return placement;
}

void collect_scheduling(const View& view, Collector& collector) {
  const Owner& owner = view.owner();
  const OwnerState& state = view.state();
  collect_creates(view, collector);
  collect_merges(view, collector);
  for (const Placement& placement : state.record) {
    const auto create = [&] { return schedule_of(placement, ScheduleAction::kCreate, owner.start_ts); };
    const auto remove = [&] { return schedule_of(placement, ScheduleAction::kRemove, 0); };
    switch (placement.belief) {
      case Belief::kToCreate:
        collector.send(Row::kRestoredCreate, create());
        break;
      case Belief::kToRemove:
        collector.send(Row::kRestoredRemove, remove());
        break;
      case Belief::kWorking:
        if (state.removes < owner.removes) {
          collector.send(Row::kRemove,
                         schedule_of(asked_to_go(state, placement), ScheduleAction::kRemove, 0));
        }
        break;
      case Belief::kRemoving:
      case Belief::kMoving:
        collector.resend(remove());
        break;
      case Belief::kCreating:
        if (placement.sources.empty()) {
          collector.resend_create(create());
        } else {
          collector.resend_create(
              impl::MergeDispatcherRequest{placement.sources, placement.id, placement.mode});
        }
        break;
    }
  }
}

void collect_running(const View& view, Collector& collector) {
  const Owner& owner = view.owner();
  const OwnerState& state = view.state();
  if (owner.event_trigger != DispatcherId::kNone && !state.post_bootstrapped) {
    collector.send_until_answered(Row::kPostBootstrap,
                                  impl::MaintainerPostBootstrapRequest{owner.event_trigger});
  }
  collect_scheduling(view, collector);
  if (state.actions < owner.actions) {
    collector.send(Row::kBarrierAction, impl::HeartBeatResponse{impl::BarrierAction::kWrite});
  }
  const auto later = [&](std::uint8_t count) { return owner.start_ts + count + 1U; };
  if (state.redo_metas < owner.redo_metas) {
    collector.send(Row::kRedoMeta, impl::RedoMetaMessage{later(state.redo_metas), later(state.redo_metas)});
  }
  if (state.redo_forwards < owner.redo_forwards) {
    collector.send(Row::kRedoForward, impl::RedoResolvedTsForwardMessage{later(state.redo_forwards)});
  }
  if (state.checkpoints < owner.checkpoints) {
    collector.send(Row::kCheckpoint, impl::CheckpointTsMessage{later(state.checkpoints)});
  }
  if (owner.hands_over && owner.event_trigger != DispatcherId::kNone) {
    collector.send(Row::kHandOver, removal_of_trigger(owner.event_trigger, Mode::kDefault));
  }
}

void collect_handing_over(const View& view, Collector& collector) {
  const Owner& owner = view.owner();
  const OwnerState& state = view.state();
  if (!state.trigger_gone) collector.resend(removal_of_trigger(owner.event_trigger, Mode::kDefault));
  if (owner.redo_trigger == DispatcherId::kNone || state.redo_trigger_gone) return;
  const MessageBody removal = removal_of_trigger(owner.redo_trigger, Mode::kRedo);
  if (state.redo_trigger_asked) {
    collector.resend(removal);
  } else {
    collector.send(Row::kHandOver, removal);
  }
}

void collect_closes(const View& view, Collector& collector) {
  const Owner& owner = view.owner();
  const OwnerState& state = view.state();
  const bool closing = state.phase == Phase::kClosing;
  if (owner.closes && !(closing && state.close_removed)) {
    collector.send_until_answered(Row::kClose, impl::MaintainerCloseRequest{.removed = false}, closing);
  }
  if (owner.closes_removed) {
    collector.send_until_answered(Row::kCloseRemoved, impl::MaintainerCloseRequest{.removed = true}, closing);
  }
}

void collect_owner(const View& view, std::vector<EnvironmentAction>& actions) {
  const Owner& owner = view.owner();
  const OwnerState& state = view.state();
  Collector collector(view, actions);
  for (std::size_t i = 0; i < owner.misbehaviour.size(); ++i) {
    if ((state.misbehaved >> i & 1U) != 0) continue;
    actions.push_back({.row = Row::kMisbehave,
                       .owner = static_cast<std::uint8_t>(view.index),
                       .choice = static_cast<std::uint8_t>(i),
                       .request = owner.misbehaviour[i]});
    if (!view.rules.variants.epochs_on_wire) actions.back().request.epoch = 0;
  }
  const bool begins = state.phase == Phase::kIdle && may_begin(view);
  if (!begins && !is_live(state.phase)) return;
  if (!owner.removal_of && (begins || state.phase == Phase::kBootstrapping || state.unread)) {
    collector.send_until_answered(Row::kBootstrap, bootstrap_of(view), state.phase == Phase::kBootstrapping);
  }
  if (state.phase == Phase::kRunning) collect_running(view, collector);
  if (state.phase == Phase::kHandingOver) collect_handing_over(view, collector);
  if (!begins || owner.removal_of) collect_closes(view, collector);
  if (owner.dies && !begins && view.environment.used.deaths < view.scenario.bounds.deaths) {
    actions.push_back({.kind = EnvironmentActionKind::kDie, .owner = static_cast<std::uint8_t>(view.index)});
  }
}

Placement* find_placement(OwnerState& state, DispatcherId id, Mode mode) {
  return state.record.find(id, mode);
}

void place(OwnerState& state, const Placement& placement) {
  state.record.insert(placement);
}

void note_sent(OwnerState& state, const EnvironmentAction& action) {
  const auto* schedule = action.request.as<ScheduleDispatcherRequest>();
  if (action.row != Row::kBootstrap && action.row != Row::kMisbehave) state.unread = false;
  switch (action.row) {
    case Row::kBootstrap:
      if (!state.unread) state.phase = Phase::kBootstrapping;
      return;
    case Row::kCreate:
      ++state.creates;
      return place(state, {schedule->id, schedule->mode, Belief::kCreating, schedule->span});
    case Row::kRestoredCreate:
      return place(state, {schedule->id, schedule->mode, Belief::kCreating, schedule->span});
    case Row::kRemove:
      ++state.removes;
      return place(state,
                   asked_to_go(state, {.id = schedule->id, .mode = schedule->mode, .span = schedule->span}));
    case Row::kRestoredRemove:
      return place(state, {schedule->id, schedule->mode, Belief::kRemoving, schedule->span});
    case Row::kMerge: {
      ++state.merges;
      const auto& merge = *action.request.as<impl::MergeDispatcherRequest>();
      impl::Span span = find_placement(state, merge.ids.front(), merge.mode)->span;
      span.end = find_placement(state, merge.ids.back(), merge.mode)->span.end;
      return place(state, {merge.merged_id, merge.mode, Belief::kCreating, span, merge.ids});
    }
    case Row::kBarrierAction:
      ++state.actions;
      return;
    case Row::kRedoMeta:
      ++state.redo_metas;
      return;
    case Row::kRedoForward:
      ++state.redo_forwards;
      return;
    case Row::kCheckpoint:
      ++state.checkpoints;
      return;
    case Row::kHandOver:
      state.redo_trigger_asked = schedule->mode == Mode::kRedo;
      state.phase = Phase::kHandingOver;
      state.record.clear();
      return;
    case Row::kClose:
    case Row::kCloseRemoved:
      state.phase = Phase::kClosing;
      state.close_removed = action.row == Row::kCloseRemoved;
      state.record.clear();
      return;
    case Row::kMisbehave:
      state.misbehaved |= 1U << action.choice;
      return;
    default:
      return;
  }
}

void take_off_link(Environment& environment, impl::NodeId from) {
  const auto it = std::find_if(environment.links.begin(), environment.links.end(),
                               [&](const Message& request) { return request.from == from; });
  environment.links.erase(it);
}

bool epoch_matches(impl::Epoch a, impl::Epoch b) {
  return a == 0 || b == 0 || a == b;
}

// What a stopped owner knew and used up no longer matters.
void end(OwnerState& state, Phase phase) {
  OwnerState ended;
  ended.phase = phase;
  ended.misbehaved = state.misbehaved;
  state = ended;
}

void take(OwnerState& state, const Owner& owner, impl::Epoch epoch,
          const impl::MaintainerBootstrapResponse& response) {
  if (state.phase != Phase::kBootstrapping || !epoch_matches(epoch, owner.epoch)) return;
  if (response.error != impl::ErrorCode::kNone) return;
  state.phase = Phase::kRunning;
  state.unread = true;
  for (const impl::ReportedSpan& span : response.spans) {
    if (!span.span.is_ddl()) place(state, {span.id, span.mode, Belief::kWorking, span.span});
  }
  for (const impl::JournalEntry& entry : response.operators) {
    if (entry.span.is_ddl() && entry.id == owner.event_trigger) continue;
    const bool create = entry.action == ScheduleAction::kCreate;
    if (create && find_placement(state, entry.id, entry.mode) != nullptr) continue;
    place(state, {entry.id, entry.mode, create ? Belief::kToCreate : Belief::kToRemove, entry.span});
  }
}

void take(OwnerState& state, const Owner& owner, const impl::DispatcherStatus& status) {
  if (state.phase == Phase::kHandingOver && status.status == Status::kStopped) {
    if (status.id == owner.event_trigger && status.mode == Mode::kDefault) state.trigger_gone = true;
    if (status.id == owner.redo_trigger && status.mode == Mode::kRedo) state.redo_trigger_gone = true;
    const bool redo_done = owner.redo_trigger == DispatcherId::kNone || state.redo_trigger_gone;
    if (state.trigger_gone && redo_done) end(state, Phase::kStopped);
    return;
  }
  if (state.phase != Phase::kRunning) return;
  Placement* placement = find_placement(state, status.id, status.mode);
  if (status.status == Status::kWorking) {
    const DispatcherId trigger = status.mode == Mode::kDefault ? owner.event_trigger : owner.redo_trigger;
    if (placement == nullptr && status.id != trigger) {
      place(state, {status.id, status.mode, Belief::kToRemove, {}});  // an orphan
    } else if (placement == nullptr) {
      return;  // its own trigger, which is no table's
    } else if (placement->belief == Belief::kCreating) {
      placement->belief = Belief::kWorking;
      placement->sources.clear();
    }
    return;
  }
  if (placement == nullptr) return;
  const bool is_gone = status.status == Status::kStopped || status.status == Status::kRemoved;
  const bool creates = placement->belief == Belief::kCreating || placement->belief == Belief::kToCreate;
  if (placement->belief == Belief::kMoving || (is_gone && !creates))
    state.record.erase(status.id, status.mode);
}

void take(OwnerState& state, const Owner& owner, const impl::Message& reply) {
  if (const auto* response = reply.as<impl::MaintainerBootstrapResponse>()) {
    take(state, owner, reply.epoch, *response);
  } else if (const auto* posted = reply.as<impl::MaintainerPostBootstrapResponse>()) {
    const bool ok = posted->error == impl::ErrorCode::kNone && epoch_matches(reply.epoch, owner.epoch);
    if (ok && state.phase == Phase::kRunning) state.post_bootstrapped = true;
  } else if (const auto* closed = reply.as<impl::MaintainerCloseResponse>()) {
    const bool done = closed->success && epoch_matches(reply.epoch, owner.epoch);
    if (done && state.phase == Phase::kClosing) end(state, Phase::kStopped);
  } else if (const auto* heartbeat = reply.as<impl::HeartBeatRequest>()) {
    for (const impl::DispatcherStatus& status : heartbeat->statuses) take(state, owner, status);
  }
}

}  // namespace

std::string_view to_string(Row row) {
  return kRows.at(static_cast<std::size_t>(row)).first;
}
std::string_view meaning(Row row) {
  return kRows.at(static_cast<std::size_t>(row)).second;
}
Environment initial_environment(const Scenario& scenario) {
  Environment environment;
  environment.owners.resize(scenario.owners.size());
  return environment;
}

void collect_actions(const Scenario& scenario, const impl::Rules& rules, const Environment& environment,
                     const impl::DispatcherOrchestrator& node, std::vector<EnvironmentAction>& actions) {
  for (std::size_t i = 0; i < scenario.owners.size(); ++i) {
    collect_owner({scenario, rules, environment, node, i}, actions);
  }
  const Message* previous = nullptr;
  for (const Message& request : environment.links) {
    const bool first = previous == nullptr || previous->from != request.from;
    previous = &request;
    if (!first) continue;
    actions.push_back({.kind = EnvironmentActionKind::kReceive, .request = request});
    if (environment.used.losses < scenario.bounds.losses) {
      actions.push_back({.kind = EnvironmentActionKind::kLose, .request = request});
    }
  }
  if (environment.used.losses < scenario.bounds.losses && !environment.lose_reply) {
    actions.push_back({.kind = EnvironmentActionKind::kLoseReply});
  }
}

void apply(Environment& environment, const EnvironmentAction& action) {
  switch (action.kind) {
    case EnvironmentActionKind::kSend:
      environment.links.push(action.request);
      if (action.extra) ++environment.used.extra_copies;
      if (action.row == Row::kResend && action.counted) ++environment.used.resends;
      note_sent(environment.owners[action.owner], action);
      return;
    case EnvironmentActionKind::kLose:
      ++environment.used.losses;
      [[fallthrough]];
    case EnvironmentActionKind::kReceive:
      take_off_link(environment, action.request.from);
      return;
    case EnvironmentActionKind::kLoseReply:
      ++environment.used.losses;
      environment.lose_reply = true;
      return;
    case EnvironmentActionKind::kDie:
      ++environment.used.deaths;
      end(environment.owners[action.owner], Phase::kDead);
      return;
  }
}

namespace {

// The process has died, and with it the maintainers that ran in it; what they had sent to it is lost.
void die_with_process(const Scenario& scenario, Environment& environment) {
  for (std::size_t i = 0; i < scenario.owners.size(); ++i) {
    OwnerState& state = environment.owners[i];
    if (scenario.owners[i].node == scenario.node && is_live(state.phase)) end(state, Phase::kDead);
  }
  auto& links = environment.links;
  const auto is_lost = [&](const Message& request) { return request.from == scenario.node; };
  links.erase(std::remove_if(links.begin(), links.end(), is_lost), links.end());
}

}  // namespace

void take_replies(const Scenario& scenario, Environment& environment, const impl::Outbox& out) {
  const bool died = std::any_of(out.notes.begin(), out.notes.end(), [](const impl::Note& note) {
    return note.kind == impl::NoteKind::kProcessDied;
  });
  if (died) die_with_process(scenario, environment);
  for (const impl::Message& reply : out.sent) {
    if (std::exchange(environment.lose_reply, false)) continue;
    for (std::size_t i = 0; i < scenario.owners.size(); ++i) {
      const bool here = scenario.owners[i].node == reply.to && is_live(environment.owners[i].phase);
      if (here) take(environment.owners[i], scenario.owners[i], reply);
    }
  }
}

}  // namespace takeover::spec
