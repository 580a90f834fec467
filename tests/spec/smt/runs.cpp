#include "tests/spec/smt/runs.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <filesystem>
#include <utility>
#include <variant>

#include "checker/engine/encoder.h"
#include "checker/model/node_model.h"
#include "spec/properties/properties.h"
#include "tests/spec/smt/strange.h"
#include "traces/replay.h"

namespace takeover::tests {

namespace {

const std::string kRoot = TAKEOVER_SOURCE_DIR;

// How often a transition is changed: the more, the more is said of it.
std::size_t weight_of(const Strange& transition) {
  if (transition.responds || transition.control || transition.ends) return 12;
  return transition.out.notes.empty() ? 1 : 4;
}

}  // namespace

// What is changed does not depend on what came before.
void Runs::begin(const std::string& where) {
  comparison.where = where;
  std::seed_seq seed(where.begin(), where.end());
  random_.seed(seed);
}

void Runs::explore(const impl::Rules& rules, std::string_view scenario, std::size_t max_states,
                   const std::string& where) {
  begin(where);
  Claims claims(rules, which);
  const model::NodeModel model(spec::built_in_scenario(scenario), rules, {});
  std::vector<std::pair<spec::World, Place>> queue;
  std::set<std::string> seen;
  engine::Encoder encoder;
  const auto is_new = [&](const spec::World& world) {
    encoder.clear();
    model.encode(world, encoder);
    const auto bytes = encoder.bytes();
    return seen.insert({reinterpret_cast<const char*>(bytes.data()), bytes.size()}).second;
  };
  model.for_each_initial([&](const spec::World& world) { queue.emplace_back(world, Place{}); });
  model::NodeModel::Scratch scratch;
  for (std::size_t i = 0; i < queue.size() && i < max_states; ++i) {
    // Copies, since the queue grows; and named by hand, since Clang lets no lambda capture a binding.
    const spec::World world = queue[i].first;
    const Place place = queue[i].second;
    model.for_each_step(world, scratch, [&](const spec::WorldStep& step) {
      const auto taken = smt::impl_step(step.action);
      if (!taken) {
        if (is_new(step.state)) queue.emplace_back(step.state, place);
        return;
      }
      const auto next = take(claims, place, *taken);
      if (next && is_new(step.state)) queue.emplace_back(step.state, *next);
    });
  }
}

void Runs::follow(const traces::Trace& trace) {
  begin(std::filesystem::path(trace.file).filename().string());
  Claims claims(trace.rules, which);
  std::vector<impl::Message> messages;
  std::vector<Place> places{Place{}};
  bool goes_on = true;
  const auto result = traces::replay(trace, std::nullopt, [&](const traces::ImplementationStep& step) {
    if (step.received != nullptr) messages.push_back(*step.received);
    if (!goes_on) return;
    const auto next = take(claims, places.back(), {step.received, step.action});
    goes_on = next.has_value();
    if (next) places.push_back(*next);
  });
  REQUIRE(result.conforms);
  for (const Place& place : places) branch(claims, place, messages);
}

std::optional<Place> Runs::take(Claims& claims, const Place& place, const smt::ImplStep& step) {
  auto taken = claims.take(place, step, [&](const Point& point) { points.note(point); });
  points.end_transition();
  if (!taken) return std::nullopt;
  comparison.add({place.node, taken->place.node, taken->out, step.received}, taken->place.history,
                 taken->verdicts);
  if (strange > 0) take_strangely(claims, place, step, *taken);
  for (const smt::Lemma* lemma : taken->verdicts.broken) {
    if (!spec::property_named(lemma->id) && taken->place.is_well_formed &&
        lemma->assumes <= taken->place.kept) {
      broken_auxiliary.insert(std::string(lemma->id) + " in " + comparison.where);
    }
  }
  return std::move(taken->place);
}

// The same step, changed in one place or two.
void Runs::take_strangely(Claims& claims, const Place& place, const smt::ImplStep& step,
                          const Claims::Taken& taken) {
  if (taken.place.relation.taken.empty()) return;  // no step of the relation
  std::vector<impl::DispatcherId> ids;
  for (const auto& [id, values] : taken.place.relation.values) ids.push_back(id);
  const auto tells = [&](impl::NoteKind kind) {
    return std::ranges::find(taken.out.notes, kind, &impl::Note::kind) != taken.out.notes.end();
  };
  const auto is_idle = [](const impl::DispatcherOrchestrator& node) {
    const impl::DispatcherManager* manager = node.manager_here();
    return manager == nullptr || manager->schedule.step == impl::ScheduleStep::kIdle;
  };
  const bool batch_ends = !is_idle(place.node) && is_idle(taken.place.node);
  const Strange is{.before = place.node,
                   .after = taken.place.node,
                   .out = taken.out,
                   .history = place.history,
                   .later = taken.place.history,
                   .control = taken.place.relation.taken.front().out[kControl] != 0,
                   .responds = tells(impl::NoteKind::kTookOver),
                   .ends = tells(impl::NoteKind::kHandlerEnded) || batch_ends};
  for (std::size_t i = 0; i < strange * weight_of(is); ++i) {
    Strange changed = is;
    const std::uint64_t count = 1 + random_() % 2;
    for (std::uint64_t c = 0; c < count; ++c) any_change(changed, ids, random_)(changed);
    const auto verdicts = claims.judge(step, taken, changed, [&](const Point& point) { points.note(point); });
    points.end_transition();
    if (!verdicts) continue;
    ++strange_transitions;
    comparison.add({changed.before, changed.after, changed.out, step.received}, changed.later, *verdicts);
  }
}

void Runs::branch(Claims& claims, const Place& place, const std::vector<impl::Message>& messages) {
  impl::for_each_action(claims.rules(), place.node, [&](const impl::NodeAction& action) {
    static_cast<void>(take(claims, place, {nullptr, action}));
  });
  for (const auto kind : {impl::NodeActionKind::kLocalFence, impl::NodeActionKind::kCloseOrchestrator,
                          impl::NodeActionKind::kFailCreate, impl::NodeActionKind::kFailCleanUp}) {
    const impl::NodeAction action{.kind = kind};
    if (impl::is_enabled(claims.rules(), place.node, action)) {
      static_cast<void>(take(claims, place, {nullptr, action}));
    }
  }
  for (const impl::Message& message : messages) static_cast<void>(take(claims, place, {&message, {}}));
}

const Runs& runs_without_guards() {
  static const Runs all = [] {
    Runs runs;
    runs.which = Formulas::Which::kProperties;
    runs.strange = 2;
    std::set<std::string> explored;
    for (const char* folder : {"/traces/recorded/counterexamples", "/traces/unrolled"}) {
      std::set<std::filesystem::path> files;
      for (const auto& entry : std::filesystem::directory_iterator(kRoot + folder))
        files.insert(entry.path());
      for (const std::filesystem::path& file : files) {
        const auto trace = traces::read_trace_file(file.string());
        if (!trace) FAIL(trace.error().to_line());
        if (!smt::CrossCheck::applies_to(trace->rules)) continue;
        runs.follow(*trace);
        if (trace->header.guards_off.size() != 1 || trace->header.scenario.empty()) continue;
        const std::string where = trace->header.scenario + " without " + trace->header.guards_off.front();
        if (explored.insert(where).second) runs.explore(trace->rules, trace->header.scenario, 100, where);
      }
    }
    return runs;
  }();
  return all;
}

}  // namespace takeover::tests
