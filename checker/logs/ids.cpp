#include "checker/logs/ids.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>
#include <system_error>
#include <utility>

namespace takeover::logs {
namespace {

std::optional<std::uint64_t> decimal(std::string_view digits) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (digits.empty() || error != std::errc{} || end != digits.data() + digits.size()) return {};
  return value;
}

bool is_message(std::string_view text) {
  return text.find(':') != std::string_view::npos;
}

// Of a field that is left out when it is 0. None if it is no number.
std::optional<std::uint64_t> number_of(const ProtoValue& value, std::string_view name) {
  const ProtoValue* const field = value.find(name);
  return field == nullptr ? 0 : field->as_number();
}

// Of a field that is left out when it is empty. None if it is no text.
std::optional<std::string> text_of(const ProtoValue& value, std::string_view name) {
  const ProtoValue* const field = value.find(name);
  if (field == nullptr) return std::string();
  const auto text = field->as_text();
  if (!text) return {};
  return std::string(*text);
}

std::optional<std::string> bytes_of(const ProtoValue& value, std::string_view name) {
  const ProtoValue* const field = value.find(name);
  return field == nullptr ? std::string() : field->as_bytes();
}

// What stands behind `label` at the start, up to the next comma; taken off `text`.
std::optional<std::string_view> labelled(std::string_view& text, std::string_view label) {
  if (!text.starts_with(label)) return {};
  text.remove_prefix(label.size());
  const std::string_view part = text.substr(0, text.find(','));
  text.remove_prefix(part.size());
  if (text.starts_with(", ")) text.remove_prefix(2);
  return part;
}

bool differ(const std::string& a, const std::string& b) {
  return !a.empty() && !b.empty() && a != b;
}

}  // namespace

std::string to_string(const Gid& id) {
  return fmt::format("{}{}", id.low, id.high);
}

std::optional<Gid> gid_of(const ProtoValue& value) {
  const auto high = number_of(value, "high");
  const auto low = number_of(value, "low");
  if (!high || !low || (*high == 0 && *low == 0)) return {};
  return Gid{*high, *low};
}

std::optional<std::string> dispatcher_named(std::string_view text) {
  // Two words have 40 digits at most.
  constexpr std::size_t kMaxDigits = 40;
  if (is_message(text)) {
    const auto message = read_proto(text);
    const auto id = message ? gid_of(*message) : std::nullopt;
    if (!id) return {};
    return to_string(*id);
  }
  const bool is_digits =
      std::ranges::all_of(text, [](char letter) { return letter >= '0' && letter <= '9'; });
  // "00" is what an id that was never set looks like.
  if (!is_digits || text.size() < 2 || text.size() > kMaxDigits || text == "00") return {};
  return std::string(text);
}

void Gids::see(const Gid& id) {
  const auto [found, is_new] = seen_.try_emplace(to_string(id), id);
  if (!is_new && found->second != id) found->second.reset();
}

std::optional<Gid> Gids::words_of(std::string_view digits) const {
  const auto found = seen_.find(digits);
  return found == seen_.end() ? std::nullopt : found->second;
}

bool Gids::is_ambiguous(std::string_view digits) const {
  const auto found = seen_.find(digits);
  return found != seen_.end() && !found->second;
}

bool Changefeed::may_be(const Changefeed& other) const {
  const bool other_incarnation = id && other.id && *id != *other.id;
  return !other_incarnation && !differ(keyspace, other.keyspace) && !differ(name, other.name);
}

std::optional<Changefeed> changefeed_named(std::string_view text) {
  if (is_message(text)) {
    const auto message = read_proto(text);
    return message ? changefeed_of(*message) : std::nullopt;
  }
  const std::size_t slash = text.find('/');
  Changefeed out;
  if (slash != std::string_view::npos) {
    out.keyspace = text.substr(0, slash);
    text.remove_prefix(slash + 1);
    if (out.keyspace.empty()) return {};
  }
  if (text.empty() || text.find_first_of("/ ") != std::string_view::npos) return {};
  out.name = text;
  return out;
}

std::optional<Changefeed> changefeed_of(const ProtoValue& value) {
  const auto id = gid_of(value);
  auto keyspace = text_of(value, "keyspace");
  auto name = text_of(value, "name");
  if (!keyspace || !name || (!id && name->empty())) return {};
  return Changefeed{id, std::move(*keyspace), std::move(*name)};
}

std::string to_string(const TableSpan& span) {
  return fmt::format("tableID: {}, startKey: {}, endKey: {}, keyspaceID: {}", span.table,
                     hexadecimal(span.start), hexadecimal(span.end), span.keyspace);
}

std::optional<TableSpan> table_span_named(std::string_view text) {
  if (!text.starts_with("tableID: ")) {
    const auto message = read_proto(text);
    return message && !message->fields.empty() ? table_span_of(*message) : std::nullopt;
  }
  std::array<std::string_view, 4> parts;
  constexpr std::array<std::string_view, 4> kLabels{"tableID: ", "startKey: ", "endKey: ", "keyspaceID: "};
  for (std::size_t i = 0; i < kLabels.size(); ++i) {
    const auto part = labelled(text, kLabels[i]);
    if (!part) return {};
    parts[i] = *part;
  }
  const auto table = decimal(parts[0]);
  auto start = bytes_of_hexadecimal(parts[1]);
  auto end = bytes_of_hexadecimal(parts[2]);
  const auto keyspace = decimal(parts[3]);
  if (!table || !start || !end || !keyspace || !text.empty()) return {};
  return TableSpan{*table, std::move(*start), std::move(*end), *keyspace};
}

std::optional<TableSpan> table_span_of(const ProtoValue& value) {
  const auto table = number_of(value, "TableID");
  auto start = bytes_of(value, "StartKey");
  auto end = bytes_of(value, "EndKey");
  const auto keyspace = number_of(value, "KeyspaceID");
  if (value.kind != ProtoValue::Kind::kMessage || !table || !start || !end || !keyspace) return {};
  return TableSpan{*table, std::move(*start), std::move(*end), *keyspace};
}

}  // namespace takeover::logs
