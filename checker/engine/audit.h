// Tries on small models, in tests, what a model promises and the engine takes on trust.
//
//   audit_reduction  the model's declaration for partial-order reduction: conditions D1 to D3 of ample.h. In
//                    every reachable state all pairs of steps are taken in both orders
//   audit_encoding   the model's bytes: that states of the same bytes are the same state
#pragma once

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <deque>
#include <exception>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include "checker/engine/identify.h"
#include "checker/engine/liveness.h"
#include "checker/engine/model.h"
#include "checker/engine/snapshot.h"

namespace takeover::engine {

struct Audit {
  std::uint64_t states = 0;
  std::uint64_t pairs = 0;             // a step of a candidate, and one beside it
  std::optional<std::string> fault{};  // the first condition that does not hold
};

// name_of(step) tells the steps of a state apart, and is equal for what is the same action in different
// states.
template <ReducibleModel M, class NameOf>
class Auditor {
 public:
  Auditor(const M& model, NameOf name_of) : model_(model), name_of_(std::move(name_of)) {}

  [[nodiscard]] Audit run() {
    model_.for_each_initial([&](const State& state) { reach(state); });
    for (; !waiting_.empty() && !audit_.fault; waiting_.pop_front()) {
      const std::vector<Step> steps = steps_of(waiting_.front());
      for (const Step& step : steps) reach(step.state);
      if (!tells_apart(steps)) fail("two steps of one state have the same name");
      for (const Step& a : steps) {
        const auto candidate = model_.candidate(waiting_.front(), a);
        if (candidate) judge(waiting_.front(), steps, a, *candidate);
      }
    }
    return audit_;
  }

 private:
  using State = typename M::State;
  using Step = typename M::Step;
  struct LowHalf {
    std::size_t operator()(const Fingerprint& mark) const { return mark.low; }
  };

  void reach(const State& state) {
    if (!seen_.insert(identify_.mark(state, identity_)).second) return;
    waiting_.push_back(state);
    ++audit_.states;
  }

  std::vector<Step> steps_of(const State& state) {
    std::vector<Step> steps;
    model_.for_each_step(state, scratch_, [&](const Step& step) { steps.push_back(step); });
    return steps;
  }

  void fail(const char* condition) {
    if (!audit_.fault) audit_.fault = condition;
  }

  Judgement said_of(const State& state) const {
    Judgement judgement;
    model_.judge_state(state, judgement);
    return judgement;
  }
  Judgement said_of(const State& before, const Step& step) const {
    Judgement judgement;
    model_.judge_step(before, step, judgement);
    return judgement;
  }
  static bool is_lost(const Judgement& from, const Judgement& in) {
    return ((from.met & ~in.met) | (from.violated & ~in.violated) | (from.reached & ~in.reached)) != 0;
  }

  auto names_of(std::uint32_t candidate, const State& state, const std::vector<Step>& steps) const {
    std::vector<decltype(name_of_(steps.front()))> names;
    for (const Step& step : steps) {
      if (model_.candidate(state, step) == candidate) names.push_back(name_of_(step));
    }
    return names;
  }
  bool tells_apart(const std::vector<Step>& steps) const {
    return std::ranges::all_of(steps, [&](const Step& step) { return find(steps, step) == &step; });
  }
  const Step* find(const std::vector<Step>& steps, const Step& like) const {
    const auto found =
        std::ranges::find_if(steps, [&](const Step& s) { return name_of_(s) == name_of_(like); });
    return found == steps.end() ? nullptr : &*found;
  }

  void judge(const State& s, const std::vector<Step>& steps, const Step& a, std::uint32_t candidate) {
    if (is_lost(said_of(s), said_of(a.state)))
      fail("D3: a step of a candidate hides what is said of a state");
    const std::vector<Step> after_a = steps_of(a.state);
    for (const Step& b : steps) {
      if (model_.candidate(s, b) == candidate) continue;
      ++audit_.pairs;
      const std::vector<Step> after_b = steps_of(b.state);
      if (names_of(candidate, s, steps) != names_of(candidate, b.state, after_b)) {
        fail("D1: a step beside a candidate changes it");
      }
      judge_order(s, a, b, find(after_b, a), find(after_a, b));
    }
  }

  // b_first: a, from where b led; a_first: b, from where a led.
  void judge_order(const State& s, const Step& a, const Step& b, const Step* b_first, const Step* a_first) {
    if (b_first == nullptr || a_first == nullptr) return fail("D2: a step of a candidate disables another");
    if (identify_.mark(b_first->state, identity_) != identify_.mark(a_first->state, identity_)) {
      fail("D2: the order of a step of a candidate and of another matters");
    }
    if (is_lost(said_of(s, b), said_of(a.state, *a_first))) {
      fail("D3: a step of a candidate hides what is said of another");
    }
    if (is_lost(said_of(b.state, *b_first), said_of(s, a))) {
      fail("D3: of a step of a candidate more is said after another");
    }
  }

