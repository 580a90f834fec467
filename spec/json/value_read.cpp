#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "impl/fields.h"
#include "impl/lists.h"
#include "spec/json/json_cursor.h"
#include "spec/json/values.h"

namespace takeover::spec {
namespace {

using impl::role::kInlined;
using impl::role::kKeyed;
using impl::role::kNullIfIdle;
using impl::role::kRegistered;
using impl::role::kRequired;
using impl::role::kStreams;

// Fills values from validated JSON. Throws an InputError, which the functions at the end of this file return.
class Reader {
 public:
  // self: whose state is read, to whom what waits there was sent.
  explicit Reader(Names& names, Reading reading = Reading::kInitial, impl::NodeId self = impl::NodeId::kNone)
      : names_(names), is_partial_(reading == Reading::kExpected), self_(self) {}

  // Runs `read` with the key or index added to the place that an error names.
  template <class Key, class Read>
  void at(const Key& key, Read&& read_value) {
    const std::size_t length = pointer_.size();
    if constexpr (std::is_integral_v<Key>) {
      pointer_ += '/';
      pointer_ += std::to_string(key);
    } else {
      pointer_ += pointer_token(key);
    }
    read_value();
    pointer_.resize(length);
  }

  [[noreturn]] void refuse(std::string what, std::string expected) const {
    throw InputError{"", pointer_, std::move(what), std::move(expected)};
  }

  template <class T>
  requires std::is_arithmetic_v<T>
  static void read(const Json& json, T& value) { value = json.get<T>(); }
  void read(const Json& json, impl::NodeId& id) {
    id = json.is_null() ? impl::NodeId::kNone : node(text(json));
  }
  void read(const Json& json, impl::DispatcherId& id) {
    id = json.is_null() ? impl::DispatcherId::kNone : dispatcher(text(json));
  }
  void read(const Json& json, impl::Span& span) const {
    const auto named = impl::span_named(text(json));
    if (!named) refuse(fmt::format("the span '{}'", text(json)), std::string(kAnySpan));
    span = *named;
  }
  template <impl::Named Enum>
  void read(const Json& json, Enum& value) const {
    const auto named =
        impl::named<Enum>(json.is_null() ? std::string_view("") : std::string_view(text(json)));
    if (!named) refuse(fmt::format("the value {}", json.dump()), "a value of its enumeration");
    value = *named;
  }
  template <class T>
  requires requires(T& value) { value.has_value(); }
  void read(const Json& json, T& value) {
    value.reset();
    if (json.is_null()) return;
    value = std::remove_cvref_t<decltype(*value)>{};
    read(json, *value);
  }
  template <class T>
  requires requires(T& values) { values.begin(); }
  void read(const Json& json, T& values) {
    values.clear();
    for (std::size_t i = 0; i < json.size(); ++i) {
      at(i, [&] {
        typename T::value_type value{};
        read(json[i], value);
        add(values, std::move(value));
      });
    }
  }
  void read(const Json& json, impl::Message& waiting) {
    read_member(json, "from", waiting.from);
    waiting.to = self_;
    if (const auto it = json.find("message"); it != json.end()) {
      at("message", [&] { message(*it, waiting); });
    } else if (!is_partial_) {
      refuse("no key 'message'", "it to be given");
    }
  }
  template <impl::Described T>
  void read(const Json& json, T& value) {
    impl::for_each_field(value, [&]<class Field>(const Field& field) {
      if constexpr (Field::has(kInlined)) {
        read(json, field.value);
      } else if constexpr (Field::has(kKeyed)) {
        read_member(json, field.name, field.value, [&](const Json& j, auto& v) { by_id(j, v); });
      } else if constexpr (Field::has(kStreams)) {
        read_member(json, field.name, field.value, [&](const Json& j, auto& v) { by_stream(j, v); });
      } else if constexpr (Field::has(kNullIfIdle)) {
        read_member(json, field.name, field.value, [&](const Json& j, auto& v) {
          v = {};
          if (!j.is_null()) read(j, v);
        });
      } else {
        read_member(json, field.name, field.value);
      }
      if constexpr (Field::has(kRegistered)) registered<Field>(json, value);
      if constexpr (Field::has(kRequired)) {
        if (in_message_) expect(field);
      }
    });
    if constexpr (std::is_same_v<T, impl::DispatcherManager>) complete(json, value);
    if constexpr (std::is_same_v<T, impl::OrchestratorHandler>) {
      if (!value.request.is_for_orchestrator())
        refuse("a handler of a message of a stream", "one of the orchestrator");
    }
  }

