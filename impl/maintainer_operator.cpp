#include "impl/maintainer_operator.h"

#include <algorithm>

namespace takeover::impl {
namespace {

bool is_terminal(Status status) {
  return status == Status::kStopped || status == Status::kRemoved;
}

void mark_absent(SpanController& spans, DispatcherId id) {
  if (SpanReplication* task = spans.find_task(id)) task->mark_absent();
}
void mark_replicating(SpanController& spans, DispatcherId id) {
  if (SpanReplication* task = spans.find_task(id)) task->mark_replicating();
}

}  // namespace

Operator add_operator(DispatcherId id, NodeId dest) {
  return {.id = id, .kind = OperatorKind::kAdd, .type = OperatorType::kAdd, .dest = dest};
}

Operator remove_operator(const SpanReplication& task, OperatorType type, bool marks_absent) {
  return {.id = task.id,
          .kind = OperatorKind::kRemove,
          .type = type,
          .dest = task.node,
          .span = task.span,
          .marks_absent = marks_absent};
}

Operator move_operator(const SpanReplication& task, NodeId dest) {
  return {.id = task.id,
          .kind = OperatorKind::kMove,
          .type = OperatorType::kMove,
          .origin = task.node,
          .dest = dest};
}

void Operator::enter(MoveState next) {
  // An abort goes on with the Remove that was sent; when the origin is done, what is next is due at once.
  const bool origin_is_done = next == MoveState::kAddDest || move == MoveState::kAbortRemoveOrigin;
  if (origin_is_done) sent = false;
  move = next;
}

void Operator::start(SpanReplication& task) {
  switch (kind) {
    case OperatorKind::kAdd: task.bind(dest); return;
    case OperatorKind::kRemove: return;
    case OperatorKind::kMove:
      task.mark_scheduling();
      if (origin == dest) enter(MoveState::kDoneSuccess);
      return;
  }
  unreachable();
}

void Operator::check_move(SpanController& spans, NodeId from, const SpanStatus& status) {
  const bool works = status.status == Status::kWorking;
  if (move == MoveState::kRemoveOrigin && from == origin && !works) {
    if (SpanReplication* task = spans.find_task(id)) task->bind(dest);
    enter(MoveState::kAddDest);
  } else if (move == MoveState::kAbortRemoveOrigin && from == origin && !works) {
    mark_absent(spans, id);
    enter(MoveState::kDoneNoPostFinish);
  } else if (move == MoveState::kAddDest && from == dest && works) {
    enter(MoveState::kDoneSuccess);
  }
}

void Operator::check(SpanController& spans, NodeId from, const SpanStatus& status) {
  if (is_finished()) return;
  switch (kind) {
    case OperatorKind::kAdd:
      if (from != dest) return;
      // Stopped says nothing of the Create: it may be of the dispatcher's life before.
      if (status.status == Status::kWorking) finished = true;
      if (status.status == Status::kRemoved) finished = removed = true;
      return;
    case OperatorKind::kRemove:
      if (from != dest || !is_terminal(status.status)) return;
      if (SpanReplication* task = spans.find(id)) task->update(status);
      finished = true;
      return;
    case OperatorKind::kMove: check_move(spans, from, status); return;
  }
  unreachable();
}

void Operator::on_node_removed(SpanController& spans, NodeId node) {
  switch (kind) {
    case OperatorKind::kAdd:
      if (node == dest) finished = removed = true;
      return;
    case OperatorKind::kRemove:
      if (node == dest) finished = true;  // what its task says of the dispatcher stays as it was
      return;
    case OperatorKind::kMove: {
      if (is_finished()) return;
      const bool loses_dest = node == dest && move == MoveState::kAddDest;
      const bool loses_origin = node == origin && move == MoveState::kAbortRemoveOrigin;
      if (loses_dest || loses_origin) {
        mark_absent(spans, id);
        enter(MoveState::kDoneNoPostFinish);
      } else if (node == dest && move == MoveState::kRemoveOrigin) {
        enter(MoveState::kAbortRemoveOrigin);
      } else if (node == origin && move == MoveState::kRemoveOrigin) {
        if (SpanReplication* task = spans.find_task(id)) task->bind(dest);
        enter(MoveState::kAddDest);
      }
      return;
    }
  }
  unreachable();
}

void Operator::on_task_removed(SpanController& spans) {
  if (kind == OperatorKind::kMove) {
    mark_replicating(spans, id);
    enter(MoveState::kDoneNoPostFinish);
  } else {
    finished = removed = true;
  }
}

void Operator::post_finish(SpanController& spans) const {
  switch (kind) {
    case OperatorKind::kAdd:
      if (removed) {
        mark_absent(spans, id);
      } else {
        mark_replicating(spans, id);
      }
      return;
    case OperatorKind::kRemove:
      if (marks_absent && !removed) mark_absent(spans, id);
      return;
    case OperatorKind::kMove:
      if (move == MoveState::kDoneSuccess) mark_replicating(spans, id);
      return;
  }
  unreachable();
}

NodeId Operator::receiver() const {
  const bool removes_origin = kind == OperatorKind::kMove && move != MoveState::kAddDest;
  return removes_origin ? origin : dest;
}

ScheduleDispatcherRequest Operator::request(const SpanReplication* task, Ts committed) const {
  const bool creates =
      kind == OperatorKind::kAdd || (kind == OperatorKind::kMove && move == MoveState::kAddDest);
  ScheduleDispatcherRequest body{.action = creates ? ScheduleAction::kCreate : ScheduleAction::kRemove,
                                 .op = type,
                                 .id = id,
                                 .span = task != nullptr ? task->span : span};
  if (creates && task != nullptr) body.start_ts = std::max(task->checkpoint_ts, committed);
  return body;
}

}  // namespace takeover::impl
