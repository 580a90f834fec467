// Both kinds of log of one node, written from a run.
//
//   LogWriter writer(names, self, rules, {.seed = 7, .most_delay = 3});
//   traces::replay(trace, rules, [&](const auto& step) { writer.add(step); });
//   const WrittenLogs logs = writer.finish();
//
// A thread writes what a step leaves after the step, and before its next one: so much may lie between, at
// most `most_delay` lines of other threads. A stamp is taken at the step, so that they go back by as much.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <random>
#include <string>
#include <vector>

#include "checker/logs/emit.h"
#include "checker/logs/text_write.h"
#include "spec/json/names.h"
#include "traces/json.h"
#include "traces/replay.h"

namespace takeover::logs {

struct WriteOptions {
  std::uint64_t seed = 1;
  std::size_t most_delay = 0;
  std::string changefeed = "cf";  // in the keyspace "default"
};

struct WrittenLogs {
  std::string text{};      // of TiCDC's text format
  std::string messages{};  // one object a line, as in messages.schema.json
  traces::Json ids{};      // name of each dispatcher -> its spelling in the text log
};

class LogWriter {
 public:
  // All but the options outlive the writer.
  LogWriter(const spec::Names& names, impl::NodeId self, const impl::Rules& rules,
            const WriteOptions& options);

  // Steps of other nodes are passed over.
  void add(const traces::ImplementationStep& step);
  [[nodiscard]] WrittenLogs finish();

 private:
  struct Pending {
    Emitted emitted{};
    std::int64_t time_us = 0;
    std::size_t delay = 0;  // lines of others that come before it
  };
  using PerThread = std::array<std::deque<Pending>, kThreads>;

  void start();
  void write_arrival(const impl::Message& request);
  void write_event(std::string_view event);
  void write(const Pending& pending);
  void flush(Thread thread);
  void flush_all();
  void let_pass();  // a line of another thread was written
  void add_emitted(const Emitted& emitted);
  [[nodiscard]] traces::Json message_line(std::string_view dir) const;

  const spec::Names& names_;
  impl::NodeId self_;
  const impl::Rules& rules_;
  WriteOptions options_;
  std::mt19937_64 random_;
  TextWriter text_writer_;
  std::int64_t now_us_;
  PerThread pending_{};
  std::vector<Emitted> emitted_{};
  WrittenLogs written_{};
};

}  // namespace takeover::logs
