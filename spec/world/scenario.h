// A scenario: who takes part, what may happen how often, and which properties it is about. Built in by name,
// or a file.
#pragma once

#include <array>
#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "impl/ids.h"
#include "impl/message.h"
#include "impl/named.h"
#include "spec/json/json_input.h"
#include "spec/json/names.h"
#include "spec/properties/liveness.h"
#include "spec/properties/properties.h"
#include "spec/properties/witnesses.h"
#include "spec/world/per_node.h"

namespace takeover::spec {

// What one maintainer is, and how much of each kind it may do. A limit of 0 takes the row out for this owner.
struct Owner {
  std::string name;
  impl::NodeId node = impl::NodeId::kNone;
  impl::Epoch epoch = 0;
  impl::Epoch config_epoch = 0;
  impl::DispatcherId event_trigger = impl::DispatcherId::kNone;  // kNone: its trigger lives elsewhere
  impl::DispatcherId redo_trigger = impl::DispatcherId::kNone;
  impl::Ts start_ts = 0;
  std::optional<std::size_t> removal_of;  // a removal-only maintainer: index of the owner whose node is gone
  std::vector<impl::DispatcherId> creates;  // fresh ids, used in this order
  std::vector<impl::DispatcherId> merges;   // fresh ids of merged dispatchers
  std::vector<impl::Message> misbehaviour;  // messages that it may send once each, whatever the rules say
  std::uint8_t removes = 0;
  std::uint8_t actions = 0;
  std::uint8_t redo_metas = 0;
  std::uint8_t redo_forwards = 0;
  std::uint8_t checkpoints = 0;
  bool redo = false;  // its changefeed has a redo log; the scenario's unless it says otherwise
  bool hands_over = false;
  bool closes = false;
  bool closes_removed = false;
  bool dies = false;
  bool retries = false;  // sends a Create or Merge again, however often, while no copy is under way
  friend bool operator==(const Owner&, const Owner&) = default;
};

struct Bounds {
  std::uint8_t losses = 0;
  std::uint8_t extra_copies = 0;  // a control message is sent again while a copy of it is under way
  std::uint8_t resends = 0;       // a scheduling request is sent again before its effect was reported
  std::uint8_t deaths = 0;
  std::uint8_t local_fences = 0;
  std::uint8_t shutdowns = 0;
  std::uint8_t failed_creations = 0;
  std::uint8_t failed_clean_ups = 0;  // the remove-only clean-up of a manager fails
  std::uint8_t first_events = 0;      // of triggers; a trigger may wait for its own for ever
  std::uint8_t complete_heartbeats = 0;

  static constexpr auto fields(auto& self, auto&& take) {
    auto& [losses, extra_copies, resends, deaths, local_fences, shutdowns, failed_creations, failed_clean_ups,
           first_events, complete_heartbeats] = self;
    return take(impl::field("losses", losses), impl::field("extra_copies", extra_copies),
                impl::field("resends", resends), impl::field("deaths", deaths),
                impl::field("local_fences", local_fences), impl::field("shutdowns", shutdowns),
                impl::field("failed_creations", failed_creations),
                impl::field("failed_clean_ups", failed_clean_ups), impl::field("first_events", first_events),
                impl::field("complete_heartbeats", complete_heartbeats));
  }
  friend bool operator==(const Bounds&, const Bounds&) = default;
};

struct BoundRow {
  std::string_view name;
  std::uint8_t Bounds::*bound;
};
inline constexpr std::array kBounds{
    BoundRow{"losses", &Bounds::losses},
    BoundRow{"extra_copies", &Bounds::extra_copies},
    BoundRow{"resends", &Bounds::resends},
    BoundRow{"deaths", &Bounds::deaths},
    BoundRow{"local_fences", &Bounds::local_fences},
    BoundRow{"shutdowns", &Bounds::shutdowns},
    BoundRow{"failed_creations", &Bounds::failed_creations},
    BoundRow{"failed_clean_ups", &Bounds::failed_clean_ups},
    BoundRow{"first_events", &Bounds::first_events},
    BoundRow{"complete_heartbeats", &Bounds::complete_heartbeats},
};
static_assert(kBounds.size() == sizeof(Bounds), "each bound has a row");

// What a state may look like from which nothing goes on; any other such state is a deadlock.
enum class Terminal : std::uint8_t {
  kQuiet,    // nothing is under way on the links or on the node
  kStopped,  // besides, every owner that began has stopped or died
};
constexpr std::string_view name_of(Terminal terminal) {
  switch (terminal) {
    case Terminal::kQuiet:
      return "quiet";
    case Terminal::kStopped:
      return "stopped";
  }
  return impl::kNoName;
}

struct Scenario {
  std::string name;
  std::string title;
  std::vector<std::string> tags;
  Names names;
  std::array<impl::NodeId, kNodeCount> nodes{};  // that run; theirs are the first ids
  std::vector<impl::Span> spans;  // what owners place; in order, so that neighbours can be merged
  // Dispatchers of another node, of the default mode, which owners may move here.
  std::vector<impl::DispatcherId> elsewhere;
  std::vector<Owner> owners;  // in the order in which the coordinator adds them
  Bounds bounds;
  Terminal terminal = Terminal::kQuiet;  // the widest that is declared
  PropertySet properties;
  bool all_but = false;  // it names the properties that it is not about, and not those that it is about
  LivePropertySet live;
  WitnessSet witnesses;                                   // must be reached under the profile `reference`
  std::vector<std::vector<std::string>> interchangeable;  // sets of ids or owners that play the same part

  [[nodiscard]] bool has_tag(std::string_view tag) const;
  friend bool operator==(const Scenario&, const Scenario&) = default;
};

// Reads a scenario. The document must fit scenario.schema.json, and every name that it refers to must exist.
[[nodiscard]] Result<Scenario> read_scenario(std::string_view text, const std::string& file);
[[nodiscard]] Result<Scenario> read_scenario_file(const std::string& path);

// The scenarios that are built in, in the order of their names.
struct BuiltIn {
  std::string_view name;
  std::string_view text;
};
[[nodiscard]] const std::vector<BuiltIn>& built_in_scenarios();
[[nodiscard]] bool is_built_in(std::string_view name);
[[nodiscard]] Scenario built_in_scenario(std::string_view name);  // must exist

// The schema that scenarios are validated against.
[[nodiscard]] const nlohmann::ordered_json& scenario_schema();
// Of it, what stands in scenario.schema.json: all but the messages.
[[nodiscard]] std::string_view scenario_schema_text();

}  // namespace takeover::spec
