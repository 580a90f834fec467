// A name is a name in every place that output goes to.
#include "checker/cli/escape.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <map>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

#include "spec/json/text.h"
#include "tests/checker/cli/program.h"

using namespace takeover;
using namespace takeover::test;

namespace {

const std::string kBidi = "\xE2\x80\xAE";  // U+202E: what follows is shown from right to left

// Names of files that would be something else if they were printed as they are.
const std::vector<std::string> kNames{
    "a,file=README.md,line=1.json",
    "x::y.json",
    "::stop-commands::tok.json",
    " \t::error::blank",
    "\xC2\xA0::error::no-break space",
    "##[error]old command",
    "x ##[add-mask]old command, inside",
    "n\n::error::injected",
    "r\r::error::injected",
    "out%0Afolder%25",
    "\x1b[2J\x07\x7f",
    "\xC2\x9B"
    "31mC1 " +
        kBidi,
    "\xFF\xC0\x80 \xED\xA0\x80 no UTF-8",
    "]]><x a=\"b\" c='d'>&amp;&#10;",
    "Gr\xC3\xBC\xC3\x9F"
    "e.json",
    "\xEF\xBF\xBE\xEF\xBF\xBF",
    "'; \"$(x)` \\",
};

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
  }
  return text;
}

// As GitHub's runner reads a line (ActionCommand.TryParseV2, then TryParse, of actions/runner).
struct Command {
  std::string name;
  std::map<std::string, std::string> properties;
  std::string data;
};
std::string unescaped(std::string text) {
  for (const auto& [from, to] :
       std::map<std::string, std::string>{{"%0D", "\r"}, {"%0A", "\n"}, {"%3A", ":"}, {"%2C", ","}}) {
    text = replaced(text, from, to);
  }
  return replaced(text, "%25", "%");
}
std::optional<Command> command_of(std::string line) {
  const std::size_t blank = line.find_first_not_of(" \t\v\f\r\xC2\xA0");
  line = blank == std::string::npos ? "" : line.substr(blank);
  const std::size_t end = line.find("::", 2);
  if (!line.starts_with("::") || end == std::string::npos) {
    if (line.find("##[") != std::string::npos) return Command{"(old)", {}, line};
    return std::nullopt;
  }
  const std::string head = line.substr(2, end - 2);
  Command command{head.substr(0, head.find(' ')), {}, unescaped(line.substr(end + 2))};
  if (head.find(' ') == std::string::npos) return command;
  std::istringstream properties(head.substr(head.find(' ') + 1));
  for (std::string each; std::getline(properties, each, ',');) {
    command.properties[each.substr(0, each.find('='))] = unescaped(each.substr(each.find('=') + 1));
  }
  return command;
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

// What is left of a name where no byte is kept that is no UTF-8, and what cannot be printed is escaped; but
// for line breaks, which a command can hold.
std::string in_command(const std::string& name) {
  std::string text = replaced(replaced(name, "\n", "<LF>"), "\r", "<CR>");
  return replaced(replaced(spec::one_line(text), "<LF>", "\n"), "<CR>", "\r");
}

std::string quoted(const std::string& name) {
  return "'" + replaced(name, "'", "'\\''") + "'";
}

// A trace of one step that cannot be taken: nothing was admitted that could be executed.
const char* const kDiverging = R"({"format": "takeover-trace", "version": 1, "model": "node",
  "profile": "reference", "initial": {"nodes": {"A": {}}},
  "steps": [{"action": {"kind": "execute", "node": "A"}}]})";

}  // namespace

TEST_CASE("a name stays within its part of a workflow command") {
  for (const std::string& name : kNames) {
    CAPTURE(name);
    const auto command =
        command_of("::error title=" + cli::github_property(name) + "::" + cli::github_data(name));
    REQUIRE(command);
    CHECK(command->name == "error");
    CHECK(command->properties == std::map<std::string, std::string>{{"title", in_command(name)}});
    CHECK(command->data == in_command(name));
  }
  CHECK(cli::github_data("50%, a:b\r\n") == "50%25, a:b%0D%0A");
  CHECK(cli::github_property("50%, a:b\r\n") == "50%25%2C a%3Ab%0D%0A");
}

TEST_CASE("no line of text is taken for a workflow command, and what is none stays as it is") {
  for (const std::string& name : kNames) {
    for (const std::string& text : {name, name + ": conforms\n", "first\n" + name, "  " + name}) {
      CAPTURE(text);
      for (const std::string& line : lines_of(cli::without_commands(text))) CHECK_FALSE(command_of(line));
    }
  }
  const std::string harmless = "a::b ## [x] #[y]\n: : :\n\n  c ::d##\n";
  CHECK(cli::without_commands(harmless) == harmless);
  CHECK(cli::without_commands("::a\n ::b ##[c]") == "%3A:a\n %3A:b #%23[c]");
}

TEST_CASE("what XML cannot hold is replaced, and what attributes would lose is a reference") {
  CHECK(cli::xml("a<b>&\"'") == "a&#60;b&#62;&#38;&#34;&#39;");
  CHECK(cli::xml("\t\n\r") == "&#9;&#10;&#13;");
  CHECK(cli::xml(std::string("\0\x01\x1f", 3) + "\xEF\xBF\xBE\xEF\xBF\xBF\xFF") ==
        "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD");
  CHECK(cli::xml("\x7f\xC2\x80" + kBidi) == "&#127;&#128;&#8238;");
}

