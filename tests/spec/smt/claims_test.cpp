// The lemmas that stand for properties say what the judge says, transition by transition.
#include "tests/spec/smt/claims.h"

#include <algorithm>
#include <array>
#include <catch2/catch.hpp>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "checker/engine/encoder.h"
#include "checker/model/node_model.h"
#include "spec/profiles.h"
#include "tests/spec/smt/mutants.h"
#include "traces/replay.h"

using namespace takeover;
using tests::Claims;
using tests::Formulas;
using tests::Place;
using tests::Point;

namespace {

const std::string kRoot = TAKEOVER_SOURCE_DIR;

// -------------------------------------------------------------------------------------------- differences

// What one side calls a violation and the other does not, as docs/proof.md names it.
struct Difference {
  std::string_view property;
  bool of_step;   // of the lemmas and judgements of a step, or of those of a state
  bool by_lemma;  // the lemma is broken, and the judge content; or the other way round
  bool (*is_one)(const Place& before, const Claims::Taken& taken);
  std::string_view why;
};

constexpr std::array kDifferences{
    Difference{"owner-from-request", false, true,
               [](const Place&, const Claims::Taken& taken) {
                 return taken.place.node.initializing.has_value() && !taken.place.node.manager;
               },
               "the judge looks at published managers, the lemma also at one that is being built"},
};

// ---------------------------------------------------------------------------------------- comparing both

class Comparison {
 public:
  void add(const Place& before, const Claims::Taken& taken) {
    ++transitions;
    for (std::size_t p = 0; p < spec::kPropertyCount; ++p) {
      const std::string_view id = spec::info(static_cast<spec::Property>(p)).id;
      if (std::ranges::find(smt::properties_proved(), id, &smt::Lemma::id) ==
          smt::properties_proved().end()) {
        continue;
      }
      compare(id, false, taken.verdicts.judged_state[p], taken.verdicts.state[p], before, taken);
      compare(id, true, taken.verdicts.judged_step[p], taken.verdicts.step[p], before, taken);
    }
  }

  std::string where{};
  std::uint64_t transitions = 0;
  std::map<std::string, std::vector<std::string>> unnamed{};  // differences that nothing names, and where
  std::set<std::string> violated{};                           // by both
  std::set<const Difference*> met{};

 private:
  void compare(std::string_view id, bool of_step, bool judge, bool lemma, const Place& before,
               const Claims::Taken& taken) {
    if (judge && lemma) violated.emplace(id);
    if (judge == lemma) return;
    bool is_named = false;
    for (const Difference& each : kDifferences) {
      const bool is_this = each.property == id && each.of_step == of_step && each.by_lemma == lemma &&
                           each.is_one(before, taken);
      if (is_this) met.insert(&each);
      is_named = is_named || is_this;
    }
    if (is_named) return;
    const std::string difference = std::string(id) + (of_step ? " of a step" : " of a state") +
                                   (judge ? ": only the judge" : ": only the lemma");
    std::string at = where;
    if (!taken.place.relation.taken.empty()) {
      at += ", " + std::string(smt::row(taken.place.relation.taken.front().step.action).name);
    }
    unnamed[difference].push_back(at);
  }
};

// ----------------------------------------------------------------------------------------- points of runs

// What lemmas of properties were evaluated on, to be evaluated again with the lemma changed.
class Points {
 public:
  void note(const Point& point) {
    const auto& formula = formula_of(*point.formulas, point);
    if (!spec::property_named(formula.lemma->id)) return;
    Of& of = lemmas_[formula.lemma];
    if (of.variables.empty()) of.variables = tests::variables_of(formula.term);
    smt::Values values;
    for (const smt::Index each : of.variables) values.push_back(point.inputs[each]);
    transition_.push_back({formula.lemma, std::move(values), point.holds});
  }

  // After a transition: the verdict on a property is that of all its evaluations.
  void end_transition() {
    std::map<std::string_view, std::set<const smt::Lemma*>> broken;
    for (const Noted& each : transition_) {
      if (!each.holds) broken[each.lemma->id].insert(each.lemma);
    }
    std::map<const smt::Lemma*, std::set<smt::Values>> violations;
    for (Noted& each : transition_) {
      const auto by = broken.find(each.lemma->id);
      if (by == broken.end()) {
        lemmas_[each.lemma].kept.insert(std::move(each.values));
      } else if (by->second.size() == 1 && by->second.contains(each.lemma)) {
        violations[each.lemma].insert(std::move(each.values));
      }
    }
    for (auto& [lemma, group] : violations) lemmas_[lemma].broken.insert(std::move(group));
    transition_.clear();
  }

