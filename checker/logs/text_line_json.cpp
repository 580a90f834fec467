// The JSON format. Scanned by hand: a document would keep one of two equal keys, and allocate for every line.
#include <cstddef>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "checker/logs/quoted.h"
#include "checker/logs/text_line.h"
#include "spec/json/text.h"

namespace takeover::logs {
namespace {

constexpr std::size_t kMaxValueNesting = 64;

class JsonLine {
 public:
  explicit JsonLine(std::string_view text) : rest_(text) {}

  bool take(char expected) {
    skip_blanks();
    if (!rest_.starts_with(expected)) return false;
    rest_.remove_prefix(1);
    return true;
  }
  [[nodiscard]] bool at_end() {
    skip_blanks();
    return rest_.empty();
  }
  // A string, unescaped.
  [[nodiscard]] std::variant<std::string_view, NotALine> string(std::string& owned) {
    skip_blanks();
    if (!rest_.starts_with('"')) return NotALine::kJson;
    const auto end = end_of_quoted(rest_);
    if (!end) return NotALine::kQuote;
    const auto text = unescaped(rest_.substr(1, *end - 2), owned);
    rest_.remove_prefix(*end);
    if (!text) return NotALine::kEscape;
    return *text;
  }
  // A string, unescaped, or what else stands there, as it is.
  [[nodiscard]] std::variant<std::string_view, NotALine> value(std::string& owned) {
    skip_blanks();
    if (rest_.starts_with('"')) return string(owned);
    const auto end = end_of_other();
    if (const auto* wrong = std::get_if<NotALine>(&end)) return *wrong;
    const std::string_view text = rest_.substr(0, std::get<std::size_t>(end));
    if (!nlohmann::json::accept(text)) return NotALine::kJson;
    rest_.remove_prefix(text.size());
    return text;
  }

 private:
  void skip_blanks() {
    const std::size_t begin = rest_.find_first_not_of(" \t");
    rest_.remove_prefix(begin == std::string_view::npos ? rest_.size() : begin);
  }
  // Of a number, a word, an array or an object. Only where it ends: what it holds is judged by who reads
  // JSON.
  [[nodiscard]] std::variant<std::size_t, NotALine> end_of_other() const {
    std::size_t depth = 0;
    for (std::size_t at = 0; at < rest_.size(); ++at) {
      const char letter = rest_[at];
      if (letter == '"') {
        const auto end = end_of_quoted(rest_.substr(at));
        if (!end) return NotALine::kQuote;
        at += *end - 1;
      } else if (letter == '[' || letter == '{') {
        if (++depth > kMaxValueNesting) return NotALine::kJson;
      } else if (depth > 0) {
        if (letter == ']' || letter == '}') {
          if (--depth == 0) return at + 1;
        }
      } else if (letter == ',' || letter == '}') {
        return at;
      }
    }
    return NotALine::kBracket;
  }

  std::string_view rest_;
};

// What of the head was met. Only a line with all of it is judged before its end.
struct Met {
  bool time = false;
  bool level = false;
  bool caller = false;
  bool message = false;
};

// Whether the key is of the head, and met first: then the value is taken.
std::variant<bool, NotALine> take_head(std::string_view key, std::string_view value, Met& met,
                                       RawLine& line) {
  const auto is = [&](std::string_view name, bool& before) {
    return key == name && !std::exchange(before, true);
  };
  if (is("time", met.time)) {
    const auto time = time_of(value);
    if (!time) return NotALine::kTime;
    line.time_us = *time;
    return true;
  }
  if (is("level", met.level)) {
    const auto level = level_named(value);
    if (!level) return NotALine::kLevel;
    line.level = *level;
    return true;
  }
  if (is("caller", met.caller)) {
    line.caller = value;
    return true;
  }
  if (is("message", met.message)) {
    line.message = value;
    return true;
  }
  return false;
}

}  // namespace

LineOutcome LineReader::read_json(std::string_view text) {
  JsonLine at(text);
  RawLine line;
  Met met;
  bool judged = false;
  if (!at.take('{')) return NotALine::kJson;
  for (bool first = true; !at.take('}'); first = false) {
    if (!first && !at.take(',')) return at.at_end() ? NotALine::kBracket : NotALine::kJson;
    if (at.at_end()) return NotALine::kBracket;
    const auto key_or = at.string(owned_);
    if (const auto* wrong = std::get_if<NotALine>(&key_or)) return *wrong;
    const auto key = std::get<std::string_view>(key_or);
    if (key.empty()) return NotALine::kField;
    if (key.find(spec::kReplacement) != std::string_view::npos) return NotALine::kKey;
    if (!at.take(':')) return at.at_end() ? NotALine::kBracket : NotALine::kJson;
    const auto value_or = at.value(owned_);
    if (const auto* wrong = std::get_if<NotALine>(&value_or)) return *wrong;
    const auto value = std::get<std::string_view>(value_or);
    const auto of_head = take_head(key, value, met, line);
    if (const auto* wrong = std::get_if<NotALine>(&of_head)) return *wrong;
    if (std::get<bool>(of_head)) continue;
    if (!judged && met.time && met.level && met.caller && met.message) {
      if (!is_wanted(line)) return Unwanted{line};
      judged = true;
    }
    fields_.push_back({key, value});
  }
  if (!at.at_end()) return NotALine::kJson;
  if (!met.time) return NotALine::kTime;
  if (!met.level) return NotALine::kLevel;
  if (!met.message) return NotALine::kMessage;
  if (!judged && !is_wanted(line)) return Unwanted{line};
  line.fields = fields_;
  return line;
}

}  // namespace takeover::logs
