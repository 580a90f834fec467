#include "checker/cli/input.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <span>
#include <system_error>

#include "checker/engine/encoder.h"
#include "checker/model/check.h"
#include "spec/profiles.h"

namespace takeover::cli {
namespace {

impl::Guard guard_of(const std::string& name) {
  const auto guard = impl::guard_named(name);
  if (!guard)
    throw BadInput(
        fmt::format("takeover: command line: no guard '{}'; see `takeover list guards`", one_line(name)));
  return *guard;
}

// By trying: what permissions say is not true of every user and file system.
void expect_writable(std::string_view option, const std::string& path, const std::filesystem::path& folder) {
  std::string trial = (folder / ".takeover-XXXXXX").string();
  const int made = mkstemp(trial.data());
  if (made < 0) {
    const std::string reason = std::error_code(errno, std::generic_category()).message();
    throw BadInput(
        fmt::format("takeover: command line: {} {}: cannot be written: {}; expected a writable place", option,
                    one_line(path), reason));
  }
  close(made);
  unlink(trial.c_str());
}

// The folder is made along with what is written into it.
void expect_reachable(std::string_view option, const std::string& path, std::filesystem::path folder) {
  const auto is_absent = [](const std::filesystem::path& each) {
    std::error_code failed;
    return std::filesystem::symlink_status(each, failed).type() == std::filesystem::file_type::not_found;
  };
  while (folder.has_relative_path() && is_absent(folder)) folder = folder.parent_path();
  expect_writable(option, path, folder.empty() ? "." : folder);
}

}  // namespace

void expect_checkpoint_place(const std::string& file) {
  const std::filesystem::path folder = std::filesystem::path(file).parent_path();
  expect_writable("--checkpoint", file, folder.empty() ? "." : folder);
  std::error_code failed;
  if (std::filesystem::exists(file, failed) && !std::filesystem::is_regular_file(file, failed)) {
    throw BadInput(fmt::format("takeover: command line: --checkpoint {}: is there, and is no file to replace",
                               one_line(file)));
  }
}

void expect_record_place(const std::string& file) {
  std::error_code failed;
  const std::filesystem::file_status status = std::filesystem::status(file, failed);
  if (std::filesystem::is_other(status)) return;
  if (std::filesystem::is_directory(status)) {
    throw BadInput(fmt::format("takeover: command line: --record {}: cannot be written: it is a directory",
                               one_line(file)));
  }
  expect_reachable("--record", file, std::filesystem::path(file).parent_path());
}

void expect_folder(std::string_view option, const std::string& folder) {
  expect_reachable(option, folder, folder);
}

void expect_out_place(const std::string& folder) {
  if (folder != Options{}.out) expect_folder("--out", folder);
}

impl::Rules rules_of(const Options& options) {
  const spec::Profile* profile = spec::profile_named(options.profile);
  if (profile == nullptr) {
    throw BadInput(fmt::format("takeover: command line: no profile '{}'; see `takeover list profiles`",
                               one_line(options.profile)));
  }
  impl::Rules rules = profile->rules;
  for (const std::string& name : options.with) rules.set(guard_of(name), true);
  for (const std::string& name : options.without) rules.set(guard_of(name), false);
  return rules;
}

std::vector<std::string> guards_off(const Options& options) {
  return options.without;
}

spec::PropertySet properties_of(const Options& options) {
  spec::PropertySet properties;
  if (options.properties.empty()) return properties.set();
  for (const std::string& id : options.properties) {
    const auto property = spec::property_named(id);
    // Deadlocks are looked for whatever else is.
    if (spec::live_property_named(id) || id == model::kDeadlockFree) continue;
    if (!property) {
      throw BadInput(fmt::format("takeover: command line: no property '{}'; see `takeover list properties`",
                                 one_line(id)));
    }
    properties.set(static_cast<std::size_t>(*property));
  }
  return properties;
}

namespace {

std::string hash_of_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  const std::string bytes((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  const std::span<const std::uint8_t> span(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
  const engine::Fingerprint hash = engine::fingerprint(span);
  return fmt::format("{:016x}{:016x}", hash.high, hash.low);
}

}  // namespace

std::string build_id() {
  return hash_of_file("/proc/self/exe");
}

std::string source_of(const std::string& scenario) {
  const auto& all = spec::built_in_scenarios();
  const bool built_in = std::ranges::find(all, scenario, &spec::BuiltIn::name) != all.end();
  return built_in ? "built in" : hash_of_file(scenario);
}

spec::LivePropertySet live_properties_of(const Options& options) {
  spec::LivePropertySet properties;
  if (options.properties.empty()) return properties.set();
  for (const std::string& id : options.properties) {
    if (const auto property = spec::live_property_named(id)) {
      properties.set(static_cast<std::size_t>(*property));
    }
  }
  return properties;
}

spec::Scenario scenario_of(const std::string& name) {
  const auto& all = spec::built_in_scenarios();
  if (std::ranges::find(all, name, &spec::BuiltIn::name) != all.end()) return spec::built_in_scenario(name);
  std::error_code failed;
  if (!std::filesystem::exists(name, failed)) {
    throw BadInput(fmt::format(
        "takeover: command line: no scenario or file '{}'; see `takeover list scenarios`", one_line(name)));
  }
  auto scenario = spec::read_scenario_file(name);
  if (!scenario) throw BadInput(scenario.error().to_line());
  return *scenario;
}

std::vector<spec::Scenario> scenarios_of(const Options& options, std::string_view tag) {
  std::vector<spec::Scenario> scenarios;
  for (const std::string& name : options.arguments) scenarios.push_back(scenario_of(name));
  if (!options.arguments.empty()) return scenarios;
  for (const spec::BuiltIn& built_in : spec::built_in_scenarios()) {
    spec::Scenario scenario = spec::built_in_scenario(built_in.name);
    if (scenario.has_tag(tag)) scenarios.push_back(std::move(scenario));
  }
  return scenarios;
}

}  // namespace takeover::cli