  // Whether the verdict on some transition is another one if the lemma says this instead.
  [[nodiscard]] bool notice(const smt::Lemma& lemma, smt::Term mutant) const {
    const auto of = lemmas_.find(&lemma);
    if (of == lemmas_.end()) return false;
    const smt::Program program({mutant});
    smt::Values inputs(mutant.pool().variable_count());
    smt::Values scratch;
    smt::Values value;
    const auto holds = [&](const smt::Values& values) {
      for (std::size_t i = 0; i < values.size(); ++i) inputs[of->second.variables[i]] = values[i];
      program.run(inputs, scratch, value);
      return value.front() != 0;
    };
    return std::ranges::any_of(of->second.broken,
                               [&](const auto& group) { return std::ranges::all_of(group, holds); }) ||
           !std::ranges::all_of(of->second.kept, holds);
  }

  [[nodiscard]] std::string sizes() const {
    std::string text;
    for (const auto& [lemma, of] : lemmas_) {
      text += std::string(lemma->id) + " " + std::to_string(of.broken.size()) + "/" +
              std::to_string(of.kept.size()) + "\n";
    }
    return text;
  }

 private:
  struct Noted {
    const smt::Lemma* lemma;
    smt::Values values;
    bool holds;
  };
  struct Of {
    std::vector<smt::Index> variables{};
    std::set<smt::Values> kept{};
    std::set<std::set<smt::Values>> broken{};  // in one transition
  };
  static const Formulas::Formula& formula_of(const Formulas& formulas, const Point& point) {
    return (point.of_step ? formulas.of_step() : formulas.of_state())[point.formula];
  }

  std::vector<Noted> transition_{};
  std::map<const smt::Lemma*, Of> lemmas_{};
};

// ------------------------------------------------------------------------------------------------- runs

// Transitions of the implementation, each judged by both sides.
class Runs {
 public:
  Comparison comparison{};
  Points points{};
  std::set<std::string> broken_auxiliary{};  // although messages kept what it assumes

  // The first states of a scenario, breadth-first, each on one run that leads to it.
  void explore(const impl::Rules& rules, std::string_view name, std::size_t max_states) {
    comparison.where = name;
    Claims claims(rules);
    const model::NodeModel model(spec::built_in_scenario(name), rules, {});
    std::vector<std::pair<spec::World, Place>> queue;
    std::set<std::string> seen;
    engine::Encoder encoder;
    const auto is_new = [&](const spec::World& world) {
      encoder.clear();
      model.encode(world, encoder);
      const auto bytes = encoder.bytes();
      return seen.insert({reinterpret_cast<const char*>(bytes.data()), bytes.size()}).second;
    };
    model.for_each_initial([&](const spec::World& world) { queue.emplace_back(world, Place{}); });
    model::NodeModel::Scratch scratch;
    for (std::size_t i = 0; i < queue.size() && i < max_states; ++i) {
      // Copies, since the queue grows; and named by hand, since Clang lets no lambda capture a binding.
      const spec::World world = queue[i].first;
      const Place place = queue[i].second;
      model.for_each_step(world, scratch, [&](const spec::WorldStep& step) {
        const auto* action = std::get_if<impl::NodeAction>(&step.action);
        const impl::Request* received = spec::received_in(step.action);
        if (action == nullptr && received == nullptr) {  // of the environment alone
          if (is_new(step.state)) queue.emplace_back(step.state, place);
          return;
        }
        const smt::ImplStep taken{received, action != nullptr ? *action : impl::NodeAction{}};
        const auto next = take(claims, place, taken);
        if (next && is_new(step.state)) queue.emplace_back(step.state, *next);
      });
    }
  }

  // A recorded run, and from each of its states all that can happen next.
  void follow(const traces::Trace& trace) {
    comparison.where = std::filesystem::path(trace.file).filename().string();
    Claims claims(trace.rules);
    std::vector<impl::Request> messages;
    std::vector<Place> places{Place{}};
    bool goes_on = true;
    const auto result = traces::replay(trace, std::nullopt, [&](const traces::ImplementationStep& step) {
      if (step.received != nullptr) messages.push_back(*step.received);
      if (!goes_on) return;
      const auto next = take(claims, places.back(), {step.received, step.action});
      goes_on = next.has_value();
      if (next) places.push_back(*next);
    });
    REQUIRE(result.conforms);
    for (const Place& place : places) branch(claims, place, messages);
  }

