#include "impl/ids.h"

#include <charconv>
#include <string>

namespace takeover::impl {
namespace {

// Takes a number off the front of the text; one that is written with a leading zero is none.
template <class Number>
std::optional<Number> take_number(std::string_view& text) {
  Number number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{}) return std::nullopt;
  const auto length = static_cast<std::size_t>(end - text.data());
  if (text.substr(0, length) != std::to_string(number)) return std::nullopt;
  text.remove_prefix(length);
  return number;
}

bool take(std::string_view& text, std::string_view prefix) {
  if (!text.starts_with(prefix)) return false;
  text.remove_prefix(prefix.size());
  return true;
}

}  // namespace

std::optional<Span> span_named(std::string_view text) {
  if (text == "ddl") return kDdlSpan;
  if (!take(text, "table-")) return std::nullopt;
  const auto table = take_number<std::uint32_t>(text);
  if (!table || *table == 0) return std::nullopt;
  if (text.empty()) return Span{.table = *table};
  if (!take(text, "[")) return std::nullopt;
  const auto begin = take_number<std::int32_t>(text);
  if (!begin || !take(text, ",")) return std::nullopt;
  const auto end = take_number<std::int32_t>(text);
  if (!end || text != ")" || *begin >= *end) return std::nullopt;
  return Span{*table, *begin, *end};
}

std::string to_string(const Span& span) {
  if (span.is_ddl()) return "ddl";
  std::string text = "table-" + std::to_string(span.table);
  if (!span.is_whole()) text += "[" + std::to_string(span.begin) + "," + std::to_string(span.end) + ")";
  return text;
}

}  // namespace takeover::impl
