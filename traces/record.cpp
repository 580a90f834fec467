#include "traces/record.h"

#include <fmt/format.h>

#include <set>
#include <utility>

#include "spec/properties/liveness.h"
#include "spec/properties/properties.h"
#include "traces/replay.h"
#include "traces/under_way.h"

namespace takeover::traces {

// Gives ids to messages that have none.
class Recorder::MessageIds {
 public:
  // What whoever made the actions has named.
  void reserve(const Action& action) {
    reserved_.insert(action.message_id);
    under_way_.expect(action);
  }

  void name(Action& action) {
    if (action.kind == ActionKind::kSend) {
      if (action.message_id.empty()) action.message_id = fresh();
      under_way_.send(*action.request, action.message_id);
    } else if (is_arrival(action)) {
      if (const auto id = under_way_.arrive(action)) action.message_id = *id;
    }
  }

  std::string fresh() {
    std::string id;
    do {
      id = fmt::format("m{}", ++last_);
    } while (reserved_.contains(id));
    return id;
  }

 private:
  UnderWay under_way_;
  std::set<std::string> reserved_;
  std::size_t last_ = 0;
};

namespace {

Json text_or_null(const std::string& text) {
  return text.empty() ? Json() : Json(text);
}

Json write_header(const Header& header) {
  Json json{{"format", "takeover-trace"},
            {"version", 1},
            {"model", "node"},
            {"profile", header.profile},
            {"guards_off", header.guards_off}};
  if (!header.guards_on.empty()) json["guards_on"] = header.guards_on;
  if (!header.variants.empty()) json["variants"] = header.variants;
  const auto write = [&](const char* key, const std::string& text) {
    if (!text.empty()) json[key] = text;
  };
  write("title", header.title);
  write("source", header.source);
  json["scenario"] = text_or_null(header.scenario);
  json["property"] = text_or_null(header.property);
  json["verdict"] = text_or_null(header.verdict);
  write("why", header.why);
  write("tool_version", header.tool_version);
  if (header.seed) json["seed"] = *header.seed;
  return json;
}

Json write_nodes(const Nodes& nodes, const spec::Names& names) {
  Json json = Json::object();
  for (const auto& [id, node] : nodes) json[names.of(id)] = write_node(node, names);
  return {{"nodes", json}};
}

void write_rests(const std::vector<Rest>& rests_on, bool unseen, Json& step) {
  for (const Rest& rest : rests_on) step["rests_on"].push_back({{"file", rest.file}, {"line", rest.line}});
  if (unseen) step["unseen"] = true;
}

Json document_of(const Header& header, const Nodes& initial, const spec::Names& names, Json steps,
                 const std::optional<std::size_t>& loop_start) {
  Json document = write_header(header);
  document["length"] = steps.size();
  document["initial"] = write_nodes(initial, names);
  document["steps"] = std::move(steps);
  document["loop_start"] = loop_start ? Json(*loop_start) : Json();
  return document;
}

// Of the message that is lost: the node is all that is known of it.
void withdraw_receiver(Trace& trace, const std::string& path) {
  const Json::json_pointer to(path);
  const std::size_t step = std::stoul(to.parent_pointer().parent_pointer().back());
  Action& action = trace.steps.at(step).action;
  if (action.node == impl::NodeId::kNone) action.node = trace.initial.begin()->first;
  action.to = impl::NodeId::kNone;
}

// Takes back what the replay found not to be so: a step that cannot be taken with all behind it, what else a
// step must leave, or a claim of the document.
void withdraw(Trace& trace, const Run& replayed) {
  const std::string& path = replayed.result.path;
  // What is left is another run than the verdict was given of.
  if (path != "/why" && replayed.result.finding.kind != Finding::Kind::kViolated) {
    trace.header.verdict.clear();
    trace.header.why.clear();
  }
  if (!replayed.result.of_document) {
    trace.steps.resize(replayed.taken.size());
    trace.loop_start.reset();
    if (replayed.taken.size() > replayed.result.step) {
      trace.steps.back().sent.reset();
      trace.steps.back().state.reset();
    }
  } else if (path == "/loop_start") {
    trace.loop_start.reset();
  } else if (path.starts_with("/steps")) {
    withdraw_receiver(trace, path);
  } else if (path.starts_with("/initial")) {
    trace.header.scenario.clear();
    trace.scenario.reset();
  } else {
    if (path == "/property") trace.header.property.clear();
    if (path != "/why") trace.header.verdict.clear();
    trace.header.why.clear();
  }
}

}  // namespace

Recorder::Recorder(const Header& header, const spec::Names& names, const Nodes& initial,
                   std::size_t state_every)
    : header_(header),
      names_(names),
      initial_(initial),
      state_every_(state_every),
      ids_(std::make_unique<MessageIds>()),
      nodes_(initial) {}

Recorder::~Recorder() = default;

void Recorder::expect(const Action& action) {
  ids_->reserve(action);
}

void Recorder::add(const RecordedStep& step) {
  Action action = step.action;
  ids_->name(action);
  if (action.fine && action.step.empty()) {
    action.step = impl::step_name(nodes_.at(action.node), action.node_action);
  }
  if (step.id != impl::NodeId::kNone) nodes_.at(step.id) = step.node;
  Json json = Json::object();
  if (!step.title.empty()) json["title"] = step.title;
  json["action"] = write_action(action, names_);
  write_rests(step.rests_on, step.unseen, json);
  Json& sent = json["sent"] = Json::array();
  for (const impl::Message& reply : step.out.sent) {
    sent.push_back({{"id", ids_->fresh()}});
    sent.back().update(write_sent(reply, names_));
  }
  if (state_every_ != 0 && (steps_.size() + 1) % state_every_ == 0)
    json["state"] = write_nodes(nodes_, names_);
  steps_.push_back(std::move(json));
}

Json Recorder::document(const std::optional<std::size_t>& loop_start) && {
  if (!steps_.empty()) steps_.back()["state"] = write_nodes(nodes_, names_);
  return document_of(header_, initial_, names_, std::move(steps_), loop_start);
}

Json record(const Recording& recording) {
  Recorder recorder(recording.header, recording.names, recording.initial);
  for (const RecordedStep& step : recording.steps) recorder.expect(step.action);
  for (const RecordedStep& step : recording.steps) recorder.add(step);
  return std::move(recorder).document(recording.loop_start);
}

std::string to_text(const Json& document) {
  return document.dump(1, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::string_view violation_of(std::string_view property) {
  if (property == spec::kDeadlockFree) return "something is under way, and nothing can happen any more";
  if (const auto named = spec::property_named(property)) return spec::info(*named).violation;
  if (const auto live = spec::live_property_named(property)) return spec::info(*live).violation;
  return {};
}

Json normalised(const Trace& trace) {
  Trace said = trace;
  Run replayed = run(said);
  while (!replayed.result.conforms) {
    withdraw(said, replayed);
    replayed = run(said);
  }
  Recorder recorder(said.header, said.names, said.initial);
  for (const Step& step : said.steps) recorder.expect(step.action);
  for (std::size_t i = 0; i < replayed.taken.size(); ++i) {
    const Step& step = said.steps[i];
    RecordedStep taken{.action = step.action,
                       .out = replayed.taken[i].out,
                       .id = step.action.node,
                       .title = step.title,
                       .rests_on = step.rests_on,
                       .unseen = step.unseen};
    if (taken.id != impl::NodeId::kNone) taken.node = replayed.taken[i].nodes.at(taken.id);
    recorder.add(taken);
  }
  return std::move(recorder).document(said.loop_start);
}

}  // namespace takeover::traces
