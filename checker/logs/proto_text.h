// Protobuf messages as TiCDC's log has them, in either of two forms, read into one tree:
//
//   text  changefeedID:<high:7 low:12 name:"cf" keyspace:"default" > config:<span:<TableID:2
//         StartKey:"\200\n" EndKey:"t\377" > startTs:100 > operatorType:O_Move maintainer_epoch:3
//   JSON  [{"changefeedID":{"high":7,"low":12,"name":"cf","keyspace":"default"},"config":{"span":
//         {"TableID":2,"StartKey":"gAo=","EndKey":"dP8="},"startTs":100},"operatorType":2,"maintainer_epoch":3}]
//
// (each on one line).
//
// Both name the fields alike, and leave out what has its default (0, "", Create, O_Add). They differ in
// enumerations (words, numbers) and in bytes (escaped, base64); as_word and as_bytes even that out. A
// repeated field is the same key again, in JSON an array.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace takeover::logs {

struct ProtoField;

struct ProtoValue {
  enum class Kind : std::uint8_t {
    kNumber,    // text: its digits, with a sign
    kWord,      // text: a name, "true", "false"
    kString,    // text: unescaped, any bytes
    kJsonText,  // text: a string of JSON, which is base64 where the field is of bytes
    kMessage    // fields
  };

  Kind kind = Kind::kMessage;
  std::string text;
  std::vector<ProtoField> fields;

  // The last of this name, in "config.span.TableID" of the last on the way; null if there is none.
  [[nodiscard]] const ProtoValue* find(std::string_view path) const;
  // All of this name.
  [[nodiscard]] std::vector<const ProtoValue*> all(std::string_view name) const;

  // At most 2^64 - 1. JSON strings count, too: some write numbers above 2^53 so.
  [[nodiscard]] std::optional<std::uint64_t> as_number() const;
  [[nodiscard]] std::optional<std::string> as_bytes() const;
  [[nodiscard]] std::optional<std::string_view> as_text() const;
  // Of a word itself; of a number, what stands there in `words`.
  [[nodiscard]] std::optional<std::string_view> as_word(std::span<const std::string_view> words) const;

  friend bool operator==(const ProtoValue&, const ProtoValue&);
};

struct ProtoField {
  std::string name;
  ProtoValue value;
  friend bool operator==(const ProtoField&, const ProtoField&) = default;
};

inline constexpr std::size_t kMaxProtoNesting = 32;

// The message that all of `text` is, of either form (JSON begins with "{" or "[", an array of one). None if
// it is none: a bracket or a quote is not closed, an escape is none, a name has no value, or more than 32 lie
// within each other.
[[nodiscard]] std::optional<ProtoValue> read_proto(std::string_view text);

// heartbeatpb's enumerations, by number.
[[nodiscard]] std::span<const std::string_view> schedule_actions();  // Create, Remove
[[nodiscard]] std::span<const std::string_view>
operator_types();  // O_Add, O_Remove, O_Move, O_Split, O_Merge

// Keys of a span are bytes: "t\200" in protobuf text, "7480" in the log's own words. None if it is no such
// text.
[[nodiscard]] std::string hexadecimal(std::string_view bytes);
[[nodiscard]] std::optional<std::string> bytes_of_hexadecimal(std::string_view digits);
[[nodiscard]] std::optional<std::string> bytes_of_base64(std::string_view text);

}  // namespace takeover::logs
