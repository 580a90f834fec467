#include "checker/cli/escape.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "spec/json/text.h"

namespace takeover::cli {
namespace {

// Calls write(character, its bytes) for each, and for a byte that is no UTF-8 with those of its replacement.
void for_each_character(std::string_view text, const auto& write) {
  while (!text.empty()) {
    const spec::Character next = spec::first_character(text);
    if (next.bytes == 0) {
      write(spec::Character{0xFFFD, spec::kReplacement.size()}, spec::kReplacement);
    } else {
      write(next, text.substr(0, next.bytes));
    }
    text.remove_prefix(std::max<std::size_t>(next.bytes, 1));
  }
}

std::string github(std::string_view text, std::string_view escaped) {
  std::string out;
  for_each_character(text, [&](const spec::Character& next, std::string_view bytes) {
    if (next.code < 0x80 && escaped.find(static_cast<char>(next.code)) != std::string_view::npos) {
      out += fmt::format("%{:02X}", static_cast<unsigned>(next.code));
    } else if (spec::is_unprintable(next.code)) {
      out += spec::escaped(next.code);
    } else {
      out += bytes;
    }
  });
  return out;
}

}  // namespace

std::string json_text(const nlohmann::ordered_json& document) {
  std::string out;
  for_each_character(document.dump(1, ' ', false, nlohmann::ordered_json::error_handler_t::replace),
                     [&](const spec::Character& next, std::string_view bytes) {
                       // The newlines are those between values; in a string they are escaped already.
                       if (next.code != '\n' && spec::is_unprintable(next.code)) {
                         out += fmt::format("\\u{:04x}", static_cast<unsigned>(next.code));
                       } else {
                         out += bytes;
                       }
                     });
  return out + "\n";
}

std::string xml(std::string_view text) {
  std::string out;
  for_each_character(text, [&](const spec::Character& next, std::string_view bytes) {
    const auto code = static_cast<unsigned>(next.code);
    const bool is_space = code == '\t' || code == '\n' || code == '\r';
    if ((code < 0x20 && !is_space) || code == 0xFFFE || code == 0xFFFF) {
      out += spec::kReplacement;
    } else if (spec::is_unprintable(next.code) ||
               std::string_view("&<>\"'").find(bytes) != std::string_view::npos) {
      out += fmt::format("&#{};", code);
    } else {
      out += bytes;
    }
  });
  return out;
}

std::string github_data(std::string_view text) {
  return github(text, "%\r\n");
}

std::string github_property(std::string_view text) {
  return github(text, "%\r\n:,");
}

std::string without_commands(std::string_view text) {
  std::string out;
  bool at_start = true;  // of a line, but for what may be white space
  while (!text.empty()) {
    const char c = text.front();
    const bool is_command = (at_start && text.starts_with("::")) || text.starts_with("##[");
    if (is_command) {
      out += c == ':' ? "%3A" : "#%23";
      text.remove_prefix(c == ':' ? 1 : 2);
      at_start = false;
      continue;
    }
    // White space of Unicode is not told from other characters.
    const auto byte = static_cast<unsigned char>(c);
    at_start = c == '\n' || c == '\r' || (at_start && (byte <= ' ' || byte >= 0x7F));
    out += c;
    text.remove_prefix(1);
  }
  return out;
}

std::string file_name_of(std::string_view name) {
  constexpr std::size_t kLongest = 80;
  std::string text;
  for (const char c : name.substr(0, kLongest)) {
    const bool is_plain = std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '-';
    text += is_plain || (c == '.' && !text.empty()) ? c : '-';
  }
  return text;
}

}  // namespace takeover::cli
