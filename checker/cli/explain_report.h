// What `explain` found, as a document and in every format.
#pragma once

#include <string>
#include <string_view>

#include "checker/cli/document.h"
#include "checker/cli/options.h"
#include "checker/logs/explain.h"
#include "checker/logs/read.h"

namespace takeover::cli {

// "N1 default/cf1", with the life if it is not the first, and the kind of log if there are both of it.
[[nodiscard]] std::string name_of_history(const logs::Logs& logs, const logs::History& history);
[[nodiscard]] std::string_view kind_of(const logs::History& history);

// The head, and what reading found; "histories" is empty.
[[nodiscard]] Json explain_document(const Options& options, const logs::Logs& logs);
// Adds the history's verdict, and what it leaves open. Its "trace" is null: nothing was written yet.
void add_history(const logs::Logs& logs, const logs::History& history, const logs::Explanation& explanation,
                 Json& document);

void print_explained(const Json& document, Format format);
// 1 for a history that is refuted or violates a property in every explanation, 2 for an input that is wrong,
// 3 for one that is inconclusive or violates a property in some.
[[nodiscard]] int exit_code_of_explained(const Json& document);

}  // namespace takeover::cli
