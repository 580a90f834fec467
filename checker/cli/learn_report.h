// What `replay --learn` says of a trace: which changes of its rules it goes on with.
#pragma once

#include <string>
#include <vector>

#include "checker/cli/document.h"
#include "traces/trace.h"

namespace takeover::cli {

// What stands under "learned" of a trace in the document.
[[nodiscard]] Json learned_of(const traces::Trace& trace);
// Of a trace in the document, that has it: one line for each thing that was learned, without its end.
[[nodiscard]] std::vector<std::string> lines_on_learned(const Json& trace);

}  // namespace takeover::cli
