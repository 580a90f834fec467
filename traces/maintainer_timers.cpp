// What a timer does, and the clocks that say when: TiCDC's intervals.
#include <algorithm>
#include <utility>

#include "traces/maintainer_player.h"

namespace takeover::traces {
namespace {

using impl::DispatcherId;
using impl::Maintainer;
using impl::NodeId;

constexpr Millis kResendBootstrap = 500;
constexpr Millis kPollAgain = 500;
constexpr Millis kSendAgain = 10'000;
constexpr Millis kReportAgain = 1'000;
constexpr Millis kResendEvent = 1'000;
constexpr Millis kPassAtOnce = 20'000;

// The queued operator that is due first.
std::optional<std::size_t> queue_head(const Instance& instance) {
  std::optional<std::size_t> head;
  for (std::size_t i = 0; i < instance.clocks.size(); ++i) {
    if (!instance.maintainer()->operators[i].queued) continue;
    if (!head || instance.clocks[i].is_before(instance.clocks[*head])) head = i;
  }
  return head;
}

}  // namespace

// Selecting a writer sends to it; once it is done, what is next is due at once.
void Player::set_event_clocks(Instance& instance) {
  const Maintainer* maintainer = instance.maintainer();
  std::map<impl::Ts, EventClock> clocks;
  if (maintainer != nullptr) {
    for (const impl::BarrierEvent& event : maintainer->events) {
      const auto before = instance.events.find(event.block_ts);
      EventClock clock = before != instance.events.end() ? before->second : EventClock{};
      const bool has_writer = event.writer != DispatcherId::kNone;
      if (has_writer && !clock.last_sent) clock.last_sent = now_;
      if (has_writer && event.advanced && !clock.advanced) clock.last_sent = now_ - kPassAtOnce;
      clock.advanced = event.advanced;
      clocks[event.block_ts] = clock;
    }
  }
  instance.events = std::move(clocks);
}

// What was inserted is due at once, and so is what enters another phase.
void Player::set_operator_clocks(Instance& instance) {
  const Maintainer* maintainer = instance.maintainer();
  const std::size_t count = maintainer != nullptr ? maintainer->operators.size() : 0;
  while (instance.clocks.size() < count) instance.clocks.push_back({now_, ++order_, now_ - kSendAgain});
  if (maintainer == nullptr) instance.clocks.clear();
  for (std::size_t i = 0; i < count; ++i) {
    const bool sent = maintainer->operators[i].sent;
    if (instance.clocks[i].sent && !sent) instance.clocks[i].last_sent = now_ - kSendAgain;
    instance.clocks[i].sent = sent;
  }
}

void Player::period(const std::string& changefeed) {
  Instance& instance = instances_.at(changefeed);
  if (instance.maintainer() == nullptr) return;
  Maintainer& maintainer = *instance.maintainer();
  bool goes_on = false;
  run(changefeed, [&](impl::Surroundings& world) { goes_on = maintainer.begin_event(world); });
  if (!goes_on) return;
  run(changefeed, [&](impl::Surroundings& world) {
    for (const impl::BootstrapNode& each : maintainer.nodes) {
      const bool due = now_ - instance.last_bootstrap[each.node] >= kResendBootstrap;
      if (due && maintainer.can_resend_bootstrap(rules_, each.node)) {
        maintainer.resend_bootstrap(world, each.node);
      }
    }
    if (maintainer.can_resend_post_bootstrap(rules_)) maintainer.resend_post_bootstrap(world);
    if (maintainer.can_resend_close()) maintainer.resend_close(world);
  });
  if (maintainer.can_resend_events(rules_)) resend_events(changefeed);
}

void Player::resend_events(const std::string& changefeed) {
  Instance& instance = instances_.at(changefeed);
  Maintainer& maintainer = *instance.maintainer();
  std::vector<impl::Ts> pending;
  for (const impl::BarrierEvent& event : maintainer.events) pending.push_back(event.block_ts);
  for (const impl::Ts ts : pending) {
    const bool selected = maintainer.events.find(ts)->selected;
    std::optional<Millis>& last = instance.events.at(ts).last_sent;
    if (selected && last && now_ - *last < kResendEvent) continue;
    if (selected) last = now_;
    run(changefeed, [&](impl::Surroundings& world) { maintainer.resend_event(world, ts); });
  }
}

// From the head of the queue: what has finished or may not go on, due or not, and what is due; up to the
// first that is none of these.
void Player::execute_operators(const std::string& changefeed) {
  Instance& instance = instances_.at(changefeed);
  Maintainer& maintainer = *instance.maintainer();
  while (const auto head = queue_head(instance)) {
    const impl::Operator& next = maintainer.operators[*head];
    const bool leaves = next.is_finished() || !maintainer.is_allowed(rules_, next.id);
    if (!leaves && instance.clocks[*head].due > now_) return;
    const std::size_t sent = sent_.size();
    const std::size_t before = maintainer.operators.size();
    run(changefeed, [&](impl::Surroundings& world) {
      maintainer.poll(world, *head, now_ - instance.clocks[*head].last_sent >= kSendAgain);
      if (maintainer.operators.size() < before) {
        instance.clocks.erase(instance.clocks.begin() + static_cast<std::ptrdiff_t>(*head));
      }
    });
    if (leaves) continue;
    if (sent_.size() > sent) instance.clocks[*head].last_sent = now_;
    instance.clocks[*head].due = now_ + kPollAgain;
    instance.clocks[*head].order = ++order_;
  }
}

// What a scheduler or the API did is their choice: the operators that the recording has and we do not.
void Player::insert_operators(const std::string& changefeed) {
  Instance& instance = instances_.at(changefeed);
  const ScriptJson& recorded = recorded_maintainer(changefeed, after_);
  if (instance.maintainer() == nullptr || !recorded.is_object()) return;
  Maintainer& maintainer = *instance.maintainer();
  for (const ScriptJson& queued : recorded.at("runningQueue")) {
    const DispatcherId id = names_.dispatcher(queued.get<std::string>());
    const impl::SpanReplication* task = maintainer.spans.find_task(id);
    if (maintainer.current_operator(id) != nullptr || task == nullptr) continue;
    for (const ScriptJson& each : recorded.at("operators")) {
      if (each.at("id") != queued) continue;
      const NodeId dest = names_.node(each.at("dest").get<std::string>());
      const impl::Operator added =
          each.at("type") == "add" ? impl::add_operator(id, dest) : impl::move_operator(*task, dest);
      run(changefeed, [&](impl::Surroundings& world) { maintainer.insert_operator(world, added); });
    }
  }
}

bool Player::is_due(const std::string& changefeed, const Instance& instance) const {
  const ScriptJson& recorded = recorded_maintainer(changefeed, before_);
  return recorded.is_object() &&
         (recorded.at("statusChanged").get<bool>() || now_ - instance.last_report >= kReportAgain);
}

void Player::tick() {
  for (const auto& [changefeed, instance] : instances_) {
    if (!instance.manager.can_report() || !is_due(changefeed, instance)) continue;
    impl::MaintainerManager& manager = instances_.at(changefeed).manager;
    run(changefeed, [&](impl::Surroundings& world) { manager.report(world); });
  }
  for (auto& [changefeed, instance] : instances_) {
    instance.manager.find_stopped();
    instance.manager.clean_up(rules_);
    if (instance.maintainer() == nullptr) instance.queue.clear();
  }
}

}  // namespace takeover::traces
