// How a struct lies in its encoding. Internal to the encoder and its decoder, which both follow it, so that
// they cannot disagree.
//
// A struct is flattened into leaves, through the structs that it is made of. Each leaf is one flag or one
// number:
//
//   flag     a bool, an enumeration of two values, whether an optional value is there
//   number   any other number, how long a list is, the type of a message, the table of a span
//
// All flags come first, seven to a number (so that it stays small), then all numbers: one pack, which is
// written without asking of each, since most numbers are small. Behind it stand the contents: what is in the
// lists, optional values, bodies and ranges, in their order. A struct whose fields are of several parts
// (impl::role::kSecondPart) is written part by part.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <tuple>
#include <type_traits>
#include <utility>

#include "impl/boxed.h"
#include "impl/fields.h"
#include "impl/lists.h"
#include "impl/message.h"
#include "impl/named.h"
#include "spec/world/per_node.h"

namespace takeover::model {

template <class T>
concept List = requires(const T& value) {
  value.begin();
  value.size();
};
// What there is for each node: as many as there may be, one behind the other, each a component by itself.
template <class T>
inline constexpr bool kIsPerNode = false;
template <class T>
inline constexpr bool kIsPerNode<spec::PerNode<T>> = true;
template <class T>
concept Optional = requires(const T& value) {
  value.has_value();
  *value;
};

template <class T>
consteval bool is_flag() {
  if constexpr (impl::Named<T>) return impl::kCountOf<T> == 2;
  return std::is_same_v<T, bool>;
}
template <class T>
inline constexpr bool kIsFlag = is_flag<std::remove_const_t<T>>();
template <class T>
inline constexpr bool kIsNumber = !kIsFlag<T> && (std::is_enum_v<T> || std::is_unsigned_v<T>);

// What stands in a pack for a member, and what comes behind it.
enum class Leaf : std::uint8_t { kFlag, kNumber, kNothing };
template <Leaf kLeafKind, class T>
struct LeafOf {
  static constexpr Leaf kKind = kLeafKind;
  T& value;
};

inline constexpr std::size_t kFlagsInNumber = 7;

// ---- parts ----

constexpr std::size_t part_of(impl::Roles roles) {
  if ((roles & impl::role::kThirdPart) != 0) return 2;
  return (roles & impl::role::kSecondPart) != 0 ? 1 : 0;
}
struct CountParts {
  template <class... Fields>
  constexpr auto operator()(const Fields&... /*each*/) const {
    constexpr std::size_t kLast = std::max({part_of(Fields::kRoles)...});
    return std::integral_constant<std::size_t, kLast + 1>{};
  }
};
template <impl::Described T>
inline constexpr std::size_t kParts = decltype(T::fields(std::declval<T&>(), CountParts{}))::value;

// ---- leaves ----

template <std::size_t kPart, class T>
constexpr auto leaves_of_part(T& value);

template <class T>
constexpr auto leaves(T& value) {
  using Value = std::remove_const_t<T>;
  if constexpr (kIsFlag<Value> || Optional<Value>) {
    return std::tuple(LeafOf<Leaf::kFlag, T>{value});
  } else if constexpr (std::is_same_v<Value, impl::Message>) {
    auto& [from, to, epoch, body] = value;
    return std::tuple_cat(leaves(body), leaves(from), leaves(to), leaves(epoch));
  } else if constexpr (kIsPerNode<Value>) {
    return std::tuple(LeafOf<Leaf::kNothing, T>{value});
  } else if constexpr (impl::Described<Value>) {
    if constexpr (kParts < Value >> 1) {
      return std::tuple(LeafOf<Leaf::kNothing, T>{value});
    } else {
      return leaves_of_part<0>(value);
    }
  } else {
    return std::tuple(LeafOf<Leaf::kNumber, T>{value});
  }
}

template <std::size_t kPart, class T>
constexpr auto leaves_of_part(T& value) {
  const auto of = []<class Field>(const Field& field) {
    if constexpr (part_of(Field::kRoles) == kPart) {
      return leaves(field.value);
    } else {
      return std::tuple<>();
    }
  };
  return std::remove_const_t<T>::fields(value,
                                        [&](const auto&... fields) { return std::tuple_cat(of(fields)...); });
}

// Whether a value's bytes are bounded by its size in memory: no list is in it, and nothing is boxed.
template <class T>
consteval bool is_flat();
struct AreFlat {
  template <class... Fields>
  constexpr auto operator()(const Fields&... /*each*/) const {
    return std::bool_constant<(is_flat<std::remove_reference_t<decltype(Fields::value)>>() && ...)>{};
  }
};
template <class T>
consteval bool is_flat() {
  if constexpr (kIsFlag<T> || kIsNumber<T> || std::is_same_v<T, impl::Span>) {
    return true;
  } else if constexpr (impl::Described<T>) {
    return decltype(T::fields(std::declval<T&>(), AreFlat{}))::value;
  } else {
    return false;
  }
}
template <class T>
inline constexpr bool kIsFlat = is_flat<T>();

// ---- packs ----

template <class Leaves>
consteval std::size_t count_leaves(Leaf kind, std::size_t end) {
  return [&]<std::size_t... I>(std::index_sequence<I...>) {
    return (std::size_t{0} + ... + (I < end && std::tuple_element_t<I, Leaves>::kKind == kind ? 1 : 0));
  }
  (std::make_index_sequence<std::tuple_size_v<Leaves>>());
}

// Numbers that hold the flags, and all numbers of a pack.
template <class Leaves>
inline constexpr std::size_t kFlagWords =
    (count_leaves<Leaves>(Leaf::kFlag, std::tuple_size_v<Leaves>) + kFlagsInNumber - 1) / kFlagsInNumber;
template <class Leaves>
inline constexpr std::size_t kWords = kFlagWords<Leaves> +
                                      count_leaves<Leaves>(Leaf::kNumber, std::tuple_size_v<Leaves>);

// Where the i-th leaf stands.
struct Place {
  std::size_t word = 0;
  unsigned shift = 0;
};
template <class Leaves, std::size_t kIndex>
consteval Place place_of() {
  constexpr Leaf kKind = std::tuple_element_t<kIndex, Leaves>::kKind;
  constexpr std::size_t kRank = count_leaves<Leaves>(kKind, kIndex);
  if (kKind == Leaf::kFlag) return {kRank / kFlagsInNumber, static_cast<unsigned>(kRank % kFlagsInNumber)};
  return {kFlagWords<Leaves> + kRank, 0};
}
template <class Leaves, std::size_t kIndex>
inline constexpr Place kPlaceOf = place_of<Leaves, kIndex>();

}  // namespace takeover::model
