// The reductions on the node: what they leave out must be nothing that anybody asks for.
#include <algorithm>
#include <catch2/catch.hpp>
#include <deque>
#include <filesystem>
#include <map>
#include <set>
#include <stdexcept>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "checker/engine/audit.h"
#include "checker/model/check.h"
#include "checker/model/encode.h"
#include "spec/profiles.h"
#include "spec/world/renaming.h"
#include "traces/trace.h"

using namespace takeover;

namespace {

using Bytes = std::vector<std::uint8_t>;

impl::Rules rules_of(std::string_view profile) {
  return spec::profile_named(profile)->rules;
}

model::NodeModel model_of(std::string_view scenario, const impl::Rules& rules) {
  return {spec::built_in_scenario(scenario), rules, spec::PropertySet().set()};
}

Bytes encoded(const model::NodeModel& model, const spec::World& world) {
  engine::Encoder encoder;
  model.encode(world, encoder);
  return {encoder.bytes().begin(), encoder.bytes().end()};
}

// What is said of a state and of its steps, and where they lead after the renaming.
struct Around {
  engine::Bits met = 0;
  engine::Bits violated = 0;
  engine::Bits reached = 0;
  bool terminal = false;
  // kind, what is said, and the state
  std::multiset<std::tuple<std::size_t, engine::Bits, engine::Bits, engine::Bits, Bytes>> steps{};
  friend bool operator==(const Around&, const Around&) = default;
};

Around around(const model::NodeModel& model, const spec::World& world, const spec::Renaming& then) {
  engine::Judgement state;
  model.judge_state(world, state);
  Around result{state.met, state.violated, state.reached, model.is_terminal(world), {}};
  model::NodeModel::Scratch scratch;
  model.for_each_step(world, scratch, [&](const model::NodeModel::Step& step) {
    engine::Judgement said;
    model.judge_step(world, step, said);
    result.steps.emplace(model.kind(step), said.met, said.violated, said.reached,
                         encoded(model, spec::renamed(step.state, then)));
  });
  return result;
}

// Each of the first states, breadth-first; all of them if there are no more.
void for_each_state(const model::NodeModel& model, std::size_t most, auto&& visit) {
  std::set<Bytes> seen;
  std::deque<spec::World> waiting;
  const auto reach = [&](const spec::World& world) {
    if (seen.size() < most && seen.insert(encoded(model, world)).second) waiting.push_back(world);
  };
  model.for_each_initial(reach);
  model::NodeModel::Scratch scratch;
  for (; !waiting.empty(); waiting.pop_front()) {
    visit(waiting.front());
    model.for_each_step(waiting.front(), scratch, [&](const auto& step) { reach(step.state); });
  }
}

const std::vector<const char*> kSmall{
    "small-alike",       "small-close-order",  "small-close",       "small-compat",       "small-equals",
    "small-failure",     "small-fence",        "small-handoff",     "small-late-create",  "small-merge",
    "small-merge-apart", "small-merge-resend", "small-misbehaving", "small-redo",         "small-redo-batch",
    "small-redo-marks",  "small-redo-merge",   "small-reuse",       "small-same-trigger", "small-shutdown",
    "small-stopped",     "small-tables",       "small-takeover",    "small-three-tables"};

bool is_run(const model::NodeModel& model, const engine::Trace<model::NodeModel>& trace) {
  model::NodeModel::Scratch scratch;
  spec::World world = trace.initial;
  for (const auto& taken : trace.steps) {
    bool enabled = false;
    model.for_each_step(world, scratch, [&](const auto& step) {
      enabled = enabled || (model.kind(step) == model.kind(taken) &&
                            encoded(model, step.state) == encoded(model, taken.state));
    });
    if (!enabled) return false;
    world = taken.state;
  }
  return true;
}

enum class Reduction : std::uint8_t { kSymmetry, kPartialOrder, kBoth };

engine::Options options_of(Reduction reduction) {
  engine::Options options;
  options.symmetry = reduction != Reduction::kPartialOrder;
  options.partial_order = reduction != Reduction::kSymmetry;
  return options;
}

void check_same(const model::NodeModel& model, const model::CheckResult& full, Reduction reduction) {
  const model::CheckResult reduced = model::check(model, options_of(reduction));
  REQUIRE(reduced.report.complete);
  CHECK(reduced.report.states <= full.report.states);
  CHECK(reduced.never_fired == full.never_fired);
  CHECK(reduced.unreached == full.unreached);
  REQUIRE(reduced.properties.size() == full.properties.size());
  for (std::size_t i = 0; i < full.properties.size(); ++i) {
    const auto& a = full.properties[i];
    const auto& b = reduced.properties[i];
    CAPTURE(a.id);
    CHECK(b.judged.verdict == a.judged.verdict);
    CHECK((b.premise_met > 0) == (a.premise_met > 0));
    if (!a.counterexample || !b.counterexample) continue;
    CHECK(is_run(model, *b.counterexample));
    // Renaming changes no length.
    const bool shortest = reduction == Reduction::kSymmetry;
    CHECK(b.counterexample->steps.size() >= a.counterexample->steps.size());
    if (shortest) CHECK(b.counterexample->steps.size() == a.counterexample->steps.size());
  }
}

// With and without each reduction that the scenario has.
void check_reductions(const model::NodeModel& model, const model::CheckResult& full) {
  REQUIRE(full.report.complete);
  check_same(model, full, Reduction::kPartialOrder);
  if (!model.is_symmetric()) return;
  check_same(model, full, Reduction::kSymmetry);
  check_same(model, full, Reduction::kBoth);
}

}  // namespace

