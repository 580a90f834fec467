// Partial-order reduction: what must be lost, and what must not.
#include <array>
#include <catch2/catch.hpp>
#include <optional>
#include <random>
#include <set>
#include <stdexcept>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "checker/engine/audit.h"
#include "checker/engine/explore.h"
#include "checker/engine/liveness.h"
#include "checker/examples/leader.h"
#include "checker/examples/peterson.h"
#include "checker/examples/two_phase.h"

namespace takeover::engine::tests {
namespace {

using examples::Leader;
using examples::Peterson;

template <class M>
Report<M> explored(const M& model, bool reduced, std::size_t workers = 1, Store store = Store::kFingerprint) {
  Options options;
  options.workers = workers;
  options.store = store;
  options.partial_order = reduced;
  return explore(model, options);
}

template <class M>
void check_same_verdicts(const Report<M>& full, const Report<M>& reduced) {
  REQUIRE(full.complete);
  REQUIRE(reduced.complete);
  CHECK(reduced.states <= full.states);
  CHECK((reduced.deadlocks > 0) == (full.deadlocks > 0));
  for (std::size_t i = 0; i < full.properties.size(); ++i) {
    CHECK((reduced.properties[i].premise_met > 0) == (full.properties[i].premise_met > 0));
    CHECK(reduced.properties[i].counterexample.has_value() == full.properties[i].counterexample.has_value());
  }
  for (std::size_t i = 0; i < full.witnesses.size(); ++i) {
    CHECK((reduced.witnesses[i] > 0) == (full.witnesses[i] > 0));
  }
  for (std::size_t i = 0; i < full.actions.size(); ++i) {
    CHECK((reduced.actions[i] > 0) == (full.actions[i] > 0));
  }
}

// Whether each step is enabled where it is taken.
template <class M>
bool is_run(const M& model, const Trace<M>& trace) {
  typename M::Scratch scratch;
  typename M::State state = trace.initial;
  for (const auto& taken : trace.steps) {
    bool enabled = false;
    model.for_each_step(state, scratch, [&](const auto& step) {
      enabled = enabled || (model.kind(step) == model.kind(taken) && step.state == taken.state);
    });
    if (!enabled) return false;
    state = taken.state;
  }
  return true;
}

TEST_CASE("a ring elects after N(N+1)/2 messages in any order, and one order is left") {
  // A state says which messages have arrived: a set that has with each message all that it waited for. They
  // wait for each other as a staircase does, of which there are as many such sets as the Catalan number of
  // N + 1.
  const auto [size, catalan] = GENERATE(std::pair{1U, 2U}, std::pair{2U, 5U}, std::pair{3U, 14U},
                                        std::pair{5U, 132U}, std::pair{6U, 429U});
  const std::size_t workers = GENERATE(1U, 2U);
  const Leader model(size);
  const auto full = explored(model, false, workers);
  const auto reduced = explored(model, true, workers);
  const auto messages = static_cast<std::uint32_t>(size * (size + 1) / 2);
  CHECK(full.depth == messages);
  CHECK(full.states == catalan);
  CHECK(reduced.depth == messages);
  CHECK(reduced.states == messages + 1);  // a chain
  CHECK(reduced.transitions == messages);
  check_same_verdicts(full, reduced);
}

TEST_CASE("what the examples declare is true in every state") {
  const std::size_t size = GENERATE(2U, 3U);
  const bool broken = GENERATE(false, true);
  const auto by_process = [](const auto& step) { return std::pair{step.kind, step.process}; };
  const Audit peterson = audit_reduction(Peterson(size, broken), by_process);
  CHECK(peterson.fault.value_or("") == "");
  CHECK(peterson.pairs > 0);
  const Audit leader = audit_reduction(Leader(size + 2, broken), by_process);
  CHECK(leader.fault.value_or("") == "");
  CHECK(leader.pairs > 0);
}

TEST_CASE("verdicts of the examples are the same, and counterexamples are runs") {
  const bool broken = GENERATE(false, true);
  const std::size_t workers = GENERATE(1U, 2U);
  const auto judge = [&](const auto& model) {
    const auto full = explored(model, false);
    const auto reduced = explored(model, true, workers);
    check_same_verdicts(full, reduced);
    CHECK(reduced.states < full.states);
    REQUIRE(reduced.properties[0].counterexample.has_value() == broken);
    if (!broken) return;
    const auto& trace = *reduced.properties[0].counterexample;
    CHECK(is_run(model, trace));
    CHECK(trace.steps.size() >= full.properties[0].counterexample->steps.size());
    Judgement judgement;
    model.judge_state(trace.steps.back().state, judgement);
    CHECK(judgement.violated == 1);
  };
  judge(Peterson(3, broken));
  judge(Leader(5, broken));
}

TEST_CASE("the reduced graph is the same for any workers and either store") {
  const Peterson model(3);
  const auto first = explored(model, true);
  const auto again =
      explored(model, true, GENERATE(2U, 3U, 8U), GENERATE(Store::kFingerprint, Store::kExact));
  CHECK(again.states == first.states);
  CHECK(again.transitions == first.transitions);
  CHECK(again.actions == first.actions);
  CHECK(again.depth == first.depth);
}

// ---- models that are made up ----

// A few processes that go round in graphs of their own, and meet in one shared variable.
struct Processes {
  static constexpr std::size_t kPlaces = 4;
  struct Edge {
    std::uint8_t to = 0;
    bool shared = false;  // needs the shared variable to be `when`, and makes it `then`
    std::uint8_t when = 0;
    std::uint8_t then = 0;
  };
  struct State {
    std::array<std::uint8_t, 4> places{};
    std::uint8_t shared = 0;
    friend bool operator==(const State&, const State&) = default;
  };
  struct Step {
    std::uint8_t kind = 0;
    std::uint8_t process = 0;
    std::uint8_t edge = 0;
    State state{};
  };
  struct Scratch {};

