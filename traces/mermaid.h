// Text as a Mermaid sequence diagram has it. Internal to traces.
#pragma once

#include <string>
#include <string_view>

namespace takeover::traces {

// On one line, and nothing in it that Mermaid reads as its own: the end of a statement (; and newline), a
// comment (%%), an entity (#35;), markup (<, >, &, quotes, @{...}, $$...$$), a keyword that ends a block
// (end) or a directive (wrap:, nowrap:) in front, and the words whose entities its preprocessor cuts (style,
// classDef). Each is written as an entity, which Mermaid shows as the character.
[[nodiscard]] std::string mermaid_text(std::string_view text);

}  // namespace takeover::traces
