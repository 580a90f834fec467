// Checkpoint files: what they are made of, and how they are told from anything else.
//
//   "takeover-checkpoint 5\n"
//   what the run is of: names and values that a run which resumes it has to share
//   the run's data, as snapshot.h writes them
//   128 bits of checksum over all of it
//
// A file is written under another name, brought to the disk, and renamed: whenever the program is killed, the
// old one or the new one stands there, whole. Nothing is read from a file whose checksum is not right.
#pragma once

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
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

inline constexpr std::string_view kCheckpointMagic = "takeover-checkpoint 5\n";

class CheckpointFile {
 public:
  CheckpointFile(const CheckpointFile&) = delete;
  CheckpointFile& operator=(const CheckpointFile&) = delete;

 protected:
  CheckpointFile(std::string name, const std::string& opened, const char* mode)
      : name_(std::move(name)), file_(std::fopen(opened.c_str(), mode)) {
    XXH3_128bits_reset(hash_.get());
  }
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
  std::unique_ptr<std::FILE, Close> file_;

 private:
  std::unique_ptr<XXH3_state_t> hash_ = std::make_unique<XXH3_state_t>();
};

class CheckpointWriter : public CheckpointFile {
 public:
  CheckpointWriter(const std::string& name, const Identity& identity)
      : CheckpointFile(name, name + ".part", "wb"), part_(name + ".part") {
    if (!file_) fail("the checkpoint cannot be written");
    write(kCheckpointMagic.data(), kCheckpointMagic.size());
    number(identity.size());
    for (const auto& [what, value] : identity) {
      text(what);
      text(value);
    }
  }
  ~CheckpointWriter() {
    if (file_) std::remove(part_.c_str());
  }

  void write(const void* data, std::size_t size) {
    if (size == 0) return;
    hash(data, size);
    if (std::fwrite(data, 1, size, file_.get()) != size) fail("the checkpoint cannot be written");
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
    const bool written = std::fflush(file_.get()) == 0 && fsync(fileno(file_.get())) == 0;
    if (!written || std::rename(part_.c_str(), name_.c_str()) != 0) fail("the checkpoint cannot be written");
    file_.reset();
    const std::size_t slash = name_.rfind('/');
    const std::string folder = slash == std::string::npos ? "." : name_.substr(0, slash + 1);
    const int directory = open(folder.c_str(), O_RDONLY | O_CLOEXEC);
    if (directory < 0) return;
    fsync(directory);
    close(directory);
  }

 private:
  std::string part_;
};

class CheckpointReader : public CheckpointFile {
 public:
  // Throws CheckpointError unless the file is whole and of the same run.
  CheckpointReader(const std::string& name, const Identity& identity) : CheckpointFile(name, name, "rb") {
    if (!file_) fail("the checkpoint cannot be read");
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
