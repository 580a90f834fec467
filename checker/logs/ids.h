// What a log names, in its several spellings, brought to one.
//
//   a dispatcher  "100035964335668975081"            decimal low, then decimal high: most lines
//                 "high:1 low:10003596433566897508"  protobuf text
//                 {"high":1,"low":10003596433566897508}, or <high:1 low:...> within a message
//   a changefeed  "default/cf"
//                 "cf"
//                 high:7 low:12 name:"cf" keyspace:"default", in either form of a message
//   a span        "tableID: 2, startKey: 7480, endKey: 7481, keyspaceID: 0"
//                 TableID:2 StartKey:"t\200" EndKey:"t\201", in either form of a message
//
// A dispatcher's first spelling cannot be split again, and is the one to which the others are brought. A
// changefeed's third alone tells one incarnation from the next of the same name.
#pragma once

#include <compare>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "checker/logs/proto_text.h"

namespace takeover::logs {

// An id of two words, as heartbeatpb has them.
struct Gid {
  std::uint64_t high = 0;
  std::uint64_t low = 0;
  friend auto operator<=>(const Gid&, const Gid&) = default;
};

[[nodiscard]] std::string to_string(const Gid& id);  // low, then high
// {high, low}; a word that is left out is 0, but not both.
[[nodiscard]] std::optional<Gid> gid_of(const ProtoValue& value);

// A dispatcher's id in any spelling, in the one: digits. None for what is no id.
[[nodiscard]] std::optional<std::string> dispatcher_named(std::string_view text);

// Ids whose two words were seen. Two of them may have one spelling ("high:1 low:12", "high:21 low:1"): then
// digits tell of neither, and `words_of` has none.
class Gids {
 public:
  void see(const Gid& id);
  [[nodiscard]] std::optional<Gid> words_of(std::string_view digits) const;
  [[nodiscard]] bool is_ambiguous(std::string_view digits) const;

 private:
  std::map<std::string, std::optional<Gid>, std::less<>> seen_;  // no id: more than one
};

// As far as a line tells: `keyspace` is empty, and `id` none, where it does not.
struct Changefeed {
  std::optional<Gid> id;
  std::string keyspace;
  std::string name;

  // Whether both may be spellings of one: nothing that both tell differs.
  [[nodiscard]] bool may_be(const Changefeed& other) const;
  friend bool operator==(const Changefeed&, const Changefeed&) = default;
};
[[nodiscard]] std::optional<Changefeed> changefeed_named(std::string_view text);
[[nodiscard]] std::optional<Changefeed> changefeed_of(const ProtoValue& value);

// A table's range of keys; table 0 is the triggers'. Keys are bytes.
struct TableSpan {
  std::uint64_t table = 0;
  std::string start;
  std::string end;
  std::uint64_t keyspace = 0;
  friend auto operator<=>(const TableSpan&, const TableSpan&) = default;
};
[[nodiscard]] std::string to_string(const TableSpan& span);  // as the log does
[[nodiscard]] std::optional<TableSpan> table_span_named(std::string_view text);
[[nodiscard]] std::optional<TableSpan> table_span_of(const ProtoValue& value);

}  // namespace takeover::logs
