#include "checker/logs/moves.h"

#include <algorithm>
#include <array>
#include <utility>

#include "impl/named.h"
#include "impl/node.h"

namespace takeover::logs {
namespace {

using impl::NodeAction;
using impl::NodeActionKind;
using impl::Path;

// What is done with messages of these streams shows nowhere: it is done at once.
constexpr std::array kQuietPaths{Path::kCheckpointTs, Path::kRedoMeta, Path::kRedoResolvedTsForward,
                                 Path::kHeartBeatResponse};
constexpr std::array kLoudPaths{Path::kOrchestrator, Path::kSchedule, Path::kMerge};

bool is_of_owner(LineId line) {
  return line == LineId::kStoresAdd || line == LineId::kStoresRemove || line == LineId::kRemoveNotFound;
}

bool is_of_link(const impl::Message& a, const impl::Message& b) {
  return a.from == b.from && a.is_for_orchestrator() == b.is_for_orchestrator();
}

}  // namespace

const Observed* Moves::next_of(const Place& place, Thread thread) const {
  const std::uint32_t track = task_.plan.track_of(thread);
  if (track == kNoTrack) return nullptr;
  const auto& lines = task_.plan.lines_of(track);
  std::size_t next = task_.plan.from(track, place.at) + place.owes(track);
  while (next < lines.size() && task_.plan[lines[next]].asks == Asks::kEmptyHeartBeat) ++next;
  return next < lines.size() ? &task_.history.lines[lines[next]] : nullptr;
}

void Moves::try_action(const Place& place, const NodeAction& action, const Visit& visit, bool fine) const {
  if (!impl::is_enabled(task_.rules, place.node, action)) return;
  Attempt attempt = this->attempt(place);
  if (!attempt.act(action, fine) || !attempt.match()) return;
  // What arrived is handled in the end, and what waits on the status channel is told.
  const bool is_free =
      attempt.is_seen() || action.kind == NodeActionKind::kHandle || action.kind == NodeActionKind::kReport;
  visit(attempt.finish((is_free ? 0 : 1) + static_cast<std::uint32_t>(attempt.lost())));
}

void Moves::for_each(const Place& place, const Visit& visit) const {
  if (at_once(place, visit)) return;
  if (!task_.plan.owes_sends()) try_action(place, {.kind = NodeActionKind::kReport}, visit);
  arrive(place, visit);
  handle(place, visit);
  go_on(place, visit);
  dispatcher_steps(place, visit);
  if (width_.fine) clean_up_in_parts(place, visit);
  if (task_.plan.owes_sends()) heartbeats(place, visit);
  faults(place, visit);
  if (!task_.plan.owes_sends()) ask(place, visit);
}

// Whether a line that comes soon tells of another owner than the manager has, or may come of one's Bootstrap.
bool Moves::owner_may_change(const Place& place) const {
  constexpr std::size_t kSoon = 32;
  const impl::DispatcherManager& manager = *place.node.manager_here();
  const auto& lines = task_.history.lines;
  const std::size_t end = std::min(lines.size(), place.at + kSoon);
  return std::any_of(
      lines.begin() + place.at, lines.begin() + static_cast<std::ptrdiff_t>(end), [&](const Observed& line) {
        const Facts& facts = line.facts;
        if (facts.owner.value_or(manager.owner) != manager.owner) return true;
        if (facts.owner_epoch.value_or(manager.epoch) != manager.epoch) return true;
        if (is_of_owner(line.line)) return facts.epoch.value_or(manager.epoch) != manager.epoch;
        return line.line == LineId::kEventTriggerCreated || line.line == LineId::kRedoTriggerCreated;
      });
}

// What is better done than left, and changes nothing that others see: the only move then.
bool Moves::at_once(const Place& place, const Visit& visit) const {
  const impl::DispatcherManager* manager = place.node.manager_here();
  if (manager == nullptr) return false;
  bool done = false;
  const auto once = [&](Move&& move) {
    done = true;
    visit(std::move(move));
  };
  for (const Path path : kQuietPaths) {
    if (manager->head(task_.rules, impl::message_of(path)) == nullptr) continue;
    try_action(place, {.kind = NodeActionKind::kHandle, .path = path}, once);
    if (done) return true;
  }
  // A log of lines tells when an action is executed, and not what heartbeats say; one of messages the
  // reverse. To whom a heartbeat goes shows nowhere, but matters.
  if (!task_.plan.owes_sends() && !owner_may_change(place)) {
    try_action(place, {.kind = NodeActionKind::kReport}, once);
  }
  if (!task_.plan.owes_lines() && !done) try_action(place, {.kind = NodeActionKind::kExecute}, once);
  return done;
}

void Moves::arrive(const Place& place, const Visit& visit) const {
  const auto& lines = task_.history.lines;
  for (const std::uint32_t line : place.arriving) land(place, line, false, visit);
  if (place.at >= task_.plan.size() || task_.plan[place.at].asks != Asks::kArrival) return;
  const impl::Message& message = lines[place.at].message;
  const bool waits = std::any_of(place.arriving.begin(), place.arriving.end(), [&](std::uint32_t line) {
    return is_of_link(lines[line].message, message);
  });
  if (waits) return;
  land(place, place.at, true, visit);
  if (!width_.late_arrivals) return;
  Attempt attempt = this->attempt(place);
  attempt.place().arriving.push_back(place.at);
  ++attempt.place().at;
  visit(attempt.finish(0));
}

void Moves::land(const Place& place, std::uint32_t line, bool is_at, const Visit& visit) const {
  Attempt attempt = this->attempt(place);
  auto& arriving = attempt.place().arriving;
  if (is_at) {
    ++attempt.place().at;
  } else {
    arriving.erase(std::find(arriving.begin(), arriving.end(), line));
  }
  attempt.receive(task_.history.lines[line].message, line);
  if (attempt.match()) visit(attempt.finish(0));
}

void Moves::handle(const Place& place, const Visit& visit) const {
  for (const Path path : kLoudPaths) {
    const NodeAction action{.kind = NodeActionKind::kHandle, .path = path};
    if (!impl::is_under_way(place.node, path)) try_action(place, action, visit);
    if (width_.fine || impl::is_under_way(place.node, path)) try_action(place, action, visit, true);
  }
}

void Moves::go_on(const Place& place, const Visit& visit) const {
  for (const NodeActionKind kind :
       {NodeActionKind::kStopWritePath, NodeActionKind::kUnregister, NodeActionKind::kFinishClose}) {
    try_action(place, {.kind = kind}, visit);
  }
  const impl::DispatcherManager* manager = place.node.manager_here();
  if (manager == nullptr) return;
  for (const impl::MergeTask& task : manager->merges) {
    try_action(place, {.kind = NodeActionKind::kMergeTask, .mode = task.mode, .id = task.merged_id}, visit);
  }
}

// With a log of lines each of these writes one; with messages alone they are taken when a heartbeat asks for
// them, or when nothing has to.
void Moves::dispatcher_steps(const Place& place, const Visit& visit) const {
  const impl::DispatcherManager* manager = place.node.manager_here();
  if (manager == nullptr || !(task_.plan.owes_lines() || width_.unasked)) return;
  for (const impl::Dispatcher& dispatcher : manager->dispatchers) {
    const auto of = [&](NodeActionKind kind) {
      return NodeAction{.kind = kind, .mode = dispatcher.mode, .id = dispatcher.id};
    };
    try_action(place, of(NodeActionKind::kRemoveTask), visit);
    try_action(place, of(NodeActionKind::kFirstEvent), visit);
    if (task_.plan.owes_lines() && !task_.plan.owes_sends() && !manager->closing) {
      try_action(place, of(NodeActionKind::kCleanUp), visit);
    }
  }
  if (task_.plan.owes_lines()) try_action(place, {.kind = NodeActionKind::kExecute}, visit);
}

// Between two parts of a clean-up others come in, and a log may end.
void Moves::clean_up_in_parts(const Place& place, const Visit& visit) const {
  const impl::DispatcherManager* manager = place.node.manager_here();
  if (manager == nullptr || manager->closing) return;
  if (manager->clean_up.step != impl::CleanUpStep::kIdle) {
    const impl::CleanUp& under_way = manager->clean_up;
    try_action(place, {.kind = NodeActionKind::kCleanUp, .mode = under_way.mode, .id = under_way.id}, visit,
               true);
    return;
  }
  for (const impl::Dispatcher& dispatcher : manager->dispatchers) {
    if (!dispatcher.removing) continue;
    try_action(place, {.kind = NodeActionKind::kCleanUp, .mode = dispatcher.mode, .id = dispatcher.id}, visit,
               true);
  }
}

void Moves::faults(const Place& place, const Visit& visit) const {
  if (next_of(place, Thread::kFence) != nullptr) {
    try_action(place, {.kind = NodeActionKind::kLocalFence}, visit);
  }
  if (next_of(place, Thread::kShutdown) != nullptr || place.node.closed) {
    try_action(place, {.kind = NodeActionKind::kCloseOrchestrator}, visit);
  }
  if (width_.untold && !place.node.closed && task_.plan.track_of(Thread::kShutdown) == kNoTrack &&
      place.at < task_.plan.size() && task_.history.lines[place.at].line == LineId::kManagerClosing) {
    Attempt attempt = this->attempt(place);
    attempt.leave_untold(LineId::kClosing);
    if (attempt.act({.kind = NodeActionKind::kCloseOrchestrator}) && attempt.match())
      visit(attempt.finish(1));
  }
  if (!place.node.fail_clean_up && fails_to_clean_up(place)) {
    try_action(place, {.kind = NodeActionKind::kFailCleanUp}, visit);
  }
  if (task_.plan.owes_sends() && !place.node.fail_create && tells_error(place)) {
    try_action(place, {.kind = NodeActionKind::kFailCreate}, visit);
  }
}

// The close that the log comes to next says that its clean-up failed.
bool Moves::fails_to_clean_up(const Place& place) const {
  const std::uint32_t track = task_.plan.track_of(Thread::kClose);
  if (track == kNoTrack) return false;
  const auto& lines = task_.plan.lines_of(track);
  const std::size_t next = task_.plan.from(track, place.at) + place.owes(track);
  const auto is_failure = [&](std::size_t i) {
    return i < lines.size() && task_.history.lines[lines[i]].line == LineId::kCannotCleanUp;
  };
  const bool ends = next < lines.size() && task_.history.lines[lines[next]].line == LineId::kManagerClosed;
  return is_failure(next) || (ends && is_failure(next + 1));
}

// The answer or the heartbeat that comes next is one of an error.
bool Moves::tells_error(const Place& place) const {
  const Observed* answer = next_of(place, Thread::kOrchestrator);
  if (answer != nullptr && answer->what == What::kSend) {
    const auto* response = answer->message.as<impl::MaintainerBootstrapResponse>();
    if (response != nullptr && response->error != impl::ErrorCode::kNone) return true;
  }
  const Observed* heartbeat = next_of(place, Thread::kHeartBeatSender);
  const auto* body = heartbeat == nullptr ? nullptr : heartbeat->message.as<impl::HeartBeatRequest>();
  return body != nullptr && body->error != impl::ErrorCode::kNone;
}

}  // namespace takeover::logs
