#include "checker/logs/clocks.h"

#include <algorithm>
#include <functional>

namespace takeover::logs {

void Clocks::sent(std::string_view node, std::uint64_t count, std::string_view content, const LineRef& at,
                  std::int64_t time_us) {
  const std::size_t link = std::hash<std::string_view>{}(content);
  std::vector<Stamp>& sent = links_[link].sent;
  sendings_[{std::string(node), count}] = {link, sent.size()};
  sent.push_back({at, time_us});
}

void Clocks::received(std::string_view content, const LineRef& at, std::int64_t time_us) {
  links_[std::hash<std::string_view>{}(content)].received.push_back({at, time_us});
}

Clocks::Stamp* Clocks::sending(std::string_view node, std::uint64_t count) {
  const auto found = sendings_.find({std::string(node), count});
  return found == sendings_.end() ? nullptr : &links_[found->second.first].sent[found->second.second];
}

void Clocks::failed(std::string_view node, std::uint64_t count) {
  if (Stamp* const stamp = sending(node, count)) stamp->has_failed = true;
}

void Clocks::released(std::string_view node, std::uint64_t count, std::int64_t time_us) {
  if (Stamp* const stamp = sending(node, count)) stamp->time_us = time_us;
}

std::vector<ClockContradiction> Clocks::contradictions() const {
  std::vector<ClockContradiction> found;
  for (const auto& [content, link] : links_) {
    std::vector<Stamp> sent;
    std::ranges::copy_if(link.sent, std::back_inserter(sent),
                         [](const Stamp& stamp) { return !stamp.has_failed; });
    if (sent.size() < link.received.size()) continue;
    for (std::size_t i = 0; i < link.received.size(); ++i) {
      const std::int64_t by_us = sent[i].time_us - link.received[i].time_us;
      if (by_us > 0) found.push_back({sent[i].at, link.received[i].at, by_us});
    }
  }
  std::ranges::sort(found, {}, [](const ClockContradiction& one) {
    return std::pair(one.received.file, one.received.number);
  });
  return found;
}

}  // namespace takeover::logs
