// The JSON form of proto_text.h.
#pragma once

#include <optional>
#include <string_view>

#include "checker/logs/proto_text.h"

namespace takeover::logs {

[[nodiscard]] std::optional<ProtoValue> read_proto_json(std::string_view text);

}  // namespace takeover::logs
