// A renaming reaches every id, node and table of a world, and nothing else.
#include "spec/world/renaming.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <set>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "tests/spec/world/random_world.h"

using namespace takeover;

namespace {

// Three owners that are alike, three ids and three tables: each set can be turned round.
spec::Scenario scenario() {
  spec::Scenario scenario;
  scenario.nodes = {scenario.names.node("here")};
  for (const std::string name : {"A", "B", "C"}) {
    spec::Owner owner;
    owner.name = name;
    owner.node = scenario.names.node("node-" + name);
    owner.event_trigger = scenario.names.dispatcher("event-" + name);
    owner.redo_trigger = scenario.names.dispatcher("redo-" + name);
    owner.creates = {scenario.names.dispatcher("x-" + name), scenario.names.dispatcher("y-" + name)};
    owner.merges = {scenario.names.dispatcher("m-" + name)};
    scenario.owners.push_back(owner);
  }
  scenario.elsewhere = {scenario.names.dispatcher("i"), scenario.names.dispatcher("j"),
                        scenario.names.dispatcher("k")};
  scenario.spans = {{.table = 1}, {.table = 2}, {.table = 3}};
  return scenario;
}
spec::Renaming renaming(const std::vector<std::string>& owners, const std::vector<std::string>& ids,
                        const std::vector<std::string>& tables) {
  const spec::Scenario of = scenario();
  spec::Renaming result(of);
  REQUIRE(result.permute(of, {"A", "B", "C"}, owners));
  REQUIRE(result.permute(of, {"i", "j", "k"}, ids));
  REQUIRE(result.permute(of, {"table-1", "table-2", "table-3"}, tables));
  return result;
}
spec::Renaming turned() {
  return renaming({"B", "C", "A"}, {"j", "k", "i"}, {"table-2", "table-3", "table-1"});
}
spec::Renaming turned_back() {
  return renaming({"C", "A", "B"}, {"k", "i", "j"}, {"table-3", "table-1", "table-2"});
}

// ---- worlds with ids of the scenario alone ----

// Visits what a world consists of.
template <class Visit>
class Walk {
 public:
  explicit Walk(Visit visit) : visit_(std::move(visit)) {}
  template <class T>
  void in(T& value) {
    if constexpr (requires { std::variant_size<T>::value; }) {
      std::visit([this](auto& body) { this->in(body); }, value);
    } else if constexpr (requires { value.begin(); }) {
      for (auto& each : value) in(each);
    } else if constexpr (requires { value.has_value(); }) {
      if (value.has_value()) in(*value);
    } else if constexpr (parts::Part<T>) {
      parts::for_each_member(value, [this](const char* /*name*/, auto& member) { this->in(member); });
    }
    visit_(value);  // after its parts, so that a list is visited when its elements are what they are to be
  }

 private:
  Visit visit_;
};

// In the order in which the implementation, the environment and history keep their lists; an entry twice is
// there once.
template <class T>
void order(T& values) {
  if constexpr (requires {
                  values.insert({});
                  values.resort();
                }) {
    T sorted;
    for (const auto& value : values) sorted.insert(value);  // of two with one key the last
    values = sorted;
  } else if constexpr (requires { values.resort(); }) {
    values.resort();
  }
}
spec::World ordered(spec::World world) {
  Walk([](auto& value) { order(value); }).in(world);
  return world;
}

spec::World random_world(std::uint32_t seed, std::vector<std::uint16_t> ids, std::uint32_t tables,
                         std::size_t longest) {
  parts::Random random(seed, longest);
  random.draw_ids_from(std::move(ids));
  spec::World world;
  random.fill(world);
  world.environment.owners.resize(scenario().owners.size());
  Walk([&](auto& value) {
    if constexpr (std::is_same_v<std::remove_cvref_t<decltype(value)>, impl::Span>) {
      value.table = static_cast<std::uint32_t>(random.up_to(tables));
    }
    // Three nodes have a name, and more dispatchers.
    if constexpr (std::is_same_v<std::remove_cvref_t<decltype(value)>, impl::NodeId>) {
      value = static_cast<impl::NodeId>(1 + static_cast<std::uint16_t>(value) % 4);
    }
  }).in(world);
  return ordered(world);
}
std::vector<std::uint16_t> all_ids() {
  std::vector<std::uint16_t> ids;
  for (std::uint16_t id = 0; id <= 18; ++id) ids.push_back(id);
  return ids;
}

}  // namespace

