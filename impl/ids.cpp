#include "impl/ids.h"

namespace takeover::impl {

std::string to_string(const Span& span) {
  if (span.is_ddl()) return "ddl";
  std::string text = "table-" + std::to_string(span.table);
  if (!span.is_whole()) text += "[" + std::to_string(span.begin) + "," + std::to_string(span.end) + ")";
  return text;
}

}  // namespace takeover::impl
