#include "checker/runs/real_run.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "impl/named.h"
#include "impl/node.h"
#include "spec/properties/judge.h"
#include "spec/properties/properties.h"
#include "spec/smt/message_params.h"
#include "spec/smt/unroll.h"
#include "spec/world/history.h"
#include "traces/record.h"
#include "traces/replay.h"

namespace takeover::runs {
namespace {

using impl::NodeAction;
using impl::NodeActionKind;
using smt::Action;
using smt::Param;
using smt::RunStep;

// Numbers of the run that only their order matters of, as small ones.
class Ranks {
 public:
  void add(std::uint64_t value) { values_.insert(value); }
  [[nodiscard]] std::uint64_t of(std::uint64_t value) const {
    return static_cast<std::uint64_t>(std::distance(values_.begin(), values_.find(value)));
  }

 private:
  std::set<std::uint64_t> values_{};
};

class Translator {
 public:
  explicit Translator(const std::vector<RunStep>& run) {
    for (Ranks* ranks : {&senders_, &epochs_, &times_, &tables_}) ranks->add(0);
    for (const RunStep& step : run) {
      senders_.add(step.get(Param::kFrom));
      epochs_.add(step.get(Param::kEpoch));
      epochs_.add(step.get(Param::kConfigEpoch));
      times_.add(step.get(Param::kTs));
      times_.add(step.get(Param::kTs2));
      tables_.add(step.get(Param::kTable));
      keys_.add(step.get(Param::kBegin));
      keys_.add(step.get(Param::kEnd));
    }
    node_ = names_.node("A");
    for (const char* id : {"d1", "d2"}) ids_.push_back(names_.dispatcher(id));
    for (const RunStep& step : run) translate(step);
    if (collecting_) handle(impl::Path::kSchedule);
  }

  [[nodiscard]] const std::vector<traces::Action>& actions() const { return actions_; }
  [[nodiscard]] const spec::Names& names() const { return names_; }
  [[nodiscard]] impl::NodeId node() const { return node_; }

 private:
  impl::DispatcherId id_of(std::uint64_t number) const {
    return number == 0 ? impl::DispatcherId::kNone : ids_.at(number - 1);
  }
  static impl::Mode mode_of(const RunStep& step) {
    return step.get(Param::kInRedo) != 0 ? impl::Mode::kRedo : impl::Mode::kDefault;
  }
  impl::Span span_of(const RunStep& step) const {
    return {.table = static_cast<std::uint32_t>(tables_.of(step.get(Param::kTable))),
            .begin = static_cast<std::int32_t>(keys_.of(step.get(Param::kBegin))),
            .end = static_cast<std::int32_t>(keys_.of(step.get(Param::kEnd)))};
  }

  void arrive(const RunStep& step, impl::MessageBody body) {
    impl::Message request;
    request.from = names_.node(fmt::format("M{}", senders_.of(step.get(Param::kFrom))));
    request.epoch = epochs_.of(step.get(Param::kEpoch));
    request.body = std::move(body);
    actions_.push_back(traces::message_step(traces::ActionKind::kReceive, node_, request));
  }
  void take(const NodeAction& action) { actions_.push_back(traces::node_step(node_, action)); }
  void handle(impl::Path path) { take({.kind = NodeActionKind::kHandle, .path = path}); }

  void translate(const RunStep& step) {
    switch (row_of(step.action).stage) {
      case smt::Stage::kArrival: return arrive(step, message_of(step));
      case smt::Stage::kLookUp:
      case smt::Stage::kBootstrap:
      case smt::Stage::kHandler: return handle(impl::Path::kOrchestrator);
      case smt::Stage::kStream: return stream(step);
      case smt::Stage::kNode: return take(node_action(step));
    }
    impl::unreachable();
  }

  NodeAction node_action(const RunStep& step) const {
    NodeAction action{.kind = *smt::node_action_of(step.action)};
    if (row_of(action.kind).fields == impl::NodeActionFields::kDispatcher) {
      action.id = id_of(step.get(Param::kId));
      action.mode = mode_of(step);
    }
    return action;
  }

