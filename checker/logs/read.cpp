#include "checker/logs/read.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <map>
#include <optional>
#include <stdexcept>
#include <string_view>
#include <utility>

#include "checker/logs/clocks.h"
#include "checker/logs/message_log.h"
#include "checker/logs/source.h"
#include "checker/logs/strands.h"
#include "checker/logs/text_log.h"

namespace takeover::logs {
namespace {

bool is_digit(char letter) {
  return std::isdigit(static_cast<unsigned char>(letter)) != 0;
}

bool cut_end(std::string& text, std::string_view end) {
  if (!text.ends_with(end) || text.size() == end.size()) return false;
  text.resize(text.size() - end.size());
  return true;
}

// "N1" of "N1.log", "N1.log.2.gz", "N1.msg.jsonl" and "N1-2026-06-30T05-41-12.123.log".
std::string stem_of(const std::string& path) {
  std::string name = std::filesystem::path(path).filename().string();
  cut_end(name, ".gz");
  const std::size_t dot = name.rfind('.');
  const bool is_numbered =
      dot != std::string::npos && dot > 0 && dot + 1 < name.size() &&
      std::all_of(name.begin() + static_cast<std::ptrdiff_t>(dot) + 1, name.end(), is_digit);
  if (is_numbered) name.resize(dot);
  static_cast<void>(cut_end(name, ".log") || cut_end(name, ".jsonl") || cut_end(name, ".json"));
  static_cast<void>(cut_end(name, ".messages") || cut_end(name, ".msg"));
  constexpr std::string_view kStamp = "-0000-00-00T00-00-00.000";
  if (name.size() <= kStamp.size()) return name;
  const std::string_view end = std::string_view(name).substr(name.size() - kStamp.size());
  const bool is_stamped = std::equal(end.begin(), end.end(), kStamp.begin(), [](char letter, char like) {
    return like == '0' ? is_digit(letter) : letter == like;
  });
  if (is_stamped) name.resize(name.size() - kStamp.size());
  return name;
}

// Files of one node.
struct Group {
  std::string node;  // as given, or ""
  std::string stem;
  std::vector<std::string> paths;
};

class AllReader {
 public:
  explicit AllReader(const ReadOptions& options)
      : messages_(all_, clocks_, logs_.errors), texts_(logs_.errors, options.node_key) {}

  void take(const std::vector<NodeLogs>& nodes) {
    for (const NodeLogs& node : nodes) add_to_groups(node);
    for (Group& group : groups_) {
      if (group.paths.size() > 1) group.paths = in_order_of_time(std::move(group.paths));
      take_group(group);
    }
  }

  [[nodiscard]] Logs finish(const ReadOptions& options) {
    logs_.unknown_lines = texts_.unknown_lines();
    logs_.clocks = clocks_.contradictions();
    place_lines(std::move(text_nodes_), all_, logs_.errors);
    choose(all_, options.changefeed, logs_.errors);
    logs_.histories = split(std::move(all_));
    return std::move(logs_);
  }

 private:
  void add_to_groups(const NodeLogs& node) {
    for (const std::string& path : node.paths) {
      const auto some = logs_in(path);
      if (!some) {
        logs_.errors.push_back(some.error());
        continue;
      }
      for (const std::string& each : *some) {
        Group group{node.node, stem_of(each), {each}};
        const auto same = std::ranges::find_if(groups_, [&](const Group& other) {
          if (other.node != group.node) return false;
          const auto folder = [](const std::string& of) { return std::filesystem::path(of).parent_path(); };
          return !group.node.empty() ||
                 (other.stem == group.stem && folder(other.paths.front()) == folder(each));
        });
        if (same == groups_.end()) {
          groups_.push_back(std::move(group));
        } else {
          same->paths.push_back(each);
        }
      }
    }
  }

  void take_group(const Group& group) {
    const std::size_t first = logs_.files.size();
    logs_.files.insert(logs_.files.end(), group.paths.begin(), group.paths.end());
    texts_.begin_node(group.node);
    messages_.begin_node(group.node);
    Source source(group.paths);
    while (const auto next = source.next()) {
      if (const auto* error = std::get_if<spec::InputError>(&*next)) {
        logs_.errors.push_back(*error);
        continue;
      }
      const Line& line = std::get<Line>(*next);
      ++logs_.lines;
      const LineRef at{static_cast<std::uint32_t>(first + line.file), line.number};
      if (file_ != at.file) begin_file(at.file, line.text);
      if (is_message_log_) {
        messages_.take(at, line.text);
      } else {
        texts_.take(at, line.text);
      }
    }
    end_file();
    for (TextNode& node : texts_.end_node(group.stem)) add(std::move(node), group);
  }

  // What kind of log it is, its first line tells.
  void begin_file(std::uint32_t file, std::string_view line) {
    end_file();
    file_ = file;
    is_message_log_ = is_of_message_log(line);
    if (is_message_log_) {
      messages_.begin_file(logs_.files[file]);
    } else {
      texts_.begin_file(logs_.files[file]);
    }
  }

  void end_file() {
    if (!file_) return;
    const bool is_any = is_message_log_ ? messages_.end_file() : texts_.end_file();
    if (!is_any) {
      logs_.errors.push_back({logs_.files[*file_], "", "no line of TiCDC's log, and none of a message log",
                              "lines of one of the formats"});
    }
    file_.reset();
  }

  void add(TextNode node, const Group& group) {
    const auto same = std::ranges::find(text_nodes_, node.name, &TextNode::name);
    if (same == text_nodes_.end()) {
      text_nodes_.push_back(std::move(node));
      return;
    }
    logs_.errors.push_back({group.paths.front(), "", fmt::format("the node '{}' again", node.name),
                            "another node; --node gives several files of one"});
  }

  Logs logs_;
  AllLogs all_;
  Clocks clocks_;
  MessageLogReader messages_;
  TextLogReader texts_;
  std::vector<Group> groups_;
  std::vector<TextNode> text_nodes_;
  std::optional<std::uint32_t> file_;
  bool is_message_log_ = false;
};

}  // namespace

Logs read(const std::vector<NodeLogs>& nodes, const ReadOptions& options) {
  AllReader reader(options);
  reader.take(nodes);
  return reader.finish(options);
}

}  // namespace takeover::logs
