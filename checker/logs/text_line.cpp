#include "checker/logs/text_line.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <system_error>
#include <utility>

#include "checker/logs/quoted.h"
#include "spec/json/text.h"

namespace takeover::logs {
namespace {

constexpr std::array kLevels{Level::kDebug,  Level::kInfo,  Level::kWarn, Level::kError,
                             Level::kDpanic, Level::kPanic, Level::kFatal};

bool same_letters(std::string_view upper, std::string_view text) {
  return std::ranges::equal(upper, text, [](char a, char b) {
    return a == b || (b >= 'a' && b <= 'z' && a == static_cast<char>(b - 'a' + 'A'));
  });
}

// The number that all of `digits` is.
std::optional<unsigned> number(std::string_view digits) {
  unsigned value = 0;
  if (digits.empty() || digits.front() == '-') return {};
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (error != std::errc{} || end != digits.data() + digits.size()) return {};
  return value;
}

// "123" is 123,000.
std::optional<std::int64_t> microseconds(std::string_view fraction) {
  if (fraction.size() > 9) return {};
  const auto value = number(fraction);
  if (!value) return {};
  std::int64_t scaled = *value;
  for (std::size_t digits = fraction.size(); digits < 6; ++digits) scaled *= 10;
  for (std::size_t digits = fraction.size(); digits > 6; --digits) scaled /= 10;
  return scaled;
}

// "+08:00", "Z".
std::optional<std::chrono::minutes> offset_of(std::string_view zone) {
  if (zone == "Z") return std::chrono::minutes{0};
  if (zone.size() != 6 || (zone[0] != '+' && zone[0] != '-') || zone[3] != ':') return {};
  const auto hours = number(zone.substr(1, 2));
  const auto minutes = number(zone.substr(4, 2));
  if (!hours || !minutes || *hours > 23 || *minutes > 59) return {};
  const std::chrono::minutes offset{*hours * 60 + *minutes};
  return zone[0] == '-' ? -offset : offset;
}

// "name.go:12", "<unknown>".
bool is_caller(std::string_view text) {
  if (text == "<unknown>") return true;
  const std::size_t colon = text.rfind(':');
  return colon != std::string_view::npos && colon > 0 && number(text.substr(colon + 1)).has_value();
}

// Walks the brackets of a line.
class Brackets {
 public:
  explicit Brackets(std::string_view line) : rest_(line) {}

  [[nodiscard]] bool at_end() const { return rest_.empty(); }

  // Opens the next one. What it begins with, up to the end of the line, is rest().
  [[nodiscard]] std::optional<NotALine> open() {
    if (!first_ && !take(' ')) return NotALine::kSeparator;
    first_ = false;
    if (rest_.empty()) return NotALine::kBracket;
    return take('[') ? std::nullopt : std::optional(NotALine::kSeparator);
  }
  [[nodiscard]] std::optional<NotALine> close() {
    return take(']') ? std::nullopt : std::optional(NotALine::kBracket);
  }
  bool take(char expected) {
    if (!rest_.starts_with(expected)) return false;
    rest_.remove_prefix(1);
    return true;
  }
  [[nodiscard]] bool is_quoted() const { return rest_.starts_with('"'); }
  // With its quotes.
  [[nodiscard]] std::optional<std::string_view> quoted() {
    const auto end = end_of_quoted(rest_);
    if (!end) return {};
    return taken(*end);
  }
  // Up to the bracket that closes, or to an equals sign before that.
  [[nodiscard]] std::optional<std::string_view> word(std::string_view ends) {
    const std::size_t end = rest_.find_first_of(ends);
    if (end == std::string_view::npos) return {};
    return taken(end);
  }
  // Without quotes, brackets within are the value's own: it ends where the line does, or where another field
  // begins.
  [[nodiscard]] std::optional<std::string_view> bare_value() {
    for (std::size_t end = rest_.find(']'); end != std::string_view::npos; end = rest_.find(']', end + 1)) {
      const std::string_view behind = rest_.substr(end + 1);
      if (behind.empty() || behind.starts_with(" [")) return taken(end);
    }
    return {};
  }

