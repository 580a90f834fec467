// A scenario: who takes part, what may happen how often, and which properties it is about. Built in by name,
// or a file.
#pragma once

#include <array>
#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "impl/fields.h"
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

// How many messages of a kind an owner may send, or has sent. Each has a row, as the bounds have.
struct Allowances {
  std::uint8_t removes = 0;
  std::uint8_t actions = 0;
  std::uint8_t redo_metas = 0;
  std::uint8_t redo_forwards = 0;
  std::uint8_t checkpoints = 0;

  struct Row {
    const char* name;
    std::uint8_t Allowances::*count;
  };
  static constexpr std::array kRows{
      Row{"removes", &Allowances::removes},         Row{"actions", &Allowances::actions},
      Row{"redo_metas", &Allowances::redo_metas},   Row{"redo_forwards", &Allowances::redo_forwards},
      Row{"checkpoints", &Allowances::checkpoints},
  };

  static constexpr auto fields(auto& self, auto&& take) {
    return [&]<std::size_t... I>(std::index_sequence<I...> /*of the rows*/) {
      return take(impl::field(kRows[I].name, self.*kRows[I].count)...);
    }
    (std::make_index_sequence<kRows.size()>{});
  }
  friend bool operator==(const Allowances&, const Allowances&) = default;
};
static_assert(Allowances::kRows.size() == sizeof(Allowances), "each allowance has a row");

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
  Allowances allowed{};
  bool redo = false;  // its changefeed has a redo log; the scenario's unless it says otherwise
  bool hands_over = false;
  bool closes = false;
  bool closes_removed = false;
  bool dies = false;
  bool retries = false;  // sends a Create or Merge again, however often, while no copy is under way
  friend bool operator==(const Owner&, const Owner&) = default;
};

// Each has a row, from which its key in a scenario and its place among the fields follow.
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

  struct Row {
    const char* name;
    std::uint8_t Bounds::*bound;
  };
  static constexpr std::array kRows{
      Row{"losses", &Bounds::losses},
      Row{"extra_copies", &Bounds::extra_copies},
      Row{"resends", &Bounds::resends},
      Row{"deaths", &Bounds::deaths},
      Row{"local_fences", &Bounds::local_fences},
      Row{"shutdowns", &Bounds::shutdowns},
      Row{"failed_creations", &Bounds::failed_creations},
      Row{"failed_clean_ups", &Bounds::failed_clean_ups},
      Row{"first_events", &Bounds::first_events},
      Row{"complete_heartbeats", &Bounds::complete_heartbeats},
  };

  static constexpr auto fields(auto& self, auto&& take) {
    return [&]<std::size_t... I>(std::index_sequence<I...> /*of the rows*/) {
      return take(impl::field(kRows[I].name, self.*kRows[I].bound)...);
    }
    (std::make_index_sequence<kRows.size()>{});
  }
  friend bool operator==(const Bounds&, const Bounds&) = default;
};
static_assert(Bounds::kRows.size() == sizeof(Bounds), "each bound has a row");

// What a state may look like from which nothing goes on; any other such state is a deadlock.
enum class Terminal : std::uint8_t {
  kQuiet,    // nothing is under way on the links or on the node
  kStopped,  // besides, every owner that began has stopped or died
};
constexpr std::string_view name_of(Terminal terminal) {
  switch (terminal) {
    case Terminal::kQuiet: return "quiet";
    case Terminal::kStopped: return "stopped";
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
// Of it, what stands in scenario.schema.json: all but the messages, and the names of bounds and
// allowances.
[[nodiscard]] std::string_view scenario_schema_text();

}  // namespace takeover::spec
