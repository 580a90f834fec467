#include "checker/logs/quoted.h"

#include <charconv>
#include <cstdint>
#include <system_error>

#include "spec/json/text.h"

namespace takeover::logs {
namespace {

// Of the four digits at the start.
std::optional<std::uint32_t> four_digits(std::string_view digits) {
  if (digits.size() < 4) return {};
  std::uint32_t code = 0;
  const char* const end = digits.data() + 4;
  const auto [read, error] = std::from_chars(digits.data(), end, code, 16);
  if (error != std::errc{} || read != end) return {};
  return code;
}

void append_utf8(std::uint32_t code, std::string& out) {
  const auto rest = [&](unsigned shift) { out += static_cast<char>(0x80U | ((code >> shift) & 0x3FU)); };
  if (code < 0x80) {
    out += static_cast<char>(code);
  } else if (code < 0x800) {
    out += static_cast<char>(0xC0U | (code >> 6U));
    rest(0);
  } else if (code < 0x10000) {
    out += static_cast<char>(0xE0U | (code >> 12U));
    rest(6);
    rest(0);
  } else {
    out += static_cast<char>(0xF0U | (code >> 18U));
    rest(12);
    rest(6);
    rest(0);
  }
}

// Behind "\u". Takes off `text` what it reads.
std::optional<std::uint32_t> code_point(std::string_view& text) {
  const auto first = four_digits(text);
  if (!first) return {};
  text.remove_prefix(4);
  if (*first < 0xD800 || *first > 0xDFFF) return first;
  if (*first > 0xDBFF || !text.starts_with("\\u")) return {};
  const auto second = four_digits(text.substr(2));
  if (!second || *second < 0xDC00 || *second > 0xDFFF) return {};
  text.remove_prefix(6);
  return 0x10000 + ((*first - 0xD800) << 10U) + (*second - 0xDC00);
}

std::optional<char> single(char letter) {
  switch (letter) {
    case '"':
    case '\\':
    case '/': return letter;
    case 'b': return '\b';
    case 'f': return '\f';
    case 'n': return '\n';
    case 'r': return '\r';
    case 't': return '\t';
    default: return {};
  }
}

}  // namespace

std::optional<std::size_t> end_of_quoted(std::string_view text) {
  if (!text.starts_with('"')) return {};
  for (std::size_t at = 1;;) {
    at = text.find_first_of("\"\\", at);
    if (at == std::string_view::npos) return {};
    if (text[at] == '"') return at + 1;
    at += 2;
  }
}

std::optional<std::string_view> unescaped(std::string_view inside, std::string& owned) {
  std::size_t escape = inside.find('\\');
  if (escape == std::string_view::npos) return inside;
  const std::size_t begin = owned.size();
  while (escape != std::string_view::npos) {
    owned += inside.substr(0, escape);
    inside.remove_prefix(escape + 1);
    if (inside.empty()) return {};
    const char letter = inside.front();
    inside.remove_prefix(1);
    if (letter == 'u') {
      const auto code = code_point(inside);
      if (!code) return {};
      append_utf8(*code, owned);
    } else {
      const auto plain = single(letter);
      if (!plain) return {};
      owned += *plain;
    }
    escape = inside.find('\\');
  }
  owned += inside;
  return std::string_view(owned).substr(begin);
}

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    const std::size_t bytes = spec::first_character(text).bytes;
    if (bytes == 0) return false;
    text.remove_prefix(bytes);
  }
  return true;
}

std::string with_replacements(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const std::size_t bytes = spec::first_character(text).bytes;
    if (bytes == 0) {
      out += spec::kReplacement;
      text.remove_prefix(1);
    } else {
      out += text.substr(0, bytes);
      text.remove_prefix(bytes);
    }
  }
  return out;
}

}  // namespace takeover::logs
