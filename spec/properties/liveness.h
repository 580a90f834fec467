// What must happen in the end, if whoever can go on does: properties of the form "from P on, Q in the end".
//
// Each is judged for every node and owner that it is about (remove-completes: once for a node), on the whole
// graph of a scenario.
// A counterexample is a run that goes round for ever, or stands still, while P held and Q never comes.
//
// Fairness. Each step of a node (by its kind, a handler's by its path) is strongly fair: who waits for the
// fence gets it in the end, as with Go's mutexes. Weakly fair are the arrival of messages (by sender), and of
// each owner that it goes on sending what it is not answered for: its Bootstrap, its Close, its Creates.
// Nothing else is: no owner has to begin, to place, to remove, to hand over or to close anything, and faults
// need not strike.
#pragma once

#include <bitset>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "impl/ids.h"

namespace takeover::spec {

struct Scenario;
struct World;
struct WorldStep;

struct Owner;

enum class LiveProperty : std::uint8_t {
  kBootstrapAnswered,
  kCloseSucceeds,
  kRemoveCompletes,
  kCreateAccepted,
  kCreateTried,
  kCreateSucceeds,
  kCount
};
inline constexpr std::size_t kLivePropertyCount = static_cast<std::size_t>(LiveProperty::kCount);
using LivePropertySet = std::bitset<kLivePropertyCount>;

// A property as it is judged: of one owner, where there is one, and of one node.
struct LiveClaim {
  LiveProperty property = LiveProperty::kBootstrapAnswered;
  std::size_t owner = 0;
  impl::NodeId node = impl::NodeId::kNone;
};

struct LivePropertyInfo {
  LiveProperty property;
  std::string_view id;
  std::string_view text;
  std::string_view premise;
  std::string_view violation;  // what the loop of a counterexample shows
  // Whether it is judged of the scenario's i-th owner.
  bool (*is_about)(const Scenario& scenario, std::size_t owner);
  // P.
  bool (*is_owed)(const World& world, const LiveClaim& claim);
  // The part of Q that is a matter of states, besides that nothing is owed; null: there is none.
  bool (*is_settled)(const Scenario& scenario, const World& world, const LiveClaim& claim) = nullptr;
  // The part of Q that is a matter of the node's own steps; null: there is none.
  bool (*settles)(const Owner& owner, const World& before, const WorldStep& step) = nullptr;
};
[[nodiscard]] std::span<const LivePropertyInfo> all_live_properties();
[[nodiscard]] const LivePropertyInfo& info(LiveProperty property);
[[nodiscard]] std::optional<LiveProperty> live_property_named(std::string_view id);

// Those of the scenario's properties that are also in `judged`.
[[nodiscard]] std::vector<LiveClaim> live_claims(const Scenario& scenario, const LivePropertySet& judged);

[[nodiscard]] bool is_owed(const LiveClaim& claim, const World& world);
[[nodiscard]] bool is_settled(const Scenario& scenario, const LiveClaim& claim, const World& world);
[[nodiscard]] bool settles(const Scenario& scenario, const LiveClaim& claim, const World& before,
                           const WorldStep& step);

// How many owners a scenario may have whose liveness is judged: each has fair actions of its own, of which
// there are kMostFairActions at most.
inline constexpr std::size_t kMostFairActions = 64;
[[nodiscard]] std::size_t most_live_owners();

// The fair actions that a step takes, as bits; and their names, in the order of the bits.
[[nodiscard]] std::uint64_t fair_actions_of(const Scenario& scenario, const WorldStep& step);
[[nodiscard]] std::vector<std::string> fair_action_names(const Scenario& scenario);
// Those that are strongly fair; the others are weakly fair.
[[nodiscard]] std::uint64_t strongly_fair_actions();
// Those that a loop passes over for ever: strongly fair and enabled in one of its states, or weakly fair and
// enabled in all of them, and never taken. `enabled`: of each state.
[[nodiscard]] std::uint64_t passed_over(std::span<const std::uint64_t> enabled, std::uint64_t taken);

}  // namespace takeover::spec
