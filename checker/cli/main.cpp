// The program `takeover`: parses the command line, runs one command, and turns what goes wrong into one line.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cmath>
#include <cstdlib>
#include <exception>
#include <map>
#include <new>
#include <sstream>

#include "checker/cli/input.h"
#include "checker/cli/options.h"
#include "checker/cli/output.h"
#include "checker/cli/progress.h"

namespace takeover::cli {
namespace {

constexpr const char* kVersion = TAKEOVER_VERSION;

void add_rules(CLI::App& command, Options& options) {
  command
      .add_option("--profile", options.profile,
                  "Which version of the protocol (see `takeover list profiles`)")
      ->capture_default_str();
  command
      .add_option("--without", options.without, "Take a guard out (repeatable; see `takeover list guards`)")
      ->allow_extra_args(false);
  command.add_option("--with", options.with, "Put a guard in (repeatable)")->allow_extra_args(false);
  command.add_option("--property", options.properties, "Judge this property only (repeatable)")
      ->allow_extra_args(false);
}

// An option's text that CLI11 would take for a number, or for nothing at all.
CLI::Validator refuse(bool (*is_bad)(const std::string&), const char* why) {
  return {[=](std::string& text) { return is_bad(text) ? std::string(why) : std::string(); }, ""};
}
bool is_negative(const std::string& text) {
  return text.starts_with('-');
}
bool is_nan(const std::string& text) {
  return std::isnan(std::strtod(text.c_str(), nullptr));
}
bool is_empty(const std::string& text) {
  return text.empty();
}

void add_exploration(CLI::App& command, Options& options) {
  command.add_option("--workers", options.workers, "Threads (default: one per core)")
      ->check(CLI::Range(std::size_t{1}, std::size_t{256}));
  command.add_option("--store", options.store, "How states are told apart: fingerprint or exact")
      ->check(CLI::IsMember({"fingerprint", "exact"}))
      ->capture_default_str();
  command.add_option("--max-states", options.max_states, "Stop after so many distinct states")
      ->check(CLI::PositiveNumber);
  command
      .add_option("--max-memory", options.max_memory,
                  "Stop at this resident memory, such as 2GiB (default: nine tenths of what is free)")
      ->transform(CLI::AsSizeValue(false))
      ->transform(refuse(is_negative, "less than nothing"));
  command.add_option("--max-seconds", options.max_seconds, "Stop after so many seconds")
      ->check(CLI::Range(0.001, 1e9))
      ->check(refuse(is_nan, "not a number"));
}

void add_symmetry(CLI::App& command, Options& options) {
  command.add_flag("--symmetry", options.symmetry, "One state for all that differ by a renaming only");
}
void add_partial_order(CLI::App& command, Options& options) {
  command.add_flag("--por", options.por,
                   "Leave steps out whose order does not matter; runs shown need not be shortest");
}

void add_checkpoints(CLI::App& command, Options& options) {
  command
      .add_option("--checkpoint", options.checkpoint,
                  "Write this file from time to time, and when a limit or Ctrl-C ends the run")
      ->check(refuse(is_empty, "the file has no name"));
  command.add_option("--checkpoint-seconds", options.checkpoint_seconds, "How often")
      ->check(CLI::PositiveNumber)
      ->check(refuse(is_nan, "not a number"))
      ->capture_default_str();
  command.add_option("--resume", options.resume, "Go on from a checkpoint of the same run and program")
      ->check(refuse(is_empty, "the file has no name"));
}

// Verdicts can be told to CI systems; tables and lists have text and JSON only.
enum class Told : std::uint8_t { kVerdicts, kTable };

void add_output(CLI::App& command, Options& options, Told told) {
  static const std::map<std::string, Format> kTables{{"text", Format::kText}, {"json", Format::kJson}};
  static const std::map<std::string, Format> kAll{{"text", Format::kText},
                                                  {"json", Format::kJson},
                                                  {"junit", Format::kJunit},
                                                  {"github", Format::kGithub}};
  const bool table = told == Told::kTable;
  command.add_option("--format", options.format, table ? "text or json" : "text, json, junit or github")
      ->transform(CLI::CheckedTransformer(table ? kTables : kAll));
  command.add_option("--out", options.out, "Folder for counterexamples")
      ->check(refuse(is_empty, "the folder has no name"))
      ->capture_default_str();
  command.add_flag("--quiet", options.quiet, "No progress on stderr");
}

CLI::App* add_command(CLI::App& app, const char* name, const char* what, const char* example) {
  CLI::App* command = app.add_subcommand(name, what);
  command->footer(fmt::format("Example: takeover {}", example));
  return command;
}

using Command = int (*)(const Options&);

std::map<std::string, Command> declare(CLI::App& app, Options& options) {
  CLI::App* check = add_command(app, "check", "Explore scenarios exhaustively and judge their properties",
                                "check node-takeover --without trigger-nil-check");
  check->add_option("scenario", options.arguments,
                    "Built-in names or files (default: all tagged ci; with --cross-check, matrix)");
  check->add_flag("--cross-check", options.cross_check,
                  "Hold every transition against the relation that is proved by Z3");
  add_rules(*check, options);
  add_exploration(*check, options);
  add_symmetry(*check, options);
  add_partial_order(*check, options);
  add_checkpoints(*check, options);
  add_output(*check, options, Told::kVerdicts);

  CLI::App* prove = add_command(app, "prove", "Prove the invariants of one node with Z3, without bounds",
                                "prove one-writer --without schedule-admission");
  prove->add_option("invariant", options.arguments,
                    "Report these only (default: all; see `takeover list invariants`)");
  prove
      ->add_option("--profile", options.profile,
                   "Which version of the protocol (see `takeover list profiles`)")
      ->capture_default_str();
  prove->add_option("--without", options.without, "Take a guard out (repeatable)")->allow_extra_args(false);
  prove->add_option("--with", options.with, "Put a guard in (repeatable)")->allow_extra_args(false);
  prove
      ->add_option("--timeout", options.timeout,
                   "Seconds for each obligation, besides the limit of Z3's steps")
      ->check(CLI::Range(0.001, 1e6));
  prove
      ->add_option("--assume", options.assume,
                   "Let every proof assume this of messages (see `takeover list invariants`)")
      ->check(CLI::IsMember({"ids-drawn-once", "names-one-trigger", "sender-knows"}));
  prove
      ->add_option("--unroll", options.unroll,
                   "For what is refuted, search a real run of at most so many steps, and write it as a trace")
      ->check(CLI::Range(std::size_t{1}, std::size_t{30}));
  prove->add_option("--emit-smt2", options.emit_smt2, "Write every obligation into this folder as SMT-LIB 2");
  prove->add_option("--workers", options.workers, "Threads (default: one per core)")
      ->check(CLI::Range(std::size_t{1}, std::size_t{256}));
  add_output(*prove, options, Told::kTable);

  CLI::App* matrix =
      add_command(app, "matrix", "Profiles and guards against properties, on the matrix scenarios",
                  "matrix --format json");
  add_exploration(*matrix, options);
  add_symmetry(*matrix, options);
  add_output(*matrix, options, Told::kTable);

  CLI::App* replay = add_command(app, "replay", "Hold traces against the implementation and the relation",
                                 "replay takeover-out/one-writer.node-merge.trace.json");
  replay->add_option("trace", options.arguments, "Trace files")->required();
  add_output(*replay, options, Told::kVerdicts);

  static const std::map<std::string, View> kViews{
      {"text", View::kText}, {"mermaid", View::kMermaid}, {"json", View::kJson}};
  CLI::App* show = add_command(app, "show", "A trace for a reader",
                               "show takeover-out/one-writer.node-merge.trace.json --as mermaid");
  show->add_option("trace", options.arguments, "A trace file")->required()->expected(1);
  show->add_option("--as", options.view, "text, mermaid or json")->transform(CLI::CheckedTransformer(kViews));

  CLI::App* simulate = add_command(app, "simulate", "A random run of a scenario",
                                   "simulate node-takeover --seed 7 --record run.trace.json");
  simulate->add_option("scenario", options.arguments, "A built-in name or a file")->required()->expected(1);
  simulate->add_option("--seed", options.seed, "The same seed gives the same run")
      ->transform(refuse(is_negative, "less than nothing"))
      ->capture_default_str();
  simulate->add_option("--steps", options.steps, "At most so many steps")->capture_default_str();
  simulate->add_option("--record", options.record, "Write the run as a trace");
  add_rules(*simulate, options);
  simulate->add_flag("--quiet", options.quiet, "No progress on stderr");

  CLI::App* example = add_command(app, "example", "Run one of the engine's own example models",
                                  "example two-phase-commit --size 7 --workers 2");
  example->add_option("name", options.arguments, "See `takeover list examples`")->required()->expected(1);
  example->add_option("--size", options.size, "How many processes")->capture_default_str();
  add_symmetry(*example, options);
  add_partial_order(*example, options);
  example->add_flag("--broken", options.hasty, "The variant that violates the model's property");
  add_exploration(*example, options);
  add_checkpoints(*example, options);
  add_output(*example, options, Told::kVerdicts);

  CLI::App* list = add_command(app, "list", "What there is, each with its one-line meaning", "list guards");
  list->add_option("what", options.arguments,
                   "scenarios, profiles, guards, properties, invariants, witnesses, rows, examples")
      ->required()
      ->expected(1);
  add_output(*list, options, Told::kTable);
  return {{"check", run_check}, {"prove", run_prove},       {"matrix", run_matrix},   {"replay", run_replay},
          {"show", run_show},   {"simulate", run_simulate}, {"example", run_example}, {"list", run_list}};
}

int run(int argc, char** argv) {
  CLI::App app("Takeover: TiCDC's maintainer takeover, implemented, checked and explained", "takeover");
  app.set_version_flag("--version", kVersion);
  app.require_subcommand(1);
  app.footer(
      "Exit codes: 0 all holds, 1 a violation, 2 wrong input, 3 inconclusive, 4 lost output or internal "
      "failure.");
  Options options;
  const auto commands = declare(app, options);
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& success) {
    std::ostringstream said;
    const int code = app.exit(success, said, said);
    print_text(said.str());
    return code;
  } catch (const CLI::ParseError& error) {
    print_error(fmt::format("takeover: command line: {}; see --help", error.what()));
    return kBadInput;
  }
  return commands.at(app.get_subcommands().front()->get_name())(options);
}

}  // namespace
}  // namespace takeover::cli

int main(int argc, char** argv) {
  using namespace takeover::cli;
  prepare_output();
  try {
    catch_interrupts();
    return finish_output(run(argc, argv));
  } catch (const BadInput& bad) {
    print_error(bad.what());
    return kBadInput;
  } catch (const takeover::engine::CheckpointError& bad) {
    print_error(fmt::format("takeover: {}", bad.what()));
    return kBadInput;
  } catch (const std::bad_alloc&) {
    print_progress("takeover: out of memory\n");  // print_error would allocate
    return kInternal;
  } catch (const std::exception& failure) {
    print_error(fmt::format("takeover: internal failure: {}", failure.what()));
    return kInternal;
  }
}
