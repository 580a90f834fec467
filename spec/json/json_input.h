// Reading JSON that others wrote: scenarios and traces. Whatever the file holds, the outcome is a value or
// one line.
//
//   const auto document = spec::read_json_file(path);
//   if (!document) return fail(document.error().to_line());
//   if (const auto error = spec::validate(*document, schema, path)) return fail(error->to_line());
//
// Refused before a schema is looked at: what is no regular file, more than 64 MiB, invalid UTF-8 or JSON, a
// byte order mark, a NUL byte or anything else but blanks behind the document, nesting deeper than 64,
// duplicate keys, numbers that are not written as unsigned 64-bit integers (1.0 and -0 are not), strings that
// hold NUL or more than 4096 bytes, objects of more than 65,535 keys, documents of more than 4,000,000
// values. The formats here need none of these, and each limit keeps a reader's time and stack within bounds.
#pragma once

#include <cstddef>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace takeover::spec {

using Json = nlohmann::ordered_json;

inline constexpr std::size_t kMaxFileBytes = std::size_t{64} << 20U;
inline constexpr std::size_t kMaxNesting = 64;
inline constexpr std::size_t kMaxStringBytes = 4096;
inline constexpr std::size_t kMaxKeys = 65535;
inline constexpr std::size_t kMaxValues = 4'000'000;

// Why an input was refused.
struct InputError {
  std::string file;
  std::string pointer;  // JSON Pointer of the offending value; "line L, column C" where there is no document
                        // yet; empty for the document (or the file) as a whole
  std::string what;
  std::string expected;

  // "FILE: PLACE: WHAT; expected EXPECTED": one line, whatever the parts hold.
  [[nodiscard]] std::string to_line() const;
  friend bool operator==(const InputError&, const InputError&) = default;
};

// A value, or why there is none.
template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : outcome_(std::in_place_index<0>, std::move(value)) {}
  Result(InputError error) : outcome_(std::in_place_index<1>, std::move(error)) {}

  [[nodiscard]] bool has_value() const { return outcome_.index() == 0; }
  explicit operator bool() const { return has_value(); }
  [[nodiscard]] T& operator*() & { return std::get<0>(outcome_); }
  [[nodiscard]] const T& operator*() const& { return std::get<0>(outcome_); }
  [[nodiscard]] T&& operator*() && { return std::get<0>(std::move(outcome_)); }
  [[nodiscard]] T* operator->() { return &std::get<0>(outcome_); }
  [[nodiscard]] const T* operator->() const { return &std::get<0>(outcome_); }
  [[nodiscard]] const InputError& error() const { return std::get<1>(outcome_); }

 private:
  std::variant<T, InputError> outcome_;
};

// The whole of a regular file, at most kMaxFileBytes.
[[nodiscard]] Result<std::string> read_file(const std::string& path);

[[nodiscard]] Result<nlohmann::ordered_json> parse_json(std::string_view text, const std::string& file);
[[nodiscard]] Result<nlohmann::ordered_json> read_json_file(const std::string& path);

// Whether the document fits the JSON Schema (draft 7); if not, the first value that does not, in document
// order. The schema is this project's own: one that is itself wrong throws std::logic_error.
[[nodiscard]] std::optional<InputError> validate(const nlohmann::ordered_json& document,
                                                 const nlohmann::ordered_json& schema,
                                                 const std::string& file);

// A token of a JSON Pointer, escaped (RFC 6901), with its leading slash.
[[nodiscard]] std::string pointer_token(std::string_view key);

}  // namespace takeover::spec
