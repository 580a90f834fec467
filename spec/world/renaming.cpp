#include "spec/world/renaming.h"

#include <algorithm>
#include <numeric>
#include <optional>
#include <set>

namespace takeover::spec {
namespace {

std::optional<std::size_t> owner_named(const Scenario& scenario, const std::string& name) {
  const auto it = std::ranges::find(scenario.owners, name, &Owner::name);
  if (it == scenario.owners.end()) return std::nullopt;
  return static_cast<std::size_t>(it - scenario.owners.begin());
}

std::optional<impl::DispatcherId> id_named(const Scenario& scenario, const std::string& name) {
  Names names = scenario.names;
  const impl::DispatcherId id = names.dispatcher(name);
  if (names != scenario.names || id == impl::DispatcherId::kNone) return std::nullopt;
  return id;
}

std::optional<std::uint32_t> table_named(const Scenario& scenario, const std::string& name) {
  const auto span = impl::span_named(name);
  if (!span || !span->is_whole() || span->is_ddl()) return std::nullopt;
  const bool placed = std::ranges::any_of(
      scenario.spans, [&](const impl::Span& placed_span) { return placed_span.table == span->table; });
  return placed ? std::optional(span->table) : std::nullopt;
}

template <class Id>
void grow_to(std::vector<Id>& ids, Id id) {
  while (ids.size() <= static_cast<std::size_t>(id)) ids.push_back(static_cast<Id>(ids.size()));
}

// False if it has another new name already.
template <class Id>
bool map(std::vector<Id>& ids, Id from, Id to) {
  if ((from == Id{}) != (to == Id{})) return false;
  grow_to(ids, std::max(from, to));
  Id& now = ids[static_cast<std::size_t>(from)];
  if (now != from && now != to) return false;
  now = to;
  return true;
}

template <class Id>
bool is_permutation(const std::vector<Id>& ids) {
  return std::set<Id>(ids.begin(), ids.end()).size() == ids.size();
}

Owner renamed(Owner owner, const Renaming& renaming) {
  owner.node = renaming(owner.node);
  owner.event_trigger = renaming(owner.event_trigger);
  owner.redo_trigger = renaming(owner.redo_trigger);
  if (owner.removal_of) owner.removal_of = renaming.owner(*owner.removal_of);
  for (impl::DispatcherId& id : owner.creates) id = renaming(id);
  for (impl::DispatcherId& id : owner.merges) id = renaming(id);
  for (impl::Message& request : owner.misbehaviour) request = spec::renamed(request, renaming);
  return owner;
}

// All that an owner is but its name.
Owner without_name(Owner owner) {
  owner.name.clear();
  return owner;
}

template <class Value>
std::vector<Value> all_renamed(std::vector<Value> values, const Renaming& renaming) {
  for (Value& value : values) value = renaming(value);
  std::ranges::sort(values);
  return values;
}

bool stays(const Scenario& scenario, const Renaming& renaming) {
  const Renaming nothing(scenario);
  // What there is of each node stays where it is.
  if (std::ranges::any_of(scenario.nodes, [&](impl::NodeId id) { return renaming(id) != id; })) return false;
  if (all_renamed(scenario.spans, renaming) != all_renamed(scenario.spans, nothing)) return false;
  if (all_renamed(scenario.elsewhere, renaming) != all_renamed(scenario.elsewhere, nothing)) return false;
  const auto& owners = scenario.owners;
  for (std::size_t i = 0; i < owners.size(); ++i) {
    if (without_name(renamed(owners[i], renaming)) != without_name(owners[renaming.owner(i)])) return false;
    // Of owners on one node the first one comes first.
    for (std::size_t j = 0; j < i; ++j) {
      if (owners[i].node == owners[j].node && renaming.owner(i) < renaming.owner(j)) return false;
    }
  }
  return true;
}

// Calls visit(names) for each order of the set; false as soon as one call is.
bool for_each_order(const std::vector<std::string>& set, auto&& visit) {
  std::vector<std::string> order = set;
  std::ranges::sort(order);
  do {
    if (!visit(order)) return false;
  } while (std::ranges::next_permutation(order).found);
  return true;
}

}  // namespace

Renaming::Renaming(const Scenario& scenario) : owners_(scenario.owners.size()) {
  std::iota(owners_.begin(), owners_.end(), std::size_t{0});
}

impl::Span Renaming::operator()(impl::Span span) const {
  const auto it = std::ranges::find(tables_, span.table, &std::pair<std::uint32_t, std::uint32_t>::first);
  if (it != tables_.end()) span.table = it->second;
  return span;
}

bool Renaming::permute_owner(const Scenario& scenario, std::size_t from, std::size_t to) {
  const Owner& a = scenario.owners[from];
  const Owner& b = scenario.owners[to];
  owners_[from] = to;
  bool well = map(nodes_, a.node, b.node) && map(dispatchers_, a.event_trigger, b.event_trigger) &&
              map(dispatchers_, a.redo_trigger, b.redo_trigger) && a.creates.size() == b.creates.size() &&
              a.merges.size() == b.merges.size();
  if (!well) return false;
  for (std::size_t i = 0; i < a.creates.size(); ++i) well &= map(dispatchers_, a.creates[i], b.creates[i]);
  for (std::size_t i = 0; i < a.merges.size(); ++i) well &= map(dispatchers_, a.merges[i], b.merges[i]);
  return well;
}

bool Renaming::permute(const Scenario& scenario, const std::vector<std::string>& set_of,
                       const std::vector<std::string>& as) {
  for (std::size_t i = 0; i < set_of.size(); ++i) {
    const PartKind kind = part_named(scenario, set_of[i]);
    if (kind == PartKind::kNothing || part_named(scenario, as[i]) != kind) return false;
    if (kind == PartKind::kOwner) {
      if (!permute_owner(scenario, *owner_named(scenario, set_of[i]), *owner_named(scenario, as[i])))
        return false;
    } else if (kind == PartKind::kId) {
      if (!map(dispatchers_, *id_named(scenario, set_of[i]), *id_named(scenario, as[i]))) return false;
    } else {
      tables_.emplace_back(*table_named(scenario, set_of[i]), *table_named(scenario, as[i]));
    }
  }
  return is_permutation(nodes_) && is_permutation(dispatchers_) && is_permutation(owners_);
}

Renaming Renaming::then(const Renaming& other) const {
  Renaming result = *this;
  if (!other.nodes_.empty()) grow_to(result.nodes_, static_cast<impl::NodeId>(other.nodes_.size() - 1));
  if (!other.dispatchers_.empty()) {
    grow_to(result.dispatchers_, static_cast<impl::DispatcherId>(other.dispatchers_.size() - 1));
  }
  for (impl::NodeId& id : result.nodes_) id = other(id);
  for (impl::DispatcherId& id : result.dispatchers_) id = other(id);
  for (std::size_t& owner : result.owners_) owner = other.owner(owner);
  for (auto& [from, to] : result.tables_) to = other(impl::Span{.table = to}).table;
  for (const auto& entry : other.tables_) {
    const bool known =
        std::ranges::any_of(tables_, [&](const auto& own) { return own.first == entry.first; });
    if (!known) result.tables_.push_back(entry);
  }
  return result;
}

bool operator==(const Renaming& a, const Renaming& b) {
  const auto same = [](const auto& x, const auto& y, auto id) {
    for (std::size_t i = 0; i < std::max(x.size(), y.size()); ++i) {
      if (Renaming::at(x, static_cast<decltype(id)>(i)) != Renaming::at(y, static_cast<decltype(id)>(i)))
        return false;
    }
    return true;
  };
  const auto includes = [](const Renaming& x, const Renaming& y) {
    return std::ranges::all_of(y.tables_, [&](const auto& entry) {
      return x(impl::Span{.table = entry.first}).table == entry.second;
    });
  };
  return a.owners_ == b.owners_ && same(a.nodes_, b.nodes_, impl::NodeId{}) &&
         same(a.dispatchers_, b.dispatchers_, impl::DispatcherId{}) && includes(a, b) && includes(b, a);
}

PartKind part_named(const Scenario& scenario, const std::string& name) {
  if (owner_named(scenario, name)) return PartKind::kOwner;
  if (id_named(scenario, name)) return PartKind::kId;
  return table_named(scenario, name) ? PartKind::kTable : PartKind::kNothing;
}

bool is_interchangeable(const Scenario& scenario, const std::vector<std::string>& set) {
  return for_each_order(set, [&](const std::vector<std::string>& order) {
    Renaming renaming(scenario);
    return renaming.permute(scenario, set, order) && stays(scenario, renaming);
  });
}

std::size_t count_renamings(const Scenario& scenario) {
  std::size_t count = 1;
  for (const std::vector<std::string>& set : scenario.interchangeable) {
    for (std::size_t i = 2; i <= set.size() && count <= kMaxRenamings; ++i) count *= i;
  }
  return count;
}

std::vector<Renaming> renamings(const Scenario& scenario) {
  std::vector<Renaming> all{Renaming(scenario)};
  for (const std::vector<std::string>& set : scenario.interchangeable) {
    std::vector<Renaming> more;
    for_each_order(set, [&](const std::vector<std::string>& order) {
      Renaming renaming(scenario);
      if (!renaming.permute(scenario, set, order)) return false;  // was checked when the scenario was read
      for (const Renaming& before : all) more.push_back(before.then(renaming));
      return true;
    });
    all = std::move(more);
  }
  // Orders begin with the sorted one, which need not be that of the set: the one that renames nothing is
  // found by what it does.
  std::erase_if(all, [&](const Renaming& renaming) { return renaming == Renaming(scenario); });
  return all;
}

}  // namespace takeover::spec
