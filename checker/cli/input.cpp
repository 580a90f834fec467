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
#include <utility>

#include "checker/engine/checkpoint.h"
#include "checker/engine/encoder.h"
#include "checker/model/check.h"
#include "spec/profiles.h"

namespace takeover::cli {
namespace {

impl::Guard guard_of(const std::string& name) {
  const auto guard = impl::named<impl::Guard>(name);
  if (!guard)
    throw BadInput(
        fmt::format("takeover: command line: no guard '{}'; see `takeover list guards`", one_line(name)));
  return *guard;
}

// Nobody asks for what changes nothing, unless by mistake.
void change(impl::Rules& rules, const std::vector<std::string>& names, bool on, const std::string& profile) {
  for (const std::string& name : names) {
    const impl::Guard guard = guard_of(name);
    if (rules(guard) == on) {
      throw BadInput(fmt::format("takeover: command line: --{} {} changes nothing: profile {} is {} it",
                                 on ? "with" : "without", one_line(name), profile, on ? "with" : "without"));
    }
    rules.set(guard, on);
  }
}

// By trying: what permissions say is not true of every user and file system.
void expect_writable(std::string_view option, const std::string& path, const std::filesystem::path& folder) {
  std::string trial = (folder / ".takeover-XXXXXX").string();
  const int made = mkstemp(trial.data());
  if (made < 0) {
    const std::string reason = std::error_code(errno, std::generic_category()).message();
    throw BadInput(
        fmt::format("takeover: command line: {} {}: cannot be written: no file can be made in {} ({})",
                    option, one_line(path), one_line(folder.string()), reason));
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
  const std::filesystem::path folder = std::filesystem::path(engine::behind_links(file)).parent_path();
  expect_writable("--checkpoint", file, folder.empty() ? "." : folder);
  if (const auto why = engine::why_not_replaced(file)) {
    throw BadInput(
        fmt::format("takeover: command line: --checkpoint {}: cannot be written: {}", one_line(file), *why));
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
  for (const std::string& name : options.without) {
    if (std::ranges::find(options.with, name) == options.with.end()) continue;
    throw BadInput(fmt::format("takeover: command line: --with {} and --without {} contradict each other",
                               one_line(name), one_line(name)));
  }
  change(rules, options.with, true, options.profile);
  change(rules, options.without, false, options.profile);
  return rules;
}

spec::PropertySet properties_of(const Options& options) {
  spec::PropertySet properties;
  if (options.properties.empty()) return properties.set();
  for (const std::string& id : options.properties) {
    const auto property = spec::property_named(id);
    // Deadlocks are looked for whatever else is.
    if (spec::live_property_named(id) || id == spec::kDeadlockFree) continue;
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
  return spec::is_built_in(scenario) ? "built in" : hash_of_file(scenario);
}

std::vector<std::string> scenarios_about(const std::string& property) {
  const auto safety = spec::property_named(property);
  const auto live = spec::live_property_named(property);
  std::vector<std::string> names;
  for (const spec::BuiltIn& built_in : spec::built_in_scenarios()) {
    const spec::Scenario scenario = spec::built_in_scenario(built_in.name);
    const bool about = (safety && scenario.properties[static_cast<std::size_t>(*safety)]) ||
                       (live && scenario.live[static_cast<std::size_t>(*live)]);
    if (about) names.push_back(scenario.name);
  }
  return names;
}

spec::Result<std::vector<std::string>> trace_files_of(const std::string& argument) {
  namespace fs = std::filesystem;
  std::error_code failed;
  if (!fs::is_directory(argument, failed)) return std::vector{argument};
  std::vector<std::string> files;
  fs::recursive_directory_iterator entry(argument, failed);
  for (; !failed && entry != fs::recursive_directory_iterator(); entry.increment(failed)) {
    const std::string file = entry->path().string();
    std::error_code unknown;
    if (file.ends_with(".trace.json") && !entry->is_directory(unknown)) files.push_back(file);
  }
  const std::string expected = "a readable folder with *.trace.json in it, or below";
  if (failed) return spec::InputError{argument, "", failed.message(), expected};
  if (files.empty()) return spec::InputError{argument, "", "no trace is in this folder", expected};
  std::ranges::sort(files);
  return files;
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
  if (spec::is_built_in(name)) return spec::built_in_scenario(name);
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
  for (const std::string& name : options.arguments) {
    spec::Scenario scenario = scenario_of(name);
    if (std::ranges::find(scenarios, scenario.name, &spec::Scenario::name) != scenarios.end()) {
      throw BadInput(fmt::format(
          "takeover: command line: two scenarios of the name {}; expected names that differ, since counterexamples are told apart by them",
          scenario.name));
    }
    scenarios.push_back(std::move(scenario));
  }
  if (!options.arguments.empty()) return scenarios;
  for (const spec::BuiltIn& built_in : spec::built_in_scenarios()) {
    spec::Scenario scenario = spec::built_in_scenario(built_in.name);
    if (scenario.has_tag(tag)) scenarios.push_back(std::move(scenario));
  }
  return scenarios;
}

}  // namespace takeover::cli
