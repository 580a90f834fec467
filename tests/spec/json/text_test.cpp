// Text of others, made fit to be shown.
#include "spec/json/text.h"

#include <array>
#include <catch2/catch.hpp>
#include <string>
#include <vector>

using takeover::spec::first_character;
using takeover::spec::one_line;
using takeover::spec::printable_lines;

TEST_CASE("what breaks a line, steers a terminal or cannot be seen is escaped, all else stays") {
  struct Case {
    std::string text;
    std::string line;
  };
  const std::vector<Case> cases{
      {"plain ~!", "plain ~!"},
      {"Grüße 日本 \U0001F600", "Grüße 日本 \U0001F600"},
      {"\xC2\xA0", "\xC2\xA0"},  // the first character behind C1
      {std::string("a\0b", 3), "a\\x00b"},
      {"a\nb\r\tc", "a\\x0ab\\x0d\\x09c"},
      {"\x1b[31m\x1f \x7f", "\\x1b[31m\\x1f \\x7f"},
      {"\xC2\x80\xC2\x9B\xC2\x9F", "\\u0080\\u009b\\u009f"},
      {"\xE2\x80\xA7\xE2\x80\xA8\xE2\x80\xA9", "\xE2\x80\xA7\\u2028\\u2029"},
      {"\xE2\x80\xAA\xE2\x80\xAE\xE2\x80\xAF", "\\u202a\\u202e\xE2\x80\xAF"},
      {"\xE2\x81\xA6\xE2\x81\xA9\xE2\x80\x8E\xE2\x80\x8F\xD8\x9C", "\\u2066\\u2069\\u200e\\u200f\\u061c"},
  };
  for (const Case& each : cases) {
    CAPTURE(each.line);
    CHECK(one_line(each.text) == each.line);
    CHECK(one_line(each.line) == each.line);
  }
  CHECK(printable_lines("a\n\x1b\n") == "a\n\\x1b\n");
}

TEST_CASE("each byte that is no UTF-8 is replaced, and what stands around it stays") {
  const std::string fffd = "\xEF\xBF\xBD";
  struct Case {
    const char* what;
    std::string bytes;
    std::size_t replaced;
  };
  const std::vector<Case> cases{
      {"a byte of a middle", "\x80", 1},          {"never in UTF-8", "\xFE\xFF", 2},
      {"overlong, two", "\xC0\x80", 2},           {"overlong, three", "\xE0\x9F\xBF", 3},
      {"overlong, four", "\xF0\x8F\xBF\xBF", 4},  {"a surrogate", "\xED\xA0\x80", 3},
      {"beyond U+10FFFF", "\xF4\x90\x80\x80", 4}, {"cut short", "\xE2\x82", 2},
      {"a lead before a lead", "\xC3", 1},
  };
  for (const Case& each : cases) {
    CAPTURE(each.what);
    std::string expected = "a";
    for (std::size_t i = 0; i < each.replaced; ++i) expected += fffd;
    CHECK(one_line("a" + each.bytes + "é") == expected + "é");
    CHECK(one_line("a" + each.bytes) == expected);
  }
}

TEST_CASE("the first and the last character of each length of UTF-8 are read") {
  struct Case {
    std::string bytes;
    char32_t code;
  };
  for (const Case& each : std::array<Case, 9>{{{"\x7F", 0x7F},
                                               {"\xC2\x80", 0x80},
                                               {"\xDF\xBF", 0x7FF},
                                               {"\xE0\xA0\x80", 0x800},
                                               {"\xED\x9F\xBF", 0xD7FF},
                                               {"\xEE\x80\x80", 0xE000},
                                               {"\xEF\xBF\xBF", 0xFFFF},
                                               {"\xF0\x90\x80\x80", 0x10000},
                                               {"\xF4\x8F\xBF\xBF", 0x10FFFF}}}) {
    CHECK(first_character(each.bytes + "x").code == each.code);
    CHECK(first_character(each.bytes + "x").bytes == each.bytes.size());
  }
}
