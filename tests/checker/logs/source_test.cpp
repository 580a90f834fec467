// Files in, lines out: rotated, compressed, cut, and what is no log.
#include "checker/logs/source.h"

#include <catch2/catch.hpp>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "tests/checker/logs/folder.h"

using namespace takeover;
using namespace takeover::logs;

namespace {

// "file:number text", a "~" behind a torn one; an error is "place what" of the file's base name.
std::vector<std::string> all(std::vector<std::string> paths) {
  std::vector<std::string> out;
  Source source(std::move(paths));
  while (const auto next = source.next()) {
    if (const auto* error = std::get_if<spec::InputError>(&*next)) {
      CHECK(error->to_line().find('\n') == std::string::npos);
      out.push_back("! " + std::filesystem::path(error->file).filename().string() + " " + error->pointer +
                    " " + error->what);
    } else {
      const Line& line = std::get<Line>(*next);
      out.push_back(std::to_string(line.file) + ":" + std::to_string(line.number) + " " +
                    std::string(line.text) + (line.torn ? "~" : ""));
    }
  }
  return out;
}

using Lines = std::vector<std::string>;

std::string many_lines(std::size_t count) {
  std::string text;
  for (std::size_t i = 0; i < count; ++i) text += "line " + std::to_string(i * 7919) + "\n";
  return text;
}

}  // namespace

TEST_CASE("lines have their file and their number") {
  const Folder folder;
  CHECK(all({folder.write("a.log", "one\n\ntwo\n"), folder.write("b.log", "three\nfo")}) ==
        Lines{"0:1 one", "0:2 ", "0:3 two", "1:1 three", "1:2 fo~"});
}

TEST_CASE("a compressed file is read as the plain one is") {
  const Folder folder;
  const std::string text = many_lines(60'000);  // longer than what is read at once
  const Lines plain = all({folder.write("a.log", text)});
  CHECK(plain.size() == 60'000);
  CHECK(plain.back() == "0:60000 line " + std::to_string(59'999 * 7919));
  CHECK(all({folder.compress("b.log.gz", text)}) == plain);
  CHECK(all({folder.compress("named_otherwise", text)}) == plain);
}

TEST_CASE("a compressed file that is cut or damaged gives what it can, and one error") {
  const Folder folder;
  const std::string path = folder.compress("a.log.gz", many_lines(60'000));
  std::filesystem::resize_file(path, std::filesystem::file_size(path) / 2);
  const Lines cut = all({path, folder.write("b.log", "next\n")});
  REQUIRE(cut.size() > 1000);
  CHECK(cut[cut.size() - 2] == "! a.log.gz  the gzip stream is cut");
  CHECK(cut.back() == "1:1 next");

  const std::string damaged = folder.compress("c.log.gz", many_lines(60'000));
  {
    std::fstream file(damaged, std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(static_cast<std::streamoff>(std::filesystem::file_size(damaged) / 2));
    file << std::string(64, '\xff');
  }
  CHECK(all({damaged}).back().starts_with("! c.log.gz  the gzip stream is damaged"));
}

TEST_CASE("what is no log is one error, and the next file follows") {
  const Folder folder;
  std::filesystem::create_directories(folder.path("folder"));
  CHECK(all({folder.path("absent.log"), folder.path("folder"), folder.write("empty.log", ""),
             folder.write("plain.log.gz", "text\n"), folder.write("b.log", "next\n")}) ==
        Lines{"! absent.log  cannot open it", "! folder  this is a directory",
              "! empty.log  the file is empty", "3:1 text", "! plain.log.gz  this is no gzip stream",
              "4:1 next"});
}

TEST_CASE("a NUL byte and a line that is too long cost one line each") {
  const Folder folder;
  const std::string longest(kMaxLineBytes, 'x');
  CHECK(all({folder.write("a.log", std::string("one\nt\0o\nthree\n", 14))}) ==
        Lines{"0:1 one", "! a.log line 2 a NUL byte", "0:3 three"});
  CHECK(all({folder.write("b.log", "one\n" + longest + "x\nthree\n" + longest + longest)}) ==
        Lines{"0:1 one", "! b.log line 2 a line of more than 16 MiB", "0:3 three",
              "! b.log line 4 a line of more than 16 MiB"});
  const Lines at_the_limit = all({folder.write("c.log", longest + "\nnext\n")});
  REQUIRE(at_the_limit.size() == 2);
  CHECK(at_the_limit[0].size() == kMaxLineBytes + 4);
}

TEST_CASE("bytes that are no UTF-8 are passed on") {
  const Folder folder;
  CHECK(all({folder.write("a.log", "a\xff\n")}) == Lines{"0:1 a\xff"});
}

TEST_CASE("a directory is its logs, and one without any is an error") {
  const Folder folder;
  const auto none = logs_in(folder.path(""));
  REQUIRE_FALSE(none);
  CHECK(none.error().what == "the directory holds no log");
  const std::vector<std::string> expected{folder.write("a.jsonl", ""), folder.write("b.log", ""),
                                          folder.write("c.log.gz", "")};
  (void)folder.write("README", "");
  auto logs = logs_in(std::filesystem::path(expected[0]).parent_path().string());
  REQUIRE(logs);
  CHECK(*logs == expected);
  CHECK(*logs_in("absent") == std::vector<std::string>{"absent"});
}

TEST_CASE("rotated files are put in the order of their first time stamps") {
  const Folder folder;
  const auto at = [](const std::string& minute) {
    return "goroutine 1\n[2026/06/30 05:" + minute + ":12.123 +00:00] [INFO] [m]\n";
  };
  const std::string current = folder.write("cdc.log", at("43"));
  const std::string oldest = folder.compress("cdc-2.log.gz", at("41"));
  const std::string older = folder.write("cdc-1.log", at("42"));
  const std::string other = folder.write("other.log", "no time\n");
  CHECK(in_order_of_time({other, current, older, oldest}) == std::vector{oldest, older, current, other});
}
