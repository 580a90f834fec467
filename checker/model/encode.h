// The canonical encoding of a world, or of a node or another part of one: equal ones have equal bytes,
// different ones different bytes.
//
// What is written in which order follows from each struct's fields (layout.h); the bytes can be read in one
// way only. Numbers are written as varints.
//
// This is a third of what checking costs, so that the position goes from call to call by value, in a
// register: kept in an object, it would be loaded and stored again for each byte. Room is made beforehand.
// No number takes more than twice its bytes in memory, so neither does anything made of numbers; elements of
// lists, and what is boxed, see to their room themselves, and leave as much as may follow (kMargin).
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <type_traits>

#include "checker/engine/encoder.h"
#include "checker/model/layout.h"
#include "spec/world/world.h"

namespace takeover::model {

class WorldEncoder {
 public:
  explicit WorldEncoder(engine::Encoder& out) : out_(out) {}

  void put(const spec::World& world) { out_.advance(put(out_.room(kMargin), world)); }
  // A part of one, or whatever else is made of the same: behind what was put before.
  template <class T>
  requires((impl::Described<T> || std::is_same_v<T, impl::Message>)&&sizeof(T) <=
           sizeof(spec::World)) void put(const T& value) {
    out_.advance(put(out_.room(kMargin), value));
  }

 private:
  using At = std::uint8_t*;  // where the next byte goes
  // For what is left to be written of a world, of what is boxed in it, and of an element of a list, which are
  // both smaller than a world.
  static constexpr std::size_t kMargin = 3 * (2 * sizeof(spec::World));
  static_assert(sizeof(impl::DispatcherManager) + sizeof(impl::MaintainerBootstrapResponse) +
                    sizeof(impl::Message) <=
                2 * sizeof(spec::World));

  void cut(At at) {
    out_.advance(at);
    out_.cut();
  }
  // Room for what is not in the world's own bytes, besides all that follows.
  At more(At at, std::size_t bytes) {
    out_.advance(at);
    return out_.room(kMargin + bytes);
  }

  // Most numbers of a world are small, and are written without asking of each.
  template <class... Numbers>
  static At put_numbers(At at, Numbers... values) {
    if ((static_cast<std::uint64_t>(values) | ...) < 0x80) {
      ((*at++ = static_cast<std::uint8_t>(values)), ...);
      return at;
    }
    return put_wide(at, std::array{static_cast<std::uint64_t>(values)...});
  }
  template <std::size_t N>
  [[gnu::noinline]] static At put_wide(At at, const std::array<std::uint64_t, N>& values) {
    for (std::uint64_t value : values) at = engine::put_varint(at, value);
    return at;
  }

  // ---- leaves ----

  template <Optional T>
  static std::uint64_t number_of(const T& value) {
    return value.has_value() ? 1 : 0;
  }
  template <List T>
  static std::uint64_t number_of(const T& values) {
    return values.size();
  }
  static std::uint64_t number_of(const impl::MessageBody& body) { return body.index(); }
  static std::uint64_t number_of(const impl::Span& span) {
    return std::uint64_t{span.table} * 2 + (span.is_whole() ? 0 : 1);
  }
  template <class T>
  requires(kIsFlag<T> || kIsNumber<T>) static std::uint64_t number_of(T value) {
    return static_cast<std::uint64_t>(value);
  }

  // ---- contents ----

