// What a script says, as messages of impl. Internal to traces. Whatever does not fit throws.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "impl/ids.h"
#include "impl/maintainer.h"
#include "impl/maintainer_message.h"
#include "impl/message.h"
#include "traces/maintainer_names.h"
#include "traces/maintainer_script.h"

namespace takeover::traces {

[[nodiscard]] std::vector<impl::TableLife> tables_of(const ScriptJson& document);
// Of a Message: an order of a coordinator, if it is one that is here.
[[nodiscard]] std::optional<impl::Order> order_of(const ScriptNames& names, const ScriptJson& event);
// Of a Message from a node: a response.
[[nodiscard]] impl::Message response_of(const ScriptNames& names, const ScriptJson& event);
[[nodiscard]] impl::SpanHeartBeat heartbeat_of(const ScriptNames& names, const ScriptJson& event);
[[nodiscard]] impl::BlockStatusRequest block_status_of(const ScriptNames& names, const ScriptJson& event);

[[nodiscard]] std::string code_name(impl::ErrorCode code);

}  // namespace takeover::traces
