#include <array>

#include "checker/logs/table_rows.h"

namespace takeover::logs::detail {
namespace of_process {
namespace {

using enum Level;

constexpr FieldSpec kNodeIs{"node", FieldIs::kNode};
constexpr FieldSpec kNodeOfIt{"node", FieldIs::kPeer};
constexpr FieldSpec kId{"id", FieldIs::kNode};
constexpr FieldSpec kStatus{"status", FieldIs::kStatus};
constexpr FieldSpec kStatusOfIt{"status", FieldIs::kPeerStatus};
constexpr FieldSpec kStatusEpoch{"statusMaintainerEpoch", FieldIs::kPeerEpoch};
// Of other roles' messages: they tell of nodes and of epochs, and not of who sent a request to this one.
constexpr FieldSpec kFrom{"from", FieldIs::kPeer};
constexpr FieldSpec kRequestEpoch{"requestMaintainerEpoch", FieldIs::kEpoch};
constexpr FieldSpec kResponseEpoch{"responseMaintainerEpoch", FieldIs::kEpoch};
constexpr FieldSpec kCurrentEpoch{"currentMaintainerEpoch", FieldIs::kOwnerEpoch};
constexpr FieldSpec kEpochOfSome{"currentMaintainerEpoch", FieldIs::kEpoch};  // on which node, is not said
constexpr FieldSpec kOf{"changefeed", FieldIs::kChangefeed};
constexpr FieldSpec kNodeId{"nodeID", FieldIs::kPeer};
constexpr FieldSpec kStartTs{"startTs", FieldIs::kStartTs};

constexpr Row starts(std::string_view message, std::string_view caller, const Fields& fields) {
  return {LineId::kServerStarts, message, caller, kInfo, Thread::kProcess, Use::kLife, {}, fields};
}
constexpr Row maintainer(std::string_view message, std::string_view caller, const Fields& fields) {
  return {LineId::kMaintainerSays, message, caller, kInfo, Thread::kProcess, Use::kPools, {}, fields};
}

constexpr Row at(Level level, Row row) {
  row.level = level;
  return row;
}
constexpr Row warns(std::string_view message, std::string_view caller, const Fields& fields) {
  return at(kWarn, maintainer(message, caller, fields));
}

constexpr Row coordinator(Level level, std::string_view message, std::string_view caller,
                          const Fields& fields) {
  Row row = at(level, maintainer(message, caller, fields));
  row.id = LineId::kCoordinatorSays;
  return row;
}

constexpr std::array kRows{
    starts("create message center success.", "message_center.go:126", {kId}),
    starts("dispatcher orchestrator is running", "dispatcher_orchestrator.go:91", {}),
    // Which of its fields names the node, is not known.
    starts("server initialized", "server.go:334", {}),
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
    at(kDebug, maintainer("send command to dispatcher", "operator_controller.go:184",
                          {kChangefeedId, {"msg", FieldIs::kCommand}})),
    coordinator(kWarn, "drop stale maintainer status", "controller.go:608",
                {kOf, kNodeOfIt, kStatusEpoch, kEpochOfSome}),
    coordinator(kWarn, "no changefeed found and no operator for it, removing from maintainer",
                "controller.go:631", {kOf, {"sourceNode", FieldIs::kPeer}, kStatusOfIt}),
    coordinator(kInfo, "changefeed maintainer already running in other server", "controller.go:749",
                {kOf, kNodeOfIt, kStatusOfIt}),
    coordinator(kPanic, "maintainer runs on multiple node", "controller.go:836",
                {kChangefeedId, {"newNode", FieldIs::kPeer}, kStatusEpoch, kEpochOfSome}),
    coordinator(kWarn, "ignore running maintainer with stale epoch when bootstrapping", "controller.go:858",
                {kOf, kNodeOfIt, kStatusEpoch}),
};

}  // namespace
}  // namespace of_process

std::span<const Row> process_rows() {
  return of_process::kRows;
}

}  // namespace takeover::logs::detail
