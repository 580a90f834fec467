// Where a replay diverges, as it stands in a document, and in words.
#pragma once

#include <string>

#include "checker/cli/document.h"

namespace takeover::cli {

// Of a traces::ReplayResult or a runs::RelationVerdict. The step is null where it is no step that diverges,
// but what the trace says of itself.
[[nodiscard]] Json place_of(const auto& divergence) {
  Json place{{"step", divergence.step},
             {"path", divergence.path},
             {"expected", divergence.expected},
             {"actual", divergence.actual}};
  if constexpr (requires { divergence.of_document; }) {
    if (divergence.of_document) place["step"] = nullptr;
  }
  return place;
}

// "step 4/state/nodes/A/closed", or "/verdict".
[[nodiscard]] std::string where(const Json& place);
// "step 4/state/nodes/A/closed: expected true, got false"
[[nodiscard]] std::string in_words(const Json& place);

}  // namespace takeover::cli
