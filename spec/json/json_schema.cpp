// Validation by Valijson, and the search for what to tell the writer of a document that does not fit.
//
// Valijson's own messages name neither the key nor what the schema wanted there, and a document that is wrong
// in a million places makes a million of them. So Valijson only judges; a walk along the schema then finds
// the first offending value. What the walk cannot explain is still refused.
#if defined(__GNUC__) && !defined(__clang__)
// GCC 12 sees an overlap in the string concatenations of Valijson that is not there (GCC bug 105651).
#pragma GCC diagnostic ignored "-Wrestrict"
#endif

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <limits>
#include <optional>
#include <regex>
#include <string>
#include <utility>
#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validator.hpp>

#include "spec/json/json_input.h"

namespace takeover::spec {
namespace {

std::string short_text(const Json& value) {
  std::string text = value.dump(-1, ' ', false, Json::error_handler_t::replace);
  if (text.size() > 60) text = text.substr(0, 57) + "...";
  return text;
}

std::string type_name(const Json& value) {
  if (value.is_number_integer()) return "integer";
  return value.type_name();
}

bool has_type(const Json& value, const Json& types) {
  const auto is = [&](const Json& type) { return type_name(value) == type.get<std::string>(); };
  return types.is_array() ? std::any_of(types.begin(), types.end(), is) : is(types);
}

std::string list_of(const Json& values) {
  std::string text;
  for (const Json& value : values) {
    if (!text.empty()) text += ", ";
    text += value.is_string() ? value.get<std::string>() : value.dump();
  }
  return text;
}

class Explainer {
 public:
  explicit Explainer(const Json& root) : root_(root) {}

  // The first fault in document order, as far as this walk knows the schema's keywords.
  [[nodiscard]] std::optional<InputError> explain(const Json& schema, const Json& value,
                                                  const std::string& pointer) const {
    if (schema.is_boolean()) {
      if (schema.get<bool>()) return std::nullopt;
      return InputError{"", pointer, "not allowed here", "nothing"};
    }
    if (schema.contains("$ref")) return explain(resolve(schema["$ref"]), value, pointer);
    if (auto fault = explain_type(schema, value, pointer)) return fault;
    if (auto fault = explain_limits(schema, value, pointer)) return fault;
    if (value.is_object()) {
      if (auto fault = explain_object(schema, value, pointer)) return fault;
    }
    if (value.is_array() && schema.contains("items")) {
      for (std::size_t i = 0; i < value.size(); ++i) {
        if (auto fault = explain(schema["items"], value[i], fmt::format("{}/{}", pointer, i))) return fault;
      }
    }
    return explain_combined(schema, value, pointer);
  }

 private:
  [[nodiscard]] const Json& resolve(const Json& reference) const {
    return root_.at(Json::json_pointer(reference.get<std::string>().substr(1)));
  }

  [[nodiscard]] static std::string expectation(const Json& schema, std::string otherwise) {
    const auto it = schema.find("description");
    return it == schema.end() ? std::move(otherwise) : it->get<std::string>();
  }

  // Numbers in documents are unsigned: see parse_json.
  static std::string range_of(const Json& schema) {
    const auto limit = [&](const char* key, std::uint64_t otherwise) {
      return schema.contains(key) ? schema[key].get<std::uint64_t>() : otherwise;
    };
    return fmt::format("an integer from {} to {}", limit("minimum", 0),
                       limit("maximum", std::numeric_limits<std::uint64_t>::max()));
  }

  static std::optional<InputError> explain_type(const Json& schema, const Json& value,
                                                const std::string& pointer) {
    if (const auto it = schema.find("const"); it != schema.end() && *it != value) {
      return InputError{"", pointer, fmt::format("the value {}", short_text(value)), it->dump()};
    }
    if (const auto it = schema.find("enum");
        it != schema.end() && std::find(it->begin(), it->end(), value) == it->end()) {
      return InputError{"", pointer, fmt::format("the value {}", short_text(value)),
                        fmt::format("one of {}", list_of(*it))};
    }
    if (const auto it = schema.find("type"); it != schema.end() && !has_type(value, *it)) {
      const std::string types = it->is_array() ? list_of(*it) : it->get<std::string>();
      return InputError{
          "", pointer, fmt::format("the value {}", short_text(value)),
          expectation(schema,
                      types == "integer"
                          ? range_of(schema)
                          : fmt::format("{} {}", it->is_array() ? "one of the types" : "the type", types))};
    }
    return std::nullopt;
  }

