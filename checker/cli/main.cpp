// The program `takeover`: parses the command line, runs one command, and turns what goes wrong into one line.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <exception>
#include <limits>
#include <map>
#include <new>
#include <optional>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

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
  command
      .add_option("--property", options.properties, "Judge this property, and deadlocks, only (repeatable)")
      ->allow_extra_args(false);
}

// ---- values: one validator for each kind ----
//
// CLI11 alone would take blanks and signs before a number, octal and hexadecimal ones, and nan.

constexpr std::uint64_t kMost = std::numeric_limits<std::uint64_t>::max();

// Digits only, and no 0 before others: 010 is 8 to some, and 10 to others.
std::optional<std::uint64_t> whole_number(std::string_view text) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool plain = error == std::errc() && end == text.data() + text.size();
  if (!plain || (text.size() > 1 && text.front() == '0')) return std::nullopt;
  return number;
}

CLI::Validator whole(std::uint64_t least, std::uint64_t most) {
  return {[=](std::string& text) {
            const auto number = whole_number(text);
            if (number && *number >= least && *number <= most) return std::string();
            return fmt::format("'{}' is not a whole number from {} to {}, in decimal digits", text, least,
                               most);
          },
          fmt::format("{} to {}", least, most)};
}

CLI::Validator seconds(double least, double most) {
  return {[=](std::string& text) {
            double number = 0;
            const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
            const bool plain = error == std::errc() && end == text.data() + text.size() &&
                               text.find_first_not_of("0123456789.eE+-") == std::string::npos &&
                               (text.size() < 2 || text[0] != '0' || text[1] == '.');
            // What is no number is in no range either.
            if (plain && number >= least && number <= most) return std::string();
            return fmt::format("'{}' is not a number of seconds from {} to {}", text, least, most);
          },
          fmt::format("{} to {}", least, most)};
}

// Bytes, or such with a unit, all of which are powers of 1024; the text becomes the number of bytes.
CLI::Validator bytes() {
  return {
      [](std::string& text) {
        constexpr std::string_view kUnits = "kmgtpe";
        const std::size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
        std::string unit = CLI::detail::to_lower(text.substr(digits));
        const std::size_t power = unit.empty() ? std::string::npos : kUnits.find(unit.front());
        const std::uint64_t factor = power == std::string::npos ? 1 : std::uint64_t{1024} << (10 * power);
        if (power != std::string::npos) unit.erase(0, 1);
        const auto number = whole_number(std::string_view(text).substr(0, digits));
        const bool known = unit.empty() || unit == "b" || (power != std::string::npos && unit == "ib");
        if (!known || !number || *number == 0 || *number > kMost / factor) {
          return fmt::format(
              "'{}' is not a size from 1 to {} bytes, in decimal digits with or without a unit such as GiB",
              text, kMost);
        }
        text = std::to_string(*number * factor);
        return std::string();
      },
      "SIZE"};
}

// One of the names; the text becomes the number that CLI11 reads the enumeration from.
template <class Value>
CLI::Validator one_of(const std::map<std::string, Value>& values) {
  return {[values](std::string& text) {
            const auto found = values.find(text);
            if (found != values.end()) {
              text = std::to_string(static_cast<unsigned>(found->second));
              return std::string();
            }
            std::string names;
            for (const auto& [name, value] : values) names += (names.empty() ? "" : ", ") + name;
            return fmt::format("'{}' is not one of {}", text, names);
          },
          ""};
}

CLI::Validator not_empty(const char* what) {
  return {
      [=](std::string& text) { return text.empty() ? fmt::format("{} has no name", what) : std::string(); },
      ""};
}

void add_limits(CLI::App& command, Options& options, const std::string& of_states,
                const std::string& of_seconds) {
  command.add_option("--max-states", options.max_states, of_states)->check(whole(1, kMost));
  command
      .add_option("--max-memory", options.max_memory,
                  "Stop at this resident memory, such as 2GiB (default: nine tenths of what is free)")
      ->transform(bytes());
  command.add_option("--max-seconds", options.max_seconds, of_seconds)->check(seconds(0.001, 1e9));
}

