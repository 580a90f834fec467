// What a message tells a step.
//
// The orchestrator's queue and its handler keep a message's parameters as variables of the state; the steps
// of the streams take them from outside. So what is what member is said once.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <type_traits>

#include "impl/fields.h"
#include "impl/message.h"
#include "spec/smt/variables.h"

namespace takeover::smt {

// As the relation has it: an enumerator, a flag, a size.
[[nodiscard]] constexpr std::uint64_t number(auto value) {
  return static_cast<std::uint64_t>(value);
}

// Of each parameter.
struct ParamValues {
  std::array<std::uint64_t, kParamCount> values{};
  [[nodiscard]] std::uint64_t& operator[](Param param) { return values[static_cast<std::size_t>(param)]; }
  [[nodiscard]] std::uint64_t operator[](Param param) const {
    return values[static_cast<std::size_t>(param)];
  }

  void set_dispatcher(impl::DispatcherId id, impl::Mode mode);
  void set_span(const impl::Span& span);
};

// The parameter that a field of this name is, if it is one.
[[nodiscard]] constexpr std::optional<Param> param_of_field(std::string_view name) {
  if (name == "event_trigger") return Param::kEvent;
  if (name == "redo_trigger") return Param::kRedo;
  if (name == "config_epoch") return Param::kConfigEpoch;
  if (name == "redo_enabled") return Param::kRedoEnabled;
  if (name == "removed") return Param::kRemoved;
  return std::nullopt;
}

namespace detail {
// Of a Schedule and a Merge it is what they are about that is told. No node takes a reply.
template <class Body>
inline constexpr bool kTellsItsFields = info(impl::kTypeOf<Body>).receiver == impl::Party::kNode &&
                                        !std::is_same_v<Body, impl::ScheduleDispatcherRequest> &&
                                        !std::is_same_v<Body, impl::MergeDispatcherRequest>;

template <class Value>
inline constexpr bool kIsParam = std::is_same_v<Value, impl::DispatcherId> || std::is_same_v<Value, bool> ||
                                 std::is_same_v<Value, std::uint64_t>;

// Whether for_each_param sees each field of a body that is a parameter by its name, as one of its own.
template <class Body>
consteval bool has_params_by_name() {
  Body body{};
  std::size_t ts = 0;
  bool all = true;
  impl::for_each_field(body, [&](const auto& field) {
    const std::string_view name = field.name;
    if (name.ends_with("_ts")) ++ts;
    if (name.ends_with("_ts") || param_of_field(name)) {
      all = all && kIsParam<std::remove_cvref_t<decltype(field.value)>>;
    }
  });
  return all && ts <= 2;
}
}  // namespace detail

// visit(param, field) for each field of a body that is a parameter by its name: ids of triggers, flags, and
// what ends in _ts, in order, of which there are two at most.
template <class Body, class Visit>
void for_each_param(Body& body, Visit&& visit) {
  using Type = std::remove_const_t<Body>;
  if constexpr (detail::kTellsItsFields<Type>) {
    static_assert(detail::has_params_by_name<Type>(),
                  "a field is of another type, or a third one ends in _ts");
    bool has_ts = false;
    impl::for_each_field(body, [&](const auto& field) {
      if constexpr (detail::kIsParam<std::remove_cvref_t<decltype(field.value)>>) {
        const std::string_view name = field.name;
        if (name.ends_with("_ts")) {
          visit(has_ts ? Param::kTs2 : Param::kTs, field.value);
          has_ts = true;
        } else if (const auto param = param_of_field(name)) {
          visit(*param, field.value);
        }
      }
    });
  }
}
[[nodiscard]] ParamValues params_of(const impl::Message& request);

// Keys are signed in the implementation and natural here, in the same order.
[[nodiscard]] constexpr std::uint64_t key(std::int32_t value) {
  return static_cast<std::uint64_t>(static_cast<std::int64_t>(value) - std::int64_t{impl::Span::kMin});
}

}  // namespace takeover::smt
