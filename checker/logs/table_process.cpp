#include <array>

#include "checker/logs/table_rows.h"

namespace takeover::logs::detail {
namespace of_process {
namespace {

using enum Level;

constexpr FieldSpec kNodeIs{"node", FieldIs::kNode};
constexpr FieldSpec kId{"id", FieldIs::kNode};
constexpr FieldSpec kStatus{"status", FieldIs::kStatus};
// Of other roles' messages: they tell of nodes and of epochs, and not of who sent a request to this one.
constexpr FieldSpec kFrom{"from", FieldIs::kPeer};
constexpr FieldSpec kRequestEpoch{"requestMaintainerEpoch", FieldIs::kEpoch};
constexpr FieldSpec kResponseEpoch{"responseMaintainerEpoch", FieldIs::kEpoch};
constexpr FieldSpec kCurrentEpoch{"currentMaintainerEpoch", FieldIs::kOwnerEpoch};
constexpr FieldSpec kNodeId{"nodeID", FieldIs::kPeer};
constexpr FieldSpec kStartTs{"startTs", FieldIs::kStartTs};

constexpr Row starts(std::string_view message, std::string_view caller, const Fields& fields) {
  return {LineId::kServerStarts, message, caller, kInfo, Thread::kProcess, Use::kLife, {}, fields};
}
constexpr Row maintainer(std::string_view message, std::string_view caller, const Fields& fields) {
  return {LineId::kMaintainerSays, message, caller, kInfo, Thread::kProcess, Use::kPools, {}, fields};
}

constexpr Row warns(std::string_view message, std::string_view caller, const Fields& fields) {
  Row row = maintainer(message, caller, fields);
  row.level = kWarn;
  return row;
}

constexpr std::array kRows{
    starts("create message center success.", "message_center.go:126", {kId}),
    starts("dispatcher orchestrator is running", "dispatcher_orchestrator.go:91", {}),
    starts("server initialized", "server.go:334", {kNodeIs}),
    starts("server initialized", "main.go:124", {kNodeIs}),
    Row{LineId::kServerFences, "local fence triggered", "server.go:457", kWarn, Thread::kFence, Use::kValue},
    Row{LineId::kServerFences, "local fence triggered", "main.go:271", kWarn, Thread::kFence, Use::kValue},
    Row{LineId::kServerCloses, "server closing", "server.go:534", kInfo, Thread::kShutdown, Use::kValue},
    Row{LineId::kServerCloses, "server closed", "server.go:595", kInfo, Thread::kShutdown, Use::kValue},
    Row{LineId::kHeartBeatLost, "failed to send heartbeat request message", "heartbeat_collector.go:228",
        kError, Thread::kHeartBeatSender, Use::kValue},
    maintainer("changefeed maintainer started", "maintainer.go:274",
               {kChangefeedId, {"ddlDispatcherID", FieldIs::kTriggerAsked}}),
    maintainer("changefeed maintainer initialized", "maintainer.go:466", {kChangefeedId, kStatus}),
    maintainer("maintainer received bootstrap response", "maintainer.go:983",
               {kChangefeedId, {"sourceNodeID", FieldIs::kPeer}}),
    maintainer("changefeed bootstrap initial nodes", "maintainer.go:458",
               {kChangefeedId, {"selfNodeID", FieldIs::kPeer}}),
    warns("reject add maintainer request because existing maintainer is still running",
          "maintainer_manager_maintainers.go:307",
          {kChangefeedId, kRequestEpoch, {"existingMaintainerEpoch", FieldIs::kOwnerEpoch}}),
    warns("drop stale remove maintainer request", "maintainer.go:540",
          {kChangefeedId, kFrom, kRequestEpoch, kCurrentEpoch}),
    warns("drop stale maintainer response", "maintainer.go:1052",
          {kChangefeedId, kFrom, kResponseEpoch, kCurrentEpoch}),
    warns("drop unexpected maintainer close response", "maintainer.go:1136",
          {kChangefeedId, kFrom, kResponseEpoch, kCurrentEpoch}),
    maintainer("create table event trigger dispatcher bootstrap message", "maintainer.go:1266",
               {kChangefeedId, kNodeId, {"dispatcherID", FieldIs::kTriggerAsked}, kStartTs}),
    maintainer("maintainer new bootstrap message to dispatcher orchestrator", "maintainer.go:1280",
               {kChangefeedId, kNodeId, kStartTs}),
};

}  // namespace
}  // namespace of_process

std::span<const Row> process_rows() {
  return of_process::kRows;
}

}  // namespace takeover::logs::detail
