// A world from its canonical encoding: what WorldEncoder wrote, read back in the same layout. For
// checkpoints.
//
// Throws std::invalid_argument where the bytes end too early or cannot be; whether the world is the one that
// was written is for the caller to check, by encoding it again.
#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <span>
#include <stdexcept>
#include <tuple>
#include <type_traits>
#include <utility>

#include "checker/model/layout.h"
#include "spec/world/world.h"

namespace takeover::model {

class WorldDecoder {
 public:
  explicit WorldDecoder(std::span<const std::uint8_t> bytes) : bytes_(bytes) {}

  [[nodiscard]] spec::World world() {
    spec::World world;
    get(world);
    if (!bytes_.empty()) fail();
    return world;
  }

 private:
  [[noreturn]] static void fail() { throw std::invalid_argument("this is no encoded world"); }

  std::uint64_t varint() {
    std::uint64_t value = 0;
    for (unsigned shift = 0;; shift += 7) {
      if (bytes_.empty() || shift > 63) fail();
      const std::uint8_t part = bytes_.front();
      bytes_ = bytes_.subspan(1);
      value |= std::uint64_t{part & 0x7FU} << shift;
      if (part < 0x80) return value;
    }
  }
  template <class Number>
  static Number as(std::uint64_t value) {
    if (value > std::numeric_limits<Number>::max()) fail();
    return static_cast<Number>(value);
  }

  // ---- contents: `number` is what the pack says of the member ----

  template <class T>
  requires(kIsFlag<T> || kIsNumber<T>) static void take(T& value, std::uint64_t number) {
    if constexpr (std::is_enum_v<T>) {
      value = static_cast<T>(as<std::underlying_type_t<T>>(number));
    } else {
      value = as<T>(number);
    }
  }
  template <Optional T>
  void take(T& value, std::uint64_t number) {
    value.reset();
    if (number == 0) return;
    value = std::remove_cvref_t<decltype(*value)>{};
    get(*value);
  }
  template <List T>
  void take(T& values, std::uint64_t number) {
    // Every element takes a byte at least.
    if (number > bytes_.size()) fail();
    values.clear();
    for (std::uint64_t i = 0; i < number; ++i) {
      typename T::value_type value{};
      get(value);
      if constexpr (requires { values.append(value); }) {
        values.append(std::move(value));
      } else {
        values.push_back(std::move(value));
      }
    }
  }
  void take(impl::MessageBody& body, std::uint64_t number) {
    if (number >= impl::kMessageTypeCount) fail();
    body = impl::empty_body(static_cast<impl::MessageType>(number));
    impl::visit_body(body, [this](auto& each) { this->get(each); });
  }
  void take(impl::Span& span, std::uint64_t number) {
    span = {.table = as<std::uint32_t>(number / 2)};
    if (number % 2 == 0) return;
    span.begin = static_cast<std::int32_t>(as<std::uint32_t>(varint()));
    span.end = static_cast<std::int32_t>(as<std::uint32_t>(varint()));
  }
  template <class T>
  void take(spec::PerNode<T>& values, std::uint64_t /*none*/) {
    for (T& value : values) get(value);
  }
  template <impl::Described T>
  void take(T& value, std::uint64_t /*none*/) {
    get(value);
  }

  // ---- a struct ----

  template <class Leaves, std::size_t... I>
  void get_leaves(const Leaves& leaves, std::index_sequence<I...> /*all*/) {
    std::array<std::uint64_t, kWords<Leaves> + 1> words{};
    for (std::size_t i = 0; i < kWords<Leaves>; ++i) words.at(i) = varint();
    const auto number = [&](Leaf kind, const Place& place) {
      const std::uint64_t word = words.at(place.word) >> place.shift;
      return kind == Leaf::kFlag ? word & 1U : kind == Leaf::kNumber ? word : 0;
    };
    (take(std::get<I>(leaves).value, number(std::tuple_element_t<I, Leaves>::kKind, kPlaceOf<Leaves, I>)),
     ...);
  }
  template <std::size_t kPart, class T>
  void get_part(T& value) {
    const auto leaves = leaves_of_part<kPart>(value);
    using Leaves = std::remove_const_t<decltype(leaves)>;
    get_leaves(leaves, std::make_index_sequence<std::tuple_size_v<Leaves>>());
  }
  template <impl::Described T>
  void get(T& value) {
    get_part<0>(value);
    if constexpr (kParts < T >> 1) get_part<1>(value);
    if constexpr (kParts < T >> 2) get_part<2>(value);
  }
  void get(impl::Message& message) {
    const auto leaves = model::leaves(message);
    using Leaves = std::remove_const_t<decltype(leaves)>;
    get_leaves(leaves, std::make_index_sequence<std::tuple_size_v<Leaves>>());
  }
  template <class T>
  requires(kIsFlag<T> || kIsNumber<T>) void get(T& value) { take(value, varint()); }

  std::span<const std::uint8_t> bytes_;
};

}  // namespace takeover::model
