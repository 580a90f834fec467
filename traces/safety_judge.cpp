#include "traces/safety_judge.h"

namespace takeover::traces {
namespace {

using spec::Property;

// Whose Bootstrap must have been received for the node to be as it is.
spec::History history_of(const impl::DispatcherOrchestrator& node) {
  spec::History history;
  const auto of_request = [&](const impl::Message& request) {
    if (request.type() == impl::MessageType::kBootstrap)
      history.bootstraps.insert({request.from, request.epoch});
  };
  if (node.manager) history.bootstraps.insert({node.manager->owner, node.manager->epoch});
  if (node.initializing) history.bootstraps.insert({node.initializing->owner, node.initializing->epoch});
  if (node.handler) of_request(node.handler->request);
  for (const impl::Message& request : node.pending) of_request(request);
  return history;
}

}  // namespace

SafetyJudge::SafetyJudge(const Nodes& initial) {
  for (const auto& [id, node] : initial) {
    starts_empty_ = starts_empty_ && node == impl::DispatcherOrchestrator{};
    const spec::History& history = histories_[id] = history_of(node);
    spec::Findings findings;
    spec::judge_state(node, history, spec::every_property(), findings);
    add(findings, std::nullopt);
  }
}

void SafetyJudge::observe(const ImplementationStep& step) {
  const spec::Observation observation{step.before, step.after, step.out, step.received, step.node};
  spec::History& history = histories_[step.node];
  spec::Findings findings;
  spec::judge_step(observation, history, spec::every_property(), findings);
  spec::update(history, observation, spec::every_property());
  spec::judge_state(step.after, history, spec::every_property(), findings);
  add(findings, step.step);
}

void SafetyJudge::add(const spec::Findings& findings, std::optional<std::size_t> step) {
  met_ |= findings.met;
  for (std::size_t i = 0; i < violations_.size(); ++i) {
    if (findings.violated[i] && !violations_.at(i)) violations_.at(i) = Violation{step};
  }
}

bool SafetyJudge::leans_on_the_past(Property property) const {
  return !starts_empty_ && info(property).memory.any();
}

}  // namespace takeover::traces
