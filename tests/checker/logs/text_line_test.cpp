// Lines of both formats: real ones, written ones, and what is none.
#include "checker/logs/text_line.h"

#include <rapidcheck.h>

#include <catch2/catch.hpp>
#include <cstddef>
#include <cstdint>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

using namespace takeover::logs;

namespace {

struct Owned {
  std::string message;
  std::vector<std::pair<std::string, std::string>> fields;
  friend bool operator==(const Owned&, const Owned&) = default;
};

Owned owned(const RawLine& line) {
  Owned out{std::string(line.message), {}};
  for (const Field& field : line.fields) out.fields.emplace_back(field.key, field.value);
  return out;
}

std::string why_not(std::string_view line) {
  LineReader reader;
  const auto outcome = reader.read(line);
  const auto* why = std::get_if<NotALine>(&outcome);
  return why == nullptr ? "a line" : std::string(name_of(*why));
}

// As pingcap/log writes a message, a key or a value.
std::string written(const std::string& text) {
  if (!text.empty() && text.find_first_of("\"\\[]= \t\n") == std::string::npos) {
    bool plain = true;
    for (const char letter : text) plain = plain && static_cast<unsigned char>(letter) > 0x20;
    if (plain) return text;
  }
  return nlohmann::json(text).dump();
}

const std::string kHead = "[2026/06/30 05:41:12.123 +08:00] [WARN] [a.go:7]";
const std::string kJsonHead = R"({"level":"WARN","time":"2026/06/30 05:41:12.123 +08:00","caller":"a.go:7",)";

}  // namespace

TEST_CASE("every line of a real log is one") {
  std::ifstream file(TAKEOVER_LOGS_DATA "/lines.log");
  std::map<std::string, int> fields;
  std::string text;
  LineReader reader;
  int lines = 0;
  while (std::getline(file, text)) {
    INFO(text);
    const auto outcome = reader.read(text);
    REQUIRE(std::holds_alternative<RawLine>(outcome));
    const auto& line = std::get<RawLine>(outcome);
    CHECK(line.time_us / 86'400'000'000 == 20'782);  // 2026-11-25
    CHECK(line.caller.find(".go:") != std::string_view::npos);
    // Each field is written "[key=", and no value of these has that.
    for (const Field& field : line.fields) {
      CHECK(text.find("[" + std::string(field.key) + "=") != std::string::npos);
      ++fields[std::string(field.key)];
    }
    ++lines;
  }
  CHECK(lines >= 30);
  CHECK(fields["changefeedID"] > 10);
}

TEST_CASE("a line is read in its parts") {
  LineReader reader;
  const std::string text =
      kHead +
      R"( ["a \"message\""] [from=B] [empty=] [list="[N1,N2]"] [bare=[N1, N2]] ["a key"="x\\200\n\u20ac\ud83d\ude00"])" +
      "\r";
  const auto outcome = reader.read(text);
  REQUIRE(std::holds_alternative<RawLine>(outcome));
  const auto& line = std::get<RawLine>(outcome);
  CHECK(line.time_us == 1'782'769'272'123'000);  // date -d '2026-06-29 21:41:12.123Z' +%s%6N
  CHECK(line.level == Level::kWarn);
  CHECK(line.caller == "a.go:7");
  CHECK(owned(line) == Owned{"a \"message\"",
                             {{"from", "B"},
                              {"empty", ""},
                              {"list", "[N1,N2]"},
                              {"bare", "[N1, N2]"},
                              {"a key", "x\\200\n\u20ac\U0001F600"}}});
}

TEST_CASE("a caller may be missing, and a message may be a word") {
  LineReader reader;
  const auto read = [&](std::string_view line) { return std::get<RawLine>(reader.read(line)); };
  CHECK(read("[2026/06/30 05:41:12.123 +00:00] [INFO] [started]").message == "started");
  CHECK(read("[2026/06/30 05:41:12.123 +00:00] [INFO] [started]").caller.empty());
  CHECK(read("[2026/06/30 05:41:12.123 +00:00] [INFO] [\"a.go:7\"] [k=v]").message == "a.go:7");
  CHECK(read("[2026/06/30 05:41:12.123 +00:00] [INFO] [<unknown>] [started]").caller == "<unknown>");
}

