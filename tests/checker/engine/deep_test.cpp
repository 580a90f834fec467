// Searches of some hundred levels, with edges back to every earlier level: more levels than the table has
// codes for (Visited::open_level). Counts, verdicts and lengths are those of a plain search that knows each
// state's level as a number.
#include <unistd.h>

#include <algorithm>
#include <array>
#include <catch2/catch.hpp>
#include <filesystem>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "checker/engine/audit.h"
#include "checker/engine/explore.h"

namespace takeover::engine::tests {
namespace {

// Process 0 goes round a ring for ever and touches nothing; process 1 has one step, into a state that
// violates.
struct Ring {
  struct State {
    std::uint32_t place = 0;
    bool done = false;
  };
  struct Step {
    State state{};
    std::uint32_t process = 0;
  };
  struct Scratch {};
  std::uint32_t size = 2;

  void for_each_initial(auto&& visit) const { visit(State{}); }
  void for_each_step(const State& s, Scratch& /*scratch*/, auto&& visit) const {
    Step spin{{(s.place + 1) % size, s.done}, 0};
    visit(spin);
    if (s.done) return;
    Step act{{s.place, true}, 1};
    visit(act);
  }
  [[nodiscard]] std::optional<std::uint32_t> candidate(const State& /*state*/, const Step& step) const {
    return step.process == 0 ? std::optional(0U) : std::nullopt;
  }
  [[nodiscard]] std::array<std::uint64_t, 1> words(const State& s) const {
    return {std::uint64_t{s.place} * 2 + (s.done ? 1 : 0)};
  }
  [[nodiscard]] std::vector<std::string> action_kinds() const { return {"spin", "act"}; }
  [[nodiscard]] std::vector<std::string> properties() const { return {"never-done"}; }
  [[nodiscard]] std::vector<std::string> witnesses() const { return {}; }
  [[nodiscard]] std::size_t kind(const Step& step) const { return step.process; }
  void judge_state(const State& s, Judgement& judgement) const { judgement.violated = s.done ? 1 : 0; }
  void judge_step(const State& /*before*/, const Step& /*step*/, Judgement& /*judgement*/) const {}
  [[nodiscard]] bool is_terminal(const State& /*state*/) const { return false; }
};

TEST_CASE("Round a ring of any size the reduced search finds what the full one does") {
  for (std::uint32_t size = 2; size <= 520; ++size) {
    Options options;
    options.workers = 1;
    const auto full = explore(Ring{size}, options);
    options.partial_order = true;
    const auto reduced = explore(Ring{size}, options);
    INFO("a ring of " << size);
    REQUIRE(full.complete);
    REQUIRE(full.states == 2 * size);
    REQUIRE(full.properties[0].counterexample);
    CHECK(full.properties[0].counterexample->steps.size() == 1);
    REQUIRE(reduced.complete);
    // Once round the ring; its last place is expanded in full, and then each one that was done there.
    CHECK(reduced.states == 2 * size);
    REQUIRE(reduced.properties[0].counterexample);
    CHECK(reduced.properties[0].counterexample->steps.size() == size);
  }
}

// Process 0 walks a graph of lanes. From a place of a lane it goes to the next one, at times of another lane;
// where the lane ends, and at some places before, it goes back to every earlier level. Process 1 acts twice,
// whatever process 0 does. Sides are alike. Padding: so that states are looked up one by one.
template <std::size_t kPadding>
struct Deep {
  struct State {
    std::uint16_t level = 0;
    std::uint16_t lane = 0;
    std::uint8_t side = 0;
    std::uint8_t done = 0;
    std::array<std::uint8_t, kPadding> padding{};
  };
  struct Step {
    State state{};
    std::uint32_t process = 0;
  };
  struct Scratch {};
  std::uint64_t seed = 1;
  std::vector<std::uint16_t> ends{};  // of each lane, the last level
  std::uint64_t back_every = 16;      // of so many places before the end of a lane one leads back
  std::uint8_t acts = 2;
  bool says_of_places = true;  // not under partial order, which hides places (ample.h, D3)

