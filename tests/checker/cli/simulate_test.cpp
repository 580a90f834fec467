// `simulate --log`: what a random run would leave in its nodes' logs.
#include <catch2/catch.hpp>
#include <filesystem>
#include <string>

#include "tests/checker/cli/program.h"

using namespace takeover::test;

TEST_CASE("a simulation writes both logs of each node, and explain takes them") {
  REQUIRE(run("simulate node-takeover --seed 3 --profile pr-5436 --log sim").code == 0);
  for (const std::string log : {"sim/B.log", "sim/B.messages.jsonl"}) {
    CAPTURE(log);
    const Outcome explained = run("explain " + log + " --format json");
    check_schema(explained.out);
    const auto document = nlohmann::json::parse(explained.out);
    REQUIRE(document["histories"].size() == 1);
    CHECK(document["histories"][0]["verdict"] == "explained");
    CHECK(document["histories"][0]["node"] == "B");
  }
  // The ids that the lines name, by the names of the scenario.
  const auto ids = nlohmann::json::parse(read(scratch() + "/sim/B.ids.json"));
  for (const auto& [name, digits] : ids.items()) {
    CHECK(read(scratch() + "/sim/B.log").find(digits.get<std::string>()) != std::string::npos);
  }
}

TEST_CASE("a simulation's logs go to a folder that can be made, or it does not begin") {
  write("file", "");
  const Outcome outcome = run("simulate node-takeover --log file");
  CHECK(outcome.code == 2);
  CHECK(outcome.out.empty());
  CHECK(outcome.err.find("--log") != std::string::npos);
  CHECK(run("simulate node-takeover --log ''").code == 2);
}

TEST_CASE("the same seed writes the same logs") {
  for (const std::string folder : {"first", "second"}) run("simulate node-redo --seed 9 --log " + folder);
  for (const std::string file : {"B.log", "B.messages.jsonl", "B.ids.json"}) {
    const std::string first = read(scratch() + "/first/" + file);
    CHECK_FALSE(first.empty());
    CHECK(first == read(scratch() + "/second/" + file));
  }
}
