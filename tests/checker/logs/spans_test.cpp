// Ranges of keys as ranges of a table.
#include "checker/logs/spans.h"

#include <catch2/catch.hpp>
#include <string>
#include <string_view>

#include "checker/logs/ids.h"
#include "checker/logs/proto_text.h"
#include "impl/ids.h"

using namespace takeover;
using namespace takeover::logs;

namespace {

TableSpan span(std::uint64_t table, std::string_view start, std::string_view end) {
  return {table, *bytes_of_hexadecimal(start), *bytes_of_hexadecimal(end), 0};
}

impl::Span whole(std::uint32_t table) {
  return {.table = table};
}

// Of table 101 (0x65): t, the id with its sign bit set, _r or _s; eight bytes at a time, the second time with
// five zeros added, which 0xfa says.
constexpr std::string_view kRecords = "7480000000000000ff655f720000000000fa";
constexpr std::string_view kBehindRecords = "7480000000000000ff655f730000000000fa";
// A record within: _r and eight bytes of a handle.
constexpr std::string_view kRecord1 = "7480000000000000ff655f728000000000ff0000010000000000fa";
constexpr std::string_view kRecord2 = "7480000000000000ff655f728000000000ff0000020000000000fa";

}  // namespace

TEST_CASE("A table's own bounds are no bounds") {
  Spans spans;
  const TableSpan records = span(101, kRecords, kBehindRecords);
  spans.see(records);
  spans.count();
  CHECK(spans.of(records) == whole(101));
  CHECK(spans.of(span(7, "", "")) == whole(7));
  CHECK(spans.of(span(0, kRecords, kRecords)) == impl::kDdlSpan);
}

TEST_CASE("Keys within a table are counted in their order") {
  Spans spans;
  const TableSpan first = span(101, kRecords, kRecord1);
  const TableSpan second = span(101, kRecord1, kRecord2);
  const TableSpan third = span(101, kRecord2, kBehindRecords);
  for (const TableSpan& each : {third, first, second}) spans.see(each);
  spans.count();
  CHECK(spans.of(first) == impl::Span{101, impl::Span::kMin, 1});
  CHECK(spans.of(second) == impl::Span{101, 1, 2});
  CHECK(spans.of(third) == impl::Span{101, 2, impl::Span::kMax});
  CHECK(!spans.of(span(101, kRecord2, kRecord1)));  // it ends before it begins
}

TEST_CASE("Keys of four bytes are numbers, of which the least comes first") {
  Spans spans;
  spans.count();
  CHECK(spans.of(span(1, "00000000", "ffffffff")) == whole(1));
  CHECK(spans.of(span(1, "80000014", "8000001e")) == impl::Span{1, 20, 30});
  CHECK(spans.of(span(1, "7fffffff", "80000000")) == impl::Span{1, -1, 0});
  CHECK(!spans.of(span(std::uint64_t{1} << 32U, "", "")));
}
