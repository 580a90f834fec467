// Names for interned ids. A document or a scenario has one; ids count from 1 in the order of first use.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "impl/ids.h"

namespace takeover::spec {

class Names {
 public:
  // Interns a name. Throws std::length_error beyond 65,535 names of a kind.
  [[nodiscard]] impl::NodeId node(std::string_view name);
  [[nodiscard]] impl::DispatcherId dispatcher(std::string_view name);

  // The name of an interned id; "" for kNone.
  [[nodiscard]] const std::string& of(impl::NodeId id) const;
  [[nodiscard]] const std::string& of(impl::DispatcherId id) const;

  friend bool operator==(const Names&, const Names&) = default;

 private:
  // Of one kind of id. A log may name tens of thousands.
  struct Kind {
    std::vector<std::string> names{""};
    std::map<std::string, std::uint16_t, std::less<>> ids{{"", std::uint16_t{0}}};

    [[nodiscard]] std::uint16_t intern(std::string_view name);
    friend bool operator==(const Kind&, const Kind&) = default;
  };

  Kind nodes_{};
  Kind dispatchers_{};
};

}  // namespace takeover::spec
