#include <array>

#include "checker/logs/table_rows.h"

namespace takeover::logs::detail {
namespace of_noise {
namespace {

using enum Level;

constexpr Row noise(std::string_view message, std::string_view caller, Level level) {
  return {LineId::kNoise, message, caller, level, Thread::kProcess, Use::kNoise};
}

// What the node's dispatcher side writes besides, and what tells of no step.
constexpr std::array kRows{
    noise("dispatcher component has stopped and is ready for cleanup", "basic_dispatcher.go:1365", kInfo),
    noise("remove dispatcher from dynamic stream failed", "basic_dispatcher.go:1401", kError),
    noise("dispatcher receive all event", "basic_dispatcher.go:606", kDebug),
    noise("batch create new dispatchers", "dispatcher_manager.go:665", kInfo),
    noise("remove checkpointTs message failed", "dispatcher_manager_helper.go:262", kError),
    noise("dispatcher is initializing", "dispatcher_manager_helper.go:56", kDebug),
    noise("batch create new redo dispatchers", "dispatcher_manager_redo.go:248", kInfo),
    noise("should not reach here. only collect redo meta on the tableTriggerRedoDispatcher",
          "dispatcher_manager_redo.go:389", kError),
    noise("send reset dispatcher request to event service", "dispatcher_session.go:398", kInfo),
    noise("send remove dispatcher request to event service", "dispatcher_session.go:424", kInfo),
    noise("received ready signal from local event service, prepare to reset the dispatcher",
          "dispatcher_session.go:491", kInfo),
    noise("check event sequence", "dispatcher_stat.go:180", kDebug),
    noise("handle handshake event", "dispatcher_stat.go:540", kInfo),
    noise("event collector is running", "event_collector.go:229", kInfo),
    noise("add dispatcher done", "event_collector.go:261", kInfo),
    noise("remove dispatcher from changefeed stat", "event_collector.go:336", kInfo),
    noise("last dispatcher removed, clean up changefeed stat", "event_collector.go:343", kInfo),
    noise("Start process feedback from dynamic stream", "event_collector.go:443", kInfo),
    noise("cache events", "event_dispatcher.go:124", kDebug),
    noise("heartbeat collector is running", "heartbeat_collector.go:92", kInfo),
    noise("New EventDynamicStream, memory control is enabled", "helper.go:33", kInfo),
    noise("handle events", "helper.go:76", kDebug),
    noise("redo: meta manager flush init meta success", "meta.go:260", kInfo),
    noise("Flush redo meta", "meta.go:378", kDebug),
    noise("flush meta to s3", "meta.go:445", kDebug),
    noise("redo metaManager bgFlushMeta exits", "meta.go:484", kInfo),
    noise("redo meta GC exits as context cancelled", "meta.go:511", kInfo),
    noise("Dynamic stream enable memory control", "parallel_dynamic_stream.go:75", kInfo),
    noise("update redo meta", "redo_dispatcher.go:120", kDebug),
    noise("blackhole sink event channel closed", "sink.go:104", kInfo),
    noise("redo sink closed", "sink.go:233", kInfo),
    noise("BlackHoleSink: Checkpoint Ts Event", "sink.go:88", kDebug),
    noise("dispatcher is not ready to close", "basic_dispatcher.go:1379", kInfo),
};

}  // namespace
}  // namespace of_noise

std::span<const Row> noise_rows() {
  return of_noise::kRows;
}

}  // namespace takeover::logs::detail
