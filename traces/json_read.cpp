#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <stdexcept>

#include "spec/json/json_cursor.h"
#include "traces/enum_names.h"
#include "traces/fields.h"
#include "traces/json.h"

namespace takeover::traces {
namespace {

constexpr std::array<std::string_view, impl::kPathCount> kPaths{
    "orchestrator",    "ScheduleDispatcherRequest",    "MergeDispatcherRequest", "HeartBeatResponse",
    "RedoMetaMessage", "RedoResolvedTsForwardMessage", "CheckpointTsMessage"};

// Fills values from validated JSON. Throws a Fault, which the functions at the end of this file return.
class Reader {
 public:
  explicit Reader(spec::Names& names, Reading reading = Reading::kInitial)
      : names_(names), is_partial_(reading == Reading::kExpected) {}

  // Runs `read` with the key or index added to the place that a fault names.
  template <class Key, class Read>
  void at(const Key& key, Read&& read_value) {
    const std::size_t length = pointer_.size();
    if constexpr (std::is_integral_v<Key>) {
      pointer_ += '/';
      pointer_ += std::to_string(key);
    } else {
      pointer_ += spec::pointer_token(key);
    }
    read_value();
    pointer_.resize(length);
  }

  [[noreturn]] void refuse(std::string what, std::string expected) const {
    throw Fault{pointer_, std::move(what), std::move(expected)};
  }

  static void read(const Json& json, bool& value) { value = json.get<bool>(); }
  static void read(const Json& json, std::uint64_t& value) { value = json.get<std::uint64_t>(); }
  static void read(const Json& json, std::uint8_t& value) { value = json.get<std::uint8_t>(); }
  static void read(const Json& json, std::optional<impl::Epoch>& value) {
    if (json.is_null()) {
      value.reset();
    } else {
      value = json.get<impl::Epoch>();
    }
  }
  void read(const Json& json, impl::NodeId& id) {
    id = json.is_null() ? impl::NodeId::kNone : node(text(json));
  }
  void read(const Json& json, impl::DispatcherId& id) {
    id = json.is_null() ? impl::DispatcherId::kNone : dispatcher(text(json));
  }
  void read(const Json& json, impl::Span& span) const {
    const auto named = impl::span_named(text(json));
    if (!named) {
      refuse(fmt::format("the span '{}'", text(json)), std::string(spec::kAnySpan));
    }
    span = *named;
  }
  template <NamedEnum Enum>
  void read(const Json& json, Enum& value) const {
    const auto named = value_named<Enum>(json.is_null() ? std::string_view() : std::string_view(text(json)));
    if (!named) refuse(fmt::format("the value {}", json.dump()), "a value of its enumeration");
    value = *named;
  }

  template <class T, std::size_t N>
  void read(const Json& json, impl::SmallVector<T, N>& elements) {
    elements.clear();
    for (std::size_t i = 0; i < json.size(); ++i) {
      at(i, [&] {
        T element{};
        read(json[i], element);
        elements.push_back(std::move(element));
      });
    }
  }

  template <class T>
  requires requires(T& value, const Reader& visit) { for_each_field(value, visit); }
  void read(const Json& json, T& value) {
    for_each_field(value, [&](const char* key, auto&& member) { read_member(json, key, member); });
    if constexpr (std::is_same_v<T, impl::DispatcherManager>) complete(json, value);
  }

  template <class Member>
  void read_member(const Json& json, const char* key, Member&& member) {
    if (const auto it = json.find(key); it != json.end()) {
      at(std::string_view(key), [&] { read(*it, member); });
    }
  }

  template <class Vector>
  void read(const Json& json, const IdSet<Vector>& set) {
    read(json, set.elements);
    std::ranges::sort(set.elements);
    set.elements.erase(std::unique(set.elements.begin(), set.elements.end()), set.elements.end());
  }
  template <class Manager>
  void read(const Json& json, const Registered<Manager>& trigger) {
    const impl::DispatcherId id = trigger.manager.trigger(trigger.mode);
    if (json.get<bool>() && id != impl::DispatcherId::kNone) trigger.manager.register_trigger(id);
  }

