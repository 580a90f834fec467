// What an owner is and believes, after what it sends and what it is told.
#include <algorithm>

#include "spec/world/owner.h"

namespace takeover::spec {
namespace {

using impl::DispatcherId;
using impl::Mode;
using impl::ScheduleAction;
using impl::ScheduleDispatcherRequest;
using impl::Status;

// Nothing is moved or split that the owner merges: what it removes then goes with its table. What was
// restored is a plain removal, too, whatever it was before (the hook of a Move is its maintainer's).
bool is_merged(const OwnerState& state, DispatcherId id, Mode mode) {
  return std::any_of(state.record.begin(), state.record.end(), [&](const Placement& p) {
    return p.mode == mode && std::find(p.sources.begin(), p.sources.end(), id) != p.sources.end();
  });
}

Placement* find_placement(OwnerState& state, DispatcherId id, Mode mode) {
  return state.record.find(id, mode);
}

void place(OwnerState& state, const Placement& placement) {
  state.record.insert(placement);
}

bool epoch_matches(impl::Epoch a, impl::Epoch b) {
  return a == 0 || b == 0 || a == b;
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

}  // namespace

bool is_live(Phase phase) {
  return phase != Phase::kIdle && phase != Phase::kStopped && phase != Phase::kDead;
}

void end(OwnerState& state, Phase phase) {
  OwnerState ended;
  ended.phase = phase;
  ended.misbehaved = state.misbehaved;
  state = ended;
}

Placement asked_to_go(const OwnerState& state, Placement placement) {
  placement.belief = is_merged(state, placement.id, placement.mode) ? Belief::kRemoving : Belief::kMoving;
  return placement;
}

void note_sent(OwnerState& state, const EnvironmentAction& action) {
  const auto* schedule = action.request.as<ScheduleDispatcherRequest>();
  const RowInfo row = row_of(action.row);
  if (action.row == Row::kMisbehave) {
    state.misbehaved |= 1U << action.choice;
    return;
  }
  if (row.deed != Deed::kBegins) state.unread = false;
  if (row.allowance != nullptr) ++(state.used.*row.allowance);
  switch (row.deed) {
    case Deed::kNothing: return;
    case Deed::kBegins:
      if (!state.unread) state.phase = Phase::kBootstrapping;
      return;
    case Deed::kCreates:
      if (action.row == Row::kCreate) ++state.creates;
      return place(state, {schedule->id, schedule->mode, Belief::kCreating, schedule->span});
    case Deed::kRemoves: {
      const Placement gone{.id = schedule->id, .mode = schedule->mode, .span = schedule->span};
      if (action.row == Row::kRemove) return place(state, asked_to_go(state, gone));
      return place(state, {schedule->id, schedule->mode, Belief::kRemoving, schedule->span});
    }
    case Deed::kMerges: {
      ++state.merges;
      const auto& merge = *action.request.as<impl::MergeDispatcherRequest>();
      impl::Span span = find_placement(state, merge.ids.front(), merge.mode)->span;
      span.end = find_placement(state, merge.ids.back(), merge.mode)->span.end;
      return place(state, {merge.merged_id, merge.mode, Belief::kCreating, span, merge.ids});
    }
    case Deed::kHandsOver:
      state.redo_trigger_asked = schedule->mode == Mode::kRedo;
      state.phase = Phase::kHandingOver;
      state.record.clear();
      return;
    case Deed::kCloses:
      state.phase = Phase::kClosing;
      state.close_removed = action.row == Row::kCloseRemoved;
      state.record.clear();
      return;
  }
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

}  // namespace takeover::spec
