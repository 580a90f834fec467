#include <algorithm>
#include <exception>
#include <utility>

#include "traces/maintainer_player.h"

namespace takeover::traces {
namespace {

using impl::DispatcherId;
using impl::Maintainer;

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

// A bootstrap response of a dispatcher that waits for a DDL.
bool tells_of_ddl(const ScriptJson& event) {
  const ScriptJson spans = event.at("msg").value("spans", ScriptJson::array());
  return std::any_of(spans.begin(), spans.end(), [](const ScriptJson& span) {
    return span.contains("block_state") && !span["block_state"].is_null();
  });
}

}  // namespace

const ScriptJson& Player::recorded_maintainer(const std::string& changefeed, const ScriptJson& state) const {
  if (!state.contains("maintainers")) return none_;
  for (const ScriptJson& each : state["maintainers"]) {
    if (each.at("changefeedID") == changefeed) return each;
  }
  return none_;
}

void Player::run(const std::string& changefeed, const Step& step) {
  Instance& instance = instances_.at(changefeed);
  RecordedIds ids(names_, recorded_maintainer(changefeed, after_), instance);
  impl::Surroundings world{rules_, alive_, tables_, ids, fail_load_, out_};
  step(world);
  for (const impl::Message& message : out_.to_nodes) {
    sent_.push_back(render_message(names_, changefeed, message));
    if (message.type() == impl::MessageType::kBootstrap) instance.last_bootstrap[message.to] = now_;
  }
  for (const impl::SpanHeartBeatResponse& response : out_.responses) {
    sent_.push_back(render_response(names_, changefeed, response));
  }
  for (const impl::Report& report : out_.reports) {
    answer(changefeed, report);
    const bool tells_status = instance.maintainer() != nullptr &&
                              !std::holds_alternative<impl::SetNodeLivenessResponse>(report.body);
    if (tells_status) instance.last_report = now_;
  }
  out_.clear();
  set_event_clocks(instance);
  set_operator_clocks(instance);
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
      return maintainer.on_block_status(world, block_status_of(names_, waiting.event));
    }
    if (waiting.type == "CheckpointTsMessage") {
      return maintainer.on_checkpoint_ts(world, {waiting.event.at("msg").at("checkpointTs").get<impl::Ts>()});
    }
    if (waiting.type == "RemoveMaintainerRequest") {
      const impl::Order order = *order_of(names_, waiting.event);
      return maintainer.on_remove(world, order.epoch, std::get<impl::RemoveMaintainerRequest>(order.body));
    }
    if (tells_of_ddl(waiting.event)) throw Ended{Limit::kRestoredBarrier};
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
  for (const impl::NodeId node : alive_) state["aliveNodes"].push_back(names_.of(node));
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
