// A script while it is played. Internal to traces: see traces::play.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "impl/maintainer.h"
#include "impl/maintainer_message.h"
#include "impl/maintainer_rules.h"
#include "traces/maintainer_decode.h"
#include "traces/maintainer_instance.h"
#include "traces/maintainer_names.h"
#include "traces/maintainer_script.h"

namespace takeover::traces {

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

  // maintainer_play.cpp
  void take(const ScriptJson& event);
  void take_message(const ScriptJson& event);
  void take_order(const std::string& changefeed, const impl::Order& order, const ScriptJson& event);
  void answer(const std::string& changefeed, const impl::Report& report);
  void empty_queue(const std::string& changefeed);
  void handle(const std::string& changefeed, const WaitingEvent& waiting);
  // maintainer_timers.cpp
  void period(const std::string& changefeed);
  void execute_operators(const std::string& changefeed);
  void insert_operators(const std::string& changefeed);
  void resend_events(const std::string& changefeed);
  void set_event_clocks(Instance& instance);
  void tick();
  [[nodiscard]] bool is_due(const std::string& changefeed, const Instance& instance) const;

  void set_operator_clocks(Instance& instance);

  // Runs a step of impl with the world around it, and takes over what it sent.
  using Step = std::function<void(impl::Surroundings&)>;
  void run(const std::string& changefeed, const Step& step);
  [[nodiscard]] const ScriptJson& recorded_maintainer(const std::string& changefeed,
                                                      const ScriptJson& state) const;
  [[nodiscard]] ScriptJson rendered_state() const;

  const ScriptJson& document_;
  impl::MaintainerRules rules_;
  ScriptNames names_;
  std::vector<impl::TableLife> tables_;
  impl::NodeId self_{};
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

}  // namespace takeover::traces
