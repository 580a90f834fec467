// Why some alterations of a log cannot be noticed: data, by kind of log, of line and of alteration.
//
//   [{"log": "messages", "line": "recv .*", "alteration": "deleted|swapped", "because": "..."}, ...]
//
// `line` and `alteration` are regular expressions that match the whole word; the first that fits counts.
#pragma once

#include <fstream>
#include <nlohmann/json.hpp>
#include <regex>
#include <stdexcept>
#include <string>
#include <vector>

#include "tests/checker/logs/adversary/mutation_table.h"

namespace takeover::logs {

class Reasons {
 public:
  Reasons() = default;
  explicit Reasons(const std::string& path) {
    std::ifstream file(path);
    if (!file) throw std::runtime_error("cannot read " + path);
    const auto document = nlohmann::json::parse(file);
    for (const auto& reason : document.at("reasons")) {
      reasons_.push_back(
          {reason.at("log").get<std::string>(), std::regex(reason.at("line").get<std::string>()),
           std::regex(reason.at("alteration").get<std::string>()), reason.at("because").get<std::string>()});
    }
  }

  // "" if nobody knows.
  [[nodiscard]] std::string of(const MutationKey& key) const {
    const std::string_view log = key.is_message_log ? "messages" : "text";
    const std::string alteration(name_of(key.mutation));
    for (const Reason& reason : reasons_) {
      if (reason.log == log && std::regex_match(key.line, reason.line) &&
          std::regex_match(alteration, reason.alteration)) {
        return reason.because;
      }
    }
    return "";
  }

 private:
  struct Reason {
    std::string log;
    std::regex line;
    std::regex alteration;
    std::string because;
  };
  std::vector<Reason> reasons_;
};

}  // namespace takeover::logs
