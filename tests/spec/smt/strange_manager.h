// Ways to change a dispatcher manager at random.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <random>
#include <vector>

#include "impl/dispatcher_manager.h"

namespace takeover::tests {

class Dice {
 public:
  Dice(const std::vector<impl::DispatcherId>& ids, std::mt19937_64& random) : ids_(ids), random_(random) {}
  std::size_t below(std::size_t end) { return static_cast<std::size_t>(random_() % end); }
  bool coin() { return below(2) == 0; }
  impl::DispatcherId id() { return ids_.empty() ? impl::DispatcherId{1} : ids_[below(ids_.size())]; }
  impl::NodeId node() { return impl::NodeId{static_cast<std::uint8_t>(1 + below(3))}; }
  impl::DispatcherId id_or_none() { return below(3) == 0 ? impl::DispatcherId::kNone : id(); }
  impl::Mode mode() { return coin() ? impl::Mode::kDefault : impl::Mode::kRedo; }
  impl::Span span() {
    impl::Span span{.table = static_cast<std::uint32_t>(below(3))};
    if (span.table != 0 && coin()) {
      span.begin = static_cast<std::int32_t>(below(3));
      span.end = span.begin + 1 + static_cast<std::int32_t>(below(2));
    }
    return span;
  }

 private:
  const std::vector<impl::DispatcherId>& ids_;
  std::mt19937_64& random_;
};

using ManagerChange = std::function<void(impl::DispatcherManager&)>;

[[nodiscard]] ManagerChange change_of_flag(Dice& dice);
[[nodiscard]] ManagerChange change_of_owner(Dice& dice);
[[nodiscard]] ManagerChange change_of_dispatcher(Dice& dice);
[[nodiscard]] ManagerChange two_writers(Dice& dice);  // of one mode; mostly of one table
[[nodiscard]] ManagerChange change_of_journal(Dice& dice);
[[nodiscard]] ManagerChange change_of_clean_up(Dice& dice);
// What a batch still has to do, and where a merge goes to.
[[nodiscard]] ManagerChange change_of_batch(Dice& dice);

// One place, of all that a control message may change only by right.
[[nodiscard]] ManagerChange nudge_of_control_state(Dice& dice);
// Something that such a place can be of.
[[nodiscard]] ManagerChange addition(Dice& dice);

}  // namespace takeover::tests
