// Text of others (names, titles, files' names), made fit to be shown: on one line, and without what a
// terminal would obey or a reader could not see.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace takeover::spec {

inline constexpr std::string_view kReplacement = "\xEF\xBF\xBD";  // U+FFFD, for a byte that is no UTF-8

struct Character {
  char32_t code = 0;
  std::size_t bytes = 0;  // 0 when no UTF-8 begins here: overlong, a surrogate, cut short, ...
};
// That at the start of a text that is not empty.
[[nodiscard]] Character first_character(std::string_view text);

// Whether it would break a line, steer a terminal, or show what follows in another order: control characters,
// DEL, U+2028 and U+2029, and the marks of bidirectional text.
[[nodiscard]] bool is_unprintable(char32_t code);
// "\x1b" or "\u202e".
[[nodiscard]] std::string escaped(char32_t code);

// The text on one line: unprintable characters escaped, bytes that are no UTF-8 replaced. What is on one line
// already stays as it is.
[[nodiscard]] std::string one_line(std::string_view text);
// The same, line by line: the newlines are the caller's own.
[[nodiscard]] std::string printable_lines(std::string_view text);

}  // namespace takeover::spec
