#include "spec/smt/cross_check.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace takeover::smt {
namespace {

using impl::DispatcherOrchestrator;
using impl::NodeAction;
using impl::NodeActionKind;

std::vector<bool> compared_terms() {
  std::vector<bool> compared;
  const auto compare = [&](auto variable) { compared.push_back(row(variable).part != Part::kHistory); };
  for_each_variable<Scalar>(compare);
  for_each_variable<Own>(compare);
  for (std::size_t m = 0; m < 2; ++m) for_each_variable<InMode>(compare);
  return compared;
}

// Whether it can be taken is said by both. What waits in streams and on the status channel is not encoded,
// and a merge's sources are parameters.
constexpr bool is_compared(NodeActionKind kind) {
  return row_of(kind).fields != impl::NodeActionFields::kPath && kind != NodeActionKind::kReport &&
         kind != NodeActionKind::kMergeTask;
}

std::string show(std::uint64_t value) {
  return fmt::format("{}", value);
}

}  // namespace

CrossCheck::CrossCheck(const GuardBits& guards) : guards_(guards), compared_(compared_terms()) {
  for (std::size_t i = 0; i < kActionCount; ++i) {
    const Transition& t = encoding_.transitions[i];
    std::vector<Term> terms{t.enabled};
    for (const Term& term : t.next.terms()) terms.push_back(term);
    for (const Term& term : t.out.terms()) terms.push_back(term);
    programs_[i] = Program(terms);
  }
  for (const Term& term : encoding_.state.terms()) state_inputs_.push_back(term.node().a);
  names_ = names(1);
  for (const std::string& name : output_names(1)) names_.push_back("sent." + name);
}

bool CrossCheck::applies_to(const impl::Rules& rules) {
  return rules.variants == impl::Variants{};
}

void CrossCheck::evaluate(const Track& track, const GroundStep& step, Memory& memory) const {
  ++memory.evaluations;
  std::vector<std::uint64_t>& inputs = memory.inputs;
  inputs.assign(encoding_.pool.variable_count(), 0);
  for (std::size_t i = 0; i < state_inputs_.size(); ++i) inputs[state_inputs_[i]] = track.values[i];
  const auto put = [&](const Term& variable, std::uint64_t value) { inputs[variable.node().a] = value; };
  put(encoding_.state.records[0].id, static_cast<std::uint64_t>(track.id));
  for (std::size_t i = 0; i < kParamCount; ++i) put(encoding_.in.values[i], step.in.values[i]);
  put(encoding_.state.tracked_owner, track.tracked_owner);
  put(encoding_.state.tracked_epoch, track.tracked_epoch);
  put(encoding_.in.source[0], step.is_source ? 1 : 0);
  for (std::size_t i = 0; i < guards_.size(); ++i) put(encoding_.guard.values[i], guards_[i] ? 1 : 0);
  programs_[static_cast<std::size_t>(step.action)].run(inputs, memory.scratch, memory.results);
}

std::optional<Divergence> CrossCheck::take(Track& track, std::size_t index, Memory& memory) const {
  const GroundStep& step = track.steps[index];
  evaluate(track, step, memory);
  if (memory.results[0] == 0) {
    return Divergence{std::string(name_of(step.action)), "enabled", "the step is not possible",
                      "it is taken"};
  }
  ++memory.taken[static_cast<std::size_t>(step.action)];
  std::copy(memory.results.begin() + 1,
            memory.results.begin() + 1 + static_cast<std::ptrdiff_t>(track.values.size()),
            track.values.begin());
  return std::nullopt;
}

// Whether a Create goes on is what the record of its own id says; to the others it is a parameter.
void CrossCheck::settle_create(std::vector<Track>& tracks, std::size_t index, Memory& memory) const {
  const GroundStep step = tracks.front().steps[index];
  if (step.action != Action::kTakeCreate) return;
  for (const Track& own : tracks) {
    if (static_cast<std::uint64_t>(own.id) != step.in[Param::kId]) continue;
    evaluate(own, step, memory);
    const auto left =
        static_cast<std::size_t>(step.in[Param::kInRedo] != 0 ? Scalar::kRedoLeft : Scalar::kDefaultLeft);
    const bool goes_on = memory.results[1 + left] != own.values[left];
    for (Track& each : tracks) each.steps[index].in[Param::kOther] = goes_on ? 1 : 0;
    return;
  }
}

