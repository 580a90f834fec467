#include "traces/record.h"

#include <fmt/format.h>

#include <set>
#include <utility>

#include "spec/properties/liveness.h"
#include "spec/properties/properties.h"
#include "traces/replay.h"
#include "traces/under_way.h"

namespace takeover::traces {
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

// Gives ids to messages that have none.
class MessageIds {
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

Json write_nodes(const Nodes& nodes, const spec::Names& names) {
  Json json = Json::object();
  for (const auto& [id, node] : nodes) json[names.of(id)] = write_node(node, names);
  return {{"nodes", json}};
}

Json write_step(Action action, const impl::Outbox& out, const Nodes& before, const Nodes& after,
                const spec::Names& names, MessageIds& ids) {
  ids.name(action);
  if (action.fine && action.step.empty())
    action.step = impl::step_name(before.at(action.node), action.node_action);
  Json sent = Json::array();
  for (const impl::Message& reply : out.sent) {
    Json json{{"id", ids.fresh()}};
    json.update(write_sent(reply, names));
    sent.push_back(std::move(json));
  }
  return {{"action", write_action(action, names)},
          {"sent", std::move(sent)},
          {"state", write_nodes(after, names)}};
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

Json record(const Recording& recording) {
  MessageIds ids;
  for (const RecordedStep& step : recording.steps) ids.reserve(step.action);
  Json steps = Json::array();
  Nodes before = recording.initial;
  for (const RecordedStep& step : recording.steps) {
    Nodes after = before;
    if (step.id != impl::NodeId::kNone) after.at(step.id) = step.node;
    steps.push_back(write_step(step.action, step.out, before, after, recording.names, ids));
    const bool is_last = steps.size() == recording.steps.size();
    if (!is_last && steps.size() % recording.state_every != 0) steps.back().erase("state");
    write_rests(step.rests_on, step.unseen, steps.back());
    before = std::move(after);
  }
  return document_of(recording.header, recording.initial, recording.names, std::move(steps),
                     recording.loop_start);
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
  MessageIds ids;
  for (const Step& step : said.steps) ids.reserve(step.action);
  Json steps = Json::array();
  const Nodes* before = &said.initial;
  for (std::size_t i = 0; i < replayed.taken.size(); ++i) {
    const Taken& taken = replayed.taken[i];
    Json step = write_step(said.steps[i].action, taken.out, *before, taken.nodes, said.names, ids);
    if (!said.steps[i].title.empty()) {
      Json titled{{"title", said.steps[i].title}};
      titled.update(step);
      step = std::move(titled);
    }
    write_rests(said.steps[i].rests_on, said.steps[i].unseen, step);
    steps.push_back(std::move(step));
    before = &taken.nodes;
  }
  return document_of(said.header, said.initial, said.names, std::move(steps), said.loop_start);
}

}  // namespace takeover::traces
