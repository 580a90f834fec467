// The memory of one partition of the table: zeroed, growing in place, on huge pages once it is large.
//
// Addresses for all that the machine's memory could hold are reserved at the start; they cost nothing. So
// states never move to another array, and growth takes no more than what it adds.
#pragma once

#include <sys/mman.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>

#include "checker/engine/entry.h"

namespace takeover::engine {

class Slots {
 public:
  // Behind the lines that are counted: where a state goes that finds everything full up to the end.
  static constexpr std::size_t kTail = 256;

  Slots() = default;
  Slots(const Slots&) = delete;
  Slots& operator=(const Slots&) = delete;
  ~Slots() {
    if (raw_ != nullptr) munmap(raw_, raw_bytes_);
  }

  // Once. Throws std::bad_alloc.
  void reserve(std::size_t most_bytes) {
    for (reserved_ = round_up(most_bytes, kHugePage);; reserved_ /= 2) {
      raw_bytes_ = reserved_ + kHugePage;
      raw_ = mmap(nullptr, raw_bytes_, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
      if (raw_ != MAP_FAILED) break;
      raw_ = nullptr;
      if (reserved_ <= 2 * kHugePage) throw std::bad_alloc();
    }
    void* aligned = raw_;
    std::size_t space = raw_bytes_;
    begin_ = static_cast<Line*>(std::align(kHugePage, reserved_, aligned, space));
  }

  // Makes it so many lines; false if there is no more to be had.
  [[nodiscard]] bool resize(std::size_t lines) {
    const std::size_t bytes = round_up((lines + kTail) * sizeof(Line), kHugePage);
    if (bytes > reserved_ || mprotect(begin_, bytes, PROT_READ | PROT_WRITE) != 0) return false;
    // A hint: without it all is the same, but slower. A small table stays on small pages, and is cheap to
    // make.
    if (lines >= kPerHugePage / 2) static_cast<void>(madvise(begin_, bytes, MADV_HUGEPAGE));
    if (lines_ != 0) populate(end(), lines - lines_);
    lines_ = lines;
    return true;
  }

  [[nodiscard]] Line* begin() const { return begin_; }
  [[nodiscard]] Line* end() const { return begin_ + lines_ + kTail; }
  [[nodiscard]] Line* last() const { return end() - 1; }
  [[nodiscard]] std::size_t kept() const { return lines_ + kTail; }
  [[nodiscard]] std::size_t lines() const { return lines_; }
  [[nodiscard]] std::size_t bytes() const { return lines_ * sizeof(Line); }

  // Half as much again; a large table ends with a huge page.
  [[nodiscard]] static std::size_t grown(std::size_t lines) {
    const std::size_t wanted = lines + lines / 2;
    return wanted < kWhole ? wanted : (wanted + kTail) / kPerHugePage * kPerHugePage - kTail;
  }

 private:
  static constexpr std::size_t kHugePage = std::size_t{2} << 20U;
  static constexpr std::size_t kPerHugePage = kHugePage / sizeof(Line);
  static constexpr std::size_t kWhole = 16 * kPerHugePage;
  // Has the kernel lay memory under these lines at once, which are all going to be used. A page that is first
  // read, and then written, would cost two faults, and an interrupt on every processor in between. A hint,
  // too.
  static void populate([[maybe_unused]] Line* first, [[maybe_unused]] std::size_t count) {
#ifdef MADV_POPULATE_WRITE
    void* page = first - reinterpret_cast<std::uintptr_t>(first) % kSmallPage / sizeof(Line);
    static_cast<void>(madvise(page, count * sizeof(Line), MADV_POPULATE_WRITE));
#endif
  }
  static constexpr std::size_t kSmallPage = 4096;

  static constexpr std::size_t round_up(std::size_t value, std::size_t step) {
    return (value + step - 1) / step * step;
  }

  Line* begin_ = nullptr;
  std::size_t lines_ = 0;
  std::size_t reserved_ = 0;
  void* raw_ = nullptr;
  std::size_t raw_bytes_ = 0;
};

}  // namespace takeover::engine
