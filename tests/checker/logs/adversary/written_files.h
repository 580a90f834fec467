// Logs in a folder of their own, as long as they are needed.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>

#include "checker/logs/log_writer.h"

namespace takeover::logs {

class WrittenFiles {
 public:
  explicit WrittenFiles(const WrittenLogs& logs) {
    std::string folder = (std::filesystem::temp_directory_path() / "takeover-XXXXXX").string();
    if (mkdtemp(folder.data()) == nullptr) throw std::runtime_error("no folder for logs can be made");
    folder_ = folder;
    std::ofstream(text()) << logs.text;
    std::ofstream(messages()) << logs.messages;
  }
  WrittenFiles(const WrittenFiles&) = delete;
  WrittenFiles& operator=(const WrittenFiles&) = delete;
  ~WrittenFiles() { std::filesystem::remove_all(folder_); }

  [[nodiscard]] std::string text() const { return (folder_ / "node.log").string(); }
  [[nodiscard]] std::string messages() const { return (folder_ / "node.messages.jsonl").string(); }

 private:
  std::filesystem::path folder_;
};

}  // namespace takeover::logs