TEST_CASE("a world that is renamed there and back is the world that it was") {
  for (std::uint32_t seed = 1; seed <= 60; ++seed) {
    CAPTURE(seed);
    const spec::World world = random_world(seed, all_ids(), 3, 3);
    const spec::World there = renamed(world, turned());
    CHECK_FALSE(there == world);
    CHECK(renamed(there, turned_back()) == world);
    CHECK(renamed(there, turned()) == renamed(world, turned_back()));
    CHECK(renamed(world, turned().then(turned())) == renamed(there, turned()));
    CHECK(renamed(world, spec::Renaming(scenario())) == world);
  }
}

TEST_CASE("a renamed world is kept in the order of its new names") {
  for (std::uint32_t seed = 1; seed <= 60; ++seed) {
    CAPTURE(seed);
    const spec::World there = renamed(random_world(seed, all_ids(), 3, 3), turned());
    CHECK(ordered(there) == there);
  }
}

TEST_CASE("every id, node and table of a world has its new name, and all else is as it was") {
  // With one element at most, each list is in order, and a part stands where it stood.
  const spec::Renaming as = turned();
  for (std::uint32_t seed = 1; seed <= 60; ++seed) {
    CAPTURE(seed);
    spec::World expected = random_world(seed, all_ids(), 3, 1);
    spec::World there = renamed(expected, as);
    Walk([&](auto& value) {
      using T = std::remove_cvref_t<decltype(value)>;
      if constexpr (parts::Id<T> || std::is_same_v<T, impl::Span>) value = as(value);
    }).in(expected);
    const auto owners = expected.environment.owners;
    for (std::size_t i = 0; i < owners.size(); ++i) expected.environment.owners[as.owner(i)] = owners[i];
    CHECK(there == expected);
  }
}

TEST_CASE("in a renamed world no old name is left, however it is nested") {
  // All that is named belongs to the owner A, or is `i`, or is of table 1.
  const spec::Scenario of = scenario();
  const spec::Renaming as = turned();
  std::vector<std::uint16_t> old_ids;
  std::set<impl::DispatcherId> new_ids;
  const spec::Owner& a = of.owners[0];
  for (const impl::DispatcherId id :
       {a.event_trigger, a.redo_trigger, a.creates[0], a.creates[1], a.merges[0], of.elsewhere[0]}) {
    old_ids.push_back(static_cast<std::uint16_t>(id));
  }
  const spec::Owner& b = of.owners[1];
  new_ids = {b.event_trigger, b.redo_trigger, b.creates[0], b.creates[1], b.merges[0], of.elsewhere[1]};
  std::size_t seen = 0;
  for (std::uint32_t seed = 1; seed <= 60; ++seed) {
    CAPTURE(seed);
    spec::World world = random_world(seed, old_ids, 1, 4);
    Walk([&](auto& value) {
      using T = std::remove_cvref_t<decltype(value)>;
      if constexpr (std::is_same_v<T, impl::NodeId>) value = a.node;
      if constexpr (std::is_same_v<T, impl::Span>) value.table = 1;
    }).in(world);
    spec::World there = renamed(world, as);
    Walk([&](auto& value) {
      using T = std::remove_cvref_t<decltype(value)>;
      if constexpr (std::is_same_v<T, impl::NodeId>) CHECK(value == b.node);
      if constexpr (std::is_same_v<T, impl::DispatcherId>) CHECK(new_ids.contains(value));
      if constexpr (std::is_same_v<T, impl::Span>) CHECK(value.table == 2);
      if constexpr (parts::Id<T> || std::is_same_v<T, impl::Span>) ++seen;
    }).in(there);
  }
  CHECK(seen > 60 * 50);
}

