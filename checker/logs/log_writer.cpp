#include "checker/logs/log_writer.h"

#include <optional>

#include "spec/json/values.h"

namespace takeover::logs {
namespace {

using impl::NodeActionKind;
using traces::Json;

constexpr std::int64_t kBegin = 1'780'000'000'000'000;  // in 2026
constexpr std::uint64_t kMostStepUs = 2'000;

// Who takes a step; none of whom a line is waited for.
std::optional<Thread> thread_of(const traces::ImplementationStep& step) {
  if (step.received != nullptr) return Thread::kArrival;
  switch (step.action.kind) {
    case NodeActionKind::kHandle:
      switch (step.action.path) {
        case impl::Path::kOrchestrator: return Thread::kOrchestrator;
        case impl::Path::kSchedule: return Thread::kSchedule;
        case impl::Path::kMerge: return Thread::kMerge;
        case impl::Path::kHeartBeatResponse: return Thread::kHeartBeatResponse;
        case impl::Path::kRedoMeta:
        case impl::Path::kRedoResolvedTsForward: return Thread::kRedo;
        case impl::Path::kCheckpointTs: return Thread::kCheckpoint;
      }
      return std::nullopt;
    case NodeActionKind::kRemoveTask: return Thread::kRemoval;
    case NodeActionKind::kCleanUp:
    case NodeActionKind::kCompleteHeartbeat: return Thread::kAggregation;
    case NodeActionKind::kReport: return Thread::kStatusChannel;
    case NodeActionKind::kExecute:
    case NodeActionKind::kFirstEvent: return Thread::kEvents;
    case NodeActionKind::kMergeTask: return Thread::kMergeTask;
    case NodeActionKind::kStopWritePath:
    case NodeActionKind::kUnregister:
    case NodeActionKind::kFinishClose: return Thread::kClose;
    case NodeActionKind::kReportError: return Thread::kErrors;
    case NodeActionKind::kLocalFence: return Thread::kFence;
    case NodeActionKind::kCloseOrchestrator: return Thread::kShutdown;
    case NodeActionKind::kFailCreate:
    case NodeActionKind::kFailCleanUp: return std::nullopt;
  }
  return std::nullopt;
}

}  // namespace

LogWriter::LogWriter(const spec::Names& names, impl::NodeId self, const impl::Rules& rules,
                     const WriteOptions& options)
    : names_(names),
      self_(self),
      rules_(rules),
      options_(options),
      random_(options.seed),
      text_writer_(names, options.changefeed, random_()),
      now_us_(kBegin) {
  start();
}

void LogWriter::start() {
  written_.text += text_writer_.start(now_us_, self_);
  write_event("start");
}

Json LogWriter::message_line(std::string_view dir) const {
  return {{"t", now_us_}, {"node", names_.of(self_)}, {"dir", dir}};
}

void LogWriter::write_event(std::string_view event) {
  Json line = message_line("event");
  line["event"] = event;
  written_.messages += line.dump() + "\n";
}

void LogWriter::write_arrival(const impl::Message& request) {
  Json line = message_line("recv");
  line["peer"] = names_.of(request.from);
  line["message"] = spec::write_message(request, names_);
  written_.messages += line.dump() + "\n";
}

void LogWriter::write(const Pending& pending) {
  if (pending.emitted.what == What::kLine) {
    written_.text += text_writer_.line(pending.time_us, pending.emitted);
    return;
  }
  Json line = message_line("send");
  line["t"] = pending.time_us;
  line["peer"] = names_.of(pending.emitted.message.to);
  line["message"] = spec::write_message(pending.emitted.message, names_);
  written_.messages += line.dump() + "\n";
}

void LogWriter::flush(Thread thread) {
  auto& queue = pending_[static_cast<std::size_t>(thread)];
  for (; !queue.empty(); queue.pop_front()) write(queue.front());
}

void LogWriter::flush_all() {
  for (std::size_t i = 0; i < kThreads; ++i) flush(static_cast<Thread>(i));
}

void LogWriter::let_pass() {
  for (auto& queue : pending_) {
    if (!queue.empty() && queue.front().delay > 0) --queue.front().delay;
    for (; !queue.empty() && queue.front().delay == 0; queue.pop_front()) write(queue.front());
  }
}

void LogWriter::add_emitted(const Emitted& emitted) {
  auto& queue = pending_[static_cast<std::size_t>(emitted.thread)];
  Pending pending{emitted, now_us_, options_.most_delay == 0 ? 0 : random_() % (options_.most_delay + 1)};
  if (queue.empty() && pending.delay == 0) {
    write(pending);
    let_pass();
  } else {
    queue.push_back(std::move(pending));
  }
}

void LogWriter::add(const traces::ImplementationStep& step) {
  if (step.node != self_) return;
  now_us_ += 1 + static_cast<std::int64_t>(random_() % kMostStepUs);
  if (const auto thread = thread_of(step)) flush(*thread);
  if (step.received != nullptr) {
    write_arrival(*step.received);
    let_pass();
  }
  if (step.received == nullptr && step.action.kind == NodeActionKind::kLocalFence) write_event("local-fence");
  const bool shuts_down = step.received == nullptr && step.action.kind == NodeActionKind::kCloseOrchestrator;
  if (shuts_down && !step.before.closed) write_event("shutdown");
  emitted_.clear();
  emit(rules_, step, emitted_);
  for (const Emitted& emitted : emitted_) add_emitted(emitted);
  for (const impl::Note& note : step.out.notes) {
    if (note.kind != impl::NoteKind::kProcessDied) continue;
    flush_all();
    start();
  }
}

WrittenLogs LogWriter::finish() {
  flush_all();
  written_.ids = Json::object();
  for (const auto& [name, words] : text_writer_.words()) written_.ids[name] = to_string(words);
  return std::move(written_);
}

}  // namespace takeover::logs
