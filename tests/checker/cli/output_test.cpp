// Verdicts come first: they are told, and decide the exit code, whatever becomes of files, stdout and stderr.
#include "checker/cli/output.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <chrono>
#include <filesystem>
#include <future>
#include <string>
#include <vector>

#include "checker/cli/progress.h"
#include "tests/checker/cli/program.h"

using namespace takeover;
using namespace takeover::test;
namespace fs = std::filesystem;

namespace {

// A violation is found, and a trace of it is left in --out.
const std::string kViolates = "check small-fence --profile pr-5436 --quiet";
const std::string kVerdict = "violated      shutdown-is-no-error   ";
const std::string kTrace = "shutdown-is-no-error.small-fence.trace.json";

std::string fresh(const std::string& folder) {
  fs::remove_all(scratch() + "/" + folder);
  return folder;
}

std::vector<std::string> files_in(const std::string& folder) {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(scratch() + "/" + folder)) {
    names.push_back(entry.path().filename());
  }
  return names;
}

}  // namespace

TEST_CASE("a counterexample that cannot be written leaves its verdict, its length and the reason") {
  fresh("takeover-out");
  write("takeover-out", "a file where the folder should be");
  const std::string file = "takeover-out/" + kTrace;
  const Outcome text = run(kViolates);
  CHECK(text.code == 1);
  CHECK(text.out.find(kVerdict) != std::string::npos);
  CHECK(text.err.starts_with("takeover: takeover-out/"));
  CHECK(text.err.find("takeover: " + file + ": cannot be written: Not a directory\n") != std::string::npos);

  const Outcome json = run(kViolates + " --format json");
  CHECK(json.code == 1);
  check_schema(json.out);
  const auto document = nlohmann::json::parse(json.out);
  std::size_t violated = 0;
  for (const auto& property : document["runs"][0]["properties"]) {
    if (property["verdict"] != "violated") continue;
    ++violated;
    CHECK(property["counterexample"].is_null());
    CHECK(property["not_written"] == "Not a directory");
    CHECK(property["length"] > 0);
  }
  CHECK(document["not_written"].size() == violated);
  CHECK(document["not_written"][0]["reason"] == "Not a directory");
  CHECK(static_cast<std::size_t>(std::ranges::count(json.err, '\n')) == violated);

  CHECK(run(kViolates + " --format junit")
            .out.find("name=\"written\"><error message=\"" + file + ": Not a directory\"/>") !=
        std::string::npos);
  CHECK(run(kViolates + " --format github")
            .out.find("::error title=" + file + " cannot be written::Not a directory\n") !=
        std::string::npos);
  fs::remove(scratch() + "/takeover-out");
}

TEST_CASE("a file that cannot be finished is not there, and what was there before stays") {
  fresh("limited");
  // Blocks of 512 bytes: enough for what is printed, and not for a trace.
  const std::string limit = "ulimit -f 8; ";
  const Outcome outcome = run(kViolates + " --out limited", limit);
  CHECK(outcome.code == 1);
  CHECK(outcome.out.find(kVerdict) != std::string::npos);
  CHECK(outcome.err.find(kTrace + ": cannot be written: File too large\n") != std::string::npos);
  CHECK(files_in("limited").empty());

  write("limited/" + kTrace, "the trace of another run");
  CHECK(run(kViolates + " --out limited", limit).code == 1);
  CHECK(files_in("limited") == std::vector<std::string>{kTrace});
  CHECK(read(scratch() + "/limited/" + kTrace) == "the trace of another run");

  const Outcome recorded = run("simulate node-takeover --seed 5 --record limited/run.json", limit);
  CHECK(recorded.code == 4);
  CHECK(recorded.out.starts_with("node-takeover: seed 5, "));
  CHECK(recorded.err == "takeover: limited/run.json: cannot be written: File too large\n");
  CHECK(files_in("limited").size() == 1);
}

TEST_CASE("a place that is named and cannot be written is refused before the work") {
  write("file", "");
  std::vector<std::string> places{"/proc/nowhere", "file/folder"};
  if (geteuid() != 0) {
    fs::create_directories(scratch() + "/locked");
    fs::permissions(scratch() + "/locked", fs::perms::owner_read | fs::perms::owner_exec);
    places.emplace_back("locked");
  }
  for (const std::string& place : places) {
    for (const std::string& arguments :
         {"check --out " + place, "matrix --out " + place, "prove --emit-smt2 " + place,
          "prove --unroll 3 --out " + place, "check node-barrier --checkpoint " + place + "/it",
          "simulate node-takeover --record " + place + "/run.json"}) {
      CAPTURE(arguments);
      const Outcome outcome = run(arguments);
      CHECK(outcome.code == 2);
      CHECK(outcome.out.empty());
      CHECK(std::ranges::count(outcome.err, '\n') == 1);
      CHECK(outcome.err.find("cannot be written: ") != std::string::npos);
    }
  }
}

