#include "spec/properties/liveness.h"

#include <algorithm>
#include <array>

#include "impl/guards.h"
#include "spec/properties/properties.h"
#include "spec/world/scenario.h"
#include "spec/world/world.h"

namespace takeover::spec {
namespace {

const OwnerState& owner_of(const World& world, const LiveClaim& claim) {
  return world.environment.owners[claim.owner];
}

bool is_leaving(const World& world, const LiveClaim& claim) {
  const impl::DispatcherOrchestrator& node = world.nodes[claim.node];
  return node.fenced || node.closed;
}

// A later owner has begun: it may have the node now.
bool is_superseded(const Scenario& scenario, const World& world, std::size_t owner) {
  for (std::size_t i = 0; i < scenario.owners.size(); ++i) {
    const bool later = scenario.owners[i].epoch > scenario.owners[owner].epoch;
    if (later && world.environment.owners[i].phase != Phase::kIdle) return true;
  }
  return false;
}

// Nobody has to answer it any more.
bool is_given_up(const Scenario& scenario, const World& world, const LiveClaim& claim) {
  return is_leaving(world, claim) || is_superseded(scenario, world, claim.owner);
}

// ---- bootstrap-answered

bool is_about_bootstrap(const Scenario& scenario, std::size_t owner) {
  // Epoch 0 gives no order, so that it could not be said who is superseded.
  return !scenario.owners[owner].removal_of && scenario.owners[owner].epoch > 0;
}

bool awaits_bootstrap(const World& world, const LiveClaim& claim) {
  return owner_of(world, claim).phase == Phase::kBootstrapping;
}

bool answers_bootstrap(const Owner& owner, const World& before, const WorldStep& step) {
  if (before.environment.loses_reply_of == step.action.node) return false;
  return std::ranges::any_of(step.out.sent, [&](const impl::Message& reply) {
    const auto* response = reply.as<impl::MaintainerBootstrapResponse>();
    return response != nullptr && reply.to == owner.node && (reply.epoch == owner.epoch || reply.epoch == 0);
  });
}

// ---- close-succeeds

bool is_about_close(const Scenario& scenario, std::size_t owner) {
  return scenario.owners[owner].closes || scenario.owners[owner].closes_removed;
}

bool awaits_close(const World& world, const LiveClaim& claim) {
  return owner_of(world, claim).phase == Phase::kClosing;
}

bool is_left(const Scenario& /*scenario*/, const World& world, const LiveClaim& claim) {
  return is_leaving(world, claim);
}

// ---- remove-completes, judged once for a node

bool is_about_node(const Scenario& /*scenario*/, std::size_t owner) {
  return owner == 0;
}

bool has_removal(const World& world, const LiveClaim& claim) {
  const impl::DispatcherOrchestrator& node = world.nodes[claim.node];
  if (!node.manager) return false;
  const impl::DispatcherManager& manager = *node.manager;
  const auto removes = [](const impl::JournalEntry& e) { return e.action == impl::ScheduleAction::kRemove; };
  const auto is_removed = [](const impl::Dispatcher& d) { return d.try_removing || d.removing; };
  return std::ranges::any_of(manager.journal, removes) ||
         std::ranges::any_of(manager.dispatchers, is_removed);
}

// ---- create-accepted, create-tried, create-succeeds

bool is_about_create(const Scenario& scenario, std::size_t owner) {
  return scenario.owners[owner].retries && !scenario.owners[owner].creates.empty();
}

bool awaits_create(const World& world, const LiveClaim& claim) {
  const OwnerState& owner = owner_of(world, claim);
  return owner.phase == Phase::kRunning &&
         std::ranges::any_of(owner.record, [](const Placement& p) { return p.belief == Belief::kCreating; });
}

bool tries_create(const Owner& owner, const World& before, const WorldStep& step) {
  const impl::NodeAction* action = step.action.of_node();
  const impl::DispatcherOrchestrator& node = before.nodes[step.action.node];
  const bool handles = action != nullptr && action->kind == impl::NodeActionKind::kHandle &&
                       action->path == impl::Path::kSchedule && node.manager;
  if (!handles || node.manager->schedule.step != impl::ScheduleStep::kCreate) return false;
  const impl::ScheduleHandler& handler = node.manager->schedule;
  return std::ranges::find(owner.creates, handler.batch[handler.next].id) != owner.creates.end();
}

// Or one of the owner's Creates is in the journal, or its dispatcher is here.
bool is_create_accepted(const Scenario& scenario, const World& world, const LiveClaim& claim) {
  if (is_given_up(scenario, world, claim)) return true;
  const impl::DispatcherOrchestrator& node = world.nodes[claim.node];
  if (!node.manager) return false;
  const Owner& owner = scenario.owners[claim.owner];
  const impl::DispatcherManager& manager = *node.manager;
  return std::ranges::any_of(owner.creates, [&](impl::DispatcherId id) {
    const auto is_own = [&](const impl::JournalEntry& e) {
      return e.id == id && e.action == impl::ScheduleAction::kCreate && e.from == owner.node &&
             e.epoch == owner.epoch;
    };
    return std::ranges::any_of(manager.journal, is_own) ||
           std::ranges::any_of(manager.dispatchers, [&](const impl::Dispatcher& d) { return d.id == id; });
  });
}

constexpr std::array<LivePropertyInfo, kLivePropertyCount> kProperties{{
    {LiveProperty::kBootstrapAnswered, "bootstrap-answered",
     "An owner that keeps sending its Bootstrap is answered in the end, unless a later owner has begun or the node is leaving",
     "an owner waits for the answer to its Bootstrap",
     "the owner goes on sending its Bootstrap and is never answered", is_about_bootstrap, awaits_bootstrap,
     is_given_up, answers_bootstrap},
    {LiveProperty::kCloseSucceeds, "close-succeeds",
     "A Close that keeps being sent is answered with success in the end, unless the node is leaving",
     "an owner waits for the success of its Close",
     "the owner goes on sending its Close, and it never succeeds", is_about_close, awaits_close, is_left},
    {LiveProperty::kRemoveCompletes, "remove-completes",
     "An admitted Remove ends with the dispatcher gone and its journal entry with it, or with the manager gone",
     "a Remove is in the journal, or a dispatcher under removal", "a Remove is under way for ever",
     is_about_node, has_removal},
    {LiveProperty::kCreateAccepted, "create-accepted",
     "A Create that keeps being sent is journalled for its owner in the end, or its dispatcher is here, unless its owner stops, a later owner has begun or the node is leaving",
     "an owner waits for a dispatcher that it has asked for",
     "the owner goes on asking for the dispatcher, and its Create is dropped each time", is_about_create,
     awaits_create, is_create_accepted, tries_create},
    {LiveProperty::kCreateTried, "create-tried",
     "A Create that keeps being sent is tried in the end, unless its owner stops, a later owner has begun or the node is leaving",
     "an owner waits for a dispatcher that it has asked for",
     "the owner goes on asking for the dispatcher, and nobody tries to create it", is_about_create,
     awaits_create, is_given_up, tries_create},
    {LiveProperty::kCreateSucceeds, "create-succeeds",
     "A Create that keeps being sent ends in the dispatcher being reported, unless its owner stops, a later owner has begun or the node is leaving",
     "an owner waits for a dispatcher that it has asked for",
     "the owner goes on asking for the dispatcher, and it is never there", is_about_create, awaits_create,
     is_given_up},
}};
static_assert(impl::is_indexed(kProperties, &LivePropertyInfo::property));

// What goes wrong without a guard is a violation of some property, of safety or of these.
constexpr bool violates_some_property(const impl::GuardInfo& guard) {
  return guard.violates == kDeadlockFree || property_named(guard.violates) ||
         std::ranges::count(kProperties, guard.violates, &LivePropertyInfo::id) == 1;
}
static_assert(std::ranges::all_of(impl::all_guards(), violates_some_property));

// ---- fairness: bits for each node's steps, in the order of their kinds, then one for each owner's ----

struct NodeBits {
  PerNode<std::array<std::optional<std::size_t>, kActionKindCount>> of{};  // by kind
  std::size_t count = 0;
};
constexpr NodeBits kNodeBits = [] {
  NodeBits bits;
  for (auto& of : bits.of) {
    for (const impl::Path path : impl::kAllOf<impl::Path>) of[kind_of({.path = path})] = bits.count++;
    for (const auto kind : impl::kAllOf<impl::NodeActionKind>) {
      const bool is_fair = kind != impl::NodeActionKind::kHandle && row_of(kind).is_strongly_fair();
      if (is_fair) of[kind_of({.kind = kind})] = bits.count++;
    }
  }
  return bits;
}();
constexpr std::size_t kBitsOfOwner = impl::kCountOf<OwnerFairness>;
static_assert(kNodeBits.count + kBitsOfOwner <= kMostFairActions, "an owner at least has its bits");

std::size_t owner_bit(std::size_t owner, OwnerFairness fair) {
  return kNodeBits.count + owner * kBitsOfOwner + impl::index_of(fair);
}

std::optional<std::size_t> fair_bit(const Scenario& scenario, const EnvironmentAction& action) {
  const bool sends = action.kind == EnvironmentActionKind::kSend;
  const auto fair = sends ? row_of(action.row).fair : row_of(action.kind).fair;
  if (!fair || (sends && !action.again)) return std::nullopt;
  if (sends) return owner_bit(action.owner, *fair);
  const auto sender = std::ranges::find(scenario.owners, action.request.from, &Owner::node);
  if (sender == scenario.owners.end()) return std::nullopt;
  return owner_bit(static_cast<std::size_t>(sender - scenario.owners.begin()), *fair);
}

}  // namespace

std::span<const LivePropertyInfo> all_live_properties() {
  return kProperties;
}

const LivePropertyInfo& info(LiveProperty property) {
  return kProperties[static_cast<std::size_t>(property)];
}

std::optional<LiveProperty> live_property_named(std::string_view id) {
  const auto* it = std::ranges::find(kProperties, id, &LivePropertyInfo::id);
  if (it == kProperties.end()) return std::nullopt;
  return it->property;
}

std::vector<LiveClaim> live_claims(const Scenario& scenario, const LivePropertySet& judged) {
  std::vector<LiveClaim> claims;
  for (const LivePropertyInfo& each : kProperties) {
    const auto index = static_cast<std::size_t>(each.property);
    if (!scenario.live[index] || !judged[index]) continue;
    for (std::size_t owner = 0; owner < scenario.owners.size(); ++owner) {
      if (!each.is_about(scenario, owner)) continue;
      for (const impl::NodeId node : scenario.nodes) claims.push_back({each.property, owner, node});
    }
  }
  return claims;
}

bool is_owed(const LiveClaim& claim, const World& world) {
  return info(claim.property).is_owed(world, claim);
}

bool is_settled(const Scenario& scenario, const LiveClaim& claim, const World& world) {
  if (!is_owed(claim, world)) return true;
  const auto is_settled = info(claim.property).is_settled;
  return is_settled != nullptr && is_settled(scenario, world, claim);
}

bool settles(const Scenario& scenario, const LiveClaim& claim, const World& before, const WorldStep& step) {
  const auto settles = info(claim.property).settles;
  return settles != nullptr && step.action.node == claim.node &&
         settles(scenario.owners[claim.owner], before, step);
}

std::uint64_t fair_actions_of(const Scenario& scenario, const WorldStep& step) {
  const impl::NodeAction* node_action = step.action.of_node();
  const std::optional<std::size_t> bit = node_action != nullptr
                                             ? kNodeBits.of[step.action.node][kind_of(*node_action)]
                                             : fair_bit(scenario, *step.action.of_environment());
  return bit ? std::uint64_t{1} << *bit : 0;
}

std::vector<std::string> fair_action_names(const Scenario& scenario) {
  const std::vector<std::string>& kinds = action_kind_names();
  std::vector<std::string> names;
  for (const impl::NodeId node : scenario.nodes) {
    const std::string whose = scenario.nodes.size() > 1 ? scenario.names.of(node) + "/" : "";
    for (std::size_t kind = 0; kind < kActionKindCount; ++kind) {
      if (kNodeBits.of[node][kind]) names.push_back(whose + kinds[kind]);
    }
  }
  for (const Owner& owner : scenario.owners) {
    for (const OwnerFairness fair : impl::kAllOf<OwnerFairness>) {
      names.push_back(owner.name + "/" + std::string(name_of(fair)));
    }
  }
  return names;
}

std::uint64_t strongly_fair_actions() {
  return (std::uint64_t{1} << kNodeBits.count) - 1;
}

std::uint64_t passed_over(std::span<const std::uint64_t> enabled, std::uint64_t taken) {
  std::uint64_t somewhere = 0;
  std::uint64_t everywhere = ~std::uint64_t{0};
  for (const std::uint64_t actions : enabled) {
    somewhere |= actions;
    everywhere &= actions;
  }
  const std::uint64_t strong = strongly_fair_actions();
  return ((strong & somewhere) | (~strong & somewhere & everywhere)) & ~taken;
}

std::size_t most_live_owners() {
  return (kMostFairActions - kNodeBits.count) / kBitsOfOwner;
}

}  // namespace takeover::spec
