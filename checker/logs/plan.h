// What each line of a history asks of the search, found once beforehand.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "checker/logs/emit.h"
#include "checker/logs/history.h"

namespace takeover::logs {

// What has to happen for a line to be explained.
enum class Asks : std::uint8_t {
  kNothing,         // it tells of names only, or of what is of other roles
  kStep,            // its track takes the step that writes it
  kArrival,         // the message is put into its queue, then or later
  kEmptyHeartBeat,  // of its track; when it was sent, its receiver owned a registered manager
  kKnown,           // any thread may write it: what it names occurs elsewhere
  kGap,
};

struct PlannedLine {
  Asks asks = Asks::kNothing;
  std::uint32_t track = 0;
  std::uint32_t in_track = 0;  // its place there
};

inline constexpr std::uint32_t kNoTrack = ~std::uint32_t{0};

class Plan {
 public:
  explicit Plan(const History& history);

  [[nodiscard]] const PlannedLine& operator[](std::size_t line) const { return lines_[line]; }
  [[nodiscard]] std::size_t size() const { return lines_.size(); }
  // Lines that one thread writes, in their order. What threads of one kind write (removals, dispatchers,
  // merge tasks) is a track for each dispatcher.
  [[nodiscard]] const std::vector<std::uint32_t>& lines_of(std::uint32_t track) const {
    return tracks_[track];
  }
  [[nodiscard]] std::uint32_t track_of(const Emitted& emitted) const;
  [[nodiscard]] std::uint32_t track_of(Thread thread) const;
  // Of the lines of a track, the first that stands at `line` or behind it.
  [[nodiscard]] std::size_t from(std::uint32_t track, std::uint32_t line) const;
  // Whether a step that would write this has to find it in the log.
  [[nodiscard]] bool is_owed(const Emitted& emitted) const;
  [[nodiscard]] bool owes_lines() const { return owes_lines_; }
  [[nodiscard]] bool owes_sends() const { return owes_sends_; }

 private:
  using TrackKey = std::pair<Thread, impl::DispatcherId>;
  Levels levels_;
  bool owes_lines_;
  bool owes_sends_;
  std::vector<PlannedLine> lines_{};
  std::vector<std::vector<std::uint32_t>> tracks_{};
  std::map<TrackKey, std::uint32_t> ids_{};
};

// Nothing but the news that the manager is there: it has no statuses, is not complete, and tells no error.
[[nodiscard]] bool is_empty_heartbeat(const Observed& line);

}  // namespace takeover::logs
