// What values are like in JSON: their schema, and what order and ids mean in them. Both are read off the
// types.
#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "impl/fields.h"
#include "impl/lists.h"
#include "spec/json/values.h"

namespace takeover::spec {
namespace {

using impl::role::kInlined;
using impl::role::kKeyed;
using impl::role::kNullIfIdle;
using impl::role::kRegistered;
using impl::role::kRequired;
using impl::role::kStreams;

template <class T>
concept IsList = requires(const T& values) {
  values.begin();
};
template <class T>
concept IsOptional = requires(const T& value) {
  value.has_value();
};
// Its order means nothing.
template <class T>
inline constexpr bool kIsUnordered = false;
template <class T, std::size_t N>
inline constexpr bool kIsUnordered<impl::Bag<T, N>> = true;
template <class T, std::size_t N, auto... Members>
inline constexpr bool kIsUnordered<impl::Sorted<T, N, Members...>> = true;

Json refers_to(const char* definition) {
  return {{"$ref", std::string("#/definitions/") + definition}};
}
Json nullable(Json schema) {
  schema["type"] = Json::array({"object", "null"});
  return schema;
}
Json object_of(Json properties) {
  return {{"type", "object"}, {"additionalProperties", false}, {"properties", std::move(properties)}};
}
Json array_of(Json items) {
  return {{"type", "array"}, {"items", std::move(items)}};
}

template <class T>
Json schema();

template <class T>
Json schema_of_keyed() {
  const Json element = schema<typename T::value_type>();
  Json under_its_id = element;
  under_its_id["properties"].erase("id");
  if constexpr (T::kMembers > 1) {
    Json several = under_its_id;
    under_its_id["type"] = Json::array({"object", "array"});
    under_its_id["description"] = "a dispatcher, or those of both modes";
    under_its_id["items"] = std::move(several);
  }
  return {{"type", "object"}, {"additionalProperties", std::move(under_its_id)}};
}

Json schema_of_streams() {
  Json streams = Json::object();
  for (const impl::MessageInfo& row : impl::kMessages) {
    if (row.path && row.path != impl::Path::kOrchestrator)
      streams[std::string(row.name)] = array_of(refers_to("queued"));
  }
  return object_of(std::move(streams));
}

// The properties of a struct's object.
template <impl::Described T>
Json properties() {
  Json all = Json::object();
  T blank{};
  impl::for_each_field(blank, [&]<class Field>(const Field& field) {
    using Value = std::remove_cvref_t<decltype(field.value)>;
    if constexpr (std::is_same_v<Value, impl::Message>) {
      all["from"] = refers_to("name_or_null");
      all["message"] = refers_to("request");
    } else if constexpr (Field::has(kInlined)) {
      all.update(properties<Value>());
    } else if constexpr (Field::has(kKeyed)) {
      all[field.name] = schema_of_keyed<Value>();
    } else if constexpr (Field::has(kStreams)) {
      all[field.name] = schema_of_streams();
    } else if constexpr (Field::has(kNullIfIdle)) {
      all[field.name] = nullable(schema<Value>());
    } else if constexpr (Field::has(kRequired) && std::is_same_v<Value, impl::DispatcherId>) {
      all[field.name] = refers_to("name");
    } else {
      all[field.name] = schema<Value>();
    }
    if constexpr (Field::has(kRegistered)) {
      all["trigger_registered"] = {{"type", "boolean"}};
      all["redo_trigger_registered"] = {{"type", "boolean"}};
    }
  });
  return all;
}

template <class T>
Json schema() {
  if constexpr (std::is_same_v<T, bool>) {
    return {{"type", "boolean"}};
  } else if constexpr (std::is_same_v<T, std::uint8_t>) {
    return refers_to("small");
  } else if constexpr (std::is_arithmetic_v<T>) {
    return refers_to("number");
  } else if constexpr (std::is_same_v<T, impl::NodeId> || std::is_same_v<T, impl::DispatcherId>) {
    return refers_to("name_or_null");
  } else if constexpr (std::is_same_v<T, impl::Span>) {
    return refers_to("span");
  } else if constexpr (impl::Named<T>) {
    Json names = Json::array();
    for (const T value : impl::kAllOf<T>) {
      if (!name_of(value).empty()) names.push_back(name_of(value));
    }
    if (impl::named<T>("")) names.push_back(nullptr);
    return {{"enum", std::move(names)}};
  } else if constexpr (std::is_same_v<T, impl::Message>) {
    return refers_to("queued");
  } else if constexpr (IsOptional<T>) {
    using Value = std::remove_cvref_t<decltype(*std::declval<T&>())>;
    if constexpr (std::is_same_v<Value, impl::Epoch>) {
      return {{"type", Json::array({"integer", "null"})}, {"description", "an epoch or null"}};
    } else {
      return nullable(schema<Value>());
    }
  } else if constexpr (IsList<T>) {
    if constexpr (std::is_same_v<typename T::value_type, impl::DispatcherId>)
      return array_of(refers_to("name"));
    return array_of(schema<typename T::value_type>());
  } else {
    return object_of(properties<T>());
  }
}

// The keys of a struct that are required.
template <impl::Described T>
Json required() {
  Json keys = Json::array();
  T blank{};
  impl::for_each_field(blank, [&]<class Field>(const Field& field) {
    if constexpr (Field::has(kRequired)) keys.push_back(field.name);
  });
  return keys;
}

Json of_type(std::string_view type, Json then) {
  return {{"if", {{"required", Json::array({"type"})}, {"properties", {{"type", {{"const", type}}}}}}},
          {"then", std::move(then)}};
}

struct Messages {
  Json request = start();
  Json reply = start();
  Json whole_request{{"allOf", Json::array({refers_to("request")})}};

