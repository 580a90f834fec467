// What a line of TiCDC's log has within its fields: protobuf text, spans of keys. Internal to text_write.
#pragma once

#include <string>
#include <string_view>

#include "checker/logs/facts.h"
#include "checker/logs/ids.h"

namespace takeover::logs {

// A range of a table as keys, which are in the order of their numbers: 00000000 to ffffffff is the whole,
// 80000000 begins at 0. The triggers' is the range of TiCDC.
[[nodiscard]] TableSpan table_span(const impl::Span& span);

[[nodiscard]] std::string proto_changefeed(const Gid& id, std::string_view name, std::string_view keyspace);
// A ScheduleDispatcherRequest, but for its changefeed. What is its default is left out.
[[nodiscard]] std::string proto_schedule(const Facts& facts, const Gid& id);

// Between quotes, as JSON and zap have it.
[[nodiscard]] std::string json_string(std::string_view text);

}  // namespace takeover::logs