TEST_CASE("what stdout does not take is a failure with the system's reason, and a violation stays one") {
  struct Case {
    const char* where;
    const char* reason;
  };
  for (const Case& each : {Case{">/dev/full", "No space left on device"}, {">&-", "Bad file descriptor"}}) {
    for (const std::string format : {"text", "json", "junit", "github"}) {
      CAPTURE(each.where, format);
      const std::string rest = " --out found --format " + format + " " + each.where + " 2>lost; echo $?";
      const std::string line = std::string("takeover: the output cannot be written: ") + each.reason + "\n";
      CHECK(run(kViolates + rest).out == "1\n");
      CHECK(read(scratch() + "/lost") == line);
      CHECK(run("check small-fence --quiet" + rest).out == "4\n");
      CHECK(read(scratch() + "/lost") == line);
    }
  }
  // Nothing that the program opens takes the place of a stream that was closed.
  CHECK(run("replay found/" + kTrace).out == "found/" + kTrace + ": conforms\n");
  for (const char* arguments :
       {"--help", "--version", "list guards", "example peterson --quiet", "simulate node-takeover",
        "show found/shutdown-is-no-error.small-fence.trace.json"}) {
    CAPTURE(arguments);
    CHECK(run(std::string(arguments) + " >/dev/full 2>lost; echo $?").out == "4\n");
    CHECK(read(scratch() + "/lost") == "takeover: the output cannot be written: No space left on device\n");
  }
}

TEST_CASE("a reader who has gone ends nothing") {
  // The shell of the pipe's left side tells the code, when the right side has ended.
  const std::string after = "; echo $? >code; } | :";
  run(kViolates + " --out found 2>lost" + after, "{ sleep 0.1; ");
  CHECK(read(scratch() + "/code") == "1\n");
  CHECK(read(scratch() + "/lost") == "takeover: the output cannot be written: Broken pipe\n");
  run("list guards 2>lost" + after, "{ sleep 0.1; ");
  CHECK(read(scratch() + "/code") == "4\n");
  run("check no-such-scenario 2>&1 >/dev/null" + after, "{ sleep 0.1; ");
  CHECK(read(scratch() + "/code") == "2\n");
}

TEST_CASE("a stderr that is full or closed changes nothing") {
  for (const char* stderr_is : {" 2>/dev/full", " 2>&-"}) {
    CAPTURE(stderr_is);
    const auto told = [&](const std::string& arguments) { return run(arguments + stderr_is); };
    const Outcome violated = told("check small-fence --profile pr-5436 --out found");
    CHECK(violated.code == 1);
    CHECK(violated.out.find(kVerdict) != std::string::npos);
    CHECK(run("replay found/" + kTrace).code == 0);
    CHECK(told("check small-fence").code == 0);
    CHECK(told("check small-fence --max-states 50").code == 3);
    CHECK(told("check no-such-scenario").code == 2);
    CHECK(told("frobnicate").code == 2);
    CHECK(run(std::string("check small-fence >/dev/full") + stderr_is + "; echo $?").out == "4\n");
  }
}

TEST_CASE("progress that nobody takes does not end the search") {
  const int kept = dup(STDERR_FILENO);
  const int full = open("/dev/full", O_WRONLY | O_CLOEXEC);
  REQUIRE(full >= 0);
  dup2(full, STDERR_FILENO);
  const cli::ProgressLine line = cli::progress_line("a scenario", false);
  CHECK_NOTHROW(line.print({}));
  CHECK_NOTHROW(cli::clear_progress_line(false));
  CHECK_NOTHROW(cli::print_error("a line"));
  dup2(kept, STDERR_FILENO);
  close(kept);
  close(full);
}