void add_exploration(CLI::App& command, Options& options) {
  command.add_option("--workers", options.workers, "Threads (default: one per core)")->check(whole(1, 256));
  command.add_option("--store", options.store, "How states are told apart: fingerprint or exact")
      ->check(CLI::IsMember({"fingerprint", "exact"}))
      ->capture_default_str();
  add_limits(command, options, "Stop after so many distinct states",
             "Stop after so many seconds: each scenario, or a matrix as a whole");
}

void add_symmetry(CLI::App& command, Options& options) {
  command.add_flag(
      "--symmetry", options.symmetry,
      "One state for all that differ by a renaming only, of scenarios that declare what may be renamed");
}
void add_partial_order(CLI::App& command, Options& options) {
  command.add_flag("--por", options.por,
                   "Leave steps out whose order does not matter; runs shown need not be shortest");
}

void add_checkpoints(CLI::App& command, Options& options) {
  CLI::Option* checkpoint =
      command
          .add_option(
              "--checkpoint", options.checkpoint,
              "Write this file from time to time while states are explored, and when a limit or Ctrl-C ends that; not while liveness is judged")
          ->check(not_empty("the file"));
  command.add_option("--checkpoint-seconds", options.checkpoint_seconds, "How often")
      ->check(seconds(0.001, 1e9))
      ->needs(checkpoint)
      ->capture_default_str();
  command.add_option("--resume", options.resume, "Go on from a checkpoint of the same run and program")
      ->check(not_empty("the file"));
}

// Verdicts can be told to CI systems; tables and lists have text and JSON only.
enum class Told : std::uint8_t { kVerdicts, kTable };

void add_format(CLI::App& command, Options& options, Told told) {
  static const std::map<std::string, Format> kTables{{"text", Format::kText}, {"json", Format::kJson}};
  static const std::map<std::string, Format> kAll{{"text", Format::kText},
                                                  {"json", Format::kJson},
                                                  {"junit", Format::kJunit},
                                                  {"github", Format::kGithub}};
  const bool table = told == Told::kTable;
  command.add_option("--format", options.format, table ? "text or json" : "text, json, junit or github")
      ->transform(one_of(table ? kTables : kAll));
}

void add_out(CLI::App& command, Options& options) {
  command.add_option("--out", options.out, "Folder for counterexamples")
      ->check(not_empty("the folder"))
      ->capture_default_str();
}

void add_quiet(CLI::App& command, Options& options) {
  command.add_flag("--quiet", options.quiet, "No progress on stderr");
}

void add_output(CLI::App& command, Options& options, Told told) {
  add_format(command, options, told);
  add_out(command, options);
  add_quiet(command, options);
}

void declare_check(CLI::App& command, Options& options) {
  command.add_option("scenario", options.arguments,
                     "Built-in names or files (default: all tagged ci; with --cross-check, matrix)");
  command.add_flag("--cross-check", options.cross_check,
                   "Hold every transition against the relation that is proved by Z3");
  add_rules(command, options);
  add_exploration(command, options);
  add_symmetry(command, options);
  add_partial_order(command, options);
  add_checkpoints(command, options);
  add_output(command, options, Told::kVerdicts);
}

void declare_prove(CLI::App& command, Options& options) {
  command.add_option("invariant", options.arguments,
                     "Report these only (default: all; see `takeover list invariants`)");
  command
      .add_option("--profile", options.profile,
                  "Which version of the protocol (see `takeover list profiles`)")
      ->capture_default_str();
  command.add_option("--without", options.without, "Take a guard out (repeatable)")->allow_extra_args(false);
  command.add_option("--with", options.with, "Put a guard in (repeatable)")->allow_extra_args(false);
  command
      .add_option("--timeout", options.timeout,
                  "Seconds for each obligation, besides the limit of Z3's steps")
      ->check(seconds(0.001, 1e6));
  command
      .add_option("--assume", options.assume,
                  "Let every proof assume this of messages (see `takeover list invariants`)")
      ->check(CLI::IsMember({"ids-drawn-once", "names-one-trigger", "sender-knows"}));
  command
      .add_option("--unroll", options.unroll,
                  "For what is refuted, search a real run of at most so many steps, and write it as a trace")
      ->check(whole(1, 30));
  command
      .add_option("--emit-smt2", options.emit_smt2, "Write every obligation into this folder as SMT-LIB 2")
      ->check(not_empty("the folder"));
  command.add_option("--workers", options.workers, "Threads (default: one per core)")->check(whole(1, 256));
  add_output(command, options, Told::kTable);
}