TEST_CASE("a renaming gives everything one new name, or is none") {
  const spec::Scenario of = scenario();
  const auto permutes = [&](const std::vector<std::string>& set, const std::vector<std::string>& as) {
    spec::Renaming each(of);
    return each.permute(of, set, as);
  };
  CHECK(permutes({"A", "B"}, {"B", "A"}));
  CHECK(permutes({"i", "j"}, {"j", "i"}));
  CHECK_FALSE(permutes({"A", "B"}, {"B", "B"}));
  CHECK_FALSE(permutes({"i", "j"}, {"j", "j"}));
  CHECK_FALSE(permutes({"i", "i"}, {"i", "j"}));
  CHECK_FALSE(permutes({"A", "i"}, {"i", "A"}));
  CHECK_FALSE(permutes({"A", "nobody"}, {"nobody", "A"}));
  CHECK_FALSE(permutes({"nobody"}, {"nobody"}));
  CHECK_FALSE(permutes({"table-1"}, {"table-4"}));
  CHECK_FALSE(permutes({"table-1[0,10)"}, {"table-1[0,10)"}));
  // Whatever an owner has is renamed along with it, in its place.
  spec::Renaming swapped(of);
  REQUIRE(swapped.permute(of, {"A", "B"}, {"B", "A"}));
  CHECK_FALSE(swapped.permute(of, {"event-A", "event-B"}, {"event-A", "event-B"}));
  CHECK(swapped.permute(of, {"event-A", "event-B"}, {"event-B", "event-A"}));
  CHECK(swapped(of.owners[0].creates[1]) == of.owners[1].creates[1]);
  CHECK(swapped(of.owners[2].creates[1]) == of.owners[2].creates[1]);
  CHECK(swapped(impl::DispatcherId::kNone) == impl::DispatcherId::kNone);
  CHECK(swapped(of.nodes[0]) == of.nodes[0]);
  spec::Scenario shorter = of;
  shorter.owners[1].creates.pop_back();
  CHECK_FALSE(spec::Renaming(shorter).permute(shorter, {"A", "B"}, {"B", "A"}));
  shorter = of;
  shorter.owners[1].merges.clear();
  CHECK_FALSE(spec::Renaming(shorter).permute(shorter, {"A", "B"}, {"B", "A"}));
  shorter = of;
  shorter.owners[1].redo_trigger = impl::DispatcherId::kNone;
  CHECK_FALSE(spec::Renaming(shorter).permute(shorter, {"A", "B"}, {"B", "A"}));
}

TEST_CASE(
    "the renamings of a scenario are all that its sets make, each once, but the one that does nothing") {
  spec::Scenario of = scenario();
  CHECK(spec::count_renamings(of) == 1);
  CHECK(spec::renamings(of).empty());
  of.interchangeable = {{"A", "B", "C"}, {"table-2", "table-1"}};
  CHECK(spec::count_renamings(of) == 12);
  std::vector<spec::Renaming> all = spec::renamings(of);
  CHECK(all.size() == 11);
  all.emplace_back(of);
  for (std::size_t i = 0; i < all.size(); ++i) {
    for (std::size_t j = 0; j < all.size(); ++j) {
      CHECK((all[i] == all[j]) == (i == j));
      CHECK(std::ranges::count(all, all[i].then(all[j])) == 1);
    }
  }
}

TEST_CASE("renamings after each other rename what either does") {
  const spec::Scenario of = scenario();
  const auto swap = [&](const char* a, const char* b) {
    spec::Renaming each(of);
    REQUIRE(each.permute(of, {a, b}, {b, a}));
    return each;
  };
  const std::vector<spec::Renaming> all{swap("A", "B"),
                                        swap("B", "C"),
                                        swap("i", "j"),
                                        swap("j", "k"),
                                        swap("table-1", "table-2"),
                                        swap("table-2", "table-3")};
  for (std::size_t a = 0; a < all.size(); ++a) {
    for (std::size_t b = 0; b < all.size(); ++b) {
      CAPTURE(a, b);
      CHECK((all[a] == all[b]) == (a == b));
      const spec::Renaming both = all[a].then(all[b]);
      CHECK((both == spec::Renaming(of)) == (a == b));
      for (std::uint16_t id = 0; id <= 20; ++id) {
        CHECK(both(impl::DispatcherId{id}) == all[b](all[a](impl::DispatcherId{id})));
        CHECK(both(impl::NodeId{id}) == all[b](all[a](impl::NodeId{id})));
        CHECK(both(impl::Span{.table = id}) == all[b](all[a](impl::Span{.table = id})));
      }
      for (std::size_t owner = 0; owner < 3; ++owner) {
        CHECK(both.owner(owner) == all[b].owner(all[a].owner(owner)));
      }
    }
  }
}

