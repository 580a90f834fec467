#include "checker/logs/source.h"

#include <fmt/format.h>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <filesystem>
#include <limits>
#include <system_error>
#include <utility>

#include "checker/logs/text_line.h"

namespace takeover::logs {
namespace {

constexpr std::size_t kBufferBytes = std::size_t{256} << 10U;
// So far into a file its first time stamp is looked for.
constexpr std::uint64_t kLinesForTime = 1000;

spec::InputError not_a_log(const std::string& path, std::string what) {
  return {path, "", std::move(what), "a log, plain or compressed with gzip"};
}

// Of a line of a message log.
std::optional<std::int64_t> time_of_message(std::string_view line) {
  constexpr std::string_view kKey = "\"t\":";
  const std::size_t found = line.find(kKey);
  if (!line.starts_with('{') || found == std::string_view::npos) return {};
  line.remove_prefix(found + kKey.size());
  line.remove_prefix(std::min(line.find_first_not_of(' '), line.size()));
  std::int64_t time = 0;
  const auto [end, error] = std::from_chars(line.data(), line.data() + line.size(), time);
  if (error != std::errc{}) return {};
  return time;
}

std::int64_t first_time(const std::string& path) {
  Source source({path});
  LineReader reader;
  for (std::uint64_t i = 0; i < kLinesForTime; ++i) {
    const auto next = source.next();
    if (!next) break;
    const auto* line = std::get_if<Line>(&*next);
    if (line == nullptr) continue;
    const auto outcome = reader.read(line->text);
    if (const auto* read = std::get_if<RawLine>(&outcome)) return read->time_us;
    if (const auto time = time_of_message(line->text)) return *time;
  }
  return std::numeric_limits<std::int64_t>::max();
}

bool is_log(const std::string& name) {
  constexpr std::array<std::string_view, 4> kEndings{".log", ".jsonl", ".log.gz", ".jsonl.gz"};
  return std::ranges::any_of(kEndings, [&](std::string_view ending) { return name.ends_with(ending); });
}

}  // namespace

// One of them, read through zlib, which passes on what is not compressed.
class Source::File {
 public:
  File(const std::string& path, std::size_t index) : path_(path), index_(index) {
    std::error_code code;
    if (std::filesystem::is_directory(path, code)) {
      failure_ = not_a_log(path, "this is a directory");
      return;
    }
    file_.reset(gzopen(path.c_str(), "rb"));
    if (!file_) {
      failure_ = not_a_log(path, "cannot open it");
      return;
    }
    gzbuffer(file_.get(), kBufferBytes);
    buffer_.resize(kBufferBytes);
  }

  // None at the end.
  [[nodiscard]] std::optional<std::variant<Line, spec::InputError>> next() {
    while (true) {
      const std::size_t end = std::string_view(buffer_).substr(0, filled_).find('\n', searched_);
      if (end != std::string_view::npos) return cut(end, 1);
      searched_ = filled_;
      if (ended_) return filled_ > begin_ ? std::optional(cut(filled_, 0)) : failed();
      fill();
    }
  }

 private:
  struct Close {
    void operator()(gzFile_s* file) const { gzclose_r(file); }
  };

  [[nodiscard]] std::variant<Line, spec::InputError> cut(std::size_t end, std::size_t newline) {
    const std::string_view text = std::string_view(buffer_).substr(begin_, end - begin_);
    begin_ = searched_ = end + newline;
    ++number_;
    if (std::exchange(too_long_, false) || text.size() > kMaxLineBytes) {
      return wrong_line(fmt::format("a line of more than {} MiB", kMaxLineBytes >> 20U), "a shorter line");
    }
    if (text.find('\0') != std::string_view::npos) return wrong_line("a NUL byte", "text");
    return Line{index_, number_, text, newline == 0};
  }

  [[nodiscard]] spec::InputError wrong_line(std::string what, std::string expected) const {
    return {path_, fmt::format("line {}", number_), std::move(what), std::move(expected)};
  }

