// A place in a JSON document that knows its JSON Pointer, so that whatever is wrong there can be said
// exactly.
//
// Documents are validated against a schema first; what a schema cannot say (names that must exist, numbers
// beyond 63 bits) is checked here, by throwing an InputError that the reader of the document turns into an
// InputError.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <utility>

#include "spec/json/json_input.h"

namespace takeover::spec {

// What is expected where a span stands, or one of a table.
inline constexpr std::string_view kTableSpan =
    "\"table-N\" or \"table-N[a,b)\" with N from 1 to 4294967295 and a < b from -2147483648 to 2147483647";
inline constexpr std::string_view kAnySpan =
    "\"ddl\", \"table-N\" or \"table-N[a,b)\" with N from 1 to 4294967295 and a < b from -2147483648 to 2147483647";

class Cursor {
 public:
  explicit Cursor(const nlohmann::ordered_json& json, std::string pointer = "")
      : json_(&json), pointer_(std::move(pointer)) {}

  [[nodiscard]] const nlohmann::ordered_json& json() const { return *json_; }
  [[nodiscard]] const std::string& pointer() const { return pointer_; }
  // Present, and not null.
  [[nodiscard]] bool has(std::string_view key) const {
    const auto it = json_->find(key);
    return it != json_->end() && !it->is_null();
  }
  [[nodiscard]] Cursor operator[](std::string_view key) const {
    const auto it = json_->find(key);
    if (it == json_->end()) fail("the key '" + std::string(key) + "' is missing", "it");
    return Cursor(*it, pointer_ + pointer_token(key));
  }

  [[noreturn]] void fail(const std::string& what, const std::string& expected) const {
    throw InputError{"", pointer_, what, expected};
  }

  [[nodiscard]] std::uint64_t number() const {
    if (json_->is_number_unsigned()) return json_->get<std::uint64_t>();
    if (json_->is_number_integer() && json_->get<std::int64_t>() >= 0) return json_->get<std::uint64_t>();
    fail("not an unsigned number", "an integer from 0 to 2^64 - 1");
  }
  [[nodiscard]] std::string text() const {
    if (!json_->is_string()) fail("not a string", "a string");
    return json_->get<std::string>();
  }
  [[nodiscard]] bool flag() const {
    if (!json_->is_boolean()) fail("not true or false", "true or false");
    return json_->get<bool>();
  }

  [[nodiscard]] std::uint64_t number_or(std::string_view key, std::uint64_t otherwise) const {
    return has(key) ? (*this)[key].number() : otherwise;
  }
  [[nodiscard]] bool flag_or(std::string_view key, bool otherwise) const {
    return has(key) ? (*this)[key].flag() : otherwise;
  }
  [[nodiscard]] std::string text_or(std::string_view key, std::string_view otherwise) const {
    return has(key) ? (*this)[key].text() : std::string(otherwise);
  }

  // Calls visit(Cursor) for each element of the array under the key; nothing if it is absent.
  template <class Visit>
  void each(std::string_view key, Visit&& visit) const {
    if (!has(key)) return;
    const Cursor array = (*this)[key];
    for (std::size_t i = 0; i < array.json_->size(); ++i) {
      visit(Cursor((*array.json_)[i], array.pointer_ + "/" + std::to_string(i)));
    }
  }
  // Calls visit(name, Cursor) for each member of the object under the key.
  template <class Visit>
  void each_member(std::string_view key, Visit&& visit) const {
    if (!has(key)) return;
    const Cursor object = (*this)[key];
    for (const auto& [name, value] : object.json_->items()) {
      visit(name, Cursor(value, object.pointer_ + pointer_token(name)));
    }
  }
  // The value that a table gives for the name that stands here.
  template <class Lookup>
  [[nodiscard]] auto named(Lookup&& lookup, std::string_view expected) const {
    const auto found = lookup(text());
    if (!found) fail("'" + text() + "' is unknown", std::string(expected));
    return *found;
  }

 private:
  const nlohmann::ordered_json* json_;
  std::string pointer_;
};

}  // namespace takeover::spec
