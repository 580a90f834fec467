// A lock that tests and sets in two steps does not exclude anybody; the engine shows a shortest run.
#include <array>
#include <cstdint>
#include <iostream>
#include <string>
#include <vector>

#include "checker/engine/audit.h"
#include "checker/engine/explore.h"

struct BrokenLock {
  enum Place : std::uint8_t { kOutside, kSawItFree, kInside };
  struct State {
    std::array<Place, 2> threads{};
    bool locked = false;
    friend bool operator==(const State&, const State&) = default;  // for the audit
  };
  struct Step {
    std::size_t kind, thread;
    State state;  // the successor
  };
  struct Scratch {};

  std::vector<std::string> names{"test", "set", "unlock"}, claims{"one-inside"}, none;
  const std::vector<std::string>& action_kinds() const { return names; }
  const std::vector<std::string>& properties() const { return claims; }
  const std::vector<std::string>& witnesses() const { return none; }
  std::size_t kind(const Step& step) const { return step.kind; }

  void for_each_initial(auto&& visit) const { visit(State{}); }
  void for_each_step(const State& state, Scratch&, auto&& visit) const {
    for (std::size_t i = 0; i < state.threads.size(); ++i) {
      Step step{state.threads[i], i, state};
      if (step.kind == kOutside && state.locked) continue;  // waits
      step.state.threads[i] = static_cast<Place>((step.kind + 1) % 3);
      if (step.kind != kOutside) step.state.locked = step.kind == kSawItFree;
      visit(step);
    }
  }
  void encode(const State& state, takeover::engine::Encoder& out) const {
    for (const Place place : state.threads) out.byte(place);
    out.byte(state.locked ? 1 : 0);
  }
  void judge_state(const State& state, takeover::engine::Judgement& judgement) const {
    if (state.threads[0] == kInside && state.threads[1] == kInside) judgement.violated |= 1U;
  }
  void judge_step(const State&, const Step&, takeover::engine::Judgement&) const {}
  bool is_terminal(const State&) const { return false; }
};

int main() {
  const BrokenLock model;
  // A line for your tests: if encode forgot a part, states that differ would be taken for one.
  if (const auto audit = takeover::engine::audit_encoding(model); audit.fault || !audit.complete) {
    std::cout << audit.fault.value_or("the audit is not complete") << '\n';
    return 4;
  }
  const auto report = takeover::engine::explore(model, {});
  std::cout << report.states << " states\n";
  if (!report.properties[0].counterexample) {
    std::cout << (report.complete ? "one-inside holds\n" : "the exploration is not complete\n");
    return report.complete ? 0 : 3;
  }
  std::cout << "one-inside is violated:\n";
  for (const auto& step : report.properties[0].counterexample->steps) {
    std::cout << "  thread " << step.thread << ": " << model.names[step.kind] << '\n';
  }
  return 1;
}