  // A batch of Creates is taken in by one step of the node.
  void stream(const RunStep& step) {
    if (step.action == Action::kTakeCreate) {
      collecting_ = true;
      return arrive(step, message_of(step));
    }
    if (step.action == Action::kStartBatch) collecting_ = false;
    const auto message = row_of(step.action).message;
    if (!message) return handle(impl::Path::kSchedule);
    arrive(step, message_of(step));
    handle(impl::path_of(*message));
  }

  // The message of the step's action, with the step's parameters.
  impl::MessageBody message_of(const RunStep& step) const {
    const impl::MessageType type = row_of(step.action).message.value();
    if (type == impl::MessageType::kSchedule) {
      return schedule(step, step.action == Action::kRemove ? impl::ScheduleAction::kRemove
                                                           : impl::ScheduleAction::kCreate);
    }
    impl::MessageBody body = impl::empty_body(type);  // a Merge is left out of what is unrolled
    impl::visit_body(body, [&](auto& of_type) {
      smt::for_each_param(of_type, [&](Param param, auto& value) { set(value, step.get(param), param); });
    });
    return body;
  }

  void set(impl::DispatcherId& id, std::uint64_t value, Param /*any*/) const { id = id_of(value); }
  void set(bool& flag, std::uint64_t value, Param /*any*/) const { flag = value != 0; }
  void set(std::uint64_t& number, std::uint64_t value, Param param) const {
    number = param == Param::kConfigEpoch ? epochs_.of(value) : times_.of(value);
  }

  impl::ScheduleDispatcherRequest schedule(const RunStep& step, impl::ScheduleAction action) const {
    impl::ScheduleDispatcherRequest body{
        .action = action, .mode = mode_of(step), .id = id_of(step.get(Param::kId))};
    if (action == impl::ScheduleAction::kCreate) body.span = span_of(step);
    if (action == impl::ScheduleAction::kRemove) body.op = impl::OperatorType::kRemove;
    return body;
  }

