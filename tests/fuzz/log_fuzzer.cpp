// Any bytes are a log of one node: of TiCDC's text or JSON format, or of messages in either form. Reading it
// never fails but with errors of one line; every history in it has a verdict; and a run that explains or
// leads to a refuted line is one of the implementation.
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <string>
#include <variant>

#include "checker/logs/explain.h"
#include "checker/logs/read.h"
#include "spec/profiles.h"
#include "traces/record.h"
#include "traces/replay.h"

namespace {

using namespace takeover;

constexpr std::uint64_t kMostStates = 2'000;

void demand(bool holds) {
  if (!holds) std::abort();
}

// A log is a file.
class InputFile {
 public:
  InputFile(const std::uint8_t* data, std::size_t size)
      : path_("/tmp/takeover-fuzz-" + std::to_string(getpid()) + ".log") {
    std::ofstream(path_, std::ios::binary)
        .write(reinterpret_cast<const char*>(data), static_cast<std::streamsize>(size));
  }
  InputFile(const InputFile&) = delete;
  InputFile& operator=(const InputFile&) = delete;
  ~InputFile() { unlink(path_.c_str()); }

  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_;
};

void explain_history(const logs::Logs& read, const logs::History& history, bool gap) {
  const logs::SearchOptions search{
      .rules = spec::profile_named("pr-5436")->rules, .gap = gap, .max_states = kMostStates};
  const logs::Explanation explanation = logs::explain(history, {.search = search, .remedy_seconds = 0});
  if (std::holds_alternative<logs::Inconclusive>(explanation.outcome.verdict)) return;
  const traces::Json document = logs::trace_of(history, explanation, read.files, {.profile = "pr-5436"});
  const auto trace = traces::read_trace(traces::to_text(document), "fuzz");
  demand(trace.has_value());
  demand(traces::replay(*trace).conforms);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const InputFile input(data, size);
  const logs::Logs read = logs::read({{.node = "", .paths = {input.path()}}}, {});
  for (const spec::InputError& error : read.errors) {
    demand(error.to_line().find('\n') == std::string::npos);
  }
  // Many short ones are no better than some.
  constexpr std::size_t kMost = 4;
  for (std::size_t i = 0; i < read.histories.size() && i < kMost; ++i) {
    explain_history(read, read.histories[i], size % 2 == 1);
  }
  return 0;
}
