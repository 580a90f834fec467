// Whether the nodes' clocks agree with causes: a message is received after it was sent. What is found is
// reported, and never used: nodes are ordered by their own files, and by causes. Only a recorder's form is
// looked at: its lines have what both ends wrote. Of ours, and of text logs, nothing is said.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "checker/logs/read.h"

namespace takeover::logs {

// Sendings and receipts of one link and of one content, each in the order of its node. The first receipt is
// taken to be of the first sending, and so on: the earliest that it can be of. Where more was received than
// sent, a log is missing, and nothing is said.
class Clocks {
 public:
  // `content`: from, to, type and body; `count`: the node's count of sends.
  void sent(std::string_view node, std::uint64_t count, std::string_view content, const LineRef& at,
            std::int64_t time_us);
  void received(std::string_view content, const LineRef& at, std::int64_t time_us);
  // That sending did not happen, or (it was held back) happened later.
  void failed(std::string_view node, std::uint64_t count);
  void released(std::string_view node, std::uint64_t count, std::int64_t time_us);

  [[nodiscard]] std::vector<ClockContradiction> contradictions() const;

 private:
  struct Stamp {
    LineRef at{};
    std::int64_t time_us = 0;
    bool has_failed = false;
  };
  struct Link {
    std::vector<Stamp> sent{};
    std::vector<Stamp> received{};
  };

  [[nodiscard]] Stamp* sending(std::string_view node, std::uint64_t count);

  std::map<std::size_t, Link> links_;  // by the hash of their content
  std::map<std::pair<std::string, std::uint64_t>, std::pair<std::size_t, std::size_t>> sendings_;
};

}  // namespace takeover::logs
