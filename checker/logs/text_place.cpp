// From kept lines to observations: whose line it is, and what its names and spans are.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <stdexcept>
#include <string>
#include <utility>

#include "checker/logs/spans.h"
#include "checker/logs/text_log.h"

namespace takeover::logs {
namespace {

using impl::DispatcherId;

// What the logs of all nodes tell of ids.
struct Known {
  std::set<std::string, std::less<>> triggers{};
  Gids words{};
  std::set<std::string, std::less<>> merged{};
  std::map<std::string, Changefeed, std::less<>> changefeed_of{};  // of a dispatcher
  Spans spans{};
  const ShortIds* ids = nullptr;
};

// A Remove need not say the span of what it removes.
bool names_a_trigger(const TextLine& line) {
  const LineId id = line.row->id;
  if (line.facts.action == impl::ScheduleAction::kRemove) return false;
  return id == LineId::kEventTriggerCreated || id == LineId::kRedoTriggerCreated ||
         (line.span && line.span->table == 0);
}

// A line is of nobody if it does not say which dispatcher it is of; but a request that was refused need not.
bool misses_its_dispatcher(const TextLine& line) {
  const LineId id = line.row->id;
  const bool may_miss = id == LineId::kMergeRefused || id == LineId::kStaleMerge ||
                        id == LineId::kStaleAction || id == LineId::kStaleRedo;
  if (!line.id.empty() || may_miss || line.row->use != Use::kStep) return false;
  return std::ranges::any_of(line.row->fields, [](const FieldSpec& field) {
    return !field.key.empty() && field.is == FieldIs::kDispatcher;
  });
}

void learn(const TextLine& line, Known& known) {
  if (!line.trigger_here.empty()) known.triggers.insert(line.trigger_here);
  if (!line.trigger_asked.empty()) known.triggers.insert(line.trigger_asked);
  if (!line.id.empty() && names_a_trigger(line)) known.triggers.insert(line.id);
  if (line.row->id == LineId::kMergeCreated) known.merged.insert(line.id);
  if (line.span) known.spans.see(*line.span);
  if (line.words) known.words.see(*line.words);
  if (line.id.empty() || !line.changefeed) return;
  const auto [found, is_new] = known.changefeed_of.emplace(line.id, *line.changefeed);
  if (!is_new && line.changefeed->id) found->second = *line.changefeed;
}

// The changefeeds of one node: "default/cf", and what spells only a part of it.
class Feeds {
 public:
  explicit Feeds(const TextNode& node) {
    for (const TextLine& line : node.lines) {
      if (!line.changefeed || line.changefeed->name.empty()) continue;
      bool& has_steps = keyspaces_[line.changefeed->name][line.changefeed->keyspace];
      has_steps |= line.row->use == Use::kStep;
    }
    // A name alone is another spelling if any other is here.
    for (auto& [name, keyspaces] : keyspaces_) {
      if (keyspaces.size() == 1 || !keyspaces.contains("")) continue;
      const bool has_steps = keyspaces[""];
      keyspaces.erase("");
      if (keyspaces.size() == 1) keyspaces.begin()->second |= has_steps;
    }
  }

  // All that it may be.
  [[nodiscard]] std::vector<Changefeed> of(const Changefeed& told) const {
    std::vector<Changefeed> out;
    const auto found = keyspaces_.find(told.name);
    if (found == keyspaces_.end()) return out;
    for (const auto& [keyspace, has_steps] : found->second) {
      if (told.keyspace.empty() || told.keyspace == keyspace) out.push_back({{}, keyspace, told.name});
    }
    return out;
  }
  // All of which a step is told.
  [[nodiscard]] std::vector<Changefeed> all() const {
    std::vector<Changefeed> out;
    for (const auto& [name, keyspaces] : keyspaces_) {
      for (const auto& [keyspace, has_steps] : keyspaces) {
        if (has_steps) out.push_back({{}, keyspace, name});
      }
    }
    return out;
  }

 private:
  std::map<std::string, std::map<std::string, bool>> keyspaces_;  // of a name; whether steps are told of it
};

class Placer {
 public:
  Placer(NodeLog& log, const Known& known, const Feeds& feeds) : log_(log), known_(known), feeds_(feeds) {}

  void place(const TextLine& line) {
    if (is_of_process(line)) {
      log_.of_all.push_back(observed(line, no_names_));
      return;
    }
    const std::vector<Changefeed> feeds = feeds_of(line);
    if (line.row->use != Use::kStep) {
      for (const Changefeed& feed : feeds) add_to_pools(line, strand(feed));
      return;
    }
    if (feeds.size() == 1 && !misses_its_dispatcher(line)) {
      Strand& of_feed = strand(feeds.front());
      of_feed.lines.push_back(observed(line, of_feed.names));
      return;
    }
    // Of which changefeed or dispatcher the line is, nothing tells: it is missing from each of them.
    for (const Changefeed& feed : feeds) {
      strand(feed).lines.push_back(gap(line.life, line.at));
    }
  }

  static OfLife gap(std::uint32_t life, const LineRef& at) {
    OfLife out;
    out.life = life;
    out.seen.at = at;
    out.seen.what = What::kGap;
    out.seen.text = "a line that cannot be read";
    return out;
  }

 private:
  static bool is_of_process(const TextLine& line) {
    return line.row->use == Use::kStep &&
           (line.row->thread == Thread::kFence || line.row->thread == Thread::kShutdown);
  }

  [[nodiscard]] std::vector<Changefeed> feeds_of(const TextLine& line) const {
    if (line.changefeed) return feeds_.of(*line.changefeed);
    const auto found = known_.changefeed_of.find(line.id);
    return found == known_.changefeed_of.end() ? feeds_.all() : feeds_.of(found->second);
  }

