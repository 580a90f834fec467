// Fair cycles of a graph, and the way into one: the part of liveness checking that knows nothing of models.
#pragma once

#include <algorithm>
#include <boost/graph/compressed_sparse_row_graph.hpp>
#include <boost/graph/strong_components.hpp>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "checker/engine/model.h"

namespace takeover::engine {

// The edges of state i are those from begin[i] to begin[i + 1].
struct LiveGraph {
  // What an edge is beside its ends: the fair actions that it takes, the properties that it fulfils.
  struct Label {
    FairSet actions = 0;
    Bits goals = 0;
    friend bool operator==(const Label&, const Label&) = default;
  };
  std::vector<std::size_t> begin{};
  std::vector<std::uint32_t> targets{};
  std::vector<std::uint32_t> labels{};  // of each edge, by its number: there are few, and many edges
  std::vector<Label> distinct{};

  [[nodiscard]] std::size_t size() const { return begin.size() - 1; }
  [[nodiscard]] bool is_stuck(std::size_t state) const { return begin[state] == begin[state + 1]; }
  [[nodiscard]] const Label& label(std::size_t edge) const { return distinct[labels[edge]]; }
  [[nodiscard]] FairSet actions(std::size_t edge) const { return label(edge).actions; }
  [[nodiscard]] FairSet enabled(std::size_t state) const {
    FairSet mask = 0;
    for (std::size_t e = begin[state]; e < begin[state + 1]; ++e) mask |= actions(e);
    return mask;
  }
  [[nodiscard]] bool fulfils(std::size_t edge, Bits property) const {
    return (label(edge).goals & property) != 0;
  }
};

// The states of `allowed` that lie on a fair cycle within it, over edges that do not fulfil the property (one
// bit), and to which component each belongs.
class FairCycles {
 public:
  FairCycles(const LiveGraph& graph, const std::vector<bool>& allowed, Bits property, FairSet weak,
             FairSet strong)
      : graph_(graph),
        property_(property),
        weak_(weak),
        strong_(strong),
        alive_(allowed),
        component_(graph.size()) {
    while (thin_out()) {
    }
  }

  [[nodiscard]] bool contains(std::size_t state) const { return alive_[state]; }
  // Whether the edge from this state, which contains() has, stays within the component.
  [[nodiscard]] bool stays(std::size_t state, std::size_t edge) const {
    const std::uint32_t target = graph_.targets[edge];
    return alive_[target] && component_[target] == component_[state] && !graph_.fulfils(edge, property_);
  }
  // What a cycle of the state's component has to show: of the weakly fair actions that each was taken or not
  // enabled, of the strongly fair ones that occur there that each was taken.
  struct Needs {
    FairSet taken_or_disabled = 0;
    FairSet taken = 0;
  };
  [[nodiscard]] Needs needs(std::size_t state) const {
    return {weak_, strong_ & facts_[component_[state]].taken};
  }

 private:
  struct Facts {
    FairSet taken = 0;                 // by an edge within the component
    FairSet somewhere = 0;             // enabled in some state
    FairSet everywhere = ~FairSet{0};  // enabled in all states
    bool has_edge = false;
  };

  void find_components() {
    using Graph = boost::compressed_sparse_row_graph<boost::directedS>;
    std::vector<std::size_t> sources;
    std::vector<std::size_t> targets;
    for (std::size_t i = 0; i < graph_.size(); ++i) {
      if (!alive_[i]) continue;
      for (std::size_t e = graph_.begin[i]; e < graph_.begin[i + 1]; ++e) {
        if (!alive_[graph_.targets[e]] || graph_.fulfils(e, property_)) continue;
        sources.push_back(i);
        targets.push_back(graph_.targets[e]);
      }
    }
    const Graph graph(boost::construct_inplace_from_sources_and_targets, sources, targets, graph_.size());
    const auto index = boost::get(boost::vertex_index, graph);
    const std::size_t count =
        boost::strong_components(graph, boost::make_iterator_property_map(component_.begin(), index));
    facts_.assign(count, {});
  }

  // Takes out what can be on no fair cycle; whether there was any.
  bool thin_out() {
    find_components();
    for (std::size_t i = 0; i < graph_.size(); ++i) {
      if (!alive_[i]) continue;
      Facts& facts = facts_[component_[i]];
      facts.somewhere |= graph_.enabled(i);
      facts.everywhere &= graph_.enabled(i);
      for (std::size_t e = graph_.begin[i]; e < graph_.begin[i + 1]; ++e) {
        if (!stays(i, e)) continue;
        facts.has_edge = true;
        facts.taken |= graph_.actions(e);
      }
    }
    bool changed = false;
    for (std::size_t i = 0; i < graph_.size(); ++i) {
      if (!alive_[i] || may_stay(facts_[component_[i]], graph_.enabled(i))) continue;
      alive_[i] = false;
      changed = true;
    }
    return changed;
  }

  [[nodiscard]] bool may_stay(const Facts& facts, FairSet enabled) const {
    const bool weakly = (weak_ & facts.everywhere & ~facts.taken) == 0;
    const bool strongly = (strong_ & enabled & ~facts.taken) == 0;
    return facts.has_edge && weakly && strongly;
  }

