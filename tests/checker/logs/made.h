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

inline SearchOptions default_search() {
  SearchOptions options;
  options.rules = spec::profile_named("pr-5436")->rules;
  options.judged = spec::every_property();
  return options;
}

}  // namespace takeover::logs
