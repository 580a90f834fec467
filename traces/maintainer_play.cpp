#include <algorithm>
#include <exception>
#include <utility>

#include "traces/maintainer_decode.h"
#include "traces/maintainer_instance.h"

namespace takeover::traces {
namespace {

using impl::DispatcherId;
using impl::Maintainer;
using impl::NodeId;

constexpr Millis kResendBootstrap = 500;
constexpr Millis kPollAgain = 500;
constexpr Millis kSendAgain = 10'000;
constexpr Millis kReportAgain = 1'000;

// Ids are the recording's: for a part of a table that which its next state has and we do not.
class RecordedIds : public impl::FreshIds {
 public:
  RecordedIds(const ScriptNames& names, const ScriptJson& maintainer, const Instance& instance)
      : names_(&names), maintainer_(&maintainer), instance_(&instance) {}

  DispatcherId draw(const impl::Span& span) override {
    if (!maintainer_->is_object()) return impl::DispatcherId::kNone;
    if (span.is_ddl()) return names_->dispatcher(maintainer_->at("ddlSpan").at("id").get<std::string>());
    for (const ScriptJson& each : maintainer_->at("spans")) {
      const DispatcherId id = names_->dispatcher(each.at("id").get<std::string>());
      if (ScriptNames::span(each.at("span").get<std::string>()) == span &&
          instance_->maintainer()->spans.find_task(id) == nullptr) {
        return id;
      }
    }
    return impl::DispatcherId::kNone;
  }

 private:
  const ScriptNames* names_;
  const ScriptJson* maintainer_;
  const Instance* instance_;
};

// The queued operator that is due first.
std::optional<std::size_t> queue_head(const Instance& instance) {
  std::optional<std::size_t> head;
  for (std::size_t i = 0; i < instance.clocks.size(); ++i) {
    if (!instance.maintainer()->operators[i].queued) continue;
    if (!head || instance.clocks[i].is_before(instance.clocks[*head])) head = i;
  }
  return head;
}

class Player {
 public:
  Player(const MaintainerScript& script, const impl::MaintainerRules& rules)
      : document_(script.document), rules_(rules), names_(document_), tables_(tables_of(document_)) {
    self_ = names_.node(document_.at("self").get<std::string>());
    for (const char* changefeed : {"cf", "cf2"}) instances_[changefeed].manager.self = self_;
    out_.self = self_;
  }

  PlayedScript play();

 private:
  struct Ended {
    Limit limit;
  };

  void take(const ScriptJson& event);
  void take_message(const ScriptJson& event);
  void take_order(const std::string& changefeed, const impl::Order& order, const ScriptJson& event);
  void answer(const std::string& changefeed, const impl::Report& report);
  void empty_queue(const std::string& changefeed);
  void handle(const std::string& changefeed, const WaitingEvent& waiting);
  void period(const std::string& changefeed);
  void execute_operators(const std::string& changefeed);
  void insert_operators(const std::string& changefeed);
  void tick();
  [[nodiscard]] bool is_due(const std::string& changefeed, const Instance& instance) const;

  // Runs a step of impl with the world around it, and takes over what it sent.
  template <class Step>
  void run(const std::string& changefeed, Step&& step);
  [[nodiscard]] const ScriptJson& recorded_maintainer(const std::string& changefeed,
                                                      const ScriptJson& state) const;
  [[nodiscard]] ScriptJson rendered_state() const;

