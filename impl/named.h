// Names of enumerators.
//
// An enumeration that anything outside the code speaks of has one table: a function `name_of` beside it. Its
// switch names every case, which the compiler insists on (-Wswitch-enum), and it falls off the end with
// kNoName:
//
//   enum class Mode : std::uint8_t { kDefault, kRedo };
//   constexpr std::string_view name_of(Mode mode) {
//     switch (mode) {
//       case Mode::kDefault: return "default";
//       case Mode::kRedo: return "redo";
//     }
//     return kNoName;
//   }
//
// Where a row says more than the name, `name_of` asks the row, which such a switch gives or a table in the
// enumerators' order (is_indexed); it may go on with the values of another enumeration behind the last
// enumerator (the relation's actions, with those of a node).
//
// How many there are, all of them in order, and the one of a name follow from it. Enumerators count from 0
// without gaps. The empty name stands for "none": null in JSON.
#pragma once

#include <algorithm>
#include <array>
#include <cassert>
#include <concepts>
#include <cstddef>
#include <optional>
#include <string_view>
#include <type_traits>

namespace takeover::impl {

// Of no enumerator; not the empty name.
inline constexpr std::string_view kNoName{};

template <class Enum>
concept Named = std::is_enum_v<Enum> && requires(Enum value) {
  { name_of(value) } -> std::same_as<std::string_view>;
};

namespace detail {
template <Named Enum>
consteval std::size_t count() {
  std::size_t count = 0;
  while (name_of(static_cast<Enum>(count)).data() != nullptr) ++count;
  return count;
}
template <Named Enum>
consteval auto list() {
  std::array<Enum, count<Enum>()> all{};
  for (std::size_t i = 0; i < all.size(); ++i) all[i] = static_cast<Enum>(i);
  return all;
}
}  // namespace detail

template <Named Enum>
inline constexpr std::size_t kCountOf = detail::count<Enum>();

// All enumerators, in their order.
template <Named Enum>
inline constexpr auto kAllOf = detail::list<Enum>();

namespace detail {
template <Named Enum, bool (*is_wanted)(Enum)>
consteval auto list_that() {
  constexpr auto kCount = static_cast<std::size_t>(std::ranges::count_if(kAllOf<Enum>, is_wanted));
  std::array<Enum, kCount> some{};
  std::ranges::copy_if(kAllOf<Enum>, some.begin(), is_wanted);
  return some;
}
}  // namespace detail

// Those of which it is true, in their order.
template <Named Enum, bool (*is_wanted)(Enum)>
inline constexpr auto kAllThat = detail::list_that<Enum, is_wanted>();

namespace detail {
template <Named Enum>
consteval bool have_different_names() {
  std::array<std::string_view, kCountOf<Enum>> names{};
  std::ranges::transform(kAllOf<Enum>, names.begin(), [](Enum value) { return name_of(value); });
  std::ranges::sort(names);
  return std::ranges::adjacent_find(names) == names.end();
}
}  // namespace detail

template <Named Enum>
[[nodiscard]] constexpr std::optional<Enum> named(std::string_view name) {
  static_assert(detail::have_different_names<Enum>());
  for (const Enum value : kAllOf<Enum>) {
    if (name_of(value) == name) return value;
  }
  return std::nullopt;
}

template <Named Enum>
[[nodiscard]] constexpr std::size_t index_of(Enum value) {
  return static_cast<std::size_t>(value);
}

// Behind a switch that returns in every case: no enumeration has a value without a name.
[[noreturn]] inline void unreachable() {
  assert(false && "a value that is no enumerator");
  __builtin_unreachable();
}

// Whether a table has a row for every enumerator, in their order; `member`: which enumerator a row is about.
template <class Row, std::size_t N, class Enum>
[[nodiscard]] constexpr bool is_indexed(const std::array<Row, N>& table, Enum Row::*member) {
  for (std::size_t i = 0; i < N; ++i) {
    if (table[i].*member != static_cast<Enum>(i)) return false;
  }
  return true;
}

}  // namespace takeover::impl
