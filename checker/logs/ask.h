// What a line of a text log asks for: the messages that must have arrived for it to be written. What the line
// does not say of them is drawn from the node as it is, from the lines that follow, and from what occurs
// anywhere in the logs. Internal to the search.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <utility>
#include <vector>

#include "checker/logs/attempt.h"
#include "impl/node_action.h"

namespace takeover::logs {

[[nodiscard]] impl::Message request_of(const Pools::Owner& sender, impl::MessageBody body);

// One line of a log and what it asks for, at a place.
class Asker {
 public:
  using Owner = Pools::Owner;
  using Messages = std::vector<impl::Message>;
  using Try = std::function<bool(const Messages&, impl::Path, std::optional<impl::NodeActionKind> fault)>;

  Asker(const Task& task, const Width& width, const Place& place, std::uint32_t line, const Try& attempt)
      : task_(task),
        width_(width),
        manager_(place.node.manager_here()),
        tombstone_(place.node.tombstone.value_or(0)),
        line_(line),
        attempt_(attempt) {}

  void ask() const;

  // Takeovers that no line tells of: by whom a line says the owner is.
  [[nodiscard]] std::vector<Owner> takeovers() const;
  [[nodiscard]] impl::Message silent_takeover(const Owner& owner) const {
    impl::MaintainerBootstrapRequest body;
    body.event_trigger = manager_->event_trigger;
    body.redo_trigger = manager_->redo_trigger;
    body.start_ts = manager_->event_trigger_start_ts;
    body.redo_enabled = manager_->redo_enabled;
    return request_of(owner, body);
  }

 private:
  [[nodiscard]] const Observed& line() const { return task_.history.lines[line_]; }
  [[nodiscard]] const Facts& facts() const { return line().facts; }
  // The lines of the same track from this one on.
  template <class Visit>
  void for_each_next(Visit&& visit) const {
    const auto& lines = task_.plan.lines_of(task_.plan[line_].track);
    for (std::size_t i = task_.plan[line_].in_track; i < lines.size(); ++i) {
      if (!visit(task_.history.lines[lines[i]])) return;
    }
  }

  [[nodiscard]] std::vector<Owner> everybody() const;
  [[nodiscard]] std::optional<Owner> owner() const {
    if (manager_ == nullptr) return std::nullopt;
    return Owner{manager_->owner, manager_->epoch};
  }
  // Who may have sent what the line is about: the owner first.
  [[nodiscard]] std::vector<Owner> senders() const;

  bool deliver(const Messages& messages, impl::Path path) const {
    return attempt_(messages, path, std::nullopt);
  }
  bool orchestrate(const Owner& sender, impl::MessageBody body) const {
    return deliver({request_of(sender, std::move(body))}, impl::Path::kOrchestrator);
  }
  // With each sender that fits: what leaves no trace of who sent it in the node may leave one with a judge.
  void with_each(const impl::MessageBody& body, impl::Path path = impl::Path::kOrchestrator) const {
    for (const Owner& sender : senders()) deliver({request_of(sender, body)}, path);
  }

  void bootstraps_refused() const;
  void creates() const;
  void creates_manager(impl::MaintainerBootstrapRequest body, const Facts& initialized) const;
  void fails_to_create() const;
  void post_bootstraps(impl::DispatcherId trigger) const {
    with_each(impl::MaintainerPostBootstrapRequest{trigger});
  }
  void closes() const;
  void schedules() const;
  void stores_adds() const;
  void removes() const;
  void creates_alone() const;
  void merges() const;
  void executes() const;
  void redo() const;

  const Task& task_;
  const Width& width_;
  const impl::DispatcherManager* manager_;
  impl::Epoch tombstone_;
  std::uint32_t line_;
  const Try& attempt_;
};

}  // namespace takeover::logs
