// Which arrival belongs to which sending: the messages that were sent, and have neither arrived nor been
// lost. Internal to traces.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "traces/action.h"

namespace takeover::traces {

// A message to a node arrives, or is lost.
[[nodiscard]] bool is_arrival(const Action& action);

class UnderWay {
 public:
  // Told of every action of a trace first: what an arrival names is kept for it.
  void expect(const Action& action);
  void send(const impl::Message& request, const std::string& id);
  // Takes off the message that arrives: the one that is named, else the oldest that is equal. Its id, which
  // is "" when it was sent without one; nothing when no such message is under way.
  [[nodiscard]] std::optional<std::string> arrive(const Action& action);
  // Whether a message of this id has been sent, wherever it is.
  [[nodiscard]] bool was_sent(const std::string& id) const { return sent_.contains(id); }

 private:
  struct Message {
    impl::Message request;
    std::string id;
  };
  std::vector<Message> messages_{};
  std::set<std::string> named_{};  // by an arrival
  std::set<std::string> sent_{};
};

}  // namespace takeover::traces
