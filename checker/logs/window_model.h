// A window of lines as a model for the engine: from the places that explain the lines before it to those that
// explain its own.
//
//   engine::explore(WindowModel(...), options);    // collector: what was reached
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "checker/engine/model.h"
#include "checker/logs/moves.h"

namespace takeover::logs {

// A place, and the unseen steps on a shortest way to it.
struct Reached {
  Place place{};
  std::uint32_t cost = 0;
};

// The places at which the exploration of a window comes out of it, each with its least cost; and, if it comes
// out nowhere, some of the places that explain most of its lines, with one of the cheapest.
class Collector {
 public:
  Collector(std::uint32_t end, std::size_t max_places) : end_(end), max_places_(max_places) {}
  void add(const Place& place, const std::string& bytes, std::uint32_t cost);
  // There are more places than one line may leave: no more is looked for.
  [[nodiscard]] bool is_full() const { return out_.size() > max_places_; }
  // Steps that nobody sees were left out, since too many had come before.
  void leave_out() { left_out_ = true; }
  [[nodiscard]] bool left_out() const { return left_out_; }
  // In the order in which they were reached.
  [[nodiscard]] std::vector<Reached>& out() { return out_; }
  [[nodiscard]] std::vector<Reached>& farthest() { return farthest_; }

 private:
  void add_farthest(const Place& place, std::uint32_t cost);

  std::uint32_t end_;
  std::size_t max_places_;
  bool left_out_ = false;
  std::vector<Reached> out_{};
  std::unordered_map<std::string, std::size_t> places_{};
  std::vector<Reached> farthest_{};
};

[[nodiscard]] std::string bytes_of(const Place& place);

// Where a way ends, however far the log goes on.
struct Bounds {
  std::uint32_t cost = std::numeric_limits<std::uint32_t>::max();          // of all of it
  std::uint32_t unseen_moves = std::numeric_limits<std::uint32_t>::max();  // in the window
};

class WindowModel {
 public:
  struct State {
    Place place{};
    std::uint32_t cost = 0;
    std::uint32_t unseen_moves = 0;  // on the first way here, of a breadth-first search; tells none apart
  };
  struct Step {
    State state{};
    std::uint32_t cost = 0;
    std::vector<ExplainedStep> taken{};
  };
  struct Scratch {};

  // From the places of one window to its end.
  WindowModel(const Task& task, const Width& width, const std::vector<Reached>& from, std::uint32_t end,
              const Bounds& bounds)
      : task_(task), width_(width), from_(from), end_(end), bounds_(bounds) {}

  // What is to be done with the states: collected,
  void collect(Collector& collector) { collector_ = &collector; }
  // or looked for one, whose place has these bytes: reaching it violates the model's one property.
  void look_for(std::string bytes, std::uint32_t cost) {
    target_ = std::move(bytes);
    target_cost_ = cost;
  }

  void for_each_initial(auto&& visit) const {
    for (const Reached& reached : from_) visit(State{reached.place, reached.cost});
  }
  void for_each_step(const State& state, Scratch& /*none*/, auto&& visit) const {
    if (state.place.at >= end_ || (collector_ != nullptr && collector_->is_full())) return;
    if (is_reached_for_less(state)) return;
    Moves(task_, width_, !target_.empty()).for_each(state.place, [&](Move&& move) {
      const std::uint32_t cost = state.cost + move.cost;
      const std::uint32_t unseen_moves = state.unseen_moves + (move.cost != 0 && !move.is_seen ? 1 : 0);
      if (cost > bounds_.cost) return;
      if (unseen_moves > bounds_.unseen_moves) {
        if (collector_ != nullptr && !is_reached(move.place, cost)) collector_->leave_out();
        return;
      }
      Step step{{std::move(move.place), cost, unseen_moves}, move.cost, std::move(move.steps)};
      visit(step);
    });
  }
  void encode(const State& state, engine::Encoder& out) const {
    out.varint(state.cost);
    logs::encode(state.place, out);
  }

  [[nodiscard]] const std::vector<std::string>& action_kinds() const;
  [[nodiscard]] const std::vector<std::string>& properties() const;
  [[nodiscard]] const std::vector<std::string>& witnesses() const;
  [[nodiscard]] std::size_t kind(const Step& step) const { return step.cost == 0 ? 0 : 1; }
  void judge_state(const State& state, engine::Judgement& judgement) const;
  void judge_step(const State& /*before*/, const Step& /*step*/, engine::Judgement& /*judgement*/) const {}
  [[nodiscard]] bool is_terminal(const State& /*any*/) const { return true; }

 private:
  // A dearer way to a place leads nowhere else: owners that take turns unseen would do so for ever.
  [[nodiscard]] bool is_reached(const Place& place, std::uint32_t cost) const;
  [[nodiscard]] bool is_reached_for_less(const State& state) const {
    return state.cost != 0 && is_reached(state.place, state.cost - 1);
  }

  const Task& task_;
  const Width& width_;
  const std::vector<Reached>& from_;
  std::uint32_t end_;
  Bounds bounds_;
  mutable std::unordered_map<std::string, std::uint32_t> least_costs_{};  // of one worker
  Collector* collector_ = nullptr;                                        // one worker writes into it
  std::string target_{};
  std::uint32_t target_cost_ = 0;
};

}  // namespace takeover::logs
