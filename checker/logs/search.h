// Is there a run of the implementation that writes these lines?
//
// A thread writes its lines in order, and takes no step before what its last one had to write stands in the
// log. So the search lets a thread take a step only if the thread's next lines are those that the step
// writes; until the log comes to them, they are owed. A step that writes nothing is unseen, and costs one;
// the run with the least cost is preferred.
//
// A drawing, whose lines the formatter would re-flow.
// clang-format off
//   state: (line reached, lines owed by each thread, messages about to arrive, the node, the past that judges need)
//
//   line reached --- is owed ------------------------------> next line
//                --- an arrival ---> about to arrive ------> next line
//                --- a thread's step writes it ------------> owed by this thread
//                --- an unseen step (cost 1) --------------> the same line
// clang-format on
//
// The log is gone through in windows of lines. Each is explored to its end by the engine (explore.h), from
// all the places that explain the lines before. These places are kept: where nothing comes out of a window,
// wider moves are tried from further back, and the run is found from the end to the beginning.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <optional>

#include "checker/logs/explanation.h"
#include "checker/logs/history.h"
#include "impl/guards.h"
#include "spec/properties/properties.h"

namespace takeover::logs {

struct SearchOptions {
  impl::Rules rules{};
  spec::PropertySet judged{};
  bool gap = false;  // the log may begin in the midst of a life, or miss something
  std::size_t window = 32;
  std::uint64_t max_states = 10'000'000;  // of a history
  // Of these, in each try beyond the bounds: of its windows in which more is tried than the lines ask for.
  std::uint64_t max_far_states = 10'000;
  std::uint64_t max_places = 10'000;                                           // that one line may leave
  std::uint64_t max_memory_bytes = std::numeric_limits<std::uint64_t>::max();  // of the process
  std::optional<double> max_seconds{};
  bool wants_run = true;  // and not the verdict only
  const std::atomic<bool>* stop = nullptr;
  std::function<void(std::size_t line, std::uint64_t states)> progress{};  // every so often
};

[[nodiscard]] Outcome search(const History& history, const SearchOptions& options);

}  // namespace takeover::logs