  const LiveGraph& graph_;
  Bits property_;
  FairSet weak_;
  FairSet strong_;
  std::vector<bool> alive_;
  std::vector<std::uint32_t> component_;
  std::vector<Facts> facts_{};
};

// A run: from a state over edges, back to where it was after loop_start of them. No edge behind loop_start:
// it is stuck there.
struct Lasso {
  std::uint32_t first = 0;
  std::vector<std::size_t> edges{};
  std::size_t loop_start = 0;
};

namespace detail {

// A shortest way from `from`, over one edge at least, along edges that may be taken, to an edge that is
// wanted: the edges, that one included.
inline std::optional<std::vector<std::size_t>> way(const LiveGraph& graph, std::uint32_t from,
                                                   const auto& may_take, const auto& is_wanted) {
  std::vector<std::uint32_t> queue{from};
  std::vector<std::pair<std::size_t, std::size_t>> came{
      {0, 0}};  // per queue place: the place before, the edge
  std::vector<bool> seen(graph.size());
  const auto back = [&](std::size_t place, std::size_t edge) {
    std::vector<std::size_t> edges{edge};
    for (; place != 0; place = came[place].first) edges.push_back(came[place].second);
    std::ranges::reverse(edges);
    return edges;
  };
  for (std::size_t place = 0; place < queue.size(); ++place) {
    const std::uint32_t state = queue[place];
    for (std::size_t e = graph.begin[state]; e < graph.begin[state + 1]; ++e) {
      if (!may_take(state, e)) continue;
      if (is_wanted(e)) return back(place, e);
      if (seen[graph.targets[e]]) continue;
      seen[graph.targets[e]] = true;
      queue.push_back(graph.targets[e]);
      came.emplace_back(place, e);
    }
  }
  return std::nullopt;
}

// Adds to the lasso, whose stem ends in `entry`, a cycle that shows what the component needs.
inline void close_loop(const LiveGraph& graph, const FairCycles& cycles, std::uint32_t entry, Lasso& lasso) {
  lasso.loop_start = lasso.edges.size();
  const auto stays = [&](std::uint32_t state, std::size_t e) { return cycles.stays(state, e); };
  const FairCycles::Needs needs = cycles.needs(entry);
  FairSet taken = 0;
  FairSet disabled = ~graph.enabled(entry);
  std::uint32_t at = entry;
  const auto go = [&](const auto& is_wanted) {
    const auto edges = way(graph, at, stays, is_wanted);
    for (const std::size_t e : *edges) {
      taken |= graph.actions(e);
      at = graph.targets[e];
      disabled |= ~graph.enabled(at);
      lasso.edges.push_back(e);
    }
  };
  for (FairSet bit = 1; bit != 0; bit <<= 1U) {
    const bool shown = (taken & bit) != 0 || ((needs.taken & bit) == 0 && (disabled & bit) != 0);
    if (((needs.taken | needs.taken_or_disabled) & bit) == 0 || shown) continue;
    const bool only_taken = (needs.taken & bit) != 0;
    go([&](std::size_t e) {
      return (graph.actions(e) & bit) != 0 || (!only_taken && (~graph.enabled(graph.targets[e]) & bit) != 0);
    });
  }
  if (at != entry || lasso.edges.size() == lasso.loop_start) {
    go([&](std::size_t e) { return graph.targets[e] == entry; });
  }
}

}  // namespace detail

// The lasso with the shortest stem: from one of the first `initial` states to a state that is armed, on over
// open states and edges that do not fulfil the property, into a fair cycle of such or to an open state
// without edge.
[[nodiscard]] inline std::optional<Lasso> find_lasso(const LiveGraph& graph, const FairCycles& cycles,
                                                     Bits property, std::uint32_t initial,
                                                     const std::vector<bool>& armed,
                                                     const std::vector<bool>& open) {
  struct Place {
    std::uint32_t state;
    bool owes;  // an armed state was passed, and nothing but open ones since
    std::size_t before;
    std::size_t edge;
  };
  std::vector<Place> queue;
  std::vector<bool> seen(graph.size() * 2);
  const auto visit = [&](const Place& place) {
    const std::size_t number = place.state * std::size_t{2} + (place.owes ? 1 : 0);
    if (seen[number]) return;
    seen[number] = true;
    queue.push_back(place);
  };
  const auto enter = [&](std::uint32_t state, bool owes, std::size_t before, std::size_t edge) {
    if (armed[state] || (owes && open[state])) visit({state, true, before, edge});
    if (!owes) visit({state, false, before, edge});
  };
  constexpr std::size_t kNone = ~std::size_t{0};
  for (std::uint32_t i = 0; i < initial; ++i) enter(i, false, kNone, kNone);
  for (std::size_t i = 0; i < queue.size(); ++i) {
    const Place place = queue[i];
    if (place.owes && (cycles.contains(place.state) || graph.is_stuck(place.state))) {
      Lasso lasso;
      for (std::size_t p = i; p != kNone; p = queue[p].before) {
        lasso.first = queue[p].state;
        if (queue[p].edge != kNone) lasso.edges.push_back(queue[p].edge);
      }
      std::ranges::reverse(lasso.edges);
      lasso.loop_start = lasso.edges.size();
      if (!graph.is_stuck(place.state)) detail::close_loop(graph, cycles, place.state, lasso);
      return lasso;
    }
    for (std::size_t e = graph.begin[place.state]; e < graph.begin[place.state + 1]; ++e) {
      enter(graph.targets[e], place.owes && !graph.fulfils(e, property), i, e);
    }
  }
  return std::nullopt;
}

}  // namespace takeover::engine
