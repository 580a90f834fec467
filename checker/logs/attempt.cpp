#include "checker/logs/attempt.h"

#include <algorithm>
#include <utility>

#include "impl/named.h"
#include "spec/json/values.h"
#include "spec/properties/judge.h"
#include "traces/compare.h"

namespace takeover::logs {
namespace {

using impl::HeartBeatRequest;

// How far ahead an empty heartbeat may have been sent: some lines, since its queue is short.
constexpr std::uint32_t kQueued = 8;

// How far from its end a log may tell of a step that is not told whole: other threads write between.
constexpr std::uint32_t kCut = 4;

const impl::DispatcherManager* registered_manager(const impl::DispatcherOrchestrator& node) {
  const impl::DispatcherManager* manager = node.manager_here();
  return manager != nullptr && manager->registered ? manager : nullptr;
}

bool can_be_sent_empty(const Place& place, const Observed& line) {
  const impl::DispatcherManager* manager = registered_manager(place.node);
  return manager != nullptr && manager->owner == line.message.to;
}

// The model makes a table's dispatcher Working at once: the line says nothing but that it is here.
bool is_working_already(const Place& place, const Observed& line) {
  if (line.what != What::kLine || line.line != LineId::kWorking || !line.facts.id) return false;
  const impl::DispatcherManager* manager = place.node.manager_here();
  if (manager == nullptr) return false;
  return std::any_of(manager->dispatchers.begin(), manager->dispatchers.end(),
                     [&](const impl::Dispatcher& dispatcher) {
                       return dispatcher.id == *line.facts.id && !dispatcher.span.is_ddl() &&
                              dispatcher.status != impl::Status::kInitializing;
                     });
}

bool pass(const Task& task, Place& place) {
  const PlannedLine& planned = task.plan[place.at];
  const Observed& line = task.history.lines[place.at];
  switch (planned.asks) {
    case Asks::kNothing: break;
    case Asks::kStep:
    case Asks::kEmptyHeartBeat:
      if (place.owes(planned.track) != 0) {
        place.write_owed(planned.track);
      } else if (planned.asks == Asks::kStep ? !is_working_already(place, line)
                                             : !can_be_sent_empty(place, line)) {
        return false;
      }
      break;
    case Asks::kArrival:
    case Asks::kKnown:
    case Asks::kGap: return false;
  }
  ++place.at;
  return true;
}

// What may be put into the queue at once is: nothing is lost by it.
bool send_empty(const Task& task, Place& place) {
  const std::uint32_t track = task.plan.track_of(Thread::kHeartBeatSender);
  if (track == kNoTrack) return false;
  const auto& lines = task.plan.lines_of(track);
  const std::size_t next = task.plan.from(track, place.at) + place.owes(track);
  if (next >= lines.size() || lines[next] >= place.at + kQueued) return false;
  if (task.plan[lines[next]].asks != Asks::kEmptyHeartBeat) return false;
  if (!can_be_sent_empty(place, task.history.lines[lines[next]])) return false;
  place.owe(track);
  return true;
}

bool is_that_send(const Observed& line, const impl::Message& sent, const spec::Names& names) {
  if (line.message.to != sent.to || line.message.type() != sent.type()) return false;
  const auto* wanted = line.message.as<HeartBeatRequest>();
  if (wanted != nullptr) {
    const auto* heartbeat = sent.as<HeartBeatRequest>();
    if (wanted->statuses.size() != heartbeat->statuses.size()) return false;
  }
  if (line.has_error && error_of(sent) == impl::ErrorCode::kNone) return false;
  return !traces::compare(line.expected, spec::write_message(sent, names), "message");
}

bool is_that(const Observed& line, const Emitted& written, const spec::Names& names) {
  if (line.what != written.what) return false;
  switch (line.what) {
    case What::kLine: return line.line == written.line && agree(line.facts, written.facts);
    case What::kSend: return is_that_send(line, written.message, names);
    case What::kFence:
    case What::kShutdown: return true;
    case What::kArrival:
    case What::kGap: return false;
  }
  impl::unreachable();
}

bool is_of_batch(const Emitted& emitted) {
  if (emitted.what != What::kLine || emitted.thread != Thread::kSchedule) return false;
  return emitted.line == LineId::kEventCollectorAdds || emitted.line == LineId::kDispatcherCreated ||
         emitted.line == LineId::kRedoDispatcherCreated || emitted.line == LineId::kDeletesAdd;
}

bool is_heartbeat(const Emitted& emitted) {
  return emitted.what == What::kSend && emitted.message.type() == impl::MessageType::kHeartBeat;
}

// One pass of heartbeat aggregation tells in one message what all that it cleaned up have come to.
bool join(Emitted& into, const Emitted& more) {
  if (!is_heartbeat(into) || !is_heartbeat(more) || into.message.to != more.message.to) return false;
  auto& all = *into.message.as<HeartBeatRequest>();
  const auto& other = *more.message.as<HeartBeatRequest>();
  if (all.error != other.error) return false;
  for (const impl::DispatcherStatus& status : other.statuses) all.statuses.push_back(status);
  all.complete = all.complete || other.complete;
  return true;
}

}  // namespace

void settle(const Task& task, Place& place) {
  do {
    while (place.at < task.plan.size() && pass(task, place)) {
    }
  } while (send_empty(task, place));
}

void Attempt::receive(const impl::Message& message, std::optional<std::uint32_t> line) {
  traces::Action action = traces::message_step(traces::ActionKind::kReceive, task_.history.self, message);
  action.request->to = task_.history.self;
  static_cast<void>(take(action));
  if (records_ && line) steps_.back().lines.push_back(*line);
}

bool Attempt::act(const impl::NodeAction& action, bool fine) {
  traces::Action taken{.kind = traces::ActionKind::kNode, .node = task_.history.self, .node_action = action};
  taken.fine = fine;
  const bool was_closed = place_.node.closed;
  if (!take(taken)) return false;
  if (!task_.plan.owes_sends()) return true;
  if (action.kind == impl::NodeActionKind::kLocalFence) {
    add({.thread = Thread::kFence, .what = What::kFence});
  } else if (action.kind == impl::NodeActionKind::kCloseOrchestrator && !was_closed) {
    add({.thread = Thread::kShutdown, .what = What::kShutdown});
  }
  return true;
}

bool Attempt::take(const traces::Action& action) {
  impl::Outbox out;
  const auto watch = [this](const traces::ImplementationStep& step) { see(step); };
  ++taken_;
  if (records_) steps_.push_back({.action = action});
  return !traces::take(task_.rules, action, place_.node, out, watch).has_value();
}

void Attempt::see(const traces::ImplementationStep& step) {
  const spec::Observation observation{step.before, step.after, step.out, step.received, step.node};
  spec::Findings findings;
  spec::judge_step(observation, place_.past, task_.judged, findings);
  spec::update(place_.past, observation, task_.judged);
  spec::judge_state(step.after, place_.past, task_.judged, findings);
  place_.violated |= findings.violated;
  place_.met |= findings.met;
  std::vector<Emitted> emitted;
  emit(task_.rules, step, emitted);
  for (Emitted& each : emitted) add(std::move(each));
}

void Attempt::add(Emitted emitted) {
  if (!task_.plan.is_owed(emitted)) return;
  if (emitted.what == What::kLine && emitted.line == untold_) return;
  const std::size_t step = taken_ - 1;
  if (!written_.empty() && written_.back().steps.back() != step && join(written_.back().what, emitted)) {
    written_.back().steps.push_back(step);
    return;
  }
  written_.push_back({.what = std::move(emitted), .steps = {step}});
}

bool Attempt::match() {
  std::vector<bool> done(written_.size(), false);
  for (std::size_t i = 0; i < written_.size(); ++i) {
    while (!done[i]) {
      const auto matched = match_next(i, done);
      if (!matched) return false;
      done[*matched] = true;
    }
  }
  return !is_seen() || is_near(first_);
}

// Matches the next line of this one's track: with itself, or, in a batch, with one behind it. None: it cannot
// be.
std::optional<std::size_t> Attempt::match_next(std::size_t i, const std::vector<bool>& done) {
  const Emitted& written = written_[i].what;
  const std::uint32_t track = task_.plan.track_of(written);
  const auto lose = [&]() -> std::optional<std::size_t> {
    if (task_.history.ends_alive && !is_cut(written)) return std::nullopt;
    ++lost_;
    return i;
  };
  if (track == kNoTrack) return lose();
  const auto& lines = task_.plan.lines_of(track);
  const std::size_t from = task_.plan.from(track, place_.at);
  for (;; place_.owe(track)) {
    const std::size_t next = from + place_.owes(track);
    if (next >= lines.size()) return lose();
    const Observed& line = task_.history.lines[lines[next]];
    if (task_.plan[lines[next]].asks == Asks::kEmptyHeartBeat) {
      if (line.message.to == written.message.to) continue;
      return std::nullopt;
    }
    const auto found = find_written(i, line, done);
    if (!found) return std::nullopt;
    place_.owe(track);
    first_ = std::min(first_, lines[next]);
    last_ = std::max(last_, lines[next]);
    if (records_) {
      for (const std::size_t step : written_[*found].steps) steps_[step].lines.push_back(lines[next]);
    }
    return found;
  }
}

// What stands for a line: the first that is left of its thread; or, since a batch of Creates is gone through
// in any order, the first that is left of another dispatcher.
std::optional<std::size_t> Attempt::find_written(std::size_t i, const Observed& line,
                                                 const std::vector<bool>& done) const {
  if (is_that(line, written_[i].what, task_.history.names)) return i;
  if (!is_of_batch(written_[i].what)) return std::nullopt;
  for (std::size_t other = i + 1; other < written_.size(); ++other) {
    const Emitted& emitted = written_[other].what;
    if (done[other] || !is_of_batch(emitted) || !is_that(line, emitted, task_.history.names)) continue;
    const bool is_first =
        std::none_of(written_.begin() + static_cast<std::ptrdiff_t>(i),
                     written_.begin() + static_cast<std::ptrdiff_t>(other), [&](const Written& before) {
                       const auto place = static_cast<std::size_t>(&before - written_.data());
                       return !done[place] && before.what.thread == emitted.thread &&
                              before.what.facts.id == emitted.facts.id;
                     });
    if (is_first) return other;
  }
  return std::nullopt;
}

std::vector<Emitted> Attempt::written() const {
  std::vector<Emitted> all;
  for (const Written& each : written_) all.push_back(each.what);
  return all;
}

// Whether the log ends before this line of a step, of which the last lines tell.
bool Attempt::is_cut(const Emitted& written) const {
  return written.what == What::kLine && is_seen() && last_ + kCut >= task_.history.lines.size();
}

// Whether no more than so many lines that nothing has explained stand before it.
bool Attempt::is_near(std::uint32_t line) const {
  std::uint32_t before = 0;
  for (std::uint32_t i = place_.at; i < line && before <= width_.ahead; ++i) {
    const PlannedLine& planned = task_.plan[i];
    const bool has_track = planned.asks == Asks::kStep || planned.asks == Asks::kEmptyHeartBeat;
    const bool is_explained = planned.asks == Asks::kNothing ||
                              (has_track && planned.in_track < task_.plan.from(planned.track, place_.at) +
                                                                   place_.owes(planned.track));
    if (!is_explained) ++before;
  }
  return before <= width_.ahead;
}

Move Attempt::finish(std::uint32_t cost) {
  Move move{.place = std::move(place_), .cost = cost, .is_seen = is_seen(), .steps = std::move(steps_)};
  move.place.lost += static_cast<std::uint32_t>(lost_);
  settle(task_, move.place);
  return move;
}

}  // namespace takeover::logs