  template <class T>
  void read(const Json& json, const NullIfDefault<T>& field) {
    field.value = {};
    if (!json.is_null()) read(json, field.value);
  }

  void read(const Json& json, std::optional<impl::DispatcherManager>& manager) {
    manager.reset();
    if (!json.is_null()) read(json, manager.emplace());
  }
  void read(const Json& json, impl::Boxed<impl::DispatcherManager>& manager) {
    manager.reset();
    if (json.is_null()) return;
    manager = impl::DispatcherManager{};
    read(json, *manager);
  }

  void read(const Json& json, impl::Request& request) {
    read_member(json, "from", request.from);
    if (const auto it = json.find("message"); it != json.end()) {
      at("message", [&] { message(*it, request); });
    } else if (!is_partial_) {
      refuse("no key 'message'", "it to be given");
    }
  }

  void read(const Json& json, std::optional<impl::OrchestratorHandler>& handler) {
    handler.reset();
    if (json.is_null()) return;
    auto& [request, next, existed, created_trigger, response] = handler.emplace();
    read(json, request);
    if (!request.is_for_orchestrator())
      refuse("a handler of a message of a stream", "one of the orchestrator");
    read_member(json, "next", next);
    read_member(json, "existed", existed);
    read_member(json, "created_trigger", created_trigger);
    read_member(json, "response", response);
  }

  template <class Vector>
  requires Is<typename Vector::value_type, impl::JournalEntry>
  void read(const Json& json, const ById<Vector>& journal) {
    for (const auto& [name, fields] : json.items()) {
      at(std::string_view(name), [&, &key = name, &value = fields] {
        impl::JournalEntry entry{.id = dispatcher(key)};
        for_each_field(
            entry, [&](const char* field, auto& member) { read_member(value, field, member); }, false);
        journal.elements.push_back(entry);
      });
    }
    std::ranges::sort(journal.elements, {}, &impl::JournalEntry::id);
  }

  template <class Vector>
  requires Is<typename Vector::value_type, impl::Dispatcher>
  void read(const Json& json, const ById<Vector>& dispatchers) {
    const auto take = [&](const std::string& name, const Json& fields) {
      impl::Dispatcher element{.id = dispatcher(name)};
      read(fields, element);
      dispatchers.elements.push_back(element);
    };
    for (const auto& [name, fields] : json.items()) {
      at(std::string_view(name), [&, &key = name, &value = fields] {
        if (!value.is_array()) {
          take(key, value);
          return;
        }
        for (std::size_t i = 0; i < value.size(); ++i) at(i, [&] { take(key, value[i]); });
      });
    }
    const auto key_of = [](const impl::Dispatcher& d) { return std::pair(d.id, d.mode); };
    std::ranges::sort(dispatchers.elements, {}, key_of);
    const auto twice = std::ranges::adjacent_find(dispatchers.elements, {}, key_of);
    if (twice != dispatchers.elements.end()) {
      at(std::string_view(names_.of(twice->id)),
         [&] { refuse("two dispatchers of one mode", "one of each mode"); });
    }
  }

  // In the order of the types; a Merge may stand in the Schedule's stream.
  template <class Vector>
  void read(const Json& json, const ByStream<Vector>& streams) {
    for (std::size_t i = 1; i < kPaths.size(); ++i) {
      const auto it = json.find(std::string(kPaths.at(i)));
      if (it == json.end()) continue;
      at(kPaths.at(i), [&] {
        impl::SmallVector<impl::Request, 2> requests;
        read(*it, requests);
        for (std::size_t j = 0; j < requests.size(); ++j) {
          const bool fits = impl::path_of(requests[j].type()) == static_cast<impl::Path>(i) ||
                            (static_cast<impl::Path>(i) == impl::Path::kSchedule &&
                             requests[j].type() == impl::RequestType::kMerge);
          const bool is_open = is_partial_ && !(*it)[j].contains("message");
          if (!fits && !is_open)
            at(j, [&] { refuse("a message of another stream", std::string(kPaths.at(i))); });
          streams.elements.push_back(requests[j]);
        }
      });
    }
  }

