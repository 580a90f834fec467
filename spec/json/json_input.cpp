#include "spec/json/json_input.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <unordered_set>
#include <vector>

#include "spec/json/text.h"

namespace takeover::spec {
namespace {

constexpr const char* kNumber = "an integer from 0 to 18446744073709551615";

// On one line, and no longer than the limit.
std::string printable(std::string_view text, std::size_t limit) {
  if (text.size() <= limit) return one_line(text);
  // A character that the limit would cut in two is left out whole.
  while (limit > 0 && (static_cast<unsigned char>(text[limit]) & 0xC0U) == 0x80U) --limit;
  return one_line(text.substr(0, limit)) + "...";
}

std::string place_of(std::string_view text, std::size_t offset) {
  const std::string_view before = text.substr(0, std::min(offset, text.size()));
  const auto line = 1 + std::ranges::count(before, '\n');
  const std::size_t newline = before.rfind('\n');
  const std::size_t column = newline == std::string_view::npos ? before.size() + 1 : before.size() - newline;
  return fmt::format("line {}, column {}", line, column);
}

std::optional<std::size_t> invalid_utf8(std::string_view text) {
  std::size_t offset = 0;
  while (offset < text.size()) {
    const std::size_t length = first_character(text.substr(offset)).bytes;
    if (length == 0) return offset;
    offset += length;
  }
  return std::nullopt;
}

// Builds the document from the parser's events, and stops at the first thing that no document here may hold.
// nlohmann's parser keeps its own stack on the heap, so that nesting costs this one no stack either.
class Builder : public nlohmann::json_sax<Json> {
 public:
  explicit Builder(std::string_view text) : text_(text) {}

  bool null() override { return add(nullptr); }
  bool boolean(bool value) override { return add(value); }
  bool number_integer(number_integer_t) override { return refuse_number(); }
  bool number_unsigned(number_unsigned_t value) override { return add(value); }
  bool number_float(number_float_t, const string_t&) override { return refuse_number(); }
  bool string(string_t& value) override {
    if (!accept(value)) return false;
    return add(value);
  }
  bool binary(binary_t&) override { return false; }  // JSON text has none

  bool start_object(std::size_t) override { return open(Json::object()); }
  bool start_array(std::size_t) override { return open(Json::array()); }
  bool end_object() override { return close(); }
  bool end_array() override { return close(); }
  bool key(string_t& value) override {
    Level& level = levels_.back();
    level.key = value;
    ++level.count;
    if (!accept(value)) return false;
    if (!level.keys.insert(value).second) {
      return refuse(fmt::format("duplicate key '{}'", printable(value, 60)), "keys that differ");
    }
    if (level.count > kMaxKeys) return refuse("too many keys", fmt::format("at most {} keys", kMaxKeys));
    return true;
  }

  bool parse_error(std::size_t position, const std::string& token,
                   const nlohmann::detail::exception& exception) override {
    error_.pointer = place_of(text_, position == 0 ? 0 : position - 1);
    error_.what = position > text_.size() ? "the JSON ends too early" : "invalid JSON";
    if (exception.id == 406) {  // a number that no double holds
      error_.what = "a number is out of range";
    } else if (position <= text_.size() && !token.empty()) {
      error_.what += fmt::format(" at '{}'", printable(token, 40));
    }
    error_.expected = exception.id == 406 ? kNumber : "a JSON document";
    if (follows_zero(position, token)) {
      error_.what = "a number with a zero in front";
      error_.expected = kNumber;
    }
    return false;
  }

  [[nodiscard]] Json take_document() { return std::move(document_); }
  [[nodiscard]] const InputError& error() const { return error_; }

 private:
  struct Level {
    Json* container = nullptr;
    std::string key;
    std::size_t count = 0;
    std::unordered_set<std::string> keys;
  };

  [[nodiscard]] std::string pointer() const {
    std::string text;
    for (const Level& level : levels_) {
      text += level.container->is_array() ? fmt::format("/{}", level.count) : pointer_token(level.key);
    }
    return text;
  }

  bool refuse(std::string what, std::string expected) {
    error_ = {"", pointer(), std::move(what), std::move(expected)};
    return false;
  }
  bool refuse_number() { return refuse("a number that is negative, fractional or out of range", kNumber); }
  // Whether the number that was not expected is the rest of one like 010.
  [[nodiscard]] bool follows_zero(std::size_t position, const std::string& token) const {
    if (token.empty() || position > text_.size() || position <= token.size()) return false;
    const std::size_t start = position - token.size();
    const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
    return is_digit(text_[start]) && text_[start - 1] == '0' && std::ranges::all_of(token, is_digit);
  }
  bool accept(const std::string& text) {
    if (text.size() > kMaxStringBytes) {
      return refuse("a string is too long", fmt::format("at most {} bytes", kMaxStringBytes));
    }
    if (text.find('\0') != std::string::npos) return refuse("a string holds NUL", "text");
    return true;
  }

