// What properties have to remember: part of a model's state, recomputed when a run is replayed.
// Only what the judged properties need is kept, so that history does not multiply states for nothing.
#pragma once

#include <cstdint>
#include <optional>

#include "impl/dispatcher_orchestrator.h"
#include "impl/message.h"
#include "impl/outbox.h"
#include "spec/properties/properties.h"

namespace takeover::spec {

struct OwnerId {
  impl::NodeId node = impl::NodeId::kNone;
  impl::Epoch epoch = 0;

  static constexpr auto fields(auto& self, auto&& take) {
    auto& [node, epoch] = self;
    return take(impl::field("node", node), impl::field("epoch", epoch));
  }
  friend auto operator<=>(const OwnerId&, const OwnerId&) = default;
};

struct DispatcherKey {
  impl::DispatcherId id = impl::DispatcherId::kNone;
  impl::Mode mode = impl::Mode::kDefault;

  static constexpr auto fields(auto& self, auto&& take) {
    auto& [id, mode] = self;
    return take(impl::field("id", id), impl::field("mode", mode));
  }
  friend auto operator<=>(const DispatcherKey&, const DispatcherKey&) = default;
};

using DispatcherKeys = impl::Sorted<DispatcherKey, 3>;

// The triggers that the last answered takeover named; nullopt once a Remove of it was admitted.
struct Agreement {
  std::optional<impl::DispatcherId> event_trigger;
  std::optional<impl::DispatcherId> redo_trigger;

  static constexpr auto fields(auto& self, auto&& take) {
    auto& [event_trigger, redo_trigger] = self;
    return take(impl::field("event_trigger", event_trigger), impl::field("redo_trigger", redo_trigger));
  }
  friend bool operator==(const Agreement&, const Agreement&) = default;
};

// What a Bootstrap found when it took the fence; what others change meanwhile is followed.
struct FoundManager {
  OwnerId owner;
  impl::DispatcherId event_trigger = impl::DispatcherId::kNone;
  impl::DispatcherId redo_trigger = impl::DispatcherId::kNone;

  static constexpr auto fields(auto& self, auto&& take) {
    auto& [owner, event_trigger, redo_trigger] = self;
    return take(impl::field("owner", owner), impl::field("event_trigger", event_trigger),
                impl::field("redo_trigger", redo_trigger));
  }
  friend bool operator==(const FoundManager&, const FoundManager&) = default;
};
[[nodiscard]] FoundManager found(const impl::DispatcherManager& manager);

// What was asked for, and not yet carried out, by senders that were not the owner when it was taken in.
struct Foreign {
  std::uint64_t actions = 0;  // bit i: the i-th of the manager's admitted actions
  std::uint64_t merges = 0;   // bit i: the i-th of its merges
  bool close = false;         // the close that is under way

  static constexpr auto fields(auto& self, auto&& take) {
    auto& [actions, merges, close] = self;
    return take(impl::field("actions", actions), impl::field("merges", merges), impl::field("close", close));
  }
  friend bool operator==(const Foreign&, const Foreign&) = default;
};

// Which members are kept for which property its row says: Memory, in spec/properties/properties.h.
struct History {
  impl::Sorted<OwnerId, 3> bootstraps{};          // whose Bootstrap was received
  std::optional<impl::Epoch> acknowledged_close;  // the highest epoch above 0 whose Close succeeded
  bool acknowledged_zero_removed = false;         // a Close of epoch 0 with removed succeeded
  Agreement agreement;
  std::optional<FoundManager> taken_over;  // while a Bootstrap is under way under the fence
  bool removed_asked = false;              // an admitted Close asked for removed; no try failed since
  DispatcherKeys removing{};               // an admitted Remove asked for; not deleted yet
  DispatcherKeys triggers_removing{};      // triggers among those, kept until the manager is gone
  DispatcherKeys owed{};                   // read into the response under way while in `removing`
  DispatcherKeys removed{};                // whose removal was completed
  std::optional<OwnerId> failed_under;     // whose the first error is that the manager goes on telling
  Foreign foreign{};

  static constexpr auto fields(auto& self, auto&& take) {
    auto& [bootstraps, acknowledged_close, acknowledged_zero_removed, agreement, taken_over, removed_asked,
           removing, triggers_removing, owed, removed, failed_under, foreign] = self;
    return take(impl::field("bootstraps", bootstraps), impl::field("acknowledged_close", acknowledged_close),
                impl::field("acknowledged_zero_removed", acknowledged_zero_removed),
                impl::field("agreement", agreement), impl::field("taken_over", taken_over),
                impl::field("removed_asked", removed_asked), impl::field("removing", removing),
                impl::field("triggers_removing", triggers_removing), impl::field("owed", owed),
                impl::field("removed", removed), impl::field("failed_under", failed_under),
                impl::field("foreign", foreign));
  }
  friend bool operator==(const History&, const History&) = default;
};

// What happened in one step, as properties see it.
struct Observation {
  const impl::DispatcherOrchestrator& before;
  const impl::DispatcherOrchestrator& after;
  const impl::Outbox& out;
  const impl::Message* received = nullptr;  // the message that arrived in this step
  impl::NodeId node = impl::NodeId::kNone;  // whose step it is
  bool is_of_node = true;                   // or of the environment alone, and the node stays as it is
};

void update(History& history, const Observation& step, const PropertySet& judged);

}  // namespace takeover::spec