 private:
  std::string_view taken(std::size_t bytes) {
    const std::string_view part = rest_.substr(0, bytes);
    rest_.remove_prefix(bytes);
    return part;
  }

  std::string_view rest_;
  bool first_ = true;
};

using Text = std::variant<std::string_view, NotALine>;

Text quoted_text(Brackets& at, std::string& owned) {
  const auto quoted = at.quoted();
  if (!quoted) return NotALine::kQuote;
  const auto text = unescaped(quoted->substr(1, quoted->size() - 2), owned);
  return text ? Text(*text) : Text(NotALine::kEscape);
}

Text bare(const std::optional<std::string_view>& text) {
  return text ? Text(*text) : Text(NotALine::kBracket);
}

std::optional<NotALine> read_bare_item(Brackets& at, std::string_view& item) {
  if (const auto wrong = at.open()) return wrong;
  const auto text = at.word("]");
  if (!text) return NotALine::kBracket;
  item = *text;
  return at.close();
}

std::optional<NotALine> read_message(Brackets& at, RawLine& line, std::string& owned) {
  for (bool may_be_caller = true;; may_be_caller = false) {
    if (at.at_end()) return NotALine::kMessage;
    if (const auto wrong = at.open()) return wrong;
    const bool is_quoted = at.is_quoted();
    const Text text = is_quoted ? quoted_text(at, owned) : bare(at.word("]"));
    if (const auto* wrong = std::get_if<NotALine>(&text)) return *wrong;
    const auto item = std::get<std::string_view>(text);
    if (at.take('=') || (!is_quoted && item.find('=') != std::string_view::npos)) return NotALine::kMessage;
    if (!is_quoted && item.find('[') != std::string_view::npos) return NotALine::kBracket;
    if (const auto wrong = at.close()) return wrong;
    if (!may_be_caller || is_quoted || !is_caller(item)) {
      line.message = item;
      return {};
    }
    line.caller = item;
  }
}

std::optional<NotALine> read_field(Brackets& at, Field& field, std::string& owned) {
  if (const auto wrong = at.open()) return wrong;
  const Text key = at.is_quoted() ? quoted_text(at, owned) : bare(at.word("=]"));
  if (const auto* wrong = std::get_if<NotALine>(&key)) return *wrong;
  field.key = std::get<std::string_view>(key);
  if (!at.take('=') || field.key.empty()) return NotALine::kField;
  if (field.key.find(spec::kReplacement) != std::string_view::npos) return NotALine::kKey;
  const Text value = at.is_quoted() ? quoted_text(at, owned) : bare(at.bare_value());
  if (const auto* wrong = std::get_if<NotALine>(&value)) return *wrong;
  field.value = std::get<std::string_view>(value);
  return at.close();
}

}  // namespace

std::string_view name_of(Level level) {
  switch (level) {
    case Level::kDebug: return "DEBUG";
    case Level::kInfo: return "INFO";
    case Level::kWarn: return "WARN";
    case Level::kError: return "ERROR";
    case Level::kDpanic: return "DPANIC";
    case Level::kPanic: return "PANIC";
    case Level::kFatal: return "FATAL";
  }
  return "";
}

std::optional<Level> level_named(std::string_view text) {
  const auto* const found =
      std::ranges::find_if(kLevels, [&](Level level) { return same_letters(name_of(level), text); });
  if (found == kLevels.end()) return {};
  return *found;
}

std::string_view name_of(NotALine why) {
  switch (why) {
    case NotALine::kEmpty: return "an empty line";
    case NotALine::kHead: return "no line of a log";
    case NotALine::kTime: return "no time";
    case NotALine::kLevel: return "no level";
    case NotALine::kMessage: return "no message";
    case NotALine::kSeparator: return "no blank between two brackets";
    case NotALine::kBracket: return "a bracket that is not closed";
    case NotALine::kQuote: return "a quote that is not closed";
    case NotALine::kEscape: return "an escape that is none";
    case NotALine::kField: return "a field without a key or without a value";
    case NotALine::kKey: return "a key that is no UTF-8";
    case NotALine::kNul: return "a NUL byte";
    case NotALine::kJson: return "no JSON object";
  }
  return "";
}

std::optional<std::string_view> RawLine::value_of(std::string_view key) const {
  for (std::size_t i = fields.size(); i > 0; --i) {
    if (fields[i - 1].key == key) return fields[i - 1].value;
  }
  return {};
}

std::optional<std::int64_t> time_of(std::string_view text) {
  namespace chrono = std::chrono;
  // "YYYY/MM/DD hh:mm:ss." is 20 bytes.
  if (text.size() < 20 || text[4] != '/' || text[7] != '/' || text[10] != ' ' || text[13] != ':' ||
      text[16] != ':' || text[19] != '.') {
    return {};
  }
  const std::size_t blank = text.find(' ', 20);
  if (blank == std::string_view::npos) return {};
  const auto year = number(text.substr(0, 4));
  const auto month = number(text.substr(5, 2));
  const auto day = number(text.substr(8, 2));
  const auto hour = number(text.substr(11, 2));
  const auto minute = number(text.substr(14, 2));
  const auto second = number(text.substr(17, 2));
  const auto fraction = microseconds(text.substr(20, blank - 20));
  const auto offset = offset_of(text.substr(blank + 1));
  if (!year || !month || !day || !hour || !minute || !second || !fraction || !offset) return {};
  const chrono::year_month_day date{chrono::year(static_cast<int>(*year)), chrono::month(*month),
                                    chrono::day(*day)};
  if (!date.ok() || *hour > 23 || *minute > 59 || *second > 60) return {};
  const auto local =
      chrono::sys_days(date) + chrono::hours(*hour) + chrono::minutes(*minute) + chrono::seconds(*second);
  return chrono::microseconds((local - *offset).time_since_epoch()).count() + *fraction;
}

bool LineReader::is_wanted(const RawLine& head) const {
  return wanted_ == nullptr || wanted_(head.message, head.caller);
}

LineOutcome LineReader::read(std::string_view line) {
  fields_.clear();
  owned_.clear();
  if (line.ends_with('\r')) line.remove_suffix(1);
  if (line.find_first_not_of(" \t") == std::string_view::npos) return NotALine::kEmpty;
  if (line.front() != '[' && line.front() != '{') return NotALine::kHead;
  if (line.find('\0') != std::string_view::npos) return NotALine::kNul;
  if (!is_utf8(line)) {
    mended_ = with_replacements(line);
    line = mended_;
  }
  // What is read of an escape is never longer than the escape, so that no view of `owned_` moves.
  owned_.reserve(line.size());
  return line.front() == '[' ? read_text(line) : read_json(line);
}

LineOutcome LineReader::read_text(std::string_view text) {
  Brackets at(text);
  RawLine line;
  std::string_view item;
  if (const auto wrong = read_bare_item(at, item)) return *wrong;
  const auto time = time_of(item);
  if (!time) return NotALine::kTime;
  line.time_us = *time;
  if (at.at_end()) return NotALine::kLevel;
  if (const auto wrong = read_bare_item(at, item)) return *wrong;
  const auto level = level_named(item);
  if (!level) return NotALine::kLevel;
  line.level = *level;
  if (const auto wrong = read_message(at, line, owned_)) return *wrong;
  if (!is_wanted(line)) return Unwanted{line};
  while (!at.at_end()) {
    Field field;
    if (const auto wrong = read_field(at, field, owned_)) return *wrong;
    fields_.push_back(field);
  }
  line.fields = fields_;
  return line;
}

}  // namespace takeover::logs
