#include "checker/logs/complaints.h"

#include <fmt/format.h>

#include <utility>

namespace takeover::logs {

void Complaints::add(spec::InputError error) {
  if (++counts_[error.file] <= kMostOfAFile) errors_.push_back(std::move(error));
}

std::vector<spec::InputError> Complaints::take() {
  for (const auto& [file, count] : counts_) {
    if (count <= kMostOfAFile) continue;
    errors_.push_back(
        {file, "", fmt::format("{} more of its lines are wrong", count - kMostOfAFile), "a log"});
  }
  counts_.clear();
  return std::exchange(errors_, {});
}

spec::InputError of_another_node(std::string_view given, std::string_view above, std::string_view named) {
  return {"", "",
          fmt::format("a line of the node '{}', and nothing is read as the log of '{}'", named, given),
          fmt::format("'{}', as above: a stream of several nodes is given without --node", above)};
}

}  // namespace takeover::logs