 private:
  std::optional<Place> take(Claims& claims, const Place& place, const smt::ImplStep& step) {
    auto taken = claims.take(place, step, [&](const Point& point) { points.note(point); });
    points.end_transition();
    if (!taken) return std::nullopt;
    comparison.add(place, *taken);
    for (const smt::Lemma* lemma : taken->verdicts.broken) {
      if (!spec::property_named(lemma->id) && taken->place.is_well_formed &&
          lemma->assumes <= taken->place.kept) {
        broken_auxiliary.insert(std::string(lemma->id) + " in " + comparison.where);
      }
    }
    return std::move(taken->place);
  }

  void branch(Claims& claims, const Place& place, const std::vector<impl::Request>& messages) {
    impl::for_each_action(claims.rules(), place.node, [&](const impl::NodeAction& action) {
      static_cast<void>(take(claims, place, {nullptr, action}));
    });
    for (const auto kind : {impl::NodeActionKind::kLocalFence, impl::NodeActionKind::kCloseOrchestrator,
                            impl::NodeActionKind::kFailCreate, impl::NodeActionKind::kFailCleanUp}) {
      const impl::NodeAction action{.kind = kind};
      if (impl::is_enabled(claims.rules(), place.node, action)) {
        static_cast<void>(take(claims, place, {nullptr, action}));
      }
    }
    for (const impl::Request& message : messages) static_cast<void>(take(claims, place, {&message, {}}));
  }
};

// Under the rules without each guard: its recorded counterexample, the scenario that this is of, and the
// runs that Z3 found.
const Runs& runs_without_guards() {
  static const Runs all = [] {
    Runs runs;
    for (const char* folder : {"/traces/recorded/counterexamples", "/traces/unrolled"}) {
      for (const auto& entry : std::filesystem::directory_iterator(kRoot + folder)) {
        const auto trace = traces::read_trace_file(entry.path().string());
        if (!trace) FAIL(trace.error().to_line());
        if (!smt::CrossCheck::applies_to(trace->rules)) continue;
        runs.follow(*trace);
        if (trace->header.guards_off.size() == 1 && !trace->header.scenario.empty()) {
          runs.explore(trace->rules, trace->header.scenario, 100);
        }
      }
    }
    return runs;
  }();
  return all;
}

}  // namespace

TEST_CASE("under reference the judge and the lemmas agree, and the auxiliary ones are true") {
  Runs runs;
  for (const spec::BuiltIn& built_in : spec::built_in_scenarios()) {
    if (!built_in.name.starts_with("small-")) continue;
    runs.explore(spec::profile_named("reference")->rules, built_in.name, 300);
  }
  for (const auto& [difference, places] : runs.comparison.unnamed) {
    CAPTURE(difference, places.front(), places.size());
    CHECK(false);
  }
  CHECK(runs.broken_auxiliary == std::set<std::string>{});
  CHECK(runs.comparison.transitions > 8000);
}

TEST_CASE("with any guard out the judge and the lemmas agree, up to what is named") {
  const Runs& runs = runs_without_guards();
  for (const auto& [difference, places] : runs.comparison.unnamed) {
    CAPTURE(difference, places.front(), places.back(), places.size());
    CHECK(false);
  }
  for (const Difference& each : kDifferences) {
    CAPTURE(each.property, each.why);
    CHECK(runs.comparison.met.contains(&each));
  }
  for (const smt::Lemma& lemma : smt::properties_proved()) {
    CAPTURE(lemma.id);
    CHECK(runs.comparison.violated.contains(std::string(lemma.id)));
  }
  CHECK(runs.comparison.transitions > 10000);
}

// Not one of ctest's: the recorded runs do not tell every change.
TEST_CASE("a lemma of a property that is changed at one place gives another verdict somewhere", "[.sweep]") {
  const Runs& runs = runs_without_guards();
  std::vector<std::string> unnoticed;
  std::size_t count = 0;
  for (const std::size_t ids : {std::size_t{1}, std::size_t{2}}) {
    Formulas all(ids, spec::profile_named("reference")->rules.guards);
    for (const auto& each : {all.of_state(), all.of_step()}) {
      for (const Formulas::Formula& formula : each) {
        if (!spec::property_named(formula.lemma->id)) continue;
        for (const tests::Mutant& mutant : tests::mutants_of(formula.term)) {
          ++count;
          if (!runs.points.notice(*formula.lemma, mutant.formula)) {
            unnoticed.push_back(std::string(formula.lemma->id) + " " + mutant.change);
          }
        }
      }
    }
  }
  INFO(runs.points.sizes());
  CHECK(unnoticed == std::vector<std::string>{});
  CHECK(count > 500);
}