  static Json start() {
    return {{"type", "object"},
            {"required", Json::array({"type"})},
            {"properties", {{"type", {{"enum", Json::array()}}}}},
            {"allOf", Json::array()}};
  }
  void add(const impl::MessageInfo& row) {
    Json& kind = row.receiver == impl::Party::kNode ? request : reply;
    kind["properties"]["type"]["enum"].push_back(row.name);
    const impl::MessageBody empty = impl::empty_body(row.type);
    impl::visit_body(empty, [&]<class Body>(const Body& /*of the type*/) {
      Json all{{"type", {{"const", row.name}}}};
      if (row.carries_epoch) all["epoch"] = refers_to("number");
      all.update(properties<Body>());
      kind["allOf"].push_back(of_type(row.name, object_of(std::move(all))));
      const Json keys = required<Body>();
      if (!keys.empty()) whole_request["allOf"].push_back(of_type(row.name, {{"required", keys}}));
    });
  }
};

// ---- what order and ids mean ----

struct Meanings {
  std::set<std::string, std::less<>> unordered{};
  std::set<std::string, std::less<>> keyed{};

  template <class T>
  void collect() {
    if constexpr (IsOptional<T>) {
      collect<std::remove_cvref_t<decltype(*std::declval<T&>())>>();
    } else if constexpr (IsList<T>) {
      collect<typename T::value_type>();
    } else if constexpr (impl::Described<T>) {
      T blank{};
      impl::for_each_field(blank, [&]<class Field>(const Field& field) {
        using Value = std::remove_cvref_t<decltype(field.value)>;
        if constexpr (Field::has(kKeyed)) {
          keyed.insert(field.name);
        } else if constexpr (kIsUnordered<Value>) {
          unordered.insert(field.name);
        }
        collect<Value>();
      });
    }
  }
};

const Meanings& meanings() {
  static const Meanings kAll = [] {
    Meanings all;
    all.collect<impl::DispatcherOrchestrator>();
    for (const impl::MessageInfo& row : impl::kMessages) {
      const impl::MessageBody empty = impl::empty_body(row.type);
      impl::visit_body(empty, [&]<class Body>(const Body& /*of the type*/) { all.collect<Body>(); });
    }
    return all;
  }();
  return kAll;
}

}  // namespace

Json message_definitions() {
  const auto described = [](Json type, const char* description) {
    return Json{{"type", std::move(type)}, {"description", description}};
  };
  Json name = described("string", "a name");
  Json name_or_null = described(Json::array({"string", "null"}), "a name or null");
  name["minLength"] = 1;
  name_or_null["minLength"] = 1;
  Json small = described("integer", "an integer from 0 to 255");
  small["maximum"] = 255;
  Messages messages;
  for (const impl::MessageInfo& row : impl::kMessages) messages.add(row);
  return {{"number", described("integer", "an integer from 0 to 18446744073709551615")},
          {"small", std::move(small)},
          {"name", std::move(name)},
          {"name_or_null", std::move(name_or_null)},
          {"span", described("string", "\"ddl\", \"table-N\" or \"table-N[a,b)\"")},
          {"mode", schema<impl::Mode>()},
          {"request", std::move(messages.request)},
          {"reply", std::move(messages.reply)},
          {"whole_request", std::move(messages.whole_request)}};
}

Json node_definitions() {
  Json all = message_definitions();
  Json paths = Json::array();
  for (const impl::Path path : impl::kAllOf<impl::Path>) paths.push_back(name_in_json(path));
  all["path"] = {{"enum", std::move(paths)}};
  all["queued"] = object_of({{"from", refers_to("name_or_null")}, {"message", refers_to("request")}});
  all["node"] = schema<impl::DispatcherOrchestrator>();
  return all;
}

bool is_unordered(std::string_view key) {
  return meanings().unordered.contains(key);
}

bool is_keyed(std::string_view key) {
  return meanings().keyed.contains(key);
}

}  // namespace takeover::spec
