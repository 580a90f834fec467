// Histories made by hand, of messages: a line each, in the words of a trace.
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "checker/logs/history.h"
#include "checker/logs/search.h"
#include "spec/json/values.h"
#include "spec/profiles.h"

namespace takeover::logs {

// Of node A: `<B message` arrives from B, `>B message` is sent to B, `fence`, `shutdown`, `gap`.
class MadeHistory {
 public:
  MadeHistory() {
    history_.node = "A";
    history_.changefeed = "made";
    history_.is_message_log = true;
    history_.self = history_.names.node("A");
  }
  explicit MadeHistory(const std::vector<std::string>& lines) : MadeHistory() {
    for (const std::string& line : lines) add(line);
  }

  MadeHistory& add(const std::string& line) {
    Observed observed;
    observed.at.number = history_.lines.size() + 1;
    observed.text = line;
    if (line == "fence") {
      observed.what = What::kFence;
    } else if (line == "gap") {
      observed.what = What::kGap;
    } else if (line == "shutdown") {
      observed.what = What::kShutdown;
    } else {
      const impl::NodeId peer = history_.names.node(line.substr(1, 1));
      const auto json = traces::Json::parse(line.substr(2));
      (line.front() == '<' ? receive(observed, peer, json) : send(observed, peer, json));
    }
    history_.lines.push_back(std::move(observed));
    return *this;
  }

  [[nodiscard]] History& history() { return history_; }
  [[nodiscard]] const History& history() const { return history_; }

 private:
  static void check(const std::optional<spec::InputError>& error) {
    if (error) throw std::invalid_argument(error->to_line());
  }
  void receive(Observed& observed, impl::NodeId peer, const traces::Json& json) {
    observed.what = What::kArrival;
    observed.thread = Thread::kArrival;
    check(spec::read_message(json, history_.names, observed.message));
    observed.message.from = peer;
    observed.message.to = history_.self;
  }
  void send(Observed& observed, impl::NodeId peer, const traces::Json& json) {
    observed.what = What::kSend;
    check(spec::read_sent({{"to", history_.names.of(peer)}, {"message", json}}, history_.names,
                          observed.message));
    observed.message.from = history_.self;
    observed.expected = json;
  }

  History history_{};
};

// What the maintainer on B, which owns the node, says, and what it is answered; C owns it after B. Tests that
// use them are in this namespace: others have messages of these names, too.
namespace made_messages {

inline const std::string kBootstrap =
    R"(<B{"type":"MaintainerBootstrapRequest","epoch":2,"event_trigger":"t1","start_ts":10})";
inline const std::string kAnswer =
    R"(>B{"type":"MaintainerBootstrapResponse","epoch":2,"error":null,"checkpoint_ts":10})";
inline const std::string kCreate =
    R"(<B{"type":"ScheduleDispatcherRequest","epoch":2,"action":"Create","id":"d1","span":"table-1"})";
inline const std::string kWorking =
    R"(>B{"type":"HeartBeatRequest","statuses":[{"id":"d1","mode":"default","status":"Working"}],"complete":false})";
inline const std::string kRemove =
    R"(<B{"type":"ScheduleDispatcherRequest","epoch":2,"action":"Remove","id":"d1","span":"table-1"})";
inline const std::string kStopped =
    R"(>B{"type":"HeartBeatRequest","statuses":[{"id":"d1","mode":"default","status":"Stopped"}],"complete":false})";
inline const std::string kEmptyToB = R"(>B{"type":"HeartBeatRequest","statuses":[]})";
inline const std::string kEmptyToC = R"(>C{"type":"HeartBeatRequest","statuses":[]})";
inline const std::string kBootstrapOfC =
    R"(<C{"type":"MaintainerBootstrapRequest","epoch":3,"event_trigger":"t1"})";
inline const std::string kAnswerToC = R"(>C{"type":"MaintainerBootstrapResponse","epoch":3,"error":null})";
inline const std::string kClose = R"(<B{"type":"MaintainerCloseRequest","epoch":2})";
inline const std::string kNotClosed = R"(>B{"type":"MaintainerCloseResponse","epoch":2,"success":false})";
inline const std::string kClosed = R"(>B{"type":"MaintainerCloseResponse","epoch":2,"success":true})";

}  // namespace made_messages

inline SearchOptions default_search() {
  SearchOptions options;
  options.rules = spec::profile_named("pr-5436")->rules;
  options.judged = spec::every_property();
  return options;
}

}  // namespace takeover::logs
