// Protobuf text and JSON, and the spellings of what they name.
#include "checker/logs/ids.h"

#include <rapidcheck.h>

#include <catch2/catch.hpp>
#include <cstddef>
#include <cstdint>
#include <fstream>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "checker/logs/proto_text.h"
#include "checker/logs/text_line.h"

using namespace takeover::logs;

namespace {

// As Go's text marshaler writes bytes.
std::string escaped(const std::string& bytes) {
  std::string out;
  for (const char letter : bytes) {
    const auto byte = static_cast<unsigned char>(letter);
    if (letter == '\n') {
      out += "\\n";
    } else if (letter == '"' || letter == '\\') {
      out += std::string("\\") + letter;
    } else if (byte < 0x20 || byte >= 0x7f) {
      out += '\\';
      for (const unsigned shift : {6U, 3U, 0U}) out += static_cast<char>('0' + (byte >> shift & 7U));
    } else {
      out += letter;
    }
  }
  return out;
}

std::uint64_t number(const ProtoValue& message, std::string_view path) {
  const ProtoValue* const field = message.find(path);
  REQUIRE(field != nullptr);
  REQUIRE(field->as_number());
  return *field->as_number();
}

const std::string kRequest =
    R"(changefeedID:<high:7217269764013066406 low:12126679584996991335 name:"cf" keyspace:"default" > config:<span:<TableID:2 StartKey:"t\200\n\"" EndKey:"\377\377" > startTs:100 dispatcherID:<high:1 low:10003598632590153930 > schemaID:1 > operatorType:O_Move maintainer_epoch:3 )";

}  // namespace

TEST_CASE("a message in protobuf text is read to its leaves") {
  const auto message = read_proto(kRequest);
  REQUIRE(message);
  CHECK(number(*message, "config.startTs") == 100);
  CHECK(number(*message, "maintainer_epoch") == 3);
  CHECK(message->find("operatorType")->as_word(operator_types()) == "O_Move");
  CHECK(message->find("scheduleAction") == nullptr);
  CHECK(message->find("config.startTs.deeper") == nullptr);
  CHECK(message->find("config.span.StartKey")->as_bytes() == "t\x80\n\"");
  CHECK(gid_of(*message->find("config.dispatcherID")) == Gid{1, 10003598632590153930U});
  CHECK(changefeed_of(*message->find("changefeedID")) ==
        Changefeed{Gid{7217269764013066406U, 12126679584996991335U}, "default", "cf"});
  CHECK(table_span_of(*message->find("config.span")) == TableSpan{2, "t\x80\n\"", "\xff\xff", 0});
}

TEST_CASE("the same message as JSON says the same") {
  // base64 of "t\x80\n\"" and "\xff\xff"
  const auto message = read_proto(
      R"([{"changefeedID":{"high":7217269764013066406,"low":12126679584996991335,"name":"cf","keyspace":"default"},)"
      R"("config":{"span":{"TableID":2,"StartKey":"dIAKIg==","EndKey":"//8="},"startTs":100,)"
      R"("dispatcherID":{"high":1,"low":10003598632590153930},"schemaID":1},"operatorType":2,"maintainer_epoch":3}])");
  const auto text = read_proto(kRequest);
  REQUIRE(message);
  REQUIRE(text);
  CHECK(number(*message, "maintainer_epoch") == 3);
  CHECK(message->find("operatorType")->as_word(operator_types()) == "O_Move");
  CHECK(changefeed_of(*message->find("changefeedID")) == changefeed_of(*text->find("changefeedID")));
  CHECK(table_span_of(*message->find("config.span")) == table_span_of(*text->find("config.span")));
  CHECK(gid_of(*message->find("config.dispatcherID")) == gid_of(*text->find("config.dispatcherID")));
}

TEST_CASE("a repeated field is the same key again, in both forms") {
  const auto text = read_proto("ids:<high:1 low:2 > ids:<high:3 low:4 >");
  const auto json = read_proto(R"({"ids":[{"high":1,"low":2},{"high":3,"low":4}]})");
  REQUIRE(text);
  REQUIRE(json);
  CHECK(*text == *json);
  CHECK(text->all("ids").size() == 2);
  CHECK(number(*text, "ids.high") == 3);
}

