// Requests as JSON, with the field names of TiCDC's heartbeat.proto shortened: what a scenario's misbehaviour
// is made of.
#pragma once

#include <string_view>

#include "impl/message.h"
#include "spec/json/json_cursor.h"
#include "spec/json/names.h"

namespace takeover::spec {

// Absent fields take their defaults; throws Misfit. A Create or Merge never names the DDL span.
[[nodiscard]] impl::Request read_request(const Cursor& message, impl::NodeId from, Names& names);

// kNone where the key is absent or null.
[[nodiscard]] impl::DispatcherId id_at(const Cursor& object, std::string_view key, Names& names);

}  // namespace takeover::spec
