// Where the workers of one level meet, so that the table can grow while nobody uses it.
//
// attend() returns when everybody who has not left has attended and all of them have finished the work.
// Whoever finds nothing more to do leaves, and is not waited for. A level has a meeting of its own.
#pragma once

#include <atomic>
#include <barrier>
#include <cstddef>
#include <functional>

namespace takeover::engine {

class Meeting {
 public:
  explicit Meeting(std::size_t workers) : begin_end_(static_cast<std::ptrdiff_t>(workers), Turn{this}) {}

  // Does the items 0 to count - 1 together with the others that attend.
  void attend(std::size_t count, const std::function<void(std::size_t)>& work) {
    begin_end_.arrive_and_wait();
    for (std::size_t i = next_.fetch_add(1); i < count; i = next_.fetch_add(1)) work(i);
    begin_end_.arrive_and_wait();
  }

  void leave() { begin_end_.arrive_and_drop(); }

 private:
  struct Turn {
    Meeting* meeting;
    void operator()() noexcept { meeting->next_ = 0; }
  };
  std::atomic<std::size_t> next_ = 0;
  std::barrier<Turn> begin_end_;
};

}  // namespace takeover::engine
