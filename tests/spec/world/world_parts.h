// What a test fills and changes of a world: all of it, through the fields that each part says it has.
#pragma once

#include <concepts>
#include <string>
#include <type_traits>

#include "impl/fields.h"
#include "impl/lists.h"
#include "spec/world/world.h"

namespace takeover::parts {

template <class T>
concept Id = std::same_as<T, impl::NodeId> || std::same_as<T, impl::DispatcherId>;
template <class T>
concept Enumeration = impl::Named<T>;
template <class T>
concept Number = std::integral<T> && !std::same_as<T, bool>;
template <class T>
concept Optional = requires(const T& value) {
  value.has_value();
};
template <class T>
concept List = requires(T& values) {
  values.begin();
  values.clear();
};

template <class T>
inline constexpr bool kIsPerNode = false;
template <class T>
inline constexpr bool kIsPerNode<spec::PerNode<T>> = true;

// visit(name, member) for what a part is made of.
template <class T>
concept Part =
    impl::Described<T> || kIsPerNode<T> || std::same_as<T, impl::Span> || std::same_as<T, impl::Message>;
template <Part T>
void for_each_member(T& part, auto&& visit) {
  if constexpr (std::same_as<T, impl::Span>) {
    auto& [table, begin, end] = part;
    visit("table", table);
    visit("begin", begin);
    visit("end", end);
  } else if constexpr (std::same_as<T, impl::Message>) {
    auto& [from, to, epoch, body] = part;
    visit("from", from);
    visit("to", to);
    visit("epoch", epoch);
    visit("body", body);
  } else if constexpr (kIsPerNode<T>) {
    for (auto& of_node : part) visit("of_node", of_node);
  } else {
    impl::for_each_field(part, [&](const auto& field) { visit(field.name, field.value); });
  }
}

}  // namespace takeover::parts
