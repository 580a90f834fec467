// What owner-fence takes for control state is the same on both sides.
#include <array>
#include <catch2/catch.hpp>
#include <cstdint>
#include <string>
#include <vector>

#include "impl/fields.h"
#include "spec/smt/ground.h"
#include "spec/smt/state.h"
#include "spec/smt/variables.h"
#include "tests/spec/world/random_world.h"

using namespace takeover;

namespace {

constexpr std::array kIds{impl::DispatcherId{1}, impl::DispatcherId{2}, impl::DispatcherId{3}};

std::vector<smt::Values> grounds(const impl::DispatcherOrchestrator& node) {
  std::vector<smt::Values> all;
  for (const impl::DispatcherId id : kIds) all.push_back(smt::ground(node, id));
  return all;
}

// As State::terms() has them.
std::vector<smt::Row> rows_of_state() {
  std::vector<smt::Row> all;
  const auto add = [&](auto variable) { all.push_back(row(variable)); };
  smt::for_each_variable<smt::Scalar>(add);
  smt::for_each_variable<smt::Own>(add);
  for (std::size_t m = 0; m < 2; ++m) smt::for_each_variable<smt::InMode>(add);
  return all;
}

struct Seen {
  bool of_control = false;  // it shows a change of a field that is control state
  bool of_other = false;
};

}  // namespace

TEST_CASE("a variable is control state if it shows a field that is") {
  const std::vector<smt::Row> rows = rows_of_state();
  std::vector<Seen> seen(rows.size());
  for (std::uint32_t seed = 1; seed <= 200; ++seed) {
    parts::Random random(seed);
    random.draw_ids_from({0, 1, 2, 3});
    impl::DispatcherOrchestrator node;
    impl::DispatcherManager& manager = node.manager.emplace();
    const auto is_sound = [&] { return manager.schedule.next <= manager.schedule.batch.size(); };
    do random.fill(manager);
    while (!is_sound());
    const std::vector<smt::Values> before = grounds(node);
    impl::for_each_field(manager, [&]<class Field>(const Field& field) {
      const auto look = [&](const std::string& /*where*/) {
        if (!is_sound()) return;
        const std::vector<smt::Values> after = grounds(node);
        for (std::size_t i = 0; i < before.size(); ++i) {
          for (std::size_t v = 0; v < rows.size(); ++v) {
            if (before[i][v] == after[i][v]) continue;
            (Field::has(impl::role::kControl) ? seen[v].of_control : seen[v].of_other) = true;
          }
        }
      };
      parts::Changes(random, look).in(field.value, field.name);
    });
  }
  for (std::size_t v = 0; v < rows.size(); ++v) {
    const smt::Row& row = rows[v];
    CAPTURE(row.name);
    CHECK_FALSE((row.is_control && seen[v].of_other));
    // That a manager is here at all is no field of it; and only the batch of Creates is what a Schedule
    // changes, not how far its handler has come.
    if (row.name == "manager" || row.name == "schedule") continue;
    CHECK(row.is_control == seen[v].of_control);
  }
}
