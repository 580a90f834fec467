// Operators: what a maintainer has under way for a task, until a node says that it is done.
//
// clang-format off
//   Add      Create(dest) ---- Working ----> finished                   replicating
//                         ---- Removed, node or task gone -----> finished, removed     absent
//   Remove   Remove(node) ---- Stopped, Removed, node gone ----> finished              what its hook says
//                         ---- task gone --------------------> finished, removed
//   Move     remove-origin ---- anything but Working, origin gone ----> add-dest ---- Working ----> done     replicating
//                |                                                          '---- dest gone --> done, absent
//                '---- dest gone ----> abort ---- anything but Working, origin gone ----> done, absent
// clang-format on
//
// An operator is current while it is in the map, which has one for each task; it is queued while it is in the
// heap by its due time, which may hold more. What is not queued is never polled again: a removing maintainer
// takes out of the heap what it finds there, and leaves it in the map.
#pragma once

#include <cstdint>
#include <string_view>

#include "impl/fields.h"
#include "impl/ids.h"
#include "impl/lists.h"
#include "impl/maintainer_message.h"
#include "impl/message.h"
#include "impl/named.h"
#include "impl/span_controller.h"

namespace takeover::impl {

enum class OperatorKind : std::uint8_t { kAdd, kRemove, kMove };
constexpr std::string_view name_of(OperatorKind kind) {
  switch (kind) {
    case OperatorKind::kAdd: return "add";
    case OperatorKind::kRemove: return "remove";
    case OperatorKind::kMove: return "move";
  }
  return kNoName;
}

enum class MoveState : std::uint8_t {
  kRemoveOrigin,
  kAddDest,
  kAbortRemoveOrigin,
  kDoneSuccess,
  kDoneNoPostFinish,
};
constexpr std::string_view name_of(MoveState state) {
  switch (state) {
    case MoveState::kRemoveOrigin: return "remove-origin";
    case MoveState::kAddDest: return "add-dest";
    case MoveState::kAbortRemoveOrigin: return "abort-remove-origin";
    case MoveState::kDoneSuccess: return "done-success";
    case MoveState::kDoneNoPostFinish: return "done-no-post-finish";
  }
  return kNoName;
}

struct Operator {
  DispatcherId id = DispatcherId::kNone;
  OperatorKind kind = OperatorKind::kAdd;
  OperatorType type = OperatorType::kAdd;     // as its messages say
  MoveState move = MoveState::kRemoveOrigin;  // of a Move
  NodeId origin = NodeId::kNone;              // of a Move
  NodeId dest = NodeId::kNone;                // of a Remove: where the dispatcher is
  Span span{};                                // of a Remove: its task may be gone
  bool finished = false;
  bool removed = false;
  bool marks_absent = false;  // the hook of a Remove: its task is to be scheduled anew
  bool sent = false;          // the message of this phase has been sent
  bool current = false;
  bool queued = false;

  static constexpr auto fields(auto& self, auto&& take) {
    auto& [id, kind, type, move, origin, dest, span, finished, removed, marks_absent, sent, current, queued] =
        self;
    return take(field("id", id), field("kind", kind), field("type", type), field("move", move),
                field("origin", origin), field("dest", dest), field("span", span),
                field("finished", finished), field("removed", removed), field("marks_absent", marks_absent),
                field("sent", sent), field("current", current), field("queued", queued));
  }
  friend bool operator==(const Operator&, const Operator&) = default;

  [[nodiscard]] bool is_finished() const {
    if (kind != OperatorKind::kMove) return finished;
    return move == MoveState::kDoneSuccess || move == MoveState::kDoneNoPostFinish;
  }

  // What happens to its task when it is inserted.
  void start(SpanReplication& task);
  // A node reports the dispatcher's status.
  void check(SpanController& spans, NodeId from, const SpanStatus& status);
  void on_node_removed(SpanController& spans, NodeId node);
  // The task is about to be removed.
  void on_task_removed(SpanController& spans);
  void post_finish(SpanController& spans) const;
  // The message that is due: to whom, and what. The task's checkpoint is where a Create starts, but not below
  // the committed checkpoint.
  [[nodiscard]] NodeId receiver() const;
  [[nodiscard]] ScheduleDispatcherRequest request(const SpanReplication* task, Ts committed) const;

 private:
  void check_move(SpanController& spans, NodeId from, const SpanStatus& status);
  void enter(MoveState next);
};

[[nodiscard]] Operator add_operator(DispatcherId id, NodeId dest);
[[nodiscard]] Operator remove_operator(const SpanReplication& task, OperatorType type, bool marks_absent);
[[nodiscard]] Operator move_operator(const SpanReplication& task, NodeId dest);

// In the order in which they were inserted.
using Operators = SmallVector<Operator, 2>;

}  // namespace takeover::impl
