#include "traces/replay.h"

#include <fmt/format.h>

#include <utility>

#include "impl/named.h"
#include "traces/claims.h"
#include "traces/compare.h"

namespace takeover::traces {
namespace {

using impl::DispatcherManager;
using impl::DispatcherOrchestrator;
using impl::NodeAction;
using impl::NodeActionKind;
using impl::Path;

std::string fence_or(const DispatcherManager* manager, const char* otherwise) {
  if (manager == nullptr || manager->fence == impl::FenceHolder::kNobody) return otherwise;
  return manager->fence == impl::FenceHolder::kOrchestrator ? "the fence is held by the orchestrator"
                                                            : "the fence is held by a schedule";
}

std::string why_not_handle(const DispatcherOrchestrator& node, Path path) {
  const DispatcherManager* manager = node.manager_here();
  if (path == Path::kOrchestrator) {
    return node.handler || !node.pending.empty() ? fence_or(manager, "the handler cannot go on")
                                                 : "no message is pending";
  }
  if (manager == nullptr) return "no manager is here";
  if (manager->streams.empty()) return "no message waits in a stream";
  return fence_or(manager, "no message of this type is next in its stream");
}

std::string why_not_dispatcher(const DispatcherManager& manager, const NodeAction& action) {
  const impl::Dispatcher* dispatcher = manager.find(action.id, action.mode);
  if (action.kind == NodeActionKind::kCleanUp && manager.clean_up.step != impl::CleanUpStep::kIdle) {
    return "another dispatcher is being cleaned up";
  }
  if (dispatcher == nullptr) return "the dispatcher is not here";
  if (action.kind == NodeActionKind::kRemoveTask) {
    return dispatcher->removing ? "it has flushed already" : "its removal was not requested";
  }
  if (action.kind == NodeActionKind::kFirstEvent) {
    if (dispatcher->status != impl::Status::kInitializing) return "its first event has come already";
    if (dispatcher->removing) return "it takes no event any more";
    if (manager.can_merge(action.id)) return "it waits for its merge";
    return "it is not registered with the event collector";
  }
  if (!dispatcher->removing) return "it has not flushed";
  if (!manager.registered) return "heartbeats are no longer aggregated";
  return fence_or(&manager, "clean-up passes over its status");
}

std::string why_not(const DispatcherOrchestrator& node, const NodeAction& action) {
  const impl::NodeActionRow row = row_of(action.kind);
  if (row.fields == impl::NodeActionFields::kPath) return why_not_handle(node, action.path);
  const DispatcherManager* manager = node.manager_here();
  if (manager == nullptr && !row.is_fault) return "no manager is here";
  if (!row.why_not.empty()) return std::string(row.why_not);
  if (row.fields == impl::NodeActionFields::kDispatcher) return why_not_dispatcher(*manager, action);
  if (!manager->registered) return "heartbeats are no longer aggregated";
  if (manager->clean_up.step != impl::CleanUpStep::kIdle) return "a dispatcher is being cleaned up";
  return "no dispatcher has anything to say";
}

// Whether an action that is not fine has more steps to take.
bool goes_on(const DispatcherOrchestrator& node, const Action& action) {
  if (action.fine) return false;
  if (action.is(NodeActionKind::kHandle)) return impl::is_under_way(node, action.node_action.path);
  if (!action.is(NodeActionKind::kCleanUp)) return false;
  const DispatcherManager* manager = node.manager_here();
  return manager != nullptr && manager->clean_up.step != impl::CleanUpStep::kIdle;
}

// The node of one action, and whoever watches it.
struct Subject {
  const impl::Rules& rules;
  DispatcherOrchestrator& node;
  impl::Outbox& out;
  const Watch& watch;
  std::size_t step;

  void receive(const impl::Message& request) {
    take({}, &request, [&](impl::Outbox& of_step) { impl::receive(rules, node, request, of_step); });
  }
  void apply(const NodeAction& action) {
    take(action, nullptr, [&](impl::Outbox& of_step) { impl::apply(rules, node, action, of_step); });
  }