TEST_CASE("a renamed world behaves as the world does, renamed") {
  for (const char* scenario : {"small-equals", "small-tables"}) {
    for (const char* profile : {"reference", "pr-5436", "pre-5434"}) {
      CAPTURE(scenario, profile);
      const model::NodeModel model = model_of(scenario, rules_of(profile));
      const spec::Renaming nothing(model.scenario());
      const auto all = spec::renamings(model.scenario());
      REQUIRE(all.size() == 1);
      std::size_t moved = 0;
      for_each_state(model, 4000, [&](const spec::World& world) {
        const spec::World other = spec::renamed(world, all[0]);
        if (encoded(model, other) != encoded(model, world)) ++moved;
        REQUIRE(encoded(model, spec::renamed(other, all[0])) == encoded(model, world));
        REQUIRE(around(model, world, all[0]) == around(model, other, nothing));
      });
      CHECK(moved > 1000);
    }
  }
}

// Two alike; two sets of two; a set of three.
TEST_CASE("a representative is the same for all that differ by a renaming, and one of them") {
  for (const auto& [scenario, others] :
       {std::pair{"small-equals", std::size_t{1}}, std::pair{"small-alike", std::size_t{3}},
        std::pair{"small-three-tables", std::size_t{5}}}) {
    CAPTURE(scenario);
    const model::NodeModel model = model_of(scenario, rules_of("reference"));
    std::set<Bytes> all;
    std::set<Bytes> representatives;
    std::uint64_t alone = 0;  // the same under a renaming, for each
    const auto renamings = spec::renamings(model.scenario());
    REQUIRE(renamings.size() == others);
    for_each_state(model, 1'000'000, [&](const spec::World& world) {
      spec::World own = world;
      model.canonicalize(own);
      const Bytes representative = encoded(model, own);
      const Bytes before = encoded(model, world);
      Bytes least = before;
      for (const spec::Renaming& renaming : renamings) {
        spec::World other = spec::renamed(world, renaming);
        const Bytes renamed = encoded(model, other);
        if (before == renamed) ++alone;
        least = std::min(least, renamed);
        model.canonicalize(other);
        REQUIRE(encoded(model, other) == representative);
      }
      REQUIRE(representative == least);
      all.insert(before);
      representatives.insert(representative);
    });
    // Burnside's lemma.
    CHECK(representatives.size() * (renamings.size() + 1) == all.size() + alone);
    engine::Options options;
    options.symmetry = true;
    CHECK(model::check(model, options).report.states == representatives.size());
  }
}

