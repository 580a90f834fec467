#include "checker/cli/progress.h"

#include <fmt/format.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <utility>

#include "checker/cli/output.h"
#include "spec/json/text.h"

namespace takeover::cli {
namespace {

std::atomic<bool> g_interrupted = false;
static_assert(std::atomic<bool>::is_always_lock_free, "it is set by a signal handler");

void on_signal(int signal) {
  if (g_interrupted.exchange(true)) std::_Exit(128 + signal);
}

}  // namespace

void catch_interrupts() {
  std::signal(SIGINT, on_signal);
  std::signal(SIGTERM, on_signal);
}

const std::atomic<bool>& interrupted() {
  return g_interrupted;
}

LinePrinter line_printer() {
  const bool terminal = isatty(STDERR_FILENO) == 1;
  return {[terminal](const std::string& line) {
            if (terminal) {
              print_progress("\r" + line + "\033[K");
            } else {
              print_error(line);
            }
          },
          terminal ? 0.2 : 10.0};
}

ProgressLine progress_line(const std::string& what, bool quiet) {
  if (quiet) return {};
  LinePrinter printer = line_printer();
  return {[what, print = std::move(printer.print)](const engine::Progress& p) {
            print(fmt::format("{}: {} states, {:.0f} states/s, frontier {}, depth {}, {} MiB",
                              spec::one_line(what), p.states,
                              p.seconds > 0 ? static_cast<double>(p.states) / p.seconds : 0.0, p.frontier,
                              p.depth, p.memory_bytes >> 20U));
          },
          printer.seconds};
}

void clear_progress_line(bool quiet) {
  if (!quiet && isatty(STDERR_FILENO) == 1) print_progress("\r\033[K");
}

}  // namespace takeover::cli
