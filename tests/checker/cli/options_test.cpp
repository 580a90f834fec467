// The command line is taken for what it says, or refused in one line: numbers, names, and options that a
// command would not act on.
#include <algorithm>
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tests/checker/cli/program.h"

using namespace takeover::test;

namespace {

std::string refusal(const std::string& arguments) {
  const Outcome outcome = run(arguments);
  CAPTURE(arguments, outcome.err);
  CHECK(outcome.code == 2);
  CHECK(outcome.out.empty());
  CHECK(std::ranges::count(outcome.err, '\n') == 1);
  return outcome.err;
}

struct Number {
  std::string command;
  std::string option;
  std::string range;
};

const std::vector<Number>& numbers() {
  static const std::vector<Number> kNumbers{
      {"check node-barrier", "--workers", "from 1 to 256,"},
      {"check node-barrier", "--max-states", "from 1 to 18446744073709551615,"},
      {"check node-barrier", "--max-memory", "from 1 to 18446744073709551615 bytes,"},
      {"check node-barrier", "--max-seconds", "from 0.001 to 1000000000"},
      {"check node-barrier --checkpoint c", "--checkpoint-seconds", "from 0.001 to 1000000000"},
      {"prove", "--timeout", "from 0.001 to 1000000"},
      {"prove", "--unroll", "from 1 to 30,"},
      {"simulate node-barrier", "--seed", "from 0 to 18446744073709551615,"},
      {"simulate node-barrier", "--steps", "from 1 to 100000,"},
      {"example peterson", "--size", "from 1 to 20,"},
  };
  return kNumbers;
}

}  // namespace

TEST_CASE("what is no number of its range is refused by every option in one line that names the range") {
  for (const Number& number : numbers()) {
    for (const char* value : {"-1", "' -1'", "' 1'", "'1 '", "''", "+1", "010", "0x10", "nan", "inf", "1e23",
                              "10^23", "18446744073709551616", "12x"}) {
      const std::string line = refusal(number.command + " " + number.option + " " + value);
      CAPTURE(line);
      CHECK(line.find(number.option) != std::string::npos);
      CHECK(line.find(number.range) != std::string::npos);
    }
    CHECK((number.option == "--seed" || !refusal(number.command + " " + number.option + "=0").empty()));
  }
}

TEST_CASE("the ends of a range are in it") {
  CHECK(run("simulate node-barrier --steps 1 --seed 18446744073709551615").code == 0);
  CHECK(run("simulate node-barrier --steps 1 --seed 0").code == 0);
  CHECK(run("example peterson --size 2 --max-states 18446744073709551615 --max-seconds 1e9 --quiet").code ==
        0);
  CHECK(run("example peterson --size 2 --workers 1 --max-seconds 20.5 --quiet").code == 0);
  // The most that fits 64 bits, and one unit more.
  CHECK(run("example peterson --size 2 --quiet --max-memory 17179869183GiB").code == 0);
  CHECK(refusal("example peterson --size 2 --quiet --max-memory 17179869184GiB").find("--max-memory") !=
        std::string::npos);
  for (const char* size : {"8589934592", "8589934592B", "8388608k", "8388608KiB", "8192mb", "8G", "8GiB"}) {
    CAPTURE(size);
    CHECK(run(std::string("example peterson --size 2 --quiet --max-memory ") + size).code == 0);
  }
  CHECK(refusal("example peterson --max-memory 1.5GiB").find("1.5GiB") != std::string::npos);
  CHECK(refusal("example peterson --max-memory 1GBi").find("1GBi") != std::string::npos);
}

TEST_CASE("no command takes an option that it does not act on") {
  for (const char* arguments : {"list guards --out x",
                                "list guards --quiet",
                                "list guards --format junit",
                                "list guards --format 1",
                                "replay x --out y",
                                "replay x --quiet",
                                "show x --quiet",
                                "show x --format json",
                                "simulate node-barrier --quiet",
                                "simulate node-barrier --max-seconds 1",
                                "example peterson --out x",
                                "example peterson --property mutual-exclusion",
                                "matrix --checkpoint x",
                                "matrix --property answered",
                                "matrix --por",
                                "matrix node-barrier",
                                "prove --property one-writer",
                                "prove --max-seconds 3",
                                "check node-barrier --checkpoint-seconds 3",
                                "check node-barrier --timeout 3"}) {
    refusal(arguments);
  }
}

TEST_CASE("a name that is empty is no name") {
  for (const char* arguments :
       {"prove --emit-smt2 ''", "prove --out ''", "simulate node-barrier --record ''",
        "check node-barrier --out ''", "check node-barrier --checkpoint ''", "check node-barrier --resume ''",
        "check ''", "check node-barrier --profile ''", "check node-barrier --without ''",
        "check node-barrier --property ''", "check node-barrier --store ''", "list ''", "example ''",
        "show ''", "replay ''"}) {
    refusal(arguments);
  }
}

TEST_CASE("what changes nothing, or contradicts itself, is refused; what is said twice is said once") {
  CHECK(refusal("check node-barrier --profile pr-5436 --with journal-drains --without x").find("no guard") !=
        std::string::npos);
  CHECK(refusal("check node-barrier --profile pr-5436 --with leaving-is-silent --without leaving-is-silent")
            .find("contradict") != std::string::npos);
  CHECK(
      refusal("check node-barrier --without journal --with journal").starts_with("takeover: command line: "));
  CHECK(
      refusal("check node-barrier --profile pr-5436 --without leaving-is-silent") ==
      "takeover: command line: --without leaving-is-silent changes nothing: profile pr-5436 is without it\n");
  CHECK(refusal("prove --with journal") ==
        "takeover: command line: --with journal changes nothing: profile reference is with it\n");
  const auto document = nlohmann::json::parse(
      run("check small-redo-marks --quiet --format json --without redo-admission --without redo-admission")
          .out);
  CHECK(document["guards_off"] == nlohmann::json({"redo-admission"}));
}

TEST_CASE("two scenarios of one name in one run are refused") {
  const std::string file = std::string(TAKEOVER_SOURCE_DIR) + "/spec/scenarios/node-barrier.json";
  CHECK(refusal("check node-barrier node-barrier").find("two scenarios of the name node-barrier") !=
        std::string::npos);
  refusal("check node-barrier " + file);
  refusal("check " + file + " small-fence " + file);
}

TEST_CASE("a scenario in which something has no effect is refused where it stands") {
  const std::string file =
      write("idle.json", R"({"name": "x", "title": "t", "tags": [], "node": "A", "spans": [],
    "owners": [{"name": "B1", "node": "B", "epoch": 1, "dies": true}], "properties": ["answered"],
    "terminal": ["quiet"]})");
  CHECK(refusal("check " + file) ==
        file + ": /owners/0/dies: has no effect: no owner may die; expected \"deaths\" in \"bounds\"\n");
}

TEST_CASE("what is listed as JSON fits the schema, for every list") {
  for (const char* what :
       {"scenarios", "profiles", "guards", "properties", "invariants", "witnesses", "rows", "examples"}) {
    CAPTURE(what);
    const Outcome listed = run(std::string("list --format json ") + what);
    CHECK(listed.code == 0);
    check_schema(listed.out);
    CHECK_FALSE(nlohmann::json::parse(listed.out)[what].empty());
  }
}
