// Logs in, histories out.
//
//   const Logs logs = read({{.node = "N1", .paths = {"N1.log", "N1.log.1.gz"}}}, {});
//   for (const spec::InputError& error : logs.errors) ...   // one line each; the rest was read
//   for (const History& history : logs.histories) ...       // a node, a changefeed, a life each
//
// Which kind of log a file is (text, JSON, a message log of either form) is told by its lines. A node without
// name is called as its logs call it, else by its file's name. One file may hold the lines of several nodes,
// if each line names its own (`node_key`).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "checker/logs/history.h"
#include "spec/json/json_input.h"

namespace takeover::logs {

struct NodeLogs {
  std::string node{};  // "": as the logs say
  std::vector<std::string> paths{};
};

struct ReadOptions {
  std::string changefeed{};       // only this one: any of its spellings
  std::string node_key = "node";  // of a stream of several nodes: the field that names the line's
};

// A receipt that stands, by the clocks, before its sending: reported, and never used.
struct ClockContradiction {
  LineRef sent{};
  LineRef received{};
  std::int64_t by_us = 0;
};

struct Logs {
  std::vector<std::string> files{};
  std::vector<History> histories{};  // by node, changefeed, life
  std::vector<spec::InputError> errors{};
  std::vector<ClockContradiction> clocks{};
  std::uint64_t lines = 0;          // that were read
  std::uint64_t unknown_lines = 0;  // of TiCDC's format and in no row of the table; messages of other types
};

// The schema of a line of a message log, and of it what stands in messages.schema.json: all but messages.
[[nodiscard]] const spec::Json& message_log_schema();
[[nodiscard]] std::string_view message_log_schema_text();

[[nodiscard]] Logs read(const std::vector<NodeLogs>& nodes, const ReadOptions& options);

}  // namespace takeover::logs