TEST_CASE("what is no message is none") {
  const std::string deep_text = [] {
    std::string out;
    for (int i = 0; i < 40; ++i) out += "a:<";
    return out + std::string(40, '>');
  }();
  const std::string deep_json = std::string(40, '[') + "{}" + std::string(40, ']');
  const std::vector<std::string> none{
      "a",          "a:",          "a:<",   "a:<b:1",  "a:<b:1 }", "a:\"x",  R"(a:"\x")", R"(a:"\8")",
      R"(a:"\40")", R"(a:"\400")", "a:1 >", ":1",      "{",        "[]",     "[1]",       "[{},{}]",
      "{\"a\":}",   "{} x",        "a b:1", "\"a\":1", deep_text,  deep_json};
  for (const std::string& text : none) {
    INFO(text);
    CHECK_FALSE(read_proto(text));
  }
  CHECK(read_proto("")->fields.empty());  // all of it has its default
}

TEST_CASE("a message that is cut anywhere is a shorter one, or none") {
  const auto whole = read_proto(kRequest);
  REQUIRE(whole);
  for (std::size_t bytes = 0; bytes < kRequest.size(); ++bytes) {
    const auto part = read_proto(std::string_view(kRequest).substr(0, bytes));
    if (!part) continue;
    REQUIRE(part->fields.size() <= whole->fields.size());
    // A number or a word that is cut is another; what stands before it is whole.
    for (std::size_t i = 0; i + 1 < part->fields.size(); ++i) CHECK(part->fields[i] == whole->fields[i]);
  }
}

TEST_CASE("a number is one of 64 bits, or none") {
  const auto as_number = [](const std::string& text) {
    return read_proto("a:" + text)->find("a")->as_number();
  };
  CHECK(as_number("18446744073709551615") == 18446744073709551615U);
  CHECK_FALSE(as_number("18446744073709551616"));
  CHECK_FALSE(as_number("-1"));
  CHECK_FALSE(as_number("1.5"));
  CHECK_FALSE(as_number("word"));
  CHECK(read_proto(R"({"a":"470712148191870976"})")->find("a")->as_number() == 470712148191870976U);
  CHECK_FALSE(read_proto(R"({"a":18446744073709551616})")->find("a")->as_number());
}

TEST_CASE("the spellings of a dispatcher are one") {
  CHECK(dispatcher_named("100035986325901539301") == "100035986325901539301");
  CHECK(dispatcher_named("high:1 low:10003598632590153930 ") == "100035986325901539301");
  CHECK(dispatcher_named(R"({"high":1,"low":10003598632590153930})") == "100035986325901539301");
  for (const std::string none : {"", "1", "00", "d1", "high:x low:1", "high:0", "low", "12 3", ":"}) {
    INFO(none);
    CHECK_FALSE(dispatcher_named(none));
  }
  CHECK_FALSE(dispatcher_named(std::string(41, '1')));
}

TEST_CASE("digits that two ids share tell of neither") {
  Gids ids;
  ids.see({1, 12});
  ids.see({1, 12});
  CHECK(ids.words_of("121") == Gid{1, 12});
  CHECK_FALSE(ids.is_ambiguous("121"));
  ids.see({21, 1});
  CHECK(ids.is_ambiguous("121"));
  CHECK_FALSE(ids.words_of("121"));
  CHECK_FALSE(ids.words_of("122"));
}