  const M& model_;
  NameOf name_of_;
  Identify<M> identify_{model_, false};
  IdentityScratch identity_{};
  typename M::Scratch scratch_{};
  std::unordered_set<Fingerprint, LowHalf> seen_{};
  std::deque<State> waiting_{};
  Audit audit_{};
};

template <ReducibleModel M, class NameOf>
[[nodiscard]] Audit audit_reduction(const M& model, NameOf name_of) {
  return Auditor<M, NameOf>(model, std::move(name_of)).run();
}

// ---- encodings ----

// What became of an audit of a model's encoding.
template <Model M>
struct EncodingAudit {
  std::uint64_t states = 0;    // told apart by their bytes
  std::uint64_t values = 0;    // told apart by ==; where State has none, those that were followed
  std::uint64_t compared = 0;  // occurrences of a state, each held against the first of the same bytes
  bool complete = false;  // every reachable value was looked at; a fault ends the audit, as does the limit
  std::optional<std::string> fault{};  // the first: what differs, and the bytes
  // Two states of the same bytes of which different things are said; or one, and what its bytes were decoded
  // to.
  std::vector<typename M::State> states_of_fault{};
};

// Tries whether a model's bytes (words, or what encode writes) tell apart what they must. A search takes two
// states of the same bytes for one, and never looks at the second. So each occurrence of a state, over each
// transition, is held against the first one of the same bytes: both must have the same steps in the same
// order, by kind and by the bytes of the successor, and the same said of each (judge_step, candidate,
// fair_actions, live_goals), and of the state (judge_state, judge_live, is_terminal). An occurrence that is
// not equal (==) to one that was seen is explored like any other state, as is what decode makes of the
// bytes, if there is a decode: that must encode to the same bytes, and the same must be said of it.
//
// What it says. No fault, complete, and a State with an == that compares what the future depends on: on this
// instance of the model a search by bytes gives the verdicts that one by values would, as does a run that
// goes on from a checkpoint. (By induction over a run: its states have the bytes, and so the steps and
// judgements, of states that are explored.) There may be more values than bytes: then what the bytes leave
// out matters to nothing. Where State has no ==, occurrences of known bytes are followed for three steps: a
// forgotten part whose effect comes later may be missed, as may one that == leaves out.
//
// What it does not find: what only larger instances reach; what is encoded and need not be, or differently
// each time (states are told apart that are one: more work, no wrong verdict); collisions of fingerprints;
// what canonicalize does.
template <Model M>
class EncodingAuditor {
 public:
  EncodingAuditor(const M& model, std::uint64_t most_values) : model_(model), most_values_(most_values) {}

  [[nodiscard]] EncodingAudit<M> run() {
    model_.for_each_initial([&](const State& state) { meet(state, kFollowed); });
    for (; !waiting_.empty() && !audit_.fault; waiting_.pop_front()) {
      if (audit_.values > most_values_) return std::move(audit_);
      std::vector<State> next;
      model_.for_each_step(waiting_.front().state, scratch_,
                           [&](const Step& step) { next.push_back(step.state); });
      for (const State& state : next) meet(state, waiting_.front().follow);
    }
    audit_.complete = !audit_.fault;
    return std::move(audit_);
  }

 private:
  using State = typename M::State;
  using Step = typename M::Step;
  using Bytes = std::string;
  static constexpr bool kComparable = std::equality_comparable<State>;
  static constexpr unsigned kFollowed = 3;

  struct StepSaid {
    std::size_t kind = 0;
    std::size_t successor = 0;  // by the number of its bytes
    Judgement judgement{};
    std::optional<std::uint32_t> candidate{};
    FairSet fair = 0;
    Bits goals = 0;
  };
  struct Said {
    std::vector<StepSaid> steps{};
    Judgement judgement{};
    LiveJudgement live{};
    bool terminal = false;
    std::vector<std::size_t> cuts{};
  };
  struct Class {
    Said said;
    std::vector<State> values{};  // the first one; where there is ==, all
  };
  struct Waiting {
    State state;
    unsigned follow;  // so many steps of occurrences that are known, where there is no ==
  };

  Bytes bytes_of(const State& state) {
    if constexpr (FixedEncoding<M>) {
      const auto words = model_.words(state);
      Bytes bytes(sizeof words, '\0');
      std::memcpy(bytes.data(), words.data(), sizeof words);
      return bytes;
    } else {
      encoder_.clear();
      model_.encode(state, encoder_);
      const auto bytes = encoder_.bytes();
      return {bytes.begin(), bytes.end()};
    }
  }
  std::size_t number_of(const State& state) {
    return numbers_.try_emplace(bytes_of(state), numbers_.size()).first->second;
  }