void declare_matrix(CLI::App& command, Options& options) {
  add_exploration(command, options);
  add_symmetry(command, options);
  add_out(command, options);
  const std::vector<CLI::Option*> of_runs = command.get_options();
  CLI::Option* held_by = command.add_option(
      "--held-by", options.held_by,
      "Instead: which guards these traces (files, or folders of them) tell apart, flipping one at a time");
  for (CLI::Option* option : of_runs) {
    if (option != command.get_help_ptr()) held_by->excludes(option);
  }
  held_by->check(not_empty("the traces"));
  add_format(command, options, Told::kTable);
  add_quiet(command, options);
}

void declare_replay(CLI::App& command, Options& options) {
  command.add_option("trace", options.arguments, "Trace files, or folders of *.trace.json")->required();
  command.add_flag("--learn", options.learn,
                   "Of a trace that diverges, say which guards, put in or taken out, it goes on with");
  add_format(command, options, Told::kVerdicts);
}

void declare_show(CLI::App& command, Options& options) {
  static const std::map<std::string, View> kViews{
      {"text", View::kText}, {"mermaid", View::kMermaid}, {"json", View::kJson}};
  command.add_option("trace", options.arguments, "A trace file")->required()->expected(1);
  command.add_option("--as", options.view, "text, mermaid or json")->transform(one_of(kViews));
}

