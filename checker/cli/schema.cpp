// takeover schema: what traces and scenarios are validated against.
#include <fmt/format.h>

#include <string>

#include "checker/cli/escape.h"
#include "checker/cli/input.h"
#include "checker/cli/options.h"
#include "checker/cli/output.h"
#include "spec/world/scenario.h"
#include "traces/trace.h"

namespace takeover::cli {

int run_schema(const Options& options) {
  const std::string& what = options.arguments.front();
  if (what != "trace" && what != "scenario") {
    throw BadInput(fmt::format("takeover: command line: no schema of a '{}'; expected trace or scenario",
                               one_line(what)));
  }
  print_document((what == "trace" ? traces::trace_schema() : spec::scenario_schema()).dump(1) + "\n");
  return kAllHolds;
}

}  // namespace takeover::cli
