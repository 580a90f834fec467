#include "spec/json/names.h"

#include <algorithm>
#include <limits>
#include <stdexcept>

namespace takeover::spec {
namespace {

std::uint16_t intern(std::vector<std::string>& names, std::string_view name) {
  const auto it = std::ranges::find(names, name);
  if (it != names.end()) return static_cast<std::uint16_t>(it - names.begin());
  if (names.size() > std::numeric_limits<std::uint16_t>::max())
    throw std::length_error("too many different ids");
  names.emplace_back(name);
  return static_cast<std::uint16_t>(names.size() - 1);
}

}  // namespace

impl::NodeId Names::node(std::string_view name) {
  return static_cast<impl::NodeId>(intern(nodes_, name));
}

impl::DispatcherId Names::dispatcher(std::string_view name) {
  return static_cast<impl::DispatcherId>(intern(dispatchers_, name));
}

const std::string& Names::of(impl::NodeId id) const {
  return nodes_.at(static_cast<std::size_t>(id));
}

const std::string& Names::of(impl::DispatcherId id) const {
  return dispatchers_.at(static_cast<std::size_t>(id));
}

}  // namespace takeover::spec
