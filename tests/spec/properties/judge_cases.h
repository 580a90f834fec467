// Cases that a judge is held against: a state or a step made by hand, and what is to be found in it.
//
// Each case stands on one side of a border of one clause: it violates this property and no other, or it
// holds although nearly everything about it is as in a case that does not, or the property has nothing to
// say.
#pragma once

#include <catch2/catch.hpp>
#include <initializer_list>
#include <optional>
#include <utility>
#include <vector>

#include "impl/dispatcher_orchestrator.h"
#include "spec/properties/judge.h"

namespace takeover::judged {

using impl::DispatcherId;
using impl::ErrorCode;
using impl::FenceHolder;
using impl::Message;
using impl::MessageType;
using impl::Mode;
using impl::NodeId;
using impl::NoteKind;
using impl::OrchestratorStep;
using impl::ScheduleAction;
using impl::Status;
using spec::Property;

inline constexpr NodeId kA{1};  // owner of the manager that is here, at kEpoch
inline constexpr NodeId kB{2};
inline constexpr NodeId kC{3};
inline constexpr impl::Epoch kEpoch = 5;
inline constexpr DispatcherId kTrigger{10};
inline constexpr DispatcherId kRedoTrigger{11};
inline constexpr DispatcherId kOther{12};
inline constexpr DispatcherId kX{20};
inline constexpr DispatcherId kY{21};
inline constexpr DispatcherId kZ{22};
inline constexpr spec::DispatcherKey kKeyX{kX, Mode::kDefault};
inline constexpr spec::DispatcherKey kKeyY{kY, Mode::kDefault};
inline constexpr spec::DispatcherKey kTriggerKey{kTrigger, Mode::kDefault};
inline constexpr impl::Span kTable{.table = 7};
inline constexpr impl::Span kLow{.table = 7, .begin = 0, .end = 10};
inline constexpr impl::Span kHigh{.table = 7, .begin = 10, .end = 20};

inline impl::Dispatcher dispatcher(DispatcherId id, Mode mode, impl::Span span) {
  return {.id = id, .mode = mode, .span = span, .start_ts = 100, .checkpoint_ts = 100};
}
// With a trigger of each mode, open, and nothing under way.
inline impl::DispatcherManager open_manager() {
  impl::DispatcherManager manager;
  manager.owner = kA;
  manager.epoch = kEpoch;
  manager.redo_enabled = manager.redo_ready = true;
  manager.dispatchers.insert(dispatcher(kTrigger, Mode::kDefault, impl::kDdlSpan));
  manager.dispatchers.insert(dispatcher(kRedoTrigger, Mode::kRedo, impl::kDdlSpan));
  manager.set_trigger(Mode::kDefault, kTrigger, 100);
  manager.set_trigger(Mode::kRedo, kRedoTrigger, 200);
  return manager;
}

inline void without_triggers(impl::DispatcherManager& manager) {
  manager.dispatchers.clear();
  manager.set_trigger(Mode::kDefault, DispatcherId::kNone, 0);
  manager.set_trigger(Mode::kRedo, DispatcherId::kNone, 0);
}
inline void write(impl::DispatcherManager& manager, DispatcherId id, impl::Span span,
                  Mode mode = Mode::kDefault) {
  manager.dispatchers.insert(dispatcher(id, mode, span));
}

// What happened in one step; the state `after` and its history are what is judged as a state. At first
// nothing happens: an open manager stays as it is.
struct Scene {
  impl::DispatcherOrchestrator before{};
  impl::DispatcherOrchestrator after{};
  impl::Outbox out{};
  std::optional<Message> received{};
  spec::History history{};

