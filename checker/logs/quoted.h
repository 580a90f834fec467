// Strings as zap writes them, which is as JSON does: between quotes, with \" \\ \/ \b \f \n \r \t and \uXXXX
// (two of them for what is beyond the 16th bit). Both formats of a log line hold such strings.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace takeover::logs {

// Where the string ends that `text` begins with: behind its closing quote. None if it is not closed, or does
// not begin with a quote. Escapes are stepped over, not judged.
[[nodiscard]] std::optional<std::size_t> end_of_quoted(std::string_view text);

// What stands between the quotes, read. A view of `inside` when nothing is escaped; otherwise it is appended
// to `owned`, which must have room for inside.size() bytes more, so that views of what it holds stay good.
// None if an escape is not one of the above, or is half of a pair.
[[nodiscard]] std::optional<std::string_view> unescaped(std::string_view inside, std::string& owned);

// Whether every byte is part of a UTF-8 character.
[[nodiscard]] bool is_utf8(std::string_view text);
// The text with each byte that is no UTF-8 replaced by U+FFFD, which is what zap itself does.
[[nodiscard]] std::string with_replacements(std::string_view text);

}  // namespace takeover::logs
