// Any bytes are a trace or an error of one line; a trace is replayed and shown, and what is shown as JSON is
// a trace.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "traces/record.h"
#include "traces/replay.h"
#include "traces/show.h"

namespace {

void demand(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace takeover;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto trace = traces::read_trace(text, "fuzz");
  if (!trace) {
    demand(trace.error().to_line().find('\n') == std::string::npos);
    return 0;
  }
  const traces::ReplayResult result = traces::replay(*trace);
  demand(result.step <= trace->steps.size());
  demand(!traces::show_text(*trace).empty());
  demand(!traces::show_mermaid(*trace).empty());
  const auto again = traces::read_trace(traces::to_text(traces::normalised(*trace)), "again");
  demand(again.has_value());
  demand(traces::replay(*again).conforms);
  return 0;
}