  std::vector<std::array<std::vector<Edge>, kPlaces>> graphs{};
  State bad{};           // process 0 and 1 at these places, at once
  bool unsound = false;  // every step is declared
  bool watches = true;   // whether anything is said of states at all

  void for_each_initial(auto&& visit) const { visit(State{}); }
  void for_each_step(const State& state, Scratch& /*scratch*/, auto&& visit) const {
    for (std::size_t p = 0; p < graphs.size(); ++p) {
      const auto& edges = graphs[p][state.places[p]];
      for (std::size_t e = 0; e < edges.size(); ++e) {
        if (edges[e].shared && edges[e].when != state.shared) continue;
        Step step{edges[e].shared ? std::uint8_t{1} : std::uint8_t{0}, static_cast<std::uint8_t>(p),
                  static_cast<std::uint8_t>(e), state};
        step.state.places[p] = edges[e].to;
        if (edges[e].shared) step.state.shared = edges[e].then;
        visit(step);
      }
    }
  }
  // A process where no edge is shared, and that does not leave a place that is watched.
  [[nodiscard]] std::optional<std::uint32_t> candidate(const State& state, const Step& step) const {
    const std::size_t p = step.process;
    if (unsound) return step.process;
    for (const Edge& edge : graphs[p][state.places[p]]) {
      if (edge.shared) return std::nullopt;
    }
    if (watches && p < 2 && state.places[p] == bad.places[p]) return std::nullopt;
    return step.process;
  }
  [[nodiscard]] std::array<std::uint64_t, 1> words(const State& s) const {
    std::uint64_t word = s.shared;
    for (const std::uint8_t place : s.places) word = word << 8U | place;
    return {word};
  }
  [[nodiscard]] std::vector<std::string> action_kinds() const { return {"local", "shared"}; }
  [[nodiscard]] std::vector<std::string> properties() const { return {"not-both"}; }
  [[nodiscard]] std::vector<std::string> witnesses() const { return {"first", "second"}; }
  [[nodiscard]] std::size_t kind(const Step& step) const { return step.kind; }
  void judge_state(const State& state, Judgement& judgement) const {
    const bool first = watches && state.places[0] == bad.places[0];
    const bool second = watches && state.places[1] == bad.places[1];
    judgement.met = judgement.reached = (first ? 1U : 0U) | (second ? 2U : 0U);
    judgement.met &= 1U;
    judgement.violated = first && second ? 1 : 0;
  }
  void judge_step(const State& /*before*/, const Step& /*step*/, Judgement& /*judgement*/) const {}
  [[nodiscard]] bool is_terminal(const State& /*state*/) const { return false; }
};

const auto kByEdge = [](const Processes::Step& step) {
  return std::tuple{step.process, step.edge, step.kind};
};

Processes random_processes(std::uint64_t seed) {
  std::mt19937_64 random(seed);
  const auto below = [&](std::size_t n) { return static_cast<std::uint8_t>(random() % n); };
  Processes model;
  model.graphs.resize(2 + below(3));
  for (auto& graph : model.graphs) {
    for (auto& edges : graph) {
      for (std::size_t left = below(3); left > 0; --left) {
        edges.push_back({below(Processes::kPlaces), below(3) == 0, below(2), below(2)});
      }
    }
  }
  model.bad.places = {below(Processes::kPlaces), below(Processes::kPlaces), 0, 0};
  return model;
}

TEST_CASE("on random processes the declaration is true, and verdicts, deadlocks and witnesses are the same") {
  std::uint64_t saved = 0;
  std::uint64_t violated = 0;
  std::uint64_t stuck = 0;
  for (std::uint64_t seed = 1; seed <= 400; ++seed) {
    CAPTURE(seed);
    const Processes model = random_processes(seed);
    REQUIRE(audit_reduction(model, kByEdge).fault.value_or("") == "");
    const auto full = explored(model, false);
    const auto reduced = explored(model, true, 1 + seed % 2);
    check_same_verdicts(full, reduced);
    CHECK(reduced.deadlocks == full.deadlocks);
    saved += full.states - reduced.states;
    violated += full.properties[0].counterexample ? 1 : 0;
    stuck += full.deadlocks > 0 ? 1 : 0;
  }
  // The comparison was about something.
  CHECK(saved > 0);
  CHECK(violated > 0);
  CHECK(stuck > 0);
}

// Process 2 goes round for ever and touches nothing; processes 0 and 1 could be put off for as long. What
// they do is shared, so that theirs are no candidates.
Processes spinner() {
  Processes model;
  model.graphs.resize(3);
  model.graphs[0][0] = {{1, true, 0, 0}};
  model.graphs[1][0] = {{1, true, 0, 0}};
  model.graphs[2][0] = {{1, false, 0, 0}};
  model.graphs[2][1] = {{0, false, 0, 0}};
  model.bad.places = {1, 1, 0, 0};
  return model;
}

// The search without the cycle proviso: the first candidate there is.
std::uint64_t states_without_proviso(const Processes& model) {
  std::set<std::array<std::uint64_t, 1>> seen;
  std::vector<Processes::State> states{Processes::State{}};
  seen.insert(model.words(states[0]));
  Processes::Scratch scratch;
  for (std::size_t i = 0; i < states.size(); ++i) {
    const Processes::State state = states[i];
    std::optional<std::uint32_t> ample;
    model.for_each_step(state, scratch, [&](const Processes::Step& step) {
      if (!ample) ample = model.candidate(state, step);
    });
    model.for_each_step(state, scratch, [&](const Processes::Step& step) {
      if (ample && model.candidate(state, step) != ample) return;
      if (seen.insert(model.words(step.state)).second) states.push_back(step.state);
    });
  }
  return states.size();
}

TEST_CASE("a violation that could be put off for ever round a cycle is found, thanks to the proviso") {
  const Processes model = spinner();
  REQUIRE(audit_reduction(model, kByEdge).fault.value_or("") == "");
  // Without it only the two places of process 2 are seen.
  CHECK(states_without_proviso(model) == 2);
  const auto reduced = explored(model, true, GENERATE(1U, 2U));
  CHECK(reduced.complete);
  const auto& trace = reduced.properties[0].counterexample;
  REQUIRE(trace);
  CHECK(is_run(model, *trace));
}

TEST_CASE("a declaration that is not true is found by the audit, and would cost verdicts") {
  std::uint64_t found = 0;
  std::uint64_t wrong = 0;
  for (std::uint64_t seed = 1; seed <= 100; ++seed) {
    Processes model = random_processes(seed);
    model.unsound = true;
    const auto full = explored(model, false);
    const auto reduced = explored(model, true);
    const bool differs =
        full.properties[0].counterexample.has_value() != reduced.properties[0].counterexample.has_value() ||
        full.deadlocks != reduced.deadlocks || (full.witnesses[0] > 0) != (reduced.witnesses[0] > 0);
    const bool faulty = audit_reduction(model, kByEdge).fault.has_value();
    CAPTURE(seed);
    CHECK((!differs || faulty));
    found += faulty ? 1 : 0;
    wrong += differs ? 1 : 0;
  }
  CHECK(found > 0);
  CHECK(wrong > 0);
}

// Two processes write once each into one variable; nothing is said of it. Digits: the variable, and who has
// written.
struct Writers {
  using State = std::uint64_t;
  struct Step {
    State state = 0;
    std::uint32_t process = 0;
  };
  struct Scratch {};
  void for_each_initial(auto&& visit) const { visit(State{0}); }
  void for_each_step(const State& s, Scratch& /*scratch*/, auto&& visit) const {
    for (std::uint32_t p = 0; p < 2; ++p) {
      const State written = State{16} << p;
      if ((s & written) != 0) continue;
      Step step{((s | written) & ~State{15}) | (p + 1), p};
      visit(step);
    }
  }
  [[nodiscard]] std::optional<std::uint32_t> candidate(const State& /*state*/, const Step& step) const {
    return step.process;
  }
  [[nodiscard]] std::array<std::uint64_t, 1> words(const State& s) const { return {s}; }
  [[nodiscard]] std::vector<std::string> action_kinds() const { return {"write"}; }
  [[nodiscard]] std::vector<std::string> properties() const { return {}; }
  [[nodiscard]] std::vector<std::string> witnesses() const { return {}; }
  [[nodiscard]] std::size_t kind(const Step& /*step*/) const { return 0; }
  void judge_state(const State& /*state*/, Judgement& /*judgement*/) const {}
  void judge_step(const State& /*before*/, const Step& /*step*/, Judgement& /*judgement*/) const {}
  [[nodiscard]] bool is_terminal(const State& /*state*/) const { return true; }
};

TEST_CASE("steps that only lead elsewhere in another order are told by the audit") {
  const Audit audit = audit_reduction(Writers{}, [](const Writers::Step& step) { return step.process; });
  CHECK(audit.fault.value_or("").find("the order of a step of a candidate and of another matters") !=
        std::string::npos);
}

TEST_CASE("a model that declares nothing is refused") {
  Options options;
  options.partial_order = true;
  CHECK_THROWS_AS(explore(examples::TwoPhase(3), options), std::invalid_argument);
}

}  // namespace
}  // namespace takeover::engine::tests