TEST_CASE("what the node model declares for partial-order reduction is true in every state") {
  const auto name_of = [](const model::NodeModel::Step& step) {
    std::string name = std::to_string(spec::kind_of(step.action));
    if (const spec::EnvironmentAction* action = step.action.of_environment()) {
      // An action of the environment is told apart by what it does to the environment.
      engine::Encoder encoder;
      spec::Environment only;
      only.links.push(action->request);
      model::WorldEncoder(encoder).put({{}, only, {}});
      name.append(encoder.bytes().begin(), encoder.bytes().end());
      return name + std::to_string(action->owner) + (action->extra ? "e" : "") + (action->again ? "a" : "") +
             (action->counted ? "c" : "");
    }
    const impl::NodeAction& action = *step.action.of_node();
    return name + "/" + std::to_string(static_cast<unsigned>(action.id)) + "/" +
           std::to_string(static_cast<unsigned>(action.mode));
  };
  for (const char* scenario : {"small-close-order", "small-redo-marks", "small-equals", "small-compat"}) {
    CAPTURE(scenario);
    const auto audit = engine::audit_reduction(model_of(scenario, rules_of("reference")), name_of);
    CHECK(audit.fault.value_or("") == "");
    CHECK(audit.pairs > 0);
  }
}

TEST_CASE("verdicts and premises are the same with and without each reduction on every small scenario") {
  for (const char* scenario : kSmall) {
    for (const char* profile : {"reference", "pr-5436"}) {
      CAPTURE(scenario, profile);
      const model::NodeModel model = model_of(scenario, rules_of(profile));
      check_reductions(model, model::check(model, {}));
    }
  }
}

// Each guard is taken out on the scenario that a recorded counterexample says shows it, if that is small.
TEST_CASE("what a guard taken out violates is violated under each reduction", "[repeats]") {
  std::set<std::string> shown;
  for (const auto& entry : std::filesystem::directory_iterator(std::string(TAKEOVER_SOURCE_DIR) +
                                                               "/traces/recorded/counterexamples")) {
    const auto trace = traces::read_trace_file(entry.path().string());
    REQUIRE(trace);
    const traces::Header& header = trace->header;
    const bool small = std::ranges::count(kSmall, header.scenario) > 0;
    if (header.guards_off.size() != 1 || !small || !shown.insert(header.guards_off[0]).second) continue;
    CAPTURE(header.guards_off[0], header.scenario);
    const model::NodeModel model = model_of(header.scenario, trace->rules);
    const model::CheckResult full = model::check(model, {});
    CHECK(full.has(model::Verdict::kViolated));
    check_reductions(model, full);
  }
  CHECK(shown.size() > 20);
}

TEST_CASE("on scenarios that declare something, symmetry sees what is lost without a guard", "[repeats]") {
  std::map<std::string, std::size_t> violated;
  for (const char* scenario : {"small-equals", "small-tables"}) {
    for (const impl::GuardInfo& guard : impl::all_guards()) {
      impl::Rules rules = rules_of("reference");
      rules.set(guard.guard, false);
      const model::NodeModel model = model_of(scenario, rules);
      const model::CheckResult full = model::check(model, {});
      if (!full.has(model::Verdict::kViolated)) continue;
      CAPTURE(scenario, guard.name);
      ++violated[scenario];
      check_same(model, full, Reduction::kSymmetry);
      check_same(model, full, Reduction::kBoth);
    }
  }
  CHECK(violated["small-equals"] > 0);
  CHECK(violated["small-tables"] > 0);
}

TEST_CASE("liveness is refused under either reduction") {
  const model::NodeModel model(spec::built_in_scenario("live-create"), rules_of("reference"),
                               spec::PropertySet().set(), spec::LivePropertySet().set());
  for (const Reduction reduction : {Reduction::kSymmetry, Reduction::kPartialOrder}) {
    CHECK_THROWS_AS(engine::check_liveness(model, {}, options_of(reduction)), std::invalid_argument);
  }
}
