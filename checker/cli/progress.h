// Progress on stderr, and Ctrl-C.
#pragma once

#include <atomic>
#include <functional>
#include <string>

#include "checker/engine/report.h"

namespace takeover::cli {

// From here on Ctrl-C and SIGTERM set the flag instead of ending the program; a second one ends it.
void catch_interrupts();
[[nodiscard]] const std::atomic<bool>& interrupted();

// A line that is redrawn on a terminal, and written every 10 s elsewhere.
struct LinePrinter {
  std::function<void(const std::string& line)> print;
  double seconds = 10;
};
[[nodiscard]] LinePrinter line_printer();

// The same, of an exploration; nothing when quiet.
struct ProgressLine {
  std::function<void(const engine::Progress&)> print;
  double seconds = 10;
};
[[nodiscard]] ProgressLine progress_line(const std::string& what, bool quiet);
void clear_progress_line(bool quiet);

}  // namespace takeover::cli
