// A world under a renaming. What is kept in the order of ids or nodes is brought into that order again;
// queues stay in the order of their arrival.
#include <concepts>
#include <type_traits>

#include "impl/fields.h"
#include "spec/world/renaming.h"

namespace takeover::spec {
namespace {

class Renamer {
 public:
  explicit Renamer(const Renaming& renaming) : renaming_(renaming) {}

  template <class T>
  requires std::invocable<const Renaming&, T>
  void in(T& name) const { name = renaming_(name); }
  template <class T>
  requires(!std::invocable<const Renaming&, T> &&
           (std::is_enum_v<T> || std::is_arithmetic_v<T>)) void in(T& /*names nothing*/) const {}
  template <class T>
  requires requires(T& value) { value.has_value(); }
  void in(T& value) const {
    if (value.has_value()) in(*value);
  }
  template <class T>
  requires requires(T& values) { values.begin(); }
  void in(T& values) const {
    for (auto& value : values) in(value);
    if constexpr (requires { values.resort(); }) values.resort();
  }
  void in(impl::Message& message) const {
    auto& [from, to, epoch, body] = message;
    in(from);
    in(to);
    in(epoch);
    impl::visit_body(body, [this](auto& each) { this->in(each); });
  }
  template <impl::Described T>
  void in(T& value) const {
    impl::for_each_field(value, [&]<class Field>(const Field& field) {
      if constexpr (Field::has(impl::role::kPerOwner)) permute(field.value);
      in(field.value);
    });
  }

 private:
  void permute(auto& of_owners) const {
    const auto before = of_owners;
    for (std::size_t i = 0; i < before.size(); ++i) of_owners[renaming_.owner(i)] = before[i];
  }

  const Renaming& renaming_;
};

}  // namespace

World renamed(const World& world, const Renaming& renaming) {
  World result = world;
  Renamer(renaming).in(result);
  return result;
}

impl::Message renamed(const impl::Message& message, const Renaming& renaming) {
  impl::Message result = message;
  Renamer(renaming).in(result);
  return result;
}

}  // namespace takeover::spec
