// The table of lines in docs/logs.md is that of the code.
#include <fmt/format.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <fstream>
#include <string>
#include <vector>

#include "checker/logs/table.h"

namespace takeover::logs {
namespace {

constexpr std::string_view kTableHead = "| it tells | how | level | caller | message | fields |";

std::string_view words_of(Use use) {
  switch (use) {
    case Use::kStep: return "step";
    case Use::kValue: return "value";
    case Use::kPools: return "names";
    case Use::kLife: return "life";
    case Use::kNoise: return "nothing";
  }
  return "";
}

std::string documented(const Row& row) {
  std::string fields;
  for (const FieldSpec& field : row.fields) {
    if (field.key.empty()) break;
    fields += fmt::format("{}`{}`", fields.empty() ? "" : ", ", field.key);
  }
  return fmt::format("| {} | {} | {} | `{}` | {}{} | {} |", name_of(row.id), words_of(row.use),
                     name_of(row.level), row.caller.empty() ? "any" : row.caller, row.message,
                     row.is_beginning ? "…" : "", fields.empty() ? "–" : fields);
}

TEST_CASE("the documented table of lines is the one that logs are read by", "[logs][documented]") {
  std::vector<Row> rows(logs::rows().begin(), logs::rows().end());
  std::erase_if(rows, [](const Row& row) { return row.use == Use::kNoise; });
  std::ranges::stable_sort(rows, {}, &Row::id);
  std::string expected;
  for (const Row& row : rows) expected += documented(row) + "\n";

  std::ifstream page(std::string(TAKEOVER_SOURCE_DIR) + "/docs/logs.md");
  std::string found;
  bool is_in_table = false;
  for (std::string line; std::getline(page, line);) {
    if (line == kTableHead) is_in_table = true;
    if (line.empty()) is_in_table = false;
    if (is_in_table && line != kTableHead && !line.starts_with("|---")) found += line + "\n";
  }
  CHECK(found == expected);
}

}  // namespace
}  // namespace takeover::logs