  void message(const Json& json, impl::Message& message) {
    const auto type = impl::named<impl::MessageType>(text(json["type"]));
    if (!type || info(*type).receiver != impl::Party::kNode)
      refuse("no request", "a message that a maintainer sends");
    in_message_ = true;
    body(json, *type, message);
    in_message_ = false;
  }
  void sent(const Json& json, impl::Message& message) {
    read_member(json, "to", message.to);
    at("message", [&] {
      const Json& said = json["message"];
      body(said, *impl::named<impl::MessageType>(text(said["type"])), message);
    });
  }

  // What no run leads to, and what the implementation takes for granted of a state to start from.
  void check(const impl::DispatcherOrchestrator& node) {
    if (node.manager && node.initializing) {
      at("initializing", [&] { refuse("a second manager", "null, since one is published"); });
    }
    for (std::size_t i = 0; i < node.pending.size(); ++i) {
      const auto type = node.pending[i].type();
      const auto same = [&](const impl::Message& other) { return other.type() == type; };
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

 private:
  template <class Member>
  void read_member(const Json& json, const char* key, Member& member) {
    read_member(json, key, member, [&](const Json& j, auto& v) { read(j, v); });
  }
  template <class Member, class Read>
  void read_member(const Json& json, const char* key, Member& member, Read&& read_value) {
    if (const auto it = json.find(key); it != json.end()) {
      at(std::string_view(key), [&] { read_value(*it, member); });
    }
  }

  template <class Values>
  void add(Values& values, typename Values::value_type value) const {
    if constexpr (requires { values.insert(value); }) {
      const std::size_t before = values.size();
      values.insert(std::move(value));
      if constexpr (Values::kMembers > 0) {  // or it is a set, in which one may be named twice
        if (!is_partial_ && values.size() == before) refuse("the same one again", "each of them once");
      }
    } else {
      values.push_back(std::move(value));
    }
  }

  // Elements that stand under their ids; where more than the id tells them apart, several under one.
  template <class Values>
  void by_id(const Json& json, Values& values) {
    values.clear();
    const auto take = [&](const std::string& name, const Json& fields) {
      typename Values::value_type value{.id = dispatcher(name)};
      read(fields, value);
      if constexpr (Values::kMembers > 1) {
        if (values.contains(value.id, value.mode)) refuse("two dispatchers of one mode", "one of each mode");
      }
      values.insert(value);
    };
    for (const auto& [name, fields] : json.items()) {
      at(std::string_view(name), [&, &key = name, &under = fields] {
        if (!under.is_array()) {
          take(key, under);
          return;
        }
        for (std::size_t i = 0; i < under.size(); ++i) at(i, [&] { take(key, under[i]); });
      });
    }
  }

  // In the order of the types; a Merge may stand in the Schedule's stream.
  void by_stream(const Json& json, auto& messages) {
    messages.clear();
    for (const impl::MessageInfo& row : impl::kMessages) {
      if (!row.path || row.path == impl::Path::kOrchestrator) continue;
      const auto it = json.find(std::string(row.name));
      if (it == json.end()) continue;
      at(row.name, [&] {
        impl::SmallVector<impl::Message, 2> waiting;
        read(*it, waiting);
        for (std::size_t i = 0; i < waiting.size(); ++i) {
          const impl::MessageType type = waiting[i].type();
          const bool fits = type == row.type ||
                            (row.type == impl::MessageType::kSchedule && type == impl::MessageType::kMerge);
          const bool is_open = is_partial_ && !(*it)[i].contains("message");
          if (!fits && !is_open) at(i, [&] { refuse("a message of another stream", std::string(row.name)); });
          messages.push_back(waiting[i]);
        }
      });
    }
  }

  void body(const Json& json, impl::MessageType type, impl::Message& message) {
    message.body = impl::empty_body(type);
    if (info(type).carries_epoch) read_member(json, "epoch", message.epoch);
    impl::visit_body(message.body, [&](auto& each) { read(json, each); });
  }

  // An id that must be there, in a message.
  template <class Field>
  void expect(const Field& field) const {
    if constexpr (std::is_same_v<std::remove_cvref_t<decltype(field.value)>, impl::DispatcherId>) {
      if (!is_partial_ && field.value == impl::DispatcherId::kNone)
        refuse(fmt::format("no key '{}'", field.name), "the dispatcher's id");
    }
  }

  template <class Field>
  static void registered(const Json& json, auto& manager) {
    const auto take = [&](const char* key, impl::DispatcherId trigger) {
      const auto it = json.find(key);
      const bool is_said = it != json.end() && it->get<bool>();
      if (is_said && trigger != impl::DispatcherId::kNone) manager.registered_triggers.insert(trigger);
    };
    take("trigger_registered", manager.event_trigger);
    take("redo_trigger_registered", manager.redo_trigger);
  }

  void check_step(const impl::DispatcherOrchestrator& node) const {
    using Step = impl::OrchestratorStep;
    const Step next = node.handler->next;
    const impl::MessageType type = node.handler->request.type();
    const bool fits = type == impl::MessageType::kPostBootstrap ? next == Step::kPostBootstrap
                      : type == impl::MessageType::kClose
                          ? next == Step::kClose
                          : next != Step::kPostBootstrap && next != Step::kClose && next != Step::kLookUp;
    if (!fits) refuse("a step of another handler", "one of the message's");
    if (type != impl::MessageType::kBootstrap) return;
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

  [[nodiscard]] impl::NodeId node(const std::string& name) const {
    return interned([&] { return names_.node(name); });
  }
  [[nodiscard]] impl::DispatcherId dispatcher(const std::string& name) const {
    if (name.empty()) refuse("an empty id", "a name");
    return interned([&] { return names_.dispatcher(name); });
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

  static void complete(const Json& json, impl::DispatcherManager& manager) {
    for (const impl::Mode mode : {impl::Mode::kDefault, impl::Mode::kRedo}) {
      const bool is_default = mode == impl::Mode::kDefault;
      if (json.contains(is_default ? "event_trigger_start_ts" : "redo_trigger_start_ts")) continue;
      const impl::Dispatcher* trigger = manager.find(manager.trigger(mode), mode);
      if (trigger == nullptr) continue;
      (is_default ? manager.event_trigger_start_ts : manager.redo_trigger_start_ts) = trigger->start_ts;
    }
  }

  Names& names_;
  bool is_partial_;
  impl::NodeId self_;
  bool in_message_ = false;
  std::string pointer_;
};

template <class Read>
std::optional<InputError> error_of(Read&& read) {
  try {
    read();
    return std::nullopt;
  } catch (const InputError& error) {
    return error;
  }
}

}  // namespace

std::optional<InputError> read_message(const Json& json, Names& names, impl::Message& message) {
  return error_of([&] { Reader(names).message(json, message); });
}

std::optional<InputError> read_sent(const Json& json, Names& names, impl::Message& message) {
  return error_of([&] { Reader(names, Reading::kExpected).sent(json, message); });
}

std::optional<InputError> read_node(const Json& json, Names& names, impl::DispatcherOrchestrator& node,
                                    Reading reading, impl::NodeId self) {
  return error_of([&] {
    Reader reader(names, reading, self);
    reader.read(json, node);
    if (reading == Reading::kInitial) reader.check(node);
  });
}

std::string_view name_in_json(impl::Path path) {
  return path == impl::Path::kOrchestrator ? name_of(path) : name_of(impl::message_of(path));
}

std::optional<impl::Path> path_in_json(std::string_view name) {
  const auto it = std::ranges::find(impl::kAllOf<impl::Path>, name, name_in_json);
  if (it == impl::kAllOf<impl::Path>.end()) return std::nullopt;
  return *it;
}

}  // namespace takeover::spec
