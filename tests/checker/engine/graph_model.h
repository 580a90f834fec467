// Any small graph as a model, and what a plain search with std::set and std::queue says of it.
#pragma once

#include <cstdint>
#include <map>
#include <queue>
#include <set>
#include <string>
#include <vector>

#include "checker/engine/model.h"

namespace takeover::engine::tests {

// Node i is witness i. Property 0 is violated in bad nodes, property 1 on bad edges; the premise of both is
// met everywhere.
struct GraphModel {
  using State = std::uint8_t;
  struct Step {
    State state = 0;
    bool bad = false;
    bool odd = false;  // its place in the list, as an action kind
    friend bool operator==(const Step&, const Step&) = default;
  };
  struct Scratch {};
  static constexpr std::size_t kMaxNodes = 16;

  std::vector<std::vector<Step>> edges{};  // by node: self loops and several edges to one node are allowed
  std::set<State> initial{};
  std::set<State> bad{};
  std::set<State> terminal{};

  void for_each_initial(auto&& visit) const {
    for (const State state : initial) visit(state);
  }
  void for_each_step(const State& state, Scratch& /*scratch*/, auto&& visit) const {
    for (Step step : edges[state]) visit(step);
  }
  void encode(const State& state, Encoder& out) const { out.varint(state); }
  [[nodiscard]] std::vector<std::string> action_kinds() const { return {"even", "odd"}; }
  [[nodiscard]] std::vector<std::string> properties() const { return {"node", "edge"}; }
  [[nodiscard]] std::vector<std::string> witnesses() const {
    return std::vector<std::string>(kMaxNodes, "node");
  }
  [[nodiscard]] std::size_t kind(const Step& step) const { return step.odd ? 1 : 0; }
  void judge_state(const State& state, Judgement& judgement) const {
    judgement.met |= 1U;
    judgement.reached |= std::uint64_t{1} << state;
    if (bad.contains(state)) judgement.violated |= 1U;
  }
  void judge_step(const State& /*before*/, const Step& step, Judgement& judgement) const {
    judgement.met |= 2U;
    if (step.bad) judgement.violated |= 2U;
  }
  [[nodiscard]] bool is_terminal(const State& state) const { return terminal.contains(state); }
};

struct Naive {
  std::map<GraphModel::State, std::uint32_t> distance{};
  std::uint64_t transitions = 0;
  std::vector<std::uint64_t> actions{0, 0};
  std::uint32_t depth = 0;
  std::uint64_t deadlocks = 0;
  // Lengths of shortest runs: to a bad node, over a bad edge, to a deadlock.
  std::set<std::uint32_t> bad_nodes{};
  std::set<std::uint32_t> bad_edges{};
  std::set<std::uint32_t> stuck{};
};

inline Naive naive_search(const GraphModel& model) {
  Naive result;
  std::queue<GraphModel::State> queue;
  const auto reach = [&](GraphModel::State state, std::uint32_t distance) {
    if (result.distance.emplace(state, distance).second) queue.push(state);
  };
  for (const auto state : model.initial) reach(state, 0);
  for (; !queue.empty(); queue.pop()) {
    const auto state = queue.front();
    const std::uint32_t distance = result.distance.at(state);
    result.depth = distance;
    if (model.bad.contains(state)) result.bad_nodes.insert(distance);
    if (model.edges[state].empty() && !model.terminal.contains(state)) {
      ++result.deadlocks;
      result.stuck.insert(distance);
    }
    for (const auto& step : model.edges[state]) {
      ++result.transitions;
      ++result.actions[step.odd ? 1 : 0];
      if (step.bad) result.bad_edges.insert(distance + 1);
      reach(step.state, distance + 1);
    }
  }
  return result;
}

}  // namespace takeover::engine::tests