 private:
  template <class Take>
  void take(const NodeAction& action, const impl::Message* received, Take&& take_it) {
    if (!watch) return take_it(out);
    const DispatcherOrchestrator before = node;
    impl::Outbox of_step;
    of_step.self = out.self;
    take_it(of_step);
    watch({step, out.self, before, received, action, node, of_step});
    out.sent.insert(out.sent.end(), of_step.sent.begin(), of_step.sent.end());
    out.notes.insert(out.notes.end(), of_step.notes.begin(), of_step.notes.end());
  }
};

bool has_error(const DispatcherOrchestrator& node) {
  const DispatcherManager* manager = node.manager_here();
  return manager != nullptr && manager->error != impl::ErrorReport::kNone;
}

// An action that is not fine goes on to the end of what it brings about: an error that nobody was told of yet
// is read as soon as it is there.
std::optional<std::string> take_node_action(Subject& subject, const Action& action) {
  const bool had_error = has_error(subject.node);
  do {
    if (!impl::is_enabled(subject.rules, subject.node, action.node_action)) {
      return why_not(subject.node, action.node_action);
    }
    subject.apply(action.node_action);
  } while (goes_on(subject.node, action));
  if (action.is(NodeActionKind::kHandle) && !action.fine && !had_error && has_error(subject.node)) {
    subject.apply({.kind = NodeActionKind::kReportError});
  }
  return std::nullopt;
}

// Whether something that would be handled first lies in the way of a message that is delivered at once.
std::optional<std::string> in_the_way(const impl::Rules& rules, const DispatcherOrchestrator& node,
                                      const impl::Message& request) {
  if (request.is_for_orchestrator()) {
    if (node.handler) return "a handler is under way";
    if (!node.pending.empty()) return "another message is pending";
    return std::nullopt;
  }
  const DispatcherManager* manager = node.manager_here();
  if (manager == nullptr) return std::nullopt;
  const Path path = impl::path_of(request.type());
  if (impl::is_under_way(node, path)) return "a handler is under way";
  if (manager->head(rules, request.type()) != nullptr) return "another message waits in the stream";
  return std::nullopt;
}

bool was_dropped(const impl::Outbox& out) {
  for (const impl::Note& note : out.notes) {
    if (note.kind == impl::NoteKind::kMessageDropped) return true;
  }
  return false;
}

std::optional<std::string> deliver(Subject& subject, const impl::Message& request) {
  if (auto obstacle = in_the_way(subject.rules, subject.node, request)) return obstacle;
  subject.receive(request);
  if (was_dropped(subject.out)) return std::nullopt;
  const NodeAction handle{.kind = NodeActionKind::kHandle, .path = impl::path_of(request.type())};
  return take_node_action(subject, {.node_action = handle});
}

Json write_sent(const impl::Outbox& out, const spec::Names& names) {
  Json sent = Json::array();
  for (const impl::Message& reply : out.sent) sent.push_back(write_sent(reply, names));
  return sent;
}

// An id ties messages together; it is no part of what is sent.
Json without_ids(Json sent) {
  for (Json& message : sent) message.erase("id");
  return sent;
}

std::optional<Mismatch> compare_nodes(const Json& state, const Nodes& nodes, const spec::Names& names) {
  Json actual = Json::object();
  for (const auto& [id, node] : nodes) {
    if (state["nodes"].contains(names.of(id))) actual["nodes"][names.of(id)] = write_node(node, names);
  }
  return compare(state, actual, "");
}

class Replayer {
 public:
  // `claims`: of the trace itself, or null. `known`: a run of it whose steps need no second look, or null.
  Replayer(const Trace& trace, const impl::Rules& rules, const Watch& watch, Claims* claims, const Run* known)
      : trace_(trace), rules_(rules), watch_(watch), claims_(claims), known_(known), nodes_(trace.initial) {}

  // False when the step diverges; result() says how.
  bool step(std::size_t index, impl::Outbox& out) {
    const Step& step = trace_.steps[index];
    result_.step = index;
    if (!act(step.action, out)) return false;
    was_taken_ = true;
    if (is_known(out)) return true;
    if (step.sent) {
      const Json sent = write_sent(out, trace_.names);
      if (!accept("/sent", compare(without_ids(*step.sent), sent, "sent"))) return false;
    }
    return !step.state || accept("/state", compare_nodes(*step.state, nodes_, trace_.names));
  }

  [[nodiscard]] bool was_taken() const { return was_taken_; }
  [[nodiscard]] const ReplayResult& result() const { return result_; }
  [[nodiscard]] const Nodes& nodes() const { return nodes_; }

 private:
  bool diverge(std::string path, std::string expected, std::string actual) {
    result_ = {false, result_.step, std::move(path), std::move(expected), std::move(actual)};
    return false;
  }
  // Whether the known run came to the same by a step that conformed.
  [[nodiscard]] bool is_known(const impl::Outbox& out) const {
    if (known_ == nullptr || result_.step >= known_->result.step) return false;
    const Taken& taken = known_->taken[result_.step];
    return taken.out.sent == out.sent && taken.nodes == nodes_;
  }
  bool accept(const std::string& path, std::optional<Mismatch> mismatch) {
    if (!mismatch) return true;
    return diverge(path + mismatch->pointer, std::move(mismatch->expected), std::move(mismatch->actual));
  }

  bool act(const Action& action, impl::Outbox& out) {
    was_taken_ = false;
    if (claims_ != nullptr && !accept("", claims_->judge(result_.step))) return false;
    if (action.is_environment()) {
      if (claims_ != nullptr) claims_->take_environment();
      return true;
    }
    DispatcherOrchestrator& node = nodes_.at(action.node);
    // The name is taken before the step, and judged after it: a step that is not enabled has no name.
    const std::string name =
        action.kind == ActionKind::kNode ? std::string(impl::step_name(node, action.node_action)) : "";
    if (const auto reason = take(rules_, action, node, out, watch_, result_.step)) {
      return diverge("/action", fmt::format("{} is enabled", kind_name(action)), *reason);
    }
    if (!action.step.empty() && action.step != name) return diverge("/action/step", action.step, name);
    return true;
  }