std::vector<CrossCheck::Track> CrossCheck::tracks_of(const DispatcherOrchestrator& before,
                                                     const ImplStep& step,
                                                     const DispatcherOrchestrator& after,
                                                     const History* history) const {
  std::set<impl::DispatcherId> ids;
  collect_ids(before, ids);
  collect_ids(after, ids);
  if (step.received != nullptr) collect_ids(*step.received, ids);
  if (history != nullptr) {
    for (const auto& [id, values] : history->values) ids.insert(id);
  }
  // One that occurs nowhere: the scalars, and that nothing is made of nothing.
  ids.insert(
      static_cast<impl::DispatcherId>(ids.empty() ? 1 : static_cast<std::uint16_t>(*ids.rbegin()) + 1));
  std::vector<Track> tracks;
  tracks.reserve(ids.size());
  for (const impl::DispatcherId id : ids) {
    Track& track = tracks.emplace_back(Track{id, ground(before, id), translate(before, step, id)});
    if (history == nullptr) continue;
    track.tracked_owner = history->tracked_owner;
    track.tracked_epoch = history->tracked_epoch;
    if (history->values.empty()) continue;
    // An id that is seen for the first time has no history of its own.
    const auto known = history->values.find(id);
    const bool is_known = known != history->values.end();
    const Values& values = is_known ? known->second : history->values.begin()->second;
    const std::size_t count = is_known ? values.size() : kScalarCount;
    for (std::size_t v = 0; v < count; ++v) {
      if (!compared_[v]) track.values[v] = values[v];
    }
  }
  return tracks;
}

std::optional<Divergence> CrossCheck::judge(const DispatcherOrchestrator& before, const ImplStep& step,
                                            const DispatcherOrchestrator& after, const impl::Outbox& out,
                                            Memory& memory, History* history) const {
  ++memory.transitions;
  if (!why_no_ground(before).empty() || !why_no_ground(after).empty()) {
    ++memory.outside;
    return std::nullopt;
  }
  std::vector<Track> tracks = tracks_of(before, step, after, history);
  if (history != nullptr) history->taken.clear();
  for (std::size_t i = 0; i < tracks.front().steps.size(); ++i) {
    settle_create(tracks, i, memory);
    for (Track& track : tracks) {
      if (history != nullptr) history->taken.push_back({track.id, track.values, track.steps[i]});
      if (auto divergence = take(track, i, memory)) return divergence;
      if (history != nullptr) {
        history->taken.back().after = track.values;
        const auto first = memory.results.begin() + 1 + static_cast<std::ptrdiff_t>(track.values.size());
        history->taken.back().out.assign(first, memory.results.end());
      }
      if (i + 1 < track.steps.size()) continue;
      const GroundOutput actual = ground(out, track.id);
      const std::size_t first = 1 + track.values.size();
      for (std::size_t o = 0; o < actual.values.size(); ++o) {
        if (actual.known[o] == 0 || actual.values[o] == memory.results[first + o]) continue;
        return Divergence{std::string(name_of(track.steps[i].action)), names_[track.values.size() + o],
                          show(memory.results[first + o]), show(actual.values[o])};
      }
    }
  }
  for (const Track& track : tracks) {
    if (history != nullptr) history->values[track.id] = track.values;
    const Values actual = ground(after, track.id);
    for (std::size_t v = 0; v < actual.size(); ++v) {
      if (!compared_[v] || actual[v] == track.values[v]) continue;
      const std::string action =
          track.steps.empty() ? "receive" : std::string(name_of(track.steps.back().action));
      return Divergence{action, fmt::format("{} (d1 = {})", names_[v], static_cast<unsigned>(track.id)),
                        show(track.values[v]), show(actual[v])};
    }
  }
  return std::nullopt;
}

std::optional<Divergence> CrossCheck::judge_enabled(const impl::Rules& rules,
                                                    const DispatcherOrchestrator& node,
                                                    Memory& memory) const {
  if (!why_no_ground(node).empty()) return std::nullopt;
  std::set<impl::DispatcherId> ids;
  collect_ids(node, ids);
  std::optional<Divergence> divergence;
  const auto compare = [&](const NodeAction& action, const GroundStep& step, impl::DispatcherId tracked) {
    evaluate({tracked, ground(node, tracked), {}}, step, memory);
    const bool actual = impl::is_enabled(rules, node, action);
    if (divergence || (memory.results[0] != 0) == actual) return;
    divergence = Divergence{std::string(name_of(step.action)), "enabled", show(memory.results[0]),
                            show(actual ? 1 : 0)};
  };
  const impl::DispatcherId any = ids.empty() ? impl::DispatcherId{1} : *ids.begin();
  const auto compare_at = [&](const NodeAction& action, impl::DispatcherId tracked) {
    compare(action, translate(node, {nullptr, action}, tracked).front(), tracked);
  };
  if (node.handler || !node.pending.empty()) compare_at({.kind = NodeActionKind::kHandle}, any);
  for (const NodeActionKind kind : impl::kAllThat<NodeActionKind, is_compared>) {
    const bool has_manager = node.manager || node.initializing;
    if (kind == NodeActionKind::kCompleteHeartbeat && !has_manager) continue;
    if (row_of(kind).fields == impl::NodeActionFields::kNone) {
      compare_at({.kind = kind}, any);
      continue;
    }
    for (const impl::DispatcherId id : ids) {
      for (const impl::Mode mode : {impl::Mode::kDefault, impl::Mode::kRedo}) {
        compare_at({.kind = kind, .mode = mode, .id = id}, id);
      }
    }
  }
  return divergence;
}

}  // namespace takeover::smt