TEST_CASE("replay goes on behind a file that is no trace, and tells of all") {
  const std::string head = R"({"format": "takeover-trace", "version": 1, "model": "node",
    "profile": "reference", "initial": {"nodes": {"A": {}}}, "steps": [{"action": )";
  write("good.trace", head + R"({"kind": "local-fence", "node": "A"}}]})");
  write("bad.trace", head + R"({"kind": "execute", "node": "A"}}]})");
  write("no.trace", "{");
  struct Case {
    std::string files;
    int code;
    std::string kinds;  // of each file, by its first letter
  };
  for (const Case& each : {Case{"good.trace", 0, "c"},
                           {"bad.trace", 1, "d"},
                           {"no.trace", 2, "m"},
                           {"no.trace good.trace", 2, "mc"},
                           {"good.trace none.trace no.trace", 2, "cmm"},
                           {"no.trace bad.trace good.trace", 1, "mdc"}}) {
    CAPTURE(each.files);
    const auto count = [&](char kind) { return std::ranges::count(each.kinds, kind); };
    const Outcome text = run("replay " + each.files);
    CHECK(text.code == each.code);
    CHECK(std::ranges::count(text.out, '\n') == count('c') + count('d'));
    CHECK(std::ranges::count(text.err, '\n') == count('m'));

    const Outcome json = run("replay --format json " + each.files);
    CHECK(json.code == each.code);
    check_schema(json.out);
    const auto traces = nlohmann::json::parse(json.out)["traces"];
    REQUIRE(traces.size() == each.kinds.size());
    for (std::size_t i = 0; i < traces.size(); ++i) {
      CHECK(traces[i]["implementation"].get<std::string>().front() == each.kinds[i]);
      CHECK(traces[i]["malformed"].is_string() == (each.kinds[i] == 'm'));
    }

    const Outcome junit = run("replay --format junit " + each.files);
    CHECK(junit.code == each.code);
    CHECK(junit.out.find("tests=\"" + std::to_string(each.kinds.size()) + "\" failures=\"" +
                         std::to_string(count('d')) + "\" errors=\"" + std::to_string(count('m')) + "\"") !=
          std::string::npos);
    const Outcome github = run("replay --format github " + each.files);
    CHECK(github.code == each.code);
    CHECK((github.out.find("::error title=no.trace is malformed::no.trace: ") != std::string::npos) ==
          (each.files.find("no.trace") != std::string::npos));
  }
}

TEST_CASE("a pipe that nobody reads is not waited for, and is told behind the verdicts") {
  const auto make_pipe = [](const std::string& name) {
    fs::remove_all(scratch() + "/" + name);
    REQUIRE(mkfifo((scratch() + "/" + name).c_str(), 0600) == 0);
  };
  const std::string soon = "timeout 60 ";
  const std::string refused = ": cannot be written: No such device or address\n";
  fs::create_directories(scratch() + "/" + fresh("pipes"));
  make_pipe("pipes/" + kTrace);
  const Outcome check = run(kViolates + " --out pipes", soon);
  CHECK(check.code == 1);
  CHECK(check.out.find(kVerdict) != std::string::npos);
  CHECK(check.err == "takeover: pipes/" + kTrace + refused);
  CHECK(fs::is_fifo(scratch() + "/pipes/" + kTrace));

  make_pipe("pipe");
  const Outcome simulated = run("simulate node-takeover --seed 5 --record pipe", soon);
  CHECK(simulated.code == 4);
  CHECK(simulated.out.starts_with("node-takeover: seed 5, "));
  CHECK(simulated.err == "takeover: pipe" + refused);

  // A reader gets all of it, also what the pipe does not hold at once.
  const int pipe = open((scratch() + "/pipe").c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
  REQUIRE(pipe >= 0);
  auto recorded = std::async(std::launch::async,
                             [&] { return run("simulate node-takeover --seed 5 --record pipe", soon); });
  std::string text;
  std::string block(4096, '\0');
  for (bool has_ended = false;;) {
    const ssize_t size = ::read(pipe, block.data(), block.size());
    if (size > 0) {
      text.append(block, 0, static_cast<std::size_t>(size));
    } else if (has_ended) {
      break;
    } else {
      has_ended = recorded.wait_for(std::chrono::milliseconds(1)) == std::future_status::ready;
    }
  }
  close(pipe);
  CHECK(recorded.get().code == 0);
  CHECK(run("simulate node-takeover --seed 5 --record filed.json").code == 0);
  CHECK(text == read(scratch() + "/filed.json"));
  CHECK(text.size() > std::size_t{1} << 16U);
}

TEST_CASE("a pipe where a file should be read is refused in one line") {
  fs::remove(scratch() + "/pipe");
  REQUIRE(mkfifo((scratch() + "/pipe").c_str(), 0600) == 0);
  for (const char* arguments :
       {"check node-same-node --resume pipe", "replay pipe", "show pipe", "check pipe"}) {
    CAPTURE(arguments);
    const Outcome outcome = run(arguments, "timeout 60 ");
    CHECK(outcome.code == 2);
    CHECK(outcome.out.empty());
    CHECK(std::ranges::count(outcome.err, '\n') == 1);
    CHECK(outcome.err.find("no regular file") != std::string::npos);
  }
}

TEST_CASE("each question of a proof that cannot be written has its line") {
  // They are written before anything is proved, and the proof need not come to its end.
  const auto prove = [] {
    return run("prove --workers 1 --emit-smt2 questions", R"(interrupt() {
      "$@" & until grep -q obligations err || ! kill -0 $!; do sleep 0.01; done
      kill -INT $!; wait $!; }; interrupt )");
  };
  fresh("questions");
  CHECK(prove().code == 3);
  std::vector<std::string> names = files_in("questions");
  REQUIRE(names.size() > 2);
  std::ranges::sort(names);
  fresh("questions");
  for (const std::string& name : {names.front(), names.back()}) {
    fs::create_directories(scratch() + "/questions/" + name);
  }
  const Outcome outcome = prove();
  CHECK(outcome.code == 4);
  const std::string reason = ": cannot be written: Is a directory\n";
  CHECK(outcome.err.ends_with("takeover: questions/" + names.front() + reason + "takeover: questions/" +
                              names.back() + reason));
  CHECK(files_in("questions").size() == names.size());
}

TEST_CASE("a file is written whole and under its own name") {
  const std::string folder = scratch() + "/" + fresh("written");
  CHECK_FALSE(cli::write_file(folder + "/deep/er/file", "text"));
  CHECK(read(folder + "/deep/er/file") == "text");
  CHECK(files_in("written/deep/er").size() == 1);

  fs::permissions(folder + "/deep/er/file", fs::perms::owner_read | fs::perms::owner_write);
  CHECK_FALSE(cli::write_file(folder + "/deep/er/file", "another"));
  CHECK(read(folder + "/deep/er/file") == "another");
  CHECK(fs::status(folder + "/deep/er/file").permissions() ==
        (fs::perms::owner_read | fs::perms::owner_write));

  // Links stay links, also one to a file that is not there yet.
  fs::create_symlink("deep/er/file", folder + "/link");
  fs::create_symlink("deep/none", folder + "/dangling");
  CHECK_FALSE(cli::write_file(folder + "/link", "through"));
  CHECK_FALSE(cli::write_file(folder + "/dangling", "made"));
  CHECK(fs::is_symlink(folder + "/link"));
  CHECK(fs::is_symlink(folder + "/dangling"));
  CHECK(read(folder + "/deep/er/file") == "through");
  CHECK(read(folder + "/deep/none") == "made");

  // What is no file is written to, and stays what it is.
  REQUIRE(mkfifo((folder + "/pipe").c_str(), 0600) == 0);
  const int reader = open((folder + "/pipe").c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
  CHECK_FALSE(cli::write_file(folder + "/pipe", "said"));
  std::string said(4, ' ');
  CHECK(::read(reader, said.data(), said.size()) == 4);
  close(reader);
  CHECK(said == "said");
  CHECK(fs::is_fifo(folder + "/pipe"));

  CHECK(cli::write_file(folder, "text") == "Is a directory");
  CHECK(cli::write_file(folder + "/link/file", "text") == "Not a directory");
  CHECK(cli::write_file(folder + "/" + std::string(300, 'a'), "text") == "File name too long");
  CHECK(files_in("written").size() == 4);
}

TEST_CASE("a checkpoint that cannot be written ends no run, and is told behind the verdicts") {
  const std::string limited = "ulimit -f 8; ";
  const std::string checkpoint = " --checkpoint cp --checkpoint-seconds 0.01";
  fresh("cp");
  const Outcome violated = run(kViolates + " --out found" + checkpoint, limited);
  CHECK(violated.code == 1);
  CHECK(violated.out.find(kVerdict) != std::string::npos);
  CHECK(violated.err.find("takeover: cp: cannot be written: File too large\n") != std::string::npos);
  CHECK_FALSE(fs::exists(scratch() + "/cp"));
  // Cut short, and what it was to be gone on from is not there.
  CHECK(run("example peterson --size 3 --max-states 500 --quiet" + checkpoint, limited).code == 4);

  // With room for the document, and not for a checkpoint.
  const Outcome holds = run("check small-fence --quiet --format json" + checkpoint, "ulimit -f 64; ");
  CHECK(holds.code == 4);
  check_schema(holds.out);
  const auto document = nlohmann::json::parse(holds.out);
  CHECK(document["runs"][0]["complete"] == true);
  CHECK(document["not_written"][0]["file"] == "cp");
  CHECK(document["not_written"][0]["reason"] == "File too large");
  CHECK(run("check small-fence --quiet" + checkpoint).code == 0);
}

TEST_CASE("a checkpoint takes the place of nothing else, and a link stays one") {
  write("mine.txt", "text of mine");
  const Outcome refused = run("check small-fence --quiet --checkpoint mine.txt");
  CHECK(refused.code == 2);
  CHECK(refused.out.empty());
  CHECK(refused.err.starts_with("takeover: command line: --checkpoint mine.txt: cannot be written: "));
  CHECK(read(scratch() + "/mine.txt") == "text of mine");

  fs::create_directories(scratch() + "/elsewhere");
  fs::remove(scratch() + "/link");
  fs::create_symlink("elsewhere/cp", scratch() + "/link");
  CHECK(run("check small-fence --max-states 3000 --quiet --checkpoint link").code == 3);
  CHECK(fs::is_symlink(scratch() + "/link"));
  CHECK(run("check small-fence --quiet --resume elsewhere/cp").code == 0);
}
