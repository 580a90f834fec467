// Real runs for what Z3 refutes: a run of the relation that breaks a property is made by the implementation,
// with the same messages and steps, judged by the properties of spec/, and written as a trace.
#pragma once

#include "checker/cli/document.h"
#include "checker/cli/options.h"
#include "checker/cli/prove_report.h"
#include "impl/guards.h"
#include "spec/smt/prove.h"

namespace takeover::cli {

// For a refuted property: the first of its lemmas that a run of at most options.unroll steps breaks. The
// answer is "violated" (the implementation makes the run and breaks the property), "not-replayed" (it does
// not, and `why_not` says where), "none" or "unknown".
[[nodiscard]] Json search_run(const smt::ProveResult& result, const ProofRow& row, const impl::Rules& rules,
                              const Options& options, Json& document);

}  // namespace takeover::cli
