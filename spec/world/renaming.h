// Renamings of what plays the same part in a scenario: owners, with their nodes and ids, ids, and tables.
//
// A scenario declares sets (`interchangeable`). Each permutation of a set is a renaming, and so are all that
// follow from them; an owner's node, triggers and fresh ids are renamed along with it, in their order. A
// renaming of a scenario must leave it as it is, which is checked when the scenario is read. Then it leaves
// every run a run: nothing in the protocol looks at an id or a node otherwise than whether two are equal, and
// where something is kept in the order of ids, that order decides nothing.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "impl/ids.h"
#include "spec/world/scenario.h"
#include "spec/world/world.h"

namespace takeover::spec {

class Renaming {
 public:
  explicit Renaming(const Scenario& scenario);  // the one that renames nothing

  [[nodiscard]] impl::NodeId operator()(impl::NodeId id) const { return at(nodes_, id); }
  [[nodiscard]] impl::DispatcherId operator()(impl::DispatcherId id) const { return at(dispatchers_, id); }
  [[nodiscard]] impl::Span operator()(impl::Span span) const;
  [[nodiscard]] std::size_t owner(std::size_t index) const { return owners_[index]; }

  // Each name of the set, all of which are of one kind, becomes the one in the same place of `as`. False if
  // something would have two new names.
  [[nodiscard]] bool permute(const Scenario& scenario, const std::vector<std::string>& set,
                             const std::vector<std::string>& as);
  // First this one, then the other one.
  [[nodiscard]] Renaming then(const Renaming& other) const;

  // Whether both rename alike.
  friend bool operator==(const Renaming& a, const Renaming& b);

 private:
  template <class Id>
  static Id at(const std::vector<Id>& ids, Id id) {
    const auto index = static_cast<std::size_t>(id);
    return index < ids.size() ? ids[index] : id;
  }
  [[nodiscard]] bool permute_owner(const Scenario& scenario, std::size_t from, std::size_t to);

  std::vector<impl::NodeId> nodes_{};  // by id
  std::vector<impl::DispatcherId> dispatchers_{};
  std::vector<std::size_t> owners_{};
  std::vector<std::pair<std::uint32_t, std::uint32_t>> tables_{};
};

// What can be declared: an owner, an id that an owner uses, or a table that has a span.
enum class PartKind : std::uint8_t { kNothing, kOwner, kId, kTable };
[[nodiscard]] PartKind part_named(const Scenario& scenario, const std::string& name);

// Whether the scenario stays as it is under all permutations of the set.
[[nodiscard]] bool is_interchangeable(const Scenario& scenario, const std::vector<std::string>& set);

// How many renamings the declared sets make, the one that renames nothing included.
inline constexpr std::size_t kMaxRenamings = 24;
[[nodiscard]] std::size_t count_renamings(const Scenario& scenario);
// All of them but that one.
[[nodiscard]] std::vector<Renaming> renamings(const Scenario& scenario);

[[nodiscard]] World renamed(const World& world, const Renaming& renaming);
[[nodiscard]] impl::Message renamed(const impl::Message& request, const Renaming& renaming);

}  // namespace takeover::spec
