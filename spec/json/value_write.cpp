#include <string>
#include <string_view>
#include <type_traits>

#include "impl/fields.h"
#include "impl/lists.h"
#include "spec/json/values.h"

namespace takeover::spec {
namespace {

using impl::role::kInlined;
using impl::role::kKey;
using impl::role::kKeyed;
using impl::role::kNullIfIdle;
using impl::role::kRegistered;
using impl::role::kStreams;

// Overloads by type; all are members, so that each sees the others.
class Writer {
 public:
  explicit Writer(const Names& names) : names_(names) {}

  template <class T>
  requires std::is_arithmetic_v<T>
  [[nodiscard]] Json write(T value) const { return value; }
  [[nodiscard]] Json write(impl::NodeId id) const { return name_or_null(names_.of(id)); }
  [[nodiscard]] Json write(impl::DispatcherId id) const { return name_or_null(names_.of(id)); }
  [[nodiscard]] Json write(const impl::Span& span) const { return to_string(span); }
  template <impl::Named Enum>
  [[nodiscard]] Json write(Enum value) const {
    return name_or_null(name_of(value));
  }
  template <class T>
  requires requires(const T& value) { value.has_value(); }
  [[nodiscard]] Json write(const T& value) const { return value.has_value() ? write(*value) : Json(); }
  template <class T>
  requires requires(const T& values) { values.begin(); }
  [[nodiscard]] Json write(const T& values) const {
    Json json = Json::array();
    for (const auto& value : values) json.push_back(write(value));
    return json;
  }
  [[nodiscard]] Json write(const impl::Message& waiting) const {
    return {{"from", write(waiting.from)}, {"message", message(waiting)}};
  }
  template <impl::Described T>
  [[nodiscard]] Json write(const T& value) const {
    return object(value, false);
  }

  [[nodiscard]] Json message(const impl::Message& message) const {
    const impl::MessageInfo& row = info(message.type());
    Json json{{"type", row.name}};
    if (row.carries_epoch) json["epoch"] = message.epoch;
    impl::visit_body(message.body, [&](const auto& body) { json.update(write(body)); });
    return json;
  }

 private:
  [[nodiscard]] static Json name_or_null(std::string_view name) { return name.empty() ? Json() : Json(name); }

  template <impl::Described T>
  [[nodiscard]] Json object(const T& value, bool is_under_its_id) const {
    Json json = Json::object();
    impl::for_each_field(value, [&]<class Field>(const Field& field) {
      if constexpr (Field::has(kInlined)) {
        json.update(write(field.value));
      } else if constexpr (Field::has(kKeyed)) {
        json[field.name] = by_id(field.value);
      } else if constexpr (Field::has(kStreams)) {
        json[field.name] = by_stream(field.value);
      } else if constexpr (Field::has(kNullIfIdle)) {
        const bool is_idle = field.value == std::remove_cvref_t<decltype(field.value)>{};
        json[field.name] = is_idle ? Json() : write(field.value);
      } else if (!Field::has(kKey) || !is_under_its_id) {
        json[field.name] = write(field.value);
      }
      if constexpr (Field::has(kRegistered)) {
        registrations<Field>(json, value);
      }
    });
    return json;
  }

  template <class Field>
  static void registrations(Json& json, const auto& manager) {
    json["trigger_registered"] = manager.is_registered(manager.event_trigger);
    json["redo_trigger_registered"] = manager.is_registered(manager.redo_trigger);
  }

  // An id that several have (in both modes) stands for an array of them.
  [[nodiscard]] Json by_id(const auto& values) const {
    Json json = Json::object();
    for (const auto& value : values) {
      Json& place = json[names_.of(value.id)];
      if (place.is_object()) place = Json::array({place});
      if (place.is_array()) {
        place.push_back(object(value, true));
      } else {
        place = object(value, true);
      }
    }
    return json;
  }

  // By type, but for a Merge that waits before a Schedule: both are in the Schedule's stream then (the guard
  // merge-after-schedules), and the order between them matters.
  [[nodiscard]] Json by_stream(const auto& messages) const {
    Json json = Json::object();
    for (std::size_t i = 0; i < messages.size(); ++i) {
      impl::MessageType stream = messages[i].type();
      if (stream == impl::MessageType::kMerge) {
        for (std::size_t j = i + 1; j < messages.size(); ++j) {
          if (messages[j].type() == impl::MessageType::kSchedule) stream = impl::MessageType::kSchedule;
        }
      }
      Json& place = json[std::string(name_of(stream))];
      if (place.is_null()) place = Json::array();
      place.push_back(write(messages[i]));
    }
    return json;
  }

  const Names& names_;
};

}  // namespace

Json write_message(const impl::Message& message, const Names& names) {
  return Writer(names).message(message);
}

Json write_sent(const impl::Message& message, const Names& names) {
  const Writer writer(names);
  return {{"to", writer.write(message.to)}, {"message", writer.message(message)}};
}

Json write_node(const impl::DispatcherOrchestrator& node, const Names& names) {
  return Writer(names).write(node);
}

}  // namespace takeover::spec
