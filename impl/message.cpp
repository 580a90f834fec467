#include "impl/message.h"

#include <utility>

namespace takeover::impl {
namespace {

template <std::size_t... I>
MessageBody empty_body(std::size_t index, std::index_sequence<I...> /*all*/) {
  MessageBody body;
  ((index == I ? static_cast<void>(body.emplace<I>()) : void()), ...);
  if (auto* boxed = std::get_if<Boxed<MaintainerBootstrapResponse>>(&body))
    *boxed = MaintainerBootstrapResponse{};
  return body;
}

}  // namespace

MessageBody empty_body(MessageType type) {
  return empty_body(static_cast<std::size_t>(type), std::make_index_sequence<kMessageTypeCount>{});
}

}  // namespace takeover::impl
