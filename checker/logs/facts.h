// What a line of a log tells of a step of the node, and what a step has to tell: the same members, so that
// the one can be held against the other.
//
// A line knows some of them; a step knows all that its line has. They agree when no member that both know
// differs. What neither of the two knows says nothing.
#pragma once

#include <cstdint>
#include <optional>

#include "impl/ids.h"
#include "impl/message.h"

namespace takeover::logs {

struct Facts {
  std::optional<impl::NodeId> from{};   // of the request
  std::optional<impl::Epoch> epoch{};   // of the request
  std::optional<impl::NodeId> owner{};  // of the manager, as the line has it
  std::optional<impl::Epoch> owner_epoch{};
  std::optional<impl::DispatcherId> id{};
  std::optional<impl::Mode> mode{};
  std::optional<impl::DispatcherId> trigger_here{};   // kNone: there is none
  std::optional<impl::DispatcherId> trigger_asked{};  // kNone: it names none
  std::optional<impl::Span> span{};
  std::optional<impl::Ts> start_ts{};
  std::optional<impl::ScheduleAction> action{};
  std::optional<impl::OperatorType> operator_type{};
  std::optional<impl::BarrierAction> barrier_action{};
  std::optional<impl::MessageType> type{};  // of the request
  std::optional<impl::Epoch> tombstone{};
  std::optional<bool> redo{};  // whether it is enabled
  std::optional<bool> removed{};
  std::optional<bool> success{};
  std::optional<std::uint64_t> count{};
  friend bool operator==(const Facts&, const Facts&) = default;
};

// Nothing that both know differs.
[[nodiscard]] bool agree(const Facts& line, const Facts& step);

}  // namespace takeover::logs