  StepSaid said_of(const State& before, const Step& step) {
    StepSaid said{.kind = model_.kind(step), .successor = number_of(step.state)};
    model_.judge_step(before, step, said.judgement);
    if constexpr (ReducibleModel<M>) said.candidate = model_.candidate(before, step);
    if constexpr (LiveModel<M>) said.fair = model_.fair_actions(step);
    if constexpr (LiveModel<M> && LiveSteps<M>) said.goals = model_.live_goals(before, step);
    return said;
  }
  Said said_of(const State& state) {
    Said said;
    model_.judge_state(state, said.judgement);
    if constexpr (LiveModel<M>) said.live = model_.judge_live(state);
    said.terminal = model_.is_terminal(state);
    model_.for_each_step(state, scratch_,
                         [&](const Step& step) { said.steps.push_back(said_of(state, step)); });
    if constexpr (!FixedEncoding<M>) {
      encoder_.clear();
      model_.encode(state, encoder_);
      said.cuts.assign(encoder_.cuts().begin(), encoder_.cuts().end());
    }
    return said;
  }

  // What two states differ in; nothing if it is nothing.
  static const char* difference(const Said& a, const Said& b) {
    const auto differ = [&](const auto& what) {
      return !std::ranges::equal(a.steps, b.steps, {}, what, what);
    };
    if (differ(&StepSaid::successor)) return "different steps";
    if (differ(&StepSaid::kind)) return "steps of different kinds";
    if (differ(&StepSaid::judgement)) return "different judgements of steps";
    if (differ(&StepSaid::candidate)) return "different candidates";
    if (differ(&StepSaid::fair)) return "different fair actions";
    if (differ(&StepSaid::goals)) return "steps with different goals of liveness";
    if (a.judgement != b.judgement) return "different judgements";
    if (a.live != b.live) return "different judgements of liveness";
    if (a.terminal != b.terminal) return "different answers to is_terminal";
    if (a.cuts != b.cuts) return "different cuts, by which the exact store tells states apart";
    return nullptr;
  }

  void fail(const std::string& what, const Bytes& bytes, std::vector<State> states) {
    if (audit_.fault) return;
    constexpr std::string_view kDigits = "0123456789abcdef";
    audit_.fault = what + ":";
    for (const char c : bytes) {
      const auto byte = static_cast<unsigned char>(c);
      *audit_.fault += {' ', kDigits[byte / 16U], kDigits[byte % 16U]};
    }
    audit_.states_of_fault = std::move(states);
  }

  void meet(const State& state, unsigned follow) {
    if (audit_.fault) return;
    const Bytes bytes = bytes_of(state);
    Said said = said_of(state);
    Class& known = classes_[bytes];
    if (known.values.empty()) {
      ++audit_.states;
      known.said = std::move(said);
      take_in(known, state, kFollowed);
      return decode(bytes, state);
    }
    ++audit_.compared;
    if (const char* what = difference(known.said, said)) {
      return fail(std::string("two states of the same bytes have ") + what, bytes, {known.values[0], state});
    }
    if constexpr (kComparable) {
      if (std::ranges::find(known.values, state) == known.values.end()) take_in(known, state, kFollowed);
    } else if (follow != 0) {
      take_in(known, state, follow - 1);
    }
  }
  void take_in(Class& known, const State& state, unsigned follow) {
    ++audit_.values;
    if (kComparable || known.values.empty()) known.values.push_back(state);
    waiting_.push_back({state, follow});
  }

  void decode(const Bytes& bytes, const State& state) {
    if constexpr (DecodableModel<M> && ByteEncoding<M>) {
      encoder_.clear();
      model_.encode(state, encoder_);
      const std::vector<std::uint8_t> encoded(encoder_.bytes().begin(), encoder_.bytes().end());
      std::optional<State> decoded;
      try {
        decoded = model_.decode(encoded);
      } catch (const std::exception& refusal) {
        return fail(std::string("bytes that cannot be decoded (") + refusal.what() + ")", bytes, {state});
      }
      if (bytes_of(*decoded) != bytes) {
        return fail("bytes that are decoded to a state of other bytes", bytes, {state, *decoded});
      }
      meet(*decoded, kFollowed);
    }
  }

  const M& model_;
  std::uint64_t most_values_;
  Encoder encoder_{};
  typename M::Scratch scratch_{};
  std::unordered_map<Bytes, std::size_t> numbers_{};
  std::unordered_map<Bytes, Class> classes_{};
  std::deque<Waiting> waiting_{};
  EncodingAudit<M> audit_{};
};

// For tests, on small models: all states are kept, and what is said of a state is asked again for each
// transition to it. Ends, incomplete, once there are more values than most_values.
template <Model M>
[[nodiscard]] EncodingAudit<M> audit_encoding(const M& model, std::uint64_t most_values = 1'000'000) {
  return EncodingAuditor<M>(model, most_values).run();
}

}  // namespace takeover::engine
