// Liveness verdicts on textbook models whose answers are known.
#include "checker/engine/liveness.h"

#include <rapidcheck.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <catch2/catch.hpp>
#include <stdexcept>
#include <string>
#include <vector>

namespace takeover::engine::tests {
namespace {

// What the models below have in common: a state of one word, and no safety property.
struct Base {
  using State = std::uint64_t;
  struct Step {
    State state = 0;
    std::uint32_t fair = 0;
  };
  struct Scratch {};
  [[nodiscard]] std::vector<std::string> action_kinds() const { return {"step"}; }
  [[nodiscard]] std::vector<std::string> properties() const { return {}; }
  [[nodiscard]] std::vector<std::string> witnesses() const { return {}; }
  [[nodiscard]] std::size_t kind(const Step& /*step*/) const { return 0; }
  [[nodiscard]] std::array<std::uint64_t, 1> words(const State& state) const { return {state}; }
  void judge_state(const State& /*state*/, Judgement& /*judgement*/) const {}
  void judge_step(const State& /*before*/, const Step& /*step*/, Judgement& /*judgement*/) const {}
  [[nodiscard]] bool is_terminal(const State& /*state*/) const { return true; }
  [[nodiscard]] std::uint32_t fair_actions(const Step& step) const { return step.fair; }
  [[nodiscard]] std::vector<std::string> live_properties() const { return {"progress"}; }

  static unsigned get(State state, unsigned at) { return state >> (4 * at) & 15U; }
  static State set(State state, unsigned at, unsigned value) {
    return (state & ~(State{15} << (4 * at))) | State{value} << (4 * at);
  }
};

// Peterson, "Myths about the mutual exclusion problem" (IPL 12(3), 1981). Places of a process: 0 not
// interested, 1 its flag is up, 2 it has given the turn away and waits, 3 inside, where it may stay. Digits:
// place 0, place 1, turn. polite: without the turn (each waits as long as the other's flag is up), which
// blocks.
struct Peterson : Base {
  bool polite = false;

  void for_each_initial(auto&& visit) const { visit(State{0}); }
  void for_each_step(const State& s, Scratch& /*scratch*/, auto&& visit) const {
    for (unsigned i = 0; i < 2; ++i) {
      const unsigned place = get(s, i);
      const bool other_wants = get(s, 1 - i) != 0;
      State next = set(s, i, (place + 1) % 4);
      if (place == 1) next = set(next, 2, 1 - i);
      if (place == 2 && other_wants && (polite || get(s, 2) != i)) continue;
      if (place == 3) {
        Step stay{s, 0};
        visit(stay);
      }
      // To want to go in is up to the process; all else is what a scheduler owes it.
      Step step{next, place == 0 ? 0U : 1U << i};
      visit(step);
    }
  }
  // Process 0 that wants to go in does.
  [[nodiscard]] LiveJudgement judge_live(const State& s) const {
    const unsigned place = get(s, 0);
    return {place == 1 || place == 2 ? 1U : 0U, place == 3 ? 1U : 0U};
  }
};

// A ring of n stations: who has the token works as long as it likes, then passes it on. Property: station 0
// has it again and again.
struct Ring : Base {
  unsigned size = 4;
  void for_each_initial(auto&& visit) const { visit(State{1}); }
  void for_each_step(const State& s, Scratch& /*scratch*/, auto&& visit) const {
    Step work{s, 0};
    visit(work);
    Step pass{(s + 1) % size, 1};
    visit(pass);
  }
  [[nodiscard]] LiveJudgement judge_live(const State& s) const { return {1, s == 0 ? 1U : 0U}; }
};

// Dijkstra's dining philosophers. With both_at_once, a philosopher takes both forks in one step; else first
// the left one, then the right one. A digit each: 0 thinks, 1 is hungry, 2 has the left fork, 3 eats.
// Property: philosopher 0 that is hungry eats.
struct Philosophers : Base {
  unsigned size = 3;
  bool both_at_once = true;