  Json* place(Json value) {
    if (levels_.empty()) {
      document_ = std::move(value);
      return &document_;
    }
    Level& level = levels_.back();
    if (level.container->is_array()) {
      auto& elements = level.container->get_ref<Json::array_t&>();
      elements.push_back(std::move(value));
      ++level.count;
      return &elements.back();
    }
    // Not through operator[], which would look for the key, one by one; key() has made sure that there is
    // none.
    auto& members = level.container->get_ref<Json::object_t&>();
    members.push_back({level.key, std::move(value)});
    return &members.back().second;
  }
  bool add(Json value) {
    if (++values_ > kMaxValues)
      return refuse("too many values", fmt::format("at most {} values", kMaxValues));
    place(std::move(value));
    return true;
  }
  bool open(Json value) {
    if (levels_.size() >= kMaxNesting) {
      return refuse("nested too deep", fmt::format("at most {} levels", kMaxNesting));
    }
    if (++values_ > kMaxValues)
      return refuse("too many values", fmt::format("at most {} values", kMaxValues));
    Json* container = place(std::move(value));
    // The element counts only once it is closed, so that a pointer made inside it names its index.
    if (!levels_.empty() && levels_.back().container->is_array()) --levels_.back().count;
    levels_.push_back({container, "", 0, {}});
    return true;
  }
  bool close() {
    levels_.pop_back();
    if (!levels_.empty() && levels_.back().container->is_array()) ++levels_.back().count;
    return true;
  }

  std::string_view text_;
  Json document_;
  std::vector<Level> levels_;
  std::size_t values_ = 0;
  InputError error_;
};

}  // namespace

std::string InputError::to_line() const {
  return fmt::format("{}: {}: {}; expected {}", printable(file, 4096),
                     pointer.empty() ? "document" : printable(pointer, 1024), printable(what, 1024),
                     printable(expected, 1024));
}

std::string pointer_token(std::string_view key) {
  std::string token = "/";
  for (const char c : key) {
    if (c == '~') {
      token += "~0";
    } else if (c == '/') {
      token += "~1";
    } else {
      token += c;
    }
  }
  return token;
}

Result<std::string> read_file(const std::string& path) {
  namespace fs = std::filesystem;
  std::error_code code;
  const fs::file_status status = fs::status(path, code);
  const auto refuse = [&](std::string what) -> InputError {
    return {path, "", std::move(what),
            fmt::format("a readable file of at most {} MiB", kMaxFileBytes >> 20U)};
  };
  if (status.type() == fs::file_type::not_found) return refuse("no such file");
  if (status.type() == fs::file_type::directory) return refuse("it is a directory");
  if (status.type() != fs::file_type::regular) return refuse("it is no regular file");
  const std::uintmax_t size = fs::file_size(path, code);
  if (!code && size > kMaxFileBytes) return refuse(fmt::format("the file has {} bytes", size));
  std::ifstream stream(path, std::ios::binary);
  if (!stream) return refuse("the file cannot be opened");
  std::string text(code ? std::size_t{0} : static_cast<std::size_t>(size), '\0');
  // The file may grow, or say that it is empty when it is not (/proc): what is read decides.
  std::size_t filled = 0;
  for (;;) {
    if (filled == text.size())
      text.resize(std::min(kMaxFileBytes + 1, std::max<std::size_t>(4096, 2 * filled)));
    stream.read(text.data() + filled, static_cast<std::streamsize>(text.size() - filled));
    filled += static_cast<std::size_t>(stream.gcount());
    if (filled > kMaxFileBytes) return refuse("the file is too large");
    if (stream.bad()) return refuse("the file cannot be read");
    if (!stream) break;
  }
  text.resize(filled);
  return text;
}

Result<Json> parse_json(std::string_view text, const std::string& file) {
  if (text.size() > kMaxFileBytes) {
    return InputError{file, "", fmt::format("the document has {} bytes", text.size()),
                      fmt::format("at most {} MiB", kMaxFileBytes >> 20U)};
  }
  if (const auto offset = invalid_utf8(text)) {
    return InputError{file, place_of(text, *offset), "invalid UTF-8", "a JSON document in UTF-8"};
  }
  // The parser takes a NUL byte for the end of the text, and passes over a byte order mark.
  if (const std::size_t nul = text.find('\0'); nul != std::string_view::npos) {
    return InputError{file, place_of(text, nul), "a NUL byte", "a JSON document"};
  }
  if (text.starts_with("\xEF\xBB\xBF")) {
    return InputError{file, place_of(text, 0), "a byte order mark", "a JSON document without it"};
  }
  Builder builder(text);
  if (Json::sax_parse(text.begin(), text.end(), &builder)) return builder.take_document();
  InputError error = builder.error();
  error.file = file;
  return error;
}

Result<Json> read_json_file(const std::string& path) {
  const auto text = read_file(path);
  if (!text) return text.error();
  return parse_json(*text, path);
}

}  // namespace takeover::spec
