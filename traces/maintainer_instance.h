// A changefeed of a script while it is played: its manager here, and what the recording has and a maintainer
// here does not: the events that wait in the maintainer's queue, and clocks. Internal to traces.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "impl/ids.h"
#include "impl/maintainer_manager.h"
#include "traces/maintainer_names.h"
#include "traces/maintainer_script.h"

namespace takeover::traces {

using Millis = std::int64_t;

// When an operator is due, and when its message was last sent. Two that are due in the same millisecond are
// due in the order in which that was decided.
struct OperatorClock {
  Millis due = 0;
  std::uint64_t order = 0;
  Millis last_sent = 0;
  bool sent = false;  // as the operator says: once it is no more, its next message is due at once

  [[nodiscard]] bool is_before(const OperatorClock& other) const {
    return due != other.due ? due < other.due : order < other.order;
  }
};

// When something was last sent for an event of the barrier.
struct EventClock {
  std::optional<Millis> last_sent{};
  bool advanced = false;  // as the event says
};

struct WaitingEvent {
  std::string type{};
  ScriptJson event{};  // the Message that brought it
};

struct Instance {
  impl::MaintainerManager manager{};
  std::uint64_t generation = 0;
  std::vector<WaitingEvent> queue{};
  Millis last_report = -1;
  std::map<impl::NodeId, Millis> last_bootstrap{};
  std::vector<OperatorClock> clocks{};      // of the maintainer's operators, in their order
  std::map<impl::Ts, EventClock> events{};  // of the barrier

  [[nodiscard]] impl::Maintainer* maintainer() { return manager.maintainer ? &*manager.maintainer : nullptr; }
  [[nodiscard]] const impl::Maintainer* maintainer() const {
    return manager.maintainer ? &*manager.maintainer : nullptr;
  }
};

// As the recording would write it, but for what is left out.
[[nodiscard]] ScriptJson render_maintainer(const ScriptNames& names, const std::string& changefeed,
                                           const Instance& instance);
[[nodiscard]] ScriptJson render_response(const ScriptNames& names, const std::string& changefeed,
                                         const impl::SpanHeartBeatResponse& response);
[[nodiscard]] ScriptJson render_report(const ScriptNames& names, const std::string& changefeed,
                                       const impl::Report& report);
[[nodiscard]] ScriptJson render_message(const ScriptNames& names, const std::string& changefeed,
                                        const impl::Message& message);

// What differs between a value of the recording and ours, the place first; counts what is alike and what is
// left out.
class Comparison {
 public:
  explicit Comparison(PlayedScript& played) : played_(&played) {}
  // False at the first difference, which is then played.divergence.
  [[nodiscard]] bool compare(const std::string& place, const ScriptJson& recorded, const ScriptJson& ours);
  // The messages of a step, in any order.
  [[nodiscard]] bool compare_sent(const ScriptJson& recorded, std::vector<ScriptJson> ours);

 private:
  [[nodiscard]] bool differ(const std::string& place, const ScriptJson& recorded, const ScriptJson& ours);
  [[nodiscard]] bool is_left_out(const std::string& place);

  PlayedScript* played_;
};

}  // namespace takeover::traces
