// Files in, lines out. What a node wrote may be one file, several (rotated), compressed with gzip, or a pipe;
// it is read once, front to back, and one line at a time is kept.
//
//   Source source(paths);
//   while (const auto next = source.next()) {
//     if (const auto* wrong = std::get_if<spec::InputError>(&*next)) ...    // one line of complaint; go on
//     else ... std::get<Line>(*next)
//   }
//
// What is wrong is one kind of error, its place "line N", and does not end the reading:
//
// A table, whose lines the formatter would re-flow.
// clang-format off
//   a file that cannot be opened or read, a directory       the next file follows
//   a *.gz that is no gzip, a gzip that is cut or damaged   what could be read was given; the next file follows
//   an empty file                                           the next file follows
//   a line of more than 16 MiB                              the next line follows
//   a NUL byte: what a file system leaves of a crash        the next line follows
// clang-format on
//
// A last line without a newline is given with `torn`: whether it is whole is for its reader to say. Bytes
// that are no UTF-8 are given as they are: text_line.h replaces them in values and refuses them in keys.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "spec/json/json_input.h"

namespace takeover::logs {

inline constexpr std::size_t kMaxLineBytes = std::size_t{16} << 20U;

struct Line {
  std::size_t file = 0;      // its place in Source's list
  std::uint64_t number = 0;  // from 1, in its file
  std::string_view text;     // without its newline; good until the next one
  bool torn = false;         // the file ends without a newline behind it
};

class Source {
 public:
  explicit Source(std::vector<std::string> paths);
  Source(const Source&) = delete;
  Source& operator=(const Source&) = delete;
  Source(Source&&) noexcept;
  Source& operator=(Source&&) noexcept;
  ~Source();

  [[nodiscard]] std::optional<std::variant<Line, spec::InputError>> next();
  [[nodiscard]] const std::vector<std::string>& paths() const { return paths_; }

 private:
  class File;

  std::vector<std::string> paths_;
  std::size_t opened_ = 0;  // how many of them
  std::unique_ptr<File> file_;
};

// The logs that a directory holds (*.log, *.jsonl, each also with .gz), by name; of anything else, itself. An
// error if the directory holds none, or cannot be read.
[[nodiscard]] spec::Result<std::vector<std::string>> logs_in(const std::string& path);

// Several files of one node in the order in which they were written, which is that of their first time
// stamps: names tell it only of some rotations. Files without one come last, in the order given. Each is
// opened for it, so that pipes have no place here.
[[nodiscard]] std::vector<std::string> in_order_of_time(std::vector<std::string> paths);

}  // namespace takeover::logs
