#include "checker/logs/groups.h"

#include <algorithm>
#include <cctype>
#include <cstddef>
#include <filesystem>
#include <string_view>
#include <system_error>
#include <utility>

#include "checker/logs/source.h"

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

// ".2"
void cut_number(std::string& name) {
  const std::size_t dot = name.rfind('.');
  if (dot == std::string::npos || dot == 0 || dot + 1 == name.size()) return;
  if (std::ranges::all_of(std::string_view(name).substr(dot + 1), is_digit)) name.resize(dot);
}

// "-2026-06-30T05-41-12.123"
void cut_stamp(std::string& name) {
  constexpr std::string_view kStamp = "-0000-00-00T00-00-00.000";
  if (name.size() <= kStamp.size()) return;
  const std::string_view end = std::string_view(name).substr(name.size() - kStamp.size());
  const bool is_stamp = std::ranges::equal(
      end, kStamp, [](char letter, char like) { return like == '0' ? is_digit(letter) : letter == like; });
  if (is_stamp) name.resize(name.size() - kStamp.size());
}

bool is_no_file(const std::string& path) {
  std::error_code error;
  return std::filesystem::exists(path, error) && !std::filesystem::is_regular_file(path, error);
}

bool are_of_one(const Group& a, const Group& b) {
  namespace fs = std::filesystem;
  if (a.node != b.node) return false;
  if (!a.node.empty()) return true;
  return a.stem == b.stem &&
         fs::path(a.paths.front()).parent_path() == fs::path(b.paths.front()).parent_path();
}

void add(Group group, std::vector<Group>& groups) {
  const auto same =
      std::ranges::find_if(groups, [&](const Group& other) { return are_of_one(group, other); });
  if (same == groups.end()) {
    groups.push_back(std::move(group));
  } else {
    same->paths.push_back(std::move(group.paths.front()));
  }
}

}  // namespace

std::string stem_of(const std::string& path) {
  std::string name = std::filesystem::path(path).filename().string();
  cut_end(name, ".gz");
  cut_number(name);
  static_cast<void>(cut_end(name, ".log") || cut_end(name, ".jsonl") || cut_end(name, ".json"));
  static_cast<void>(cut_end(name, ".messages") || cut_end(name, ".msg"));
  cut_stamp(name);
  return name;
}

std::vector<Group> groups_of(const std::vector<NodeLogs>& nodes, Complaints& complaints) {
  std::vector<Group> groups;
  for (const NodeLogs& node : nodes) {
    for (const std::string& path : node.paths) {
      const auto logs = logs_in(path);
      if (!logs) {
        complaints.add(logs.error());
        continue;
      }
      for (const std::string& each : *logs) add({node.node, stem_of(each), {each}}, groups);
    }
  }
  for (Group& group : groups) {
    if (group.paths.size() < 2) continue;
    std::erase_if(group.paths, [&](const std::string& path) {
      if (!is_no_file(path)) return false;
      complaints.add({path, "", "what can be read but once, among several files of a node",
                      "files of the disk, which are put in order first; or it alone"});
      return true;
    });
    group.paths = in_order_of_time(std::move(group.paths));
  }
  return groups;
}

}  // namespace takeover::logs
