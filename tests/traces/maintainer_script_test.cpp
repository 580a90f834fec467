// Scripts that were recorded from TiCDC's own maintainers: the maintainer here does the same.
#include "traces/maintainer_script.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <catch2/catch.hpp>
#include <cstddef>
#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <string>
#include <vector>

#include "impl/maintainer_rules.h"
#include "impl/named.h"

namespace takeover::traces {
namespace {

const std::string kFolder = std::string(TAKEOVER_REAL_DIR) + "/maintainer";

std::vector<std::string> scripts_of(const std::string& kind) {
  std::vector<std::string> files;
  for (const auto& entry : std::filesystem::directory_iterator(kFolder + "/" + kind)) {
    files.push_back(entry.path().string());
  }
  std::sort(files.begin(), files.end());
  return files;
}

MaintainerScript read(const std::string& path) {
  auto script = read_maintainer_script(path);
  INFO((script ? path : script.error().to_line()));
  REQUIRE(script);
  return *std::move(script);
}

struct Kind {
  const char* name;
  std::size_t scripts;
  std::size_t steps;
};

constexpr std::array kKinds{
    Kind{"bootstrap", 8, 322},
    Kind{"faithful-bootstrap", 3, 136},
    Kind{"faithful-manager-admission", 3, 128},
    Kind{"faithful-mixed", 3, 184},
    Kind{"faithful-node-crash", 3, 184},
    Kind{"faithful-removing-close", 3, 107},
    Kind{"faithful-tables", 3, 205},
    Kind{"faithful-takeover-with-operators", 3, 195},
    Kind{"manager-admission", 8, 369},
    Kind{"mixed", 8, 470},
    Kind{"node-crash", 8, 499},
    Kind{"removing-close", 8, 343},
    Kind{"tables", 8, 579},
    Kind{"takeover-with-operators", 8, 519},
};

}  // namespace

TEST_CASE("every script of TiCDC's own maintainers conforms", "[real]") {
  std::vector<std::size_t> passed_over(left_out().size());
  for (const Kind& kind : kKinds) {
    CAPTURE(kind.name);
    std::size_t steps = 0;
    const auto files = scripts_of(kind.name);
    CHECK(files.size() == kind.scripts);
    for (const std::string& file : files) {
      const PlayedScript played = play(read(file), impl::MaintainerRules{});
      INFO(file << ", step " << played.conforming);
      if (played.divergence) {
        INFO(played.divergence->place << ": expected " << played.divergence->expected << ", actual "
                                      << played.divergence->actual);
        CHECK_FALSE(played.divergence);
      }
      CHECK(played.conforms());
      steps += played.conforming;
      for (std::size_t i = 0; i < played.passed_over.size(); ++i) passed_over[i] += played.passed_over[i];
    }
    CHECK(steps == kind.steps);
  }
  std::size_t folders = 0;
  for (const auto& entry : std::filesystem::directory_iterator(kFolder))
    folders += entry.is_directory() ? 1 : 0;
  CHECK(folders == kKinds.size());
  for (std::size_t i = 0; i < left_out().size(); ++i) {
    INFO(left_out()[i].place << " is in no script");
    CHECK(passed_over[i] > 0);
  }
}

TEST_CASE("every rule is told apart by a script, or it is said why not", "[real][repeats]") {
  const std::map<impl::MaintainerGuard, std::string_view> untold{
      {impl::MaintainerGuard::kCleanupByIdentity,
       "a tick finds and takes out in one step: no script has an Add in between"},
      {impl::MaintainerGuard::kRemovingQuiescesBarrier,
       "no script tells a maintainer that is being removed of a DDL, or has one to be written then"},
      {impl::MaintainerGuard::kResponsesKept, "no bootstrap fails in a script"},
      {impl::MaintainerGuard::kRestoreCreateChecksSchema,
       "no node reports a Create of a table that has been dropped"},
  };
  std::vector<MaintainerScript> scripts;
  for (const char* kind : {"manager-admission", "removing-close", "bootstrap", "mixed",
                           "takeover-with-operators", "faithful-removing-close", "faithful-bootstrap"}) {
    for (const std::string& file : scripts_of(kind)) scripts.push_back(read(file));
  }
  for (const impl::MaintainerGuardInfo& row : impl::kMaintainerGuards) {
    impl::MaintainerRules without;
    without.set(row.guard, false);
    const bool told = std::any_of(scripts.begin(), scripts.end(), [&](const MaintainerScript& script) {
      return play(script, without).divergence.has_value();
    });
    INFO(row.name);
    CHECK(told != untold.contains(row.guard));
  }
}

namespace {

// A value that is not this one, of its kind.
ScriptJson other_than(const ScriptJson& value) {
  if (value.is_boolean()) return !value.get<bool>();
  if (value.is_number_unsigned()) return value.get<std::uint64_t>() + 1;
  if (value.is_number()) return value.get<std::int64_t>() + 1;
  if (value.is_null() || value.is_structured()) return "something";
  return value.get<std::string>() + "x";
}

void leaves_of(const ScriptJson& value, const ScriptJson::json_pointer& at,
               std::vector<ScriptJson::json_pointer>& leaves) {
  if (!value.is_structured() || value.empty()) leaves.push_back(at);
  if (value.is_object()) {
    for (const auto& [key, element] : value.items()) leaves_of(element, at / key, leaves);
  } else if (value.is_array()) {
    for (std::size_t i = 0; i < value.size(); ++i) leaves_of(value[i], at / i, leaves);
  }
}

bool is_left_out(const std::string& place) {
  return std::any_of(left_out().begin(), left_out().end(), [&](const LeftOut& row) {
    const std::string below = std::regex_replace(std::string(row.place), std::regex(R"(\*)"), "[^/]+");
    return std::regex_match(place, std::regex(below + "(/.*)?"));
  });
}

}  // namespace

TEST_CASE("whatever a script says of a state or a message is held, but what the table leaves out",
          "[repeats]") {
  // A bootstrap that ends, with what an earlier maintainer left; and a Remove that cascades.
  MaintainerScript script = read(kFolder + "/bootstrap/0003.json.gz");
  for (const std::size_t last : {std::size_t{16}, std::size_t{17}}) {
    MaintainerScript cut = script;
    cut.document["steps"].erase(cut.document["steps"].begin() + static_cast<std::ptrdiff_t>(last) + 1,
                                cut.document["steps"].end());
    REQUIRE(play(cut, impl::MaintainerRules{}).conforms());
    const ScriptJson step = cut.document["steps"][last];
    std::vector<ScriptJson::json_pointer> leaves;
    for (const char* part : {"state", "sent"}) {
      leaves_of(step.at(part), ScriptJson::json_pointer() / part, leaves);
    }
    CHECK(leaves.size() > 100);
    for (const ScriptJson::json_pointer& leaf : leaves) {
      std::string place = leaf.to_string().substr(1);
      if (place.starts_with("sent/")) {
        const std::string index = place.substr(5, place.find('/', 5) - 5);
        place.replace(5, index.size(), step["sent"][std::stoul(index)]["type"].get<std::string>());
      }
      CAPTURE(last, place);
      ScriptJson& changed = cut.document["steps"][last];
      changed[leaf] = other_than(step[leaf]);
      const PlayedScript played = play(cut, impl::MaintainerRules{});
      CHECK(played.conforms() == is_left_out(place));
      if (!played.conforms()) CHECK(played.conforming == last);
      changed = step;
    }
  }
}

TEST_CASE("a key that is neither held nor left out diverges") {
  MaintainerScript script = read(kFolder + "/bootstrap/0003.json.gz");
  script.document["steps"][2]["state"]["maintainers"][0]["unheardOf"] = 1;
  const PlayedScript played = play(script, impl::MaintainerRules{});
  CHECK(played.conforming == 2);
  REQUIRE(played.divergence);
  CHECK(played.divergence->place == "state/maintainers/0/unheardOf");
}

TEST_CASE("an answer of a dispatcher that waits for a DDL ends the play, and the script does not conform") {
  MaintainerScript script = read(kFolder + "/bootstrap/0003.json.gz");
  script.document["steps"][13]["event"]["msg"]["spans"][0]["block_state"] = {{"BlockTs", 120}};
  const PlayedScript played = play(script, impl::MaintainerRules{});
  CHECK(played.limit == Limit::kRestoredBarrier);
  CHECK(played.conforming == 13);
  CHECK_FALSE(played.conforms());
  CHECK_FALSE(played.divergence);
}

TEST_CASE("what is no script of maintainers is refused, with its place") {
  const std::string file = (std::filesystem::temp_directory_path() /
                            ("takeover-script-test-" + std::to_string(getpid()) + ".json"))
                               .string();
  const auto refused = [&](const std::string& text) {
    std::ofstream(file, std::ios::binary) << text;
    const auto script = read_maintainer_script(file);
    REQUIRE_FALSE(script);
    return script.error().pointer + ": " + script.error().what;
  };
  const std::string head = R"({"format": "ticdc-maintainer-trace", "version": 1, "self": "M", )";
  CHECK(refused("{") == ": not JSON");
  CHECK(refused("{}") == ": not a script of maintainers");
  CHECK(refused(std::string(10000, '[')) == ": nested deeper than 64");
  CHECK(refused("[1]") == ": not a script of maintainers");
  CHECK(refused(head + R"("tables": [], "ddls": []})") == ": the list 'steps' is missing");
  CHECK(refused(head + R"("tables": [], "ddls": [], "steps": [{"now": 0}]})") == "/steps/0: not a step");
  CHECK(refused(head + R"("tables": [], "ddls": [], "steps": [
      {"now": 0, "event": {"type": "Sleep"}, "sent": [], "state": {}}]})") == "/steps/0: not a step");
  std::filesystem::remove(file);
  CHECK_FALSE(read_maintainer_script(file));
}

TEST_CASE("an event that does not fit ends the play, and nothing is thrown") {
  MaintainerScript script = read(kFolder + "/bootstrap/0003.json.gz");
  for (const char* key : {"from", "msg", "msg_type"}) {
    MaintainerScript broken = script;
    broken.document["steps"][2]["event"].erase(key);
    const PlayedScript played = play(broken, impl::MaintainerRules{});
    CHECK(played.conforming == 2);
    CHECK(played.divergence);
  }
}

}  // namespace takeover::traces
