// Where the program's words go: stdout, stderr and files. None of them throws, or ends the program: what
// cannot be written is a fact that is told when the verdicts have been.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

namespace takeover::cli {

// Before anything is opened: a closed stdin, stdout or stderr is held by what cannot be written to, so that
// no file of the program's gets its number; and a reader who has gone, or a file that may not grow, is an
// error of the write instead of the program's end.
void prepare_output();

// Text to stdout, line by line. A name in it has been through one_line.
void print_text(std::string_view text);
// To stdout as it is: a document that was made for machines.
void print_document(std::string_view text);
// So that what follows on stderr stands behind it.
void flush_output();
// One line to stderr. Whoever does not listen misses it.
void print_error(std::string_view line);
// To stderr as it is, for a line that is redrawn.
void print_progress(std::string_view text);

// The exit code of a run that would end with `code`, when everything has been printed: a line says so on
// stderr if stdout did not take all of it, and no verdict is then changed but for one that is no violation.
[[nodiscard]] int finish_output(int code);

// Writes a file, its folder included: under another name, and renamed, so that under its name there is the
// whole of it or what was there before. A link stays one, and a device is written to, or a pipe that has a
// reader. Returns the system's reason if it cannot be done.
[[nodiscard]] std::optional<std::string> write_file(const std::string& path, std::string_view text);

}  // namespace takeover::cli
