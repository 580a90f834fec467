// What one node's log tells of one changefeed in one life of the process: the observations, in the order of
// the log. This is all that the search sees: which of the two kinds of log, and of the formats, it was read
// from makes no difference.
//
//   const Logs logs = read({{.node = "N1", .paths = {"N1.log"}}}, options);
//   for (const History& history : logs.histories) ...
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "checker/logs/facts.h"
#include "checker/logs/table.h"
#include "impl/ids.h"
#include "impl/message.h"
#include "spec/json/names.h"
#include "traces/json.h"

namespace takeover::logs {

// A line of a file. Its text is not kept.
struct LineRef {
  std::uint32_t file = 0;    // its place in Logs::files
  std::uint64_t number = 0;  // from 1
  friend bool operator==(const LineRef&, const LineRef&) = default;
};

enum class What : std::uint8_t {
  kLine,     // of the text log: `line`, `facts`
  kArrival,  // of a message: `message`
  kSend,     // of a message: `message.to`, its type, and `expected`
  kFence,    // the node loses its lease (text logs: kLine of kLocalFenceOrchestrator)
  kShutdown,
  kGap,  // something is missing here
};

struct Observed {
  LineRef at{};
  std::int64_t time_us = 0;
  Thread thread = Thread::kProcess;
  What what = What::kLine;
  LineId line = LineId::kNoise;
  Facts facts{};
  // Of an arrival the whole message. Of a send, who it goes to and a body of its type, read as far as the log
  // has it; what the log does not have is left out of `expected`.
  impl::Message message{};
  // Of a send, the message in the words of a trace, without from and to: a partial expectation, as
  // traces::compare takes it. A HeartBeatRequest's without statuses, and complete or an error, tells no
  // more than who owned a registered manager when it was put into its queue.
  traces::Json expected{};
  bool has_error = false;  // of a send: an answer with an error that `expected` has no name for
  std::string text{};      // what a report says of it: "drop stale bootstrap request", "receives
                           // MaintainerCloseRequest from N2"
};

// What the search may guess with: whatever occurs anywhere in the logs that were given.
struct Pools {
  struct Owner {
    impl::NodeId node = impl::NodeId::kNone;
    impl::Epoch epoch = 0;
    friend auto operator<=>(const Owner&, const Owner&) = default;
  };
  std::vector<Owner> owners{};  // that stand together somewhere
  std::vector<impl::NodeId> nodes{};
  std::vector<impl::Epoch> epochs{};
  std::vector<impl::Ts> start_ts{};
  std::vector<impl::DispatcherId> triggers{};
  std::vector<impl::DispatcherId> dispatchers{};
  std::vector<impl::Span> spans{};
  std::optional<bool> redo{};  // whether it is enabled, if anything tells
};

// Of a level that does not occur nothing is expected: the log was written without it.
struct Levels {
  bool debug = false;
  bool info = false;
};

struct History {
  std::string node{};
  std::string changefeed{};  // "default/cf1", with "#high:low" where several incarnations have a name
  std::uint32_t life = 1;    // of the process, from 1
  bool is_message_log = false;
  bool begins = false;     // the process's start stands in the log: the node is empty. Few logs have it.
  bool ends_alive = true;  // what comes behind it in the log, if anything, is no other life
  Levels levels{};
  spec::Names names{};
  impl::NodeId self = impl::NodeId::kNone;
  Pools pools{};
  std::vector<Observed> lines{};
};

}  // namespace takeover::logs
