#include "spec/properties/liveness.h"

#include <algorithm>
#include <array>
#include <limits>
#include <variant>

#include "spec/world/scenario.h"
#include "spec/world/world.h"

namespace takeover::spec {
namespace {

constexpr std::array<LivePropertyInfo, kLivePropertyCount> kProperties{{
    {LiveProperty::kBootstrapAnswered, "bootstrap-answered",
     "An owner that keeps sending its Bootstrap is answered in the end, unless a later owner has begun or "
     "the "
     "node is leaving",
     "an owner waits for the answer to its Bootstrap",
     "the owner goes on sending its Bootstrap and is never answered"},
    {LiveProperty::kCloseSucceeds, "close-succeeds",
     "A Close that keeps being sent is answered with success in the end, unless the node is leaving",
     "an owner waits for the success of its Close",
     "the owner goes on sending its Close, and it never succeeds"},
    {LiveProperty::kRemoveCompletes, "remove-completes",
     "An admitted Remove ends with the dispatcher gone and its journal entry with it, or with the manager "
     "gone",
     "a Remove is in the journal, or a dispatcher under removal", "a Remove is under way for ever"},
    {LiveProperty::kCreateAccepted, "create-accepted",
     "A Create that keeps being sent is journalled for its owner in the end, or its dispatcher is here, "
     "unless "
     "its owner stops, a later owner has begun or the node is leaving",
     "an owner waits for a dispatcher that it has asked for",
     "the owner goes on asking for the dispatcher, and its Create is dropped each time"},
    {LiveProperty::kCreateTried, "create-tried",
     "A Create that keeps being sent is tried in the end, unless its owner stops, a later owner has begun or "
     "the node is leaving",
     "an owner waits for a dispatcher that it has asked for",
     "the owner goes on asking for the dispatcher, and nobody tries to create it"},
    {LiveProperty::kCreateSucceeds, "create-succeeds",
     "A Create that keeps being sent ends in the dispatcher being reported, unless its owner stops, a later "
     "owner has begun or the node is leaving",
     "an owner waits for a dispatcher that it has asked for",
     "the owner goes on asking for the dispatcher, and it is never there"},
}};

constexpr bool in_order() {
  for (std::size_t i = 0; i < kProperties.size(); ++i) {
    if (static_cast<std::size_t>(kProperties[i].property) != i) return false;
  }
  return true;
}
static_assert(in_order(), "the table is indexed by the enumeration");

bool is_about(LiveProperty property, const Scenario& scenario, std::size_t owner) {
  const Owner& o = scenario.owners[owner];
  switch (property) {
    case LiveProperty::kBootstrapAnswered:
      // Epoch 0 gives no order, so that it could not be said who is superseded.
      return !o.removal_of && o.epoch > 0;
    case LiveProperty::kCloseSucceeds:
      return o.closes || o.closes_removed;
    case LiveProperty::kRemoveCompletes:
      return owner == 0;
    default:
      return o.retries && !o.creates.empty();
  }
}

bool is_leaving(const World& world) {
  return world.node.fenced || world.node.closed;
}

// A later owner has begun: it may have the node now.
bool is_superseded(const Scenario& scenario, const World& world, std::size_t owner) {
  for (std::size_t i = 0; i < scenario.owners.size(); ++i) {
    const bool later = scenario.owners[i].epoch > scenario.owners[owner].epoch;
    if (later && world.environment.owners[i].phase != Phase::kIdle) return true;
  }
  return false;
}

bool has_removal(const World& world) {
  if (!world.node.manager) return false;
  const impl::DispatcherManager& manager = *world.node.manager;
  const auto removes = [](const impl::JournalEntry& e) { return e.action == impl::ScheduleAction::kRemove; };
  const auto is_removed = [](const impl::Dispatcher& d) { return d.try_removing || d.removing; };
  return std::ranges::any_of(manager.journal, removes) ||
         std::ranges::any_of(manager.dispatchers, is_removed);
}

bool tries_create(const Owner& owner, const World& before, const WorldStep& step) {
  const auto* action = std::get_if<impl::NodeAction>(&step.action);
  const bool handles = action != nullptr && action->kind == impl::NodeActionKind::kHandle &&
                       action->path == impl::Path::kSchedule && before.node.manager;
  if (!handles || before.node.manager->schedule.step != impl::ScheduleStep::kCreate) return false;
  const impl::ScheduleHandler& handler = before.node.manager->schedule;
  return std::ranges::find(owner.creates, handler.batch[handler.next].id) != owner.creates.end();
}

// One of the owner's Creates is in the journal, or its dispatcher is here.
bool is_create_accepted(const Owner& owner, const World& world) {
  if (!world.node.manager) return false;
  const impl::DispatcherManager& manager = *world.node.manager;
  return std::ranges::any_of(owner.creates, [&](impl::DispatcherId id) {
    const auto is_own = [&](const impl::JournalEntry& e) {
      return e.id == id && e.action == impl::ScheduleAction::kCreate && e.from == owner.node &&
             e.epoch == owner.epoch;
    };
    return std::ranges::any_of(manager.journal, is_own) ||
           std::ranges::any_of(manager.dispatchers, [&](const impl::Dispatcher& d) { return d.id == id; });
  });
}

bool awaits_create(const OwnerState& state) {
  return state.phase == Phase::kRunning &&
         std::ranges::any_of(state.record, [](const Placement& p) { return p.belief == Belief::kCreating; });
}

// ---- fairness: bits for the node's steps, then four per owner ----

constexpr std::size_t kNodeBits = impl::kPathCount + 9;
constexpr std::array<std::string_view, 4> kOwnerActions{"bootstrap", "close", "resend", "receive"};

std::optional<std::size_t> fair_bit(const impl::NodeAction& action) {
  using Kind = impl::NodeActionKind;
  if (action.kind == Kind::kHandle) return static_cast<std::size_t>(action.path);
  constexpr std::array kFair{Kind::kRemoveTask, Kind::kCleanUp,     Kind::kReport,
                             Kind::kExecute,    Kind::kMergeTask,   Kind::kStopWritePath,
                             Kind::kUnregister, Kind::kFinishClose, Kind::kReportError};
  static_assert(kFair.size() + impl::kPathCount == kNodeBits);
  const auto* const it = std::ranges::find(kFair, action.kind);
  if (it == kFair.end()) return std::nullopt;
  return impl::kPathCount + static_cast<std::size_t>(it - kFair.begin());
}

std::size_t owner_bit(std::size_t owner, std::size_t action) {
  return kNodeBits + owner * kOwnerActions.size() + action;
}

std::optional<std::size_t> fair_bit(const Scenario& scenario, const EnvironmentAction& action) {
  if (action.kind == EnvironmentActionKind::kReceive) {
    const auto sender = std::ranges::find(scenario.owners, action.request.from, &Owner::node);
    if (sender == scenario.owners.end()) return std::nullopt;
    return owner_bit(static_cast<std::size_t>(sender - scenario.owners.begin()), 3);
  }
  if (action.kind != EnvironmentActionKind::kSend) return std::nullopt;
  switch (action.row) {
    case Row::kBootstrap:
      if (!action.again) return std::nullopt;
      return owner_bit(action.owner, 0);
    case Row::kClose:
    case Row::kCloseRemoved:
      if (!action.again) return std::nullopt;
      return owner_bit(action.owner, 1);
    case Row::kResend:
      return owner_bit(action.owner, 2);
    default:
      return std::nullopt;
  }
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
      if (is_about(each.property, scenario, owner)) claims.push_back({each.property, owner});
    }
  }
  return claims;
}

