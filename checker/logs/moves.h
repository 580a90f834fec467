// What the search may do at a place. This is where the role of the process stands: which steps a dispatcher
// orchestrator takes, and what asks for them.
#pragma once

#include <functional>
#include <vector>

#include "checker/logs/attempt.h"

namespace takeover::logs {

class Moves {
 public:
  using Visit = std::function<void(Move&&)>;

  Moves(const Task& task, const Width& width, bool records) : task_(task), width_(width), records_(records) {}

  // Calls visit(Move) for each, in a fixed order.
  void for_each(const Place& place, const Visit& visit) const;

 private:
  [[nodiscard]] Attempt attempt(const Place& place) const { return {task_, width_, place, records_}; }
  void try_action(const Place& place, const impl::NodeAction& action, const Visit& visit,
                  bool fine = false) const;

  [[nodiscard]] bool owner_may_change(const Place& place) const;
  [[nodiscard]] bool at_once(const Place& place, const Visit& visit) const;
  void arrive(const Place& place, const Visit& visit) const;
  void land(const Place& place, std::uint32_t line, bool is_at, const Visit& visit) const;
  void handle(const Place& place, const Visit& visit) const;
  void go_on(const Place& place, const Visit& visit) const;
  void dispatcher_steps(const Place& place, const Visit& visit) const;
  void clean_up_in_parts(const Place& place, const Visit& visit) const;
  void faults(const Place& place, const Visit& visit) const;
  [[nodiscard]] bool fails_to_clean_up(const Place& place) const;
  [[nodiscard]] bool tells_error(const Place& place) const;

  // Heartbeats, where the log has what is sent: heartbeats.cpp.
  void heartbeats(const Place& place, const Visit& visit) const;
  void report(const Place& place, const impl::HeartBeatRequest& wanted, const Visit& visit) const;
  void aggregate(const Place& place, const impl::HeartBeatRequest& wanted, const Visit& visit) const;
  void first_event_for_answer(const Place& place, const Visit& visit) const;

  // Messages that lines ask for, where the log has no messages: arrivals.cpp.
  void ask(const Place& place, const Visit& visit) const;
  void begin(const Place& place, const std::vector<impl::Message>& messages, impl::Path path,
             const Visit& visit) const;
  void queue(const Place& place, const std::vector<impl::Message>& messages, impl::Path path,
             const Visit& visit) const;
  void take_over(const Place& place, const impl::Message& bootstrap, const Visit& visit) const;
  void refuse(const Place& place, std::uint32_t line, const Visit& visit) const;

  // The first line of a track that is not explained, however far it is; empty heartbeats apart.
  [[nodiscard]] const Observed* next_of(const Place& place, Thread thread) const;

  const Task& task_;
  const Width& width_;
  bool records_;
};

}  // namespace takeover::logs
