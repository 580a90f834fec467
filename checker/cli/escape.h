// How each place that output goes to is kept from taking a name for something else. What a name holds is
// nobody's choice: files have names of any bytes, and traces come from others.
//
// Text for a terminal is spec::one_line, where a name is put into a line, and printable_lines for the whole.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

namespace takeover::cli {

// A document, with a newline behind it: what a terminal would obey is escaped as JSON has it, and bytes that
// are no UTF-8 are replaced.
[[nodiscard]] std::string json_text(const nlohmann::ordered_json& document);

// Text as XML 1.0 has it, in attributes and between tags: also newlines and tabs, which attributes would
// lose. What XML has no way to write is replaced.
[[nodiscard]] std::string xml(std::string_view text);

// The two parts of a workflow command of GitHub: ::error title=PROPERTY::DATA
[[nodiscard]] std::string github_data(std::string_view text);
[[nodiscard]] std::string github_property(std::string_view text);

// Lines of text, none of which GitHub's runner takes for a command. It looks for "::" behind any white space
// at the start of a line, and for "##[" anywhere.
[[nodiscard]] std::string without_commands(std::string_view text);

// Of a name, what a file's may be on any system: short, on one level, and not hidden. Two names may come to
// the same.
[[nodiscard]] std::string file_name_of(std::string_view name);

}  // namespace takeover::cli
