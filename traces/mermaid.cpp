#include "traces/mermaid.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <utility>

#include "traces/words.h"

namespace takeover::traces {
namespace {

std::string entity(char c) {
  return fmt::format("#{};", static_cast<unsigned>(static_cast<unsigned char>(c)));
}

bool is_letter(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
}

std::string lower(std::string_view text) {
  std::string result(text);
  std::ranges::transform(result, result.begin(),
                         [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return result;
}

// Whether one of the words that must not stand there begins at the place.
bool is_reserved_at(std::string_view text, std::size_t at) {
  const std::string rest = lower(text.substr(at, 9));
  if (rest.starts_with("style") || rest.starts_with("classdef")) return true;
  const bool is_start = text.find_first_not_of(' ') == at;
  if (is_start && (rest.starts_with("wrap:") || rest.starts_with("nowrap:"))) return true;
  const bool is_word = (at == 0 || !is_letter(text[at - 1])) && (rest.size() == 3 || !is_letter(rest[3]));
  return rest.starts_with("end") && is_word;
}

}  // namespace

std::string mermaid_text(std::string_view text) {
  const std::string line = one_line(text);
  // Mermaid writes entities as these characters while it reads a diagram.
  constexpr std::array<std::pair<std::string_view, std::string_view>, 2> kMarks{
      {{"\xEF\xAC\x82", "#64258;"}, {"\xC2\xB6", "#182;"}}};
  constexpr std::string_view kSpecial = ";#<>&\"%@$";
  std::string out;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const auto* const mark = std::ranges::find_if(
        kMarks, [&](const auto& each) { return std::string_view(line).substr(i).starts_with(each.first); });
    if (mark != kMarks.end()) {
      out += mark->second;
      i += mark->first.size() - 1;
    } else if (kSpecial.find(line[i]) != std::string_view::npos || is_reserved_at(line, i)) {
      out += entity(line[i]);
    } else {
      out += line[i];
    }
  }
  return out.find_first_not_of(' ') == std::string::npos ? entity(' ') : out;
}

}  // namespace takeover::traces
