// One line of TiCDC's log. There are two formats, told apart by the first byte.
//
// Text (pingcap/log):
//
//   [2026/06/30 05:41:12.123 +00:00] [WARN] [helper.go:872] ["drop stale request"] [from=B] [epoch=3]
//    `----------- time ------------'  level   `- caller --'  `---- message -----'  `--- fields ---'
//
// One blank stands between two brackets. A message, a key or a value is quoted when it has a blank, a quote,
// a backslash, a bracket, an equals sign or a control character, and is escaped as in JSON (quoted.h); a
// value without quotes may be empty. The caller has the base name of the file, or is "<unknown>", and may be
// missing.
//
// JSON (log.Config{Format: "json"}), one object:
//
//   {"level":"WARN","time":"2026/06/30 05:41:12.123 +00:00","caller":"dispatcher_orchestrator.go:271",
//    "message":"drop stale request","from":"B","epoch":3}
//
// Its head is the first "level", "time", "caller" and "message", in any order; zap writes keys twice when the
// program names them twice, so that a later "message" is a field ("dispatcher orchestrator already closed,
// drop message" has one). A field that is no string has its JSON as its value: "3", "true", "[\"N1\"]",
// "{...}", where the text format has the same text between quotes.
//
// Of a key that occurs twice among the fields the last counts: value_of.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace takeover::logs {

enum class Level : std::uint8_t { kDebug, kInfo, kWarn, kError, kDpanic, kPanic, kFatal };
[[nodiscard]] std::string_view name_of(Level level);
[[nodiscard]] std::optional<Level> level_named(std::string_view text);  // "INFO", "info"

struct Field {
  std::string_view key;
  std::string_view value;  // unescaped; what was no UTF-8 is U+FFFD
  friend bool operator==(const Field&, const Field&) = default;
};

// Views into the line, or into what its reader keeps: good until the reader's next line, and as long as the
// line is.
struct RawLine {
  // Since 1970, UTC. Taken before the writer's lock, so that it may go back by some ms from line to line.
  std::int64_t time_us = 0;
  Level level = Level::kInfo;
  std::string_view caller;  // "dispatcher_orchestrator.go:271"; empty if there is none
  std::string_view message;
  std::span<const Field> fields;

  // Of the last field of this key.
  [[nodiscard]] std::optional<std::string_view> value_of(std::string_view key) const;
};

// Why a line is none.
enum class NotALine : std::uint8_t {
  kEmpty,      // nothing, or blanks
  kHead,       // begins with neither "[" nor "{": a goroutine's trace, what another program wrote
  kTime,       // not "YYYY/MM/DD hh:mm:ss.mmm +hh:mm", or no such time
  kLevel,      // none of zap's
  kMessage,    // there is none
  kSeparator,  // what stands between two brackets, or behind the last, is not one blank
  kBracket,    // not closed: torn
  kQuote,      // not closed: torn
  kEscape,     // none of JSON's
  kField,      // no "=" in it, or no key
  kKey,        // a key that is no UTF-8
  kNul,        // a NUL byte: what a file system leaves of a crash
  kJson,       // no object, not closed, or something behind it
};
[[nodiscard]] std::string_view name_of(NotALine why);  // "a bracket that is not closed"

// A line that is one, as far as it was read, and that nobody wants.
struct Unwanted {
  RawLine head;  // without fields
};

using LineOutcome = std::variant<RawLine, Unwanted, NotALine>;

// Reads line after line into the same memory.
class LineReader {
 public:
  // Whether a line of this message, by this caller, is read to its end. Fields of others are not looked at,
  // and what is wrong with them is not noticed: most of a log is of no interest, and is passed over without
  // an allocation.
  using Wanted = bool (*)(std::string_view message, std::string_view caller);

  LineReader() = default;  // wants all
  explicit LineReader(Wanted wanted) : wanted_(wanted) {}

  // A line without its newline; one "\r" at its end is none of its.
  [[nodiscard]] LineOutcome read(std::string_view line);

 private:
  [[nodiscard]] LineOutcome read_text(std::string_view line);
  [[nodiscard]] LineOutcome read_json(std::string_view line);
  [[nodiscard]] bool is_wanted(const RawLine& head) const;

  Wanted wanted_ = nullptr;
  std::vector<Field> fields_;
  std::string owned_;   // what was escaped
  std::string mended_;  // the line, if it is no UTF-8
};

// "2026/06/30 05:41:12.123 +00:00" in microseconds since 1970, UTC. One to nine digits of a second's
// fraction.
[[nodiscard]] std::optional<std::int64_t> time_of(std::string_view text);

}  // namespace takeover::logs
