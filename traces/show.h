// A trace for a reader. What a person left out is filled in by a replay; a trace that does not conform is
// shown as far as it goes, and then what diverges. As a document: normalised() in record.h.
#pragma once

#include <string>

#include "traces/trace.h"

namespace takeover::traces {

// For a log: the header, then a block per step: who did what, what was sent, what changed, why something was
// dropped.
[[nodiscard]] std::string show_text(const Trace& trace);
// A Mermaid sequence diagram: messages as arrows, steps of a node as notes.
[[nodiscard]] std::string show_mermaid(const Trace& trace);

}  // namespace takeover::traces