  template <Optional T>
  At put_contents(At at, const T& value) {
    using Value = std::remove_cvref_t<decltype(*value)>;
    if (!value.has_value()) return at;
    if constexpr (std::is_same_v<T, impl::Boxed<Value>>) at = more(at, 2 * sizeof(Value));
    return put(at, *value);
  }
  template <List T>
  [[gnu::always_inline]] At put_contents(At at, const T& values) {
    return values.empty() ? at : put_elements(at, values);  // most are
  }
  template <List T>
  [[gnu::noinline]] At put_elements(At at, const T& values) {
    using Value = std::remove_cvref_t<decltype(*values.begin())>;
    if constexpr (kIsFlat<Value>) at = more(at, values.size() * 2 * sizeof(Value));
    for (const auto& value : values) {
      if constexpr (!kIsFlat<Value>) at = more(at, 2 * sizeof(Value));
      at = put(at, value);
    }
    return at;
  }
  At put_contents(At at, const impl::MessageBody& body) {
    return impl::visit_body(body, [this, at](const auto& each) { return this->put(at, each); });
  }
  static At put_contents(At at, const impl::Span& span) {
    if (span.is_whole()) return at;
    return put_numbers(at, static_cast<std::uint32_t>(span.begin), static_cast<std::uint32_t>(span.end));
  }
  // What stands in one place needs no function of its own.
  template <class T>
  [[gnu::always_inline]] At put_contents(At at, const spec::PerNode<T>& values) {
    for (const T& value : values) {
      if (&value != &*values.begin()) cut(at);
      at = put_parts(at, value);
    }
    return at;
  }
  template <impl::Described T>
  [[gnu::always_inline]] At put_contents(At at, const T& value) {
    return put_parts(at, value);
  }
  template <class T>
  requires(kIsFlag<T> || kIsNumber<T>) static At put_contents(At at, T /*said by its number*/) { return at; }

  // ---- a struct ----

  // Some words of a pack: as many as stay in registers.
  static constexpr std::size_t kChunk = 12;
  template <std::size_t kFirst, class Leaves, std::size_t... I, std::size_t... Word>
  static At put_words(At at, const Leaves& leaves, std::index_sequence<I...> /*leaves*/,
                      std::index_sequence<Word...> /*words*/) {
    std::array<std::uint64_t, sizeof...(Word)> words{};
    const auto add = [&]<std::size_t kIndex>(std::integral_constant<std::size_t, kIndex> /*leaf*/) {
      if constexpr (std::tuple_element_t<kIndex, Leaves>::kKind != Leaf::kNothing) {
        constexpr Place kPlace = kPlaceOf<Leaves, kIndex>;
        if constexpr (kPlace.word >= kFirst && kPlace.word < kFirst + sizeof...(Word)) {
          words[kPlace.word - kFirst] |= number_of(std::get<kIndex>(leaves).value) << kPlace.shift;
        }
      }
    };
    (add(std::integral_constant<std::size_t, I>{}), ...);
    return put_numbers(at, words[Word]...);
  }
  template <std::size_t kFirst, class Leaves>
  static At put_pack(At at, const Leaves& leaves) {
    if constexpr (kFirst < kWords<Leaves>) {
      constexpr std::size_t kCount = std::min(kChunk, kWords<Leaves> - kFirst);
      at = put_words<kFirst>(at, leaves, std::make_index_sequence<std::tuple_size_v<Leaves>>(),
                             std::make_index_sequence<kCount>());
      return put_pack<kFirst + kCount>(at, leaves);
    }
    return at;
  }
  template <class Leaves>
  [[gnu::always_inline]] At put_leaves(At at, const Leaves& leaves) {
    at = put_pack<0>(at, leaves);
    return put_all_contents(at, leaves, std::make_index_sequence<std::tuple_size_v<Leaves>>());
  }
  template <class Leaves, std::size_t... I>
  [[gnu::always_inline]] At put_all_contents(At at, const Leaves& leaves,
                                             std::index_sequence<I...> /*leaves*/) {
    ((at = put_contents(at, std::get<I>(leaves).value)), ...);
    return at;
  }
  template <std::size_t kPart, class T>
  [[gnu::always_inline]] At put_part(At at, const T& value) {
    return put_leaves(at, leaves_of_part<kPart>(value));
  }
  template <impl::Described T>
  At put(At at, const T& value) {
    return put_parts(at, value);
  }
  template <impl::Described T>
  [[gnu::always_inline]] At put_parts(At at, const T& value) {
    at = put_part<0>(at, value);
    if constexpr (kParts < T >> 1) {
      cut(at);
      at = put_part<1>(at, value);
    }
    if constexpr (kParts < T >> 2) {
      cut(at);
      at = put_part<2>(at, value);
    }
    return at;
  }
  // Most messages stand in a list; left to itself, GCC calls this for each.
  [[gnu::always_inline]] At put(At at, const impl::Message& message) {
    return put_leaves(at, leaves(message));
  }
  template <class T>
  requires(kIsFlag<T> || kIsNumber<T>) static At put(At at, T value) { return put_numbers(at, value); }

  engine::Encoder& out_;
};

}  // namespace takeover::model
