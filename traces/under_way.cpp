#include "traces/under_way.h"

#include <algorithm>

namespace takeover::traces {

bool is_arrival(const Action& action) {
  const bool arrives = action.kind == ActionKind::kDeliver || action.kind == ActionKind::kReceive ||
                       action.kind == ActionKind::kLose;
  return arrives && action.request.has_value();
}

void UnderWay::expect(const Action& action) {
  if (is_arrival(action) && !action.message_id.empty()) named_.insert(action.message_id);
}

void UnderWay::send(const impl::Message& request, const std::string& id) {
  messages_.push_back({request, id});
  if (!id.empty()) sent_.insert(id);
}

std::optional<std::string> UnderWay::arrive(const Action& action) {
  const auto it = std::ranges::find_if(messages_, [&](const Message& message) {
    const bool fits =
        action.message_id.empty() ? !named_.contains(message.id) : message.id == action.message_id;
    return fits && is_same_message(message.request, *action.request);
  });
  if (it == messages_.end()) return std::nullopt;
  std::string id = it->id;
  messages_.erase(it);
  return id;
}

}  // namespace takeover::traces
