// The memory of one partition of the table: zeroed, growing in place, on huge pages once it is large.
//
// Addresses for all that the machine's memory could hold are reserved at the start; they cost nothing. So
// entries never move to another array, and growth takes no more than what it adds.
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
  static constexpr std::size_t kPerLine = 64 / sizeof(Entry);
  // Behind the slots that are counted: where an entry goes that finds everything full up to the end.
  static constexpr std::size_t kTail = 1024;

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
    begin_ = static_cast<Entry*>(std::align(kHugePage, reserved_, aligned, space));
  }

  // Makes it so many slots; false if there is no more to be had.
  [[nodiscard]] bool resize(std::size_t count) {
    const std::size_t bytes = round_up((count + kTail) * sizeof(Entry), kHugePage);
    if (bytes > reserved_ || mprotect(begin_, bytes, PROT_READ | PROT_WRITE) != 0) return false;
    // A hint: without it all is the same, but slower. A small table stays on small pages, and is cheap to
    // make.
    if (count >= kFirstHuge) static_cast<void>(madvise(begin_, bytes, MADV_HUGEPAGE));
    lines_ = count / kPerLine;
    last_line_ = begin_ + count + kTail - kPerLine;
    return true;
  }

  [[nodiscard]] Entry* begin() const { return begin_; }
  [[nodiscard]] Entry* end() const { return last_line_ + kPerLine; }
  [[nodiscard]] Entry* last_line() const { return last_line_; }
  [[nodiscard]] std::size_t lines() const { return lines_; }
  [[nodiscard]] std::size_t count() const { return lines_ * kPerLine; }
  [[nodiscard]] std::size_t bytes() const { return count() * sizeof(Entry); }

  // Half as much again; once there are huge pages, in whole ones.
  [[nodiscard]] static std::size_t grown(std::size_t count) {
    const std::size_t wanted = count + count / 2;
    constexpr std::size_t kStep = kHugePage / sizeof(Entry);
    if (wanted + kTail < 2 * kStep) return round_up(wanted, kPerLine);
    return (wanted + kTail + kStep / 2) / kStep * kStep - kTail;
  }

 private:
  static constexpr std::size_t kHugePage = std::size_t{2} << 20U;
  static constexpr int kCollapse = 25;  // MADV_COLLAPSE, which older headers lack and older kernels refuse
  static constexpr std::size_t kFirstHuge = kHugePage / sizeof(Entry) / 2;
  static constexpr std::size_t round_up(std::size_t value, std::size_t step) {
    return (value + step - 1) / step * step;
  }

  Entry* begin_ = nullptr;
  Entry* last_line_ = nullptr;
  std::size_t lines_ = 0;
  bool huge_ = false;
  std::size_t reserved_ = 0;
  void* raw_ = nullptr;
  std::size_t raw_bytes_ = 0;
};

}  // namespace takeover::engine
