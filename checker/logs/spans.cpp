#include "checker/logs/spans.h"

#include <limits>
#include <string_view>

namespace takeover::logs {
namespace {

using impl::Span;

// TiDB's memory-comparable bytes: eight at a time, each followed by 255 less the number of zeros that were
// added. None if it is not that.
std::optional<std::string> decoded(std::string_view key) {
  constexpr std::size_t kGroup = 8;
  std::string out;
  while (key.size() > kGroup) {
    const auto added = static_cast<std::size_t>(0xFF - static_cast<unsigned char>(key[kGroup]));
    if (added > kGroup) return {};
    out += key.substr(0, kGroup - added);
    key.remove_prefix(kGroup + 1);
    if (added > 0) break;
  }
  if (!key.empty() || out.empty()) return {};
  return out;
}

// Of "t", eight bytes of the table's id, and "_r" or "_s", behind a keyspace's prefix, if any: the last.
char bound_of_table(std::string_view key) {
  const auto raw = decoded(key);
  if (!raw) return 0;
  std::string_view text = *raw;
  if (text.starts_with('x') && text.size() > 4) text.remove_prefix(4);
  const bool is_bound = text.size() == 11 && text[0] == 't' && text[9] == '_';
  return is_bound ? text[10] : '\0';
}

std::optional<std::int32_t> number_of_key(std::string_view key) {
  if (key.size() != 4) return {};
  std::uint32_t bits = 0;
  for (const char byte : key) bits = bits << 8U | static_cast<unsigned char>(byte);
  return static_cast<std::int32_t>(bits ^ 0x80000000U);
}

std::optional<std::int32_t> told_by(std::string_view key, bool is_begin) {
  if (key.empty()) return is_begin ? Span::kMin : Span::kMax;
  const char bound = bound_of_table(key);
  if (is_begin && bound == 'r') return Span::kMin;
  if (!is_begin && bound == 's') return Span::kMax;
  return number_of_key(key);
}

}  // namespace

void Spans::see(const TableSpan& span) {
  if (!told_by(span.start, true)) keys_[span.table][span.start] = 0;
  if (!told_by(span.end, false)) keys_[span.table][span.end] = 0;
}

void Spans::count() {
  for (auto& [table, keys] : keys_) {
    std::int32_t place = 0;
    for (auto& [key, number] : keys) number = ++place;
  }
}

std::int32_t Spans::begin_of(const TableSpan& span) const {
  if (const auto told = told_by(span.start, true)) return *told;
  return keys_.at(span.table).at(span.start);
}

std::int32_t Spans::end_of(const TableSpan& span) const {
  if (const auto told = told_by(span.end, false)) return *told;
  return keys_.at(span.table).at(span.end);
}

std::optional<Span> Spans::of(const TableSpan& span) const {
  if (span.table == 0) return impl::kDdlSpan;
  if (span.table > std::numeric_limits<std::uint32_t>::max()) return {};
  const Span out{static_cast<std::uint32_t>(span.table), begin_of(span), end_of(span)};
  if (out.begin >= out.end) return {};
  return out;
}

}  // namespace takeover::logs
