// What the command line names: scenarios, rules, properties. Wrong names end the program with one line.
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "checker/cli/options.h"
#include "impl/guards.h"
#include "spec/json/json_input.h"
#include "spec/json/text.h"
#include "spec/properties/properties.h"
#include "spec/world/scenario.h"

namespace takeover::cli {

// What is said is the line to print.
class BadInput : public std::runtime_error {
  using std::runtime_error::runtime_error;
};

using spec::one_line;

// Throw BadInput unless the file of a checkpoint can be made, or files in the folder of --out, which is made
// along with them: before a run, so that no verdict is lost at its end. The folder that is used when nobody
// names one is not tried: most runs write nothing.
void expect_checkpoint_place(const std::string& file);
void expect_out_place(const std::string& folder);
// Likewise for the folder of another option.
void expect_folder(std::string_view option, const std::string& folder);
// The file of --record, unless it is a device or pipe, which is written to as it is.
void expect_record_place(const std::string& file);

// The profile's, with what --with and --without change; each of them has to change something.
[[nodiscard]] impl::Rules rules_of(const Options& options);
[[nodiscard]] spec::PropertySet properties_of(const Options& options);
// A hash of this very program, by which a checkpoint knows what has written it.
[[nodiscard]] std::string build_id();
// Of a scenario: "built in", since the build says the rest, or a hash of its file.
[[nodiscard]] std::string source_of(const std::string& scenario);
[[nodiscard]] spec::LivePropertySet live_properties_of(const Options& options);

// The files of traces that an argument names: itself, or, if it is a folder, all *.trace.json in it and
// below, by their names; there has to be one.
[[nodiscard]] spec::Result<std::vector<std::string>> trace_files_of(const std::string& argument);

// A built-in name, or a file.
[[nodiscard]] spec::Scenario scenario_of(const std::string& name);
// The built-in scenarios that are about a property.
[[nodiscard]] std::vector<std::string> scenarios_about(const std::string& property);
// Those named, whose names differ, or all with the tag.
[[nodiscard]] std::vector<spec::Scenario> scenarios_of(const Options& options, std::string_view tag);

}  // namespace takeover::cli