TEST_CASE("the spellings of a changefeed are joined by what they tell") {
  const auto name = changefeed_named("cf");
  const auto full = changefeed_named("default/cf");
  const auto text = changefeed_named(R"(high:7 low:12 name:"cf" keyspace:"default" )");
  const auto json = changefeed_named(R"({"high":7,"low":12,"name":"cf","keyspace":"default"})");
  const auto next = changefeed_named(R"(high:7 low:13 name:"cf" keyspace:"default" )");
  REQUIRE((name && full && text && json && next));
  CHECK(*text == *json);
  for (const auto& one : {name, full, text}) {
    for (const auto& other : {name, full, text}) CHECK(one->may_be(*other));
  }
  CHECK(name->may_be(*next));
  CHECK_FALSE(text->may_be(*next));
  CHECK_FALSE(full->may_be(*changefeed_named("other/cf")));
  CHECK_FALSE(name->may_be(*changefeed_named("default/cf2")));
  for (const std::string none : {"", "/cf", "default/", "a/b/c", "a b", "high:7"}) {
    INFO(none);
    CHECK(changefeed_named(none).has_value() == (none == "high:7"));
  }
}

TEST_CASE("a span's keys are bytes, however they are written") {
  const auto log = table_span_named("tableID: 2, startKey: 748022, endKey: ffff, keyspaceID: 0");
  const auto text = table_span_named(R"(TableID:2 StartKey:"t\200\"" EndKey:"\377\377" )");
  const auto json = table_span_named(R"({"TableID":2,"StartKey":"dIAi","EndKey":"//8="})");
  REQUIRE(log);
  CHECK(log == text);
  CHECK(log == json);
  CHECK(to_string(*log) == "tableID: 2, startKey: 748022, endKey: ffff, keyspaceID: 0");
  CHECK(table_span_named("tableID: 0, startKey: , endKey: , keyspaceID: 0") == TableSpan{});
  for (const std::string none :
       {"", "tableID: x, startKey: , endKey: , keyspaceID: 0",
        "tableID: 1, startKey: 7, endKey: , keyspaceID: 0",
        "tableID: 1, startKey: zz, endKey: , keyspaceID: 0", "tableID: 1", "TableID:word",
        "tableID: 1, startKey: , endKey: , keyspaceID: 0, more", R"({"StartKey":"?"})"}) {
    INFO(none);
    CHECK_FALSE(table_span_named(none));
  }
}

TEST_CASE("what is written as protobuf text is read back") {
  const bool holds = rc::check(
      [](const std::string& start, const std::string& end, std::uint64_t table, std::uint64_t high) {
        const TableSpan span{table, start, end, 0};
        const std::string text = "TableID:" + std::to_string(table) + " StartKey:\"" + escaped(start) +
                                 "\" EndKey:\"" + escaped(end) + "\" ";
        RC_ASSERT(table_span_named(text) == span);
        RC_ASSERT(table_span_named(to_string(span)) == span);
        const Gid id{high, table};
        if (high != 0 || table != 0) {
          RC_ASSERT(dispatcher_named("high:" + std::to_string(high) + " low:" + std::to_string(table)) ==
                    to_string(id));
        }
      });
  CHECK(holds);
}

TEST_CASE("in real lines a message's dispatcher is the one that the line names") {
  std::ifstream file(TAKEOVER_LOGS_DATA "/lines.log");
  std::string text;
  LineReader reader;
  int requests = 0;
  while (std::getline(file, text)) {
    const auto outcome = reader.read(text);
    REQUIRE(std::holds_alternative<RawLine>(outcome));
    const auto& line = std::get<RawLine>(outcome);
    for (const Field& field : line.fields) {
      INFO(field.key << "=" << field.value);
      if (field.key == "changefeedID" || field.key == "changefeed") CHECK(changefeed_named(field.value));
      if (field.key == "dispatcherID" || field.key == "dispatcher") CHECK(dispatcher_named(field.value));
      if (field.key == "tableSpan") CHECK(table_span_named(field.value));
    }
    const auto request = line.value_of("operator").value_or("");
    if (!request.starts_with("changefeedID:")) continue;
    const auto message = read_proto(request);
    REQUIRE(message);
    REQUIRE(message->find("config.dispatcherID") != nullptr);
    CHECK(to_string(*gid_of(*message->find("config.dispatcherID"))) == line.value_of("dispatcherID"));
    ++requests;
  }
  CHECK(requests >= 5);
}
