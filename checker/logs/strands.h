// Histories in the making: what was read of each node, by changefeed. Internal to reading.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "checker/logs/complaints.h"
#include "checker/logs/history.h"
#include "checker/logs/ids.h"

namespace takeover::logs {

struct OfLife {
  std::uint32_t life = 1;
  Observed seen{};
};

// Of one node, one changefeed, and one kind of log.
struct Strand {
  Changefeed changefeed{};
  std::string short_id{};  // a message log's, of this incarnation: "c491d523c"
  spec::Names names{};
  Pools pools{};  // besides what the lines tell themselves
  // Whether a Bootstrap has redo on stands in it; a recorder may leave it out.
  bool is_redo_unrecorded = false;
  std::vector<OfLife> lines{};
};

struct Life {
  std::string node{};   // as the process calls itself; "": as the log is called
  bool begins = false;  // its start stands in the log
  bool ends_alive = true;
  Levels levels{};
};

struct NodeLog {
  std::string node{};
  bool is_message_log = false;
  std::vector<Life> lives{{}};
  std::map<std::string, Strand, std::less<>> strands{};  // by the changefeed's spelling in this log
  std::vector<OfLife> of_all{};                          // of every changefeed

  [[nodiscard]] std::uint32_t life() const { return static_cast<std::uint32_t>(lives.size()); }
  // The node's name in a life.
  [[nodiscard]] const std::string& self(std::uint32_t life) const;
  // A process begins here: another life, unless nothing was read yet.
  void begin_life();
};

// A message log tells of short ids, which stand for words.
struct ShortIds {
  std::map<std::string, std::string, std::less<>> of_dispatchers{};  // digits -> short
  std::map<std::string, Gid, std::less<>> words{};                   // short -> words
};

// What every log that was given tells, before it is split into histories.
struct AllLogs {
  std::map<std::pair<std::string, bool>, NodeLog> nodes{};  // by name; of messages
  ShortIds ids{};

  [[nodiscard]] NodeLog& node(const std::string& name, bool is_message_log);
};

// Leaves those that any of its spellings names: "default/cf", "cf", "cf#high:low", "high:low". "" names all.
// An error if it names none.
void choose(AllLogs& logs, std::string_view changefeed, Complaints& complaints);

// Of the lines of a file that are its format's.
struct Times {
  std::int64_t first_us = 0;
  std::int64_t last_us = 0;
  std::uint64_t lines = 0;

  void see(std::int64_t time_us);
  [[nodiscard]] bool is_none() const { return lines == 0; }
};

// Splits them: by node, changefeed and life, in this order. Each has the process's own lines, too.
[[nodiscard]] std::vector<History> split(AllLogs logs, Complaints& complaints);

}  // namespace takeover::logs
