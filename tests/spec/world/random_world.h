// Worlds at random, and each of them with one thing changed.
#pragma once

#include <algorithm>
#include <limits>
#include <optional>
#include <random>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "tests/spec/world/world_parts.h"

namespace takeover::parts {

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
    value = static_cast<T>(up_to(static_cast<std::uint64_t>(kLast<T>)));
  }
  template <class T>
  void fill(std::optional<T>& value) {
    value.reset();
    if (up_to(3) != 0) fill(value.emplace());
  }
  template <class T>
  void fill(impl::Boxed<T>& value) {
    value.reset();
    if (up_to(3) == 0) return;
    value = T{};
    fill(*value);
  }
  template <class T, std::size_t N>
  void fill(impl::SmallVector<T, N>& values) {
    values.resize(up_to(longest_));
    for (T& value : values) fill(value);
  }
  template <class... Ts>
  void fill(std::variant<Ts...>& value) {
    fill(value, up_to(sizeof...(Ts) - 1), std::index_sequence_for<Ts...>());
  }
  template <Part T>
  void fill(T& part) {
    std::apply([this](auto&... member) { (this->fill(member), ...); }, members(part));
  }

  // The numbers that ids are drawn from.
  void draw_ids_from(std::vector<std::uint16_t> ids) { ids_ = std::move(ids); }

 private:
  std::uint64_t wide() { return (std::uint64_t{engine_()} << 32U) | engine_(); }
  template <class Variant, std::size_t... I>
  void fill(Variant& value, std::uint64_t chosen, std::index_sequence<I...> /*alternatives*/) {
    ((chosen == I ? fill(value.template emplace<I>()) : void()), ...);
  }

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
    for (std::size_t i = 0; i <= static_cast<std::size_t>(kLast<T>); ++i) {
      if (static_cast<T>(i) != old_value) with(value, static_cast<T>(i), where);
    }
  }
  template <class T>
  void in(std::optional<T>& value, const std::string& where) {
    in_maybe<T>(value, where);
  }
  template <class T>
  void in(impl::Boxed<T>& value, const std::string& where) {
    in_maybe<T>(value, where);
  }
  template <class T, std::size_t N>
  void in(impl::SmallVector<T, N>& values, const std::string& where) {
    const impl::SmallVector<T, N> old_values = values;
    const auto with_list = [&](const char* what, auto&& change) {
      change();
      seen_(where + what);
      values = old_values;
    };
    for (std::size_t i = 0; i < values.size(); ++i) {
      const auto at = static_cast<std::ptrdiff_t>(i);
      in(values[i], where + "[" + std::to_string(i) + "]");
      with_list(" without an element", [&] { values.erase(values.begin() + at); });
      if (i > 0 && !(values[i] == values[i - 1])) {
        with_list(" in another order", [&] { std::swap(values[i], values[i - 1]); });
      }
    }
    with_list(" and a default element", [&] { values.push_back({}); });
    T more{};
    random_.fill(more);
    with_list(" and another element", [&] { values.insert(values.begin(), more); });
  }
  template <class... Ts>
  void in(std::variant<Ts...>& value, const std::string& where) {
    std::visit([&](auto& body) { in(body, where + "|" + std::to_string(value.index())); }, value);
    in_others(value, where, std::index_sequence_for<Ts...>());
  }
  template <Part T>
  void in(T& part, const std::string& where) {
    std::size_t index = 0;
    std::apply([&](auto&... member) { (in(member, where + "." + std::to_string(index++)), ...); },
               members(part));
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
  template <class Variant, std::size_t... I>
  void in_others(Variant& value, const std::string& where, std::index_sequence<I...> /*alternatives*/) {
    const Variant old_value = value;
    const auto as = [&](auto& body) {
      seen_(where + " of another type");
      random_.fill(body);
      seen_(where + " of another type");
    };
    ((old_value.index() != I ? as(value.template emplace<I>()) : void()), ...);
    value = old_value;
  }

  Random& random_;
  Seen& seen_;
};

}  // namespace takeover::parts
