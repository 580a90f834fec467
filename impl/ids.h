// Identities: nodes, dispatchers, epochs, spans. All are small values; names are interned outside.
#pragma once

#include <compare>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

#include "impl/named.h"

namespace takeover::impl {

// A capture. kNone is "no owner", TiCDC's empty maintainer id.
enum class NodeId : std::uint16_t { kNone = 0 };

// A dispatcher, table triggers included. kNone is an absent id (a nil trigger id in a request).
enum class DispatcherId : std::uint16_t { kNone = 0 };

// A maintainer epoch. 0 is what a node of a version without epochs sends; it gives no order.
using Epoch = std::uint64_t;

// A TSO timestamp. 0 is "none".
using Ts = std::uint64_t;

enum class Mode : std::uint8_t { kDefault, kRedo };
constexpr std::string_view name_of(Mode mode) {
  switch (mode) {
    case Mode::kDefault: return "default";
    case Mode::kRedo: return "redo";
  }
  return kNoName;
}

// A table's key range [begin, end). Table 0 is the DDL span, which the table triggers own (TiCDC:
// DDLSpanTableID).
struct Span {
  static constexpr std::int32_t kMin = std::numeric_limits<std::int32_t>::min();
  static constexpr std::int32_t kMax = std::numeric_limits<std::int32_t>::max();

  std::uint32_t table = 0;
  std::int32_t begin = kMin;
  std::int32_t end = kMax;

  [[nodiscard]] bool is_ddl() const { return table == 0; }
  [[nodiscard]] bool is_whole() const { return begin == kMin && end == kMax; }
  [[nodiscard]] bool overlaps(const Span& other) const {
    return table == other.table && begin < other.end && other.begin < end;
  }
  friend auto operator<=>(const Span&, const Span&) = default;
};

inline constexpr Span kDdlSpan{};

// "ddl", "table-7" or "table-7[0,10)".
[[nodiscard]] std::string to_string(const Span& span);
[[nodiscard]] std::optional<Span> span_named(std::string_view text);

}  // namespace takeover::impl