  void for_each_initial(auto&& visit) const { visit(State{0}); }
  void for_each_step(const State& s, Scratch& /*scratch*/, auto&& visit) const {
    for (unsigned i = 0; i < size; ++i) {
      const unsigned place = get(s, i);
      const unsigned left = get(s, (i + size - 1) % size);
      const unsigned right = get(s, (i + 1) % size);
      // Fork i is left of philosopher i, fork i + 1 right of it and left of the next.
      const bool left_free = left != 3;
      const bool right_free = right != 2 && right != 3;
      Step step{set(s, i, (place + 1) % 4), place == 0 ? 0U : 1U << i};
      if (both_at_once && place == 1) {
        if (!left_free || !right_free) continue;
        step.state = set(s, i, 3);
      }
      if (!both_at_once && ((place == 1 && !left_free) || (place == 2 && !right_free))) continue;
      visit(step);
    }
  }
  [[nodiscard]] LiveJudgement judge_live(const State& s) const {
    return {get(s, 0) == 1 ? 1U : 0U, get(s, 0) == 3 ? 1U : 0U};
  }
};

constexpr FairActions kNone{};
FairActions weak(unsigned actions) {
  return {(1U << actions) - 1U, 0};
}
FairActions strong(unsigned actions) {
  return {0, (1U << actions) - 1U};
}

// That the lasso is a run of the model, violates the property, and is fair.
template <LiveModel M>
void check_lasso(const M& model, FairActions fair, const LassoRun<M>& run) {
  std::vector<typename M::State> states{run.trace.initial};
  std::uint32_t taken = 0;
  std::uint32_t always = ~0U;  // enabled all around the loop
  std::uint32_t ever = 0;
  typename M::Scratch scratch;
  const auto look = [&](const typename M::State& state) {
    std::uint32_t enabled = 0;
    model.for_each_step(state, scratch, [&](const auto& step) { enabled |= step.fair; });
    always &= enabled;
    ever |= enabled;
  };
  for (std::size_t i = 0; i < run.trace.steps.size(); ++i) {
    const auto& step = run.trace.steps[i];
    bool possible = false;
    model.for_each_step(states.back(), scratch, [&](const auto& s) {
      possible = possible || (s.state == step.state && s.fair == step.fair);
    });
    REQUIRE(possible);
    if (i >= run.loop_start) {
      taken |= step.fair;
      look(states.back());
    }
    states.push_back(step.state);
  }
  REQUIRE(run.loop_start < states.size());
  if (run.loop_start == run.trace.steps.size()) {
    model.for_each_step(states.back(), scratch,
                        [&](const auto&) { FAIL("a lasso without loop ends where no step is"); });
  }
  CHECK(states.back() == states[run.loop_start]);
  if (run.loop_start < run.trace.steps.size()) {
    CHECK((fair.weak & always & ~taken) == 0);
    CHECK((fair.strong & ever & ~taken) == 0);
  }
  bool owes = false;
  for (const auto& state : states) {
    const LiveJudgement judgement = model.judge_live(state);
    owes = judgement.goal == 0 && (owes || judgement.from != 0);
  }
  CHECK(owes);
  for (std::size_t i = run.loop_start; i < states.size(); ++i) CHECK(model.judge_live(states[i]).goal == 0);
}

template <LiveModel M>
bool holds(const M& model, FairActions fair) {
  const auto report = check_liveness(model, fair);
  REQUIRE(report.complete);
  REQUIRE(report.properties[0].judged);
  CHECK(report.properties[0].premise_met > 0);
  const auto& run = report.properties[0].counterexample;
  if (run) check_lasso(model, fair, *run);
  return !run;
}

TEST_CASE("Peterson: who wants to go in does, if the scheduler is weakly fair, and not otherwise") {
  CHECK_FALSE(holds(Peterson{}, kNone));
  CHECK(holds(Peterson{}, weak(2)));
  CHECK(holds(Peterson{}, strong(2)));
}

TEST_CASE("Peterson without the turn: both wait for each other for ever, whatever the scheduler does") {
  Peterson model;
  model.polite = true;
  CHECK_FALSE(holds(model, weak(2)));
  const auto run = check_liveness(model, strong(2)).properties[0].counterexample;
  REQUIRE(run);
  check_lasso(model, strong(2), *run);
  // Nothing can happen any more, after each has raised its flag and waits.
  CHECK(run->trace.steps.size() == 4);
  CHECK(run->loop_start == 4);
}

TEST_CASE("A token ring: a station that is not made to pass the token on keeps it") {
  Ring ring;
  ring.size = GENERATE(2U, 5U);
  CHECK_FALSE(holds(ring, kNone));
  CHECK(holds(ring, weak(1)));
  const auto run = check_liveness(ring, kNone).properties[0].counterexample;
  REQUIRE(run);
  CHECK(run->loop_start == 0);
  CHECK(run->trace.steps.size() == 1);
}

TEST_CASE(
    "Philosophers that take both forks at once starve under weak fairness; three do not under a strong one") {
  Philosophers model;
  CHECK_FALSE(holds(model, weak(3)));
  CHECK(holds(model, strong(3)));
  // The neighbours of a philosopher who are no neighbours of each other can take turns and never be both at
  // rest.
  model.size = 4;
  CHECK_FALSE(holds(model, weak(4)));
  CHECK_FALSE(holds(model, strong(4)));
}

TEST_CASE("Philosophers that take the left fork first block each other: all hold one, and nobody moves") {
  Philosophers model;
  model.both_at_once = false;
  model.size = GENERATE(2U, 3U, 5U);
  const auto run = check_liveness(model, strong(model.size)).properties[0].counterexample;
  REQUIRE(run);
  check_lasso(model, strong(model.size), *run);
}

// ---- against all sets of states of small random graphs ----

struct Edge {
  std::uint64_t from = 0;
  std::uint64_t to = 0;
  std::uint32_t fair = 0;
};

// Property: from a state with a bit in `from` on, in the end one with a bit in `goal`.
struct RandomGraph : Base {
  unsigned size = 1;
  std::vector<Edge> edges{};
  std::uint64_t from = 0;
  std::uint64_t goal = 0;

