// The table of correspondences between a script's keys and ours: what has a counterpart is written by
// maintainer_render.cpp under the script's own key; what has none stands here.
#include <algorithm>
#include <array>

#include "traces/maintainer_instance.h"

namespace takeover::traces {
namespace {

constexpr std::string_view kDrain =
    "draining is a choice of who is moved where, which any scheduler may make here";
constexpr std::string_view kSchema = "whoever is told knows a table's schema, and no rule looks at it";
constexpr std::string_view kUnread = "nothing that is decided here depends on it";
constexpr std::string_view kSkip = "whether the dispatcher skips what was written at its start ts already";
constexpr std::string_view kText =
    "who reported an error, and its code, are compared in the state; an address and words are not kept";

constexpr std::array kRows{
    LeftOut{"state/manager/dispatcherDrainTarget", kDrain},
    LeftOut{"state/manager/nodeEpoch",
            "always 7: an order names it or not (SetNodeLivenessRequest::for_this_process)"},
    LeftOut{"state/manager/lastNodeHeartbeatSentAt", "of the NodeHeartbeat, which is not here"},
    LeftOut{"state/maintainers/*/drain", kDrain},
    LeftOut{"state/maintainers/*/statusChanged",
            "a status may be reported at any time here; the player asks the recording whether it is due"},
    LeftOut{
        "state/maintainers/*/watermark",
        "the last one that was computed, which may be lower than the committed checkpoint; only that is told"},
    LeftOut{"state/maintainers/*/checkpointTsByCapture/*/resolvedTs", kUnread},
    LeftOut{"state/maintainers/*/checkpointTsByCapture/*/lastSyncedTs", kUnread},
    LeftOut{"state/maintainers/*/runningErrors/*/message", kText},
    LeftOut{"state/maintainers/*/runningErrors/*/node", kText},
    LeftOut{
        "sent/NodeHeartbeat",
        "it tells liveness and drain target every 5 s: the first is in its own reply, too, the second not here"},
    LeftOut{"sent/CoordinatorBootstrapResponse/msg/dispatcher_drain_target_epoch", kDrain},
    LeftOut{"sent/CoordinatorBootstrapResponse/msg/dispatcher_drain_target_node_id", kDrain},
    LeftOut{"sent/CoordinatorBootstrapResponse/msg/drain_protocol_version", kDrain},
    LeftOut{"sent/CoordinatorBootstrapResponse/msg/statuses/*/lastSyncedTs", kUnread},
    LeftOut{"sent/CoordinatorBootstrapResponse/msg/statuses/*/err/*/message", kText},
    LeftOut{"sent/CoordinatorBootstrapResponse/msg/statuses/*/err/*/node", kText},
    LeftOut{"sent/CoordinatorBootstrapResponse/msg/statuses/*/drain_progress", kDrain},
    LeftOut{"sent/MaintainerHeartbeat/msg/statuses/*/lastSyncedTs", kUnread},
    LeftOut{"sent/MaintainerHeartbeat/msg/statuses/*/err/*/message", kText},
    LeftOut{"sent/MaintainerHeartbeat/msg/statuses/*/err/*/node", kText},
    LeftOut{"sent/MaintainerHeartbeat/msg/statuses/*/drain_progress", kDrain},
    LeftOut{"sent/SetNodeLivenessResponse/msg/node_epoch", "always 7"},
    LeftOut{"sent/MaintainerPostBootstrapRequest/msg/schemas", kSchema},
    LeftOut{"sent/ScheduleDispatcherRequest/msg/config/schemaID", kSchema},
    LeftOut{"sent/ScheduleDispatcherRequest/msg/config/skipDMLAsStartTs", kSkip},
};

// Whether the place is the row's: key by key, "*" being any.
bool matches(std::string_view row, std::string_view place) {
  while (!row.empty() && !place.empty()) {
    const std::string_view expected = row.substr(0, row.find('/'));
    const std::string_view key = place.substr(0, place.find('/'));
    if (expected != "*" && expected != key) return false;
    row.remove_prefix(std::min(row.size(), expected.size() + 1));
    place.remove_prefix(std::min(place.size(), key.size() + 1));
  }
  return row.empty() && place.empty();
}

std::string below(const std::string& place, std::string_view key) {
  std::string path = place;
  path += '/';
  path += key;
  return path;
}

std::size_t count_values(const ScriptJson& value) {
  if (!value.is_structured() || value.empty()) return 1;
  std::size_t count = 0;
  for (const ScriptJson& element : value) count += count_values(element);
  return count;
}

}  // namespace

std::span<const LeftOut> left_out() {
  return kRows;
}

LimitInfo info(Limit limit) {
  switch (limit) {
    case Limit::kRestoredBarrier:
      return {"a node answers a Bootstrap with a dispatcher that waits for a DDL",
              "a barrier is not built from such answers: no script has one to hold it against"};
  }
  impl::unreachable();
}

bool Comparison::is_left_out(const std::string& place) {
  played_->passed_over.resize(kRows.size());
  for (std::size_t i = 0; i < kRows.size(); ++i) {
    if (!matches(kRows[i].place, place)) continue;
    ++played_->passed_over[i];
    return true;
  }
  return false;
}

bool Comparison::differ(const std::string& place, const ScriptJson& recorded, const ScriptJson& ours) {
  played_->divergence = {place, recorded.is_discarded() ? "nothing" : recorded.dump(),
                         ours.is_discarded() ? "nothing" : ours.dump()};
  return false;
}

bool Comparison::compare(const std::string& place, const ScriptJson& recorded, const ScriptJson& ours) {
  const ScriptJson nothing(ScriptJson::value_t::discarded);
  if (recorded.is_object() && ours.is_object()) {
    for (const auto& [key, value] : recorded.items()) {
      const std::string at = below(place, key);
      if (is_left_out(at)) continue;
      if (!ours.contains(key)) return differ(at, value, nothing);
      if (!compare(at, value, ours[key])) return false;
    }
    for (const auto& [key, value] : ours.items()) {
      if (!recorded.contains(key)) return differ(below(place, key), nothing, value);
    }
    return true;
  }
  if (recorded.is_array() && ours.is_array() && recorded.size() == ours.size()) {
    for (std::size_t i = 0; i < recorded.size(); ++i) {
      if (!compare(below(place, std::to_string(i)), recorded[i], ours[i])) return false;
    }
    return true;
  }
  if (recorded != ours) return differ(place, recorded, ours);
  played_->values += count_values(recorded);
  return true;
}

bool Comparison::compare_sent(const ScriptJson& recorded, std::vector<ScriptJson> ours) {
  for (const ScriptJson& message : recorded) {
    const std::string place = "sent/" + message.at("type").get<std::string>();
    if (is_left_out(place)) continue;
    const auto is_alike = [&](const ScriptJson& each) {
      PlayedScript scratch = *played_;
      if (!Comparison(scratch).compare(place, message, each)) return false;
      scratch.divergence.reset();
      *played_ = scratch;
      return true;
    };
    const auto it = std::find_if(ours.begin(), ours.end(), is_alike);
    if (it == ours.end()) {
      ScriptJson others = ScriptJson::array();
      for (const ScriptJson& each : ours) others.push_back(each);
      return differ(place, message, others);
    }
    ours.erase(it);
    ++played_->messages;
  }
  if (!ours.empty()) return differ("sent", ScriptJson(ScriptJson::value_t::discarded), ours.front());
  return true;
}

}  // namespace takeover::traces