  void message(const Json& json, impl::Request& request) {
    const auto type = impl::request_type_named(text(json["type"]));
    if (!type) refuse("no request", "a message that a maintainer sends");
    request.body = body_of(*type);
    read_member(json, "epoch", request.epoch);
    std::visit([&](auto& body) { read(json, body); }, request.body);
    if (is_partial_) return;
    if (const auto* schedule = std::get_if<impl::ScheduleDispatcherRequest>(&request.body)) {
      if (schedule->id == impl::DispatcherId::kNone) refuse("no key 'id'", "the dispatcher's id");
    }
    if (const auto* merge = std::get_if<impl::MergeDispatcherRequest>(&request.body)) {
      if (merge->merged_id == impl::DispatcherId::kNone)
        refuse("no key 'merged_id'", "the merged dispatcher's id");
    }
  }

  void reply(const Json& json, impl::Reply& reply) {
    read_member(json, "to", reply.to);
    at("message", [&] {
      const Json& body = json["message"];
      const std::string& type = text(body["type"]);
      for (std::size_t i = 0; i < std::variant_size_v<impl::ReplyBody>; ++i) {
        if (name_of(reply_of(i)) == type) reply.body = reply_of(i);
      }
      std::visit([&](auto& value) { read(body, value); }, reply.body);
    });
  }

  template <class T>
  void operator()(const char*, const T&) const {}  // only so that a requires-clause can name a visitor

  // What no run leads to, and what the implementation takes for granted of a state to start from.
  void check(const impl::DispatcherOrchestrator& node) {
    if (node.manager && node.initializing) {
      at("initializing", [&] { refuse("a second manager", "null, since one is published"); });
    }
    for (std::size_t i = 0; i < node.pending.size(); ++i) {
      const auto type = node.pending[i].type();
      const auto same = [&](const impl::Request& request) { return request.type() == type; };
      if (!node.pending[i].is_for_orchestrator() || std::ranges::count_if(node.pending, same) > 1) {
        at("pending", [&] {
          at(i, [&] { refuse("a message that cannot wait here", "one of each type of the orchestrator's"); });
        });
      }
    }
    if (node.handler) at("handler", [&] { at("next", [&] { check_step(node); }); });
    if (node.manager) at("manager", [&] { check_schedule(*node.manager); });
    if (node.initializing) at("initializing", [&] { check_schedule(*node.initializing); });
  }

  [[nodiscard]] impl::NodeId node(const std::string& name) const {
    return interned([&] { return names_.node(name); });
  }
  [[nodiscard]] impl::DispatcherId dispatcher(const std::string& name) const {
    if (name.empty()) refuse("an empty id", "a name");
    return interned([&] { return names_.dispatcher(name); });
  }

 private:
  void check_step(const impl::DispatcherOrchestrator& node) const {
    using Step = impl::OrchestratorStep;
    const Step next = node.handler->next;
    const impl::RequestType type = node.handler->request.type();
    const bool fits = type == impl::RequestType::kPostBootstrap ? next == Step::kPostBootstrap
                      : type == impl::RequestType::kClose
                          ? next == Step::kClose
                          : next != Step::kPostBootstrap && next != Step::kClose && next != Step::kLookUp;
    if (!fits) refuse("a step of another handler", "one of the message's");
    if (type != impl::RequestType::kBootstrap) return;
    const bool registers = next == Step::kRegisterInitializing;
    const bool builds = next == Step::kCreateTriggers || next == Step::kPublish;
    if (builds && !node.initializing)
      refuse("a step of building, and no initializing", "the manager it builds");
    if (registers && (node.manager || node.initializing))
      refuse("a step before a manager is here", "no manager");
    if (!builds && !registers && !node.manager)
      refuse("a step under the fence, and no manager", "the manager");
  }

