// What `takeover prove` prints: a row for each invariant, a column for each action.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "checker/cli/document.h"
#include "spec/smt/prove.h"

namespace takeover::cli {

// Lemmas of one id, in their order: a property can be several.
struct ProofRow {
  std::string id;
  std::vector<std::size_t> lemmas;
};
[[nodiscard]] std::vector<ProofRow> rows_of(const smt::ProveResult& result);
// The worst of its lemmas'.
[[nodiscard]] smt::Verdict verdict_of(const smt::ProveResult& result, const ProofRow& row);

// Of kActionCount: the initial state.
[[nodiscard]] std::string_view action_name(std::size_t action);
// Z3's version, the seconds, the number of questions; and an empty array for the rows.
void add_figures(Json& document, const smt::ProveResult& result);
[[nodiscard]] Json row_to_json(const smt::ProveResult& result, const ProofRow& row);
// The document as text.
[[nodiscard]] std::string render_proof(const Json& document);

}  // namespace takeover::cli
