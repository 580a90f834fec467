#include "traces/enum_names.h"
#include "traces/fields.h"
#include "traces/json.h"

namespace takeover::traces {
namespace {

// Visits members, and leaves an object of them. Overloads by type; all are members, so that each sees the
// others.
class Writer {
 public:
  explicit Writer(const spec::Names& names) : names_(names) {}

  [[nodiscard]] Json write(bool value) const { return value; }
  [[nodiscard]] Json write(std::uint64_t value) const { return value; }
  [[nodiscard]] Json write(std::uint8_t value) const { return value; }
  [[nodiscard]] Json write(const std::optional<impl::Epoch>& value) const {
    return value ? Json(*value) : Json();
  }
  [[nodiscard]] Json write(impl::NodeId id) const { return name_or_null(names_.of(id)); }
  [[nodiscard]] Json write(impl::DispatcherId id) const { return name_or_null(names_.of(id)); }
  [[nodiscard]] Json write(const impl::Span& span) const { return to_string(span); }
  template <NamedEnum Enum>
  [[nodiscard]] Json write(Enum value) const {
    return name_or_null(name_of_value(value));
  }

  template <class T, std::size_t N>
  [[nodiscard]] Json write(const impl::SmallVector<T, N>& elements) const {
    Json json = Json::array();
    for (const T& element : elements) json.push_back(write(element));
    return json;
  }

  template <class T>
  requires requires(const T& value, Writer visit) { for_each_field(value, visit); }
  [[nodiscard]] Json write(const T& value) const {
    Json json = Json::object();
    for_each_field(value, [&](const char* key, const auto& member) { json[key] = write(member); });
    return json;
  }

  template <class Vector>
  [[nodiscard]] Json write(const IdSet<Vector>& set) const {
    return write(set.elements);
  }
  template <class Manager>
  [[nodiscard]] Json write(const Registered<Manager>& trigger) const {
    return trigger.manager.is_registered(trigger.manager.trigger(trigger.mode));
  }

  template <class T>
  [[nodiscard]] Json write(const NullIfDefault<T>& field) const {
    return field.value == std::remove_const_t<T>{} ? Json() : write(field.value);
  }

  [[nodiscard]] Json write(const std::optional<impl::DispatcherManager>& manager) const {
    return manager ? write(*manager) : Json();
  }
  [[nodiscard]] Json write(const impl::Boxed<impl::DispatcherManager>& manager) const {
    return manager ? write(*manager) : Json();
  }

  [[nodiscard]] Json write(const impl::Request& request) const {
    return {{"from", write(request.from)}, {"message", message(request)}};
  }

  [[nodiscard]] Json write(const std::optional<impl::OrchestratorHandler>& handler) const {
    if (!handler) return {};
    const auto& [request, next, existed, created_trigger, response] = *handler;
    Json json = write(request);
    json["next"] = write(next);
    json["existed"] = existed;
    json["created_trigger"] = created_trigger;
    json["response"] = write(response);
    return json;
  }

  template <class Vector>
  requires Is<typename Vector::value_type, impl::JournalEntry>
  [[nodiscard]] Json write(const ById<Vector>& journal) const {
    Json json = Json::object();
    for (const impl::JournalEntry& entry : journal.elements) {
      Json& fields = json[names_.of(entry.id)] = Json::object();
      for_each_field(
          entry, [&](const char* key, const auto& member) { fields[key] = write(member); }, false);
    }
    return json;
  }

  // An id that is used in both modes stands for an array of two.
  template <class Vector>
  requires Is<typename Vector::value_type, impl::Dispatcher>
  [[nodiscard]] Json write(const ById<Vector>& dispatchers) const {
    Json json = Json::object();
    for (const impl::Dispatcher& dispatcher : dispatchers.elements) {
      Json& place = json[names_.of(dispatcher.id)];
      if (place.is_object()) place = Json::array({place});
      if (place.is_array()) {
        place.push_back(write(dispatcher));
      } else {
        place = write(dispatcher);
      }
    }
    return json;
  }

  // By type, but for a Merge that waits before a Schedule: both are in the Schedule's stream then (the guard
  // merge-after-schedules), and the order between them matters.
  template <class Vector>
  [[nodiscard]] Json write(const ByStream<Vector>& streams) const {
    Json json = Json::object();
    const auto& requests = streams.elements;
    for (std::size_t i = 0; i < requests.size(); ++i) {
      impl::RequestType stream = requests[i].type();
      if (stream == impl::RequestType::kMerge) {
        for (std::size_t j = i + 1; j < requests.size(); ++j) {
          if (requests[j].type() == impl::RequestType::kSchedule) stream = impl::RequestType::kSchedule;
        }
      }
      Json& place = json[std::string(to_string(stream))];
      if (place.is_null()) place = Json::array();
      place.push_back(write(requests[i]));
    }
    return json;
  }

  [[nodiscard]] Json message(const impl::Request& request) const {
    Json json{{"type", to_string(request.type())}, {"epoch", request.epoch}};
    std::visit([&](const auto& body) { json.update(write(body)); }, request.body);
    return json;
  }
  [[nodiscard]] Json message(const impl::ReplyBody& body) const {
    Json json{{"type", name_of(body)}};
    std::visit([&](const auto& reply) { json.update(write(reply)); }, body);
    return json;
  }

  template <class T>
  void operator()(const char*, const T&) const {}  // only so that a requires-clause can name a visitor

 private:
  [[nodiscard]] static Json name_or_null(std::string_view name) { return name.empty() ? Json() : Json(name); }

  const spec::Names& names_;
};

}  // namespace

Json write_message(const impl::Request& request, const spec::Names& names) {
  return Writer(names).message(request);
}

Json write_message(const impl::ReplyBody& body, const spec::Names& names) {
  return Writer(names).message(body);
}

Json write_reply(const impl::Reply& reply, const spec::Names& names) {
  const Writer writer(names);
  return {{"to", writer.write(reply.to)}, {"message", writer.message(reply.body)}};
}

Json write_node(const impl::DispatcherOrchestrator& node, const spec::Names& names) {
  return Writer(names).write(node);
}

}  // namespace takeover::traces
