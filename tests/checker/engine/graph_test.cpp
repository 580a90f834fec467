// The engine against a plain search, on random graphs.
#include <rapidcheck.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <optional>
#include <set>
#include <vector>

#include "checker/engine/explore.h"
#include "tests/checker/engine/graph_model.h"

namespace takeover::engine::tests {
namespace {

std::set<GraphModel::State> some_nodes(std::size_t nodes) {
  const auto chosen = *rc::gen::container<std::vector<std::size_t>>(rc::gen::inRange<std::size_t>(0, nodes));
  std::set<GraphModel::State> result;
  // Half of the draws, so that graphs without any are common too.
  for (std::size_t i = 0; i < chosen.size(); i += 2) result.insert(static_cast<GraphModel::State>(chosen[i]));
  return result;
}

GraphModel any_graph() {
  const std::size_t nodes = *rc::gen::inRange<std::size_t>(1, GraphModel::kMaxNodes + 1);
  GraphModel model;
  model.edges.resize(nodes);
  for (auto& edges : model.edges) {
    const std::size_t degree = *rc::gen::inRange<std::size_t>(0, 4);
    for (std::size_t i = 0; i < degree; ++i) {
      const auto target = static_cast<GraphModel::State>(*rc::gen::inRange<std::size_t>(0, nodes));
      edges.push_back({target, *rc::gen::inRange(0, 8) == 0, i % 2 == 1});
    }
  }
  model.initial = some_nodes(nodes);
  model.bad = some_nodes(nodes);
  model.terminal = some_nodes(nodes);
  return model;
}

Options any_options() {
  Options options;
  options.workers = *rc::gen::inRange<std::size_t>(1, 4);
  options.store = *rc::gen::element(Store::kFingerprint, Store::kExact);
  return options;
}

// The last state of a run of the model; fails if the trace is none.
GraphModel::State end_of(const GraphModel& model, const Trace<GraphModel>& trace) {
  RC_ASSERT(model.initial.contains(trace.initial));
  GraphModel::State state = trace.initial;
  for (const auto& step : trace.steps) {
    const auto& edges = model.edges[state];
    RC_ASSERT(std::find(edges.begin(), edges.end(), step) != edges.end());
    state = step.state;
  }
  return state;
}

// There is a trace exactly if there is a length, and it has the least of them.
void expect_shortest(const std::optional<Trace<GraphModel>>& trace, const std::set<std::uint32_t>& lengths) {
  RC_ASSERT(trace.has_value() == !lengths.empty());
  if (trace) RC_ASSERT(trace->steps.size() == *lengths.begin());
}

void holds(const char* rule, auto&& testable) {
  INFO(rule);
  CHECK(rc::check(rule, testable));
}

TEST_CASE("States, transitions, actions, depth and deadlocks are those of a plain search") {
  holds("counts", [] {
    const GraphModel model = any_graph();
    const Naive naive = naive_search(model);
    const auto report = explore(model, any_options());
    RC_ASSERT(report.complete);
    RC_ASSERT(report.states == naive.distance.size());
    RC_ASSERT(report.transitions == naive.transitions);
    RC_ASSERT(report.actions == naive.actions);
    RC_ASSERT(report.depth == naive.depth);
    RC_ASSERT(report.deadlocks == naive.deadlocks);
  });
}

TEST_CASE("Each state is judged once, each enabled action once, and distances are shortest distances") {
  holds("distances", [] {
    const GraphModel model = any_graph();
    const Naive naive = naive_search(model);
    const auto report = explore(model, any_options());
    RC_ASSERT(report.properties[0].premise_met == naive.distance.size());
    RC_ASSERT(report.properties[1].premise_met == naive.transitions);
    for (std::size_t i = 0; i < GraphModel::kMaxNodes; ++i) {
      const auto found = naive.distance.find(static_cast<GraphModel::State>(i));
      RC_ASSERT(report.witnesses[i] == (found == naive.distance.end() ? 0U : 1U));
      RC_ASSERT(report.witness_lengths[i].has_value() == (found != naive.distance.end()));
      if (found != naive.distance.end()) RC_ASSERT(report.witness_lengths[i] == found->second);
    }
  });
}

TEST_CASE("A counterexample is a run of the model, ends in the violation, and none is shorter") {
  holds("counterexamples", [] {
    const GraphModel model = any_graph();
    const Naive naive = naive_search(model);
    const auto report = explore(model, any_options());
    const auto& node = report.properties[0].counterexample;
    expect_shortest(node, naive.bad_nodes);
    if (node) RC_ASSERT(model.bad.contains(end_of(model, *node)));

    const auto& edge = report.properties[1].counterexample;
    expect_shortest(edge, naive.bad_edges);
    if (edge) {
      static_cast<void>(end_of(model, *edge));
      RC_ASSERT(edge->steps.back().bad);
    }

    expect_shortest(report.deadlock, naive.stuck);
    if (report.deadlock) {
      const auto state = end_of(model, *report.deadlock);
      RC_ASSERT(model.edges[state].empty());
      RC_ASSERT(!model.terminal.contains(state));
    }
  });
}

}  // namespace
}  // namespace takeover::engine::tests
