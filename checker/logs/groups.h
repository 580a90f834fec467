// Which files are of one node: those that were given for it, or those that a rotation names after each other.
// Internal to reading.
#pragma once

#include <string>
#include <vector>

#include "checker/logs/complaints.h"
#include "checker/logs/read.h"

namespace takeover::logs {

struct Group {
  std::string node;  // as it was given, or ""
  std::string stem;  // what its files are named after
  std::vector<std::string> paths;
};

// "N1" of "N1.log", "N1.log.2.gz", "N1.msg.jsonl" and "N1-2026-06-30T05-41-12.123.log".
[[nodiscard]] std::string stem_of(const std::string& path);

// Each in the order in which its files were written.
[[nodiscard]] std::vector<Group> groups_of(const std::vector<NodeLogs>& nodes, Complaints& complaints);

}  // namespace takeover::logs
