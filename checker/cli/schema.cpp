// takeover schema: what traces, scenarios and message logs are validated against.
#include <fmt/format.h>

#include <string>

#include "checker/cli/escape.h"
#include "checker/cli/input.h"
#include "checker/cli/options.h"
#include "checker/cli/output.h"
#include "checker/logs/read.h"
#include "spec/world/scenario.h"
#include "traces/trace.h"

namespace takeover::cli {

int run_schema(const Options& options) {
  const std::string& what = options.arguments.front();
  const auto print = [](const auto& schema) {
    print_document(schema.dump(1) + "\n");
    return kAllHolds;
  };
  if (what == "trace") return print(traces::trace_schema());
  if (what == "scenario") return print(spec::scenario_schema());
  if (what == "messages") return print(logs::message_log_schema());
  throw BadInput(fmt::format(
      "takeover: command line: no schema of a '{}'; expected trace, scenario or messages", one_line(what)));
}

}  // namespace takeover::cli