  const Trace& trace_;
  const impl::Rules& rules_;
  const Watch& watch_;
  Claims* claims_;
  const Run* known_;
  Nodes nodes_;
  ReplayResult result_;
  bool was_taken_ = false;
};

constexpr auto kNobody = [](impl::Outbox&&, const Nodes&) {};

// Calls visit(Outbox, Nodes) for every step that was taken.
template <class Visit>
ReplayResult replay_steps(const Trace& trace, const impl::Rules& rules, const Watch& watch, Claims* claims,
                          Visit&& visit, const Run* known = nullptr) {
  Replayer replayer(trace, rules, watch, claims, known);
  Nodes at_loop_start = trace.initial;
  for (std::size_t i = 0; i < trace.steps.size(); ++i) {
    if (trace.loop_start == i) at_loop_start = replayer.nodes();
    impl::Outbox out;
    const bool conforms = replayer.step(i, out);
    if (replayer.was_taken()) visit(std::move(out), replayer.nodes());
    if (!conforms) return replayer.result();
  }
  std::optional<Mismatch> mismatch;
  const bool comes_back = at_loop_start == replayer.nodes();
  if (claims != nullptr) {
    mismatch = claims->judge_document(comes_back);
  } else if (trace.loop_start && !comes_back) {
    mismatch = does_not_come_back(*trace.loop_start);
  }
  if (!mismatch) return {.step = trace.steps.size()};
  return {.conforms = false,
          .step = trace.steps.size(),
          .path = std::move(mismatch->pointer),
          .expected = std::move(mismatch->expected),
          .actual = std::move(mismatch->actual),
          .of_document = true};
}

template <class Visit>
ReplayResult replay_with(const Trace& trace, const std::optional<impl::Rules>& rules, const Watch& watch,
                         Visit&& visit) {
  if (rules) return replay_steps(trace, *rules, watch, nullptr, visit);
  Claims claims(trace);
  const Watch both = [&](const ImplementationStep& step) {
    claims.observe(step);
    if (watch) watch(step);
  };
  ReplayResult result = replay_steps(trace, trace.rules, both, &claims, visit);
  result.finding = claims.find(result.conforms || result.of_document);
  // An action that does not come to its end has left nothing behind.
  if (result.finding.kind == Finding::Kind::kViolated && result.path.starts_with("/action") &&
      result.finding.step == result.step) {
    result.finding.kind = Finding::Kind::kNotJudged;
    result.finding.step.reset();
    result.finding.why = "the run does not come to its end";
  }
  result.finding.claimed = trace.header.verdict;
  result.remarks = claims.remarks(result.finding);
  return result;
}

}  // namespace

std::optional<std::string> take(const impl::Rules& rules, const Action& action, DispatcherOrchestrator& node,
                                impl::Outbox& out, const Watch& watch, std::size_t step) {
  DispatcherOrchestrator after = node;
  impl::Outbox sent;
  sent.self = action.node;
  Subject subject{rules, after, sent, watch, step};
  std::optional<std::string> reason;
  if (action.kind == ActionKind::kReceive) {
    subject.receive(*action.request);
  } else if (action.kind == ActionKind::kDeliver) {
    reason = deliver(subject, *action.request);
  } else if (action.kind == ActionKind::kNode) {
    reason = take_node_action(subject, action);
  }
  if (reason) return reason;
  node = std::move(after);
  out = std::move(sent);
  return std::nullopt;
}

std::string_view to_string(Finding::Kind kind) {
  switch (kind) {
    case Finding::Kind::kNotAsked: return "not-asked";
    case Finding::Kind::kViolated: return "violated";
    case Finding::Kind::kNotViolated: return "not-violated";
    case Finding::Kind::kNotJudged: return "not-judged";
  }
  impl::unreachable();
}

std::string where(const ReplayResult& result) {
  if (result.of_document) return result.path;
  return fmt::format("step {}, {}", result.step + 1, result.path);
}

ReplayResult replay(const Trace& trace, const std::optional<impl::Rules>& rules, const Watch& watch) {
  return replay_with(trace, rules, watch, kNobody);
}

ReplayResult replay_beside(const Trace& trace, const Run& known, const impl::Rules& rules,
                           const Watch& watch) {
  return replay_steps(trace, rules, watch, nullptr, kNobody, &known);
}

Run run(const Trace& trace, const std::optional<impl::Rules>& rules) {
  Run outcome;
  outcome.result = replay_with(trace, rules, {}, [&](impl::Outbox&& out, const Nodes& nodes) {
    outcome.taken.push_back({std::move(out), nodes});
  });
  return outcome;
}

}  // namespace takeover::traces
