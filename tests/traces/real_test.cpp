// What TiCDC's own code did, step by step: the implementation does the same.
#include <catch2/catch.hpp>
#include <filesystem>
#include <string>

#include "traces/replay.h"
#include "traces/trace.h"

namespace takeover::traces {
namespace {

TEST_CASE("every trace that was recorded from TiCDC's own code conforms", "[traces][real]") {
  std::size_t count = 0;
  for (const char* folder : {"findings", "random"}) {
    for (const auto& entry :
         std::filesystem::directory_iterator(std::string(TAKEOVER_REAL_DIR) + "/" + folder)) {
      const auto trace = read_trace_file(entry.path().string());
      INFO((trace ? entry.path().string() : trace.error().to_line()));
      REQUIRE(trace);
      const ReplayResult result = replay(*trace);
      INFO(where(result) << ": expected " << result.expected << ", actual " << result.actual);
      CHECK(result.conforms);
      CHECK(trace->header.profile == "pr-5436");
      CHECK(trace->header.source.starts_with("recorded from pingcap/ticdc at c1fd88c93"));
      ++count;
    }
  }
  CHECK(count >= 110);
}

}  // namespace
}  // namespace takeover::traces
