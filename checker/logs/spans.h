// Ranges of keys as ranges of a table. A span of the implementation has numbers for bounds: what matters of
// two bounds is which comes first. Internal to reading.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "checker/logs/ids.h"
#include "impl/ids.h"

namespace takeover::logs {

// Every span is shown to it, and counted, before it is asked for one.
//
// The bounds of a table's whole range are its own prefix, as TiDB encodes it (t, the table's id, _r or _s),
// or keys of four bytes with all bits clear, or set. Other keys of four bytes are numbers; any others are
// counted from 1 in their order.
class Spans {
 public:
  void see(const TableSpan& span);
  void count();
  // None if the span is empty, or the table's number is beyond 32 bits.
  [[nodiscard]] std::optional<impl::Span> of(const TableSpan& span) const;

 private:
  [[nodiscard]] std::int32_t begin_of(const TableSpan& span) const;
  [[nodiscard]] std::int32_t end_of(const TableSpan& span) const;

  std::map<std::uint64_t, std::map<std::string, std::int32_t>> keys_;  // of a table, that are counted
};

}  // namespace takeover::logs
