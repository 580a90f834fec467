// TiCDC's own log, in either of its formats: its lines are kept if the table has a row for them, and become
// observations when all logs are read: only then is it known what the ids, spans and changefeeds of one node
// are on another.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "checker/logs/complaints.h"
#include "checker/logs/history.h"
#include "checker/logs/read.h"
#include "checker/logs/strands.h"
#include "checker/logs/text_facts.h"
#include "checker/logs/text_line.h"

namespace takeover::logs {

// What was kept of one node's log.
struct TextNode {
  std::string name{};  // as it was given, or as it calls itself
  std::vector<Life> lives{{}};
  std::deque<TextLine> lines{};
  std::vector<std::pair<std::uint32_t, LineRef>> gaps{};  // of a life
  std::set<std::string_view> started{};                   // the messages of a start that this life has

  [[nodiscard]] std::uint32_t life() const { return static_cast<std::uint32_t>(lives.size()); }
};

class TextLogReader {
 public:
  TextLogReader(Complaints& complaints, std::string node_key)
      : complaints_(complaints), node_key_(std::move(node_key)) {}

  // Files of one node, or of one stream. `node`: as it was given, or "".
  void begin_node(std::string node);
  void begin_file(std::string path);
  void take(const LineRef& at, std::string_view line);
  void miss(const LineRef& at);  // a line cannot be given
  [[nodiscard]] Times end_file();
  // `name`: of a node that was given none, and calls itself nothing.
  [[nodiscard]] std::vector<TextNode> end_node(const std::string& name);

  [[nodiscard]] std::uint64_t unknown_lines() const { return unknown_; }

 private:
  void decide();
  void take_line(const LineRef& at, std::string_view text);
  void take_row(const LineRef& at, const RawLine& raw, const Row& row);
  void take_broken(const LineRef& at, NotALine why);
  void tell_of_broken();
  void see(const RawLine& head);
  // Of a file that is said to be of one node: whether a line is of another.
  [[nodiscard]] bool is_of_another(const Field* writer);
  void refuse_node(const LineRef& at, const Field& writer);
  // The field with the node that writes. A row may have one of its own of this key.
  [[nodiscard]] const Field* writer_of(const RawLine& raw, const Row& row);
  [[nodiscard]] bool has_own_node(const Row& row) const;
  [[nodiscard]] RawLine without(const RawLine& raw, const Field* writer);
  [[nodiscard]] TextNode* node_of(const LineRef& at, const Field* writer);
  void refuse(const LineRef& at, std::string pointer, std::string what, std::string expected);

  Complaints& complaints_;
  std::string node_key_;
  LineReader all_;
  LineReader wanted_{&is_wanted};
  std::string path_;
  std::string given_;  // the node's name
  std::map<std::string, TextNode> nodes_;
  // Whether the file is a stream of several nodes is told by its first lines.
  std::vector<std::pair<LineRef, std::string>> first_;
  bool is_decided_ = false;
  bool is_stream_ = false;
  // Of a file that is said to be of one node: of its first line that names one.
  std::optional<std::string> first_node_;
  std::optional<bool> is_writer_first_;  // of a line's fields, or last; unknown until a row shows it
  std::vector<Field> own_;               // a line's fields without its writer
  bool is_refused_ = false;              // the node, since its files have lines of several
  Times times_;
  std::optional<std::pair<LineRef, NotALine>> broken_;  // the last line, unless another follows
  std::uint64_t unknown_ = 0;

  [[nodiscard]] static bool is_wanted(std::string_view message, std::string_view caller);
};

// Puts what was kept into strands of the changefeeds.
void place_lines(std::vector<TextNode> nodes, AllLogs& out, Complaints& complaints);

}  // namespace takeover::logs
