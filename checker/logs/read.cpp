#include "checker/logs/read.h"

#include <algorithm>
#include <filesystem>
#include <set>
#include <utility>

#include "checker/logs/clocks.h"
#include "checker/logs/message_log.h"
#include "checker/logs/source.h"
#include "checker/logs/strands.h"

namespace takeover::logs {
namespace {

class AllReader {
 public:
  AllReader() : messages_(all_, clocks_, logs_.errors) {}

  void take(const NodeLogs& node) {
    std::vector<std::string> paths;
    for (const std::string& path : node.paths) {
      const auto some = logs_in(path);
      if (!some) {
        logs_.errors.push_back(some.error());
      } else {
        paths.insert(paths.end(), some->begin(), some->end());
      }
    }
    if (paths.size() > 1) paths = in_order_of_time(std::move(paths));
    take_files(node.node, paths);
  }

  [[nodiscard]] Logs finish() {
    logs_.clocks = clocks_.contradictions();
    logs_.histories = split(std::move(all_));
    return std::move(logs_);
  }

 private:
  void take_files(const std::string& node, const std::vector<std::string>& paths) {
    const std::size_t first = logs_.files.size();
    logs_.files.insert(logs_.files.end(), paths.begin(), paths.end());
    Source source(paths);
    std::optional<std::size_t> file;
    while (const auto next = source.next()) {
      if (const auto* error = std::get_if<spec::InputError>(&*next)) {
        logs_.errors.push_back(*error);
        continue;
      }
      const Line& line = std::get<Line>(*next);
      ++logs_.lines;
      if (file != line.file) {
        messages_.end_file();
        messages_.begin_file(paths[line.file], node);
        file = line.file;
      }
      messages_.take({static_cast<std::uint32_t>(first + line.file), line.number}, line.text);
    }
    messages_.end_file();
  }

  Logs logs_;
  AllLogs all_;
  Clocks clocks_;
  MessageLogReader messages_;
};

}  // namespace

Logs read(const std::vector<NodeLogs>& nodes, const ReadOptions& options) {
  AllReader reader;
  for (const NodeLogs& node : nodes) reader.take(node);
  static_cast<void>(options);
  return reader.finish();
}

}  // namespace takeover::logs
