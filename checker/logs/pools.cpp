#include "checker/logs/pools.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <map>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

namespace takeover::logs {
namespace {

using impl::DispatcherId;
using impl::Mode;
using impl::NodeId;

// Of one strand, in its own ids.
class Gathered {
 public:
  explicit Gathered(const Strand& strand)
      : redo_(strand.pools.redo), is_redo_unrecorded_(strand.is_redo_unrecorded) {
    add_all(strand.pools);
    for (const OfLife& line : strand.lines) {
      add(line.seen.facts);
      if (line.seen.what == What::kArrival) add(line.seen.message);
      if (line.seen.what == What::kSend) {
        insert(nodes_, line.seen.message.to);
        add_sent(line.seen.message);
      }
    }
    for (const DispatcherId id : unsorted_) {
      if (!triggers_.contains(id)) dispatchers_.insert(id);
    }
  }

  // What another strand of the changefeed tells. Throws std::length_error if its names have no room.
  void add(const Gathered& other, const spec::Names& theirs, spec::Names& ours) {
    const auto node = [&](NodeId id) { return ours.node(theirs.of(id)); };
    const auto dispatcher = [&](DispatcherId id) { return ours.dispatcher(theirs.of(id)); };
    for (const Pools::Owner& owner : other.owners_) owners_.insert({node(owner.node), owner.epoch});
    for (const NodeId id : other.nodes_) nodes_.insert(node(id));
    for (const DispatcherId id : other.triggers_) triggers_.insert(dispatcher(id));
    for (const DispatcherId id : other.dispatchers_) dispatchers_.insert(dispatcher(id));
    epochs_.insert(other.epochs_.begin(), other.epochs_.end());
    start_ts_.insert(other.start_ts_.begin(), other.start_ts_.end());
    spans_.insert(other.spans_.begin(), other.spans_.end());
    if (!redo_) redo_ = other.redo_;
  }

  [[nodiscard]] Pools pools() const {
    return {.owners = {owners_.begin(), owners_.end()},
            .nodes = {nodes_.begin(), nodes_.end()},
            .epochs = {epochs_.begin(), epochs_.end()},
            .start_ts = {start_ts_.begin(), start_ts_.end()},
            .triggers = {triggers_.begin(), triggers_.end()},
            .dispatchers = {dispatchers_.begin(), dispatchers_.end()},
            .spans = {spans_.begin(), spans_.end()},
            .redo = redo_};
  }

 private:
  template <class T>
  static void insert(std::set<T>& values, const T& value) {
    if (value != T{}) values.insert(value);
  }
  template <class T>
  static void insert(std::set<T>& values, const std::optional<T>& value) {
    if (value) insert(values, *value);
  }
  void insert_owner(const std::optional<NodeId>& node, const std::optional<impl::Epoch>& epoch) {
    insert(nodes_, node);
    if (epoch) epochs_.insert(*epoch);
    if (node && epoch) owners_.insert({*node, *epoch});
  }
  void insert_id(DispatcherId id, const impl::Span& span) {
    insert(span.is_ddl() ? triggers_ : dispatchers_, id);
    if (!span.is_ddl()) spans_.insert(span);
  }
  void tell_of(Mode mode) {
    if (mode == Mode::kRedo && !redo_) redo_ = true;
  }

  void add_all(const Pools& pools) {
    owners_.insert(pools.owners.begin(), pools.owners.end());
    nodes_.insert(pools.nodes.begin(), pools.nodes.end());
    epochs_.insert(pools.epochs.begin(), pools.epochs.end());
    start_ts_.insert(pools.start_ts.begin(), pools.start_ts.end());
    triggers_.insert(pools.triggers.begin(), pools.triggers.end());
    dispatchers_.insert(pools.dispatchers.begin(), pools.dispatchers.end());
    spans_.insert(pools.spans.begin(), pools.spans.end());
  }

  void add(const Facts& facts) {
    insert_owner(facts.from, facts.epoch);
    insert_owner(facts.owner, facts.owner_epoch);
    insert(epochs_, facts.tombstone);
    insert(start_ts_, facts.start_ts);
    insert(triggers_, facts.trigger_here);
    insert(triggers_, facts.trigger_asked);
    if (facts.id && facts.span) insert_id(*facts.id, *facts.span);
    if (facts.id && !facts.span) unsorted_.insert(*facts.id);
    if (facts.mode) tell_of(*facts.mode);
    if (facts.redo) redo_ = *facts.redo;
  }