TEST_CASE("JSON is the same document for whoever reads it, and steers no terminal") {
  for (const std::string& name : kNames) {
    CAPTURE(name);
    const std::string text = cli::json_text({{"name", name}});
    // nlohmann's own way with what is no UTF-8 gives the value; the text has to be as printable as a line.
    nlohmann::ordered_json plain{{"name", name}};
    CHECK(
        nlohmann::json::parse(text) ==
        nlohmann::json::parse(plain.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace)));
    CHECK(spec::printable_lines(text) == text);
  }
}

TEST_CASE("replay names each file as what it is, whatever its name") {
  std::string files;
  for (const std::string& name : kNames) {
    write(name, kDiverging);
    files += " " + quoted(name);
  }
  const auto replay = [&](const std::string& format) {
    const Outcome outcome = run("replay --format " + format + files);
    CHECK(outcome.code == 1);
    return outcome.out;
  };
  const std::string text = replay("text");
  CHECK(lines_of(text).size() == kNames.size());
  CHECK(spec::printable_lines(text) == text);
  for (const std::string& line : lines_of(text)) CHECK_FALSE(command_of(line));

  const std::string json = replay("json");
  check_schema(json);
  const auto traces = nlohmann::json::parse(json)["traces"];
  const std::vector<std::string> github = lines_of(replay("github"));
  REQUIRE(traces.size() == kNames.size());
  REQUIRE(github.size() == 2 * kNames.size());
  for (std::size_t i = 0; i < kNames.size(); ++i) {
    CAPTURE(kNames[i]);
    const nlohmann::json plain = kNames[i];
    CHECK(traces[i]["file"] ==
          nlohmann::json::parse(plain.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace)));
    const auto command = command_of(github[i]);
    REQUIRE(command);
    CHECK(command->properties ==
          std::map<std::string, std::string>{{"title", in_command(kNames[i]) + " diverges"}});
    CHECK_FALSE(command_of(github[kNames.size() + i]));
  }

  if (std::system("command -v python3 >/dev/null") != 0) return;
  write("junit.xml", replay("junit"));
  write("names.py",
        "import sys, json, xml.etree.ElementTree as tree\n"
        "print(json.dumps([each.get('name') for each in tree.parse(sys.argv[1]).iter('testcase')]))\n");
  REQUIRE(std::system(("cd " + scratch() + " && python3 names.py junit.xml > names.json").c_str()) == 0);
  const auto names = nlohmann::json::parse(read(scratch() + "/names.json"));
  REQUIRE(names.size() == kNames.size());
  for (std::size_t i = 0; i < kNames.size(); ++i) {
    // Control characters, U+FFFE and U+FFFF are none of XML's; a name without them comes through whole.
    if (in_command(kNames[i]) == kNames[i] && kNames[i].find("\xEF\xBF") == std::string::npos) {
      CHECK(names[i] == kNames[i]);
    }
  }
}

TEST_CASE("check names a folder of any name as what it is") {
  const std::string folder = "o\n::error::x\r\x1b[2J\xC2\x9B\xFF<&\"]]>%0A,y=z" + kBidi;
  const auto check = [&](const std::string& format) {
    const Outcome outcome =
        run("check small-fence --profile pr-5436 --quiet --format " + format + " --out " + quoted(folder));
    CHECK(outcome.code == 1);
    return outcome.out;
  };
  const std::string text = check("text");
  CHECK(spec::printable_lines(text) == text);
  const auto violations = std::count(text.begin(), text.end(), '<');  // each names the folder
  CHECK(violations > 0);
  CHECK(text.find(spec::one_line(folder)) != std::string::npos);
  std::ptrdiff_t commands = 0;
  for (const std::string& line : lines_of(check("github"))) {
    const auto command = command_of(line);
    if (!command) continue;
    ++commands;
    CHECK(command->name == "error");
    CHECK(command->properties.size() == 1);
    CHECK(command->data.find(in_command(folder)) != std::string::npos);
  }
  CHECK(commands == violations);
  check_schema(check("json"));
  write("check.xml", check("junit"));
  if (std::system("command -v python3 >/dev/null") != 0) return;
  const std::string parse = "cd " + scratch() +
                            " && python3 -c 'import xml.etree.ElementTree as tree\n"
                            "tree.parse(\"check.xml\")'";
  CHECK(std::system(parse.c_str()) == 0);
}

TEST_CASE("what the command line names is told on one line") {
  for (const std::string& name : {std::string("::a\n::error::b\x1b[2J\xC2\x9B\xFF ##[error]" + kBidi),
                                  std::string(" \t::error::blank")}) {
    CAPTURE(name);
    for (const std::string& arguments :
         {"check --quiet " + quoted(name + "/none"), "check --quiet --profile " + quoted(name),
          "check --without " + quoted(name), "check --property " + quoted(name), "list " + quoted(name),
          "example " + quoted(name), "replay " + quoted(name + "/none"), "show " + quoted(name + "/none"),
          "simulate " + quoted(name + "/none"), "prove " + quoted(name), "check --store " + quoted(name),
          "check node-barrier --checkpoint " + quoted("none/" + name),
          "check node-barrier --resume " + quoted(name)}) {
      CAPTURE(arguments);
      const Outcome outcome = run(arguments);
      CHECK(outcome.code == 2);
      CHECK(outcome.out.empty());
      CHECK(lines_of(outcome.err).size() == 1);
      CHECK(spec::printable_lines(outcome.err) == outcome.err);
      CHECK_FALSE(command_of(outcome.err));
    }
  }
}
