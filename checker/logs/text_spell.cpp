#include "checker/logs/text_spell.h"

#include <fmt/format.h>

#include <cstdint>
#include <nlohmann/json.hpp>

#include "checker/logs/proto_text.h"

namespace takeover::logs {
namespace {

constexpr std::string_view kTriggerKey = "7480000000000000ff005f730000000000fa";
constexpr std::uint32_t kFirstKey = 0x8000'0000;

std::string key_of(std::uint32_t number) {
  return *bytes_of_hexadecimal(fmt::format("{:08x}", number));
}

// Bytes that are no letter, digit or mark of ASCII are octal.
std::string proto_bytes(std::string_view bytes) {
  std::string text = "\"";
  for (const char byte : bytes) {
    const auto value = static_cast<unsigned char>(byte);
    if (byte == '"' || byte == '\\') {
      text += fmt::format("\\{}", byte);
    } else if (value >= ' ' && value < 0x7f) {
      text += byte;
    } else {
      text += fmt::format("\\{:03o}", value);
    }
  }
  return text + "\"";
}

std::string number_field(std::string_view name, std::uint64_t value) {
  return value == 0 ? std::string() : fmt::format("{}:{} ", name, value);
}

std::string proto_span(const TableSpan& span) {
  return fmt::format("span:<{}StartKey:{} EndKey:{} > ", number_field("TableID", span.table),
                     proto_bytes(span.start), proto_bytes(span.end));
}

}  // namespace

TableSpan table_span(const impl::Span& span) {
  if (span.is_ddl()) {
    const std::string key = *bytes_of_hexadecimal(kTriggerKey);
    return {.table = 0, .start = key, .end = key};
  }
  return {.table = span.table,
          .start = key_of(kFirstKey + static_cast<std::uint32_t>(span.begin)),
          .end = key_of(kFirstKey + static_cast<std::uint32_t>(span.end))};
}

std::string proto_changefeed(const Gid& id, std::string_view name, std::string_view keyspace) {
  return fmt::format("high:{} low:{} name:{} keyspace:{} ", id.high, id.low, proto_bytes(name),
                     proto_bytes(keyspace));
}

std::string proto_schedule(const Facts& facts, const Gid& id) {
  const bool is_redo = facts.mode == impl::Mode::kRedo;
  std::string text = fmt::format("config:<{}{}dispatcherID:<high:{} low:{} > schemaID:1 {}> ",
                                 facts.span ? proto_span(table_span(*facts.span)) : "",
                                 number_field("startTs", facts.start_ts.value_or(0)), id.high, id.low,
                                 is_redo ? "mode:1 " : "");
  if (facts.action == impl::ScheduleAction::kRemove) text += "scheduleAction:Remove ";
  if (facts.operator_type && *facts.operator_type != impl::OperatorType::kAdd) {
    text += fmt::format("operatorType:O_{} ", name_of(*facts.operator_type));
  }
  return text + number_field("maintainer_epoch", facts.epoch.value_or(0));
}

std::string json_string(std::string_view text) {
  return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace takeover::logs