  void add(const impl::Message& request) {
    if (info(request.type()).carries_epoch) {
      insert_owner(request.from, request.epoch);
    } else {
      insert(nodes_, request.from);
    }
    if (const auto* bootstrap = request.as<impl::MaintainerBootstrapRequest>()) {
      insert(triggers_, bootstrap->event_trigger);
      insert(triggers_, bootstrap->redo_trigger);
      insert(start_ts_, bootstrap->start_ts);
      if (bootstrap->redo_trigger != DispatcherId::kNone) tell_of(Mode::kRedo);
      if (!is_redo_unrecorded_) redo_ = bootstrap->redo_enabled;
    } else if (const auto* post = request.as<impl::MaintainerPostBootstrapRequest>()) {
      insert(triggers_, post->event_trigger);
    } else if (const auto* schedule = request.as<impl::ScheduleDispatcherRequest>()) {
      insert_id(schedule->id, schedule->span);
      insert(start_ts_, schedule->start_ts);
      tell_of(schedule->mode);
    } else if (const auto* merge = request.as<impl::MergeDispatcherRequest>()) {
      insert(dispatchers_, merge->merged_id);
      for (const DispatcherId id : merge->ids) insert(dispatchers_, id);
      tell_of(merge->mode);
    }
  }

  void add_sent(const impl::Message& sent) {
    if (const auto* bootstrap = sent.as<impl::MaintainerBootstrapResponse>()) {
      for (const impl::ReportedSpan& span : bootstrap->spans) {
        insert_id(span.id, span.span);
        tell_of(span.mode);
      }
    } else if (const auto* heartbeat = sent.as<impl::HeartBeatRequest>()) {
      for (const impl::DispatcherStatus& status : heartbeat->statuses) tell_of(status.mode);
    }
  }

  std::set<Pools::Owner> owners_;
  std::set<NodeId> nodes_;
  std::set<impl::Epoch> epochs_;
  std::set<impl::Ts> start_ts_;
  std::set<DispatcherId> triggers_;
  std::set<DispatcherId> dispatchers_;
  std::set<DispatcherId> unsorted_;
  std::set<impl::Span> spans_;
  std::optional<bool> redo_;
  bool is_redo_unrecorded_;
};

bool may_be_one(const Strand& a, const Strand& b) {
  if (!a.short_id.empty() && !b.short_id.empty() && a.short_id != b.short_id) return false;
  return a.changefeed.may_be(b.changefeed);
}

// What may be of a strand's changefeed, in the order of the logs: there may be thousands of changefeeds.
class SameNames {
 public:
  explicit SameNames(const std::vector<Strand*>& strands) {
    for (std::size_t i = 0; i < strands.size(); ++i) {
      by_name_[strands[i]->changefeed.name].push_back(i);
      all_.push_back(i);
    }
  }

  // A strand that names none may be of any.
  [[nodiscard]] std::vector<std::size_t> of(const Strand& strand) const {
    const std::string& name = strand.changefeed.name;
    if (name.empty()) return all_;
    const std::vector<std::size_t>& found = by_name_.at(name);
    const auto unnamed = by_name_.find("");
    if (unnamed == by_name_.end()) return found;
    std::vector<std::size_t> both;
    std::ranges::merge(found, unnamed->second, std::back_inserter(both));
    return both;
  }

 private:
  std::map<std::string, std::vector<std::size_t>> by_name_;
  std::vector<std::size_t> all_;
};

void set_redo(Strand& strand) {
  if (!strand.is_redo_unrecorded || !strand.pools.redo) return;
  for (OfLife& line : strand.lines) {
    auto* const bootstrap = line.seen.message.as<impl::MaintainerBootstrapRequest>();
    if (line.seen.what == What::kArrival && bootstrap != nullptr)
      bootstrap->redo_enabled = *strand.pools.redo;
  }
}

// A Bootstrap may have asked for a trigger, and have ended before the line that names it.
void name_a_trigger(Strand& strand, const NodeLog& log, Complaints& complaints) {
  if (!strand.pools.triggers.empty()) return;
  try {
    strand.pools.triggers.push_back(strand.names.dispatcher("a trigger that no line names"));
  } catch (const std::length_error&) {
    complain_of_names(log, complaints);
  }
}

}  // namespace

void complain_of_names(const NodeLog& log, Complaints& complaints) {
  complaints.add({fmt::format("the logs of node {}", log.node), "", "too many different names",
                  "at most 65535 of a kind in the logs of a changefeed"});
}

void share_pools(AllLogs& logs, Complaints& complaints) {
  std::vector<Strand*> strands;
  std::vector<const NodeLog*> nodes;
  for (auto& [key, log] : logs.nodes) {
    for (auto& [spelling, strand] : log.strands) {
      strands.push_back(&strand);
      nodes.push_back(&log);
    }
  }
  std::vector<Gathered> own;
  own.reserve(strands.size());
  for (const Strand* const strand : strands) own.emplace_back(*strand);
  const SameNames same(strands);
  for (std::size_t i = 0; i < strands.size(); ++i) {
    Gathered all = own[i];
    try {
      for (const std::size_t j : same.of(*strands[i])) {
        if (i != j && may_be_one(*strands[i], *strands[j]))
          all.add(own[j], strands[j]->names, strands[i]->names);
      }
    } catch (const std::length_error&) {
      complain_of_names(*nodes[i], complaints);
    }
    strands[i]->pools = all.pools();
    if (!nodes[i]->is_message_log) name_a_trigger(*strands[i], *nodes[i], complaints);
    set_redo(*strands[i]);
  }
}

}  // namespace takeover::logs
