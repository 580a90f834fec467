// The mutation table of logs: each line of each log altered in each way, one at a time.
//
//   mutate_logs tests/checker/logs/data/node/300001/A.log ...
//   mutate_logs --reasons tests/checker/logs/data/mutations.json LOG...
//   mutate_logs --reasons ... --markdown LOG...     the tables of docs/log-mutations.md: a row for a kind of
//   line
//
// A log that is not explained as it is has no part in it, and is named.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "checker/logs/read.h"
#include "spec/profiles.h"
#include "tests/checker/logs/adversary/mutation_table.h"
#include "tests/checker/logs/adversary/reasons.h"

namespace {

using namespace takeover;
using namespace takeover::logs;

double share(std::size_t part, std::size_t whole) {
  return whole == 0 ? 0 : 100.0 * static_cast<double>(part) / static_cast<double>(whole);
}

void print_row(const std::string& what, const MutationRow& row) {
  fmt::print("{:<64} {:>6} {:>6} {:>5.0f}% {:>7} {:>9} {:>6}\n", what, row.tried, row.refuted,
             share(row.refuted, row.tried), row.noticed, row.unnoticed(), row.inconclusive);
}

void print_table(const MutationTable& table, bool is_message_log, const Reasons& reasons, bool all) {
  MutationRow total;
  for (const auto& [key, row] : table.rows()) {
    if (key.is_message_log != is_message_log) continue;
    total.add(row);
    if (row.unnoticed() == 0 && !all) continue;
    print_row(fmt::format("{}, {}", key.line, name_of(key.mutation)), row);
    if (row.unnoticed() > 0) fmt::print("    because {}\n", reasons.of(key));
  }
  print_row(is_message_log ? "message logs, all" : "text logs, all", total);
}

std::string join(const std::vector<std::string>& words) {
  return fmt::format("{}", fmt::join(words, ", "));
}

// Why alterations of a kind of line are not refused, each reason with its alterations.
struct Unnoticed {
  MutationRow sum;
  std::vector<std::pair<std::string, std::vector<std::string>>> reasons;

  void add(const MutationKey& key, const MutationRow& row, const Reasons& known) {
    sum.add(row);
    if (row.unnoticed() == 0) return;
    const std::string reason = known.of(key);
    auto at = std::ranges::find(reasons, reason, [](const auto& each) { return each.first; });
    if (at == reasons.end()) at = reasons.insert(reasons.end(), {reason, {}});
    at->second.emplace_back(name_of(key.mutation));
  }
  [[nodiscard]] std::string told() const {
    std::vector<std::string> lines;
    lines.reserve(reasons.size());
    for (const auto& [reason, alterations] : reasons) {
      lines.push_back(fmt::format("{}: {}", join(alterations), reason.empty() ? "?" : reason));
    }
    return lines.empty() ? "–" : fmt::format("{}", fmt::join(lines, "; "));
  }
};

void print_markdown_row(const std::string& what, const MutationRow& row, const std::string& why) {
  fmt::print("| {} | {} | {} | {:.0f} % | {} | {} | {} | {} |\n", what, row.tried, row.refuted,
             share(row.refuted, row.tried), row.noticed, row.unnoticed(), row.inconclusive, why);
}

void print_markdown(const MutationTable& table, bool is_message_log, const Reasons& reasons) {
  std::map<std::string, Unnoticed> kinds;
  MutationRow total;
  for (const auto& [key, row] : table.rows()) {
    if (key.is_message_log != is_message_log) continue;
    kinds[key.line].add(key, row, reasons);
    total.add(row);
  }
  fmt::print(
      "| line | tried | refuted | | dearer | as before | limit | as before, because |\n"
      "|---|---|---|---|---|---|---|---|\n");
  for (const auto& [line, kind] : kinds) print_markdown_row(line, kind.sum, kind.told());
  print_markdown_row("all", total, "");
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("The mutation table of logs");
  std::vector<std::string> paths;
  std::string reasons_file;
  std::string profile = "pr-5436";
  MutationTable::Effort effort;
  bool all = false;
  bool markdown = false;
  app.add_option("log", paths, "Logs of either kind, each of a node")->required();
  app.add_option("--reasons", reasons_file, "Why some alterations cannot be noticed");
  app.add_option("--profile", profile, "The rules that explain the logs")->capture_default_str();
  app.add_option("--max-states", effort.max_states, "Of a search")->capture_default_str();
  app.add_option("--every", effort.every, "Only one alteration of so many")->check(CLI::PositiveNumber);
  app.add_flag("--all", all, "Also the kinds of alteration that are always noticed");
  app.add_flag("--markdown", markdown, "As the tables of docs/log-mutations.md");
  CLI11_PARSE(app, argc, argv);
  const spec::Profile* rules = spec::profile_named(profile);
  if (rules == nullptr) {
    fmt::print(stderr, "mutate_logs: there is no profile {}\n", profile);
    return 2;
  }
  MutationTable table;
  std::size_t histories = 0;
  for (const std::string& path : paths) {
    const Logs logs = read({{.node = "", .paths = {path}}}, {});
    for (const History& history : logs.histories) {
      if (table.add(history, rules->rules, effort)) {
        ++histories;
      } else {
        fmt::print("{} {} {}: is not explained as it is\n", path, history.node, history.changefeed);
      }
    }
  }
  const Reasons reasons = reasons_file.empty() ? Reasons() : Reasons(reasons_file);
  if (markdown) {
    fmt::print("{} histories\n\n", histories);
    print_markdown(table, true, reasons);
    fmt::print("\n");
    print_markdown(table, false, reasons);
    return 0;
  }
  fmt::print("{} histories\n{:<64} {:>6} {:>6} {:>6} {:>7} {:>9} {:>6}\n", histories, "line, alteration",
             "tried", "refuted", "", "noticed", "unnoticed", "limit");
  for (const bool is_message_log : {true, false}) print_table(table, is_message_log, reasons, all);
  return 0;
}
