// Checkpoint files: what they are made of, and how they are told from anything else.
//
//   "takeover-checkpoint 6\n"
//   what the run is of: names and values that a run which resumes it has to share
//   the run's data, as snapshot.h writes them
//   128 bits of checksum over all of it
//
// A file is written under another name in the same folder, brought to the disk, and renamed: whenever the
// program is killed, or a write fails, the old one or the new one stands there, whole. It takes the place of
// a checkpoint (of any version) or of nothing, and of no other file; where the name is a symbolic link, the
// link stays, and the file that it leads to is replaced. Nothing is read from a file whose checksum is not
// right.
#pragma once

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>
#include <type_traits>
#include <utility>
#include <vector>

#include "checker/engine/encoder.h"

namespace takeover::engine {

// One line: the file, and what is wrong with it.
struct CheckpointError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// What a checkpoint and the run that resumes it must agree in, such as {"scenario", "node-takeover"}.
using Identity = std::vector<std::pair<std::string, std::string>>;

inline constexpr std::string_view kCheckpointMagic = "takeover-checkpoint 6\n";

// What any version begins with.
inline constexpr std::string_view kCheckpointKind = "takeover-checkpoint ";

// The file that a name leads to, over symbolic links, whether it is there or not.
[[nodiscard]] inline std::string behind_links(const std::string& name) {
  std::filesystem::path path = name;
  std::error_code none;
  for (int hops = 0; hops < 40 && std::filesystem::is_symlink(path, none); ++hops) {
    path = path.parent_path() / std::filesystem::read_symlink(path, none);
  }
  return path.string();
}

// Why a checkpoint may not be put under this name; nothing if a checkpoint is there, or nothing.
[[nodiscard]] inline std::optional<std::string> why_not_replaced(const std::string& name) {
  std::error_code error;
  const auto status = std::filesystem::status(name, error);
  if (status.type() == std::filesystem::file_type::not_found) return std::nullopt;
  if (status.type() == std::filesystem::file_type::none) return error.message();
  if (status.type() == std::filesystem::file_type::directory) return "a folder is there";
  if (status.type() != std::filesystem::file_type::regular) return "what is there is no file";
  std::string begin(kCheckpointKind.size(), '\0');
  std::ifstream file(name, std::ios::binary);
  if (!file) return "what is there cannot be read: " + std::generic_category().message(errno);
  file.read(begin.data(), static_cast<std::streamsize>(begin.size()));
  if (file && begin == kCheckpointKind) return std::nullopt;
  return "the file that is there is no checkpoint, and is not replaced";
}

class CheckpointFile {
 public:
  CheckpointFile(const CheckpointFile&) = delete;
  CheckpointFile& operator=(const CheckpointFile&) = delete;

 protected:
  explicit CheckpointFile(std::string name) : name_(std::move(name)) { XXH3_128bits_reset(hash_.get()); }
  ~CheckpointFile() = default;

  [[noreturn]] void fail(const std::string& what) const { throw CheckpointError(name_ + ": " + what); }
  void hash(const void* data, std::size_t size) { XXH3_128bits_update(hash_.get(), data, size); }
  [[nodiscard]] Fingerprint digest() const {
    const XXH128_hash_t digest = XXH3_128bits_digest(hash_.get());
    return {digest.high64, digest.low64};
  }

  struct Close {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };
  std::string name_;
  std::unique_ptr<std::FILE, Close> file_{};

 private:
  std::unique_ptr<XXH3_state_t> hash_ = std::make_unique<XXH3_state_t>();
};

// Each member throws CheckpointError, with the system's reason. Unless it is finished nothing is left of it.
class CheckpointWriter : public CheckpointFile {
 public:
  CheckpointWriter(const std::string& name, const Identity& identity) : CheckpointFile(name) {
    refuse_foreign(target_);
    open_part();
    write(kCheckpointMagic.data(), kCheckpointMagic.size());
    number(identity.size());
    for (const auto& [what, value] : identity) {
      text(what);
      text(value);
    }
  }

  void write(const void* data, std::size_t size) {
    if (size == 0) return;
    hash(data, size);
    if (std::fwrite(data, 1, size, file_.get()) != size) give_up();
  }
  void number(std::uint64_t value) { write(&value, sizeof value); }
  void text(const std::string& value) {
    number(value.size());
    write(value.data(), value.size());
  }
  template <class T>
  requires std::is_trivially_copyable_v<T>
  void all(const std::vector<T>& values) {
    number(values.size());
    write(values.data(), values.size() * sizeof(T));
  }

  // The file stands under its name, on the disk.
  void finish() {
    const Fingerprint sum = digest();
    write(&sum, sizeof sum);
    if (std::fflush(file_.get()) != 0 || !is_on_disk(fileno(file_.get()))) give_up();
    // Some file systems say only now that there was no room.
    if (std::fclose(file_.release()) != 0) give_up();
    refuse_foreign(target_);
    if (std::rename(part_.name.c_str(), target_.c_str()) != 0) give_up();
    part_.name.clear();
    const std::filesystem::path folder = std::filesystem::path(target_).parent_path();
    const int directory = open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_CLOEXEC);
    if (directory < 0) return;
    fsync(directory);
    close(directory);
  }

 private:
  // Removed unless it was renamed.
  struct Part {
    std::string name{};
    Part() = default;
    Part(const Part&) = delete;
    Part& operator=(const Part&) = delete;
    ~Part() {
      if (!name.empty()) std::remove(name.c_str());
    }
  };

