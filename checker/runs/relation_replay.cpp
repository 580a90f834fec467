#include "checker/runs/relation_replay.h"

#include <fmt/format.h>

#include <memory>
#include <utility>

#include "impl/named.h"

namespace takeover::runs {
namespace {

using Kind = RelationVerdict::Kind;

class RelationReplay {
 public:
  RelationReplay(const smt::CrossCheck& relation, const traces::Trace& trace, const impl::Rules& rules)
      : relation_(relation), trace_(trace), rules_(rules) {}

  [[nodiscard]] traces::Watch watch() {
    return [this](const traces::ImplementationStep& step) {
      if (verdict_.kind != Kind::kConforms) return;
      last_ = std::make_unique<Last>(
          Last{step.before, step.received == nullptr ? std::nullopt : std::optional(*step.received),
               step.action, step.after, step.out});
      judge(step.step, step.after);
    };
  }

  [[nodiscard]] RelationVerdict after(const traces::ReplayResult& implementation) {
    if (verdict_.kind == Kind::kConforms && !implementation.conforms) judge_claim(implementation);
    return verdict_;
  }

 private:
  struct Last {
    impl::DispatcherOrchestrator before;
    std::optional<impl::Message> received;
    impl::NodeAction action;
    impl::DispatcherOrchestrator after;
    impl::Outbox out;
  };

  void not_applicable(std::string why) { verdict_ = {.kind = Kind::kNotApplicable, .why = std::move(why)}; }
  void diverge(std::size_t step, std::string path, std::string expected, std::string actual) {
    verdict_ = {Kind::kDiverges, step, std::move(path), std::move(expected), std::move(actual), ""};
  }

  // The last step, as one that leads to `after`.
  void judge(std::size_t step, const impl::DispatcherOrchestrator& after) {
    const smt::ImplStep taken{last_->received ? &*last_->received : nullptr, last_->action};
    const auto divergence = relation_.judge(last_->before, taken, after, last_->out, memory_);
    if (divergence) {
      diverge(step, fmt::format("/{}/{}", divergence->action, divergence->path), divergence->expected,
              divergence->actual);
    } else if (memory_.outside > 0) {
      not_applicable("the encoding has no such state");
    }
  }

  void judge_claim(const traces::ReplayResult& claim) {
    if (claim.of_document) return not_applicable("it judges steps, not what a trace says of itself");
    const traces::Step& step = trace_.steps[claim.step];
    if (claim.path == "/action") return judge_action(claim, step.action);
    if (claim.path.starts_with("/state/nodes/") && last_) {
      const auto& nodes = (*step.state)["nodes"];
      const std::string& name = trace_.names.of(step.action.node);
      if (nodes.contains(name) && claim.path.starts_with("/state/nodes/" + name)) {
        judge_state(claim.step, nodes[name]);
      }
      if (verdict_.kind == Kind::kDiverges) return;
    }
    not_applicable("what differs is not encoded");
  }

  void judge_state(std::size_t step, const traces::Json& claimed) {
    spec::Names names = trace_.names;
    traces::Json whole = spec::write_node(last_->after, names);
    whole.merge_patch(claimed);
    impl::DispatcherOrchestrator after;
    const impl::NodeId id = trace_.steps[step].action.node;
    if (!spec::read_node(whole, names, after, spec::Reading::kExpected, id)) judge(step, after);
  }

  // What waits in the streams is not encoded: their messages are parameters of the relation.
  void judge_action(const traces::ReplayResult& claim, const traces::Action& action) {
    using NodeKind = impl::NodeActionKind;
    const bool of_stream =
        action.is(NodeKind::kHandle) && action.node_action.path != impl::Path::kOrchestrator;
    const bool encoded = action.kind == traces::ActionKind::kNode && !of_stream &&
                         !action.is(NodeKind::kReport) && !action.is(NodeKind::kMergeTask);
    if (!encoded) return not_applicable("what differs is not encoded");
    const traces::Run run = traces::run(trace_, rules_);
    const traces::Nodes& nodes = claim.step == 0 ? trace_.initial : run.taken[claim.step - 1].nodes;
    // Both think the same actions possible here, so that what the implementation refuses, the relation does.
    if (relation_.judge_enabled(rules_, nodes.at(action.node), memory_)) {
      return not_applicable("the implementation and the relation differ in what is possible");
    }
    diverge(claim.step, claim.path, claim.expected, "the relation does not have it enabled");
  }

  const smt::CrossCheck& relation_;
  const traces::Trace& trace_;
  const impl::Rules& rules_;
  smt::CrossCheck::Memory memory_{};
  std::unique_ptr<Last> last_{};
  RelationVerdict verdict_{};
};

}  // namespace

std::string_view to_string(RelationVerdict::Kind kind) {
  switch (kind) {
    case RelationVerdict::Kind::kConforms: return "conforms";
    case RelationVerdict::Kind::kDiverges: return "diverges";
    case RelationVerdict::Kind::kNotApplicable: return "not-applicable";
  }
  impl::unreachable();
}

BothVerdicts replay_twice(const traces::Trace& trace, const std::optional<impl::Rules>& rules) {
  const impl::Rules& of_both = rules ? *rules : trace.rules;
  if (!smt::CrossCheck::applies_to(of_both)) {
    std::string why = "it does not have the variants of " + trace.header.profile;
    for (const std::string& name : trace.header.variants) why += " with " + name + " switched";
    return {traces::replay(trace, rules), {.kind = Kind::kNotApplicable, .why = std::move(why)}};
  }
  const smt::CrossCheck encoding(of_both.guards);
  RelationReplay relation(encoding, trace, of_both);
  traces::ReplayResult result = traces::replay(trace, rules, relation.watch());
  RelationVerdict verdict = relation.after(result);
  return {std::move(result), std::move(verdict)};
}

RelationVerdict relation_at(const smt::CrossCheck& relation, const traces::Trace& trace,
                            const traces::Run& known, const impl::Rules& rules,
                            const traces::ReplayResult& divergence) {
  RelationReplay replay(relation, trace, rules);
  const traces::Watch watch = [&, judge = replay.watch()](const traces::ImplementationStep& step) {
    if (step.step < divergence.step) {
      const traces::Nodes& nodes = known.taken[step.step].nodes;
      if (nodes.at(step.node) == step.after) return;
    }
    judge(step);
  };
  return replay.after(traces::replay_beside(trace, known, rules, watch));
}

}  // namespace takeover::runs
