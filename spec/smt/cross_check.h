// Holding the implementation's transitions against the relation, by evaluating ground terms.
//
//   const CrossCheck cross(rules);                       // once; shared by threads
//   CrossCheck::Memory memory;                           // one for each thread
//   if (auto divergence = cross.judge(before, {nullptr, action}, after, out, memory)) ...
//
// A transition is judged once for every dispatcher id that occurs in it, and for one that does not. The
// relation is a function of state, message and guards (prove.h shows it, action by action), so that the
// successor that it admits is the only one: that the implementation's is equal to it is agreement in both
// directions.
#pragma once

#include <array>
#include <bitset>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "impl/guards.h"
#include "spec/smt/encoding.h"
#include "spec/smt/ground.h"

namespace takeover::smt {

struct Divergence {
  std::string action{};    // of the relation
  std::string path{};      // the variable, or "enabled", or an output
  std::string expected{};  // by the relation
  std::string actual{};    // by the implementation
};

class CrossCheck {
 public:
  using GuardBits = std::bitset<impl::kGuardCount>;
  // The guards that the relation is evaluated under: those of the implementation, unless they are to differ.
  explicit CrossCheck(const GuardBits& guards);

  struct Memory {
    std::vector<std::uint64_t> inputs{};
    std::vector<std::uint64_t> scratch{};
    std::vector<std::uint64_t> results{};
    std::uint64_t transitions = 0;                    // judged
    std::uint64_t evaluations = 0;                    // one for each id and step of the relation
    std::uint64_t outside = 0;                        // that the encoding has no state for
    std::array<std::uint64_t, kActionCount> taken{};  // steps of the relation that were possible and taken
  };

  // What the relation makes of a run, history included, which a node does not hold. Between runs: clear it.
  struct History {
    struct Taken {
      impl::DispatcherId id;  // that was tracked
      Values before;
      GroundStep step;
      Values after{};
      Values out{};  // of Output::terms()
    };
    std::uint64_t tracked_owner = 0;  // constants of the run
    std::uint64_t tracked_epoch = 0;
    std::map<impl::DispatcherId, Values> values{};  // after the last transition
    std::vector<Taken> taken{};                     // in the last transition
  };

  // Whether the relation admits the step, and no other outcome of it. With a history, which must be of the
  // run up to `before`, the step is added to it.
  [[nodiscard]] std::optional<Divergence> judge(const impl::DispatcherOrchestrator& before,
                                                const ImplStep& step,
                                                const impl::DispatcherOrchestrator& after,
                                                const impl::Outbox& out, Memory& memory,
                                                History* history = nullptr) const;
  // Whether both sides think the same actions possible in a state.
  [[nodiscard]] std::optional<Divergence> judge_enabled(const impl::Rules& rules,
                                                        const impl::DispatcherOrchestrator& node,
                                                        Memory& memory) const;

  // Rules that the encoding has: it knows the guards, and of the variants only those since #5436.
  [[nodiscard]] static bool applies_to(const impl::Rules& rules);

 private:
  struct Track {
    impl::DispatcherId id;
    Values values;
    std::vector<GroundStep> steps;
    std::uint64_t tracked_owner = 0;
    std::uint64_t tracked_epoch = 0;
  };
  [[nodiscard]] std::vector<Track> tracks_of(const impl::DispatcherOrchestrator& before, const ImplStep& step,
                                             const impl::DispatcherOrchestrator& after,
                                             const History* history) const;
  // Evaluates one step; the result is enabled, the next state, the output.
  void evaluate(const Track& track, const GroundStep& step, Memory& memory) const;
  [[nodiscard]] std::optional<Divergence> take(Track& track, std::size_t index, Memory& memory) const;
  void settle_create(std::vector<Track>& tracks, std::size_t index, Memory& memory) const;

  Encoding encoding_{1};
  GuardBits guards_;
  std::array<Program, kActionCount> programs_{};
  std::vector<Index> state_inputs_{};
  std::vector<std::string> names_{};
  std::vector<bool> compared_{};  // by state term: not history
};

}  // namespace takeover::smt