  static constexpr const char* kCannot = "the checkpoint cannot be written: ";
  [[noreturn]] void give_up() const { fail(kCannot + std::generic_category().message(errno)); }
  void refuse_foreign(const std::string& there) const {
    if (const auto why = why_not_replaced(there)) fail(kCannot + *why);
  }

  // What a run that was killed has left under this name is empty or begins like a checkpoint.
  void open_part() {
    const std::string name = target_ + ".part";
    std::error_code none;
    const bool is_link = std::filesystem::is_symlink(name, none);
    const bool is_empty =
        std::filesystem::is_regular_file(name, none) && std::filesystem::is_empty(name, none);
    const auto why = is_link ? "a link is there" : is_empty ? std::nullopt : why_not_replaced(name);
    if (why) fail(kCannot + (name + ": " + *why));
    std::remove(name.c_str());
    constexpr mode_t kMode =
        S_IRUSR | S_IWUSR | S_IRGRP | S_IWGRP | S_IROTH | S_IWOTH;  // as the umask allows
    const int file = open(name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, kMode);
    if (file < 0) give_up();
    part_.name = name;
    file_.reset(fdopen(file, "wb"));
    if (file_) return;
    close(file);
    give_up();
  }

  // Not every file system can be asked to.
  static bool is_on_disk(int file) {
    return fsync(file) == 0 || errno == EINVAL || errno == EROFS || errno == ENOTSUP;
  }

  std::string target_ = behind_links(name_);
  Part part_{};
};

class CheckpointReader : public CheckpointFile {
 public:
  // Throws CheckpointError unless the file is whole and of the same run.
  CheckpointReader(const std::string& name, const Identity& identity) : CheckpointFile(name) {
    open_regular();
    check_sum();
    Identity kept(number_up_to(1'000));
    for (auto& [what, value] : kept) {
      what = text();
      value = text();
    }
    for (std::size_t i = 0; i < std::max(kept.size(), identity.size()); ++i) {
      if (i >= kept.size() || i >= identity.size() || kept[i].first != identity[i].first) {
        fail("the checkpoint is of another kind of run");
      }
      if (kept[i].second == identity[i].second) continue;
      fail("the checkpoint is of another run: its " + kept[i].first + " is '" + kept[i].second +
           "'; expected '" + identity[i].second + "'");
    }
  }

  void read(void* data, std::size_t size) {
    if (size == 0) return;
    if (size > left_ || std::fread(data, 1, size, file_.get()) != size) fail(kAltered);
    left_ -= size;
  }
  [[nodiscard]] std::uint64_t number() {
    std::uint64_t value = 0;
    read(&value, sizeof value);
    return value;
  }
  // For sizes: what is read cannot be more than there is.
  [[nodiscard]] std::uint64_t number_up_to(std::uint64_t most) {
    const std::uint64_t value = number();
    if (value > most) fail(kAltered);
    return value;
  }
  [[nodiscard]] std::uint64_t left() const { return left_; }
  [[nodiscard]] std::string text() {
    std::string value(number_up_to(left_), '\0');
    read(value.data(), value.size());
    return value;
  }
  template <class T>
  requires std::is_trivially_copyable_v<T>
  void all(std::vector<T>& values) {
    values.resize(number_up_to(left_ / sizeof(T)));
    read(values.data(), values.size() * sizeof(T));
  }
  void must(bool condition) const {
    if (!condition) fail(kAltered);
  }
  // The file is sound, and still cannot be gone on from.
  [[noreturn]] void refuse(const std::string& why) const { fail(why); }

 private:
  // A pipe is neither waited for nor read: a checkpoint is read twice.
  void open_regular() {
    const std::string cannot = "the checkpoint cannot be read: ";
    const int file = open(name_.c_str(), O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    if (file < 0) fail(cannot + std::generic_category().message(errno));
    struct stat there {};
    const bool is_known = fstat(file, &there) == 0;
    if (is_known && S_ISREG(there.st_mode)) file_.reset(fdopen(file, "rb"));
    if (file_) return;
    const std::string why = is_known && !S_ISREG(there.st_mode) ? "it is no regular file"
                                                                : std::generic_category().message(errno);
    close(file);
    fail(cannot + why);
  }

  static constexpr const char* kAltered = "the checkpoint is truncated or altered";

  void check_sum() {
    std::vector<char> block(std::size_t{1} << 20U);
    std::fseek(file_.get(), 0, SEEK_END);
    const long size = std::ftell(file_.get());
    std::rewind(file_.get());
    constexpr long kLeast = static_cast<long>(kCheckpointMagic.size() + sizeof(Fingerprint));
    if (size < kLeast) fail(kAltered);
    const std::size_t magic = std::fread(block.data(), 1, kCheckpointMagic.size(), file_.get());
    if (std::string_view(block.data(), magic) != kCheckpointMagic) {
      fail("this is no checkpoint of this version");
    }
    hash(block.data(), kCheckpointMagic.size());
    left_ = static_cast<std::uint64_t>(size - kLeast);
    for (std::uint64_t rest = left_; rest != 0;) {
      const std::size_t part = std::min<std::uint64_t>(rest, block.size());
      if (std::fread(block.data(), 1, part, file_.get()) != part) fail(kAltered);
      hash(block.data(), part);
      rest -= part;
    }
    Fingerprint sum;
    if (std::fread(&sum, 1, sizeof sum, file_.get()) != sizeof sum || sum != digest()) fail(kAltered);
    std::fseek(file_.get(), static_cast<long>(kCheckpointMagic.size()), SEEK_SET);
  }

  std::uint64_t left_ = 0;  // before the checksum
};

}  // namespace takeover::engine