  const ScriptJson& document_;
  impl::MaintainerRules rules_;
  ScriptNames names_;
  std::vector<impl::TableLife> tables_;
  NodeId self_{};
  impl::NodeSet alive_{};
  std::map<std::string, Instance> instances_{};
  impl::MaintainerOutbox out_{};
  bool fail_load_ = false;
  Millis now_ = 0;
  std::uint64_t order_ = 0;        // how often it was decided when an operator is due
  std::uint64_t generations_ = 0;  // how many maintainers there were
  std::vector<ScriptJson> sent_{};
  ScriptJson before_ = ScriptJson::object();  // the recorded state before the step
  ScriptJson after_ = ScriptJson::object();   // and after it
  ScriptJson none_{};
};

const ScriptJson& Player::recorded_maintainer(const std::string& changefeed, const ScriptJson& state) const {
  if (!state.contains("maintainers")) return none_;
  for (const ScriptJson& each : state["maintainers"]) {
    if (each.at("changefeedID") == changefeed) return each;
  }
  return none_;
}

template <class Step>
void Player::run(const std::string& changefeed, Step&& step) {
  Instance& instance = instances_.at(changefeed);
  RecordedIds ids(names_, recorded_maintainer(changefeed, after_), instance);
  impl::Surroundings world{rules_, alive_, tables_, ids, fail_load_, out_};
  step(world);
  for (const impl::Message& message : out_.to_nodes) {
    sent_.push_back(render_message(names_, changefeed, message));
    if (message.type() == impl::MessageType::kBootstrap) instance.last_bootstrap[message.to] = now_;
  }
  for (const impl::Report& report : out_.reports) {
    answer(changefeed, report);
    const bool tells_status = instance.maintainer() != nullptr &&
                              !std::holds_alternative<impl::SetNodeLivenessResponse>(report.body);
    if (tells_status) instance.last_report = now_;
  }
  out_.clear();
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

// --------------------------------------------------------------------------------------------- messages

// Of the managers of both changefeeds, which is one manager there: what they answer in one step is one
// message.
void Player::answer(const std::string& changefeed, const impl::Report& report) {
  ScriptJson message = render_report(names_, changefeed, report);
  for (ScriptJson& other : sent_) {
    if (other["type"] != message["type"]) continue;
    for (const ScriptJson& status : message["msg"].value("statuses", ScriptJson::array())) {
      other["msg"]["statuses"].push_back(status);
    }
    return;
  }
  sent_.push_back(std::move(message));
}

void Player::take_order(const std::string& changefeed, const impl::Order& order, const ScriptJson& event) {
  Instance& instance = instances_.at(changefeed);
  const auto trigger = [&] {
    return instance.maintainer() != nullptr ? instance.maintainer()->spans.trigger.id : DispatcherId::kNone;
  };
  const DispatcherId before = trigger();
  run(changefeed, [&](impl::Surroundings& world) { instance.manager.handle(world, order); });
  if (trigger() != before) {
    instance = {.manager = instance.manager, .generation = ++generations_};
    if (instance.maintainer()->can_init()) instance.queue.push_back({"EventInit", {}});
  }
  if (instance.manager.is_passed_on(order)) instance.queue.push_back({"RemoveMaintainerRequest", event});
}

void Player::take_message(const ScriptJson& event) {
  const auto type = event.at("msg_type").get<std::string>();
  const ScriptJson& body = event.at("msg");
  if (auto order = order_of(names_, event)) {
    if (auto* add = std::get_if<impl::AddMaintainerRequest>(&order->body)) {
      add->table_across_nodes = document_.value("enableTableAcrossNodes", false);
    }
    for (const auto& [changefeed, instance] : instances_) {
      if (!body.contains("id") || body["id"] == changefeed) take_order(changefeed, *order, event);
    }
  } else if (type != "SetDispatcherDrainTargetRequest") {
    Instance& instance = instances_.at(body.at("changefeedID").get<std::string>());
    if (instance.maintainer() != nullptr) instance.queue.push_back({type, event});
  }
  if (!event.at("handled").get<bool>()) return;
  for (const auto& [changefeed, instance] : instances_) empty_queue(changefeed);
}

void Player::empty_queue(const std::string& changefeed) {
  Instance& instance = instances_.at(changefeed);
  while (!instance.queue.empty()) {
    const WaitingEvent waiting = instance.queue.front();
    instance.queue.erase(instance.queue.begin());
    handle(changefeed, waiting);
  }
}

void Player::handle(const std::string& changefeed, const WaitingEvent& waiting) {
  Maintainer& maintainer = *instances_.at(changefeed).maintainer();
  run(changefeed, [&](impl::Surroundings& world) {
    if (!maintainer.begin_event(world)) return;
    if (waiting.type == "EventInit") return maintainer.init(world);
    if (waiting.type == "HeartBeatRequest") {
      return maintainer.on_heartbeat(world, heartbeat_of(names_, waiting.event));
    }
    if (waiting.type == "BlockStatusRequest") {
      if (maintainer.initialized && !maintainer.removing) throw Ended{Limit::kBarrier};
      return;
    }
    if (waiting.type == "CheckpointTsMessage") {
      return maintainer.on_checkpoint_ts(world, {waiting.event.at("msg").at("checkpointTs").get<impl::Ts>()});
    }
    if (waiting.type == "RemoveMaintainerRequest") {
      const impl::Order order = *order_of(names_, waiting.event);
      return maintainer.on_remove(world, order.epoch, std::get<impl::RemoveMaintainerRequest>(order.body));
    }
    const impl::Message response = response_of(names_, waiting.event);
    if (response.type() == impl::MessageType::kBootstrapResponse) {
      maintainer.on_bootstrap_response(world, response);
    } else if (response.type() == impl::MessageType::kPostBootstrapResponse) {
      maintainer.on_post_bootstrap_response(world, response);
    } else {
      maintainer.on_close_response(world, response);
    }
  });
}

// ----------------------------------------------------------------------------------------------- timers

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

// --------------------------------------------------------------------------------------------- the play

void Player::take(const ScriptJson& event) {
  const auto type = event.at("type").get<std::string>();
  if (type == "Message") return take_message(event);
  if (type == "ManagerTick") return tick();
  if (type == "NodesChange") {
    alive_.clear();
    for (const ScriptJson& node : event.at("alive")) alive_.insert(names_.node(node.get<std::string>()));
    for (auto& [changefeed, instance] : instances_) {
      if (Maintainer* maintainer = instance.maintainer())
        maintainer->node_changed |= maintainer->watches_nodes;
    }
    return;
  }
  const auto changefeed = event.at("changefeedID").get<std::string>();
  Maintainer* maintainer = instances_.at(changefeed).maintainer();
  if (maintainer == nullptr) return;
  if (type == "HandleQueuedEvents") return empty_queue(changefeed);
  if (type == "EventPeriod") return period(changefeed);
  if (type == "CalCheckpointTs") {
    return run(changefeed, [&](impl::Surroundings& world) { maintainer->calculate_checkpoint(world); });
  }
  if (type == "OperatorControllerExecute") return execute_operators(changefeed);
  insert_operators(changefeed);  // SchedulerExecute, MoveTable
}

ScriptJson Player::rendered_state() const {
  ScriptJson state{{"maintainers", ScriptJson::array()}, {"aliveNodes", ScriptJson::array()}};
  for (const NodeId node : alive_) state["aliveNodes"].push_back(names_.of(node));
  const impl::MaintainerManager& manager = instances_.begin()->second.manager;
  state["manager"] = {{"coordinatorID", names_.of(manager.coordinator)},
                      {"coordinatorVersion", manager.coordinator_version},
                      {"liveness", name_of(manager.liveness)}};
  for (const auto& [changefeed, instance] : instances_) {
    if (instance.maintainer() != nullptr) {
      state["maintainers"].push_back(render_maintainer(names_, changefeed, instance));
    }
  }
  return state;
}

PlayedScript Player::play() {
  PlayedScript played{.steps = document_.at("steps").size()};
  for (const ScriptJson& step : document_.at("steps")) {
    PlayedScript next = played;
    now_ = step.at("now").get<Millis>();
    sent_.clear();
    before_ = after_;
    if (step.at("state").is_object()) after_ = step.at("state");
    try {
      take(step.at("event"));
      Comparison comparison(next);
      if (comparison.compare_sent(step.at("sent"), sent_) &&
          comparison.compare("state", after_, rendered_state())) {
        ++next.conforming;
      }
    } catch (const Ended& ended) {
      next.limit = ended.limit;
    } catch (const std::exception& error) {
      next.divergence = {"event", step.at("event").dump(), error.what()};
    }
    if (next.limit || next.divergence) {
      played.limit = next.limit;
      played.divergence = next.divergence;
      return played;
    }
    played = std::move(next);
  }
  return played;
}

}  // namespace

PlayedScript play(const MaintainerScript& script, const impl::MaintainerRules& rules) {
  try {
    return Player(script, rules).play();
  } catch (
      const std::exception& error) {  // before the first step: what the script says of itself does not fit
    PlayedScript played{.steps = script.document.at("steps").size()};
    played.divergence = {"script", script.file, error.what()};
    return played;
  }
}

}  // namespace takeover::traces
