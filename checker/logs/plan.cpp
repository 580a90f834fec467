#include "checker/logs/plan.h"

#include <algorithm>
#include <set>

#include "impl/named.h"

namespace takeover::logs {
namespace {

using impl::MessageType;

// Threads of one kind of which there are many, each with its own order.
bool is_many(Thread thread) {
  return thread == Thread::kRemoval || thread == Thread::kEvents || thread == Thread::kMergeTask;
}

Thread sender_of(const impl::Message& message) {
  return message.type() == MessageType::kHeartBeat ? Thread::kHeartBeatSender : Thread::kOrchestrator;
}

Thread thread_of(const Observed& line) {
  switch (line.what) {
    case What::kLine: return line.thread;
    case What::kArrival: return Thread::kArrival;
    case What::kSend: return sender_of(line.message);
    case What::kFence: return Thread::kFence;
    case What::kShutdown: return Thread::kShutdown;
    case What::kGap: return Thread::kProcess;
  }
  impl::unreachable();
}

bool is_to_node(const impl::Message& message) {
  return impl::info(message.type()).receiver == impl::Party::kNode;
}

const Row* first_row_of(LineId id) {
  const auto rows = logs::rows();
  const auto it = std::find_if(rows.begin(), rows.end(), [&](const Row& row) { return row.id == id; });
  return it == rows.end() ? nullptr : &*it;
}

Asks asks_of_line(LineId id) {
  const Row* row = first_row_of(id);
  if (row == nullptr || row->use == Use::kPools || row->use == Use::kLife || row->use == Use::kNoise) {
    return Asks::kNothing;
  }
  return row->use == Use::kValue ? Asks::kKnown : Asks::kStep;
}

Asks asks_of(const Observed& line) {
  switch (line.what) {
    case What::kLine: return asks_of_line(line.line);
    case What::kArrival: return is_to_node(line.message) ? Asks::kArrival : Asks::kNothing;
    case What::kSend: return is_empty_heartbeat(line) ? Asks::kEmptyHeartBeat : Asks::kStep;
    case What::kFence:
    case What::kShutdown: return Asks::kStep;
    case What::kGap: return Asks::kGap;
  }
  impl::unreachable();
}

// The dispatchers that lines of steps name.
std::set<impl::DispatcherId> named_by_steps(const History& history) {
  std::set<impl::DispatcherId> ids;
  for (const Observed& line : history.lines) {
    if (line.what == What::kLine && line.facts.id && asks_of(line) == Asks::kStep) ids.insert(*line.facts.id);
  }
  return ids;
}

// The dispatchers that merges have made.
std::set<impl::DispatcherId> merged_in(const History& history) {
  std::set<impl::DispatcherId> ids;
  for (const Observed& line : history.lines) {
    if (line.what == What::kLine && line.line == LineId::kMergeCreated && line.facts.id)
      ids.insert(*line.facts.id);
  }
  return ids;
}

}  // namespace

bool is_empty_heartbeat(const Observed& line) {
  const auto* heartbeat = line.message.as<impl::HeartBeatRequest>();
  return line.what == What::kSend && heartbeat != nullptr && heartbeat->statuses.empty() &&
         !heartbeat->complete && heartbeat->error == impl::ErrorCode::kNone;
}

Plan::Plan(const History& history)
    : levels_(history.levels),
      owes_lines_(std::any_of(history.lines.begin(), history.lines.end(),
                              [](const Observed& line) { return line.what == What::kLine; })),
      owes_sends_(history.is_message_log) {
  const std::set<impl::DispatcherId> named = named_by_steps(history);
  const std::set<impl::DispatcherId> merged = merged_in(history);
  lines_.reserve(history.lines.size());
  for (std::size_t i = 0; i < history.lines.size(); ++i) {
    const Observed& line = history.lines[i];
    PlannedLine planned{.asks = asks_of(line)};
    if (planned.asks == Asks::kKnown && (!line.facts.id || named.contains(*line.facts.id))) {
      planned.asks = Asks::kNothing;
    }
    if (planned.asks == Asks::kStep || planned.asks == Asks::kEmptyHeartBeat) {
      const bool is_of_merge = line.what == What::kLine && line.line == LineId::kEventCollectorAdds &&
                               line.facts.id && merged.contains(*line.facts.id);
      const Thread thread = is_of_merge ? Thread::kMerge : thread_of(line);
      const TrackKey key{thread, is_many(thread) ? line.facts.id.value_or(impl::DispatcherId::kNone)
                                                 : impl::DispatcherId::kNone};
      const auto [it, is_first] = ids_.try_emplace(key, static_cast<std::uint32_t>(tracks_.size()));
      if (is_first) tracks_.emplace_back();
      planned.track = it->second;
      planned.in_track = static_cast<std::uint32_t>(tracks_[planned.track].size());
      tracks_[planned.track].push_back(static_cast<std::uint32_t>(i));
    }
    lines_.push_back(planned);
  }
}

std::uint32_t Plan::track_of(const Emitted& emitted) const {
  const Thread thread = emitted.what == What::kSend ? sender_of(emitted.message) : emitted.thread;
  const TrackKey key{thread, is_many(thread) ? emitted.facts.id.value_or(impl::DispatcherId::kNone)
                                             : impl::DispatcherId::kNone};
  const auto it = ids_.find(key);
  return it == ids_.end() ? kNoTrack : it->second;
}

std::uint32_t Plan::track_of(Thread thread) const {
  const auto it = ids_.find({thread, impl::DispatcherId::kNone});
  return it == ids_.end() ? kNoTrack : it->second;
}

std::size_t Plan::from(std::uint32_t track, std::uint32_t line) const {
  const auto& lines = tracks_[track];
  return static_cast<std::size_t>(std::lower_bound(lines.begin(), lines.end(), line) - lines.begin());
}

bool Plan::is_owed(const Emitted& emitted) const {
  if (emitted.what == What::kSend) return owes_sends_;
  if (emitted.what != What::kLine) return true;
  if (!owes_lines_) return false;
  const Row* row = first_row_of(emitted.line);
  if (row == nullptr || row->use != Use::kStep) return false;
  if (row->level == Level::kDebug) return levels_.debug;
  return row->level != Level::kInfo || levels_.info;
}

}  // namespace takeover::logs
