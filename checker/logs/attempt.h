// One move as it is tried: steps of the node, and whether the log has what they write.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

#include "checker/logs/place.h"
#include "checker/logs/plan.h"
#include "impl/guards.h"

namespace takeover::logs {

// What is the same in all of a search.
struct Task {
  const History& history;
  const Plan& plan;
  impl::Rules rules;
  spec::PropertySet judged;
};

// How far the search looks. The first stage is demand alone; what it cannot explain is tried with more.
struct Width {
  unsigned stage = 0;
  std::uint32_t ahead = 0;     // unexplained lines that may stand before the first of a step's own
  bool fine = false;           // handlers step by step
  bool late_arrivals = false;  // a message is logged some time before it is in its queue
  bool unasked = false;        // unseen steps also where nothing asks for them
  bool untold = false;         // a shutdown of which nothing is written
  bool pools = false;          // every sender, epoch, id
  bool queued = false;         // messages wait in the queue of a node that is about to leave
};

// Passes over what needs no step any more, so that a place stands at a line that needs one.
void settle(const Task& task, Place& place);

class Attempt {
 public:
  Attempt(const Task& task, const Width& width, const Place& from, bool records)
      : task_(task), width_(width), place_(from), records_(records) {}

  // Puts a message into its queue or stream. `line`: that tells so, if one does.
  void receive(const impl::Message& message, std::optional<std::uint32_t> line);
  // A whole action, or (fine) an atomic step of it; false if it is not enabled.
  bool act(const impl::NodeAction& action, bool fine = false);
  // From here on nothing has to tell of such a line.
  void leave_untold(LineId line) { untold_ = line; }
  // Whether what was written and sent is what the log has next; it is owed from then on.
  [[nodiscard]] bool match();
  // Something of it stands in the log.
  [[nodiscard]] bool is_seen() const { return first_ != kNothing; }
  [[nodiscard]] std::size_t lost() const { return lost_; }

  // All that the log would have of it.
  [[nodiscard]] std::vector<Emitted> written() const;

  [[nodiscard]] Place& place() { return place_; }
  [[nodiscard]] const impl::DispatcherOrchestrator& node() const { return place_.node; }
  [[nodiscard]] Move finish(std::uint32_t cost);

 private:
  static constexpr std::uint32_t kNothing = std::numeric_limits<std::uint32_t>::max();
  struct Written {
    Emitted what;
    std::vector<std::size_t> steps;  // that wrote it
  };

  bool take(const traces::Action& action);
  void see(const traces::ImplementationStep& step);
  void add(Emitted emitted);
  [[nodiscard]] std::optional<std::size_t> match_next(std::size_t i, const std::vector<bool>& done);
  [[nodiscard]] std::optional<std::size_t> find_written(std::size_t i, const Observed& line,
                                                        const std::vector<bool>& done) const;
  [[nodiscard]] bool is_cut(const Emitted& written) const;
  [[nodiscard]] bool is_near(std::uint32_t line) const;

  const Task& task_;
  const Width& width_;
  Place place_;
  bool records_;
  std::vector<ExplainedStep> steps_{};
  std::vector<Written> written_{};
  std::size_t taken_ = 0;
  std::size_t lost_ = 0;
  LineId untold_ = LineId::kNoise;
  std::uint32_t first_ = kNothing;
  std::uint32_t last_ = 0;
};

}  // namespace takeover::logs