  Scene() {
    before.manager = open_manager();
    after = before;
    history.bootstraps.insert({kA, kEpoch});
  }
  [[nodiscard]] impl::DispatcherManager& was() { return *before.manager; }
  [[nodiscard]] impl::DispatcherManager& is() { return *after.manager; }
  [[nodiscard]] spec::Observation observation() const {
    return {before, after, out, received ? &*received : nullptr};
  }
};
// The step leaves what is there before it.
inline void keep(Scene& s) {
  s.after = s.before;
}
// The manager is being built.
inline void build(Scene& s) {
  s.before.initializing = *std::exchange(s.before.manager, std::nullopt);
  keep(s);
}

inline Message request(NodeId from, impl::Epoch epoch, impl::MessageBody body) {
  return {.from = from, .epoch = epoch, .body = std::move(body)};
}
inline Message bootstrap(NodeId from, impl::Epoch epoch) {
  return request(from, epoch,
                 impl::MaintainerBootstrapRequest{.event_trigger = kTrigger, .redo_trigger = kRedoTrigger});
}
inline Message post_bootstrap(NodeId from, impl::Epoch epoch) {
  return request(from, epoch, impl::MaintainerPostBootstrapRequest{kTrigger});
}
inline Message close(NodeId from, impl::Epoch epoch, bool removed = false) {
  return request(from, epoch, impl::MaintainerCloseRequest{removed});
}
inline Message schedule(NodeId from, impl::Epoch epoch, DispatcherId id,
                        ScheduleAction action = ScheduleAction::kCreate) {
  return request(from, epoch, impl::ScheduleDispatcherRequest{.action = action, .id = id, .span = kTable});
}
inline impl::JournalEntry entry(DispatcherId id, ScheduleAction action, NodeId from = kA,
                                impl::Epoch epoch = kEpoch, Mode mode = Mode::kDefault) {
  return {.id = id, .action = action, .mode = mode, .from = from, .epoch = epoch};
}

// The handler under way takes the step `next` in this step and ends, or goes on with another step.
inline void handle(Scene& s, const Message& handled, OrchestratorStep next,
                   std::optional<OrchestratorStep> then = std::nullopt) {
  s.before.handler = impl::OrchestratorHandler{.request = handled, .next = next, .existed = true};
  keep(s);
  if (then) {
    s.after.handler->next = *then;
  } else {
    s.after.handler.reset();
  }
}
// A Bootstrap reads spans: it has read `known` of them before the step.
inline void read_spans(Scene& s, std::initializer_list<impl::ReportedSpan> spans, std::ptrdiff_t known) {
  handle(s, bootstrap(kA, kEpoch), OrchestratorStep::kReadDefaultSpans, OrchestratorStep::kReadRedoSpans);
  s.after.handler->response.body.spans = spans;
  for (auto it = spans.begin(); it != spans.begin() + known; ++it)
    s.before.handler->response.body.spans.insert(*it);
}
inline void note_about(Scene& s, NoteKind kind, DispatcherId id, Mode mode = Mode::kDefault,
                       DispatcherId redo_id = DispatcherId::kNone) {
  s.out.note({.kind = kind, .mode = mode, .id = id, .redo_id = redo_id});
}
inline void note_end(Scene& s, MessageType type, bool admitted, bool answered) {
  s.out.note({.kind = NoteKind::kHandlerEnded, .type = type, .admitted = admitted, .answered = answered});
}
inline impl::MaintainerBootstrapResponse response(ErrorCode error = ErrorCode::kNone) {
  return {.error = error};
}

enum class Found { kNothing, kHolds, kViolated };  // kNothing: its premise is not met
struct Case {
  const char* clause;
  Found found;
  void (*make)(Scene&);
};

inline void expect(Property property, Found found, const spec::Findings& findings) {
  spec::PropertySet violated;
  violated.set(static_cast<std::size_t>(property), found == Found::kViolated);
  CHECK(findings.violated == violated);
  CHECK(findings.met[static_cast<std::size_t>(property)] == (found != Found::kNothing));
}
inline void check_states(Property property, const std::vector<Case>& cases) {
  for (const Case& each : cases) {
    CAPTURE(spec::info(property).id, each.clause);
    Scene scene;
    each.make(scene);
    spec::Findings findings;
    spec::judge_state(scene.after, scene.history, spec::every_property(), findings);
    expect(property, each.found, findings);
  }
}
inline void check_steps(Property property, const std::vector<Case>& cases) {
  for (const Case& each : cases) {
    CAPTURE(spec::info(property).id, each.clause);
    Scene scene;
    each.make(scene);
    spec::Findings findings;
    spec::judge_step(scene.observation(), scene.history, spec::every_property(), findings);
    expect(property, each.found, findings);
  }
}

// What one step does to a history: make gives the step and the history before it.
struct Memory {
  const char* clause;
  void (*make)(Scene&);
  void (*expect)(spec::History&);
};
inline void stays(spec::History& /*as it is*/) {}
inline void check_memory(const std::vector<Memory>& cases) {
  for (const Memory& each : cases) {
    CAPTURE(each.clause);
    Scene s;
    each.make(s);
    spec::History expected = s.history;
    each.expect(expected);
    spec::History history = s.history;
    spec::update(history, s.observation(), spec::PropertySet().set());
    CHECK(history == expected);
  }
}

}  // namespace takeover::judged