TEST_CASE("a set has as many renamings as orders, and too many are not counted to the end") {
  spec::Scenario of = scenario();
  std::vector<std::string> ids;
  for (int i = 0; i < 70; ++i) ids.push_back("id-" + std::to_string(i));
  const auto count = [&](std::ptrdiff_t size) {
    of.interchangeable = {{ids.begin(), ids.begin() + size}};
    return spec::count_renamings(of);
  };
  CHECK(count(4) == spec::kMaxRenamings);
  CHECK(count(5) == 120);
  CHECK(count(70) > spec::kMaxRenamings);
}

TEST_CASE("what can be declared is an owner, an id, or a table that has a span") {
  const spec::Scenario of = scenario();
  CHECK(spec::part_named(of, "A") == spec::PartKind::kOwner);
  CHECK(spec::part_named(of, "event-A") == spec::PartKind::kId);
  CHECK(spec::part_named(of, "table-1") == spec::PartKind::kTable);
  for (const char* name : {"", "nobody", "table-4", "table-1[0,10)", "ddl"}) {
    CAPTURE(name);
    CHECK(spec::part_named(of, name) == spec::PartKind::kNothing);
  }
}

TEST_CASE("a set is interchangeable if the scenario stays as it is, whatever differs") {
  const std::vector<std::string> owners{"A", "B"};
  const auto stays = [&](auto&& change) {
    spec::Scenario of = scenario();
    change(of);
    return spec::is_interchangeable(of, owners);
  };
  CHECK(stays([](auto& /*as it is*/) {}));
  CHECK_FALSE(stays([](auto& s) { s.owners[0].epoch = 1; }));
  CHECK_FALSE(stays([](auto& s) { s.owners[0].start_ts = 1; }));
  CHECK_FALSE(stays([](auto& s) { s.owners[1].closes = true; }));
  CHECK_FALSE(stays([](auto& s) { s.owners[2].removal_of = 0; }));
  CHECK_FALSE(stays([](auto& s) { s.nodes[0] = s.owners[0].node; }));
  CHECK_FALSE(stays([](auto& s) { s.elsewhere.push_back(s.owners[0].creates[0]); }));
  CHECK_FALSE(stays([](auto& s) { s.owners[0].node = s.owners[1].node; }));
  const auto sends = [](impl::NodeId to) { return impl::Message{to, {}, 1, impl::MaintainerCloseRequest{}}; };
  CHECK_FALSE(stays([&](auto& s) { s.owners[0].misbehaviour = {sends(s.owners[0].node)}; }));
  CHECK_FALSE(stays([&](auto& s) {
    for (spec::Owner& owner : s.owners) owner.misbehaviour = {sends(s.owners[0].node)};
  }));
  CHECK(stays([&](auto& s) {
    for (spec::Owner& owner : s.owners) owner.misbehaviour = {sends(owner.node)};
  }));
  // Two that share a node stay in their order, whoever else is renamed.
  CHECK(stays([](auto& s) {
    s.owners.push_back(s.owners[2]);
    s.owners.back().name = "D";
  }));
  // Without ids, and on one node, two owners are told apart by their order alone.
  spec::Scenario bare;
  bare.owners.resize(2);
  bare.owners[0].name = "A";
  bare.owners[1].name = "B";
  CHECK_FALSE(spec::Renaming(bare).permute(bare, {"A"}, {"B"}));
  CHECK_FALSE(spec::is_interchangeable(bare, owners));
  spec::Scenario of = scenario();
  CHECK(spec::is_interchangeable(of, {"table-1", "table-2"}));
  of.spans.pop_back();
  CHECK_FALSE(spec::is_interchangeable(of, {"table-1", "table-3"}));
  of.spans = {{.table = 1, .begin = 0, .end = 10}, {.table = 2}};
  CHECK_FALSE(spec::is_interchangeable(of, {"table-1", "table-2"}));
}
