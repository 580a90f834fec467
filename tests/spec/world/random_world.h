// Worlds at random, and each of them with one thing changed.
#pragma once

#include <algorithm>
#include <array>
#include <limits>
#include <optional>
#include <random>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "tests/spec/world/world_parts.h"

namespace takeover::parts {

// As the last one, whatever order the list is kept in.
template <List T>
void append(T& values, typename T::value_type value) {
  if constexpr (requires { values.append(value); }) {
    values.append(std::move(value));
  } else {
    values.push_back(std::move(value));
  }
}

// Fills whatever it is given: every optional and list, each alternative, and numbers that are small, wide, or
// on the border between.
class Random {
 public:
  explicit Random(std::uint32_t seed, std::size_t longest = 2) : engine_(seed), longest_(longest) {}

  // From 0 to most.
  std::uint64_t up_to(std::uint64_t most) {
    return most == std::numeric_limits<std::uint64_t>::max() ? wide() : wide() % (most + 1);
  }

  void fill(bool& value) { value = up_to(1) == 1; }
  template <Number T>
  void fill(T& value) {
    constexpr auto kMost = static_cast<std::uint64_t>(std::numeric_limits<T>::max());
    const std::array<std::uint64_t, 6> values{up_to(3), 127, 128, kMost, kMost - up_to(3), wide()};
    value = static_cast<T>(values.at(up_to(values.size() - 1)));
    if (std::is_signed_v<T> && up_to(2) == 0) value = std::numeric_limits<T>::min();
  }
  template <Id T>
  void fill(T& value) {
    value = ids_.empty() ? static_cast<T>(up_to(5) == 0 ? wide() : up_to(3))
                         : static_cast<T>(ids_.at(up_to(ids_.size() - 1)));
  }
  template <Enumeration T>
  void fill(T& value) {
    value = static_cast<T>(up_to(impl::kCountOf<T> - 1));
  }
  template <Optional T>
  void fill(T& value) {
    value.reset();
    if (up_to(3) == 0) return;
    value = std::remove_cvref_t<decltype(*value)>{};
    fill(*value);
  }
  // In any order, that of their keys or not.
  template <List T>
  void fill(T& values) {
    values.clear();
    for (std::uint64_t left = up_to(longest_); left > 0; --left) {
      typename T::value_type value{};
      fill(value);
      append(values, std::move(value));
    }
  }
  void fill(impl::MessageBody& body) {
    body = impl::empty_body(static_cast<impl::MessageType>(up_to(impl::kMessageTypeCount - 1)));
    impl::visit_body(body, [this](auto& each) { this->fill(each); });
  }
  template <Part T>
  void fill(T& part) {
    for_each_member(part, [this](const char* /*name*/, auto& member) { this->fill(member); });
  }

  // The numbers that ids are drawn from.
  void draw_ids_from(std::vector<std::uint16_t> ids) { ids_ = std::move(ids); }

 private:
  std::uint64_t wide() { return (std::uint64_t{engine_()} << 32U) | engine_(); }
  std::mt19937 engine_;
  std::size_t longest_;
  std::vector<std::uint16_t> ids_{};
};

// Calls seen(where) once for each thing that can be changed in a value, while that alone is changed: every
// bool, enumeration and number, to several other values; what is there or not; which alternative it is; in a
// list each element, its length, and its order.
template <class Seen>
class Changes {
 public:
  Changes(Random& random, Seen& seen) : random_(random), seen_(seen) {}

  void in(bool& value, const std::string& where) { with(value, !value, where); }
  template <class T>
  requires(Number<T> || Id<T>) void in(T& value, const std::string& where) {
    const auto old_value = static_cast<std::uint64_t>(value);
    for (const std::uint64_t bits : {std::uint64_t{1}, std::uint64_t{0x40}, std::uint64_t{0x80},
                                     std::uint64_t{1} << (8 * sizeof(T) - 1)}) {
      with(value, static_cast<T>(old_value ^ bits), where);
    }
  }
  template <Enumeration T>
  void in(T& value, const std::string& where) {
    const T old_value = value;
    for (const T other : impl::kAllOf<T>) {
      if (other != old_value) with(value, other, where);
    }
  }
  template <Optional T>
  void in(T& value, const std::string& where) {
    in_maybe<std::remove_cvref_t<decltype(*value)>>(value, where);
  }
  template <List T>
  void in(T& values, const std::string& where) {
    using Value = typename T::value_type;
    const std::vector<Value> old_values(values.begin(), values.end());
    const auto with_list = [&](const char* what, auto&& change) {
      std::vector<Value> changed = old_values;
      change(changed);
      assign(values, changed);
      seen_(where + what);
      assign(values, old_values);
    };
    for (std::size_t i = 0; i < old_values.size(); ++i) {
      const auto at = static_cast<std::ptrdiff_t>(i);
      in(*(values.begin() + at), where + "[" + std::to_string(i) + "]");
      with_list(" without an element", [&](auto& all) { all.erase(all.begin() + at); });
      if (i > 0 && !(old_values[i] == old_values[i - 1])) {
        with_list(" in another order", [&](auto& all) { std::swap(all[i], all[i - 1]); });
      }
    }
    with_list(" and a default element", [&](auto& all) { all.push_back({}); });
    Value more{};
    random_.fill(more);
    with_list(" and another element", [&](auto& all) { all.insert(all.begin(), more); });
  }
  void in(impl::MessageBody& body, const std::string& where) {
    impl::visit_body(body, [&](auto& each) { in(each, where + "|" + std::to_string(body.index())); });
    const impl::MessageBody old_body = body;
    for (const impl::MessageType type : impl::kAllOf<impl::MessageType>) {
      if (old_body.index() == static_cast<std::size_t>(type)) continue;
      body = impl::empty_body(type);
      seen_(where + " of another type");
      impl::visit_body(body, [&](auto& each) { random_.fill(each); });
      seen_(where + " of another type");
    }
    body = old_body;
  }
  template <Part T>
  void in(T& part, const std::string& where) {
    for_each_member(part, [&](const char* name, auto& member) { in(member, where + "." + name); });
  }

 private:
  template <class T>
  void with(T& value, T other, const std::string& where) {
    const T old_value = std::exchange(value, other);
    seen_(where);
    value = old_value;
  }
  template <class T>
  void in_maybe(auto& value, const std::string& where) {
    if (value.has_value()) {
      in(*value, where + "?");
      T old_value = *value;
      value.reset();
      seen_(where + " gone");
      value = std::move(old_value);
      return;
    }
    T there{};
    value = there;
    seen_(where + " here by default");
    random_.fill(there);
    value = there;
    seen_(where + " here");
    value.reset();
  }
  void assign(auto& values, const auto& all) {
    values.clear();
    for (const auto& value : all) append(values, value);
  }

  Random& random_;
  Seen& seen_;
};

}  // namespace takeover::parts
