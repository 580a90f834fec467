#include "checker/logs/proto_text.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <system_error>

#include "checker/logs/proto_json.h"

namespace takeover::logs {
namespace {

constexpr std::array<std::string_view, 2> kScheduleActions{"Create", "Remove"};
constexpr std::array<std::string_view, 5> kOperatorTypes{"O_Add", "O_Remove", "O_Move", "O_Split", "O_Merge"};

bool is_of_a_word(char letter) {
  return std::isalnum(static_cast<unsigned char>(letter)) != 0 || letter == '_' || letter == '.' ||
         letter == '-' || letter == '+';
}

bool is_octal(char letter) {
  return letter >= '0' && letter <= '7';
}

class ProtoText {
 public:
  explicit ProtoText(std::string_view text) : rest_(text) {}

  // Up to `close`, or to the end where that is 0.
  [[nodiscard]] std::optional<ProtoValue> message(char close, std::size_t depth) {
    ProtoValue out;
    if (depth > kMaxProtoNesting) return {};
    while (true) {
      skip_blanks();
      if (rest_.empty()) return close == 0 ? std::optional(std::move(out)) : std::nullopt;
      if (close != 0 && take(close)) return out;
      const std::string_view name = word();
      if (name.empty()) return {};
      auto value = value_of_field(depth);
      if (!value) return {};
      out.fields.push_back({std::string(name), std::move(*value)});
    }
  }

 private:
  // Behind its name. The colon may be left out before a message.
  [[nodiscard]] std::optional<ProtoValue> value_of_field(std::size_t depth) {
    skip_blanks();
    const bool colon = take(':');
    skip_blanks();
    if (take('<')) return message('>', depth + 1);
    if (take('{')) return message('}', depth + 1);
    if (!colon) return {};
    if (take('"')) return string();
    const std::string_view text = word();
    if (text.empty()) return {};
    const bool is_number = std::isalpha(static_cast<unsigned char>(text.front())) == 0 && text.front() != '_';
    return ProtoValue{is_number ? ProtoValue::Kind::kNumber : ProtoValue::Kind::kWord, std::string(text), {}};
  }

  // Behind its opening quote.
  [[nodiscard]] std::optional<ProtoValue> string() {
    ProtoValue out{ProtoValue::Kind::kString, {}, {}};
    while (!rest_.empty()) {
      const char letter = rest_.front();
      rest_.remove_prefix(1);
      if (letter == '"') return out;
      if (letter != '\\') {
        out.text += letter;
      } else if (const auto byte = escape()) {
        out.text += *byte;
      } else {
        return {};
      }
    }
    return {};
  }

  // Behind the backslash: what Go's text marshaler writes, and nothing else.
  [[nodiscard]] std::optional<char> escape() {
    if (rest_.empty()) return {};
    if (is_octal(rest_.front())) {
      if (rest_.size() < 3 || rest_[0] > '3' || !is_octal(rest_[1]) || !is_octal(rest_[2])) return {};
      const int code = (rest_[0] - '0') * 64 + (rest_[1] - '0') * 8 + (rest_[2] - '0');
      rest_.remove_prefix(3);
      return static_cast<char>(code);
    }
    const char letter = rest_.front();
    rest_.remove_prefix(1);
    switch (letter) {
      case 'n': return '\n';
      case 'r': return '\r';
      case 't': return '\t';
      case '"':
      case '\'':
      case '\\': return letter;
      default: return {};
    }
  }

  [[nodiscard]] std::string_view word() {
    const auto* const end = std::ranges::find_if_not(rest_, is_of_a_word);
    const std::string_view text = rest_.substr(0, static_cast<std::size_t>(end - rest_.begin()));
    rest_.remove_prefix(text.size());
    return text;
  }
  bool take(char expected) {
    if (!rest_.starts_with(expected)) return false;
    rest_.remove_prefix(1);
    return true;
  }
  void skip_blanks() {
    while (!rest_.empty() && (rest_.front() == ' ' || rest_.front() == '\n')) rest_.remove_prefix(1);
  }