  // Behind the last line: what was wrong with the file, once.
  [[nodiscard]] std::optional<std::variant<Line, spec::InputError>> failed() {
    if (number_ == 0 && !failure_ && !told_) failure_ = not_a_log(path_, "the file is empty");
    told_ = true;
    if (!failure_) return {};
    std::variant<Line, spec::InputError> error = std::move(*failure_);
    failure_.reset();
    return error;
  }

  // Moves what is left to the front, and reads behind it.
  void fill() {
    if (!file_) {
      ended_ = true;
      return;
    }
    buffer_.erase(0, begin_);
    filled_ -= begin_;
    searched_ -= begin_;
    begin_ = 0;
    if (filled_ > kMaxLineBytes) {  // what belongs to a line that is refused anyway is not kept
      too_long_ = true;
      filled_ = searched_ = 0;
    }
    buffer_.resize(std::max(buffer_.size(), filled_ + kBufferBytes));
    const int bytes =
        gzread(file_.get(), buffer_.data() + filled_, static_cast<unsigned>(buffer_.size() - filled_));
    if (bytes > 0) filled_ += static_cast<std::size_t>(bytes);
    if (bytes <= 0) end_of_file(bytes);
  }

  void end_of_file(int bytes) {
    ended_ = true;
    int code = Z_OK;
    const char* const what = gzerror(file_.get(), &code);
    if (code == Z_BUF_ERROR) {
      failure_ = not_a_log(path_, "the gzip stream is cut");
    } else if (code == Z_ERRNO) {
      failure_ = not_a_log(path_, "cannot read it");
    } else if (bytes < 0 || (code != Z_OK && code != Z_STREAM_END)) {
      failure_ = not_a_log(path_, fmt::format("the gzip stream is damaged ({})", what));
    } else if (path_.ends_with(".gz") && gzdirect(file_.get()) == 1 && filled_ + number_ > 0) {
      failure_ = not_a_log(path_, "this is no gzip stream");
    }
  }

  std::string path_;
  std::size_t index_;
  std::unique_ptr<gzFile_s, Close> file_;
  std::string buffer_;
  std::size_t begin_ = 0;     // of the line
  std::size_t searched_ = 0;  // up to here there is no newline
  std::size_t filled_ = 0;
  std::uint64_t number_ = 0;
  bool too_long_ = false;
  bool ended_ = false;
  bool told_ = false;
  std::optional<spec::InputError> failure_;
};

Source::Source(std::vector<std::string> paths) : paths_(std::move(paths)) {}
Source::Source(Source&&) noexcept = default;
Source& Source::operator=(Source&&) noexcept = default;
Source::~Source() = default;

std::optional<std::variant<Line, spec::InputError>> Source::next() {
  while (true) {
    if (file_) {
      if (auto next = file_->next()) return next;
      file_.reset();
    }
    if (opened_ == paths_.size()) return {};
    file_ = std::make_unique<File>(paths_[opened_], opened_);
    ++opened_;
  }
}

spec::Result<std::vector<std::string>> logs_in(const std::string& path) {
  namespace fs = std::filesystem;
  std::error_code code;
  if (!fs::is_directory(path, code)) return std::vector{path};
  std::vector<std::string> logs;
  fs::directory_iterator entry(path, code);
  for (; !code && entry != fs::directory_iterator(); entry.increment(code)) {
    if (is_log(entry->path().filename().string())) logs.push_back(entry->path().string());
  }
  if (code) return spec::InputError{path, "", "cannot read the directory", "a directory of logs"};
  if (logs.empty()) {
    return spec::InputError{path, "", "the directory holds no log",
                            "files named *.log or *.jsonl, or these with .gz"};
  }
  std::ranges::sort(logs);
  return logs;
}

std::vector<std::string> in_order_of_time(std::vector<std::string> paths) {
  std::vector<std::pair<std::int64_t, std::string>> timed;
  timed.reserve(paths.size());
  for (std::string& path : paths) {
    const std::int64_t time = first_time(path);
    timed.emplace_back(time, std::move(path));
  }
  std::ranges::stable_sort(timed, {}, [](const auto& file) { return file.first; });
  std::ranges::transform(timed, paths.begin(), [](auto& file) { return std::move(file.second); });
  return paths;
}

}  // namespace takeover::logs
