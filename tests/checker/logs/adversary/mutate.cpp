#include "tests/checker/logs/adversary/mutate.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <stdexcept>
#include <utility>
#include <vector>

#include "spec/json/values.h"

namespace takeover::logs {
namespace {

using traces::Json;

constexpr std::array<std::string_view, kMutations> kNames{
    "deleted",      "swapped",         "epoch+1",          "epoch-1",         "other peer",
    "other owner",  "owner epoch+1",   "other id",         "unknown id",      "other trigger",
    "other span",   "other start ts",  "other checkpoint", "other action",    "other operator",
    "other status", "success flipped", "error flipped",    "removed flipped", "redo flipped"};

// The next of those that occur, in a circle; none if there is no other.
template <class T>
std::optional<T> other_than(const T& value, const std::set<T>& all) {
  if (all.size() < 2 && (all.empty() || *all.begin() == value)) return std::nullopt;
  auto found = all.upper_bound(value);
  if (found == all.end()) found = all.begin();
  return *found == value ? std::nullopt : std::optional<T>(*found);
}

// What the lines of a history name.
struct Named {
  std::set<std::string> nodes{};
  std::set<std::string> ids{};
};

void add_ids(const Json& json, std::set<std::string>& ids) {
  if (json.is_array()) {
    for (const Json& each : json) add_ids(each, ids);
  } else if (json.is_object()) {
    for (const auto& [key, value] : json.items()) {
      const bool is_id = key == "id" || key == "merged_id" || key == "event_trigger" || key == "redo_trigger";
      if (is_id && value.is_string()) ids.insert(value.get<std::string>());
      add_ids(value, ids);
    }
  }
}

Json json_of(const Observed& line, const spec::Names& names) {
  return line.what == What::kArrival ? spec::write_message(line.message, names) : line.expected;
}

Named named_in(const History& history) {
  Named named;
  for (const Observed& line : history.lines) {
    for (const auto& node : {line.facts.from, line.facts.owner}) {
      if (node) named.nodes.insert(history.names.of(*node));
    }
    if (line.facts.id) named.ids.insert(history.names.of(*line.facts.id));
    if (line.what != What::kArrival && line.what != What::kSend) continue;
    named.nodes.insert(history.names.of(line.message.from));
    named.nodes.insert(history.names.of(line.message.to));
    add_ids(json_of(line, history.names), named.ids);
  }
  named.nodes.erase("");
  named.ids.erase("");
  return named;
}

// ---- messages ----

// The first id that a message tells; null if it tells none.
Json* id_in(Json& message) {
  for (const char* key : {"id", "merged_id"}) {
    if (message.contains(key) && message[key].is_string()) return &message[key];
  }
  for (const char* key : {"statuses", "spans", "operators"}) {
    if (message.contains(key) && !message[key].empty() && message[key][0].contains("id")) {
      return &message[key][0]["id"];
    }
  }
  return nullptr;
}

bool flip(Json& message, const char* key) {
  if (!message.contains(key)) return false;
  message[key] = !message[key].get<bool>();
  return true;
}

bool shift(Json& message, const char* key, std::int64_t by) {
  if (!message.contains(key) || !message[key].is_number_unsigned()) return false;
  const auto value = message[key].get<std::uint64_t>();
  if (by < 0 && value == 0) return false;
  message[key] = value + static_cast<std::uint64_t>(by);
  return true;
}

bool replace(Json& message, const char* key, std::string_view one, std::string_view other) {
  if (!message.contains(key)) return false;
  message[key] = message[key] == one ? other : one;
  return true;
}

bool change_status(Json& message) {
  for (const char* key : {"statuses", "spans"}) {
    if (!message.contains(key) || message[key].empty()) continue;
    if (replace(message[key][0], "status", "Working", "Stopped")) return true;
  }
  return false;
}

bool change_error(Json& message) {
  if (!message.contains("error")) return false;
  message["error"] =
      message["error"].is_null() ? Json("ErrChangefeedInitTableTriggerDispatcherFailed") : Json(nullptr);
  return true;
}

bool change_id(Json& message, const Named& named) {
  Json* id = id_in(message);
  if (id == nullptr) return false;
  const auto other = other_than(id->get<std::string>(), named.ids);
  if (other) *id = *other;
  return other.has_value();
}

bool change_trigger(Json& message, const Named& named) {
  if (!message.contains("event_trigger") || !message["event_trigger"].is_string()) return false;
  const auto other = other_than(message["event_trigger"].get<std::string>(), named.ids);
  if (other) message["event_trigger"] = *other;
  return other.has_value();
}

bool change_unknown_id(Json& message) {
  Json* id = id_in(message);
  if (id != nullptr) *id = "unknown";
  return id != nullptr;
}

bool change_span(Json& message) {
  if (!message.contains("span")) return false;
  message["span"] = "table-9999";
  return true;
}

// Of a request for a dispatcher, or for a barrier.
bool change_action(Json& message) {
  const bool is_schedule = message.contains("operator");
  return is_schedule ? replace(message, "action", "Create", "Remove")
                     : replace(message, "action", "Write", "Pass");
}

bool change_message(Json& message, const Named& named, Mutation mutation) {
  switch (mutation) {
    case Mutation::kEpochUp: return shift(message, "epoch", 1);
    case Mutation::kEpochDown: return shift(message, "epoch", -1);
    case Mutation::kOtherId: return change_id(message, named);
    case Mutation::kUnknownId: return change_unknown_id(message);
    case Mutation::kOtherTrigger: return change_trigger(message, named);
    case Mutation::kOtherSpan: return change_span(message);
    case Mutation::kOtherStartTs: return shift(message, "start_ts", 1);
    case Mutation::kOtherCheckpoint: return shift(message, "checkpoint_ts", 1);
    case Mutation::kOtherAction: return change_action(message);
    case Mutation::kOtherOperator: return replace(message, "operator", "Add", "Move");
    case Mutation::kOtherStatus: return change_status(message);
    case Mutation::kFlippedSuccess: return flip(message, "success");
    case Mutation::kFlippedError: return change_error(message);
    case Mutation::kFlippedRemoved: return flip(message, "removed");
    case Mutation::kFlippedRedo: return flip(message, "redo_enabled");
    case Mutation::kDeleted:
    case Mutation::kSwapped:
    case Mutation::kOtherPeer:
    case Mutation::kOtherOwner:
    case Mutation::kOwnerEpochUp:
    case Mutation::kCount: return false;
  }
  return false;
}

bool change_peer(Observed& line, const Named& named, spec::Names& names) {
  impl::NodeId& peer = line.what == What::kArrival ? line.message.from : line.message.to;
  const auto other = other_than(names.of(peer), named.nodes);
  if (other) peer = names.node(*other);
  return other.has_value();
}

bool mutate_message(Observed& line, const Named& named, spec::Names& names, Mutation mutation) {
  if (mutation == Mutation::kOtherPeer) return change_peer(line, named, names);
  Json message = json_of(line, names);
  if (!change_message(message, named, mutation)) return false;
  const impl::NodeId from = line.message.from;
  const impl::NodeId to = line.message.to;
  line.message = {};
  const auto error = line.what == What::kArrival
                         ? spec::read_message(message, names, line.message)
                         : spec::read_sent({{"message", message}}, names, line.message);
  if (error) throw std::logic_error("a mutated message cannot be read: " + error->to_line());
  line.message.from = from;
  line.message.to = to;
  if (line.what == What::kSend) line.expected = std::move(message);
  return true;
}

// ---- lines ----

template <class T>
bool shift(std::optional<T>& fact, std::int64_t by) {
  if (!fact || (by < 0 && *fact == 0)) return false;
  *fact += static_cast<T>(by);
  return true;
}

bool flip(std::optional<bool>& fact) {
  if (fact) fact = !*fact;
  return fact.has_value();
}

bool change_node(std::optional<impl::NodeId>& fact, const Named& named, spec::Names& names) {
  if (!fact) return false;
  const auto other = other_than(names.of(*fact), named.nodes);
  if (other) fact = names.node(*other);
  return other.has_value();
}

bool change_dispatcher(std::optional<impl::DispatcherId>& fact, const Named& named, spec::Names& names) {
  if (!fact || *fact == impl::DispatcherId::kNone) return false;
  const auto other = other_than(names.of(*fact), named.ids);
  if (other) fact = names.dispatcher(*other);
  return other.has_value();
}

template <class T>
bool swap_values(std::optional<T>& fact, T one, T other) {
  if (fact) fact = *fact == one ? other : one;
  return fact.has_value();
}

bool mutate_facts(Facts& facts, const Named& named, spec::Names& names, Mutation mutation) {
  switch (mutation) {
    case Mutation::kEpochUp: return shift(facts.epoch, 1);
    case Mutation::kEpochDown: return shift(facts.epoch, -1);
    case Mutation::kOtherPeer: return change_node(facts.from, named, names);
    case Mutation::kOtherOwner: return change_node(facts.owner, named, names);
    case Mutation::kOwnerEpochUp: return shift(facts.owner_epoch, 1);
    case Mutation::kOtherId: return change_dispatcher(facts.id, named, names);
    case Mutation::kUnknownId:
      if (facts.id) facts.id = names.dispatcher("unknown");
      return facts.id.has_value();
    case Mutation::kOtherTrigger: return change_dispatcher(facts.trigger_here, named, names);
    case Mutation::kOtherSpan:
      if (facts.span) facts.span = impl::Span{.table = 9999};
      return facts.span.has_value();
    case Mutation::kOtherStartTs: return shift(facts.start_ts, 1);
    case Mutation::kOtherAction:
      return swap_values(facts.action, impl::ScheduleAction::kCreate, impl::ScheduleAction::kRemove);
    case Mutation::kOtherOperator:
      return swap_values(facts.operator_type, impl::OperatorType::kAdd, impl::OperatorType::kMove);
    case Mutation::kFlippedSuccess: return flip(facts.success);
    case Mutation::kFlippedRemoved: return flip(facts.removed);
    case Mutation::kFlippedRedo: return flip(facts.redo);
    case Mutation::kDeleted:
    case Mutation::kSwapped:
    case Mutation::kOtherCheckpoint:
    case Mutation::kOtherStatus:
    case Mutation::kFlippedError:
    case Mutation::kCount: return false;
  }
  return false;
}

bool swap_lines(History& history, std::size_t line) {
  if (line + 1 == history.lines.size()) return false;
  Observed& one = history.lines[line];
  Observed& other = history.lines[line + 1];
  std::swap(one, other);
  // It is what they tell that changes places.
  std::swap(one.at, other.at);
  std::swap(one.time_us, other.time_us);
  return true;
}

// A heartbeat that tells only a watermark.
bool is_empty(const Observed& line) {
  const auto* heartbeat = line.message.as<impl::HeartBeatRequest>();
  return heartbeat != nullptr && heartbeat->statuses.empty() && heartbeat->error == impl::ErrorCode::kNone;
}

}  // namespace

std::string_view name_of(Mutation mutation) {
  return kNames[static_cast<std::size_t>(mutation)];
}

std::optional<History> mutated(const History& history, std::size_t line, Mutation mutation) {
  History result = history;
  Observed& altered = result.lines[line];
  if (mutation == Mutation::kDeleted) {
    result.lines.erase(result.lines.begin() + static_cast<std::ptrdiff_t>(line));
    return result;
  }
  if (mutation == Mutation::kSwapped) {
    return swap_lines(result, line) ? std::optional(std::move(result)) : std::nullopt;
  }
  const Named named = named_in(history);
  bool changed = false;
  if (altered.what == What::kLine) {
    changed = mutate_facts(altered.facts, named, result.names, mutation);
  } else if (altered.what == What::kArrival || altered.what == What::kSend) {
    changed = mutate_message(altered, named, result.names, mutation);
  }
  return changed ? std::optional(std::move(result)) : std::nullopt;
}

std::string kind_of(const Observed& line) {
  switch (line.what) {
    case What::kLine: return std::string(name_of(line.line));
    case What::kArrival: return fmt::format("recv {}", name_of(line.message.type()));
    case What::kSend:
      return fmt::format("send {}{}", is_empty(line) ? "empty " : "", name_of(line.message.type()));
    case What::kFence: return "local-fence";
    case What::kShutdown: return "shutdown";
    case What::kGap: return "gap";
  }
  return {};
}

}  // namespace takeover::logs
