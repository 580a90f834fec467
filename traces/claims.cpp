#include "traces/claims.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <utility>

#include "spec/properties/liveness.h"
#include "spec/properties/properties.h"
#include "spec/world/environment.h"
#include "traces/record.h"

namespace takeover::traces {
namespace {

using Kind = Finding::Kind;

// Another one, of the checker's.
constexpr std::string_view kCrossCheck = "cross-check";

bool is_row(std::string_view name) {
  return impl::named<spec::Row>(name).has_value();
}

bool is_known(const std::string& property) {
  return property == spec::kDeadlockFree || property == kCrossCheck || spec::property_named(property) ||
         spec::live_property_named(property);
}

std::string owners_of(const spec::Scenario& scenario) {
  std::string names;
  for (const spec::Owner& owner : scenario.owners) names += (names.empty() ? "" : ", ") + owner.name;
  return names;
}

}  // namespace

Mismatch does_not_come_back(std::size_t loop_start) {
  return {"/loop_start", fmt::format("the nodes are as before step {}", loop_start),
          "the run does not come back there"};
}

Claims::Claims(const Trace& trace)
    : trace_(trace),
      asks_(!trace.header.property.empty() || !trace.header.verdict.empty()),
      safety_(trace.initial) {
  for (const Step& step : trace.steps) {
    under_way_.expect(step.action);
    records_sends_ = records_sends_ || step.action.kind == ActionKind::kSend;
    names_arrivals_ = names_arrivals_ || (is_arrival(step.action) && !step.action.message_id.empty());
  }
  if (!trace.scenario) return;
  misfit_ = judge_scenario();
  if (!misfit_ && (records_sends_ || names_arrivals_)) {
    scenario_.emplace(*trace.scenario, trace.rules, spec::live_property_named(trace.header.property));
  }
}

std::optional<Mismatch> Claims::judge_scenario() const {
  const spec::Scenario& scenario = *trace_.scenario;
  for (const auto& [id, node] : trace_.initial) {
    const std::string pointer = "/initial/nodes" + spec::pointer_token(trace_.names.of(id));
    if (std::ranges::find(scenario.nodes, id) == scenario.nodes.end()) {
      return Mismatch{pointer, fmt::format("the node of the scenario {}", scenario.name),
                      fmt::format("its node is {}", trace_.names.of(scenario.nodes.front()))};
    }
    const bool is_followed = records_sends_ || names_arrivals_;
    if (is_followed && node != impl::DispatcherOrchestrator{}) {
      return Mismatch{pointer, fmt::format("what the scenario {} starts with", scenario.name),
                      "its node starts empty"};
    }
  }
  return std::nullopt;
}

std::optional<Mismatch> Claims::judge(std::size_t step) {
  const Action& action = trace_.steps[step].action;
  if (scenario_ && trace_.loop_start == step) scenario_->start_loop();
  if (!action.row.empty() && !is_row(action.row)) {
    return Mismatch{"/action/row", action.row, "the environment has no such row"};
  }
  if (auto mismatch = judge_owner(action)) return mismatch;
  if (auto mismatch = judge_message(action)) return mismatch;
  if (auto mismatch = judge_loss(step)) return mismatch;
  return scenario_ ? scenario_->judge(action) : std::nullopt;
}

std::optional<Mismatch> Claims::judge_owner(const Action& action) const {
  if (!trace_.scenario || misfit_) return std::nullopt;
  const spec::Scenario& scenario = *trace_.scenario;
  const auto owner = std::ranges::find(scenario.owners, action.owner, &spec::Owner::name);
  if (!action.owner.empty() && owner == scenario.owners.end()) {
    return Mismatch{"/action/owner", action.owner,
                    fmt::format("the owners of {} are {}", scenario.name, owners_of(scenario))};
  }
  if (!action.request) return std::nullopt;
  const impl::NodeId from = action.request->from;
  const bool is_its = action.owner.empty() ? std::ranges::find(scenario.owners, from, &spec::Owner::node) !=
                                                 scenario.owners.end()
                                           : owner->node == from;
  if (is_its) return std::nullopt;
  return Mismatch{"/action/from", trace_.names.of(from),
                  action.owner.empty()
                      ? fmt::format("no owner of {} is there", scenario.name)
                      : fmt::format("{} is on {}", owner->name, trace_.names.of(owner->node))};
}

std::optional<Mismatch> Claims::judge_message(const Action& action) {
  if (action.kind == ActionKind::kSend) {
    under_way_.send(*action.request, action.message_id);
    return std::nullopt;
  }
  if (!is_arrival(action) || !(records_sends_ || scenario_) || under_way_.arrive(action)) return std::nullopt;
  if (action.message_id.empty()) {
    return Mismatch{"/action/message", "a message that was sent and has not arrived", "none is under way"};
  }
  return Mismatch{"/action/message_id", fmt::format("{} was sent and has not arrived", action.message_id),
                  under_way_.was_sent(action.message_id) ? "it has arrived, or was lost, before"
                                                         : "it was not sent before"};
}

std::optional<Mismatch> Claims::judge_loss(std::size_t step) {
  const Action& action = trace_.steps[step].action;
  if (action.kind != ActionKind::kLose) return std::nullopt;
  const bool names_receiver = action.to != impl::NodeId::kNone;
  if (action.request) {
    const bool is_other = action.node != impl::NodeId::kNone && action.to != action.node;
    if (!names_receiver || (trace_.initial.contains(action.to) && !is_other)) return std::nullopt;
    return Mismatch{"/action/to", trace_.names.of(action.to),
                    is_other ? fmt::format("the message goes to {}", trace_.names.of(action.node))
                             : "no such node is in initial"};
  }
  if (names_receiver && trace_.scenario && !misfit_) {
    const spec::Scenario& scenario = *trace_.scenario;
    if (std::ranges::find(scenario.owners, action.to, &spec::Owner::node) == scenario.owners.end()) {
      return Mismatch{"/action/to", trace_.names.of(action.to),
                      fmt::format("no owner of {} is there", scenario.name)};
    }
  }
  const bool is_of_any = action.node == impl::NodeId::kNone && trace_.initial.size() != 1;
  is_any_lost_ = is_any_lost_ || is_of_any;
  if (is_any_lost_) return std::nullopt;
  const impl::NodeId node = action.node != impl::NodeId::kNone ? action.node : trace_.initial.begin()->first;
  losses_.push_back({step, node, action.to});
  return std::nullopt;
}

void Claims::lose(impl::NodeId node, const impl::Outbox& out) {
  for (const impl::Message& reply : out.sent) {
    const auto loss = std::ranges::find(losses_, node, &Loss::node);
    if (loss == losses_.end()) return;
    if (loss->to != impl::NodeId::kNone && loss->to != reply.to && !other_receiver_) {
      const std::string receiver = reply.to == impl::NodeId::kNone ? "nobody" : trace_.names.of(reply.to);
      other_receiver_ =
          Mismatch{fmt::format("/steps/{}/action/to", loss->step), trace_.names.of(loss->to),
                   fmt::format("the next message from {} goes to {}", trace_.names.of(node), receiver)};
    }
    losses_.erase(loss);
  }
}

void Claims::observe(const ImplementationStep& step) {
  lose(step.node, step.out);
  if (asks_) safety_.observe(step);
  if (scenario_) scenario_->take(step);
}

void Claims::take_environment() {
  if (scenario_) scenario_->take_environment();
}

std::optional<Mismatch> Claims::judge_document(bool comes_back) {
  if (trace_.loop_start) {
    if (!comes_back) return does_not_come_back(*trace_.loop_start);
    if (scenario_ && !scenario_->is_loop_closed()) {
      return Mismatch{"/loop_start",
                      fmt::format("owners and links are as before step {}", *trace_.loop_start),
                      "they do not come back there"};
    }
  }
  if (misfit_) return misfit_;
  if (other_receiver_) return other_receiver_;
  const std::string& property = trace_.header.property;
  if (!property.empty() && !is_known(property)) {
    return Mismatch{"/property", property, "`takeover list properties` has no such one"};
  }
  if (auto mismatch = judge_verdict(find(true))) return mismatch;
  return judge_why();
}

std::optional<Mismatch> Claims::judge_verdict(const Finding& finding) const {
  const std::string& verdict = trace_.header.verdict;
  if (verdict.empty()) return std::nullopt;
  if (finding.kind == Kind::kNotViolated && verdict == "violated") {
    return Mismatch{"/verdict", verdict, finding.why};
  }
  if (finding.kind == Kind::kViolated && verdict != "violated") {
    return Mismatch{"/verdict", verdict, fmt::format("the run violates {}", finding.property)};
  }
  if (verdict != "not-applicable") return std::nullopt;
  if (auto why = why_it_applies()) return Mismatch{"/verdict", verdict, *std::move(why)};
  return std::nullopt;
}

std::optional<std::string> Claims::why_it_applies() const {
  const std::string& id = trace_.header.property;
  if (id.empty()) {
    const auto met = [&](const spec::PropertyInfo& info) { return safety_.is_met(info.property); };
    const auto first = std::ranges::find_if(spec::all_properties(), met);
    if (first == spec::all_properties().end()) return std::nullopt;
    return fmt::format("{} applies: {}", first->id, first->premise);
  }
  if (const auto safety = spec::property_named(id)) {
    if (!safety_.is_met(*safety)) return std::nullopt;
    return fmt::format("it applies: {}", spec::info(*safety).premise);
  }
  if (!scenario_) return std::nullopt;
  if (id == spec::kDeadlockFree) return "it applies to every run";
  const auto live = spec::live_property_named(id);
  if (!live || !scenario_->was_owed()) return std::nullopt;
  return fmt::format("it applies: {}", spec::info(*live).premise);
}

std::optional<Mismatch> Claims::judge_why() const {
  const Header& header = trace_.header;
  if (header.why.empty()) return std::nullopt;
  if (header.verdict != "violated") {
    return Mismatch{
        "/why", header.why,
        header.verdict.empty() ? "no verdict is given" : fmt::format("the verdict is {}", header.verdict)};
  }
  // Free text, unless it is what is said of another property.
  const auto says = [&](std::string_view property) {
    return property != header.property && violation_of(property) == header.why;
  };
  const bool of_safety = std::ranges::any_of(spec::all_properties(), says, &spec::PropertyInfo::id);
  const bool of_liveness =
      std::ranges::any_of(spec::all_live_properties(), says, &spec::LivePropertyInfo::id);
  if (header.property.empty() || violation_of(header.property) == header.why) return std::nullopt;
  if (!of_safety && !of_liveness && !says(spec::kDeadlockFree)) return std::nullopt;
  return Mismatch{"/why", header.why,
                  fmt::format("that is said of another property than {}", header.property)};
}

Finding Claims::find(bool is_whole) {
  if (!asks_) return {};
  const Header& header = trace_.header;
  Finding finding;
  const auto property = spec::property_named(header.property);
  if (property) {
    finding = find_safety(*property);
  } else if (header.property.empty()) {
    finding = find_any_safety();
  } else if (header.property == kCrossCheck) {
    return {Kind::kNotJudged, header.property, {}, "the relation is asked about each step, not about this"};
  } else if (!is_known(header.property)) {
    return {Kind::kNotJudged, header.property, {}, "there is no such property"};
  } else if (is_whole) {
    return find_in_scenario();
  }
  if (is_whole || finding.kind == Kind::kViolated) return finding;
  return {Kind::kNotJudged, header.property, {}, "the run does not come to its end"};
}

Finding Claims::find_safety(spec::Property property) const {
  const std::string id(spec::info(property).id);
  if (const auto& violation = safety_.violation(property)) return {Kind::kViolated, id, violation->step, {}};
  if (safety_.leans_on_the_past(property)) {
    return {Kind::kNotJudged, id, {}, "the run starts in the midst, and this is about what was before"};
  }
  return {Kind::kNotViolated, id, {}, fmt::format("the run does not violate {}", id)};
}

Finding Claims::find_any_safety() const {
  Finding first{Kind::kNotViolated, {}, {}, "the run violates no property of safety"};
  for (const spec::PropertyInfo& info : spec::all_properties()) {
    Finding finding = find_safety(info.property);
    const bool is_earlier =
        finding.kind == Kind::kViolated && (first.kind != Kind::kViolated || finding.step < first.step);
    const bool is_open = finding.kind == Kind::kNotJudged && first.kind == Kind::kNotViolated;
    if (is_earlier || is_open) first = std::move(finding);
  }
  return first;
}

Finding Claims::find_in_scenario() {
  const std::string& id = trace_.header.property;
  if (!scenario_) return {Kind::kNotJudged, id, {}, why_not_followed()};
  const auto live = spec::live_property_named(id);
  const std::optional<std::string> why = live ? scenario_->why_live() : scenario_->why_no_deadlock();
  if (why) return {Kind::kNotViolated, id, {}, fmt::format("the run does not violate {}: {}", id, *why)};
  std::optional<std::size_t> last;
  if (!trace_.steps.empty()) last = trace_.steps.size() - 1;
  return {Kind::kViolated, id, last, {}};
}

std::string Claims::why_not_followed() const {
  const std::string& name = trace_.header.scenario;
  if (name.empty()) return "this is judged in a scenario, and the trace names none";
  if (!trace_.scenario) return fmt::format("this is judged in a scenario, and {} is not built in", name);
  if (misfit_) return fmt::format("the trace is not one of {}", name);
  return "the trace does not record what was sent";
}

std::vector<std::string> Claims::remarks(const Finding& finding) const {
  const Header& header = trace_.header;
  std::vector<std::string> remarks;
  if (!header.scenario.empty() && !trace_.scenario) {
    remarks.push_back(
        fmt::format("the scenario {} is not built in: who takes part was not judged", header.scenario));
  }
  if (trace_.scenario && !misfit_ && !scenario_) {
    remarks.push_back(
        fmt::format("the trace does not record what was sent: whether it is a run of {} was not judged",
                    header.scenario));
  }
  if (!header.verdict.empty() && header.verdict != "violated" && finding.kind == Kind::kNotViolated) {
    remarks.push_back(fmt::format("the verdict {} is said of more than one run", header.verdict));
  }
  return remarks;
}

}  // namespace takeover::traces
