#include "checker/logs/strands.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <set>
#include <stdexcept>
#include <tuple>

#include "checker/logs/pools.h"

namespace takeover::logs {
namespace {

// How a report calls it: as the logs know its keyspace, and with the incarnation where a name has several.
class Labels {
 public:
  explicit Labels(const AllLogs& logs) : words_(logs.ids.words) {
    for (const auto& [key, log] : logs.nodes) {
      for (const auto& [spelling, strand] : log.strands) {
        if (!strand.changefeed.name.empty()) names_.insert(strand.changefeed.name);
        if (!strand.changefeed.keyspace.empty())
          keyspaces_.emplace(strand.changefeed.name, strand.changefeed.keyspace);
        if (!strand.short_id.empty()) incarnations_[strand.changefeed.name].insert(strand.short_id);
      }
    }
  }

  [[nodiscard]] std::string of(const Strand& strand) const {
    // Where there is one, a message log may leave out which.
    const bool is_told = !strand.changefeed.name.empty() || names_.size() != 1;
    const std::string& name = is_told ? strand.changefeed.name : *names_.begin();
    if (name.empty()) return "changefeed";
    const auto keyspace = keyspaces_.find(name);
    std::string label = keyspace == keyspaces_.end() ? name : fmt::format("{}/{}", keyspace->second, name);
    const auto several = incarnations_.find(name);
    if (strand.short_id.empty() || several == incarnations_.end() || several->second.size() < 2) return label;
    const auto words = words_.find(strand.short_id);
    label += words == words_.end() ? fmt::format("#{}", strand.short_id)
                                   : fmt::format("#{}:{}", words->second.high, words->second.low);
    return label;
  }

 private:
  const std::map<std::string, Gid, std::less<>>& words_;
  std::set<std::string> names_;
  std::map<std::string, std::string> keyspaces_;
  std::map<std::string, std::set<std::string>> incarnations_;
};

// In the order of the log: a strand's lines, and those of every changefeed between them.
std::vector<OfLife> merged(std::vector<OfLife> lines, const std::vector<OfLife>& of_all) {
  lines.insert(lines.end(), of_all.begin(), of_all.end());
  std::ranges::stable_sort(
      lines, {}, [](const OfLife& line) { return std::tuple(line.seen.at.file, line.seen.at.number); });
  return lines;
}

void split_strand(const NodeLog& log, Strand strand, const History& head, std::vector<History>& out) {
  std::set<std::uint32_t> told;
  for (const OfLife& line : strand.lines) told.insert(line.life);
  std::vector<OfLife> lines = merged(std::move(strand.lines), log.of_all);
  std::ranges::stable_sort(lines, {}, &OfLife::life);
  for (const std::uint32_t life : told) {
    const Life& of_life = log.lives[life - 1];
    History& history = out.emplace_back(head);
    history.life = life;
    history.begins = of_life.begins;
    history.ends_alive = of_life.ends_alive;
    history.levels = of_life.levels;
    history.self = history.names.node(log.self(life));
    const auto first = std::ranges::lower_bound(lines, life, {}, &OfLife::life);
    for (auto line = first; line != lines.end() && line->life == life; ++line) {
      history.lines.push_back(std::move(line->seen));
    }
  }
}

bool is_named(const Strand& strand, const ShortIds& ids, std::string_view spelling) {
  const Changefeed& changefeed = strand.changefeed;
  const std::string whole = fmt::format("{}/{}", changefeed.keyspace, changefeed.name);
  if (spelling == changefeed.name || spelling == whole || spelling == strand.short_id) return true;
  if (strand.short_id.empty()) return false;
  if (spelling == fmt::format("{}#{}", changefeed.name, strand.short_id)) return true;
  const auto words = ids.words.find(strand.short_id);
  if (words == ids.words.end()) return false;
  const std::string id = fmt::format("{}:{}", words->second.high, words->second.low);
  return spelling == id || spelling == fmt::format("{}#{}", changefeed.name, id) ||
         spelling == fmt::format("{}#{}", whole, id);
}

}  // namespace

void Times::see(std::int64_t time_us) {
  first_us = lines == 0 ? time_us : std::min(first_us, time_us);
  last_us = lines == 0 ? time_us : std::max(last_us, time_us);
  ++lines;
}

void NodeLog::begin_life() {
  const bool is_first = lives.size() == 1 && strands.empty() && of_all.empty() && !lives.back().begins;
  if (!is_first) {
    lives.back().ends_alive = false;
    lives.emplace_back();
  }
  lives.back().begins = true;
}

void choose(AllLogs& logs, std::string_view changefeed, Complaints& complaints) {
  if (changefeed.empty()) return;
  std::set<std::string> others;
  bool is_any = false;
  for (auto& [key, log] : logs.nodes) {
    for (auto at = log.strands.begin(); at != log.strands.end();) {
      const bool is_it = is_named(at->second, logs.ids, changefeed);
      is_any |= is_it;
      if (!is_it) others.insert(at->first);
      at = is_it ? std::next(at) : log.strands.erase(at);
    }
  }
  if (is_any) return;
  std::string known;
  for (const std::string& other : others) known += (known.empty() ? "one of " : ", ") + other;
  complaints.add({"--changefeed", "", fmt::format("no line of the changefeed '{}'", changefeed),
                  known.empty() ? "a changefeed of the logs" : known});
}

const std::string& NodeLog::self(std::uint32_t life) const {
  const std::string& name = lives[life - 1].node;
  return name.empty() ? node : name;
}

NodeLog& AllLogs::node(const std::string& name, bool is_message_log) {
  NodeLog& log = nodes[{name, is_message_log}];
  log.node = name;
  log.is_message_log = is_message_log;
  return log;
}

std::vector<History> split(AllLogs logs, Complaints& complaints) {
  share_pools(logs, complaints);
  const Labels labels(logs);
  std::vector<History> out;
  for (auto& [key, log] : logs.nodes) {
    for (auto& [spelling, strand] : log.strands) {
      History head{.node = log.node, .changefeed = labels.of(strand), .is_message_log = log.is_message_log};
      head.pools = strand.pools;
      head.names = strand.names;
      const std::size_t before = out.size();
      try {
        split_strand(log, std::move(strand), head, out);
      } catch (const std::length_error&) {
        out.resize(before);
        complain_of_names(log, complaints);
      }
    }
  }
  std::ranges::stable_sort(out, {}, [](const History& history) {
    return std::tie(history.node, history.changefeed, history.life);
  });
  return out;
}

}  // namespace takeover::logs
