// A checkpoint that cannot be written takes nothing from the run, leaves what was there, and is said.
#include <sys/resource.h>
#include <unistd.h>

#include <array>
#include <catch2/catch.hpp>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>
#include <vector>

#include "checker/engine/explore.h"
#include "checker/examples/two_phase.h"

namespace takeover::engine::tests {
namespace {

namespace fs = std::filesystem;
using Catch::Matchers::Contains;
using Catch::Matchers::StartsWith;
using examples::TwoPhase;

// A folder of its own for each test case, gone when it ends.
struct Folder {
  fs::path path = fs::temp_directory_path() /
                  ("takeover-failure-" + std::to_string(getpid()) + "-" + std::to_string(++count));
  Folder() { fs::create_directory(path); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  ~Folder() { fs::remove_all(path); }
  [[nodiscard]] std::string operator/(const char* name) const { return (path / name).string(); }
  // How many things are in it: nothing half-written, then.
  [[nodiscard]] std::ptrdiff_t size() const {
    return std::distance(fs::directory_iterator(path), fs::directory_iterator());
  }
  static inline int count = 0;
};

bool is_file(const std::string& name) {
  std::error_code none;
  return fs::is_regular_file(name, none);
}
std::string contents(const std::string& name) {
  if (!is_file(name)) return {};
  std::ifstream file(name, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}
void write(const std::string& name, const std::string& bytes) {
  std::ofstream(name, std::ios::binary) << bytes;
}

// No file of this process may become larger.
class FileSizeLimit {
 public:
  explicit FileSizeLimit(rlim_t bytes) {
    getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit limit{bytes, before_.rlim_max};
    setrlimit(RLIMIT_FSIZE, &limit);
  }
  FileSizeLimit(const FileSizeLimit&) = delete;
  FileSizeLimit& operator=(const FileSizeLimit&) = delete;
  ~FileSizeLimit() {
    setrlimit(RLIMIT_FSIZE, &before_);
    std::signal(SIGXFSZ, handler_);
  }

 private:
  rlimit before_{};
  void (*handler_)(int) = std::signal(SIGXFSZ, SIG_IGN);
};

// 2PC with five resource managers, 8,832 states, ended early and with a checkpoint due after each chunk.
Report<TwoPhase> run_to(const std::string& checkpoint, std::uint64_t max_states = 300,
                        double seconds_between = 0) {
  Options options;
  options.workers = 1;
  options.checkpoint = checkpoint;
  options.checkpoint_seconds = seconds_between;
  options.max_states = max_states;
  return explore(TwoPhase(5), options);
}
std::uint64_t resumed_states(const std::string& checkpoint) {
  Options options;
  options.resume = checkpoint;
  return explore(TwoPhase(5), options).states;
}

TEST_CASE("A checkpoint that cannot be written ends no run, and it is said why") {
  const Folder folder;
  const std::string file = folder / "file";
  std::string reason;
  SECTION("in a folder that is not there") {
    fs::remove(folder.path);
    reason = "No such file or directory";
  }
  SECTION("where a folder is") {
    fs::create_directory(file);
    reason = "a folder is there";
  }
  SECTION("where a file is that is no checkpoint") {
    write(file, "a letter of some length");
    reason = "the file that is there is no checkpoint, and is not replaced";
  }
  SECTION("where an empty file is") {
    write(file, "");
    reason = "the file that is there is no checkpoint, and is not replaced";
  }
  SECTION("where a device is") {
    fs::create_symlink("/dev/full", file);
    reason = "what is there is no file";
  }
  SECTION("where a link leads round") {
    fs::create_symlink("file", file);
    reason = "Too many levels of symbolic links";
  }
  const std::string before = contents(file);  // nothing, of what is no file
  const auto report = run_to(file, 1'000'000);
  CHECK(report.complete);
  CHECK(report.states == 8'832);
  CHECK(report.checkpoint_failure == file + ": the checkpoint cannot be written: " + reason);
  CHECK(contents(file) == before);
  if (fs::exists(folder.path)) CHECK(folder.size() == 1);

  const auto ended = run_to(file);
  CHECK(ended.stopped == StopReason::kStates);
  CHECK(ended.checkpoint_failure == report.checkpoint_failure);
}

TEST_CASE("A full disk leaves the checkpoint that was there, and nothing half-written") {
  const Folder folder;
  const std::string file = folder / "file";
  REQUIRE(run_to(file, 300, 1'000).checkpoint_failure.empty());
  const std::string before = contents(file);
  // In the first bytes, in the midst, and in the last block, which is written when the file is finished.
  for (const std::uint64_t most : {std::size_t{10}, before.size() / 2, before.size() - 1}) {
    std::optional<FileSizeLimit> full(most);
    const auto report = run_to(file, 300, 1'000);
    full.reset();
    CHECK(report.stopped == StopReason::kStates);
    CHECK(report.states >= 300);
    CHECK(report.checkpoint_failure == file + ": the checkpoint cannot be written: File too large");
    CHECK(contents(file) == before);
    CHECK(folder.size() == 1);
  }
  CHECK(resumed_states(file) == 8'832);
}

TEST_CASE("What is said of a checkpoint is said of the last attempt") {
  const Folder folder;
  const std::string file = folder / "file";
  Options options;
  options.workers = 1;
  options.checkpoint = file;
  options.checkpoint_seconds = 0;
  options.progress_seconds = 0;
  int looks = 0;
  const bool recovers = GENERATE(true, false);
  if (recovers) fs::create_directory(file);
  options.progress = [&](const Progress&) {
    if (++looks != 4) return;
    fs::remove_all(file);
    if (!recovers) fs::create_directory(file);
  };
  const auto report = explore(TwoPhase(5), options);
  CHECK(looks > 8);
  CHECK(report.complete);
  CHECK(report.checkpoint_failure.empty() == recovers);
  CHECK(is_file(file) == recovers);
  CHECK(folder.size() == 1);
}

TEST_CASE("A checkpoint goes through a link: the link stays, what it leads to is written, or made") {
  const Folder folder;
  const std::string link = folder / "link";
  const std::string file = folder / "kept/file";
  fs::create_directory(folder / "kept");
  fs::create_symlink("middle", link);
  fs::create_symlink("kept/file", folder / "middle");
  for (const std::uint64_t more : {300U, 600U}) {
    CHECK(run_to(link, more).checkpoint_failure.empty());
    CHECK(fs::is_symlink(link));
    CHECK(fs::is_symlink(folder / "middle"));
    CHECK(fs::is_regular_file(fs::symlink_status(file)));
    CHECK(resumed_states(link) == 8'832);
    CHECK(folder.size() == 3);
    CHECK(std::distance(fs::directory_iterator(folder / "kept"), fs::directory_iterator()) == 1);
  }
  // Nor is a file replaced behind a link that is no checkpoint.
  write(file, "a letter of some length");
  CHECK_THAT(run_to(link).checkpoint_failure, Contains("is no checkpoint"));
  CHECK(contents(file) == "a letter of some length");
}

TEST_CASE("A checkpoint takes the place of one of another version, which would not be read") {
  const Folder folder;
  const std::string file = folder / "file";
  write(file, "takeover-checkpoint 1\n" + std::string(100, 'x'));
  CHECK_THROWS_WITH(resumed_states(file), file + ": this is no checkpoint of this version");
  CHECK(run_to(file).checkpoint_failure.empty());
  CHECK(resumed_states(file) == 8'832);
}

TEST_CASE("What a killed run left half-written is cleared away, and what is not of such a run is not") {
  const Folder folder;
  const std::string file = folder / "file";
  const std::string part = file + ".part";
  SECTION("empty") {
    write(part, "");
  }
  SECTION("begun") {
    write(part, std::string(kCheckpointMagic) + "and so");
  }
  SECTION("foreign") {
    write(part, "a letter of some length");
    const std::string failure = run_to(file).checkpoint_failure;
    CHECK_THAT(failure, StartsWith(file + ": the checkpoint cannot be written: " + part + ": the file"));
    CHECK(contents(part) == "a letter of some length");
    return;
  }
  SECTION("a link") {
    write(folder / "letter", std::string(kCheckpointMagic));
    fs::create_symlink("letter", part);
    CHECK_THAT(run_to(file).checkpoint_failure, Contains("a link is there"));
    CHECK(contents(folder / "letter") == kCheckpointMagic);
    return;
  }
  CHECK(run_to(file).checkpoint_failure.empty());
  CHECK_FALSE(fs::exists(part));
  CHECK(resumed_states(file) == 8'832);
}

TEST_CASE("What comes to stand under a checkpoint's name while it is written is not replaced") {
  const Folder folder;
  const std::string file = folder / "file";
  std::optional<CheckpointWriter> out(std::in_place, file, Identity{});
  std::string reason;
  SECTION("a folder") {
    fs::create_directory(file);
    reason = "a folder is there";
  }
  SECTION("a file") {
    write(file, "a letter of some length");
    reason = "the file that is there is no checkpoint, and is not replaced";
  }
  SECTION("nothing, but what was written is gone") {
    fs::remove(file + ".part");
    reason = "No such file or directory";
  }
  CHECK_THROWS_WITH(out->finish(), file + ": the checkpoint cannot be written: " + reason);
  out.reset();
  CHECK_FALSE(fs::exists(file + ".part"));
}

// More initial states than the first table takes.
struct ManyInitial {
  using State = std::uint64_t;
  struct Step {
    State state = 0;
  };
  struct Scratch {};
  void for_each_initial(auto&& visit) const {
    for (State i = 0; i < 20'000; ++i) visit(State{i});
  }
  void for_each_step(const State& /*state*/, Scratch& /*scratch*/, auto&& /*visit*/) const {}
  [[nodiscard]] std::array<std::uint64_t, 1> words(const State& state) const { return {state}; }
  [[nodiscard]] std::vector<std::string> action_kinds() const { return {"none"}; }
  [[nodiscard]] std::vector<std::string> properties() const { return {}; }
  [[nodiscard]] std::vector<std::string> witnesses() const { return {}; }
  [[nodiscard]] std::size_t kind(const Step& /*step*/) const { return 0; }
  void judge_state(const State& /*state*/, Judgement& /*judgement*/) const {}
  void judge_step(const State& /*before*/, const Step& /*step*/, Judgement& /*judgement*/) const {}
  [[nodiscard]] bool is_terminal(const State& /*state*/) const { return true; }
};
TEST_CASE("Where not even the initial states find room there is no checkpoint, and it is said so") {
  const Folder folder;
  const std::string file = folder / "file";
  Options options;
  options.checkpoint = file;
  options.max_memory_bytes = 1;
  const auto report = explore(ManyInitial{}, options);
  CHECK(report.stopped == StopReason::kMemory);
  CHECK(report.checkpoint_failure ==
        file + ": the checkpoint is not written: the initial states found no room");
  CHECK(folder.size() == 0);
}

}  // namespace
}  // namespace takeover::engine::tests
