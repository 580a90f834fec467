// The result document: every command makes one, under a schema, and every format is rendered from it.
#pragma once

#include <cstdint>
#include <functional>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "checker/cli/options.h"
#include "checker/model/check.h"

namespace takeover::cli {

using Json = nlohmann::ordered_json;

// {"tool", "version", "command"} and, where the command has them, profile and guards.
[[nodiscard]] Json document_head(std::string_view command);
[[nodiscard]] Json document_head(std::string_view command, const Options& options);

// The engine's figures of one exploration, as both `check` and `example` report them.
template <class Report>
[[nodiscard]] Json exploration(const Report& report, const Options& options, const auto& action_kinds) {
  Json run;
  run["complete"] = report.complete;  // everything that was asked for was done
  run["explored"] = report.complete;
  if (!report.complete) run["stopped_by"] = to_string(report.stopped);
  run["states"] = report.states;
  run["transitions"] = report.transitions;
  run["depth"] = report.depth;
  run["seconds"] = report.seconds;
  run["peak_memory_bytes"] = report.peak_memory_bytes;
  run["store"] = options.store == "exact" ? "exact" : "fingerprint128";
  run["bytes_per_state"] = report.bytes_per_state();
  run["collision_probability"] = report.collision_probability;
  run["actions"] = Json::object();
  for (std::size_t i = 0; i < report.actions.size(); ++i) {
    if (report.actions[i] > 0) run["actions"][action_kinds[i]] = report.actions[i];
  }
  return run;
}

// What is said of one property: its verdict, the reason for it, and, where it was not judged, why, in words.
void add_judged(Json& json, const model::Judged& judged, std::uint64_t premise_met);

// Says of the properties named on the command line which ones no run is about.
void add_unjudged(Json& document);

// Says which reductions the run was under, if any.
void add_reductions(Json& run, const engine::Options& options);

// Writes a file that the run leaves behind. If it cannot be written, the document says so under
// "not_written", with the system's reason, which is returned: verdicts are told whatever becomes of files.
std::optional<std::string> leave_file(Json& document, const std::string& path, std::string_view text);
void note_not_written(Json& document, const std::string& file, const std::string& reason);
// The same for the checkpoint of an exploration, by what the engine's report says of it: empty if all is
// well.
void note_checkpoint(Json& document, const Options& options, std::string_view failure);
// One line on stderr for each such file, behind what was printed. Returns the exit code of a run that would
// end with `code` if all had been written.
[[nodiscard]] int tell_not_written(const Json& document, int code);

// What is printed in each format but JSON. Annotations stand before the text.
struct Rendered {
  std::function<std::string()> junit{};
  std::function<std::string()> github{};
  std::function<std::string()> text{};
};
void print_rendered(const Json& document, Format format, const Rendered& as);

// Prints the document in the format asked for.
void print_runs(const Json& document, Format format);

// 1 if a property is violated, 3 if one is inconclusive, a run incomplete or a witness unreached, else 0.
[[nodiscard]] int exit_code_of(const Json& document);

[[nodiscard]] std::string render_text(const Json& document);
[[nodiscard]] std::string render_junit(const Json& document);
// The annotations; the text follows them.
[[nodiscard]] std::string render_github(const Json& document);

}  // namespace takeover::cli
