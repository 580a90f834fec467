// What is wrong with the files, one line each, and so many of one file: one that is no log at all is wrong in
// every line.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "spec/json/json_input.h"

namespace takeover::logs {

class Complaints {
 public:
  static constexpr std::size_t kMostOfAFile = 20;

  void add(spec::InputError error);
  // In the order in which they were found; then how many more there were, by file.
  [[nodiscard]] std::vector<spec::InputError> take();

 private:
  std::vector<spec::InputError> errors_;
  std::map<std::string, std::size_t> counts_;  // by file
};

// Of a line of another node than those above it, in what `--node` says is the log of `given`: which of them
// are its lines, nobody can know.
[[nodiscard]] spec::InputError of_another_node(std::string_view given, std::string_view above,
                                               std::string_view named);

}  // namespace takeover::logs