  [[nodiscard]] std::uint64_t draw(std::uint64_t salt, std::uint64_t level, std::uint64_t lane) const {
    std::uint64_t x = (seed * 0x9e3779b97f4a7c15U) ^ salt << 48U ^ level << 24U ^ lane;
    x = (x ^ x >> 30U) * 0xbf58476d1ce4e5b9U;
    x = (x ^ x >> 27U) * 0x94d049bb133111ebU;
    return x ^ x >> 31U;
  }
  void for_each_initial(auto&& visit) const {
    visit(State{});
    visit(State{.side = 1});
  }
  void for_each_step(const State& s, Scratch& /*scratch*/, auto&& visit) const {
    const auto walk = [&](std::size_t level, std::size_t lane) {
      const auto flips = static_cast<std::uint8_t>(draw(1, s.level + 1'000 * level, lane) % 2);
      Step step{s, 0};
      step.state.level = static_cast<std::uint16_t>(level);
      step.state.lane = static_cast<std::uint16_t>(lane);
      step.state.side = static_cast<std::uint8_t>(s.side ^ flips);
      visit(step);
    };
    const std::size_t end = ends[s.lane];
    const auto on = [&](std::size_t lane) {
      if (s.level < ends[lane]) walk(s.level + 1U, lane);
    };
    if (s.level == end || draw(2, s.level, s.lane) % back_every == 0) {
      for (std::size_t level = 0; level < s.level; ++level) {
        const std::size_t lane = level == 0 ? 0 : draw(3, s.level * 1'000U + level, s.lane) % ends.size();
        walk(level, level <= ends[lane] ? lane : 0);
      }
    }
    for (std::size_t lane = 0; s.level == 0 && lane < ends.size(); ++lane) on(lane);
    if (s.level != 0 && s.level != end) on(s.lane);
    if (s.level != 0 && s.level != end && draw(4, s.level, s.lane) % 8 == 0) on((s.lane + 1U) % ends.size());
    if (s.done == acts) return;
    Step act{s, 1};
    ++act.state.done;
    visit(act);
  }
  void canonicalize(State& s) const { s.side = 0; }
  [[nodiscard]] std::optional<std::uint32_t> candidate(const State& /*state*/, const Step& step) const {
    return step.process == 0 ? std::optional(0U) : std::nullopt;
  }
  [[nodiscard]] std::array<std::uint64_t, 1> words(const State& s) const {
    return {std::uint64_t{s.level} << 48U | std::uint64_t{s.lane} << 32U | std::uint64_t{s.done} << 8U |
            s.side};
  }
  [[nodiscard]] std::vector<std::string> action_kinds() const { return {"walk", "act"}; }
  [[nodiscard]] std::vector<std::string> properties() const {
    return {"acted", "last act", "place", "way back"};
  }
  [[nodiscard]] std::vector<std::string> witnesses() const { return {}; }
  [[nodiscard]] std::size_t kind(const Step& step) const { return step.process; }
  void judge_state(const State& s, Judgement& judgement) const {
    if (s.done == acts) judgement.violated |= 1U;
    if (says_of_places && s.level + 1U >= ends[0]) judgement.violated |= 4U;
  }
  void judge_step(const State& before, const Step& step, Judgement& judgement) const {
    judgement.met |= 2U;
    if (step.process == 1 && step.state.done == acts) judgement.violated |= 2U;
    if (says_of_places && before.level > 127 && step.state.level < 3) judgement.violated |= 8U;
  }
  [[nodiscard]] bool is_terminal(const State& /*state*/) const { return false; }
};

// What a level-by-level search finds that keeps each state's level, under the same reductions.
struct Plain {
  std::uint64_t states = 0;
  std::uint64_t transitions = 0;
  std::vector<std::uint64_t> actions{0, 0};
  std::vector<std::uint64_t> up_to{};                   // states of this level and those before
  std::array<std::optional<std::size_t>, 4> lengths{};  // of a shortest run to each violation
};

template <class M>
class PlainSearch {
 public:
  PlainSearch(const M& model, const Options& options) : model_(model), options_(options) {}

  Plain run() {
    model_.for_each_initial([&](const State& state) { reach(state, 0); });
    for (std::uint32_t level = 0; !next_.empty(); ++level) {
      const std::vector<State> states = std::exchange(next_, {});
      plain_.up_to.push_back(plain_.states);
      for (const State& state : states) expand(state, level);
    }
    return plain_;
  }

 private:
  using State = typename M::State;
  using Step = typename M::Step;

  [[nodiscard]] State represent(State state) const {
    if (options_.symmetry) model_.canonicalize(state);
    return state;
  }
  void note(Bits violated, std::size_t length) {
    for (std::size_t i = 0; i < plain_.lengths.size(); ++i) {
      if ((violated & bit(i)) != 0 && !plain_.lengths[i]) plain_.lengths[i] = length;
    }
  }
  void reach(const State& any, std::uint32_t level) {
    const State state = represent(any);
    if (!levels_.emplace(model_.words(state)[0], level).second) return;
    ++plain_.states;
    next_.push_back(state);
    Judgement judgement;
    model_.judge_state(state, judgement);
    note(judgement.violated, level);
  }
  void expand(const State& state, std::uint32_t level) {
    std::vector<Step> steps;
    typename M::Scratch scratch;
    model_.for_each_step(state, scratch, [&](const Step& step) { steps.push_back(step); });
    std::optional<std::uint32_t> ample;
    for (std::size_t i = 0; options_.partial_order && !ample && i < steps.size(); ++i) {
      const auto candidate = model_.candidate(state, steps[i]);
      const auto known = levels_.find(model_.words(represent(steps[i].state))[0]);
      if (candidate && (known == levels_.end() || known->second > level)) ample = candidate;
    }
    for (const Step& step : steps) {
      if (ample && model_.candidate(state, step) != ample) continue;
      ++plain_.transitions;
      ++plain_.actions[model_.kind(step)];
      Judgement judgement;
      model_.judge_step(state, step, judgement);
      note(judgement.violated, level + std::size_t{1});
      reach(step.state, level + 1);
    }
  }

  const M& model_;
  const Options& options_;
  Plain plain_{};
  std::unordered_map<std::uint64_t, std::uint32_t> levels_{};
  std::vector<State> next_{};
};

template <class M>
void expect(const Report<M>& report, const Plain& plain) {
  CHECK(report.complete);
  CHECK(report.states == plain.states);
  CHECK(report.transitions == plain.transitions);
  CHECK(report.actions == plain.actions);
  CHECK(report.depth + 1 == plain.up_to.size());
  CHECK(report.properties[1].premise_met == plain.transitions);
  for (std::size_t i = 0; i < plain.lengths.size(); ++i) {
    const auto& trace = report.properties[i].counterexample;
    CHECK(trace.has_value() == plain.lengths[i].has_value());
    if (trace) CHECK(trace->steps.size() == plain.lengths[i]);
  }
}

template <class M>
bool same_traces(const Report<M>& one, const Report<M>& other, const M& model) {
  for (std::size_t i = 0; i < one.properties.size(); ++i) {
    const auto& a = one.properties[i].counterexample;
    const auto& b = other.properties[i].counterexample;
    if (a.has_value() != b.has_value()) return false;
    if (!a) continue;
    const bool same = std::ranges::equal(
        a->steps, b->steps, {}, [&](const auto& step) { return model.words(step.state); },
        [&](const auto& step) { return model.words(step.state); });
    if (!same) return false;
  }
  return true;
}

// Lanes that end in the last levels of rounds, in the first ones, and anywhere.
template <class M>
M deep_graph(std::uint64_t seed, std::size_t lanes, std::uint16_t deepest, bool partial_order) {
  M model;
  model.seed = seed;
  model.says_of_places = !partial_order;
  model.ends = {deepest};
  for (const std::uint16_t end :
       {std::uint16_t{126}, std::uint16_t{127}, std::uint16_t{253}, std::uint16_t{380}})
    model.ends.push_back(std::min(end, deepest));
  while (model.ends.size() < lanes) {
    model.ends.push_back(static_cast<std::uint16_t>(1 + model.draw(5, model.ends.size(), 0) % deepest));
  }
  return model;
}

TEMPLATE_TEST_CASE_SIG("Deep graphs are explored as by a search that keeps levels as numbers", "",
                       ((std::size_t kPadding), kPadding), 0, 64) {
  using M = Deep<kPadding>;
  Options options;
  options.symmetry = GENERATE(false, true);
  options.partial_order = GENERATE(false, true);
  for (const std::uint64_t seed : {1U, 2U, 3U}) {
    const auto model = deep_graph<M>(seed, 8, 400, options.partial_order);
    const Plain plain = PlainSearch(model, options).run();
    REQUIRE(plain.up_to.size() > 3 * kLevelCodes);
    REQUIRE(plain.lengths[0]);
    REQUIRE(plain.lengths[2].has_value() == !options.partial_order);
    options.workers = 1;
    options.store = Store::kFingerprint;
    const auto first = explore(model, options);
    expect(first, plain);
    for (const Store store : {Store::kFingerprint, Store::kExact}) {
      options.workers = 3;
      options.store = store;
      const auto report = explore(model, options);
      expect(report, plain);
      CHECK(same_traces(report, first, model));
    }
  }
}

TEST_CASE("What the deep graphs declare for the reduction is so") {
  const auto model = deep_graph<Deep<0>>(1, 8, 9, true);
  const Audit audit = audit_reduction(model, [](const Deep<0>::Step& step) {
    return std::pair(step.process, step.process == 1 ? 0 : step.state.level * 1'000U + step.state.lane);
  });
  CHECK(audit.fault.value_or("") == "");
  CHECK(audit.pairs > 0);
}

TEMPLATE_TEST_CASE_SIG("A deep search that is cut where a round of levels ends goes on as if it had not been",
                       "", ((std::size_t kPadding), kPadding), 0, 64) {
  using M = Deep<kPadding>;
  Options options;
  options.symmetry = kPadding != 0;
  options.partial_order = GENERATE(false, true);
  options.store = GENERATE(Store::kFingerprint, Store::kExact);
  // Levels of several chunks: so a cut can fall between two.
  auto model = deep_graph<M>(1, 8, 270, options.partial_order);
  model.ends.resize(320, 270);
  model.back_every = 1'000;
  model.acts = options.partial_order ? 1 : 0;
  const Plain plain = PlainSearch(model, options).run();
  options.workers = 1;
  const auto whole = explore(model, options);
  expect(whole, plain);
  const std::string file =
      (std::filesystem::temp_directory_path() / ("takeover-deep-" + std::to_string(getpid()))).string();
  for (const std::size_t level : {126U, 127U, 128U, 253U, 254U}) {
    Options first = options;
    first.checkpoint = file;
    first.workers = level % kLevelCodes == 0 ? 1 : 2;
    first.max_states = (plain.up_to[level] + plain.up_to[level - 1]) / 2;
    const auto cut = explore(model, first);
    REQUIRE(cut.stopped == StopReason::kStates);
    // One worker has taken the first of two chunks.
    if (first.workers == 1) CHECK(std::ranges::count(plain.up_to, cut.states) == 0);
    Options rest = options;
    rest.resume = file;
    rest.workers = 3 - first.workers;
    const auto report = explore(model, rest);
    INFO("cut in level " << level);
    expect(report, plain);
    CHECK(same_traces(report, whole, model));
  }
  Options other = options;
  other.resume = file;
  other.partial_order = !options.partial_order;
  CHECK_THROWS_AS(explore(model, other), CheckpointError);
  std::filesystem::remove(file);
}

}  // namespace
}  // namespace takeover::engine::tests
