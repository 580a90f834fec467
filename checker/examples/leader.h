// Leader election in a unidirectional ring: E. Chang and R. Roberts, "An improved algorithm for decentralized
// extrema-finding in circular configurations of processes" (Communications of the ACM 22(5), 1979). A process
// passes on what is greater than its own number, swallows what is less, and leads when its own comes back.
//
// Numbers stand in the ring so that it takes the most messages, N(N+1)/2, as the paper counts them: number k
// is passed k times. Each process is the only one that takes from its inbox, and the only one that puts into
// the next one: nothing that happens elsewhere matters to its next step. So all orders are as good as one,
// every run has N(N+1)/2 steps, and partial-order reduction leaves one run.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "checker/engine/model.h"

namespace takeover::examples {

class Leader {
 public:
  static constexpr std::size_t kMaxSize = 8;
  // Four bits for each number that is under way, the one that comes next lowest; 0 behind the last one.
  using Inbox = std::uint32_t;
  struct State {
    std::array<Inbox, kMaxSize> inboxes{};
    std::uint32_t leaders = 0;  // bit i: process i takes itself for the leader
    friend bool operator==(const State&, const State&) = default;
  };
  struct Step {
    std::uint8_t kind = 0;
    std::uint8_t process = 0;
    State state{};
  };
  struct Scratch {};

  // careless: numbers are compared the wrong way round, so that the least one leads.
  // size: from 2 to kMaxSize processes; process i has the number i + 1, and sends to process i - 1.
  explicit Leader(std::size_t size, bool careless = false) : size_(size), careless_(careless) {}

  void for_each_initial(auto&& visit) const {
    State state;
    for (std::size_t i = 0; i < size_; ++i) state.inboxes[next(i)] = number(i);
    visit(state);
  }

  void for_each_step(const State& state, Scratch& /*scratch*/, auto&& visit) const {
    for (std::size_t i = 0; i < size_; ++i) {
      const std::uint32_t received = state.inboxes[i] & 15U;
      if (received == 0) continue;
      Step step{kSwallow, static_cast<std::uint8_t>(i), state};
      step.state.inboxes[i] >>= 4U;
      if (careless_ ? received < number(i) : received > number(i)) {
        step.kind = kPass;
        put(step.state.inboxes[next(i)], received);
      } else if (received == number(i)) {
        step.kind = kLead;
        step.state.leaders |= 1U << i;
      }
      visit(step);
    }
  }

  // Process i alone takes its step, from the front of its inbox, whatever others put behind.
  [[nodiscard]] std::optional<std::uint32_t> candidate(const State& /*state*/, const Step& step) const {
    return step.process;
  }

  [[nodiscard]] std::array<std::uint64_t, 5> words(const State& state) const {
    const auto pair = [&](std::size_t i) {
      return state.inboxes[2 * i] | std::uint64_t{state.inboxes[2 * i + 1]} << 32U;
    };
    return {pair(0), pair(1), pair(2), pair(3), state.leaders};
  }
  [[nodiscard]] const std::vector<std::string>& action_kinds() const {
    static const std::vector<std::string> kNames{"pass", "swallow", "lead"};
    return kNames;
  }
  [[nodiscard]] const std::vector<std::string>& properties() const {
    static const std::vector<std::string> kNames{"only-the-greatest-leads"};
    return kNames;
  }
  [[nodiscard]] const std::vector<std::string>& witnesses() const {
    static const std::vector<std::string> kNames{"elected"};
    return kNames;
  }
  [[nodiscard]] std::size_t kind(const Step& step) const { return step.kind; }
  // Who leads never steps down: what is said of a state is said of all that follow.
  void judge_state(const State& state, engine::Judgement& judgement) const {
    const std::uint32_t greatest = 1U << (size_ - 1);
    if (state.leaders != 0) judgement.met = judgement.reached = 1;
    if ((state.leaders & ~greatest) != 0) judgement.violated = 1;
  }
  void judge_step(const State& /*before*/, const Step& /*step*/, engine::Judgement& /*judgement*/) const {}
  [[nodiscard]] bool is_terminal(const State& state) const { return state.leaders != 0; }

 private:
  enum Kind : std::uint8_t { kPass, kSwallow, kLead };

  [[nodiscard]] std::size_t next(std::size_t i) const { return (i + size_ - 1) % size_; }
  [[nodiscard]] static std::uint32_t number(std::size_t i) { return static_cast<std::uint32_t>(i + 1); }
  static void put(Inbox& inbox, std::uint32_t number) {
    unsigned shift = 0;
    while ((inbox >> shift & 15U) != 0) shift += 4;
    inbox |= number << shift;
  }

  std::size_t size_;
  bool careless_;
};

}  // namespace takeover::examples
