// What TiCDC's own code did, step by step: the implementation does the same.
#include <algorithm>
#include <array>
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

// Which property a run of TiCDC's own code breaks, by the finding that it was made to show.
struct Shown {
  const char* file;
  const char* property;
  std::size_t step;  // counted from 1, as docs/findings.md does
};

TEST_CASE("what TiCDC's own code did breaks the property of the finding that it shows", "[traces][real]") {
  constexpr std::array kShown{
      Shown{"02-dropped-create-deletes-the-remove", "remove-restored", 7},
      Shown{"03-create-twice-after-merge", "one-writer", 13},
      Shown{"04-closing-manager-is-taken-over", "no-dead-takeover", 4},
      Shown{"06-post-bootstrap-silent-while-closing", "answered", 4},
      Shown{"07-close-acknowledged-while-writing", "close-ack-sound", 4},
      Shown{"08-acknowledged-as-removed-then-created", "no-stale-recreate", 8},
      Shown{"09-owner-changed-trigger-failed", "atomic-takeover", 3},
      Shown{"10-leaving-node-reports-mismatch", "shutdown-is-no-error", 4},
      Shown{"11-failed-create-stays", "journal-drains", 3},
      Shown{"12-late-duplicate-brings-trigger-back", "no-resurrection", 6},
      Shown{"new-aborted-merge-target-stays", "removal-ends", 9},
      Shown{"new-post-bootstrap-registers-dying-trigger", "registration-ends", 10},
      Shown{"new-redo-registers-after-close", "no-dead-takeover", 3},
      Shown{"new-errors-swallowed", "journal-drains", 3},
  };
  std::size_t files = 0;
  for (const auto& entry :
       std::filesystem::directory_iterator(std::string(TAKEOVER_REAL_DIR) + "/findings")) {
    CHECK(std::ranges::any_of(kShown, [&](const Shown& each) {
      return entry.path().filename() == std::string(each.file) + ".trace.json";
    }));
    ++files;
  }
  CHECK(files == kShown.size());
  for (const Shown& shown : kShown) {
    CAPTURE(shown.file, shown.property);
    auto trace = read_trace_file(std::string(TAKEOVER_REAL_DIR) + "/findings/" + shown.file + ".trace.json");
    REQUIRE(trace);
    trace->header.property = shown.property;
    trace->header.verdict = "violated";
    const ReplayResult result = replay(*trace);
    CHECK(result.conforms);
    CHECK(result.finding.step == shown.step - 1);
  }
}

}  // namespace
}  // namespace takeover::traces
