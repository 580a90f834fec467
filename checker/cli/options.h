// The command line: one struct with its defaults, and the commands that are run on it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "checker/engine/report.h"

namespace takeover::cli {

// Exit codes.
inline constexpr int kAllHolds = 0;      // everything checked holds, and the exploration was complete
inline constexpr int kViolation = 1;     // a violation, or a trace that does not conform
inline constexpr int kBadInput = 2;      // the command line or an input file is wrong
inline constexpr int kInconclusive = 3;  // a limit, Ctrl-C, or what could not be judged
inline constexpr int kInternal = 4;      // or a file or stdout could not be written

enum class Format : std::uint8_t { kText, kJson, kJunit, kGithub };
enum class View : std::uint8_t { kText, kMermaid, kJson };

struct Options {
  std::vector<std::string> arguments{};  // scenarios, traces, or what to list
  std::string profile = "reference";
  std::vector<std::string> without{};
  std::vector<std::string> with{};
  std::vector<std::string> properties{};
  std::size_t workers = 0;
  std::uint64_t seed = 1;
  Format format = Format::kText;
  View view = View::kText;
  std::string out = "takeover-out";
  std::string store = "fingerprint";
  std::uint64_t max_states = std::numeric_limits<std::uint64_t>::max();
  std::uint64_t max_memory = std::numeric_limits<std::uint64_t>::max();
  double max_seconds = std::numeric_limits<double>::infinity();
  bool symmetry = false;  // check, matrix, example
  bool por = false;       // check, example
  std::string checkpoint{};
  double checkpoint_seconds = 300;
  std::string resume{};
  bool quiet = false;
  std::vector<std::string> held_by{};  // matrix: traces
  bool learn = false;                  // replay
  bool cross_check = false;            // check
  std::string record{};                // simulate
  std::string log{};                   // simulate: a folder
  std::size_t steps = 100;             // simulate
  std::size_t size = 3;                // example
  bool hasty = false;                  // example: the broken variant
  double timeout = 0;                  // prove: seconds for each obligation, 0 for none
  std::string assume{};                // prove: what every proof may assume
  std::size_t unroll = 0;              // prove: how long a real run may be, 0 for none
  std::string emit_smt2{};             // prove: a folder
  std::vector<std::string> nodes{};    // explain: NAME=LOG
  std::string changefeed{};            // explain: this one only
  bool gap = false;                    // explain
  std::string node_key = "node";       // explain
};

// Whether the caller named limits, workers, store: the engine's part of the options, with progress on stderr.
[[nodiscard]] engine::Options engine_options(const Options& options);
// Besides, what the caller said of checkpoints, for a run of which these are the particulars.
[[nodiscard]] engine::Options engine_options(const Options& options, engine::Identity particulars);

// The commands. Each prints to stdout and returns an exit code.
int run_check(const Options& options);
int run_matrix(const Options& options);
int run_held_by(const Options& options);  // matrix --held-by
int run_replay(const Options& options);
int run_show(const Options& options);
int run_simulate(const Options& options);
int run_prove(const Options& options);
int run_example(const Options& options);
int run_explain(const Options& options);
int run_list(const Options& options);
int run_schema(const Options& options);

}  // namespace takeover::cli