void declare_simulate(CLI::App& command, Options& options) {
  command.add_option("scenario", options.arguments, "A built-in name or a file")->required()->expected(1);
  command.add_option("--seed", options.seed, "The same seed gives the same run")
      ->check(whole(0, kMost))
      ->capture_default_str();
  command.add_option("--steps", options.steps, "At most so many steps")
      ->check(whole(1, 100'000))
      ->capture_default_str();
  command.add_option("--record", options.record, "Write the run as a trace")->check(not_empty("the file"));
  command
      .add_option("--log", options.log,
                  "Write into this folder what TiCDC would: of each node NODE.log and NODE.messages.jsonl")
      ->check(not_empty("the folder"));
  add_rules(command, options);
}

void declare_explain(CLI::App& command, Options& options) {
  command.add_option("log", options.arguments, "Logs, or folders of them: text, JSON, or message logs");
  command
      .add_option("--node", options.nodes,
                  "NAME=LOG: a log of this node (repeatable; else the log says, or its file's name)")
      ->allow_extra_args(false);
  command.add_option("--changefeed", options.changefeed, "This changefeed only, in any of its spellings")
      ->check(not_empty("the changefeed"));
  command.add_flag("--gap", options.gap, "A log may begin in the midst of a life, or miss a stretch");
  command
      .add_option("--node-key", options.node_key,
                  "Of one JSON stream of several nodes: the field that names a line's node")
      ->check(not_empty("the field"))
      ->capture_default_str();
  add_rules(command, options);
  // A log is of a TiCDC that exists.
  command.get_option("--profile")->default_str("pr-5436");
  command.preparse_callback([&options](std::size_t) { options.profile = "pr-5436"; });
  add_limits(command, options, "Stop a history after so many distinct states (default: ten million)",
             "Stop a history, and the search for its remedies, after so many seconds");
  add_output(command, options, Told::kVerdicts);
  command.get_option("--out")->description("Folder for the runs that explain");
  command.get_option("--property")->description("Judge this property only (repeatable)");
}

void declare_example(CLI::App& command, Options& options) {
  command.add_option("name", options.arguments, "See `takeover list examples`")->required()->expected(1);
  command.add_option("--size", options.size, "How many processes")
      ->check(whole(1, 20))
      ->capture_default_str();
  add_symmetry(command, options);
  add_partial_order(command, options);
  command.add_flag("--broken", options.hasty, "The variant that violates the model's property");
  add_exploration(command, options);
  add_checkpoints(command, options);
  add_format(command, options, Told::kVerdicts);
  add_quiet(command, options);
}

void declare_list(CLI::App& command, Options& options) {
  command
      .add_option("what", options.arguments,
                  "scenarios, profiles, guards, properties, invariants, witnesses, rows, examples")
      ->required()
      ->expected(1);
  add_format(command, options, Told::kTable);
}

void declare_schema(CLI::App& command, Options& options) {
  command.add_option("what", options.arguments, "trace, scenario, messages (a line of a message log)")
      ->required()
      ->expected(1);
}

struct Command {
  std::string_view name;
  const char* what;
  const char* example;
  void (*declare)(CLI::App& command, Options& options);
  int (*run)(const Options& options);
  bool ends_in_order;  // on Ctrl-C, with what it has found; the others just end
};
constexpr std::array<Command, 10> kCommands{{
    {"check", "Explore scenarios exhaustively and judge their properties",
     "check node-takeover --without trigger-nil-check", declare_check, run_check, true},
    {"prove", "Prove the invariants of one node with Z3, without bounds",
     "prove one-writer --without schedule-admission", declare_prove, run_prove, true},
    {"matrix", "Profiles and guards against properties, on the matrix scenarios",
     "matrix --held-by traces/real", declare_matrix, run_matrix, true},
    {"replay", "Hold traces against the implementation and the relation",
     "replay takeover-out/one-writer.node-merge.trace.json", declare_replay, run_replay, false},
    {"show", "A trace for a reader", "show takeover-out/one-writer.node-merge.trace.json --as mermaid",
     declare_show, run_show, false},
    {"simulate", "A random run of a scenario, judged by its safety properties",
     "simulate node-takeover --seed 7 --record run.trace.json", declare_simulate, run_simulate, true},
    {"explain", "Whether there is a run that explains the logs of TiCDC's nodes",
     "explain N1.log N2.log --changefeed default/cf1", declare_explain, run_explain, true},
    {"example", "Run one of the engine's own example models", "example two-phase-commit --size 7 --workers 2",
     declare_example, run_example, true},
    {"list", "What there is, each with its one-line meaning", "list guards", declare_list, run_list, false},
    {"schema", "The JSON Schema of a trace, a scenario or a message log", "schema trace", declare_schema,
     run_schema, false},
}};

// A name that is given twice says nothing more.
void drop_repetitions(std::vector<std::string>& names) {
  std::vector<std::string> distinct;
  for (std::string& name : names) {
    if (std::ranges::find(distinct, name) == distinct.end()) distinct.push_back(std::move(name));
  }
  names = std::move(distinct);
}

int run(int argc, char** argv) {
  CLI::App app("Takeover: TiCDC's maintainer takeover, implemented, checked and explained", "takeover");
  app.set_version_flag("--version", kVersion);
  app.require_subcommand(1);
  app.footer(
      "Exit codes: 0 all holds, 1 a violation, 2 wrong input, 3 inconclusive, 4 lost output or internal failure.");
  Options options;
  for (const Command& each : kCommands) {
    CLI::App* command = app.add_subcommand(std::string(each.name), each.what);
    command->footer(fmt::format("Example: takeover {}", each.example));
    each.declare(*command, options);
  }
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
  for (auto* names : {&options.with, &options.without, &options.properties}) drop_repetitions(*names);
  const Command& command =
      *std::ranges::find(kCommands, app.get_subcommands().front()->get_name(), &Command::name);
  if (command.ends_in_order) catch_interrupts();
  return command.run(options);
}

}  // namespace
}  // namespace takeover::cli

int main(int argc, char** argv) {
  using namespace takeover::cli;
  prepare_output();
  try {
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
