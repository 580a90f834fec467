#include "traces/record.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <vector>

#include "traces/replay.h"

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

// Who sent what and has not arrived yet.
class MessageIds {
 public:
  void reserve(const std::string& id) { reserved_.insert(id); }

  void name(Action& action) {
    if (!action.request) return;
    if (action.kind == ActionKind::kSend) {
      if (action.message_id.empty()) action.message_id = fresh();
      under_way_.push_back({*action.request, action.message_id});
      return;
    }
    const auto it = std::find_if(under_way_.begin(), under_way_.end(), [&](const UnderWay& each) {
      return each.request == *action.request && (action.message_id.empty() || each.id == action.message_id);
    });
    if (it == under_way_.end()) return;
    action.message_id = it->id;
    under_way_.erase(it);
  }

  std::string fresh() {
    std::string id;
    do {
      id = fmt::format("m{}", ++last_);
    } while (reserved_.contains(id));
    return id;
  }

 private:
  struct UnderWay {
    impl::Request request;
    std::string id;
  };
  std::vector<UnderWay> under_way_;
  std::set<std::string> reserved_;  // given by whoever made the actions
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
  for (const impl::Reply& reply : out.sent) {
    Json json{{"id", ids.fresh()}};
    json.update(write_reply(reply, names));
    sent.push_back(std::move(json));
  }
  return {{"action", write_action(action, names)},
          {"sent", std::move(sent)},
          {"state", write_nodes(after, names)}};
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

}  // namespace

Json record(const Recording& recording) {
  MessageIds ids;
  for (const RecordedStep& step : recording.steps) ids.reserve(step.action.message_id);
  Json steps = Json::array();
  const Nodes initial{{recording.node, recording.initial}};
  Nodes before = initial;
  for (const RecordedStep& step : recording.steps) {
    Nodes after{{recording.node, step.node}};
    steps.push_back(write_step(step.action, step.out, before, after, recording.names, ids));
    before = std::move(after);
  }
  return document_of(recording.header, initial, recording.names, std::move(steps), recording.loop_start);
}

std::string to_text(const Json& document) {
  return document.dump(1, ' ', false, Json::error_handler_t::replace) + "\n";
}

Json normalised(const Trace& trace) {
  const Run replayed = run(trace);
  MessageIds ids;
  for (const Step& step : trace.steps) ids.reserve(step.action.message_id);
  Json steps = Json::array();
  const Nodes* before = &trace.initial;
  for (std::size_t i = 0; i < replayed.taken.size(); ++i) {
    const Taken& taken = replayed.taken[i];
    Json step = write_step(trace.steps[i].action, taken.out, *before, taken.nodes, trace.names, ids);
    if (!trace.steps[i].title.empty()) {
      Json titled{{"title", trace.steps[i].title}};
      titled.update(step);
      step = std::move(titled);
    }
    steps.push_back(std::move(step));
    before = &taken.nodes;
  }
  const bool is_whole = replayed.taken.size() == trace.steps.size();
  return document_of(trace.header, trace.initial, trace.names, std::move(steps),
                     is_whole ? trace.loop_start : std::nullopt);
}

}  // namespace takeover::traces
