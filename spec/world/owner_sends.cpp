// What an owner may send.
#include <algorithm>
#include <utility>
#include <vector>

#include "spec/world/owner.h"

namespace takeover::spec {
namespace {

using impl::DispatcherId;
using impl::Message;
using impl::MessageBody;
using impl::Mode;
using impl::ScheduleAction;
using impl::ScheduleDispatcherRequest;

Message request_of(const View& view, MessageBody body) {
  const Owner& owner = view.owner();
  return {.from = owner.node,
          .to = view.to,
          .epoch = view.rules.variants.epochs_on_wire ? owner.epoch : 0,
          .body = std::move(body)};
}

// Whether a copy of what it sends is on the link, waiting, or being handled.
bool is_under_way(const View& view, const Message& request) {
  const auto& links = view.environment.links;
  if (std::find(links.begin(), links.end(), request) != links.end()) return true;
  const impl::DispatcherOrchestrator& node = view.nodes[view.to];
  if (std::find(node.pending.begin(), node.pending.end(), request) != node.pending.end()) return true;
  if (node.handler && node.handler->request == request) return true;
  if (!node.manager) return false;
  const auto& streams = node.manager->streams;
  return std::find(streams.begin(), streams.end(), request) != streams.end();
}

class Collector {
 public:
  Collector(const View& view, std::vector<EnvironmentAction>& actions) : view_(view), actions_(actions) {}

  void send(Row row, MessageBody body, std::uint8_t choice = 0) {
    actions_.push_back({.row = row,
                        .owner = static_cast<std::uint8_t>(view_.index),
                        .choice = choice,
                        .request = request_of(view_, std::move(body))});
  }

  // Sends again before the effect was reported, so often as is allowed.
  void resend(MessageBody body) {
    if (view_.environment.used.resends >= view_.scenario.bounds.resends) return;
    send(Row::kResend, std::move(body));
    actions_.back().again = true;
  }

  // A Create that is asked for again may be so for ever, while no copy is under way. (A Remove may not: each
  // is answered by a report, so that reports would pile up without end.)
  void resend_create(MessageBody body) {
    if (!view_.owner().retries) return resend(std::move(body));
    if (is_under_way(view_, request_of(view_, body))) return;
    send(Row::kResend, std::move(body));
    actions_.back().again = true;
    actions_.back().counted = false;
  }

  // Sends while no copy is under way; one more is an extra copy.
  void send_until_answered(Row row, MessageBody body, bool again = false) {
    const bool extra = is_under_way(view_, request_of(view_, body));
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

void collect_scheduling(const View& view, Collector& collector) {
  const Owner& owner = view.owner();
  const OwnerState& state = view.state();
  collect_creates(view, collector);
  collect_merges(view, collector);
  for (const Placement& placement : state.record) {
    const auto create = [&] { return schedule_of(placement, ScheduleAction::kCreate, owner.start_ts); };
    const auto remove = [&] { return schedule_of(placement, ScheduleAction::kRemove, 0); };
    switch (placement.belief) {
      case Belief::kToCreate: collector.send(Row::kRestoredCreate, create()); break;
      case Belief::kToRemove: collector.send(Row::kRestoredRemove, remove()); break;
      case Belief::kWorking:
        if (state.used.removes < owner.allowed.removes) {
          collector.send(Row::kRemove,
                         schedule_of(asked_to_go(state, placement), ScheduleAction::kRemove, 0));
        }
        break;
      case Belief::kRemoving:
      case Belief::kMoving: collector.resend(remove()); break;
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
  const Allowances& used = state.used;
  const Allowances& allowed = owner.allowed;
  if (used.actions < allowed.actions) {
    collector.send(Row::kBarrierAction, impl::HeartBeatResponse{impl::BarrierAction::kWrite});
  }
  const auto later = [&](std::uint8_t count) { return owner.start_ts + count + 1U; };
  if (used.redo_metas < allowed.redo_metas) {
    collector.send(Row::kRedoMeta, impl::RedoMetaMessage{later(used.redo_metas), later(used.redo_metas)});
  }
  if (used.redo_forwards < allowed.redo_forwards) {
    collector.send(Row::kRedoForward, impl::RedoResolvedTsForwardMessage{later(used.redo_forwards)});
  }
  if (used.checkpoints < allowed.checkpoints) {
    collector.send(Row::kCheckpoint, impl::CheckpointTsMessage{later(used.checkpoints)});
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

// To one node. `begins`: it would be the first that the owner does.
void collect_requests(const View& view, bool begins, std::vector<EnvironmentAction>& actions) {
  const Owner& owner = view.owner();
  const OwnerState& state = view.state();
  Collector collector(view, actions);
  if (!owner.removal_of && (begins || state.phase == Phase::kBootstrapping || state.unread)) {
    collector.send_until_answered(Row::kBootstrap, bootstrap_of(view), state.phase == Phase::kBootstrapping);
  }
  if (state.phase == Phase::kRunning) collect_running(view, collector);
  if (state.phase == Phase::kHandingOver) collect_handing_over(view, collector);
  if (!begins || owner.removal_of) collect_closes(view, collector);
}

}  // namespace

void collect_owner(View& view, std::vector<EnvironmentAction>& actions) {
  const Owner& owner = view.owner();
  const OwnerState& state = view.state();
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
  for (const impl::NodeId to : view.scenario.nodes) {
    view.to = to;
    collect_requests(view, begins, actions);
  }
  if (owner.dies && !begins && view.environment.used.deaths < view.scenario.bounds.deaths) {
    actions.push_back({.kind = EnvironmentActionKind::kDie, .owner = static_cast<std::uint8_t>(view.index)});
  }
}

}  // namespace takeover::spec