  Ranks senders_{};
  Ranks epochs_{};
  Ranks times_{};
  Ranks tables_{};
  Ranks keys_{};
  spec::Names names_{};
  impl::NodeId node_{};
  std::vector<impl::DispatcherId> ids_{};
  std::vector<traces::Action> actions_{};
  bool collecting_ = false;
};

// The lemmas of a state that are proved whatever may be assumed for this one.
std::vector<smt::Lemma> known_for(const smt::Lemma& lemma, const smt::ProveResult& result) {
  std::vector<smt::Lemma> known;
  for (std::size_t i = 0; i < result.lemmas.size(); ++i) {
    const smt::Lemma& other = result.lemmas[i];
    const bool is_usable = other.kind != smt::Kind::kStep && other.assumes <= lemma.assumes;
    const smt::Verdict verdict = result.verdict_of(i);
    if (is_usable && (verdict == smt::Verdict::kProved || verdict == smt::Verdict::kUntouched))
      known.push_back(other);
  }
  return known;
}

struct Made {
  std::vector<traces::RecordedStep> steps{};
  bool violates = false;  // the last step does
  std::string why_not{};  // which step the implementation does not take
};

// The implementation takes the actions until one violates the property. A handler that is under way at their
// end goes on to its own.
Made make(const std::vector<traces::Action>& actions, impl::NodeId node_id, const impl::Rules& rules,
          spec::Property property) {
  impl::DispatcherOrchestrator node;
  spec::History history;
  spec::PropertySet judged;
  judged.set();
  Made made;
  const NodeAction go_on{.kind = NodeActionKind::kHandle};
  for (std::size_t i = 0; i < actions.size() || (node.handler && impl::is_enabled(rules, node, go_on)); ++i) {
    const impl::DispatcherOrchestrator before = node;
    traces::RecordedStep step{.action = i < actions.size() ? actions[i] : traces::node_step(node_id, go_on)};
    if (const auto reason = traces::take(rules, step.action, node, step.out)) {
      made.why_not = fmt::format("step {}, {}: {}", i + 1, kind_name(step.action), *reason);
      return made;
    }
    step.node = node;
    step.id = node_id;
    const impl::Message* received = step.action.request ? &*step.action.request : nullptr;
    const spec::Observation observation{before, node, step.out, received, node_id};
    spec::Findings findings;
    spec::judge_step(observation, history, judged, findings);
    spec::update(history, observation, judged);
    spec::judge_state(node, history, judged, findings);
    made.steps.push_back(std::move(step));
    made.violates = findings.violated[static_cast<std::size_t>(property)];
    if (made.violates) return made;
  }
  made.why_not = "the implementation's run keeps the property";
  return made;
}

std::vector<traces::Action> actions_but(const Made& made, std::size_t begin, std::size_t end) {
  std::vector<traces::Action> actions;
  for (std::size_t i = 0; i < made.steps.size(); ++i) {
    if (i < begin || end <= i) actions.push_back(made.steps[i].action);
  }
  return actions;
}

// Z3's runs are full of steps that do not matter: leaves out what the violation can do without, a few steps
// in a row and single ones.
Made shrink(Made made, impl::NodeId node_id, const impl::Rules& rules, spec::Property property) {
  for (bool shorter = made.violates; shorter;) {
    shorter = false;
    for (std::size_t length = std::min<std::size_t>(8, made.steps.size()); length > 0; --length) {
      for (std::size_t begin = 0; begin + length <= made.steps.size();) {
        Made without = make(actions_but(made, begin, begin + length), node_id, rules, property);
        const bool is_shorter = without.violates && without.steps.size() < made.steps.size();
        if (is_shorter) made = std::move(without);
        shorter = shorter || is_shorter;
        begin += is_shorter ? 0 : 1;
      }
    }
  }
  return made;
}

RealRun make_run(const smt::Unrolled& unrolled, const impl::Rules& rules, spec::Property property,
                 traces::Header header) {
  const Translator translator(unrolled.run);
  const Made made = shrink(make(translator.actions(), translator.node(), rules, property), translator.node(),
                           rules, property);
  header.verdict = made.violates ? "violated" : "";
  const traces::Nodes initial{{translator.node(), {}}};
  return {.answer = made.violates ? RealRun::Answer::kViolated : RealRun::Answer::kNotReplayed,
          .steps = made.steps.size(),
          .why_not = made.why_not,
          .trace = traces::record(
              {.header = header, .names = translator.names(), .initial = initial, .steps = made.steps})};
}

}  // namespace

std::string_view to_string(RealRun::Answer answer) {
  switch (answer) {
    case RealRun::Answer::kNone: return "none";
    case RealRun::Answer::kUnknown: return "unknown";
    case RealRun::Answer::kNotReplayed: return "not-replayed";
    case RealRun::Answer::kViolated: return "violated";
  }
  impl::unreachable();
}

RealRun find_real_run(const smt::ProveResult& result, std::span<const std::size_t> lemmas,
                      spec::Property property, const impl::Rules& rules, const Search& search) {
  RealRun found;
  for (const std::size_t each : lemmas) {
    if (result.verdict_of(each) != smt::Verdict::kRefuted) continue;
    if (search.begins) search.begins();
    const smt::Unrolled unrolled =
        unroll(result.lemmas[each], {.guards = rules.guards,
                                     .max_steps = search.max_steps,
                                     .limits = {.rlimit = 0, .timeout_ms = search.timeout_ms},
                                     .stop = search.stop,
                                     .known = known_for(result.lemmas[each], result)});
    if (unrolled.answer == smt::Answer::kSat) return make_run(unrolled, rules, property, search.header);
    if (unrolled.answer == smt::Answer::kUnknown) {
      found = {.answer = RealRun::Answer::kUnknown, .why_not = unrolled.why_unknown};
    }
  }
  return found;
}

}  // namespace takeover::runs
