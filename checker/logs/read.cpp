#include "checker/logs/read.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>
#include <utility>

#include "checker/logs/clocks.h"
#include "checker/logs/complaints.h"
#include "checker/logs/groups.h"
#include "checker/logs/message_log.h"
#include "checker/logs/source.h"
#include "checker/logs/strands.h"
#include "checker/logs/text_log.h"

namespace takeover::logs {
namespace {

enum class Kind : std::uint8_t { kUnknown, kText, kMessages };

// Stamps of one file may go back by some milliseconds.
constexpr std::int64_t kOverlapUs = 1'000'000;

class AllReader {
 public:
  explicit AllReader(const ReadOptions& options)
      : options_(options), messages_(all_, clocks_, complaints_), texts_(complaints_, options.node_key) {}

  [[nodiscard]] Logs read(const std::vector<NodeLogs>& nodes) {
    for (const Group& group : groups_of(nodes, complaints_)) take(group);
    place_lines(std::move(text_nodes_), all_, complaints_);
    choose(all_, options_.changefeed, complaints_);
    logs_.histories = split(std::move(all_), complaints_);
    logs_.errors = complaints_.take();
    if (logs_.histories.empty() && logs_.errors.empty() && !logs_.files.empty()) {
      logs_.errors.push_back({logs_.files.front(), "", "no line tells of a changefeed on a node",
                              "the log of a node that has dispatchers, or its messages"});
    }
    logs_.clocks = clocks_.contradictions();
    logs_.unknown_lines = texts_.unknown_lines() + messages_.unknown_lines();
    return std::move(logs_);
  }

 private:
  void take(const Group& group) {
    const auto first = static_cast<std::uint32_t>(logs_.files.size());
    logs_.files.insert(logs_.files.end(), group.paths.begin(), group.paths.end());
    ends_ = {};
    texts_.begin_node(group.node);
    messages_.begin_node(group.node);
    Source source(group.paths);
    while (const auto next = source.next()) {
      if (const auto* error = std::get_if<spec::InputError>(&*next)) {
        complaints_.add(*error);
        miss_line();
      } else {
        const Line& line = std::get<Line>(*next);
        ++logs_.lines;
        take({first + static_cast<std::uint32_t>(line.file), line.number}, line.text);
      }
    }
    end_file();
    for (TextNode& node : texts_.end_node(group.stem)) add(std::move(node), group);
  }

  void take(const LineRef& at, std::string_view line) {
    if (at_.file != at.file || !is_open_) begin_file(at.file);
    at_ = at;
    if (kind_ == Kind::kUnknown) kind_ = kind_of(line);
    if (kind_ != Kind::kUnknown && is_of_other_kind(line)) {
      miss(at);
      return;
    }
    if (kind_ == Kind::kMessages) messages_.take(at, line);
    if (kind_ == Kind::kText) texts_.take(at, line);
  }

  // What kind of log it is, tells its first line that is of any.
  static Kind kind_of(std::string_view line) {
    if (!line.starts_with('[') && !line.starts_with('{')) return Kind::kUnknown;
    return is_of_message_log(line) ? Kind::kMessages : Kind::kText;
  }

  bool is_of_other_kind(std::string_view line) {
    const Kind kind = line.starts_with(kind_ == Kind::kMessages ? '[' : '{') ? kind_of(line) : kind_;
    if (kind == kind_) return false;
    const bool is_text = kind_ == Kind::kText;
    complaints_.add({path(), fmt::format("line {}", at_.number),
                     is_text ? "a line of a message log" : "a line of TiCDC's log",
                     is_text ? "TiCDC's log, as above" : "a message log, as above"});
    return true;
  }

  // What cannot be given of an open file.
  void miss_line() {
    if (is_open_) miss({at_.file, at_.number + 1});
  }

  void miss(const LineRef& at) {
    if (kind_ == Kind::kMessages) messages_.miss(at);
    if (kind_ == Kind::kText) texts_.miss(at);
  }

  void begin_file(std::uint32_t file) {
    end_file();
    is_open_ = true;
    at_ = {file, 0};
    kind_ = Kind::kUnknown;
    messages_.begin_file(path());
    texts_.begin_file(path());
  }

  void end_file() {
    if (!std::exchange(is_open_, false)) return;
    const Times times = kind_ == Kind::kMessages ? messages_.end_file() : texts_.end_file();
    if (times.is_none()) {
      complaints_.add(
          {path(), "", "no line of TiCDC's log, and none of a message log", "lines of one of the formats"});
      return;
    }
    std::int64_t& end = ends_.at(kind_ == Kind::kMessages ? 1 : 0);
    if (times.first_us + kOverlapUs < end) {
      complaints_.add({path(), "", "it begins before the file ends that was begun before it",
                       "files of one node that follow each other"});
    }
    end = std::max(end, times.last_us);
  }

  void add(TextNode node, const Group& group) {
    const auto same = std::ranges::find(text_nodes_, node.name, &TextNode::name);
    if (same == text_nodes_.end()) {
      text_nodes_.push_back(std::move(node));
      return;
    }
    complaints_.add({group.paths.front(), "", fmt::format("the node '{}' again", node.name),
                     "another node; --node gives several files of one"});
  }

  [[nodiscard]] const std::string& path() const { return logs_.files[at_.file]; }

  const ReadOptions& options_;
  Logs logs_;
  AllLogs all_;
  Clocks clocks_;
  Complaints complaints_;
  MessageLogReader messages_;
  TextLogReader texts_;
  std::vector<TextNode> text_nodes_;
  LineRef at_{};
  bool is_open_ = false;
  Kind kind_ = Kind::kUnknown;
  std::array<std::int64_t, 2> ends_{};  // of the files of a group, by kind
};

}  // namespace

Logs read(const std::vector<NodeLogs>& nodes, const ReadOptions& options) {
  return AllReader(options).read(nodes);
}

}  // namespace takeover::logs