  void for_each_initial(auto&& visit) const { visit(State{0}); }
  void for_each_step(const State& s, Scratch& /*scratch*/, auto&& visit) const {
    for (const Edge& edge : edges) {
      if (edge.from != s) continue;
      Step step{edge.to, edge.fair};
      visit(step);
    }
  }
  [[nodiscard]] LiveJudgement judge_live(const State& s) const { return {from >> s & 1U, goal >> s & 1U}; }

  [[nodiscard]] std::uint32_t enabled(std::uint64_t s) const {
    std::uint32_t mask = 0;
    for (const Edge& edge : edges) mask |= edge.from == s ? edge.fair : 0U;
    return mask;
  }
  // The states of the set that can be reached from one of them, over at least one edge, within the set.
  [[nodiscard]] std::uint64_t reach(std::uint64_t start, std::uint64_t within) const {
    std::uint64_t seen = 0;
    for (std::uint64_t before = 1; before != seen;) {
      before = seen;
      for (const Edge& edge : edges) {
        const bool comes = ((start | seen) >> edge.from & 1U) != 0 && (within >> edge.from & 1U) != 0;
        if (comes && (within >> edge.to & 1U) != 0) seen |= std::uint64_t{1} << edge.to;
      }
      if (seen == before) break;
    }
    return seen;
  }
};

// Whether a run may go through all states of the set, and no others, for ever.
bool is_fair_loop(const RandomGraph& graph, std::uint64_t set, FairActions fair) {
  std::uint32_t taken = 0;
  std::uint32_t ever = 0;
  std::uint32_t always = ~0U;
  for (unsigned s = 0; s < graph.size; ++s) {
    if ((set >> s & 1U) == 0) continue;
    if (graph.reach(std::uint64_t{1} << s, set) != set) return false;
    ever |= graph.enabled(s);
    always &= graph.enabled(s);
  }
  for (const Edge& edge : graph.edges) {
    if ((set >> edge.from & 1U) != 0 && (set >> edge.to & 1U) != 0) taken |= edge.fair;
  }
  return (fair.weak & always & ~taken) == 0 && (fair.strong & ever & ~taken) == 0;
}

bool naively_violated(const RandomGraph& graph, FairActions fair) {
  const std::uint64_t all = (std::uint64_t{1} << graph.size) - 1;
  const std::uint64_t open = all & ~graph.goal;
  const std::uint64_t armed = (graph.reach(1, all) | 1U) & graph.from & open;
  const std::uint64_t owing = armed | graph.reach(armed, open);
  for (std::uint64_t set = 1; set <= all; ++set) {
    if ((set & ~open) == 0 && (set & owing) != 0 && is_fair_loop(graph, set, fair)) return true;
  }
  for (unsigned s = 0; s < graph.size; ++s) {
    const bool stuck = std::ranges::none_of(graph.edges, [&](const Edge& edge) { return edge.from == s; });
    if (stuck && (owing >> s & 1U) != 0) return true;
  }
  return false;
}

TEST_CASE("On random graphs the verdict is that of trying all sets of states as loops") {
  CHECK(rc::check("liveness", [] {
    RandomGraph graph;
    graph.size = *rc::gen::inRange(1U, 7U);
    const std::size_t edges = *rc::gen::inRange<std::size_t>(0, 3 * graph.size);
    for (std::size_t i = 0; i < edges; ++i) {
      const auto node = rc::gen::inRange<std::uint64_t>(0, graph.size);
      graph.edges.push_back({*node, *node, *rc::gen::inRange(0U, 8U)});
    }
    graph.from = *rc::gen::inRange<std::uint64_t>(0, 64);
    graph.goal = *rc::gen::inRange<std::uint64_t>(0, 64) & *rc::gen::inRange<std::uint64_t>(0, 64);
    const FairActions fair{*rc::gen::inRange(0U, 8U), *rc::gen::inRange(0U, 8U)};
    const auto report = check_liveness(graph, fair);
    RC_ASSERT(report.properties[0].judged);
    const auto& run = report.properties[0].counterexample;
    RC_ASSERT(run.has_value() == naively_violated(graph, fair));
    if (run) check_lasso(graph, fair, *run);
  }));
}

TEST_CASE("A graph that is too large is said to be so, and nothing is judged") {
  Options options;
  options.max_states = 500;
  Ring ring;
  ring.size = 5'000;
  const auto report = check_liveness(ring, kNone, options);
  CHECK_FALSE(report.complete);
  CHECK(report.stopped == StopReason::kStates);
  CHECK_FALSE(report.properties[0].judged);
  CHECK(report.properties[0].stopped == StopReason::kStates);
  CHECK_FALSE(report.properties[0].counterexample);
  CHECK(report.properties[0].premise_met == 0);
}

TEST_CASE("A graph that is smaller than the limit of states is judged, however often limits are looked at") {
  Options options;
  options.max_states = 6'000;
  Ring ring;
  ring.size = 5'000;
  const auto report = check_liveness(ring, kNone, options);
  CHECK(report.complete);
  CHECK(report.states >= 5'000);
  CHECK(report.states < 6'000);
}

TEST_CASE("Nothing is judged if there is not the memory for it") {
  Options options;
  Ring ring;
  ring.size = 5'000;
  options.progress_seconds = 0;
  std::vector<std::uint64_t> seen;
  options.progress = [&](const Progress& progress) { seen.push_back(progress.states); };
  REQUIRE(check_liveness(ring, kNone, options).complete);
  const std::size_t last = seen.size();  // the look before the property is judged
  seen.clear();
  options.progress = [&](const Progress& progress) {
    seen.push_back(progress.states);
    // Less than 24 bytes for each transition.
    if (seen.size() == last) options.max_memory_bytes = resident_memory() + 50'000;
  };
  const auto report = check_liveness(ring, kNone, options);
  CHECK(report.stopped == StopReason::kMemory);
  CHECK_FALSE(report.properties[0].judged);
  CHECK(report.properties[0].stopped == StopReason::kMemory);
}

// An initial state comes twice; only from the other one the goal is never reached.
struct Twice : Base {
  void for_each_initial(auto&& visit) const {
    for (const State state : {0U, 0U, 7U}) visit(State{state});
  }
  void for_each_step(const State& s, Scratch& /*scratch*/, auto&& visit) const {
    Step step{s == 7 ? State{8} : State{1}, 0};
    if (s != 1 && s != 8) visit(step);
  }
  [[nodiscard]] LiveJudgement judge_live(const State& s) const { return {1, s <= 1 ? 1U : 0U}; }
};
TEST_CASE("An initial state that comes twice is one, and a run begins in the one that it is shown from") {
  const auto run = check_liveness(Twice{}, kNone).properties[0].counterexample;
  REQUIRE(run);
  CHECK(run->trace.initial == 7);
  CHECK(run->loop_start == 1);
  CHECK(run->trace.steps.back().state == 8);
}

// Two steps lead from each state to the next, and from the last one to the first.
struct Ladder : Base {
  static constexpr State kTop = 60;
  void for_each_initial(auto&& visit) const { visit(State{0}); }
  void for_each_step(const State& s, Scratch& /*scratch*/, auto&& visit) const {
    for (const std::uint32_t fair : {0U, 1U}) {
      Step step{(s + 1) % (kTop + 1), fair};
      visit(step);
    }
  }
  [[nodiscard]] LiveJudgement judge_live(const State& s) const { return {s == 0 ? 1U : 0U, 0}; }
};

TEST_CASE("A loop is found in time where there are 2^60 of them") {
  const auto run = check_liveness(Ladder{}, kNone).properties[0].counterexample;
  REQUIRE(run);
  CHECK(run->loop_start == 0);
  CHECK(run->trace.steps.size() == Ladder::kTop + 1);
}

// The loop at 1 is reached at once without a debt, and with one by way of 2.
struct Detour : Base {
  void for_each_initial(auto&& visit) const { visit(State{0}); }
  void for_each_step(const State& s, Scratch& /*scratch*/, auto&& visit) const {
    Step on{1, 0};
    visit(on);
    Step around{2, 0};
    if (s == 0) visit(around);
  }
  [[nodiscard]] LiveJudgement judge_live(const State& s) const { return {s == 2 ? 1U : 0U, 0}; }
};

TEST_CASE("A state that was reached without a debt is reached anew with one") {
  CHECK_FALSE(holds(Detour{}, kNone));
}

// It may idle where an action is enabled; that one leads to where it is not, and back.
struct Idle : Base {
  void for_each_initial(auto&& visit) const { visit(State{0}); }
  void for_each_step(const State& s, Scratch& /*scratch*/, auto&& visit) const {
    Step idle{0, 0};
    visit(idle);
    Step act{1, 1};
    if (s == 0) visit(act);
  }
  [[nodiscard]] LiveJudgement judge_live(const State& /*state*/) const { return {1, 0}; }
};
TEST_CASE("A loop shows that what is weakly fair is taken, or disabled, even where idling is shorter") {
  const auto run = check_liveness(Idle{}, weak(1)).properties[0].counterexample;
  REQUIRE(run);
  CHECK(run->trace.steps.size() - run->loop_start == 2);
  CHECK_FALSE(holds(Idle{}, weak(1)));
  CHECK(check_liveness(Idle{}, kNone).properties[0].counterexample->trace.steps.size() == 1);
}

// Nothing of it is ever reached.
struct Claims : Ring {
  [[nodiscard]] std::vector<std::string> live_properties() const { return {"first", "second", "third"}; }
  [[nodiscard]] LiveJudgement judge_live(const State& /*state*/) const { return {7, 0}; }
};
TEST_CASE(
    "What was judged before a limit is met keeps its verdict; what comes after has none, but the reason") {
  std::atomic<bool> stop = false;
  int looks = 0;  // at the limits: once while the graph is built, and before each property
  Options options;
  options.stop = &stop;
  options.progress_seconds = 0;
  options.progress = [&](const Progress&) { stop = ++looks == 3; };
  const auto report = check_liveness(Claims{}, kNone, options);
  CHECK_FALSE(report.complete);
  CHECK(report.stopped == StopReason::kInterrupted);
  REQUIRE(report.properties.size() == 3);
  for (const std::size_t i : {0U, 1U}) {
    CHECK(report.properties[i].judged);
    CHECK(report.properties[i].stopped == StopReason::kNone);
    CHECK(report.properties[i].premise_met == report.states);
    CHECK(report.properties[i].counterexample);
  }
  CHECK_FALSE(report.properties[2].judged);
  CHECK(report.properties[2].stopped == StopReason::kInterrupted);
  CHECK(report.properties[2].premise_met == 0);
  CHECK_FALSE(report.properties[2].counterexample);
}

struct Demanding : Ring {
  [[nodiscard]] std::vector<std::string> live_properties() const {
    return std::vector<std::string>(kMaxProperties + 1);
  }
};
TEST_CASE("More properties of liveness than there are bits for are refused") {
  CHECK_THROWS_AS(check_liveness(Demanding{}, kNone), std::invalid_argument);
}

TEST_CASE("Liveness under symmetry is refused") {
  Options options;
  options.symmetry = true;
  CHECK_THROWS_AS(check_liveness(Ring{}, kNone, options), std::invalid_argument);
}

TEST_CASE("The graph has as many states and transitions as the explorer counts") {
  const auto report = check_liveness(Philosophers{}, kNone);
  // Each thinks, is hungry or eats (3^3), at most one of three eats: 2^3 + 3 * 2^2.
  CHECK(report.states == 20);
}

}  // namespace
}  // namespace takeover::engine::tests