TEST_CASE("of fields with one key the last counts, and the first message is the message") {
  LineReader reader;
  const auto text_line = kHead + R"( [m] [k=1] [k=2])";
  const auto text = std::get<RawLine>(reader.read(text_line));
  CHECK(text.value_of("k") == "2");
  CHECK_FALSE(text.value_of("absent"));
  const auto json_line =
      kJsonHead + R"("message":"m","k":1,"message":[{"high":18446744073709551615}],"k":"2"})";
  const auto json = std::get<RawLine>(reader.read(json_line));
  CHECK(json.message == "m");
  CHECK(json.value_of("k") == "2");
  CHECK(json.value_of("message") == R"([{"high":18446744073709551615}])");
}

TEST_CASE("a line that nobody wants is read no further than its message") {
  LineReader reader(
      [](std::string_view message, std::string_view caller) { return message == "m" && caller == "a.go:7"; });
  CHECK(std::holds_alternative<Unwanted>(reader.read(kHead + " [other] [torn")));
  CHECK(std::holds_alternative<Unwanted>(reader.read(kJsonHead + R"("message":"other","k":1,"torn)")));
  CHECK(std::holds_alternative<RawLine>(reader.read(kHead + " [m] [k=1]")));
  CHECK(std::holds_alternative<RawLine>(reader.read(kJsonHead + R"("message":"m","k":1})")));
}

TEST_CASE("what is no line is said to be none, and why") {
  const std::map<std::string, std::vector<std::string>> none{
      {"an empty line", {"", "   ", "\r"}},
      {"no line of a log", {"goroutine 1 [running]:", "panic: x", " [2026"}},
      {"no time",
       {"[x]", "[]", "[2026/13/30 05:41:12.123 +00:00] [INFO] [m]",
        "[2026/02/30 05:41:12.123 +00:00] [INFO] [m]", "[2026/06/30 25:41:12.123 +00:00] [INFO] [m]",
        "[2026/06/30 05:41:12.123] [INFO] [m]", "[2026/06/30 05:41:12.1234567890 +00:00] [INFO] [m]",
        "[2026/06/30 05:41:12.123 +0000] [INFO] [m]", "[2026-06-30 05:41:12.123 +00:00] [INFO] [m]",
        R"({"level":"INFO","message":"m"})", "{}", R"({"time":1.5,"level":"INFO","message":"m"})"}},
      {"no level",
       {"[2026/06/30 05:41:12.123 +00:00] [LOUD] [m]", "[2026/06/30 05:41:12.123 +00:00]",
        R"({"level":"LOUD","message":"m"})"}},
      {"no message", {kHead, kHead + " [k=v]", kJsonHead + R"("k":1})"}},
      {"no blank between two brackets", {kHead + "[m]", kHead + " [m]  [k=v]", kHead + " [m] k=v"}},
      {"a bracket that is not closed",
       {"[2026/06/30", "[", kHead + " [", kHead + " [m", kHead + " [m] ", kHead + " [m] [k",
        kHead + " [m] [k=v", kHead + " [m] [k=v]x x", kHead + " [m] [k=\"v\"", kHead + " [m] [k=\"v\"x]",
        kJsonHead, kJsonHead + R"("message":"m")", kJsonHead + R"("message":"m","k":[1)"}},
      {"a quote that is not closed",
       {kHead + " [\"m", kHead + " [m] [k=\"v", kHead + " [m] [k=\"v\\\"]", kJsonHead + "\"mess"}},
      {"an escape that is none",
       {kHead + R"( ["\x"])", kHead + R"( [m] [k="\u12"])", kHead + R"( [m] [k="\ud83d"])",
        kHead + R"( [m] [k="\ude00"])", kJsonHead + R"("message":"\x"})"}},
      {"a field without a key or without a value",
       {kHead + " [m] [k]", kHead + " [m] []", kHead + " [m] [=v]", kJsonHead + R"("":1})"}},
      {"a key that is no UTF-8", {kHead + " [m] [k\xff=v]", kJsonHead + "\"k\xff\":1}"}},
      {"a NUL byte", {kHead + std::string(" [m\0]", 5), std::string("{\0", 2)}},
      {"no JSON object",
       {"{]", "{1", kJsonHead + R"("message":m})", kJsonHead + R"("message":"m"} x)",
        kJsonHead + R"("message":"m";})", kJsonHead + R"("k":01})",
        kJsonHead + "\"k\":" + std::string(65, '[')}},
  };
  for (const auto& [why, lines] : none) {
    for (const std::string& line : lines) {
      INFO(line);
      CHECK(why_not(line) == why);
    }
  }
}

TEST_CASE("a line that is cut anywhere is a shorter one, or none") {
  std::ifstream file(TAKEOVER_LOGS_DATA "/lines.log");
  std::string text;
  LineReader reader;
  LineReader cut_reader;
  for (int lines = 0; lines < 4 && std::getline(file, text); ++lines) {
    const Owned whole = owned(std::get<RawLine>(reader.read(text)));
    for (std::size_t bytes = 0; bytes < text.size(); ++bytes) {
      const auto outcome = cut_reader.read(std::string_view(text).substr(0, bytes));
      if (const auto* line = std::get_if<RawLine>(&outcome)) {
        const Owned part = owned(*line);
        CHECK(part.message == whole.message);
        CHECK(part.fields.size() < whole.fields.size());
      }
    }
  }
}

TEST_CASE("a real line with a byte changed is a line, or none") {
  std::ifstream file(TAKEOVER_LOGS_DATA "/lines.log");
  std::string text;
  LineReader reader;
  for (int lines = 0; lines < 4 && std::getline(file, text); ++lines) {
    for (std::size_t at = 0; at < text.size(); ++at) {
      for (const char letter : {'"', '\\', '[', ']', '=', ' ', '{', '\0', '\xff', 'u'}) {
        std::string changed = text;
        changed[at] = letter;
        const auto outcome = reader.read(changed);
        if (const auto* line = std::get_if<RawLine>(&outcome)) {
          // All that is read lies within the line's bytes, whatever they are; a byte that is no UTF-8 becomes
          // three.
          std::size_t bytes = line->caller.size() + line->message.size();
          for (const Field& field : line->fields) bytes += field.key.size() + field.value.size();
          CHECK(bytes <= text.size() + 2);
        }
      }
    }
  }
}

TEST_CASE("bytes that are no UTF-8 are replaced in a value") {
  LineReader reader;
  const auto line_text = kHead + " [m] [k=a\xff\xc0z]";
  CHECK(std::get<RawLine>(reader.read(line_text)).value_of("k") == "a\uFFFD\uFFFDz");
}

TEST_CASE("what is written in either format is read back") {
  const bool holds = rc::check([] {
    const auto letters = rc::gen::container<std::string>(rc::gen::element(
        'a', 'k', '9', ' ', '"', '\\', '[', ']', '=', '{', '}', ':', ',', '\n', '\t', '\x01', '\x7f'));
    Owned line{*letters, {}};
    const auto count = *rc::gen::inRange(0, 5);
    for (int i = 0; i < count; ++i) line.fields.emplace_back("k" + *letters, *letters);
    std::string text = kHead + " [" + written(line.message) + "]";
    std::string json = kJsonHead + "\"message\":" + nlohmann::json(line.message).dump();
    for (const auto& [key, value] : line.fields) {
      text += " [" + written(key) + "=" + written(value) + "]";
      json += "," + nlohmann::json(key).dump() + ":" + nlohmann::json(value).dump();
    }
    json += "}";
    LineReader reader;
    const auto from_text = reader.read(text);
    RC_ASSERT(std::holds_alternative<RawLine>(from_text));
    RC_ASSERT(owned(std::get<RawLine>(from_text)) == line);
    const auto from_json = reader.read(json);
    RC_ASSERT(std::holds_alternative<RawLine>(from_json));
    RC_ASSERT(owned(std::get<RawLine>(from_json)) == line);
  });
  CHECK(holds);
}
