#include "checker/cli/output.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <system_error>
#include <utility>

#include "checker/cli/escape.h"
#include "checker/cli/options.h"
#include "checker/engine/checkpoint.h"
#include "spec/json/text.h"

namespace takeover::cli {
namespace {

namespace fs = std::filesystem;

int g_stdout_error = 0;  // the first

std::string reason(int error) {
  return std::error_code(error, std::generic_category()).message();
}

void to_stdout(std::string_view text) {
  errno = 0;
  const bool written = std::fwrite(text.data(), 1, text.size(), stdout) == text.size();
  if (!written && g_stdout_error == 0) g_stdout_error = errno != 0 ? errno : EIO;
}

// A descriptor that closes itself. Errors of a close are asked for where they matter.
class File {
 public:
  explicit File(int descriptor) : descriptor_(descriptor) {}
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  ~File() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }

  [[nodiscard]] bool is_open() const { return descriptor_ >= 0; }
  [[nodiscard]] int number() const { return descriptor_; }
  [[nodiscard]] int write(std::string_view text) const {
    while (!text.empty()) {
      const ssize_t written = ::write(descriptor_, text.data(), text.size());
      if (written < 0 && errno == EINTR) continue;
      if (written <= 0) return written < 0 ? errno : EIO;
      text.remove_prefix(static_cast<std::size_t>(written));
    }
    return 0;
  }
  // A file system may say only then that there is no room.
  [[nodiscard]] int sync_and_close() {
    const bool synced = ::fsync(descriptor_) == 0 || errno == EINVAL || errno == EROFS || errno == ENOTSUP;
    const int error = synced ? 0 : errno;
    const bool closed = ::close(std::exchange(descriptor_, -1)) == 0;
    return error != 0 ? error : closed ? 0 : errno;
  }

 private:
  int descriptor_;
};

// A file of this process's own in the folder; its name, or none and errno.
std::string make_part(const fs::path& folder, int& descriptor) {
  for (int attempt = 0; attempt < 1000; ++attempt) {
    std::string name = (folder / fmt::format(".takeover-{}-{}", ::getpid(), attempt)).string();
    descriptor = ::open(name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (descriptor >= 0) return name;
    if (errno != EEXIST) break;
  }
  return {};
}

// To what is there, and is no file: a device, or a pipe. A pipe that nobody reads is an error at once; a
// reader who is slow is waited for.
int write_through(const std::string& path, std::string_view text) {
  const File device(::open(path.c_str(), O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
  if (!device.is_open()) return errno;
  const int flags = ::fcntl(device.number(), F_GETFL);
  if (flags < 0 || ::fcntl(device.number(), F_SETFL, flags & ~O_NONBLOCK) != 0) return errno;
  return device.write(text);
}

// In place of a regular file, or of none.
int replace_file(const fs::path& target, std::string_view text, const struct stat* old) {
  int descriptor = -1;
  const std::string part = make_part(target.has_parent_path() ? target.parent_path() : ".", descriptor);
  if (part.empty()) return errno;
  File file(descriptor);
  int error = file.write(text);
  if (error == 0 && old != nullptr && ::fchmod(file.number(), old->st_mode & 07777U) != 0) error = errno;
  if (error == 0) error = file.sync_and_close();
  if (error == 0 && ::rename(part.c_str(), target.c_str()) != 0) error = errno;
  if (error != 0) ::unlink(part.c_str());
  return error;
}

int write_whole(const std::string& path, std::string_view text) {
  std::error_code failed;
  const fs::path folder = fs::path(path).parent_path();
  if (!folder.empty()) fs::create_directories(folder, failed);
  if (failed) return failed.value();
  struct stat old {};
  const bool exists = ::stat(path.c_str(), &old) == 0;
  if (exists && S_ISDIR(old.st_mode)) return EISDIR;
  if (exists && ::access(path.c_str(), W_OK) != 0) return errno;
  if (exists && !S_ISREG(old.st_mode)) return write_through(path, text);
  // A link is followed to its end, also to a file that is not there yet.
  const fs::path target = engine::behind_links(path);
  if (fs::is_symlink(target, failed)) return ELOOP;
  return replace_file(target, text, exists ? &old : nullptr);
}

}  // namespace

void prepare_output() {
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);
  for (const int standard : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (::fcntl(standard, F_GETFD) >= 0 || errno != EBADF) continue;
    // The lowest number that is free is this one. Reading from it finds the end, and writing fails.
    if (::open("/dev/null", O_RDONLY) != standard) return;
  }
}

void print_text(std::string_view text) {
  to_stdout(without_commands(spec::printable_lines(text)));
}

void print_document(std::string_view text) {
  to_stdout(text);
}

void flush_output() {
  if (std::fflush(stdout) != 0 && g_stdout_error == 0) g_stdout_error = errno;
}

void print_progress(std::string_view text) {
  static_cast<void>(std::fwrite(text.data(), 1, text.size(), stderr));
  static_cast<void>(std::fflush(stderr));
}

void print_error(std::string_view line) {
  print_progress(without_commands(spec::one_line(line)) + "\n");
}

int finish_output(int code) {
  flush_output();
  if (g_stdout_error == 0 && std::ferror(stdout) != 0) g_stdout_error = EIO;
  if (g_stdout_error == 0) return code;
  print_error(fmt::format("takeover: the output cannot be written: {}", reason(g_stdout_error)));
  return code == kViolation ? kViolation : kInternal;
}

std::optional<std::string> write_file(const std::string& path, std::string_view text) {
  const int error = write_whole(path, text);
  if (error == 0) return std::nullopt;
  return reason(error);
}

}  // namespace takeover::cli
