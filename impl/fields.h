// How a struct of state or a message says what it is made of, once, where it stands:
//
//   struct MergeTask {
//     SmallVector<DispatcherId, 2> ids{};
//     DispatcherId merged_id = DispatcherId::kNone;
//     Mode mode = Mode::kDefault;
//
//     static constexpr auto fields(auto& self, auto&& take) {
//       auto& [ids, merged_id, mode] = self;
//       return take(field("ids", ids), field("merged_id", merged_id), field("mode", mode));
//     }
//     friend bool operator==(const MergeTask&, const MergeTask&) = default;
//   };
//
// A member that is added and not named in the binding does not compile, nor does one that is named there and
// not handed to `take` (for_each_field counts them). From `fields` derive: the canonical encoding and its
// decoder, JSON and its schema, the comparison of partial expectations, what a step changed, renaming, random
// values.
//
// Fields come in the order in which they are written in JSON. What a walker needs to know of one beyond its
// type is a role.
#pragma once

#include <cstddef>
#include <type_traits>
#include <utility>

namespace takeover::impl {

using Roles = unsigned;
namespace role {
inline constexpr Roles kPlain = 0;
inline constexpr Roles kControl = 1;  // what a control message may change only by right, under the fence
inline constexpr Roles kKey = 2;      // the id of an element of a kKeyed list: not said again within it
inline constexpr Roles kKeyed = 4;    // a list that is an object in JSON: its elements stand under their ids
inline constexpr Roles kStreams = 8;  // messages that are an object in JSON: by the stream they wait in
inline constexpr Roles kNullIfIdle = 16;  // null in JSON while it has its default value: nothing is under way
inline constexpr Roles kInlined = 32;     // its own fields stand in its parent's object
inline constexpr Roles kPerOwner = 64;    // one element for each owner of the scenario, in their order
inline constexpr Roles kSecondPart = 128;  // parts change by themselves, and are written one behind the other
inline constexpr Roles kThirdPart = 256;
inline constexpr Roles kRequired = 512;  // of a message: must be given in JSON, and is never none
inline constexpr Roles kRegistered =
    1024;  // ids; JSON says besides whether each mode's trigger is among them
}  // namespace role

template <class T, Roles kRolesOfField>
struct Field {
  static constexpr Roles kRoles = kRolesOfField;
  static constexpr bool has(Roles roles) { return (kRoles & roles) != 0; }
  const char* name;
  T& value;
};

template <Roles kRoles = role::kPlain, class T>
constexpr Field<T, kRoles> field(const char* name, T& value) {
  return {name, value};
}

namespace detail {
struct CountFields {
  template <class... Fields>
  constexpr std::integral_constant<std::size_t, sizeof...(Fields)> operator()(
      const Fields&... /*each*/) const {
    return {};
  }
};
struct Anything {
  template <class T>
  operator T() const;
};
}  // namespace detail

template <class T>
concept Described = requires(std::remove_const_t<T>& value) {
  std::remove_const_t<T>::fields(value, detail::CountFields{});
};

namespace detail {
// How many members an aggregate has: the most initializers that it takes.
template <class T, class... Initializers>
consteval std::size_t count_members() {
  if constexpr (requires { T{std::declval<Initializers>()..., Anything{}}; }) {
    return count_members<T, Initializers..., Anything>();
  } else {
    return sizeof...(Initializers);
  }
}
template <Described T>
inline constexpr std::size_t kFieldCount = decltype(T::fields(std::declval<T&>(), CountFields{}))::value;
}  // namespace detail

// Whether two have equal values in all fields of such a role.
template <Roles kRoles, Described T>
[[nodiscard]] constexpr bool equal_in(const T& a, const T& b) {
  return T::fields(a, [&](const auto&... as) {
    return T::fields(b,
                     [&](const auto&... bs) { return ((!as.has(kRoles) || as.value == bs.value) && ...); });
  });
}

// visit(field) for every field, in their order.
template <class Self, class Visit>
requires Described<Self>
constexpr void for_each_field(Self& self, Visit&& visit) {
  using T = std::remove_const_t<Self>;
  static_assert(detail::count_members<T>() == detail::kFieldCount<T>, "every member is a field");
  T::fields(self, [&](const auto&... fields) { (visit(fields), ...); });
}

}  // namespace takeover::impl