  void check_schedule(const impl::DispatcherManager& manager) {
    const impl::ScheduleHandler& handler = manager.schedule;
    const bool fits = handler.step == impl::ScheduleStep::kIdle ? handler.batch.empty() && handler.next == 0
                      : handler.step == impl::ScheduleStep::kCreate ? handler.next < handler.batch.size()
                                                                    : handler.next <= handler.batch.size();
    if (!fits) {
      at("schedule", [&] { at("next", [&] { refuse("no place in the batch", "one below its length"); }); });
    }
  }

  static const std::string& text(const Json& json) { return json.get_ref<const std::string&>(); }

  template <class Intern>
  auto interned(Intern&& intern) const -> decltype(intern()) {
    try {
      return intern();
    } catch (const std::length_error&) {
      refuse("too many different names", "at most 65535 of a kind");
    }
  }

  static impl::RequestBody body_of(impl::RequestType type) {
    impl::RequestBody body;
    [&]<std::size_t... I>(std::index_sequence<I...>) {
      ((static_cast<std::size_t>(type) == I ? (body.emplace<I>(), 0) : 0), ...);
    }
    (std::make_index_sequence<impl::kRequestTypeCount>{});
    return body;
  }
  static impl::ReplyBody reply_of(std::size_t index) {
    impl::ReplyBody body;
    [&]<std::size_t... I>(std::index_sequence<I...>) {
      ((index == I ? (body.emplace<I>(), 0) : 0), ...);
    }
    (std::make_index_sequence<std::variant_size_v<impl::ReplyBody>>{});
    return body;
  }

  static void complete(const Json& json, impl::DispatcherManager& manager) {
    for (const impl::Mode mode : {impl::Mode::kDefault, impl::Mode::kRedo}) {
      const bool is_default = mode == impl::Mode::kDefault;
      if (json.contains(is_default ? "event_trigger_start_ts" : "redo_trigger_start_ts")) continue;
      const impl::Dispatcher* trigger = manager.find(manager.trigger(mode), mode);
      if (trigger == nullptr) continue;
      (is_default ? manager.event_trigger_start_ts : manager.redo_trigger_start_ts) = trigger->start_ts;
    }
  }

  spec::Names& names_;
  bool is_partial_;
  std::string pointer_;
};

template <class Read>
std::optional<Fault> fault_of(Read&& read) {
  try {
    read();
    return std::nullopt;
  } catch (const Fault& fault) {
    return fault;
  }
}

// The number that the whole of the text is, as to_string writes it.
template <class Number>
std::optional<Number> number_in(std::string_view text) {
  Number number{};
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (code != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  if (std::to_string(number) != text) return std::nullopt;  // "007", "-0"
  return number;
}

}  // namespace

std::optional<Fault> read_request(const Json& message, spec::Names& names, impl::Request& request) {
  return fault_of([&] { Reader(names).message(message, request); });
}

std::optional<Fault> read_reply(const Json& sent, spec::Names& names, impl::Reply& reply) {
  return fault_of([&] { Reader(names).reply(sent, reply); });
}

std::optional<Fault> read_node(const Json& json, spec::Names& names, impl::DispatcherOrchestrator& node,
                               Reading reading) {
  return fault_of([&] {
    Reader reader(names, reading);
    reader.read(json, node);
    if (reading == Reading::kInitial) reader.check(node);
  });
}

std::string_view to_string(impl::Path path) {
  return kPaths.at(static_cast<std::size_t>(path));
}

std::optional<impl::Path> path_named(std::string_view name) {
  const auto* it = std::ranges::find(kPaths, name);
  if (it == kPaths.end()) return std::nullopt;
  return static_cast<impl::Path>(it - kPaths.begin());
}

}  // namespace takeover::traces