  std::string_view rest_;
};

std::optional<unsigned> digit_of_base64(char letter) {
  constexpr std::string_view kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  const std::size_t digit = kDigits.find(letter);
  if (digit == std::string_view::npos) return {};
  return static_cast<unsigned>(digit);
}

}  // namespace

bool operator==(const ProtoValue& a, const ProtoValue& b) {
  return a.kind == b.kind && a.text == b.text && a.fields == b.fields;
}

const ProtoValue* ProtoValue::find(std::string_view path) const {
  const std::size_t dot = path.find('.');
  const std::string_view name = path.substr(0, dot);
  const ProtoValue* found = nullptr;
  for (const ProtoField& field : fields) {
    if (field.name == name) found = &field.value;
  }
  if (found == nullptr || dot == std::string_view::npos) return found;
  return found->find(path.substr(dot + 1));
}

std::vector<const ProtoValue*> ProtoValue::all(std::string_view name) const {
  std::vector<const ProtoValue*> out;
  for (const ProtoField& field : fields) {
    if (field.name == name) out.push_back(&field.value);
  }
  return out;
}

std::optional<std::uint64_t> ProtoValue::as_number() const {
  if (kind != Kind::kNumber && kind != Kind::kJsonText) return {};
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return {};
  return value;
}

std::optional<std::string> ProtoValue::as_bytes() const {
  if (kind == Kind::kString) return text;
  if (kind == Kind::kJsonText) return bytes_of_base64(text);
  return {};
}

std::optional<std::string_view> ProtoValue::as_text() const {
  if (kind == Kind::kString || kind == Kind::kJsonText) return text;
  return {};
}

std::optional<std::string_view> ProtoValue::as_word(std::span<const std::string_view> words) const {
  if (kind == Kind::kWord || kind == Kind::kJsonText) return text;
  const auto number = as_number();
  if (!number || *number >= words.size()) return {};
  return words[*number];
}

std::optional<ProtoValue> read_proto(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(' ');
  if (begin != std::string_view::npos && (text[begin] == '{' || text[begin] == '['))
    return read_proto_json(text);
  return ProtoText(text).message(0, 0);
}

std::span<const std::string_view> schedule_actions() {
  return kScheduleActions;
}

std::span<const std::string_view> operator_types() {
  return kOperatorTypes;
}

std::string hexadecimal(std::string_view bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string out;
  out.reserve(2 * bytes.size());
  for (const char byte : bytes) {
    out += kDigits[static_cast<unsigned char>(byte) >> 4U];
    out += kDigits[static_cast<unsigned char>(byte) & 0xFU];
  }
  return out;
}

std::optional<std::string> bytes_of_hexadecimal(std::string_view digits) {
  if (digits.size() % 2 != 0) return {};
  std::string out;
  out.reserve(digits.size() / 2);
  for (std::size_t at = 0; at < digits.size(); at += 2) {
    unsigned byte = 0;
    const char* const end = digits.data() + at + 2;
    const auto [read, error] = std::from_chars(digits.data() + at, end, byte, 16);
    if (error != std::errc{} || read != end) return {};
    out += static_cast<char>(byte);
  }
  return out;
}

std::optional<std::string> bytes_of_base64(std::string_view text) {
  if (text.size() % 4 != 0) return {};
  std::string out;
  for (int padding = 0; padding < 2 && text.ends_with('='); ++padding) text.remove_suffix(1);
  unsigned bits = 0;
  unsigned held = 0;
  for (const char letter : text) {
    const auto digit = digit_of_base64(letter);
    if (!digit) return {};
    bits = (bits << 6U | *digit) & 0xFFFFU;
    held += 6;
    if (held >= 8) {
      held -= 8;
      out += static_cast<char>(bits >> held & 0xFFU);
    }
  }
  return out;
}

}  // namespace takeover::logs