bool is_owed(const Scenario& /*scenario*/, const LiveClaim& claim, const World& world) {
  const OwnerState& owner = world.environment.owners[claim.owner];
  switch (claim.property) {
    case LiveProperty::kBootstrapAnswered:
      return owner.phase == Phase::kBootstrapping;
    case LiveProperty::kCloseSucceeds:
      return owner.phase == Phase::kClosing;
    case LiveProperty::kRemoveCompletes:
      return has_removal(world);
    default:
      return awaits_create(owner);
  }
}

bool is_settled(const Scenario& scenario, const LiveClaim& claim, const World& world) {
  if (!is_owed(scenario, claim, world)) return true;
  switch (claim.property) {
    case LiveProperty::kCloseSucceeds:
      return is_leaving(world);
    case LiveProperty::kRemoveCompletes:
      return false;
    case LiveProperty::kCreateAccepted:
      if (is_create_accepted(scenario.owners[claim.owner], world)) return true;
      [[fallthrough]];
    default:
      return is_leaving(world) || is_superseded(scenario, world, claim.owner);
  }
}

bool settles(const Scenario& scenario, const LiveClaim& claim, const World& before, const WorldStep& step) {
  const Owner& owner = scenario.owners[claim.owner];
  if (claim.property == LiveProperty::kCreateTried || claim.property == LiveProperty::kCreateAccepted) {
    return tries_create(owner, before, step);
  }
  if (claim.property != LiveProperty::kBootstrapAnswered || before.environment.lose_reply) return false;
  return std::ranges::any_of(step.out.sent, [&](const impl::Message& reply) {
    const auto* response = reply.as<impl::MaintainerBootstrapResponse>();
    return response != nullptr && reply.to == owner.node && (reply.epoch == owner.epoch || reply.epoch == 0);
  });
}

std::uint64_t fair_actions_of(const Scenario& scenario, const WorldStep& step) {
  const auto* node_action = std::get_if<impl::NodeAction>(&step.action);
  const std::optional<std::size_t> bit = node_action != nullptr
                                             ? fair_bit(*node_action)
                                             : fair_bit(scenario, std::get<EnvironmentAction>(step.action));
  return bit ? std::uint64_t{1} << *bit : 0;
}

std::vector<std::string> fair_action_names(const Scenario& scenario) {
  const std::vector<std::string>& kinds = action_kind_names();
  std::vector<std::string> names(kinds.begin() + kRowCount + 4, kinds.begin() + kRowCount + 4 + kNodeBits);
  for (const Owner& owner : scenario.owners) {
    for (const std::string_view action : kOwnerActions)
      names.push_back(owner.name + "/" + std::string(action));
  }
  return names;
}

std::uint64_t strongly_fair_actions() {
  return (std::uint64_t{1} << kNodeBits) - 1;
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
  return (kMostFairActions - kNodeBits) / kOwnerActions.size();
}

}  // namespace takeover::spec
