// Wrong logs are refused: of some recorded ones every line is altered in every way. What is not refused has a
// reason.
#include <catch2/catch.hpp>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>

#include "checker/logs/read.h"
#include "spec/profiles.h"
#include "tests/checker/logs/adversary/mutation_table.h"
#include "tests/checker/logs/adversary/reasons.h"

namespace takeover::logs {
namespace {

std::string data(const std::string& name) {
  return std::string(TAKEOVER_LOGS_DATA) + "/" + name;
}

}  // namespace

TEST_CASE("of each recorded log so many alterations are refused, and each other kind has a reason",
          "[repeats]") {
  const Reasons reasons(data("mutations.json"));
  std::ifstream file(data("mutations.json"));
  const impl::Rules& rules = spec::profile_named("pr-5436")->rules;
  const auto document = nlohmann::json::parse(file);
  REQUIRE(document.at("logs").size() > 5);
  for (const auto& log : document.at("logs")) {
    const auto name = log.at("log").get<std::string>();
    CAPTURE(name);
    const Logs logs = read({{.node = "", .paths = {data(name)}}}, {});
    REQUIRE_FALSE(logs.histories.empty());
    MutationTable table;
    for (const History& history : logs.histories) CHECK(table.add(history, rules, {.max_states = 10'000}));
    MutationRow total;
    for (const auto& [key, row] : table.rows()) {
      total.add(row);
      CAPTURE(key.line, name_of(key.mutation));
      CHECK((row.unnoticed() == 0 || !reasons.of(key).empty()));
    }
    CHECK(total.tried > 20);
    CHECK(100 * total.refuted >= log.at("percent").get<std::size_t>() * total.tried);
  }
}

TEST_CASE("an alteration changes a history, and only where there is something to alter") {
  const Logs logs = read({{.node = "", .paths = {data("cluster/h1_late_remove/N3.msg.jsonl")}}}, {});
  REQUIRE(logs.histories.size() == 1);
  const History& history = logs.histories.front();
  for (std::size_t line = 0; line < history.lines.size(); ++line) {
    const auto deleted = mutated(history, line, Mutation::kDeleted);
    REQUIRE(deleted);
    CHECK(deleted->lines.size() + 1 == history.lines.size());
    const auto other = mutated(history, line, Mutation::kOtherPeer);
    REQUIRE(other);
    const Observed& before = history.lines[line];
    const Observed& after = other->lines[line];
    CHECK((before.message.from != after.message.from || before.message.to != after.message.to));
    // A line of messages has no fields of the text log.
    CHECK_FALSE(mutated(history, line, Mutation::kOtherOwner));
  }
}

}  // namespace takeover::logs
