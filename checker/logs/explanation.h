// What the search found: a run of the implementation that a history's lines could be of, or the line with
// which it found none.
//
//   history --- search ---+--> explained      every line; of the runs found, one with the fewest guesses
//                         +--> refuted        no run was found with one line, and one with those before it
//                         '--> inconclusive   a limit came first
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "checker/engine/limits.h"
#include "checker/logs/history.h"
#include "impl/dispatcher_orchestrator.h"
#include "impl/guards.h"
#include "spec/properties/properties.h"
#include "traces/action.h"

namespace takeover::logs {

// One step of the run that explains: an action as a trace has it, and the lines that it rests on.
struct ExplainedStep {
  traces::Action action{};
  std::vector<std::size_t> lines{};  // places in History::lines; none: nobody saw it
  [[nodiscard]] bool is_unseen() const { return lines.empty(); }
};

// What the search took for granted beyond the log and the unseen steps.
enum class Assumption : std::uint8_t {
  kLostAtDeath,      // what was owed when the process was killed
  kTableFirstEvent,  // the variant of the model
  kSlack,            // lines of two threads stand in the other order
  kInitialState,     // implied by the first lines (--gap)
  kGap,              // something is missing, and was stepped over
  kRedo,             // whether it is enabled
};
[[nodiscard]] std::string_view name_of(Assumption what);
[[nodiscard]] std::string_view meaning_of(Assumption what);
struct Assumed {
  Assumption what;
  std::uint64_t count;
};

// Of a log that misses something: lines between two gaps, and what explains them by themselves.
struct Stretch {
  std::size_t begin = 0;  // places in History::lines
  std::size_t end = 0;
  impl::Rules rules{};
  spec::PropertySet violated_in_all{};
  std::vector<ExplainedStep> run{};
  impl::DispatcherOrchestrator initial{};
};

// What is said of properties holds of all stretches together.
struct Explained {
  // The cost, of which the run that is shown has the least that was found: messages that no line tells of,
  // unseen steps but for handling what arrived and telling what waits, lines that a killed process wrote and
  // that are not there, a state that is assumed, a trigger that no owner would name.
  std::uint64_t guesses = 0;
  std::uint64_t slack = 0;
  std::vector<Assumed> assumed{};
  std::uint64_t worlds = 0;  // in which it may have ended, by an explanation with as few guesses
  // Unseen steps are placed where a line asks for them. Whether a search has come to its end that places them
  // anywhere: only then is what is violated in all violated wherever they were.
  bool is_confirmed = false;
  // Of the properties that were judged, over the explanations that were found with as few guesses.
  spec::PropertySet met_in_some{};  // the premise occurred
  spec::PropertySet violated_in_all{};
  spec::PropertySet confirmed_in_all{};  // of these: in a stretch whose explanation is confirmed
  spec::PropertySet violated_in_some{};
  std::vector<ExplainedStep> run{};  // of the last stretch
  impl::DispatcherOrchestrator initial{};
  std::vector<Stretch> stretches{};  // if there are several; of one, its place (of_stretch)
};

struct Refuted {
  std::optional<std::size_t> last_explained{};  // places in History::lines
  std::size_t line = 0;
  std::vector<std::string> instead{};  // what the node could have written next, the likeliest first
  bool looked_far = false;             // a text log was searched beyond the bounds, to the end
  std::vector<ExplainedStep> run{};    // of the lines before, since the last gap
  impl::DispatcherOrchestrator initial{};
  // By explanations of these lines.
  spec::PropertySet met_in_some{};
  spec::PropertySet violated_in_all{};
  spec::PropertySet violated_in_some{};
};

// What ends a search besides a limit of the engine.
enum class Bound : std::uint8_t {
  kNone,
  kPlaces,       // of SearchOptions
  kGap,          // that the log tells of: what follows it, no node explains that these lines imply
  kUnseenSteps,  // that the search takes between lines: a run with more may explain them
  kFar,          // of SearchOptions: beyond the bounds more was explained than within them
};
struct Inconclusive {
  engine::StopReason reason = engine::StopReason::kNone;
  std::size_t reached = 0;  // lines, as far as any way has come
  Bound bound = Bound::kNone;
};
[[nodiscard]] std::string_view reason_of(const Inconclusive& stopped);

struct Effort {
  std::uint64_t states = 0;
  std::uint64_t largest_window = 0;
  double seconds = 0;
  unsigned stage = 0;  // that it needed: 0 to 3
};

struct Outcome {
  std::variant<Explained, Refuted, Inconclusive> verdict;
  // Of a log that misses something, and is not explained to its end: what explains the stretches before the
  // one that is refuted or inconclusive. What they violate in all their explanations is violated.
  std::optional<Explained> before{};
  impl::Rules rules{};  // under which: with the variant, if it was needed
  Effort effort{};
};

}  // namespace takeover::logs