  static std::optional<InputError> explain_limits(const Json& schema, const Json& value,
                                                  const std::string& pointer) {
    const auto limit = [&](const char* key) { return schema[key].get<std::uint64_t>(); };
    const auto outside = [&](const char* least, const char* most, std::uint64_t actual) {
      return (schema.contains(least) && actual < limit(least)) ||
             (schema.contains(most) && actual > limit(most));
    };
    const auto fault = [&](const char* least, const char* most, const char* unit) {
      std::string expected = schema.contains(least) ? fmt::format("at least {}{}", limit(least), unit) : "";
      if (schema.contains(most)) {
        expected += fmt::format("{}at most {}{}", expected.empty() ? "" : " and ", limit(most), unit);
      }
      return InputError{"", pointer, fmt::format("the value {}", short_text(value)), expected};
    };
    if (value.is_number_unsigned() && outside("minimum", "maximum", value.get<std::uint64_t>())) {
      return InputError{"", pointer, fmt::format("the value {}", short_text(value)), range_of(schema)};
    }
    if (value.is_string() && outside("minLength", "maxLength", value.get_ref<const std::string&>().size())) {
      return fault("minLength", "maxLength", " characters");
    }
    if (value.is_array() && outside("minItems", "maxItems", value.size())) {
      return fault("minItems", "maxItems", " elements");
    }
    if (value.is_array() && schema.contains("uniqueItems")) {
      for (std::size_t i = 0; i < value.size(); ++i) {
        if (std::find(value.begin(), value.begin() + static_cast<std::ptrdiff_t>(i), value[i]) !=
            value.begin() + static_cast<std::ptrdiff_t>(i)) {
          return InputError{"", fmt::format("{}/{}", pointer, i),
                            fmt::format("{} stands here twice", short_text(value[i])),
                            "elements that differ"};
        }
      }
    }
    if (value.is_string() && schema.contains("pattern") &&
        !std::regex_search(value.get<std::string>(), std::regex(schema["pattern"].get<std::string>()))) {
      return InputError{
          "", pointer, fmt::format("the value {}", short_text(value)),
          expectation(schema, fmt::format("text that matches {}", schema["pattern"].get<std::string>()))};
    }
    return std::nullopt;
  }

  std::optional<InputError> explain_object(const Json& schema, const Json& value,
                                           const std::string& pointer) const {
    static const Json kNone = Json::object();
    const Json& properties = schema.contains("properties") ? schema["properties"] : kNone;
    for (const auto& [key, member] : value.items()) {
      const std::string place = pointer + pointer_token(key);
      if (const auto it = properties.find(key); it != properties.end()) {
        if (auto fault = explain(*it, member, place)) return fault;
      } else if (const auto rest = schema.find("additionalProperties"); rest != schema.end()) {
        if (rest->is_boolean() && !rest->get<bool>()) {
          Json keys = Json::array();
          for (const auto& property : properties.items()) keys.push_back(property.key());
          return InputError{"", place, fmt::format("unknown key '{}'", key),
                            fmt::format("one of {}", list_of(keys))};
        }
        if (auto fault = explain(*rest, member, place)) return fault;
      }
    }
    if (const auto it = schema.find("required"); it != schema.end()) {
      for (const Json& key : *it) {
        if (!value.contains(key.get<std::string>())) {
          return InputError{"", pointer, fmt::format("no key '{}'", key.get<std::string>()),
                            "it to be given"};
        }
      }
    }
    return std::nullopt;
  }

  std::optional<InputError> explain_combined(const Json& schema, const Json& value,
                                             const std::string& pointer) const {
    if (const auto it = schema.find("allOf"); it != schema.end()) {
      for (const Json& part : *it) {
        if (auto fault = explain(part, value, pointer)) return fault;
      }
    }
    if (const auto it = schema.find("if"); it != schema.end()) {
      const char* branch = explain(*it, value, pointer) ? "else" : "then";
      if (schema.contains(branch)) return explain(schema[branch], value, pointer);
    }
    if (const auto it = schema.find("anyOf"); it != schema.end()) {
      std::optional<InputError> first;
      for (const Json& part : *it) {
        auto fault = explain(part, value, pointer);
        if (!fault) return std::nullopt;
        if (!first || fault->pointer.size() > first->pointer.size()) first = std::move(fault);
      }
      return first;
    }
    return std::nullopt;
  }

  const Json& root_;
};

// Valijson reads numbers as signed ones of 64 bits. No schema here has a border beyond these, so that the
// largest of them stands for every larger one.
void make_signed(nlohmann::json& value) {
  constexpr auto kMost = std::numeric_limits<std::int64_t>::max();
  if (value.is_structured()) {
    for (nlohmann::json& member : value) make_signed(member);
  } else if (value.is_number_unsigned() && value.get<std::uint64_t>() > std::uint64_t{kMost}) {
    value = kMost;
  }
}

}  // namespace

std::optional<InputError> validate(const Json& document, const Json& schema_document,
                                   const std::string& file) {
  const nlohmann::json schema_value = schema_document;
  valijson::Schema schema;
  valijson::SchemaParser(valijson::SchemaParser::kDraft7)
      .populateSchema(valijson::adapters::NlohmannJsonAdapter(schema_value), schema);
  nlohmann::json value = document;
  make_signed(value);
  valijson::Validator validator;
  if (validator.validate(schema, valijson::adapters::NlohmannJsonAdapter(value), nullptr))
    return std::nullopt;
  if (auto fault = Explainer(schema_document).explain(schema_document, document, "")) {
    fault->file = file;
    return fault;
  }
  return InputError{file, "", "the document does not fit its schema", "a document that does"};
}

}  // namespace takeover::spec