  [[nodiscard]] Strand& strand(const Changefeed& feed) {
    const std::string spelling =
        feed.keyspace.empty() ? feed.name : fmt::format("{}/{}", feed.keyspace, feed.name);
    Strand& out = log_.strands[spelling];
    out.changefeed = feed;
    return out;
  }

  [[nodiscard]] DispatcherId id_of(const std::string& digits, spec::Names& names) const {
    const auto found = known_.ids->of_dispatchers.find(digits);
    return names.dispatcher(found == known_.ids->of_dispatchers.end() ? digits : found->second);
  }

  void set_names(const TextLine& line, spec::Names& names, Facts& facts) const {
    const auto id = [&](const std::string& digits, std::optional<DispatcherId>& out) {
      if (!digits.empty() && !known_.words.is_ambiguous(digits)) out = id_of(digits, names);
    };
    id(line.id, facts.id);
    id(line.trigger_here, facts.trigger_here);
    id(line.trigger_asked, facts.trigger_asked);
    if (!line.from.empty()) facts.from = names.node(line.from);
    if (!line.owner.empty()) facts.owner = names.node(line.owner);
    if (line.span) facts.span = known_.spans.of(*line.span);
  }

  [[nodiscard]] Thread thread_of(const TextLine& line) const {
    const bool is_created = line.row->id == LineId::kDispatcherCreated ||
                            line.row->id == LineId::kRedoDispatcherCreated ||
                            line.row->id == LineId::kEventCollectorAdds;
    if (is_created && known_.triggers.contains(line.id)) return Thread::kOrchestrator;
    return is_created && known_.merged.contains(line.id) ? Thread::kMerge : line.row->thread;
  }

  [[nodiscard]] OfLife observed(const TextLine& line, spec::Names& names) const {
    OfLife out;
    out.life = line.life;
    Observed& seen = out.seen;
    seen.at = line.at;
    seen.time_us = line.time_us;
    seen.thread = thread_of(line);
    seen.line = line.row->id;
    seen.facts = line.facts;
    set_names(line, names, seen.facts);
    seen.text = line.row->message;
    if (seen.facts.id) seen.text += fmt::format(" [dispatcher {}]", names.of(*seen.facts.id));
    if (!line.from.empty()) seen.text += fmt::format(" [from {}]", line.from);
    return out;
  }

  void add_to_pools(const TextLine& line, Strand& out) const {
    Facts facts;
    set_names(line, out.names, facts);
    Pools& pools = out.pools;
    if (!line.peer.empty()) pools.nodes.push_back(out.names.node(line.peer));
    if (!line.peer.empty() && line.peer_epoch) {
      pools.epochs.push_back(*line.peer_epoch);
      pools.owners.push_back({pools.nodes.back(), *line.peer_epoch});
    }
    if (line.facts.epoch) pools.epochs.push_back(*line.facts.epoch);
    // A maintainer's own epoch: it is on the node that writes.
    if (line.facts.owner_epoch) {
      const impl::NodeId self = out.names.node(log_.self(line.life));
      pools.nodes.push_back(self);
      pools.epochs.push_back(*line.facts.owner_epoch);
      pools.owners.push_back({self, *line.facts.owner_epoch});
    }
    if (facts.trigger_asked) pools.triggers.push_back(*facts.trigger_asked);
    if (line.facts.start_ts) pools.start_ts.push_back(*line.facts.start_ts);
    if (facts.id) {
      auto& ids = known_.triggers.contains(line.id) ? pools.triggers : pools.dispatchers;
      ids.push_back(*facts.id);
    }
    if (facts.span && !facts.span->is_ddl()) pools.spans.push_back(*facts.span);
  }

  NodeLog& log_;
  const Known& known_;
  const Feeds& feeds_;
  spec::Names no_names_;
};

void place_node(TextNode node, const Known& known, AllLogs& out) {
  NodeLog& log = out.node(node.name, false);
  log.lives = std::move(node.lives);
  const Feeds feeds(node);
  Placer placer(log, known, feeds);
  // A long log is not held twice.
  for (; !node.lines.empty(); node.lines.pop_front()) placer.place(node.lines.front());
  for (const auto& [life, at] : node.gaps) log.of_all.push_back(Placer::gap(life, at));
}

// Ids of which nothing is said, since their digits are those of another, too.
void complain_of_ids(const std::vector<TextNode>& nodes, const Gids& words, Complaints& complaints) {
  std::set<std::string> told;
  for (const TextNode& node : nodes) {
    for (const TextLine& line : node.lines) {
      for (const std::string* const id : {&line.id, &line.trigger_here, &line.trigger_asked}) {
        if (!words.is_ambiguous(*id) || !told.insert(*id).second) continue;
        complaints.add({node.name, "", fmt::format("two dispatchers with the digits '{}'", *id),
                        "ids whose low and high words are not the same digits"});
      }
    }
  }
}

spec::InputError too_many(const std::string& node) {
  return {node, "", "too many different names", "at most 65535 dispatchers of a changefeed"};
}

}  // namespace

void place_lines(std::vector<TextNode> nodes, AllLogs& out, Complaints& complaints) {
  Known known;
  known.ids = &out.ids;
  for (const TextNode& node : nodes) {
    for (const TextLine& line : node.lines) learn(line, known);
  }
  for (const auto& [name, words] : out.ids.words) known.words.see(words);
  known.spans.count();
  complain_of_ids(nodes, known.words, complaints);
  for (TextNode& node : nodes) {
    const std::string name = node.name;
    try {
      place_node(std::move(node), known, out);
    } catch (const std::length_error&) {
      complaints.add(too_many(name));
      out.nodes.erase({name, false});
    }
  }
}

}  // namespace takeover::logs
