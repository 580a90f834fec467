// Message logs: what a node received and sent, one JSON object a line. There are two forms.
//
// Ours (messages.schema.json) has messages in the words of a trace:
//
//   {"t": 12, "node": "A", "dir": "recv", "peer": "B", "message": {"type": "MaintainerCloseRequest", ...}}
//   {"t": 15, "node": "A", "dir": "event", "event": "local-fence"}
//
// A recorder within TiCDC has its own: topics, and the fields of heartbeat.proto. It is read into ours:
//
//   {"t": 12, "node": "N1", "dir": "recv", "from": "N2", "to": "N1", "topic": "dispatcher-manager-manager",
//    "type": "MaintainerCloseRequest", "msg": {"changefeedID": "cf1#c8dbcd355", "maintainer_epoch": ...}}
//   {"t": 9, "node": "N1", "dir": "id", "id": "c8dbcd355", "high": "1", "low": "12", "text": "121"}
//
// Of that log only what is of the node's dispatcher side is taken: requests that arrive for it, and its
// answers and reports. It does not say where a process begins: the log of each is a node's by itself, or the
// lives of one node are read as one. In ours "start" says so.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "checker/logs/clocks.h"
#include "checker/logs/complaints.h"
#include "checker/logs/history.h"
#include "checker/logs/strands.h"
#include "spec/json/json_input.h"
#include "traces/json.h"

namespace takeover::logs {

using spec::Json;

// No log is of a later time: the year 10000, in microseconds since 1970.
inline constexpr std::uint64_t kLatestUs = 253'402'300'800'000'000;

// Whether a line is of a message log, and not of TiCDC's log in JSON.
[[nodiscard]] bool is_of_message_log(std::string_view line);

// One file after the other. Lines of ours are held against the schema, many at a time.
class MessageLogReader {
 public:
  MessageLogReader(AllLogs& out, Clocks& clocks, Complaints& complaints)
      : out_(out), clocks_(clocks), complaints_(complaints) {}

  // Files of one node. `node`: what their lines are taken to be of, whatever they say; "": as they say.
  void begin_node(std::string node);
  void begin_file(std::string path);
  void take(const LineRef& at, std::string_view line);
  void miss(const LineRef& at);  // a line cannot be given
  [[nodiscard]] Times end_file();

  [[nodiscard]] std::uint64_t unknown_lines() const { return unknown_; }

 private:
  struct Held {
    LineRef at;
    Json line;
  };

  void take_held();
  void take_line(const LineRef& at, const Json& line);
  void take_message(const LineRef& at, const Json& line, NodeLog& log);
  void take_event(const LineRef& at, const Json& line, NodeLog& log);
  void take_cluster_line(const LineRef& at, const Json& line);
  void take_id(const Json& line);
  void take_command(const LineRef& at, const Json& line, NodeLog& log);
  void add_gap(const LineRef& at);
  void refuse(const LineRef& at, std::string pointer, std::string what, std::string expected);
  [[nodiscard]] NodeLog& node_of(const LineRef& at, const Json& line);
  // Whether a line is of another node than those above it, in what is said to be of one.
  [[nodiscard]] bool is_of_another(const std::string& self, bool is_start);
  [[nodiscard]] static Strand& strand_of(NodeLog& log, const Json& line);

  AllLogs& out_;
  Clocks& clocks_;
  Complaints& complaints_;
  std::string path_;
  std::string node_;
  std::map<std::string, bool> is_ours_;  // of the nodes in these files; not if it was read before
  NodeLog not_ours_;
  Times times_;
  std::vector<Held> held_;
  std::uint64_t unknown_ = 0;
  std::size_t wrong_ = 0;          // lines of the file that do not fit the schema
  std::optional<LineRef> broken_;  // the last line, unless another follows
  std::string last_node_;          // that a line named
  std::string self_;               // of a node that was given: what the lines of the file, in this life, name
  // By node, a fence that was told to happen: its place among what is of every changefeed there.
  std::map<const NodeLog*, std::size_t> fences_;
};

// What a line of the cluster's form is in ours: nothing where it is nothing of the node's dispatcher side, or
// asks nothing of it, and several where one message asks several things. An answer with an error that has no
// name here has "has_error" beside its message. Throws an InputError without a file.
[[nodiscard]] std::vector<Json> in_our_form(const Json& line);

// Whether it is a message to the node's dispatcher side, of a type that is not here.
[[nodiscard]] bool is_of_foreign_type(const Json& line);

}  // namespace takeover::logs
